"""Reductions of counts against the whole history."""

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.kernels.lockstep.compositions import FermiLockstep
from coopgames.kernels.lockstep.payoffs import MatrixPayoffs
from coopgames.kernels.lockstep.populations import BirthDeathLockstep
from coopgames.kernels.lockstep.records import Bands, Moments, Thinned, as_counts
from coopgames.kernels.lockstep.reductions import HittingTimes, Trajectory


def of_two():
    step = np.full(6, 0.3)
    return BirthDeathLockstep([3] * 5, step, step), 6, 2


def of_three():
    rock = MatrixPayoffs([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], population_size=6)
    lanes = FermiLockstep([[2, 2, 2]] * 5, rock, selection_intensity=1.0, mutation_probability=0.1)
    return lanes, 6, 3


@pytest.mark.parametrize("make", [of_two, of_three])
def test_reductions_are_those_of_the_history(make) -> None:
    lanes, size, s = make()
    square = Moments(5, s, size, [lambda counts: counts[:, 0] ** 2.0])
    bands, path, few = Bands(4, 10, s, size), Trajectory(), Trajectory(2)
    lanes.run(30, 1, reductions=(square, path, Thinned(bands, 6), Thinned(few, 15)), every=3)
    history = np.array([as_counts(states, size) for states in path.states])
    assert history.shape == (10, 5, s)
    assert (history.sum(axis=2) == size).all()
    np.testing.assert_allclose(square.sums, history.sum(axis=0))
    np.testing.assert_allclose(square.squares, (history**2).sum(axis=0))
    np.testing.assert_allclose(square.of_statistics[0, :, 0], (history[:, :, 0] ** 2).sum(axis=0))
    np.testing.assert_allclose(square.of_statistics[1, :, 0], (history[:, :, 0] ** 4).sum(axis=0))
    assert square.records == 10
    assert bands.steps == [6, 12, 18, 24, 30]
    for row, states in zip(bands.seen, history[1::2, :4]):
        for k in range(s):
            assert np.array_equal(row[k], np.bincount(states[:, k], minlength=size + 1))
    assert few.steps == [15, 30]
    assert np.array_equal(as_counts(few.states[1], size), history[-1, :2])


@pytest.mark.parametrize("make", [of_two, of_three])
def test_a_statistic_may_get_few_rows_at_once(make) -> None:
    lanes, size, s = make()
    rows: list[int] = []

    def product(counts):
        rows.append(len(counts))
        return counts[:, 0] * (counts[:, 1] + 0.5)

    few, whole = Moments(5, s, size, [product], at_once=2), Moments(5, s, size, [product])
    lanes.run(3, 1, reductions=(few, whole))
    assert rows == [2, 2, 1, 5] * 3
    assert np.array_equal(few.of_statistics, whole.of_statistics)


def test_a_statistic_of_the_wrong_shape_is_refused() -> None:
    lanes, size, s = of_three()
    with pytest.raises(CoopgamesError, match="one number per row"):
        lanes.run(1, 1, reductions=(Moments(5, s, size, [lambda counts: counts]),))


def test_a_run_may_leave_some_waiting() -> None:
    lanes, *_ = of_two()
    top = HittingTimes(5, lambda states: states == 6)
    assert not lanes.run_until(top, 1, at_most=10**6, leave=2)
    assert 0 < top.waiting <= 2
    assert lanes.step % 64 == 0
