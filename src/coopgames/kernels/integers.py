"""Rationals on a common integer grid, so that sums and ties are exact (model D22.17)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Grid", "common_grid"]

#: Largest total that is kept exact; a finer grid is rounded to it and the error reported.
LARGEST_GRID = 100_000


class Grid(NamedTuple):
    """Integers proportional to the values given; ``values[i] = integers[i] / total`` of their sum.

    ``error`` is the largest rounding error of a value as a share of the weighted sum; 0 if exact.
    """

    integers: npt.NDArray[np.int64]
    total: int
    error: float


def common_grid(
    values: Sequence[Fraction], counts: Sequence[int], *, largest: int = LARGEST_GRID
) -> Grid:
    """Return integers in the ratio of ``values``, where value i occurs ``counts[i]`` times.

    ``total`` is the sum over all occurrences. Exact unless that sum would exceed ``largest``.

    Examples
    --------
    >>> common_grid([Fraction("0.26"), Fraction("0.07")], [1, 2])
    Grid(integers=array([26,  7]), total=40, error=0.0)
    """
    scale = math.lcm(*(value.denominator for value in values)) if values else 1
    integers = [int(value * scale) for value in values]
    divisor = math.gcd(*integers) or 1
    integers = [value // divisor for value in integers]
    total = sum(value * count for value, count in zip(integers, counts, strict=True))
    if total <= largest:
        return Grid(np.array(integers, dtype=np.int64), total, 0.0)
    rounded = [round(Fraction(value * largest, total)) for value in integers]
    new_total = sum(value * count for value, count in zip(rounded, counts, strict=True))
    error = max(
        abs(Fraction(new, new_total) - Fraction(old, total))
        for new, old in zip(rounded, integers, strict=True)
    )
    return Grid(np.array(rounded, dtype=np.int64), new_total, float(error))
