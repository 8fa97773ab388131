"""Random decision rules: one chamber's electorate, quotas, blocking and shield."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ..institutions import Chamber
from ..records import exact
from ..worlds import Selector, World
from .selection import assignments, selections

__all__ = ["decision_rules"]

_QUOTAS: tuple[float | str, ...] = (0.5, 1.0, "2/3", 0.25, 0.0)


@st.composite
def rule_fields(
    draw: st.DrawFn, world: World | None, members: Sequence[Selector], *, own_seats: bool
) -> dict[str, Any]:
    """Fields of a chamber of a body with these members; ``seats`` only if ``own_seats``."""
    seats = tuple(members)
    out: dict[str, Any] = {}
    if own_seats and draw(st.booleans()):
        seats = draw(_seats(world, members))
        out["seats"] = seats
    quota = draw(st.sampled_from(_QUOTAS))
    out["quota"] = quota
    # The silence procedure has no "more than nothing" form.
    silent = exact(quota) == 0
    out["strict"] = not silent and draw(st.booleans())
    blocking = st.one_of(st.sampled_from((0.0, 0.5, 1.0, 0.25)), assignments(seats))
    weights = st.one_of(
        st.sampled_from(("equal", "capability", "population")),
        assignments(seats, values=st.sampled_from((1.0, 2.0, 3.0, 0.0))),
    )
    out["blocking"] = draw(blocking)
    out["weights"] = draw(weights)
    out["shield"] = draw(st.booleans())
    if draw(st.booleans()):
        own_quota = draw(st.sampled_from(_QUOTAS))
        out["authorisation_quota"] = own_quota
        out["authorisation_strict"] = exact(own_quota) > 0 and draw(st.booleans())
    if draw(st.booleans()):
        out["authorisation_blocking"] = draw(blocking)
    return out


@st.composite
def _seats(
    draw: st.DrawFn, world: World | None, members: Sequence[Selector]
) -> tuple[Selector, ...]:
    """Any seats, or fixed seats and one that passes round the members of a role."""
    everyone = len(members) == 1 and members[0].all
    if world is None or not everyone or draw(st.booleans()):
        return draw(selections(world))
    elected = draw(st.sampled_from(world.roles))
    fixed = draw(st.integers(0, elected.count - 1))
    seats = [Selector(role=r.name) for r in world.roles if r != elected and draw(st.booleans())]
    if fixed:
        seats.append(Selector(role=elected.name, count=fixed))
    taken = draw(st.integers(1, elected.count - fixed))
    seats.append(Selector(role=elected.name, skip=fixed, count=taken, rotates=True))
    return tuple(seats)


def decision_rules(
    world: World | None = None, *, members: Sequence[Selector] = (Selector(all=True),)
) -> st.SearchStrategy[Chamber]:
    """Return chambers: seats, weights, quotas, blocking (also fractional) and shields.

    Parameters
    ----------
    world : World, optional
        The world they must fit; any world by default.
    members : sequence of Selector
        Who sits where the chamber lists no seats of its own.

    Returns
    -------
    SearchStrategy of Chamber
        Every blocking state holds a seat. Rotating seats occur where a world is given and all its
        states are members.

    Examples
    --------
    >>> from hypothesis import find
    >>> rule = find(decision_rules(), lambda rule: rule.shield)
    >>> rule.quota, rule.blocking, rule.seats
    (0.5, 0.0, None)
    """
    return rule_fields(world, members, own_seats=True).map(lambda fields: Chamber(**fields))
