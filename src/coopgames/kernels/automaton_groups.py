r"""Groups of n players who follow finite automata, lumped by who is alike.

Players of one class follow the same automaton, so how many of them are in each of its m states is
all that matters: :math:`\prod_g \binom{n_g + m_g - 1}{m_g - 1}` states. How a player moves depends
on how many cooperate in all, K. Given K nothing else ties the classes, so the chance that class g
moves from composition s to t while k of it cooperate is a table :math:`F_g^K(s, k, t)`, and

.. math:: P(s \to t) = \sum_K \; \sum_{k_1 + ... + k_G = K} \; \prod_g F_g^K(s_g, k_g, t_g).

Tables are found player by player, so that only positive numbers are added and multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .count_chain import check_chain, count_states
from .markov.product_chain import number_of_states
from .memory_one_groups import GroupLaw, seen_cooperators
from .misperception import ErrorRates
from .simplex import composition_index, compositions
from .time_averages import restarted, time_average_law

__all__ = ["GroupMachine", "machine_group_law"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class GroupMachine(NamedTuple):
    """A finite automaton in a group of n.

    ``cooperate`` has shape (m,); ``moves[state, own, k]``, shape (m, 2, n), is the next state after
    an own cooperation (own = 0) or defection where k of the others were seen to cooperate;
    ``start`` is the first state.
    """

    cooperate: Floats
    moves: Integers
    start: int


def machine_group_law(
    sizes: Sequence[int],
    machines: Sequence[GroupMachine],
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
) -> GroupLaw:
    """Return the law of cooperators per class in a group whose classes follow automata.

    Parameters
    ----------
    sizes : sequence of int, G of them, at least 1
        How many players each class has; n is their sum.
    machines : sequence of GroupMachine, G of them
    discount_factor : float, in [0, 1]
        1 for the limit of means.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant; its player knows.
    perception_error : float or two floats, in [0, 1]
        Probability that a player mistakes a co-player's act, independently for each of the two;
        or those of a missed defection and of a false alarm.

    Returns
    -------
    GroupLaw
        Recurrent classes are those of the chain of machine states.

    Raises
    ------
    BudgetError
        If the chain has more than 5,000 states; says how many.

    Examples
    --------
    Three who cooperate only after a round in which all or none did, with rare errors:

    >>> shift = GroupMachine(np.array([1.0, 0.0]), np.array([[[1, 1, 0], [0, 1, 1]]] * 2), 0)
    >>> machine_group_law([3], [shift], implementation_error=0.01).law.round(2)
    array([0.03, 0.  , 0.03, 0.94])
    """
    orders = [machine.cooperate.size for machine in machines]
    check_chain(
        number_of_states(sizes, orders),
        f"classes of {', '.join(map(str, sizes))} players with automata of "
        f"{', '.join(map(str, orders))} states",
    )
    error, n = implementation_error, sum(sizes)
    seen = seen_cooperators(n, perception_error)
    parts = [compositions(size, order) for size, order in zip(sizes, orders, strict=True)]
    acts = []
    for machine in machines:
        meant, other = machine.cooperate, 1.0 - machine.cooperate
        acts.append(
            np.stack([(1 - error) * meant + error * other, (1 - error) * other + error * meant])
        )
    # Two halves of the classes, with about as many states.
    sizes_of = [part.shape[0] for part in parts]
    cut = min(range(len(parts)), key=lambda i: max(prod(sizes_of[:i]), prod(sizes_of[i:])))
    front = sum(sizes[:cut])
    heads, tails = [], []
    for total in range(n + 1):
        tables = [
            _moves_of_class(order, size, act, _targets(machine, seen, total))
            for order, size, act, machine in zip(orders, sizes, acts, machines, strict=True)
        ]
        k = np.arange(max(0, total - n + front), min(total, front) + 1)
        heads.append(_joined(tables[:cut])[:, k].transpose(0, 2, 1))
        tails.append(_joined(tables[cut:])[:, total - k].transpose(1, 0, 2))
    # All ways in which both halves make up a total, in one product.
    left, right = np.concatenate(heads, axis=2), np.concatenate(tails, axis=0)
    (a, _, ways), (_, s, _) = left.shape, right.shape
    chain = left.reshape(a * a, ways) @ right.reshape(ways, s * s)
    chain = chain.reshape(a, a, s, s).swapaxes(1, 2).reshape(a * s, a * s)
    start = np.ones(1)
    for part, machine, size in zip(parts, machines, sizes, strict=True):
        start = np.multiply.outer(start, (part[:, machine.start] == size).astype(float)).ravel()
    chain = restarted(chain, start, discount_factor)
    law, recurrent = time_average_law(chain, start)
    residual = float(np.abs(law @ chain - law).max())
    played = law.reshape(sizes_of)
    for part, act in zip(parts, acts, strict=True):
        # The first axis becomes the last: after all of them they stand as before.
        played = np.tensordot(played, _cooperators(part, act), (0, 0))
    return GroupLaw(
        count_states(sizes), played.ravel(), recurrent if discount_factor == 1 else None, residual
    )


def _targets(machine: GroupMachine, seen: Floats, total: int) -> Floats:
    """Return where a player goes from each state after each act, shape (m, 2, m)."""
    m, n = machine.cooperate.size, seen.shape[0]
    out = np.zeros((m, 2, m))
    for own in (0, 1):
        others = total - 1 + own
        if 0 <= others < n:
            for state in range(m):
                out[state, own] = np.bincount(machine.moves[state, own], seen[others], m)
    return out


def _moves_of_class(order: int, size: int, acts: Floats, targets: Floats) -> Floats:
    """Return F[s, k, t]: from one composition of a class to another while k of it cooperate."""
    unit = np.eye(order, dtype=np.int64)
    out, fewer = np.ones((1, 1, 1)), compositions(0, order)
    for _ in range(size):
        # One more player, in the last state that is not empty.
        part = compositions(int(fewer[0].sum()) + 1, order)
        joins = [composition_index(fewer + unit[t]) for t in range(order)]
        last = order - 1 - np.argmax(part[:, ::-1] > 0, axis=1)
        grown = np.zeros((part.shape[0], out.shape[1] + 1, part.shape[0]))
        for state in range(order):
            rows = np.flatnonzero(last == state)
            before = out[composition_index(part[rows] - unit[state])]
            step = np.zeros((rows.size, *grown.shape[1:]))
            for own in (0, 1):
                place = slice(1 - own, 1 - own + out.shape[1])
                for t, chance in enumerate(acts[own, state] * targets[state, own]):
                    if chance > 0:
                        step[:, place, joins[t]] += chance * before
            grown[rows] = step
        out, fewer = grown, part
    return out


def _joined(tables: Sequence[Floats]) -> Floats:
    """Return the table of several classes as one: k of them all cooperate."""
    joint = np.ones((1, 1, 1))
    for table in tables:
        (a, most, b), (s, size, t) = joint.shape, table.shape
        out = np.zeros((a, s, most + size - 1, b, t))
        for k in range(size):
            out[:, :, k : k + most] += joint[:, None, :, :, None] * table[None, :, k, None, None, :]
        joint = out.reshape(a * s, most + size - 1, b * t)
    return joint


def _cooperators(part: Integers, acts: Floats) -> Floats:
    """Return the law of cooperators in each composition of a class, shape (compositions, k)."""
    size = int(part[0].sum())
    out = np.zeros((part.shape[0], size + 1))
    for row, members in enumerate(part.tolist()):
        law = np.ones(1)
        for state, number in enumerate(members):
            for _ in range(number):
                law = np.convolve(law, acts[::-1, state])
        out[row] = law
    return out
