r"""Evolutionary stability, by strict copositivity.

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
Theor. Biol. 84:93-101.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError
from .faces import lacks_rank, subsets

__all__ = ["simplex_minimum", "stability_margin"]

Floats = npt.NDArray[np.float64]

#: So many best replies outside the support are tried in the copositivity test, no more.
MOST_COPOSITIVE = 16


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
    for support in subsets(d):
        part = symmetric[np.ix_(support, support)]
        size = len(support)
        system = np.ones((size + 1, size + 1))
        system[:size, :size], system[-1, -1] = part, 0.0
        right = np.zeros(size + 1)
        right[-1] = 1.0
        # C y = lambda 1, sum y = 1: the value is lambda. Singular ones need no look, see the head.
        if lacks_rank(system):
            continue
        y = np.linalg.solve(system, right)
        if (y[:-1] > 0).all():
            least = min(least, -float(y[-1]))
    return least


def stability_margin(
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
