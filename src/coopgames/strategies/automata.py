"""Finite automata that play a repeated dilemma.

An automaton has states; each says how likely it cooperates, and where to go after its own act and
the number of the other n - 1 players who cooperated, as it saw them (rubinstein1986). Memory-one
strategies are automata of at most 2 n + 1 states, those of memory two have at most 21 for two
players. States that play alike for ever can be merged: the smallest automaton that plays a strategy
is unique up to the names of its states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .._checks import count, probability
from ..errors import CoopgamesError
from .memory_one import MemoryOne

__all__ = ["Automaton", "as_automaton", "memory_two", "minimal_automaton"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Automaton:
    """A finite automaton for a repeated dilemma of n players.

    Attributes
    ----------
    name : str
    cooperate : tuple of floats, m of them
        Probability of cooperating in each state.
    moves : tuple, shape (m, 2, n)
        ``moves[state][own][k]`` is the next state after an own cooperation (own = 0) or defection
        (own = 1) where k of the others were seen to cooperate.
    start : int
        The first state.
    source : str
        Where it is published, keys of the bibliography; empty for one's own.

    Raises
    ------
    CoopgamesError
        If a probability is none, a state is unknown or shapes disagree.

    Examples
    --------
    Two defections of the other in a row are answered by one:

    >>> tit_for_two_tats = Automaton(
    ...     name="tit for two tats",
    ...     cooperate=(1, 1, 0),
    ...     moves=(((1, 0), (1, 0)), ((2, 0), (2, 0)), ((2, 0), (2, 0))),
    ... )
    >>> tit_for_two_tats.players, tit_for_two_tats.size
    (2, 3)
    """

    name: str
    cooperate: tuple[float, ...]
    moves: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    start: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        size = len(self.cooperate)
        for state, value in enumerate(self.cooperate):
            probability(f"cooperate[{state}]", value)
        if not size or len(self.moves) != size:
            raise CoopgamesError(
                f"moves must have one entry per state, at least one; got {len(self.moves)} for "
                f"{size} states"
            )
        if not 0 <= count("start", self.start, 0) < size:
            raise CoopgamesError(f"start must be below {size}, the states; got {self.start!r}")
        players = {len(row) for rows in self.moves for row in rows}
        if any(len(rows) != 2 for rows in self.moves) or len(players) != 1 or min(players) < 2:
            raise CoopgamesError(
                "moves must have shape (m, 2, n): states, own act, other cooperators 0 to n - 1, "
                "n >= 2"
            )
        targets = [target for rows in self.moves for row in rows for target in row]
        for target in targets:
            if not 0 <= count("moves", target, 0) < size:
                raise CoopgamesError(f"moves must lead to states below {size}; got {target!r}")

    @property
    def size(self) -> int:
        """Number of states, m."""
        return len(self.cooperate)

    @property
    def players(self) -> int:
        """Number of players, n."""
        return len(self.moves[0][0])

    def table(self) -> tuple[Floats, Integers]:
        """Return ``cooperate``, shape (m,), and ``moves``, shape (m, 2, n), as arrays."""
        return np.array(self.cooperate, dtype=float), np.array(self.moves, dtype=np.int64)


def as_automaton(strategy: MemoryOne | Automaton) -> Automaton:
    """Return a strategy as an automaton; rounds that are answered alike share a state.

    Parameters
    ----------
    strategy : MemoryOne or Automaton

    Examples
    --------
    >>> from coopgames.strategies import named_strategy
    >>> as_automaton(named_strategy("grim")).size
    2
    """
    if isinstance(strategy, Automaton):
        return strategy
    response = strategy.by_cooperators()
    chances = [strategy.start, *response.ravel().tolist()]
    different = list(dict.fromkeys(chances))
    where = np.array([different.index(value) for value in response.ravel()])
    after = where.reshape(response.shape)
    moves = tuple((tuple(after[0].tolist()), tuple(after[1].tolist())) for _ in different)
    return Automaton(
        name=strategy.name,
        cooperate=tuple(different),
        moves=moves,
        start=0,
        source=strategy.source,
    )


def minimal_automaton(automaton: Automaton) -> Automaton:
    """Return the smallest automaton that plays alike after every history, errors included.

    Parameters
    ----------
    automaton : Automaton

    Returns
    -------
    Automaton
        States are numbered in the order in which they can be reached; the first is the start.

    References
    ----------
    Moore (1956) Automata Studies, Princeton University Press, pp. 129-153.

    Examples
    --------
    >>> longer = Automaton(
    ...     name="defector", cooperate=(0, 0), moves=(((1, 1), (1, 1)), ((0, 1), (1, 0)))
    ... )
    >>> minimal_automaton(longer).moves
    (((0, 0), (0, 0)),)
    """
    ways = [[target for row in rows for target in row] for rows in automaton.moves]
    alike = _numbered([float(p) for p in automaton.cooperate])
    while True:
        finer = _numbered([(alike[s], *(alike[t] for t in ways[s])) for s in range(automaton.size)])
        if max(finer) == max(alike):
            break
        alike = finer
    # One state stands for all of its kind, in the order of discovery.
    found, order = {alike[automaton.start]: 0}, [automaton.start]
    for state in order:
        for target in ways[state]:
            if alike[target] not in found:
                found[alike[target]] = len(order)
                order.append(target)
    moves = [
        [tuple(found[alike[target]] for target in row) for row in automaton.moves[state]]
        for state in order
    ]
    return replace(
        automaton,
        cooperate=tuple(automaton.cooperate[state] for state in order),
        moves=tuple((first, second) for first, second in moves),
        start=0,
    )


def _numbered(keys: Sequence[object]) -> list[int]:
    """Return numbers 0, 1, ... that are equal where keys are."""
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return [numbers[key] for key in keys]


def memory_two(
    response: Sequence[float],
    opening: Sequence[float] | None = None,
    *,
    name: str = "",
    source: str = "",
) -> Automaton:
    """Return the strategy of two players that reacts to the last two rounds.

    Parameters
    ----------
    response : sequence of 16 floats
        ``response[4 * previous + last]`` is the probability of cooperating after two rounds, each
        CC, CD, DC or DD, own act first.
    opening : sequence of 5 floats, optional
        Probabilities of cooperating in the first round and, in the second, after CC, CD, DC, DD.
        By default as if all had cooperated before.
    name, source : str

    Returns
    -------
    Automaton
        The smallest that plays so, of at most 21 states.

    Raises
    ------
    CoopgamesError
        If a value is no probability, or there are not 16 and 5.

    Examples
    --------
    Tit for two tats, which defects after xD xD:

    >>> memory_two([float(not (i // 4 % 2 and i % 2)) for i in range(16)]).size
    3
    """
    after_two = tuple(probability(f"response[{i}]", p) for i, p in enumerate(response))
    if len(after_two) != 16:
        raise CoopgamesError(f"response must hold 16 probabilities; got {len(after_two)}")
    given = (after_two[0], *after_two[:4]) if opening is None else opening
    first_two = tuple(probability(f"opening[{i}]", p) for i, p in enumerate(given))
    if len(first_two) != 5:
        raise CoopgamesError(f"opening must hold 5 probabilities; got {len(first_two)}")
    # State 0 is the start, 1 + last follows one round, 5 + 4 previous + last follows two.
    heads = [1, *(5 + 4 * last for last in range(4)), *(5 + 4 * (i % 4) for i in range(16))]
    rows = [((head + 1, head), (head + 3, head + 2)) for head in heads]
    automaton = Automaton(
        name=name or "memory two",
        cooperate=(*first_two, *after_two),
        moves=tuple(rows),
        source=source,
    )
    return minimal_automaton(automaton)
