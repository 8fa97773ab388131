r"""All equilibria of one two-player game, degenerate or not, in doubles or rational numbers.

The extreme ones, that is: the others are made of these (`bimatrix_components`). Payoffs meant as
decimals, so that 0.1 + 0.2 ties with 0.3, are given as `fractions.Fraction`; doubles stand for
their binary values.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..._checks import count
from .payoffs import checked_pair
from .routes import BUDGET, solved

__all__ = ["ExtremeEquilibria", "extreme_equilibria"]


class ExtremeEquilibria(NamedTuple):
    """Extreme equilibria: pair (i, j) of ``pairs`` is ``first[i]`` against ``second[j]``.

    Strategies and pairs are in lexicographic order, more of the first pure strategies first.
    """

    #: Strategies of the first player, shape (strategies, m); doubles or Fractions.
    first: npt.NDArray[Any]
    #: Strategies of the second player, shape (strategies, n).
    second: npt.NDArray[Any]
    #: Shape (equilibria, 2).
    pairs: npt.NDArray[np.intp]
    #: Index of each isolated equilibrium; where equilibria are connected, the sum over a component
    #: is the index of the component. All sum to 1 if complete. Shape (equilibria,).
    indices: npt.NDArray[np.int64]
    #: Whether some strategy has more best replies than it plays pure strategies; None if the search
    #: stopped before one was met.
    degenerate: bool | None
    #: Whether these are all; False if the budget was spent.
    complete: bool
    #: Whether integers had to decide, or were asked for.
    by_integers: bool
    #: Largest gain of a player from a deviation, in units of the range of the player's payoffs; in
    #: doubles.
    regret: float


def extreme_equilibria(
    first: Any, second: Any, *, exact: bool = False, budget: int = BUDGET
) -> ExtremeEquilibria:
    """Return all extreme equilibria of a two-player game.

    Parameters
    ----------
    first, second : array_like, shape (m, n)
        Payoffs of the first player (rows) and the second (columns): any finite doubles, integers or
        Fractions; at most 62 strategies in all. [payoff]
    exact : bool
        Return Fractions instead of doubles.
    budget : int
        Most bases per player met in a search along edges; where it would be exceeded the search
        stops with what it has found, each of it an equilibrium, and ``complete`` is False. A basis
        takes some 0.01 ms in doubles and up to 1 ms in integers.

    Returns
    -------
    ExtremeEquilibria
        Probabilities in doubles are off by at most 1e-9, mostly by 1e-15.

    Raises
    ------
    CoopgamesError
        If payoffs aren't finite numbers in two matrices of one shape.

    Examples
    --------
    The second player doesn't care, and the first only if the second plays the first column:

    >>> found = extreme_equilibria([[1, 1], [1, 0]], [[1, 1], [1, 1]], exact=True)
    >>> found.degenerate, found.complete, len(found.pairs)
    (True, True, 3)
    >>> for i, j in found.pairs:
    ...     print(*found.first[i], "|", *found.second[j])
    1 0 | 1 0
    1 0 | 0 1
    0 1 | 1 0
    """
    budget = count("budget", budget)
    one, two = (payoffs[None] for payoffs in checked_pair(first, second, ndim=2))
    found = solved(one, two, exact=exact, budget=budget)
    complete, degenerate = bool(found.complete[0]), bool(found.degenerate[0])
    first_rows, i = _distinct(found.first, found.vertices[:, 0], shared=degenerate)
    second_rows, j = _distinct(found.second, found.vertices[:, 1], shared=degenerate)
    order = np.lexsort((j, i))
    return ExtremeEquilibria(
        first=found.first[first_rows],
        second=found.second[second_rows],
        pairs=np.stack((i, j), axis=1)[order],
        indices=found.indices[order],
        degenerate=degenerate if complete or degenerate else None,
        complete=complete,
        by_integers=bool(found.by_integers[0]),
        regret=float(found.regret.max(initial=0.0)),
    )


def _distinct(
    strategies: npt.NDArray[Any], vertices: npt.NDArray[np.int64], *, shared: bool
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return one row per vertex, in lexicographic order, and each row's place among them."""
    rows = place = np.arange(vertices.size)
    if shared:
        _, rows, place = np.unique(vertices, return_index=True, return_inverse=True)
    # Routes differ in the last digits; that shouldn't change the order.
    keys = np.round(strategies[rows].astype(np.float64), 9)
    order = np.lexsort(-keys.T[::-1])
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return rows[order], rank[place]
