"""Tournaments under all institutions and problems, against one round of the stage game."""

import numpy as np
import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.experiments.institution_tournament import (
    FIELD,
    compare_tournaments,
    institution_tournament,
)
from coopgames.games.bilateral import bilateral_game

PAIR = ("hegemon", "other")


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_every_institution_and_problem(institution: str, problem: str) -> None:
    how = {"problem": problem, "discount_factor": 0.9}
    found = institution_tournament(institution, sides=PAIR, **how)
    stage = bilateral_game(cg.game(institution, problem), *PAIR)
    played = found.tournament
    c, d, t = (played.names.index(name) for name in (*FIELD[:2], "tit for tat"))
    # Unconditional strategies play one cell for ever; tit for tat learns after a round.
    first, second = stage.first, stage.second
    assert played.payoffs[c, c] == pytest.approx((first[0, 0] + second[0, 0]) / 2)
    assert played.payoffs[d, d] == pytest.approx((first[1, 1] + second[1, 1]) / 2)
    assert played.payoffs[c, d] == pytest.approx((first[0, 1] + second[1, 0]) / 2)
    assert played.payoffs[d, c] == pytest.approx((first[1, 0] + second[0, 1]) / 2)
    learned = 0.1 * (first[0, 1] + second[1, 0]) / 2 + 0.9 * played.payoffs[d, d]
    assert played.payoffs[t, d] == pytest.approx(learned)
    assert found.stage.kinds == stage.kinds
    halves = institution_tournament(institution, **how)
    assert halves.stage.symmetric
    assert halves.tournament.side_payoffs is None


@pytest.mark.parametrize("kind", ["round-robin", "ecological", "evolutionary"])
def test_who_wins_where(kind: str) -> None:
    table = compare_tournaments(
        None,
        None,
        kind=kind,
        sides=PAIR,
        generations=100,
        process=cg.Fermi(selection_intensity=5.0),
        discount_factor=0.9,
        implementation_error=0.01,
    )
    assert len(table) == len(INSTITUTIONS) * len(PROBLEMS)
    assert {record["institution"] for record in table} == set(INSTITUTIONS)
    for record in table:
        assert set(record["winners"]) <= set(FIELD)
        assert record["winners"]
        assert 0 <= record["cooperation"] <= 1
    best = {
        record["institution"]: record["winners"]
        for record in table
        if record["problem"] == "containment"
    }
    # A deadlock under anarchy; in a global state sanctions make cooperation pay at once.
    assert best["anarchy"] == ["always defect"]
    assert best["global_state"] == ["always cooperate"]
    assert len(table.to_pandas()) == len(table)


def test_the_institutions_own_monitoring() -> None:
    """No body, no record: under anarchy tit for tat never learns of a breach."""
    how = {"sides": PAIR, "discount_factor": 0.9, "monitoring": "institution"}
    blind = institution_tournament("anarchy", **how).tournament
    assert blind.settings["perception_error"] == (1.0, 0.0)
    t, d = blind.names.index("tit for tat"), blind.names.index("always defect")
    assert blind.cooperation_rates[t, d] == pytest.approx(1)
    seeing = institution_tournament("global_state", **how).tournament
    missed, alarm = seeing.settings["perception_error"]
    assert 0 < missed < 1
    # Cooperates at first, and then after breaches that were missed.
    assert alarm == 0
    assert seeing.cooperation_rates[t, d] == pytest.approx(0.1 + 0.9 * missed)
    with pytest.raises(cg.CoopgamesError, match="brings its own"):
        institution_tournament("anarchy", perception_error=0.1, monitoring="institution")


def test_own_strategies_and_blocs() -> None:
    found = institution_tournament(
        "club",
        ["grim", cg.memory_one([0.5] * 4, name="coin")],
        problem="trade",
        sides=({"ally": 2}, "other"),
        turns=10,
    )
    assert found.stage.sides == ("2 ally", "other")
    assert found.tournament.names == ("grim", "coin")
    assert found.tournament.settings["turns"] == 10


def test_no_limit_is_no_winner() -> None:
    strong = cg.Fermi(population_size=10, selection_intensity=np.inf)
    table = compare_tournaments(
        ["anarchy"],
        "research",
        ["always cooperate", "always defect"],
        kind="evolutionary",
        process=strong,
    )
    (record,) = table
    assert record["kinds"] == ["chicken", "chicken"]
    assert record["winners"] == []
    assert "coexist for ever" in record["note"]


def test_bad_input_is_refused() -> None:
    with pytest.raises(cg.CoopgamesError, match="kind must be one of"):
        compare_tournaments(["anarchy"], kind="best")
    with pytest.raises(cg.CoopgamesError, match="institutions must not be empty"):
        compare_tournaments([])
    with pytest.raises(cg.CoopgamesError, match="monitoring must be one of"):
        institution_tournament("anarchy", monitoring="none")
