"""Drawing without replacement from a population of two kinds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import CoopgamesError
from .binomials import log_factorials

__all__ = ["hypergeometric_table"]


def hypergeometric_table(population: int, draws: int) -> npt.NDArray[np.float64]:
    """Return the law of the number of marked ones in a sample, for each number marked.

    Parameters
    ----------
    population : int
        Size of the population, at least 0.
    draws : int
        Size of the sample, in 0 .. ``population``.

    Returns
    -------
    array, shape (population + 1, draws + 1)
        Entry [j, i] is the probability of i marked ones in the sample where j of the population
        are marked. Rows sum to one.

    Raises
    ------
    CoopgamesError
        If more are drawn than there are.

    Examples
    --------
    >>> hypergeometric_table(2, 1)
    array([[1. , 0. ],
           [0.5, 0.5],
           [0. , 1. ]])
    """
    count("population", population, 0)
    if count("draws", draws, 0) > population:
        raise CoopgamesError(f"draws must be <= population = {population}; got {draws}")
    log_factorial = log_factorials(population)

    def log_choose(n: npt.NDArray[np.int64], k: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        inside = (k >= 0) & (k <= n)
        low = np.where(inside, k, 0)
        out = log_factorial[n] - log_factorial[low] - log_factorial[n - low]
        return np.asarray(np.where(inside, out, -np.inf))

    marked = np.arange(population + 1)[:, None]
    found = np.arange(draws + 1)[None, :]
    whole = log_choose(np.array(population), np.array(draws))
    logs = log_choose(marked, found) + log_choose(population - marked, draws - found) - whole
    table = np.exp(logs)
    return np.asarray(table / table.sum(axis=1, keepdims=True))
