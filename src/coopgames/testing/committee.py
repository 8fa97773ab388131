"""Random committees: groups, weights, nested rules, vetoes, blocs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import reject
from hypothesis import strategies as st

from ..errors import SpecificationError
from ..records import exact
from ..voting import (
    AllOf,
    AnyOf,
    Bloc,
    Committee,
    Dual,
    Quorum,
    Quota,
    Rule,
    SomeOf,
    Veto,
    Voters,
    casting_vote,
)

__all__ = ["committees"]

_GROUPS = ("a", "b", "c", "d", "e")
_WEIGHTS = ("votes", "population")
#: None leaves the weight out, which is the same as 0.
_AMOUNTS: tuple[float | str | None, ...] = (1, 2, 3, 5, "1/2", "4/3", 2.5, 0, None)
_SHARES: tuple[float | str, ...] = (0.5, 1.0, "2/3", 0.25, 0.6, "1/3", 0.0)
_USED = (1.0, 0.5, 0.25, 0.9, 0.1, 0.0)
_DEPTH = 3


class _Scope(NamedTuple):
    """Who may be named, and which rules there are."""

    voters: tuple[Voters, ...]
    bases: bool
    #: Groups whose vetoes may be de facto ones.
    doubtful: frozenset[str] = frozenset()

    def members(self, groups: tuple[str, ...] | None) -> tuple[Voters, ...]:
        return tuple(group for group in self.voters if groups is None or group.id in groups)

    def count(self, groups: tuple[str, ...] | None) -> int:
        return sum(group.count for group in self.members(groups))

    def total(self, groups: tuple[str, ...] | None, weight: str) -> Fraction:
        return Fraction(sum(group.count * group.weight(weight) for group in self.members(groups)))


@st.composite
def _voters(draw: st.DrawFn, max_voters: int) -> tuple[Voters, ...]:
    names = _GROUPS[: draw(st.integers(1, min(len(_GROUPS), max_voters)))]
    carried = _WEIGHTS[: draw(st.integers(0, len(_WEIGHTS)))]
    out = []
    free = max_voters - len(names)
    for name in names:
        more = draw(st.integers(0, free))
        free -= more
        weights = {weight: draw(st.sampled_from(_AMOUNTS)) for weight in carried}
        given = {weight: value for weight, value in weights.items() if value is not None}
        out.append(Voters(id=name, count=1 + more, weights=given))
    return tuple(out)


def _some(names: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the names, at least one, in their order."""
    subset = st.sets(st.sampled_from(names), min_size=1)
    return subset.map(lambda chosen: tuple(name for name in names if name in chosen))


def _groups(scope: _Scope) -> st.SearchStrategy[tuple[str, ...] | None]:
    return st.none() | _some([group.id for group in scope.voters])


@st.composite
def _bar(draw: st.DrawFn, scope: _Scope) -> dict[str, Any]:
    """Fields that a quota and a quorum have in common: votes or share, whose, strict or not."""
    groups = draw(_groups(scope))
    weighed = [name for name in ("heads", *_WEIGHTS) if scope.total(groups, name) > 0]
    weight = draw(st.sampled_from(weighed))
    total = scope.total(groups, weight)
    whole = st.integers(0, int(total)).map(Fraction)
    quarters = st.integers(1, 4).map(lambda parts: total * parts / 4)
    out: dict[str, Any] = {"of": groups, "weight": weight}
    if draw(st.booleans()):
        needed = draw(whole | quarters)
        out["votes"] = int(needed) if needed.denominator == 1 else str(needed)
    else:
        out["share"] = draw(st.sampled_from(_SHARES))
        needed = exact(out["share"]) * total
    # Zero is reached by nobody's Yes, and nothing is above the total.
    out["strict"] = needed == 0 or (needed < total and draw(st.booleans()))
    return out


@st.composite
def _quotas(draw: st.DrawFn, scope: _Scope) -> Quota:
    fields = draw(_bar(scope))
    if scope.bases and "share" in fields:
        fields["base"] = draw(st.sampled_from(("members", "voting", "present")))
    return Quota(**fields)


@st.composite
def _vetoes(draw: st.DrawFn, scope: _Scope) -> Veto:
    doubtful = [group.id for group in scope.voters if group.id in scope.doubtful]
    anybody = _groups(scope)
    groups = draw(anybody | _some(doubtful) if doubtful else anybody)
    needed = draw(st.integers(1, scope.count(groups)))
    holders = {group.id for group in scope.members(groups)}
    used = draw(st.sampled_from(_USED)) if holders <= scope.doubtful else 1.0
    # One name may stand without a list.
    return Veto(
        by=groups[0] if groups is not None and len(groups) == 1 else groups,
        needed=needed,
        used=used,
    )


