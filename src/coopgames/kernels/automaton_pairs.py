r"""Pairs of finite automata: how often each pair of acts is played.

The states of two machines form a Markov chain on :math:`m_1 m_2` pairs of states. In state
:math:`(s, s')` the players act independently, each sees something of what the other did, and moves:

.. math:: P(s s' \to t t') = \sum_{a, b, x, y} p_1(s, a) \, p_2(s', b) \, e(b, y) \, e(a, x)
          \, [t = \mu_1(s, a, y)] \, [t' = \mu_2(s', b, x)],

with :math:`e(b, y)` the probability that act b is seen as y. That holds for private perception,
whatever the players remember of what they misread. Under public monitoring both see the same signal
of each act, of their own too: signals take the place of acts, and acts are read from the states.

Only states that are reached from the start are solved. Recurrent classes are counted among all
:math:`m_1 m_2`, so that one says the result does not depend on the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from .count_chain import check_chain
from .markov.chains import closed_classes
from .misperception import ErrorRates, error_rates, perceived
from .time_averages import restarted, time_average_law, time_average_laws

__all__ = ["Machine", "MachinePairLaws", "machine_pair_laws"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

#: Pairs of machine states of one pair of automata that are laid out.
LARGEST_PRODUCT = 50_000
#: Steps that are laid out at a time.
CHUNK_STEPS = 2_000_000
#: Chains of more states are solved one by one, in blocks of states.
SMALL_CHAIN = 150


class Machine(NamedTuple):
    """A finite automaton of two players.

    ``cooperate`` has shape (m,); ``moves[state, own, other]``, shape (m, 2, 2), is the next state
    after acts as they were seen, 0 for cooperation; ``start`` is the first state.
    """

    cooperate: Floats
    moves: Integers
    start: int


class MachinePairLaws(NamedTuple):
    """How often pairs of machines play each pair of acts.

    Attributes
    ----------
    law : array, shape (4, pairs)
        Share of rounds with CC, CD, DC, DD, the first machine's act first.
    classes : int array, shape (pairs,), or None
        Recurrent classes of the chain of all pairs of states. None with discounting.
    residual : float
        Largest difference between what enters and what leaves a state of a chain, per round.
    """

    law: Floats
    classes: Integers | None
    residual: float


class _Steps(NamedTuple):
    """Where pairs of states lead: ``to`` and ``chance``, shape (pairs, states, kinds of round)."""

    to: Integers
    chance: Floats


def machine_pair_laws(
    machines: Sequence[Machine],
    first: Integers,
    second: Integers,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
    monitoring: Literal["private", "public"] = "private",
) -> MachinePairLaws:
    """Return the laws of acts of given pairs of machines.

    Parameters
    ----------
    machines : sequence of Machine
    first, second : int arrays, shape (pairs,)
        Who plays whom.
    discount_factor : float, in [0, 1]
        1 for the limit of means.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant; its player knows.
    perception_error : float or two floats, in [0, 1]
        Probability that an act is seen as its opposite; or those that a defection is missed and
        that a cooperation gives a false alarm.
    monitoring : {'private', 'public'}
        Whether each player errs for itself about the other's act, or both alike about both acts.

    Raises
    ------
    BudgetError
        If a pair has more than 50,000 pairs of states, or reaches more than 5,000.

    Notes
    -----
    A chain of k reached states takes O(k^3).

    Examples
    --------
    Two defections in a row are answered by one; alternating against that pays:

    >>> moves = [[[0, 1], [0, 1]], [[0, 2], [0, 2]], [[0, 2], [0, 2]]]
    >>> patient = Machine(np.array([1.0, 1, 0]), np.array(moves), 0)
    >>> alternate = Machine(np.array([1.0, 0]), np.array([[[1, 1], [1, 1]], [[0, 0], [0, 0]]]), 0)
    >>> machine_pair_laws([patient, alternate], np.array([0]), np.array([1])).law[:, 0]
    array([0.5, 0.5, 0. , 0. ])
    """
    rates = error_rates(perception_error)
    see = perceived(rates)
    sizes = np.array([machine.cooperate.size for machine in machines], dtype=np.int64)
    law, classes = np.empty((4, first.size)), np.ones(first.size, dtype=np.int64)
    residual = 0.0
    shapes = np.stack([sizes[first], sizes[second]], axis=1)
    for m, k in np.unique(shapes, axis=0).tolist():
        if m * k > LARGEST_PRODUCT:
            raise BudgetError(
                f"automata of {m:,} and {k:,} states make {m * k:,} pairs of states; at most "
                f"{LARGEST_PRODUCT:,} are handled; take smaller automata"
            )
        alike = np.flatnonzero((shapes == (m, k)).all(axis=1))
        chunk = max(1, CHUNK_STEPS // (16 * m * k))
        for begin in range(0, alike.size, chunk):
            part = alike[begin : begin + chunk]
            one, two = (
                _Side.of([machines[who] for who in side[part].tolist()], implementation_error)
                for side in (first, second)
            )
            if monitoring == "public":
                signals = one._replace(acts=one.acts @ see), two._replace(acts=two.acts @ see)
                steps = _steps(*signals, np.eye(2))
            else:
                steps = _steps(one, two, see)
            start = one.start * k + two.start
            states, gap = _state_laws(steps, start, discount_factor)
            residual = max(residual, gap)
            if discount_factor == 1:
                classes[part] = _recurrent_classes(steps)
            law[:, part] = np.einsum(
                "pst,psa,ptb->abp",
                states.reshape(-1, m, k),
                one.acts,
                two.acts,
                optimize=True,
            ).reshape(4, -1)
    return MachinePairLaws(law, classes if discount_factor == 1 else None, residual)


class _Side(NamedTuple):
    """Machines of one size: acts (pairs, m, 2), moves (pairs, m, 2, 2), start (pairs,)."""

    acts: Floats
    moves: Integers
    start: Integers

    @classmethod
    def of(cls, machines: Sequence[Machine], error: float) -> _Side:
        meant = np.stack([machine.cooperate for machine in machines])
        other = 1.0 - meant
        acts = np.stack([(1 - error) * meant + error * other, (1 - error) * other + error * meant])
        return cls(
            np.moveaxis(acts, 0, -1),
            np.stack([machine.moves for machine in machines]),
            np.array([machine.start for machine in machines]),
        )


def _steps(one: _Side, two: _Side, see: Floats) -> _Steps:
    """Return all steps: by what each player does (or seems to do) and what each sees of it."""
    (pairs, m, _), k = one.acts.shape, two.acts.shape[1]
    to, chance = [], []
    for a, b, seen_b, seen_a in product((0, 1), repeat=4):
        weight = see[b, seen_b] * see[a, seen_a]
        if weight > 0:
            mine, yours = one.moves[:, :, a, seen_b], two.moves[:, :, b, seen_a]
            to.append((mine[:, :, None] * k + yours[:, None, :]).reshape(pairs, m * k))
            joint = one.acts[:, :, a, None] * (weight * two.acts[:, None, :, b])
            chance.append(joint.reshape(pairs, m * k))
    return _Steps(np.stack(to, axis=-1), np.stack(chance, axis=-1))


def _state_laws(steps: _Steps, start: Integers, discount_factor: float) -> tuple[Floats, float]:
    """Return the laws of the states, shape (pairs, states), and the residual."""
    pairs, states, _ = steps.to.shape
    reached = _reached(steps, start)
    place = np.cumsum(reached, axis=1) - 1
    number = reached.sum(axis=1)
    out = np.zeros((pairs, states))
    residual = 0.0
    for size in np.unique(number).tolist():
        check_chain(size, "two automata")
        alike = np.flatnonzero(number == size)
        block = max(1, CHUNK_STEPS // size**2)
        for begin in range(0, alike.size, block):
            some = alike[begin : begin + block]
            inside = np.nonzero(reached[some])
            who = some[inside[0]]
            source = (inside[0] * size + place[who, inside[1]])[:, None]
            target = place[who[:, None], steps.to[who, inside[1]]]
            cells = (source * size + np.where(target < 0, 0, target)).ravel()
            chances = steps.chance[who, inside[1]].ravel()
            flat: Floats = np.bincount(cells, chances, some.size * size**2).astype(float)
            first = np.zeros((some.size, size))
            first[np.arange(some.size), place[some, start[some]]] = 1.0
            chain = restarted(flat.reshape(-1, size, size), first, discount_factor)
            if size > SMALL_CHAIN:
                each = zip(chain, first, strict=True)
                found = np.stack([time_average_law(*one)[0] for one in each])
            else:
                found = time_average_laws(chain, first)[0]
            gap = np.einsum("ps,pst->pt", found, chain) - found
            residual = max(residual, float(np.abs(gap).max()))
            out[who, inside[1]] = found.ravel()
    return out, residual


def _reached(steps: _Steps, start: Integers) -> Booleans:
    """Return which states are ever reached, shape (pairs, states)."""
    pairs, states, kinds = steps.to.shape
    to = (steps.to + states * np.arange(pairs)[:, None, None]).reshape(-1, kinds)
    possible = steps.chance.reshape(-1, kinds) > 0
    reached = np.zeros(pairs * states, dtype=bool)
    frontier = start + states * np.arange(pairs)
    while frontier.size:
        reached[frontier] = True
        ahead = to[frontier][possible[frontier]]
        frontier = np.unique(ahead[~reached[ahead]])
    return reached.reshape(pairs, states)


def _recurrent_classes(steps: _Steps) -> Integers:
    """Return how many recurrent classes there are, among all pairs of states; shape (pairs,)."""
    from scipy.sparse import csr_matrix

    pairs, states, kinds = steps.to.shape
    to = (steps.to + states * np.arange(pairs)[:, None, None]).reshape(-1, kinds)
    possible = steps.chance.reshape(-1, kinds) > 0
    # What nothing leads to is never seen again: most pairs of states, if both remember the same.
    lasting = np.arange(pairs * states)
    while True:
        led_to = np.zeros(pairs * states, dtype=bool)
        led_to[to[lasting][possible[lasting]]] = True
        kept = np.flatnonzero(led_to)
        if kept.size == lasting.size:
            break
        lasting = kept
    place = np.cumsum(led_to) - 1
    source, kind = np.nonzero(possible[lasting])
    ends = place[to[lasting[source], kind]]
    graph = csr_matrix((np.ones(source.size), (source, ends)), shape=(lasting.size,) * 2)
    _, label = closed_classes(graph)
    closed = np.flatnonzero(label >= 0)
    _, head = np.unique(label[closed], return_index=True)
    return np.bincount(lasting[closed[head]] // states, minlength=pairs)
