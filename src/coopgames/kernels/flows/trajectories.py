r"""Trajectories of evolutionary dynamics, and what each attractor draws in.

The right-hand side is evaluated at the nearest thing to a state: shares below zero are taken as
zero and each population's as divided by their sum. On the simplex this changes nothing; off it the
sum stays where it is, whereas the bare replicator's would drift away exponentially where mean
payoffs are negative. What the integrator returns is checked against the simplex and then cleaned in
the same way.

The basin of an attractor is the set of states from which it is approached; its share is that of the
volume. Of two strategies basins end at rest points, and the shares are exact. Otherwise they are
counted over quasi-random starts, with the interval of Clopper & Pearson (1934) for as many
independent ones. What is near no attractor at the end (cycles, slow ways) stays unassigned.

References
----------
Hairer, Nørsett & Wanner (1993) Solving Ordinary Differential Equations I (DOP853). Petzold (1983)
SIAM J. Sci. Stat. Comput. 4:136-148 (LSODA). Clopper & Pearson (1934) Biometrika 26:404-413.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, number, one_of, probability
from ...errors import BudgetError, CoopgamesError
from ..bernstein import unit_roots
from .fields import population_sizes, population_totals
from .simplex_search import simplex_points

__all__ = [
    "BasinShares",
    "basin_shares",
    "count_interval",
    "trajectories",
    "two_strategy_basin_shares",
]

Floats = npt.NDArray[np.float64]
Field = Callable[[Floats], Floats]

Method = Literal["DOP853", "LSODA", "RK45", "Radau", "BDF"]


@dataclass(frozen=True, slots=True)
class BasinShares:
    """How much of the simplex each attractor draws in.

    Attributes
    ----------
    attractors : array, shape (a, n)
    shares : array, shape (a,)
        Parts of the volume; with ``unassigned`` they sum to one.
    intervals : array, shape (a, 2)
        Confidence interval of each share alone; no wider than a point where shares are exact.
    unassigned : float
        Part from which no attractor was reached.
    unassigned_interval : tuple of float
        Its confidence interval.
    starts : int
        0 where shares are exact.
    """

    attractors: Floats
    shares: Floats
    intervals: Floats
    unassigned: float
    unassigned_interval: tuple[float, float]
    starts: int


def _cleaned(states: Floats, sizes: Sequence[int]) -> Floats:
    positive = np.maximum(states, 0.0)
    return np.asarray(positive / population_totals(positive, sizes))


def trajectories(
    field: Field,
    starts: npt.ArrayLike,
    *,
    times: npt.ArrayLike,
    strategies: Sequence[int] | None = None,
    method: Method = "DOP853",
    rtol: float = 1e-9,
    atol: float = 1e-12,
    tolerance: float = 1e-6,
    evaluations: int = 100_000,
) -> Floats:
    """Return the states at given times, of one or many starts.

    Parameters
    ----------
    field : callable
        From states, shape (..., n), to velocities of that shape. [1/time]
    starts : array_like, shape (..., n)
        States; all are integrated together, with the steps of the hardest.
    times : array_like, shape (t,)
        Not decreasing; the starts are at the first one.
    strategies : sequence of int, optional
        s_1, ..., s_P with sum n; by default one population.
    method : {'DOP853', 'LSODA', 'RK45', 'Radau', 'BDF'}
        Of `scipy.integrate.solve_ivp`. LSODA and the implicit ones suit a stiff field and one start
        or a few: their Jacobian has the size of all starts together.
    rtol, atol : float
        Relative and absolute tolerance of a step, above 0.
    tolerance : float
        How far a start or a result may be off the simplex, at least 0.
    evaluations : int
        The field is evaluated no more often, at least 1.

    Returns
    -------
    array, shape (t, ..., n)
        On the simplex to rounding.

    Raises
    ------
    CoopgamesError
        If a start is no state, times decrease, the integrator gives up, or the result leaves the
        simplex by more than the tolerance: the field does not point inwards there.
    BudgetError
        If the field would have to be evaluated more often: it is stiff, or it jumps, as the best
        response does, and the way leads along the jump.

    Examples
    --------
    In the donation game cooperation decays as 1 / (1 + exp(c t)):

    >>> from coopgames.kernels.flows.fields import linear_payoffs, replicator
    >>> donation = linear_payoffs([[2.0, -1.0], [3.0, 0.0]])
    >>> way = trajectories(lambda x: replicator(x, donation), [0.5, 0.5], times=[0.0, 1.0])
    >>> way[:, 0].round(9).tolist(), round(float(1 / (1 + np.exp(1.0))), 9)
    ([0.5, 0.268941421], 0.268941421)
    """
    from scipy.integrate import solve_ivp

    x = np.asarray(starts, dtype=float)
    slack = at_least("tolerance", tolerance, 0)
    if x.ndim == 0:
        raise CoopgamesError("starts must have one entry per strategy on the last axis; got ()")
    sizes = population_sizes(strategies, x.shape[-1])
    _on_simplex("starts", x, sizes, slack)
    when = np.asarray(times, dtype=float)
    if when.ndim != 1 or when.size == 0 or not np.isfinite(when).all():
        raise CoopgamesError(f"times must be one row of finite numbers; got shape {when.shape}")
    if (np.diff(when) < 0).any():
        raise CoopgamesError("times must not decrease; sort them, or negate the field to go back")
    one_of("method", method, get_args(Method))
    for name, value in (("rtol", rtol), ("atol", atol)):
        if number(name, value) <= 0:
            raise CoopgamesError(f"{name} must be > 0; got {value!r}")
    begin = _cleaned(x, sizes)
    if when[-1] == when[0] or x.size == 0:
        return np.array(np.broadcast_to(begin, (when.size, *x.shape)))

    most = count("evaluations", evaluations)
    used = 0

    def slope(time: float, flat: Floats) -> Floats:
        nonlocal used
        used += 1
        if used > most:
            raise BudgetError(
                f"the integration needs more than {most} evaluations of the field; it got to time "
                f"{time:g}. Take method 'LSODA' if the field is stiff, looser rtol and atol, or, "
                "if it jumps there, the logit with great precision; or raise evaluations"
            )
        return np.asarray(field(_cleaned(flat.reshape(x.shape), sizes)), dtype=float).ravel()

    distinct, place = np.unique(when, return_inverse=True)
    answer = solve_ivp(
        slope,
        (float(when[0]), float(when[-1])),
        begin.ravel(),
        method=method,
        t_eval=distinct,
        rtol=rtol,
        atol=atol,
    )
    if not answer.success:
        raise CoopgamesError(
            f"the integrator gave up at time {answer.t[-1] if answer.t.size else when[0]:g}: "
            f"{answer.message} Try method 'LSODA', or looser rtol and atol"
        )
    out = np.asarray(answer.y.T, dtype=float)[place].reshape(when.size, *x.shape)
    _on_simplex("the result of the field", out, sizes, slack)
    return _cleaned(out, sizes)


def _on_simplex(name: str, states: Floats, sizes: Sequence[int], slack: float) -> None:
    if not np.isfinite(states).all():
        raise CoopgamesError(f"{name} must be finite")
    if states.size == 0:
        return
    low = float(states.min())
    off = float(np.abs(population_totals(states, sizes) - 1.0).max())
    if low < -slack or off > slack:
        raise CoopgamesError(
            f"{name} must be shares >= 0 that sum to 1 in each population, up to {slack:g}; "
            f"got a least share of {low:g} and a sum off by {off:g}"
        )


def count_interval(
    counts: npt.ArrayLike, total: int, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the exact confidence interval of Clopper & Pearson of a probability.

    Parameters
    ----------
    counts : array_like of int, shape (...)
        Successes, 0 .. total.
    total : int
        Independent trials, at least 1.
    confidence : float
        Coverage, at least so much; in [0, 1).

    Returns
    -------
    tuple of arrays, shape (...)
        Low and high.

    Raises
    ------
    CoopgamesError
        If a count is out of bounds.

    References
    ----------
    Clopper & Pearson (1934) Biometrika 26:404-413. doi:10.1093/biomet/26.4.404

    Examples
    --------
    >>> low, high = count_interval([0, 10], 10)
    >>> low.round(4), high.round(4)
    (array([0.    , 0.6915]), array([0.3085, 1.    ]))
    """
    from scipy.special import betaincinv

    k = np.asarray(counts, dtype=float)
    n = count("total", total)
    if ((k < 0) | (k > n)).any():
        raise CoopgamesError(f"counts must lie in 0 .. {n}; got {k.min():g} .. {k.max():g}")
    miss = 0.5 * (1.0 - probability("confidence", confidence))
    if miss == 0.0:
        raise CoopgamesError("confidence must be < 1; got 1")
    some, less = k > 0, k < n
    low = np.where(some, betaincinv(np.where(some, k, 1.0), n - k + 1, miss), 0.0)
    high = np.where(less, betaincinv(k + 1, np.where(less, n - k, 1.0), 1.0 - miss), 1.0)
    return low, high


