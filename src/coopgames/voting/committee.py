"""A committee: groups of voters with their weights, and the rule by which they decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated

import msgspec
import numpy as np

from ..errors import SpecificationError
from ..records import Identifier, Record, exact
from .rules import (
    HEADS,
    Amount,
    AnyRule,
    Dual,
    Quorum,
    Quota,
    Rule,
    Veto,
    groups_of,
    parts_of,
    weight_needed,
)

__all__ = ["Bloc", "Committee", "Voters", "weighted_committee"]

Whole = Annotated[int, msgspec.Meta(ge=1)]


class Voters(Record, frozen=True, kw_only=True):
    """A group of voters whom no rule tells apart.

    Attributes
    ----------
    id : str
        Name that rules use.
    count : int
        How many there are, at least 1.
    weights : dict of str to number or "a/b"
        What each one's vote weighs, by name of the weight; 0 where a name is missing. Everybody
        has weight 1 in ``"heads"``.
    title : str
        Name for people.
    """

    id: Identifier
    count: Whole = 1
    weights: dict[str, Amount] = {}
    title: str = ""

    def _check(self) -> None:
        if HEADS in self.weights:
            raise SpecificationError(
                f"weights: {HEADS!r} is 1 for everybody; name the weight otherwise; "
                f"got {self.weights[HEADS]!r}"
            )

    def weight(self, name: str) -> Fraction | int:
        """Return what one voter of the group weighs, exactly."""
        value = 1 if name == HEADS else self.weights.get(name, 0)
        return value if isinstance(value, int) else exact(value)


class Bloc(Record, frozen=True, kw_only=True):
    """Seats that vote as one: all of them Yes where ``rule`` passes, all No where it does not.

    The rule reads the personal votes of whomever it names, inside the bloc or outside; a union
    that speaks for its members has one over them, a leader is `dictator`.
    """

    id: Identifier
    seats: tuple[str, ...]
    rule: AnyRule

    def _check(self) -> None:
        if not self.seats:
            raise SpecificationError(f"seats: bloc {self.id!r} needs at least one group; got none")


class Committee(Record, frozen=True, kw_only=True):
    """Groups of voters and the rule by which they decide.

    Attributes
    ----------
    id : str
        Name.
    voters : tuple of Voters
        The groups; their order is the order of results.
    rule : Rule
        How they decide.
    blocs : tuple of Bloc
        Seats that are delegated and vote as one.
    title, description : str
        For people.
    sources : dict of str to str
        By key path; filled from the file.

    Raises
    ------
    SpecificationError
        If there are no voters, a name is unknown or occurs twice, a quota can't be met or is met
        by nobody's Yes, or the rule as a whole never passes or always does.

    Examples
    --------
    >>> council = Committee(
    ...     id="council",
    ...     voters=(Voters(id="permanent", count=5), Voters(id="elected", count=10)),
    ...     rule=Quota(votes=9) & Veto(by="permanent"),
    ... )
    >>> council.size
    15
    """

    id: Identifier = "committee"
    title: str = ""
    voters: tuple[Voters, ...]
    rule: AnyRule
    blocs: tuple[Bloc, ...] = ()
    description: str = ""
    sources: dict[str, str] = {}

    @property
    def size(self) -> int:
        """Number of voters."""
        return sum(group.count for group in self.voters)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, in order."""
        return tuple(group.id for group in self.voters)

    def position(self, group: str) -> int:
        """Return a group's place in the order.

        Raises
        ------
        SpecificationError
            If there is no such group.
        """
        if group not in self.groups:
            raise SpecificationError(
                f"unknown group {group!r}; groups are {', '.join(self.groups)}"
            )
        return self.groups.index(group)

    def _check(self) -> None:
        if not self.voters:
            raise SpecificationError("voters: a committee needs at least one group; got none")
        _no_repeats("voters", self.groups)
        _no_repeats("blocs", [bloc.id for bloc in self.blocs])
        seats = [seat for bloc in self.blocs for seat in bloc.seats]
        _no_repeats("blocs: seats", seats)
        for bloc in self.blocs:
            for seat in bloc.seats:
                self._known(seat, f"blocs: bloc {bloc.id!r}: seats")
            self._check_parts(bloc.rule, f"blocs: bloc {bloc.id!r}: rule")
        self._check_parts(self.rule, "rule")
        if self._meets_unanimity():
            return
        from .chance import chance_of_ballots
        from .tally import tally

        counts = np.array([group.count for group in self.voters])
        unanimous = {"yes": np.stack([0 * counts, counts]), "no": np.stack([counts, 0 * counts])}
        none, every = chance_of_ballots(tally(self), unanimous)
        if every == 0:
            raise SpecificationError(
                "rule: contradictory: it does not pass even if everybody says Yes"
            )
        if none == 1:
            raise SpecificationError("rule: it passes even if everybody says No")

    def _meets_unanimity(self) -> bool:
        """Whether it is plain that everybody's Yes passes and everybody's No does not.

        Every single quota has been checked for that, and a veto stops what everybody rejects.
        """
        parts = list(_elementary(self.rule))
        simple = all(
            isinstance(part, Quota) or (isinstance(part, Veto) and part.used > 0) for part in parts
        )
        return simple and not self.blocs and not _has_dual(self.rule)

    def _known(self, group: str, where: str) -> None:
        if group not in self.groups:
            raise SpecificationError(
                f"{where}: unknown group {group!r}; groups are {', '.join(self.groups)}"
            )

    def _check_parts(self, rule: Rule, where: str) -> None:
        for part in _elementary(rule):
            for group in groups_of(part) or ():
                self._known(group, where)
            _no_repeats(where, groups_of(part) or ())
            if isinstance(part, Veto):
                self._check_veto(part, where)
            elif isinstance(part, (Quota, Quorum)):
                self._check_quota(part, where)

    def members(self, part: Rule) -> tuple[Voters, ...]:
        """Return the groups an elementary rule speaks of."""
        names = groups_of(part)
        return tuple(group for group in self.voters if names is None or group.id in names)

    def total(self, part: Quota | Quorum) -> Fraction:
        """Return the weight of everybody an elementary rule speaks of."""
        return Fraction(
            sum(group.count * group.weight(part.weight) for group in self.members(part))
        )

    def _check_veto(self, part: Veto, where: str) -> None:
        holders = sum(group.count for group in self.members(part))
        if part.needed > holders:
            raise SpecificationError(
                f"{where}: veto: needed must be at most the number of holders ({holders}); "
                f"got {part.needed}"
            )

    def _check_quota(self, part: Quota | Quorum, where: str) -> None:
        kind = "quota" if isinstance(part, Quota) else "quorum"
        carried = {name for group in self.voters for name in group.weights} | {HEADS}
        if part.weight not in carried:
            raise SpecificationError(
                f"{where}: {kind}: weight: no voter carries {part.weight!r}; weights are "
                f"{', '.join(sorted(carried))}"
            )
        total = self.total(part)
        needed = weight_needed(part, total)
        given = f"votes={part.votes!r}" if part.share is None else f"share={part.share!r}"
        sense = "more than " if part.strict else ""
        if needed > total or (part.strict and needed == total):
            raise SpecificationError(
                f"{where}: {kind} can't be met: {sense}{needed} of {part.weight} are needed and "
                f"all together have {total}; got {given}"
            )
        if needed == 0 and not part.strict:
            raise SpecificationError(
                f"{where}: {kind} is met by nobody's Yes; it must be above 0, and a rule that "
                f"passes unless somebody says No is a veto; got {given}"
            )


