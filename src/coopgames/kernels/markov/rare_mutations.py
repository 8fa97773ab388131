"""The limit of rare mutations: a pure population of Z, where a mutant wins or vanishes.

The chain from one pure state to the next moves from k to i with probability Q_ki rho_ki, Q being
the law of mutations (Fudenberg & Imhof 2006). It is kept in logarithms. Its stationary law comes
from state reduction (Grassmann, Taksar & Heyman 1985), which subtracts nothing: in logarithms as
long as some rate is below exp(-600) of the largest of its row, then, as rates only grow when states
are taken out, in doubles and block by block.
Matrices over strategies are [resident, mutant].
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from .pairwise_fixation import BLOCK, LARGEST_EXPONENT, SMALLEST_EXPONENT

__all__ = [
    "RareMutationLaw",
    "embedded_chain",
    "rare_mutation_law",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

#: States eliminated together in doubles (few calls of the matrix product), and in logarithms.
STATES, STATES_IN_LOGS = 128, 16
#: How far a row of a mutation matrix may be from summing to one.
ROW_TOLERANCE = 1e-12


def embedded_chain(
    log_fixation: npt.ArrayLike, *, mutation_matrix: npt.ArrayLike | None = None
) -> Floats:
    """Return the logarithms of the transition matrix from one pure state to the next.

    One step is one mutation. ``numpy.exp`` of the result is the matrix itself.

    Parameters
    ----------
    log_fixation : array_like, shape (n, n)
        ``[k, i]``, of a mutant i among residents k, at most 0; the diagonal is ignored.
    mutation_matrix : array_like, shape (n, n), optional
        Q: what mutants of each strategy become; rows are laws over strategies. Uniform over the
        other n - 1 if left out.

    Returns
    -------
    array, shape (n, n)
        ``[k, i]``; the diagonal is the sum of Q_ki (1 - rho_ki), not one minus a sum, so that it
        is exact where it is small.

    Raises
    ------
    CoopgamesError
        If a shape or bound is broken, or an entry off the diagonal is NaN: strategies that coexist
        under infinite selection intensity.

    References
    ----------
    Fudenberg & Imhof (2006) J. Econ. Theory 131:251-262. doi:10.1016/j.jet.2005.04.006

    Examples
    --------
    >>> np.exp(embedded_chain(np.log([[0.1, 0.2], [0.5, 0.1]])))
    array([[0.8, 0.2],
           [0.5, 0.5]])
    """
    logs, weights = _log_rates(log_fixation, mutation_matrix)
    n = logs.shape[0]
    off = ~np.eye(n, dtype=bool)
    fixation = np.where(off, np.asarray(log_fixation, dtype=float), -np.inf)
    stays = np.sum(weights * -np.expm1(fixation), axis=1)
    with np.errstate(divide="ignore"):
        np.fill_diagonal(logs, np.log(stays))
    return logs


class RareMutationLaw(NamedTuple):
    """Where a population is found in the limit of rare mutations.

    Attributes
    ----------
    log_laws : array, shape (closed classes, n)
        ln of the stationary law of each closed class: a set of strategies which, once reached, is
        never left, and all of which are visited. -inf outside it. One class if every strategy can
        be reached from every other one.
    absorption : array, shape (closed classes,)
        Probability of ending in each from a uniformly drawn strategy; sums to one.
    membership : array of int, shape (n,)
        The class of each strategy, -1 of one that is left for good.
    """

    log_laws: Floats
    absorption: Floats
    membership: Integers

    @property
    def law(self) -> Floats:
        """The long-run law from a uniformly drawn strategy, shape (n,)."""
        return np.asarray(self.absorption @ np.exp(self.log_laws))


def rare_mutation_law(
    log_fixation: npt.ArrayLike, *, mutation_matrix: npt.ArrayLike | None = None
) -> RareMutationLaw:
    """Return the stationary law over pure states, class by class where there are several.

    Parameters
    ----------
    log_fixation, mutation_matrix : array_like, shape (n, n)
        As in `embedded_chain`.

    Returns
    -------
    RareMutationLaw
        Every entry to a relative accuracy of some 1e-13 times the largest exponent, however small.

    Raises
    ------
    CoopgamesError
        As `embedded_chain`.

    References
    ----------
    Grassmann, Taksar & Heyman (1985) Oper. Res. 33:1107-1116. doi:10.1287/opre.33.5.1107

    Examples
    --------
    Twice as often at the second:

    >>> rare_mutation_law(np.log([[0.1, 0.2], [0.1, 0.1]])).law.round(6)
    array([0.333333, 0.666667])

    The first is left for either of two others, which nothing invades:

    >>> with np.errstate(divide="ignore"):
    ...     result = rare_mutation_law(np.log([[1, 0.2, 0.1], [0, 1, 0], [0, 0, 1]]))
    >>> result.membership, result.absorption.round(6)
    (array([-1,  0,  1]), array([0.555556, 0.444444]))
    """
    logs, _ = _log_rates(log_fixation, mutation_matrix)
    n = logs.shape[0]
    label, classes = _closed_classes(logs)
    log_laws = np.full((classes, n), -np.inf)
    for c in range(classes):
        members = np.flatnonzero(label == c)
        log_laws[c, members] = _log_stationary(logs[np.ix_(members, members)])
    if classes == 1:
        return RareMutationLaw(log_laws, np.ones(1), label)

    passing = np.flatnonzero(label < 0)
    # A start that is never returned to, then the states left for good; the classes as targets.
    rates = np.full((passing.size + 1, classes + passing.size + 1), -np.inf)
    for c in range(classes):
        inside = logs[np.ix_(passing, np.flatnonzero(label == c))]
        rates[1:, c] = np.logaddexp.reduce(inside, axis=1)
        rates[0, c] = math.log(np.count_nonzero(label == c))
    rates[0, classes + 1 :] = 0.0
    rates[1:, classes + 1 :] = logs[np.ix_(passing, passing)]
    _, rest = _reduce(rates, classes)
    absorption = np.exp(rest - np.logaddexp.reduce(rest))
    return RareMutationLaw(log_laws, absorption / absorption.sum(), label)


def _log_rates(
    log_fixation: npt.ArrayLike, mutation_matrix: npt.ArrayLike | None
) -> tuple[Floats, Floats]:
    """Return ln(Q rho) with -inf on the diagonal, and Q."""
    logs = np.array(log_fixation, dtype=float)
    if logs.ndim != 2 or logs.shape[0] != logs.shape[1] or logs.shape[0] == 0:
        raise CoopgamesError(f"log_fixation must be a square matrix; got shape {logs.shape}")
    n = logs.shape[0]
    np.fill_diagonal(logs, -np.inf)
    if np.isnan(logs).any():
        resident, mutant = np.argwhere(np.isnan(logs))[0]
        raise CoopgamesError(
            f"log_fixation of mutant {mutant} among residents {resident} is NaN: under infinite "
            "selection intensity they coexist for ever, and there is no chain of pure states; "
            "use a finite selection_intensity"
        )
    if (logs > 0).any():
        raise CoopgamesError(f"log_fixation must be <= 0; got {logs.max()}")
    if mutation_matrix is None:
        weights = np.full((n, n), 1.0 / max(n - 1, 1))
        np.fill_diagonal(weights, 0.0 if n > 1 else 1.0)
    else:
        weights = np.asarray(mutation_matrix, dtype=float)
        if weights.shape != (n, n):
            raise CoopgamesError(
                f"mutation_matrix must have the shape of log_fixation, {(n, n)}; "
                f"got {weights.shape}"
            )
        sums = weights.sum(axis=1)
        if not ((weights >= 0).all() and (np.abs(sums - 1) <= ROW_TOLERANCE).all()):
            raise CoopgamesError("mutation_matrix must be >= 0 with rows that sum to one")
    with np.errstate(divide="ignore"):
        logs += np.log(weights)
    return logs, weights


def _closed_classes(logs: Floats) -> tuple[Integers, int]:
    """Return the closed class of each state (-1 if in none), and how many there are."""
    n = logs.shape[0]
    linked = logs > -np.inf
    if n == 1 or np.count_nonzero(linked) == n * (n - 1):
        return np.zeros(n, dtype=np.intp), 1
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    pieces, part = connected_components(
        csr_matrix(linked.astype(np.int8)), directed=True, connection="strong"
    )
    resident, mutant = np.nonzero(linked)
    is_open = np.zeros(pieces, dtype=bool)
    is_open[part[resident[part[resident] != part[mutant]]]] = True
    # In the order of their first members.
    closed = [int(c) for c in dict.fromkeys(part.tolist()) if not is_open[c]]
    number = np.full(pieces, -1, dtype=np.intp)
    number[closed] = np.arange(len(closed))
    return number[part], len(closed)


def _log_stationary(logs: Floats) -> Floats:
    """Return ln of the stationary law of an irreducible chain from its log rates."""
    n = logs.shape[0]
    if n == 1:
        return np.zeros(1)
    top = logs.max(axis=1)
    if _narrow(logs, top, 0):
        weight = _log_weights_by_doubles(logs, top)
    else:
        inflow, _ = _reduce(logs.copy(), 0)
        weight = np.zeros(n)
        for k in range(1, n):
            terms = weight[:k] + inflow[:k, k]
            peak = terms.max()
            weight[k] = peak + math.log(np.exp(np.maximum(terms - peak, SMALLEST_EXPONENT)).sum())
    weight -= weight.max()
    return np.asarray(weight - math.log(np.exp(np.maximum(weight, SMALLEST_EXPONENT)).sum()))


def _log_weights_by_doubles(logs: Floats, top: Floats) -> Floats:
    """Return ln of the law up to a factor where rates are narrow.

    A state is then left for any other with at least exp(-LARGEST_EXPONENT) / n, so that weights
    stay within the inverse of that of each other, in doubles.
    """
    from scipy.linalg.blas import dtrsv

    visits = np.exp(logs - top[:, None])
    _reduce_doubles(visits, 0)
    # w_k = sum of w_i visits_ik over i < k: a triangular system of positive terms.
    first = np.zeros(logs.shape[0])
    first[0] = 1.0
    weight = dtrsv(-visits.T, first, lower=1, diag=1)
    # Rows were divided by exp(top): time at k counts as exp(top) as much.
    return np.asarray(np.log(weight) - top)


def _narrow(rates: Floats, top: Floats, targets: int) -> bool:
    """Return whether no rate between states is zero beside the largest of its row, ``top``.

    Then none that is made by eliminating states underflows.
    """
    left = rates.shape[0]
    near = rates > (top - LARGEST_EXPONENT)[:, None]
    return bool(near.sum() == left * (targets + left - 1))


def _reduce(rates: Floats, targets: int) -> tuple[Floats, Floats]:
    """Eliminate all states but the first, in place.

    ``rates`` are log rates, [state, targets and then states], with -inf on the diagonal of the
    states. Returned are ln of the visits to k per unit of time spent at i < k, [i, k], in the chain
    watched only on 0 .. k; and the log rates from the first state to the targets in the end.
    """
    left = rates.shape[0]
    while left > 1:
        rest = rates[:left, : targets + left]
        top = rest.max(axis=1)
        if _narrow(rest, top, targets):
            scaled = np.exp(rest - top[:, None])
            _reduce_doubles(scaled, targets)
            with np.errstate(divide="ignore"):
                np.log(scaled, out=rest)
            # Rows were divided by exp(top): time at i counts as exp(top) as much.
            rest[:, targets:] += top[:, None] - top
            rest[0, :targets] += top[0]
            break
        end = max(1, left - STATES_IN_LOGS)
        _reduce_logs(rest, targets, end)
        left = end
    return rates[:, targets:], rates[0, :targets]


def _reduce_doubles(rates: Floats, targets: int) -> None:
    """State reduction in place, some states at a time; above the diagonal are the inflows."""
    from scipy.linalg.blas import dtrsm

    for high in range(rates.shape[0], 1, -STATES):
        low = max(1, high - STATES)
        before = targets + low  # columns of the targets and of the states that stay
        rows = rates[low:high]
        size = high - low
        # What the block's states pass on outside it comes before what they pass on inside.
        work = np.empty((size, 1 + size))
        np.add.reduce(rows[:, :before], axis=1, out=work[:, 0])
        work[:, 1:] = rows[:, before : before + size]
        exits = np.empty(size)
        for k in range(size - 1, -1, -1):
            onward, inflow = work[k, : k + 1], work[:k, k + 1]
            exits[k] = np.add.reduce(onward)
            inflow /= exits[k]
            rest = work[:k, : k + 1]
            rest += inflow[:, None] * onward
        inside = rows[:, before : before + size]
        inside[:] = work[:, 1:]
        # What the eliminated states pass on, and how often they are visited: triangular systems
        # whose solutions are sums of positive terms. They are stored by columns there, so all is
        # transposed.
        onward = dtrsm(1.0, -inside.T, rows[:, :before].T, side=1, lower=1, diag=1)
        unit = inside / exits[:, None]
        visits = dtrsm(1.0, -unit.T, rates[:low, before : before + size].T, lower=0, diag=1)
        visits /= exits[:, None]
        rates[:low, before : before + size] = visits.T
        rates[:low, :before] += visits.T @ onward.T
        np.fill_diagonal(rates[:low, targets:before], 0.0)


def _reduce_logs(rates: Floats, targets: int, end: int) -> None:
    """State reduction in place, in logarithms, until so many states are left."""
    for k in range(rates.shape[0] - 1, end - 1, -1):
        before = targets + k
        onward = rates[k, :before]
        inflow = rates[:k, before]
        inflow -= np.logaddexp.reduce(onward)
        # Only what the next states of this round need: their rows, and their columns.
        rows, columns = rates[end:k, :before], rates[:end, targets + end : before]
        np.logaddexp(rows, inflow[end:, None] + onward, out=rows)
        np.logaddexp(columns, inflow[:end, None] + onward[targets + end :], out=columns)
        rates[np.arange(k), np.arange(targets, before)] = -np.inf

    before = targets + end
    inflow, onward = rates[:end, before:], rates[end:, :before]
    step = max(1, BLOCK // before)
    for low in range(0, end, step):
        kept, visits = rates[low : min(low + step, end), :before], inflow[low : low + step]
        peak = kept.copy()
        term = np.empty_like(peak)
        for k in range(onward.shape[0]):
            np.add(visits[:, k, None], onward[k], out=term)
            np.maximum(peak, term, out=peak)
        nothing = peak == -np.inf
        peak[nothing] = 0.0
        total = np.exp(np.maximum(kept - peak, SMALLEST_EXPONENT))
        for k in range(onward.shape[0]):
            np.add(visits[:, k, None], onward[k], out=term)
            term -= peak
            np.maximum(term, SMALLEST_EXPONENT, out=term)
            total += np.exp(term, out=term)
        np.log(total, out=total)
        np.add(total, peak, out=kept)
        kept[nothing] = -np.inf
    rates[np.arange(end), np.arange(targets, before)] = -np.inf
