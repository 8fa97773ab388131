"""Who takes part in a tournament: strategies of the library and ours, each with both faces.

Every one has a player for the library's engine and, where it can be read, an automaton for each
side of the game, as some strategies depend on the payoffs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import CoopgamesError
from ...strategies import (
    AUTOMATON_NAMES,
    STRATEGY_NAMES,
    Automaton,
    MemoryOne,
    as_automaton,
    find_strategy,
)
from .catalogue import AXELROD_KINDS, axelrod_strategies, label, new_player
from .games import Floats, own_game
from .players import to_axelrod
from .reading import playable, read_player

__all__ = ["READINGS", "Entrant", "entrants"]

#: Which ways of reading are trusted, each with those before it.
READINGS = ("none", "table", "asked")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entrant:
    """One strategy of a tournament.

    Attributes
    ----------
    name : str
    player : axelrod.Player
    automata : tuple of Automaton or None
        By side of the game; one where both sides are alike.
    reading : str
        As in `AxelrodPlay`.
    """

    name: str
    player: Any
    automata: tuple[Automaton | None, ...]
    reading: str


def entrants(
    strategies: str | Sequence[Any], owns: Sequence[Floats], *, readings: str, rounds: int
) -> tuple[list[Entrant], dict[str, str]]:
    """Return who takes part, and who of a list of the library can't play the game and why.

    Parameters
    ----------
    strategies : str or sequence
        One of `AXELROD_KINDS`, or strategies.
    owns : sequence of arrays, shape (2, 2)
        Own payoffs by side; one where both sides are alike.
    readings : str
        One of `READINGS`.
    rounds : int
        As in `from_axelrod`.
    """
    if isinstance(strategies, str):
        if strategies not in AXELROD_KINDS:
            raise CoopgamesError(
                f"strategies must be a sequence, or one of {', '.join(AXELROD_KINDS)}; "
                f"got {strategies!r}"
            )
        found, left_out = [], {}
        for name in axelrod_strategies(strategies):
            try:
                found.append(_entrant(name, owns, readings, rounds))
            except CoopgamesError as error:
                left_out[name] = str(error)
    else:
        found = [_entrant(one, owns, readings, rounds) for one in strategies]
        left_out = {}
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not names:
        raise CoopgamesError(
            f"strategies must be at least one, with different names; got {', '.join(twice)} twice"
            if twice
            else "strategies must be at least one that can play this game"
        )
    return found, left_out


def _entrant(strategy: Any, owns: Sequence[Floats], readings: str, rounds: int) -> Entrant:
    if isinstance(strategy, str) and strategy in {*STRATEGY_NAMES, *AUTOMATON_NAMES}:
        strategy = find_strategy(strategy)
    if isinstance(strategy, (MemoryOne, Automaton)):
        automata = (as_automaton(strategy),) * len(owns)
        player = to_axelrod(strategy)()
        return Entrant(name=strategy.name, player=player, automata=automata, reading="ours")
    player = new_player(strategy)
    name = label(strategy, player)
    ours = getattr(player, "coopgames_strategy", None)
    if ours is not None:
        automata = (as_automaton(ours),) * len(owns)
        return Entrant(name=player.name, player=player, automata=automata, reading="ours")
    read: list[Automaton | None] = []
    said = ""
    for own in owns:
        if readings == "none":
            attributes = {"length": float("inf"), "game": own_game(own), "noise": 0}
            playable(player, attributes, name)
            read.append(None)
            said = "not read: readings is 'none'"
            continue
        one = read_player(player, own, name, rounds=rounds, ask=readings == "asked")
        read.append(None if one.strategy is None else as_automaton(one.strategy))
        said = one.way or one.reason
    return Entrant(name=name, player=player, automata=tuple(read), reading=said)
