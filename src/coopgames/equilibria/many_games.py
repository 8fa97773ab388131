"""All equilibria of stacks of two-player games: arrays for sweeps over payoffs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..kernels.bimatrix.batch import equilibria_of_many
from ..kernels.bimatrix.routes import BUDGET

__all__ = ["EquilibriaOfGames", "equilibria_of_games"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EquilibriaOfGames:
    """Extreme equilibria of many games, one per row, in the order of games.

    Attributes
    ----------
    game : int array, shape (equilibria,)
        Which game it is of.
    first, second : array, shape (equilibria, m) and (equilibria, n)
        Strategies.
    payoffs : array, shape (equilibria, 2)
        Of both players. [payoff]
    indices : int array, shape (equilibria,)
        Index of an isolated equilibrium; the sum over connected ones is the index of their
        component.
    regret : array, shape (equilibria,)
        The larger gain of both players from leaving. [range of the player's payoffs]
    number : int array, shape (games,)
        How many extreme equilibria each game has.
    degenerate : bool array, shape (games,)
        Whether some strategy has more best replies than it plays pure strategies; then equilibria
        may be connected.
    complete : bool array, shape (games,)
        Whether these are all: the search ended within its budget, and indices sum to 1.
    """

    game: Integers
    first: Floats
    second: Floats
    payoffs: Floats
    indices: Integers
    regret: Floats
    number: Integers
    degenerate: Bools
    complete: Bools

    def rows(self, game: int) -> slice:
        """Return where the equilibria of a game stand."""
        start, stop = np.searchsorted(self.game, [game, game + 1]).tolist()
        return slice(start, stop)


def equilibria_of_games(first: Any, second: Any, *, budget: int = BUDGET) -> EquilibriaOfGames:
    """Return all extreme equilibria of each of many two-player games of one shape.

    Parameters
    ----------
    first, second : array_like, shape (games, m, n)
        Payoffs of the row and the column player: any finite doubles, integers or Fractions; at most
        44 strategies in all. [payoff]
    budget : int
        Most bases per player and game met by a search along edges; where it would be exceeded the
        search stops with what it has found, and the game is not ``complete``.

    Returns
    -------
    EquilibriaOfGames

    Raises
    ------
    CoopgamesError
        If payoffs aren't finite numbers in two arrays of one shape.

    See Also
    --------
    bimatrix_equilibria : one game, with components and exact answers.

    Examples
    --------
    Hawk-Dove as fights get dearer, by the number of equilibria and the share of hawks:

    >>> cost = np.array([1.0, 4.0, 8.0])
    >>> fights = np.array([[[(2 - c) / 2, 2], [0, 1]] for c in cost])
    >>> found = equilibria_of_games(fights, fights.swapaxes(1, 2))
    >>> found.number.tolist()
    [1, 3, 3]
    >>> mixed = (found.first > 0).all(axis=1)
    >>> found.game[mixed].tolist(), found.first[mixed, 0].tolist()
    ([1, 2], [0.5, 0.25])
    """
    solved = equilibria_of_many(first, second, budget=budget)
    games = solved.complete.size
    totals = np.bincount(solved.game, weights=solved.indices, minlength=games)
    paid = [
        np.einsum("ei,eij,ej->e", solved.first, matrices[solved.game], solved.second)
        for matrices in (np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    ]
    return EquilibriaOfGames(
        game=solved.game,
        first=solved.first,
        second=solved.second,
        payoffs=np.stack(paid, axis=1),
        indices=solved.indices,
        regret=solved.regret,
        number=np.bincount(solved.game, minlength=games),
        degenerate=solved.degenerate,
        complete=solved.complete & (totals == 1),
    )
