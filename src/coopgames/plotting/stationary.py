"""The long run by how many follow a strategy, with how likely groups succeed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..dynamics import PopulationOutcome
from ..errors import CoopgamesError
from ..kernels.group_sampling import hypergeometric_group_law
from ..kernels.simplex import compositions
from .style import canvas, line_styles, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_stationary"]

Floats = npt.NDArray[np.float64]

#: Largest population that is drawn with one bar per count.
_BARS = 60


def plot_stationary(
    outcome: PopulationOutcome,
    *,
    strategy: str | None = None,
    succeeds: npt.ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the stationary law of the number that follows a strategy, and return the axes.

    Parameters
    ----------
    outcome : PopulationOutcome
        Of any number of strategies.
    strategy : str, optional
        Which; by default the first of two, or each of more, a line per strategy.
    succeeds : array_like, shape (compositions,), optional
        Whether a group succeeds by its composition, as for `PopulationOutcome.group_success`: the
        background is darker where more groups do. Of more than two strategies that is the mean over
        states with the same number of the one strategy.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If the strategy is unknown, success is asked for with several strategies drawn, or the law
        is NaN because there is no limit of rare mutations.

    Examples
    --------
    >>> from coopgames import Fermi, evolve
    >>> from coopgames.games.classics import collective_risk
    >>> outcome = evolve(collective_risk(6, 3, risk=0.9, cost=0.1), Fermi(population_size=50))
    >>> ax = plot_stationary(outcome, succeeds=np.arange(7) >= 3)
    >>> len(ax.patches)
    51
    """
    names = outcome.game.strategies
    if np.isnan(outcome.law).any():
        raise CoopgamesError("outcome has no law: " + "; ".join(outcome.certificate.notes))
    if strategy is not None:
        one_of("strategy", strategy, names)
    drawn = [strategy] if strategy else list(names[:1] if len(names) <= 2 else names)
    if succeeds is not None and len(drawn) > 1:
        raise CoopgamesError(
            f"strategy must be one of {', '.join(names)} where success is shown; got None"
        )
    ax = canvas(ax, (5.6, 3.4))
    counts = np.arange(outcome.population_size + 1)
    for name, style in zip(drawn, line_styles(len(drawn)), strict=True):
        law = _marginal(outcome, name, outcome.law)
        if len(drawn) > 1:
            ax.plot(counts, law, label=readable(name, 18), linewidth=1.5, **style)
        elif counts.size > _BARS + 1:
            ax.fill_between(counts, law, step="mid", color=style["color"], alpha=0.35, linewidth=0)
            ax.step(counts, law, where="mid", color=style["color"], linewidth=1.2, gid="law")
        else:
            ax.bar(counts, law, width=0.8, color=style["color"])
    ax.set_xlim(-0.5, counts[-1] + 0.5)
    ax.set_ylim(0, None)
    ax.set_xlabel(
        "individuals of a strategy"
        if len(drawn) > 1
        else f"individuals who follow {readable(drawn[0], 60)}"
    )
    ax.set_ylabel("stationary probability")
    if len(drawn) > 1:
        ax.legend(fontsize=8, frameon=False)
    if succeeds is not None:
        _shade(ax, outcome, drawn[0], succeeds)
    return ax


def _marginal(outcome: PopulationOutcome, name: str, weights: Floats) -> Floats:
    """Return sums of weights of states by the number of a strategy, shape (Z + 1,)."""
    number = outcome.states[:, outcome.game.strategies.index(name)]
    size = outcome.population_size + 1
    return np.bincount(number, weights=weights, minlength=size).astype(float)


def _shade(ax: Axes, outcome: PopulationOutcome, name: str, succeeds: npt.ArrayLike) -> None:
    """Shade the background by how many groups succeed, and say how many do in all."""
    total = outcome.group_success(succeeds).value  # checks the shape
    game = outcome.game
    groups = compositions(game.players, game.looks)
    each = hypergeometric_group_law(game.seen(outcome.states), groups)
    succeed = each @ np.asarray(succeeds, dtype=float)
    law = _marginal(outcome, name, outcome.law)
    joint = _marginal(outcome, name, outcome.law * succeed)
    success = np.divide(joint, law, out=np.full_like(law, np.nan), where=law > 0)
    edges = np.arange(law.size + 1) - 0.5
    shading = ax.pcolormesh(
        edges,
        [0, 1],
        success[None, :],
        cmap="Greys",
        vmin=0.0,
        vmax=2.5,  # the darkest in use is a light grey, so that the law stays in front
        transform=ax.get_xaxis_transform(),
        zorder=0,
        gid="success",
    )
    bar = ax.get_figure(root=True).colorbar(shading, ax=ax, pad=0.02)  # type: ignore[union-attr]
    bar.ax.set_ylim(0, 1)
    bar.set_label(f"groups that succeed, {total:.3f} on average")
