"""Bodies, compositions and institutions as data: the one family of game forms (D3, D12, D22).

Nothing here knows an institution by name. A body is a centre of decision; an institution is a
composition of bodies with the social layers around it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ..errors import SpecificationError
from ..records import Identifier, NonNegative, Probability, Record, Share, exact
from ..worlds.selectors import Assignment, Selector

__all__ = [
    "Body",
    "Chamber",
    "Composition",
    "Institution",
    "SocialLayer",
    "amalgam",
    "chambers_of",
    "composition_of",
]

Weights = Literal["equal", "capability", "population", "endowment"] | tuple[Assignment, ...]
Blocking = Probability | tuple[Assignment, ...]
Whole = Annotated[int, msgspec.Meta(ge=1)]


class Chamber(Record, frozen=True, kw_only=True):
    """One electorate and its two rules: adoption, and authorisation of a sanction.

    A motion passes with at least ``quota`` (above it where ``strict``) of the total weight of
    ``seats`` and no successful block; a No blocks with probability ``blocking``. Quota 0 is the
    silence procedure: it passes unless somebody blocks. Authorisation rules default to the
    adoption rules. With ``shield`` the target votes on its own sanction, and votes No; without,
    it is out of the electorate and the quota is taken of the rest. ``seats`` default to the
    body's members.
    """

    seats: tuple[Selector, ...] | None = None
    weights: Weights = "equal"
    quota: Share = 0.5
    strict: bool = False
    blocking: Blocking = 0.0
    authorisation_quota: Share | None = None
    authorisation_strict: bool | None = None
    authorisation_blocking: Blocking | None = None
    shield: bool = False

    def _check(self) -> None:
        for name in ("quota", "authorisation_quota"):
            value = getattr(self, name)
            if value is not None and exact(value) > 1:
                raise SpecificationError(f"{name}: must lie in [0, 1]; got {value!r}")
        for name in ("blocking", "authorisation_blocking"):
            value = getattr(self, name)
            if isinstance(value, tuple):
                for index, item in enumerate(value):
                    if item.value > 1:
                        raise SpecificationError(
                            f"{name}[{index}].value must lie in [0, 1]; got {item.value!r}"
                        )


class Body(Chamber, frozen=True, kw_only=True):
    """A centre of decision: members, chambers, monitoring, sanctions, scope.

    A body with one chamber carries that chamber's fields itself; one with several lists them in
    ``chambers`` and ``passes`` says how many must agree (``all``, ``any`` or a number); all
    chambers see the same ballot. ``centres`` equal copies of the body decide with the common
    cause ``common_cause`` and count as one event (D22.3, D22.21). ``authorised_by`` names the
    body of the same institution whose authorisation rule decides on this body's sanctions.
    ``vote_correlation`` is the probability that one draw serves all voters (D22.3).
    """

    id: Identifier
    title: str = ""
    members: tuple[Selector, ...] = (Selector(all=True),)
    chambers: tuple[Chamber, ...] = ()
    passes: Literal["all", "any"] | Whole = "all"
    authorised_by: str | None = None
    delegation: Probability = 0.0
    detection: Probability = 0.0
    false_alarm: Probability = 0.0
    severity: NonNegative = 0.0
    scope: Literal["members", "all", "yes_voters", "none"] = "members"
    exclusion: Probability = 0.0
    exempt: tuple[Selector, ...] = ()
    exit: Literal["none", "rebellion", "costly", "per_body", "free"] = "free"
    exit_cost: NonNegative = 0.0
    rounds: Whole = 3
    decision_cost: NonNegative = 0.0
    agenda_setter: Literal["hegemon", "median"] | Probability = "hegemon"
    vote_correlation: Probability = 0.0
    centres: Whole = 1
    common_cause: Probability = 0.0
    hub_hazard: Probability = 0.0
    description: str = ""
    sources: dict[str, str] = {}

    def _check(self) -> None:
        super()._check()
        if isinstance(self.passes, int) and self.passes > max(1, len(self.chambers)):
            raise SpecificationError(
                f"body {self.id!r}: passes must be at most the number of chambers "
                f"({max(1, len(self.chambers))}); got {self.passes}"
            )
        own = [
            name
            for name in Chamber.__struct_fields__
            if getattr(self, name) != _CHAMBER_DEFAULTS[name]
        ]
        if self.chambers and own:
            raise SpecificationError(
                f"body {self.id!r}: {own[0]} belongs inside chambers where chambers are listed"
            )
        if self.scope == "yes_voters":
            self._check_opt_in()

    def _check_opt_in(self) -> None:
        """Opt-in has no electorate but its members, who answer each for themselves."""
        plain: dict[str, tuple[object, object]] = {
            "chambers": (self.chambers, ()),
            "seats": (self.seats, None),
            "centres": (self.centres, 1),
            "vote_correlation": (self.vote_correlation, 0.0),
        }
        for name, (value, expected) in plain.items():
            if value != expected:
                raise SpecificationError(
                    f"{name}: body {self.id!r} is opt-in (scope 'yes_voters'): its members answer "
                    f"one by one, so {name} must be left out; got {value!r}"
                )


_CHAMBER_DEFAULTS = {name: getattr(Chamber(), name) for name in Chamber.__struct_fields__}


def chambers_of(body: Body) -> tuple[Chamber, ...]:
    """Return the chambers of a body; a body with one chamber is its own."""
    return body.chambers or (body,)


class Composition(Record, frozen=True, kw_only=True):
    """How bodies combine; exactly one of ``any``, ``all``, ``at_least`` with ``of``, ``then``.

    Children are body ids or compositions. The mandate event is the set of bodies whose mandates
    stand: the union over children where enough of them acted (``any``: one, ``all``: every one,
    ``at_least``: so many), else nothing; ``then`` falls back to the next child where the one
    before adopted nothing. Without ``common_cause`` children that share voters see one ballot,
    by their exact joint law, and others are independent. With it each child is its own event:
    with that probability one uniform serves all children, else they are independent (D22.3).
    """

    any: tuple[Composition | str, ...] = ()
    all: tuple[Composition | str, ...] = ()
    of: tuple[Composition | str, ...] = ()
    at_least: Whole | None = None
    then: tuple[Composition | str, ...] = ()
    common_cause: Probability | None = None

    def _check(self) -> None:
        given = [name for name in ("any", "all", "of", "then") if getattr(self, name)]
        if len(given) != 1:
            raise SpecificationError(
                f"a composition needs exactly one of any, all, of, then; got {given or 'none'}"
            )
        if (given == ["of"]) != (self.at_least is not None):
            raise SpecificationError("at_least goes with of, and of with at_least")
        if self.at_least is not None and self.at_least > len(self.of):
            raise SpecificationError(
                f"at_least must be at most the number of children ({len(self.of)}); "
                f"got {self.at_least}"
            )

    @property
    def children(self) -> tuple[Composition | str, ...]:
        """The children in order."""
        return self.any or self.all or self.of or self.then


class SocialLayer(Record, frozen=True, kw_only=True):
    """What Walzer's criteria need beside the game form (D14, D15); per round, all ordinal."""

    suppression: Probability = 0.0
    revocation: Probability = 0.0
    avenues: Annotated[int, msgspec.Meta(ge=0)] = 0
    outsider_avenues: Annotated[int, msgspec.Meta(ge=0)] | None = None
    redress: Probability = 0.0
    tax_pivot: str = "none"
    civic_mitigation: Probability = 0.0
    capture: Probability = 0.0
    tyranny_centres: Annotated[int, msgspec.Meta(ge=0)] = 0


