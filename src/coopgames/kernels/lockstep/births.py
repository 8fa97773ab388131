r"""Births among s strategies in finite populations, many replicates side by side.

A parent is drawn with probability n_k phi_k / sum_l n_l phi_l, where phi is fitness. In the Moran
process there is one birth per step, and the child replaces one of all Z; in the Wright-Fisher
process there are Z, and children replace everybody.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from .encounters import Compositions, Encounters, mutation_matrix
from .payoffs import Payoffs, counts_of
from .reductions import SideBySide

__all__ = ["MoranLockstep", "WrightFisherLockstep", "WrightFisherOfTwo"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]


class MoranLockstep(Encounters):
    """Moran process: a parent drawn by fitness has a child that replaces one of all Z.

    Parameters
    ----------
    counts, mutation
        As in `coopgames.kernels.lockstep.compositions.FermiLockstep`.
    fitness : Payoffs
        Fitness, above 0 wherever somebody has the strategy.
    mutation_probability : float
        mu, in [0, 1]: the child does not take its parent's strategy.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds, or in a run where fitness is not above 0.

    References
    ----------
    Moran (1958) Math. Proc. Camb. Phil. Soc. 54:60, doi:10.1017/S0305004100033193.

    Examples
    --------
    >>> from coopgames.kernels.lockstep.payoffs import MatrixPayoffs
    >>> neutral = MatrixPayoffs(np.ones((3, 3)), population_size=6)
    >>> drift = MoranLockstep([[2, 2, 2]], neutral, mutation_probability=0.0)
    >>> drift.run(1000, 1)
    >>> int(drift.states.max())
    6
    """

    __slots__ = ("_births", "_counts", "_place")

    def __init__(
        self,
        counts: npt.ArrayLike,
        fitness: Payoffs,
        *,
        mutation_probability: float,
        mutation: npt.ArrayLike | None = None,
    ) -> None:
        super().__init__(counts, fitness, mutation_probability, mutation, rows=3)
        self._births = np.empty((fitness.strategies, self._replicates))
        self._place = np.empty(self._replicates)

    def _advance(self, t: int) -> None:
        births, place = self._births, self._place
        self._find(self._who[t], self._is_focal, self._focal)
        self._payoffs.prepare(self._sums)
        self._payoffs.everyone(births)
        _weigh(births, self._sums, self._size)
        for k in range(1, births.shape[0]):
            np.add(births[k], births[k - 1], out=births[k])
        np.multiply(self._uniforms[t, 2], births[-1], out=place)
        np.greater_equal(place, births[:-1], out=self._is_model)
        if self._mu:
            np.add.reduce(self._change, axis=0, out=self._model)
            self._mutate_at(t, self._model)
        self._switch(None)


def _weigh(fitness: Floats, sums: Integers, size: int) -> None:
    """Turn fitness into shares of births, not normalised, in place."""
    np.multiply(fitness, counts_of(sums, size), out=fitness)
    if not fitness.min() >= 0 or not fitness.sum(axis=0).min() > 0:
        raise CoopgamesError("fitness must be > 0 wherever somebody has the strategy")


class WrightFisherLockstep(Compositions):
    """Wright-Fisher process: a new generation of Z, each child of a parent drawn by fitness.

    Parameters
    ----------
    counts, fitness, mutation_probability, mutation
        As in `MoranLockstep`; a step is a generation.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds, or in a run where fitness is not above 0.

    References
    ----------
    Imhof & Nowak (2006) J. Math. Biol. 52:667, doi:10.1007/s00285-005-0369-8.

    Examples
    --------
    >>> from coopgames.kernels.lockstep.payoffs import MatrixPayoffs
    >>> neutral = MatrixPayoffs(np.ones((3, 3)), population_size=6)
    >>> drift = WrightFisherLockstep([[2, 2, 2]], neutral, mutation_probability=0.0)
    >>> drift.run(100, 1)
    >>> int(drift.states.max())
    6
    """

    __slots__ = ("_kernel", "_rng")

    def __init__(
        self,
        counts: npt.ArrayLike,
        fitness: Payoffs,
        *,
        mutation_probability: float,
        mutation: npt.ArrayLike | None = None,
    ) -> None:
        super().__init__(counts, fitness, mutation_probability, mutation)
        s = fitness.strategies
        self._kernel = (1 - self._mu) * np.eye(s) + self._mu * mutation_matrix(mutation, s)
        self._rng = np.random.default_rng(0)

    def _draw(self, steps: int, rng: np.random.Generator) -> None:  # noqa: ARG002
        self._rng = rng

    def _advance(self, t: int) -> None:  # noqa: ARG002
        births = np.empty((self._payoffs.strategies, self._replicates))
        self._payoffs.prepare(self._sums)
        self._payoffs.everyone(births)
        _weigh(births, self._sums, self._size)
        births /= births.sum(axis=0)
        children = self._rng.multinomial(self._size, births.T @ self._kernel)
        np.cumsum(children[:, :-1].T, axis=0, out=self._sums, dtype=self._sums.dtype)


class WrightFisherOfTwo(SideBySide):
    """Wright-Fisher process of two strategies, the number of the first looked up in a table.

    Parameters
    ----------
    start : array_like of int, shape (replicates,)
        How many use the first at the start, in 0 .. Z.
    share : array_like, shape (Z + 1,)
        Probability that a child uses the first where 0 .. Z of its parents' generation do.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds.

    Examples
    --------
    >>> drift = WrightFisherOfTwo([3, 3], np.arange(7) / 6)
    >>> drift.run(100, 1)
    >>> bool(np.isin(drift.states, [0, 6]).all())
    True
    """

    __slots__ = ("_at", "_rng", "_share")

    def __init__(self, start: npt.ArrayLike, share: npt.ArrayLike) -> None:
        chances, first = np.array(share, dtype=float), np.array(start, dtype=np.int64)
        if chances.ndim != 1 or not ((chances >= 0) & (chances <= 1)).all():
            raise CoopgamesError("share needs shape (Z + 1,) and entries in [0, 1]")
        if first.ndim != 1 or not first.size or first.min() < 0 or first.max() >= chances.size:
            raise CoopgamesError(
                f"start needs shape (replicates,) and entries in 0 .. {chances.size - 1}; "
                f"got {start!r}"
            )
        super().__init__(first.size)
        self._at, self._share = first, chances
        self._rng = np.random.default_rng(0)

    @property
    def states(self) -> npt.NDArray[np.int64]:
        """How many use the first, shape (replicates,)."""
        return self._at

    def _draw(self, steps: int, rng: np.random.Generator) -> None:  # noqa: ARG002
        self._rng = rng

    def _advance(self, t: int) -> None:  # noqa: ARG002
        self._at[:] = self._rng.binomial(self._share.size - 1, self._share[self._at])
