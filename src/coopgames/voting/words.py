"""Decision rules in words."""

from __future__ import annotations

from ..records import exact
from .rules import HEADS, AllOf, AnyOf, Dual, Quorum, Quota, Rule, SomeOf, Veto, groups_of

__all__ = ["rule_in_words"]


def rule_in_words(rule: Rule) -> str:
    """Return a rule as a phrase.

    Examples
    --------
    >>> rule_in_words(Quota(votes=9) & Veto(by="permanent"))
    'at least 9 Yes and no veto of permanent'
    >>> rule_in_words(Quota(share=0.65, weight="population") | Quota(votes=24))
    'Yes of at least 0.65 of population, or at least 24 Yes'
    """
    if isinstance(rule, Quota):
        return _quota(rule)
    if isinstance(rule, Veto):
        return _veto(rule)
    if isinstance(rule, Quorum):
        return f"a quorum of {_amount(rule)}{_who(rule, ' of ')}"
    if isinstance(rule, Dual):
        return f"what its opponents cannot undo by ({rule_in_words(rule.rule)})"
    assert isinstance(rule, (AllOf, AnyOf, SomeOf))
    inside = [
        f"({rule_in_words(part)})" if isinstance(part, (AllOf, AnyOf)) else rule_in_words(part)
        for part in rule.rules
    ]
    if isinstance(rule, SomeOf):
        return f"at least {rule.needed} of: {'; '.join(inside)}"
    return (" and " if isinstance(rule, AllOf) else ", or ").join(inside)


def _who(rule: Rule, before: str) -> str:
    groups = groups_of(rule)
    return "" if groups is None else before + ", ".join(groups)


def _amount(rule: Quota | Quorum) -> str:
    sense = "more than" if rule.strict else "at least"
    if rule.votes is not None:
        number = rule.votes if isinstance(rule.votes, str) else f"{rule.votes:g}"
        return f"{sense} {number}" + ("" if rule.weight == HEADS else f" of {rule.weight}")
    share = rule.share if isinstance(rule.share, str) else f"{rule.share:g}"
    what = "the voters" if rule.weight == HEADS else rule.weight
    base = {"present": " present", "voting": " voting"}.get(getattr(rule, "base", ""), "")
    return f"{sense} {share} of {what}{base}"


def _quota(rule: Quota) -> str:
    groups = groups_of(rule)
    if rule.share is not None and exact(rule.share) == 1 and rule.base == "members":
        return f"Yes of all of {', '.join(groups)}" if groups else "everybody's Yes"
    if rule.votes is not None and rule.weight == HEADS:
        return f"{_amount(rule)} Yes{_who(rule, ' of ')}"
    return f"Yes of {_amount(rule)}{_who(rule, ' among ')}"


def _veto(rule: Veto) -> str:
    holders = _who(rule, " of ") or " of anybody"
    number = "no veto" if rule.needed == 1 else f"fewer than {rule.needed} vetoes"
    used = "" if rule.used == 1 else f", a No being used as one with probability {rule.used:g}"
    return f"{number}{holders}{used}"
