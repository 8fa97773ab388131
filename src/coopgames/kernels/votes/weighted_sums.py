r"""The law of a weighted sum of votes, and how it moves when one voter turns from No to Yes.

Kinds g of voters: each adds the integer w_g with multiplier y_g (Yes) or nothing with multiplier
n_g (No). With multipliers one and one the sums are counts of coalitions; with p and 1 - p they
are probabilities. For thresholds t_1 < ... < t_m the class of a sum is how many it reaches.

One voter left out comes from the cumulated law by the series

    C(t) = n A(t) + y A(t - w)   =>   A(t) = (C(t) - y A(t - w)) / n,

where C and A are the masses below t with and without the voter. Exactly, coefficients of the
generating polynomial are packed side by side into one long integer (Kronecker), so that a voter is
one shift and one addition. In floating point the series runs from the side on which it contracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["exact_classes", "float_classes"]

Floats = npt.NDArray[np.float64]
#: Weight, number, multiplier of Yes and of No.
_Voters = tuple[int, int, int, int]
#: Cells of one chunk of nodes that stay in the processor's cache.
CHUNK_CELLS = 120_000
#: A tail below this cannot be seen in double precision.
NEGLIGIBLE = 1e-18


def exact_classes(
    weights: Sequence[int],
    counts: Sequence[int],
    yes: Sequence[int],
    no: Sequence[int],
    thresholds: Sequence[int],
) -> tuple[list[int], list[list[int]]]:
    """Return the mass of each class, and per kind its change as one voter turns to Yes.

    Parameters
    ----------
    weights, counts, yes, no : sequences of int, shape (kinds,)
        Weight and number of voters, and multipliers at least 0.
    thresholds : sequence of int, shape (m,)
        Ascending, at least 1.

    Returns
    -------
    law : list of int, shape (m + 1,)
        Sums to the product of all (yes + no).
    gains : list of list of int, shape (kinds, m + 1)
        Class masses of the others' sum plus w, minus those of the others' sum. Sums to zero.

    Examples
    --------
    Three voters, two needed:

    >>> exact_classes([1], [3], [1], [1], [2])
    ([4, 4], [[-2, 2]])
    """
    total = prod((y + n) ** count for y, n, count in zip(yes, no, counts, strict=True))
    voters = list(zip(weights, counts, yes, no, strict=True))
    below = _cumulated(voters, thresholds[-1], total)
    law = [high - low for low, high in pairwise([0, *(below[t] for t in thresholds), total])]
    gains = []
    for g, (w, count, y, n) in enumerate(voters):
        if n:
            before, after = _left_out(below, w, y, n, thresholds)
        else:
            fewer = [*voters[:g], (w, count - 1, y, n), *voters[g + 1 :]]
            rest = _cumulated(fewer, thresholds[-1], total // y)
            before = [rest[t] for t in thresholds]
            after = [rest[max(t - w, 0)] for t in thresholds]
        shift = [b - a for b, a in zip([0, *after, 0], [0, *before, 0], strict=True)]
        gains.append([high - low for low, high in pairwise(shift)])
    return law, gains


def _cumulated(voters: Sequence[_Voters], limit: int, total: int) -> list[int]:
    """Return the masses of sums below 0, 1, ..., limit."""
    slot = (total.bit_length() + 8) // 8 * 8
    packed, reach = 1, 0
    everything = (1 << (slot * limit)) - 1
    for w, count, y, n in sorted(voters):
        power = y.bit_length() - 1 if y and not y & (y - 1) else None
        for _ in range(count):
            moved = packed << power if power is not None else packed * y
            packed = (packed if n == 1 else packed * n) + (moved << w * slot)
            reach += w
            if reach >= limit:
                packed &= everything
    size = slot // 8
    raw = packed.to_bytes(limit * size, "little")
    masses = (int.from_bytes(raw[i : i + size], "little") for i in range(0, len(raw), size))
    return [0, *accumulate(masses)]


def _left_out(
    below: list[int], w: int, y: int, n: int, thresholds: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Return the others' masses below each threshold, and below each threshold less w."""
    before, after = [], []
    for t in thresholds:
        previous = current = 0
        for point in range(t % w, t + 1, w):
            previous, current = current, below[point] - y * current
            if n != 1:
                current //= n
        before.append(current)
        after.append(previous)
    return before, after


