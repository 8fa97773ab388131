"""Strategies of the axelrod library as memory-one strategies or automata, to be played exactly.

Three ways, from the surest to the least sure:

- *vector*: a ``MemoryOnePlayer`` holds its probabilities;
- *table*: finite state machines, memory-two players and lookup tables say what their states are;
- *asked*: any other is asked what it does after many histories, and an automaton built that agrees
  with all of them; this is a test and no proof.

What remembers too much, looks at the length of the match or at its scores, or draws random numbers
that aren't chances of an act, is not readable and plays by the library's own engine.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..._checks import count
from ...errors import CoopgamesError
from ...strategies import Automaton, MemoryOne, memory_one, minimal_automaton
from .asking import Asker, NotReadableError
from .catalogue import label, new_player
from .games import Floats, library, own_game, two_sides
from .machines import History, Machine, TooLargeError, learn_machine, memory_depth, visit_machine

__all__ = ["Reading", "from_axelrod", "read_player"]

#: States of an automaton, at most; our assumption.
LARGEST_TABLE, LARGEST_ASKED = 512, 64
#: Rounds of the longest test histories where no match says otherwise; our assumption.
TESTED_ROUNDS = 200
#: What the library plays unless told: R, S, T, P = 3, 0, 5, 1.
DEFAULT_GAME = ((3.0, 0.0), (5.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A strategy that was read, or why it couldn't be.

    Attributes
    ----------
    strategy : MemoryOne, Automaton or None
    way : {'vector', 'table', 'asked', ''}
        Empty where nothing was read.
    reason : str
        Why nothing was read.
    """

    strategy: MemoryOne | Automaton | None
    way: str
    reason: str = ""


def from_axelrod(
    player: Any, game: Any = None, *, rounds: int = TESTED_ROUNDS
) -> MemoryOne | Automaton:
    """Return a strategy of the axelrod library as a memory-one strategy or an automaton.

    Parameters
    ----------
    player : str, or class or instance of axelrod.Player
        By the name of its class or as displayed, capitals and spaces as you like.
    game : as in `to_axelrod_game`, optional
        Which game will be played, from the first side's position: some strategies depend on its
        payoffs. The library's 3, 0, 5, 1 by default.
    rounds : int
        Length of the histories on which an automaton found by asking was tested; 200 is our
        assumption, the library's default length of a match.

    Returns
    -------
    MemoryOne or Automaton
        The former where the last round decides. Its name is the player's.

    Raises
    ------
    CoopgamesError
        If the strategy can't be read, or can't play this game; says why and what to do.

    Notes
    -----
    An automaton found by asking agrees with the strategy on all histories of three rounds and some
    dozens of longer ones, errors included. A strategy that changes its mind after more than
    ``rounds`` rounds, or in circumstances none of these bring about, is misread.

    References
    ----------
    Knight et al. (2016) J. Open Res. Softw. 4(1):e35. doi:10.5334/jors.125

    Examples
    --------
    >>> from coopgames.interop import from_axelrod
    >>> from_axelrod("Win-Stay Lose-Shift").response  # doctest: +SKIP
    (1.0, 0.0, 0.0, 1.0)
    >>> from_axelrod("TitFor2Tats").size  # doctest: +SKIP
    3
    """
    fresh = new_player(player)
    own, _ = two_sides(DEFAULT_GAME if game is None else game)
    found = read_player(fresh, own, label(player, fresh), rounds=rounds)
    if found.strategy is None:
        raise CoopgamesError(
            f"axelrod's {label(player, fresh)} can't be read as an automaton: {found.reason}; "
            "axelrod_tournament plays it by the library's own engine"
        )
    return found.strategy


def read_player(
    player: Any, own: Floats, name: str, *, rounds: int = TESTED_ROUNDS, ask: bool = True
) -> Reading:
    """Return a player as a strategy of ours, in a game with own payoffs ``own``, or why not.

    ``ask`` says whether one without vector or table is asked.

    Raises
    ------
    CoopgamesError
        If the player can't play that game at all.
    """
    count("rounds", rounds)
    axl = library()
    attributes = {"length": float("inf"), "game": own_game(own), "noise": 0}
    playable(player, attributes, name)
    if not axl.Classifiers.obey_axelrod(player):
        return Reading(strategy=None, way="", reason="it reads or changes its opponent")
    if isinstance(player, axl.MemoryOnePlayer) and _inherits(player, axl.MemoryOnePlayer):
        return Reading(strategy=_of_vector(player, name), way="vector")
    state_of = _states(player)
    if state_of is not None:
        asker = Asker(player, attributes)
        try:
            machine = visit_machine(asker, state_of(asker), LARGEST_TABLE)
        except TooLargeError:
            return Reading(
                strategy=None, way="", reason=f"its table has more than {LARGEST_TABLE} states"
            )
        return Reading(strategy=as_strategy(machine, name), way="table")
    if not ask:
        return Reading(strategy=None, way="", reason="it holds its rule in no table")
    looked_at = sorted(axl.Classifiers["makes_use_of"](player) or ())
    if looked_at:
        what = {"game": "payoffs", "length": "the length of the match", "noise": "the noise"}
        said = " and ".join(what[one] for one in looked_at)
        return Reading(strategy=None, way="", reason=f"it looks at {said}")
    key = (type(player), repr(sorted(player.init_kwargs.items())))
    answered, reason = _asked(_Once(player, key), rounds)
    if answered is None:
        return Reading(strategy=None, way="", reason=reason)
    return Reading(strategy=as_strategy(answered, name), way="asked")


