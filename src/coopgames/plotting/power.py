"""Voting power as a picture: one bar per group and index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..voting import Passage, Power

__all__ = ["plot_passage", "plot_power"]


def plot_power(
    power: Power, *, indices: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw power indices per voter, a row of bars per group, and return the axes.

    Parameters
    ----------
    power : Power
        What `coopgames.power` returned.
    indices : sequence of str, optional
        Which of its indices; all that are defined by default.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    names = [
        name
        for name in (power.values if indices is None else indices)
        if None not in power.values[name].values()
    ]
    series = {name: [float(v) for v in power.values[name].values()] for name in names}
    labels = [
        group.id if group.count == 1 else f"{group.id} (each of {group.count})"
        for group in power.committee.voters
    ]
    title = f"Voting power: {power.committee.title or power.committee.id}"
    return _bars(labels, series, title, "per voter", ax)


def plot_passage(passage: Passage, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw who decides and who stops a motion, one row of bars per group, and return the axes.

    Parameters
    ----------
    passage : Passage
        What `coopgames.passage` returned.
    title : str
        What it was asked of.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    series = {
        "decides": [float(v) for v in passage.deciding.values()],
        "stops it": [float(v) for v in passage.stopping.values()],
    }
    head = f"{title}: " if title else ""
    text = f"{head}passes with probability {float(passage.probability):.3f}"
    return _bars(list(passage.deciding), series, text, "probability per voter", ax)


def _bars(
    labels: Sequence[str],
    series: dict[str, list[float]],
    title: str,
    unit: str,
    ax: Axes | None,
) -> Axes:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if ax is None:
        height = 1.2 + 0.16 * len(labels) * (len(series) + 1)
        ax = Figure(figsize=(7.0, height), layout="constrained").add_subplot()
    places = np.arange(len(labels), dtype=float)
    thickness = 0.8 / max(len(series), 1)
    colours = mpl.colormaps["cividis"](np.linspace(0.05, 0.95, max(len(series), 1)))
    for number, (name, values) in enumerate(series.items()):
        ax.barh(
            places + (number - (len(series) - 1) / 2) * thickness,
            values,
            height=thickness,
            color=colours[number],
            label=name.replace("_", " "),
        )
    ax.set_yticks(places, labels)
    ax.invert_yaxis()
    ax.set_xlabel(unit)
    ax.set_title(title, fontsize=10)
    ax.legend(fontsize=7)
    return ax