def float_classes(
    weights: Sequence[int],
    counts: Sequence[int],
    yes: Floats,
    thresholds: Sequence[int],
) -> tuple[Floats, Floats]:
    """Return the law of the class, and per kind its change, in floating point.

    Parameters
    ----------
    weights, counts : sequences of int, shape (kinds,)
        Weight and number of voters.
    yes : array, shape (kinds, nodes)
        Probabilities of a Yes, one column per case.
    thresholds : sequence of int, shape (m,)
        Ascending, at least 1.

    Returns
    -------
    law : array, shape (m + 1, nodes)
        Columns sum to one.
    gains : array, shape (kinds, m + 1, nodes)
        As in `exact_classes`; columns sum to zero. Absolute error about 1e-16 times the number
        of voters and the square root of the sum's range.
    """
    weight, count = np.asarray(weights), np.asarray(counts)
    nodes = yes.shape[1]
    law = np.zeros((len(thresholds) + 1, nodes))
    gains = np.zeros((len(weights), len(thresholds) + 1, nodes))
    mean = (weight * count) @ yes
    spread = float((weight.astype(float) ** 2 * count).sum())
    nearest = np.abs(np.asarray(thresholds)[:, None] - mean).min(axis=0) - weight.max()
    # Hoeffding: so far from every threshold nobody can be seen to matter.
    alive = 2 * np.maximum(nearest, 0.0) ** 2 < -np.log(NEGLIGIBLE) * spread
    settled = np.searchsorted(thresholds, mean, side="right")
    law[settled[~alive], np.flatnonzero(~alive)] = 1.0
    states = int((weight * count).sum()) + 1
    width = max(1, CHUNK_CELLS // states)
    index = np.flatnonzero(alive)
    for start in range(0, index.size, width):
        chunk = index[start : start + width]
        law[:, chunk], gains[:, :, chunk] = _chunk(weight, count, yes[:, chunk], thresholds)
    return law, gains


def _chunk(weight: Any, count: Any, yes: Floats, thresholds: Sequence[int]) -> tuple[Any, Any]:
    """One forward pass over all voters, then the series for each kind."""
    states = int((weight * count).sum()) + 1
    state = np.zeros((states, yes.shape[1]))
    moved = np.empty_like(state)
    state[0] = 1.0
    size = 1
    for g in np.argsort(weight, kind="stable"):
        w, p = int(weight[g]), yes[g]
        stay = 1.0 - p
        for _ in range(int(count[g])):
            np.multiply(state[:size], p, out=moved[:size])
            state[:size] *= stay
            state[w : w + size] += moved[:size]
            size += w
    # Row t of `below` is the mass of sums < t, row t of `above` that of sums >= t.
    below = np.concatenate([np.zeros((1, yes.shape[1])), np.cumsum(state, axis=0)])
    above = np.concatenate([np.cumsum(state[::-1], axis=0)[::-1], np.zeros((1, yes.shape[1]))])
    total = state.sum(axis=0)
    edges = [np.zeros_like(total), *(below[t] for t in thresholds), total]
    law = np.diff(np.array(edges), axis=0)
    gains = np.empty((weight.size, len(thresholds) + 1, yes.shape[1]))
    powers: dict[bytes, Floats] = {}
    # The lightest needs the longest series of powers; the others share it.
    for g in np.argsort(weight, kind="stable"):
        crossed = [_crossing((below, above), int(weight[g]), yes[g], t, powers) for t in thresholds]
        zero = np.zeros_like(total)
        gains[g] = -np.diff(np.array([zero, *crossed, zero]), axis=0)
    return law, gains


def _crossing(
    sides: tuple[Floats, Floats], w: int, p: Floats, t: int, cache: dict[bytes, Floats]
) -> Floats:
    """Return the mass of the others' sums in [t - w, t), where one voter decides; (nodes,).

    Low p: with A the others' mass below a point, A(t - w) is the series of C(t - w), C(t - 2w),
    ... and A(t) follows from C(t). High p: the same from above, with Yes and No exchanged.
    """
    below, above = sides
    out = np.empty(p.size)
    for low in (True, False):
        columns = np.flatnonzero(p <= 0.5 if low else p > 0.5)
        if columns.size == 0:
            continue
        q = p[columns] if low else 1.0 - p[columns]
        if low:
            near, series = below[t], below[t - w : 0 : -w] if t > w else below[:0]
        else:
            near, series = above[t], above[t + w :: w]
        if columns.size < p.size:
            near, series = near[columns], series[:, columns]
        powers = _powers(q, series.shape[0], cache)
        far = np.einsum("jn,jn->n", series, powers) / (1.0 - q)
        out[columns] = (near - q * far) / (1.0 - q) - far
    return out


def _powers(q: Floats, terms: int, cache: dict[bytes, Floats]) -> Floats:
    """Return (-q / (1 - q))**j for j < terms."""
    key = q.tobytes()
    known = cache.get(key)
    if known is None or known.shape[0] < terms:
        known = (-q / (1.0 - q)) ** np.arange(max(terms, 1))[:, None]
        cache[key] = known
    return known[:terms]
