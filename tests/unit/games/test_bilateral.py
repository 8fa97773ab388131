"""The stage game between two states, or two halves, under an institution."""

from dataclasses import replace

import numpy as np
import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.games import bilateral_game


def by_hand(game, act_of_state, state):
    """Return a state's expected payoff, event by event and state by state, given all acts."""
    of_state = game.classes.of_state
    leverage = game.leverage[of_state]
    x = int(leverage @ act_of_state)
    c = of_state[state]
    events, stakes = game.events, game.stakes
    total = weight = 0.0
    for e, p in enumerate(events.probability):
        for g in np.flatnonzero(events.class_of_group == c):
            share = p * events.counts[e, g]
            if act_of_state[state]:
                others = x - int(leverage[state])
                good = stakes.idle[others] + stakes.potential[x] - stakes.potential[others]
                paid = events.access[e, g] * good + game.taste[c] + events.relief[e, g]
            else:
                paid = events.access[e, g] * stakes.idle[x] - events.sanction[e, g]
            total += share * paid
            weight += share
    return total / weight


@pytest.mark.parametrize("institution", ["charter", "club", "coalition", "federation"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_two_states_by_hand(institution, problem):
    game = cg.game(institution, problem)
    sides = [game.classes.labels[0], game.classes.labels[-1]]
    of_state = game.classes.of_state
    row, column = (int(np.flatnonzero(of_state == c)[0]) for c in (0, game.classes.size - 1))
    for others in (0.0, 1.0):
        found = bilateral_game(game, *sides, others=others)
        for a in (0, 1):
            for b in (0, 1):
                acts = np.full(game.size, int(others))
                acts[row], acts[column] = 1 - a, 1 - b
                assert abs(found.first[a, b] - by_hand(game, acts, row)) < 1e-12
                assert abs(found.second[a, b] - by_hand(game, acts, column)) < 1e-12


def test_others_act_at_random():
    game = cg.game("charter", "climate")
    mixed = bilateral_game(game, {"other": 8}, {"rival": 1}, others=0.3).first
    leverage = game.leverage[game.classes.of_state]
    names = [game.classes.labels[c].split()[0] for c in game.classes.of_state]
    bloc = int(sum(k for k, name in zip(leverage, names) if name == "other"))
    left = [s for s, name in enumerate(names) if name != "other"]
    left.remove(names.index("rival"))
    draws = (np.random.default_rng(1).random((200_000, len(left))) < 0.3) @ leverage[left]
    law = np.bincount(draws, minlength=game.stakes.total + 1) / draws.shape[0]
    x = np.minimum(np.arange(law.size) + bloc, law.size - 1)
    sampled = law @ game.stakes.idle[x] + game.taste[-1]
    assert abs(mixed[0, 1] - sampled) < 2e-3


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_two_halves(institution):
    for problem in PROBLEMS:
        found = bilateral_game(cg.game(institution, problem))
        assert found.symmetric
        assert found.kinds[0] == found.kinds[1] != ""
        assert np.allclose(found.as_symmetric().table[0], found.first[0][::-1])


def test_kinds():
    made = bilateral_game(cg.game("anarchy", "climate"))
    for matrix, kind in (
        ([[3, 0], [5, 1]], "prisoner's dilemma"),
        ([[3, 1], [5, 0]], "chicken"),
        ([[4, 0], [3, 2]], "stag hunt"),
        ([[1, 0], [5, 3]], "deadlock"),
        ([[4, 2], [3, 1]], "harmony"),
        ([[3, 0], [3, 1]], "tie"),
    ):
        first = np.array(matrix, dtype=float)
        assert replace(made, first=first, second=first.T).kinds == (kind, kind)


def test_a_role_whose_name_is_also_a_class():
    game = cg.game("concert", "climate")
    assert "ally_permanent" in game.classes.labels
    found = bilateral_game(game, {"ally_permanent": 2}, "rival")
    assert found.sides[0] == "2 ally_permanent"


def test_wrong_input():
    game = cg.game("charter", "climate")
    for message, sides in (
        ("together", ("rival", None)),
        ("classes of", ("nobody", "rival")),
        ("more of", ({"hegemon": 2}, "rival")),
        ("short", ("hegemon", "hegemon")),
        ("at least one", ({}, "rival")),
    ):
        with pytest.raises(cg.CoopgamesError, match=message):
            bilateral_game(game, *sides)
    with pytest.raises(cg.CoopgamesError, match="same payoffs"):
        bilateral_game(game, "hegemon", "rival").as_symmetric()
