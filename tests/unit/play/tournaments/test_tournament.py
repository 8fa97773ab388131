"""Round robins against hand-made tables, histories played out one by one, and groups of two."""

from itertools import product

import numpy as np
import pytest

from coopgames import CoopgamesError, memory_one, named_strategy, play_group, play_pairs
from coopgames.games import matrix_game
from coopgames.play.matches.finite_rounds import finite_rounds_law
from coopgames.play.tournaments.tournament import round_robin
from coopgames.play.tournaments.tournament_record import score_tournament
from coopgames.strategies import find_strategy

DILEMMA = [[3, 0], [5, 1]]


def by_histories(first, second, turns, errors, monitoring) -> np.ndarray:
    """Return how often CC, CD, DC, DD are played, by recursion over all that can be seen.

    Strategies are functions from (own acts as known, other's acts as seen), True for cooperation,
    to the probability of cooperating.
    """
    slip, missed, alarm = errors
    law = np.zeros(4)

    def seen(act: bool, read: bool) -> float:
        wrong = alarm if act else missed
        return 1 - wrong if read == act else wrong

    def step(weight: float, views: tuple, left: int) -> None:
        if not left or not weight:
            return
        chances = []
        for rule, (own, other) in zip((first, second), views, strict=True):
            p = rule(own, other)
            chances.append((1 - slip) * p + slip * (1 - p))
        for a, b in product((True, False), repeat=2):
            here = weight * (chances[0] if a else 1 - chances[0])
            here *= chances[1] if b else 1 - chances[1]
            law[2 * (not a) + (not b)] += here / turns
            for x, y in product((True, False), repeat=2):  # what a and b are seen as
                after = here * seen(a, x) * seen(b, y)
                known = (x, y) if monitoring == "public" else (a, b)
                (own1, other1), (own2, other2) = views
                mine = (own1 + (known[0],), other1 + (y,))
                yours = (own2 + (known[1],), other2 + (x,))
                step(after, (mine, yours), left - 1)

    step(1.0, (((), ()), ((), ())), turns)
    return law


def rule_of(strategy):
    """A memory-one strategy as a function of histories."""

    def rule(own, other):
        if not own:
            return strategy.start
        return strategy.response[2 * (not own[-1]) + (not other[-1])]

    return rule


def two_tats(_own, other) -> float:
    return 0.0 if len(other) > 1 and not (other[-1] or other[-2]) else 1.0


@pytest.mark.parametrize("monitoring", ["private", "public"])
@pytest.mark.parametrize("turns", [1, 2, 4])
def test_fixed_rounds_against_all_histories(monitoring: str, turns: int) -> None:
    rng = np.random.default_rng(3)
    one = memory_one(rng.random(4), start=0.3, name="one")
    two = find_strategy("tit for two tats")
    errors = {"implementation_error": 0.1, "perception_error": (0.3, 0.05)}
    law = finite_rounds_law([one, two], turns, **errors, monitoring=monitoring)
    rules = {0: rule_of(one), 1: two_tats}
    for i, j in product((0, 1), repeat=2):
        oracle = by_histories(rules[i], rules[j], turns, (0.1, 0.3, 0.05), monitoring)
        assert law[:, i, j] == pytest.approx(oracle, abs=1e-14)


def test_many_rounds_become_the_limit_of_means() -> None:
    names = ["tit for tat", "win-stay lose-shift", "generous tit for tat"]
    long = round_robin(names, DILEMMA, turns=4000, implementation_error=0.05)
    limit = play_pairs(names, DILEMMA, implementation_error=0.05)
    assert np.abs(long.payoffs - limit.payoffs).max() < 5 * 50 / 4000


def test_two_hundred_rounds_by_hand() -> None:
    names = ["always cooperate", "always defect", "tit for tat"]
    found = round_robin(names, DILEMMA, turns=200)
    by_hand = np.array([[3, 0, 3], [5, 1, (5 + 199) / 200], [3, 199 / 200, 3]])
    assert found.payoffs == pytest.approx(by_hand, abs=1e-12)
    assert found.scores == pytest.approx(by_hand.mean(axis=1))
    assert found.ranking == ("always defect", "tit for tat", "always cooperate")
    assert found.wins.tolist() == [0, 2, 0]
    cooperation = np.array([[1, 1, 1], [0, 0, 0], [1, 1 / 200, 1]])
    assert found.cooperation_rates == pytest.approx(cooperation, abs=1e-14)
    assert found.good_partner.tolist() == [1, 0, 1]
    assert found.margins == pytest.approx((by_hand - by_hand.T).mean(axis=1))
    others = round_robin(names, DILEMMA, turns=200, self_interactions=False)
    assert others.scores == pytest.approx([1.5, (5 + 1.02) / 2, (3 + 0.995) / 2])


def test_weights_are_the_composition_of_the_field() -> None:
    names = ["always cooperate", "always defect"]
    found = round_robin(names, DILEMMA, weights=[3, 1])
    assert found.scores == pytest.approx([9 / 4, 16 / 4])
    assert found.cooperation_rate == pytest.approx(3 / 4)
    apart = round_robin(names, DILEMMA, weights=[3, 1], self_interactions=False)
    assert apart.scores == pytest.approx([0, 5])


