r"""Searches for the rest points of evolutionary dynamics.

The replicator of payoffs f rests at x iff in each population all strategies in use earn the same.

* Two strategies with polynomial payoffs: all rest points, from `coopgames.kernels.bernstein`.
* Payoffs f(x) = M x in one or several populations: for each product of supports the linear system
  of `coopgames.kernels.flows.faces`. A support that carries a continuum is reported apart.
* Other payoffs: Newton's method on each face from quasi-random starts, see
  `coopgames.kernels.flows.simplex_search`. Each answer is certified by its residual; that none is
  missing is not.

What is found is described by `coopgames.kernels.flows.rest_point`.

References
----------
Hofbauer & Sigmund (1998) Evolutionary Games and Population Dynamics, chapters 6-7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ..._checks import at_least
from ..bernstein import ROUNDING, bernstein_derivative, bernstein_values, unit_roots
from .faces import point_on_face, supports
from .fields import Payoffs, linear_payoffs, population_sizes, population_totals
from .rest_point import (
    RestPoint,
    RestPoints,
    classify,
    replicator_rest_point,
    tangent_eigenvalues,
    tangent_jacobian,
)
from .simplex_search import (
    APART,
    descend,
    differences,
    equal_payoff_points,
    simplex_points,
    tangent_basis,
)

__all__ = [
    "field_rest_points",
    "matrix_rest_points",
    "payoff_rest_points",
    "two_strategy_rest_points",
]

Floats = npt.NDArray[np.float64]
Field = Callable[[Floats], Floats]


def _spread(values: Floats, sizes: Sequence[int]) -> float:
    """Return the largest difference of payoffs inside a population, over all states given."""
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    high = np.maximum.reduceat(values, starts, axis=-1)
    low = np.minimum.reduceat(values, starts, axis=-1)
    return float((high - low).max(initial=0.0))


def _slack(values: Floats, sizes: Sequence[int], tolerance: float) -> float:
    """Return what counts as zero among payoffs: a share of their spread, or their rounding."""
    rounding = ROUNDING * values.shape[-1] * float(np.abs(values).max(initial=0.0))
    return float(max(tolerance * _spread(values, sizes), rounding))


# --- two strategies --------------------------------------------------------------------------


def two_strategy_rest_points(
    coefficients: npt.ArrayLike, *, tolerance: float = 1e-9, resolution: float = 2.0**-24
) -> RestPoints:
    """Return all rest points of the replicator x' = x (1 - x) g(x) of two strategies.

    Parameters
    ----------
    coefficients : array_like, shape (n + 1,)
        Bernstein coefficients of the payoff gap g in the share x of the first strategy, as from
        `coopgames.kernels.bernstein.payoff_gap_coefficients`. Finite. [payoff]
    tolerance : float
        Eigenvalues not above this share of the largest coefficient count as zero; at least 0.
    resolution : float
        As in `coopgames.kernels.bernstein.unit_roots`.

    Returns
    -------
    RestPoints
        Both ends, and the roots between them ascending by x; points are (x, 1 - x). Evolutionarily
        stable is a point which the gap points to from both sides, exactly by its signs.

    Raises
    ------
    CoopgamesError
        If a coefficient is not finite.

    References
    ----------
    Broom, Cannings & Vickers (1997) Bull. Math. Biol. 59:931-952 (stability in groups).

    Examples
    --------
    Hawk-Dove with V = 2, C = 5; the gap is -1.5 among hawks and 1 among doves.

    >>> ends = two_strategy_rest_points([1.0, -1.5]).points
    >>> [(round(float(p.point[0]), 9), p.kind, p.ess) for p in ends]
    [(0.0, 'source', False), (0.4, 'sink', True), (1.0, 'source', False)]
    """
    b = np.asarray(coefficients, dtype=float)
    roots = unit_roots(b, resolution=resolution)
    slack = at_least("tolerance", tolerance, 0) * float(np.abs(b).max())
    slope = bernstein_derivative(b)
    if roots.identically_zero:
        ends = [_two_record(x, 0.0, slack, (0, 0), b) for x in (0.0, 1.0)]
        middle = _two_record(0.5, 0.0, slack, (0, 0), b)
        return RestPoints(tuple(ends), (middle,), False)
    signs = dict(zip(roots.points.tolist(), roots.signs.tolist(), strict=True))
    signs.setdefault(0.0, (0, int(np.sign(b[0]))))
    signs.setdefault(1.0, (int(np.sign(b[-1])), 0))
    found = []
    for x in sorted(signs):
        if x == 0.0:
            value = float(b[0])
        elif x == 1.0:
            value = -float(b[-1])
        else:
            value = x * (1.0 - x) * float(bernstein_values(slope, x))
        before, after = signs[x]
        found.append(_two_record(x, value, slack, (before, after), b))
    return RestPoints(tuple(found), (), True)


def _two_record(
    x: float, value: float, slack: float, signs: tuple[int, int], b: Floats
) -> RestPoint:
    before, after = signs
    values = np.array([value], dtype=complex)
    gap = float(bernstein_values(b, x))
    stable = (before > 0 or x == 0.0) and (after < 0 or x == 1.0)
    nobody_gains = gap <= slack if x == 0.0 else gap >= -slack if x == 1.0 else True
    return RestPoint(
        point=np.array([x, 1.0 - x]),
        support=(1,) if x == 0.0 else (0,) if x == 1.0 else (0, 1),
        eigenvalues=values,
        kind=classify(values, tolerance=slack),
        nash=nobody_gains,
        ess=stable,
        residual=abs(x * (1.0 - x) * gap),
    )


# --- matrix games ----------------------------------------------------------------------------


def matrix_rest_points(
    matrix: npt.ArrayLike,
    *,
    strategies: Sequence[int] | None = None,
    tolerance: float = 1e-9,
) -> RestPoints:
    """Return all rest points of the replicator with payoffs f(x) = M x.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        ``matrix[i, j]`` is the payoff of i against j; of several populations the block matrix, see
        `coopgames.kernels.flows.fields.bimatrix`. Finite. [payoff]
    strategies : sequence of int, optional
        s_1, ..., s_P with sum n; by default one population.
    tolerance : float
        Shares not above it, and eigenvalues and payoff differences not above this share of the
        largest payoff difference within a population, count as zero; at least 0.

    Returns
    -------
    RestPoints
        Complete unless a support carries a continuum.

    Raises
    ------
    CoopgamesError
        If the matrix is not square and finite.
    BudgetError
        If there are more than 65 536 products of supports.

    Examples
    --------
    >>> found = matrix_rest_points([[4, 0], [3, 2]])  # stag hunt
    >>> [(p.point.round(6).tolist(), p.kind) for p in found.points]
    [([1.0, 0.0], 'sink'), ([0.0, 1.0], 'sink'), ([0.666667, 0.333333], 'source')]
    """
    linear_payoffs(matrix)  # refuses what is no square matrix
    m = np.asarray(matrix, dtype=float)
    sizes = population_sizes(strategies, m.shape[0])
    small = at_least("tolerance", tolerance, 0)
    slack = _slack(m.T, sizes, small)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    apart = not (m * (owner[:, None] == owner[None, :])).any()
    # What everybody in a population gains from j alike moves nobody, but would cost digits.
    m = m - population_totals(m.T, sizes).T / np.repeat(sizes, sizes)[:, None]
    payoffs = linear_payoffs(m)
    points: list[RestPoint] = []
    continua: list[RestPoint] = []
    for support in supports(sizes):
        x, alone = point_on_face(m, np.array(support), owner, small)
        if x is None:
            continue
        record = replicator_rest_point(
            x, payoffs(x), m, sizes, slack=slack, exact=True, strict_is_stable=apart
        )
        (points if alone else continua).append(record)
    return RestPoints(tuple(points), tuple(continua), not continua)


def payoff_rest_points(
    payoffs: Payoffs,
    *,
    strategies: Sequence[int],
    payoff_jacobian: Callable[[Floats], Floats] | None = None,
    exponent: int = 6,
    tolerance: float = 1e-8,
    step: float = 1e-4,
) -> RestPoints:
    """Return rest points of the replicator for payoffs of any form, by Newton from many starts.

    Parameters
    ----------
    payoffs : callable
        From states, shape (k, n), to payoffs of that shape; smooth. [payoff]
    strategies : sequence of int
        s_1, ..., s_P.
    payoff_jacobian : callable, optional
        From a state, shape (n,), to d f_i / d x_j, shape (n, n), for payoffs continued off the
        simplex in any way; by default fourth-order differences along the simplex.
    exponent : int
        2**exponent starts on each face, at least 0.
    tolerance : float
        Shares not above it count as zero; so do residuals, eigenvalues and payoff differences not
        above this share of the largest payoff difference at some test states. At least 0.
    step : float
        Of the differences, see `tangent_jacobian`.

    Returns
    -------
    RestPoints
        Not complete, unless every face is a vertex: a start may miss a small basin of Newton's
        method. States within 1e-6 are one. A continuum shows as many degenerate points, a multiple
        root perhaps as a few.

    Raises
    ------
    BudgetError
        If there are more than 65 536 products of supports.

    Examples
    --------
    >>> rps = linear_payoffs([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])
    >>> found = payoff_rest_points(rps, strategies=[3], exponent=3)
    >>> len(found.points), found.points[-1].kind, found.points[-1].ess
    (4, 'sink', True)
    """
    sizes = population_sizes(strategies, sum(strategies))
    small = at_least("tolerance", tolerance, 0)
    probe = simplex_points(7, strategies=sizes)
    slack = _slack(np.asarray(payoffs(probe)), sizes, small)
    points: list[RestPoint] = []
    for support in supports(sizes):
        owner = np.repeat(np.arange(len(sizes)), sizes)[list(support)]
        widths = np.bincount(owner, minlength=len(sizes)).tolist()
        starts = np.zeros((2**exponent if len(support) > len(sizes) else 1, sum(sizes)))
        starts[:, list(support)] = simplex_points(
            exponent if len(support) > len(sizes) else 0, strategies=widths
        )
        for x in equal_payoff_points(
            payoffs, starts, sizes, support, small=small, slack=slack, step=step
        ):
            f = np.asarray(payoffs(x[None])[0])
            derivative = (
                _differentiate(payoffs, x, sizes, step)
                if payoff_jacobian is None
                else np.asarray(payoff_jacobian(x), dtype=float)
            )
            points.append(
                replicator_rest_point(
                    x, f, derivative, sizes, slack=slack, exact=False, strict_is_stable=False
                )
            )
    return RestPoints(tuple(points), (), sum(sizes) == len(sizes))


def _differentiate(payoffs: Payoffs, x: Floats, sizes: Sequence[int], step: float) -> Floats:
    """Return a matrix that acts on the tangent space as the derivative of payoffs does."""
    moves, kept = tangent_basis(x, sizes)
    out = np.zeros((x.size, x.size))
    out[:, kept] = differences(payoffs, x, moves, kept, step)
    return out


def field_rest_points(
    field: Field,
    *,
    strategies: Sequence[int],
    payoffs: Payoffs | None = None,
    near: npt.ArrayLike | None = None,
    exponent: int = 6,
    tolerance: float = 1e-8,
    step: float = 1e-4,
) -> RestPoints:
    """Return rest points of any field, by Newton from many starts in the whole simplex.

    For dynamics such as the logit, whose rest points are inside.

    Parameters
    ----------
    field : callable
        From states, shape (k, n), to velocities of that shape; smooth where it rests. [1/time]
    strategies : sequence of int
        s_1, ..., s_P.
    payoffs : callable, optional
        If given, each rest point is tested for being a Nash equilibrium.
    near : array_like, shape (k, n), optional
        States beside which to start too: equilibria to be followed, say.
    exponent : int
        2**exponent starts, at least 0.
    tolerance : float
        Shares not above it count as zero; so do residuals and eigenvalues not above this share of
        the largest velocity at the starts, payoff differences of the largest payoff difference.
        At least 0.
    step : float
        Of the differences, see `tangent_jacobian`.

    Returns
    -------
    RestPoints
        Never complete. ``ess`` is None: stability against mutants is no matter of a field.

    Examples
    --------
    >>> from coopgames.kernels.flows.fields import logit
    >>> game = linear_payoffs([[1, 0], [0, 1]])
    >>> found = field_rest_points(lambda x: logit(x, game, precision=4.0), strategies=[2])
    >>> [(p.point.round(4).tolist(), p.kind) for p in found.points]
    [([0.0212, 0.9788], 'sink'), ([0.5, 0.5], 'source'), ([0.9788, 0.0212], 'sink')]
    """
    sizes = population_sizes(strategies, sum(strategies))
    small = at_least("tolerance", tolerance, 0)
    starts = simplex_points(exponent, strategies=sizes)
    slack = small * float(np.abs(field(starts)).max())
    found: list[RestPoint] = []
    if near is not None:
        # A thousandth towards the middle: from a face a step could not leave it again.
        middle = np.concatenate([np.full(size, 1.0 / size) for size in sizes])
        followed = np.asarray(near, dtype=float).reshape(-1, middle.size)
        starts = np.concatenate((starts, 0.999 * followed + 0.001 * middle))
    for start in starts:
        x = descend(field, start, sizes, None, step=step, enough=1e-3 * slack)
        x = np.where(x <= small, 0.0, x)
        x = np.asarray(x / population_totals(x, sizes))
        residual = float(np.abs(field(x[None])).max())
        if residual > slack or any(np.abs(x - other.point).max() <= APART for other in found):
            continue
        values = tangent_eigenvalues(tangent_jacobian(field, x, strategies=sizes, step=step))
        nash = None
        if payoffs is not None:
            f = np.asarray(payoffs(x[None])[0])
            gain = f - population_totals(x * f, sizes)
            nash = bool((gain <= _slack(np.asarray(payoffs(starts)), sizes, small)).all())
        found.append(
            RestPoint(
                point=x,
                support=tuple(int(i) for i in np.flatnonzero(x > 0)),
                eigenvalues=values,
                kind=classify(values, tolerance=slack),
                nash=nash,
                ess=None,
                residual=residual,
            )
        )
    found.sort(key=lambda rest: (len(rest.support), rest.point.tolist()))
    return RestPoints(tuple(found), (), False)
