"""Matches in lockstep: alias tables hold the chances, and chains are those of a plain loop."""

import numpy as np
import pytest

from coopgames.errors import BudgetError
from coopgames.kernels.joint_automata import Automata, JointChains, joint_chains
from coopgames.kernels.lockstep.matches import Matches, alias_tables


def some_automata(number, states, seed=0):
    rng = np.random.default_rng(seed)
    return Automata(
        rng.random((number, states)).round(2),
        rng.integers(0, states, (number, states, 2, 2)),
        rng.integers(0, states, number),
    )


@pytest.mark.parametrize("outcomes", [2, 4, 16])
def test_alias_tables_add_up_to_the_chances(outcomes):
    rng = np.random.default_rng(3)
    chance = rng.random((50, outcomes)) ** 4
    chance[rng.random(chance.shape) < 0.3] = 0.0
    chance[:, 0] += 1e-6
    chance /= chance.sum(axis=1, keepdims=True)
    keep, alias = alias_tables(chance)
    again = keep.copy()
    for row in range(50):
        for column in range(outcomes):
            again[row, alias[row, column]] += 1.0 - keep[row, column]
    assert np.abs(again / outcomes - chance).max() < 1e-14
    assert ((keep >= 0) & (keep <= 1)).all()


def step_by_hand(automata, pair, states, *, error, reading, public):
    """Return the law over (acts, next states) of one round, as a dict."""
    (i, j), (s, t), law = pair, states, {}
    for a in (0, 1):
        for b in (0, 1):
            c, d = automata.cooperate[i, s], automata.cooperate[j, t]
            c, d = c * (1 - error) + (1 - c) * error, d * (1 - error) + (1 - d) * error
            acts = (c, 1 - c)[a] * (d, 1 - d)[b]
            for x in (0, 1):
                for y in (0, 1):
                    if public:  # x is the signal of a, y that of b
                        chance = acts * reading[a][x] * reading[b][y]
                        after = automata.moves[i, s, x, 1 - y], automata.moves[j, t, y, 1 - x]
                    else:  # x is what the first sees of b, y what the second sees of a
                        chance = acts * reading[b][x] * reading[a][y]
                        after = automata.moves[i, s, a, 1 - x], automata.moves[j, t, b, 1 - y]
                    key = (a, b, *map(int, after))
                    law[key] = law.get(key, 0.0) + chance
    return law


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("reading", [((1, 0), (0, 1)), ((0.9, 0.1), (0.3, 0.7))])
def test_chains_have_the_law_of_rounds_taken_apart(public, reading):
    automata = some_automata(3, 3)
    first, second = np.triu_indices(3)
    chains = joint_chains(
        automata, first, second, implementation_error=0.05, perceived=reading, public=public
    )
    for pair, (i, j) in enumerate(zip(first, second)):
        # Follow both descriptions from the start, and compare the law of three rounds of acts.
        rows = {(): {0: 1.0}}
        hand = {(): {(automata.start[i], automata.start[j]): 1.0}}
        for _ in range(3):
            new, new_hand = {}, {}
            for acts, where in rows.items():
                for row, weight in where.items():
                    for k, kind in enumerate(chains.acts.tolist()):
                        one = (*acts, tuple(kind))
                        aim = int(chains.target[pair, row, k])
                        at = new.setdefault(one, {})
                        at[aim] = at.get(aim, 0.0) + weight * chains.chance[pair, row, k]
            for acts, where in hand.items():
                for (s, t), weight in where.items():
                    law = step_by_hand(
                        automata, (i, j), (s, t), error=0.05, reading=reading, public=public
                    )
                    for (a, b, *after), chance in law.items():
                        kind = tuple(int(2 * a + b == one) for one in range(3))
                        at = new_hand.setdefault((*acts, kind), {})
                        at[tuple(after)] = at.get(tuple(after), 0.0) + weight * chance
            rows, hand = new, new_hand
        assert rows.keys() == hand.keys()
        for acts, where in rows.items():
            assert sum(where.values()) == pytest.approx(sum(hand[acts].values()), abs=1e-14)


