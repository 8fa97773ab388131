"""Critical discount factors: closed forms of the literature, and play itself."""

from fractions import Fraction
from itertools import product
from math import isnan

import numpy as np
import pytest

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics
from coopgames.play import trigger_interval
from coopgames.play.enforcement.collusion import collusion_payoffs
from coopgames.play.enforcement.critical import grim_discount_factor, sustaining_discount_factor
from coopgames.strategies import Automaton, classify_strategy, memory_one, named_strategy

DILEMMA = [[3, 0], [5, 1]]
NAMES = ["grim", "tit for tat", "win-stay lose-shift"]


def random_dilemmas(number):
    rng = np.random.default_rng(3)
    while number:
        r, s, t, p = (Fraction(int(x), 4) for x in rng.integers(-8, 17, 4))
        if t > r > p > s and 2 * r > t + s:
            number -= 1
            yield r, s, t, p


def test_closed_forms_of_three_strategies() -> None:
    for r, s, t, p in random_dilemmas(60):
        game = [[r, s], [t, p]]
        grim = (t - r) / (t - p)
        forms = {
            "grim": grim,
            "tit for tat": max(grim, (t - r) / (r - s)),
            "win-stay lose-shift": (t - r) / (r - p),
        }
        for name, expected in forms.items():
            found = sustaining_discount_factor(name, game)
            if expected >= 1:
                assert isnan(found.value), (name, game)
            else:
                assert found.value == expected, (name, game)
                assert isinstance(found.value, Fraction)
                assert found.intervals[-1] == (expected, 1)
        assert grim_discount_factor(r, t, p) == grim


def test_against_the_linear_programme() -> None:
    """Among all strategies of the other, none gets more than R above, and some does below."""
    for name in NAMES:
        for r, s, t, p in random_dilemmas(6):
            game = [[float(r), float(s)], [float(t), float(p)]]
            critical = float(sustaining_discount_factor(name, game).value)
            if isnan(critical):
                critical = 1.0
            strategy = named_strategy(name)
            if critical < 0.98:
                above = classify_strategy(strategy, game, discount_factor=critical + 0.01)
                assert above.largest_others <= float(r) + 1e-7
            below = classify_strategy(strategy, game, discount_factor=max(critical - 0.01, 0))
            assert below.largest_others > float(r) + 1e-5


def best_reply(machine, game, d, rounds):
    """The most one player gets in so many rounds, by dynamic programming over the other's state."""
    pay = np.array(game, dtype=float)
    worth = np.zeros(machine.size)
    for _ in range(rounds):
        new = np.full(machine.size, -np.inf)
        for state, own in product(range(machine.size), (0, 1)):
            other = 0 if machine.cooperate[state] == 1 else 1
            target = machine.moves[state][other][1 - own]
            new[state] = max(new[state], pay[own, other] + d * worth[target])
        worth = new
    return (1 - d) * worth[machine.start]


def conforming(machine, game, d, rounds):
    pay, state, total = np.array(game, dtype=float), machine.start, 0.0
    for t in range(rounds):
        act = 0 if machine.cooperate[state] == 1 else 1
        total += d**t * pay[act, act]
        state = machine.moves[state][act][1 - act]
    return (1 - d) * total


def test_random_automata_by_dynamic_programming() -> None:
    rng = np.random.default_rng(5)
    turned = 0
    for _ in range(40):
        size = int(rng.integers(1, 5))
        machine = Automaton(
            name="random",
            cooperate=tuple(int(x) for x in rng.integers(0, 2, size)),
            moves=tuple(
                tuple(tuple(int(x) for x in row) for row in rows)
                for rows in rng.integers(0, size, (size, 2, 2))
            ),
        )
        found = sustaining_discount_factor(machine, DILEMMA)
        ends = [float(x) for interval in found.intervals for x in interval]
        turned += any(0 < x < 1 for x in ends)
        for d in np.linspace(0.02, 0.95, 25):
            if any(abs(d - x) < 1e-3 for x in ends):
                continue
            inside = any(low <= d <= high for low, high in found.intervals)
            gap = best_reply(machine, DILEMMA, d, 600) - conforming(machine, DILEMMA, d, 600)
            assert (gap <= 1e-9) == inside, (machine, d)
    assert turned >= 5


