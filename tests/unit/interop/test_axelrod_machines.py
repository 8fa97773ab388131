"""Automata from answers, and the expected acts of matches of finite length, without the library."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgames.interop.axelrod_bridge.exact import match_laws, round_weights
from coopgames.interop.axelrod_bridge.machines import (
    Machine,
    TooLargeError,
    learn_machine,
    memory_depth,
    visit_machine,
)
from coopgames.interop.axelrod_bridge.matches import Sample
from coopgames.interop.axelrod_bridge.players import as_machine
from coopgames.strategies import Automaton, as_automaton, find_strategy

CHANCES = st.sampled_from([0.0, 0.25, 1.0])


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    size = draw(st.integers(1, 5))
    states = st.integers(0, size - 1)
    moves = draw(st.lists(st.lists(states, min_size=4, max_size=4), min_size=size, max_size=size))
    return Machine(draw(st.lists(CHANCES, min_size=size, max_size=size)), moves)


def says(machine: Machine, history: tuple[int, ...]) -> float:
    state = 0
    for one in history:
        state = machine.moves[state][one]
    return machine.cooperate[state]


def first_difference(hidden: Machine):
    """Return a search for the shortest history that tells a machine from the hidden one."""

    def differs(machine: Machine) -> tuple[int, ...] | None:
        reached = {(0, 0): ()}
        for (s, t), history in (queue := list(reached.items())):
            if machine.cooperate[s] != hidden.cooperate[t]:
                return history
            for one in range(4):
                pair = machine.moves[s][one], hidden.moves[t][one]
                if pair not in reached:
                    reached[pair] = (*history, one)
                    queue.append((pair, reached[pair]))
        return None

    return differs


@settings(max_examples=60)
@given(machines())
def test_a_hidden_machine_is_found_by_asking(hidden: Machine) -> None:
    found = learn_machine(lambda h: says(hidden, h), first_difference(hidden), largest=5)
    assert len(found.cooperate) <= len(hidden.cooperate)
    rng = np.random.default_rng(1)
    for _ in range(50):
        history = tuple(rng.integers(0, 4, 30).tolist())
        assert says(found, history) == says(hidden, history)


def test_states_known_beforehand_are_visited_once() -> None:
    found = visit_machine(lambda h: float(h[-2:].count(1) < 2), lambda h: h[-2:], 30)
    assert len(found.cooperate) == 1 + 4 + 16
    assert says(found, (0, 1, 1)) == 0.0
    assert says(found, (1, 0, 1)) == 1.0


def test_a_strategy_that_counts_is_no_machine() -> None:
    def majority(history: tuple[int, ...]) -> float:
        return float(2 * sum(one % 2 for one in history) <= len(history))

    def differs(machine: Machine) -> tuple[int, ...]:
        for length in range(1, 60):
            history = (0,) * length + (1,) * (length + 1)
            for end in range(2 * length + 2):
                if majority(history[:end]) != says(machine, history[:end]):
                    return history[:end]
        raise AssertionError("no machine of few states counts that far")

    with pytest.raises(TooLargeError):
        learn_machine(majority, differs, 20)


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("always defect", 0),
        ("tit for tat", 1),
        ("win-stay lose-shift", 1),
        ("tit for two tats", 2),
        ("hard tit for tat", 3),
        ("alternator", float("inf")),  # after an error it goes on by the clock, not by its last act
    ],
)
def test_memory_depth(name: str, depth: float) -> None:
    assert memory_depth(as_machine(as_automaton(find_strategy(name)))) == depth


# --- exact matches ---------------------------------------------------------------------------


@st.composite
def automata(draw: st.DrawFn) -> Automaton:
    size = draw(st.integers(1, 3))
    state = st.integers(0, size - 1)
    row = st.tuples(state, state)
    return Automaton(
        name="x",
        cooperate=tuple(draw(st.floats(0, 1)) for _ in range(size)),
        moves=tuple((draw(row), draw(row)) for _ in range(size)),
        start=draw(state),
    )


def by_all_courses(one: Automaton, two: Automaton, rounds: int, noise: float) -> np.ndarray:
    """Return the law of each round by going through every course of play, shape (rounds, 4)."""
    laws = np.zeros((rounds, 4))
    for course in product(range(4), repeat=rounds):
        s, t, chance = one.start, two.start, 1.0
        for act in course:
            mine, yours = act // 2, act % 2
            c = (1 - noise) * one.cooperate[s] + noise * (1 - one.cooperate[s])
            d = (1 - noise) * two.cooperate[t] + noise * (1 - two.cooperate[t])
            chance *= (1 - c if mine else c) * (1 - d if yours else d)
            s, t = one.moves[s][mine][1 - yours], two.moves[t][yours][1 - mine]
        for turn, act in enumerate(course):
            laws[turn, act] += chance
    return laws


@settings(max_examples=40)
@given(automata(), automata(), st.floats(0, 1))
def test_matches_against_all_courses_of_play(one: Automaton, two: Automaton, noise: float) -> None:
    laws = by_all_courses(one, two, 4, noise)
    found = match_laws([one, two], [two, two], round_weights(4, None), noise)
    assert np.allclose(found[0], laws.mean(axis=0))
    weights = np.array([0.5, 0.3, 0.0, 0.2])
    assert np.allclose(match_laws([one], [two], weights, noise)[0], weights @ laws)


def test_many_pairs_are_handled_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [as_automaton(find_strategy(n)) for n in ("grim", "tit for two tats", "alternator")] * 3
    whole = match_laws(many, many[::-1], round_weights(9, None), 0.1)
    monkeypatch.setattr("coopgames.play.matches.finite_rounds.CHUNK_STATES", 5)
    assert np.allclose(match_laws(many, many[::-1], round_weights(9, None), 0.1), whole)
    assert match_laws([], [], round_weights(9, None), 0.1).shape == (0, 4)


@pytest.mark.parametrize("prob_end", [1.0, 0.5, 0.01])
def test_matches_that_may_end_after_every_round(prob_end: float) -> None:
    # Tit for tat cooperates once with a defector, in the first round, which weighs prob_end.
    pair = [as_automaton(find_strategy(name)) for name in ("tit for tat", "always defect")]
    found = match_laws(pair[:1], pair[1:], round_weights(200, prob_end), 0.0)[0]
    assert np.allclose(found, [0, prob_end, 0, 1 - prob_end], atol=1e-13)


def test_a_sample_of_matches_of_different_length() -> None:
    # Total payoffs over total rounds; the error is that of a ratio of means.
    found = Sample(counts=np.array([[3.0, 0, 0, 1], [1, 0, 0, 1], [2, 0, 0, 4]]))
    mean, error = found.mean(np.array([1.0, 0, 0, 0]))
    assert mean == 6 / 12
    left = np.array([3 - 2, 1 - 1, 2 - 3])
    assert np.isclose(error, np.sqrt((left**2).sum() / 2 / 3) / 4)
    assert np.isnan(Sample(counts=np.ones((1, 4))).mean(np.ones(4))[1])
