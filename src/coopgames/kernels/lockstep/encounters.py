r"""Counts of s strategies in many populations at once, and how one individual switches.

A replicate is held as the partial sums C_k = n_1 + ... + n_k of its counts. Individuals stand in
the order of their strategies, so the one at place x = 0 .. Z - 1 uses strategy

    f = #{k : x >= C_k},

and where f takes up m each C_k changes by [f > k] - [m > k]: the comparisons that found f and m
are also the change. All of it works on bytes and short integers, many at a time. Where mutation
comes in, it takes the place of the role model.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import count, probability
from ...errors import CoopgamesError
from .payoffs import Payoffs, counts_of
from .reductions import SideBySide
from .streams import Uniforms

__all__ = ["Compositions", "Encounters", "mutation_matrix"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]

#: Largest population in which one uniform finds two individuals and a mutant's strategy.
_LARGEST = 1 << 20


def mutation_matrix(matrix: npt.ArrayLike | None, strategies: int) -> Floats:
    """Return where mutants go: the matrix given, or to each other strategy alike.

    Parameters
    ----------
    matrix : array_like or None, shape (s, s)
        ``matrix[f, m]`` is the probability that a mutant of f has m; rows sum to 1.
    strategies : int
        s, at least 2.

    Returns
    -------
    array, shape (s, s)

    Raises
    ------
    CoopgamesError
        If an entry is negative or a row does not sum to 1.

    Examples
    --------
    >>> mutation_matrix(None, 3)
    array([[0. , 0.5, 0.5],
           [0.5, 0. , 0.5],
           [0.5, 0.5, 0. ]])
    """
    s = count("strategies", strategies, 2)
    if matrix is None:
        return np.asarray((1.0 - np.eye(s)) / (s - 1))
    out = np.asarray(matrix, dtype=float)
    if out.shape != (s, s) or not (out >= 0).all() or np.abs(out.sum(axis=1) - 1).max() > 1e-9:
        raise CoopgamesError(
            f"mutation needs shape ({s}, {s}), entries >= 0 and rows that sum to 1; got {matrix!r}"
        )
    return np.asarray(out / out.sum(axis=1, keepdims=True))


class Compositions(SideBySide):
    """Counts as partial sums, and what one step does to them."""

    __slots__ = (
        "_above",
        "_change",
        "_destination",
        "_focal",
        "_higher",
        "_is_focal",
        "_is_model",
        "_model",
        "_mu",
        "_payoffs",
        "_size",
        "_sums",
    )

    def __init__(
        self,
        counts: npt.ArrayLike,
        payoffs: Payoffs,
        mutation_probability: float,
        mutation: npt.ArrayLike | None,
    ) -> None:
        start = np.asarray(counts)
        size, s = payoffs.population_size, payoffs.strategies
        if start.ndim != 2 or start.shape[0] == 0 or start.shape[1] != s:
            raise CoopgamesError(f"counts needs shape (replicates, {s}); got {start.shape}")
        if start.dtype.kind not in "iu" or start.min() < 0 or (start.sum(axis=1) != size).any():
            raise CoopgamesError(f"counts must be integers >= 0 with rows that sum to {size}")
        super().__init__(start.shape[0])
        self._payoffs, self._size = payoffs, size
        self._mu = probability("mutation_probability", mutation_probability)
        # A mutant's strategy is the number of cumulated entries that its coin reaches.
        self._destination = np.cumsum(mutation_matrix(mutation, s), axis=1)[:, :-1]
        short: Any = np.int16 if size <= np.iinfo(np.int16).max else np.int64
        self._sums = np.ascontiguousarray(np.cumsum(start, axis=1).T[:-1], dtype=short)
        replicates = start.shape[0]
        self._is_focal, self._is_model = np.empty((2, s - 1, replicates), dtype=np.bool_)
        self._change = self._is_model.view(np.int8)
        self._focal, self._model = np.empty((2, replicates), dtype=np.int8)
        #: Column m tells for each k whether m > k.
        self._higher = np.arange(s)[None, :] > np.arange(s - 1)[:, None]
        self._above = np.empty(replicates, dtype=np.bool_)

    @property
    def states(self) -> npt.NDArray[np.int64]:
        """Counts, shape (replicates, s)."""
        return counts_of(self._sums, self._size).T

    def _find(self, place: Integers, above: npt.NDArray[np.bool_], out: Integers) -> None:
        np.greater_equal(place, self._sums, out=above)
        np.add.reduce(above.view(np.int8), axis=0, out=out)

    def _mutate(self, who: Integers, coin: Floats, parents: Integers) -> None:
        """Put mutants of the parents in the place of the role models of replicates ``who``."""
        new = (coin[:, None] >= self._destination[parents[who]]).sum(axis=1)
        self._is_model[:, who] = self._higher[:, new]

    def _switch(self, where: npt.NDArray[np.bool_] | None) -> None:
        """Let the focal individuals take up the model's strategy, all or those named."""
        np.subtract(self._is_focal.view(np.int8), self._change, out=self._change)
        if where is not None:
            np.multiply(self._change, where.view(np.int8), out=self._change)
        np.add(self._sums, self._change, out=self._sums)


class Encounters(Compositions):
    """One individual revises at a time; ``_uniforms`` has ``_rows`` rows per step.

    The first finds the focal individual and, by what is left of it, the role model and mutants'
    strategies; the second is the coin of mutation and imitation, with all its 53 bits. Individuals
    take 2 log2 Z of the first's, so Z is bounded to leave 13 bits for where mutants go.
    """

    __slots__ = ("_left", "_mutants", "_uniforms", "_when", "_who")

    def __init__(
        self,
        counts: npt.ArrayLike,
        payoffs: Payoffs,
        mutation_probability: float,
        mutation: npt.ArrayLike | None,
        rows: int,
    ) -> None:
        super().__init__(counts, payoffs, mutation_probability, mutation)
        if self._size > _LARGEST:
            raise CoopgamesError(f"population_size must be <= {_LARGEST}; got {self._size}")
        replicates = self._replicates
        self._chunk = max(1, self._chunk // rows)
        self._uniforms = np.empty((self._chunk, rows, replicates))
        self._left = np.empty((self._chunk, replicates))
        self._who = np.empty((self._chunk, replicates), dtype=self._sums.dtype)
        self._mutants = self._when = np.empty(0, dtype=np.int64)

    def _split(self, steps: int, pool: int, out: Integers) -> None:
        """Turn what is left of a uniform into a place in 0 .. pool - 1 and what is left then."""
        left = self._left[:steps]
        np.multiply(left, pool, out=left)
        np.copyto(out, left, casting="unsafe")
        np.subtract(left, out, out=left)

    def _draw(self, steps: int, rng: Uniforms) -> None:
        rng.random(out=self._uniforms[:steps])
        np.copyto(self._left[:steps], self._uniforms[:steps, 0])
        self._split(steps, self._size, self._who[:steps])
        if self._mu:
            mutants = np.flatnonzero(self._uniforms[:steps, 1] < self._mu)
            self._when = np.searchsorted(mutants, np.arange(steps + 1) * self._replicates)
            self._mutants = mutants % self._replicates

    def _mutate_at(self, t: int, parents: Integers) -> None:
        if self._mu:
            who = self._mutants[self._when[t] : self._when[t + 1]]
            if who.size:
                self._mutate(who, self._left[t, who], parents)
