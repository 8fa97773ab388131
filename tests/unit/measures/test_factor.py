"""The critical sanction factor is a crossing: success is one half there, and changes sign."""

import math

import pytest
from tests.names import INSTITUTIONS

import coopgames as cg

LOGIT = cg.Logit(precision=15)


def factor(game: cg.Game, level: float = 0.5) -> tuple[float, str]:
    return cg.critical_sanction_factor(game, LOGIT.success_rate, level=level)


def success(game: cg.Game, value: float) -> float:
    return LOGIT.success_rate(game.with_sanction_factor(value))


@pytest.mark.parametrize(
    "problem", ["climate", "containment", "nonproliferation", "trade", "security"]
)
def test_success_crosses_one_half_at_the_factor(problem: str) -> None:
    crossings = 0
    for name in INSTITUTIONS:
        game = cg.game(name, problem)
        found, reason = factor(game)
        if reason:
            assert math.isnan(found)
            continue
        crossings += 1
        if found == 0.0:
            assert success(game, 0.0) >= 0.5
            continue
        assert success(game, found * (1 - 1e-4)) < 0.5 <= success(game, found * (1 + 1e-4))
        assert success(game, 0.0) < 0.5
        # Below 1 it holds with room to spare.
        assert (found <= 1) == (success(game, 1.0) >= 0.5)
    assert crossings


@pytest.mark.parametrize("mandate", ["standing", "expected"])
@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_other_levels_and_readings(mandate: str, level: float) -> None:
    game = cg.game("global_state", "climate", mandate=mandate)
    found, reason = factor(game, level)
    assert not reason
    assert success(game, found) == pytest.approx(level, abs=1e-3)


def test_a_factor_scales_the_inverse_of_severity() -> None:
    """Half the severity needs twice the factor."""
    game, half = (
        cg.game(cg.variant(cg.load("institutions", "federation"), severity=s), "containment")
        for s in (0.8, 0.4)
    )
    assert factor(half)[0] == pytest.approx(2 * factor(game)[0], rel=1e-5)


def test_zero_where_it_holds_without_sanctions() -> None:
    easy = cg.load("problems", "climate").replace(cost=0.0)
    assert factor(cg.game("charter", easy)) == (0.0, "")
    assert factor(cg.game("anarchy", easy)) == (0.0, "")


def test_undefined_where_nothing_is_ever_punished() -> None:
    for form in ("anarchy", cg.variant(cg.load("institutions", "charter"), severity=0.0)):
        found, reason = factor(cg.game(form, "climate"))
        assert math.isnan(found)
        assert reason == "no breach is ever punished, so no factor helps"


def test_undefined_where_no_factor_is_enough() -> None:
    """A council that almost never adopts holds almost never, however hard it would punish."""
    rare = cg.variant(cg.load("institutions", "charter"), rounds=1, quota=1.0)
    game = cg.game(rare, "climate")
    assert game.adoption < 0.5
    found, reason = factor(game)
    assert math.isnan(found)
    assert reason.startswith("no factor reaches 0.5; success tends to ")
    limit = float(reason.rsplit(" ", 1)[1])
    assert limit == pytest.approx(success(game, 1e4), rel=1e-2)


def test_the_waiting_game_has_no_factor() -> None:
    game = cg.game("charter", "rescue")
    if success(game, 0.0) >= 0.5:
        assert factor(game) == (0.0, "")
    slow = cg.load("problems", "rescue")
    rules = slow.volunteering.replace(acting_cost=4.0)
    hard = cg.variant(cg.load("institutions", "charter"), delegation=0.0)
    found, reason = factor(cg.game(hard, slow.replace(volunteering=rules)))
    assert math.isnan(found)
    assert reason == "sanctions do not move the waiting game"
