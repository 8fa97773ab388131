"""Selectors: how a model file says which states it means, in any world."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ..errors import SpecificationError
from ..records import NonNegative, Probability, Record

__all__ = ["Assignment", "Selector"]


class Selector(Record, frozen=True, kw_only=True):
    """Some states of a world; exactly one of the six ways below, then ``skip`` and ``count``.

    ``role`` and ``tag`` name states, ``all`` takes everyone, ``top`` the largest by ``by``,
    ``at_least`` those with a share of ``by`` not below it, ``within`` those whose ideal point
    lies within that distance of ``of``. Of the states found, in the world's order, ``skip`` are
    passed over and ``count`` (or the share ``share``, rounded to the nearest) are taken.
    A ``share`` may come to nobody in a small world; anything else that finds nobody is an error.
    ``rotates`` marks elected seats that pass round the members of the same role.
    ``fallback = "next"`` takes, in a world that lacks the role or tag, the next ``count`` states
    the list has not selected yet.
    """

    role: str | None = None
    tag: str | None = None
    all: bool = False
    top: Annotated[int, msgspec.Meta(ge=1)] | None = None
    by: Literal["capability", "population", "endowment", "leverage"] = "capability"
    at_least: Probability | None = None
    within: Probability | None = None
    of: Literal["hegemon"] | Probability = "hegemon"
    count: Annotated[int, msgspec.Meta(ge=0)] | None = None
    share: Probability | None = None
    skip: Annotated[int, msgspec.Meta(ge=0)] = 0
    rotates: bool = False
    fallback: Literal["error", "next"] = "error"

    def _check(self) -> None:
        ways = [self.role, self.tag, self.all or None, self.top, self.at_least, self.within]
        given = sum(way is not None for way in ways)
        if given != 1:
            raise SpecificationError(
                "a selector needs exactly one of role, tag, all, top, at_least, within; "
                f"got {given}"
            )
        if self.count is not None and self.share is not None:
            raise SpecificationError("a selector takes count or share, not both")
        if self.fallback == "next" and self.count is None:
            raise SpecificationError("fallback = 'next' needs count")


class Assignment(Selector, frozen=True, kw_only=True):
    """A value for the states a selector finds; later assignments override earlier ones.

    ``vacant`` lets it name states without a seat, where it is void, instead of being an error.
    """

    value: NonNegative
    vacant: bool = False
