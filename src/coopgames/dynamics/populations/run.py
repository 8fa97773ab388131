r"""How a population is simulated: groups of blocks, from one look at the errors to the next.

With a half-width asked for a run goes on at fixed points only: the record of every replicate is
doubled up to eight times the length asked for, and then the number of replicates; between, it is
looked whether the intervals are narrow enough. What is drawn depends on these points and on
nothing else, and streams are those of a cell and block of replicates (decision 0004). Blocks that
advance side by side in one kernel share the cost of its calls, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._random import BLOCK
from ...errors import BudgetError
from ...games import SymmetricGame
from ...kernels.lockstep.records import Bands, Moments, Thinned, as_counts
from ...kernels.lockstep.reductions import Reduction, Trajectory
from ...kernels.lockstep.streams import Streams
from ..processes.every import FiniteProcess
from ..progress import progress_bar
from .lockstep_kernel import draws_uniforms_only, lockstep_kernel
from .record import half_width_of

__all__ = ["Plan", "Run", "Statistic", "Tick", "starts"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Statistic = Callable[[Integers], npt.ArrayLike]

#: How many times the length asked for a record may become before replicates are added.
LONGEST = 8
#: Fewer replicates are warned of where the interval decides when to stop (our assumption).
FEW = 512
#: Most blocks side by side: with more a step and replicate costs no less.
TOGETHER = 10
#: Entries of histograms or paths that are kept, of eight bytes each.
LARGEST_RECORD = 30_000_000


def starts(
    first: Integers | None, strategies: int, size: int, generator: np.random.Generator
) -> Integers:
    """Return the counts of a block at the start: those given, or everybody at random."""
    if first is not None:
        return np.broadcast_to(first, (BLOCK, strategies)).copy()
    even = np.full(strategies, 1.0 / strategies)
    return np.asarray(generator.multinomial(size, even, size=BLOCK), dtype=np.int64)


class Tick:
    """A reduction that moves the bar at each record, by the number of blocks."""

    def __init__(self, bar: Any, blocks: int) -> None:
        self._bar, self._blocks = bar, blocks

    def record(self, step: int, states: npt.NDArray[Any]) -> None:  # noqa: ARG002
        """Move it."""
        self._bar.update(self._blocks)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What is run, checked.

    ``at_most`` is in recorded generations of all replicates; ``record_every`` is None where no
    path is kept.
    """

    game: SymmetricGame
    process: FiniteProcess
    generations: int
    burn_in: int
    replicates: int
    start: Integers | None
    half_width: float | None
    at_most: int
    statistics: tuple[Statistic, ...]
    record_every: int | None
    keep_paths: bool

    def __post_init__(self) -> None:
        size, s = self.process.individuals, self.game.size
        cells = self.records * s * (size + 1)
        if self.keep_paths:
            cells = max(cells, self.records * s * self.replicates)
        if cells > LARGEST_RECORD:
            raise BudgetError(
                f"{self.records:,} records of {s} strategies among {size:,} need {cells:.3g} "
                f"entries, more than {LARGEST_RECORD:,}; take a larger record_every"
            )

    @property
    def records(self) -> int:
        """Moments of the path, the start included."""
        if self.record_every is None:
            return 0
        return (self.burn_in + self.generations) // self.record_every + 1


@dataclass(slots=True, eq=False)
class _Group:
    """Blocks side by side, and what was recorded of them, segment by segment."""

    kernel: Any
    source: Streams | np.random.Generator
    blocks: int
    path: Trajectory
    segments: list[Moments] = field(default_factory=list)
    finals: list[Integers] = field(default_factory=list)


