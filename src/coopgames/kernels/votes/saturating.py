r"""The joint law of several capped sums of votes, and how it moves with one voter's ballot.

The state has one axis per sum, cut off at its cap: more makes no difference. A ballot adds a
vector of non-negative integers. A voter is a mixture of ballots, so the law of n voters takes
n passes over the state. Each kind of voter is left out in turn by halving the list of kinds
and adding the other half, O(voters log kinds) passes and no subtraction. The last axis is a batch.
Masses may be probabilities, int64 counts or Python integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["add_voters", "by_class", "empty_state", "leave_each_out"]

State = npt.NDArray[Any]
#: What a ballot adds to the sums, and its mass (a number, or an array over the batch).
Ballots = Sequence[tuple[Sequence[int], Any]]


def empty_state(caps: Sequence[int], batch: int, dtype: Any) -> State:
    """Return the law of no votes at all.

    Examples
    --------
    >>> empty_state([2], 1, float)[:, 0]
    array([1., 0., 0.])
    """
    state = np.zeros((*(cap + 1 for cap in caps), batch), dtype=dtype)
    state[(0,) * len(caps)] = 1
    return state


def add_voters(state: State, ballots: Ballots, count: int) -> State:
    """Return the law after ``count`` more voters of one kind.

    Examples
    --------
    Two voters, each Yes with probability one half, at a cap of one:

    >>> add_voters(empty_state([1], 1, float), [((1,), 0.5), ((0,), 0.5)], 2)[:, 0]
    array([0.25, 0.75])
    """
    for _ in range(count):
        out = np.zeros_like(state)
        for steps, mass in ballots:
            _add_shifted(out, state, steps, mass)
        state = out
    return state


def _add_shifted(out: State, state: State, steps: Sequence[int], mass: Any) -> None:
    """Add ``mass`` times the state moved by ``steps``, cut off at the caps."""
    pieces = []
    for axis, step in enumerate(steps):
        cap = state.shape[axis] - 1
        if step == 0:
            pieces.append([(slice(None), slice(None), False)])
            continue
        inside = max(cap + 1 - step, 0)
        own = [(slice(inside, cap + 1), slice(cap, cap + 1), True)]
        if inside:
            own.append((slice(0, inside), slice(step, cap + 1), False))
        pieces.append(own)
    for choice in product(*pieces):
        part = state[tuple(source for source, _, _ in choice)]
        summed = tuple(axis for axis, (_, _, saturates) in enumerate(choice) if saturates)
        if summed:
            part = part.sum(axis=summed, keepdims=True)
        target = out[tuple(where for _, where, _ in choice)]
        target += part if isinstance(mass, int) and mass == 1 else part * mass


def leave_each_out(
    state: State, kinds: Sequence[tuple[Ballots, int]]
) -> Iterator[tuple[int, State]]:
    """Yield (kind, law of all voters but one of that kind) for every kind.

    Examples
    --------
    >>> kinds = [([((1,), 0.5), ((0,), 0.5)], 1), ([((1,), 1.0)], 1)]
    >>> [(k, law[:, 0].tolist()) for k, law in leave_each_out(empty_state([2], 1, float), kinds)]
    [(0, [0.0, 1.0, 0.0]), (1, [0.5, 0.5, 0.0])]
    """
    yield from _leave(state, kinds, 0, len(kinds))


def _leave(
    state: State, kinds: Sequence[tuple[Ballots, int]], low: int, high: int
) -> Iterator[tuple[int, State]]:
    if high - low == 1:
        ballots, count = kinds[low]
        yield low, add_voters(state, ballots, count - 1)
        return
    middle = (low + high) // 2
    for keep, rest in (((low, middle), (middle, high)), ((middle, high), (low, middle))):
        other = state
        for ballots, count in kinds[rest[0] : rest[1]]:
            other = add_voters(other, ballots, count)
        yield from _leave(other, kinds, *keep)


def by_class(state: State, thresholds: Sequence[Sequence[int]], steps: Sequence[int]) -> State:
    """Return the masses of the classes reached once ``steps`` are added, shape (classes, batch).

    The class of a sum is how many of its thresholds it reaches; classes of several sums are
    numbered with the last one fastest.

    Examples
    --------
    >>> by_class(np.array([[0.25], [0.5], [0.25]]), [[1, 2]], [1])[:, 0]
    array([0.  , 0.25, 0.75])
    """
    for axis, (limits, step) in enumerate(zip(thresholds, steps, strict=True)):
        size = state.shape[axis]
        edges = [0, *(min(max(limit - step, 0), size) for limit in limits), size]
        moved = np.moveaxis(state, axis, 0)
        parts = [moved[a:b].sum(axis=0) for a, b in pairwise(edges)]
        state = np.moveaxis(np.array(parts, dtype=state.dtype), 0, axis)
    return state.reshape(-1, state.shape[-1])
