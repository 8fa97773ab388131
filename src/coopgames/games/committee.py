"""The committee that a body, or a whole institution, makes of a world: who votes, and by what rule.

Voters are the classes of states with a vote that can count; states that nothing in the bodies tells
apart are one group. Chambers of a body, and bodies of an institution, see the same ballot; copies
of a centre and common causes are left out, as in the power behind the legitimacy of a rule (D22.8).
A body that falls back on another adopts where either does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..errors import SpecificationError
from ..institutions import Body, Chamber, Composition, Institution, chambers_of, composition_of
from ..voting import HEADS, AllOf, AnyOf, AnyRule, Committee, Quota, SomeOf, Veto, Voters
from ..worlds import World, states_of
from .classes import Classes, SeatedBody, SeatedChamber, seat

__all__ = ["Seating", "committee_of"]

Integers = npt.NDArray[np.int64]


def committee_of(
    institution: Institution | Body, world: World, *, authorisation: bool = False
) -> Committee:
    """Return a body or an institution, seated in a world, as a committee.

    Parameters
    ----------
    institution : Institution or Body
        Whose rule; of an institution, that at least one mandate stands.
    world : World
        Where it is seated.
    authorisation : bool
        Whether to take the rules for sanctions in place of those for adoption; no target is left
        out, and in an opt-in body everybody is taken to have said Yes.

    Returns
    -------
    Committee
        Groups are called after the states' roles.

    Raises
    ------
    SpecificationError
        If nobody votes: an institution without bodies, or an opt-in body, whose members each
        answer for themselves; or if the body does not fit the world.

    Examples
    --------
    >>> from coopgames import catalogue
    >>> council = catalogue.load("bodies", "security_council")
    >>> committee_of(council, catalogue.load("worlds", "un193")).size
    15
    """
    if isinstance(institution, Body):
        if authorisation and institution.authorised_by is not None:
            raise SpecificationError(
                f"body {institution.id!r}: its sanctions are authorised by another body "
                f"({institution.authorised_by!r}); ask for that one, or an institution with both"
            )
        alone = institution.replace(authorised_by=None)
        institution = Institution(id=alone.id, title=alone.title, bodies=(alone,))
    if not institution.bodies:
        raise SpecificationError(f"institution {institution.id!r}: it has no bodies, nobody votes")
    classes, seated = seat(institution, states_of(world))
    return Seating(institution, classes, seated, authorisation=authorisation).committee()


class Seating:
    """Turns seated bodies into groups of voters and one rule.

    A rule may be True, where something is adopted whatever is said, or False, where nothing is.
    """

    def __init__(
        self,
        institution: Institution,
        classes: Classes,
        bodies: Sequence[SeatedBody],
        *,
        authorisation: bool = False,
    ) -> None:
        self.institution = institution
        self.classes = classes
        self.bodies = {
            body.id: (body, seats) for body, seats in zip(institution.bodies, bodies, strict=True)
        }
        self.authorisation = authorisation
        voting = np.zeros(classes.size, dtype=bool)
        for body, seats in self.bodies.values():
            if body.scope != "yes_voters" or authorisation:
                for chamber in seats.chambers:
                    counts = (chamber.weights > 0) | (self.blocking(chamber) > 0)
                    voting |= chamber.seated & counts
        self.names = self._names([int(c) for c in np.flatnonzero(voting)])
        self.weights: dict[str, Integers] = {}

    def blocking(self, chamber: SeatedChamber) -> npt.NDArray[np.float64]:
        """Return who blocks, by class."""
        return chamber.authorisation_blocking if self.authorisation else chamber.blocking

    def _names(self, voting: list[int]) -> dict[int, str]:
        """Name classes after their roles, numbered where a role has several."""
        roles = [self.classes.states.world.roles[int(r)].name for r in self.classes.role]
        names: dict[int, str] = {}
        for c in voting:
            same = [other for other in voting if roles[other] == roles[c]]
            number = f"-{same.index(c) + 1}" if len(same) > 1 else ""
            names[c] = f"{roles[c]}{number}"
        return names

    def committee(self) -> Committee:
        """Return the committee.

        Raises
        ------
        SpecificationError
            If everything or nothing passes.
        """
        rule = self.rule()
        if isinstance(rule, bool):
            raise SpecificationError(
                f"institution {self.institution.id!r}: {self._trivial(adopts=rule)}"
            )
        voters = tuple(
            Voters(
                id=name,
                count=int(self.classes.counts[c]),
                weights={
                    weight: int(values[c]) for weight, values in self.weights.items() if values[c]
                },
                title=self.classes.labels[c],
            )
            for c, name in self.names.items()
        )
        return Committee(
            id=self.institution.id,
            title=self.institution.title,
            voters=voters,
            rule=rule,
            description=self.institution.description,
        )

    def _trivial(self, *, adopts: bool) -> str:
        """Say why there is no committee."""
        if not adopts:
            return "nobody has a vote in it, so that nothing is ever adopted"
        opt_in = [b.id for b, _ in self.bodies.values() if b.scope == "yes_voters"]
        if opt_in and not self.authorisation:
            return (
                f"body {opt_in[0]!r} is opt-in: its members answer one by one, nobody passes or "
                "stops anything for others, and there is no voting power; authorisation=True "
                "(--authorisation) takes the rule by which they decide on sanctions"
            )
        return "nobody can stop anything in it: its quota is 0 and no No blocks"

    # -- rules ---------------------------------------------------------------------------

    def rule(self) -> AnyRule | bool:
        """Return the rule by which at least one mandate comes to stand."""
        composition = composition_of(self.institution)
        return False if composition is None else self.node(composition)

    def node(self, node: Composition | str) -> AnyRule | bool:
        """Return the rule of a part of the composition."""
        if isinstance(node, str):
            return self.body(node)
        children = [self.node(child) for child in node.children]
        needed = 1
        if node.all:
            needed = len(children)
        elif node.of:
            assert node.at_least is not None
            needed = node.at_least
        return _some(children, needed)

    def body(self, name: str) -> AnyRule | bool:
        """Return the rule of a body."""
        body, seats = self.bodies[name]
        if self.authorisation and body.authorised_by is not None:
            return self.body(body.authorised_by)
        if body.scope == "yes_voters" and not self.authorisation:
            return True
        chambers = [
            self.chamber(chamber, given)
            for chamber, given in zip(seats.chambers, chambers_of(body), strict=True)
        ]
        kinds = {"all": len(chambers), "any": 1}
        needed = kinds[body.passes] if isinstance(body.passes, str) else body.passes
        return _some(chambers, needed)

    def chamber(self, chamber: SeatedChamber, given: Chamber) -> AnyRule | bool:
        """Return the rule of a chamber."""
        quota = chamber.authorisation_quota if self.authorisation else chamber.quota
        strict = chamber.authorisation_strict if self.authorisation else chamber.strict
        blocking = self.blocking(chamber)
        seats = [c for c in self.names if chamber.seated[c]]
        # Nobody's weight reaches more than all of it, or any part of nothing.
        hopeless = (strict and quota == 1) or (quota > 0 and not chamber.weights[seats].any())
        if not chamber.seated.any() or hopeless:
            return False
        everybody = len(seats) == len(self.names)
        of = None if everybody else tuple(self.names[c] for c in seats)
        parts: list[AnyRule] = []
        if quota > 0 or strict:
            share = f"{quota.numerator}/{quota.denominator}"
            weight = self.weight(chamber, given)
            parts.append(Quota(share=share, of=of, weight=weight, strict=strict))
        for used in sorted({float(blocking[c]) for c in seats} - {0.0}, reverse=True):
            by = tuple(self.names[c] for c in seats if blocking[c] == used)
            parts.append(Veto(by=None if len(by) == len(self.names) else by, used=used))
        return _some(list(parts), len(parts)) if parts else True

    def weight(self, chamber: SeatedChamber, given: Chamber) -> str:
        """Return the name of a chamber's weights, shared where they are the same."""
        values = np.where(chamber.seated, chamber.weights, 0)
        if set(values[chamber.seated].tolist()) == {1}:
            return HEADS
        base = given.weights if isinstance(given.weights, str) else "votes"
        base = "votes" if base == "equal" else base
        number = 1
        while True:
            name = base if number == 1 else f"{base}-{number}"
            if name not in self.weights or np.array_equal(self.weights[name], values):
                self.weights[name] = values
                return name
            number += 1


def _some(rules: Sequence[AnyRule | bool], needed: int) -> AnyRule | bool:
    """Return the rule that so many of the rules pass, constants resolved."""
    needed -= sum(1 for rule in rules if rule is True)
    open_ = tuple(rule for rule in rules if not isinstance(rule, bool))
    if needed <= 0:
        return True
    if needed > len(open_):
        return False
    if len(open_) == 1:
        return open_[0]
    if needed == len(open_):
        return AllOf(rules=open_)
    return AnyOf(rules=open_) if needed == 1 else SomeOf(rules=open_, needed=needed)
