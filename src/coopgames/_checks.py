"""Checks at the door: each returns the value it was given or says what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from .errors import CoopgamesError

__all__ = ["at_least", "count", "number", "one_of", "probability"]


def number(name: str, value: Any) -> float:
    """Return ``value`` as a finite float."""
    try:
        out = float(value)
    except (OverflowError, TypeError, ValueError):
        raise CoopgamesError(f"{name} must be a number; got {value!r}") from None
    if not math.isfinite(out):
        raise CoopgamesError(f"{name} must be finite; got {value!r}")
    return out


def probability(name: str, value: Any) -> float:
    """Return ``value`` as a float in [0, 1]."""
    out = number(name, value)
    if not 0.0 <= out <= 1.0:
        raise CoopgamesError(f"{name} must lie in [0, 1]; got {value!r}")
    return out


def at_least(name: str, value: Any, bound: float) -> float:
    """Return ``value`` as a finite float not below ``bound``."""
    out = number(name, value)
    if out < bound:
        raise CoopgamesError(f"{name} must be >= {bound:g}; got {value!r}")
    return out


def count(name: str, value: Any, bound: int = 1) -> int:
    """Return ``value`` as an int not below ``bound``; a float with a fraction is refused."""
    if isinstance(value, bool) or number(name, value) != int(value):
        raise CoopgamesError(f"{name} must be a whole number; got {value!r}")
    if int(value) < bound:
        raise CoopgamesError(f"{name} must be >= {bound}; got {value!r}")
    return int(value)


def one_of(name: str, value: Any, choices: Collection[str]) -> str:
    """Return ``value`` if it is one of ``choices``."""
    if value not in choices:
        raise CoopgamesError(f"{name} must be one of {', '.join(sorted(choices))}; got {value!r}")
    return str(value)
