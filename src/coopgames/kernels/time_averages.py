r"""Long-run averages of Markov chains, whatever their classes: many small ones, or a large one.

From a start :math:`v_0` the share of time in each state tends to

.. math:: \sum_r a_r \pi_r,

the law :math:`\pi_r` of recurrent class r weighted by the probability :math:`a_r` to end there. It
always exists, also where the chain is periodic or has several classes, and is found in three steps:

- who reaches whom, by squaring the pattern of steps; states that are reached back from all they
  reach are recurrent;
- :math:`a_r`, by linear equations among the transient states;
- :math:`\pi_r`, by balance equations in which the first state of each class weighs 1.

Equations are solved by taking out one state after the other, with sums of positive numbers only
(Grassmann, Taksar & Heyman 1985).
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from .markov.chains import closed_classes
from .markov.state_reduction import dense_absorption, dense_stationary_law

__all__ = ["restarted", "time_average_law", "time_average_laws"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Found = TypeVar("Found")

#: Cells of transition matrices that are handled at a time.
CHUNK_CELLS = 1_000_000
#: A chance to leave below this may have lost digits to the end of the range of doubles.
SMALLEST = 1e-280
TOO_RARE = (
    "steps of a chain are less likely than a double holds; round probabilities near 0 and 1, or "
    "raise the errors"
)


def restarted(transition: Floats, start: Floats, discount_factor: float) -> Floats:
    """Return the chains that begin anew before each step with probability 1 - discount_factor.

    Their long-run law weights round t of the chain by (1 - d) d^t, d the discount factor.

    Parameters
    ----------
    transition : array, shape (..., states, states)
    start : array, shape (..., states)
    discount_factor : float, in [0, 1]

    Examples
    --------
    >>> restarted(np.eye(2), np.array([1.0, 0.0]), 0.75)
    array([[1.  , 0.  ],
           [0.25, 0.75]])
    """
    if discount_factor == 1:
        return transition
    return discount_factor * transition + (1.0 - discount_factor) * start[..., None, :]


def time_average_laws(transition: Floats, start: Floats) -> tuple[Floats, Integers]:
    """Return the shares of time in each state and how many recurrent classes each chain has.

    Parameters
    ----------
    transition : array, shape (chains, states, states)
        Entries at least 0, rows sum to one. A step is possible where its entry is above 0.
    start : array, shape (chains, states)
        Rows sum to one.

    Returns
    -------
    law : array, shape (chains, states)
        The limit of means from the start; rows sum to one.
    classes : int array, shape (chains,)
        At least 1. Where it is 1 the law does not depend on the start.

    Raises
    ------
    BudgetError
        If some chance on the way is below 1e-280.

    Notes
    -----
    O(chains x states^3), and O(log states) products of matrices for the classes.

    References
    ----------
    Grassmann, Taksar & Heyman (1985) Oper. Res. 33:1107. doi:10.1287/opre.33.5.1107

    Examples
    --------
    A chain that alternates, and one that stays where it is:

    >>> swap, stay = np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)
    >>> law, classes = time_average_laws(np.stack([swap, stay]), np.full((2, 2), [0.9, 0.1]))
    >>> law, classes
    (array([[0.5, 0.5],
           [0.9, 0.1]]), array([1, 2]))
    """
    chains, states = start.shape
    law, classes = np.empty((chains, states)), np.empty(chains, dtype=np.int64)
    size = max(1, CHUNK_CELLS // states**2)
    for first in range(0, chains, size):
        part = slice(first, first + size)
        law[part], classes[part] = _laws(transition[part], start[part])
    return law, classes


def time_average_law(transition: Floats, start: Floats) -> tuple[Floats, int]:
    """Return the share of time in each state of one chain, and its recurrent classes.

    As `time_average_laws`, for a chain of up to some thousands of states: states are taken out in
    blocks.

    Parameters
    ----------
    transition : array, shape (states, states)
        Entries at least 0, rows sum to one. A step is possible where its entry is above 0.
    start : array, shape (states,)
        Sums to one.

    Returns
    -------
    law : array, shape (states,)
        The limit of means from the start; sums to one.
    classes : int
        At least 1. With 1 the law does not depend on the start.

    Raises
    ------
    BudgetError
        If some chance on the way is below what a double holds.

    Notes
    -----
    O(states^3): 3,240 states take a few seconds.

    Examples
    --------
    >>> gamble = np.array([[1.0, 0, 0], [0.25, 0.5, 0.25], [0, 0, 1.0]])
    >>> time_average_law(gamble, np.array([0.0, 1.0, 0.0]))
    (array([0.5, 0. , 0.5]), 2)
    """
    from scipy.sparse import csr_matrix

    law = np.zeros(start.size)
    classes, label = 1, np.zeros(start.size, dtype=np.int64)
    if not (transition > 0).all():
        classes, label = closed_classes(csr_matrix(transition))
    weights = np.ones(1) if classes == 1 else _ends(transition, start, label, classes)
    for number, weight in enumerate(weights):
        inside = np.flatnonzero(label == number)
        if weight > 0:
            whole = inside.size == start.size
            among = transition if whole else transition[np.ix_(inside, inside)]
            law[inside] = weight * _present(dense_stationary_law(among))
    return law / law.sum(), classes


def _ends(transition: Floats, start: Floats, label: Integers, classes: int) -> Floats:
    """Return the probability of ending in each closed class."""
    member = (label[:, None] == np.arange(classes)).astype(float)
    weights = start @ member
    inside = np.flatnonzero(label < 0)
    if start[inside].any():
        entering = transition[inside] @ member
        found = _present(dense_absorption(transition[np.ix_(inside, inside)], entering))
        weights += start[inside] @ found.probability
    return np.asarray(weights)


def _present(found: Found | None) -> Found:
    if found is None:
        raise BudgetError(TOO_RARE)
    return found


def _laws(transition: Floats, start: Floats) -> tuple[Floats, Integers]:
    states = start.shape[1]
    moves = transition * (1.0 - np.eye(states))
    recurrent, first = _classes(moves > 0)
    heads = recurrent & (first == np.arange(states))

    transient = ~recurrent
    visits = _balanced(moves, transient, np.where(transient, start, 0.0))
    arrivals = start + np.einsum("ci,cij->cj", visits, moves)

    members = recurrent & ~heads
    from_head = np.take_along_axis(moves, first[:, None, :], axis=1)[:, 0]
    weight = _balanced(moves, members, np.where(members, from_head, 0.0))
    weight += heads

    # Rows of a one-hot array collect what belongs to the class with a given first state.
    belongs = (first[:, :, None] == np.arange(states)) & recurrent[:, :, None]
    mass = np.einsum("ci,cik->ck", arrivals, belongs)
    total = np.einsum("ci,cik->ck", weight, belongs)
    share = np.divide(mass, total, out=np.zeros_like(mass), where=heads)
    law = weight * np.take_along_axis(share, first, axis=1)
    return law / law.sum(axis=1, keepdims=True), heads.sum(axis=1)


def _classes(steps: Booleans) -> tuple[Booleans, Integers]:
    """Return which states are recurrent, and the first state each shares a class with."""
    states = steps.shape[1]
    reach: Booleans = steps | np.eye(states, dtype=bool)
    longest = 1
    while longest < states - 1:
        reach = np.matmul(reach.astype(np.float32), reach.astype(np.float32)) > 0
        longest *= 2
    back = reach.swapaxes(1, 2)
    outward: Booleans = np.any(reach & ~back, axis=2)
    return ~outward, np.argmax(reach & back, axis=2)


def _balanced(moves: Floats, inside: Booleans, inflow: Floats) -> Floats:
    """Return x on the states inside, 0 elsewhere, with outflow = inflow from inside + given.

    States are taken out from the last to the first. What a state leaves with is always a sum of
    positive numbers, so that x keeps its digits where some steps are very rare.
    """
    work = np.where(inside[:, :, None] & inside[:, None, :], moves, 0.0)
    exits = np.where(inside, np.where(inside[:, None, :], 0.0, moves).sum(axis=2), 0.0)
    x = inflow.copy()
    for k in range(inside.shape[1] - 1, -1, -1):
        onward = work[:, k, :k].copy()
        out = onward.sum(axis=1) + exits[:, k]
        active = inside[:, k]
        if (out[active] < SMALLEST).any():
            raise BudgetError(TOO_RARE)
        out = np.where(active, out, 1.0)
        share = work[:, :k, k] / out[:, None]
        work[:, :k, :k] += share[:, :, None] * onward[:, None, :]
        work[:, :k, k] = share
        exits[:, :k] += share * exits[:, k, None]
        x[:, k] /= out
        x[:, :k] += x[:, k, None] * onward
    for k in range(1, inside.shape[1]):
        x[:, k] += np.einsum("cj,cj->c", x[:, :k], work[:, :k, k])
    return x