def test_equal_scores_share_a_rank() -> None:
    found = score_tournament([[1, 1, 1], [2, 2, 2], [2, 2, 2]], "abc")
    assert found.ranks.tolist() == [3, 1, 1]
    assert found.winners == ("b", "c")
    assert [row["strategy"] for row in found.rows()] == ["b", "c", "a"]


def test_two_sides_against_groups_of_two() -> None:
    """A group of two classes with payoffs of their own is solved by another kernel."""
    names = ["tit for tat", "win-stay lose-shift", "grim", "always defect"]
    first, second = np.array([[3, 0], [5, 1]]), np.array([[2, 4], [-1, 0.5]])
    how = {"discount_factor": 0.8, "implementation_error": 0.03, "perception_error": 0.1}
    found = round_robin(names, (first, second), **how)
    games = [matrix_game(first), matrix_game(second.T)]
    for i, j in product(range(4), repeat=2):
        pair = play_group([(names[i], 1), (names[j], 1)], games, **how)
        assert found.side_payoffs[0, i, j] == pytest.approx(pair.payoffs[0], abs=1e-12)
        assert found.side_payoffs[1, j, i] == pytest.approx(pair.payoffs[1], abs=1e-12)
        assert found.cooperation_rates[i, j] == pytest.approx(pair.cooperation_rates[0], abs=1e-12)
    assert found.payoffs == pytest.approx(found.side_payoffs.mean(axis=0))
    assert found.scores == pytest.approx(found.side_scores.mean(axis=0))
    fixed = round_robin(names, (first, second), turns=3)
    assert fixed.side_payoffs[1, 3, 0] == pytest.approx((4 + 0.5 + 0.5) / 3)


def test_one_game_written_in_three_ways() -> None:
    names = ["tit for tat", "tit for two tats"]
    matrix = np.array(DILEMMA)
    tables = [
        round_robin(names, game, implementation_error=0.1).payoffs
        for game in (DILEMMA, matrix_game(matrix), (matrix, matrix.T))
    ]
    assert (tables[0] == tables[1]).all()
    assert (tables[0] == tables[2]).all()


def test_scores_follow_the_scale_of_payoffs() -> None:
    names = ["tit for tat", "grim", "win-stay lose-shift", "always defect"]
    plain = round_robin(names, DILEMMA, implementation_error=0.02)
    moved = round_robin(names, 2 * np.array(DILEMMA) - 7, implementation_error=0.02)
    assert moved.scores == pytest.approx(2 * plain.scores - 7)
    assert moved.ranking == plain.ranking


def test_where_the_start_decides_is_said() -> None:
    found = round_robin(["tit for tat", "always defect"], DILEMMA)
    assert found.start_decides.tolist() == [[True, False], [False, False]]
    assert round_robin(["tit for tat"], DILEMMA, discount_factor=0.9).start_decides is None


def test_axelrods_table_of_1980() -> None:
    """Fifteen scores of tit for tat, mean 504.5 (Axelrod 1980, Table 2)."""
    row = [600, 595, 600, 600, 600, 595, 600, 600, 597, 597, 280, 225, 279, 359, 441]
    table = np.zeros((15, 15))
    table[0] = row
    found = score_tournament(table)
    assert found.scores[0] == pytest.approx(7568 / 15)
    assert found.cooperation is None
    assert found.rows()[0]["cooperation"] is None


def test_records() -> None:
    found = round_robin(["tit for tat", "always defect"], DILEMMA, turns=5)
    assert found.to_pandas().shape == (2, 7)
    plain = found.to_dict()
    assert plain["settings"]["turns"] == 5
    assert plain["winners"] == [plain["rows"][0]["strategy"]]
    assert found.as_game().strategies == found.names
    with pytest.raises(ValueError, match="read-only"):
        found.payoffs[0, 0] = 1


def test_a_pair_play_with_two_sides_makes_means() -> None:
    play = play_pairs(["grim", "always defect"], ([[3, 0], [5, 1]], [[6, 5], [0, 1]]))
    both = round_robin(["grim", "always defect"], ([[3, 0], [5, 1]], [[6, 5], [0, 1]]))
    assert score_tournament(play).payoffs == pytest.approx(both.payoffs)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: round_robin([], DILEMMA), "strategies must be a sequence"),
        (lambda: round_robin("grim", DILEMMA), "strategies must be a sequence"),
        (lambda: round_robin(["grim"], DILEMMA, turns=0), "turns must be >= 1"),
        (lambda: round_robin(["grim"], DILEMMA, turns=2, discount_factor=0.5), "without"),
        (lambda: round_robin(["grim"], DILEMMA, weights=[0]), "weights must be 1 numbers"),
        (lambda: round_robin(["grim"], DILEMMA, self_interactions=False), "self_interactions"),
        (lambda: round_robin(["grim"], np.ones((3, 3))), "game must"),
        (
            lambda: round_robin([named_strategy("grim", players=3)], DILEMMA, turns=2),
            "of two players",
        ),
        (lambda: score_tournament([[1, 2]]), r"shape \(n, n\)"),
        (lambda: score_tournament([[np.nan]]), "finite"),
        (lambda: score_tournament([[1]], ["a", "b"]), "names must be 1"),
        (lambda: score_tournament([[1]], cooperation_rates=[[2]]), "cooperation_rates"),
        (lambda: round_robin(["grim"] * 500, DILEMMA, turns=10**6), "turns of 500 strategies"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(CoopgamesError, match=message):
        call()
