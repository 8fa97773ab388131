"""A world: N states in roles inside which they are exchangeable (model D2, D8)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from ..errors import SpecificationError
from ..records import Identifier, NonNegative, Probability, Record

__all__ = ["Role", "World"]


class Role(Record, frozen=True, kw_only=True):
    """States that differ in nothing the model knows.

    ``capability``, ``endowment`` and ``population`` are per state; only ratios matter.
    ``ideal_point`` lies on the unit interval. ``tags`` let institutions name a kind of state
    (``permanent``, ``democracy``) without naming roles.
    """

    name: Identifier
    count: Annotated[int, msgspec.Meta(ge=1)]
    capability: NonNegative
    ideal_point: Probability = 0.5
    endowment: NonNegative | None = None
    population: NonNegative = 1.0
    tags: tuple[str, ...] = ()


class World(Record, frozen=True, kw_only=True):
    """States grouped in roles, with the dispositions all bodies share."""

    id: Identifier
    title: str = ""
    roles: tuple[Role, ...]
    hegemon: str | None = None
    base_support: Probability = 0.95
    polarisation: Probability = 0.6
    in_group_protection: Probability = 0.3
    description: str = ""
    sources: dict[str, str] = {}

    def _check(self) -> None:
        names = [role.name for role in self.roles]
        if not names:
            raise SpecificationError(f"world {self.id!r}: roles must not be empty")
        if len(set(names)) < len(names):
            raise SpecificationError(f"world {self.id!r}: role names must differ; got {names}")
        if self.hegemon is not None and self.hegemon not in names:
            raise SpecificationError(
                f"world {self.id!r}: hegemon must name a role; got {self.hegemon!r}, "
                f"roles are {', '.join(names)}"
            )
        if sum(role.count * role.capability for role in self.roles) <= 0:
            raise SpecificationError(f"world {self.id!r}: total capability must be > 0")

    @property
    def size(self) -> int:
        """Number of states."""
        return sum(role.count for role in self.roles)
