"""Memory-one strategies: their catalogue, enforced lines, and what others can make of them."""

from itertools import product

import numpy as np
import pytest

import coopgames as cg
from coopgames.errors import CoopgamesError
from coopgames.games import classics, matrix_game
from coopgames.kernels.memory_one import pair_laws
from coopgames.kernels.time_averages import restarted, time_average_laws
from coopgames.strategies import (
    STRATEGY_NAMES,
    classify_strategy,
    equalizer,
    extortion,
    generosity,
    memory_one,
    named_strategy,
    zero_determinant,
)
from coopgames.strategies.extreme_payoffs import extreme_payoff
from coopgames.strategies.zero_determinant import round_payoffs

DILEMMA = [[3, 0], [5, 1]]
OPPONENTS = np.array(list(product((0.0, 1.0), repeat=5)))


def row(strategy):
    return [strategy.start, *strategy.response]


# --- catalogue ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start", "response"),
    [
        ("always cooperate", 1, (1, 1, 1, 1)),
        ("always defect", 0, (0, 0, 0, 0)),
        ("grim", 1, (1, 0, 0, 0)),
        ("tit for tat", 1, (1, 0, 1, 0)),
        ("suspicious tit for tat", 0, (1, 0, 1, 0)),
        ("proportional tit for tat", 1, (1, 0, 1, 0)),
        ("win-stay lose-shift", 1, (1, 0, 0, 1)),
        ("firm but fair", 1, (1, 0, 1, 2 / 3)),
        ("generous tit for tat", 1, (1, 1 / 3, 1, 1 / 3)),
    ],
)
def test_strategies_of_two_players(name, start, response):
    strategy = named_strategy(name)
    assert (strategy.start, strategy.response) == (start, response)
    assert strategy.source


def test_every_name_is_tested_and_known():
    assert len(STRATEGY_NAMES) == 9
    with pytest.raises(CoopgamesError, match="name must be one of always cooperate, "):
        named_strategy("tit for tits")


def test_strategies_of_groups():
    assert named_strategy("grim", players=3).response == (1, 0, 0, 0, 0, 0)
    assert named_strategy("win-stay lose-shift", players=3).response == (1, 0, 0, 0, 0, 1)
    pair = named_strategy("proportional tit for tat", players=3)
    assert pair.response == (1, 0.5, 0, 1, 0.5, 0)
    generous = named_strategy("generous tit for tat", players=3, threshold=1, forgiveness=0.2)
    assert generous.response == (1, 1, 0.2, 1, 1, 0.2)
    assert generous.by_cooperators().tolist() == [[0.2, 1, 1], [0.2, 1, 1]]


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: named_strategy("firm but fair", players=3), "players must be 2"),
        (lambda: named_strategy("grim", threshold=1), "threshold is none of 'grim'"),
        (lambda: named_strategy("tit for tat", threshold=2), "threshold must be <= 1"),
        (lambda: named_strategy("grim", forgiveness=0.1), "forgiveness is none of 'grim'"),
        (lambda: memory_one([1, 0, 2, 0]), r"response\[2\] must lie in \[0, 1\]"),
        (lambda: memory_one([1, 0, 0]), "response must hold 2 n probabilities"),
        (lambda: extortion(DILEMMA, 0.5), "factor must be >= 1"),
        (lambda: extortion(DILEMMA, 3, scale=1), r"scale must lie in \[0, 0.230769\]"),
        (lambda: equalizer(DILEMMA, 4), "no strategy enforces slope 0.0 and baseline 4"),
        (lambda: equalizer([[3, 0, 1], [5, 1, 1]], 2), r"game must be a matrix of shape \(2, 2\)"),
        (
            lambda: classify_strategy(named_strategy("grim", players=3), DILEMMA),
            "strategy must be one of 2 players",
        ),
    ],
)
def test_refusals(call, problem):
    with pytest.raises(CoopgamesError, match=problem):
        call()


# --- zero-determinant strategies: published numbers --------------------------------------------


def test_extortion_of_press_and_dyson():
    strategy = extortion(DILEMMA, 3)
    np.testing.assert_allclose(strategy.response, [11 / 13, 1 / 2, 7 / 26, 0], atol=1e-15)
    law = pair_laws(np.array([row(strategy), [1.0] * 5])).law[:, 0, 1]
    # 41/11 = 3.73 and 21/11 = 1.91
    np.testing.assert_allclose(law @ [3, 0, 5, 1], 41 / 11, atol=1e-12)
    np.testing.assert_allclose(law @ [3, 5, 0, 1], 21 / 11, atol=1e-12)


def test_equalizer_of_press_and_dyson():
    strategy = equalizer(DILEMMA, 2, scale=1 / 3)
    np.testing.assert_allclose(strategy.response, [2 / 3, 0, 2 / 3, 1 / 3], atol=1e-15)
    opponents = np.random.default_rng(1).random((1000, 5))
    law = pair_laws(np.vstack([row(strategy), opponents])).law[:, 0]
    np.testing.assert_allclose(np.array([3, 5, 0, 1]) @ law[:, 1:], 2, atol=1e-12)


