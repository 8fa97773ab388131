"""A value put into a record by its dotted path, the same path as in the record's file.

``bodies.council.severity`` names a body by its id, ``roles.rival.capability`` a role by its name,
``leverage.hegemon`` a key of a table, and ``*`` every body or role. A body's chamber fields change
in every chamber, as in `coopgames.variant`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ...catalogue import nearest
from ...errors import SpecificationError
from ...institutions import Body, Institution, variant
from ...records import Record

__all__ = ["with_value"]

R = TypeVar("R", bound=Record)

#: Fields that name or describe; no result depends on them.
LABELS = ("id", "name", "title", "description", "sources", "position", "family")


def with_value(record: R, steps: Sequence[str], value: Any) -> R:
    """Return a copy of a record with the value at a path replaced.

    Parameters
    ----------
    record : Record
    steps : sequence of str
        The path's words, from this record on.
    value : object
        Checked by the record.

    Raises
    ------
    SpecificationError
        With near names if a word leads nowhere, or as the record says of the value.

    Examples
    --------
    >>> from coopgames.catalogue import load
    >>> charter = with_value(load("institutions", "charter"), ["bodies", "*", "severity"], 0.25)
    >>> charter.bodies[0].severity
    0.25
    """
    name, rest = steps[0], steps[1:]
    fields = [field for field in record.__struct_fields__ if field not in LABELS]
    if name not in fields:
        raise SpecificationError(
            f"{_called(record)} has no parameter {name!r}; {nearest(name, fields)}"
        )
    if isinstance(record, Institution) and name == "bodies" and len(rest) == 2:
        return _in_bodies(record, rest[0], rest[1], value)  # type: ignore[return-value]
    if not rest:
        return record.replace(**{name: _fitting(record, name, value)})
    return record.replace(**{name: _inside(record, name, getattr(record, name), rest, value)})


def _in_bodies(institution: Institution, which: str, name: str, value: Any) -> Institution:
    """Chamber fields of a body with several chambers change in each of them."""
    ids = [body.id for body in institution.bodies]
    fields = [field for field in Body.__struct_fields__ if field not in LABELS]
    if which != "*" and which not in ids:
        hint = nearest(which, [*ids, "*"]) if ids else "it has no bodies"
        raise SpecificationError(f"{_called(institution)} has no body {which!r}; {hint}")
    if name not in fields:
        raise SpecificationError(f"a body has no parameter {name!r}; {nearest(name, fields)}")
    if not ids:
        return institution
    value = _fitting(institution.bodies[0], name, value)
    return variant(institution, body=None if which == "*" else which, **{name: value})


def _fitting(record: Record, name: str, value: Any) -> Any:
    """Return 3.0 as 3 where the record holds a whole number."""
    if isinstance(value, float) and value.is_integer() and type(getattr(record, name)) is int:
        return int(value)
    return value


def _inside(record: Record, name: str, held: Any, steps: Sequence[str], value: Any) -> Any:
    where = f"{_called(record)}: {name}"
    if isinstance(held, Record):
        return with_value(held, steps, value)
    if isinstance(held, dict):
        if len(steps) > 1 or steps[0] not in held:
            raise SpecificationError(
                f"{where} has no entry {'.'.join(steps)!r}; {nearest(steps[0], list(held))}"
            )
        return {**held, steps[0]: value}
    if isinstance(held, tuple) and all(isinstance(item, (Record, int, float)) for item in held):
        return _in_list(where, held, steps, value)
    raise SpecificationError(f"{where} is {held!r} and has no {'.'.join(steps)!r} inside")


def _in_list(where: str, held: tuple[Any, ...], steps: Sequence[str], value: Any) -> Any:
    labels = [_label(item, position) for position, item in enumerate(held)]
    which, rest = steps[0], steps[1:]
    if which != "*" and which not in labels:
        hint = nearest(which, [*labels, "*"]) if labels else "there are none"
        raise SpecificationError(f"{where} has no {which!r}; {hint}")
    out = []
    for label, item in zip(labels, held, strict=True):
        if which not in ("*", label):
            out.append(item)
        elif isinstance(item, Record) == bool(rest):
            out.append(with_value(item, rest, value) if rest else value)
        else:
            raise SpecificationError(
                f"{where}.{which} needs {'' if rest else 'a parameter '}after it"
            )
    return tuple(out)


def _label(item: Any, position: int) -> str:
    return str(getattr(item, "id", None) or getattr(item, "name", None) or position)


def _called(record: Record) -> str:
    kind = type(record).__name__.lower()
    label = getattr(record, "id", None) or getattr(record, "name", None)
    return f"{kind} {label!r}" if label else kind
