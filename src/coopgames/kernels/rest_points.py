r"""Rest points of evolutionary dynamics, with their eigenvalues on the tangent space.

The replicator of payoffs f rests at x iff in each population all strategies in use earn the same.

* Two strategies with polynomial payoffs: all rest points, from `coopgames.kernels.bernstein`.
* Payoffs f(x) = M x in one or several populations: for each product of supports S a linear system,

      (M x)_i = v_p  for i in S_p,    sum_{i in S_p} x_i = 1.

  If it has full rank there is at most one rest point with that support. If not, and the open face
  meets its solutions, the support carries a continuum, which is reported apart.
* Other payoffs: Newton's method on each face from quasi-random starts. Each answer is certified by
  its residual; that none is missing is not.

On the simplex shares sum to one, so that only directions v of zero sum in each population count.
There the replicator's derivative is, with fbar the mean and D f the derivative of payoffs,

    v_i (f_i - fbar) + x_i ((Df v)_i - f·v - x·Df v).

Let x be a Nash equilibrium of one population, S its support and T the set of best replies. x is
evolutionarily stable iff z·Df z < 0 for every z != 0 of zero sum, supported in T and nonnegative
outside S: exact for f = M x (Haigh 1975, Abakuks 1980), elsewhere as long as the maximum isn't
zero. The components in S are eliminated, which leaves a test of strict copositivity, done by
enumeration: a minimum of a quadratic form over a simplex, taken on as few components as possible,
solves a regular linear system. In several populations without payoffs from one's own a stable
equilibrium is a strict one (Selten 1980).

References
----------
Haigh (1975) Adv. Appl. Prob. 7:8-11. Abakuks (1980) J. Appl. Prob. 17:559-562. Selten (1980) J.
Theor. Biol. 84:93-101. Hofbauer & Sigmund (1998) Evolutionary Games and Population Dynamics,
chapters 6-7. Sobol (1967) USSR Comput. Math. Math. Phys. 7:86-112.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from math import prod
from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import at_least, count
from ..errors import BudgetError, CoopgamesError
from .bernstein import bernstein_derivative, bernstein_values, unit_roots
from .flows import Payoffs, linear_payoffs, population_sizes, population_totals

__all__ = [
    "RestPoint",
    "RestPoints",
    "classify",
    "field_rest_points",
    "matrix_rest_points",
    "payoff_rest_points",
    "simplex_minimum",
    "simplex_points",
    "tangent_jacobian",
    "two_strategy_rest_points",
]

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Field = Callable[[Floats], Floats]
Kind = Literal["sink", "source", "saddle", "centre", "degenerate"]

#: So many products of supports are enumerated, no more.
MOST_SUPPORTS = 2**16
#: So many best replies outside the support are tried in the copositivity test, no more.
MOST_COPOSITIVE = 16
#: A linear system whose smallest singular value is this small, relatively, lacks rank.
RANK = 1e-11
#: States that Newton's method finds no farther apart than this are one.
APART = 1e-6
#: A Newton step is halved at most so often.
HALVINGS = 8


@dataclass(frozen=True, slots=True)
class RestPoint:
    """A state where a dynamic rests.

    Attributes
    ----------
    point : array, shape (n,)
        The state; shares of each population sum to one.
    support : tuple of int
        Strategies in use, as places in ``point``.
    eigenvalues : array of complex, shape (n - P,)
        Of the field's derivative on the tangent space of the product of P simplices, by descending
        real part. [1/time]
    kind : {'sink', 'source', 'saddle', 'centre', 'degenerate'}
        See `classify`. A centre is one of the linearised dynamic.
    nash : bool or None
        Whether nobody gains by switching; None where the payoffs are not known.
    ess : bool or None
        Whether it is evolutionarily stable; None where the test does not decide.
    residual : float
        Largest component of the field there. [1/time]
    """

    point: Floats
    support: tuple[int, ...]
    eigenvalues: Complexes
    kind: Kind
    nash: bool | None
    ess: bool | None
    residual: float


@dataclass(frozen=True, slots=True)
class RestPoints:
    """What was found.

    Attributes
    ----------
    points : tuple of RestPoint
        Rest points that are alone on their open face, by size of the support and then by place.
    continua : tuple of RestPoint
        One state from each open face that carries infinitely many.
    complete : bool
        Whether there is provably no other, up to rounding: false for Newton's method, and false if
        there are continua.
    """

    points: tuple[RestPoint, ...]
    continua: tuple[RestPoint, ...]
    complete: bool


# --- linear stability ------------------------------------------------------------------------


def classify(eigenvalues: npt.ArrayLike, *, tolerance: float) -> Kind:
    """Return the kind of a rest point.

    Parameters
    ----------
    eigenvalues : array_like of complex, shape (d,)
        On the tangent space.
    tolerance : float
        What is not above it in size counts as zero, at least 0. [1/time]

    Returns
    -------
    {'sink', 'source', 'saddle', 'centre', 'degenerate'}
        Degenerate if an eigenvalue is zero, or if only some of the real parts are: then the linear
        part doesn't decide. Centre if all real parts are zero and no eigenvalue is. Sink, source:
        all real parts negative, positive. Saddle: both. Without eigenvalues, a sink.

    Examples
    --------
    >>> classify([-1.0, -2.0], tolerance=1e-9), classify([1j, -1j], tolerance=1e-9)
    ('sink', 'centre')
    """
    values = np.asarray(eigenvalues, dtype=complex)
    slack = at_least("tolerance", tolerance, 0)
    still = np.abs(values.real) <= slack
    if (np.abs(values) <= slack).any() or (still.any() and not still.all()):
        return "degenerate"
    if values.size and still.all():
        return "centre"
    if (values.real < 0).all():
        return "sink"
    return "source" if (values.real > 0).all() else "saddle"


def tangent_jacobian(
    field: Field,
    point: npt.ArrayLike,
    *,
    strategies: Sequence[int] | None = None,
    step: float = 1e-4,
) -> Floats:
    """Return a field's derivative on the tangent space, by differences inside the simplex.

    Parameters
    ----------
    field : callable
        From states, shape (k, n), to velocities of that shape.
    point : array_like, shape (n,)
        A state.
    strategies : sequence of int, optional
        s_1, ..., s_P; by default one population.
    step : float
        Of the differences, above 0 and at most 1 / (8 n). The error is of its fourth power, and of
        1e-16 / step.

    Returns
    -------
    array, shape (n - P, n - P)
        In the basis e_i - e_r, with r the largest share of i's population, by ascending i. Where
        x_i is too small for a step to either side the differences are one-sided.

    Raises
    ------
    CoopgamesError
        If the step is out of bounds.

    Examples
    --------
    >>> from coopgames.kernels.flows import replicator
    >>> game = linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    >>> tangent_jacobian(lambda x: replicator(x, game), [0.4, 0.6]).round(9)
    array([[-0.6]])
    """
    x = np.asarray(point, dtype=float)
    sizes = population_sizes(strategies, x.size)
    moves, kept = _tangent_basis(x, sizes)
    return np.asarray(_differences(field, x, moves, kept, step)[kept])


def _tangent_basis(
    x: Floats, sizes: Sequence[int], support: Sequence[int] | None = None
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return (columns e_i - e_r, the places i), within the support if one is given."""
    allowed = set(range(x.size) if support is None else support)
    columns, kept, start = [], [], 0
    for size in sizes:
        place = start + int(np.argmax(x[start : start + size]))
        for i in range(start, start + size):
            if i != place and i in allowed:
                column = np.zeros(x.size)
                column[i], column[place] = 1.0, -1.0
                columns.append(column)
                kept.append(i)
        start += size
    matrix = np.array(columns).T if columns else np.zeros((x.size, 0))
    return matrix, np.array(kept, dtype=np.int64)


