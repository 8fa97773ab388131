r"""Pairs of memory-two strategies: chains of sixteen states, the last two rounds.

A strategy says how likely it cooperates at the start, after each pair of acts of the first round,
and after each two rounds. State ``4 * previous + last`` stands for the pairs of acts of two rounds,
each CC, CD, DC or DD with the own act first. Rounds t - 1 and t have the law

.. math:: (1 - d) \sum_{t \ge 1} d^{t - 1} x_t,

and the acts are those of the first round, with weight 1 - d, and the last of these states, with
weight d. Errors in doing and public monitoring are folded in as with memory one. A private error of
perception would be remembered for two rounds, so that acts alone are no longer a Markov chain;
it's not covered.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .memory_one import SWAP, PairLaws, swapped
from .time_averages import restarted, time_average_laws

__all__ = ["memory_two_laws"]

Floats = npt.NDArray[np.float64]

#: Pairs whose chains are held at a time.
BLOCK = 4_096
#: The sixteen states as the other player sees them.
OTHER = tuple(4 * SWAP[previous] + SWAP[last] for previous in range(4) for last in range(4))


def memory_two_laws(
    opening: Floats,
    response: Floats,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    signal_error: float = 0.0,
) -> PairLaws:
    """Return the law of acts for every pair of n memory-two strategies.

    Parameters
    ----------
    opening : array, shape (n, 5)
        Probabilities of cooperating in the first round and, in the second, after CC, CD, DC, DD,
        own act first.
    response : array, shape (n, 16)
        After two rounds: ``response[:, 4 * previous + last]``, pairs in the same order.
    discount_factor : float, in [0, 1]
        1 for the limit of means.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    signal_error : float, in [0, 1]
        Probability that both players see an act as its opposite.

    Returns
    -------
    PairLaws
        As for memory-one strategies.

    Notes
    -----
    O(n^2) chains of 16 states, some 20 thousand pairs per second.

    Examples
    --------
    Tit for two tats never punishes a single defection, so alternating against it pays:

    >>> always = np.ones((1, 16))
    >>> after = {pair: float(pair[0] % 2 == 0 or pair[1] % 2 == 0) for pair in np.ndindex(4, 4)}
    >>> two_tats = np.array([[after[pair] for pair in np.ndindex(4, 4)]])
    >>> alternate = np.array([[float(last >= 2) for _, last in np.ndindex(4, 4)]])
    >>> start = np.array([[1.0] * 5, [1.0, 0.0, 0.0, 1.0, 1.0]])
    >>> memory_two_laws(start, np.vstack([two_tats, alternate])).law[:, 0, 1]
    array([0.5, 0.5, 0. , 0. ])
    """
    n = opening.shape[0]
    rules = np.concatenate([opening, response], axis=1)
    done = _flipped(np.stack([rules, 1 - rules]), implementation_error)
    seen = _flipped(done, signal_error)
    first, second = np.triu_indices(n)
    law = np.empty((4, n, n))
    classes = np.ones((n, n), dtype=np.int8)
    residual = 0.0
    for begin in range(0, first.size, BLOCK):
        i, j = first[begin : begin + BLOCK], second[begin : begin + BLOCK]
        chain, start = _chains(seen[:, i], seen[:, j])
        chain = restarted(chain, start, discount_factor)
        states, number = time_average_laws(chain, start)
        gap = np.einsum("ps,pst->pt", states, chain) - states
        residual = max(residual, float(np.abs(gap).max()))
        # Acts are what is done in reaction to the signals of earlier rounds.
        once = _reactions(done[:, i], done[:, j])
        first_signals = _reactions(seen[:, i], seen[:, j])[:, 0]
        after_one = np.einsum("ps,pst->pt", first_signals, once[:, 1:5])
        after_two = np.einsum("ps,pst->pt", states, once[:, 5:])
        d = discount_factor
        acts = ((1 - d) * (once[:, 0] + d * after_one) + d**2 * after_two).T
        law[:, i, j] = acts
        law[:, j, i] = swapped(acts)
        classes[i, j] = classes[j, i] = number
    return PairLaws(law, classes if discount_factor == 1 else None, residual)


def _flipped(chances: Floats, error: float) -> Floats:
    """Return probabilities of cooperating and of defecting, (2, n, 21), some acts turned round."""
    return (1 - error) * chances + error * chances[::-1]


def _reactions(own: Floats, other: Floats) -> Floats:
    """Return the laws of CC, CD, DC, DD in all 21 situations, shape (pairs, 21, 4)."""
    turned = [0, *(1 + s for s in SWAP), *(5 + s for s in OTHER)]
    (c, d), (c_other, d_other) = own, other[..., turned]
    return np.stack([c * c_other, c * d_other, d * c_other, d * d_other], axis=-1)


def _chains(own: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return transitions, shape (pairs, 16, 16), and laws of the first two rounds."""
    react = _reactions(own, other)
    chain = np.zeros((own.shape[1], 16, 16))
    for previous in range(4):
        for last in range(4):
            state = 4 * previous + last
            chain[:, state, 4 * last : 4 * last + 4] = react[:, 5 + state]
    return chain, (react[:, 0, :, None] * react[:, 1:5]).reshape(-1, 16)
