"""Role-symmetric games against every group and every profile, one by one."""

from itertools import combinations, product

import numpy as np
import pytest

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import (
    RoleGame,
    Scenario,
    bimatrix_game,
    matrix_game,
    one_role,
    role_symmetric_game,
    symmetric_game,
)

PLAYERS, NAMES = (2, 3), (("a", "b", "c"), ("x", "y"))


def paid(role: int, strategy: int, counts: tuple[int, ...]) -> float:
    """Some payoff that depends on everything: counts of all co-players."""
    weights = np.array([1.0, -0.5, 2.0, 0.3, 1.7])
    return float(np.sin(weights @ np.array(counts) + role + 2 * strategy) + 0.1 * strategy)


def full_game() -> RoleGame:
    return role_symmetric_game(
        PLAYERS,
        NAMES,
        lambda r, i, others: np.array([paid(r, i, tuple(row)) for row in others.tolist()]),
    )


def test_payoffs_in_populations_are_means_over_all_groups_one_by_one() -> None:
    game = full_game()
    population = [[0, 0, 1, 2], [0, 1, 1, 1]]  # strategy of each individual, by role
    counts = [2, 1, 1, 1, 3]
    found = game.payoffs_in_populations(counts)
    for role, start in ((0, 0), (1, 3)):
        for strategy in range(len(NAMES[role])):
            me = population[role].index(strategy)
            own = [s for k, s in enumerate(population[role]) if k != me]
            values = []
            for mates in combinations(own, PLAYERS[role] - 1):
                for others in combinations(population[1 - role], PLAYERS[1 - role]):
                    by_role = (mates, others) if role == 0 else (others, mates)
                    seen = tuple(by_role[0].count(s) for s in range(3))
                    seen += tuple(by_role[1].count(s) for s in range(2))
                    values.append(paid(role, strategy, seen))
            assert found[start + strategy] == pytest.approx(np.mean(values), abs=1e-12)


def test_payoffs_at_shares_are_means_over_all_profiles() -> None:
    game = full_game()
    shares = ([0.2, 0.5, 0.3], [0.6, 0.4])
    found = game.payoffs_at(np.concatenate(shares))
    for role, start in ((0, 0), (1, 3)):
        number = [n - (r == role) for r, n in enumerate(PLAYERS)]
        for strategy in range(len(NAMES[role])):
            mean = 0.0
            for first in product(range(3), repeat=number[0]):
                for second in product(range(2), repeat=number[1]):
                    chance = np.prod([shares[0][s] for s in first] or [1.0])
                    chance *= np.prod([shares[1][s] for s in second] or [1.0])
                    seen = tuple(first.count(s) for s in range(3))
                    seen += tuple(second.count(s) for s in range(2))
                    mean += chance * paid(role, strategy, seen)
            assert found[start + strategy] == pytest.approx(mean, abs=1e-12)


def test_populations_that_are_the_players_need_no_sampling() -> None:
    game = full_game()
    counts = np.array([[1, 1, 0, 2, 1], [0, 0, 2, 3, 0]])
    found = game.payoffs_in_populations(counts)
    for row, got in zip(counts, found, strict=True):
        for role, start in ((0, 0), (1, 3)):
            for strategy in range(len(NAMES[role])):
                others = row.copy()
                others[start + strategy] -= 1
                if others[start + strategy] < 0:
                    assert got[start + strategy] == 0
                else:
                    want = paid(role, strategy, tuple(others.tolist()))
                    assert got[start + strategy] == pytest.approx(want, abs=1e-12)


def test_a_single_player_sees_what_each_strategy_would_give() -> None:
    game = bimatrix_game([[3, 0], [5, 1]], [[2, 7], [4, 6]])
    assert game.payoffs_in_populations([1, 0, 0, 1]).tolist() == [0, 1, 2, 7]
    # The same from the sampled route: three variants of the row player, one of the column's.
    assert game.payoffs_in_populations([3, 0, 0, 1]).tolist() == [0, 1, 2, 7]


def test_a_symmetric_game_is_a_role_game_of_one_role() -> None:
    rng = np.random.default_rng(3)
    table = rng.normal(size=(4, 15))
    game = symmetric_game(5, "abcd", lambda i, _: table[i], seen_as=(0, 1, 0, 2))
    roles = one_role(game)
    counts = rng.multinomial(9, [0.25] * 4, size=20)
    same = roles.payoffs_in_populations(counts)
    assert np.allclose(same, game.payoffs_in_population(counts), atol=1e-12)
    shares = rng.dirichlet(np.ones(4), size=20)
    assert np.allclose(roles.payoffs_at(shares), game.payoffs_at(shares), atol=1e-12)


def test_scenarios_average_payoffs_and_keep_their_own_totals() -> None:
    """With probability .3 conditional cooperators act, else they don't."""
    grid = np.arange(5.0)
    tables = (np.stack([grid, grid + 1, grid]),)
    scenarios = (
        Scenario(probability=0.3, adds=(np.array([1, 0, 1]),), payoffs=tables),
        Scenario(probability=0.7, adds=(np.array([1, 0, 0]),), payoffs=tables),
    )
    game = RoleGame(
        roles=("state",), players=(4,), strategies=(("C", "D", "X"),), scenarios=scenarios
    )
    # Co-players of a C among 1 C, 1 D, 2 X: nobody acts, or two do.
    assert game.payoffs_in_populations([1, 1, 2])[0] == pytest.approx(0.3 * 2)
    adopted, not_adopted = game.totals_in_populations([1, 1, 2])
    assert adopted.tolist() == [0, 0, 0, 1, 0]
    assert not_adopted.tolist() == [0, 1, 0, 0, 0]
    law = game.totals_at([0.5, 0.25, 0.25])[0]
    assert law == pytest.approx([0.25**4, 3 / 64, 27 / 128, 27 / 64, 81 / 256])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bimatrix_game([[1, 2]], [[1], [2]]), "must be matrices of one shape"),
        (lambda: role_symmetric_game([0], [("a",)], lambda *_: 0), "players must be >= 1"),
        (lambda: role_symmetric_game([1], [("a", "a")], lambda *_: 0), "must be different names"),
        (lambda: role_symmetric_game([2], [("a",), ("b",)], lambda *_: 0), "one entry per role"),
        (lambda: role_symmetric_game([2], [("a", "b")], lambda *_: np.nan), "must be finite"),
        (lambda: full_game().payoffs_in_populations([2, 0, 0, 1, 1]), "at least players = 3"),
        (lambda: full_game().payoffs_in_populations([2, 0]), "5 on the last axis"),
        (lambda: full_game().payoffs_at([-1, 1, 1, 0, 1]), "non-negative"),
    ],
)
def test_bad_input_is_named(call, message) -> None:
    with pytest.raises(CoopgamesError, match=message):
        call()


def test_too_many_profiles_are_refused() -> None:
    with pytest.raises(BudgetError, match="write the game with Scenario"):
        role_symmetric_game([50] * 6, [("a", "b", "c")] * 6, lambda *_: 0)
    with pytest.raises(BudgetError, match="give seen_as"):
        one_role(matrix_game(np.eye(30)))
