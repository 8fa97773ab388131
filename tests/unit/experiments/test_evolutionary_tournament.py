"""Evolutionary tournaments against formulas for two strategies and chains laid out here."""

import numpy as np
import pytest

import coopgames as cg
from coopgames import Fermi, Moran, WrightFisher, classics
from coopgames.experiments.evolutionary_tournament import evolutionary_tournament
from coopgames.play.groups.group_compositions import play_compositions
from coopgames.play.tournaments.tournament import round_robin

DILEMMA = [[3, 0], [5, 1]]
TRIO = ["always cooperate", "always defect", "tit for tat"]


def fermi_fixation(table: np.ndarray, i: int, j: int, size: int, intensity: float) -> float:
    """1 / (1 + sum_k exp(-beta sum_{l <= k} gain(l))), pairs drawn without replacement."""
    number = np.arange(1, size)
    own = ((number - 1) * table[i, i] + (size - number) * table[i, j]) / (size - 1)
    other = (number * table[j, i] + (size - number - 1) * table[j, j]) / (size - 1)
    return 1 / (1 + np.exp(-intensity * np.cumsum(own - other)).sum())


def test_fixation_and_the_limit_by_formula() -> None:
    played = round_robin(TRIO, DILEMMA, turns=10)
    size, beta = 20, 0.05
    found = evolutionary_tournament(played, Fermi(population_size=size, selection_intensity=beta))
    rho = np.array(
        [
            [
                1 / size if i == j else fermi_fixation(played.payoffs, i, j, size, beta)
                for j in range(3)
            ]
            for i in range(3)
        ]
    )
    assert found.fixation == pytest.approx(rho, rel=1e-9)
    chain = rho.T / 2
    np.fill_diagonal(chain, 0)
    np.fill_diagonal(chain, 1 - chain.sum(axis=1))
    law = np.linalg.matrix_power(chain, 2**14)[0]
    assert found.limit_shares == pytest.approx(law, rel=1e-8)
    assert found.limit_cooperation_rate == pytest.approx(law @ [1, 0, 1])
    assert found.winners == (TRIO[int(law.argmax())],)


@pytest.mark.parametrize("process", [Fermi, Moran, WrightFisher])
def test_no_selection_makes_all_alike(process) -> None:
    found = evolutionary_tournament(
        round_robin(TRIO, DILEMMA, turns=10),
        process(population_size=8, selection_intensity=0.0),
    )
    assert found.fixation == pytest.approx(np.full((3, 3), 1 / 8))
    assert found.limit_shares == pytest.approx([1 / 3] * 3)
    assert found.shares == pytest.approx([1 / 3] * 3)
    assert len(found.winners) == 3


def test_rare_mutations_become_the_limit() -> None:
    played = round_robin(TRIO, DILEMMA, turns=10)
    rare = Moran(population_size=10, selection_intensity=0.1, mutation_probability=1e-6)
    found = evolutionary_tournament(played, rare)
    assert found.shares == pytest.approx(found.limit_shares, abs=1e-4)
    assert found.cooperation_rate == pytest.approx(found.limit_cooperation_rate, abs=1e-4)
    assert set(found.certificates) == {"limit", "stationary"}


def test_cooperation_in_a_mixed_population() -> None:
    """Two players in a population of two meet each other: rates are those of their match."""
    played = round_robin(["always cooperate", "always defect"], DILEMMA)
    found = evolutionary_tournament(
        played, Fermi(population_size=2, selection_intensity=0.0, mutation_probability=0.5)
    )
    law = found.stationary.law
    states = found.stationary.states[:, 0]
    assert found.cooperation_rate == pytest.approx(law @ (states / 2))


def test_tables_records_and_games_are_the_same() -> None:
    play = cg.play_pairs(TRIO, DILEMMA, discount_factor=0.9)
    process = Fermi(population_size=12, selection_intensity=0.2)
    found = [
        evolutionary_tournament(play, process),
        evolutionary_tournament(play.payoffs, process, names=TRIO),
        evolutionary_tournament(play.as_game(), process),
    ]
    for one in found:
        assert one.names == tuple(TRIO)
        assert one.limit_shares == pytest.approx(found[0].limit_shares)
        assert one.shares == pytest.approx(found[0].shares)
    assert found[1].cooperation_rate is None
    assert "not known" in found[1].reasons["cooperation_rate"]


def test_groups_evolve_too() -> None:
    """Three who play the public good: with patience tit for tat invades, without it cannot."""
    game = classics.public_goods(3, 2)
    process = Fermi(population_size=30, selection_intensity=1.0)
    pair = ["tit for tat", "always defect"]
    patient, hasty = (
        evolutionary_tournament(play_compositions(pair, game, discount_factor=d), process)
        for d in (0.95, 0.05)
    )
    assert patient.winners == ("tit for tat",)
    assert hasty.winners == ("always defect",)
    assert patient.limit_cooperation_rate == pytest.approx(patient.limit_shares[0])
    direct = cg.fixation(patient.game, process, 0, 1)
    assert patient.fixation[0, 1] == pytest.approx(direct.probability)


def test_what_is_too_large_is_left_out_with_its_reason() -> None:
    names = [*TRIO, "grim", "win-stay lose-shift"]
    played = round_robin(names, DILEMMA, implementation_error=0.01)
    found = evolutionary_tournament(played, Moran(population_size=200))
    assert found.stationary is None
    assert found.shares is None
    assert found.cooperation_rate is None
    assert "states, more than" in found.reasons["stationary"]
    assert found.limit_shares.sum() == pytest.approx(1)
    asked = evolutionary_tournament(played, Moran(population_size=200), stationary=False)
    assert asked.reasons["stationary"] == "not asked for"
    assert found.to_dict()["rows"] == asked.to_dict()["rows"]
    assert found.to_pandas().shape == (5, 5)


def test_infinitely_strong_imitation_has_a_limit_or_says_why_not() -> None:
    strong = Fermi(population_size=10, selection_intensity=np.inf)
    found = evolutionary_tournament([[2, 0], [3, 1]], strong)
    assert found.winners == ("1",)
    assert "must be finite" in found.reasons["stationary"]
    stuck = evolutionary_tournament(classics.hawk_dove(2, 5), strong)
    assert stuck.winners == ()
    assert "coexist for ever" in stuck.reasons["limit"]
    assert stuck.rows()[0]["limit_share"] is None
    assert stuck.to_dict()["fixation"][0][1] is None


def test_one_strategy_is_no_tournament() -> None:
    with pytest.raises(cg.CoopgamesError, match="at least two strategies"):
        evolutionary_tournament([[1]])
