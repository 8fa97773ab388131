r"""Groups of n memory-one players, lumped by who is alike.

A player reacts to its own last act and to how many of the n - 1 others cooperated. Players of one
class follow the same strategy, so how many of each class cooperated, :math:`c_1, ..., c_G`, is a
Markov chain of :math:`\prod_g (n_g + 1)` states, and the lumping is exact. With K cooperators in
all, a cooperator of class g cooperates again with probability :math:`p_g(C, K - 1)` and a defector
turns with :math:`p_g(D, K)`, so that the next number in class g is a sum of two binomials.

Long-run laws come from state reduction, class by class; with discounting, from the chain that
begins anew with probability 1 - d before every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from .markov.absorption import absorption_probabilities
from .markov.product_chain import product_states
from .markov.state_reduction import dense_stationary_law
from .time_averages import restarted

__all__ = ["LARGEST_CHAIN", "GroupLaw", "group_law"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: States of a chain that are still handled: half a gigabyte for a few copies of its matrix.
LARGEST_CHAIN = 3_000


class GroupLaw(NamedTuple):
    """How often each class has each number of cooperators.

    Attributes
    ----------
    counts : int array, shape (states, classes)
    law : array, shape (states,)
        Share of rounds in each state; sums to one.
    recurrent : int or None
        Recurrent classes of the chain; with 1 the law does not depend on the start. None with
        discounting.
    residual : float
        max |law P - law| of the chain solved.
    """

    counts: Integers
    law: Floats
    recurrent: int | None
    residual: float


def group_law(
    sizes: Sequence[int],
    start: Floats,
    response: Floats,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: float = 0.0,
) -> GroupLaw:
    """Return the law of cooperators per class in a group of n memory-one players.

    Parameters
    ----------
    sizes : sequence of int, G of them, at least 1
        How many players each class has; n is their sum.
    start : array, shape (G,)
        Probability of cooperating in the first round.
    response : array, shape (G, 2, n)
        ``response[g, 0, k]`` after an own cooperation and ``response[g, 1, k]`` after an own
        defection, k of the other n - 1 players having cooperated.
    discount_factor : float, in [0, 1]
        1 for the limit of means.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float, in [0, 1]
        Probability that a player mistakes a co-player's act, independently for each of the two.

    Raises
    ------
    BudgetError
        If the chain has more than 3,000 states; says how many.

    References
    ----------
    Hilbe, Wu, Traulsen & Nowak (2014) PNAS 111:16425. doi:10.1073/pnas.1407887111

    Examples
    --------
    Three players who cooperate iff all others did, with rare errors: all defect.

    >>> response = np.array([[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]])
    >>> group_law([3], np.ones(1), response, implementation_error=0.01).law.round(2)
    array([0.97, 0.03, 0.  , 0.  ])
    """
    states = prod(size + 1 for size in sizes)
    if states > LARGEST_CHAIN:
        raise BudgetError(
            f"groups of {', '.join(map(str, sizes))} players make {states} states; at most "
            f"{LARGEST_CHAIN} are handled; give fewer players the same strategy, or simulate"
        )
    counts = np.asarray(product_states(sizes, [2] * len(sizes)))[:, ::2]
    error = implementation_error
    begin, react = (
        (1 - error) * np.stack([p, 1 - p]) + error * np.stack([1 - p, p]) for p in (start, response)
    )
    total = counts.sum(axis=1)
    n = sum(sizes)
    others = np.arange(n)
    right = np.array([1.0 - perception_error, perception_error])[:, None]
    seen = _two_binomials(others, right, n - 1 - others, right[::-1])
    react = react @ seen.T
    chain = np.ones((states, 1))
    first = np.ones((1, 1))
    for g, size in enumerate(sizes):
        again = react[:, g, 0, np.maximum(total - 1, 0)]
        turned = react[:, g, 1, np.minimum(total, n - 1)]
        step = _two_binomials(counts[:, g], again, size - counts[:, g], turned)
        chain = (chain[:, :, None] * step[:, None, :]).reshape(states, -1)
        once = _two_binomials(np.array([size]), begin[:, g : g + 1], np.array([0]), begin[:, :1])
        first = (first[:, :, None] * once[:, None, :]).reshape(1, -1)
    chain = restarted(chain, first[0], discount_factor)
    law, recurrent = _long_run(chain, first[0])
    residual = float(np.abs(law @ chain - law).max())
    return GroupLaw(counts, law, recurrent if discount_factor == 1 else None, residual)


def _two_binomials(trials: Integers, p: Floats, others: Integers, q: Floats) -> Floats:
    """Return the laws of Bin(trials, p) + Bin(others, q), trials + others alike; (rows, size + 1).

    p and q come with their complements on the first axis. Trial by trial: products and sums of
    positive numbers only.
    """
    size = int(trials[0] + others[0])
    law = np.zeros((trials.size, size + 1))
    law[:, 0] = 1.0
    for trial in range(size):
        hit, miss = np.where(trial < trials, p, q)[..., None]
        law[:, 1:] = law[:, 1:] * miss + law[:, :-1] * hit
        law[:, :1] *= miss
    return law


def _long_run(chain: Floats, start: Floats) -> tuple[Floats, int]:
    """Return the limit of means from the start, and how many recurrent classes there are."""
    from scipy.sparse import csr_matrix

    end = absorption_probabilities(csr_matrix(chain))
    weights = start @ end.probability
    law = np.zeros(start.size)
    for number, weight in enumerate(weights):
        inside = np.flatnonzero(end.label == number)
        among = chain[np.ix_(inside, inside)]
        found = np.ones(1) if inside.size == 1 else dense_stationary_law(among)
        if found is None:
            raise BudgetError(
                "steps between states of the group are less likely than a double holds; "
                "raise implementation_error or round the strategies' probabilities"
            )
        law[inside] = weight * found
    return law / law.sum(), weights.size
