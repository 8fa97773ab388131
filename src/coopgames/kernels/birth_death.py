r"""Birth-death chains on 0 .. Z: pairwise comparison with mutation, and the stationary law.

With T+(j), T-(j) the probabilities of one step up and down from j,

    pi(j)  proportional to  product_{i<j} T+(i) / T-(i + 1),

formed in logarithms. The last axis is j; leading axes broadcast.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import at_least, one_of, probability
from ..errors import CoopgamesError

__all__ = ["birth_death_stationary", "pairwise_comparison_rates"]

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


def pairwise_comparison_rates(
    gain: npt.ArrayLike,
    *,
    selection_intensity: float,
    mutation_probability: float,
    role_model: Literal["anyone", "others"] = "anyone",
) -> tuple[Floats, Floats]:
    r"""Return (up, down) of the Fermi pairwise comparison with mutation.

    One individual is drawn. With ``mutation_probability`` mu it switches; else it meets a role
    model and imitates it with the logistic of beta times the payoff difference:

        T+-(j) = (1 - mu) m(j) / (1 + exp(-+ beta Delta_j)) + mu (Z - j or j) / Z.

    Parameters
    ----------
    gain : array_like, shape (..., Z - 1)
        Delta_j for j = 1 .. Z - 1 of the first strategy. [payoff]
    selection_intensity : float
        beta, at least 0. [1/payoff]
    mutation_probability : float
        mu, in [0, 1].
    role_model : {'anyone', 'others'}
        Whether the role model is drawn from all Z, m = j (Z - j) / Z**2, as in the papers below,
        or from the other Z - 1, m = j (Z - j) / (Z (Z - 1)). Fixation does not depend on it.

    Returns
    -------
    tuple of arrays, shape (..., Z)
        As `birth_death_stationary` takes them.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909; Santos & Pacheco (2011) PNAS
    108:10421.

    Examples
    --------
    >>> up, down = pairwise_comparison_rates([0.0], selection_intensity=1, mutation_probability=0)
    >>> up, down
    (array([0.   , 0.125]), array([0.125, 0.   ]))
    """
    delta = np.asarray(gain, dtype=float)
    beta = at_least("selection_intensity", selection_intensity, 0)
    mu = probability("mutation_probability", mutation_probability)
    one_of("role_model", role_model, ("anyone", "others"))
    size = delta.shape[-1] + 1
    j = np.arange(1, size)
    meets = j * (size - j) / (size * (size if role_model == "anyone" else size - 1))
    lean = np.tanh(0.5 * beta * delta)
    up = np.empty((*delta.shape[:-1], size))
    down = np.empty_like(up)
    up[..., 0] = down[..., -1] = mu
    up[..., 1:] = (1 - mu) * meets * 0.5 * (1 + lean) + mu * (size - j) / size
    down[..., :-1] = (1 - mu) * meets * 0.5 * (1 - lean) + mu * j / size
    return up, down