def law_after(chains, rounds):
    """Return the mean counts of CC, CD, DC over some rounds of each pair, by dense matrices."""
    pairs, rows, outcomes = chains.chance.shape
    out = np.zeros((pairs, 3))
    for pair in range(pairs):
        where = np.eye(rows)[0]
        for _ in range(rounds // chains.rounds):
            after = np.zeros(rows)
            for row in range(rows):
                for k in range(outcomes):
                    chance = where[row] * chains.chance[pair, row, k]
                    out[pair] += chance * chains.acts[k]
                    after[chains.target[pair, row, k]] += chance
            where = after
    return out


def test_two_rounds_at_once_are_two_rounds():
    first, second = np.triu_indices(3)
    chains = joint_chains(some_automata(3, 2), first, second, implementation_error=0.1)
    assert np.abs(law_after(chains, 6) - law_after(chains.doubled(), 6)).max() < 1e-13


@pytest.mark.parametrize("rounds", [1, 2, 7, 300])
@pytest.mark.parametrize("noisy", [False, True])
def test_matches_have_the_counts_of_the_chain(rounds, noisy):
    # 6 pairs x 3 counts x 8 cases of |z| < 5: false alarm below 1e-4.
    reading = ((0.9, 0.1), (0.3, 0.7)) if noisy else ((1, 0), (0, 1))
    first, second = np.triu_indices(3)
    chains = joint_chains(
        some_automata(3, 3), first, second, implementation_error=0.02, perceived=reading
    )
    lanes = 4000 if rounds < 100 else 1000
    pair = np.tile(np.arange(6), lanes)
    found = Matches(chains).play(pair, rounds, np.random.default_rng(rounds))
    assert (found.sum(axis=1) == rounds).all()
    found = found.reshape(lanes, 6, 4)[:, :, :3]
    error = found.std(axis=0, ddof=1) / np.sqrt(lanes)
    assert (np.abs(found.mean(axis=0) - law_after(chains, rounds)) < 5 * error + 1e-9).all()


def test_matches_of_different_lengths_end_when_they_should():
    alternating = Automata(np.array([[1.0, 0.0]]), np.array([[[[1, 1]] * 2, [[0, 0]] * 2]]), [0])
    automata = Automata(*map(np.asarray, alternating))
    matches = Matches(joint_chains(automata, [0], [0]))
    turns = np.random.default_rng(5).integers(0, 400, 333)
    found = matches.play(np.zeros(333, dtype=np.int64), turns, np.random.default_rng(6))
    expected = np.stack([(turns + 1) // 2, 0 * turns, 0 * turns, turns // 2], axis=1)
    assert (found == expected).all()


@pytest.mark.parametrize("turns", [1, 2, 131])
def test_the_first_lanes_are_what_they_are_among_all(turns):
    chains = joint_chains(some_automata(2, 3), [0, 1], [1, 1], implementation_error=0.02)
    pair = np.array([0, 1] * 50)
    matches = Matches(chains)
    whole = matches.play(pair, turns, np.random.default_rng(1))
    first = matches.play(pair[:7], turns, np.random.default_rng(1), width=100)
    assert (whole[:7] == first).all()


def test_long_matches_do_not_overflow_their_counters():
    always = Automata(np.array([[1.0]]), np.zeros((1, 1, 2, 2), dtype=np.int64), np.array([0]))
    matches = Matches(joint_chains(always, [0], [0]))
    found = matches.play(np.zeros(2, dtype=np.int64), 100_001, np.random.default_rng(0))
    assert found.tolist() == [[100_001, 0, 0, 0]] * 2


def test_tables_that_are_too_large_are_refused():
    chance = np.zeros((1 << 20, 2, 16))
    with pytest.raises(BudgetError, match="1048576 pairs of 2 joint states"):
        Matches(JointChains(chance, chance, np.zeros((16, 3), dtype=np.int64), 1))
