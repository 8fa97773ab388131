"""Experiments over institutions and axes: what winner maps and refinement have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ... import catalogue
from ...catalogue import nearest
from ...errors import SpecificationError
from ...institutions import Institution
from ...problems import Problem
from ...worlds import World
from ..sweeps.dynamics import DYNAMICS

__all__ = ["SENSE", "base_of", "institution_axis", "sense_of"]

#: 1 where more is better, -1 where less is. Others have no better side.
SENSE = {
    "success_rate": 1,
    "achievement": 1,
    "act_rate": 1,
    "coverage": 1,
    "adoption": 1,
    "compliance": 1,
    "spell": 1,
    "value_added": 1,
    "free_riding": -1,
    "exclusion": -1,
    "gridlock": -1,
    "onset": -1,
    "off_preference": -1,
}

#: Fields of an experiment that may be passed on.
_SETTINGS = ("options", "dynamic", "solver", "simulation", "common_random_numbers", "seed", "chunk")


def sense_of(measure: str) -> int:
    """Return 1 where more of a measure is better, -1 where less is.

    Raises
    ------
    SpecificationError
        If there is no such measure, or no better side of it.
    """
    if measure not in SENSE:
        raise SpecificationError(
            f"measure: {measure!r} has no better side, or is unknown; "
            f"{nearest(measure, list(SENSE))}"
        )
    return SENSE[measure]


def base_of(
    problem: Problem | str | Path,
    world: World | str | Path,
    measures: tuple[str, ...],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the fields of an experiment but its axes; refuse what is no setting of one."""
    for name in settings:
        if name not in _SETTINGS:
            raise SpecificationError(f"unknown setting {name!r}; {nearest(name, _SETTINGS)}")
    places = {"problem": problem, "world": world}
    base = {
        **{name: str(item) if isinstance(item, Path) else item for name, item in places.items()},
        "measures": measures,
        **settings,
    }
    if "dynamic" in base and not isinstance(base["dynamic"], Mapping):
        base["dynamic"] = _table(base["dynamic"])
    return base


def _table(dynamic: Any) -> dict[str, Any]:
    """Return the table of an experiment that stands for a dynamic."""
    known = {made: name for name, made in DYNAMICS.items()}
    if type(dynamic).__name__ not in known:
        raise SpecificationError(
            f"dynamic must be one of {', '.join(known)}, or a table; got {dynamic!r}"
        )
    held = {field.name: getattr(dynamic, field.name) for field in fields(dynamic)}
    given = {name: value for name, value in held.items() if value is not None}
    return {"name": known[type(dynamic).__name__], **given}


@contextmanager
def institution_axis(institutions: Sequence[Institution | str | Path]) -> Iterator[tuple[str, ...]]:
    """Yield the values of an axis of institutions; records stand in files while it is used.

    An axis holds names and paths. What is run, hashed and stored are the records themselves.
    """
    with TemporaryDirectory() as folder:
        values = []
        for item in institutions:
            if isinstance(item, Institution):
                path = Path(folder) / f"{item.id}.toml"
                path.write_text(catalogue.dump(item), encoding="utf-8")
                values.append(str(path))
            else:
                values.append(str(item))
        yield tuple(values)
