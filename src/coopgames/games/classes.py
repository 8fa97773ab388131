"""Roles split by membership and seat: classes of states that nothing in the game tells apart (D8).

Arrays below have one entry per class, in world order of the class's first state.
"""

from __future__ import annotations

import typing
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ..errors import SpecificationError
from ..institutions import Body, Chamber, Institution, chambers_of
from ..kernels.integers import common_grid
from ..records import exact
from ..worlds import Assignment, States, rotating_seats, select, values_of

__all__ = ["Classes", "SeatedBody", "SeatedChamber", "seat"]

Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[typing.Any]]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeatedChamber:
    """One chamber's electorate by class: seat, integer weight, blocking, and its two rules."""

    seated: Mask
    rotates: Mask
    weights: Integers
    blocking: Floats
    authorisation_blocking: Floats
    quota: Fraction
    strict: bool
    authorisation_quota: Fraction
    authorisation_strict: bool
    shield: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeatedBody:
    """One body by class: who is a member, who is exempt, its chambers, its agenda position."""

    member: Mask
    exempt: Mask
    chambers: tuple[SeatedChamber, ...]
    agenda: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classes:
    """The states of a world in classes.

    ``of_state`` maps states to classes; ``counts``, ``role``, ``ideal_point`` have one entry per
    class, and ``labels`` name them for people.
    """

    states: States
    of_state: Integers
    counts: Integers
    role: Integers
    ideal_point: Floats
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of classes."""
        return int(self.counts.size)

    def first(self, per_state: Sequence[object] | npt.NDArray[np.generic]) -> list[object]:
        """Return a per-state quantity's value in each class."""
        firsts = np.unique(self.of_state, return_index=True)[1]
        return [per_state[int(i)] for i in firsts]


def _per_state(value: float | tuple[Assignment, ...], states: States, where: str) -> Floats:
    if isinstance(value, tuple):
        return np.array([float(v) for v in values_of(states, value, where)])
    return np.full(states.size, float(value))


def _chamber_states(states: States, chamber: Chamber, members: Mask, where: str) -> Columns:
    if chamber.seats is None:
        seated, rotates = members, np.zeros(states.size, dtype=bool)
    else:
        seated = select(states, chamber.seats, f"{where}.seats")
        rotates = rotating_seats(states, chamber.seats, f"{where}.seats")
    if isinstance(chamber.weights, tuple):
        raw = values_of(states, chamber.weights, f"{where}.weights")
    elif chamber.weights == "equal":
        raw = (Fraction(1),) * states.size
    else:
        raw = states.shares[chamber.weights]
    weights = [value if seat else Fraction(0) for value, seat in zip(raw, seated, strict=True)]
    out: Columns = {"seated": seated, "rotates": rotates}
    out["weights"] = common_grid(weights, [1] * states.size).integers
    adoption = _per_state(chamber.blocking, states, f"{where}.blocking")
    authorisation = adoption
    if chamber.authorisation_blocking is not None:
        authorisation = _per_state(
            chamber.authorisation_blocking, states, f"{where}.authorisation_blocking"
        )
    for name, given in (
        ("blocking", chamber.blocking),
        ("authorisation_blocking", chamber.authorisation_blocking),
    ):
        values = adoption if name == "blocking" else authorisation
        if isinstance(given, tuple):
            _refuse_unseated_vetoes(given, states, seated, f"{where}.{name}")
        out[name] = np.where(seated, values, 0.0)
    return out


def _refuse_unseated_vetoes(
    given: tuple[Assignment, ...], states: States, seated: Mask, where: str
) -> None:
    meant = _per_state(tuple(item for item in given if not item.vacant), states, where) > 0
    outside = int((meant & ~seated).sum())
    if outside:
        raise SpecificationError(
            f"{where}: more vetoes than seats: {outside} of {int(meant.sum())} blocking states "
            f"have no seat in world {states.world.id!r}; seat them, or mark the assignment vacant"
        )


def _agenda(body: Body, states: States, members: Mask) -> float:
    if body.agenda_setter == "hegemon":
        return float(states.ideal_point[states.hegemon])
    if body.agenda_setter == "median":
        points = np.sort(states.ideal_point[members])
        return float(points[(points.size - 1) // 2]) if points.size else 0.5
    return float(body.agenda_setter)


def seat(institution: Institution, states: States) -> tuple[Classes, tuple[SeatedBody, ...]]:
    """Return the world's states in classes and every body seated by class.

    Raises
    ------
    SpecificationError
        If a selector finds nobody, a body is larger than its world, or a veto has no seat.
    """
    found = []
    signature: list[npt.NDArray[np.generic]] = [states.role]
    for body in institution.bodies:
        where = f"institution {institution.id!r}: bodies.{body.id}"
        members = select(states, body.members, f"{where}.members")
        exempt = select(states, body.exempt, f"{where}.exempt")
        chambers = [
            _chamber_states(states, chamber, members, where) for chamber in chambers_of(body)
        ]
        signature += [members, exempt, *(column for c in chambers for column in c.values())]
        found.append((body, members, exempt, chambers))
    keys = list(zip(*(column.tolist() for column in signature), strict=True))
    order = {key: position for position, key in enumerate(dict.fromkeys(keys))}
    of_state = np.array([order[key] for key in keys], dtype=np.int64)
    firsts = np.unique(of_state, return_index=True)[1]
    classes = Classes(
        states=states,
        of_state=of_state,
        counts=np.bincount(of_state),
        role=states.role[firsts],
        ideal_point=states.ideal_point[firsts],
        labels=_labels(states, firsts, found),
    )
    seated = tuple(
        SeatedBody(
            member=members[firsts],
            exempt=exempt[firsts],
            chambers=tuple(
                _seated_chamber(chamber, columns, firsts)
                for chamber, columns in zip(chambers_of(body), chambers, strict=True)
            ),
            agenda=_agenda(body, states, members),
        )
        for body, members, exempt, chambers in found
    )
    return classes, seated


def _seated_chamber(chamber: Chamber, columns: Columns, firsts: Integers) -> SeatedChamber:
    quota = exact(chamber.quota)
    own_quota, own_strict = chamber.authorisation_quota, chamber.authorisation_strict
    return SeatedChamber(
        **{name: column[firsts] for name, column in columns.items()},
        quota=quota,
        strict=chamber.strict,
        authorisation_quota=quota if own_quota is None else exact(own_quota),
        authorisation_strict=chamber.strict if own_strict is None else own_strict,
        shield=chamber.shield,
    )


def _labels(
    states: States,
    firsts: Integers,
    found: Sequence[tuple[Body, Mask, Mask, list[Columns]]],
) -> tuple[str, ...]:
    labels = []
    for first in firsts:
        role = states.world.roles[int(states.role[first])].name
        notes = []
        for body, members, exempt, chambers in found:
            if any(chamber["seated"][first] for chamber in chambers):
                notes.append(f"seat in {body.id}")
            elif members[first]:
                notes.append(f"in {body.id}")
            if exempt[first]:
                notes.append(f"exempt in {body.id}")
        labels.append(f"{role} ({'; '.join(notes)})" if notes else role)
    return tuple(labels)
