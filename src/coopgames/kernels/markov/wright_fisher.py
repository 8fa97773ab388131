r"""The Wright-Fisher process as a chain: Z children at once, each of a parent of its own.

If a child follows k with probability p_k(n) where n are the counts of its parents, the next
generation is multinomial,

    P(n -> m) = Z! / prod_k m_k! prod_k p_k(n)^{m_k},

so that every composition leads to every other one: the chain is dense. It is solved by state
reduction (`coopgames.kernels.markov.state_reduction`) and, where chances are below the range of
doubles, by the same in logarithms (`coopgames.kernels.markov.rare_mutations`).
"""

from __future__ import annotations

from math import lgamma
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ...errors import BudgetError, CoopgamesError
from ..simplex import compositions, number_of_compositions
from .chains import closed_classes
from .rare_mutations import rare_mutation_law
from .state_reduction import DenseAbsorption, dense_absorption, dense_stationary_law

__all__ = [
    "WrightFisherFixation",
    "wright_fisher_fixation",
    "wright_fisher_law",
    "wright_fisher_log_fixation",
    "wright_fisher_logs",
    "wright_fisher_states",
]

Floats = npt.NDArray[np.float64]

#: States up to which the chain is laid out: a matrix of 128 MB.
LARGEST_CHAIN = 4_000
#: States up to which it is solved in logarithms, which takes seconds.
LARGEST_IN_LOGS = 2_001
#: A fixation probability below this is found in logarithms.
SMALLEST_FIXATION = 1e-260
#: Stands for the logarithm of zero where it is multiplied by zero.
NEVER = -1e300


class WrightFisherFixation(NamedTuple):
    """How one mutant fares among residents.

    ``time`` is until either is gone, ``conditional_time`` until the mutant has taken over, given
    that it does. [generations]
    """

    log_probability: float
    time: float
    conditional_time: float


def wright_fisher_states(population_size: int, strategies: int) -> int:
    """Return the number of states, where the chain can be laid out.

    Raises
    ------
    BudgetError
        Above 4,000 states.

    Examples
    --------
    >>> wright_fisher_states(50, 3)
    1326
    """
    states = number_of_compositions(population_size, strategies)
    if states > LARGEST_CHAIN:
        raise BudgetError(
            f"{strategies} strategies among {population_size} make {states:.3g} states, more than "
            f"the {LARGEST_CHAIN:,} of a dense chain; take a smaller population, or "
            "simulate_population"
        )
    return states


def wright_fisher_logs(offspring: Floats, population_size: int) -> Floats:
    """Return the logarithms of the transition matrix.

    Parameters
    ----------
    offspring : array, shape (states, s)
        p: what a child follows, by composition of its parents in the order of
        `coopgames.kernels.simplex.compositions`; rows sum to one.
    population_size : int
        Z.

    Returns
    -------
    array, shape (states, states)
        -inf where a generation cannot follow.

    Raises
    ------
    CoopgamesError
        If there is not one row for each composition.
    BudgetError
        Above 4,000 states.

    Examples
    --------
    >>> np.exp(wright_fisher_logs(np.array([[0, 1], [0.5, 0.5], [1, 0]]), 2)).round(12)
    array([[1.  , 0.  , 0.  ],
           [0.25, 0.5 , 0.25],
           [0.  , 0.  , 1.  ]])
    """
    size, strategies = count("population_size", population_size), offspring.shape[1]
    states = wright_fisher_states(size, strategies)
    if offspring.shape[0] != states:
        raise CoopgamesError(
            f"offspring must have one row for each of {states} states; got {offspring.shape[0]}"
        )
    children = compositions(size, strategies)
    log_factorial = np.array([lgamma(n + 1) for n in range(size + 1)])
    ways = log_factorial[size] - log_factorial[children].sum(axis=1)
    logs = np.full(offspring.shape, NEVER)
    np.log(offspring, out=logs, where=offspring > 0)
    out = logs @ children.T.astype(float)
    out += ways
    out[out < 0.5 * NEVER] = -np.inf
    return np.asarray(np.minimum(out, 0.0, out=out))


