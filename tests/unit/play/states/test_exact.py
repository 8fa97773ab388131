"""All states of a world in repeated play, against a chain of every state by itself."""

from itertools import product

import numpy as np
import pytest

import coopgames as cg
from coopgames.play.states import play_states
from coopgames.strategies import Automaton, as_automaton

TWO_TATS = Automaton(
    name="two failures",
    cooperate=(1, 1, 0),
    moves=(((1, 0), (1, 0)), ((2, 0), (2, 0)), ((2, 0), (2, 0))),
)


def brute(game, automata, *, error=0.0, missed=0.0, false=0.0, discount=1.0, others=False):
    """Return the share of rounds by (joint machine states, joint acts), state by state."""
    size = game.size
    leverage = game.leverage[game.classes.of_state]
    tables = [one.table() for one in automata]
    states = list(product(*(range(one.size) for one in automata)))
    place = {state: i for i, state in enumerate(states)}
    acts = list(product((0, 1), repeat=size))  # 0 is to act
    chance = np.zeros((len(states), len(acts)))
    moves = np.zeros((len(states), len(states)))
    held = np.zeros(len(acts))
    success = game.success[0]
    for j, act in enumerate(acts):
        x = int(leverage @ (1 - np.array(act)))
        held[j] = success[x]
    for i, state in enumerate(states):
        p = np.array([tables[n][0][state[n]] for n in range(size)])
        p = (1 - error) * p + error * (1 - p)
        for j, act in enumerate(acts):
            chance[i, j] = np.prod(np.where(np.array(act) == 0, p, 1 - p))
            for seen in (0, 1):
                if others:
                    ways = 1.0 if seen == 0 else 0.0
                else:
                    good = held[j] * (1 - missed) + (1 - held[j]) * false
                    ways = good if seen == 0 else 1 - good
                acting = sum(a == 0 for a in act)
                target = tuple(
                    int(
                        tables[n][1][
                            state[n], act[n], (acting - (act[n] == 0)) if others else 1 - seen
                        ]
                    )
                    for n in range(size)
                )
                moves[i, place[target]] += chance[i, j] * ways
    start = np.zeros(len(states))
    start[place[tuple(one.start for one in automata)]] = 1
    if discount < 1:
        law = (1 - discount) * np.linalg.solve(np.eye(len(states)) - discount * moves.T, start)
    else:
        law = start @ np.linalg.matrix_power(0.5 * (moves + np.eye(len(states))), 2**14)
        law /= law.sum()
    return law[:, None] * chance, acts, held


def measures(game, joint, acts, held):
    size = game.size
    leverage = game.leverage[game.classes.of_state]
    share = joint.sum(axis=0)
    rates = [sum(s for s, act in zip(share, acts) if act[n] == 0) for n in range(size)]
    access, taste, sanction = (
        np.array([mean[c] for c in game.classes.of_state])
        for mean in (
            game.events.mean_by_class(game.events.access, game.classes.size),
            game.taste + game.events.mean_by_class(game.events.relief, game.classes.size),
            game.events.mean_by_class(game.events.sanction, game.classes.size),
        )
    )
    paid = np.zeros(size)
    for s, act in zip(share, acts):
        x = int(leverage @ (1 - np.array(act)))
        for n in range(size):
            k = leverage[n]
            idle, potential = game.stakes.idle, game.stakes.potential
            if act[n] == 0:
                good = idle[x - k] + potential[x] - potential[x - k]
                paid[n] += s * (access[n] * good + taste[n])
            else:
                paid[n] += s * (access[n] * idle[x] - sanction[n])
    return float(share @ held), rates, paid


WORLDS = [("federation", "climate"), ("anarchy", "security"), ("global_state", "standards")]
RECORD = [
    ["tit for tat", "always cooperate"],
    ["win-stay lose-shift", "grim"],
    [TWO_TATS, "generous tit for tat"],
]


