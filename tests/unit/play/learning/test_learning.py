"""Populations that learn from repeated games: against birth-death chains written down here."""

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.games import classics
from coopgames.kernels.lockstep.realised_payoffs import RealisedPayoffs, drawn_without_replacement
from coopgames.play.learning.learning import simulate_learning
from coopgames.play.learning.learning_blocks import LearningPlan
from coopgames.strategies import named_strategy

DILEMMA = [[3, 0], [4, 1]]
NAMES = ["always defect", "tit for tat"]
#: Defection against defection, then against tit for tat over five rounds, and so on.
OVER_FIVE = np.array([[1.0, (4 + 4 * 1) / 5], [(0 + 4 * 1) / 5, 3.0]])


def law_of(up, down):
    """Return the stationary law of a birth-death chain from its steps."""
    weight = np.concatenate([[1.0], np.cumprod(np.array(up[:-1]) / np.array(down[1:]))])
    return weight / weight.sum()


def law_of_share(found, size):
    """Return the mean number of the first strategy and its standard error."""
    first = next(iter(found.shares.values()))
    return first.value * size, first.standard_error * size


@pytest.mark.parametrize("rule", ["fermi", "moran"])
def test_expected_payoffs_of_two_strategies(rule):
    size, beta, mu = 8, 1.3, 0.1
    up, down = [], []
    for z in range(size + 1):
        first = (OVER_FIVE[0] @ [z - 1, size - z]) / (size - 1)
        second = (OVER_FIVE[1] @ [z, size - z - 1]) / (size - 1)
        if rule == "fermi":
            meet = z * (size - z) / size**2
            imitate = 1 / (1 + np.exp(-beta * (first - second)))
            up.append((1 - mu) * meet * imitate + mu * (size - z) / size)
            down.append((1 - mu) * meet * (1 - imitate) + mu * z / size)
        else:
            births = np.array([z * np.exp(beta * first), (size - z) * np.exp(beta * second)])
            births /= births.sum()
            child = (1 - mu) * births[0] + mu * births[1]
            up.append(child * (size - z) / size)
            down.append((1 - child) * z / size)
    law = law_of(up, down)
    # |z| < 4.5 in three numbers by two rules: false alarm below 5e-5.
    found = simulate_learning(
        NAMES,
        DILEMMA,
        population_size=size,
        selection_intensity=beta,
        mutation_probability=mu,
        rule=rule,
        turns=5,
        generations=200,
        burn_in=100,
        rng=1,
    )
    mean, error = law_of_share(found, size)
    z = np.arange(size + 1)
    assert abs(mean - law @ z) < 4.5 * error
    same = (size - z) * (size - z - 1) / (size * (size - 1))
    mixed = 2 * z * (size - z) / (size * (size - 1))
    cooperation = law @ (same + mixed * (0 + 1 / 5) / 2)
    paid = law @ (
        3 * same
        + mixed * (OVER_FIVE[0, 1] + OVER_FIVE[1, 0]) / 2
        + z * (z - 1) / (size * (size - 1))
    )
    gap = found.cooperation_rate.value - cooperation
    assert abs(gap) < 4.5 * found.cooperation_rate.standard_error
    assert abs(found.payoff.value - paid) < 4.5 * found.payoff.standard_error
    assert found.certificate.notes == ()


def test_realised_payoffs_of_two_strategies():
    """The Fermi function is averaged over who is met, not its argument."""
    size, beta, mu = 8, 2.0, 0.1
    up, down = [], []
    for z in range(size + 1):
        imitate = 0.0
        for one, p in enumerate([(z - 1) / (size - 1), (size - z) / (size - 1)]):
            for other, q in enumerate([z / (size - 1), (size - z - 1) / (size - 1)]):
                gain = OVER_FIVE[0, one] - OVER_FIVE[1, other]
                imitate += p * q / (1 + np.exp(-beta * gain))
        meet = z * (size - z) / size**2
        up.append((1 - mu) * meet * imitate + mu * (size - z) / size)
        down.append((1 - mu) * meet * (1 - imitate) + mu * z / size)
    exact = law_of(up, down) @ np.arange(size + 1)
    settings = {
        "population_size": size,
        "selection_intensity": beta,
        "mutation_probability": mu,
        "turns": 5,
        "generations": 60,
        "burn_in": 60,
        "rng": 2,
    }
    found = simulate_learning(NAMES, DILEMMA, payoffs="realised", **settings)
    mean, error = law_of_share(found, size)
    # |z| < 4.5: false alarm below 1e-5.
    assert abs(mean - exact) < 4.5 * error
    expected, _ = law_of_share(simulate_learning(NAMES, DILEMMA, **settings), size)
    assert abs(expected - exact) > 10 * error


