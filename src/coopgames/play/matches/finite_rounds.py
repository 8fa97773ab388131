r"""Repeated games of a fixed number of rounds: how often two automata play each pair of acts.

The states of both automata together are a Markov chain; a round's law of acts is read from the
states before it, and the share of rounds is the mean over rounds 1 .. T,

.. math:: v(a, b) = \frac{1}{T} \sum_{t = 1}^{T} \sum_{k, l} x_t(k, l) \, p_k(a) \, q_l(b).

Many pairs go through a round at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ...errors import BudgetError
from ...kernels.finite_matches import mean_acts
from ...kernels.joint_automata import Automata, joint_chains
from ...kernels.memory_one import swapped
from ...kernels.misperception import ErrorRates, error_rates, perceived
from ...strategies import Automaton, MemoryOne, as_automaton
from .match_samples import padded_tables

__all__ = ["finite_rounds_law", "weighted_rounds_laws"]

Floats = npt.NDArray[np.float64]

#: Rounds times states of all pairs times outcomes that are still handled, some minutes.
LARGEST_WORK = 4e10
#: Outcomes of a round where acts may be misread.
OUTCOMES = 16
#: States of pairs that are laid out at a time.
CHUNK_STATES = 100_000


def finite_rounds_law(
    strategies: Sequence[MemoryOne | Automaton],
    turns: int,
    *,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
    monitoring: Literal["private", "public"] = "private",
) -> Floats:
    """Return the law of acts over a fixed number of rounds, for every pair of strategies.

    Parameters
    ----------
    strategies : sequence of MemoryOne or Automaton, n of them, of two players
    turns : int
        T, at least 1. [rounds]
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float or two floats, in [0, 1]
        Probability that an act is seen as its opposite; or those that a defection is missed and
        that a cooperation gives a false alarm.
    monitoring : {'private', 'public'}
        As in `coopgames.play_pairs`.

    Returns
    -------
    array, shape (4, n, n)
        How often i and j play CC, CD, DC, DD, i's act first. Sums to one over the first axis.

    Raises
    ------
    BudgetError
        If there are too many rounds, strategies or states.

    Examples
    --------
    Tit for tat is exploited once:

    >>> from coopgames.strategies import named_strategy
    >>> two = [named_strategy(name) for name in ("tit for tat", "always defect")]
    >>> finite_rounds_law(two, 4)[:, 0, 1]
    array([0.  , 0.25, 0.  , 0.75])
    """
    rounds = count("turns", turns)
    automata = padded_tables([as_automaton(one) for one in strategies])
    n, size = automata.cooperate.shape
    work = rounds * (n * size) ** 2 * OUTCOMES
    if work > LARGEST_WORK:
        raise BudgetError(
            f"{rounds} turns of {n} strategies of up to {size} states are more than "
            f"{LARGEST_WORK:.1g} operations; take fewer turns, or discount_factor = 1 - 1/turns"
        )
    first, second = np.triu_indices(n)
    found = weighted_rounds_laws(
        automata,
        first,
        second,
        np.full(rounds, 1.0 / rounds),
        implementation_error=implementation_error,
        reading=perceived(error_rates(perception_error)),
        public=monitoring == "public",
    )
    law = np.empty((4, n, n))
    law[:, first, second] = found
    law[:, second, first] = swapped(found)
    return law


def weighted_rounds_laws(
    automata: Automata,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    implementation_error: float = 0.0,
    reading: npt.ArrayLike = ((1.0, 0.0), (0.0, 1.0)),
    public: bool = False,
) -> Floats:
    """Return the law of acts of pairs over weighted rounds, shape (4, pairs).

    Parameters
    ----------
    automata : Automata
    first, second : array_like of int, shape (pairs,)
        Who plays whom.
    weights : array_like, shape (rounds,)
        Of each round; they sum to one.
    implementation_error, reading, public
        As in `coopgames.kernels.joint_automata.joint_chains`.
    """
    one, two = (np.asarray(side, dtype=np.int64) for side in (first, second))
    law = np.empty((4, one.size))
    step = max(1, CHUNK_STATES // automata.cooperate.shape[1] ** 2)
    for begin in range(0, one.size, step):
        part = slice(begin, begin + step)
        chains = joint_chains(
            automata,
            one[part],
            two[part],
            implementation_error=implementation_error,
            perceived=reading,
            public=public,
        )
        law[:, part] = mean_acts(chains, weights).T
    return law