def _elementary(rule: Rule) -> Iterator[Rule]:
    parts = parts_of(rule)
    if not parts:
        yield rule
    for part in parts:
        yield from _elementary(part)


def _has_dual(rule: Rule) -> bool:
    return isinstance(rule, Dual) or any(_has_dual(part) for part in parts_of(rule))


def _no_repeats(where: str, names: Sequence[str]) -> None:
    if len(set(names)) == len(names):
        return
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise SpecificationError(f"{where}: {twice[0]!r} occurs twice")


def weighted_committee(
    quota: Amount | None = None,
    weights: Mapping[str, Amount] | Sequence[Amount] = (),
    *,
    share: float | str | None = None,
    strict: bool = False,
    id: str = "committee",
) -> Committee:
    """Return the weighted committee [quota; weights].

    Parameters
    ----------
    quota : number or "a/b", optional
        Weight needed; instead of it ``share`` of the total.
    weights : mapping of name to weight, or sequence of weights
        One voter each; a sequence's voters are called ``v1``, ``v2``, ...
    share : number in [0, 1] or "a/b", optional
        Share of the total needed.
    strict : bool
        Whether more than the quota is needed.
    id : str
        Name.

    Returns
    -------
    Committee

    Raises
    ------
    SpecificationError
        If a weight is negative, nobody votes, or the quota can't be met or is met by nobody.

    Examples
    --------
    >>> weighted_committee(12, [4, 4, 4, 2, 2, 1]).size
    6
    """
    if not isinstance(weights, Mapping):
        weights = {f"v{number}": weight for number, weight in enumerate(weights, start=1)}
    weights = {name: getattr(value, "item", lambda v=value: v)() for name, value in weights.items()}
    voters = tuple(Voters(id=name, weights={"votes": value}) for name, value in weights.items())
    rule = Quota(votes=quota, share=share, weight="votes", strict=strict)
    return Committee(id=id, voters=voters, rule=rule)
