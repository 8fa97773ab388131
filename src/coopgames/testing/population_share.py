"""Random points of the simplex: shares of strategies in a large population."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from .._checks import count
from .population import populations

__all__ = ["population_shares"]

#: How near to a corner or an edge a point may lie that is inside.
_NEAR = 1e-9


def population_shares(strategies: int) -> st.SearchStrategy[npt.NDArray[np.float64]]:
    """Return shares of strategies that sum to one: corners, edges, inner points, and near misses.

    Parameters
    ----------
    strategies : int
        s, at least 1.

    Returns
    -------
    SearchStrategy of array, shape (s,)
        Fractions with denominators up to 10; some moved by 1e-9 off the edge.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(population_shares(2), lambda shares: 0 < shares[0] < 1)
    array([0.5, 0.5])
    """
    s = count("strategies", strategies)

    def between(counts: tuple[int, ...], near: bool) -> npt.NDArray[np.float64]:
        shares = np.array(counts, dtype=float) / sum(counts)
        return (1 - _NEAR) * shares + _NEAR / s if near else shares

    made = populations(strategies=s).map(lambda population: population.counts)
    return st.builds(between, made, st.sampled_from((False, False, True)))
