r"""Groups of n memory-one players, lumped by who is alike.

A player reacts to its own last act and to how many of the n - 1 others cooperated, as it saw them.
How many of each class cooperated is a Markov chain, and the lumping is exact. With K cooperators in
all, a cooperator of class g cooperates again with probability :math:`p_g(C, K - 1)` and a defector
turns with :math:`p_g(D, K)`, errors included (see `coopgames.kernels.count_chain`).

With discounting the law is that of the chain that begins anew with probability 1 - d before every
step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .count_chain import count_chain, count_start, count_states
from .misperception import ErrorRates, error_rates, sum_of_binomials
from .time_averages import restarted, time_average_law

__all__ = ["GroupLaw", "group_law", "seen_cooperators"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class GroupLaw(NamedTuple):
    """How often each class has each number of cooperators.

    Attributes
    ----------
    counts : int array, shape (cells, classes)
    law : array, shape (cells,)
        Share of rounds with each of these counts; sums to one.
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


def seen_cooperators(n: int, perception_error: ErrorRates) -> Floats:
    """Return the law of how many co-players seem to cooperate, shape (n, n).

    Rows are how many of the n - 1 others do.

    Examples
    --------
    >>> seen_cooperators(2, (0.4, 0.05))
    array([[0.6 , 0.4 ],
           [0.05, 0.95]])
    """
    missed, alarm = error_rates(perception_error)
    others = np.arange(n)
    right = np.array([[1.0 - alarm], [alarm]])
    wrong = np.array([[missed], [1.0 - missed]])
    return sum_of_binomials(others, right, n - 1 - others, wrong)


def group_law(
    sizes: Sequence[int],
    start: Floats,
    response: Floats,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
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
    perception_error : float or two floats, in [0, 1]
        Probability that a player mistakes a co-player's act, independently for each of the two;
        or those of a missed defection and of a false alarm.

    Raises
    ------
    BudgetError
        If the chain has more than 5,000 states; says how many.

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
    counts = count_states(sizes)
    error, n = implementation_error, sum(sizes)
    begin, react = (
        (1 - error) * np.stack([p, 1 - p]) + error * np.stack([1 - p, p]) for p in (start, response)
    )
    react = react @ seen_cooperators(n, perception_error).T
    total = counts.sum(axis=1)
    again = react[:, :, 0, np.maximum(total - 1, 0)].swapaxes(1, 2)
    turned = react[:, :, 1, np.minimum(total, n - 1)].swapaxes(1, 2)
    first = count_start(sizes, begin)
    chain = restarted(count_chain(sizes, again, turned), first, discount_factor)
    law, recurrent = time_average_law(chain, first)
    residual = float(np.abs(law @ chain - law).max())
    return GroupLaw(counts, law, recurrent if discount_factor == 1 else None, residual)