def test_realised_payoffs_of_births():
    size, beta, mu = 4, 1.0, 0.2
    up, down = [], []
    for z in range(size + 1):
        # Everybody meets one other: first-strategy individuals each meet a like one with chance p.
        like, unlike = (max(z - 1, 0)) / (size - 1), max(size - z - 1, 0) / (size - 1)
        child = 0.0
        for k in range(z + 1):
            for m in range(size - z + 1):
                weight = binomial(z, k, like) * binomial(size - z, m, unlike)
                births = [
                    k * np.exp(beta * OVER_FIVE[0, 0]) + (z - k) * np.exp(beta * OVER_FIVE[0, 1]),
                    m * np.exp(beta * OVER_FIVE[1, 1])
                    + (size - z - m) * np.exp(beta * OVER_FIVE[1, 0]),
                ]
                share = births[0] / sum(births)
                child += weight * ((1 - mu) * share + mu * (1 - share))
        up.append(child * (size - z) / size)
        down.append((1 - child) * z / size)
    exact = law_of(up, down) @ np.arange(size + 1)
    found = simulate_learning(
        NAMES,
        DILEMMA,
        population_size=size,
        selection_intensity=beta,
        mutation_probability=mu,
        rule="moran",
        payoffs="realised",
        turns=5,
        generations=60,
        burn_in=30,
        rng=3,
    )
    mean, error = law_of_share(found, size)
    # |z| < 4.5: false alarm below 1e-5.
    assert abs(mean - exact) < 4.5 * error


def binomial(number, k, p):
    from math import comb

    return comb(number, k) * p**k * (1 - p) ** (number - k)


def test_many_matches_come_close_to_expected_payoffs():
    # |z| < 5: false alarm below 1e-6; a mean of 20 matches leaves a bias far below the error.
    settings = {
        "population_size": 6,
        "selection_intensity": 0.3,
        "mutation_probability": 0.2,
        "discount_factor": 0.8,
        "implementation_error": 0.05,
        "generations": 20,
        "burn_in": 20,
    }
    names = ["always defect", "tit for tat", "win-stay lose-shift"]
    played = simulate_learning(names, DILEMMA, payoffs="realised", matches=20, rng=1, **settings)
    expected = simulate_learning(names, DILEMMA, rng=2, **settings)
    for name in names:
        one, other = played.shares[name], expected.shares[name]
        gap = abs(one.value - other.value)
        assert gap < 5 * np.hypot(one.standard_error, other.standard_error)


def test_groups_played_and_expected():
    # Neutral, so that shares are known, and rates of cooperation are those of groups: |z| < 5.
    game = classics.public_goods(3, 1.6)
    settings = {
        "population_size": 6,
        "selection_intensity": 0.0,
        "mutation_probability": 0.3,
        "implementation_error": 0.05,
        "generations": 30,
        "burn_in": 20,
        "rng": 4,
    }
    expected = simulate_learning(NAMES, game, discount_factor=0.75, **settings)
    # The mean of many groups of random length stands beside the exact one.
    played = simulate_learning(
        NAMES, game, discount_factor=0.75, payoffs="realised", monitoring="public", **settings
    )
    for name in ("cooperation_rate", "payoff"):
        one, other = getattr(expected, name), getattr(played, name)
        gap = abs(one.value - other.value)
        assert gap < 5 * np.hypot(one.standard_error, other.standard_error)
    fixed = simulate_learning(NAMES, game, turns=4, payoffs="realised", **settings)
    assert 0.1 < fixed.cooperation_rate.value < 0.9
    assert fixed.shares["tit for tat"].value == pytest.approx(0.5, abs=0.02)


def test_many_strategies_and_many_compositions():
    names = [f"{k}" for k in range(14)]
    rng = np.random.default_rng(1)
    from coopgames.strategies import memory_one

    chosen = [memory_one(rng.random(4), start=0.5, name=name) for name in names]
    found = simulate_learning(
        chosen,
        DILEMMA,
        population_size=20,
        selection_intensity=0.0,
        mutation_probability=0.5,
        generations=10,
        burn_in=10,
        rng=1,
    )
    # |z| < 5 in 14 shares: false alarm below 1e-5.
    for share in found.shares.values():
        assert abs(share.value - 1 / 14) < 5 * share.standard_error


