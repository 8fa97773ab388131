r"""Hitting times by simulation: how long replicates of a population take to reach a set of states.

A time beyond the horizon is censored: all that is known of it is that it is longer. Then no mean is
given, as that of the others would be too short; quantiles below the censored part still hold.
Arrivals are looked for after every step. Once half of a block has arrived it goes on with the other
half alone, from the same stream, which depends on nothing but the block's own draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import count, probability
from ..._random import BLOCK, RandomLike, blocks, entropy_of
from ...games import SymmetricGame
from ...kernels.lockstep.records import as_counts
from ...kernels.lockstep.reductions import HittingTimes
from ...kernels.simplex import compositions
from ...outcomes import Certificate, Estimate
from ...provenance import provenance
from ..processes.every import FiniteProcess
from ..progress import progress_bar
from .counts import SetOfStates, checked_start, states_in
from .lockstep_kernel import lockstep_kernel
from .record import half_width_of
from .run import starts

__all__ = ["SimulatedHittingTimes", "simulate_hitting_times"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
States = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]

#: Replicates below which a block is not made smaller any more.
SMALLEST_BLOCK = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedHittingTimes:
    """When replicates of a population reached a set of states.

    Attributes
    ----------
    game : SymmetricGame
    times : array, shape (replicates,)
        Steps until the set was reached, 0 where it was at the start, NaN where it never was.
    steps_per_generation : int
        Divide by it for generations.
    at_most : int
        How long it was waited. [generations]
    certificate : Certificate
        Its notes say how many never arrived, and where the run was interrupted.
    provenance : dict
        With the entropy of the run.
    """

    game: SymmetricGame
    times: Floats
    steps_per_generation: int
    at_most: int
    certificate: Certificate
    provenance: Mapping[str, Any]

    @property
    def censored(self) -> int:
        """How many replicates never arrived."""
        return int(np.isnan(self.times).sum())

    @property
    def mean(self) -> Estimate:
        """Mean number of steps, with its standard error; NaN where some never arrived."""
        n = self.times.size
        if self.censored:
            return Estimate(float("nan"), float("nan"), float(n))
        error = self.times.std(ddof=1) / np.sqrt(n)
        return Estimate(float(self.times.mean()), float(error), float(n))

    @property
    def least_mean(self) -> float:
        """Mean if those that never arrived had at the end: the mean is at least that."""
        horizon = self.at_most * self.steps_per_generation
        return float(np.where(np.isnan(self.times), horizon, self.times).mean())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return Student's interval of the mean, level in (0, 1); NaN where some never arrived."""
        estimate = self.mean
        half = half_width_of(estimate.standard_error, self.times.size, level)
        return max(estimate.value - half, 0.0), estimate.value + half

    def quantile(self, level: float) -> float:
        """Return the least time by which such a part has arrived; infinite if it never has.

        Parameters
        ----------
        level : float
            In [0, 1]; 0.5 for the median.
        """
        ordered = np.sort(np.where(np.isnan(self.times), np.inf, self.times))
        place = int(np.ceil(probability("level", level) * ordered.size - 1e-9)) - 1
        return float(ordered[max(place, 0)])


