"""Equilibria of stage games against all counts of acting states, and the levers that move them."""

import math

import numpy as np
import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.equilibria import smallest_change, stage_equilibria
from coopgames.errors import CoopgamesError
from coopgames.games import policy_games
from coopgames.kernels.markov.product_chain import product_states


def enumerated(game: cg.Game, event: int):
    """Per X: is there an equilibrium, and the lowest and highest welfare of one; the optimum."""
    policies = policy_games(game)
    played = policies.games[policies.game_of_row[event if game.mandate == "standing" else 0]]
    states = product_states(played.players, played.sizes)
    paid = played.payoffs_of_revising(states)
    fine = np.ones(len(states), dtype=bool)
    welfare = np.zeros(len(states))
    adds = np.concatenate(played.scenarios[0].adds)
    for role, block in enumerate(played.blocks()):
        here, own = states[:, block], paid[role]
        for i, j in ((0, 1), (1, 0)):
            fine &= (here[:, i] == 0) | (own[:, i, j] <= own[:, i, i] + 1e-12)
        stake = played.scenarios[0].adds[role][0] / game.stakes.total
        welfare += stake * (here[:, 0] * own[:, 0, 0] + here[:, 1] * own[:, 1, 1])
    return states @ adds, fine, welfare


@pytest.mark.parametrize("institution", INSTITUTIONS)
@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_every_equilibrium_and_no_other(institution: str, mandate: str) -> None:
    for problem in PROBLEMS:
        game = cg.game(institution, problem, "uniform-12", mandate=mandate)
        found = stage_equilibria(game)
        last = len(found.events) - 1
        for number in {0, last // 2, last}:
            event = found.events[number]
            x, fine, welfare = enumerated(game, number)
            assert event.contributions.tolist() == sorted(set(x[fine].tolist()))
            for place, total in enumerate(event.contributions):
                here = welfare[fine & (x == total)]
                low, high = event.welfare[place]
                assert (low, high) == pytest.approx((here.min(), here.max()), abs=1e-9)
            assert event.optimum == pytest.approx(welfare.max(), abs=1e-9)
        assert sum(event.probability for event in found.events) == pytest.approx(1)


@pytest.mark.parametrize("which", ["best", "worst"])
def test_an_equilibrium_is_an_outcome(which: str) -> None:
    game = cg.game("charter", "climate")
    found = stage_equilibria(game)
    outcome = found.outcome(which)
    measured = cg.cooperation(outcome)
    assert measured.success_rate == pytest.approx(found.success_rate(which), abs=1e-12)
    parts = measured.free_riding + measured.exclusion + measured.gridlock
    assert measured.act_rate + parts == pytest.approx(1, abs=1e-12)
    events = game.events
    leverage = game.leverage[events.class_of_group]
    mean = (outcome.acts * events.counts) @ leverage
    assert mean == pytest.approx(outcome.law @ np.arange(outcome.law.shape[1]))


def test_prices() -> None:
    """On trade each state's act is worth its cost to all but not to itself."""
    game = cg.game("anarchy", "trade")
    price, reason = stage_equilibria(game).price("anarchy")
    assert not reason
    # Only the hegemon gains from its own act; all should act: (r - c) against w_H r - c w_H.
    assert price == pytest.approx((0.8 - 0.12) / (0.26 * (0.8 - 0.12)))
    nothing = stage_equilibria(cg.game("anarchy", "climate")).price("anarchy")
    assert math.isnan(nothing[0])
    assert "not above 0" in nothing[1]


def test_levers_reach_what_they_say() -> None:
    game = cg.game("charter", "climate")
    found = smallest_change(game, "severity")
    ((body, severity),) = found.values
    assert body == "council"
    for factor, enough in ((1.001, True), (0.999, False)):
        record = cg.variant(game.institution, severity=severity * factor)
        changed = cg.game(record, "climate")
        assert (stage_equilibria(changed).certain >= 0.5) == enough
    assert smallest_change(game, "severity", wanted="possible").way == 0.0
    never = smallest_change(game, "quota")
    assert math.isnan(never.way)
    assert never.reason
    assert "no body" in smallest_change(cg.game("anarchy", "climate"), "detection").reason


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lever": "veto"}, "lever must be one of"),
        ({"lever": "quota", "wanted": "likely"}, "wanted must be one of"),
        ({"lever": "quota", "level": 0.0}, "level must lie in"),
    ],
)
def test_bad_input_is_named(options: dict, message: str) -> None:
    with pytest.raises(CoopgamesError, match=message):
        smallest_change(cg.game("charter", "climate"), **options)
