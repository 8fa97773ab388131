"""Pairs of strategies in a repeated game: published payoffs, and the record."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.games import classics

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


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: cg.play_pairs([[0.5] * 4], DILEMMA), r"strategies must have shape \(n, 5\)"),
        (lambda: cg.play_pairs([[1.5] * 5], DILEMMA), "strategies must hold probabilities"),
        (lambda: cg.play_pairs([["a"] * 5], DILEMMA), "strategies must be MemoryOne records"),
        (lambda: cg.play_pairs(["grim", 3], DILEMMA), "names; got 3"),
        (lambda: cg.play_pairs(["grim"], classics.public_goods(3, 2)), "use play_group"),
        (lambda: cg.play_pairs(["grim"], DILEMMA, discount_factor=2), "discount_factor must lie"),
        (lambda: cg.play_pairs(["grim"], DILEMMA, monitoring="none"), "monitoring must be one of"),
        (
            lambda: cg.play_pairs([cg.named_strategy("grim", players=3)], DILEMMA),
            "strategies must be of two players",
        ),
    ],
)
def test_refusals(call, problem):
    with pytest.raises(cg.CoopgamesError, match=problem):
        call()
