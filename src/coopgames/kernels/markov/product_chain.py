r"""Several populations side by side: the product of their simplices, and chains on it.

A state is one composition per population, later populations running faster. In one step one
individual of one population switches, so a chain is assembled from the probabilities of switching
in each population, given the whole state.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..simplex import composition_index, compositions, number_of_compositions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["generation_matrix", "number_of_states", "product_states", "switching_chain"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def number_of_states(sizes: Sequence[int], strategies: Sequence[int]) -> int:
    """Return how many states populations of given sizes and numbers of strategies have.

    Examples
    --------
    >>> number_of_states([2, 3], [2, 3])
    30
    """
    return prod(number_of_compositions(z, s) for z, s in zip(sizes, strategies, strict=True))


def product_states(sizes: Sequence[int], strategies: Sequence[int]) -> Integers:
    """Return all states, shape (states, sum of strategies), in lexicographic order.

    Examples
    --------
    >>> product_states([1, 1], [2, 2])
    array([[0, 1, 0, 1],
           [0, 1, 1, 0],
           [1, 0, 0, 1],
           [1, 0, 1, 0]])
    """
    out = np.zeros((1, 0), dtype=np.int64)
    for z, s in zip(sizes, strategies, strict=True):
        own = compositions(z, s)
        out = np.concatenate(
            [np.repeat(out, own.shape[0], axis=0), np.tile(own, (out.shape[0], 1))], axis=1
        )
    return out


def switching_chain(
    sizes: Sequence[int], strategies: Sequence[int], switching: Sequence[Floats]
) -> csr_matrix:
    """Return the transition matrix of a chain in which one individual switches at a time.

    Parameters
    ----------
    sizes, strategies : sequences of int
        Individuals and strategies of each population.
    switching : sequence of arrays, shape (states, s_r, s_r)
        Probability per step, in each state, that one of population r goes from one strategy to
        another; the diagonal is ignored. All of a state's sum to at most one.

    Returns
    -------
    csr_matrix, shape (states, states)
        Rows sum to one.

    Examples
    --------
    Two populations of one, which flip every fourth time:

    >>> flip = np.tile([[0, 0.25], [0.25, 0]], (4, 1, 1))
    >>> there = np.array([[0, 1], [0, 1], [1, 0], [1, 0]])
    >>> first, second = flip * there[:, :, None], flip * there[[0, 2, 1, 3]][:, :, None]
    >>> switching_chain([1, 1], [2, 2], [first, second]).toarray()[0]
    array([0.5 , 0.25, 0.25, 0.  ])
    """
    from scipy.sparse import csr_matrix

    total = number_of_states(sizes, strategies)
    here = np.arange(total)
    starts, ends, rates = [], [], []
    stride = total
    for z, s, rate in zip(sizes, strategies, switching, strict=True):
        own = compositions(z, s)
        stride //= own.shape[0]
        place = here // stride % own.shape[0]
        for i in range(s):
            for j in range(s):
                if i == j:
                    continue
                moved = own.copy()
                moved[:, i] -= 1
                moved[:, j] += 1
                possible = own[:, i] > 0
                step = np.zeros(own.shape[0], dtype=np.int64)
                step[possible] = composition_index(moved[possible]) - np.flatnonzero(possible)
                chance = rate[:, i, j]
                moves = np.flatnonzero(possible[place] & (chance > 0))
                starts.append(moves)
                ends.append(moves + stride * step[place[moves]])
                rates.append(chance[moves])
    start, end, chance = (np.concatenate(part) for part in (starts, ends, rates))
    stays = 1.0 - np.bincount(start, weights=chance, minlength=total)
    return csr_matrix(
        (
            np.append(chance, np.maximum(stays, 0.0)),
            (np.append(start, here), np.append(end, here)),
        ),
        shape=(total, total),
    )


def generation_matrix(
    sizes: Sequence[int], strategies: Sequence[int], offspring: Sequence[Floats]
) -> Floats:
    """Return the transition matrix of populations that are replaced, each as a whole.

    Parameters
    ----------
    sizes, strategies : sequences of int
        As in `switching_chain`.
    offspring : sequence of arrays, shape (states, s_r)
        In each state, the probability that one of the next generation of population r follows a
        strategy; rows sum to one.

    Returns
    -------
    array, shape (states, states)
        Rows sum to one.

    Examples
    --------
    >>> generation_matrix([2], [2], [np.array([[0, 1], [0.5, 0.5], [1, 0]])])
    array([[1.  , 0.  , 0.  ],
           [0.25, 0.5 , 0.25],
           [0.  , 0.  , 1.  ]])
    """
    from ..group_sampling import multinomial_group_law

    out = np.ones((number_of_states(sizes, strategies), 1))
    for z, s, chance in zip(sizes, strategies, offspring, strict=True):
        law = multinomial_group_law(chance, compositions(z, s))
        out = (out[:, :, None] * law[:, None, :]).reshape(out.shape[0], -1)
    return out
