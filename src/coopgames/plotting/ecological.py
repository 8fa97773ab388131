"""Ecological tournaments as stacked shares over generations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._checks import count
from ..play.tournaments.ecological import EcologicalTournament
from .style import canvas, line_styles, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_ecological"]

_HATCHES = ("", "//", "..", "\\\\", "xx", "--")


def plot_ecological(
    found: EcologicalTournament,
    *,
    shown: int = 8,
    generations: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw shares of strategies over generations, stacked, and return the axes.

    Parameters
    ----------
    found : EcologicalTournament
    shown : int
        At least 1. Of more strategies the ones with the largest mean share are drawn, and the rest
        together as "others".
    generations : int, optional
        How many to draw, at least 1; all by default.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If a number is below 1.

    Examples
    --------
    >>> from coopgames import ecological_tournament
    >>> found = ecological_tournament([[9, 2], [7, 3]], ["tit for tat", "always defect"])
    >>> [patch.get_label() for patch in plot_ecological(found).collections]
    ['tit for tat', 'always defect']
    """
    most = count("shown", shown)
    last = found.generations if generations is None else count("generations", generations)
    course = found.shares[: last + 1]
    order = np.argsort(-course.mean(axis=0), kind="stable")
    layers = [course[:, i] for i in order[:most]]
    labels = [readable(found.names[i], 24) for i in order[:most]]
    if len(order) > most:
        layers.append(course[:, order[most:]].sum(axis=1))
        labels.append("others")
    ax = canvas(ax, (6.4, 3.4))
    colours = [style["color"] for style in line_styles(len(layers))]
    patches = ax.stackplot(
        np.arange(len(course)), *layers, labels=labels, colors=colours, linewidth=0.6
    )
    for number, patch in enumerate(patches):
        patch.set_edgecolor("white")
        patch.set_hatch(_HATCHES[number % len(_HATCHES)])
    ax.set_xlim(0, max(len(course) - 1, 1))
    ax.set_ylim(0, 1)
    ax.set_xlabel("generation")
    ax.set_ylabel("share")
    handles, names = ax.get_legend_handles_labels()
    # The legend in the order of the layers, from the top.
    ax.legend(
        handles[::-1],
        names[::-1],
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        fontsize=8,
    )
    return ax