class Institution(Record, frozen=True, kw_only=True):
    """Bodies, their composition and the layers around them. No bodies is anarchy.

    ``legitimacy_floor`` is the compliance of bound outsiders with a body of no legitimacy at all.
    ``position`` is the place in a comparison of everything; without one it is left out of that.
    """

    id: Identifier
    title: str = ""
    family: str = "user"
    position: Whole | None = None
    bodies: tuple[Body, ...] = ()
    composition: Composition | None = None
    legitimacy_floor: Probability = 0.3
    social: SocialLayer = SocialLayer()
    description: str = ""
    sources: dict[str, str] = {}

    def _check(self) -> None:
        ids = [body.id for body in self.bodies]
        where = f"institution {self.id!r}"
        if len(set(ids)) < len(ids):
            raise SpecificationError(f"{where}: body ids must differ; got {ids}")
        for body in self.bodies:
            self._check_authoriser(body, where)
        if self.composition is not None:
            leaves = _leaves(self.composition)
            if sorted(leaves) != sorted(ids):
                raise SpecificationError(
                    f"{where}: composition must name each body once; it names "
                    f"{sorted(leaves)}, bodies are {sorted(ids)}"
                )

    def _check_authoriser(self, body: Body, where: str) -> None:
        if body.authorised_by is None:
            return
        voting = [
            other.id
            for other in self.bodies
            if other.authorised_by is None and other.scope != "yes_voters"
        ]
        if body.authorised_by not in voting:
            raise SpecificationError(
                f"{where}: body {body.id!r}: authorised_by must name another body that votes on "
                f"sanctions itself and is not opt-in ({', '.join(voting) or 'there is none'}); "
                f"got {body.authorised_by!r}"
            )

    def __or__(self, other: Institution) -> Institution:
        """Return the amalgam in which both stand side by side."""
        return amalgam(self, other)


