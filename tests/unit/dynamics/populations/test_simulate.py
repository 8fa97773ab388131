"""Simulated populations against their exact laws; every comparison at a stated false alarm."""

import numpy as np
import pytest

from coopgames.dynamics import (
    BestOfSample,
    Fermi,
    Moran,
    WrightFisher,
    evolve,
    simulate_population,
)
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game
from coopgames.kernels.group_sampling import hypergeometric_group_law
from coopgames.kernels.simplex import compositions

#: Two-sided normal quantile for a false alarm of 1e-4 over all comparisons of a case.
Z = 4.4


def agree(game, process, seed: int) -> None:
    exact = evolve(game, process).shares()
    found = simulate_population(
        game, process, generations=300, burn_in=200, replicates=1024, rng=seed
    )
    assert not found.certificate.notes
    for name, estimate in found.shares.items():
        assert abs(estimate.value - exact[name]) < Z * estimate.standard_error + 1e-12, name
        assert 0 < estimate.standard_error < 0.02


CASES = [
    (classics.stag_hunt(), Fermi(population_size=12, mutation_probability=0.1)),
    (
        classics.collective_risk(4, 2, risk=0.9, cost=0.2),
        Fermi(population_size=15, mutation_probability=0.05, role_model="others"),
    ),
    (
        classics.hawk_dove(2, 5),
        Moran(population_size=10, selection_intensity=0.5, mutation_probability=0.1),
    ),
    (
        matrix_game([[0, -1, 2], [2, 0, -1], [-1, 2, 0.5]]),
        Fermi(population_size=12, mutation_probability=0.1),
    ),
    (
        matrix_game([[1, 2, 3], [3, 1, 2], [2, 2, 2]]),
        Moran(
            population_size=9, selection_intensity=0.3, mutation_probability=0.2, fitness="linear"
        ),
    ),
    (
        classics.optional_public_goods(3, 2, 0.5),
        Fermi(population_size=10, mutation_probability=0.1, selection_intensity=2.0),
    ),
    (classics.stag_hunt(), WrightFisher(population_size=12, mutation_probability=0.1)),
    (
        matrix_game([[1, 2, 3], [3, 1, 2], [2, 2, 2]]),
        WrightFisher(population_size=8, mutation_probability=0.1),
    ),
]


@pytest.mark.parametrize(("game", "process"), CASES)
def test_simulation_meets_the_exact_law(game, process) -> None:
    agree(game, process, seed=11)


def test_replicates_do_the_same_however_many_are_asked_for() -> None:
    game, process = CASES[3]
    few = simulate_population(game, process, generations=10, burn_in=5, replicates=3, rng=5)
    many = simulate_population(game, process, generations=10, burn_in=5, replicates=1030, rng=5)
    assert np.array_equal(few.by_replicate, many.by_replicate[:3])
    assert np.array_equal(few.final, many.final[:3])
    assert not np.array_equal(many.final[:6], many.final[1024:])
    assert (many.final.sum(axis=1) == process.population_size).all()


SAMPLED = BestOfSample(population_size=10, sample=2, mutation_probability=0.1)


@pytest.mark.parametrize(
    ("game", "process"), [*CASES, (CASES[0][0], SAMPLED), (CASES[4][0], SAMPLED)]
)
def test_blocks_side_by_side_do_what_they_do_alone(game, process) -> None:
    """Exactly: also statistics whose last digits depend on how many rows they get at once."""
    weights = np.linspace(0.1, 0.7, game.size)

    def run(replicates: int):
        return simulate_population(
            game, process, generations=3, burn_in=2, replicates=replicates, rng=5, keep_paths=True,
            statistics={"x": lambda counts: (counts / 7) @ weights},
        )  # fmt: skip

    many = run(3000)
    for fewer in (run(1000), run(2000)):
        number = fewer.replicates
        assert np.array_equal(many.by_replicate[:number], fewer.by_replicate)
        assert np.array_equal(many.final[:number], fewer.final)
        assert np.array_equal(many.paths[:, :number], fewer.paths)
    assert len({final.tobytes() for final in np.split(many.final[:2048], 2)}) == 2


def test_so_do_blocks_of_several_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coopgames.dynamics.populations.run.TOGETHER", 2)
    game, process = CASES[3]
    arguments = {"generations": 2, "burn_in": 1, "rng": 5}
    ones = {"one": lambda counts: np.full(len(counts), counts.shape[0])}
    # Groups of one, two and two blocks; then a single one.
    many = simulate_population(game, process, replicates=5000, statistics=ones, **arguments)
    monkeypatch.undo()
    few = simulate_population(game, process, replicates=3500, **arguments)
    assert many.final.shape == (5000, 3)
    assert np.array_equal(many.by_replicate[:3500], few.by_replicate)
    assert np.array_equal(many.final[:3500], few.final)
    # Statistics see one block at a time.
    assert many.statistics["one"].value == 1024


