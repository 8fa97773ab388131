"""Institutions made from institutions: variants, amalgams, paths, hybrids, equal teeth."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any as AnyValue

import msgspec

from .._checks import at_least, count, probability
from ..errors import CoopgamesError
from .records import Body, Chamber, Composition, Institution, composition_of

__all__ = [
    "PARAMETER_GROUPS",
    "equal_severity",
    "equal_teeth",
    "hybrid",
    "path",
    "variant",
]

#: Four groups of a body's parameters over which a difference is split. A chamber's ``seats`` count
#: as membership, the rest of a chamber as voting; the composition is voting.
PARAMETER_GROUPS: dict[str, tuple[str, ...]] = {
    "membership": ("members", "scope", "exclusion", "exempt", "exit", "exit_cost"),
    "voting": (
        "weights",
        "quota",
        "strict",
        "blocking",
        "authorisation_quota",
        "authorisation_strict",
        "authorisation_blocking",
        "shield",
        "passes",
        "authorised_by",
        "rounds",
        "decision_cost",
        "agenda_setter",
        "vote_correlation",
        "centres",
        "common_cause",
    ),
    "information": ("detection", "false_alarm"),
    "teeth": ("severity", "delegation"),
}


def variant(
    institution: Institution, *, body: str | None = None, **fields: AnyValue
) -> Institution:
    """Return a copy with fields replaced, in one body or in every body that is not named.

    Parameters
    ----------
    institution : Institution
        Where to start.
    body : str, optional
        Id of the body to change; all bodies by default.
    **fields
        Fields of `Institution` (``legitimacy_floor``, ``composition``, ``id``, ...) or of `Body`
        (``quota``, ``severity``, ...). A body's chamber fields change in every chamber.

    Raises
    ------
    CoopgamesError
        If a field or body does not exist, or a value breaks its bound.

    Examples
    --------
    >>> from coopgames.institutions import Body, Institution
    >>> council = Institution(id="council", bodies=(Body(id="council", severity=0.6),))
    >>> variant(council, severity=0.2).bodies[0].severity
    0.2
    """
    own = {k: v for k, v in fields.items() if k in Institution.__struct_fields__}
    of_body = {k: v for k, v in fields.items() if k not in own}
    ids = [item.id for item in institution.bodies]
    if body is not None and body not in ids:
        raise CoopgamesError(
            f"body must be one of {', '.join(ids) or 'none (anarchy has no bodies)'}; got {body!r}"
        )
    if of_body:
        own["bodies"] = tuple(
            _with_fields(item, of_body) if body in (None, item.id) else item
            for item in own.get("bodies", institution.bodies)
        )
    return institution.replace(**own)


def _with_fields(body: Body, fields: dict[str, AnyValue]) -> Body:
    if not body.chambers:
        return body.replace(**fields)
    chamber_fields = set(body.chambers[0].__struct_fields__) & set(fields)
    inner = {name: fields[name] for name in chamber_fields}
    outer = {name: value for name, value in fields.items() if name not in chamber_fields}
    chambers = tuple(chamber.replace(**inner) for chamber in body.chambers)
    return body.replace(**{"chambers": chambers, **outer})


def equal_teeth(
    institution: Institution,
    *,
    severity: float = 0.6,
    detection: float = 0.7,
    delegation: float = 0.0,
) -> Institution:
    """Return the institution with the same teeth in every body (model D22.12).

    Only membership and voting then tell institutions apart; scope, exclusion, rounds, centres
    and common cause stay (D22.23). Defaults are our assumption.
    """
    return _everywhere(
        institution,
        severity=at_least("severity", severity, 0),
        detection=probability("detection", detection),
        delegation=probability("delegation", delegation),
    )


def equal_severity(institution: Institution, *, severity: float = 0.6) -> Institution:
    """Return the institution with the same severity in every body and all else as it is."""
    return _everywhere(institution, severity=at_least("severity", severity, 0))


def _everywhere(institution: Institution, **fields: AnyValue) -> Institution:
    bodies = tuple(body.replace(**fields) for body in institution.bodies)
    return institution.replace(bodies=bodies)


def _padded(institution: Institution, length: int) -> list[Body]:
    """Bodies, filled up with bodies without members, votes, eyes or teeth."""
    nobody = [
        Body(id=f"absent-{position}", members=(), scope="none", quota=1.0, strict=True, rounds=1)
        for position in range(len(institution.bodies), length)
    ]
    return [*institution.bodies, *nobody]


def hybrid(base: Institution, other: Institution, groups: Collection[str]) -> Institution:
    """Return ``base`` with the named groups of parameters taken from ``other``.

    Bodies are matched in order; where one institution has fewer, it is padded with bodies that
    have no members and never adopt. Seats go with membership; chambers the membership side
    lacks seat its members. The composition goes with voting.

    Raises
    ------
    CoopgamesError
        If a group is not one of `PARAMETER_GROUPS`.
    """
    for group in groups:
        if group not in PARAMETER_GROUPS:
            raise CoopgamesError(
                f"groups must be among {', '.join(PARAMETER_GROUPS)}; got {group!r}"
            )
    length = max(len(base.bodies), len(other.bodies))
    ours, theirs = _padded(base, length), _padded(other, length)
    bodies = []
    for own, foreign in zip(ours, theirs, strict=True):
        source = {g: foreign if g in groups else own for g in PARAMETER_GROUPS}
        bodies.append(_mixed(source))
    voter = other if "voting" in groups else base
    composition = composition_of(voter)
    extra = [body.id for body in bodies if body.id not in {b.id for b in voter.bodies}]
    if composition is not None and extra:
        composition = Composition(any=(composition, *extra))
    if composition is None and extra:
        composition = Composition(any=tuple(extra))
    return Institution(
        id=f"{base.id}-with-{other.id}",
        family="hybrid",
        bodies=tuple(bodies),
        composition=composition,
        legitimacy_floor=(other if "membership" in groups else base).legitimacy_floor,
    )


def _mixed(source: dict[str, Body]) -> Body:
    """One body whose groups of parameters come from four bodies; its id is the voting one's."""
    seats, rules = source["membership"], source["voting"]
    fields: dict[str, AnyValue] = {"id": rules.id}
    for group, names in PARAMETER_GROUPS.items():
        fields |= {name: getattr(source[group], name) for name in names}
    if rules.chambers:
        places = seats.chambers or (seats,)
        fields["chambers"] = tuple(
            chamber.replace(seats=places[j].seats if j < len(places) else None, **_void(chamber))
            for j, chamber in enumerate(rules.chambers)
        )
    else:
        fields |= _void(rules)
        fields["seats"] = seats.chambers[0].seats if seats.chambers else seats.seats
    if fields["scope"] == "yes_voters":
        if rules.chambers or rules.centres > 1:
            fields["scope"] = "members"
        else:
            fields |= {"seats": None, "vote_correlation": 0.0}
    return Body(**fields)


