"""All equilibria of many two-player games of one shape, degenerate ones included."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..._checks import count
from ...errors import CoopgamesError
from .payoffs import checked_pair
from .routes import BUDGET, Solved, solved

__all__ = ["equilibria_of_many"]

#: Numbers worked on at a time: they stay in the processor's cache.
BLOCK = 1 << 16
#: Most strategies in all: labels and the game's number share 64 bits.
MOST_STRATEGIES = 44


def equilibria_of_many(first: Any, second: Any, *, budget: int = BUDGET) -> Solved:
    """Return all extreme equilibria of each of many two-player games.

    Parameters
    ----------
    first, second : array_like, shape (games, m, n)
        Payoffs of the first player (rows) and the second (columns): any finite doubles, integers or
        Fractions; at most 44 strategies in all. [payoff]
    budget : int
        Most bases per player and game met in a search along edges; where it would be exceeded the
        search stops with what it has found, each of it an equilibrium, and the game is not
        ``complete``.

    Returns
    -------
    Solved
        Strategies in doubles; probabilities are off by at most 1e-9, mostly by 1e-15.

    Raises
    ------
    CoopgamesError
        If payoffs aren't finite numbers in two arrays of one shape.

    Examples
    --------
    Matching pennies, and a battle of the sexes:

    >>> first = [[[1, -1], [-1, 1]], [[3, 0], [0, 2]]]
    >>> second = [[[-1, 1], [1, -1]], [[2, 0], [0, 3]]]
    >>> found = equilibria_of_many(first, second)
    >>> found.game.tolist(), found.indices.tolist()
    ([0, 1, 1, 1], [1, 1, 1, -1])
    >>> found.first.tolist()
    [[0.5, 0.5], [1.0, 0.0], [0.0, 1.0], [0.6, 0.4]]
    """
    budget = count("budget", budget)
    one, two = checked_pair(first, second, ndim=3)
    games, m, n = one.shape
    if m + n > MOST_STRATEGIES:
        raise CoopgamesError(
            f"first and second must have at most {MOST_STRATEGIES} strategies in all when games "
            f"are solved together; got {m} + {n}. Solve them one at a time"
        )
    size = max(1, BLOCK // (math.comb(m + n, m) * max(m, n)))
    parts = []
    for start in range(0, max(games, 1), size):
        block = slice(start, start + size)
        part = solved(one[block], two[block], exact=False, budget=budget)
        parts.append(part._replace(game=part.game + start))
    return Solved(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))