def test_a_short_burn_in_is_noted() -> None:
    game = classics.donation_game(3, 1)
    process = Fermi(population_size=50, selection_intensity=0.2, mutation_probability=0.001)
    found = simulate_population(
        game, process, generations=10, burn_in=0, start=[50, 0], replicates=200, rng=2
    )
    assert any("burn_in" in note for note in found.certificate.notes)


def test_bad_input_is_named() -> None:
    game, process = CASES[0]
    for arguments, message in (
        ({"generations": 1}, "generations must be >= 2"),
        ({"replicates": 1}, "replicates must be >= 2"),
        ({"start": [1, 2]}, "sum to population_size = 12"),
        ({"start": [6.5, 5.5]}, "whole numbers"),
        ({"half_width": 0}, "half_width must lie in"),
        ({"half_width": 0.1, "at_most": 1000}, "at_most must be >= 1024000"),
        ({"at_most": 10**9}, "at_most goes with half_width"),
        ({"record_every": 0}, "record_every must be >= 1"),
        ({"record_every": 1, "band": (2,)}, "band must lie in"),
        ({"statistics": {"stag": len}}, "named like a strategy"),
        ({"statistics": {"x": len}}, "one number per row"),
    ):
        with pytest.raises(CoopgamesError, match=message):
            simulate_population(game, process, **arguments)
    with pytest.raises(BudgetError, match="tabulated"):
        simulate_population(classics.optional_public_goods(5, 3, 1), Fermi(population_size=1000))
    with pytest.raises(BudgetError, match="record_every"):
        simulate_population(
            classics.stag_hunt(), Fermi(population_size=10**5), record_every=1, generations=10**4
        )
    with pytest.raises(CoopgamesError, match="level must lie"):
        simulate_population(game, process, generations=2, burn_in=0, replicates=2).interval(1.0)


# --- errors ----------------------------------------------------------------------------------


def test_effective_size_is_that_of_an_autoregression() -> None:
    """Where all mutate each individual flips on its own: a generation keeps (1 - 2 / Z)**Z.

    The ratio of variances has a relative spread of sqrt(2 / 1023); false alarm 1e-4.
    """
    process = Fermi(population_size=20, mutation_probability=1.0)
    found = simulate_population(classics.stag_hunt(), process, generations=400, burn_in=20, rng=3)
    memory = (1 - 2 / 20) ** 20
    expected = (1 - memory) / (1 + memory)
    share = found.shares["stag"]
    ratio = share.effective_size / (400 * 1024)
    assert abs(ratio / expected - 1) < 3.9 * np.sqrt(2 / 1023) + 0.01
    # The variance of the records is that of 20 coins.
    assert share.standard_error**2 * share.effective_size == pytest.approx(0.25 / 20, rel=0.02)


def test_intervals_are_those_of_student() -> None:
    game, process = CASES[0]
    found = simulate_population(game, process, generations=20, burn_in=20, replicates=5, rng=4)
    means = found.by_replicate[:, 0]
    half = 2.7764451 * means.std(ddof=1) / np.sqrt(5)
    low, high = found.interval()["stag"]
    assert low == pytest.approx(max(means.mean() - half, 0))
    assert high == pytest.approx(min(means.mean() + half, 1))
    assert found.half_width() == pytest.approx(half)
    assert found.half_width(0.5) < half


@pytest.mark.slow
@pytest.mark.parametrize(("case", "size", "least"), [(2, 12, 0.95), (0, 48, 0.93)])
def test_intervals_cover(case: int, size: int, least: float) -> None:
    """1,000 runs; the count is binomial, false alarm 1e-4.

    Means over time of the second game are skewed (1.9), which with 48 replicates costs up to 0.02.
    """
    game, process = CASES[case]
    name = game.strategies[0]
    exact = evolve(game, process).shares()[name]
    # Replicates of a large run are independent: each so many of them are a run.
    found = simulate_population(
        game, process, generations=60, burn_in=60, replicates=1000 * size, rng=6
    )
    quantile = {12: 2.2009852, 48: 2.0117405}[size]
    means = found.by_replicate[:, 0].reshape(1000, size)
    half = quantile * means.std(axis=1, ddof=1) / np.sqrt(size)
    covered = int((np.abs(means.mean(axis=1) - exact) <= half).sum())
    spread = 3.9 * np.sqrt(1000 * 0.05 * 0.95)
    assert 1000 * least - spread < covered < 950 + spread


