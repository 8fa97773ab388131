r"""Extreme rays of a cone {x >= 0, G x >= 0} in exact integers, by the double description method.

The cone is cut down one half-space at a time. With the extreme rays of what is left so far, those
on the right side of the next half-space stay, and every pair of neighbours on either side of its
edge gives one new ray on the edge. Two extreme rays are neighbours exactly when no third one lies
on all the facets that the two have in common.

The number of rays may grow exponentially with the dimension, and more so in between than at the
end; half-spaces are taken in the order that leaves the fewest pairs to look at.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError

__all__ = ["extreme_rays"]

Bools = npt.NDArray[np.bool_]
#: Cells of the tables of pairs and facets that are held at a time.
CHUNK_CELLS = 4_000_000


def extreme_rays(
    rows: npt.NDArray[Any], *, most_rays: int = 20_000, most_pairs: int = 20_000_000
) -> npt.NDArray[Any]:
    """Return the extreme rays of the x >= 0 with rows @ x >= 0.

    Parameters
    ----------
    rows : array of Python integers, shape (half-spaces, d)
    most_rays : int
        Rays that are held at a time.
    most_pairs : int
        Pairs of rays on either side of a half-space's edge that are looked at, in all.

    Returns
    -------
    array of Python integers, shape (rays, d)
        Each without a common divisor; in no special order; none if the cone is the origin.

    Raises
    ------
    BudgetError
        If there are more rays or pairs on the way.

    References
    ----------
    Fukuda & Prodon (1996) Double description method revisited. doi:10.1007/3-540-61576-8_77

    Examples
    --------
    >>> extreme_rays(np.array([[1, -1, 0]], dtype=object)).tolist()
    [[1, 0, 0], [0, 0, 1], [1, 1, 0]]
    """
    dimension = rows.shape[1]
    rays = np.array(np.eye(dimension, dtype=np.int64), dtype=object)
    zero: Bools = ~np.eye(dimension, dtype=bool)
    left = [row for row in rows if any(value < 0 for value in row)]
    pairs = 0
    while left and len(rays):
        values = rays @ np.array(left, dtype=object).T
        signs = (values > 0).astype(np.int64) - (values < 0).astype(np.int64)
        products = (signs > 0).sum(axis=0) * (signs < 0).sum(axis=0)
        chosen = int(products.argmin())
        pairs += int(products[chosen])
        if pairs > most_pairs:
            raise BudgetError(
                f"the polytope needs more than {most_pairs:,} pairs of rays to be looked at; "
                "take fewer strategies, or the linear program"
            )
        rays, zero = _cut(rays, zero, values[:, chosen], signs[:, chosen])
        if len(rays) > most_rays:
            raise BudgetError(
                f"the polytope has {len(rays):,} corners on the way, more than {most_rays:,}; "
                "take fewer strategies, or the linear program"
            )
        del left[chosen]
    return rays


def _cut(
    rays: npt.NDArray[Any], zero: Bools, values: npt.NDArray[Any], signs: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[Any], Bools]:
    """Return rays and the facets they lie on after one more half-space."""
    above, below = np.flatnonzero(signs > 0), np.flatnonzero(signs < 0)
    new, facets = [], []
    for a, b in _neighbours(zero, above, below, rays.shape[1]):
        ray = values[a] * rays[b] - values[b] * rays[a]
        new.append(ray // math.gcd(*ray))
        facets.append(np.append(zero[a] & zero[b], True))
    stay = signs >= 0
    kept = np.column_stack([zero[stay], signs[stay] == 0])
    if not new:
        return rays[stay], kept
    return np.vstack([rays[stay], np.array(new, dtype=object)]), np.vstack([kept, facets])


def _neighbours(
    zero: Bools, above: npt.NDArray[np.int64], below: npt.NDArray[np.int64], dimension: int
) -> list[tuple[int, int]]:
    """Return the pairs on either side that span a face of two dimensions."""
    found: list[tuple[int, int]] = []
    incidence = zero.astype(np.float32)  # sums of up to 2^24 ones are exact
    chunk = max(1, CHUNK_CELLS // max(1, below.size))
    for start in range(0, above.size, chunk):
        part = above[start : start + chunk]
        common = incidence[part] @ incidence[below].T
        first, second = np.nonzero(common >= dimension - 2)
        a, b = part[first], below[second]
        some = max(1, CHUNK_CELLS // len(zero))
        for begin in range(0, a.size, some):
            one, other = a[begin : begin + some], b[begin : begin + some]
            both = incidence[one] * incidence[other]
            shared = both @ incidence.T == both.sum(axis=1)[:, None]
            good = shared.sum(axis=1) == 2
            found += zip(one[good].tolist(), other[good].tolist(), strict=True)
    return found
