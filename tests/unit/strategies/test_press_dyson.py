"""Exact zero-determinant strategies and the bound of forgiveness, against play and programmes."""

from fractions import Fraction
from math import isnan

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.games import classics
from coopgames.kernels.memory_one import pair_laws
from coopgames.strategies import (
    classify_strategy,
    extortion,
    generosity,
    memory_one,
    named_strategy,
)
from coopgames.strategies.exact_dilemma import exact_dilemma
from coopgames.strategies.forgiveness import forgiveness_bound
from coopgames.strategies.press_dyson import (
    exact_line,
    press_dyson_equalizer,
    press_dyson_strategy,
)

DILEMMA = [[3, 0], [5, 1]]
OWN, OTHER = np.array([3, 0, 5, 1]), np.array([3, 5, 0, 1])


def fractions(*texts):
    return tuple(Fraction(text) for text in texts)


def paid(response, opponent):
    """Long-run payoffs of two memory-one strategies."""
    rows = np.array([[0.5, *map(float, response)], [0.5, *opponent]])
    law = pair_laws(rows, discount_factor=1.0).law[:, 0, 1]
    return law @ OWN, law @ OTHER


def test_printed_examples() -> None:
    extort = press_dyson_strategy(DILEMMA, factor=3, baseline=1, scale="1/26")
    assert extort == fractions("11/13", "1/2", "7/26", "0")
    generous = press_dyson_strategy(DILEMMA, factor=2, baseline=3, scale="1/8")
    assert generous == fractions("1", "1/8", "1", "1/4")
    response, score = press_dyson_equalizer(DILEMMA, "2/3", "1/3")
    assert response == fractions("2/3", "0", "2/3", "1/3")
    assert score == 2


def test_the_same_by_slope_and_scale() -> None:
    for factor, phi in ((3, "1/26"), ("5/2", "1/30")):
        ours = press_dyson_strategy(DILEMMA, factor=factor, baseline=1, scale=phi)
        chi = Fraction(factor)
        theirs = extortion(DILEMMA, float(chi), scale=float(chi * Fraction(phi)))
        np.testing.assert_allclose(np.array(ours, dtype=float), theirs.response, atol=1e-15)
    ours = press_dyson_strategy(DILEMMA, factor=2, baseline=3, scale="1/8")
    assert generosity(DILEMMA, 2, scale=0.25).response == tuple(map(float, ours))


def test_lines_hold_against_random_others() -> None:
    rng = np.random.default_rng(2)
    extort = press_dyson_strategy(DILEMMA, factor=3, baseline=1, scale="1/26")
    pins, score = press_dyson_equalizer(DILEMMA, "3/4", "1/5")
    for _ in range(50):
        other = rng.random(4)
        own, others = paid(extort, other)
        assert own - 1 == pytest.approx(3 * (others - 1), abs=1e-9)
        assert paid(pins, other)[1] == pytest.approx(float(score), abs=1e-9)


def test_exact_lines_against_least_squares() -> None:
    rng = np.random.default_rng(4)
    known = [
        press_dyson_strategy(DILEMMA, factor=3, baseline=1, scale="1/26"),
        press_dyson_equalizer(DILEMMA, "2/3", "1/3")[0],
        fractions("1", "0", "1", "0"),
    ]
    for response in known:
        alpha, beta, gamma = exact_line(response, DILEMMA)
        step = np.array(response, dtype=float) - [1, 1, 0, 0]
        made = float(alpha) * OWN + float(beta) * OTHER + float(gamma)
        np.testing.assert_allclose(made, step, atol=1e-15)
        strategy = memory_one([float(p) for p in response])
        line = classify_strategy(strategy, DILEMMA).line
        np.testing.assert_allclose([float(x) for x in (alpha, beta, gamma)], line, atol=1e-9)
    for _ in range(20):
        response = [Fraction(int(x), 10) for x in rng.integers(0, 11, 4)]
        strategy = memory_one([float(p) for p in response])
        enforced = classify_strategy(strategy, DILEMMA).zero_determinant
        assert (exact_line(response, DILEMMA) is not None) == enforced
    assert exact_line([1, 1, 0, 0], DILEMMA) is None


def test_what_is_not_feasible() -> None:
    with pytest.raises(CoopgamesError, match="after CD would be -"):
        press_dyson_strategy(DILEMMA, factor=3, baseline=1, scale="1/10")
    with pytest.raises(CoopgamesError, match="scale must not be 0"):
        press_dyson_strategy(DILEMMA, factor=3, baseline=1, scale=0)
    with pytest.raises(CoopgamesError, match="no strategy enforces this"):
        press_dyson_equalizer(DILEMMA, 0, 1)
    with pytest.raises(CoopgamesError, match="must not be 1 and 0"):
        press_dyson_equalizer(DILEMMA, 1, 0)
    with pytest.raises(CoopgamesError, match="must hold four probabilities; got 3"):
        exact_line([1, 0, 1], DILEMMA)
    with pytest.raises(CoopgamesError, match="game must be of 2 players; got 3"):
        exact_line([1, 0, 1, 0], classics.public_goods(3, 2))
    with pytest.raises(CoopgamesError, match="that differ"):
        exact_line([1, 0, 1, 0], [[3, 1], [1, 0]])


def test_exact_payoffs() -> None:
    assert exact_dilemma([["1/3", 0], [0.1, 2]]) == fractions("1/3", "0", "1/10", "2")
    assert exact_dilemma(classics.donation_game(3, 1)) == (2, -1, 3, 0)
    with pytest.raises(CoopgamesError, match=r"shape \(2, 2\); got \(3,\)"):
        exact_dilemma([1, 2, 3])


# --- forgiveness -------------------------------------------------------------------------------


@pytest.mark.parametrize("game", [DILEMMA, [[2, -1], [3, 0]], [[4, 0], [5, 1]], [[3, -4], [5, 2]]])
@pytest.mark.parametrize("d", [1, "9/10", "7/10"])
def test_the_bound_against_the_linear_programme(game, d) -> None:
    """At the bound nobody gets more than R, a little above it somebody does."""
    bound = forgiveness_bound(game, discount_factor=d)
    reward = game[0][0]

    def most(q):
        strategy = named_strategy("generous tit for tat", forgiveness=q)
        kind = classify_strategy(strategy, game, discount_factor=float(Fraction(d)))
        return kind.largest_others

    if isnan(bound):
        assert most(0.0) > reward + 1e-4
    else:
        assert most(float(bound)) <= reward + 1e-7
        assert most(min(float(bound) + 0.01, 1.0)) > reward + 1e-4


def test_the_bound_of_the_literature() -> None:
    assert forgiveness_bound(DILEMMA) == Fraction(1, 3)
    for r, s, t, p in ((3, 0, 5, 1), (4, 0, 5, 1), (2, -1, 3, 0)):
        expected = min(1 - Fraction(t - r, r - s), Fraction(r - p, t - p))
        assert forgiveness_bound([[r, s], [t, p]]) == expected
    assert isinstance(forgiveness_bound(DILEMMA, discount_factor=0.9), float)


def test_the_bound_needs_a_dilemma() -> None:
    with pytest.raises(CoopgamesError, match="T > R > P > S; got R, S, T, P = 3, 0, 2, 1"):
        forgiveness_bound([[3, 0], [2, 1]])
    with pytest.raises(CoopgamesError, match="discount_factor must be > 0; got 0"):
        forgiveness_bound(DILEMMA, discount_factor=0)
    with pytest.raises(CoopgamesError, match="of 2 players; got 3"):
        forgiveness_bound(classics.public_goods(3, 2))