def playable(player: Any, attributes: dict[str, Any], name: str) -> None:
    """Raise a CoopgamesError if the player has no strategy in this game."""
    try:
        player.set_match_attributes(**attributes)
    except (ArithmeticError, ValueError):
        raise CoopgamesError(
            f"axelrod's {name} has no strategy in this game: its formula gives no probabilities at "
            f"these payoffs ({attributes['game']}); leave it out"
        ) from None


def as_strategy(machine: Machine, name: str) -> MemoryOne | Automaton:
    """Return a machine as a memory-one strategy if the last round decides, else an automaton."""
    if memory_depth(machine) <= 1:
        after = [machine.cooperate[machine.moves[0][one]] for one in range(4)]
        return memory_one(after, start=machine.cooperate[0], name=name)
    moves = tuple(((d[1], d[0]), (d[3], d[2])) for d in machine.moves)
    return minimal_automaton(Automaton(name=name, cooperate=tuple(machine.cooperate), moves=moves))


def _inherits(player: Any, base: Any) -> bool:
    """Return whether a player decides as its base class does."""
    return type(player).strategy is base.strategy and "strategy" not in vars(player)


def _of_vector(player: Any, name: str) -> MemoryOne:
    action = library().Action
    acts = (action.C, action.D)
    vector = player._four_vector  # noqa: SLF001 - the library has no public name for it
    response = [float(vector[mine, yours]) for mine in acts for yours in acts]
    return memory_one(response, start=float(player._initial == acts[0]), name=name)  # noqa: SLF001


def _states(player: Any) -> Callable[[Asker], Callable[[History], Hashable]] | None:
    """Return what a table's states are, or None where the player has no table."""
    axl = library()
    if isinstance(player, axl.FSMPlayer) and _inherits(player, axl.FSMPlayer):

        def fsm(asker: Asker) -> Callable[[History], Hashable]:
            # The state the machine is in before it moves, and the other's act that moves it.
            return lambda history: (
                (asker.after(history).fsm.state, history[-1] % 2) if history else ()
            )

        return fsm
    if isinstance(player, axl.MemoryTwoPlayer) and _inherits(player, axl.MemoryTwoPlayer):
        return lambda _: lambda history: (min(len(history), 2), history[-2:])
    looking = (axl.LookerUp, axl.Gambler)
    if isinstance(player, looking) and any(_inherits(player, base) for base in looking):
        table = player._lookup  # noqa: SLF001 - the library has no public name for it
        depth, opening = table.table_depth, table.op_openings_depth

        def looked(history: History) -> Hashable:
            if len(history) < depth:
                return history
            return (
                "table",
                tuple(one // 2 for one in history[len(history) - table.player_depth :]),
                tuple(one % 2 for one in history[len(history) - table.op_depth :]),
                tuple(one % 2 for one in history[:opening]),
                history[len(history) - depth + 1 :] if depth > 1 else (),
            )

        return lambda _: looked
    return None


class _Once:
    """A player that is equal to others of its class and parameters, to be asked only once."""

    def __init__(self, player: Any, key: tuple[Any, ...]) -> None:
        self.player, self.key = player, key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=1024)
def _asked(one: _Once, rounds: int) -> tuple[Machine | None, str]:
    attributes = {"length": float("inf"), "game": own_game(np.array(DEFAULT_GAME)), "noise": 0}
    asker = Asker(one.player, attributes)
    try:
        return learn_machine(asker, asker.disagreement(rounds), LARGEST_ASKED), ""
    except TooLargeError:
        return None, f"it needs more than {LARGEST_ASKED} states"
    except NotReadableError as error:
        return None, str(error)
    except AttributeError:
        return None, "it draws random numbers from a generator within"
