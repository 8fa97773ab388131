r"""Two strategies, process by process: pairwise comparison, Moran, imitation of the best.

A second route beside `coopgames.kernels.markov.switching`, each formula written out. The state
j = 0 .. Z counts the first strategy; ``up[..., j]`` leads from j to j + 1 and ``down[..., j]`` from
j + 1 to j. The last axis is j, leading axes broadcast. Every step changes at most one individual.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from coopgames._checks import at_least, count, one_of, probability
from coopgames.errors import CoopgamesError

__all__ = ["imitation_of_the_best_rates", "moran_rates", "pairwise_comparison_rates"]

Floats = npt.NDArray[np.float64]


def moran_rates(
    first: npt.ArrayLike, second: npt.ArrayLike, *, mutation_probability: float
) -> tuple[Floats, Floats]:
    r"""Return (up, down) of the Moran process with mutation.

    A parent is drawn with probability proportional to fitness, f_1 or f_2; its child has the other
    strategy with ``mutation_probability`` mu and replaces one of all Z, the parent included:

        T+(j) = ((1 - mu) j f_1(j) + mu (Z - j) f_2(j)) / (j f_1(j) + (Z - j) f_2(j)) (Z - j) / Z.

    Parameters
    ----------
    first : array_like, shape (..., Z)
        ``first[..., j - 1]`` is the fitness of the first strategy where j = 1 .. Z use it; above 0.
    second : array_like, shape (..., Z)
        ``second[..., j]`` is that of the second where j = 0 .. Z - 1 use the first; above 0.
    mutation_probability : float
        mu, in [0, 1].

    Returns
    -------
    tuple of arrays, shape (..., Z)
        As `coopgames.kernels.markov.birth_death.birth_death_stationary` takes them.

    Raises
    ------
    CoopgamesError
        If a fitness is not finite and above 0, or mu is outside [0, 1].

    References
    ----------
    Moran (1958) Math. Proc. Camb. Phil. Soc. 54:60, doi:10.1017/S0305004100033193; Nowak, Sasaki,
    Taylor & Fudenberg (2004) Nature 428:646, doi:10.1038/nature02414.

    Examples
    --------
    >>> moran_rates([2.0, 2.0], [1.0, 1.0], mutation_probability=0.0)
    (array([0.        , 0.33333333]), array([0.16666667, 0.        ]))
    """
    one, two = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    mu = probability("mutation_probability", mutation_probability)
    if one.ndim == 0 or one.shape[-1] == 0:
        raise CoopgamesError(f"first and second need at least one entry each; got {one.shape}")
    for name, fitness in (("first", one), ("second", two)):
        if not (np.isfinite(fitness).all() and (fitness > 0).all()):
            raise CoopgamesError(f"{name} must be finite and > 0 everywhere; got {fitness.min()}")
    size = one.shape[-1]
    j = np.arange(size + 1)
    births = np.zeros((2, *one.shape[:-1], size + 1))
    births[0, ..., 1:] = j[1:] * one
    births[1, ..., :-1] = (size - j[:-1]) * two
    births /= births.sum(axis=0)
    up = ((1 - mu) * births[0] + mu * births[1]) * (size - j) / size
    down = ((1 - mu) * births[1] + mu * births[0]) * j / size
    return up[..., :-1], down[..., 1:]


def imitation_of_the_best_rates(
    gain: npt.ArrayLike,
    *,
    sample: int,
    mutation_probability: float,
    role_model: Literal["anyone", "others"] = "anyone",
) -> tuple[Floats, Floats]:
    r"""Return (up, down) of the imitation of the best in a sample, with mutation.

    One individual is drawn. With ``mutation_probability`` mu it switches; else it looks at
    ``sample`` role models k, drawn with replacement, and takes up the best paid strategy among
    theirs and its own, its own where payoffs are equal. With Delta_j > 0

        T+(j) = (1 - mu) (Z - j) / Z (1 - (1 - q)**k) + mu (Z - j) / Z,  T-(j) = mu j / Z,

    where q = j / Z, or j / (Z - 1) among the others.

    Parameters
    ----------
    gain : array_like, shape (..., Z - 1)
        Delta_j for j = 1 .. Z - 1 of the first strategy; only the sign matters. [payoff]
    sample : int
        k, at least 1.
    mutation_probability : float
        mu, in [0, 1].
    role_model : {'anyone', 'others'}
        Whether role models are drawn from all Z or from the other Z - 1.

    Returns
    -------
    tuple of arrays, shape (..., Z)
        As `coopgames.kernels.markov.birth_death.birth_death_stationary` takes them.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds.

    References
    ----------
    Nowak & May (1992) Nature 359:826, doi:10.1038/359826a0, where the sample is the neighbourhood.

    Examples
    --------
    >>> imitation_of_the_best_rates([1.0], sample=2, mutation_probability=0.0)
    (array([0.   , 0.375]), array([0., 0.]))
    """
    delta = np.asarray(gain, dtype=float)
    k = count("sample", sample)
    mu = probability("mutation_probability", mutation_probability)
    one_of("role_model", role_model, ("anyone", "others"))
    if delta.ndim == 0 or not np.isfinite(delta).all():
        raise CoopgamesError("gain must be finite, with one entry for each j = 1 .. Z - 1")
    size = delta.shape[-1] + 1
    if size == 1 and role_model == "others":
        raise CoopgamesError("gain must have at least one entry; got none: there are no others")
    j = np.arange(1, size)
    pool = size if role_model == "anyone" else size - 1
    up = np.empty((*delta.shape[:-1], size))
    down = np.empty_like(up)
    up[..., 0] = down[..., -1] = mu
    meets_first = (size - j) / size * (1 - (1 - j / pool) ** k)
    meets_second = j / size * (1 - (1 - (size - j) / pool) ** k)
    up[..., 1:] = (1 - mu) * meets_first * (delta > 0) + mu * (size - j) / size
    down[..., :-1] = (1 - mu) * meets_second * (delta < 0) + mu * j / size
    return up, down


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
