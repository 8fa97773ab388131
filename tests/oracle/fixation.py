r"""Fixation of one mutant under pairwise comparison with the Fermi rule.

In a population of Z with j mutants a mutant's expected payoff exceeds a resident's by Delta_j,
j = 1 .. Z - 1. The ratio of losing to gaining a mutant is exp(-beta Delta_j), so

    rho = 1 / (1 + sum_{k=1}^{Z-1} exp(-beta sum_{j<=k} Delta_j)).

The sum is formed in logarithms: rho may be far below the smallest double, its logarithm is not.
The last axis is j; leading axes broadcast.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from coopgames._checks import at_least
from coopgames.errors import CoopgamesError

__all__ = ["fixation_probability", "log_fixation_probability"]

Floats = npt.NDArray[np.float64]


def log_fixation_probability(gain: npt.ArrayLike, selection_intensity: float) -> Floats:
    """Return the natural logarithm of `fixation_probability`, finite where that underflows.

    Parameters and errors as there; shape (...), at most 0.

    Examples
    --------
    >>> float(log_fixation_probability([-1.0] * 99, 50.0)) < -4900
    True
    """
    array = np.asarray(gain, dtype=float)
    beta = at_least("selection_intensity", selection_intensity, 0)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise CoopgamesError(
            "gain needs one entry for each number of mutants 1 .. Z - 1 on its last axis; "
            f"got shape {array.shape}"
        )
    if not np.isfinite(array).all():
        raise CoopgamesError("gain must be finite")
    terms = np.zeros((*array.shape[:-1], array.shape[-1] + 1))
    terms[..., 1:] = -beta * np.cumsum(array, axis=-1)
    return np.asarray(-np.logaddexp.reduce(terms, axis=-1))


def fixation_probability(gain: npt.ArrayLike, selection_intensity: float) -> Floats:
    """Return the probability that one mutant takes over a population of Z.

    Parameters
    ----------
    gain : array_like, shape (..., Z - 1)
        ``gain[..., j - 1]`` is the expected payoff of a mutant minus that of a resident where
        there are j mutants; payoffs leave out play with oneself. Finite. [payoff]
    selection_intensity : float
        beta, the inverse temperature of the Fermi rule, at least 0. [1/payoff]

    Returns
    -------
    array, shape (...)
        In [0, 1]; 1 / Z without selection. Zero only where the true value is below 1e-308: then
        use `log_fixation_probability`.

    Raises
    ------
    CoopgamesError
        If ``gain`` has no last axis or is not finite, or ``selection_intensity`` is negative.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909. doi:10.1103/PhysRevE.74.011909

    Examples
    --------
    >>> fixation_probability([0.3, -2.0, 0.1], 0.0)
    array(0.25)
    """
    return np.asarray(np.exp(log_fixation_probability(gain, selection_intensity)))
