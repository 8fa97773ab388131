"""Simulated matches beside those of axelrod; importing it takes ten seconds, so these are slow."""

import numpy as np
import pytest

from coopgames.play.matches.simulated_pairs import simulate_pairs
from coopgames.strategies import find_strategy, memory_one

pytestmark = pytest.mark.slow

#: Start, and what is done after CC, CD, DC and DD.
PURE = {
    "tit for tat": (1, 1, 0, 1, 0),
    "win-stay lose-shift": (1, 1, 0, 0, 1),
    "grim": (1, 1, 0, 0, 0),
    "suspicious tit for tat": (0, 1, 0, 1, 0),
    "always defect": (0, 0, 0, 0, 0),
}
DILEMMA = [[3, 0], [5, 1]]


@pytest.fixture(scope="module")
def axl():
    import axelrod

    return axelrod


def player_of(axl, row):
    start, *response = row
    initial = axl.Action.C if start else axl.Action.D
    return axl.MemoryOnePlayer(four_vector=tuple(response), initial=initial)


@pytest.mark.parametrize("turns", [1, 7, 200])
def test_without_noise_scores_are_equal(axl, turns):
    found = simulate_pairs(list(PURE), DILEMMA, turns=turns, replicates=2)
    for i, one in enumerate(PURE.values()):
        for j, other in enumerate(PURE.values()):
            match = axl.Match((player_of(axl, one), player_of(axl, other)), turns=turns)
            match.play()
            scores = match.final_score_per_turn()
            assert found.payoffs[i, j] == pytest.approx(np.mean(scores) if i == j else scores[0])


def test_two_defections_are_answered(axl):
    players = {"tit for two tats": axl.TitFor2Tats, "alternator": axl.Alternator}
    found = simulate_pairs(
        [find_strategy(name) for name in players], DILEMMA, turns=51, replicates=2
    )
    match = axl.Match(tuple(kind() for kind in players.values()), turns=51)
    match.play()
    assert found.payoffs[0, 1] == pytest.approx(match.final_score_per_turn()[0])
    assert found.payoffs[1, 0] == pytest.approx(match.final_score_per_turn()[1])


def test_with_noise_means_agree(axl):
    # Nine pairs, two scores each, |z| < 4.5 with both errors: false alarm below 2e-4.
    rows = [(1, 0.9, 0.2, 0.7, 0.3), (0, 1, 0, 1, 0), (1, 1, 0, 0, 1)]
    chosen = [memory_one(row[1:], start=row[0], name=str(k)) for k, row in enumerate(rows)]
    found = simulate_pairs(
        chosen, DILEMMA, turns=30, replicates=2000, implementation_error=0.05, rng=1
    )
    for i, one in enumerate(rows):
        for j, other in enumerate(rows):
            players = player_of(axl, one), player_of(axl, other)
            scores = []
            for seed in range(300):
                match = axl.Match(players, turns=30, noise=0.05, seed=seed)
                match.play()
                scores.append(match.final_score_per_turn())
            scores = np.array(scores)
            expected = found.payoffs[i, j], found.payoffs[j, i]
            errors = found.payoff_errors[i, j], found.payoff_errors[j, i]
            for side in (0, 1):
                spread = np.hypot(scores[:, side].std(ddof=1) / np.sqrt(300), errors[side])
                assert abs(scores[:, side].mean() - expected[side]) < 4.5 * spread
