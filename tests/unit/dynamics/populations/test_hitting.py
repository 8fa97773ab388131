"""Simulated hitting times against exact first passage; every comparison at a stated false alarm."""

import numpy as np
import pytest

from coopgames.dynamics import (
    BestOfSample,
    Fermi,
    Moran,
    WrightFisher,
    first_passage,
    simulate_hitting_times,
)
from coopgames.dynamics.populations import hitting
from coopgames.errors import CoopgamesError
from coopgames.games import classics, matrix_game

ROCK = matrix_game([[0, -1, 2], [2, 0, -1], [-1, 2, 0.5]])
HUNT = classics.stag_hunt()

CASES = [
    (HUNT, Fermi(population_size=10, mutation_probability=0.1), [5, 5]),
    (HUNT, Moran(population_size=10, mutation_probability=0.1), [0, 10]),
    (HUNT, WrightFisher(population_size=10, mutation_probability=0.1), [2, 8]),
    (HUNT, BestOfSample(population_size=10, sample=2, mutation_probability=0.2), [4, 6]),
    (ROCK, Fermi(population_size=9, mutation_probability=0.1), [3, 3, 3]),
    (ROCK, Moran(population_size=6, mutation_probability=0.2), [0, 3, 3]),
    (ROCK, WrightFisher(population_size=8, mutation_probability=0.1), [0, 4, 4]),
]


def mostly_first(counts):
    return 3 * counts[:, 0] > 2 * counts.sum(axis=1)


@pytest.mark.parametrize(("game", "process", "start"), CASES)
def test_means_are_those_of_first_passage(game, process, start) -> None:
    """False alarm 1e-4 in each case."""
    exact = first_passage(game, process, mostly_first).at(start)
    found = simulate_hitting_times(
        game, process, mostly_first, start=start, replicates=3000, at_most=100_000, rng=5
    )
    assert found.censored == 0
    assert not found.certificate.notes
    assert found.times.shape == (3000,)
    assert found.steps_per_generation == process.steps_per_generation
    mean = found.mean
    assert abs(mean.value - exact) < 3.9 * mean.standard_error
    assert mean.standard_error == pytest.approx(found.times.std(ddof=1) / np.sqrt(3000))
    assert mean.value == found.least_mean
    low, high = found.interval()
    assert high - mean.value == pytest.approx(1.9607552 * mean.standard_error)
    assert mean.value - low == pytest.approx(high - mean.value)
    assert found.quantile(0.5) == np.quantile(found.times, 0.5, method="inverted_cdf")


def test_making_blocks_smaller_changes_no_law(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean with and without; the difference has a false alarm of 1e-4."""
    game, process, start = CASES[0]
    arguments = {"start": start, "replicates": 2048, "at_most": 10**5}
    small = simulate_hitting_times(game, process, mostly_first, rng=1, **arguments).mean
    monkeypatch.setattr(hitting, "SMALLEST_BLOCK", 2048)
    whole = simulate_hitting_times(game, process, mostly_first, rng=2, **arguments).mean
    spread = np.hypot(small.standard_error, whole.standard_error)
    assert abs(small.value - whole.value) < 3.9 * spread


@pytest.mark.parametrize("case", [0, 4, 6])
def test_replicates_do_the_same_however_many_are_asked_for(case: int) -> None:
    game, process, _ = CASES[case]
    few = simulate_hitting_times(game, process, mostly_first, replicates=3, rng=5)
    many = simulate_hitting_times(game, process, mostly_first, replicates=1100, rng=5)
    assert np.array_equal(few.times, many.times[:3])
    assert not np.array_equal(many.times[:70], many.times[1024:1094])


def test_those_already_there_take_no_step() -> None:
    game, process, _ = CASES[4]
    found = simulate_hitting_times(game, process, mostly_first, start=[9, 0, 0], rng=1)
    assert (found.times == 0).all()
    assert found.mean == (0, 0, 1024)


def test_what_never_arrives_is_censored() -> None:
    game, process, start = CASES[0]
    whole = simulate_hitting_times(
        game, process, mostly_first, start=start, replicates=500, at_most=10**5, rng=3
    )
    found = simulate_hitting_times(
        game, process, mostly_first, start=start, replicates=500, at_most=40, rng=3
    )
    late = whole.times > 40 * 10
    assert 0 < late.sum() < 250
    assert np.array_equal(np.isnan(found.times), late)
    assert np.array_equal(found.times[~late], whole.times[~late])
    assert found.censored == late.sum()
    assert np.isnan(found.mean.value)
    assert np.isnan(found.interval()).all()
    assert found.least_mean == pytest.approx(np.minimum(whole.times, 400).mean())
    assert found.quantile(0.5) == whole.quantile(0.5)
    assert found.quantile(1.0) == np.inf
    note = f"{late.sum()} of 500 replicates did not arrive within 40 generations"
    assert found.certificate.notes[0].startswith(note)


def test_ctrl_c_keeps_the_blocks_that_are_complete() -> None:
    game, process, start = CASES[4]
    whole = simulate_hitting_times(
        game, process, mostly_first, start=start, replicates=2048, at_most=10**5, rng=3
    )
    calls = 0

    def interrupted(counts):
        nonlocal calls
        calls += 1
        if calls > limit:
            raise KeyboardInterrupt
        return mostly_first(counts)

    limit = 10
    with pytest.raises(KeyboardInterrupt):
        simulate_hitting_times(game, process, interrupted, start=start, rng=3)
    calls, limit = 0, 10**9
    first = simulate_hitting_times(
        game, process, interrupted, start=start, replicates=1024, at_most=10**5, rng=3
    )
    calls, limit = 0, calls + 5
    found = simulate_hitting_times(
        game, process, interrupted, start=start, replicates=2048, at_most=10**5, rng=3
    )
    assert np.array_equal(first.times, whole.times[:1024])
    assert np.array_equal(found.times, first.times)
    assert found.certificate.notes == ("interrupted after 1,024 of 2,048 replicates",)


def test_a_bar_is_drawn_where_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    game, process, start = CASES[0]
    simulate_hitting_times(
        game, process, mostly_first, start=start, replicates=5, progress=True, rng=1
    )
    assert "/5 [" in capsys.readouterr().err


def test_bad_input_is_named() -> None:
    game, process, _ = CASES[0]
    for arguments, message in (
        ({"replicates": 1}, "replicates must be >= 2"),
        ({"at_most": 0}, "at_most must be >= 1"),
        ({"start": [1, 2]}, "sum to population_size = 10"),
    ):
        with pytest.raises(CoopgamesError, match=message):
            simulate_hitting_times(game, process, mostly_first, **arguments)
    with pytest.raises(CoopgamesError, match="reached must give one boolean"):
        simulate_hitting_times(game, process, lambda counts: counts[:, 0])
    with pytest.raises(CoopgamesError, match="reached must give one boolean"):
        simulate_hitting_times(ROCK, CASES[4][1], lambda counts: counts[:, 0])
