"""The law of a weighted sum of binomial numbers: what independent actors set in motion."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .binomials import binomial_law

__all__ = ["weighted_binomial_law"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def weighted_binomial_law(
    counts: Integers, weights: Integers, yes: Floats, no: Floats, grid: int
) -> Floats:
    """Return the law of sum_g weights[g] Bin(counts[g], yes[:, g]), shape (grid, cases).

    Parameters
    ----------
    counts, weights : int arrays, shape (groups,)
        At least 0; ``counts @ weights < grid``.
    yes, no : arrays, shape (cases, groups)
        Probabilities and their complements.
    grid : int
        Points of the law.

    Notes
    -----
    O(grid x number of actors x cases). All terms are positive, so nothing cancels.

    Examples
    --------
    >>> half = np.full((1, 2), 0.5)
    >>> law = weighted_binomial_law(np.array([1, 2]), np.array([3, 1]), half, half, 6)
    >>> law[:, 0].tolist()
    [0.125, 0.25, 0.125, 0.125, 0.25, 0.125]
    """
    law = np.zeros((grid, yes.shape[0]))
    law[0] = 1.0
    reach = 0
    for g in np.argsort(counts * weights, kind="stable"):
        n, k = int(counts[g]), int(weights[g])
        number = binomial_law(n, yes[:, g], no[:, g])
        new = np.zeros_like(law)
        for c in range(n + 1):
            new[c * k : c * k + reach + 1] += number[c] * law[: reach + 1]
        law = new
        reach += n * k
    return law
