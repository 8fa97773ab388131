"""Binomial numbers and laws, exact or in floating point: how many of n equal ones say Yes."""

from __future__ import annotations

from functools import lru_cache
from math import comb, log
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["binomial_law", "binomial_masses", "log_factorials"]

Floats = npt.NDArray[np.float64]


def log_factorials(largest: int) -> Floats:
    """Return log k! for k = 0 .. ``largest``.

    Examples
    --------
    >>> log_factorials(3).round(3)
    array([0.   , 0.   , 0.693, 1.792])
    """
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, largest + 1)))])


@lru_cache(maxsize=64)
def _log_ways(n: int) -> Floats:
    """Return log C(n, k) for k = 0..n, each to the last digit."""
    return np.array([log(comb(n, k)) for k in range(n + 1)])


def binomial_law(n: int, yes: npt.ArrayLike, no: npt.ArrayLike) -> Floats:
    """Return C(n, k) yes**k no**(n - k), shape (n + 1, cases); nothing overflows.

    Examples
    --------
    >>> binomial_law(2, [0.5, 1.0], [0.5, 0.0])
    array([[0.25, 0.  ],
           [0.5 , 0.  ],
           [0.25, 1.  ]])
    """
    up, down = np.broadcast_arrays(np.atleast_1d(yes), np.atleast_1d(no))
    k = np.arange(n + 1)[:, None]
    logs = np.broadcast_to(_log_ways(n)[:, None], (n + 1, up.size))
    for times, value in ((k, up), (n - k, down)):
        with np.errstate(divide="ignore"):
            level = np.log(value.astype(float))
        logs = logs + np.where(times > 0, times * np.where(times > 0, level, 0.0), 0.0)
    return np.exp(logs)


def binomial_masses(n: int, yes: Any, no: Any, dtype: Any) -> npt.NDArray[Any]:
    """Return C(n, k) yes**k no**(n - k) for k = 0..n in the given type.

    Examples
    --------
    >>> binomial_masses(3, 2, 1, object).tolist()
    [1, 6, 12, 8]
    """
    if dtype is float:
        return binomial_law(n, yes, no)[:, 0]
    return np.array([comb(n, k) * yes**k * no ** (n - k) for k in range(n + 1)], dtype=dtype)