#: Fourth-order first differences: central, and forward.
CENTRAL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
FORWARD = ((0, -25 / 12), (1, 4.0), (2, -3.0), (3, 4 / 3), (4, -1 / 4))


def _differences(
    function: Field, x: Floats, moves: Floats, kept: npt.NDArray[np.int64], step: float
) -> Floats:
    """Return the derivatives of a function along the columns of ``moves``, shape (n, d)."""
    h = at_least("step", step, 0)
    if not 0.0 < h <= 1.0 / (8.0 * x.size):
        raise CoopgamesError(f"step must lie in (0, {1.0 / (8.0 * x.size):g}]; got {step!r}")
    out = np.zeros((x.size, moves.shape[1]))
    if moves.shape[1] == 0:
        return out
    states, weights, owner = [], [], []
    for column, i in enumerate(kept):
        for times, weight in CENTRAL if x[i] >= 2 * h else FORWARD:
            states.append(x + times * h * moves[:, column])
            weights.append(weight / h)
            owner.append(column)
    values = np.asarray(function(np.array(states)), dtype=float)
    np.add.at(out.T, np.array(owner), values * np.array(weights)[:, None])
    return out


def _replicator_jacobian(
    x: Floats, f: Floats, slopes: Floats, moves: Floats, sizes: Sequence[int]
) -> Floats:
    """Return the replicator's derivative along ``moves``, given that of payoffs, shape (n, d)."""
    mean = population_totals(x * f, sizes)
    shift = population_totals(moves.T * f + slopes.T * x, sizes).T
    return np.asarray(moves * (f - mean)[:, None] + x[:, None] * (slopes - shift))


