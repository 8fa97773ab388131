"""Pairs of strategies in a repeated game: published payoffs, and the record."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coopgames as cg
from coopgames.games import classics
from coopgames.games.bilateral import bilateral_game
from coopgames.strategies import as_automaton, named_automaton

DILEMMA = [[3, 0], [5, 1]]


def test_payoffs_with_errors():
    """Implementation errors of 1 %, the setting of Nowak & Sigmund (1993); recomputed numbers."""
    names = ["tit for tat", "win-stay lose-shift", "grim", "always defect"]
    play = cg.play_pairs(names, DILEMMA, implementation_error=0.01)
    expected = {
        (0, 0): 2.25,
        (1, 1): 2.9510919999999996,
        (2, 2): 1.0396999999999976,
        (1, 3): 0.5349999999999994,
        (3, 1): 2.984999999999999,
        (0, 3): 1.0200019999999983,
        (3, 0): 1.0690019999999991,
        (0, 1): 2.25,
        (1, 0): 2.25,
    }
    for pair, value in expected.items():
        assert abs(play.payoffs[pair] - value) < 1e-10
    assert play.ergodic.all()
    assert play.residual < 1e-15


def test_imperfect_detection():
    """A deviator caught each round with probability 1/2 gains nothing at 2/3."""
    grim = cg.memory_one([1, 0.5, 0, 0])
    for discount, gain in ((0.65, 1), (0.68, -1)):
        play = cg.play_pairs(
            [grim, cg.named_strategy("always defect")], DILEMMA, discount_factor=discount
        )
        assert np.sign(play.payoffs[1, 0] - 3) == gain
    level = cg.play_pairs(
        [grim, cg.named_strategy("always defect")], DILEMMA, discount_factor=2 / 3
    )
    assert abs(level.payoffs[1, 0] - 3) < 1e-12


def test_the_record():
    play = cg.play_pairs(["grim", "tit for tat", "always defect"], DILEMMA)
    assert play.names == ("grim", "tit for tat", "always defect")
    assert play.payoffs.tolist() == [[3, 3, 1], [3, 3, 1], [1, 1, 1]]
    assert play.cooperation_rates.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert play.recurrent_classes.diagonal().tolist() == [2, 3, 1]
    assert play.ergodic.tolist() == [[False, False, True], [False, False, True], [True] * 3]
    assert not play.payoffs.flags.writeable
    discounted = cg.play_pairs(["grim"], DILEMMA, discount_factor=0.9)
    assert discounted.recurrent_classes is None
    assert not discounted.ergodic.any()


def test_numbers_and_records_agree():
    rows = np.random.default_rng(1).random((6, 5))
    records = [cg.memory_one(row[1:], start=row[0]) for row in rows]
    game = classics.donation_game(3, 1)
    by_rows = cg.play_pairs(rows, game, discount_factor=0.9)
    by_records = cg.play_pairs(records, [[2, -1], [3, 0]], discount_factor=0.9)
    np.testing.assert_array_equal(by_rows.payoffs, by_records.payoffs)
    rate = by_rows.cooperation_rates
    np.testing.assert_allclose(by_rows.payoffs, 3 * rate.T - rate, atol=1e-13)
    assert by_rows.names == tuple("012345")


def test_strategies_may_evolve():
    play = cg.play_pairs(
        ["always defect", "tit for tat", "win-stay lose-shift"], DILEMMA, implementation_error=0.01
    )
    shares = cg.small_mutation_limit(play.as_game(), cg.Fermi(population_size=50)).shares()
    assert abs(sum(shares.values()) - 1) < 1e-12


# --- automata ----------------------------------------------------------------------------------


def test_automata_and_memory_one_play_together():
    """Payoffs 5, 3, 1, 0, counted by hand."""
    names = ["tit for two tats", "alternator", "tit for tat", "two tits for tat", "rescuer"]
    play = cg.play_pairs(names, DILEMMA)
    expected = {
        ("tit for two tats", "alternator"): (1.5, 4),  # 3, 0 against 3, 5
        ("tit for tat", "alternator"): (2.5, 2.5),  # 0, 5 against 5, 0
        ("two tits for tat", "alternator"): (3, 0.5),  # D against C, D
        ("alternator", "alternator"): (2, 2),
        ("tit for tat", "tit for two tats"): (3, 3),
        ("tit for tat", "rescuer"): (2.25, 2.25),  # CD, DD, DC, CC
        ("tit for two tats", "rescuer"): (1.8, 2.8),  # CD, CD, DD, DC, CC
        ("rescuer", "rescuer"): (2, 2),  # DD, CC
    }
    for (one, two), (mine, yours) in expected.items():
        i, j = names.index(one), names.index(two)
        np.testing.assert_allclose(
            [play.payoffs[i, j], play.payoffs[j, i]], [mine, yours], atol=1e-14
        )
    assert play.names == tuple(names)
    assert play.residual < 1e-15


def test_contrite_players_forgive_an_error():
    """Who erred cooperates, is punished once and in good standing again; always defect is not."""
    names = ["contrite tit for tat", "tit for tat", "always defect"]
    payoffs = cg.play_pairs(names, DILEMMA, implementation_error=1e-9).payoffs
    np.testing.assert_allclose(payoffs.diagonal(), [3, 2.25, 1], atol=1e-7)
    assert abs(payoffs[0, 2] - 1) < 1e-7
    # An error makes DC and CD of two CC, for each of them 5 in place of 6, and either may err.
    error = 1e-6
    mine = cg.play_pairs(names[:1], DILEMMA, implementation_error=error).payoffs[0, 0]
    assert abs((3 - mine) / error - 2) < 1e-4


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_all_or_none_as_in_hilbe_and_others_2017(rounds):
    """Always defecting pays b every K + 1 rounds, so that b / c >= (K + 1) / K deters it."""
    strategy = named_automaton("all-or-none", rounds=rounds)
    game = classics.donation_game(3, 1)
    play = cg.play_pairs([strategy, "always defect"], game)
    assert abs(play.payoffs[1, 0] - 3 / (rounds + 1)) < 1e-14
    error = 1e-7
    rate = cg.play_pairs([strategy], game, implementation_error=error).cooperation_rates[0, 0]
    # Either player's error costs K rounds of cooperation, and its own act.
    assert abs((1 - rate) / error - (2 * rounds + 1)) < 1e-4


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.sampled_from([0.7, 1.0]), st.sampled_from(["private", "public"])
)
def test_memory_one_as_automata(seed, discount, monitoring):
    rng = np.random.default_rng(seed)
    records = [
        cg.memory_one(rng.choice([0.0, 0.5, 1.0], 4), start=rng.choice([0.0, 1.0]))
        for _ in range(3)
    ]
    errors = {
        "discount_factor": discount,
        "implementation_error": rng.choice([0.0, 0.1]),
        "perception_error": (rng.choice([0.0, 0.3]), rng.choice([0.0, 0.1])),
        "monitoring": monitoring,
    }
    fast = cg.play_pairs(records, DILEMMA, **errors)
    first_two = [as_automaton(one) for one in records[:2]]
    for mixed in (first_two + records[2:], [as_automaton(one) for one in records]):
        play = cg.play_pairs(mixed, DILEMMA, **errors)
        np.testing.assert_allclose(play.payoffs, fast.payoffs, atol=1e-12)
        np.testing.assert_allclose(play.law, fast.law, atol=1e-12)
        np.testing.assert_array_equal(play.ergodic, fast.ergodic)
        if discount == 1:
            np.testing.assert_array_equal(play.recurrent_classes, fast.recurrent_classes)
    order = rng.permutation(3)
    shuffled = cg.play_pairs([([*first_two, records[2]])[k] for k in order], DILEMMA, **errors)
    np.testing.assert_allclose(shuffled.payoffs, fast.payoffs[order[:, None], order], atol=1e-12)


# --- imperfect monitoring ----------------------------------------------------------------------


def test_missed_defections_and_false_alarms():
    """Grim is set off by false alarms alone, tit for tat answers what it sees."""
    names = ["grim", "tit for tat", "always cooperate", "always defect"]
    play = cg.play_pairs(names, DILEMMA, perception_error=(0.25, 0.0))
    assert play.perception_error == (0.25, 0.0)
    assert play.cooperation_rates[0, 2] == play.cooperation_rates[1, 2] == 1
    assert abs(play.cooperation_rates[1, 3] - 0.25) < 1e-14
    assert play.cooperation_rates[0, 3] == 0
    alarmed = cg.play_pairs(names, DILEMMA, perception_error=(0.0, 0.25))
    assert alarmed.cooperation_rates[0, 2] == 0
    assert abs(alarmed.cooperation_rates[1, 2] - 0.75) < 1e-14
    assert alarmed.cooperation_rates[1, 3] == 0


# --- sides with payoffs of their own -----------------------------------------------------------


def test_two_matrices():
    rows = np.random.default_rng(10).random((4, 5))
    first, second = np.array([[3.0, 0], [5, 1]]), np.array([[7.0, 9], [-2, 1]])
    play = cg.play_pairs(rows, (first, second), implementation_error=0.01)
    law = play.law
    for i in range(4):
        for j in range(4):
            for paid, matrix in ((play.payoffs, first), (play.column_payoffs, second)):
                expected = sum(law[2 * a + b, i, j] * matrix[a, b] for a in (0, 1) for b in (0, 1))
                assert abs(paid[i, j] - expected) < 1e-14
    assert not play.symmetric
    game = play.as_bimatrix()
    assert list(game.roles) == ["first", "second"]
    with pytest.raises(cg.CoopgamesError, match="use as_bimatrix"):
        play.as_game()


def test_equal_sides_are_a_symmetric_game():
    names = ["tit for tat", "always defect", "alternator"]
    one = cg.play_pairs(names, DILEMMA, implementation_error=0.01)
    two = cg.play_pairs(names, (DILEMMA, np.transpose(DILEMMA)), implementation_error=0.01)
    np.testing.assert_array_equal(one.payoffs, two.payoffs)
    assert one.symmetric
    assert two.symmetric
    np.testing.assert_array_equal(two.column_payoffs, two.payoffs.T)
    assert not two.column_payoffs.flags.writeable


def test_a_game_between_two_states():
    game = cg.game("anarchy", "trade")
    labels = game.classes.labels
    even = bilateral_game(game)
    assert cg.play_pairs(["grim"], even).payoffs[0, 0] == even.first[0, 0]
    uneven = bilateral_game(game, labels[0], labels[-1])
    play = cg.play_pairs(["always cooperate", "always defect"], uneven)
    np.testing.assert_allclose(play.payoffs, uneven.first, atol=1e-14)
    np.testing.assert_allclose(play.column_payoffs, uneven.second, atol=1e-14)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: cg.play_pairs([[0.5] * 4], DILEMMA), r"strategies must have shape \(n, 5\)"),
        (lambda: cg.play_pairs([[1.5] * 5], DILEMMA), "strategies must hold probabilities"),
        (lambda: cg.play_pairs([["a"] * 5], DILEMMA), "strategies must be MemoryOne or"),
        (lambda: cg.play_pairs(["grim", 3], DILEMMA), "names; got 3"),
        (lambda: cg.play_pairs(["grim"], classics.public_goods(3, 2)), "use play_group"),
        (lambda: cg.play_pairs(["grim"], DILEMMA, discount_factor=2), "discount_factor must lie"),
        (lambda: cg.play_pairs(["grim"], DILEMMA, monitoring="none"), "monitoring must be one of"),
        (lambda: cg.play_pairs(["grimm"], DILEMMA), "strategy: grim; got 'grimm'"),
        (
            lambda: cg.play_pairs(["grim"], DILEMMA, perception_error=(0.1, 2)),
            r"perception_error\[1\] must lie in",
        ),
        (lambda: cg.play_pairs(["grim"], [DILEMMA] * 3), r"two of finite numbers, .*\(3, 2, 2\)"),
        (
            lambda: cg.play_pairs(["grim"], ([[np.inf, 1], [1, 1]], DILEMMA)),
            "two of finite numbers",
        ),
        (
            lambda: cg.play_pairs([named_automaton("alternator", players=3)], DILEMMA),
            "strategies must be of two players",
        ),
        (
            lambda: cg.play_pairs([cg.named_strategy("grim", players=3)], DILEMMA),
            "strategies must be of two players",
        ),
    ],
)
def test_refusals(call, problem):
    with pytest.raises(cg.CoopgamesError, match=problem):
        call()