def wright_fisher_law(offspring: Floats, population_size: int) -> tuple[Floats, float]:
    """Return (pi, residual), the stationary law over compositions and max |pi P - pi|.

    Parameters and errors as `wright_fisher_logs`, and

    Raises
    ------
    CoopgamesError
        If there are several closed classes, and so no single law.
    BudgetError
        If chances are below the range of doubles in a chain of more than 2,001 states.

    Examples
    --------
    >>> law, residual = wright_fisher_law(np.array([[0.5, 0.5]] * 3), 2)
    >>> law.round(12)
    array([0.25, 0.5 , 0.25])
    """
    logs = wright_fisher_logs(offspring, population_size)
    transition = np.exp(logs)
    transition /= transition.sum(axis=1, keepdims=True)
    inside = np.arange(transition.shape[0])
    if not (offspring > 0).all():
        from scipy.sparse import csr_matrix

        classes, label = closed_classes(csr_matrix(logs > -np.inf, dtype=float))
        if classes > 1:
            raise CoopgamesError(
                f"the chain must have one closed class for a stationary law; got {classes}: let "
                "mutation_matrix lead from every strategy to every other one, in steps"
            )
        inside = np.flatnonzero(label == 0)
    among = np.ix_(inside, inside)
    law = np.zeros(transition.shape[0])
    found = dense_stationary_law(transition[among])
    law[inside] = np.exp(_log_law(logs[among], "the law")) if found is None else found
    return law, float(np.abs(law @ transition - law).max())


def wright_fisher_fixation(offspring: Floats) -> WrightFisherFixation:
    """Return fixation of one mutant among residents and its times, without mutation.

    Parameters
    ----------
    offspring : array, shape (Z + 1, 2)
        Probability that a child follows the mutant's strategy, and the resident's, where 0 .. Z
        parents follow the mutant's; above 0 but where nobody does.

    Returns
    -------
    WrightFisherFixation
        Relative error of the probability some 1e-11. The conditional time is NaN where the
        probability is below 1e-260, or a chance on the way below the range of doubles.

    Raises
    ------
    BudgetError
        Above 3,999 individuals, or where chances are below the range of doubles above 2,000.

    References
    ----------
    Imhof & Nowak (2006) J. Math. Biol. 52:667, doi:10.1007/s00285-005-0369-8.

    Examples
    --------
    >>> share = np.arange(11) / 10
    >>> neutral = wright_fisher_fixation(np.stack([share, 1 - share], axis=1))
    >>> float(np.exp(neutral.log_probability).round(9))
    0.1
    """
    logs, solved = _solved(offspring)
    return _fate(logs, solved, 1, 1)


def wright_fisher_log_fixation(offspring: Floats) -> tuple[float, float]:
    """Return log fixation of one mutant among residents, and of one resident among mutants.

    Parameters and errors as `wright_fisher_fixation`.

    Examples
    --------
    >>> share = np.arange(11) / 10
    >>> np.exp(wright_fisher_log_fixation(np.stack([share, 1 - share], axis=1))).round(9)
    array([0.1, 0.1])
    """
    logs, solved = _solved(offspring)
    last = offspring.shape[0] - 2
    forward, backward = _fate(logs, solved, 1, 1), _fate(logs, solved, last, 0)
    return forward.log_probability, backward.log_probability


def _solved(offspring: Floats) -> tuple[Floats, DenseAbsorption | None]:
    """Return the chain on the number of mutants, in logarithms, and where it ends."""
    logs = wright_fisher_logs(offspring, offspring.shape[0] - 1)
    transition = np.exp(logs[1:-1])
    transition /= transition.sum(axis=1, keepdims=True)
    return logs, dense_absorption(transition[:, 1:-1], transition[:, [0, -1]])


def _fate(
    logs: Floats, solved: DenseAbsorption | None, start: int, end: int
) -> WrightFisherFixation:
    """Return fixation from a number of mutants, at the first end or the last."""
    if solved is not None:
        chance, time = float(solved.probability[start - 1, end]), float(solved.time[start - 1])
        if chance > SMALLEST_FIXATION * max(1.0, time):
            conditional = float(solved.conditional_time[start - 1, end])
            return WrightFisherFixation(float(np.log(chance)), time, conditional)
    return _restarted(logs, start, end)


def _restarted(logs: Floats, start: int, end: int) -> WrightFisherFixation:
    """Return fixation from the chain that starts over whenever it has ended.

    It is at each end in proportion to how likely that end is, and elsewhere as long as it takes.
    """
    again = logs.copy()
    again[[0, -1]] = -np.inf
    again[[0, -1], start] = 0.0
    law = _log_law(again, "fixation")
    ends = np.logaddexp(law[0], law[-1])
    with np.errstate(over="ignore"):
        time = float(np.exp(np.logaddexp.reduce(law[1:-1]) - ends))
    return WrightFisherFixation(float(law[-end] - ends), time, float("nan"))


def _log_law(logs: Floats, what: str) -> Floats:
    """Return the logarithms of the stationary law."""
    if logs.shape[0] > LARGEST_IN_LOGS:
        raise BudgetError(
            f"{what} needs chances below the range of doubles, which takes a chain of at most "
            f"{LARGEST_IN_LOGS:,} states; got {logs.shape[0]:,}: take a smaller population or a "
            "weaker selection"
        )
    return np.asarray(rare_mutation_law(logs).log_laws[0])