def _eigenvalues(matrix: Floats) -> Complexes:
    values = np.asarray(np.linalg.eigvals(matrix), dtype=complex)
    return np.asarray(values[np.lexsort((values.imag, -values.real.round(12)))])


# --- evolutionary stability ------------------------------------------------------------------


def simplex_minimum(matrix: npt.ArrayLike) -> float:
    """Return the minimum of y·C y over the standard simplex, by enumeration of supports.

    The matrix is strictly copositive iff it is above 0.

    Parameters
    ----------
    matrix : array_like, shape (d, d)
        Its symmetric part counts; d at most 16.

    Returns
    -------
    float
        Infinite if d is 0.

    Raises
    ------
    BudgetError
        If d is above 16: the supports double with each component.

    References
    ----------
    Bomze (1998) J. Global Optimization 13:369-387.

    Examples
    --------
    >>> simplex_minimum([[1.0, -0.5], [-0.5, 1.0]])
    0.25
    """
    array = np.asarray(matrix, dtype=float)
    symmetric = 0.5 * (array + array.T)
    d = symmetric.shape[0]
    if d > MOST_COPOSITIVE:
        raise BudgetError(
            f"the test of evolutionary stability enumerates 2**d supports, d at most "
            f"{MOST_COPOSITIVE}; got {d} best replies out of use"
        )
    least = np.inf
    for support in _subsets(d):
        part = symmetric[np.ix_(support, support)]
        size = len(support)
        system = np.ones((size + 1, size + 1))
        system[:size, :size], system[-1, -1] = part, 0.0
        right = np.zeros(size + 1)
        right[-1] = 1.0
        # C y = lambda 1, sum y = 1: the value is lambda. Singular ones need no look, see the head.
        if _lacks_rank(system):
            continue
        y = np.linalg.solve(system, right)
        if (y[:-1] > 0).all():
            least = min(least, -float(y[-1]))
    return least


def _lacks_rank(system: Floats) -> bool:
    singular = np.linalg.svd(system, compute_uv=False)
    return bool(singular[-1] <= RANK * singular[0])


def _stable(
    x: Floats, f: Floats, derivative: Floats, slack: float, sizes: Sequence[int]
) -> float | None:
    """Return a number above 0 iff -z·Df z is, for all z that count; None for several populations.

    It is the least eigenvalue within the support, or the minimum over the simplex outside it.
    """
    if len(sizes) > 1:
        return None
    used = np.flatnonzero(x > 0)
    best = np.flatnonzero(f >= f.max() - slack)
    last = used[np.argmax(x[used])]
    free = [i for i in used if i != last]
    spare = [i for i in best if x[i] <= 0]
    z = np.zeros((x.size, len(free) + len(spare)))
    z[last] = -1.0
    z[[*free, *spare], np.arange(z.shape[1])] = 1.0
    form = -z.T @ derivative @ z
    form = 0.5 * (form + form.T)
    k = len(free)
    inner = form[:k, :k]
    least = float(np.linalg.eigvalsh(inner)[0]) if k else np.inf
    if least <= slack:
        return least
    cross = form[:k, k:]
    outer = form[k:, k:] - (cross.T @ np.linalg.solve(inner, cross) if k else 0.0)
    return min(least, simplex_minimum(outer))


