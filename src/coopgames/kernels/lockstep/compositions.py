r"""Imitation among s strategies in finite populations, many replicates side by side.

In the Fermi rule f imitates m with probability 1 / (1 + exp(-beta (pi_m - pi_f))): that is, when
beta (pi_m - pi_f) > L with L = log(u / (1 - u)) logistic. The logarithms are taken for many steps
at once. With two strategies a table is faster: `coopgames.kernels.lockstep.populations`. Births
instead of imitation are in `coopgames.kernels.lockstep.births`.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, one_of
from ...errors import CoopgamesError
from .encounters import Encounters
from .payoffs import Payoffs
from .streams import Uniforms

__all__ = ["BestOfSampleLockstep", "FermiLockstep"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]


class FermiLockstep(Encounters):
    r"""Pairwise comparison: one individual imitates a role model by the Fermi rule, or mutates.

    Parameters
    ----------
    counts : array_like of int, shape (replicates, s)
        How many use each strategy at the start; rows sum to Z.
    payoffs : Payoffs
        One of `coopgames.kernels.lockstep.payoffs`; it must not be shared with another kernel
        that runs at the same time.
    selection_intensity : float
        beta, at least 0. [1/payoff]
    mutation_probability : float
        mu, in [0, 1]: the focal individual takes another strategy instead of imitating.
    mutation : array_like, shape (s, s), optional
        Where mutants go, as `mutation_matrix` takes it; to each other strategy alike if left out.
    role_model : {'anyone', 'others'}
        Whether the role model is drawn from all Z or from the other Z - 1.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909, doi:10.1103/PhysRevE.74.011909.

    Examples
    --------
    >>> from coopgames.kernels.lockstep.payoffs import MatrixPayoffs
    >>> rock = MatrixPayoffs([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], population_size=6)
    >>> games = FermiLockstep(
    ...     [[2, 2, 2]] * 2, rock, selection_intensity=1.0, mutation_probability=0.0
    ... )
    >>> games.run(100, 1)
    >>> games.states.sum(axis=1)
    array([6, 6])
    """

    __slots__ = ("_advantage", "_beta", "_noise", "_others", "_whom")

    def __init__(
        self,
        counts: npt.ArrayLike,
        payoffs: Payoffs,
        *,
        selection_intensity: float,
        mutation_probability: float,
        mutation: npt.ArrayLike | None = None,
        role_model: Literal["anyone", "others"] = "anyone",
    ) -> None:
        super().__init__(counts, payoffs, mutation_probability, mutation, rows=2)
        self._beta = at_least("selection_intensity", selection_intensity, 0)
        self._others = _draws_from_others(role_model, self._size)
        self._whom = np.empty_like(self._who)
        self._noise = np.empty_like(self._left)
        self._advantage = np.empty(self._replicates)

    def _draw(self, steps: int, rng: Uniforms) -> None:
        super()._draw(steps, rng)
        who, whom = self._who[:steps], self._whom[:steps]
        self._split(steps, self._size - self._others, whom)
        if self._others:
            np.add(whom, whom >= who, out=whom)
        # L = log(v / (1 - v)) with v = (u - mu) / (1 - mu); minus infinity for mutants.
        uniform, noise = self._uniforms[:steps, 1], self._noise[:steps]
        with np.errstate(divide="ignore"):
            np.subtract(uniform, self._mu, out=noise)
            np.maximum(noise, 0.0, out=noise)
            np.subtract(1.0, uniform, out=uniform)
            np.divide(noise, uniform, out=noise)
            np.log(noise, out=noise)

    def _advance(self, t: int) -> None:
        self._find(self._who[t], self._is_focal, self._focal)
        self._find(self._whom[t], self._is_model, self._model)
        self._mutate_at(t, self._focal)
        self._payoffs.prepare(self._sums)
        self._payoffs.advantage(self._focal, self._model, self._advantage)
        np.multiply(self._advantage, self._beta, out=self._advantage)
        np.greater(self._advantage, self._noise[t], out=self._above)
        self._switch(self._above)


def _draws_from_others(role_model: str, size: int) -> bool:
    one_of("role_model", role_model, ("anyone", "others"))
    if role_model == "others" and size < 2:
        raise CoopgamesError("population_size must be >= 2 for role models among the others; got 1")
    return role_model == "others"


class BestOfSampleLockstep(Encounters):
    """One individual imitates the best paid of a sample, or mutates.

    It compares its own payoff with those of ``sample`` role models, drawn with replacement, and
    takes up the best paid strategy: its own where that is among the best, else the first drawn.

    Parameters
    ----------
    counts, payoffs, mutation_probability, mutation, role_model
        As in `FermiLockstep`.
    sample : int
        k, at least 1.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds.

    Examples
    --------
    >>> from coopgames.kernels.lockstep.payoffs import MatrixPayoffs
    >>> better = MatrixPayoffs([[2, 2], [1, 1]], population_size=10)
    >>> games = BestOfSampleLockstep([[1, 9]], better, sample=2, mutation_probability=0.0)
    >>> games.run(500, 1)
    >>> games.states
    array([[10,  0]])
    """

    __slots__ = ("_best", "_of_one", "_others", "_sample", "_whom")

    def __init__(
        self,
        counts: npt.ArrayLike,
        payoffs: Payoffs,
        *,
        sample: int,
        mutation_probability: float,
        mutation: npt.ArrayLike | None = None,
        role_model: Literal["anyone", "others"] = "anyone",
    ) -> None:
        self._sample = count("sample", sample)
        super().__init__(counts, payoffs, mutation_probability, mutation, rows=2 + self._sample)
        self._others = _draws_from_others(role_model, self._size)
        self._whom = np.empty((self._chunk, self._sample, self._replicates), dtype=self._who.dtype)
        self._best, self._of_one = np.empty((2, self._replicates))

    def _draw(self, steps: int, rng: Uniforms) -> None:
        super()._draw(steps, rng)
        places = self._uniforms[:steps, 2:]
        np.multiply(places, self._size - self._others, out=places)
        whom = self._whom[:steps]
        np.copyto(whom, places, casting="unsafe")
        if self._others:
            np.add(whom, whom >= self._who[:steps, None], out=whom)

    def _advance(self, t: int) -> None:
        payoffs, model, best, one = self._payoffs, self._model, self._best, self._of_one
        self._find(self._who[t], self._is_focal, self._focal)
        payoffs.prepare(self._sums)
        payoffs.of(self._focal, best)
        chosen = self._focal.copy()
        for place in self._whom[t]:
            self._find(place, self._is_model, model)
            payoffs.of(model, one)
            np.greater(one, best, out=self._above)
            np.copyto(chosen, model, where=self._above)
            np.maximum(best, one, out=best)
        np.copyto(model, chosen)
        np.greater(model, np.arange(self._sums.shape[0])[:, None], out=self._is_model)
        self._mutate_at(t, self._focal)
        self._switch(None)
