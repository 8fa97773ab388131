r"""Payoffs of two-player games as best-response polytopes, in doubles and in integers.

A player's mixed strategy x (k pure ones) meets the other's l pure replies, whose payoffs are the
columns of a matrix C of shape (k, l). All that equilibria depend on is which replies are best,

    C^T x <= v 1,   x >= 0,   1^T x = 1,

and that doesn't change when a constant is added to a row of C: it is the same for all replies. With
the smallest entry of every row taken off (one less in rows that are constant), C >= 0 has no row of
zeros, v > 0, and x / v runs over the *best-response polytope*

    P = {x >= 0, C^T x <= 1},

bounded, with the extra vertex 0. A row may also be multiplied by a positive number if x_i is
divided by it; so payoffs of any size and origin become numbers of order 1, or integers.

In doubles, rows are multiplied by powers of two, which is exact, and each difference has a relative
error of at most 2^-53. In integers nothing is rounded: a double stands for its binary value.

References
----------
Avis, D., Rosenberg, G. D., Savani, R. & von Stengel, B. (2010). Enumeration of Nash equilibria for
two-player games. Economic Theory 42, 9-37. doi:10.1007/s00199-009-0449-x
"""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError

__all__ = [
    "LARGEST_INTEGER",
    "MOST_STRATEGIES",
    "IntegerRows",
    "checked_pair",
    "exact_minors",
    "float_rows",
    "integer_rows",
]

#: Labels of both players are bits of one 64-bit integer.
MOST_STRATEGIES = 62
#: Between these no difference of two doubles, and no ratio of two such, leaves the normal range.
SMALLEST, LARGEST = 1e-140, 1e140
#: Up to here all integers are doubles.
LARGEST_INTEGER = 2**53

Floats = npt.NDArray[np.float64]


class IntegerRows(NamedTuple):
    """Best-response matrices in integers, and what their rows were multiplied by."""

    #: Shape (games, k, l), of int64 or Python integers.
    matrices: npt.NDArray[Any]
    #: Shape (games, k): a point x' of the polytope stands for the strategy prop. to weights * x'.
    weights: npt.NDArray[Any]


def checked_pair(first: Any, second: Any, *, ndim: int) -> tuple[npt.NDArray[Any], ...]:
    """Return both players' payoffs as float64 arrays where doubles hold them, else as Fractions.

    Raises
    ------
    CoopgamesError
        If they aren't finite numbers in arrays of one shape with ``ndim`` axes, or have more than
        `MOST_STRATEGIES` strategies in all.
    """
    pair = tuple(
        _checked(name, given, ndim) for name, given in (("first", first), ("second", second))
    )
    if pair[0].shape != pair[1].shape:
        raise CoopgamesError(
            "first and second must have one shape, own strategies of the first player by those of "
            f"the second; got {pair[0].shape} and {pair[1].shape}"
        )
    if sum(pair[0].shape[-2:]) > MOST_STRATEGIES:
        raise CoopgamesError(
            f"first and second must have at most {MOST_STRATEGIES} strategies in all; got "
            f"{pair[0].shape[-2]} + {pair[0].shape[-1]}. Eliminate dominated strategies first"
        )
    if any(payoffs.dtype == object for payoffs in pair):
        return tuple(_fractions(payoffs) for payoffs in pair)
    return pair


def _checked(name: str, given: Any, ndim: int) -> npt.NDArray[Any]:
    try:
        payoffs = np.asarray(given)
    except ValueError:
        raise CoopgamesError(f"{name} must have rows of one length; got {given!r}") from None
    if payoffs.ndim != ndim or 0 in payoffs.shape[-2:]:
        raise CoopgamesError(
            f"{name} must be an array with {ndim} axes, and at least one strategy per player; got "
            f"shape {payoffs.shape}"
        )
    if payoffs.dtype.kind not in "biufO":
        raise CoopgamesError(f"{name} must hold real numbers; got dtype {payoffs.dtype}")
    if payoffs.dtype == object or payoffs.dtype.itemsize > 8:
        return _doubles_if_exact(_fractions(payoffs, name))
    if payoffs.dtype.kind == "f":
        payoffs = payoffs.astype(np.float64)
        if not np.isfinite(payoffs).all():
            where = tuple(np.argwhere(~np.isfinite(payoffs))[0].tolist())
            raise CoopgamesError(f"{name} must be finite; got {payoffs[where]} at {where}")
        return payoffs
    if payoffs.size and max(int(payoffs.max()), -int(payoffs.min())) > LARGEST_INTEGER:
        return _doubles_if_exact(_fractions(payoffs))
    return payoffs.astype(np.float64)


