r"""All equilibria of many small games at once, from the signs of all minors.

Let C+ be the best-response matrix C (k, l) with a row of ones below. With supports I of the player
and J of the other, of one size s, Cramer's rule gives the point of the best-response polytope where
just the x_i with i in I are positive and just the replies in J are best:

    x_i = +- det C+[I - i + ones, J] / det C[I, J],
    1 - (C^T x)_j = +- det C+[I + ones, J + j] / det C[I, J].

So it is feasible, and not degenerate, iff these l numerators and the denominator have the same
sign; a pair (I, J) is an equilibrium iff it is feasible for both players. All minors of C+ are
found by expanding those of size s along a column into those of size s - 1: no divisions, no
branches, all games side by side, and few operations in NumPy however many games there are. There
are binomial(k + l + 1, l) minors, so this is for small games.

A minor of size s is a sum of s! products of s entries in [0, 1]. By standard analysis its error is
at most s! (2 s + s (s - 1) / 2 + 1) units of roundoff, to first order, entries with their own error
of one unit; a sign is trusted beyond that. A pair of supports is ruled out for certain by two
numbers of opposite sign. Small integers are exact in doubles and need no bound at all. Games with a
pair of supports that can't be decided (degenerate ones among them) are left to others.

References
----------
Higham, N. J. (2002). Accuracy and Stability of Numerical Algorithms, 2nd ed. SIAM, section 3.1.
doi:10.1137/1.9780898718027
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .vertices import ROUNDOFF

__all__ = ["LARGEST_TOTAL", "Isolated", "isolated_equilibria"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

#: Games with more strategies in all are better searched along edges: what a plan takes, once for a
#: shape, is 0.05 s here and grows fivefold with every second strategy.
LARGEST_TOTAL = 14
#: Largest error of a minor of each size.
ERRORS = (
    1.1
    * ROUNDOFF
    * np.array(
        [math.factorial(s) * (2 * s + s * (s - 1) / 2 + 1) for s in range(LARGEST_TOTAL // 2 + 1)]
    )
)


class Isolated(NamedTuple):
    """Equilibria of games that are not degenerate, one per row."""

    game: Indices
    #: Multiples of strategies in the units of the best-response polytopes; (equilibria, m), (…, n).
    first: Floats
    second: Floats
    #: Largest error of the multiples, (equilibria,).
    errors: Floats
    indices: npt.NDArray[np.int64]
    #: Per game: whether all its pairs of supports could be decided; others have no rows.
    decided: Bools


class _Plan(NamedTuple):
    """What to multiply and where results lie, for best-response matrices of one shape.

    Minors stand one after the other, by size, from that of size 0; then their negatives, then 0.
    """

    #: Minors in all, and per size s >= 1: where they start and stop, the places of the entries
    #: (then their negatives) and of the smaller minors whose products they sum; (s, minors).
    minors: int
    sizes: tuple[tuple[int, int, Indices, Indices], ...]
    #: Shape (1 + l, pairs): denominator and numerators of every pair of supports.
    signs: Indices
    #: Shape (k, pairs): numerator of each x_i.
    strategies: Indices
    #: Sizes of supports, (pairs,), and largest errors of the signs, (pairs, 1).
    supports: npt.NDArray[np.int64]
    errors: Floats
    #: Place of (J, I) in the plan for shape (l, k), (pairs,).
    turned: Indices


def _pairs(k: int, l: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:  # noqa: E741
    return [
        (rows, columns)
        for size in range(1, min(k, l) + 1)
        for rows in combinations(range(k), size)
        for columns in combinations(range(l), size)
    ]


@lru_cache(maxsize=64)
def _plan(k: int, l: int) -> _Plan:  # noqa: E741
    place: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {((), ()): 0}
    sizes = []
    for size in range(1, min(k + 1, l) + 1):
        start, entries, smaller = len(place), [], []
        for rows in combinations(range(k + 1), size):
            for columns in combinations(range(l), size):
                place[rows, columns] = len(place)
                negative = [(size - 1 - at) % 2 * (k + 1) * l for at in range(size)]
                entries.append(
                    [row * l + columns[-1] + sign for row, sign in zip(rows, negative, strict=True)]
                )
                smaller.append(
                    [place[rows[:at] + rows[at + 1 :], columns[:-1]] for at in range(size)]
                )
        sizes.append((start, len(place), np.array(entries).T, np.array(smaller).T))
    minors = len(place)
    signs, strategies = [], []
    for rows, columns in _pairs(k, l):
        last = len(rows) - 1
        x = [2 * minors] * k
        for at, row in enumerate(rows):
            without = (*rows[:at], *rows[at + 1 :], k)
            x[row] = place[without, columns] + (last - at) % 2 * minors
        slacks = [
            place[(*rows, k), tuple(sorted((*columns, column)))]
            + sum(other > column for other in columns) % 2 * minors
            for column in range(l)
            if column not in columns
        ]
        signs.append([place[rows, columns], *(x[row] for row in rows), *slacks])
        strategies.append(x)
    supports = np.array([len(rows) for rows, _ in _pairs(k, l)])
    other = {(rows, columns): at for at, (rows, columns) in enumerate(_pairs(l, k))}
    return _Plan(
        minors,
        tuple(sizes),
        np.array(signs).T,
        np.array(strategies).T,
        supports,
        ERRORS[np.minimum(supports + 1, l)][:, None],
        np.array([other[columns, rows] for rows, columns in _pairs(k, l)]),
    )


def _minors(matrices: Floats, plan: _Plan) -> Floats:
    """Return all minors of C+, their negatives, and 0: shape (2 minors + 1, games)."""
    games, k, l = matrices.shape  # noqa: E741
    entries = np.empty((2, k + 1, l, games))
    entries[0, :k] = matrices.transpose(1, 2, 0)
    entries[0, k] = 1.0
    np.negative(entries[0], out=entries[1])
    entries = entries.reshape(2 * (k + 1) * l, games)
    out = np.empty((2 * plan.minors + 1, games))
    out[0] = 1.0
    for start, stop, factors, smaller in plan.sizes:
        products = entries.take(factors, axis=0)
        products *= out.take(smaller, axis=0)
        products.sum(axis=0, out=out[start:stop])
    np.negative(out[: plan.minors], out=out[plan.minors : -1])
    out[-1] = 0.0
    return out


def _feasible(minors: Floats, plan: _Plan, trusted: Bools) -> tuple[Bools, Bools]:
    """Return which pairs of supports are feasible, and which of these answers are uncertain."""
    signs = minors.take(plan.signs, axis=0)
    least, most = signs.min(axis=0), signs.max(axis=0)
    bound = plan.errors
    if trusted.any():
        bound = np.where(trusted, 0.0, bound)
    feasible = (least > bound) | (most < -bound)
    uncertain = ~(feasible | ((least < -bound) & (most > bound)))
    if trusted.any():
        uncertain &= ~(trusted & (signs[0] == 0.0))
    return feasible, uncertain


def isolated_equilibria(first: Floats, second: Floats, trusted: Bools) -> Isolated:
    """Return all equilibria of the games that can be decided in doubles.

    Parameters
    ----------
    first : array, shape (games, m, n)
        Best-response matrices of the first player's strategies, see `bimatrix_payoffs.float_rows`.
    second : array, shape (games, n, m)
        Those of the second player's strategies.
    trusted : array of bool, shape (games,)
        Games whose minors, and all partial sums of these, are doubles.
    """
    games, m, n = first.shape
    plan, other = _plan(m, n), _plan(n, m)
    if m == n:
        both = _minors(np.concatenate((first, second)), plan)
        feasible, uncertain = _feasible(both, plan, np.concatenate((trusted, trusted)))
        one, two = both[:, :games], both[:, games:]
        good, unsure = feasible[:, :games], uncertain[:, :games]
        good_other, unsure_other = feasible[:, games:], uncertain[:, games:]
    else:
        one, two = _minors(first, plan), _minors(second, other)
        good, unsure = _feasible(one, plan, trusted)
        good_other, unsure_other = _feasible(two, other, trusted)
    decided = ~np.any(np.concatenate((unsure, unsure_other)), axis=0)
    pair, game = np.nonzero(good & good_other[plan.turned] & decided)
    turned = plan.turned[pair]
    x = np.abs(one[plan.strategies[:, pair], game].T)
    y = np.abs(two[other.strategies[:, turned], game].T)
    same = (one[plan.signs[0, pair], game] > 0) == (two[other.signs[0, turned], game] > 0)
    indices = np.where(same == (plan.supports[pair] % 2 == 1), 1, -1)
    errors = np.where(trusted[game], 0.0, ERRORS[plan.supports[pair]])
    return Isolated(game, x, y, errors, indices, decided)
