"""Prices of anarchy and stability, against all profiles of individuals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.names import PROBLEMS
from tests.oracle.individual_profiles import (
    equilibria_by_counts,
    expected_payoffs,
    largest_welfare,
)
from tests.unit.equilibria.test_pure import random_game

import coopgames as cg
from coopgames.equilibria.pure import pure_equilibria
from coopgames.equilibria.symmetric import symmetric_equilibria
from coopgames.equilibria.welfare import (
    equilibrium_welfare,
    price_of_anarchy,
    social_optimum,
    symmetric_optimum,
)
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import bimatrix_game, matrix_game, symmetric_game
from coopgames.games.classics import public_goods, stag_hunt, volunteers_dilemma


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 2), st.booleans())
def test_prices_against_all_profiles(seed, scenarios, whole):
    game = random_game(np.random.default_rng(seed), scenarios=scenarios, whole=whole)
    found = price_of_anarchy(game)
    optimum = largest_welfare(game)
    assert found.optimum == pytest.approx(optimum, abs=1e-12)
    values = [
        float(np.dot(game.players, paid)) for _, _, paid in equilibria_by_counts(game).values()
    ]
    if not values:
        assert math.isnan(found.worst)
        assert "no equilibrium" in found.reason
        return
    assert (found.worst, found.best) == pytest.approx((min(values), max(values)), abs=1e-12)
    if min(values) > 1e-9:
        assert found.price_of_anarchy == pytest.approx(optimum / min(values))
        assert found.price_of_stability == pytest.approx(optimum / max(values))
        assert found.price_of_anarchy >= found.price_of_stability >= 1 - 1e-12
        assert not found.reason


@pytest.mark.parametrize("problem", PROBLEMS)
def test_optimum_of_institutions_against_all_profiles(problem):
    for game in cg.policy_games(cg.game("federation", problem, "uniform-6")).games:
        assert social_optimum(game)[0] == pytest.approx(largest_welfare(game), abs=1e-12)


def test_stag_hunt():
    found = price_of_anarchy(stag_hunt())
    assert (found.optimum, found.worst, found.best) == (8, 4, 8)
    assert (found.price_of_anarchy, found.price_of_stability) == (2, 1)
    assert found.optimal_counts.tolist() == [2, 0]
    assert equilibrium_welfare(pure_equilibria(stag_hunt())).tolist() == [4, 8]


def test_costs_turn_the_ratio_over():
    """Pigou (1920): two drivers, road costs 2 or the number on it; both optimal and worst known."""
    game = symmetric_game(
        2, ("slow", "fast"), lambda i, others: -2.0 if i == 0 else -1.0 - others[:, 1]
    )
    found = price_of_anarchy(game)
    # Both on the fast road: 2 + 2 = 4; one on each: 2 + 1 = 3.
    assert (found.optimum, found.worst, found.best) == (-3, -4, -3)
    assert found.price_of_anarchy == pytest.approx(4 / 3)
    assert found.price_of_stability == 1


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[1, -3], [2, -1]], "means nothing"),
        ([[0, 0], [0, 0]], "means nothing"),
    ],
)
def test_signs_that_make_ratios_meaningless(matrix, words):
    found = price_of_anarchy(matrix_game(matrix))
    assert math.isnan(found.price_of_anarchy)
    assert words in found.reason


def test_nothing_at_all_is_infinitely_bad():
    found = price_of_anarchy(public_goods(5, 3))
    assert found.optimum == pytest.approx(10)
    assert found.price_of_anarchy == math.inf
    pennies = bimatrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert "no equilibrium" in price_of_anarchy(pennies).reason


def test_mixed_equilibria_can_be_given():
    game = volunteers_dilemma(3, 4, 1)
    found = price_of_anarchy(game, symmetric_equilibria(game))
    assert found.optimum == pytest.approx(3 * 4 - 1)
    assert found.worst == pytest.approx(3 * (4 - 1), abs=1e-9)
    assert found.exact


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_symmetric_optimum_against_a_grid(seed, players):
    rng = np.random.default_rng(seed)
    game = cg.one_role(
        cg.SymmetricGame(
            players=players,
            strategies=("a", "b"),
            table=rng.normal(size=(2, players)),
            seen_as=(0, 1),
        )
    )
    value, x = symmetric_optimum(game)

    def total(share):
        (paid,) = expected_payoffs(game, [[share, 1 - share]])
        return players * (share * paid[0] + (1 - share) * paid[1])

    assert total(x) == pytest.approx(value, abs=1e-10)
    assert max(total(share) for share in np.linspace(0, 1, 60)) <= value + 1e-10


def test_budgets_and_bounds():
    with pytest.raises(BudgetError, match="budget = 10"):
        social_optimum(public_goods(50, 3), budget=10)
    with pytest.raises(CoopgamesError, match="two strategies"):
        symmetric_optimum(matrix_game(np.eye(3)))
