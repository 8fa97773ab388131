"""Numbers that are given exactly or as floats: computed as fractions, returned as they came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from .._checks import number
from ..errors import CoopgamesError
from ..records import exact

__all__ = ["like_given", "rational", "rational_share"]


def rational(name: str, value: Any) -> Fraction:
    """Return the fraction that a number's shortest decimal, or "a/b", denotes.

    Raises
    ------
    CoopgamesError
        If it is none.

    Examples
    --------
    >>> rational("gain", "2/3"), rational("gain", 0.6)
    (Fraction(2, 3), Fraction(3, 5))
    """
    if not isinstance(value, str):
        number(name, value)
    try:
        return exact(value)
    except (ValueError, ZeroDivisionError):
        raise CoopgamesError(f"{name} must be a number or 'a/b'; got {value!r}") from None


def rational_share(name: str, value: Any, *, below_one: bool = False) -> Fraction:
    """Return a fraction in [0, 1], or in [0, 1).

    Examples
    --------
    >>> rational_share("discount_factor", "7/10", below_one=True)
    Fraction(7, 10)
    """
    share = rational(name, value)
    if not 0 <= share <= 1 or (below_one and share == 1):
        bounds = "[0, 1)" if below_one else "[0, 1]"
        raise CoopgamesError(f"{name} must lie in {bounds}; got {value!r}")
    return share


def like_given(*given: Any) -> Callable[[Any], Any]:
    """Return what turns a result into a float, if any number given is one; else nothing happens.

    Examples
    --------
    >>> like_given(1, "2/3")(Fraction(1, 3)), like_given(1, 0.5)(Fraction(1, 4))
    (Fraction(1, 3), 0.25)
    """
    values = [v for one in given for v in (one.values() if isinstance(one, Mapping) else (one,))]
    if any(isinstance(value, float) for value in values):
        return float
    return lambda value: value
