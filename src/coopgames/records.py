"""The base of every model record: frozen, keyword-only, validated from file and from Python alike.

A record is plain data with the same field names in TOML, in Python and as an axis of an
experiment. Numbers are kept as written; `exact` turns one into the rational its shortest decimal
denotes, so that ties in votes and thresholds are decided by integers.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Self, get_type_hints

import msgspec

from .errors import SpecificationError

__all__ = ["Identifier", "NonNegative", "Positive", "Probability", "Record", "Share", "exact"]

Probability = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
NonNegative = Annotated[float, msgspec.Meta(ge=0.0)]
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_\-]*$")]
#: A share in [0, 1]: a decimal, or an exact fraction such as ``"2/3"``.
Share = (
    Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
    | Annotated[str, msgspec.Meta(pattern=r"^\d+/[1-9]\d*$")]
)


def exact(value: float | str | Fraction) -> Fraction:
    """Return the rational that a number's shortest decimal, or a string ``"a/b"``, denotes.

    Examples
    --------
    >>> exact(0.6), exact("2/3")
    (Fraction(3, 5), Fraction(2, 3))
    """
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    return Fraction(str(value))


@cache
def _field_types(cls: type[Record]) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in cls.__struct_fields__}


@cache
def _checker(cls: type[Record]) -> type[msgspec.Struct]:
    """Return a struct of the same fields without our checks, to validate all of them at once."""
    return msgspec.defstruct("Checker", list(_field_types(cls).items()), kw_only=True)


@cache
def _numeric(cls: type[Record]) -> tuple[str, ...]:
    """Return the fields that may hold a float."""
    plain = (str, int, bool)
    hints = _field_types(cls).items()
    return tuple(name for name, hint in hints if getattr(hint, "__origin__", hint) not in plain)


def _finite(value: Any) -> bool:
    """Whether every float in a value, its list or its table is finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (tuple, list)):
        return True
    return all(map(_finite, value))


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Frozen, keyword-only record whose bounds hold however it is built."""

    def __post_init__(self) -> None:
        if not self._well_typed():
            self._refuse()
        self._check()

    def _well_typed(self) -> bool:
        try:
            msgspec.convert(self, _checker(type(self)), from_attributes=True, str_keys=False)
        except msgspec.ValidationError:
            return False
        return all(_finite(getattr(self, name)) for name in _numeric(type(self)))

    def _refuse(self) -> None:
        """Raise for the first field that is wrong."""
        for name, annotation in _field_types(type(self)).items():
            value = getattr(self, name)
            if not _finite(value):
                raise SpecificationError(f"{name}: Expected a finite number; got {value!r}")
            try:
                msgspec.convert(value, annotation, str_keys=False)
            except msgspec.ValidationError as problem:
                raise SpecificationError(f"{name}: {problem}; got {value!r}") from None

    def _check(self) -> None:
        """Raise `SpecificationError` where fields contradict each other; overridden by records."""

    def replace(self, **changes: Any) -> Self:
        """Return a copy with fields replaced, validated like the original."""
        unknown = sorted(set(changes) - set(self.__struct_fields__))
        if unknown:
            raise SpecificationError(
                f"{type(self).__name__} has no field {unknown[0]!r}; "
                f"fields are {', '.join(self.__struct_fields__)}"
            )
        return msgspec.structs.replace(self, **changes)
