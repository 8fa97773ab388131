"""The normalised Gini coefficient (model B0)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["normalised_gini"]


def normalised_gini(values: npt.ArrayLike) -> float:
    """Return n/(n-1) times the Gini coefficient: 0 = all equal, 1 = one holds everything.

    NaN where the values sum to zero or there are fewer than two.

    Examples
    --------
    >>> normalised_gini([1, 1, 1, 1]), normalised_gini([0, 0, 0, 5])
    (0.0, 1.0)
    """
    x = np.sort(np.asarray(values, dtype=float))
    n = x.size
    if n < 2 or x.sum() <= 0:
        return float("nan")
    rank = 2 * np.arange(1, n + 1) - n - 1
    return float((rank * x).sum() / ((n - 1) * x.sum()))
