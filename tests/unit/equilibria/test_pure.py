"""Pure equilibria by counts, against every profile of individuals."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.names import PROBLEMS
from tests.oracle.individual_profiles import equilibria_by_counts

import coopgames as cg
from coopgames.equilibria.count_search import (
    payoff_scales,
    search_counts,
    search_totals,
    search_two,
)
from coopgames.equilibria.pure import pure_equilibria
from coopgames.errors import CoopgamesError
from coopgames.games import RoleGame, Scenario, bimatrix_game, symmetric_game
from coopgames.games.classics import volunteers_dilemma


def random_game(rng, *, scenarios=1, most_players=6, whole=True):
    """A game of up to three roles with random amounts; whole payoffs tie often."""
    number = int(rng.integers(1, 4))
    players = tuple(int(n) for n in rng.integers(1, 4, number))
    while sum(players) > most_players:
        players = tuple(max(1, n - 1) for n in players)
    sizes = tuple(int(s) for s in rng.integers(1, 4, number))
    chances = rng.dirichlet(np.ones(scenarios)) if scenarios > 1 else np.ones(1)
    made = []
    for chance in chances:
        adds = tuple(rng.integers(0, 4, s) for s in sizes)
        grid = 1 + sum(n * int(a.max()) for n, a in zip(players, adds, strict=True))
        payoffs = tuple(
            rng.integers(0, 4, (s, grid)).astype(float) if whole else rng.normal(size=(s, grid))
            for s in sizes
        )
        made.append(Scenario(probability=float(chance), adds=adds, payoffs=payoffs))
    return RoleGame(
        roles=tuple("abc"[:number]),
        players=players,
        strategies=tuple(tuple("xyz"[:s]) for s in sizes),
        scenarios=tuple(made),
    )


def agrees(game):
    found, wanted = pure_equilibria(game), equilibria_by_counts(game)
    assert found.complete
    assert [tuple(e.counts.tolist()) for e in found] == sorted(wanted)
    for equilibrium in found:
        times, strict, payoffs = wanted[tuple(equilibrium.counts.tolist())]
        assert equilibrium.labels["profiles"] == times
        assert equilibrium.labels["strict"] == strict
        assert equilibrium.payoffs == pytest.approx(payoffs, abs=1e-12)
        assert 0.0 <= equilibrium.regret <= 1e-11
    assert found.degenerate == (not all(strict for _, strict, _ in wanted.values()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 2), st.booleans())
def test_random_role_games_against_all_profiles(seed, scenarios, whole):
    agrees(random_game(np.random.default_rng(seed), scenarios=scenarios, whole=whole))


@pytest.mark.parametrize("n", range(2, 9))
def test_random_symmetric_games_against_all_profiles(n):
    rng = np.random.default_rng(n)
    for size in (2, 3) if n < 7 else (2,):
        table = rng.integers(0, 3, (size, comb(n - 1 + size - 1, size - 1))).astype(float)
        game = cg.SymmetricGame(
            players=n, strategies=tuple("xyz"[:size]), table=table, seen_as=tuple(range(size))
        )
        agrees(cg.one_role(game))


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("institution", ["anarchy", "federation", "club"])
@pytest.mark.parametrize("plans", ["act2", "act3"])
def test_institutions_against_all_profiles(institution, problem, plans):
    world = "uniform-6" if institution != "federation" or plans == "act2" else "uniform-5"
    for game in cg.policy_games(cg.game(institution, problem, world), plans).games:
        agrees(game)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_roles_of_the_charter_with_fewer_players_against_all_profiles(problem):
    for game in cg.policy_games(cg.game("charter", problem, "w20")).games:
        fewer = RoleGame(
            roles=game.roles[:6],
            players=tuple(min(n, 1 + (r % 2)) for r, n in enumerate(game.players[:6])),
            strategies=game.strategies[:6],
            scenarios=tuple(
                Scenario(
                    probability=s.probability,
                    adds=s.adds[:6],
                    payoffs=s.payoffs[:6],
                )
                for s in game.scenarios
            ),
        )
        agrees(fewer)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 2))
def test_both_searches_find_the_same(seed, scenarios):
    game = random_game(np.random.default_rng(seed), scenarios=scenarios, most_players=9)
    slack = 1e-12 * payoff_scales(game)
    one = search_counts(game, slack, 10**6, 10**6)
    two = search_totals(game, slack, 10**6, 10**6)
    assert two is not None
    assert one.counts.tolist() == two.counts.tolist()
    assert one.number == two.number == len(one.counts)
    if game.sizes == (2,):
        assert search_two(game, slack, 10**6).counts.tolist() == one.counts.tolist()
    part = search_totals(game, slack, 10**6, 1)
    assert part is not None
    assert part.number == one.number
    assert len(part.counts) == min(1, one.number)


def test_both_searches_agree_on_the_roles_of_the_charter():
    (first, *_) = cg.policy_games(cg.game("charter", "climate", "w20"), "act3").games
    by_counts = pure_equilibria(first, budget=13_000_000)
    by_totals = pure_equilibria(first, budget=1_000_000)
    assert (by_counts.method, by_totals.method) == ("counts", "totals")
    assert by_counts.complete
    assert by_totals.complete
    assert [e.counts.tolist() for e in by_counts] == [e.counts.tolist() for e in by_totals]


def test_threshold_public_good_of_palfrey_and_rosenthal():
    """Palfrey & Rosenthal (1984) J. Public Econ. 24:171-193, no refund: N = 5, three needed."""
    good = symmetric_game(
        5, ("give", "keep"), lambda i, others: (others[:, 0] + (i == 0) >= 3) - 0.3 * (i == 0)
    )
    found = pure_equilibria(good)
    sizes = {int(e.counts[0]): e.labels["profiles"] for e in found}
    assert sizes == {0: 1, 3: 10}
    assert sum(sizes.values()) == 11
    assert not found.degenerate


@pytest.mark.parametrize("n", [2, 3, 5, 10, 193])
def test_one_volunteers(n):
    (only,) = pure_equilibria(volunteers_dilemma(n, 100, 50))
    assert only.counts.tolist() == [1, n - 1]
    assert only.labels["profiles"] == n


def test_two_players_against_a_table_of_best_replies():
    rng = np.random.default_rng(5)
    for _ in range(50):
        a, b = rng.integers(0, 4, (2, 3, 4)).astype(float)
        best = (a == a.max(axis=0)) & (b == b.max(axis=1)[:, None])
        found = pure_equilibria(bimatrix_game(a, b))
        cells = [(int(e.counts[:3].argmax()), int(e.counts[3:].argmax())) for e in found]
        assert sorted(cells) == sorted(map(tuple, np.argwhere(best).tolist()))


def test_roles_of_193_states_are_decided():
    """Two million counts and more: the answers checked state by state at their edges."""
    (*_, game) = cg.policy_games(cg.game("charter", "climate", "un193")).games
    found = pure_equilibria(game)
    assert found.complete
    assert found.budget["states"] > 2_000_000
    for equilibrium in found:
        for block, paid in zip(
            game.blocks(), game.payoffs_of_revising(equilibrium.counts), strict=True
        ):
            for i in np.flatnonzero(equilibrium.counts[block]):
                assert paid[i].max() <= paid[i, i] + 1e-12


def test_a_budget_gives_a_partial_answer():
    hunt = symmetric_game(50, "ab", lambda i, others: (others[:, 0] > 40) * (1 - i) + 0.5 * i)
    whole = pure_equilibria(hunt)
    few = pure_equilibria(hunt, most=1)
    assert whole.complete
    assert not few.complete
    assert (len(few), few.budget["equilibria"]) == (1, len(whole))
    (*_, large) = cg.policy_games(cg.game("charter", "climate", "un193"), "act3").games
    none = pure_equilibria(large, budget=1_000)
    assert not none.complete
    assert none.budget["examined"] < none.budget["states"]
    assert "budget" in none.proof
    assert none.degenerate is None


def test_ties_are_reported():
    found = pure_equilibria(bimatrix_game([[1, 1], [1, 0]], [[1, 1], [1, 1]]))
    assert found.degenerate
    assert [e.labels["strict"] for e in found] == [False] * 3


def test_many_strategies_take_several_words():
    size = 70
    adds = np.arange(size)
    table = np.zeros((size, 2 * size))
    table[np.arange(size), np.arange(size)] = 1.0  # match the other
    game = RoleGame(
        roles=("a",),
        players=(2,),
        strategies=(tuple(map(str, range(size))),),
        scenarios=(Scenario(probability=1.0, adds=(adds,), payoffs=(table,)),),
    )
    found = pure_equilibria(game)
    assert len(found) == size
    assert all(e.counts.max() == 2 for e in found)


@pytest.mark.parametrize("wrong", [{"budget": 0}, {"most": 0}, {"tolerance": -1.0}])
def test_bounds(wrong):
    with pytest.raises(CoopgamesError, match=next(iter(wrong))):
        pure_equilibria(volunteers_dilemma(3, 2, 1), **wrong)
