"""Passage, persistence and quasi-stationarity of populations against dense algebra and samples."""

import numpy as np
import pytest

from coopgames.dynamics import (
    BestOfSample,
    Fermi,
    Moran,
    WrightFisher,
    evolve,
    first_passage,
    fixation,
    hitting_probability,
    persistence,
    quasi_stationary,
    simulate_population,
    transition_chain,
)
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game
from coopgames.kernels.markov.simplex_chain import (
    best_of_sample_chain,
    moran_chain,
    pairwise_comparison_chain,
)
from coopgames.kernels.simplex import compositions

ROCK = matrix_game([[0, -1, 2], [2, 0, -1], [-1, 2, 0.5]])
THREE = [
    Fermi(population_size=8, mutation_probability=0.1, role_model="others"),
    Moran(population_size=7, mutation_probability=0.05, selection_intensity=0.5),
    BestOfSample(population_size=7, sample=2, mutation_probability=0.1),
    WrightFisher(population_size=6, mutation_probability=0.1),
]
TWO = [
    (classics.stag_hunt(), Fermi(population_size=12, mutation_probability=0.05)),
    (classics.hawk_dove(2, 5), Moran(population_size=10, mutation_probability=0.1)),
    (classics.stag_hunt(), WrightFisher(population_size=12, mutation_probability=0.1)),
    (classics.stag_hunt(), BestOfSample(population_size=9, sample=3, mutation_probability=0.1)),
]
CASES = [*TWO, *((ROCK, process) for process in THREE)]
NAMES = [f"{type(process).__name__}-{game.size}" for game, process in CASES]


def mostly_first(counts):
    return 2 * counts[:, 0] > counts.sum(axis=1)


def none_of_first(counts):
    return counts[:, 0] == 0


@pytest.mark.parametrize(("game", "process"), CASES, ids=NAMES)
def test_everything_against_dense_algebra(game, process) -> None:
    states, sparse = transition_chain(game, process)
    chain = sparse.toarray()
    np.testing.assert_allclose(chain.sum(axis=1), 1, atol=1e-12)
    hold, other = mostly_first(states), none_of_first(states)
    # Mean times.
    rest = ~hold
    inner = np.eye(rest.sum()) - chain[np.ix_(rest, rest)]
    expected = np.zeros(states.shape[0])
    expected[rest] = np.linalg.solve(inner, np.ones(rest.sum()))
    found = first_passage(game, process, mostly_first)
    np.testing.assert_allclose(found.times, expected, rtol=1e-8)
    assert found.at(states[3]) == found.times[3]
    assert found.certificate.exact
    assert found.certificate.residual < 1e-9
    assert found.steps_per_generation == (
        1 if isinstance(process, WrightFisher) else process.population_size
    )
    assert np.array_equal(first_passage(game, process, hold).times, found.times)
    # Which comes first.
    middle = ~(hold | other)
    expected = hold.astype(float)
    inner = np.eye(middle.sum()) - chain[np.ix_(middle, middle)]
    expected[middle] = np.linalg.solve(inner, chain[np.ix_(middle, hold)].sum(axis=1))
    chance = hitting_probability(game, process, mostly_first, none_of_first)
    np.testing.assert_allclose(chance.probability, expected, atol=1e-9)
    assert chance.at(states[-1]) == chance.probability[-1]
    # What stays.
    values, vectors = np.linalg.eig(chain[np.ix_(hold, hold)].T)
    best = int(np.argmax(values.real))
    law = np.abs(vectors[:, best].real)
    stays = quasi_stationary(game, process, mostly_first)
    np.testing.assert_allclose(stays.outcome.law[hold], law / law.sum(), atol=1e-9)
    assert stays.exit_rate == pytest.approx(1 - values[best].real, rel=1e-7)
    assert stays.mean_exit_time == 1 / stays.exit_rate
    assert sum(stays.shares().values()) == pytest.approx(1)
    # Spells: power iteration for the law, then flows.
    law = np.linalg.matrix_power(chain, 2**24)[0]
    flow = law[hold] @ chain[np.ix_(hold, ~hold)].sum(axis=1)
    spells = persistence(game, process, mostly_first)
    assert spells.holding == pytest.approx(law[hold].sum(), rel=1e-6)
    assert spells.flow == pytest.approx(flow, rel=1e-6)
    assert spells.spell == pytest.approx(law[hold].sum() / flow, rel=1e-6)
    assert spells.onset == pytest.approx(law[~hold].sum() / flow, rel=1e-6)


