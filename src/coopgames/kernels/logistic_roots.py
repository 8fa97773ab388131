r"""All roots of y = lambda D(1 / (1 + e^-y)) for a polynomial D, by subdivision with bounds.

D is given by Bernstein coefficients, so that on any part of [0, 1] its values lie between the least
and the largest coefficient there, and so do those of its derivative. An interval of y without a
root, or with a function that only grows or falls and hence one root at most, is settled; others are
halved. Roots lie between lambda times the least and the largest coefficient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .bernstein import bernstein_derivative, bernstein_values

__all__ = ["LogisticRoots", "logistic_roots", "part_coefficients"]

Floats = npt.NDArray[np.float64]

#: Width, relative to the place or 1, at which an interval is no longer halved.
NARROW = 1e-9


class LogisticRoots(NamedTuple):
    """Roots and what is known about them.

    Attributes
    ----------
    roots : array, shape (k,)
        y, in rising order.
    slopes : array, shape (k,)
        Derivative of y - lambda D there.
    complete : bool
        Whether these are all, each one simple; False where two are so close that they can't be told
        from one or none, whose place is then listed.
    """

    roots: Floats
    slopes: Floats
    complete: bool


def part_coefficients(coefficients: Floats, first: Floats, last: Floats) -> Floats:
    """Return Bernstein coefficients on parts of the unit interval.

    Parameters
    ----------
    coefficients : array, shape (n + 1,)
    first, last : array, shape (parts,)
        0 <= first <= last <= 1.

    Returns
    -------
    array, shape (parts, n + 1)

    Examples
    --------
    >>> part_coefficients(np.array([0.0, 0.0, 1.0]), np.array([0.5]), np.array([1.0]))
    array([[0.25, 0.5 , 1.  ]])
    """
    level = np.broadcast_to(coefficients, (first.size, coefficients.size))
    kept = [level[:, 0]]
    t = last[:, None]
    while level.shape[1] > 1:
        level = (1.0 - t) * level[:, :-1] + t * level[:, 1:]
        kept.append(level[:, 0])
    level = np.stack(kept, axis=1)
    t = (first / np.maximum(last, np.finfo(float).tiny))[:, None]
    kept = [level[:, -1]]
    while level.shape[1] > 1:
        level = (1.0 - t) * level[:, :-1] + t * level[:, 1:]
        kept.append(level[:, -1])
    return np.stack(kept[::-1], axis=1)


def logistic_roots(coefficients: npt.ArrayLike, precision: float) -> LogisticRoots:
    """Return all y = precision D(1 / (1 + e^-y)).

    Parameters
    ----------
    coefficients : array_like, shape (n + 1,)
        Of D.
    precision : float
        lambda, at least 0.

    Returns
    -------
    LogisticRoots

    Examples
    --------
    >>> logistic_roots([-2.0, 2.0], 4.0).roots.round(4)
    array([-7.9946,  0.    ,  7.9946])
    """
    b = np.asarray(coefficients, dtype=float)
    slope = bernstein_derivative(b)
    slack = precision * float(np.abs(b).max()) * 4e-16 * (b.size + 20)

    def value(y: Floats) -> Floats:
        return np.asarray(y - precision * bernstein_values(b, _logistic(y)))

    low = np.array([precision * b.min() - 1.0 - slack])
    high = np.array([precision * b.max() + 1.0 + slack])
    roots, complete = [], True
    while low.size:
        x, end = _logistic(low), _logistic(high)
        inside = part_coefficients(b, x, end)
        above = low - precision * inside.max(axis=1) - slack > 0
        below = high - precision * inside.min(axis=1) + slack < 0
        steep = part_coefficients(slope, x, end)
        monotone = _monotone(steep.min(axis=1), steep.max(axis=1), low, high, precision)
        once = monotone & ~above & ~below
        roots += _crossings(value, low[once], high[once])
        left = ~(monotone | above | below)
        middle = 0.5 * (low + high)
        narrow = left & (high - low <= NARROW * np.maximum(1.0, np.abs(middle)))
        if narrow.any():
            complete = False
            roots += middle[narrow].tolist()
            left &= ~narrow
        low, high = (
            np.concatenate([low[left], middle[left]]),
            np.concatenate([middle[left], high[left]]),
        )
    found = np.sort(np.array(roots, dtype=float))
    if not complete:  # neighbours of an undecided place are that place
        found = found[np.append(True, np.diff(found) > 10 * NARROW * np.maximum(1, found[1:]))]
    shares = _logistic(found)
    slopes = 1.0 - precision * bernstein_values(slope, shares) * shares * _logistic(-found)
    return LogisticRoots(roots=found, slopes=slopes, complete=complete)


def _logistic(y: Floats) -> Floats:
    half = np.exp(-np.abs(y))
    return np.asarray(np.where(y >= 0, 1.0, half) / (1.0 + half))


def _monotone(
    least: Floats, most: Floats, low: Floats, high: Floats, precision: float
) -> npt.NDArray[np.bool_]:
    """Return where the slope 1 - lambda D' x (1 - x) has one sign, given bounds of D'."""
    ends = np.stack([_logistic(y) * _logistic(-y) for y in (low, high)])
    around = (low <= 0) & (high >= 0)
    small, large = ends.min(axis=0), np.where(around, 0.25, ends.max(axis=0))
    upper = most * np.where(most > 0, large, small)
    lower = least * np.where(least < 0, large, small)
    margin = 1e-12
    growing = 1.0 - precision * upper > margin
    falling = 1.0 - precision * lower < -margin
    return np.asarray(growing | falling)


def _crossings(value: Callable[[Floats], Floats], low: Floats, high: Floats) -> list[float]:
    """Return the roots between ends of different sign, by halving; an end at 0 is positive."""
    below = value(low) < 0
    cross = below != (value(high) < 0)
    low, high, below = low[cross], high[cross], below[cross]
    for _ in range(120):
        middle = 0.5 * (low + high)
        same = (value(middle) < 0) == below
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return [float(y) for y in 0.5 * (low + high)]