@st.composite
def _casting(draw: st.DrawFn, scope: _Scope) -> AnyOf:
    groups = draw(_groups(scope))
    weighed = [name for name in ("heads", *_WEIGHTS) if scope.total(groups, name) > 0]
    chair = draw(st.sampled_from(scope.voters)).id
    return casting_vote(chair, of=groups, weight=draw(st.sampled_from(weighed)))


@st.composite
def _rules(draw: st.DrawFn, scope: _Scope, depth: int) -> Rule:
    kinds = ["quota", "veto"] + ["veto"] * bool(scope.doubtful)
    if depth > 1:
        kinds += ["all", "any", "some", "dual"]
    # A quorum alone passes whatever those present say, and so is no committee's rule.
    kinds += ["quorum"] * (scope.bases and depth < _DEPTH) + ["casting"]
    kind = draw(st.sampled_from(kinds))
    if kind == "quota":
        return draw(_quotas(scope))
    if kind == "veto":
        return draw(_vetoes(scope))
    if kind == "casting":
        return draw(_casting(scope))
    if kind == "quorum":
        return Quorum(**draw(_bar(scope)))
    part = _rules(scope, depth - 1)
    if kind == "dual":
        inner: Any = draw(part)
        return Dual(rule=inner)
    parts: Any = tuple(draw(st.lists(part, min_size=1, max_size=3)))
    if kind == "all":
        return AllOf(rules=parts)
    if kind == "any":
        return AnyOf(rules=parts)
    return SomeOf(rules=parts, needed=draw(st.integers(1, len(parts))))


@st.composite
def _blocs(draw: st.DrawFn, scope: _Scope, free: list[str]) -> tuple[Bloc, ...]:
    """One or two blocs of different seats, each with a rule over anybody."""
    out: list[Bloc] = []
    for name in ("x", "y")[: draw(st.integers(1, 2))]:
        if free:
            seats = draw(_some(free))
            free = [group for group in free if group not in seats]
            rule: Any = draw(_rules(scope, _DEPTH - 1))
            out.append(Bloc(id=name, seats=seats, rule=rule))
    return tuple(out)


@st.composite
def _committees(
    draw: st.DrawFn, *, max_voters: int, de_facto: bool, blocs: bool, bases: bool
) -> Committee:
    voters = draw(_voters(max_voters))
    scope = _Scope(voters, bases)
    names = [group.id for group in voters]
    delegated: tuple[Bloc, ...] = ()
    if blocs:
        # Where vetoes may be de facto ones, somebody's seat remains who can hold them.
        kept = draw(st.sampled_from(names)) if de_facto and len(names) > 1 else None
        delegated = draw(_blocs(scope, [name for name in names if name != kept]))
    if de_facto:
        taken = {seat for bloc in delegated for seat in bloc.seats}
        scope = scope._replace(doubtful=frozenset(names) - taken)
    rule: Any = draw(_rules(scope, _DEPTH))
    try:
        return Committee(voters=voters, rule=rule, blocs=delegated)
    except SpecificationError:
        # Only a quorum and a veto that is never used don't depend on the ballots of those present.
        if not (bases or de_facto):
            raise
        reject()


def committees(
    max_voters: int = 8, *, de_facto: bool = False, blocs: bool = False, bases: bool = False
) -> st.SearchStrategy[Committee]:
    """Return committees of up to five groups, with rules from the whole algebra.

    Parameters
    ----------
    max_voters : int
        How many voters there may be, at least 1.
    de_facto : bool
        Whether vetoes may be de facto ones, used with a probability in [0, 1]; none of them is
        held by a seat of a bloc.
    blocs : bool
        Whether one or two blocs vote as one.
    bases : bool
        Whether quotas may be shares of those present or voting, and quorums occur. Without
        abstention and absence these say nothing new.

    Returns
    -------
    SearchStrategy of Committee
        Groups ``a``, ``b``, ... with at most two weights, ``votes`` and ``population``, and rules
        nested up to three deep (a casting vote one deeper). Nothing is left to chance unless
        ``de_facto``.

    Examples
    --------
    >>> from hypothesis import find
    >>> committee = find(committees(), lambda committee: committee.size == 3)
    >>> committee.size, committee.groups, committee.blocs
    (3, ('a',), ())
    """
    return _committees(max_voters=max_voters, de_facto=de_facto, blocs=blocs, bases=bases)
