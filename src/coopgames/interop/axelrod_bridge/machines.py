"""Automata from answers: what is asked is how likely a strategy cooperates after a history.

A history is a tuple of rounds, each 0 to 3 for CC, CD, DC and DD, the own act first: acts as they
were carried out, so that errors are included. Two ways lead to a machine:

- where it is known what a state is (the last rounds, a state of a table), states are visited from
  the start;
- else two histories are one state until some continuation tells them apart. A history on which the
  machine and the strategy differ yields such a continuation by halving (Rivest & Schapire 1993).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

__all__ = ["History", "Machine", "learn_machine", "memory_depth", "visit_machine"]

History = tuple[int, ...]
Ask = Callable[[History], float]

ROUNDS = (0, 1, 2, 3)


class TooLargeError(Exception):
    """The machine has more states than were allowed."""


@dataclass(slots=True)
class Machine:
    """States 0, 1, ... from the start; ``moves[state][round]`` leads on."""

    cooperate: list[float] = field(default_factory=list)
    moves: list[list[int]] = field(default_factory=list)

    def after(self, history: Iterable[int]) -> int:
        """Return the state after a history."""
        state = 0
        for one in history:
            state = self.moves[state][one]
        return state


def visit_machine(ask: Ask, state_of: Callable[[History], Hashable], largest: int) -> Machine:
    """Return the machine whose states are told apart by ``state_of``."""
    histories: list[History] = [()]
    known: dict[Hashable, int] = {state_of(()): 0}
    machine = Machine()
    for history in histories:  # grows
        machine.cooperate.append(ask(history))
        row = []
        for one in ROUNDS:
            longer = (*history, one)
            key = state_of(longer)
            if key not in known:
                if len(known) == largest:
                    raise TooLargeError
                known[key] = len(histories)
                histories.append(longer)
            row.append(known[key])
        machine.moves.append(row)
    return machine


def learn_machine(ask: Ask, differs: Callable[[Machine], History | None], largest: int) -> Machine:
    """Return a machine that no history of ``differs`` tells from the strategy.

    Parameters
    ----------
    ask : callable
        The chance of cooperating after a history.
    differs : callable
        Returns a history on which a machine and the strategy differ, or None.
    largest : int
        States at most.

    Raises
    ------
    TooLargeError
        If more states are needed.

    References
    ----------
    Rivest & Schapire (1993) Inf. Comput. 103:299. doi:10.1006/inco.1993.1021
    """
    suffixes: list[History] = [()]

    def row(history: History) -> tuple[float, ...]:
        return tuple(ask(history + suffix) for suffix in suffixes)

    while True:
        access: list[History] = [()]
        place = {row(()): 0}
        machine = Machine()
        for history in access:  # grows
            machine.cooperate.append(ask(history))
            moves = []
            for one in ROUNDS:
                key = row((*history, one))
                if key not in place:
                    if len(access) == largest:
                        raise TooLargeError
                    place[key] = len(access)
                    access.append((*history, one))
                moves.append(place[key])
            machine.moves.append(moves)
        history_apart = differs(machine)
        if history_apart is None:
            return machine
        suffixes.append(_telling(ask, machine, access, history_apart))


def _telling(ask: Ask, machine: Machine, access: list[History], history: History) -> History:
    """Return a continuation that tells apart two histories the machine takes for one state."""
    right = ask(history)
    low, high = 0, len(history)
    while high - low > 1:
        middle = (low + high) // 2
        replaced = access[machine.after(history[:middle])] + history[middle:]
        low, high = (middle, high) if ask(replaced) == right else (low, middle)
    return history[high:]


def memory_depth(machine: Machine) -> float:
    """Return how many last rounds decide the next act, whatever came before; perhaps infinity.

    Examples
    --------
    Tit for tat needs one round, grim trigger all:

    >>> memory_depth(Machine([1.0, 0.0], [[0, 1, 0, 1], [0, 1, 0, 1]]))
    1.0
    >>> memory_depth(Machine([1.0, 0.0], [[0, 1, 0, 1], [1, 1, 1, 1]]))
    inf
    """
    size = len(machine.cooperate)
    pairs = {(s, t) for s in range(size) for t in range(s)}
    depth = 0.0
    while any(machine.cooperate[s] != machine.cooperate[t] for s, t in pairs):
        after = {(machine.moves[s][one], machine.moves[t][one]) for s, t in pairs for one in ROUNDS}
        fewer = {(max(pair), min(pair)) for pair in after if pair[0] != pair[1]}
        if fewer == pairs:
            return float("inf")
        pairs, depth = fewer, depth + 1.0
    return depth
