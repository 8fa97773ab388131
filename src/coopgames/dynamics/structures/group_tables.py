"""Payoffs in groups by who is in them, the player included."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import SymmetricGame
from ...kernels.simplex import compositions, number_of_compositions

__all__ = ["GameOnStructure", "group_tables"]

#: A symmetric game, or a function that returns the one of n players.
GameOnStructure = SymmetricGame | Callable[[int], SymmetricGame]

#: Compositions of a group up to which payoffs are tabulated.
LARGEST_TABLE = 1_000_000


def group_tables(game: GameOnStructure, sizes: Sequence[int]) -> list[npt.NDArray[np.float64]]:
    """Return payoffs by composition of the whole group, for each size of group.

    Parameters
    ----------
    game : SymmetricGame or callable
        One game, for groups of its own size only; or ``game(n)`` returns that of n players.
    sizes : sequence of int
        At least 2 each.

    Returns
    -------
    list of array, shape (compositions, s)
        ``[c, f]`` is what f gets in composition c, and 0 where nobody uses f. [payoff]

    Raises
    ------
    CoopgamesError
        If the game is of another size, or games of several sizes have different strategies.
    BudgetError
        If a table is too large.

    Examples
    --------
    >>> from coopgames.games.classics import public_goods
    >>> group_tables(lambda n: public_goods(n, 1.5), [3])[0].tolist()
    [[0.0, 0.0], [-0.5, 0.5], [0.0, 1.0], [0.5, 0.0]]
    """
    out = []
    names: tuple[str, ...] | None = None
    for size in sizes:
        fitting = game if isinstance(game, SymmetricGame) else game(size)
        if fitting.players != size:
            raise CoopgamesError(
                f"game must have as many players as a group has members, {size}; got "
                f"{fitting.players}: give a function that returns the game of n players"
            )
        names = names or fitting.strategies
        if fitting.strategies != names:
            raise CoopgamesError(
                f"game must have the same strategies for every size; got {fitting.strategies} "
                f"and {names}"
            )
        if number_of_compositions(size, fitting.size) > LARGEST_TABLE:
            raise BudgetError(
                f"{fitting.size} strategies in a group of {size} make more than the "
                f"{LARGEST_TABLE:,} compositions that are tabulated; take smaller neighbourhoods"
            )
        # A group that is the whole population is met as it is.
        out.append(fitting.payoffs_in_population(compositions(size, fitting.size)))
    return out
