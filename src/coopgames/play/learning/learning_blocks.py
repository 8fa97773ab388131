"""Blocks of replicates of populations that learn: kernels, payoffs, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..._random import BLOCK
from ...games import SymmetricGame
from ...kernels.lockstep.births import MoranLockstep
from ...kernels.lockstep.compositions import FermiLockstep
from ...kernels.lockstep.payoffs import FunctionPayoffs, MatrixPayoffs, Payoffs, TablePayoffs
from ...kernels.lockstep.realised_payoffs import RealisedPayoffs, drawn_without_replacement
from ...kernels.lockstep.records import Moments
from ...kernels.simplex import compositions, number_of_compositions
from .meetings import Meetings

__all__ = ["LearningPlan"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Strategies whose payoffs against each other are combined at every step; with more, or in groups,
#: payoffs are tabulated at up to so many compositions.
FEW, LARGEST_TABLE = 11, 200_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LearningPlan:
    """What is run, checked.

    Attributes
    ----------
    meet : Meetings
    strategies, players, size : int
        s, n and Z.
    beta, mu : float
        Selection intensity and mutation probability.
    moran : bool
        Whether births take the place of comparisons.
    matches : int
        Whose payoffs are averaged; 0 where payoffs are expected ones.
    halves : tuple of two int
        Generations of the two halves of the record.
    burn_in : int
        Generations before it.
    start : int array, shape (s,), or None
        Counts; None for random strategies.
    """

    meet: Meetings
    strategies: int
    players: int
    size: int
    beta: float
    mu: float
    moran: bool
    matches: int
    halves: tuple[int, int]
    burn_in: int
    start: Integers | None

    def kernel(self, counts: Integers, rng: np.random.Generator) -> FermiLockstep | MoranLockstep:
        """Return the kernel of a block."""
        paid = self._realised(rng) if self.matches else self._expected()
        if self.moran:
            return MoranLockstep(counts, paid, mutation_probability=self.mu)
        return FermiLockstep(
            counts, paid, selection_intensity=self.beta, mutation_probability=self.mu
        )

    def _realised(self, rng: np.random.Generator) -> Payoffs:
        return RealisedPayoffs(
            lambda kinds, stream: self.meet.play(kinds, stream)[0],
            strategies=self.strategies,
            players=self.players,
            population_size=self.size,
            matches=self.matches,
            rng=rng,
            selection_intensity=self.beta,
        )

    def _expected(self) -> Payoffs:
        assert self.meet.expected is not None
        game = self.meet.expected[0]
        if self.players == 2 and self.strategies <= FEW and not self.moran:
            return MatrixPayoffs(game.matrix(), population_size=self.size)

        def at(counts: Integers) -> Floats:
            paid = _in_population(game, counts)
            if not self.moran:
                return paid
            best = np.where(counts > 0, paid, -np.inf).max(axis=-1, keepdims=True)
            return np.asarray(np.exp(self.beta * np.where(counts > 0, paid - best, 0.0)))

        if number_of_compositions(self.size, self.strategies) <= LARGEST_TABLE:
            return TablePayoffs(
                at(compositions(self.size, self.strategies)), population_size=self.size
            )
        return FunctionPayoffs(
            lambda counts: at(counts.T).T, strategies=self.strategies, population_size=self.size
        )

    def statistics(self, rng: np.random.Generator) -> list[Callable[[Integers], Floats]]:
        """Return the rate of cooperation and the payoff as functions of counts."""
        expected = self.meet.expected
        if expected is not None:
            paid, acted = expected

            def mean_of(game: SymmetricGame) -> Callable[[Integers], Floats]:
                return lambda counts: np.asarray(
                    (counts * _in_population(game, counts)).sum(axis=1) / self.size
                )

            return [mean_of(acted), mean_of(paid)]
        played: list[Floats] = []

        def cooperation(counts: Integers) -> Floats:
            kinds = drawn_without_replacement(counts, self.players, rng)
            played[:] = self.meet.play(kinds, rng)
            return played[1]

        return [cooperation, lambda _: played[0]]

    def run(
        self, streams: Iterator[tuple[np.random.Generator, int]], replicates: int
    ) -> tuple[Floats, Integers, list[str]]:
        """Return means by half of the record, (2, replicates, s + 2), final counts, and notes.

        Means are of shares, the rate of cooperation, and payoffs. After Ctrl-C, of the blocks that
        were finished.
        """
        halves: list[Floats] = []
        final: list[Integers] = []
        notes = []
        try:
            for rng, wanted in streams:
                found = self.block(rng)
                halves.append(found[0][:, :wanted])
                final.append(found[1][:wanted])
        except KeyboardInterrupt:
            if len(halves) > len(final):
                halves.pop()
            if not halves:
                raise
            notes = [f"interrupted after {sum(map(len, final)):,} of {replicates:,} replicates"]
        return np.concatenate(halves, axis=1), np.concatenate(final), notes

    def block(self, rng: np.random.Generator) -> tuple[Floats, Integers]:
        """Return the same of a whole block, without notes."""
        s, size = self.strategies, self.size
        playing, measuring = rng.spawn(2)
        if self.start is None:
            counts = rng.multinomial(size, np.full(s, 1.0 / s), size=BLOCK).astype(np.int64)
        else:
            counts = np.broadcast_to(self.start, (BLOCK, s)).copy()
        kernel = self.kernel(counts, playing)
        kernel.run(self.burn_in * size, rng)
        out = np.empty((2, BLOCK, s + 2))
        for half, length in enumerate(self.halves):
            kept = Moments(BLOCK, s, size, self.statistics(measuring))
            kernel.run(length * size, rng, reductions=[kept], every=size)
            out[half, :, :s] = kept.sums / (length * size)
            out[half, :, s:] = kept.of_statistics[0] / length
        return out, kernel.states.copy()


def _in_population(game: SymmetricGame, counts: Integers) -> Floats:
    """Return payoffs where groups are drawn without replacement, shape (rows, s)."""
    if game.players > 2:
        return game.payoffs_in_population(counts)
    matrix = game.matrix()
    return np.asarray((counts @ matrix.T - np.diag(matrix)) / (counts[0].sum() - 1))