def _leaves(node: Composition | str) -> list[str]:
    if isinstance(node, str):
        return [node]
    return [leaf for child in node.children for leaf in _leaves(child)]


def composition_of(institution: Institution) -> Composition | None:
    """Return the institution's composition: ``any`` over its bodies where none is given."""
    if institution.composition is not None or not institution.bodies:
        return institution.composition
    return Composition(any=tuple(body.id for body in institution.bodies))


def amalgam(*institutions: Institution, id: str | None = None) -> Institution:
    """Return the institution in which all the given ones stand side by side (``any``).

    Body ids that occur twice are prefixed with their institution's id.

    Examples
    --------
    >>> from coopgames.institutions import Body, Institution
    >>> a = Institution(id="a", bodies=(Body(id="board"),))
    >>> b = Institution(id="b", bodies=(Body(id="board"),))
    >>> [body.id for body in amalgam(a, b).bodies]
    ['a-board', 'b-board']
    """
    seen = [body.id for item in institutions for body in item.bodies]
    bodies: list[Body] = []
    children: list[Composition | str] = []
    for item in institutions:
        names = {b.id: f"{item.id}-{b.id}" if seen.count(b.id) > 1 else b.id for b in item.bodies}
        for body in item.bodies:
            by = None if body.authorised_by is None else names[body.authorised_by]
            bodies.append(body.replace(id=names[body.id], authorised_by=by))
        composition = composition_of(item)
        if composition is not None:
            children.append(_renamed(composition, names))
    name = id or "-".join(item.id for item in institutions) or "anarchy"
    return Institution(
        id=name,
        title=" | ".join(item.title or item.id for item in institutions),
        family="composite",
        bodies=tuple(bodies),
        composition=Composition(any=tuple(children)) if children else None,
        legitimacy_floor=min((item.legitimacy_floor for item in institutions), default=0.3),
    )


def _renamed(node: Composition | str, names: dict[str, str]) -> Composition | str:
    if isinstance(node, str):
        return names[node]
    changes = {
        kind: tuple(_renamed(child, names) for child in getattr(node, kind))
        for kind in ("any", "all", "of", "then")
    }
    return node.replace(**changes)
