"""Yes-no decision rules: a small algebra of monotone rules over named groups of voters.

A ballot is Yes, No, an abstention (present, for neither side) or an absence. A rule is a quota, a
veto, a quorum, or made of rules: all of them (``&``), any of them (``|``), so many of them, the
dual of one. More Yes never turns an adoption into a rejection (`Dual` included), so that a rule
without de facto vetoes is a simple game (Taylor & Zwicker 1999).

Who is meant by the groups' names, and what their votes weigh, a `Committee` says.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

import msgspec

from ..errors import SpecificationError
from ..records import NonNegative, Probability, Record, Share, exact

__all__ = [
    "HEADS",
    "AllOf",
    "Amount",
    "AnyOf",
    "AnyRule",
    "Dual",
    "Quorum",
    "Quota",
    "Rule",
    "SomeOf",
    "Veto",
    "casting_vote",
    "dictator",
    "groups_of",
    "parts_of",
    "silence",
    "unanimity",
    "weight_needed",
]

#: A weight or a number of votes: a decimal, or an exact fraction such as ``"7/2"``.
Amount = NonNegative | Annotated[str, msgspec.Meta(pattern=r"^\d+/[1-9]\d*$")]
#: Names of groups: one, several, or all (None).
Groups = str | tuple[str, ...] | None
Whole = Annotated[int, msgspec.Meta(ge=1)]
#: The weight that counts every voter as one.
HEADS = "heads"


class Rule(Record, frozen=True, kw_only=True, tag_field="kind"):
    """A yes-no decision rule; combine with ``&`` (both) and ``|`` (either)."""

    def __and__(self, other: Rule) -> AllOf:
        """Return the rule that passes what both pass."""
        return AllOf(rules=(*_flat(self, AllOf), *_flat(other, AllOf)))

    def __or__(self, other: Rule) -> AnyOf:
        """Return the rule that passes what either passes."""
        return AnyOf(rules=(*_flat(self, AnyOf), *_flat(other, AnyOf)))


class Quota(Rule, frozen=True, kw_only=True, tag="quota"):
    """Passes with enough weight of Yes.

    Attributes
    ----------
    votes : number or "a/b", optional
        The weight needed. Exactly one of ``votes`` and ``share`` is given.
    share : number in [0, 1] or "a/b", optional
        The share needed of the base's weight.
    of : str or tuple of str, optional
        The groups whose votes count; all by default.
    weight : str
        Which weight counts: ``"heads"`` (everybody one) or one the voters carry, such as
        ``"votes"``, ``"population"``, ``"capability"``.
    base : {'members', 'present', 'voting'}
        Whose weight the share is of: all of ``of``; those not absent; those who say Yes or No.
        Where nobody votes nothing passes.
    strict : bool
        Whether more than the quota is needed.
    """

    votes: Amount | None = None
    share: Share | None = None
    of: Groups = None
    weight: str = HEADS
    base: Literal["members", "present", "voting"] = "members"
    strict: bool = False

    def _check(self) -> None:
        if (self.votes is None) == (self.share is None):
            raise SpecificationError(
                f"a quota needs exactly one of votes and share; got votes={self.votes!r}, "
                f"share={self.share!r}"
            )
        if self.votes is not None and self.base != "members":
            raise SpecificationError(
                f"base: a number of votes has no base; give a share of those {self.base}, "
                f"or leave base out; got votes={self.votes!r}"
            )
        if self.share is not None and exact(self.share) > 1:
            raise SpecificationError(f"share: must lie in [0, 1]; got {self.share!r}")


class Veto(Rule, frozen=True, kw_only=True, tag="veto"):
    """Passes unless enough of a group say No and use it as a veto; abstaining is no veto.

    Attributes
    ----------
    by : str or tuple of str, optional
        The groups that hold the veto; everybody by default (consensus by silence).
    needed : int
        How many of them it takes.
    used : number in [0, 1]
        Probability that a No is used as a veto; below 1 it is a de facto veto. Each No of each
        `Veto` draws for itself.
    """

    by: Groups = None
    needed: Whole = 1
    used: Probability = 1.0


class Quorum(Rule, frozen=True, kw_only=True, tag="quorum"):
    """Passes when enough weight is present: says Yes, says No, or abstains.

    Attributes are those of `Quota` without a base.
    """

    votes: Amount | None = None
    share: Share | None = None
    of: Groups = None
    weight: str = HEADS
    strict: bool = False

    def _check(self) -> None:
        if (self.votes is None) == (self.share is None):
            raise SpecificationError(
                f"a quorum needs exactly one of votes and share; got votes={self.votes!r}, "
                f"share={self.share!r}"
            )


class AllOf(Rule, frozen=True, kw_only=True, tag="all"):
    """Passes what every one of its rules passes: chambers that must agree, a vote and no veto."""

    rules: tuple[AnyRule, ...]

    def _check(self) -> None:
        _at_least_one(self.rules, "all")


class AnyOf(Rule, frozen=True, kw_only=True, tag="any"):
    """Passes what any of its rules passes: a way round, an override."""

    rules: tuple[AnyRule, ...]

    def _check(self) -> None:
        _at_least_one(self.rules, "any")


class SomeOf(Rule, frozen=True, kw_only=True, tag="some"):
    """Passes what at least ``needed`` of its rules pass."""

    rules: tuple[AnyRule, ...]
    needed: Whole

    def _check(self) -> None:
        _at_least_one(self.rules, "some")
        if self.needed > len(self.rules):
            raise SpecificationError(
                f"needed: must be at most the number of rules ({len(self.rules)}); "
                f"got {self.needed}"
            )


class Dual(Rule, frozen=True, kw_only=True, tag="dual"):
    """Passes a motion whose opponents could not pass its opposite by ``rule``: those who block."""

    rule: AnyRule


AnyRule = Quota | Veto | Quorum | AllOf | AnyOf | SomeOf | Dual


def _at_least_one(rules: tuple[Rule, ...], kind: str) -> None:
    if not rules:
        raise SpecificationError(f"rules: {kind!r} needs at least one rule; got none")


def _flat(rule: Any, kind: type[AllOf | AnyOf]) -> tuple[AnyRule, ...]:
    return rule.rules if isinstance(rule, kind) else (rule,)


def parts_of(rule: Rule) -> tuple[AnyRule, ...]:
    """Return the rules a rule is directly made of."""
    if isinstance(rule, Dual):
        return (rule.rule,)
    return rule.rules if isinstance(rule, (AllOf, AnyOf, SomeOf)) else ()


def groups_of(rule: Rule) -> tuple[str, ...] | None:
    """Return the groups an elementary rule speaks of; None is everybody, or a composed rule."""
    groups = rule.by if isinstance(rule, Veto) else getattr(rule, "of", None)
    return (groups,) if isinstance(groups, str) else groups


def weight_needed(rule: Quota | Quorum, total: Fraction) -> Fraction:
    """Return the weight that a quota or quorum needs of a base that weighs ``total``.

    Examples
    --------
    >>> weight_needed(Quota(share="2/3"), Fraction(15))
    Fraction(10, 1)
    """
    if rule.votes is not None:
        return exact(rule.votes)
    assert rule.share is not None
    return exact(rule.share) * total


# --- shorthands ------------------------------------------------------------------------------


def unanimity(of: Groups = None) -> Quota:
    """Return the rule that needs everybody's Yes; an abstention stops it.

    Examples
    --------
    >>> unanimity("permanent").share
    1.0
    """
    return Quota(share=1.0, of=of)


def silence(of: Groups = None) -> Veto:
    """Return consensus by silence: it passes unless somebody says No."""
    return Veto(by=of)


def dictator(who: str) -> Quota:
    """Return the rule that one voter decides alone."""
    return Quota(share=1.0, of=who)


def casting_vote(chair: str, *, of: Groups = None, weight: str = HEADS) -> AnyOf:
    """Return the simple majority of ``of`` in which the chair's Yes breaks a tie.

    Examples
    --------
    >>> senate = casting_vote("vice_president", of="senators")
    >>> len(senate.rules)
    2
    """
    half = Quota(share=0.5, of=of, weight=weight)
    return half.replace(strict=True) | (half & dictator(chair))
