"""What one seat, one veto or one step of a quota does to the passage of a motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from ..errors import SpecificationError
from .committee import Committee, Voters
from .passage import Support, passage
from .rules import AnyRule, Dual, Quota, Veto, groups_of, parts_of, weight_needed
from .words import rule_in_words

__all__ = ["Change", "sensitivity"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """One change of a committee, and the passage of a motion before and after.

    ``kind`` is ``seat``, ``veto`` or ``quota``; ``effect`` is after minus before.
    """

    kind: str
    change: str
    before: Fraction | float
    after: Fraction | float

    @property
    def effect(self) -> Fraction | float:
        """By how much the passage rises."""
        return self.after - self.before


def sensitivity(
    committee: Committee,
    support: Support = 0.5,
    *,
    abstention: float | str | Fraction = 0,
    absence: float | str | Fraction = 0,
    correlation: float | str | Fraction = 0,
    exact: bool = False,
) -> list[Change]:
    """Return what every single change of seats, vetoes and quotas does to passage.

    A seat more or less in a group leaves numbers of votes as they are and takes shares of the new
    total. A veto is taken from one group that holds it, or given to every voter of one that holds
    none over the whole rule. A quota goes up or down by one vote, or by the least weight that
    anybody meant carries.

    Parameters
    ----------
    committee, support, abstention, absence, correlation, exact
        As in `coopgames.passage`.

    Returns
    -------
    list of Change
        Changes that leave no committee (a quota that can't be met, no voters) are left out.

    Raises
    ------
    CoopgamesError, BudgetError
        As in `coopgames.passage`.

    Examples
    --------
    >>> from coopgames.voting import weighted_committee
    >>> changes = sensitivity(weighted_committee(2, {"a": 1, "b": 1, "c": 1}), "1/2", exact=True)
    >>> [(c.kind, c.change, c.effect) for c in changes][-1]
    ('quota', 'Yes of at least 2 of votes: 1 more', Fraction(-3, 8))
    """

    def passes(item: Committee, given: Support) -> Fraction | float:
        return passage(
            item,
            given,
            abstention=abstention,
            absence=absence,
            correlation=correlation,
            exact=exact,
        ).probability

    before = passes(committee, support)
    out = []
    for kind, change, make in _changes(committee):
        try:
            other = make()
        except SpecificationError:
            continue
        given = support
        if isinstance(support, Mapping):
            given = {name: support[name] for name in other.groups}
        out.append(Change(kind=kind, change=change, before=before, after=passes(other, given)))
    return out


Candidate = tuple[str, str, Callable[[], Committee]]


def _changes(committee: Committee) -> Iterator[Candidate]:
    yield from _seats(committee)
    yield from _vetoes(committee)
    yield from _quotas(committee)


def _seats(committee: Committee) -> Iterator[Candidate]:
    for group in committee.voters:
        yield "seat", f"{group.id}: a seat less", partial(_resized, committee, group, -1)
        yield "seat", f"{group.id}: a seat more", partial(_resized, committee, group, 1)


def _resized(committee: Committee, group: Voters, step: int) -> Committee:
    """Return the committee with a voter more or less in a group, which may vanish."""
    if group.count + step > 0:
        voters = [
            item.replace(count=item.count + step) if item is group else item
            for item in committee.voters
        ]
        return committee.replace(voters=tuple(voters))
    rule = committee.rule
    for part, place in _places(rule):
        names = groups_of(part) or ()
        if group.id in names:
            rest = tuple(name for name in names if name != group.id)
            field = "by" if isinstance(part, Veto) else "of"
            if not rest:
                raise SpecificationError(f"{field}: nobody is left in {rule_in_words(part)}")
            rule = _edited(rule, place, part.replace(**{field: rest}))
    blocs = []
    for bloc in committee.blocs:
        seats = tuple(seat for seat in bloc.seats if seat != group.id)
        if seats:
            blocs.append(bloc.replace(seats=seats))
    return committee.replace(
        voters=tuple(item for item in committee.voters if item is not group),
        rule=rule,
        blocs=tuple(blocs),
    )


def _vetoes(committee: Committee) -> Iterator[Candidate]:
    for group in committee.groups:
        holds = any(
            isinstance(part, Veto) and group in (groups_of(part) or committee.groups)
            for part, _ in _places(committee.rule)
        )
        if holds:
            yield "veto", f"{group}: without its veto", partial(_disarmed, committee, group)
        else:
            yield "veto", f"{group}: with a veto", partial(_armed, committee, group)


def _armed(committee: Committee, group: str) -> Committee:
    return committee.replace(rule=committee.rule & Veto(by=group))


def _disarmed(committee: Committee, group: str) -> Committee:
    """Return the committee with a group struck from every veto."""
    rule = committee.rule
    for part, place in _places(rule):
        holders = groups_of(part) or committee.groups
        if isinstance(part, Veto) and group in holders:
            rest = tuple(name for name in holders if name != group)
            # A veto that nobody uses stands for none.
            rule = _edited(rule, place, part.replace(by=rest) if rest else part.replace(used=0.0))
    return committee.replace(rule=rule)


def _quotas(committee: Committee) -> Iterator[Candidate]:
    for part, place in _places(committee.rule):
        if not isinstance(part, Quota) or part.base != "members":
            continue
        own = [group.weight(part.weight) for group in committee.members(part)]
        unit = Fraction(min(w for w in own if w > 0))
        words = rule_in_words(part)
        yield "quota", f"{words}: {float(unit):g} less", partial(_moved, committee, place, -unit)
        yield "quota", f"{words}: {float(unit):g} more", partial(_moved, committee, place, unit)


def _moved(committee: Committee, place: tuple[int, ...], step: Fraction) -> Committee:
    """Return the committee with a quota moved."""
    part = next(item for item, where in _places(committee.rule) if where == place)
    votes = weight_needed(part, committee.total(part)) + step
    if votes < 0:
        raise SpecificationError(f"votes: must be at least 0; got {votes}")
    changed = part.replace(votes=f"{votes.numerator}/{votes.denominator}", share=None)
    return committee.replace(rule=_edited(committee.rule, place, changed))


def _places(rule: AnyRule, place: tuple[int, ...] = ()) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """Yield every elementary rule and the path of positions that leads to it."""
    parts = parts_of(rule)
    if not parts:
        yield rule, place
    for position, part in enumerate(parts):
        yield from _places(part, (*place, position))


def _edited(rule: Any, place: tuple[int, ...], new: AnyRule) -> AnyRule:
    """Return the rule with the part at a place replaced."""
    if not place:
        return new
    inner = _edited(parts_of(rule)[place[0]], place[1:], new)
    if isinstance(rule, Dual):
        return rule.replace(rule=inner)
    parts = list(rule.rules)
    parts[place[0]] = inner
    changed: AnyRule = rule.replace(rules=tuple(parts))
    return changed