# --- the records -----------------------------------------------------------------------------


def _spread(values: Floats, sizes: Sequence[int]) -> float:
    """Return the largest difference of payoffs inside a population, over all states given."""
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    high = np.maximum.reduceat(values, starts, axis=-1)
    low = np.minimum.reduceat(values, starts, axis=-1)
    return float((high - low).max(initial=0.0))


def _record(
    x: Floats,
    f: Floats,
    derivative: Floats,
    sizes: Sequence[int],
    *,
    slack: float,
    exact: bool,
    strict_is_stable: bool,
) -> RestPoint:
    """Return the record of a rest point of the replicator; ``derivative`` is Df, shape (n, n)."""
    mean = population_totals(x * f, sizes)
    moves, kept = _tangent_basis(x, sizes)
    jacobian = _replicator_jacobian(x, f, derivative @ moves, moves, sizes)[kept]
    values = _eigenvalues(jacobian)
    used = np.flatnonzero(x > 0)
    nash = bool((f - mean <= slack).all())
    ess: bool | None
    if not nash:
        ess = False
    elif bool((f - mean < -slack)[x <= 0].all()) and used.size == len(sizes):
        ess = True  # strict
    else:
        least = _stable(x, f, derivative, slack, sizes)
        if least is None:
            ess = False if strict_is_stable else None
        elif exact or abs(least) > slack:
            ess = least > slack
        else:
            ess = None
    return RestPoint(
        point=x,
        support=tuple(int(i) for i in used),
        eigenvalues=values,
        kind=classify(values, tolerance=slack),
        nash=nash,
        ess=ess,
        residual=float(np.abs(x * (f - mean)).max()),
    )


def _subsets(size: int) -> Iterator[tuple[int, ...]]:
    """Yield the subsets of range(size) with at least one element, small ones first."""
    return chain.from_iterable(combinations(range(size), k) for k in range(1, size + 1))


