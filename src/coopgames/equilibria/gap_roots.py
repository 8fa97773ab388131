r"""Roots of a payoff gap in [0, 1], all of them, without subdivision where signs on a grid suffice.

A polynomial in Bernstein form has at most as many roots in (0, 1) as its coefficients change sign.
If its values at some points provably alternate as often, each gap between these points holds one
simple root and there is no other. Values are sums over binomial weights, and a sign is proved if
the value exceeds a bound on its rounding. Where the grid does not show all alternations,
`coopgames.kernels.bernstein.unit_roots` decides exactly.

References
----------
Farouki (2012) Computer Aided Geometric Design 29:379-419. doi:10.1016/j.cagd.2012.03.001
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..games import RoleGame
from ..kernels.bernstein import (
    UnitRoots,
    bernstein_derivative,
    bernstein_values,
    payoff_gap_coefficients,
    unit_roots,
)

__all__ = ["gap_roots", "payoff_gap", "payoffs_of_two"]

Floats = npt.NDArray[np.float64]

#: Points of the grid; they lie more densely towards the ends.
POINTS = 257
#: Beyond this degree binomial weights may leave the range of doubles.
LARGEST_DEGREE = 900


def payoffs_of_two(game: RoleGame) -> Floats:
    """Return what both strategies of a game of one role pay, by co-players of the first.

    Parameters
    ----------
    game : RoleGame
        Of one role with two strategies and n players.

    Returns
    -------
    array, shape (2, n)
        Among n - 1 co-players of whom k = 0 .. n - 1 follow the first. [payoff]

    Examples
    --------
    >>> from coopgames.games import matrix_game, one_role
    >>> payoffs_of_two(one_role(matrix_game([[4, 0], [3, 2]])))
    array([[0., 4.],
           [2., 3.]])
    """
    n = game.players[0]
    first = np.arange(n)
    paid = np.zeros((2, n))
    for scenario in game.scenarios:
        one, other = scenario.adds[0].tolist()
        total = first * one + (n - 1 - first) * other
        paid += scenario.probability * scenario.payoffs[0][:, total]
    return paid


def payoff_gap(game: RoleGame) -> Floats:
    """Return the payoff of the first of two strategies less that of the second.

    Parameters
    ----------
    game : RoleGame
        Of one role with two strategies and n players.

    Returns
    -------
    array, shape (n,)
        As in `payoffs_of_two`. Differences within rounding are zero. [payoff]

    Examples
    --------
    >>> from coopgames.games import matrix_game, one_role
    >>> payoff_gap(one_role(matrix_game([[4, 0], [3, 2]])))
    array([-2.,  1.])
    """
    return payoff_gap_coefficients(*payoffs_of_two(game))


def gap_roots(coefficients: npt.ArrayLike) -> UnitRoots:
    """Return all roots in [0, 1] of a polynomial given by its Bernstein coefficients.

    Parameters
    ----------
    coefficients : array_like, shape (n + 1,)
        Finite; taken as exact.

    Returns
    -------
    UnitRoots
        As `coopgames.kernels.bernstein.unit_roots` returns them.

    Examples
    --------
    >>> gap_roots([1.0, -1.5]).points
    array([0.4])
    """
    b = np.asarray(coefficients, dtype=float)
    degree = b.size - 1
    there = np.flatnonzero(b)
    if not 1 <= degree <= LARGEST_DEGREE or not there.size:
        return unit_roots(b)
    signs = np.sign(b[there])
    changes = int((signs[1:] != signs[:-1]).sum())
    x, weights = _grid(degree)
    size = float(np.abs(b).max())
    value, bound = weights @ (b / size), 4e-15 * (degree + 20) * (weights @ (np.abs(b) / size))
    sure = np.flatnonzero(np.abs(value) > bound)
    at, sign = x[sure], np.sign(value[sure])
    # Just inside the ends the sign is that of the first, or last, coefficient that is not zero.
    at = np.concatenate(([0.0], at, [1.0]))
    sign = np.concatenate(([signs[0]], sign, [signs[-1]]))
    turns = np.flatnonzero(sign[1:] != sign[:-1])
    if turns.size != changes or 0.0 in at[turns] or 1.0 in at[turns + 1]:
        return unit_roots(b)
    ends = [(0.0, int(there[0])), (1.0, int(degree - there[-1]))]
    roots = [(point, times, point, point) for point, times in ends if times]
    inner = _refined(b / size, at[turns], at[turns + 1])
    roots += [
        (point, 1, low, high)
        for point, low, high in zip(
            inner.tolist(), at[turns].tolist(), at[turns + 1].tolist(), strict=True
        )
    ]
    roots.sort()
    now, around = int(signs[0]), []
    for point, *_ in roots:
        before = now if point > 0.0 else 0
        if 0.0 < point < 1.0:
            now = -now
        around.append((before, now if point < 1.0 else 0))
    return UnitRoots(
        points=np.array([root[0] for root in roots]),
        multiplicities=np.array([root[1] for root in roots], dtype=np.int64),
        signs=np.array(around, dtype=np.int64).reshape(-1, 2),
        brackets=np.array([root[2:] for root in roots]).reshape(-1, 2),
        identically_zero=False,
    )


@lru_cache(maxsize=16)
def _grid(degree: int) -> tuple[Floats, Floats]:
    x = np.sin(0.5 * np.pi * np.arange(1, POINTS - 1) / (POINTS - 1)) ** 2
    weights = np.exp(_log_ways(degree) + _exponents(degree, x))
    weights.setflags(write=False)
    return x, weights


@lru_cache(maxsize=16)
def _log_ways(degree: int) -> Floats:
    from scipy.special import gammaln

    k = np.arange(degree + 1)
    return np.asarray(gammaln(degree + 1) - gammaln(k + 1) - gammaln(degree - k + 1))


def _exponents(degree: int, x: Floats) -> Floats:
    k = np.arange(degree + 1)
    return np.asarray(np.log(x)[:, None] * k + np.log1p(-x)[:, None] * (degree - k))


def _refined(b: Floats, low: Floats, high: Floats) -> Floats:
    """Return the one root in each bracket: bisection by Brent's method, then a Newton step."""
    from scipy.optimize import brentq

    degree = b.size - 1
    ways, k = _log_ways(degree), np.arange(degree + 1)
    left = degree - k

    def value(x: float) -> float:
        return float(b @ np.exp(ways + k * np.log(x) + left * np.log1p(-x)))

    roots = np.array(
        [brentq(value, a, c, xtol=1e-16, rtol=1e-15) for a, c in zip(low, high, strict=True)]
    )
    if roots.size:
        slope = bernstein_values(bernstein_derivative(b), roots)
        with np.errstate(divide="ignore", invalid="ignore"):
            closer = roots - bernstein_values(b, roots) / slope
        inside = (closer > low) & (closer < high)
        roots = np.where(inside, closer, roots)
    return np.asarray(roots)
