"""Simulation of finite populations: replicates side by side, means with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import count
from .._random import BLOCK, RandomLike, blocks, entropy_of
from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..outcomes import Certificate, Estimate
from ..provenance import provenance
from .finite import Fermi, Moran
from .lockstep_kernel import lockstep_kernel

__all__ = ["SimulatedPopulation", "simulate_population"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedPopulation:
    """What replicates of a finite population did, after the burn-in.

    Attributes
    ----------
    game : SymmetricGame
    shares : dict of str to Estimate
        Mean share of each strategy over time and replicates, with its standard error from the
        spread between replicates.
    by_replicate : array, shape (replicates, s)
        Mean shares over time.
    final : int array, shape (replicates, s)
        Counts at the end.
    certificate : Certificate
        Not exact; notes a burn-in after which shares still moved, and an interrupted run.
    provenance : dict
        With the entropy of the run.
    """

    game: SymmetricGame
    shares: Mapping[str, Estimate]
    by_replicate: Floats
    final: Integers
    certificate: Certificate
    provenance: Mapping[str, Any]


class _Means:
    """Sums of counts over the first and the second half of the records."""

    def __init__(self, replicates: int, strategies: int, records: int) -> None:
        self.halves = np.zeros((2, replicates, strategies))
        self.records = [0, 0]
        self._middle = records // 2

    def record(self, step: int, states: Integers) -> None:  # noqa: ARG002
        """Add the counts of one moment."""
        half = int(sum(self.records) >= self._middle)
        if states.ndim == 1:
            self.halves[half, :, 0] += states
        else:
            self.halves[half] += states
        self.records[half] += 1


def simulate_population(
    game: SymmetricGame,
    process: Fermi | Moran,
    *,
    generations: int = 1000,
    burn_in: int = 200,
    replicates: int = BLOCK,
    start: npt.ArrayLike | None = None,
    rng: RandomLike = None,
) -> SimulatedPopulation:
    """Return what replicates of a finite population do in the long run.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi or Moran
    generations : int
        Recorded time, at least 2; a generation is Z steps, and counts are recorded after each.
    burn_in : int
        Generations before that, at least 0.
    replicates : int
        At least 2.
    start : array_like of int, shape (s,), optional
        Counts at the start; by default every individual follows a random strategy.
    rng : int, Generator or SeedSequence, optional
        Replicates draw from streams of their own block, so that replicate 5 does the same however
        many are asked for.

    Returns
    -------
    SimulatedPopulation
        After Ctrl-C, of the blocks of replicates that were finished; a note says so.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.
    BudgetError
        If payoffs in groups would need too large a table.

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> process = Fermi(population_size=20, selection_intensity=1.0, mutation_probability=0.1)
    >>> found = simulate_population(stag_hunt(), process, generations=50, burn_in=50, rng=1)
    >>> round(sum(estimate.value for estimate in found.shares.values()), 12)
    1.0
    """
    kept, before = count("generations", generations, 2), count("burn_in", burn_in, 0)
    wanted = count("replicates", replicates, 2)
    first = None if start is None else _checked_start(start, game, process.population_size)
    entropy = entropy_of(rng)
    cell = process.parameters() | {"players": game.players, "strategies": list(game.strategies)}
    size = process.population_size
    means, finals, halves = [], [], []
    notes = []
    kernel_of = lockstep_kernel(game, process)
    try:
        for generator, number in blocks(entropy, cell, wanted):
            counts = first if first is not None else _random_start(game.size, size, generator)
            kernel = kernel_of(np.broadcast_to(counts, (BLOCK, game.size)).copy())
            kernel.run(before * size, generator)
            sums = _Means(BLOCK, game.size, kept)
            kernel.run(kept * size, generator, reductions=(sums,), every=size)
            states = np.asarray(kernel.states)
            if game.size == 2:
                sums.halves[:, :, 1] = np.array(sums.records)[:, None] * size - sums.halves[:, :, 0]
                states = np.stack([states, size - states], axis=1)
            means.append(sums.halves.sum(axis=0)[:number] / (kept * size))
            halves.append(sums.halves[:, :number] / np.array(sums.records)[:, None, None] / size)
            finals.append(states[:number])
    except KeyboardInterrupt:
        if not means:
            raise
        notes.append(f"interrupted after {sum(len(part) for part in means)} of {wanted} replicates")
    by_replicate = np.concatenate(means)
    drift = np.concatenate(halves, axis=1)
    notes += _drift(game, drift)
    error = by_replicate.std(axis=0, ddof=1) / np.sqrt(by_replicate.shape[0])
    shares = {
        name: Estimate(float(value), float(spread), float(by_replicate.shape[0]))
        for name, value, spread in zip(
            game.strategies, by_replicate.mean(axis=0), error, strict=True
        )
    }
    return SimulatedPopulation(
        game=game,
        shares=shares,
        by_replicate=by_replicate,
        final=np.concatenate(finals),
        certificate=Certificate(method="simulation", exact=False, notes=tuple(notes)),
        provenance=provenance(
            cell | {"generations": kept, "burn_in": before, "replicates": wanted},
            entropy=entropy,
        ),
    )


def _checked_start(start: npt.ArrayLike, game: SymmetricGame, size: int) -> Integers:
    given = np.asarray(start)
    whole = given.dtype.kind in "iu" and given.shape == (game.size,)
    if not whole or (given < 0).any() or int(given.sum()) != size:
        raise CoopgamesError(
            f"start must be {game.size} whole numbers that sum to population_size = {size}; "
            f"got {start!r}"
        )
    return given.astype(np.int64)


def _random_start(strategies: int, size: int, generator: np.random.Generator) -> Integers:
    even = np.full(strategies, 1.0 / strategies)
    return np.asarray(generator.multinomial(size, even, size=BLOCK), dtype=np.int64)


def _drift(game: SymmetricGame, halves: Floats) -> list[str]:
    """Say where the second half of the record differs from the first by more than chance."""
    gap = halves[1] - halves[0]
    spread = gap.std(axis=0, ddof=1) / np.sqrt(gap.shape[0])
    moved = np.abs(gap.mean(axis=0)) > 4.0 * spread + 1e-12
    names = [name for name, far in zip(game.strategies, moved, strict=True) if far]
    if not names:
        return []
    return [f"the share of {', '.join(names)} still moved: take a longer burn_in"]
