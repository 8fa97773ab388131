r"""Long-run play of all states under one mandate, exactly (model D9c).

States with the same leverage and strategy are alike: a *lump*. After each round everybody sees a
signal, the public record of success or how many others acted. Given that, and its own act, each
state acts independently.

- Where strategies move with the record alone, all who follow one are in the same state of it, so
  that these states are a chain, whatever the number of states of the world. For one reaction to
  success and one to failure it has the two states of the record.
- Otherwise the numbers of acting states per lump are a chain (`count_chain`), of at most 5,000
  states.

Discounted play begins anew with probability 1 - d after every round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError
from ...kernels.count_chain import count_chain, count_start, count_states
from ...kernels.time_averages import restarted, time_average_law
from ...kernels.weighted_binomials import weighted_binomial_law

__all__ = ["Lumps", "Machine", "RowPlay", "counted_play", "public_play"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Joint states of strategies that move with the record.
LARGEST_PUBLIC_CHAIN = 2_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lumps:
    """States that play alike, G lumps of them.

    Attributes
    ----------
    sizes, leverage, strategy : int arrays, shape (G,)
    missed, false : float
        How likely a success is recorded as a failure, and a failure as a success.
    """

    sizes: Integers
    leverage: Integers
    strategy: Integers
    missed: float
    false: float


class Machine(NamedTuple):
    """A strategy that moves with the record.

    Attributes
    ----------
    act : array, shape (2, m)
        How likely one acts in each of m states, and that it does not.
    moves : int array, shape (m, 2)
        The next state after a recorded success, and failure.
    start : int
    """

    act: Floats
    moves: Integers
    start: int


class RowPlay(NamedTuple):
    """Long-run play under one mandate.

    Attributes
    ----------
    law : array, shape (grid,)
        Share of rounds with each X.
    acting : array, shape (G, grid)
        Share of rounds with each X in which a given state of a lump acts.
    losses : float
        Share of rounds with success before one without.
    recurrent : int
        Recurrent classes of the chain; where it is above 1 the first round decides.
    residual : float
    """

    law: Floats
    acting: Floats
    losses: float
    recurrent: int
    residual: float


def public_play(
    lumps: Lumps, machines: list[Machine], success: Floats, discount_factor: float
) -> RowPlay:
    """Return the long run of play by strategies that move with the record.

    Parameters
    ----------
    lumps : Lumps
    machines : list of Machine
        By strategy.
    success : array, shape (grid,)
        How likely cooperation holds, by X.
    discount_factor : float, in [0, 1]
        1 for the limit of means.

    Raises
    ------
    BudgetError
        If strategies have more than 2,000 joint states.
    """
    states, after = _reached(machines)
    chances = np.stack(
        [
            np.stack([machines[s].act[:, state[s]] for s in lumps.strategy], axis=1)
            for state in states
        ],
        axis=1,
    )
    laws = _law(lumps, lumps.sizes, chances, success.size)
    held, failed = success @ laws, (1.0 - success) @ laws
    u, v = lumps.missed, lumps.false
    recorded = np.stack([held * (1 - u) + failed * v, held * u + failed * (1 - v)])
    chain = np.zeros((len(states), len(states)))
    rows = np.arange(len(states))
    for signal in (0, 1):
        np.add.at(chain, (rows, after[:, signal]), recorded[signal])
    start = np.zeros(len(states))
    start[0] = 1.0
    chain = restarted(chain / chain.sum(axis=1, keepdims=True), start, discount_factor)
    weights, recurrent = time_average_law(chain, start)
    acting = np.zeros((lumps.sizes.size, success.size))
    for g, k in enumerate(lumps.leverage.tolist()):
        others = lumps.sizes.copy()
        others[g] -= 1
        rest = _law(lumps, others, chances, success.size) @ (weights * chances[0, :, g])
        acting[g, k:] = rest[: success.size - k]
    next_failed = (1 - u) * failed[after[:, 0]] + u * failed[after[:, 1]]
    return RowPlay(
        law=laws @ weights,
        acting=acting,
        losses=float(weights @ (held * next_failed)),
        recurrent=recurrent,
        residual=max(
            float(np.abs(laws.sum(axis=0) - 1.0).max()),
            float(np.abs(weights @ chain - weights).max()),
        ),
    )


def _reached(machines: list[Machine]) -> tuple[list[tuple[int, ...]], Integers]:
    """Return joint states in the order met, and where each goes after either record."""
    states = [tuple(machine.start for machine in machines)]
    place = {states[0]: 0}
    after: list[list[int]] = []
    for state in states:
        goes = []
        for signal in (0, 1):
            target = tuple(
                int(machine.moves[own, signal])
                for machine, own in zip(machines, state, strict=True)
            )
            if target not in place:
                place[target] = len(states)
                states.append(target)
            goes.append(place[target])
        after.append(goes)
        if len(states) > LARGEST_PUBLIC_CHAIN:
            raise BudgetError(
                f"the strategies have more than {LARGEST_PUBLIC_CHAIN:,} joint states; take fewer "
                "strategies or smaller machines, or simulate"
            )
    return states, np.array(after, dtype=np.int64)


def _law(lumps: Lumps, sizes: Integers, chances: Floats, grid: int) -> Floats:
    """Return the law of X in each joint state, shape (grid, states)."""
    return weighted_binomial_law(sizes, lumps.leverage, chances[0], chances[1], grid)


def counted_play(
    lumps: Lumps,
    start: Floats,
    response: Floats,
    success: Floats,
    discount_factor: float,
    *,
    by_record: bool,
) -> RowPlay:
    """Return the long run of play by memory-one strategies, following how many of each lump act.

    Parameters
    ----------
    lumps : Lumps
    start : array, shape (2, S)
        How likely one acts in the first round, by strategy, and that it does not.
    response : array, shape (2, S, 2, signals)
        The same after each signal: ``response[:, s, own, signal]``, own act 0 for acting. Signals
        are a recorded success and failure, or how many others acted.
    success, discount_factor
        As in `public_play`.
    by_record : bool
        Whether signals are the record.

    Raises
    ------
    BudgetError
        If the chain has more than 5,000 states.
    """
    sizes = lumps.sizes.tolist()
    counts = count_states(sizes)
    total = counts @ lumps.leverage
    held = success[total]
    first = count_start(sizes, start[:, lumps.strategy])
    given = response[:, lumps.strategy]
    if by_record:
        by_signal = [
            count_chain(sizes, *(_alike(given[:, :, own, h], held.size) for own in (0, 1)))
            for h in (0, 1)
        ]
        after_success, after_failure = (
            share * by_signal[0] + (1 - share) * by_signal[1]
            for share in (1 - lumps.missed, lumps.false)
        )
        chain = held[:, None] * after_success + (1 - held)[:, None] * after_failure
    else:
        others = counts.sum(axis=1)
        again = given[:, :, 0, np.maximum(others - 1, 0)].swapaxes(1, 2)
        turned = given[:, :, 1, np.minimum(others, sum(sizes) - 1)].swapaxes(1, 2)
        chain = after_success = count_chain(sizes, again, turned)
    chain = restarted(chain, first, discount_factor)
    law, recurrent = time_average_law(chain, first)
    acting = [np.bincount(total, law * counts[:, g] / n, success.size) for g, n in enumerate(sizes)]
    return RowPlay(
        law=np.bincount(total, law, success.size).astype(float),
        acting=np.stack(acting),
        losses=float((law * held) @ (after_success @ (1.0 - held))),
        recurrent=recurrent,
        residual=float(np.abs(law @ chain - law).max()),
    )


def _alike(chances: Floats, states: int) -> Floats:
    """Return chances that are the same in every state, shape (2, states, G)."""
    return np.repeat(chances[:, None], states, axis=1)