@pytest.mark.slow
def test_intervals_cover_after_the_stopping_rule() -> None:
    """300 runs; a coverage of 0.93, which the rule may cost, passes but for 1e-4."""
    game, process = CASES[0]
    exact = evolve(game, process).shares()["stag"]
    covered, lengths = 0, set()
    for seed in range(300):
        found = simulate_population(
            game, process, generations=10, burn_in=60, half_width=0.0068, rng=seed
        )
        low, high = found.interval()["stag"]
        covered += low <= exact <= high
        lengths.add(found.generations)
        assert len(found.certificate.notes) == 1
    assert lengths == {20, 40}  # the rule has a choice
    assert covered >= 300 * 0.93 - 3.7 * np.sqrt(300 * 0.93 * 0.07)


# --- the stopping rule -----------------------------------------------------------------------


def test_the_record_is_doubled_until_the_interval_is_reached() -> None:
    game, process = CASES[0]
    arguments = {"generations": 10, "burn_in": 30, "replicates": 40, "rng": 9}
    plain = simulate_population(game, process, **arguments)
    target = 0.6 * plain.half_width()
    found = simulate_population(game, process, half_width=target, **arguments)
    assert found.generations in (20, 40, 80)
    assert found.half_width() <= target
    assert found.certificate.notes[0].startswith("interval reached: half-width")
    assert "so few replicates" in found.certificate.notes[1]
    # What is recorded longer is what would have been recorded anyway.
    longer = simulate_population(
        game, process, **arguments | {"generations": found.generations, "replicates": 7}
    )
    np.testing.assert_allclose(longer.by_replicate, found.by_replicate[:7], rtol=1e-12)
    assert np.array_equal(longer.final, found.final[:7])


def test_replicates_are_doubled_after_the_record() -> None:
    game, process = CASES[0]
    arguments = {"generations": 4, "burn_in": 10, "replicates": 700, "rng": 9}
    longest = simulate_population(game, process, **arguments | {"generations": 32})
    target = 0.65 * longest.half_width()
    found = simulate_population(game, process, half_width=target, **arguments)
    assert (found.generations, found.replicates) == (32, 2048)
    assert np.array_equal(found.by_replicate[:700], longest.by_replicate)
    assert found.certificate.notes[0].startswith("interval reached")


@pytest.mark.parametrize(
    ("at_most", "spent"), [(400, (10, 40)), (1700, (40, 40)), (6400, (80, 80))]
)
def test_an_interval_that_is_not_reached_is_noted(at_most: int, spent: tuple[int, int]) -> None:
    game, process = CASES[0]
    found = simulate_population(
        game, process, generations=10, burn_in=30, replicates=40, half_width=1e-4,
        at_most=at_most, rng=9,
    )  # fmt: skip
    assert (found.generations, found.replicates) == spent
    assert found.certificate.notes[0].startswith("interval not reached: half-width 0.0")
    assert found.provenance["specification"]["at_most"] == at_most


# --- what is special -------------------------------------------------------------------------


def test_replicates_that_keep_apart_are_noted() -> None:
    process = Fermi(population_size=30, selection_intensity=10.0, mutation_probability=1e-6)
    found = simulate_population(classics.stag_hunt(), process, generations=50, burn_in=50, rng=2)
    assert any("keep apart" in note for note in found.certificate.notes)


def test_where_nothing_varies_it_is_noted() -> None:
    process = Fermi(population_size=30, mutation_probability=0.0)
    found = simulate_population(
        classics.stag_hunt(), process, start=[30, 0], generations=10, burn_in=0, half_width=0.01,
    )  # fmt: skip
    assert found.shares["stag"] == (1.0, 0.0, 1024.0)
    assert any("prove nothing" in note for note in found.certificate.notes)


class Interrupt:
    """A statistic that is interrupted when it is asked for the n-th time."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, counts):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return counts[:, 0]


def test_ctrl_c_keeps_the_groups_of_blocks_that_are_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coopgames.dynamics.populations.run.TOGETHER", 2)
    game, process = CASES[3]
    arguments = {"generations": 10, "burn_in": 5, "rng": 5}
    with pytest.raises(KeyboardInterrupt):
        simulate_population(game, process, statistics={"x": Interrupt(9)}, **arguments)
    # Groups of one, two and two blocks; a statistic is asked once per block and generation.
    found = simulate_population(
        game, process, replicates=5000, statistics={"x": Interrupt(45)}, record_every=5, **arguments
    )
    whole = simulate_population(game, process, replicates=3072, record_every=5, **arguments)
    assert (
        found.certificate.notes[0]
        == "interrupted after 10 generations of 3,072 of 5,000 replicates"
    )
    assert np.array_equal(found.by_replicate, whole.by_replicate)
    assert np.array_equal(found.band, whole.band)


def test_ctrl_c_goes_back_behind_groups_that_are_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of one and two blocks; the first is longer already."""
    monkeypatch.setattr("coopgames.dynamics.populations.run.TOGETHER", 2)
    game, process = CASES[3]
    arguments = {"generations": 4, "burn_in": 2, "replicates": 3072, "rng": 5}
    found = simulate_population(
        game, process, half_width=1e-6, statistics={"x": Interrupt(12 + 4 + 3)}, **arguments
    )
    plain = simulate_population(game, process, **arguments)
    assert (
        found.certificate.notes[0] == "interrupted after 4 generations of 3,072 of 3,072 replicates"
    )
    assert np.array_equal(found.by_replicate, plain.by_replicate)
    assert np.array_equal(found.final, plain.final)


