r"""Coalitions in which members are indispensable: minimal winning ones, and vulnerable ones.

A coalition is minimal winning if it loses with any one member gone, vulnerable if it loses with
some member gone. Both are told from the verdict on the vector of Yes counts by kind and on its
neighbours one voter below, so that a listing of count vectors finds them, part by part. In a
committee with a single weighted sum the lightest member decides whether a winning coalition is
minimal: T and m voters of weight w are minimal iff quota - m w <= w(T) < quota - (m - 1) w, with T
among heavier voters, and the counts come from the generating polynomial of the heavier ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..kernels.votes.halves import combinations
from .blocks import LONGEST
from .tally import Kind, Tally

__all__ = ["Minimal", "critical_members", "minimal_winning"]

Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
#: Count vectors listed at a time.
PART = 1 << 19
#: Seconds per count vector and kind, roughly.
_STEP = 2.5e-8
#: Seconds per sum, voter and kind, roughly, by polynomials.
_POLYNOMIAL_STEP = 1e-7


@dataclass(frozen=True, slots=True)
class Minimal:
    """Minimal winning coalitions by size, and per group those with a given voter, by size."""

    by_size: tuple[int, ...]
    with_voter: tuple[tuple[int, ...], ...]

    @property
    def number(self) -> int:
        """How many there are."""
        return sum(self.by_size)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some count vectors: counts per kind (broadcast), verdict, and where each kind is critical."""

    counts: list[Any]
    wins: Bools
    critical: list[Bools]


def minimal_winning(tally: Tally, groups: int, *, longest: float = LONGEST) -> Minimal:
    """Return how many minimal winning coalitions there are.

    Parameters
    ----------
    tally : Tally
        Of a committee without de facto vetoes.
    groups : int
        How many groups the committee has.
    longest : float
        Estimated time above which it is refused. [s]

    Returns
    -------
    Minimal

    Raises
    ------
    BudgetError
        If there are too many count vectors; says how many.
    """
    kinds = _kinds(tally)
    listing = combinations([kind.count for kind in kinds]) * len(kinds) * _STEP
    block = tally.blocks[0]
    single = len(tally.blocks) == 1 and len(block.thresholds) == 1
    quota = block.thresholds[0][int(np.argmax(tally.table)) - 1] if single else 0
    if single and quota * block.voters * len(kinds) * _POLYNOMIAL_STEP < listing:
        sizes, members = _weighted(kinds, quota)
    else:
        sizes, members = _listed(tally, kinds, listing, longest)
    return Minimal(tuple(sizes), _by_group(tally, groups, members, len(sizes)))


