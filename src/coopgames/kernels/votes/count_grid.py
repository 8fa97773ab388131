r"""Sums of votes of a few kinds of voters, by listing how many of each kind say Yes.

The state is the vector of Yes counts; its mass is a product over kinds of C(n, k) yes**k no**(n-k).
Rules of many sums over few kinds are read off here. Where all voters have the same multipliers the
coalitions are counted by size once, and any number of cases is a sum over sizes. A voter matters
only where its Yes changes the class; only those cells are looked at for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..binomials import binomial_masses

__all__ = ["count_by_size", "count_classes", "count_sums"]

Integers = npt.NDArray[np.int64]
#: Cells looked at together.
CHUNK_CELLS = 1 << 17


def count_sums(steps: Integers, counts: Sequence[int]) -> list[Integers]:
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


def _cells(class_of: Integers) -> Iterator[tuple[tuple[Integers, ...], Integers]]:
    """Yield Yes counts per kind and the class of all cells, chunk by chunk."""
    flat = class_of.reshape(-1)
    for start in range(0, flat.size, CHUNK_CELLS):
        index = np.arange(start, min(start + CHUNK_CELLS, flat.size))
        yield np.unravel_index(index, class_of.shape), flat[index]


def _turning(class_of: Integers, kind: int) -> Iterator[tuple[list[Integers], Integers, Integers]]:
    """Yield cells of the others (counts per kind) where one Yes more changes the class, both ways.

    Cells are those of all voters but one of the kind; chunks follow one another.
    """
    moved = np.moveaxis(class_of, kind, 0)
    before, after = moved[:-1], moved[1:]
    where = np.flatnonzero(before != after)
    for start in range(0, where.size, CHUNK_CELLS):
        chosen = where[start : start + CHUNK_CELLS]
        counts = list(np.unravel_index(chosen, before.shape))
        counts.insert(kind, counts.pop(0))
        yield counts, before.reshape(-1)[chosen], after.reshape(-1)[chosen]


def _add(target: Any, bins: Integers, masses: Any) -> None:
    """Add masses into bins; floats quickly, whole numbers exactly."""
    if target.dtype == np.float64:
        target += np.bincount(bins, masses, target.size)
    else:
        np.add.at(target, bins, masses)


def _product(own: Sequence[Any], counts: Sequence[Integers], dtype: Any) -> Any:
    """Return the product over kinds of their factor at their count."""
    out: Any = np.ones(counts[0].size, dtype=dtype)
    for factors, count in zip(own, counts, strict=True):
        if factors.size > 1:
            out = out * factors[count]
    return out


def count_by_size(class_of: Integers, classes: int) -> tuple[Any, list[Any]]:
    """Return the number of coalitions by class and size, and per kind its change.

    Parameters
    ----------
    class_of : int array, shape (n_1 + 1, ..., n_kinds + 1)
        Class at every vector of Yes counts.
    classes : int
        How many classes there are.

    Returns
    -------
    law : array of Python integers, shape (classes, n + 1)
        Coalitions of all n voters.
    gains : list of array, shape (classes, n) each
        By size of the others' coalition: those in the class once one voter of the kind says Yes,
        minus those in it without.

    Examples
    --------
    >>> law, gains = count_by_size(np.array([0, 0, 1, 1]), 2)
    >>> law.tolist(), gains[0].tolist()
    ([[1, 3, 0, 0], [0, 0, 3, 1]], [[0, -2, 0], [0, 2, 0]])
    """
    counts = [size - 1 for size in class_of.shape]
    n = sum(counts)
    dtype: Any = np.int64 if n < 62 else object
    factors = [binomial_masses(count, 1, 1, dtype) for count in counts]
    law = np.zeros(classes * (n + 1), dtype=dtype)
    for taken, classed in _cells(class_of):
        heads = np.sum(taken, axis=0, dtype=np.int64)
        _add(law, classed * (n + 1) + heads, _product(factors, taken, dtype))
    gains = []
    for g, count in enumerate(counts):
        own = [*factors[:g], binomial_masses(count - 1, 1, 1, dtype), *factors[g + 1 :]]
        gain = np.zeros(classes * n, dtype=dtype)
        for others, before, after in _turning(class_of, g):
            heads = np.sum(others, axis=0, dtype=np.int64)
            masses = _product(own, others, dtype)
            _add(gain, after * n + heads, masses)
            _add(gain, before * n + heads, -masses)
        gains.append(gain.reshape(classes, n).astype(object))
    return law.reshape(classes, n + 1).astype(object), gains


def count_classes(
    class_of: Integers, classes: int, yes: Sequence[Any], no: Sequence[Any], *, dtype: Any = object
) -> tuple[Any, Any]:
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
    law : array, shape (classes,)
    gains : array, shape (kinds, classes)
        As in `coopgames.kernels.votes.weighted_sums.exact_classes`.

    Examples
    --------
    >>> law, gains = count_classes(np.array([0, 0, 1, 1]), 2, [1], [1])
    >>> law.tolist(), gains.tolist()
    ([4, 4], [[-2, 2]])
    """
    counts = [size - 1 for size in class_of.shape]

    def factor(g: int, voters: int) -> Any:
        return binomial_masses(voters, yes[g], no[g], dtype)

    factors = [factor(g, count) for g, count in enumerate(counts)]
    law = np.zeros(classes, dtype=dtype)
    for taken, classed in _cells(class_of):
        _add(law, classed, _product(factors, taken, dtype))
    gains = np.zeros((len(counts), classes), dtype=dtype)
    for g, count in enumerate(counts):
        own = [*factors[:g], factor(g, count - 1), *factors[g + 1 :]]
        for others, before, after in _turning(class_of, g):
            masses = _product(own, others, dtype)
            _add(gains[g], after, masses)
            _add(gains[g], before, -masses)
    return law, gains
