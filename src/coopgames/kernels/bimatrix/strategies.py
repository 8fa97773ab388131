"""From vertices of best-response polytopes to mixed strategies, and what a deviation would gain."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from .payoffs import LARGEST_INTEGER
from .vertices import Vertices

__all__ = ["normalised", "regrets", "share_errors", "strategies", "strategy_errors"]

Floats = npt.NDArray[np.float64]


def normalised(payoffs: npt.NDArray[Any]) -> Floats:
    """Return payoffs in doubles, from 0 to 1 in each game; constant ones are 0.

    Parameters
    ----------
    payoffs : array of float64 or Fractions, shape (games, m, n)
    """
    if payoffs.dtype != object:
        _, exponents = np.frexp(np.abs(payoffs).max(axis=(1, 2), keepdims=True, initial=0.0))
        payoffs = np.ldexp(payoffs, -exponents)
    least = payoffs.min(axis=(1, 2), keepdims=True)
    span = payoffs.max(axis=(1, 2), keepdims=True) - least
    span = np.where(span > 0, span, 1)
    return np.asarray((payoffs - least) / span, dtype=np.float64)


def regrets(
    first: Floats, second: Floats, game: npt.NDArray[np.int64], x: Floats, y: Floats
) -> Floats:
    """Return the larger of both players' gains from their best deviation, per profile.

    Parameters
    ----------
    first, second : array, shape (games, m, n)
        Payoffs.
    game : array of int, shape (profiles,)
    x, y : array, shape (profiles, m) and (profiles, n)
        Mixed strategies.
    """
    rows = np.matmul(first[game], y[:, :, None])[:, :, 0]
    columns = np.matmul(x[:, None, :], second[game])[:, 0]
    out: Floats = np.maximum(
        rows.max(axis=1) - (rows * x).sum(axis=1), columns.max(axis=1) - (columns * y).sum(axis=1)
    )
    return np.maximum(out, 0.0)


def strategies(
    vertices: Vertices, rows: npt.NDArray[np.int64], weights: npt.NDArray[Any], *, exact: bool
) -> npt.NDArray[Any]:
    """Return the mixed strategies that vertices stand for, one per row.

    Parameters
    ----------
    vertices : Vertices
    rows : array of int, shape (strategies,)
        Which of them.
    weights : array, shape (games, k)
        Per own strategy, see `bimatrix_payoffs.IntegerRows`.
    exact : bool
        Return Fractions; the values must be integers.

    Returns
    -------
    array, shape (strategies, k)
    """
    basis, values = vertices.basis[rows], vertices.values[rows]
    own = weights.shape[1]
    full = np.zeros((rows.size, own + basis.shape[1]), dtype=values.dtype)
    full[np.arange(rows.size)[:, None], basis] = values
    points = full[:, :own]
    factors = weights[vertices.game[rows]]
    if values.dtype == np.int64 and not exact and (weights <= LARGEST_INTEGER).all():
        points, factors = points.astype(np.float64), factors.astype(np.float64)
    elif values.dtype != np.float64:
        points, factors = points.astype(object), factors.astype(object)
    points = points * factors
    total = points.sum(axis=1, keepdims=True)
    if not exact:
        # Python's integers divide to the nearest double, however large they are.
        return np.asarray(points / total, dtype=np.float64)
    out = np.empty(points.shape, dtype=object)
    for where in np.ndindex(points.shape):
        out[where] = Fraction(points[where], total[where[0], 0])
    return out


def strategy_errors(vertices: Vertices, rows: npt.NDArray[np.int64], weights: Floats) -> Floats:
    """Return bounds on the errors of probabilities in `strategies` from doubles, one per row.

    Parameters
    ----------
    vertices, rows, weights
        As there.
    """
    basis, factors = vertices.basis[rows], weights[vertices.game[rows]]
    by_label = np.concatenate((factors, np.zeros(basis.shape)), axis=1)
    total = (np.take_along_axis(by_label, basis, axis=1) * vertices.values[rows]).sum(axis=1)
    return share_errors(vertices.errors[rows], factors, total)


def share_errors(errors: Floats, factors: Floats, totals: Floats) -> Floats:
    """Return bounds on the errors of z_i f_i / sum_j z_j f_j where each z_i has a bounded error.

    Parameters
    ----------
    errors : array, shape (rows,)
        Of the z_i, positive.
    factors : array, shape (rows, k)
        The f_i, positive.
    totals : array, shape (rows,)
        The denominators.
    """
    # The sum of k numbers may be off by k times as much as each of them.
    bounds: Floats = np.multiply(1 + factors.shape[1], errors * factors.max(axis=1) / totals)
    return bounds
