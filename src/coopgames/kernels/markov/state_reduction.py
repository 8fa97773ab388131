r"""Dense Markov chains by state reduction: stationary laws, absorption, times.

States are taken out from the last to the first, some at a time. With B those taken out, R what is
left, P the chances of the chain watched on both, and N = (I - P_BB)^{-1},

    P_RR <- P_RR + P_RB N P_BR.

N comes from what leaves a state, never from 1 minus what stays (Grassmann, Taksar & Heyman 1985),
so that only positive numbers are added, multiplied and divided: every entry of a result has a small
relative error, also where the chain is nearly reducible. Answers are read off on the way back,

    pi_B = pi_R P_RB N,    h_B = N (r_B + P_BR h_R),

r being what is taken out with the states: chances of absorption, or times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError

__all__ = ["DenseAbsorption", "dense_absorption", "dense_stationary_law"]

Floats = npt.NDArray[np.float64]

#: States taken out together.
BLOCK = 64
#: A chance to leave below this may have lost digits to the end of the range of doubles.
SMALLEST = 1e-280


class DenseAbsorption(NamedTuple):
    """Where a chain ends and after how many steps, by starting state.

    Attributes
    ----------
    probability : array, shape (states, ends)
        Rows sum to one.
    time : array, shape (states,)
        Expected steps until any end; infinite where beyond the range of doubles.
    conditional_time : array, shape (states, ends)
        Expected steps given the end; NaN where it is not reached.
    """

    probability: Floats
    time: Floats
    conditional_time: Floats


class _Block(NamedTuple):
    """What is kept of states taken out: how often they are visited and where they lead."""

    first: int
    dwell: Floats  # N
    visits: Floats  # P_RB N
    onward: Floats  # N P_BR


def dense_stationary_law(transition: Floats) -> Floats | None:
    """Return pi with pi P = pi, for an irreducible chain.

    Parameters
    ----------
    transition : array, shape (states, states)
        Entries at least 0; rows sum to one. Entries on the diagonal are not used.

    Returns
    -------
    array, shape (states,), or None
        None where a chance on the way is below what a double holds.

    References
    ----------
    Grassmann, Taksar & Heyman (1985) Oper. Res. 33:1107. doi:10.1287/opre.33.5.1107

    Examples
    --------
    >>> dense_stationary_law(np.array([[0.9, 0.1], [0.3, 0.7]]))
    array([0.75, 0.25])
    """
    blocks = _reduce(transition.copy(), np.zeros((transition.shape[0], 0)), keep=1)
    if blocks is None:
        return None
    law = np.ones(transition.shape[0])
    for block in reversed(blocks):
        stop = block.first + block.dwell.shape[0]
        law[block.first : stop] = law[: block.first] @ block.visits
        # The first state may be all but impossible: keep within the range of doubles.
        law[:stop] /= law[:stop].max()
    return np.asarray(law / law.sum())


def dense_absorption(moves: Floats, ends: Floats) -> DenseAbsorption | None:
    """Return where a chain ends, and when, from each of its transient states.

    Parameters
    ----------
    moves : array, shape (states, states)
        From one transient state to another; entries on the diagonal are not used.
    ends : array, shape (states, ends)
        From a transient state into each end. An end is reached from every state.

    Returns
    -------
    DenseAbsorption or None
        None where a chance on the way is below what a double holds.

    Raises
    ------
    CoopgamesError
        If shapes don't fit.

    Examples
    --------
    >>> found = dense_absorption(np.array([[0, 0.5], [0.5, 0]]), np.array([[0.5, 0], [0, 0.5]]))
    >>> found.probability.round(12).tolist(), found.time.round(12).tolist()
    ([[0.666666666667, 0.333333333333], [0.333333333333, 0.666666666667]], [2.0, 2.0])
    """
    if ends.ndim != 2 or moves.shape != (ends.shape[0], ends.shape[0]):
        raise CoopgamesError(
            f"moves must be square with a row for each of ends; got {moves.shape}, {ends.shape}"
        )
    blocks = _reduce(moves.copy(), ends, keep=0)
    if blocks is None:
        return None
    probability = _total(blocks, ends)
    time = _total(blocks, np.ones((ends.shape[0], 1)))[:, 0]
    # Steps at a state count as far as the end is reached from there.
    steps = _total(blocks, probability)
    with np.errstate(invalid="ignore", divide="ignore"):
        conditional = np.where(probability > 0, steps / probability, np.nan)
    return DenseAbsorption(probability, time, conditional)


def _reduce(work: Floats, ends: Floats, keep: int) -> list[_Block] | None:
    """Take out all states but the first ``keep``, in place; last ones first."""
    leaving = ends.sum(axis=1)
    blocks = []
    high = work.shape[0]
    while high > keep:
        low = max(keep, high - BLOCK)
        inside, back = work[low:high, low:high], work[low:high, :low]
        dwell = _dwell(inside, back.sum(axis=1) + leaving[low:high])
        if dwell is None:
            return None
        visits, onward = work[:low, low:high] @ dwell, dwell @ back
        leaving[:low] += visits @ leaving[low:high]
        blocks.append(_Block(low, dwell, visits, onward))
        work[:low, :low] += visits @ back
        high = low
    return blocks


def _dwell(inside: Floats, leaving: Floats) -> Floats | None:
    """Return N, the expected visits to each state before all are left."""
    work, out = inside.copy(), np.eye(inside.shape[0])
    leaving = leaving.copy()
    exits = np.empty(leaving.size)
    for k in range(leaving.size - 1, -1, -1):
        exits[k] = work[k, :k].sum() + leaving[k]
        if not exits[k] > SMALLEST:
            return None
        share = work[:k, k] / exits[k]
        work[:k, :k] += share[:, None] * work[k, :k]
        leaving[:k] += share * leaving[k]
        out[:k] += share[:, None] * out[k]
    for k in range(leaving.size):
        out[k] = (out[k] + work[k, :k] @ out[:k]) / exits[k]
    return out


def _total(blocks: list[_Block], reward: Floats) -> Floats:
    """Return what is collected until the end from each state, shape (states, rewards)."""
    due, out = reward.copy(), np.empty(reward.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        for block in blocks:
            stop = block.first + block.dwell.shape[0]
            due[: block.first] += block.visits @ due[block.first : stop]
        for block in reversed(blocks):
            stop = block.first + block.dwell.shape[0]
            own = block.dwell @ due[block.first : stop]
            out[block.first : stop] = own + block.onward @ out[: block.first]
    # Nothing is negative: what is not a number is beyond doubles times what is below them.
    return np.where(np.isnan(out), np.inf, out)
