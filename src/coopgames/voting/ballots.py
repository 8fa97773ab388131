r"""The exact joint law of which chambers pass a motion, when the same voters sit in several.

C classes of exchangeable voters, J chambers. A voter of class c draws one uniform U and says Yes
in chamber j iff U <= p_cj, so that chambers see one ballot. A No blocks chamber j with
probability kappa_cj, independently. Chamber j passes iff its Yes weight reaches its threshold
and nobody blocks.

The state of the dynamic programme is, per chamber, the weight reached so far (cut off at the
threshold) or 'blocked'; voters are added one by one. Work is O(voters * product of thresholds),
never 2**voters. Leading axis: rows, a batch of electorates or probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from math import ceil, floor
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError

__all__ = ["Ballot", "passage_law", "threshold_of"]

Array = npt.NDArray[np.float64]
_T = TypeVar("_T", bound=np.generic)
Integers = npt.NDArray[np.int64]

#: Cells of the dynamic programme that are still quick and fit in memory.
LARGEST_STATE_SPACE = 20_000_000
#: Numbers in a ballot whose law is kept for the next time it is asked for.
LARGEST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ballot:
    """An electorate in classes, and the rules of its chambers.

    Attributes
    ----------
    counts : int array, shape (rows, classes)
        Voters per class; rows may differ (a target left the electorate).
    weights : int array, shape (classes, chambers)
        Voting weight of one voter; 0 with blocking 0 is no seat.
    thresholds : int array, shape (rows, chambers)
        Yes weight needed; 0 passes unless blocked, above the total never passes.
    blocking : array, shape (rows or 1, classes, chambers)
        Probability that a No blocks.
    """

    counts: Integers
    weights: Integers
    thresholds: Integers
    blocking: Array


def threshold_of(total: int, quota: Fraction, *, strict: bool) -> int:
    """Return the least integer weight that reaches ``quota`` of ``total`` (exceeds it if strict).

    Examples
    --------
    >>> threshold_of(15, Fraction(3, 5), strict=False)
    9
    >>> threshold_of(10, Fraction(1, 2), strict=True)
    6
    """
    needed = quota * total
    return floor(needed) + 1 if strict else ceil(needed)


def passage_law(ballot: Ballot, yes: Array, *, correlation: float = 0.0) -> Array:
    """Return the law of the set of chambers that pass, as bit masks.

    Parameters
    ----------
    ballot : Ballot
        Electorate and rules.
    yes : array, shape (rows or 1, classes, chambers)
        Probability that a voter says Yes in each chamber.
    correlation : float
        Probability, in [0, 1], that one draw of U serves all voters (model D22.3).

    Returns
    -------
    array, shape (rows, 2**chambers)
        Rows sum to one.

    Raises
    ------
    BudgetError
        If the chambers' joint state space exceeds the budget; says how large it is.

    Examples
    --------
    A council of two veto holders and one other, two votes needed:

    >>> import numpy as np
    >>> ballot = Ballot(counts=np.array([[2, 1]]), weights=np.array([[1], [1]]),
    ...                 thresholds=np.array([[2]]), blocking=np.array([[[1.0], [0.0]]]))
    >>> passage_law(ballot, np.full((1, 2, 1), 0.5))
    array([[0.75, 0.25]])
    """
    chances = np.asarray(yes, dtype=float)
    parts = (ballot.counts, ballot.weights, ballot.thresholds, ballot.blocking, chances)
    if sum(part.size for part in parts) > LARGEST_REMEMBERED:
        return _law(ballot, chances, correlation)
    content = tuple((part.shape, part.dtype.str, part.tobytes()) for part in parts)
    return _remembered(content, correlation).copy()


@lru_cache(maxsize=128)
def _remembered(
    content: tuple[tuple[tuple[int, ...], str, bytes], ...], correlation: float
) -> Array:
    """Return the law of a ballot from what is in it: neighbours in a grid mostly vote alike."""
    counts, weights, thresholds, blocking, yes = (
        np.frombuffer(data, dtype=kind).reshape(shape) for shape, kind, data in content
    )
    ballot = Ballot(counts=counts, weights=weights, thresholds=thresholds, blocking=blocking)
    return _law(ballot, yes, correlation)


def _law(ballot: Ballot, yes: Array, correlation: float) -> Array:
    rows = max(yes.shape[0], ballot.counts.shape[0])
    yes = np.broadcast_to(yes, (rows, *yes.shape[1:]))
    law = np.zeros((rows, 1 << ballot.weights.shape[1]))
    if correlation < 1.0:
        law += (1.0 - correlation) * _independent(ballot, yes)
    if correlation > 0.0:
        law += correlation * _common(ballot, yes)
    return law


def _common(ballot: Ballot, yes: Array) -> Array:
    """One U for all voters: votes are certain between the sorted probabilities."""
    rows = yes.shape[0]
    flat = np.sort(yes.reshape(rows, -1), axis=1)
    edges = np.concatenate([np.zeros((rows, 1)), flat, np.ones((rows, 1))], axis=1)
    law = np.zeros((rows, 1 << ballot.weights.shape[1]))
    for low, high in pairwise(edges.T):
        width = high - low
        if (width > 0).any():
            certain = (yes >= high[:, None, None]).astype(float)
            law += width[:, None] * _independent(ballot, certain)
    return law


def _independent(ballot: Ballot, yes: Array) -> Array:
    rows, classes, chambers = yes.shape
    possible = (ballot.weights * ballot.counts.max(axis=0)[:, None]).sum(axis=0)
    # A chamber out of reach in every row fails whatever is said; it takes no room.
    hopeless = (ballot.thresholds > possible).all(axis=0)
    caps = np.minimum(ballot.thresholds.max(axis=0, initial=0), possible + 1)
    caps = np.where(hopeless, 0, caps)
    shape = (rows, *(int(cap) + 2 for cap in caps))
    cells = int(np.prod([float(size) for size in shape]))
    if cells > LARGEST_STATE_SPACE:
        raise BudgetError(
            f"the joint law of {chambers} chambers needs {cells:.3g} cells, more than "
            f"{LARGEST_STATE_SPACE:.3g}; give the composition a common_cause so that the bodies "
            "vote apart, or use coarser weights"
        )
    state = np.zeros(shape)
    state.reshape(rows, -1)[:, 0] = 1.0
    blocking = np.broadcast_to(ballot.blocking, (rows, classes, chambers))
    for c in range(classes):
        seated = [j for j in range(chambers) if ballot.weights[c, j] > 0 or blocking[:, c, j].any()]
        if not seated:
            continue
        patterns = _vote_patterns(yes[:, c, :], seated)
        counts = np.broadcast_to(ballot.counts[:, c], (rows,))
        for voter in range(int(counts.max(initial=0))):
            stepped = np.zeros_like(state)
            for says_yes, probability in patterns:
                term = state
                for j in seated:
                    if j in says_yes:
                        term = _add_weight(term, j + 1, int(ballot.weights[c, j]))
                    else:
                        term = _maybe_block(term, j + 1, blocking[:, c, j])
                stepped += _column(probability, state.ndim) * term
            present = _column(counts > voter, state.ndim)
            state = np.where(present, stepped, state)
    return _read(state, np.where(hopeless, 1, np.minimum(ballot.thresholds, caps)))


def _column(values: npt.NDArray[_T], dimensions: int) -> npt.NDArray[_T]:
    return values.reshape(-1, *([1] * (dimensions - 1)))


def _vote_patterns(yes: Array, seated: list[int]) -> list[tuple[frozenset[int], Array]]:
    """Which chambers hear Yes from one voter, with probability per row; possible ones only."""
    patterns = []
    for bits in product((False, True), repeat=len(seated)):
        chosen = frozenset(j for j, bit in zip(seated, bits, strict=True) if bit)
        upper = np.min([yes[:, j] for j in chosen], axis=0) if chosen else np.ones(yes.shape[0])
        rest = [yes[:, j] for j in seated if j not in chosen]
        lower = np.max(rest, axis=0) if rest else np.zeros(yes.shape[0])
        probability = np.maximum(upper - lower, 0.0)
        if probability.any():
            patterns.append((chosen, probability))
    return patterns


def _add_weight(state: Array, axis: int, weight: int) -> Array:
    """Move weight up an axis, cut off at its cap; the last index is 'blocked' and stays."""
    if weight == 0:
        return state
    moved = np.moveaxis(state, axis, -1)
    out = np.zeros_like(moved)
    cap = moved.shape[-1] - 2
    out[..., -1] = moved[..., -1]
    if weight <= cap:
        out[..., weight : cap + 1] = moved[..., : cap + 1 - weight]
        out[..., cap] += moved[..., cap + 1 - weight : cap + 1].sum(axis=-1)
    else:
        out[..., cap] = moved[..., : cap + 1].sum(axis=-1)
    return np.moveaxis(out, -1, axis)


def _maybe_block(state: Array, axis: int, probability: Array) -> Array:
    if not probability.any():
        return state
    moved = np.moveaxis(state, axis, -1)
    p = _column(probability, moved.ndim)
    out = moved * (1.0 - p)
    out[..., -1] = moved[..., -1] + (p[..., 0] * moved[..., :-1].sum(axis=-1))
    return np.moveaxis(out, -1, axis)


def _read(state: Array, thresholds: Integers) -> Array:
    """Sum the state into the law over passing sets."""
    law = state
    for j in range(thresholds.shape[1]):
        # Axis 1 is chamber j's; its verdict becomes the last axis.
        moved = np.moveaxis(law, 1, -1)
        index = np.arange(moved.shape[-1])
        limit = _column(thresholds[:, j], moved.ndim)
        passes = (index >= limit) & (index < moved.shape[-1] - 1)
        verdict = [np.where(passes, 0.0, moved).sum(-1), np.where(passes, moved, 0.0).sum(-1)]
        law = np.stack(verdict, axis=-1)
    # Axes are now (rows, chamber 0, chamber 1, ...); bit j belongs to chamber j.
    order = (0, *range(law.ndim - 1, 0, -1))
    return np.ascontiguousarray(law.transpose(order)).reshape(law.shape[0], -1)