def critical_members(
    tally: Tally, groups: int, *, longest: float = LONGEST
) -> tuple[tuple[int, ...], ...]:
    """Return per group in how many coalitions with c critical members a given voter is one.

    ``longest`` is as in `minimal_winning`.

    Returns
    -------
    tuple per group of tuple of int
        Entry c counts coalitions of counted voters in which the voter and c - 1 others are
        critical.

    Raises
    ------
    BudgetError
        If there are too many count vectors; says how many.
    """
    kinds = _kinds(tally)
    listing = combinations([kind.count for kind in kinds]) * len(kinds) * _STEP
    size = sum(kind.count for kind in kinds) + 1
    found = [[0] * size for _ in kinds]
    for part in _parts(tally, kinds, 2 * listing, longest):
        number = sum(
            count * critical for count, critical in zip(part.counts, part.critical, strict=True)
        )
        vulnerable = np.nonzero(number)
        masses = _masses(kinds, part, vulnerable)
        critical_number = np.asarray(number)[vulnerable]
        for g, critical in enumerate(part.critical):
            own = np.broadcast_to(part.counts[g], number.shape)[vulnerable] * critical[vulnerable]
            _accumulate(found[g], critical_number, own, masses)
    shares = [
        [value // kind.count for value in row] for row, kind in zip(found, kinds, strict=True)
    ]
    return _by_group(tally, groups, shares, size)


def _kinds(tally: Tally) -> list[Kind]:
    return [kind for block in tally.blocks for kind in block.kinds]


def _by_group(
    tally: Tally, groups: int, values: Sequence[Sequence[int]], size: int
) -> tuple[tuple[int, ...], ...]:
    first = np.cumsum([0, *(len(block.kinds) for block in tally.blocks)])
    return tuple(
        (0,) * size if seat is None else tuple(values[int(first[seat[0]]) + seat[1]])
        for seat in tally.place[:groups]
    )


# --- listing ---------------------------------------------------------------------------------


def _listed(
    tally: Tally, kinds: list[Kind], seconds: float, longest: float
) -> tuple[list[int], list[list[int]]]:
    size = sum(kind.count for kind in kinds) + 1
    sizes = [0] * size
    members = [[0] * size for _ in kinds]
    for part in _parts(tally, kinds, seconds, longest):
        minimal = part.wins
        for count, critical in zip(part.counts, part.critical, strict=True):
            minimal = minimal & (critical | (count == 0))
        where = np.nonzero(minimal)
        masses = _masses(kinds, part, where)
        counts = [np.broadcast_to(count, minimal.shape)[where] for count in part.counts]
        heads = np.asarray(np.sum(counts, axis=0, dtype=np.int64))
        _accumulate(sizes, heads, np.ones_like(heads), masses)
        for g, own in enumerate(counts):
            _accumulate(members[g], heads, own, masses)
    return sizes, [
        [value // kind.count for value in row] for row, kind in zip(members, kinds, strict=True)
    ]


def _parts(tally: Tally, kinds: list[Kind], seconds: float, longest: float) -> Iterator[_Part]:
    """Yield all count vectors, part by part."""
    if seconds > longest:
        raise BudgetError(
            f"{len(kinds)} kinds of voters make {combinations([k.count for k in kinds]):.3g} count "
            f"vectors, about {seconds:.3g} s, more than {longest:g} s; the Johnston index, and "
            "minimal coalitions of rules with several weighted sums, are found by listing them"
        )
    inner = len(kinds)
    while inner > 1 and combinations([kind.count for kind in kinds[-inner:]]) > PART:
        inner -= 1
    outer, rest = kinds[: len(kinds) - inner], kinds[len(kinds) - inner :]
    shape = tuple(kind.count + 1 for kind in rest)
    axes: list[Any] = list(np.ogrid[tuple(slice(0, size) for size in shape)])
    for fixed in product(*(range(kind.count + 1) for kind in outer)):
        counts = [*fixed, *axes]
        wins = _wins(tally, counts, shape)
        critical = []
        for g in range(len(kinds)):
            if g < len(outer):
                below = [count - (i == g) for i, count in enumerate(counts)]
                without = _wins(tally, below, shape) if fixed[g] else wins
            else:
                axis = g - len(outer)
                moved = np.moveaxis(wins, axis, 0)
                without = np.moveaxis(np.concatenate([moved[:1], moved[:-1]]), 0, axis)
            critical.append(wins & ~without)
        yield _Part([np.asarray(count) for count in counts], wins, critical)


def _wins(tally: Tally, counts: Sequence[Any], shape: tuple[int, ...]) -> Bools:
    index: Any = 0
    first = 0
    for block in tally.blocks:
        own = counts[first : first + len(block.kinds)]
        first += len(block.kinds)
        for form, limits in enumerate(block.thresholds):
            steps = [kind.of("yes")[0].steps[form] for kind in block.kinds]
            total = sum(step * count for step, count in zip(steps, own, strict=True) if step)
            reached = sum((total >= limit) * 1 for limit in limits)
            index = index * (len(limits) + 1) + reached
    return np.broadcast_to(tally.table.reshape(-1)[np.asarray(index)], shape)


def _masses(kinds: list[Kind], part: _Part, where: Any) -> Any:
    """Return how many coalitions each count vector stands for."""
    largest = prod(comb(kind.count, kind.count // 2) for kind in kinds)
    dtype: Any = np.int64 if largest < 2**53 else object
    out = np.ones(where[0].size, dtype=dtype)
    for kind, count in zip(kinds, part.counts, strict=True):
        if kind.count > 1:
            own = [comb(kind.count, k) for k in range(kind.count + 1)]
            out = out * np.array(own, dtype=dtype)[np.broadcast_to(count, part.wins.shape)[where]]
    return out


def _accumulate(target: list[int], index: Integers, times: Integers, masses: Any) -> None:
    """Add times * masses at the given places, exactly."""
    values = times * masses
    if masses.dtype == object:
        sums: Any = np.zeros(len(target), dtype=object)
        np.add.at(sums, index, values)
    else:
        # Both halves of a mass stay below 2**53 when summed in floating point.
        high, low = np.divmod(values, 1 << 26)
        size = len(target)
        sums = [
            int(top) * (1 << 26) + int(rest)
            for top, rest in zip(
                np.bincount(index, high, size), np.bincount(index, low, size), strict=True
            )
        ]
    for place, value in enumerate(sums):
        target[place] += int(value)


# --- one weighted sum ------------------------------------------------------------------------


def _weighted(kinds: list[Kind], quota: int) -> tuple[list[int], list[list[int]]]:
    """Count by size with polynomials in a number Y = 2**slot, one slot per size."""
    voters = sum(kind.count for kind in kinds)
    slot = voters + voters.bit_length() + 2
    order = sorted(range(len(kinds)), key=lambda g: -kinds[g].options[0].steps[0])
    weights = [kind.of("yes")[0].steps[0] for kind in kinds]
    below = [0] + [1] * quota  # coalitions of heavier voters with a sum below 0 .. quota
    total = 0
    members = [0] * len(kinds)
    for position, g in enumerate(order):
        w, n = weights[g], kinds[g].count
        for m in range(1, n + 1):
            high, low = quota - (m - 1) * w, max(quota - m * w, 0)
            if high <= 0:
                break
            packed = (below[high] - below[low]) << (m * slot)
            total += comb(n, m) * packed
            members[g] += comb(n - 1, m - 1) * packed
            for h in order[:position]:
                heavier = weights[h]
                one = _others(below, high - heavier, heavier, slot)
                one -= _others(below, low - heavier, heavier, slot)
                members[h] += comb(n, m) * (one << ((m + 1) * slot))
        for _ in range(n):
            below = [
                value + (below[t - w] << slot if t > w else 0) for t, value in enumerate(below)
            ]
    size = voters + 1

    def unpack(packed: int) -> list[int]:
        return [(packed >> (k * slot)) & ((1 << slot) - 1) for k in range(size)]

    return unpack(total), [unpack(packed) for packed in members]


def _others(below: list[int], point: int, weight: int, slot: int) -> int:
    """Return the coalitions below ``point`` without one of the voters that weigh ``weight``."""
    if point <= 0:
        return 0
    out = 0
    for t in range((point - 1) % weight + 1, point + 1, weight):
        out = below[t] - (out << slot)
    return out
