"""Names, paths and records, whichever the user has."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, overload

from .. import catalogue
from ..games import Game, compile_game
from ..institutions import Institution
from ..problems import Problem
from ..records import Record
from ..worlds import World

__all__ = ["game", "named"]


@overload
def named(kind: Literal["institutions"], item: Institution | str | Path) -> Institution: ...
@overload
def named(kind: Literal["problems"], item: Problem | str | Path) -> Problem: ...
@overload
def named(kind: Literal["worlds"], item: World | str | Path) -> World: ...
def named(kind: Any, item: Any) -> Any:
    """Return the record that a name of the catalogue or a path stands for; a record as it is."""
    return item if isinstance(item, Record) else catalogue.load(kind, item)


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
