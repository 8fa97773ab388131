r"""Birth-death chains on 0 .. Z: the stationary law.

With T+(j), T-(j) the probabilities of one step up and down from j,

    pi(j)  proportional to  product_{i<j} T+(i) / T-(i + 1),

formed in logarithms. The last axis is j; leading axes broadcast.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError

__all__ = ["birth_death_stationary"]

Floats = npt.NDArray[np.float64]


def birth_death_stationary(up: npt.ArrayLike, down: npt.ArrayLike) -> Floats:
    """Return the stationary law of a birth-death chain.

    Parameters
    ----------
    up : array_like, shape (..., Z)
        ``up[..., j]`` is the rate from j to j + 1, for j = 0 .. Z - 1; above 0, finite.
    down : array_like, shape (..., Z)
        ``down[..., j]`` is the rate from j + 1 to j; above 0, finite.

    Returns
    -------
    array, shape (..., Z + 1)
        Sums to one on the last axis.

    Raises
    ------
    CoopgamesError
        If a rate is not above 0: the chain would have an absorbing state.

    Examples
    --------
    >>> birth_death_stationary([0.5, 0.25], [0.25, 0.5])
    array([0.25, 0.5 , 0.25])
    """
    rise, fall = np.broadcast_arrays(np.asarray(up, dtype=float), np.asarray(down, dtype=float))
    for name, rates in (("up", rise), ("down", fall)):
        if not (np.isfinite(rates).all() and (rates > 0).all()):
            raise CoopgamesError(f"{name} must be finite and > 0 everywhere; got {rates.min()}")
    logs = np.zeros((*rise.shape[:-1], rise.shape[-1] + 1))
    np.cumsum(np.log(rise) - np.log(fall), axis=-1, out=logs[..., 1:])
    return np.asarray(np.exp(logs - np.logaddexp.reduce(logs, axis=-1, keepdims=True)))
