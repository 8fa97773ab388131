"""Worlds from tables: a CSV file, a data frame, or rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ..errors import SpecificationError
from .records import Role, World

__all__ = ["world_from_table"]

_FIELDS = tuple(Role.__struct_fields__)


def world_from_table(
    table: str | Path | Iterable[Mapping[str, Any]] | Any,
    *,
    id: str = "table",
    hegemon: str | None = None,
    **dispositions: Any,
) -> World:
    """Return the world whose rows are roles, or single states where there is no ``count``.

    Parameters
    ----------
    table : path of a CSV file, data frame, or iterable of mappings
        Columns are the fields of `Role`: ``name`` and ``capability`` at least, and ``count``,
        ``ideal_point``, ``endowment``, ``population``, ``tags`` (separated by spaces). Others are
        refused.
    id, hegemon : str
        Name of the world, and of the row whose first state is the hegemon (the most capable by
        default).
    **dispositions
        Other fields of `World`, such as ``polarisation``.

    Returns
    -------
    World

    Raises
    ------
    SpecificationError
        With the row and column of the first value that is missing or breaks its bound.

    Examples
    --------
    >>> rows = [{"name": "big", "capability": 3}, {"name": "small", "capability": 1, "count": 4}]
    >>> world_from_table(rows).size
    5
    """
    roles = tuple(_role(row, number) for number, row in enumerate(_rows(table), start=1))
    return World(id=id, roles=roles, hegemon=hegemon, **dispositions)


def _rows(table: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(table, (str, Path)):
        with Path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    if hasattr(table, "to_dict"):
        return list(table.to_dict(orient="records"))
    return list(table)


def _role(row: Mapping[str, Any], number: int) -> Role:
    unknown = sorted(set(row) - set(_FIELDS))
    if unknown:
        raise SpecificationError(
            f"row {number}: unknown column {unknown[0]!r}; columns are {', '.join(_FIELDS)}"
        )
    given = {key: value for key, value in row.items() if value not in (None, "")}
    fields: dict[str, Any] = {"count": 1, **given}
    if isinstance(fields.get("tags"), str):
        fields["tags"] = fields["tags"].split()
    try:
        return msgspec.convert(fields, Role, strict=False)
    except msgspec.ValidationError as problem:
        raise SpecificationError(f"row {number}: {problem}") from None