def simulate_hitting_times(
    game: SymmetricGame,
    process: FiniteProcess,
    reached: Callable[[Integers], npt.ArrayLike],
    *,
    start: npt.ArrayLike | None = None,
    at_most: int = 10_000,
    replicates: int = BLOCK,
    progress: bool = False,
    rng: RandomLike = None,
) -> SimulatedHittingTimes:
    """Return when replicates of a population reach a set of states.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, BestOfSample or WrightFisher
    reached : callable
        ``reached(counts)``, with counts of shape (k, s), returns booleans, shape (k,).
    start : array_like of int, shape (s,), optional
        Counts at the start; by default every individual follows a random strategy.
    at_most : int
        How long to wait, at least 1; 10,000 by default is our assumption. [generations]
    replicates : int
        At least 2.
    progress : bool
        Whether to draw a progress bar on standard error.
    rng : int, Generator or SeedSequence, optional
        As in `simulate_population`: replicate 5 does the same however many are asked for.

    Returns
    -------
    SimulatedHittingTimes
        After Ctrl-C, of the blocks of replicates that were finished; a note says so.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.
    BudgetError
        If payoffs in groups would need too large a table.
    KeyboardInterrupt
        If interrupted before the first block of replicates is finished.

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import stag_hunt
    >>> process = Fermi(population_size=10, selection_intensity=0.5, mutation_probability=0.1)
    >>> found = simulate_hitting_times(
    ...     stag_hunt(), process, lambda counts: counts[:, 0] == 0, start=[5, 5], rng=1
    ... )
    >>> found.censored, 0 < found.mean.value < 1000
    (0, True)
    """
    wanted, horizon = count("replicates", replicates, 2), count("at_most", at_most)
    size = process.individuals
    first = None if start is None else checked_start(start, game, size)
    entropy = entropy_of(rng)
    cell = process.parameters() | {
        "players": game.players,
        "strategies": list(game.strategies),
        "simulated": "hitting times",
    }
    arrived = _arrived(game, size, reached)
    kernel_of = lockstep_kernel(game, process)
    steps = horizon * process.steps_per_generation
    parts: list[Floats] = []
    notes = []
    bar = progress_bar(progress, wanted, "replicate")
    try:
        for generator, number in blocks(entropy, cell, wanted):
            counts = starts(first, game.size, size, generator)
            parts.append(_times(kernel_of, counts, arrived, generator, steps=steps, wanted=number))
            if bar is not None:
                bar.update(number)
    except KeyboardInterrupt:
        if not parts:
            raise
        done = sum(part.size for part in parts)
        notes.append(f"interrupted after {done:,} of {wanted:,} replicates")
    finally:
        if bar is not None:
            bar.close()
    times = np.concatenate(parts)
    late = int(np.isnan(times).sum())
    if late:
        notes.append(
            f"{late:,} of {times.size:,} replicates did not arrive within {horizon:,} generations: "
            "the mean is not known, only that it is at least `least_mean`; raise at_most"
        )
    return SimulatedHittingTimes(
        game=game,
        times=times,
        steps_per_generation=process.steps_per_generation,
        at_most=horizon,
        certificate=Certificate(method="simulation", exact=False, notes=tuple(notes)),
        provenance=provenance(
            cell
            | {
                "replicates": wanted,
                "at_most": horizon,
                "start": None if first is None else first.tolist(),
            },
            entropy=entropy,
        ),
    )


def _arrived(game: SymmetricGame, size: int, reached: SetOfStates) -> Callable[[States], Mask]:
    """Return who has arrived, by the states of a kernel."""
    if game.size == 2:
        # In the order of the number of the first.
        table = states_in("reached", reached, compositions(size, 2))
        return lambda states: np.asarray(table[states])
    return lambda states: states_in("reached", reached, as_counts(states, size))


def _times(
    kernel_of: Callable[[Integers], Any],
    counts: Integers,
    arrived: Callable[[States], Mask],
    generator: np.random.Generator,
    *,
    steps: int,
    wanted: int,
) -> Floats:
    """Return when the first replicates of a block arrive, shape (wanted,)."""
    size = int(counts[0].sum())
    times = np.full(counts.shape[0], np.nan)
    open_, done = np.arange(counts.shape[0]), 0
    while open_.size and open_[0] < wanted and done < steps:
        kernel = kernel_of(counts)
        waiting = HittingTimes(open_.size, arrived)
        few = open_.size // 2 if open_.size > SMALLEST_BLOCK else 0
        kernel.run_until(waiting, generator, at_most=steps - done, leave=few)
        times[open_] = waiting.times + done
        done += kernel.step
        late = np.isnan(waiting.times)
        open_, counts = open_[late], as_counts(np.array(kernel.states), size)[late]
    return times[:wanted]