def test_generosity_of_stewart_and_plotkin():
    strategy = generosity(DILEMMA, 2, scale=1 / 4)
    np.testing.assert_allclose(strategy.response, [1, 1 / 8, 1, 1 / 4], atol=1e-15)
    opponents = [[0.5] * 4, [0, 0, 0, 0], [0.9, 0.1, 0.8, 0.2]]
    laws = pair_laws(np.array([row(strategy), *([1.0, *q] for q in opponents)])).law[:, 0, 1:]
    expected = [
        [2.11764705882353, 2.5588235294117654],
        [0.7777777777777789, 1.8888888888888915],
        [2.440298507462689, 2.7201492537313454],
    ]
    found = np.array([[3, 0, 5, 1], [3, 5, 0, 1]]) @ laws
    np.testing.assert_allclose(found.T, expected, atol=1e-9)


@pytest.mark.parametrize("discount", [0.9, 1.0])
@pytest.mark.parametrize("slope", [0.0, 0.3, 0.6])
def test_lines_are_enforced_with_discounting(discount, slope):
    strategy = zero_determinant(
        DILEMMA, slope=slope, baseline=2, discount_factor=discount, start=0.5
    )
    opponents = np.random.default_rng(2).random((1000, 5))
    law = pair_laws(np.vstack([row(strategy), opponents]), discount_factor=discount).law[:, 0, 1:]
    own, other = np.array([[3, 0, 5, 1], [3, 5, 0, 1]]) @ law
    np.testing.assert_allclose(other, slope * own + (1 - slope) * 2, atol=1e-12)
    kind = classify_strategy(strategy, DILEMMA, discount_factor=discount)
    assert kind.zero_determinant
    np.testing.assert_allclose([kind.slope, kind.baseline], [slope, 2], atol=1e-9)


def test_lines_hold_against_a_thousand_groups():
    """A group of four at slope 0.8: three co-players of any memory-one strategy, each its own."""
    game = classics.public_goods(4, 1.6)
    strategy = zero_determinant(game, slope=0.8, baseline=0.3)
    random = np.random.default_rng(5)
    for _ in range(1000):
        others = [cg.memory_one(random.random(8), name=str(k)) for k in range(3)]
        paid = cg.play_group([(strategy, 1), *((one, 1) for one in others)], game).payoffs
        assert abs(paid[1:].mean() - (0.8 * paid[0] + 0.2 * 0.3)) < 1e-10


def test_fair_strategies_have_no_baseline():
    kind = classify_strategy(
        named_strategy("proportional tit for tat", players=4), classics.public_goods(4, 1.6)
    )
    assert kind.zero_determinant
    assert kind.baseline is None
    assert abs(kind.slope - 1) < 1e-9
    assert abs(kind.smallest_advantage) < 1e-7


def test_one_that_repeats_enforces_nothing():
    assert not classify_strategy(memory_one([1, 1, 0, 0]), DILEMMA).zero_determinant
    assert not classify_strategy(named_strategy("grim"), DILEMMA).zero_determinant


# --- extremes over all opponents ---------------------------------------------------------------


@pytest.mark.parametrize("discount", [0.0, 0.6, 1.0])
def test_extremes_are_those_of_deterministic_opponents(discount):
    """A stationary deterministic policy is optimal, so 32 opponents decide for two players."""
    rng = np.random.default_rng(3)
    tried = [memory_one(rng.random(4), start=rng.random()) for _ in range(5)]
    tried += [named_strategy(name) for name in STRATEGY_NAMES]
    for strategy in tried:
        goal = rng.normal(size=4)
        rows = np.vstack([row(strategy), OPPONENTS])
        laws = pair_laws(rows, discount_factor=discount).law[:, 0, 1:]
        found = extreme_payoff(strategy, goal, discount_factor=discount)
        assert abs(found.value - (goal @ laws).min()) < 1e-8
        assert max(found.residual, found.gap) < 1e-8


@pytest.mark.parametrize("discount", [0.7, 1.0])
def test_extremes_in_a_group_of_three(discount):
    """All 3^6 ways in which two others react to six states, and three to start."""
    rng = np.random.default_rng(4)
    ways = np.array(list(product(range(3), repeat=6)))  # position of k': 2, 1, 0 cooperate
    for strategy in (
        memory_one(rng.random(6), start=0.4),
        named_strategy("tit for tat", players=3),
        memory_one([1, 1, 0.5, 0, 0, 0]),
    ):
        goal = rng.normal(size=6)
        p = np.array(strategy.response)
        chain = np.zeros((len(ways), 6, 6))
        for state in range(6):
            chain[np.arange(len(ways)), state, ways[:, state]] += p[state]
            chain[np.arange(len(ways)), state, 3 + ways[:, state]] += 1 - p[state]
        best = np.inf
        for first in range(3):
            start = np.zeros((len(ways), 6))
            start[:, first], start[:, 3 + first] = strategy.start, 1 - strategy.start
            laws, _ = time_average_laws(restarted(chain, start, discount), start)
            best = min(best, (laws @ goal).min())
        found = extreme_payoff(strategy, goal, discount_factor=discount)
        assert abs(found.value - best) < 1e-8


