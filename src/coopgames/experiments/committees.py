"""The committee a name stands for: its own file, a published case, a body, an institution."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .. import catalogue
from ..errors import SpecificationError
from ..games import committee_of
from ..institutions import Body, Institution
from ..voting import Committee
from ..worlds import World
from .published import published, published_cases
from .resolve import named

__all__ = ["committee"]


def committee(
    name: Committee | Body | Institution | str | Path,
    world: World | str | Path = "w20",
    *,
    authorisation: bool = False,
) -> Committee:
    """Return the committee that a record, a name or a file stands for.

    Parameters
    ----------
    name : Committee, Body, Institution, str or Path
        A record; a name of the catalogue, looked up among committees, published cases, bodies and
        institutions, in this order; or a path to a TOML file of one of them.
    world : World, str or Path
        Where a body or an institution is seated.
    authorisation : bool
        Whether to take a body's rules for sanctions in place of those for adoption.

    Returns
    -------
    Committee

    Raises
    ------
    SpecificationError
        If the name is unknown, does not fit the world, or nobody votes there.

    Examples
    --------
    >>> committee("security_council", world="un193").size
    15
    >>> committee("charter").groups[:3]
    ('hegemon', 'ally_permanent', 'ally')
    """
    record = _record(name)
    if isinstance(record, Committee):
        return record
    return committee_of(record, named("worlds", world), authorisation=authorisation)


def _record(name: Any) -> Committee | Body | Institution:
    if isinstance(name, (Committee, Body, Institution)):
        return name
    if Path(name).suffix == ".toml":
        return _from_file(Path(name))
    for kind in ("committees", "bodies", "institutions"):
        if kind == "bodies" and str(name) in published_cases():
            case = published(str(name))
            if case.committee is None:
                raise SpecificationError(f"published case {case.id!r} is a game, not a committee")
            return case.committee
        if str(name) in catalogue.models(kind)[kind]:
            record: Committee | Body | Institution = catalogue.load(kind, name)
            return record
    known = [*published_cases()]
    for kind in ("committees", "bodies", "institutions"):
        known += catalogue.models(kind)[kind]
    hint = catalogue.nearest(str(name), known)
    raise SpecificationError(
        f"unknown body {str(name)!r}; {hint} (committees, bodies and institutions of "
        "`coopgames models`, published cases of `coopgames replicate`), or give a path to a "
        ".toml file"
    )


def _from_file(path: Path) -> Committee | Body | Institution:
    """Tell by its keys what a file describes; the catalogue reports what is wrong with it."""
    keys: set[str] = set()
    if path.is_file():
        try:
            keys = set(tomllib.loads(path.read_text(encoding="utf-8")))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError):
            keys = set()
    kind: Any = "bodies"
    if "voters" in keys:
        kind = "committees"
    elif keys & {"bodies", "extends", "composition"}:
        kind = "institutions"
    record: Committee | Body | Institution = catalogue.load(kind, path)
    return record
