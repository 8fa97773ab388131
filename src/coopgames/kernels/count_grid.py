r"""Sums of votes of a few kinds of voters, by listing how many of each kind say Yes.

The state is the vector of Yes counts; its mass is a product over kinds of
C(n, k) yes**k no**(n - k). Rules of many sums over few kinds are read off here.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["count_classes", "count_sums"]


def count_sums(steps: npt.NDArray[np.int64], counts: Sequence[int]) -> list[npt.NDArray[np.int64]]:
    """Return each form's sum at every vector of Yes counts, each of shape (n_1 + 1, ...).

    Examples
    --------
    >>> count_sums(np.array([[2], [1]]), [1, 2])[0]
    array([[0, 1, 2],
           [2, 3, 4]])
    """
    grids = np.ogrid[tuple(slice(0, count + 1) for count in counts)]
    shape = tuple(count + 1 for count in counts)
    return [
        np.broadcast_to(sum(int(s) * k for s, k in zip(row, grids, strict=True)), shape)
        for row in steps.T
    ]


def count_classes(
    class_of: npt.NDArray[np.int64],
    classes: int,
    yes: Sequence[Any],
    no: Sequence[Any],
    *,
    dtype: Any = object,
) -> tuple[list[Any], list[list[Any]]]:
    """Return the mass of each class, and per kind its change as one voter turns to Yes.

    Parameters
    ----------
    class_of : int array, shape (n_1 + 1, ..., n_kinds + 1)
        Class at every vector of Yes counts.
    classes : int
        How many classes there are.
    yes, no : sequences, shape (kinds,)
        Multipliers.
    dtype : dtype
        ``object`` for exact integers, ``np.int64`` where they fit, ``float`` for probabilities.

    Returns
    -------
    law : list, length classes
    gains : list of list, shape (kinds, classes)
        As in `coopgames.kernels.weighted_sums.exact_classes`.

    Examples
    --------
    >>> count_classes(np.array([0, 0, 1, 1]), 2, [1], [1])
    ([4, 4], [[-2, 2]])
    """
    counts = [size - 1 for size in class_of.shape]

    def masses(left_out: int | None) -> Any:
        out = np.ones((), dtype=dtype)
        for g, (count, y, n) in enumerate(zip(counts, yes, no, strict=True)):
            voters = count - (g == left_out)
            own = [comb(voters, k) * y**k * n ** (voters - k) for k in range(voters + 1)]
            out = np.multiply.outer(out, np.array(own, dtype=dtype))
        return out

    def by_class(mass: Any, where: npt.NDArray[np.int64]) -> list[Any]:
        return [mass[where == number].sum() for number in range(classes)]

    law = by_class(masses(None), class_of)
    gains = []
    for g in range(len(counts)):
        mass = masses(g)
        low = by_class(mass, np.moveaxis(np.moveaxis(class_of, g, 0)[:-1], 0, g))
        high = by_class(mass, np.moveaxis(np.moveaxis(class_of, g, 0)[1:], 0, g))
        gains.append([b - a for a, b in zip(low, high, strict=True)])
    return [value if dtype is object else value.item() for value in law], [
        [value if dtype is object else value.item() for value in row] for row in gains
    ]