def _void(chamber: Chamber) -> dict[str, AnyValue]:
    """The chamber's blocking, void for whoever has no seat in the mixed body."""
    return {
        name: tuple(item.replace(vacant=True) for item in value)
        for name in ("blocking", "authorisation_blocking")
        if isinstance(value := getattr(chamber, name), tuple)
    }


def path(start: Institution, end: Institution, steps: int) -> list[Institution]:
    """Return ``steps`` institutions from ``start`` to ``end``: numbers linear, the rest half way.

    Bodies are matched in order; numeric fields move linearly, everything else (membership,
    scope, chambers of different shape) switches at the middle.

    Parameters
    ----------
    start, end : Institution
        Must have the same number of bodies.
    steps : int
        At least 2; the first is ``start`` and the last ``end`` in all that the game form reads.

    Raises
    ------
    CoopgamesError
        If the numbers of bodies differ, or steps is below 2.
    """
    n = count("steps", steps, 2)
    if len(start.bodies) != len(end.bodies):
        raise CoopgamesError(
            "path needs institutions with the same number of bodies; got "
            f"{len(start.bodies)} and {len(end.bodies)}; use hybrid or variant instead"
        )
    return [_between(start, end, step / (n - 1)) for step in range(n)]


def _between(start: Institution, end: Institution, t: float) -> Institution:
    nearest = start if t < 0.5 else end
    bodies = []
    for a, b, near in zip(start.bodies, end.bodies, nearest.bodies, strict=True):
        changes = {name: _mix(getattr(a, name), getattr(b, name), t) for name in _numeric(a, b)}
        bodies.append(near.replace(**changes))
    floor = (1 - t) * start.legitimacy_floor + t * end.legitimacy_floor
    return Institution(
        id=f"{start.id}-to-{end.id}-{round(100 * t)}",
        family="path",
        bodies=tuple(bodies),
        composition=nearest.composition,
        legitimacy_floor=floor,
        social=nearest.social,
    )


def _numeric(a: Body, b: Body) -> list[str]:
    def is_float(value: AnyValue) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    names = [n for n in a.__struct_fields__ if n not in ("rounds", "centres", "passes")]
    pairs = {n: (getattr(a, n), getattr(b, n)) for n in names}
    if a.chambers or b.chambers:
        chamber_names = set(msgspec.structs.asdict(a)) & set(_CHAMBER_FIELDS)
        pairs = {n: pair for n, pair in pairs.items() if n not in chamber_names}
    return [n for n, (x, y) in pairs.items() if is_float(x) and is_float(y)]


_CHAMBER_FIELDS = ("quota", "blocking", "authorisation_quota", "authorisation_blocking")


def _mix(a: float, b: float, t: float) -> float:
    return a if t == 0 else b if t == 1 else (1 - t) * a + t * b
