r"""Who invades whom: the limit of rare mutations as a graph.

A population of k is left for i at a rate in proportion to rho_ki, the fixation probability of one i
among k. An arrow from k to i stands where rho_ki Z > 1, more than for a neutral mutant; its width
grows with log(rho_ki Z).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..dynamics import fixation, small_mutation_limit
from ..dynamics.processes.every import FiniteProcess
from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..kernels.markov.rare_mutations import rare_mutation_law
from .invasion_graph import draw_invasions
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_invasion_graph"]

Floats = npt.NDArray[np.float64]


def plot_invasion_graph(
    game: SymmetricGame,
    process: FiniteProcess,
    *,
    log_fixation: npt.ArrayLike | None = None,
    shown: int = 8,
    ax: Axes | None = None,
) -> Axes:
    """Draw which strategy invades which where mutations are rare, and return the axes.

    Nodes have the stationary probability of `coopgames.small_mutation_limit`, by area and number.
    An arrow leads from a resident to a mutant that takes over more often than a neutral one; its
    width and number are the fixation probability times Z. Dashed and without a head: neutral both
    ways, or, with a head, one way. Dotted: both may coexist for ever, where imitation is infinitely
    strong or of the best, and then there is no stationary probability.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, WrightFisher or BestOfSample
    log_fixation : array_like, shape (s, s), optional
        ``[k, i]`` is ln of the fixation probability of one i among k; computed from game and
        process by default.
    shown : int
        At least 2. Of more strategies the most frequent ones are drawn, and the title says how much
        of the time they have.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If the game has one strategy, or the matrix has the wrong shape.

    References
    ----------
    Fudenberg & Imhof (2006) J. Econ. Theory 131:251. doi:10.1016/j.jet.2005.04.006

    Examples
    --------
    >>> from coopgames import Fermi
    >>> from coopgames.games.classics import optional_public_goods
    >>> game = optional_public_goods(5, 3, 1, fine=1, fine_cost=0.3)
    >>> ax = plot_invasion_graph(game, Fermi(population_size=100))
    >>> sum(edge.get_gid() == "loner -> cooperate" for edge in ax.patches)
    1
    """
    if game.size < 2:
        raise CoopgamesError("game must have at least two strategies; this one has one")
    law, given = _law(game, process, log_fixation)
    most = count("shown", shown, 2)
    chosen = sorted(np.argsort(-np.nan_to_num(law), kind="stable")[:most].tolist())
    logs = _log_fixation(game, process, chosen) if given is None else given[np.ix_(chosen, chosen)]
    size = process.individuals
    gain = logs + np.log(size)
    ax = canvas(ax, (5.2, 5.0 if len(chosen) > 2 else 2.6))
    names = [game.strategies[k] for k in chosen]
    title = f"rare mutations; edges: fixation probability × {size}"
    if len(chosen) < game.size:
        title += (
            f"\nthe {len(chosen)} most frequent of {game.size} strategies, "
            f"{law[chosen].sum():.3f} of the time"
        )
    draw_invasions(
        ax,
        names,
        law[chosen],
        gain=gain,
        most=float(np.log(size)),
        title=title,
        keys=[1, np.sqrt(size), size],
    )
    return ax


def _law(
    game: SymmetricGame, process: FiniteProcess, log_fixation: npt.ArrayLike | None
) -> tuple[Floats, Floats | None]:
    """Return the stationary law, NaN where there is none, and the checked matrix if given."""
    if log_fixation is None:
        return small_mutation_limit(game, process).law, None
    given = np.asarray(log_fixation, dtype=float)
    if given.shape != (game.size, game.size):
        raise CoopgamesError(
            f"log_fixation must have shape {(game.size, game.size)}; got {given.shape}"
        )
    off = ~np.eye(game.size, dtype=bool)
    if np.isnan(given[off]).any():
        return np.full(game.size, np.nan), given
    return rare_mutation_law(given).law, given


def _log_fixation(game: SymmetricGame, process: FiniteProcess, chosen: list[int]) -> Floats:
    out = np.full((len(chosen), len(chosen)), -np.log(process.individuals))
    for row, resident in enumerate(chosen):
        for column, mutant in enumerate(chosen):
            if row != column:
                out[row, column] = fixation(game, process, mutant, resident).log_probability
    return out