def test_extremes_refuse_what_cannot_be_reached():
    with pytest.raises(CoopgamesError, match="at_least asks for more"):
        extreme_payoff(
            named_strategy("always defect"), np.ones(4), at_least=(np.array([3, 5, 0, 1]), 2.0)
        )


# --- partners and rivals -----------------------------------------------------------------------


def test_partners_satisfy_the_two_inequalities_of_akin():
    """Nice p is good iff (T-R)/(R-S) p_DC < 1 - p_CD and (T-R)/(R-P) p_DD < 1 - p_CD."""
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(60):
        p = [1.0, *rng.random(3)]
        gaps = [1 - p[1] - 2 / 3 * p[2], 1 - p[1] - 2 / 2 * p[3]]
        if min(map(abs, gaps)) < 1e-3:
            continue
        expected = bool(min(gaps) > 0)
        seen.add(expected)
        assert classify_strategy(memory_one(p), DILEMMA).partner is expected
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("name", "partner", "rival"),
    [
        ("always cooperate", False, False),
        ("always defect", False, True),
        ("grim", True, True),
        ("tit for tat", True, True),
        ("win-stay lose-shift", False, False),
    ],
)
def test_known_partners_and_rivals(name, partner, rival):
    kind = classify_strategy(named_strategy(name), DILEMMA)
    assert (kind.partner, kind.rival) == (partner, rival)
    assert kind.nice == (name != "always defect")
    assert kind.residual < 1e-8


def test_win_stay_lose_shift_is_a_partner_where_cooperation_pays_more():
    game = classics.donation_game(3, 1)
    assert classify_strategy(named_strategy("win-stay lose-shift"), game).partner


# --- critical discount factors -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "game", "critical"),
    [
        ("grim", DILEMMA, 1 / 2),
        ("tit for tat", DILEMMA, 2 / 3),
        ("win-stay lose-shift", classics.donation_game(3, 1), 1 / 2),
    ],
)
def test_nobody_gains_by_deviating_from_the_critical_discount_factor_on(name, game, critical):
    mutual = round_payoffs(game)[0][0]
    for shift, pays in ((-0.01, True), (0.0, False), (0.01, False)):
        kind = classify_strategy(named_strategy(name), game, discount_factor=critical + shift)
        assert bool(kind.largest_others > mutual + 1e-9) == pays


def test_the_most_generous_tit_for_tat():
    """min(1 - (T-R)/(R-S), (R-P)/(T-P)) = 1/3 for payoffs 5, 3, 1, 0."""
    for shift, exploited in ((0.0, False), (0.01, True)):
        strategy = named_strategy("generous tit for tat", forgiveness=1 / 3 + shift)
        kind = classify_strategy(strategy, DILEMMA)
        assert (kind.largest_others > 3 + 1e-6) is exploited


def test_collusion_of_two_firms():
    """Linear demand: a half of 1/4 each; the best reply earns 9/64, Cournot 1/9; 9/17."""
    # What a deviator's partner gets plays no part.
    game = matrix_game([[1 / 8, 3 / 32], [9 / 64, 1 / 9]], ("collude", "other"))
    for shift, pays in ((-0.01, True), (0.01, False)):
        kind = classify_strategy(named_strategy("grim"), game, discount_factor=9 / 17 + shift)
        assert (kind.largest_others > 1 / 8 + 1e-9) is pays


# --- games -------------------------------------------------------------------------------------


def test_round_payoffs_count_the_others():
    own, others = round_payoffs(classics.public_goods(3, 2))
    # With m contributions everybody gets 2 m / 3, contributors less 1.
    np.testing.assert_allclose(own, [1, 1 / 3, -1 / 3, 4 / 3, 2 / 3, 0])
    np.testing.assert_allclose(
        others, [1, 4 / 3 - 1 / 2, 2 / 3, 1 / 3, 2 / 3 - 1 / 2, 0], atol=1e-15
    )


@pytest.mark.parametrize("make", [extortion, generosity])
def test_extortion_and_generosity_with_discounting(make):
    strategy = make(DILEMMA, 2, discount_factor=0.9)
    opponents = np.vstack([np.random.default_rng(6).random((10, 5)), OPPONENTS])
    law = pair_laws(np.vstack([row(strategy), opponents]), discount_factor=0.9).law[:, 0, 1:]
    own, other = np.array([[3, 0, 5, 1], [3, 5, 0, 1]]) @ law
    level = {extortion: 1, generosity: 3}[make]
    np.testing.assert_allclose(own - level, 2 * (other - level), atol=1e-12)
    with pytest.raises(CoopgamesError, match="no strategy enforces"):
        make(DILEMMA, 2, discount_factor=0.9, start=0.5)
    kind = classify_strategy(strategy, DILEMMA, discount_factor=0.9)
    assert kind.rival == (make is extortion)
    assert kind.partner == (make is generosity)
