r"""A rest point of an evolutionary dynamic: its record, and its eigenvalues on the tangent space.

On the simplex shares sum to one, so that only directions v of zero sum in each population count.
There the replicator's derivative is, with fbar the mean and D f the derivative of payoffs,

References
----------
Hofbauer & Sigmund (1998) Evolutionary Games and Population Dynamics, chapters 6-7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least
from .evolutionary_stability import stability_margin
from .fields import population_sizes, population_totals
from .simplex_search import differences, tangent_basis

__all__ = [
    "RestPoint",
    "RestPoints",
    "classify",
    "replicator_rest_point",
    "tangent_eigenvalues",
    "tangent_jacobian",
]

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Field = Callable[[Floats], Floats]
Kind = Literal["sink", "source", "saddle", "centre", "degenerate"]


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
    >>> from coopgames.kernels.flows.fields import linear_payoffs, replicator
    >>> game = linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    >>> tangent_jacobian(lambda x: replicator(x, game), [0.4, 0.6]).round(9)
    array([[-0.6]])
    """
    x = np.asarray(point, dtype=float)
    sizes = population_sizes(strategies, x.size)
    moves, kept = tangent_basis(x, sizes)
    return np.asarray(differences(field, x, moves, kept, step)[kept])


def _replicator_jacobian(
    x: Floats, f: Floats, slopes: Floats, moves: Floats, sizes: Sequence[int]
) -> Floats:
    """Return the replicator's derivative along ``moves``, given that of payoffs, shape (n, d)."""
    mean = population_totals(x * f, sizes)
    shift = population_totals(moves.T * f + slopes.T * x, sizes).T
    return np.asarray(moves * (f - mean)[:, None] + x[:, None] * (slopes - shift))


def tangent_eigenvalues(matrix: Floats) -> Complexes:
    """Return the eigenvalues of a square matrix by descending real part."""
    values = np.asarray(np.linalg.eigvals(matrix), dtype=complex)
    return np.asarray(values[np.lexsort((values.imag, -values.real.round(12)))])


def replicator_rest_point(
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
    moves, kept = tangent_basis(x, sizes)
    jacobian = _replicator_jacobian(x, f, derivative @ moves, moves, sizes)[kept]
    values = tangent_eigenvalues(jacobian)
    used = np.flatnonzero(x > 0)
    nash = bool((f - mean <= slack).all())
    ess: bool | None
    if not nash:
        ess = False
    elif bool((f - mean < -slack)[x <= 0].all()) and used.size == len(sizes):
        ess = True  # strict
    else:
        least = stability_margin(x, f, derivative, slack, sizes)
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
