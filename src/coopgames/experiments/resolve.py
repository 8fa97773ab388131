"""Names, paths and records, whichever the user has."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any, Literal, overload

from .. import catalogue
from ..errors import CoopgamesError
from ..games import Game, compile_game
from ..institutions import Institution
from ..problems import Problem
from ..records import Record
from ..worlds import World

__all__ = ["game", "named", "named_all"]


@overload
def named(kind: Literal["institutions"], item: Institution | str | Path) -> Institution: ...
@overload
def named(kind: Literal["problems"], item: Problem | str | Path) -> Problem: ...
@overload
def named(kind: Literal["worlds"], item: World | str | Path) -> World: ...
def named(kind: Any, item: Any) -> Any:
    """Return the record that a name of the catalogue or a path stands for; a record as it is."""
    return item if isinstance(item, Record) else catalogue.load(kind, item)


def named_all(kind: Literal["institutions", "problems"], items: Any = None) -> list[Any]:
    """Return the records of one item, or of a sequence; by default all that tables compare.

    Records are told apart by id, so two of one id are refused.

    Raises
    ------
    CoopgamesError
        If there is none, or an id comes twice.
    """
    if items is None:
        return catalogue.compared(kind)
    many: list[Any] = [items] if isinstance(items, (Record, str, Path)) else list(items)
    if not many:
        raise CoopgamesError(f"{kind} must not be empty")
    records: list[Any] = [named(kind, item) for item in many]
    for one, other in combinations(records, 2):
        if one.id == other.id:
            raise CoopgamesError(f"{kind} must have different ids; got {one.id!r} twice")
    return records


def game(
    institution: Institution | str | Path,
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    **options: Any,
) -> Game:
    """Return the game form of an institution over a problem in a world, compiled.

    Parameters
    ----------
    institution, problem, world : record, name or path
        Names of the catalogue, paths to TOML files, or records; ``uniform-N`` is a world.
    **options
        Passed to `coopgames.compile_game`: ``mandate``, ``punishment``, ``legitimacy_feedback``,
        ``legitimacy_channel``, ``support``.

    Returns
    -------
    Game

    Raises
    ------
    SpecificationError
        If a model is unknown or does not fit the world.

    Examples
    --------
    >>> round(game("charter", problem="climate").adoption, 4)
    0.5693
    """
    return compile_game(
        named("institutions", institution),
        named("problems", problem),
        named("worlds", world),
        **options,
    )
