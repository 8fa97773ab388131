r"""Payoffs of s strategies in many populations at once, for populations advanced side by side.

A composition (n_1, ..., n_s) of Z individuals is held as its s - 1 partial sums
C_k = n_1 + ... + n_k, shape (s - 1, replicates). Three sources: a matrix of pairwise games,

    pi_f = (sum_k A[f, k] n_k - A[f, f]) / (Z - 1) = c_f + sum_{k < s} (A[f, k] - A[f, k + 1]) C_k,

a table over all compositions, looked up at the rank that `coopgames.kernels.simplex` gives them,

    C(Z + s - 1, s - 1) - 1 - sum_{k=1}^{s-1} C(Z - C_{s-k} + k - 1, k),

and any function of the counts. Nothing is carried from step to step, so nothing drifts.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ...errors import CoopgamesError

__all__ = [
    "FunctionPayoffs",
    "MatrixPayoffs",
    "Payoffs",
    "TablePayoffs",
    "counts_of",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]


def counts_of(sums: Integers, population_size: int) -> npt.NDArray[np.int64]:
    """Return the counts of the strategies, shape (s, replicates), from their partial sums.

    Examples
    --------
    >>> counts_of(np.array([[1], [3]]), 7).ravel()
    array([1, 2, 4])
    """
    out = np.empty((sums.shape[0] + 1, sums.shape[1]), dtype=np.int64)
    out[:-1] = sums
    out[-1] = population_size
    out[1:] -= sums
    return out


class Payoffs(Protocol):
    """Payoffs at the compositions last prepared."""

    strategies: int
    population_size: int

    def prepare(self, sums: Integers) -> None:
        """Take the partial sums, shape (s - 1, replicates), that the following calls are about."""

    def advantage(self, focal: Integers, model: Integers, out: Floats) -> None:
        """Write the payoff of ``model`` minus that of ``focal``, shape (replicates,)."""

    def of(self, strategy: Integers, out: Floats) -> None:
        """Write the payoff of one strategy per replicate, shape (replicates,)."""

    def everyone(self, out: Floats) -> None:
        """Write the payoffs of all strategies, shape (s, replicates)."""


class MatrixPayoffs:
    """Mean payoff of pairwise games with each of the other Z - 1.

    Parameters
    ----------
    matrix : array_like, shape (s, s)
        ``matrix[f, k]`` is what f earns against k; finite, s from 2 to 11. [payoff]
    population_size : int
        Z, at least 2.

    Examples
    --------
    >>> dove = MatrixPayoffs([[-1.0, 2.0], [0.0, 1.0]], population_size=3)
    >>> dove.prepare(np.array([[1]]))
    >>> out = np.empty((2, 1))
    >>> dove.everyone(out)
    >>> out.ravel()
    array([2. , 0.5])
    """

    __slots__ = (
        "_cell",
        "_const",
        "_difference",
        "_pair",
        "_slope",
        "_sums",
        "_term",
        "_versus",
        "population_size",
        "strategies",
    )

    def __init__(self, matrix: npt.ArrayLike, *, population_size: int) -> None:
        games = np.asarray(matrix, dtype=float)
        if games.ndim != 2 or games.shape[0] != games.shape[1] or not 2 <= games.shape[0] <= 11:
            raise CoopgamesError(f"matrix needs shape (s, s) with s in 2 .. 11; got {games.shape}")
        if not np.isfinite(games).all():
            raise CoopgamesError("matrix must be finite")
        self.population_size = count("population_size", population_size, 2)
        self.strategies = s = games.shape[0]
        games = games / (population_size - 1)
        self._const = games[:, -1] * population_size - np.diag(games)
        self._slope = np.ascontiguousarray((games[:, :-1] - games[:, 1:]).T)
        # The same for differences, by pair (focal, model) as focal * s + model.
        self._versus = (self._const[None, :] - self._const[:, None]).ravel()
        self._difference = (self._slope[:, None, :] - self._slope[:, :, None]).reshape(s - 1, -1)
        self._sums: Integers = np.zeros((s - 1, 0), dtype=np.int64)
        self._buffers(0)

    def _buffers(self, replicates: int) -> None:
        self._cell = np.empty(replicates, dtype=np.int64)
        self._pair = np.empty(replicates, dtype=np.int8)
        self._term = np.empty(replicates)

    def prepare(self, sums: Integers) -> None:
        """See `Payoffs`."""
        self._sums = sums
        if self._term.size != sums.shape[1]:
            self._buffers(sums.shape[1])

    def _evaluate(self, const: Floats, slope: Floats, out: Floats) -> None:
        const.take(self._cell, out=out, mode="clip")
        for row, partial in zip(slope, self._sums, strict=True):
            row.take(self._cell, out=self._term, mode="clip")
            np.multiply(self._term, partial, out=self._term)
            np.add(out, self._term, out=out)

    def advantage(self, focal: Integers, model: Integers, out: Floats) -> None:
        """See `Payoffs`."""
        # At most 11 * 11 - 1 = 120, which fits a byte.
        np.multiply(focal, self.strategies, out=self._pair, casting="unsafe")
        np.add(self._pair, model, out=self._pair, casting="unsafe")
        np.copyto(self._cell, self._pair)
        self._evaluate(self._versus, self._difference, out)

    def of(self, strategy: Integers, out: Floats) -> None:
        """See `Payoffs`."""
        np.copyto(self._cell, strategy)
        self._evaluate(self._const, self._slope, out)

    def everyone(self, out: Floats) -> None:
        """See `Payoffs`."""
        np.matmul(self._slope.T, self._sums, out=out)
        np.add(out, self._const[:, None], out=out)


class TablePayoffs:
    """Payoffs, or fitness, given at every composition.

    Parameters
    ----------
    table : array_like, shape (C(Z + s - 1, s - 1), s)
        By composition in the order of `coopgames.kernels.simplex.compositions`; finite, also where
        nobody has the strategy.
    population_size : int
        Z, at least 1.

    Examples
    --------
    >>> from coopgames.kernels.simplex import compositions
    >>> fitness = TablePayoffs(compositions(2, 3) + 1.0, population_size=2)
    >>> fitness.prepare(np.array([[1], [1]]))
    >>> out = np.empty(1)
    >>> fitness.of(np.array([0]), out)
    >>> out
    array([2.])
    """

    __slots__ = ("_cell", "_entry", "_part", "_ranks", "_table", "population_size", "strategies")

    def __init__(self, table: npt.ArrayLike, *, population_size: int) -> None:
        values = np.asarray(table, dtype=float)
        size = self.population_size = count("population_size", population_size)
        if values.ndim != 2 or values.shape[0] != comb(size + values.shape[1] - 1, size):
            raise CoopgamesError(
                "table needs a row for each composition and a column for each strategy; "
                f"got shape {values.shape} for population_size {size}"
            )
        if values.shape[1] < 2 or not np.isfinite(values).all():
            raise CoopgamesError("table must be finite, with at least two strategies")
        self.strategies = s = values.shape[1]
        self._table = np.ascontiguousarray(values).reshape(-1)
        # By partial sum; the first takes in what all have in common.
        self._ranks = -s * np.array(
            [[comb(size - c + k - 1, k) for c in range(size + 1)] for k in range(s - 1, 0, -1)],
            dtype=np.int64,
        )
        self._ranks[0] += s * (values.shape[0] - 1)
        self._buffers(0)

    def _buffers(self, replicates: int) -> None:
        self._cell, self._entry, self._part = np.empty((3, replicates), dtype=np.int64)

    def prepare(self, sums: Integers) -> None:
        """See `Payoffs`."""
        if self._cell.size != sums.shape[1]:
            self._buffers(sums.shape[1])
        self._ranks[0].take(sums[0], out=self._cell, mode="clip")
        for ranks, partial in zip(self._ranks[1:], sums[1:], strict=True):
            ranks.take(partial, out=self._part, mode="clip")
            np.add(self._cell, self._part, out=self._cell)

    def of(self, strategy: Integers, out: Floats) -> None:
        """See `Payoffs`."""
        np.add(self._cell, strategy, out=self._entry)
        self._table.take(self._entry, out=out, mode="clip")

    def advantage(self, focal: Integers, model: Integers, out: Floats) -> None:
        """See `Payoffs`."""
        self.of(model, out)
        np.add(self._cell, focal, out=self._entry)
        np.subtract(out, self._table.take(self._entry, mode="clip"), out=out)

    def everyone(self, out: Floats) -> None:
        """See `Payoffs`."""
        for k, row in enumerate(out):
            np.add(self._cell, k, out=self._entry)
            self._table.take(self._entry, out=row, mode="clip")


class FunctionPayoffs:
    """Payoffs, or fitness, computed from the counts at every step.

    Parameters
    ----------
    function : callable
        Turns counts, shape (s, replicates), into payoffs of that shape; finite.
    strategies : int
        s, at least 2.
    population_size : int
        Z, at least 1.

    Examples
    --------
    >>> crowd = FunctionPayoffs(lambda counts: 1.0 / (1 + counts), strategies=2, population_size=4)
    >>> crowd.prepare(np.array([[3]]))
    >>> out = np.empty(1)
    >>> crowd.of(np.array([0]), out)
    >>> out
    array([0.25])
    """

    __slots__ = ("_function", "_values", "population_size", "strategies")

    def __init__(
        self,
        function: Callable[[npt.NDArray[np.int64]], Floats],
        *,
        strategies: int,
        population_size: int,
    ) -> None:
        self._function = function
        self._values = np.empty((0, 0))
        self.strategies = count("strategies", strategies, 2)
        self.population_size = count("population_size", population_size)

    def prepare(self, sums: Integers) -> None:
        """See `Payoffs`."""
        self._values = np.asarray(self._function(counts_of(sums, self.population_size)))

    def of(self, strategy: Integers, out: Floats) -> None:
        """See `Payoffs`."""
        out[:] = self._values[strategy, np.arange(out.size)]

    def advantage(self, focal: Integers, model: Integers, out: Floats) -> None:
        """See `Payoffs`."""
        everybody = np.arange(out.size)
        np.subtract(self._values[model, everybody], self._values[focal, everybody], out=out)

    def everyone(self, out: Floats) -> None:
        """See `Payoffs`."""
        out[:] = self._values