def two_strategy_basin_shares(
    coefficients: npt.ArrayLike, *, resolution: float = 2.0**-24
) -> BasinShares:
    """Return the basins of the replicator of two strategies, exactly.

    Parameters
    ----------
    coefficients, resolution
        As in `coopgames.kernels.flows.rest_points.two_strategy_rest_points`.

    Returns
    -------
    BasinShares
        Attractors (x, 1 - x) ascending by x, with all rest points that draw in at least one side.
        Without any gap nothing moves: no attractors, everything unassigned.

    Raises
    ------
    CoopgamesError
        If a coefficient is not finite.

    Notes
    -----
    The same holds for every dynamic of two strategies that moves towards the better one.

    Examples
    --------
    >>> hunt = two_strategy_basin_shares([-2.0, 1.0])  # stag hunt [[4, 0], [3, 2]]
    >>> hunt.attractors[:, 0], hunt.shares.round(9)
    (array([0., 1.]), array([0.66666667, 0.33333333]))
    """
    b = np.asarray(coefficients, dtype=float)
    roots = unit_roots(b, resolution=resolution)
    if roots.identically_zero:
        return BasinShares(np.zeros((0, 2)), np.zeros(0), np.zeros((0, 2)), 1.0, (1.0, 1.0), 0)
    inside = roots.points[(roots.points > 0) & (roots.points < 1)]
    edges = np.concatenate(([0.0], inside, [1.0]))
    # The sign between edges j and j + 1: known left of each inner root and of 1.
    signs = dict(zip(roots.points.tolist(), roots.signs[:, 0].tolist(), strict=True))
    up = np.array([signs.get(x, int(np.sign(b[-1]))) > 0 for x in edges[1:].tolist()])
    shares = np.zeros(edges.size)
    widths = np.diff(edges)
    np.add.at(shares, np.arange(widths.size) + up, widths)
    drawn = shares > 0
    x, part = edges[drawn], shares[drawn]
    return BasinShares(
        attractors=np.column_stack((x, 1.0 - x)),
        shares=part,
        intervals=np.column_stack((part, part)),
        unassigned=0.0,
        unassigned_interval=(0.0, 0.0),
        starts=0,
    )


