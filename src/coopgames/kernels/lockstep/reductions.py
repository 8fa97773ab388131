r"""What is kept of many replicates that are advanced side by side: reductions without a history.

`SideBySide` is the loop; it hands what can be seen after every ``every``-th step to the reductions
given, which add it up. With n records x_i of mean m in B blocks of b and block means m_1 .. m_B,

    effective sample size = n s**2 / (b s_B**2),

where s**2 is the variance of the records and s_B**2 that of the block means: b s_B**2 / n is the
variance of m, provided blocks are longer than the memory of the process. Last axis: replicate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..._checks import count
from .streams import Streams, source_of

__all__ = [
    "CHUNK",
    "BatchMeans",
    "Histogram",
    "HittingTimes",
    "Reduction",
    "SideBySide",
    "Trajectory",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]

#: Most steps whose random numbers are prepared at once.
CHUNK = 64
#: Random numbers of one kind prepared at once; the buffers then stay in the processor's cache.
_PREPARED = 1 << 16


class Reduction(Protocol):
    """What `SideBySide.run` reports to."""

    def record(self, step: int, states: Integers) -> None:
        """Take in the states after ``step`` steps; they are overwritten afterwards."""


class SideBySide(ABC):
    """Replicates of a process, advanced one step at a time, all together.

    Random numbers are drawn step by step, so that a run in two parts is the run in one.
    """

    __slots__ = ("_chunk", "_replicates", "_step")

    def __init__(self, replicates: int) -> None:
        self._replicates = replicates
        self._step = 0
        self._chunk = max(1, min(CHUNK, _PREPARED // max(replicates, 1)))

    @property
    def step(self) -> int:
        """Steps done since the start."""
        return self._step

    @property
    @abstractmethod
    def states(self) -> Integers:
        """What reductions see, with replicates on the first axis; overwritten by the next step."""

    @abstractmethod
    def _draw(self, steps: int, rng: Any) -> None:
        """Prepare the random numbers of the next ``steps`` steps."""

    @abstractmethod
    def _advance(self, t: int) -> None:
        """Take step ``t`` of those prepared."""

    def run(
        self,
        steps: int,
        rng: Streams | np.random.Generator | int | None = None,
        *,
        reductions: Sequence[Reduction] = (),
        every: int = 1,
    ) -> None:
        """Advance all replicates.

        Parameters
        ----------
        steps : int
            At least 0.
        rng : Generator, Streams, int or None
            Source of all randomness; `coopgames.kernels.lockstep.streams.Streams` only where
            nothing but uniforms is drawn.
        reductions : sequence of Reduction
            What is told the states.
        every : int
            They are told after steps that are multiples of it, counted from the start, at least 1.

        Raises
        ------
        CoopgamesError
            If ``steps`` is below 0 or ``every`` below 1.
        """
        source = source_of(rng)
        left, every = count("steps", steps, 0), count("every", every)
        while left:
            now = min(left, self._chunk)
            self._draw(now, source)
            for t in range(now):
                self._advance(t)
                self._step += 1
                if reductions and self._step % every == 0:
                    states = self.states
                    for reduction in reductions:
                        reduction.record(self._step, states)
            left -= now

    def run_until(
        self,
        hitting: HittingTimes,
        rng: Streams | np.random.Generator | int | None = None,
        *,
        at_most: int,
        leave: int = 0,
        reductions: Sequence[Reduction] = (),
    ) -> bool:
        """Advance until all replicates, or all but a few, have reached what ``hitting`` waits for.

        All replicates go on until then, in whole chunks of at most `CHUNK` steps.

        Parameters
        ----------
        hitting : HittingTimes
            Told of every state, the present one included.
        rng : Generator, Streams, int or None
            Source of all randomness; `coopgames.kernels.lockstep.streams.Streams` only where
            nothing but uniforms is drawn.
        at_most : int
            Steps after which it gives up, at least 0.
        leave : int
            How many need not be there, at least 0.
        reductions : sequence of Reduction
            Told of every state after the present one.

        Returns
        -------
        bool
            Whether all have reached it.
        """
        source = source_of(rng)
        left, leave = count("at_most", at_most, 0), count("leave", leave, 0)
        hitting.record(self._step, self.states)
        while left and hitting.waiting > leave:
            now = min(left, self._chunk)
            self.run(now, source, reductions=(hitting, *reductions))
            left -= now
        return not hitting.waiting


class Histogram:
    """How often each state 0 .. ``levels`` - 1 was seen, all replicates together or each by itself.

    Parameters
    ----------
    levels : int
        Number of states, at least 1.
    replicates : int, optional
        If given, each replicate has its own row.

    Examples
    --------
    >>> seen = Histogram(3)
    >>> seen.record(1, np.array([0, 2, 2]))
    >>> seen.counts
    array([1, 0, 2])
    """

    __slots__ = ("_base", "counts")

    def __init__(self, levels: int, replicates: int | None = None) -> None:
        levels = count("levels", levels)
        #: Counts, shape (levels,) or (replicates, levels).
        self.counts: npt.NDArray[np.int64]
        if replicates is None:
            self._base = None
            self.counts = np.zeros(levels, dtype=np.int64)
        else:
            self._base = np.arange(count("replicates", replicates), dtype=np.int64) * levels
            self.counts = np.zeros((replicates, levels), dtype=np.int64)

    def record(self, step: int, states: Integers) -> None:  # noqa: ARG002
        """Count the states, shape (replicates,)."""
        if self._base is None:
            self.counts += np.bincount(states, minlength=self.counts.size)
        else:
            self.counts.reshape(-1)[self._base + states] += 1


class BatchMeans:
    """Running mean and second moment of a statistic by replicate, and the means of its blocks.

    Parameters
    ----------
    replicates : int
        At least 1.
    block : int
        Records per block, at least 1.
    statistic : callable, optional
        Turns the states into an array of shape (replicates,); the states themselves if left out.

    Examples
    --------
    >>> kept = BatchMeans(1, block=2)
    >>> for step, state in enumerate([0, 0, 1, 1]):
    ...     kept.record(step, np.array([state]))
    >>> kept.mean, kept.variance, kept.effective_size
    (array([0.5]), array([0.33333333]), array([1.33333333]))
    """

    __slots__ = (
        "_block",
        "_blocks",
        "_in_block",
        "_of_blocks",
        "_records",
        "_shift",
        "_squares",
        "_statistic",
        "_sums",
    )

    def __init__(
        self,
        replicates: int,
        *,
        block: int,
        statistic: Callable[[Integers], npt.NDArray[Any]] | None = None,
    ) -> None:
        replicates, self._block = count("replicates", replicates), count("block", block)
        self._statistic = statistic
        self._records = self._blocks = 0
        # Moments are taken about the first record, so that squares don't cancel.
        self._shift, self._sums, self._squares, self._in_block = np.zeros((4, replicates))
        self._of_blocks = np.zeros((2, replicates))

    def record(self, step: int, states: Integers) -> None:  # noqa: ARG002
        """Add one record per replicate."""
        value = np.asarray(self._statistic(states) if self._statistic else states, dtype=float)
        if not self._records:
            self._shift[:] = value
        value = value - self._shift
        self._records += 1
        self._sums += value
        self._in_block += value
        np.multiply(value, value, out=value)
        self._squares += value
        if self._records % self._block == 0:
            self._blocks += 1
            self._in_block /= self._block
            self._of_blocks[0] += self._in_block
            self._of_blocks[1] += self._in_block**2
            self._in_block[:] = 0.0

    @property
    def records(self) -> int:
        """Number of records per replicate."""
        return self._records

    @property
    def mean(self) -> Floats:
        """Mean of the records, shape (replicates,); NaN without any."""
        return self._shift + self._sums / (self._records or np.nan)

    @property
    def second_moment(self) -> Floats:
        """Mean of the squares of the records, shape (replicates,); NaN without any."""
        records = self._records or np.nan
        return self._squares / records + self._shift * (self._shift + 2 * self._sums / records)

    @property
    def variance(self) -> Floats:
        """Variance of the records, divisor n - 1; NaN below two records."""
        return _variance(self._sums, self._squares, self._records)

    @property
    def standard_error(self) -> Floats:
        """Standard error of `mean` from the block means; NaN below two full blocks."""
        spread = _variance(self._of_blocks[0], self._of_blocks[1], self._blocks)
        return np.asarray(np.sqrt(spread * self._block / (self._records or np.nan)))

    @property
    def effective_size(self) -> Floats:
        """Independent records worth as much; NaN below two full blocks or where nothing varied."""
        error = self.standard_error**2
        return np.asarray(self.variance / np.where(error > 0, error, np.nan))


def _variance(sums: Floats, squares: Floats, records: int) -> Floats:
    if records < 2:
        return np.full_like(sums, np.nan)
    return np.asarray(np.maximum(squares - sums**2 / records, 0.0) / (records - 1))


class HittingTimes:
    """First step at which each replicate is where one waits for it.

    Parameters
    ----------
    replicates : int
        At least 1.
    reached : callable
        Turns the states into a bool array of shape (replicates,).

    Examples
    --------
    >>> top = HittingTimes(2, lambda states: states == 3)
    >>> top.record(5, np.array([3, 1]))
    >>> top.times, top.waiting
    (array([ 5., nan]), 1)
    """

    __slots__ = ("_open", "_reached", "times", "waiting")

    def __init__(
        self, replicates: int, reached: Callable[[Integers], npt.NDArray[np.bool_]]
    ) -> None:
        #: Steps, shape (replicates,); NaN where it has not happened.
        self.times = np.full(count("replicates", replicates), np.nan)
        #: Replicates that are not there yet.
        self.waiting = replicates
        self._open = np.ones(replicates, dtype=np.bool_)
        self._reached = reached

    def record(self, step: int, states: Integers) -> None:
        """Note who has arrived."""
        if self.waiting:
            arrived = self._reached(states) & self._open
            if arrived.any():
                self.times[arrived] = step
                self._open ^= arrived
                self.waiting = int(self._open.sum())


class Trajectory:
    """A copy of the states at each record.

    Parameters
    ----------
    wanted : int, optional
        How many of the first replicates are kept; all if left out.

    Examples
    --------
    >>> path = Trajectory()
    >>> path.record(10, np.array([1, 2]))
    >>> path.steps, path.states
    ([10], [array([1, 2])])
    """

    __slots__ = ("_wanted", "states", "steps")

    def __init__(self, wanted: int | None = None) -> None:
        self._wanted = wanted
        #: Steps of the records.
        self.steps: list[int] = []
        #: States at them, shape (replicates, ...) each.
        self.states: list[Integers] = []

    def record(self, step: int, states: Integers) -> None:
        """Keep a copy."""
        self.steps.append(step)
        self.states.append(np.array(states[: self._wanted]))