def _supports(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the products of supports, each as places in the state, small ones first."""
    number = prod(2**size - 1 for size in sizes)
    if number > MOST_SUPPORTS:
        raise BudgetError(
            f"{number} products of supports are more than the {MOST_SUPPORTS} enumerated; leave "
            "out dominated strategies, or integrate trajectories instead"
        )
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).tolist()
    parts = [
        [tuple(start + i for i in subset) for subset in _subsets(size)]
        for start, size in zip(starts, sizes, strict=True)
    ]
    found = [tuple(chain.from_iterable(choice)) for choice in product(*parts)]
    return iter(sorted(found, key=lambda support: (len(support), support)))


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
        `coopgames.kernels.flows.bimatrix`. Finite. [payoff]
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
    slack = small * _spread(m.T, sizes)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    apart = not (m * (owner[:, None] == owner[None, :])).any()
    # What everybody in a population gains from j alike moves nobody, but would cost digits.
    m = m - population_totals(m.T, sizes).T / np.repeat(sizes, sizes)[:, None]
    payoffs = linear_payoffs(m)
    points: list[RestPoint] = []
    continua: list[RestPoint] = []
    for support in _supports(sizes):
        x, alone = _on_face(m, np.array(support), owner, small)
        if x is None:
            continue
        record = _record(x, payoffs(x), m, sizes, slack=slack, exact=True, strict_is_stable=apart)
        (points if alone else continua).append(record)
    return RestPoints(tuple(points), tuple(continua), not continua)


def _on_face(
    m: Floats, support: npt.NDArray[np.int64], owner: npt.NDArray[np.int64], small: float
) -> tuple[Floats | None, bool]:
    """Return (a rest point inside the open face or None, whether it is the only one)."""
    populations = int(owner[-1]) + 1
    size = support.size
    member = (owner[support][:, None] == np.arange(populations)[None, :]).astype(float)
    scale = float(np.abs(m[np.ix_(support, support)]).max()) or 1.0
    system = np.zeros((size + populations, size + populations))
    system[:size, :size] = m[np.ix_(support, support)] / scale
    system[:size, size:] = -member
    system[size:, :size] = member.T
    right = np.concatenate((np.zeros(size), np.ones(populations)))
    x = np.zeros(owner.size)
    if not _lacks_rank(system):
        shares = np.linalg.solve(system, right)[:size]
        if (shares <= small).any():
            return None, True
        alone = True
    else:
        inner = _widest(system, right, size)
        if inner is None or (inner <= small).any():
            return None, True
        shares, alone = inner, False
    x[support] = shares
    totals = np.bincount(owner, weights=x)
    return np.asarray(x / totals[owner]), alone


def _widest(system: Floats, right: Floats, size: int) -> Floats | None:
    """Return the solution with the largest least share, or None if the system has none."""
    from scipy.optimize import linprog

    any_one = np.linalg.lstsq(system, right, rcond=RANK)[0]
    if np.abs(system @ any_one - right).max() > 1e-9:
        return None
    # Redundant rows go first: of the left singular directions only those that carry weight stay.
    u, s, vt = np.linalg.svd(system)
    rank = int((s > RANK * s[0]).sum())
    rows = s[:rank, None] * vt[:rank]
    aim = np.zeros(system.shape[1] + 1)
    aim[-1] = -1.0
    above = np.zeros((size, aim.size))
    above[:, :size], above[:, -1] = -np.eye(size), 1.0
    answer = linprog(
        aim,
        A_ub=above,
        b_ub=np.zeros(size),
        A_eq=np.column_stack((rows, np.zeros(rank))),
        b_eq=(u.T @ right)[:rank],
        bounds=[(None, None)] * aim.size,
        method="highs",
    )
    return np.asarray(answer.x)[:size] if answer.success else None


# --- general payoffs -------------------------------------------------------------------------


def simplex_points(
    exponent: int, *, strategies: Sequence[int], shift: npt.ArrayLike | None = None
) -> Floats:
    """Return 2**exponent quasi-random states, uniform on the product of simplices.

    Parameters
    ----------
    exponent : int
        At least 0.
    strategies : sequence of int
        s_1, ..., s_P, each at least 1.
    shift : array_like, shape (n - P,), optional
        Added to Sobol's points modulo 1; by default half of their spacing, which takes none to a
        face.

    Returns
    -------
    array, shape (2**exponent, n)
        A share is a part of what the strategies before it have left, so that the volume is kept.

    References
    ----------
    Sobol (1967). Cranley & Patterson (1976) SIAM J. Numer. Anal. 13:904-914 (the shift).

    Examples
    --------
    >>> simplex_points(1, strategies=[2])
    array([[0.25, 0.75],
           [0.75, 0.25]])
    """
    from scipy.stats.qmc import Sobol

    number = 2 ** count("exponent", exponent, 0)
    dimension = sum(strategies) - len(strategies)
    if dimension == 0:
        return np.ones((number, sum(strategies)))
    base = Sobol(dimension, scramble=False).random_base2(count("exponent", exponent, 0))
    moved = 0.5 / number if shift is None else np.asarray(shift, dtype=float)
    cube = (base + moved) % 1.0
    out = np.empty((number, sum(strategies)))
    place = column = 0
    for size in strategies:
        left = np.ones(number)
        for rest in range(size - 1, 0, -1):
            keep = (1.0 - cube[:, column]) ** (1.0 / rest)
            out[:, place] = left * (1.0 - keep)
            left = left * keep
            place, column = place + 1, column + 1
        out[:, place] = left
        place += 1
    return out


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
    slack = small * _spread(np.asarray(payoffs(probe)), sizes)
    points: list[RestPoint] = []
    for support in _supports(sizes):
        owner = np.repeat(np.arange(len(sizes)), sizes)[list(support)]
        widths = np.bincount(owner, minlength=len(sizes)).tolist()
        starts = np.zeros((2**exponent if len(support) > len(sizes) else 1, sum(sizes)))
        starts[:, list(support)] = simplex_points(
            exponent if len(support) > len(sizes) else 0, strategies=widths
        )
        for x in _newton(payoffs, starts, sizes, support, small=small, slack=slack, step=step):
            f = np.asarray(payoffs(x[None])[0])
            derivative = (
                _differentiate(payoffs, x, sizes, step)
                if payoff_jacobian is None
                else np.asarray(payoff_jacobian(x), dtype=float)
            )
            points.append(
                _record(x, f, derivative, sizes, slack=slack, exact=False, strict_is_stable=False)
            )
    return RestPoints(tuple(points), (), sum(sizes) == len(sizes))


def _differentiate(payoffs: Payoffs, x: Floats, sizes: Sequence[int], step: float) -> Floats:
    """Return a matrix that acts on the tangent space as the derivative of payoffs does."""
    moves, kept = _tangent_basis(x, sizes)
    out = np.zeros((x.size, x.size))
    out[:, kept] = _differences(payoffs, x, moves, kept, step)
    return out


def _newton(
    payoffs: Payoffs,
    starts: Floats,
    sizes: Sequence[int],
    support: tuple[int, ...],
    *,
    small: float,
    slack: float,
    step: float,
) -> list[Floats]:
    """Return the distinct states inside an open face at which those in use earn the same."""

    def gaps(states: Floats) -> Floats:
        f = np.asarray(payoffs(states), dtype=float)
        used = np.zeros(states.shape[-1])
        used[list(support)] = 1.0
        means = population_totals(f * used, sizes) / population_totals(used, sizes)
        return np.asarray((f - means) * used)

    found: list[Floats] = []
    for start in starts:
        x = _descend(gaps, start, sizes, support, step=step, enough=1e-3 * slack)
        if np.abs(gaps(x[None])).max() > slack or (x[list(support)] <= small).any():
            continue
        if all(np.abs(x - other).max() > APART for other in found):
            found.append(x)
    return sorted(found, key=tuple)


def _descend(
    residual: Field,
    start: Floats,
    sizes: Sequence[int],
    support: Sequence[int] | None,
    *,
    step: float,
    enough: float,
    steps: int = 50,
) -> Floats:
    """Return where damped Newton steps within the simplex lead: the caller checks the residual."""
    x = start
    value = residual(x[None])[0]
    for _ in range(steps):
        size = float(np.abs(value).max())
        if size <= enough:
            break
        moves, kept = _tangent_basis(x, sizes, support)
        if kept.size == 0:
            break
        slope = _differences(residual, x, moves, kept, step)
        turn = moves @ np.linalg.lstsq(slope, -value, rcond=1e-13)[0]
        away = turn < 0
        room = float((-x[away] / turn[away]).min(initial=np.inf))
        length = min(1.0, 0.95 * room) if room < 1.0 else 1.0
        for _ in range(HALVINGS):
            trial = np.maximum(x + length * turn, 0.0)
            trial /= population_totals(trial, sizes)
            new = residual(trial[None])[0]
            if float(np.abs(new).max()) < size:
                break
            length *= 0.5
        else:
            return x  # rounding, or a stall
        x, value = trial, new
    return x


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
    >>> from coopgames.kernels.flows import logit
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
        x = _descend(field, start, sizes, None, step=step, enough=1e-3 * slack)
        x = np.where(x <= small, 0.0, x)
        x = np.asarray(x / population_totals(x, sizes))
        residual = float(np.abs(field(x[None])).max())
        if residual > slack or any(np.abs(x - other.point).max() <= APART for other in found):
            continue
        values = _eigenvalues(tangent_jacobian(field, x, strategies=sizes, step=step))
        nash = None
        if payoffs is not None:
            f = np.asarray(payoffs(x[None])[0])
            gain = f - population_totals(x * f, sizes)
            nash = bool((gain <= small * _spread(np.asarray(payoffs(starts)), sizes)).all())
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
