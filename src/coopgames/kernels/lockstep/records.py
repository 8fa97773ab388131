r"""Reductions of strategy counts: moments by replicate, and bands over replicates at moments.

Counts come with replicates on the first axis, as `SideBySide` reports them: shape (replicates, s),
or (replicates,) for the first of two strategies, whose second has the rest of Z. Nothing grows
with the length of a run but the rows of the bands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ...errors import CoopgamesError
from .reductions import Reduction

__all__ = ["Bands", "Moments", "Thinned", "as_counts"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
States = npt.NDArray[np.integer[Any]]


def as_counts(states: States, population_size: int) -> Integers:
    """Return counts of shape (replicates, s), also where only the first of two was given.

    Examples
    --------
    >>> as_counts(np.array([3, 1]), 4)
    array([[3, 1],
           [1, 3]])
    """
    if states.ndim == 1:
        first = states.astype(np.int64)
        return np.stack([first, population_size - first], axis=1)
    return states.astype(np.int64, copy=False)


class Moments:
    """Sums and sums of squares of counts and of statistics of them, by replicate.

    Parameters
    ----------
    replicates, strategies, population_size : int
        At least 1.
    statistics : sequence of callable
        Each turns counts, shape (rows, s), into numbers, shape (rows,).
    at_once : int, optional
        Most rows that a statistic gets; all if left out. What it returns for a row may depend, in
        the last digits, on how many rows stand beside it.

    Examples
    --------
    >>> kept = Moments(2, 2, 4)
    >>> kept.record(4, np.array([3, 1]))
    >>> kept.record(8, np.array([1, 1]))
    >>> kept.sums
    array([[4., 4.],
           [2., 6.]])
    """

    __slots__ = ("_at_once", "_of_counts", "_size", "_statistics", "of_statistics", "records")

    def __init__(
        self,
        replicates: int,
        strategies: int,
        population_size: int,
        statistics: Sequence[Callable[[Integers], npt.ArrayLike]] = (),
        at_once: int | None = None,
    ) -> None:
        self._size = count("population_size", population_size)
        self._statistics = tuple(statistics)
        self._at_once = count("at_once", replicates if at_once is None else at_once)
        # Replicates last, as kernels hold them.
        self._of_counts = np.zeros(
            (2, count("strategies", strategies), count("replicates", replicates))
        )
        #: Sums and sums of squares of the statistics, shape (2, replicates, statistics).
        self.of_statistics = np.zeros((2, replicates, len(self._statistics)))
        #: Number of records.
        self.records = 0

    def record(self, step: int, states: States) -> None:  # noqa: ARG002
        """Add the counts of one moment."""
        given = np.atleast_2d(states.T).astype(np.int64, copy=False)
        sums, squares = self._of_counts[:, : given.shape[0]]
        sums += given
        squares += given * given
        self.records += 1
        if self._statistics:
            for begin in range(0, states.shape[0], self._at_once):
                rows = slice(begin, begin + self._at_once)
                self._record_statistics(rows, as_counts(states[rows], self._size))

    def _record_statistics(self, rows: slice, counts: Integers) -> None:
        for k, statistic in enumerate(self._statistics):
            values = np.asarray(statistic(counts), dtype=float)
            if values.shape != (counts.shape[0],):
                raise CoopgamesError(
                    f"a statistic must return shape ({counts.shape[0]},), one number per row "
                    f"of counts; got {values.shape}"
                )
            self.of_statistics[0, rows, k] += values
            self.of_statistics[1, rows, k] += values * values

    @property
    def sums(self) -> Floats:
        """Sums of counts, shape (replicates, s)."""
        return np.ascontiguousarray(self._complete()[0].T)

    @property
    def squares(self) -> Floats:
        """Sums of squared counts, shape (replicates, s)."""
        return np.ascontiguousarray(self._complete()[1].T)

    def _complete(self) -> Floats:
        """Return both sums with the second of two strategies filled in: it has the rest of Z."""
        out = self._of_counts
        if out.shape[1] == 2:
            first, size = out[:, 0], self._size
            out[0, 1] = self.records * size - first[0]
            out[1, 1] = self.records * size**2 - 2 * size * first[0] + first[1]
        return out


class Bands:
    """How counts are spread over replicates at each record, in a histogram per strategy.

    Parameters
    ----------
    wanted : int
        The first replicates are kept, at least 1.
    records : int
        Most records, at least 1.
    strategies, population_size : int
        At least 1.

    Examples
    --------
    >>> kept = Bands(3, 1, 2, 4)
    >>> kept.record(4, np.array([3, 1, 1]))
    >>> kept.steps, kept.seen[0].tolist()
    ([4], [[0, 2, 0, 1, 0], [0, 1, 0, 2, 0]])
    """

    __slots__ = ("_offset", "_size", "_wanted", "seen", "steps")

    def __init__(self, wanted: int, records: int, strategies: int, population_size: int) -> None:
        self._wanted, self._size = (
            count("wanted", wanted),
            count("population_size", population_size),
        )
        levels = population_size + 1
        self._offset = np.arange(count("strategies", strategies)) * levels
        #: Steps of the records.
        self.steps: list[int] = []
        #: Replicates by record, strategy and count, shape (records, s, Z + 1).
        self.seen = np.zeros((count("records", records), strategies, levels), dtype=np.int32)

    def record(self, step: int, states: States) -> None:
        """Count the replicates at each number of followers."""
        at = as_counts(states[: self._wanted], self._size) + self._offset
        row = self.seen[len(self.steps)]
        row += np.bincount(at.ravel(), minlength=row.size).reshape(row.shape).astype(np.int32)
        self.steps.append(step)


class Thinned:
    """Another reduction, told only of steps that are multiples of a number.

    Examples
    --------
    >>> from coopgames.kernels.lockstep.reductions import Trajectory
    >>> path = Trajectory()
    >>> sparse = Thinned(path, 10)
    >>> sparse.record(5, np.array([1]))
    >>> sparse.record(10, np.array([2]))
    >>> path.steps
    [10]
    """

    __slots__ = ("_every", "_reduction")

    def __init__(self, reduction: Reduction, every: int) -> None:
        self._reduction, self._every = reduction, count("every", every)

    def record(self, step: int, states: States) -> None:
        """Pass the states on, or not."""
        if step % self._every == 0:
            self._reduction.record(step, states)
