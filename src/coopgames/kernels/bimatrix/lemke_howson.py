r"""Lemke-Howson paths of two-player games in integers, from every label.

Starting at the pair (0, 0) of vertices of the two best-response polytopes, which has all labels, a
label is dropped: its variable enters the dictionary of the polytope it belongs to, and the label
that is picked up there is dropped in the other, until the one missing turns up. Each label leads to
an equilibrium, not necessarily another one.

The variable that leaves is found by the lexicographic rule: ties of the right-hand side are broken
by the columns of the inverse, so that degenerate games don't cycle. Numbers are integers with one
common denominator per dictionary, the last pivot, and divisions leave no rest; the equilibria are
exact rational numbers.

The lexicographic rule follows a game with payoffs perturbed by less than any number, in which paths
end at equilibria of index +1. In games that aren't degenerate so do these.

References
----------
Lemke, C. E. & Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the Society
for Industrial and Applied Mathematics 12, 413-423. doi:10.1137/0112033
von Stengel, B. (2002). Computing equilibria for two-person games. In: Aumann, R. & Hart, S. (eds),
Handbook of Game Theory 3, 1723-1759. doi:10.1016/S1574-0005(02)03008-4
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ...errors import CoopgamesError
from .payoffs import checked_pair, integer_rows

__all__ = ["Path", "lemke_howson"]


class Path(NamedTuple):
    """Where a Lemke-Howson path ends."""

    #: Strategies, (m,) and (n,), as Fractions; None if the budget was spent.
    first: npt.NDArray[Any] | None
    second: npt.NDArray[Any] | None
    #: Pivots made.
    pivots: int


class _Dictionary:
    """C^T x + s = 1 with all columns kept, solved for a basis; integers over ``denominator``."""

    def __init__(self, matrix: npt.NDArray[Any]) -> None:
        k, l = matrix.shape  # noqa: E741
        self.own = k
        # Columns: right-hand side, slacks (the inverse: the lexicographic tie-break), strategies.
        unit = np.array([[int(i == j) for j in range(l)] for i in range(l)], dtype=object)
        ones = np.ones((l, 1), dtype=object)
        self.rows = np.concatenate((ones, unit, matrix.T.astype(object)), axis=1)
        self.denominator = 1
        #: Labels: own strategies from 0, then replies.
        self.basis = list(range(k, k + l))

    def column(self, label: int) -> int:
        """Return where a label's coefficients stand."""
        replies = len(self.basis)
        return 1 + (label - self.own if label >= self.own else replies + label)

    def enter(self, label: int) -> int:
        """Let a label's variable grow; return the label of the one that leaves."""
        entering = self.rows[:, self.column(label)]
        compared = len(self.basis) + 1
        best = -1
        for row in range(len(self.basis)):
            if entering[row] > 0 and (best < 0 or self._before(row, best, entering, compared)):
                best = row
        pivot, line = entering[best], self.rows[best].copy()
        rows = self.rows * pivot - entering[:, None] * line[None, :]
        rows //= self.denominator
        rows[best] = line
        self.rows, self.denominator = rows, pivot
        leaving, self.basis[best] = self.basis[best], label
        return leaving

    def _before(self, row: int, other: int, entering: npt.NDArray[Any], compared: int) -> bool:
        one = self.rows[row, :compared] * entering[other]
        two = self.rows[other, :compared] * entering[row]
        different = np.flatnonzero(one != two)
        return bool(one[different[0]] < two[different[0]])

    def strategy(self, weights: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the mixed strategy as Fractions."""
        out = np.array([Fraction(0)] * self.own, dtype=object)
        for row, label in enumerate(self.basis):
            if label < self.own:
                out[label] = Fraction(self.rows[row, 0] * weights[label])
        out /= out.sum()
        return out


def lemke_howson(first: Any, second: Any, *, label: int, budget: int = 10_000) -> Path:
    """Return the equilibrium at the end of the path that starts by dropping a label.

    Parameters
    ----------
    first, second : array_like, shape (m, n)
        Payoffs: any finite doubles, integers or Fractions. [payoff]
    label : int
        From 0 to m + n - 1: a strategy of the first player, or m plus one of the second.
    budget : int
        Most pivots. Paths may be exponentially long in the size of the game, but hardly ever are.

    Returns
    -------
    Path

    Raises
    ------
    CoopgamesError
        If payoffs aren't finite numbers in two matrices of one shape, or there is no such label.

    Examples
    --------
    >>> path = lemke_howson([[3, 0], [0, 2]], [[2, 0], [0, 3]], label=0)
    >>> print(*path.first, "|", *path.second)
    1 0 | 1 0
    """
    budget = count("budget", budget)
    one, two = checked_pair(first, second, ndim=2)
    m, n = one.shape
    label = count("label", label, 0)
    if label >= m + n:
        raise CoopgamesError(f"label must be below {m + n}, the strategies in all; got {label}")
    rows = [integer_rows(replies[None]) for replies in (two, one.T)]
    sides = [_Dictionary(side.matrices[0]) for side in rows]
    # Labels of the second dictionary start with the second player's strategies.
    player, entering = (0, label) if label < m else (1, label - m)
    sizes = (m, n)
    missing = (player, entering)
    for pivots in range(1, budget + 1):
        leaving = sides[player].enter(entering)
        if leaving < sizes[player]:
            same = (player, leaving)
            twin = (1 - player, sizes[1 - player] + leaving)
        else:
            same = (1 - player, leaving - sizes[player])
            twin = same
        if same == missing:
            ends = [side.strategy(row.weights[0]) for side, row in zip(sides, rows, strict=True)]
            return Path(ends[0], ends[1], pivots)
        player, entering = twin
    return Path(None, None, budget)
