"""Simulated populations against their exact laws; every comparison at a stated false alarm."""

import numpy as np
import pytest

from coopgames.dynamics import Fermi, Moran, evolve, simulate_population
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game

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
    ):
        with pytest.raises(CoopgamesError, match=message):
            simulate_population(game, process, **arguments)
    with pytest.raises(BudgetError, match="tabulated"):
        simulate_population(classics.optional_public_goods(5, 3, 1), Fermi(population_size=1000))
