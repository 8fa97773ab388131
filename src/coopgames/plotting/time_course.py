"""Shares over time: one line per strategy, with a band where replicates differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..dynamics import SimulatedPopulation
from ..errors import CoopgamesError
from .style import canvas, line_styles, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_simulation", "plot_time_course"]

Floats = npt.NDArray[np.float64]


def plot_time_course(
    times: npt.ArrayLike,
    mean: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    *,
    names: Sequence[str] | None = None,
    shown: int = 6,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw shares over time, and return the axes.

    Parameters
    ----------
    times : array_like, shape (t,)
    mean : array_like, shape (t, s)
        Shares of the strategies; of a trajectory, or means over replicates.
    low, high : array_like, shape (t, s), optional
        A band around them; both or neither.
    names : sequence of str, optional
        Of the strategies; "0", "1", ... by default.
    shown : int
        At least 1. Of more strategies the ones with the largest mean share over these times are
        drawn, and the rest as their sum, without a band.
    unit : str
        Of the times.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If shapes do not fit, or there is half a band.

    Examples
    --------
    >>> from coopgames import trajectory
    >>> from coopgames.games.classics import hawk_dove
    >>> times = [0, 5, 10]
    >>> path = trajectory(hawk_dove(2, 5), [0.9, 0.1], times)
    >>> ax = plot_time_course(times, path, names=("hawk", "dove"))
    >>> [line.get_label() for line in ax.lines]
    ['hawk', 'dove']
    """
    at = np.asarray(times, dtype=float)
    middle = np.asarray(mean, dtype=float)
    if at.ndim != 1 or middle.ndim != 2 or middle.shape[0] != at.size or not middle.size:
        raise CoopgamesError(
            "times must have shape (t,) and mean (t, s); "
            f"got {at.shape} and {middle.shape}: draw one trajectory at a time"
        )
    if (low is None) != (high is None):
        raise CoopgamesError("low and high must be given together")
    band = (
        None if low is None else np.stack([_like("low", low, middle), _like("high", high, middle)])
    )
    strategies = middle.shape[1]
    labels = tuple(map(str, range(strategies))) if names is None else tuple(names)
    if len(labels) != strategies:
        raise CoopgamesError(f"names must name all {strategies} strategies; got {len(labels)}")
    order = np.argsort(-middle.mean(axis=0), kind="stable")[: count("shown", shown)]
    ax = canvas(ax, (6.0, 3.4))
    chosen = sorted(order.tolist())
    for strategy, style in zip(chosen, line_styles(len(chosen)), strict=True):
        ax.plot(
            at, middle[:, strategy], label=readable(labels[strategy], 18), linewidth=1.6, **style
        )
        if band is not None:
            ax.fill_between(
                at,
                *band[:, :, strategy],
                facecolor=(*style["color"][:3], 0.12),
                edgecolor=(*style["color"][:3], 0.6),
                linewidth=0.6,
                zorder=1,
            )
    rest = strategies - len(chosen)
    if rest:
        others = middle.sum(axis=1) - middle[:, chosen].sum(axis=1)
        ax.plot(at, others, color="0.6", linewidth=1.2, label=f"{rest} others, sum")
    ax.set_xlim(at.min(), at.max() if at.max() > at.min() else None)
    ax.set_ylim(0, None)
    ax.set_xlabel(f"time [{unit}]" if unit else "time")
    ax.set_ylabel("share")
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, fontsize=8, frameon=False
    )
    return ax


def plot_simulation(found: SimulatedPopulation, *, shown: int = 6, ax: Axes | None = None) -> Axes:
    """Draw mean shares over replicates with the band that was recorded, and return the axes.

    Parameters
    ----------
    found : SimulatedPopulation
        From `coopgames.simulate_population` with ``record_every``; the band reaches from the
        lowest to the highest of its quantiles.
    shown : int
        As in `plot_time_course`.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If no path was recorded.

    Examples
    --------
    >>> from coopgames import Fermi, simulate_population
    >>> from coopgames.games.classics import hawk_dove
    >>> found = simulate_population(
    ...     hawk_dove(2, 5), Fermi(population_size=20), generations=20, record_every=5, rng=1
    ... )
    >>> len(plot_simulation(found).lines)
    2
    """
    if not found.times.size:
        raise CoopgamesError("found holds no path; simulate with record_every=1, say")
    low = high = None
    if len(found.band_levels) > 1:
        low = found.band[int(np.argmin(found.band_levels))]
        high = found.band[int(np.argmax(found.band_levels))]
    return plot_time_course(
        found.times,
        found.mean_path,
        low,
        high,
        names=found.game.strategies,
        shown=shown,
        unit="generations",
        ax=ax,
    )


def _like(name: str, given: npt.ArrayLike | None, middle: Floats) -> Floats:
    array = np.asarray(given, dtype=float)
    if array.shape != middle.shape:
        raise CoopgamesError(
            f"{name} must have shape {middle.shape}, that of mean; got {array.shape}"
        )
    return array