def _fractions(payoffs: npt.NDArray[Any], name: str = "payoffs") -> npt.NDArray[Any]:
    out = np.empty(payoffs.shape, dtype=object)
    for where in np.ndindex(payoffs.shape):
        value: Any = payoffs[where]
        try:
            # NumPy's extended doubles know their ratio; the others are Python's numbers.
            exact = isinstance(value, Rational) or not hasattr(value, "as_integer_ratio")
            out[where] = Fraction(value) if exact else Fraction(*value.as_integer_ratio())
        except (OverflowError, TypeError, ValueError):
            raise CoopgamesError(
                f"{name} must hold finite numbers; got {value!r} at {where}"
            ) from None
    return out


def _doubles_if_exact(payoffs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    limit = Fraction(LARGEST)
    if any(abs(value) > limit for value in payoffs.flat):
        return payoffs
    doubles = payoffs.astype(np.float64)
    return (
        doubles
        if all(Fraction(a) == b for a, b in zip(doubles.flat, payoffs.flat, strict=True))
        else payoffs
    )


def float_rows(replies: Floats) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Return best-response matrices in doubles, their weights, and which games they are good for.

    Parameters
    ----------
    replies : array, shape (games, k, l)
        What the other player gets from each own strategy and reply.

    Returns
    -------
    matrices : array, shape (games, k, l)
        In [0, 1), the largest of each row at least 1/2; relative errors of at most 2^-53.
    weights : array, shape (games, k)
        As in `IntegerRows`.
    good : array of bool, shape (games,)
        False where payoffs are so large or small that the bound on the error may not hold.
    """
    sizes = np.abs(replies)
    good = ((sizes <= LARGEST) & ((sizes >= SMALLEST) | (sizes == 0.0))).all(axis=(1, 2))
    if not good.all():
        replies = np.where(good[:, None, None], replies, 0.0)
    above = replies - replies.min(axis=2, keepdims=True)
    _, exponents = np.frexp(above.max(axis=2))
    weights = np.ldexp(1.0, -exponents)
    matrices = above * weights[:, :, None]
    matrices[matrices.max(axis=2) == 0.0] = 0.5
    return matrices, weights, good


def exact_minors(replies: Floats) -> npt.NDArray[np.bool_]:
    """Return which games have minors, bordered by ones or not, that are exact in doubles.

    These are games of small integers: the products of absolute row sums that bound all partial sums
    of a minor stay below 2^53. The powers of two in `float_rows` change nothing about that.

    Parameters
    ----------
    replies : array, shape (games, k, l)

    Returns
    -------
    array of bool, shape (games,)
    """
    _, k, l = replies.shape  # noqa: E741
    whole = np.atleast_1d(_whole(replies).all(axis=(1, 2)))
    if not whole.any():
        return whole
    replies = np.where(whole[:, None, None], replies, 0.0)
    sums = (replies - replies.min(axis=2, keepdims=True)).sum(axis=2)
    sums[sums == 0.0] = l
    sums.sort(axis=1)
    small: npt.NDArray[np.bool_] = sums[:, -min(k, l) :].prod(axis=1) * l < LARGEST_INTEGER
    small &= whole
    return small


def _whole(payoffs: Floats) -> npt.NDArray[np.bool_]:
    out: npt.NDArray[np.bool_] = np.abs(payoffs) <= LARGEST_INTEGER
    out &= payoffs == np.rint(payoffs)
    return out


def integer_rows(replies: npt.NDArray[Any]) -> IntegerRows:
    """Return best-response matrices in integers: int64 if all payoffs are whole and below 2^53.

    Parameters
    ----------
    replies : array of float64 or Fractions, shape (games, k, l)
        What the other player gets from each own strategy and reply.
    """
    if replies.dtype != object and _whole(replies).all():
        above = replies.astype(np.int64)
        above = above - above.min(axis=2, keepdims=True)
        above[above.max(axis=2) == 0] = 1
        divisors = np.gcd.reduce(above, axis=2)
        multiples = np.array([math.lcm(*row) for row in divisors.tolist()], dtype=object)
        weights = multiples[:, None] // divisors.astype(object)
        return IntegerRows(above // divisors[:, :, None], weights)
    games, own, _ = replies.shape
    matrices = np.empty(replies.shape, dtype=object)
    weights = np.empty((games, own), dtype=object)
    for game in range(games):
        factors = []
        for i, row in enumerate(replies[game].tolist()):
            values = [Fraction(value) for value in row]
            least = min(values)
            if max(values) == least:
                least -= 1
            values = [value - least for value in values]
            unit = Fraction(
                math.gcd(*(value.numerator for value in values)),
                math.lcm(*(value.denominator for value in values)),
            )
            matrices[game, i] = [int(value / unit) for value in values]
            factors.append(1 / unit)
        common = math.lcm(*(factor.denominator for factor in factors))
        weights[game] = [int(factor * common) for factor in factors]
    return IntegerRows(matrices, weights)
