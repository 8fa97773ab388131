"""The rate of action over time, with a band over replicates: how a world gets where it stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from .._checks import probability
from ..errors import CoopgamesError
from ..outcomes import SampledOutcome
from .time_course import plot_time_course

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_act_rate"]


def plot_act_rate(
    found: SampledOutcome | Mapping[str, SampledOutcome],
    *,
    band: tuple[float, float] = (0.05, 0.95),
    unit: str = "sweeps",
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean share of states that act over time, and return the axes.

    Parameters
    ----------
    found : SampledOutcome, or several by label
        From `coopgames.simulate`, best with ``burn_in=0, sweeps_between=1``; times are its sweeps,
        or the time of a flow. Several must be sampled at the same times; of them only means are
        drawn, as bands of few states would cover one another.
    band : tuple of float
        Quantiles over replicates between which the band lies, in [0, 1]. Replicates differ in the
        mandate event too.
    unit : str
        Of the times: of Wright-Fisher processes a sweep is a generation, flows have none.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there is nothing to draw, times differ, or a quantile lies outside [0, 1].

    Examples
    --------
    >>> import coopgames as cg
    >>> game = cg.game("club", "trade")
    >>> found = cg.simulate(game, replicates=32, samples=11, burn_in=0, sweeps_between=1, rng=7)
    >>> ax = plot_act_rate(found)
    >>> ax.lines[0].get_xdata().tolist() == list(range(11))
    True
    """
    several = dict(found) if isinstance(found, Mapping) else {"states": found}
    if not several:
        raise CoopgamesError("found must hold at least one simulation; got none")
    levels = [probability("band", level) for level in band]
    times, means, bands = [], [], []
    for one in several.values():
        settings = one.provenance["specification"]
        samples = np.arange(one.acting.shape[1])
        times.append(settings["burn_in"] + settings["sweeps_between"] * samples)
        rates = one.acting.sum(axis=2) / one.game.size
        means.append(rates.mean(axis=0))
        bands.append(np.quantile(rates, levels, axis=0))
    if any(not np.array_equal(times[0], other) for other in times[1:]):
        raise CoopgamesError("found must be sampled at the same times; burn_in or samples differ")
    low, high = np.stack(bands, axis=2) if len(several) == 1 else (None, None)
    names = tuple(several)
    ax = plot_time_course(
        times[0],
        np.stack(means, axis=1),
        low,
        high,
        names=names,
        shown=len(names),
        unit=unit,
        ax=ax,
    )
    ax.set_ylim(0, 1)
    ax.set_ylabel("share of states that act")
    if len(names) == 1:
        ax.get_legend().remove()  # type: ignore[union-attr]
    return ax
