"""Who follows which strategy, and what a round shows to those who react.

A strategy of two players reacts to the public record: that the other cooperated reads that a
success was recorded. One of N players reacts to how many other states acted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import one_of
from ...errors import CoopgamesError
from ...games import Game
from ...strategies import Automaton, MemoryOne, find_strategy

__all__ = ["Assigned", "Profile", "ReactsTo", "Strategy", "dealt", "profile_of"]

Integers = npt.NDArray[np.int64]
Strategy = MemoryOne | Automaton | str
Assigned = Strategy | Sequence[Strategy] | Mapping[str, Strategy | Sequence[Strategy]]
ReactsTo = Literal["record", "others"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """The strategy of every state.

    Attributes
    ----------
    strategies : tuple of MemoryOne or Automaton, S of them
    of_state : int array, shape (states,)
        In world order.
    counts : int array, shape (classes, S)
        How many states of each class follow each strategy.
    """

    strategies: tuple[MemoryOne | Automaton, ...]
    of_state: Integers
    counts: Integers

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the strategies."""
        return tuple(one.name for one in self.strategies)


def profile_of(game: Game, strategies: Assigned, reacts_to: ReactsTo) -> Profile:
    """Return who follows which strategy.

    Parameters
    ----------
    game : Game
    strategies : strategy, sequence of strategies, or mapping of str to these
        One for all states; several, dealt in turn to the states in the order of the world; or
        either by role, or by class label.
    reacts_to : {'record', 'others'}

    Raises
    ------
    CoopgamesError
        If a name or a role is unknown, a role is left out, or a strategy has the wrong number of
        players.
    """
    one_of("reacts_to", reacts_to, ("record", "others"))
    players = 2 if reacts_to == "record" else game.size
    found: list[MemoryOne | Automaton] = []
    of_state = dealt(game, strategies, lambda one: _position(one, players, found))
    counts = np.zeros((game.classes.size, len(found)), dtype=np.int64)
    np.add.at(counts, (game.classes.of_state, of_state), 1)
    return Profile(strategies=tuple(found), of_state=of_state, counts=counts)


def dealt(game: Game, strategies: Assigned, position: Callable[[Any], int]) -> Integers:
    """Return a number for every state, in world order.

    Parameters
    ----------
    game : Game
    strategies : one, a sequence, or a mapping of str to these
        As in `profile_of`.
    position : callable
        The number of each item.
    """
    out = np.full(game.size, -1, dtype=np.int64)
    for places, hand in _hands(game, strategies):
        several = hand if isinstance(hand, Sequence) and not isinstance(hand, str) else [hand]
        if not several:
            raise CoopgamesError("strategies must not be empty")
        numbers = [position(one) for one in several]
        for turn, state in enumerate(places.tolist()):
            out[state] = numbers[turn % len(numbers)]
    return out


def _hands(
    game: Game, strategies: Assigned
) -> list[tuple[Integers, Strategy | Sequence[Strategy]]]:
    """Return states with what is dealt to them."""
    classes = game.classes
    if not isinstance(strategies, Mapping):
        return [(np.arange(game.size), strategies)]
    roles = [classes.states.world.roles[int(r)].name for r in classes.role]
    unknown = set(strategies) - set(roles) - set(classes.labels)
    if unknown:
        raise CoopgamesError(
            f"strategies must name roles or classes, of {', '.join(classes.labels)}; got "
            f"{', '.join(map(repr, sorted(unknown)))}"
        )
    keys = [
        label if label in strategies else role
        for label, role in zip(classes.labels, roles, strict=True)
    ]
    left = [key for key in keys if key not in strategies]
    if left:
        raise CoopgamesError(f"strategies must give every role one; {left[0]!r} has none")
    key_of_state = np.array(keys)[classes.of_state]
    return [(np.flatnonzero(key_of_state == key), strategies[key]) for key in dict.fromkeys(keys)]


def _position(one: Strategy, players: int, found: list[MemoryOne | Automaton]) -> int:
    strategy = find_strategy(one, players=players) if isinstance(one, str) else one
    if not isinstance(strategy, (MemoryOne, Automaton)):
        raise CoopgamesError(f"strategies must be records or names; got {one!r}")
    if strategy.players != players:
        what = "the record" if players == 2 else "the number of others who act"
        raise CoopgamesError(
            f"strategies that react to {what} must be of {players} players; {strategy.name!r} is "
            f"of {strategy.players}"
        )
    if strategy not in found:
        if any(strategy.name == other.name for other in found):
            raise CoopgamesError(
                f"strategies must have different names; got {strategy.name!r} twice"
            )
        found.append(strategy)
    return found.index(strategy)
