r"""The polytope of correlated equilibria of two players, in exact fractions.

Laws p over profiles with p >= 0, one inequality for every ordered pair of a player's strategies,
and sum 1: the cut of a cone by a plane. Its corners are the cone's extreme rays, scaled to sum one.
The largest and the least mean of any objective are taken at corners.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import CoopgamesError
from ..kernels.double_description import extreme_rays

__all__ = ["CorrelatedVertices", "correlated_vertices"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorrelatedVertices:
    """All corners of a set of correlated equilibria.

    Attributes
    ----------
    vertices : tuple of arrays of Fraction, shape (m, n) each
        Probabilities of profiles, in falling lexicographic order.
    payoffs : tuple of pairs of Fraction
        What the row and the column player get at each.
    coarse : bool
    dimension : int
        Of the set; 0 is a point.
    """

    vertices: tuple[npt.NDArray[Any], ...]
    payoffs: tuple[tuple[Fraction, Fraction], ...]
    coarse: bool
    dimension: int

    def __len__(self) -> int:
        return len(self.vertices)

    def extremes(self, objective: npt.ArrayLike) -> tuple[Fraction, Fraction]:
        """Return the least and the largest mean of an objective, shape (m, n), exact."""
        values = _fractions("objective", objective)
        if values.shape != self.vertices[0].shape:
            raise CoopgamesError(
                f"objective must have shape {self.vertices[0].shape}; got {values.shape}"
            )
        means = [(values * vertex).sum() for vertex in self.vertices]
        return min(means), max(means)


def correlated_vertices(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    coarse: bool = False,
    most_vertices: int = 20_000,
) -> CorrelatedVertices:
    """Return all corners of the set of correlated equilibria of two players.

    Parameters
    ----------
    first, second : array_like, shape (m, n)
        What the row player and the column player get: integers, Fractions, or doubles, which are
        taken at their exact value. [payoff]
    coarse : bool
        Whether players commit before they are told anything.
    most_vertices : int
        Corners that are held at a time, at least 1.

    Returns
    -------
    CorrelatedVertices

    Raises
    ------
    CoopgamesError
        If the matrices differ in shape or are not finite.
    BudgetError
        If there are more corners on the way; numbers grow exponentially with m n.

    References
    ----------
    Nau, Gomez Canovas & Hansen (2004) Int. J. Game Theory 32:443. doi:10.1007/s001820300162

    Examples
    --------
    >>> found = correlated_vertices([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> len(found), [str(total) for total in found.extremes([[12, 9], [9, 0]])]
    (5, ['36/5', '21/2'])
    """
    row, column = _fractions("first", first), _fractions("second", second)
    if row.ndim != 2 or row.shape != column.shape or not row.size:
        raise CoopgamesError(
            f"first and second must be matrices of one shape; got {row.shape} and {column.shape}"
        )
    rays = extreme_rays(
        _rows(row, column, coarse), most_rays=count("most_vertices", most_vertices, 1)
    )
    ordered = sorted(
        ([Fraction(value, sum(ray)) for value in ray] for ray in rays.tolist()), reverse=True
    )
    vertices = tuple(np.array(one, dtype=object).reshape(row.shape) for one in ordered)
    return CorrelatedVertices(
        vertices=vertices,
        payoffs=tuple(((row * p).sum(), (column * p).sum()) for p in vertices),
        coarse=coarse,
        dimension=_rank(rays.tolist()) - 1,
    )


def _fractions(name: str, given: npt.ArrayLike) -> npt.NDArray[Any]:
    numbers = np.asarray(given, dtype=object)
    out = np.empty(numbers.shape, dtype=object)
    for where in np.ndindex(numbers.shape):
        value: Any = numbers[where]
        try:
            out[where] = Fraction(value.item() if isinstance(value, np.generic) else value)
        except (OverflowError, TypeError, ValueError):
            raise CoopgamesError(f"{name} must hold finite numbers; got {value!r}") from None
    return out


def _rows(row: npt.NDArray[Any], column: npt.NDArray[Any], coarse: bool) -> npt.NDArray[Any]:
    """Return the inequalities as integers, shape (rows, m n)."""
    found = []
    for payoffs, axis in ((row, 0), (column, 1)):
        own = np.moveaxis(payoffs, axis, 0)
        size = own.shape[0]
        for j in range(size):
            losses = [np.zeros_like(own) * Fraction(0) for _ in range(size)]
            for i in range(size):
                losses[i][i] = own[i] - own[j]
            found += [np.moveaxis(loss, 0, axis) for loss in ([sum(losses)] if coarse else losses)]
    out = []
    for loss in found:
        scale = math.lcm(*(value.denominator for value in loss.flat))
        whole = [int(value * scale) for value in loss.flat]
        divisor = math.gcd(*whole) or 1
        out.append([value // divisor for value in whole])
    return np.array(out, dtype=object)


def _rank(rows: list[list[int]]) -> int:
    """Return the rank of a matrix of integers, by elimination without fractions."""
    left, rank = [row for row in rows if any(row)], 0
    while left:
        pivot = left.pop()
        place = next(k for k, value in enumerate(pivot) if value)
        rest = []
        for row in left:
            new = [pivot[place] * a - row[place] * b for a, b in zip(row, pivot, strict=True)]
            divisor = math.gcd(*new)
            if divisor:
                rest.append([value // divisor for value in new])
        left, rank = rest, rank + 1
    return rank