def test_chains_are_those_of_the_kernels() -> None:
    two = [(game, process) for game, process in TWO if isinstance(process, Moran)]
    for game, process in [*two, *((ROCK, process) for process in THREE[:3])]:
        size = process.population_size
        states, chain = transition_chain(game, process)
        assert np.array_equal(states, compositions(size, game.size))
        payoffs = game.payoffs_in_population(states)
        common = {"population_size": size, "mutation_probability": process.mutation}
        if isinstance(process, Moran):
            kernel = moran_chain(process.fitness_of(payoffs, states > 0), **common)
        elif isinstance(process, BestOfSample):
            kernel = best_of_sample_chain(payoffs, sample=2, **common)
        else:
            kernel = pairwise_comparison_chain(
                payoffs, selection_intensity=1.0, role_model="others", **common
            )
        assert abs(chain - kernel).max() < 1e-14


@pytest.mark.parametrize("process", [Fermi, Moran])
def test_without_mutation_it_is_fixation(process) -> None:
    game = classics.hawk_dove(2, 3)
    chosen = process(population_size=30, selection_intensity=0.5, mutation_probability=0.0)
    expected = fixation(game, chosen, "hawk", "dove")

    def ends(counts):
        return (counts == 30).any(axis=1)

    passage = first_passage(game, chosen, ends)
    assert passage.at([1, 29]) == pytest.approx(expected.time, rel=1e-12)
    chance = hitting_probability(
        game, chosen, lambda counts: counts[:, 0] == 30, lambda counts: counts[:, 0] == 0
    )
    assert chance.at([1, 29]) == pytest.approx(expected.probability, rel=1e-12)
    never = first_passage(game, chosen, lambda counts: counts[:, 0] == 30)
    assert np.isinf(never.times[:-1]).all()
    assert never.times[-1] == 0
    assert "30 of 31 states" in never.certificate.notes[0]


def test_without_mutation_three_strategies_may_reach_neither() -> None:
    process = Fermi(population_size=6, mutation_probability=0.0)
    found = hitting_probability(
        ROCK, process, lambda counts: counts[:, 0] == 6, lambda counts: counts[:, 1] == 6
    )
    assert found.at([0, 3, 3]) == 0
    assert found.at([0, 0, 6]) == 0
    assert any("neither" in note for note in found.certificate.notes)


@pytest.mark.parametrize("size", [5, 12])
def test_rare_mutations_among_three_take_as_long_as_their_limit_says(size: int) -> None:
    """Without selection each of three corners goes to each other one at rate mu / (2 Z).

    So it takes 2 Z / mu from one to a given other one, up to terms of order mu; the linear
    equations are singular to the computer.
    """
    process = Fermi(population_size=size, selection_intensity=0.0, mutation_probability=1e-14)
    found = first_passage(ROCK, process, lambda counts: counts[:, 0] == size)
    expected = 2 * size / 1e-14
    assert found.at([0, size, 0]) == pytest.approx(expected, rel=1e-9)
    assert found.at([0, 0, size]) == pytest.approx(expected, rel=1e-9)
    # From one mutant of the first kind it is reached at once with 1 / Z.
    assert found.at([1, size - 1, 0]) == pytest.approx(expected * (1 - 1 / size), rel=1e-9)
    chance = hitting_probability(
        ROCK, process, lambda counts: counts[:, 0] == size, lambda counts: counts[:, 1] == size
    )
    assert chance.at([0, 0, size]) == pytest.approx(0.5, rel=1e-9)
    stays = quasi_stationary(ROCK, process, lambda counts: counts[:, 0] < size)
    assert stays.exit_rate == pytest.approx(1 / expected, rel=1e-6)


