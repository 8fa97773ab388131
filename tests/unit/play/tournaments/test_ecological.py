"""Ecological tournaments against closed forms for two strategies, and the replicator."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.play.tournaments.ecological import ecological_tournament
from coopgames.play.tournaments.tournament import round_robin

DILEMMA = [[3, 0], [5, 1]]


def test_a_constant_advantage_is_a_geometric_series() -> None:
    """Where payoffs depend on the own strategy alone, odds grow by their ratio."""
    found = ecological_tournament([[3, 3], [2, 2]], shares=[0.1, 0.9], generations=20)
    odds = found.shares[:, 0] / found.shares[:, 1]
    assert odds == pytest.approx(1 / 9 * 1.5 ** np.arange(21))


def test_equal_gains_from_switching_are_logistic() -> None:
    """In a donation game defection is ahead by c everywhere: odds fall by exp(-eta c)."""
    benefit, cost, eta = 3, 1, 0.2
    found = ecological_tournament(
        [[benefit - cost, -cost], [benefit, 0]],
        shares=[0.9, 0.1],
        rule="exponential",
        intensity=eta,
        generations=30,
    )
    assert found.shares[:, 0] == pytest.approx(1 / (1 + np.exp(eta * np.arange(31)) / 9))


@pytest.mark.parametrize("rule", ["proportional", "exponential"])
def test_the_threshold_of_tit_for_tat(rule: str) -> None:
    """Tit for tat spreads from above (d - b) / (a - b - c + d), here with ten rounds."""
    a, b, c, d = 30, 9, 14, 10
    threshold = (d - b) / (a - b - c + d)
    above, below = (
        ecological_tournament(
            [[a, b], [c, d]], shares=[s, 1 - s], rule=rule, intensity=0.1, generations=5000
        )
        for s in (threshold + 0.01, threshold - 0.01)
    )
    assert above.shares[-1] == pytest.approx([1, 0], abs=1e-6)
    assert below.shares[-1] == pytest.approx([0, 1], abs=1e-6)
    assert above.converged
    assert below.converged
    at = ecological_tournament([[a, b], [c, d]], shares=[threshold, 1 - threshold], rule=rule)
    assert at.generations == 1
    assert at.regret == pytest.approx(0, abs=1e-12)


def test_hawks_and_doves_mix() -> None:
    """The mixture v / c is stable under both rules, and whatever the background."""
    game = cg.classics.hawk_dove(2, 5).matrix()
    for how in ({}, {"background": 20}, {"rule": "exponential", "intensity": 0.3}):
        found = ecological_tournament(game, shares=[0.9, 0.1], generations=20_000, **how)
        assert found.converged
        assert found.shares[-1] == pytest.approx([0.4, 0.6], abs=1e-6)
        assert found.regret == pytest.approx(0, abs=1e-6)


def test_one_generation_by_hand() -> None:
    found = ecological_tournament([[-1, 0], [2, 1]], shares=[1, 3], generations=1)
    # The highest payoff is twice the lowest with B = 2 + 2 = 4.
    scores = np.array([-0.25, 1.25]) + 4
    grown = np.array([0.25, 0.75]) * scores
    assert found.background == 4
    assert found.shares[1] == pytest.approx(grown / grown.sum())
    assert not found.converged
    assert found.mean_payoffs[0] == pytest.approx(0.25 * -0.25 + 0.75 * 1.25)


def test_small_steps_follow_the_replicator() -> None:
    rock = np.array([[0.0, -1, 2], [2, 0, -1], [-1, 2, 0]])
    start, step = [0.6, 0.3, 0.1], 1e-3
    path = cg.trajectory(cg.matrix_game(rock), start, [0, 3])
    by_weights = ecological_tournament(
        rock, shares=start, rule="exponential", intensity=step, generations=3000
    )
    assert by_weights.shares[-1] == pytest.approx(path[-1], abs=2e-3)
    by_score = ecological_tournament(rock, shares=start, background=1 / step, generations=3000)
    assert by_score.shares[-1] == pytest.approx(path[-1], abs=2e-3)


def test_who_is_gone_does_not_return() -> None:
    found = ecological_tournament([[2, 0], [3, 1]], ["C", "D"], shares=[1, 0], generations=50)
    assert found.survivors == ("C",)
    assert found.converged
    assert found.regret == pytest.approx(1)


@pytest.mark.parametrize("rule", ["proportional", "exponential"])
def test_sanctions_make_payoffs_negative(rule: str) -> None:
    found = ecological_tournament([[0, -2], [-1, -3]], rule=rule)
    assert np.isfinite(found.shares).all()
    assert found.shares.sum(axis=1) == pytest.approx(1)
    assert found.final["0"] > 0.99


def test_a_round_robin_with_its_rates_of_cooperation() -> None:
    played = round_robin(["tit for tat", "always defect"], DILEMMA, turns=10)
    found = ecological_tournament(played)
    assert found.names == played.names
    x = found.shares[0]
    assert found.cooperation[0] == pytest.approx(x @ played.cooperation_rates @ x)
    assert found.cooperation[-1] == pytest.approx(1, abs=1e-3)
    assert len(found.rows()) == 2 * len(found.shares)
    assert found.to_pandas().shape == found.shares.shape
    assert found.to_dict()["converged"]


def test_all_payoffs_alike() -> None:
    assert ecological_tournament(np.zeros((3, 3))).converged


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"background": -1}, "background must be > 0"),
        ({"shares": [1, -1]}, "shares must be 2 numbers"),
        ({"shares": [1]}, "shares must be 2 numbers"),
        ({"generations": 0}, "generations must be >= 1"),
        ({"generations": 10**9}, "generations must be <="),
        ({"rule": "best"}, "rule must be one of"),
        ({"rule": "exponential", "intensity": 0}, "intensity must be > 0"),
        ({"tolerance": -1}, "tolerance must be >= 0"),
    ],
)
def test_bad_input_is_refused(how, message: str) -> None:
    with pytest.raises(cg.CoopgamesError, match=message):
        ecological_tournament([[1, 0], [2, 1]], **how)
