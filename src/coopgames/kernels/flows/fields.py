r"""Deterministic evolutionary dynamics: vector fields on a product of simplices.

The state x holds the strategy shares of populations of s_1, ..., s_P strategies one after another
on its last axis; leading axes are many states at once. ``payoffs`` maps states to payoffs f of the
same shape. With fbar the mean payoff x·f of a population and [.]+ the positive part, for each i in
a population

    replicator         x_i (f_i - fbar)
    replicator-mutator sum_j x_j f_j Q_ji - x_i fbar
    imitative logit    x_i exp(beta f_i) / sum_j x_j exp(beta f_j) - x_i
    logit              exp(beta f_i) / sum_j exp(beta f_j) - x_i
    best response      1 / #best replies if i is one of them, else 0, minus x_i
    Smith              sum_j x_j [f_i - f_j]+ - x_i sum_j [f_j - f_i]+
    BNN                [f_i - fbar]+ - x_i sum_j [f_j - fbar]+

The components of each field sum to zero in each population, so that shares keep their sum. The
replicator and the imitative logit keep the faces: what is absent stays absent. All but the best
response are continuous; that one jumps where best replies change, and an integrator can only
chatter along such a surface. States are not checked here: an integrator's trial steps may leave the
simplex by a hair (`coopgames.kernels.flows.trajectories` checks what it hands out).

References
----------
Taylor & Jonker (1978) Mathematical Biosciences 40:145-156 (replicator). Hadeler (1981) SIAM J.
Appl. Math. 41:1-7 (replicator-mutator). Gilboa & Matsui (1991) Econometrica 59:859-867 (best
response). Fudenberg & Levine (1998) The Theory of Learning in Games (logit). Smith (1984)
Transportation Science 18:245-252. Brown & von Neumann (1950) Annals of Mathematics Studies
24:73-79. Sandholm (2010) Population Games and Evolutionary Dynamics, chapters 4-6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count
from ...errors import CoopgamesError

__all__ = [
    "best_response",
    "bimatrix",
    "bnn",
    "imitative_logit",
    "linear_payoffs",
    "logit",
    "population_sizes",
    "population_totals",
    "replicator",
    "replicator_mutator",
    "smith",
]

Floats = npt.NDArray[np.float64]
Payoffs = Callable[[Floats], Floats]

#: Rows of a mutation matrix sum to one up to this.
STOCHASTIC = 1e-9


def population_sizes(strategies: Sequence[int] | None, total: int) -> tuple[int, ...]:
    """Return the numbers of strategies of the populations; None means one population.

    Parameters
    ----------
    strategies : sequence of int or None
        s_1, ..., s_P, each at least 1; their sum is ``total``.
    total : int
        Length of a state.

    Raises
    ------
    CoopgamesError
        If they do not add up.

    Examples
    --------
    >>> population_sizes(None, 3), population_sizes((2, 3), 5)
    ((3,), (2, 3))
    """
    if strategies is None:
        return (count("number of strategies", total),)
    sizes = tuple(count("strategies", size) for size in strategies)
    if sum(sizes) != total:
        raise CoopgamesError(
            f"strategies must sum to the length of a state, {total}; got {sizes}, sum {sum(sizes)}"
        )
    return sizes


def population_totals(values: Floats, sizes: Sequence[int]) -> Floats:
    """Return, at each strategy, the sum of ``values`` over its population; shape as ``values``.

    Parameters
    ----------
    values : array, shape (..., n)
    sizes : sequence of int
        As from `population_sizes`; sum n.

    Examples
    --------
    >>> population_totals(np.array([1.0, 2.0, 5.0]), (2, 1))
    array([3., 3., 5.])
    """
    if len(sizes) == 1:
        sums = values.sum(axis=-1, keepdims=True)
        return np.asarray(np.broadcast_to(sums, values.shape))
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return np.asarray(np.repeat(np.add.reduceat(values, first, axis=-1), sizes, axis=-1))


def _largest(values: Floats, sizes: Sequence[int]) -> Floats:
    """Return, at each strategy, the largest of ``values`` in its population."""
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return np.asarray(np.repeat(np.maximum.reduceat(values, first, axis=-1), sizes, axis=-1))


def _begin(
    shares: npt.ArrayLike, payoffs: Payoffs, strategies: Sequence[int] | None
) -> tuple[Floats, Floats, tuple[int, ...]]:
    """Return (x, f(x), sizes), or say what is wrong with their shapes."""
    x = np.asarray(shares, dtype=float)
    if x.ndim == 0:
        raise CoopgamesError("shares must have one entry per strategy on its last axis; got ()")
    sizes = population_sizes(strategies, x.shape[-1])
    f = np.asarray(payoffs(x), dtype=float)
    if f.shape != x.shape:
        raise CoopgamesError(
            f"payoffs must return the shape of the states, {x.shape}; got {f.shape}"
        )
    return x, f, sizes


def linear_payoffs(matrix: npt.ArrayLike) -> Payoffs:
    """Return the payoffs f(x) = M x of a matrix game, for any leading axes.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        ``matrix[i, j]`` is the payoff of strategy i against j; of several populations the block
        matrix (see `bimatrix`). Finite. [payoff]

    Returns
    -------
    callable
        From shape (..., n) to (..., n).

    Raises
    ------
    CoopgamesError
        If the matrix is not square and finite.

    Examples
    --------
    >>> linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])(np.array([0.4, 0.6]))
    array([0.6, 0.6])
    """
    array = np.array(matrix, dtype=float)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.size == 0:
        raise CoopgamesError(f"matrix must be square; got shape {array.shape}")
    if not np.isfinite(array).all():
        raise CoopgamesError("matrix must be finite")

    def payoffs(x: Floats) -> Floats:
        return np.asarray(x @ array.T)

    return payoffs


def bimatrix(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """Return the block matrix [[0, A], [B', 0]] of a two-population game.

    Parameters
    ----------
    first, second : array_like, shape (s_1, s_2)
        Payoffs A and B of the row and the column population, both with the row's strategy first,
        as bimatrix games are written. Finite. [payoff]

    Returns
    -------
    array, shape (s_1 + s_2, s_1 + s_2)
        For `linear_payoffs`; ``strategies`` is (s_1, s_2).

    Raises
    ------
    CoopgamesError
        If the shapes differ.

    Examples
    --------
    >>> bimatrix([[1, 2]], [[3, 4]])
    array([[0., 1., 2.],
           [3., 0., 0.],
           [4., 0., 0.]])
    """
    row, column = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if row.ndim != 2 or row.shape != column.shape:
        raise CoopgamesError(
            f"first and second must be matrices of one shape; got {row.shape} and {column.shape}"
        )
    rows, columns = row.shape
    return np.block([[np.zeros((rows, rows)), row], [column.T, np.zeros((columns, columns))]])


def replicator(
    shares: npt.ArrayLike, payoffs: Payoffs, *, strategies: Sequence[int] | None = None
) -> Floats:
    """Return the replicator field, x_i (f_i - fbar).

    Parameters
    ----------
    shares : array_like, shape (..., n)
        States; shares of each population sum to one.
    payoffs : callable
        From states to payoffs of the same shape.
    strategies : sequence of int, optional
        s_1, ..., s_P with sum n; by default one population.

    Returns
    -------
    array, shape (..., n)
        Velocities, zero in sum over each population. [payoff]

    Raises
    ------
    CoopgamesError
        If the shapes do not fit. The other fields raise the same.

    References
    ----------
    Taylor & Jonker (1978) Mathematical Biosciences 40:145-156. doi:10.1016/0025-5564(78)90077-9

    Examples
    --------
    Hawk-Dove with V = 2, C = 5 rests where a share V/C plays hawk:

    >>> hawk_dove = linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    >>> replicator([[0.5, 0.5], [0.4, 0.6]], hawk_dove).round(12) + 0.0
    array([[-0.0625,  0.0625],
           [ 0.    ,  0.    ]])
    """
    x, f, sizes = _begin(shares, payoffs, strategies)
    return np.asarray(x * (f - population_totals(x * f, sizes)))


def replicator_mutator(
    shares: npt.ArrayLike,
    payoffs: Payoffs,
    *,
    mutation: npt.ArrayLike,
    strategies: Sequence[int] | None = None,
) -> Floats:
    """Return the replicator-mutator field, sum_j x_j f_j Q_ji - x_i fbar.

    Parameters
    ----------
    shares, payoffs, strategies
        As in `replicator`. Payoffs are fitness here, the rate of offspring, and at least 0: unlike
        the replicator the field changes when a constant is added to them.
    mutation : array_like, shape (n, n)
        ``mutation[j, i]`` is the probability that an offspring of j is an i; rows sum to one and
        no offspring changes its population. Block diagonal therefore, one block per population.

    Returns
    -------
    array, shape (..., n)
        Zero in sum over each population.

    Raises
    ------
    CoopgamesError
        If a row of ``mutation`` is no law on its own population, or if fitness is below 0 at a
        state inside the simplex.

    References
    ----------
    Hadeler (1981) SIAM J. Appl. Math. 41:1-7. doi:10.1137/0141001. Page & Nowak (2002) J. Theor.
    Biol. 219:93-98.

    Examples
    --------
    >>> flat = linear_payoffs([[1.0, 1.0], [1.0, 1.0]])
    >>> replicator_mutator([1.0, 0.0], flat, mutation=[[0.9, 0.1], [0.1, 0.9]])
    array([-0.1,  0.1])
    """
    x, f, sizes = _begin(shares, payoffs, strategies)
    law = _mutation_law(mutation, sizes)
    inside = (x >= 0).all(axis=-1)
    if (f[inside] < 0).any():
        raise CoopgamesError(
            "payoffs are fitness under mutation and must be >= 0; "
            f"got {f[inside].min():g}; add a constant to all payoffs of a population"
        )
    born = x * f
    return np.asarray(born @ law - x * population_totals(born, sizes))


def _mutation_law(mutation: npt.ArrayLike, sizes: tuple[int, ...]) -> Floats:
    law = np.asarray(mutation, dtype=float)
    n = sum(sizes)
    if law.shape != (n, n):
        raise CoopgamesError(f"mutation must have shape {(n, n)}; got {law.shape}")
    owner = np.repeat(np.arange(len(sizes)), sizes)
    own = owner[:, None] == owner[None, :]
    if not (law >= 0).all() or not np.allclose(
        (law * own).sum(axis=1), 1.0, rtol=0, atol=STOCHASTIC
    ):
        raise CoopgamesError(
            "mutation must be >= 0 and each row sum to 1 over its own population; "
            f"got least entry {law.min():g} and row sums {(law * own).sum(axis=1)}"
        )
    if (law[~own] > 0).any():
        raise CoopgamesError("mutation must be 0 between populations")
    return law


def logit(
    shares: npt.ArrayLike,
    payoffs: Payoffs,
    *,
    precision: float,
    strategies: Sequence[int] | None = None,
) -> Floats:
    """Return the logit field: perturbed best replies minus the state.

    Parameters
    ----------
    shares, payoffs, strategies
        As in `replicator`.
    precision : float
        beta, at least 0; its inverse is the level of noise. [1/payoff]

    Returns
    -------
    array, shape (..., n)
        Points into the simplex from every face.

    References
    ----------
    Fudenberg & Levine (1998) The Theory of Learning in Games, MIT Press. Hofbauer & Sandholm (2007)
    J. Economic Theory 132:47-69.

    Examples
    --------
    >>> rps = linear_payoffs([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    >>> abs(logit([1 / 3, 1 / 3, 1 / 3], rps, precision=7.0)).max() < 1e-15
    np.True_
    """
    x, f, sizes = _begin(shares, payoffs, strategies)
    beta = at_least("precision", precision, 0)
    weight = np.exp(beta * (f - _largest(f, sizes)))
    return np.asarray(weight / population_totals(weight, sizes) - x)


def imitative_logit(
    shares: npt.ArrayLike,
    payoffs: Payoffs,
    *,
    precision: float,
    strategies: Sequence[int] | None = None,
) -> Floats:
    """Return the imitative logit field: as `logit`, with the choices weighted by their shares.

    Parameters, result and errors as in `logit`; what is absent stays absent, and for small
    precision the field is beta times that of the replicator.

    References
    ----------
    Sandholm (2010) Population Games and Evolutionary Dynamics, chapter 5.

    Examples
    --------
    >>> game = linear_payoffs([[4, 0], [3, 2]])
    >>> imitative_logit([[1.0, 0.0], [0.0, 1.0]], game, precision=2.0)
    array([[0., 0.],
           [0., 0.]])
    """
    x, f, sizes = _begin(shares, payoffs, strategies)
    beta = at_least("precision", precision, 0)
    # The largest payoff among those present: an absent one may be so much better that the
    # weights of all others underflow.
    present = np.where(x > 0, f, -np.inf)
    top = _largest(present, sizes)
    weight = x * np.exp(np.minimum(beta * (f - np.where(np.isfinite(top), top, f)), 700.0))
    return np.asarray(weight / population_totals(weight, sizes) - x)


def best_response(
    shares: npt.ArrayLike,
    payoffs: Payoffs,
    *,
    tie: float = 1e-12,
    strategies: Sequence[int] | None = None,
) -> Floats:
    """Return the best-response field, with ties shared equally: discontinuous.

    Parameters
    ----------
    shares, payoffs, strategies
        As in `replicator`.
    tie : float
        Payoffs that fall short of the best by no more than this are best too; where payoffs are
        above 1 in size, by this share of the largest. At least 0. [payoff]

    Returns
    -------
    array, shape (..., n)
        One selection of the set-valued best-response dynamic. At a mixed equilibrium the equal
        division is in general not the one that rests there, and an integrator does not get past
        it: take the logit with great precision instead.

    References
    ----------
    Gilboa & Matsui (1991) Econometrica 59:859-867. doi:10.2307/2938230

    Examples
    --------
    >>> hawk_dove = linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    >>> best_response([[0.3, 0.7], [0.5, 0.5]], hawk_dove)
    array([[ 0.7, -0.7],
           [-0.5,  0.5]])
    """
    x, f, sizes = _begin(shares, payoffs, strategies)
    short = at_least("tie", tie, 0) * np.maximum(_largest(np.abs(f), sizes), 1.0)
    best = (f >= _largest(f, sizes) - short).astype(float)
    return np.asarray(best / population_totals(best, sizes) - x)


def smith(
    shares: npt.ArrayLike, payoffs: Payoffs, *, strategies: Sequence[int] | None = None
) -> Floats:
    """Return the Smith field: one switches to what pays more, at the rate of the difference.

    Parameters, result and errors as in `replicator`. The rest points are the Nash equilibria.

    References
    ----------
    Smith (1984) Transportation Science 18:245-252. doi:10.1287/trsc.18.3.245

    Examples
    --------
    >>> smith([1.0, 0.0], linear_payoffs([[0, 0], [2, 2]]))
    array([-2.,  2.])
    """
    x, f, sizes = _begin(shares, payoffs, strategies)
    out = np.empty_like(x)
    start = 0
    for size in sizes:
        part = slice(start, start + size)
        start += size
        gain = np.maximum(f[..., part, None] - f[..., None, part], 0.0)  # of i over j
        out[..., part] = (gain * x[..., None, part]).sum(axis=-1) - x[..., part] * gain.sum(axis=-2)
    return out


def bnn(
    shares: npt.ArrayLike, payoffs: Payoffs, *, strategies: Sequence[int] | None = None
) -> Floats:
    """Return the Brown-von Neumann-Nash field, driven by payoffs in excess of the mean.

    Parameters, result and errors as in `replicator`. The rest points are the Nash equilibria.

    References
    ----------
    Brown & von Neumann (1950) Annals of Mathematics Studies 24:73-79. Hofbauer (2000) Selection
    1:81-88.

    Examples
    --------
    >>> bnn([1.0, 0.0], linear_payoffs([[0, 0], [2, 2]]))
    array([-2.,  2.])
    """
    x, f, sizes = _begin(shares, payoffs, strategies)
    excess = np.maximum(f - population_totals(x * f, sizes), 0.0)
    return np.asarray(excess - x * population_totals(excess, sizes))