def basin_shares(
    field: Field,
    attractors: npt.ArrayLike,
    *,
    horizon: float,
    strategies: Sequence[int] | None = None,
    exponent: int = 9,
    radius: float = 1e-2,
    confidence: float = 0.95,
    method: Method = "DOP853",
    rtol: float = 1e-7,
    atol: float = 1e-9,
    rng: int | np.random.Generator | np.random.SeedSequence | None = None,
) -> BasinShares:
    """Return what part of the states ends near each attractor, over quasi-random starts.

    Parameters
    ----------
    field : callable
        As in `trajectories`; all starts are integrated in one batch.
    attractors : array_like, shape (a, n)
        States, such as the sinks among rest points.
    horizon : float
        How long is waited, above 0. [time]
    strategies : sequence of int, optional
        s_1, ..., s_P with sum n; by default one population.
    exponent : int
        2**exponent starts, at least 0: Sobol's points moved by one random vector modulo 1.
    radius : float
        A state is near the nearest attractor if no share differs by more than this; above 0. Less
        than half the distance of any two attractors.
    confidence : float
        Of each interval, in [0, 1).
    method, rtol, atol
        As in `trajectories`.
    rng : int, Generator or SeedSequence, optional
        Moves the starts.

    Returns
    -------
    BasinShares
        Quasi-random points spread more evenly than independent ones, so the intervals are rather
        too wide.

    Raises
    ------
    CoopgamesError
        If attractors are no states, or too near each other for the radius.

    Examples
    --------
    >>> from coopgames.kernels.flows.fields import linear_payoffs, replicator
    >>> hunt = linear_payoffs([[4, 0], [3, 2]])
    >>> found = basin_shares(
    ...     lambda x: replicator(x, hunt), [[0, 1], [1, 0]], horizon=40.0, exponent=6, rng=1
    ... )
    >>> bool(abs(found.shares - [2 / 3, 1 / 3]).max() < 1 / 64), found.unassigned
    (True, 0.0)
    """
    rng = np.random.default_rng(rng)
    goals = np.asarray(attractors, dtype=float)
    if goals.ndim != 2 or goals.shape[1] == 0:
        raise CoopgamesError(f"attractors must have shape (a, n); got {goals.shape}")
    sizes = population_sizes(strategies, goals.shape[1])
    _on_simplex("attractors", goals, sizes, 1e-6)
    near, wait = number("radius", radius), number("horizon", horizon)
    for name, value in (("radius", near), ("horizon", wait)):
        if value <= 0:
            raise CoopgamesError(f"{name} must be > 0; got {value!r}")
    apart = np.abs(goals[:, None] - goals[None, :]).max(axis=-1) + np.diag(np.full(len(goals), 2.0))
    if goals.size and apart.min() <= 2 * near:
        raise CoopgamesError(
            f"radius must be less than half the distance of two attractors, {apart.min():g}; "
            f"got {near!r}"
        )
    shift = rng.random(sum(sizes) - len(sizes))
    starts = simplex_points(exponent, strategies=sizes, shift=shift)
    ends = trajectories(
        field,
        starts,
        times=[0.0, wait],
        strategies=sizes,
        method=method,
        rtol=rtol,
        atol=atol,
    )[-1]
    total = len(starts)
    distance = np.abs(ends[:, None] - goals[None, :]).max(axis=-1)
    counts = (distance <= near).sum(axis=0)
    missed = total - int(counts.sum())
    low, high = count_interval(np.append(counts, missed), total, confidence=confidence)
    return BasinShares(
        attractors=goals,
        shares=counts / total,
        intervals=np.column_stack((low, high))[:-1],
        unassigned=missed / total,
        unassigned_interval=(float(low[-1]), float(high[-1])),
        starts=total,
    )
