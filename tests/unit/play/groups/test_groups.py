"""Groups in a repeated game: published results, and the record."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.games import classics
from coopgames.strategies import as_automaton, named_automaton


def test_proportional_tit_for_tat_is_fair():
    """n = 4, r = 1.6: it gets what its co-players get on average, whoever they are."""
    rng = np.random.default_rng(7)
    game = classics.public_goods(4, 1.6)
    fair = cg.named_strategy("proportional tit for tat", players=4)
    for _ in range(25):
        others = [cg.memory_one(rng.random(8)) for _ in range(3)]
        play = cg.play_group([(one, 1) for one in (fair, *others)], game)
        assert play.ergodic
        assert abs(play.payoffs[0] - play.payoffs[1:].mean()) < 1e-9


@pytest.mark.parametrize("discount", [0.95, 1.0])
def test_lines_are_enforced_in_groups(discount):
    rng = np.random.default_rng(8)
    game = classics.public_goods(3, 2)
    strategy = cg.zero_determinant(
        game, slope=0.6, baseline=0.4, discount_factor=discount, start=0.5
    )
    for _ in range(10):
        others = [(cg.memory_one(rng.random(6), start=rng.random()), 1) for _ in range(2)]
        payoffs = cg.play_group([(strategy, 1), *others], game, discount_factor=discount).payoffs
        assert abs(payoffs[1:].mean() - 0.6 * payoffs[0] - 0.4 * 0.4) < 1e-12


def test_grim_in_the_public_goods_game():
    """N = 5, r = 3: contributing for ever pays from (N - r) / ((N - 1) r) = 1/6 on."""
    game = classics.public_goods(5, 3)
    for shift, gain in ((-0.01, 1), (0.01, -1)):
        play = cg.play_group(
            [("always defect", 1), ("grim", 4)], game, discount_factor=1 / 6 + shift
        )
        assert np.sign(play.payoffs[0] - 2) == gain
    even = cg.play_group([("always defect", 1), ("grim", 4)], game, discount_factor=1 / 6)
    assert abs(even.payoffs[0] - 2) < 1e-12


def test_two_players_are_a_pair():
    rows = np.random.default_rng(9).random((2, 5))
    records = [cg.memory_one(row[1:], start=row[0]) for row in rows]
    errors = {"discount_factor": 0.9, "implementation_error": 0.02, "perception_error": 0.05}
    group = cg.play_group([(one, 1) for one in records], [[3, 0], [5, 1]], **errors)
    pair = cg.play_pairs(records, [[3, 0], [5, 1]], **errors)
    np.testing.assert_allclose(group.payoffs, [pair.payoffs[0, 1], pair.payoffs[1, 0]], atol=1e-13)
    assert abs(group.cooperation_rates[1] - pair.cooperation_rates[1, 0]) < 1e-13


def test_roles_may_have_payoffs_of_their_own():
    poor, rich = classics.public_goods(4, 2), classics.public_goods(4, 2, 3.0)
    play = cg.play_group([("always cooperate", 2), ("always defect", 2)], [poor, rich])
    # Two of four contribute: 2 * 2 * 1 / 4 - 1 for the poor, 2 * 2 * 3 / 4 for the rich.
    assert play.payoffs.tolist() == [0.0, 3.0]
    assert play.cooperation_rates.tolist() == [1.0, 0.0]
    assert play.cooperators.tolist() == [0, 0, 1, 0, 0]


def test_groups_that_end_differently():
    half = cg.memory_one(cg.named_strategy("tit for tat", players=3).response, start=0.5)
    play = cg.play_group([(half, 3)], classics.public_goods(3, 2))
    assert play.recurrent_classes == 2
    assert not play.ergodic
    np.testing.assert_allclose(play.cooperators, [7 / 8, 0, 0, 1 / 8], atol=1e-14)
    np.testing.assert_allclose(play.payoffs, [1 / 8], atol=1e-14)


# --- automata ----------------------------------------------------------------------------------


def test_two_automata_are_a_pair():
    names = ["tit for two tats", "contrite tit for tat"]
    errors = {"discount_factor": 0.9, "implementation_error": 0.02, "perception_error": (0.2, 0.05)}
    group = cg.play_group([(name, 1) for name in names], [[3, 0], [5, 1]], **errors)
    pair = cg.play_pairs(names, [[3, 0], [5, 1]], **errors)
    np.testing.assert_allclose(group.payoffs, [pair.payoffs[0, 1], pair.payoffs[1, 0]], atol=1e-13)
    assert group.perception_error == (0.2, 0.05)


@pytest.mark.parametrize("discount", [0.8, 1.0])
def test_memory_one_as_automata(discount):
    rng = np.random.default_rng(11)
    game = classics.public_goods(4, 1.6)
    records = [cg.memory_one(rng.choice([0.2, 0.9], 8), start=0.5) for _ in range(2)]
    errors = {"discount_factor": discount, "implementation_error": 0.02}
    for misread in (0.0, (0.3, 0.1)):
        fast, slow = (
            cg.play_group(
                list(zip(chosen, (3, 1), strict=True)), game, perception_error=misread, **errors
            )
            for chosen in (records, [as_automaton(records[0]), records[1]])
        )
        np.testing.assert_allclose(fast.payoffs, slow.payoffs, atol=1e-12)
        np.testing.assert_allclose(fast.law, slow.law, atol=1e-12)
        np.testing.assert_allclose(fast.cooperators, slow.cooperators, atol=1e-12)


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_all_or_none_in_groups(rounds):
    """After an error of one of n players all defect for K rounds: 1 - (n K + 1) errors each."""
    error, n = 1e-7, 4
    strategy = named_automaton("all-or-none", players=n, rounds=rounds)
    play = cg.play_group([(strategy, n)], classics.public_goods(n, 2), implementation_error=error)
    assert abs((1 - play.cooperation_rates[0]) / error - (n * rounds + 1)) < 1e-4
    # Among those who defect, one who does so too has its share every K + 1 rounds.
    one = cg.play_group([(strategy, n - 1), ("always defect", 1)], classics.public_goods(n, 2))
    assert abs(one.cooperation_rates[0] - 1 / (rounds + 1)) < 1e-14


def test_limited_retaliation_comes_back():
    """In groups of five with three rounds of reversion, by hand: an error costs three rounds."""
    strategy = named_automaton("limited retaliation", players=5, rounds=3)
    play = cg.play_group([(strategy, 5)], classics.public_goods(5, 3), implementation_error=1e-7)
    assert abs((1 - play.cooperation_rates[0]) / 1e-7 - (5 * 3 + 1)) < 1e-4


def test_missed_defections_and_false_alarms_in_groups():
    game = classics.public_goods(3, 2)
    mixed = [("tit for tat", 1), ("always cooperate", 1), ("always defect", 1)]
    play = cg.play_group(mixed, game, perception_error=(0.25, 0.125))
    # Both others must seem to cooperate.
    assert abs(play.cooperation_rates[0] - 0.25 * 0.875) < 1e-14


@pytest.mark.parametrize(
    ("players", "game", "problem"),
    [
        ([("grim", 3)], classics.public_goods(4, 2), "game must be of the 3 players given"),
        ([("grim", 0)], classics.public_goods(4, 2), r"players\[0\]\[1\] must be >= 1"),
        (
            [(cg.memory_one([1, 0, 1, 0]), 3)],
            classics.public_goods(3, 2),
            "players must be of the 3 players given; got one of 2",
        ),
        ([("grim", 2)], [classics.public_goods(2, 2)] * 3, "one for each of the 1 classes"),
    ],
)
def test_refusals(players, game, problem):
    with pytest.raises(cg.CoopgamesError, match=problem):
        cg.play_group(players, game)
