"""Blocks with streams of their own, side by side in one kernel and alone in theirs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.kernels.lockstep.births import MoranLockstep
from coopgames.kernels.lockstep.compositions import BestOfSampleLockstep, FermiLockstep
from coopgames.kernels.lockstep.payoffs import MatrixPayoffs, TablePayoffs
from coopgames.kernels.lockstep.populations import BirthDeathLockstep
from coopgames.kernels.lockstep.reductions import HittingTimes
from coopgames.kernels.lockstep.streams import Streams, source_of
from coopgames.kernels.simplex import compositions

SIZE, WIDTH, BLOCKS = 9, 700, 5
GAME = np.array([[1.0, 0.3, 2.0], [1.7, 0.9, 0.1], [0.2, 1.1, 1.3]])


def pairs() -> MatrixPayoffs:
    return MatrixPayoffs(GAME, population_size=SIZE)


def fitness() -> TablePayoffs:
    return TablePayoffs(np.exp(compositions(SIZE, 3) @ GAME.T / SIZE), population_size=SIZE)


def birth_death(counts: np.ndarray) -> BirthDeathLockstep:
    return BirthDeathLockstep(counts[:, 0], np.linspace(0.5, 0.1, SIZE), np.full(SIZE, 0.3))


KERNELS: list[Callable[[np.ndarray], Any]] = [
    birth_death,
    lambda counts: FermiLockstep(
        counts, pairs(), selection_intensity=0.7, mutation_probability=0.05, role_model="others"
    ),
    lambda counts: MoranLockstep(counts, fitness(), mutation_probability=0.05),
    lambda counts: BestOfSampleLockstep(counts, pairs(), sample=2, mutation_probability=0.05),
]


def generators() -> list[np.random.Generator]:
    return [np.random.default_rng([7, block]) for block in range(BLOCKS)]


@pytest.mark.parametrize("kernel_of", KERNELS)
def test_a_block_does_the_same_alone(kernel_of: Callable[[np.ndarray], Any]) -> None:
    counts = np.random.default_rng(1).multinomial(SIZE, np.ones(3) / 3, size=WIDTH * BLOCKS)
    together, streams = kernel_of(counts), Streams(generators())
    together.run(41, streams)
    together.run(30, streams)
    for block, generator in enumerate(generators()):
        own = slice(block * WIDTH, (block + 1) * WIDTH)
        alone = kernel_of(counts[own])
        alone.run(71, generator)
        assert np.array_equal(together.states[own], alone.states)
    assert not np.array_equal(together.states[:WIDTH], together.states[-WIDTH:])


def test_hitting_times_are_those_alone() -> None:
    start = np.tile([4, 3, 2], (WIDTH * BLOCKS, 1))

    def times(counts: np.ndarray, source: Any) -> np.ndarray:
        waiting = HittingTimes(counts.shape[0], lambda states: states == SIZE)
        assert birth_death(counts).run_until(waiting, source, at_most=100_000)
        return waiting.times

    together = times(start, Streams(generators()))
    alone = [times(start[:WIDTH], generator) for generator in generators()]
    assert np.array_equal(together, np.concatenate(alone))


def test_a_single_replicate_takes_streams_too() -> None:
    one, same = birth_death(np.array([[3, 3, 3]])), birth_death(np.array([[3, 3, 3]]))
    one.run(50, Streams([np.random.default_rng(2)]))
    same.run(50, 2)
    assert one.states.tolist() == same.states.tolist()


def test_parts_may_have_several_axes_and_gaps() -> None:
    whole = np.zeros((4, 3, 8))
    Streams([np.random.default_rng(1), np.random.default_rng(2)]).random(out=whole[::2, :, 1:7])
    for part, seed in ((whole[::2, :, 1:4], 1), (whole[::2, :, 4:7], 2)):
        assert np.array_equal(part, np.random.default_rng(seed).random((2, 3, 3)))
    assert not whole[1::2].any()
    assert not whole[..., [0, 7]].any()


def test_bad_input_is_named() -> None:
    with pytest.raises(CoopgamesError, match="generators must not be empty"):
        Streams([])
    with pytest.raises(CoopgamesError, match="multiple of the 5 generators; got 12"):
        Streams(generators()).random(out=np.empty((2, 12)))


def test_other_sources_become_generators() -> None:
    streams, generator = Streams(generators()), np.random.default_rng(1)
    assert source_of(streams) is streams
    assert source_of(generator) is generator
    assert isinstance(source_of(3), np.random.Generator)
    assert isinstance(source_of(None), np.random.Generator)