@pytest.mark.parametrize("where", WORLDS)
@pytest.mark.parametrize("names", RECORD)
@pytest.mark.parametrize("discount", [1.0, 0.8])
def test_every_state_by_itself(where, names, discount):
    game = cg.game(*where, "uniform-4")
    errors = {"implementation_error": 0.07, "missed_success": 0.05, "false_success": 0.02}
    found = play_states(game, names, discount_factor=discount, **errors)
    chosen = [as_automaton(cg.named_strategy(n) if isinstance(n, str) else n) for n in names]
    automata = [chosen[n % 2] for n in range(4)]
    joint, acts, held = brute(
        game, automata, error=0.07, missed=0.05, false=0.02, discount=discount
    )
    rate, rates, paid = measures(game, joint, acts, held)
    assert abs(found.success_rate - rate) < 1e-12
    for s in (0, 1):
        assert abs(found.act_rates[0, s] - rates[s]) < 1e-12
        assert abs(found.payoffs[0, s] - paid[s]) < 1e-12
    result = cg.cooperation(found.outcome)
    assert abs(result.act_rate - np.mean(rates)) < 1e-12
    assert abs(result.success_rate - rate) < 1e-12


@pytest.mark.parametrize("discount", [1.0, 0.8])
def test_reactions_to_others(discount):
    game = cg.game("federation", "climate", "uniform-4")
    names = ["proportional tit for tat", "win-stay lose-shift"]
    found = play_states(
        game, names, reacts_to="others", implementation_error=0.05, discount_factor=discount
    )
    chosen = [as_automaton(cg.named_strategy(name, players=4)) for name in names]
    automata = [chosen[n % 2] for n in range(4)]
    joint, acts, held = brute(game, automata, error=0.05, discount=discount, others=True)
    rate, rates, paid = measures(game, joint, acts, held)
    assert abs(found.success_rate - rate) < 1e-11
    assert np.allclose(found.act_rates[0], rates[:2], atol=1e-11)
    assert np.allclose(found.payoffs[0], paid[:2], atol=1e-11)


def test_reactions_alone_are_the_public_record():
    game = cg.game("anarchy", "climate", "w20")
    for chances in ((0.7, 0.3), (0.8, 0.4)):
        record = cg.public_record(game, chances[0], chances[1])
        strategy = cg.memory_one([chances[0], chances[1]] * 2, start=chances[0])
        found = play_states(game, strategy)
        assert np.isclose(found.success_rate, record.success_rate, rtol=1e-12)
        assert np.isclose(found.spell, record.spell, rtol=1e-10)
        assert np.isclose(found.onset, record.onset, rtol=1e-10)
        assert np.isclose(cg.cooperation(found.outcome).achievement, record.achievement)


def test_what_unbound_states_do():
    game = cg.game("charter", "climate")
    found = play_states(game, "always cooperate", unbound="always defect")
    result = cg.cooperation(found.outcome)
    assert abs(found.success_rate - game.adoption) < 1e-12
    assert result.compliance == 1
    assert abs(result.unilateral) < 1e-12
    coalition = cg.game("coalition", "climate")
    with pytest.raises(cg.CoopgamesError, match="simulate_states"):
        play_states(coalition, "always cooperate", unbound="always defect")


def test_both_outcomes_last():
    game = cg.game("anarchy", "climate")
    found = play_states(game, "tit for tat")
    assert found.recurrent_classes == 2
    assert found.success_rate == 1
    assert "first round" in found.outcome.certificate.notes[0]
    assert found.spell == float("inf")
    assert np.isnan(found.onset)


def test_wrong_input():
    game = cg.game("anarchy", "climate")
    for message, names, options in (
        ("tit for tatt", ["tit for tatt"], {}),
        ("discount_factor must lie", "tit for tat", {"discount_factor": 1.2}),
        ("roles or classes", {"nobody": "tit for tat"}, {}),
        ("has none", {"rival": "tit for tat"}, {}),
        ("must not be empty", [], {}),
        ("is an automaton", [own_act()], {}),
        ("reacts_to", "tit for tat", {"reacts_to": "nothing"}),
    ):
        with pytest.raises(cg.CoopgamesError, match=message):
            play_states(game, names, **options)


def own_act():
    """An automaton that alternates whatever it sees, and starts anew after a slip."""
    return Automaton(
        name="alternates", cooperate=(1, 0), moves=(((1, 1), (0, 0)), ((0, 0), (0, 0)))
    )
