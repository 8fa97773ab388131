"""The nine plans in repeated play, against a round-by-round walk over payoffs of one round."""

import numpy as np
import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.play.states import play_plans

NAMES = [plan.name for plan in cg.NAMED9]


def walk(institution, problem, plans, *, missed=0.0, false=0.0, rounds=4000):
    """Iterate the law of the last outcome from a success; payoffs and success by `plan_payoffs`."""
    records = [
        cg.load(kind, name)
        for kind, name in (
            ("institutions", institution),
            ("problems", problem),
            ("worlds", "w20"),
        )
    ]
    game = cg.game(institution, problem)
    counts = np.zeros((game.classes.size, 9), dtype=int)
    for state, c in enumerate(game.classes.of_state):
        counts[c, NAMES.index(plans[state % len(plans)])] += 1
    after = {last: cg.plan_payoffs(*records, counts, last=last) for last in ("success", "failure")}
    good = 1.0
    total_good, total_held = 0.0, 0.0
    for _ in range(rounds):
        held = good * after["success"].success + (1 - good) * after["failure"].success
        total_good += good
        total_held += held
        good = held * (1 - missed) + (1 - held) * false
    share = total_good / rounds
    paid = share * after["success"].payoffs + (1 - share) * after["failure"].payoffs
    return total_held / rounds, paid, after["success"].adoption


@pytest.mark.parametrize(
    "where",
    [("charter", "climate"), ("federation", "trade"), ("coalition", "climate"), ("club", "rescue")],
)
@pytest.mark.parametrize(
    "plans",
    [["steward", "reciprocator", "outsider_free"], ["rescuer", "hub"], ["pledger", "blocker"]],
)
def test_a_walk_of_many_rounds(where, plans):
    errors = {"missed": 0.1, "false": 0.3}
    held, paid, adoption = walk(*where, plans, **errors)
    game = cg.game(*where)
    found = play_plans(game, plans, missed_success=0.1, false_success=0.3)
    assert abs(found.success_rate - held) < 1e-3
    assert np.allclose(found.payoffs, paid, atol=1e-3, equal_nan=True)
    assert abs(found.adoption - adoption) < 1e-12
    result = cg.cooperation(found.outcome)
    assert abs(result.success_rate - found.success_rate) < 1e-12
    rates = np.nansum(found.counts * np.nan_to_num(found.act_rates)) / game.size
    assert abs(result.act_rate - rates) < 1e-12


def test_where_both_outcomes_last():
    found = play_plans(cg.game("anarchy", "climate"), "reciprocator")
    assert found.success_rate == 1
    assert found.recurrent_classes == 2
    noisy = play_plans(cg.game("anarchy", "climate"), "reciprocator", missed_success=0.01)
    assert noisy.success_rate == 0
    assert noisy.recurrent_classes == 1


def test_rescuers_take_turns_with_failure():
    found = play_plans(cg.game("anarchy", "climate"), "rescuer")
    assert (found.success_rate, found.spell, found.onset) == (0.5, 1.0, 1.0)


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_every_institution_and_problem(institution):
    for problem in PROBLEMS:
        found = play_plans(
            cg.game(institution, problem), NAMES, missed_success=0.05, false_success=0.05
        )
        result = cg.cooperation(found.outcome)
        assert 0 <= found.success_rate <= 1
        if result.adoption > 0:
            product = result.coverage * result.adoption
            product *= 0.0 if np.isnan(result.compliance) else result.compliance
            assert abs(product + result.unilateral - result.act_rate) < 1e-12
        lost = result.free_riding + result.exclusion + result.gridlock
        assert abs(1 - result.act_rate - lost) < 1e-12


def test_wrong_input():
    game = cg.game("anarchy", "climate")
    with pytest.raises(cg.CoopgamesError, match="plan"):
        play_plans(game, "shirker")
    with pytest.raises(cg.CoopgamesError, match="missed_success"):
        play_plans(game, "steward", missed_success=-1)