@pytest.mark.parametrize("at", [11, 15, 19, 25, 39])
def test_ctrl_c_goes_back_to_the_last_look(at: int) -> None:
    game, process = CASES[3]
    arguments = {"generations": 10, "burn_in": 5, "replicates": 30, "rng": 5}
    found = simulate_population(
        game, process, half_width=1e-6, statistics={"x": Interrupt(at)}, **arguments
    )
    length = 10 if at < 20 else 20
    plain = simulate_population(game, process, **arguments | {"generations": length})
    assert f"interrupted after {length} generations of 30" in found.certificate.notes[0]
    np.testing.assert_allclose(found.by_replicate, plain.by_replicate, rtol=1e-12)
    assert np.array_equal(found.final, plain.final)


def test_a_bar_is_drawn_where_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    game, process = CASES[0]
    simulate_population(game, process, generations=3, burn_in=2, replicates=2, progress=True)
    assert "/5 [" in capsys.readouterr().err
    # Generations of blocks.
    simulate_population(game, process, generations=3, burn_in=2, replicates=3000, progress=True)
    assert "/15 [" in capsys.readouterr().err


# --- paths and statistics --------------------------------------------------------------------


@pytest.mark.parametrize(("game", "process"), [CASES[0], CASES[3], CASES[6]])
def test_paths_and_bands_are_those_of_the_replicates(game, process) -> None:
    size = process.population_size
    arguments = {"generations": 7, "burn_in": 6, "rng": 8, "record_every": 3}
    found = simulate_population(
        game, process, replicates=1100, keep_paths=True, band=(0.0, 0.25, 0.5, 1.0), **arguments
    )
    assert found.times.tolist() == [0, 3, 6, 9, 12]
    assert found.paths.shape == (5, 1100, game.size)
    assert (found.paths.sum(axis=2) == size).all()
    np.testing.assert_allclose(found.mean_path, found.paths.mean(axis=1) / size, atol=1e-12)
    bands = np.quantile(found.paths, (0, 0.25, 0.5, 1), axis=1, method="inverted_cdf") / size
    np.testing.assert_allclose(found.band, bands)
    # The record follows the burn-in: times 7 .. 13; a run that ends at 12 has the path's last.
    short = simulate_population(
        game, process, replicates=3, **arguments | {"generations": 6, "record_every": None}
    )
    assert np.array_equal(short.final, found.paths[-1, :3])
    assert short.times.size == 0
    assert short.paths is None


def test_paths_alone_are_kept_every_generation() -> None:
    game, process = CASES[0]
    found = simulate_population(
        game, process, generations=5, burn_in=0, replicates=4, keep_paths=True, rng=1
    )
    mean = found.paths[1:].mean(axis=0) / process.population_size
    np.testing.assert_allclose(found.by_replicate, mean)


@pytest.mark.parametrize("case", [1, 5])
def test_statistics_are_averaged_like_shares(case: int) -> None:
    """Success of groups against the exact law; false alarm 1e-4."""
    game, process = CASES[case]
    groups = compositions(game.players, game.looks)
    succeeds = groups[:, 0] >= 2
    exact = evolve(game, process).group_success(succeeds).value

    def success(counts):
        return hypergeometric_group_law(game.seen(counts), groups) @ succeeds

    found = simulate_population(
        game,
        process,
        generations=200,
        burn_in=100,
        statistics={"success": success, "first": lambda counts: counts[:, 0]},
        rng=12,
    )
    estimate = found.statistics["success"]
    assert 0 < estimate.standard_error < 0.01
    assert abs(estimate.value - exact) < 3.9 * estimate.standard_error
    first, share = found.statistics["first"], found.shares[game.strategies[0]]
    assert first.value == pytest.approx(share.value * process.population_size)
    assert first.effective_size == pytest.approx(share.effective_size)
    assert found.interval()["success"][0] < estimate.value