class Run:
    """Groups of blocks of replicates, advanced from one look at the intervals to the next.

    Parameters
    ----------
    plan : Plan
    streams : iterator of (Generator, int)
        One per block, as `coopgames._random.blocks` yields them.
    progress : bool
        Whether to draw a bar.

    Attributes
    ----------
    lengths : list of int
        Generations of each segment of the record; the last one is half of all.
    replicates : int
    notes : list of str
        What is special.
    """

    def __init__(
        self,
        plan: Plan,
        streams: Iterator[tuple[np.random.Generator, int]],
        *,
        progress: bool = False,
    ) -> None:
        self.plan = plan
        self.notes: list[str] = []
        half = plan.generations // 2
        self.lengths = [half, plan.generations - half]
        self.replicates = plan.replicates
        self._streams, self._progress = streams, progress
        self._bar: Any = None
        self._every = plan.process.steps_per_generation
        self._kernel_of = lockstep_kernel(plan.game, plan.process)
        self._together = TOGETHER if draws_uniforms_only(plan.process) else 1
        self._groups: list[_Group] = []
        #: Segments and replicates at the last look.
        self._looked: tuple[int, int] | None = None
        size, s = plan.process.individuals, plan.game.size
        #: Replicates by moment, strategy and count, and the moments in steps.
        self._seen = np.zeros((plan.records, s, size + 1), dtype=np.int64)
        self._steps: list[int] = []

    def go(self) -> None:
        """Run until the intervals are narrow enough, the work is done, or Ctrl-C.

        Raises
        ------
        KeyboardInterrupt
            If interrupted before the first group is complete.
        """
        total = (self.plan.burn_in + self.plan.generations) * -(-self.replicates // BLOCK)
        self._bar = progress_bar(self._progress, total, "generation")
        try:
            while True:
                self._fill()
                self._looked = len(self.lengths), self.replicates
                if self._narrow() or not self._more():
                    break
        except KeyboardInterrupt:
            if not self._take_back():
                raise
        finally:
            if self._bar is not None:
                self._bar.close()

    # --- what came out -----------------------------------------------------------------------

    def halves(self) -> Floats:
        """Return mean counts and statistics by half of the record, (2, replicates, s + k)."""
        last, length = len(self.lengths) - 1, sum(self.lengths)
        out = np.stack([self.sums(0, last)[0], self.sums(last)[0]])
        out[0] /= length - self.lengths[-1]
        out[1] /= self.lengths[-1]
        return out

    def sums(self, first: int = 0, end: int | None = None) -> Floats:
        """Return sums and sums of squares over segments, (2, replicates, s + k)."""
        parts = []
        for group in self._groups:
            chosen = group.segments[first:end]
            counts = sum(np.stack([part.sums, part.squares]) for part in chosen)
            others = sum(part.of_statistics for part in chosen)
            parts.append(np.concatenate([counts, others], axis=2))
        return np.asarray(np.concatenate(parts, axis=1)[:, : self.replicates])

    def final(self) -> Integers:
        """Return counts at the end, (replicates, s)."""
        return np.concatenate([group.finals[-1] for group in self._groups])[: self.replicates]

    def path(self, levels: tuple[float, ...]) -> dict[str, Any]:
        """Return times, mean, quantiles and paths as `SimulatedPopulation` has them."""
        plan, size = self.plan, self.plan.process.individuals
        times = np.array(self._steps, dtype=np.int64) // self._every
        if not self.plan.records:
            empty = np.zeros((0, plan.game.size))
            band = np.zeros((len(levels), *empty.shape))
            return {"times": times, "mean_path": empty, "band": band, "paths": None}
        number = self._seen[0, 0].sum()
        mean = self._seen @ np.arange(size + 1) / (number * size)
        below = np.cumsum(self._seen, axis=2)
        needed = [max(1, int(np.ceil(level * number - 1e-9))) for level in levels]
        band = np.array([np.argmax(below >= least, axis=2) for least in needed]) / size
        paths = None
        if plan.keep_paths:
            each = [
                as_counts(np.concatenate(states), size)
                for states in zip(
                    *(group.path.states for group in self._groups if group.path.states), strict=True
                )
            ]
            paths = np.array(each)
        return {"times": times, "mean_path": mean, "band": band, "paths": paths}

    # --- from one look to the next ------------------------------------------------------------

    def _narrow(self) -> bool:
        """Return whether nothing more is asked for; note it where an interval was."""
        target = self.plan.half_width
        if target is None:
            return True
        s, size = self.plan.game.size, self.plan.process.individuals
        means = self.sums()[0, :, :s] / (sum(self.lengths) * size)
        error = means.std(axis=0, ddof=1) / np.sqrt(self.replicates)
        widest = int(np.argmax(error))
        width = half_width_of(float(error[widest]), self.replicates)
        done = f"{sum(self.lengths):,} generations of {self.replicates:,} replicates"
        reached = width <= target
        if reached:
            self.notes.append(f"interval reached: half-width {width:.2g} after {done}")
            if self.replicates < FEW:
                self.notes.append(
                    f"so few replicates stop too early where they look precise by chance: the "
                    f"interval may cover less than 95 %; up to {BLOCK:,} cost nothing more"
                )
        elif not self._affordable():
            self.notes.append(
                f"interval not reached: half-width {width:.2g} of the share of "
                f"{self.plan.game.strategies[widest]} after {done}, {target:.2g} asked; raise "
                "at_most"
            )
        return reached

    def _next(self) -> tuple[int, int]:
        """Return the length of the record and the number of replicates at the next look."""
        length = sum(self.lengths)
        if self._grows():
            return 2 * length, self.replicates
        replicates = 2 * self.replicates
        return length, replicates if replicates <= BLOCK else -(-replicates // BLOCK) * BLOCK

    def _grows(self) -> bool:
        """Return whether the record may still become longer."""
        wanted = self.plan.half_width is not None
        return wanted and 2 * sum(self.lengths) <= LONGEST * self.plan.generations

    def _affordable(self) -> bool:
        length, replicates = self._next()
        return length * replicates <= self.plan.at_most

    def _more(self) -> bool:
        """Plan the next part, if the work allowed suffices."""
        if not self._affordable():
            return False
        length, self.replicates = self._next()
        if length > sum(self.lengths):
            self.lengths.append(length - sum(self.lengths))
        return True

    def _take_back(self) -> bool:
        """After Ctrl-C, keep what is complete; return whether that is anything."""
        asked, total = self.replicates, len(self.lengths)
        complete = sum(group.blocks for group in self._groups if len(group.segments) == total)
        self.replicates = min(asked, complete * BLOCK)
        if self._looked is not None and self._looked[0] < total:
            # Some groups are longer than others by now: all go back to the last look.
            total, self.replicates = self._looked
            del self.lengths[total:]
        while self._started() > -(-self.replicates // BLOCK):
            self._groups.pop()
        for group in self._groups:
            del group.segments[total:], group.finals[total:]
        self.notes.append(
            f"interrupted after {sum(self.lengths):,} generations of {self.replicates:,} of "
            f"{asked:,} replicates"
        )
        return bool(self._groups)

    # --- one group ----------------------------------------------------------------------------

    def _started(self) -> int:
        """Return how many blocks there are."""
        return sum(group.blocks for group in self._groups)

    def _fill(self) -> None:
        """Bring all replicates to the length of the record."""
        for group in self._groups:
            self._lengthen(group)
        missing = -(-self.replicates // BLOCK) - self._started()
        groups = -(-missing // self._together)
        for k in range(groups):
            # Sizes differ by one at most.
            self._lengthen(self._begin((missing + k) // groups))

    def _lengthen(self, group: _Group) -> None:
        """Record the segments that are missing."""
        for length in self.lengths[len(group.segments) :]:
            self._segment(group, length)
        if not self._grows():
            group.kernel = None

    def _begin(self, blocks: int) -> _Group:
        """Start a group, through burn-in and the generations asked for."""
        plan = self.plan
        size, s = plan.process.individuals, plan.game.size
        shown = min(blocks * BLOCK, plan.replicates - self._started() * BLOCK)
        generators = [next(self._streams)[0] for _ in range(blocks)]
        counts = np.concatenate([starts(plan.start, s, size, one) for one in generators])
        kernel = self._kernel_of(counts)
        source = generators[0] if blocks == 1 else Streams(generators)
        path = Trajectory(shown)
        group = _Group(kernel, source, blocks, path)
        kept: list[Reduction] = []
        bands = None
        if plan.record_every is not None and shown > 0:
            bands = Bands(shown, plan.records, s, size)
            kept = [bands, path] if plan.keep_paths else [bands]
            for reduction in kept:
                reduction.record(0, kernel.states)
            kept = [Thinned(reduction, plan.record_every * self._every) for reduction in kept]
        self._advance(group, plan.burn_in, kept)
        for length in self.lengths[:2]:
            self._segment(group, length, kept)
        if bands is not None:
            self._seen += bands.seen
            self._steps = bands.steps
        self._groups.append(group)
        return group

    def _segment(self, group: _Group, length: int, kept: Sequence[Reduction] = ()) -> None:
        """Record some generations."""
        plan = self.plan
        size = plan.process.individuals
        moments = Moments(
            group.blocks * BLOCK, plan.game.size, size, plan.statistics, at_once=BLOCK
        )
        self._advance(group, length, [moments, *kept])
        group.finals.append(np.array(as_counts(group.kernel.states, size)))
        group.segments.append(moments)

    def _advance(self, group: _Group, generations: int, kept: list[Reduction]) -> None:
        told, bar = kept, self._bar
        if bar is not None:
            bar.total = max(bar.total, bar.n + generations * group.blocks)
            told = [*kept, Tick(bar, group.blocks)]
        group.kernel.run(
            generations * self._every, group.source, reductions=told, every=self._every
        )
