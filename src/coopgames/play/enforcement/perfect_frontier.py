"""The best payoffs that equilibria of two players sustain, and the worst, over patience."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .perfect_payoffs import subgame_perfect_payoffs
from .two_player_games import TwoPlayerGame, two_player_game

__all__ = ["PerfectFrontier", "perfect_frontier"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PerfectFrontier:
    """What equilibria sustain, by discount factor.

    Attributes
    ----------
    players : pair of str
    discount_factors : array, shape (n,)
    best_symmetric : array, shape (n,)
        The largest payoff that both can have at once; NaN where there is none. [payoff]
    best_sum : array, shape (n,)
        The largest sum of payoffs; NaN where there is no equilibrium. [payoff]
    threats : array, shape (n, 2)
        Worst credible punishments; NaN where there is no equilibrium. [payoff]
    complete : bool array, shape (n,)
        Whether the set of payoffs is known to within the tolerance.
    """

    players: tuple[str, str]
    discount_factors: Floats
    best_symmetric: Floats
    best_sum: Floats
    threats: Floats
    complete: npt.NDArray[np.bool_]


def perfect_frontier(
    game_or_first: TwoPlayerGame,
    second: npt.ArrayLike | None = None,
    *,
    discount_factors: npt.ArrayLike,
    tolerance: float = 1e-10,
    budget: int = 5000,
) -> PerfectFrontier:
    """Return the best payoffs and worst punishments at each discount factor.

    Parameters
    ----------
    game_or_first, second, tolerance, budget
        As in `subgame_perfect_payoffs`.
    discount_factors : array_like, shape (n,)
        In [0, 1).

    Returns
    -------
    PerfectFrontier

    Raises
    ------
    CoopgamesError
        If the game has not two players, or an argument is out of bounds.

    Examples
    --------
    >>> found = perfect_frontier([[3, 0], [5, 1]], discount_factors=[0.2, 0.4, 0.6])
    >>> found.best_symmetric.round(6)
    array([1. , 2.5, 3. ])
    """
    game = two_player_game(game_or_first, second)
    factors = np.atleast_1d(np.asarray(discount_factors, dtype=float))
    sets = [
        subgame_perfect_payoffs(
            (game.first, game.second), discount_factor=d, tolerance=tolerance, budget=budget
        )
        for d in factors.tolist()
    ]
    return PerfectFrontier(
        players=game.players,
        discount_factors=factors,
        best_symmetric=np.array([float(one.best_symmetric) for one in sets]),
        best_sum=np.array([float(one.best_sum) for one in sets]),
        threats=np.array([[float(value) for value in one.threats] for one in sets]).reshape(-1, 2),
        complete=np.array([one.complete for one in sets], dtype=bool),
    )
