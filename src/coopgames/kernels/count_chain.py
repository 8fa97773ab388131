r"""Groups of alike players: the chain of how many in each class cooperate.

Players of one class are alike, so how many of each cooperated, :math:`c_1, ..., c_G`, is all of a
round that matters: :math:`\prod_g (n_g + 1)` states. Given it, players act independently: who
cooperated in class g does it again with one probability, who defected turns with another, and the
next number in class g is a sum of two binomials. What the probabilities depend on is up to the
caller: the cooperators of the last round, a public record, or both.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from .markov.product_chain import product_states
from .misperception import sum_of_binomials

__all__ = ["LARGEST_CHAIN", "check_chain", "count_chain", "count_start", "count_states"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: States of a dense chain that are still handled: a matrix of 200 megabytes, a few copies of it.
LARGEST_CHAIN = 5_000


def check_chain(states: int, what: str) -> None:
    """Refuse a chain of too many states.

    Examples
    --------
    >>> check_chain(20, "groups of 3 and 4 players")
    """
    if states > LARGEST_CHAIN:
        raise BudgetError(
            f"{what} make {states:,} states; at most {LARGEST_CHAIN:,} are handled; give more "
            "players the same strategy, take fewer players or smaller machines, or simulate"
        )


def count_states(sizes: Sequence[int]) -> Integers:
    """Return how many of each class cooperate in each state, in lexicographic order.

    Parameters
    ----------
    sizes : sequence of int, G of them, at least 1
        Players of each class.

    Returns
    -------
    int array, shape (states, G)

    Raises
    ------
    BudgetError
        If there are more than 5,000 states; says how many.

    Examples
    --------
    >>> count_states([1, 2]).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    """
    check_chain(
        prod(size + 1 for size in sizes), f"classes of {', '.join(map(str, sizes))} players"
    )
    return np.asarray(product_states(sizes, [2] * len(sizes)))[:, ::2]


def count_start(sizes: Sequence[int], chances: Floats) -> Floats:
    """Return the law of the first round, where each player of a class cooperates alike.

    Parameters
    ----------
    sizes : sequence of int, G of them
    chances : array, shape (2, G)
        Probability that a player of each class cooperates, and its complement.

    Returns
    -------
    array, shape (states,)

    Examples
    --------
    >>> count_start([2], np.array([[0.5], [0.5]]))
    array([0.25, 0.5 , 0.25])
    """
    law = np.ones(1)
    for g, size in enumerate(sizes):
        p = chances[:, g : g + 1]
        once = sum_of_binomials(np.array([size]), p, np.array([0]), p)[0]
        law = np.multiply.outer(law, once).ravel()
    return law


def count_chain(sizes: Sequence[int], again: Floats, turned: Floats) -> Floats:
    """Return the transition matrix between numbers of cooperators per class.

    Parameters
    ----------
    sizes : sequence of int, G of them, at least 1
        Players of each class.
    again : array, shape (2, states, G)
        ``again[0, s, g]`` is the probability that a player of class g who cooperated in state s
        cooperates next, ``again[1, s, g]`` that it defects. Both are given so that only positive
        numbers are added and multiplied: entries keep their digits however rare a step is. States
        as in `count_states`.
    turned : array, shape (2, states, G)
        The same of players who defected.

    Returns
    -------
    array, shape (states, states)
        Rows sum to one.

    Notes
    -----
    O(states^2): 3,240 states take about a tenth of a second.

    Examples
    --------
    Two players who each do again what they did, but for one time in ten:

    >>> stay, leave = np.full((3, 1), 0.9), np.full((3, 1), 0.1)
    >>> count_chain([2], np.stack([stay, leave]), np.stack([leave, stay])).round(2)
    array([[0.81, 0.18, 0.01],
           [0.09, 0.82, 0.09],
           [0.01, 0.18, 0.81]])
    """
    counts = count_states(sizes)
    states = counts.shape[0]
    chain = np.ones((states, 1))
    for g, size in enumerate(sizes):
        step = sum_of_binomials(counts[:, g], again[:, :, g], size - counts[:, g], turned[:, :, g])
        chain = (chain[:, :, None] * step[:, None, :]).reshape(states, -1)
    return chain
