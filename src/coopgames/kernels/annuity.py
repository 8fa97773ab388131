r"""What T rounds that begin tomorrow are worth today, and how patient one must be for that.

A threat of T rounds of punishment, each of which costs l, deters a breach that brings g at once and
is found with probability m iff

.. math:: g \le m \, l \, S(d), \qquad S(d) = d + d^2 + \dots + d^T = d \, \frac{1 - d^T}{1 - d},

with S(d) = d / (1 - d) for ever. S grows from 0 to T, so the condition is a least discount factor.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar

__all__ = ["discount_factor_for", "rounds_worth"]

Number = TypeVar("Number", Fraction, float)

#: Halvings of [0, 1] that reach double precision.
HALVINGS = 60


def rounds_worth(discount_factor: Number, periods: int | None = None) -> Number:
    """Return d + ... + d^T, a Fraction of one; d in [0, 1), and 1 only where T is finite.

    Examples
    --------
    >>> rounds_worth(Fraction(1, 2)), rounds_worth(Fraction(1, 2), 2)
    (Fraction(1, 1), Fraction(3, 4))
    """
    d = discount_factor
    if periods is None:
        return d / (1 - d)
    total = d - d
    for _ in range(periods):
        total = d * (1 + total)
    return total


def discount_factor_for(worth: Number, periods: int | None = None) -> Number | float | None:
    """Return the discount factor at which the rounds are worth ``worth`` >= 0.

    Parameters
    ----------
    worth : Fraction or float
        What S(d) must reach.
    periods : int, optional
        T; for ever by default.

    Returns
    -------
    Fraction or float, or None
        Exact for a Fraction where T is 1 or infinite; None where no d below 1 reaches it.

    Examples
    --------
    >>> discount_factor_for(Fraction(25, 9)), round(discount_factor_for(1.0, 2), 6)
    (Fraction(25, 34), 0.618034)
    >>> discount_factor_for(Fraction(2), 2) is None
    True
    """
    if periods is None:
        return worth / (1 + worth)
    if worth >= periods:
        return None
    if periods == 1 or worth == 0:
        return worth
    low, high, goal = 0.0, 1.0, float(worth)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rounds_worth(middle, periods) < goal else (low, middle)
    return high
