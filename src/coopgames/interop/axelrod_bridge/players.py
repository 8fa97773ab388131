"""Our strategies as classes of players of the axelrod library."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...errors import CoopgamesError
from ...strategies import Automaton, MemoryOne, as_automaton, find_strategy, minimal_automaton
from .games import library
from .machines import Machine, memory_depth

__all__ = ["as_machine", "to_axelrod"]


def to_axelrod(strategy: MemoryOne | Automaton | str, name: str | None = None) -> Any:
    """Return a strategy as a subclass of ``axelrod.Player``.

    Parameters
    ----------
    strategy : MemoryOne, Automaton or str
        Of two players, or one of `STRATEGY_NAMES` or `AUTOMATON_NAMES`.
    name : str, optional
        What the player is called; the strategy's name by default.

    Returns
    -------
    type
        Its instances play, clone, reset, compare and pickle as the library asks of players; their
        ``coopgames_strategy`` is the strategy. Equal strategies of the same name are one class.

    Raises
    ------
    CoopgamesError
        If the strategy is of other than two players, or axelrod is not installed.

    Notes
    -----
    The library remembers matches between deterministic players by their names alone: in one of its
    tournaments every strategy needs a name of its own, and none of its catalogue's.

    Examples
    --------
    >>> from coopgames.interop import to_axelrod
    >>> player = to_axelrod("win-stay lose-shift")()  # doctest: +SKIP
    >>> player.classifier["memory_depth"], player.classifier["stochastic"]  # doctest: +SKIP
    (1, False)
    """
    if isinstance(strategy, str):
        strategy = find_strategy(strategy)
    given: Any = strategy
    if not isinstance(given, (MemoryOne, Automaton)) or given.players != 2:
        raise CoopgamesError(
            f"strategy must be a MemoryOne or Automaton of two players, or a name; got {strategy!r}"
        )
    return _class(strategy, strategy.name if name is None else str(name))


def as_machine(automaton: Automaton) -> Machine:
    """Return the smallest machine that plays as an automaton of two players."""
    small = minimal_automaton(automaton)
    moves = [[rows[own][1 - other] for own in (0, 1) for other in (0, 1)] for rows in small.moves]
    return Machine(list(small.cooperate), moves)


@cache
def _class(strategy: MemoryOne | Automaton, name: str) -> Any:
    automaton = as_automaton(strategy)
    machine = as_machine(automaton)
    depth = memory_depth(machine)
    classifier: dict[str, Any] = {
        "memory_depth": depth if depth == float("inf") else int(depth),
        "stochastic": any(0.0 < chance < 1.0 for chance in machine.cooperate),
        "makes_use_of": set(),
        "long_run_time": False,
        "inspects_source": False,
        "manipulates_source": False,
        "manipulates_state": False,
    }
    members = {
        "name": name,
        "classifier": classifier,
        "coopgames_strategy": strategy,
        "_automaton": automaton,
        "__module__": __name__,
        "__doc__": f"The strategy {name!r} of coopgames.",
    }
    label = "".join(part.capitalize() for part in name.split() if part.isidentifier())
    return type(label or "CoopgamesPlayer", (_base(),), members)


@cache
def _base() -> Any:
    """Return the class whose subclasses hold one automaton each."""
    axl: Any = library()

    class AutomatonPlayer(axl.Player):  # type: ignore[misc, name-defined, unused-ignore]
        """Plays an automaton; an error in an own act is noticed, as the other's acts are."""

        _automaton: Automaton
        coopgames_strategy: MemoryOne | Automaton

        def __init__(self) -> None:
            super().__init__()
            self.state = self._automaton.start

        def strategy(self, opponent: Any) -> Any:
            """Return the act of the next round."""
            if self.history:
                own, other = self.history[-1].value, opponent.history[-1].value
                self.state = self._automaton.moves[self.state][own][1 - other]
            chance = self._automaton.cooperate[self.state]
            if 0.0 < chance < 1.0:
                return self._random.random_choice(chance)
            return axl.Action.C if chance else axl.Action.D

        def __reduce__(self) -> tuple[Any, ...]:
            return _revived, (self.coopgames_strategy, self.name), self.__getstate__()

    return AutomatonPlayer


def _revived(strategy: MemoryOne | Automaton, name: str) -> Any:
    return _class(strategy, name)()