def test_replicate_5_is_the_same_however_many_are_asked_for():
    settings = {
        "population_size": 6,
        "selection_intensity": 1.0,
        "mutation_probability": 0.1,
        "turns": 4,
        "implementation_error": 0.1,
        "payoffs": "realised",
        "generations": 4,
        "burn_in": 2,
        "rng": 3,
    }
    few = simulate_learning(NAMES, DILEMMA, replicates=7, **settings)
    many = simulate_learning(NAMES, DILEMMA, replicates=1100, **settings)
    assert (few.by_replicate == many.by_replicate[:7]).all()
    assert (few.final == many.final[:7]).all()
    assert many.by_replicate.shape == (1100, 2)


def test_what_still_moves_is_told_and_a_start_is_kept():
    found = simulate_learning(
        NAMES,
        DILEMMA,
        population_size=50,
        selection_intensity=1.0,
        mutation_probability=0.001,
        turns=10,
        start=[40, 10],
        generations=10,
        burn_in=0,
        rng=3,
    )
    assert "still moved" in found.certificate.notes[0]
    assert (found.final.sum(axis=1) == 50).all()


def test_an_interrupted_run_keeps_finished_blocks(monkeypatch):
    block, calls = LearningPlan.block, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return block(*arguments)

    settings = {
        "population_size": 6,
        "selection_intensity": 1.0,
        "mutation_probability": 0.1,
        "turns": 4,
        "generations": 4,
        "burn_in": 2,
        "rng": 3,
    }
    monkeypatch.setattr(LearningPlan, "block", interrupted)
    found = simulate_learning(NAMES, DILEMMA, replicates=5000, **settings)
    assert found.by_replicate.shape[0] == 1024
    assert "interrupted after 1,024 of 5,000 replicates" in found.certificate.notes[0]
    with pytest.raises(KeyboardInterrupt):
        simulate_learning(NAMES, DILEMMA, replicates=5000, **settings)


def test_draws_without_replacement_are_hypergeometric():
    drawn = drawn_without_replacement(np.tile([3, 1, 2], (20_000, 1)), 2, np.random.default_rng(1))
    pairs = np.bincount(drawn[:, 0] * 3 + drawn[:, 1], minlength=9) / 20_000
    exact = np.array([6, 3, 6, 3, 0, 2, 6, 2, 2]) / 30
    # |z| < 5 in nine numbers: false alarm below 1e-5.
    assert (np.abs(pairs - exact) <= 5 * np.sqrt(exact * (1 - exact) / 20_000)).all()


def test_fitness_is_a_mean_over_individuals():
    paid = RealisedPayoffs(
        lambda kinds, rng: kinds[:, 1].astype(float),
        strategies=2,
        players=2,
        population_size=3,
        matches=1,
        rng=np.random.default_rng(1),
        selection_intensity=2.0,
    )
    paid.prepare(np.full((1, 2000), 2))
    out = np.empty((2, 2000))
    paid.everyone(out)
    # One of the second kind meets the first only; of two of the first, none, one or both meet it.
    levels = {round(float(value), 12) for value in out[0] / out[1]}
    assert levels == {1.0, round(0.5 * (1 + np.exp(2.0)), 12), round(float(np.exp(2.0)), 12)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"strategies": ["grim"]}, "strategies must be 2 to 127"),
        ({"strategies": ["grim", "grim"]}, "different names"),
        ({"strategies": ["grim", named_strategy("grim", players=3)]}, "of 2 players"),
        ({"population_size": 1}, "population_size must be >= 2"),
        ({"rule": "best"}, "rule"),
        ({"payoffs": "guessed"}, "payoffs"),
        ({"payoffs": "realised", "turns": None}, "must end"),
        ({"start": [1, 2]}, "start must be 2 whole numbers"),
        ({"start": [1.5, 4.5]}, "start must be 2 whole numbers"),
        ({"generations": 1}, "generations must be >= 2"),
        ({"selection_intensity": -1}, "selection_intensity"),
        (
            {"game": classics.public_goods(3, 2), "strategies": ["grim", "tit for tat"]},
            "payoffs must be 'realised'",
        ),
    ],
)
def test_what_is_refused(change, message):
    given = {
        "strategies": NAMES,
        "game": DILEMMA,
        "population_size": 6,
        "selection_intensity": 1.0,
        "mutation_probability": 0.1,
        "turns": 4,
        "rng": 3,
    } | change
    with pytest.raises(CoopgamesError, match=message):
        simulate_learning(given.pop("strategies"), given.pop("game"), **given)
