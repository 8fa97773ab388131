"""Groups in a repeated game: published results, and the record."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.games import classics


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
