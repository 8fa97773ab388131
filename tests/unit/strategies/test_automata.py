"""Automata against the rules they stand for, on random histories with errors."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgames.errors import CoopgamesError
from coopgames.strategies import (
    AUTOMATON_NAMES,
    STRATEGY_NAMES,
    Automaton,
    MemoryOne,
    as_automaton,
    find_strategy,
    memory_one,
    memory_two,
    minimal_automaton,
    named_automaton,
    named_strategy,
)


def walk(automaton, history):
    """Return the chances of cooperating before each round and after the last.

    A history lists own act and other cooperators of each round, acts as True for cooperation.
    """
    state, out = automaton.start, []
    for own, others in history:
        out.append(automaton.cooperate[state])
        state = automaton.moves[state][0 if own else 1][others]
    return [*out, automaton.cooperate[state]]


def histories(players, rounds, number, seed):
    rng = np.random.default_rng(seed)
    for _ in range(number):
        # Rounds in which all, or none, cooperate must not be rare.
        common = rng.random(rounds) < 0.5
        own = np.where(common, rng.random(rounds) < 0.5, rng.random(rounds) < 0.5)
        others = rng.integers(0, players, rounds)
        others = np.where(common, np.where(own, players - 1, 0), others)
        yield list(zip(own.tolist(), others.tolist(), strict=True))


# --- memory one --------------------------------------------------------------------------------


@pytest.mark.parametrize("players", [2, 3, 5])
def test_memory_one_as_automata(players):
    rng = np.random.default_rng(1)
    drawn = [memory_one(rng.choice([0, 0.3, 1], 2 * players), start=0.3) for _ in range(5)]
    drawn += [memory_one(rng.random(2 * players)) for _ in range(3)]
    drawn += [
        named_strategy(name, players=players)
        for name in STRATEGY_NAMES
        if name != "firm but fair" or players == 2
    ]
    for strategy in drawn:
        automaton = as_automaton(strategy)
        assert (automaton.name, automaton.source) == (strategy.name, strategy.source)
        assert automaton.players == players
        assert automaton.size <= 2 * players + 1
        assert len(set(automaton.cooperate)) == automaton.size
        for history in histories(players, 6, 10, 2):
            expected = [strategy.start]
            # After (C, n-1), ..., (C, 0), (D, n-1), ..., (D, 0).
            for own, others in history:
                place = players - 1 - others + (0 if own else players)
                expected.append(strategy.response[place])
            assert walk(automaton, history) == expected


def test_automata_stay_what_they_are():
    automaton = named_automaton("handshake")
    assert as_automaton(automaton) is automaton


# --- smallest automata -------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_smallest_automata_play_alike(seed):
    rng = np.random.default_rng(seed)
    size, players = int(rng.integers(1, 7)), int(rng.integers(2, 4))
    automaton = Automaton(
        name="any",
        cooperate=tuple(rng.choice([0.0, 1.0], size).tolist()),
        moves=tuple(
            tuple(tuple(row) for row in rows)
            for rows in rng.integers(0, size, (size, 2, players)).tolist()
        ),
        start=int(rng.integers(size)),
    )
    small = minimal_automaton(automaton)
    assert small.size <= size
    assert minimal_automaton(small) == small
    for history in histories(players, 12, 20, seed):
        assert walk(small, history) == walk(automaton, history)
    # States of the smallest one are told apart by some history shorter than their number.
    for s, t in product(range(small.size), repeat=2):
        if s < t:
            pairs, found = {(s, t)}, False
            for _ in range(small.size):
                found = found or any(small.cooperate[a] != small.cooperate[b] for a, b in pairs)
                pairs |= {
                    (small.moves[a][own][k], small.moves[b][own][k])
                    for a, b in pairs
                    for own in (0, 1)
                    for k in range(players)
                }
            assert found, (s, t)


def test_sizes_of_well_known_automata():
    sizes = {name: named_automaton(name).size for name in AUTOMATON_NAMES}
    assert sizes == {
        "all-or-none": 3,
        "alternator": 2,
        "anti tit for tat": 2,
        "contrite tit for tat": 3,
        "handshake": 4,
        "hard tit for tat": 4,
        "hard tit for two tats": 4,
        "limited retaliation": 3,
        "rescuer": 2,
        "tit for two tats": 3,
        "two tits for tat": 3,
    }


# --- memory two --------------------------------------------------------------------------------


def test_memory_two_reacts_to_two_rounds():
    rng = np.random.default_rng(3)
    response, opening = rng.random(16).tolist(), rng.random(5).tolist()
    automaton = memory_two(response, opening, name="m", source="s")
    assert (automaton.size, automaton.name, automaton.source) == (21, "m", "s")
    for history in histories(2, 6, 10, 4):
        seen = [2 * (not own) + (not others) for own, others in history]
        expected = [opening[0], opening[1 + seen[0]]]
        expected += [response[4 * seen[t - 1] + seen[t]] for t in range(1, len(seen))]
        assert walk(automaton, history) == expected


def test_memory_two_by_default_begins_as_after_cooperation():
    response = np.random.default_rng(4).random(16).tolist()
    automaton = memory_two(response)
    assert automaton.cooperate[0] == response[0]
    assert walk(automaton, [(True, 0)])[1] == response[1]


def test_memory_two_finds_shorter_memories():
    assert memory_two([1.0, 0, 0, 1] * 4) == Automaton(
        name="memory two",
        cooperate=(1.0, 0.0),
        moves=(((1, 0), (0, 1)), ((1, 0), (0, 1))),
    )


# --- names -------------------------------------------------------------------------------------


def defected(history, needed):
    """Return for each round whether fewer than ``needed`` others cooperated."""
    return [others < needed for _, others in history]


def all_or_none(rounds):
    def rule(history, most):
        return all(others == (most if own else 0) for own, others in history[-rounds:])

    return rule


def limited_retaliation(rounds):
    def rule(history, most):
        left = 0
        for own, others in history:
            if left:
                left -= 1
            elif not (own and others == most):
                left = rounds
        return left == 0

    return rule


def contrite(history, _most):
    """Standing as in Boyd (1989), with acts that may be slips."""
    good = {"me": True, "you": True}
    for mine, yours in history:
        should = {
            "me": not good["me"] or good["you"],
            "you": not good["you"] or good["me"],
        }
        acts = {"me": mine, "you": bool(yours)}
        good = {who: True if acts[who] else good[who] and not should[who] for who in ("me", "you")}
    return not good["me"] or good["you"]


def handshake(history, _most):
    if len(history) < 2:
        return not history
    return history[0][1] == 1 and history[1][1] == 0


RULES = {
    ("all-or-none", 1): all_or_none(1),
    ("all-or-none", 2): all_or_none(2),
    ("all-or-none", 3): all_or_none(3),
    ("alternator", None): lambda history, most: len(history) % 2 == 0,
    ("anti tit for tat", None): lambda history, most: not history or history[-1][1] < most,
    ("contrite tit for tat", None): contrite,
    ("handshake", None): handshake,
    ("hard tit for tat", None): lambda history, most: not any(defected(history, most)[-3:]),
    ("hard tit for two tats", None): lambda history, most: (
        [True, True] not in [defected(history, most)[-3:][:2], defected(history, most)[-3:][1:]]
        and defected(history, most)[-2:] != [True, True]
    ),
    ("limited retaliation", 1): limited_retaliation(1),
    ("limited retaliation", 3): limited_retaliation(3),
    ("rescuer", None): lambda history, most: bool(history) and history[-1][1] < most,
    ("tit for two tats", None): lambda history, most: defected(history, most)[-2:] != [True] * 2,
    ("two tits for tat", None): lambda history, most: not any(defected(history, most)[-2:]),
}


def test_every_name_has_a_rule_here():
    assert {name for name, _ in RULES} == set(AUTOMATON_NAMES)


@pytest.mark.parametrize("players", [2, 4])
@pytest.mark.parametrize(("name", "rounds"), RULES)
def test_named_automata_follow_their_rules(name, rounds, players):
    if players > 2 and name in {"contrite tit for tat", "handshake"}:
        with pytest.raises(CoopgamesError, match="players must be 2"):
            named_automaton(name, players=players)
        return
    automaton = named_automaton(name, players=players, rounds=rounds)
    assert (automaton.name, automaton.players, automaton.start) == (name, players, 0)
    for history in histories(players, 15, 60, 5):
        expected = [
            float(RULES[name, rounds](history[:t], players - 1)) for t in range(len(history) + 1)
        ]
        assert walk(automaton, history) == expected


def test_thresholds_count_cooperators():
    two_tats = named_automaton("tit for two tats", players=4, threshold=2)
    assert walk(two_tats, [(True, 2), (True, 1), (True, 1), (False, 2)]) == [1, 1, 1, 0, 1]


def test_all_or_none_of_memory_one_is_win_stay_lose_shift():
    for players in (2, 5):
        shift = as_automaton(named_strategy("win-stay lose-shift", players=players))
        short = named_automaton("all-or-none", players=players, rounds=1)
        assert (short.cooperate, short.moves) == (shift.cooperate, shift.moves)


def test_the_door_knows_all_names():
    for name in STRATEGY_NAMES:
        assert isinstance(find_strategy(name), MemoryOne)
    for name in AUTOMATON_NAMES:
        assert isinstance(find_strategy(name), Automaton)
    assert find_strategy("alternator", players=5).players == 5
    assert find_strategy("grim", players=5).players == 5


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (
            lambda: find_strategy("tit for two tat"),
            "name must be that of a strategy: tit for two tats, .*; got 'tit for two tat'",
        ),
        (lambda: find_strategy("Hand_shake"), "strategy: handshake; got 'Hand_shake'"),
        (lambda: find_strategy("zzz"), "all-or-none, alternator, always cooperate, .*got 'zzz'"),
        (lambda: named_automaton("grim"), "name must be one of all-or-none, alternator"),
        (lambda: named_automaton("alternator", threshold=1), "threshold is none of 'alternator'"),
        (lambda: named_automaton("tit for two tats", threshold=2), "threshold must be <= 1"),
        (lambda: named_automaton("tit for two tats", rounds=2), "rounds is none of"),
        (lambda: named_automaton("all-or-none", rounds=0), "rounds must be >= 1"),
        (lambda: memory_two([0.5] * 15), "response must hold 16 probabilities; got 15"),
        (lambda: memory_two([0.5] * 16, [1]), "opening must hold 5 probabilities; got 1"),
        (lambda: memory_two([2] * 16), r"response\[0\] must lie in \[0, 1\]"),
        (lambda: Automaton(name="", cooperate=(), moves=()), "at least one; got 0 for 0 states"),
        (
            lambda: Automaton(name="", cooperate=(1.0,), moves=(((0, 0), (0, 1)),)),
            "moves must lead to states below 1; got 1",
        ),
        (
            lambda: Automaton(name="", cooperate=(1.0,), moves=(((0, 0), (0,)),)),
            "moves must have shape",
        ),
        (
            lambda: Automaton(name="", cooperate=(1.5,), moves=(((0, 0), (0, 0)),)),
            r"cooperate\[0\] must lie in \[0, 1\]",
        ),
        (
            lambda: Automaton(name="", cooperate=(1.0,), moves=(((0, 0), (0, 0)),), start=1),
            "start must be below 1, the states; got 1",
        ),
    ],
)
def test_refusals(call, problem):
    with pytest.raises(CoopgamesError, match=problem):
        call()
