r"""Several sums of votes, one of them far too fine for a grid, by meeting in the middle.

The kinds are split into two halves; each half's combinations of Yes counts are listed with their
sums and masses. One sum, the long one, is only sorted and searched; the others, short and cut off
at their caps, pair the halves up. Work is about the square root of what enumeration would need:
27 different voters take 2**14 combinations twice, not 2**27.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ..binomials import binomial_masses

__all__ = ["combinations", "halves_classes", "split_kinds"]

Integers = npt.NDArray[np.int64]


def combinations(counts: Sequence[int]) -> int:
    """Return how many combinations of Yes counts there are.

    Examples
    --------
    >>> combinations([1, 1, 2])
    12
    """
    return prod(count + 1 for count in counts)


def split_kinds(counts: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the kinds in two halves with about as many combinations each.

    Examples
    --------
    >>> split_kinds([1, 1, 3])
    ([2], [0, 1])
    """
    halves: tuple[list[int], list[int]] = ([], [])
    sizes = [1, 1]
    for kind in sorted(range(len(counts)), key=lambda g: -counts[g]):
        side = int(sizes[1] < sizes[0])
        halves[side].append(kind)
        sizes[side] *= counts[kind] + 1
    return halves


@dataclass(frozen=True, slots=True)
class _Half:
    """Combinations of one half: Yes counts (rows, kinds), sums (rows, forms), masses (rows,)."""

    kinds: list[int]
    taken: Integers
    sums: Integers
    masses: Any


def _half(
    kinds: list[int],
    steps: Integers,
    counts: Sequence[int],
    multipliers: Sequence[tuple[Any, Any]],
    dtype: Any,
) -> _Half:
    taken = np.zeros((1, 0), dtype=np.int64)
    masses = np.ones(1, dtype=dtype)
    for g in kinds:
        n = counts[g]
        column = np.tile(np.arange(n + 1), taken.shape[0])[:, None]
        taken = np.concatenate([np.repeat(taken, n + 1, axis=0), column], axis=1)
        own = binomial_masses(n, *multipliers[g], dtype)
        masses = np.multiply.outer(masses, own).reshape(-1)
    return _Half(kinds, taken, taken @ steps[kinds], masses)


def halves_classes(
    steps: Integers,
    counts: Sequence[int],
    yes: Sequence[Any],
    no: Sequence[Any],
    thresholds: Sequence[Sequence[int]],
    *,
    dtype: Any = object,
) -> tuple[list[Any], list[list[Any]]]:
    """Return the mass of each class, and per kind its change as one voter turns to Yes.

    Parameters
    ----------
    steps : int array, shape (kinds, forms)
        What a Yes adds to each sum.
    counts, yes, no : sequences, shape (kinds,)
        Voters, and multipliers of Yes and No.
    thresholds : sequence per form of sequences of int
        Ascending, at least 1.
    dtype : dtype
        ``object`` for exact integers, ``np.int64`` where they fit, ``float`` for probabilities.

    Returns
    -------
    law : list, length classes
        Classes of the sums, numbered with the last sum fastest.
    gains : list of list, shape (kinds, classes)
        Class masses of the others' sums plus one Yes, minus those of the others' sums.

    Examples
    --------
    Three voters, two needed, who together weigh a million:

    >>> steps = np.array([[1, 500_000], [1, 300_000], [1, 200_000]])
    >>> law, gains = halves_classes(steps, [1] * 3, [1] * 3, [1] * 3, [[2], [600_000]])
    >>> law, gains[2]
    ([4, 0, 1, 3], [-2, 0, 1, 1])
    """
    long = int(np.argmax([limits[-1] for limits in thresholds]))
    multipliers = list(zip(yes, no, strict=True))
    sides = split_kinds(counts)
    halves = [_half(side, steps, counts, multipliers, dtype) for side in sides]
    radices = [len(limits) + 1 for limits in thresholds]
    law = [0] * prod(radices)
    gains: list[list[Any]] = [[0] * prod(radices) for _ in counts]
    for own, other in (halves, halves[::-1]):
        seen = _meet(own, other, thresholds, long, dtype)
        if own is halves[0]:
            law = (own.masses @ seen).tolist()
        for column, g in enumerate(own.kinds):
            # Leave one voter of the kind out: k of the n - 1 others, then turned to k + 1.
            stride = prod(counts[kind] + 1 for kind in own.kinds[column + 1 :])
            k = own.taken[:, column]
            rows = np.flatnonzero(k < counts[g])
            fewer = [count - (kind == g) for kind, count in enumerate(counts)]
            rest = _half(own.kinds, steps, fewer, multipliers, dtype).masses
            gains[g] = (rest @ (seen[rows + stride] - seen[rows])).tolist()
    return law, gains


def _meet(
    own: _Half,
    other: _Half,
    thresholds: Sequence[Sequence[int]],
    long: int,
    dtype: Any,
) -> Any:
    """Return, for each combination of ``own``, the other half's mass by class (rows, classes)."""
    radices = [len(values) + 1 for values in thresholds]
    short = [f for f in range(len(thresholds)) if f != long]
    caps = np.array([thresholds[f][-1] for f in short], dtype=np.int64)
    out = np.zeros((own.masses.size, prod(radices)), dtype=dtype)
    groups = [_grouped(half, short, caps) for half in (own, other)]
    limits = np.array(thresholds[long], dtype=np.int64)
    strides = [prod(radices[f + 1 :]) for f in range(len(radices))]
    for key_own, rows in groups[0]:
        for key_other, others in groups[1]:
            sums = np.minimum(np.array(key_own) + np.array(key_other), caps)
            base = sum(
                int(np.searchsorted(thresholds[f], value, side="right")) * strides[f]
                for f, value in zip(short, sums, strict=True)
            )
            order = others[np.argsort(other.sums[others, long], kind="stable")]
            masses = np.zeros(order.size + 1, dtype=dtype)
            masses[1:] = np.cumsum(other.masses[order])
            needed = limits[:, None] - own.sums[rows, long]
            below = masses[np.searchsorted(other.sums[order, long], needed, side="left")]
            none = np.zeros((1, rows.size), dtype=dtype)
            every = np.full((1, rows.size), masses[-1], dtype=dtype)
            edges = np.concatenate([none, below, every])
            for number, (low, high) in enumerate(pairwise(edges)):
                out[rows, base + number * strides[long]] += high - low
    return out


def _grouped(
    half: _Half, short: list[int], caps: Integers
) -> list[tuple[tuple[int, ...], Integers]]:
    """Return the half's rows by their capped short sums."""
    keys = np.minimum(half.sums[:, short], caps)
    values, inverse = np.unique(keys, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    return [
        (tuple(value.tolist()), np.flatnonzero(inverse == number))
        for number, value in enumerate(values)
    ]
