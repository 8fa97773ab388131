r"""Fixation probabilities of pairs of strategies: one mutant in a pure population of Z.

With j mutants i among Z - j residents k, gamma_j is the ratio of losing to gaining a mutant; the
mutant takes over with probability

    rho_ki = 1 / (1 + sum_{m=1}^{Z-1} prod_{j<=m} gamma_j),    rho_ik / rho_ki = prod_j gamma_j,

so that one of two directions gives both. The one summed is that whose product is at most 1: the
other probability is the smaller, and its logarithm keeps its relative accuracy.

The Fermi rule has ln gamma_j = -beta Delta_j. In a matrix game Delta_j is linear in j, its sums are
quadratic, and no more than three numbers per pair need be kept:

    (Z - 1) sum_{j<=m} Delta_j = m^2 (p - q) / 2 + m (q (Z - 3/2) - p / 2 + d),
    p = a_ii - a_ki,  q = a_ik - a_kk,  d = a_ik - a_ki.

Infinite selection intensity means gamma_j in {0, 1, inf}. Starting from one mutant, what counts is
the first j at which there is no tie: if mutants lose there, rho = 0; if they gain, after r ties,
they get past it with probability 1 / (1 + r) and never come back below it. Should they lose at some
larger j, the two strategies coexist for ever and there is no chain of pure states: NaN.

Matrices over strategies are [resident, mutant].
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count
from ...errors import CoopgamesError

__all__ = [
    "fermi_log_ratio",
    "log_fixation_both_ways",
    "pair_matrix",
    "pairwise_log_fixation",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

#: Doubles worked on at a time: they stay in the processor's cache.
BLOCK = 1 << 15
#: Where the largest exponent is no further from 0 than this, terms are summed as they are; else the
#: largest is taken out first.
LARGEST_EXPONENT = 600.0
#: Exponents are cut here: what is less adds nothing to the largest term, but takes a processor a
#: hundred times as long.
SMALLEST_EXPONENT = -700.0


def pairwise_log_fixation(
    payoffs: npt.ArrayLike,
    *,
    population_size: int,
    selection_intensity: float,
    tie_tolerance: float = 1e-12,
) -> Floats:
    """Return the log fixation probabilities of all pairs of strategies of a matrix game.

    Pairwise comparison with the Fermi rule; payoffs are averages over the other Z - 1.

    Parameters
    ----------
    payoffs : array_like, shape (n, n)
        What the row gets from the column; finite. [payoff]
    population_size : int
        Z, at least 2.
    selection_intensity : float
        beta, at least 0; ``numpy.inf`` for the strategy with the higher payoff always winning, and
        each with probability 1/2 in a tie. [1/payoff]
    tie_tolerance : float
        Payoffs no further apart are tied; heeded only if the intensity is infinite. [payoff]

    Returns
    -------
    array, shape (n, n)
        ``[k, i]``: ln of the probability that one mutant i takes over residents k; -inf only under
        infinite intensity, NaN only there and only where the two coexist for ever. The diagonal is
        -ln Z, that of a mutant in name only.

    Raises
    ------
    CoopgamesError
        If ``payoffs`` isn't square and finite or a bound is broken, or if intensity times payoff
        exceeds what a double holds.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909. doi:10.1103/PhysRevE.74.011909

    Examples
    --------
    >>> game = [[1, -1], [2, 0]]
    >>> np.exp(pairwise_log_fixation(game, population_size=50, selection_intensity=0.1)).round(4)
    array([[0.02  , 0.0994],
           [0.0006, 0.02  ]])
    >>> np.exp(pairwise_log_fixation(game, population_size=50, selection_intensity=np.inf))
    array([[0.02, 1.  ],
           [0.  , 0.02]])
    """
    matrix = np.asarray(payoffs, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
        raise CoopgamesError(f"payoffs must be a square matrix; got shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise CoopgamesError("payoffs must be finite")
    size = count("population_size", population_size, 2)
    beta = _intensity(selection_intensity)
    tolerance = at_least("tie_tolerance", tie_tolerance, 0)

    n = matrix.shape[0]
    mutant, resident = np.triu_indices(n, 1)
    own, across, back = matrix.diagonal(), matrix[mutant, resident], matrix[resident, mutant]
    p, q, d = own[mutant] - back, across - own[resident], across - back
    if math.isinf(beta):
        forward, backward = _fixation_of_the_better(p, q, d, size, tolerance)
    else:
        if not math.isfinite(8.0 * beta * size * float(np.abs(matrix).max())):
            raise CoopgamesError(
                "selection_intensity times payoff is beyond a double; for the better strategy to "
                "win always use selection_intensity=numpy.inf"
            )
        total = (p + q) * (size / 2 - 1) + d
        behind = total < 0  # these are summed from the other side
        total = beta * np.abs(total)
        scale = beta / (size - 1)
        square = (0.5 * scale) * (q - p)  # the same from either side
        swapped_p, swapped_q = np.where(behind, -q, p), np.where(behind, -p, q)
        line = scale * (0.5 * swapped_p - (size - 1.5) * swapped_q - np.where(behind, -d, d))
        larger = -_log_sum_of_quadratics(square, line, size)
        smaller = larger - total
        forward, backward = np.where(behind, smaller, larger), np.where(behind, larger, smaller)
    return _scatter(forward, backward, (mutant, resident), n, size)


def fermi_log_ratio(
    gain: npt.ArrayLike, *, selection_intensity: float, tie_tolerance: float = 1e-12
) -> Floats:
    """Return ln gamma_j = -beta Delta_j, also where the selection intensity is infinite.

    Parameters
    ----------
    gain : array_like, shape (..., Z - 1)
        Expected payoff of a mutant minus that of a resident with j mutants, j = 1 .. Z - 1; finite.
        [payoff]
    selection_intensity, tie_tolerance : float
        As in `pairwise_log_fixation`.

    Returns
    -------
    array, shape (..., Z - 1)
        -inf, 0 and inf where the intensity is infinite.

    Raises
    ------
    CoopgamesError
        If ``gain`` isn't finite or a bound is broken.

    Examples
    --------
    >>> fermi_log_ratio([1.0, 0.0, -2.0], selection_intensity=np.inf)
    array([-inf,   0.,  inf])
    """
    array = np.asarray(gain, dtype=float)
    if not np.isfinite(array).all():
        raise CoopgamesError("gain must be finite")
    beta = _intensity(selection_intensity)
    tolerance = at_least("tie_tolerance", tie_tolerance, 0)
    if math.isinf(beta):
        return np.where(np.abs(array) <= tolerance, 0.0, np.copysign(np.inf, -array))
    return np.asarray(-beta * array + 0.0)


def log_fixation_both_ways(log_ratio: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the log fixation probabilities of a mutant and of a resident in the mutant's place.

    For games among many, for the Moran process, and for any other process of single steps.

    Parameters
    ----------
    log_ratio : array_like, shape (..., Z - 1)
        ln gamma_j, the probability of losing a mutant over that of gaining one, j = 1 .. Z - 1;
        -inf where none is ever lost, inf where none is ever gained.

    Returns
    -------
    tuple of arrays, shape (...)
        Of one mutant among residents, and of one resident among mutants: at most 0, -inf where it
        can't happen, NaN where it can't but the two may coexist for ever.

    Raises
    ------
    CoopgamesError
        If ``log_ratio`` has no last axis or is NaN.

    Examples
    --------
    A mutant of relative fitness 2 among nine others in the Moran process:

    >>> forward, backward = log_fixation_both_ways([-np.log(2)] * 9)
    >>> round(float(np.exp(forward)) * 1023, 9), round(float(np.exp(backward)) * 1023, 9)
    (512.0, 1.0)
    """
    array = np.asarray(log_ratio, dtype=float)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise CoopgamesError(
            "log_ratio needs one entry for each number of mutants 1 .. Z - 1 on its last axis; "
            f"got shape {array.shape}"
        )
    if np.isnan(array).any():
        raise CoopgamesError("log_ratio must not be NaN")
    rows = array.reshape(-1, array.shape[-1])
    forward, backward = np.empty(rows.shape[0]), np.empty(rows.shape[0])
    step = max(1, BLOCK // rows.shape[1])
    for start in range(0, rows.shape[0], step):
        block = slice(start, start + step)
        forward[block], backward[block] = _both_ways(rows[block])
    return forward.reshape(array.shape[:-1]), backward.reshape(array.shape[:-1])


def pair_matrix(forward: npt.ArrayLike, backward: npt.ArrayLike, *, population_size: int) -> Floats:
    """Return the matrix [resident, mutant] of what is known pair by pair.

    Parameters
    ----------
    forward, backward : array_like, shape (n (n - 1) / 2,)
        As from `log_fixation_both_ways`, the mutants and residents of the pairs being the two
        arrays of ``numpy.triu_indices(n, 1)``: 0 in 1, 0 in 2, .. 1 in 2, ..
    population_size : int
        Z; the diagonal is -ln Z.

    Returns
    -------
    array, shape (n, n)

    Raises
    ------
    CoopgamesError
        If the arrays differ in shape or their length isn't the number of pairs of a set.

    Examples
    --------
    >>> pair_matrix([-1.0], [-2.0], population_size=2).round(2)
    array([[-0.69, -2.  ],
           [-1.  , -0.69]])
    """
    there, back = np.asarray(forward, dtype=float), np.asarray(backward, dtype=float)
    size = count("population_size", population_size, 2)
    n = (1 + math.isqrt(1 + 8 * there.size)) // 2
    if there.ndim != 1 or there.shape != back.shape or n * (n - 1) // 2 != there.size:
        raise CoopgamesError(
            "forward and backward need one entry for each of n (n - 1) / 2 pairs; "
            f"got shapes {there.shape} and {back.shape}"
        )
    return _scatter(there, back, np.triu_indices(n, 1), n, size)


def _intensity(value: Any) -> float:
    """Return the selection intensity, which may be infinite."""
    if isinstance(value, float | np.floating) and value == np.inf:
        return math.inf
    return at_least("selection_intensity", value, 0)


def _scatter(
    forward: Floats, backward: Floats, pairs: tuple[Integers, Integers], n: int, size: int
) -> Floats:
    """Return the matrix [resident, mutant] from pairs of (mutant, resident)."""
    mutant, resident = pairs
    out = np.full((n, n), -math.log(size))
    out[resident, mutant] = forward
    out[mutant, resident] = backward
    return out


def _log_sum_of_quadratics(square: Floats, line: Floats, size: int) -> Floats:
    """Return ln sum_{m=0}^{Z-1} exp(square m^2 + line m); the last term must be at most 1."""
    # Beyond m = 0 the largest term and the smallest are at the ends or at the parabola's vertex.
    with np.errstate(divide="ignore", invalid="ignore"):
        vertex = np.rint(np.clip(-0.5 * line / square, 1, size - 1))
    vertex = np.where(square == 0, 1.0, vertex)
    places = np.stack([np.ones_like(vertex), vertex, np.full_like(vertex, size - 1)])
    exponents = (square * places + line) * places
    peak = exponents.max(axis=0)
    shift = np.where(np.abs(peak) > LARGEST_EXPONENT, peak, 0.0)
    cut = bool((exponents.min(axis=0) - shift < SMALLEST_EXPONENT).any())

    # Exponents are the product of two matrices: powers of m, and coefficients.
    m = np.arange(1.0, size)
    powers = np.stack([m * m, m, np.ones_like(m)], axis=1)
    coefficients = np.stack([square, line, -shift])
    if not shift.any():
        powers, coefficients = powers[:, :2].copy(), coefficients[:2]
    sums = np.zeros(square.size)
    pairs = max(1, min(square.size, BLOCK // 16))
    terms = max(1, min(size - 1, BLOCK // pairs))
    buffer = np.empty((terms, pairs))
    for left in range(0, square.size, pairs):
        here = coefficients[:, left : left + pairs]
        for low in range(0, size - 1, terms):
            rows = powers[low : low + terms]
            work = buffer[: rows.shape[0], : here.shape[1]]
            np.matmul(rows, here, out=work)
            if cut:
                np.maximum(work, SMALLEST_EXPONENT, out=work)
            np.exp(work, out=work)
            sums[left : left + pairs] += np.add.reduce(work, axis=0)
    return _log_one_plus(sums, shift)


def _log_one_plus(sums: Floats, shift: Floats) -> Floats:
    """Return ln(1 + sums exp(shift))."""
    small = np.log1p(sums * np.exp(np.minimum(shift, 0.0)))
    return np.where(shift > 0, shift + np.log(sums + np.exp(-np.maximum(shift, 0.0))), small)


def _fixation_of_the_better(
    p: Floats, q: Floats, d: Floats, size: int, tolerance: float
) -> tuple[Floats, Floats]:
    """Return both log fixation probabilities under infinite selection, Delta_j being linear."""
    first = ((size - 2) * q + d) / (size - 1)
    last = ((size - 2) * p + d) / (size - 1)
    # A line has the sign of one of its ends everywhere between them, unless they differ.
    one = np.where(np.abs(first) <= tolerance, 0.0, np.sign(first))
    other = np.where(np.abs(last) <= tolerance, 0.0, np.sign(last))

    def log_fixation(near: Floats, far: Floats) -> Floats:
        tied = np.select([far > 0, far < 0], [-math.log(2), -np.inf], -math.log(size))
        ahead = np.where(far < 0, np.nan, 0.0)
        return np.select([near > 0, near < 0], [ahead, np.full_like(near, -np.inf)], tied)

    return log_fixation(one, other), log_fixation(-other, -one)


def _both_ways(rows: Floats) -> tuple[Floats, Floats]:
    """Return both log fixation probabilities for a block of rows."""
    if np.isfinite(rows).all():
        total = rows.sum(axis=1)
        behind = total > 0
        larger = _log_fixation(np.where(behind[:, None], -rows[:, ::-1], rows))
        smaller = larger - np.abs(total)
        return np.where(behind, smaller, larger), np.where(behind, larger, smaller)
    return _log_fixation_with_zeros(rows), _log_fixation_with_zeros(-rows[:, ::-1])


def _log_fixation(rows: Floats) -> Floats:
    """Return the log fixation probability from log ratios below infinity; -inf is allowed."""
    exponents = np.cumsum(rows, axis=1)
    peak = exponents.max(axis=1)
    never_lost = peak == -np.inf
    shift = np.where((np.abs(peak) > LARGEST_EXPONENT) & ~never_lost, peak, 0.0)
    exponents -= shift[:, None]
    np.maximum(exponents, SMALLEST_EXPONENT, out=exponents)
    sums = np.exp(exponents).sum(axis=1)
    return np.where(never_lost, 0.0, -_log_one_plus(sums, shift))


def _log_fixation_with_zeros(rows: Floats) -> Floats:
    """Return the log fixation probability from log ratios that may be infinite."""
    never_lost, never_gained = rows == -np.inf, rows == np.inf
    infinite = never_lost | never_gained
    first = np.where(infinite.any(axis=1), infinite.argmax(axis=1), rows.shape[1])
    j = np.arange(rows.shape[1])
    # Beyond the first place without return no term remains.
    cut = np.where(j < first[:, None], rows, np.where(j == first[:, None], -np.inf, 0.0))
    out = _log_fixation(cut)
    starts_lost = np.zeros(rows.shape[0], dtype=bool)
    inside = first < rows.shape[1]
    starts_lost[inside] = never_gained[inside, first[inside]]
    out[never_gained.any(axis=1)] = np.nan
    out[starts_lost] = -np.inf
    return out
