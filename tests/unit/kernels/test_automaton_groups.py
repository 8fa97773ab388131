"""Groups of automata against the chain of all players' own states, and memory one."""

from itertools import product

import numpy as np
import pytest

from coopgames.errors import BudgetError
from coopgames.kernels.automaton_groups import GroupMachine, machine_group_law
from coopgames.kernels.automaton_pairs import Machine, machine_pair_laws
from coopgames.kernels.memory_one_groups import group_law


def random_machine(rng, size, players, *, pure):
    cooperate = rng.random(size)
    moves = rng.integers(0, size, (size, 2, players))
    return GroupMachine(cooperate.round() if pure else cooperate, moves, int(rng.integers(size)))


def by_players(sizes, machines, *, discount, slip, misread):
    """Return the law of counts of cooperators, from all players' states one by one."""
    missed, alarm = misread
    mine = [machine for machine, size in zip(machines, sizes, strict=True) for _ in range(size)]
    kind = np.repeat(range(len(sizes)), sizes)
    n = len(mine)
    states = list(product(*(range(machine.cooperate.size) for machine in mine)))

    def goes(player, state, acts):
        """Return the law of a player's next state, over all that it may see."""
        law = np.zeros(mine[player].cooperate.size)
        others = [act for k, act in enumerate(acts) if k != player]
        for seen in product((0, 1), repeat=n - 1):
            weight = 1.0
            for act, eye in zip(others, seen, strict=True):
                rate = alarm if act else missed
                weight *= rate if act != eye else 1 - rate
            law[mine[player].moves[state, 1 - acts[player], sum(seen)]] += weight
        return law

    chain = np.zeros((len(states), len(states)))
    reads = np.zeros((len(states), *(size + 1 for size in sizes)))
    for row, state in enumerate(states):
        for acts in product((0, 1), repeat=n):
            chance = 1.0
            for player, act in enumerate(acts):
                p = mine[player].cooperate[state[player]]
                p = (1 - slip) * p + slip * (1 - p)
                chance *= p if act else 1 - p
            if chance == 0:
                continue
            then = np.ones(1)
            for player in range(n):
                then = np.kron(then, goes(player, state[player], acts))
            chain[row] += chance * then
            reads[(row, *np.bincount(kind, acts, len(sizes)).astype(int))] += chance
    start = np.array([float(s == tuple(machine.start for machine in mine)) for s in states])
    if discount < 1:
        law = (1 - discount) * np.linalg.solve((np.eye(len(states)) - discount * chain).T, start)
    else:
        mean, power = np.eye(len(states)), chain
        for _ in range(60):
            mean, power = (mean + power @ mean) / 2, power @ power
            power /= power.sum(axis=1, keepdims=True)
        law = start @ mean
    return (law @ reads.reshape(len(states), -1)).ravel()


@pytest.mark.parametrize("discount", [0.0, 0.8, 1.0])
@pytest.mark.parametrize("errors", [(0.0, (0.0, 0.0)), (0.05, (0.0, 0.0)), (0.02, (0.4, 0.1))])
@pytest.mark.parametrize(
    ("sizes", "orders"), [((2, 1), (3, 2)), ((1, 1, 2), (2, 3, 2)), ((4,), (2,)), ((1, 1), (4, 1))]
)
@pytest.mark.parametrize("pure", [True, False])
def test_lumping_is_exact(sizes, orders, errors, discount, pure):
    slip, misread = errors
    rng = np.random.default_rng(1)
    machines = [random_machine(rng, order, sum(sizes), pure=pure) for order in orders]
    found = machine_group_law(
        sizes,
        machines,
        discount_factor=discount,
        implementation_error=slip,
        perception_error=misread,
    )
    expected = by_players(sizes, machines, discount=discount, slip=slip, misread=misread)
    np.testing.assert_allclose(found.law, expected, atol=1e-9)
    assert found.residual < 1e-14
    assert (found.recurrent is None) == (discount < 1)
    assert found.counts.tolist() == [list(c) for c in product(*(range(s + 1) for s in sizes))]


def test_six_players_with_two_states_each():
    rng = np.random.default_rng(2)
    machines = [random_machine(rng, 2, 6, pure=False) for _ in range(2)]
    found = machine_group_law((4, 2), machines, perception_error=(0.3, 0.1))
    expected = by_players((4, 2), machines, discount=1.0, slip=0.0, misread=(0.3, 0.1))
    np.testing.assert_allclose(found.law, expected, atol=1e-12)


@pytest.mark.parametrize("sizes", [(3,), (2, 2), (1, 3)])
def test_memory_one_as_machines(sizes):
    """One state for the start, and one for each own act and number of other cooperators."""
    rng = np.random.default_rng(3)
    n = sum(sizes)
    start, response = rng.random(len(sizes)), rng.random((len(sizes), 2, n))
    moves = np.tile(1 + np.arange(2 * n).reshape(2, n), (2 * n + 1, 1, 1))
    machines = [
        GroupMachine(np.append(first, rest.ravel()), moves, 0)
        for first, rest in zip(start, response, strict=True)
    ]
    errors = {"implementation_error": 0.02, "perception_error": (0.2, 0.1), "discount_factor": 0.9}
    found = machine_group_law(sizes, machines, **errors)
    expected = group_law(sizes, start, response, **errors)
    np.testing.assert_allclose(found.law, expected.law, atol=1e-13)
    np.testing.assert_array_equal(found.counts, expected.counts)


def test_two_players_are_a_pair():
    rng = np.random.default_rng(4)
    machines = [random_machine(rng, 3, 2, pure=False) for _ in range(2)]
    errors = {"implementation_error": 0.02, "perception_error": (0.2, 0.1)}
    group = machine_group_law((1, 1), machines, **errors)
    pair = machine_pair_laws(
        [Machine(m.cooperate, m.moves[:, :, ::-1], m.start) for m in machines],
        np.array([0]),
        np.array([1]),
        **errors,
    )
    np.testing.assert_allclose(group.law, pair.law[::-1, 0], atol=1e-13)


def test_too_many_states_are_refused():
    machine = random_machine(np.random.default_rng(5), 4, 40, pure=True)
    with pytest.raises(BudgetError, match="classes of 40 players with automata of 4 states make"):
        machine_group_law((40,), [machine])