def test_groups_and_the_public_good() -> None:
    for n, r in ((5, 3), (4, 2), (7, 3)):
        exact = [[r - 1, Fraction(r, n) - 1], [Fraction(r * (n - 1), n), 0]]
        found = sustaining_discount_factor("grim", exact, players=n)
        assert found.value == Fraction(n - r, (n - 1) * r)
    assert sustaining_discount_factor("grim", classics.public_goods(5, 3)).value == Fraction(1, 6)


def test_intervals_that_end_below_one() -> None:
    found = sustaining_discount_factor("suspicious tit for tat", DILEMMA)
    assert isnan(found.value)
    assert found.intervals == ((0, Fraction(1, 4)),)
    always = sustaining_discount_factor("always defect", DILEMMA)
    assert (always.value, always.deviation) == (0, "")


# --- grim with imperfect detection, and cartels ------------------------------------------------


@pytest.mark.parametrize("m", ["1", "1/2", "1/5"])
def test_detection_round_by_round(m) -> None:
    """Defecting until it is noticed: (T - R) / (T - R (1 - q) - q P)."""
    q = Fraction(m)
    assert grim_discount_factor(3, 5, 1, detection=m) == 2 / (5 - 3 * (1 - q) - q)


@pytest.mark.parametrize("periods", [None, 1, 3])
def test_against_the_interval_of_institutions(periods) -> None:
    for detection in (1.0, 0.6):
        expected = trigger_interval(2, 2.5, caught=detection, periods=periods)[0]
        found = grim_discount_factor(3, 5, 0.5, detection=detection, periods=periods)
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_nothing_to_gain_or_nothing_to_fear() -> None:
    assert grim_discount_factor(3, 3, 1) == 0
    assert isnan(grim_discount_factor(3, 5, 3))
    assert isnan(grim_discount_factor(3, 5, 1, detection=0))


def test_cartels_against_a_search_over_quantities() -> None:
    for n in (2, 3, 6):
        reward, temptation, punishment = collusion_payoffs("cournot", n)
        share = 1 / (2 * n)
        assert float(reward) == pytest.approx(share * (1 - n * share))
        quantities = np.linspace(0, 1, 200_001)
        deviating = quantities * (1 - quantities - (n - 1) * share)
        assert float(temptation) == pytest.approx(deviating.max(), abs=1e-9)
        rival = 1 / (n + 1)
        replies = quantities * (1 - quantities - (n - 1) * rival)
        assert float(punishment) == pytest.approx(replies.max(), abs=1e-9)
        critical = grim_discount_factor(reward, temptation, punishment)
        assert critical == Fraction((n + 1) ** 2, (n + 1) ** 2 + 4 * n)
        assert grim_discount_factor(*collusion_payoffs("bertrand", n)) == Fraction(n - 1, n)
    with pytest.raises(CoopgamesError, match="market must be one of bertrand, cournot"):
        collusion_payoffs("auction", 2)


# --- the door ----------------------------------------------------------------------------------


def test_arguments_that_make_no_sense() -> None:
    with pytest.raises(CoopgamesError, match="leave nothing to chance"):
        sustaining_discount_factor("generous tit for tat", DILEMMA)
    with pytest.raises(CoopgamesError, match="strategy must be one of 3 players; got one of 2"):
        sustaining_discount_factor(memory_one([1, 0, 1, 0]), DILEMMA, players=3)
    with pytest.raises(CoopgamesError, match="players must be 4, as the game has; got 3"):
        sustaining_discount_factor("grim", classics.public_goods(4, 2), players=3)
    with pytest.raises(CoopgamesError, match=r"shape \(2, 2\)"):
        sustaining_discount_factor("grim", [1, 2, 3])
    size = 32
    counter = Automaton(
        name="long",
        cooperate=(1,) * size,
        moves=tuple(
            (((i + 1) % size, (i + 2) % size), ((i + 1) % size, (i + 2) % size))
            for i in range(size)
        ),
    )
    with pytest.raises(BudgetError, match="more than 20000 ways of deviating"):
        sustaining_discount_factor(counter, DILEMMA)
