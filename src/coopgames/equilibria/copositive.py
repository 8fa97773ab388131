r"""The least value of a quadratic form on the directions in which mutants lie.

With S the strategies in use and T further best replies, these are z of zero sum that vanish outside
S and T and are nonnegative on T. Directions inside S are eliminated by a Schur complement; what
remains is a form on the nonnegative orthant, minimised over the simplex support by support. The
counterpart for stability alone, without minimiser, is
`coopgames.kernels.flows.evolutionary_stability`.

References
----------
Abakuks (1980) J. Appl. Prob. 17:559-562. Bomze (1998) J. Global Optimization
13:369-387.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..kernels.flows.evolutionary_stability import MOST_COPOSITIVE
from ..kernels.flows.faces import subsets

__all__ = ["least_on_cone"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Eigenvalues not above this share of the largest entry count as zero.
RANK = 1e-11


def least_on_cone(
    form: npt.ArrayLike, used: npt.ArrayLike, spare: npt.ArrayLike
) -> tuple[float, Floats | None]:
    """Return the least value of z·C z on the cone, each part scaled, and where it is taken on.

    Parameters
    ----------
    form : array_like, shape (s, s)
        C; its symmetric part counts.
    used, spare : array_like of int
        S, at least one, and T.

    Returns
    -------
    value : float
        Its sign is that of the least value: the least eigenvalue inside S if that is not positive,
        else the smaller of it and the minimum over the simplex of T. Infinite if the cone is zero.
    direction : array, shape (s,), or None
        Takes it on; None if the cone is zero.

    Raises
    ------
    BudgetError
        If T has more than 16 elements: the supports double with each.

    Examples
    --------
    >>> value, direction = least_on_cone([[0.0, 1.0], [1.0, 0.0]], [0, 1], [])
    >>> round(value, 12), bool(abs(direction.sum()) < 1e-12)
    (-2.0, True)
    """
    c = np.asarray(form, dtype=float)
    inside, outside = np.asarray(used, dtype=np.int64), np.asarray(spare, dtype=np.int64)
    if outside.size > MOST_COPOSITIVE:
        raise BudgetError(
            f"the test of evolutionary stability enumerates 2**d supports, d at most "
            f"{MOST_COPOSITIVE}; got {outside.size} best replies out of use"
        )
    k, moves = inside.size - 1, np.zeros((c.shape[0], inside.size - 1 + outside.size))
    moves[inside[-1]] = -1.0
    moves[np.concatenate((inside[:-1], outside)), np.arange(moves.shape[1])] = 1.0
    if not moves.shape[1]:
        return np.inf, None
    full = moves.T @ (0.5 * (c + c.T)) @ moves
    zero = RANK * max(float(np.abs(full).max()), np.finfo(float).tiny)
    values, vectors = np.linalg.eigh(full[:k, :k])
    least, direction = np.inf, None
    if k:
        least, direction = float(values[0]), moves[:, :k] @ vectors[:, 0]
        if least < -zero:
            return least, direction
    if not outside.size:
        return least, direction
    cross = vectors.T @ full[:k, k:]
    flat = values <= zero
    for row, vector in zip(cross[flat], vectors.T[flat], strict=True):
        j = int(np.abs(row).argmax())
        if abs(row[j]) > zero:
            # Along a flat direction the cross term can be made as negative as one likes.
            weights = np.zeros(moves.shape[1])
            weights[k + j] = 1.0
            weights[:k] = -np.sign(row[j]) * (abs(full[k + j, k + j]) / abs(row[j]) + 1.0) * vector
            return float(weights @ full @ weights), moves @ weights
    steep = cross[~flat] / values[~flat, None]
    outer = full[k:, k:] - cross[~flat].T @ steep
    value, weight = _simplex_minimiser(outer)
    if value < least:
        inner = -vectors[:, ~flat] @ (steep @ weight)
        return value, moves @ np.concatenate((inner, weight))
    return least, direction


def _simplex_minimiser(matrix: Floats) -> tuple[float, Floats]:
    """Return the minimum of y·C y over the simplex, and a minimiser of least support."""
    symmetric = 0.5 * (matrix + matrix.T)
    d = symmetric.shape[0]
    least, best = np.inf, np.zeros(d)
    for support in subsets(d):
        size = len(support)
        system = np.ones((size + 1, size + 1))
        system[:size, :size], system[-1, -1] = symmetric[np.ix_(support, support)], 0.0
        right = np.zeros(size + 1)
        right[-1] = 1.0
        try:
            y = np.linalg.solve(system, right)
        except np.linalg.LinAlgError:
            continue  # the minimum is taken on on fewer components
        if (y[:-1] >= 0).all() and -y[-1] < least:
            least, best = -float(y[-1]), np.zeros(d)
            best[list(support)] = y[:-1]
    return least, best