def test_large_populations_of_two_are_exact() -> None:
    process = Fermi(population_size=20_000, selection_intensity=0.01, mutation_probability=1e-4)
    game = classics.hawk_dove(2, 4)
    found = first_passage(game, process, lambda counts: counts[:, 0] == 0)
    assert found.certificate.residual < 1e-12
    assert np.isfinite(found.times[:5000]).all()
    spells = persistence(game, process, mostly_first)
    assert spells.spell / (spells.spell + spells.onset) == pytest.approx(spells.holding)


def test_what_always_or_never_holds() -> None:
    game, process = TWO[0]
    always = persistence(game, process, lambda counts: counts[:, 0] >= 0)
    never = persistence(game, process, lambda counts: counts[:, 0] < 0)
    assert (always.spell, always.onset, never.spell, never.onset) == (np.inf, 0, 0, np.inf)
    assert "every state" in always.certificate.notes[-1]
    assert "no state" in never.certificate.notes[-1]


def test_survivors_are_as_the_quasi_stationary_law_says() -> None:
    """Replicates that still coexist after a long time; false alarm 1e-4 over both comparisons."""
    game = matrix_game([[1, 4], [2, 1]], ("a", "b"))
    process = Fermi(population_size=10, selection_intensity=0.5, mutation_probability=0.0)
    exact = quasi_stationary(game, process, lambda counts: (counts > 0).all(axis=1))
    found = simulate_population(
        game, process, generations=40, burn_in=0, replicates=6144, start=[5, 5],
        record_every=20, keep_paths=True, rng=5,
    )  # fmt: skip
    alive = (found.paths > 0).all(axis=2)
    middle, late = alive[1], alive[2]
    shares = found.paths[2][late, 0] / 10
    error = shares.std(ddof=1) / np.sqrt(late.sum())
    assert abs(shares.mean() - exact.shares()["a"]) < 4.1 * error
    survival = (1 - exact.exit_rate) ** (20 * 10)
    rate = late.sum() / middle.sum()
    assert abs(rate - survival) < 4.1 * np.sqrt(survival * (1 - survival) / middle.sum())


def test_the_long_run_alternates_as_persistence_says() -> None:
    """Share of time and upcrossings of one long run; false alarm 1e-4 over both."""
    game, process = TWO[0]
    exact = persistence(game, process, mostly_first)
    law = evolve(game, process)
    assert exact.holding == pytest.approx(law.expect(mostly_first(law.states)).value)
    _, sparse = transition_chain(game, process)
    chain = np.cumsum(sparse.toarray(), axis=1)
    rng = np.random.default_rng(3)
    replicates, steps = 4000, 400
    at = rng.choice(law.law.size, size=replicates, p=law.law)
    spells = np.zeros(replicates)
    held = mostly_first(law.states)
    for uniform in rng.random((steps, replicates)):
        new = np.minimum((chain[at] < uniform[:, None]).sum(axis=1), law.law.size - 1)
        spells += held[at] & ~held[new]
        at = new
    error = spells.std(ddof=1) / np.sqrt(replicates) / steps
    assert abs(spells.mean() / steps - exact.flow) < 3.9 * error


def test_bad_input_is_named() -> None:
    game, process = TWO[0]
    with pytest.raises(CoopgamesError, match="reached must give one boolean per state"):
        first_passage(game, process, lambda counts: counts[:, 0])
    with pytest.raises(CoopgamesError, match="must not be empty"):
        first_passage(game, process, np.zeros(13, dtype=bool))
    with pytest.raises(CoopgamesError, match="no common state"):
        hitting_probability(game, process, mostly_first, mostly_first)
    with pytest.raises(CoopgamesError, match="before must not be empty"):
        hitting_probability(game, process, mostly_first, np.zeros(13, dtype=bool))
    with pytest.raises(CoopgamesError, match="can leave"):
        quasi_stationary(game, process, np.ones(13, dtype=bool))
    with pytest.raises(CoopgamesError, match="sum to population_size = 12"):
        first_passage(game, process, mostly_first).at([1, 2])
    with pytest.raises(CoopgamesError, match="mutation_probability must be > 0"):
        persistence(game, Fermi(population_size=12, mutation_probability=0.0), mostly_first)
    with pytest.raises(BudgetError, match="states"):
        first_passage(ROCK, Fermi(population_size=1000), mostly_first)
