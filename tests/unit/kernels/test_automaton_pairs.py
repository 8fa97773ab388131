"""Pairs of automata against a dictionary of all rounds, literal play and memory one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from coopgames.errors import BudgetError
from coopgames.kernels.automaton_pairs import Machine, machine_pair_laws
from coopgames.kernels.memory_one import pair_laws
from coopgames.kernels.time_averages import time_average_laws

#: Of each goodness-of-fit test; there are two in this file.
FALSE_ALARM = 1e-6
ACTS = tuple(product((0, 1), repeat=2))  # 0 is cooperation: CC, CD, DC, DD


def random_machine(rng, size, *, pure=False):
    cooperate = rng.random(size)
    if pure:
        cooperate = cooperate.round()
    return Machine(cooperate, rng.integers(0, size, (size, 2, 2)), int(rng.integers(size)))


def by_rounds(one, two, *, discount, slip, misread, public):
    """Return law of acts and number of recurrent classes, round by round from a dictionary."""
    missed, alarm = misread
    see = {(0, 0): 1 - alarm, (0, 1): alarm, (1, 0): missed, (1, 1): 1 - missed}

    def chance(machine, state, act):
        p = machine.cooperate[state]
        p = (1 - slip) * p + slip * (1 - p)
        return 1 - p if act else p

    states = list(product(range(one.cooperate.size), range(two.cooperate.size)))
    chain, acts = {}, {}
    for s, t in states:
        row = {}
        for a, b in ACTS:
            played = chance(one, s, a) * chance(two, t, b)
            acts[s, t, a, b] = played
            for x, y in ACTS:  # what a and b look like
                weight = played * see[a, x] * see[b, y]
                if public:
                    then = one.moves[s, x, y], two.moves[t, y, x]
                else:
                    then = one.moves[s, a, y], two.moves[t, b, x]
                row[then] = row.get(then, 0.0) + weight
        chain[s, t] = row
    matrix = np.array([[chain[s].get(t, 0.0) for t in states] for s in states])
    start = np.array([float(s == (one.start, two.start)) for s in states])
    reach = np.linalg.matrix_power(np.eye(len(states)) + (matrix > 0), len(states)) > 0
    recurrent = [not (reach[s] & ~reach[:, s]).any() for s in range(len(states))]
    classes = {tuple(reach[s]) for s in range(len(states)) if recurrent[s]}
    if discount < 1:
        law = (1 - discount) * np.linalg.solve((np.eye(len(states)) - discount * matrix).T, start)
    else:
        mean, power = np.eye(len(states)), matrix
        for _ in range(60):
            mean, power = (mean + power @ mean) / 2, power @ power
            power /= power.sum(axis=1, keepdims=True)
        law = start @ mean
    shares = [
        sum(w * acts[s, t, a, b] for w, (s, t) in zip(law, states, strict=True)) for a, b in ACTS
    ]
    return np.array(shares), len(classes)


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("discount", [0.0, 0.8, 1.0])
@pytest.mark.parametrize(
    ("slip", "misread"), [(0.0, (0, 0)), (0.05, (0, 0)), (0.0, (0.3, 0)), (0.02, (0.3, 0.1))]
)
def test_every_round_of_random_machines(discount, slip, misread, public):
    rng = np.random.default_rng(1)
    machines = [random_machine(rng, 1 + i % 4, pure=i % 2 == 0) for i in range(8)]
    i, j = np.triu_indices(8)
    found = machine_pair_laws(
        machines,
        i,
        j,
        discount_factor=discount,
        implementation_error=slip,
        perception_error=misread,
        monitoring="public" if public else "private",
    )
    assert found.residual < 1e-14
    assert (found.classes is None) == (discount < 1)
    for k in range(i.size):
        law, classes = by_rounds(
            machines[i[k]],
            machines[j[k]],
            discount=discount,
            slip=slip,
            misread=misread,
            public=public,
        )
        np.testing.assert_allclose(found.law[:, k], law, atol=1e-9)
        if found.classes is not None:
            assert found.classes[k] == classes


def with_memory_one(row):
    """Return a memory-one strategy with a state for each of its probabilities."""
    return Machine(np.array(row), np.tile([[1, 2], [3, 4]], (5, 1, 1)), 0)


@pytest.mark.parametrize("monitoring", ["private", "public"])
@pytest.mark.parametrize("discount", [0.6, 1.0])
def test_memory_one_as_machines(monitoring, discount):
    rows = np.vstack(
        [np.random.default_rng(2).random((4, 5)), list(product((0.0, 1.0), repeat=5))[::3]]
    )
    i, j = np.triu_indices(len(rows))
    for slip, misread in ((0.0, 0.0), (0.01, 0.0), (0.0, (0.2, 0.1)), (1e-9, 0.0)):
        options = {
            "discount_factor": discount,
            "implementation_error": slip,
            "perception_error": misread,
            "monitoring": monitoring,
        }
        fast = pair_laws(rows, **options)
        found = machine_pair_laws([with_memory_one(row) for row in rows], i, j, **options)
        np.testing.assert_allclose(found.law, fast.law[:, i, j], atol=1e-12)
        if discount == 1:
            np.testing.assert_array_equal(found.classes, fast.classes[i, j])


def test_rare_errors_keep_their_digits():
    rows = np.array(list(product((0.0, 1.0), repeat=5)))[::3]
    i, j = np.triu_indices(len(rows))
    found = machine_pair_laws(
        [with_memory_one(row) for row in rows], i, j, implementation_error=1e-12
    )
    fast = pair_laws(rows, implementation_error=1e-12).law[:, i, j]
    np.testing.assert_allclose(found.law, fast, rtol=1e-10)
    assert (found.classes == 1).all()


# --- memory two --------------------------------------------------------------------------------


def with_memory_two(opening, response):
    """Return a machine of 21 states: none, one or two rounds remembered."""
    heads = [1] + [5 + 4 * last for last in range(4)] + [5 + 4 * last for last in range(4)] * 4
    moves = [[[head, head + 1], [head + 2, head + 3]] for head in heads]
    return Machine(np.concatenate([opening, response]), np.array(moves), 0)


@pytest.mark.parametrize("slip", [0.0, 0.05])
def test_memory_two_is_a_chain_of_two_rounds(slip):
    rng = np.random.default_rng(3)
    (p, q) = ((rng.random(5), rng.random(16)) for _ in range(2))
    swap = [0, 2, 1, 3]

    def law(mine, yours):
        x, y = ((1 - slip) * c + slip * (1 - c) for c in (mine, yours))
        return np.array([x * y, x * (1 - y), (1 - x) * y, (1 - x) * (1 - y)])

    chain = np.zeros((16, 16))
    for before, last in product(range(4), repeat=2):
        step = law(p[1][4 * before + last], q[1][4 * swap[before] + swap[last]])
        chain[4 * before + last, 4 * last : 4 * last + 4] = step
    first = law(p[0][0], q[0][0])
    start = np.array([first[s] * law(p[0][1 + s], q[0][1 + swap[s]]) for s in range(4)]).ravel()
    two_rounds = time_average_laws(chain[None], start[None])[0][0]
    found = machine_pair_laws(
        [with_memory_two(*p), with_memory_two(*q)],
        np.array([0]),
        np.array([1]),
        implementation_error=slip,
    )
    np.testing.assert_allclose(found.law[:, 0], two_rounds.reshape(4, 4).sum(axis=0), atol=1e-13)


@pytest.mark.parametrize("public", [False, True])
def test_literal_play_of_memory_two(public):
    """What is misread is remembered for two rounds, differently by both if errors are private."""
    rng = np.random.default_rng(4)
    rules = [(rng.random(5), rng.random(16)) for _ in range(2)]
    missed, alarm, slip, discount, replicates = 0.3, 0.1, 0.03, 0.8, 60_000
    found = machine_pair_laws(
        [with_memory_two(*rule) for rule in rules],
        np.array([0]),
        np.array([1]),
        discount_factor=discount,
        implementation_error=slip,
        perception_error=(missed, alarm),
        monitoring="public" if public else "private",
    )

    def chance(rule, seen):
        opening, response = rule
        if not seen:
            return np.full(replicates, opening[0])
        if len(seen) == 1:
            return opening[1 + seen[0]]
        return response[4 * seen[-2] + seen[-1]]

    going, last = np.ones(replicates, dtype=bool), np.zeros(replicates, dtype=int)
    histories = [], []
    while going.any():
        acts = [
            (rng.random(replicates) >= chance(rule, seen)) ^ (rng.random(replicates) < slip)
            for rule, seen in zip(rules, histories, strict=True)
        ]
        last[going] = (2 * acts[0] + acts[1])[going]
        looks = [act ^ (rng.random(replicates) < np.where(act, missed, alarm)) for act in acts]
        known = looks if public else acts
        histories[0].append(2 * known[0] + looks[1])
        histories[1].append(2 * known[1] + looks[0])
        going &= rng.random(replicates) < discount
    expected = replicates * found.law[:, 0]
    statistic = ((np.bincount(last, minlength=4) - expected) ** 2 / expected).sum()
    assert chi2.sf(statistic, 3) > FALSE_ALARM


def test_large_chains_agree_with_small_ones():
    """441 pairs of states are solved in blocks; the same machines with merged states are not."""
    rng = np.random.default_rng(5)
    rows = rng.random((2, 5))
    large = [with_memory_two(row, np.tile(row[1:], 4)) for row in rows]
    small = [with_memory_one(row) for row in rows]
    pair = np.array([0]), np.array([1])
    laws = [
        machine_pair_laws(machines, *pair, perception_error=0.1).law for machines in (large, small)
    ]
    np.testing.assert_allclose(*laws, atol=1e-13)


# --- names of states and of players ------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 1.0]), st.booleans())
def test_names_of_states_and_players_do_not_matter(seed, discount, public):
    rng = np.random.default_rng(seed)
    machines = [random_machine(rng, int(rng.integers(1, 4)), pure=True) for _ in range(3)]
    renamed = []
    for machine in machines:
        order = rng.permutation(machine.cooperate.size)
        new = np.argsort(order)
        renamed.append(
            Machine(machine.cooperate[order], new[machine.moves[order]], new[machine.start])
        )
    options = {
        "discount_factor": discount,
        "implementation_error": 0.01,
        "perception_error": (0.2, 0.0),
        "monitoring": "public" if public else "private",
    }
    i, j = (part.ravel() for part in np.indices((3, 3)))
    law = machine_pair_laws(machines, i, j, **options).law.reshape(4, 3, 3)
    same = machine_pair_laws(renamed, i, j, **options).law.reshape(4, 3, 3)
    np.testing.assert_allclose(law, same, atol=1e-12)
    np.testing.assert_allclose(law, law[[0, 2, 1, 3]].swapaxes(1, 2), atol=1e-12)
    shuffled = rng.permutation(3)
    moved = machine_pair_laws([machines[k] for k in shuffled], i, j, **options).law
    np.testing.assert_allclose(
        moved.reshape(4, 3, 3), law[:, shuffled[:, None], shuffled], atol=1e-12
    )


def test_too_large_machines_are_refused():
    ring = Machine(np.ones(300), np.tile((np.arange(300) + 1) % 300, (2, 2, 1)).T, 0)
    with pytest.raises(BudgetError, match="300 and 300 states make 90,000 pairs of states"):
        machine_pair_laws([ring], np.array([0]), np.array([0]))
    walk = np.arange(100)
    moves = np.tile(np.stack([(walk + 1) % 100, walk], axis=1)[:, :, None], (1, 1, 2))
    drift = Machine(np.full(100, 0.5), moves, 0)
    with pytest.raises(BudgetError, match="two automata make 10,000 states; at most 5,000"):
        machine_pair_laws([drift], np.array([0]), np.array([0]))
