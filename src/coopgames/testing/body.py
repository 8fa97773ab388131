"""Random bodies: members, chambers, monitoring, sanctions and scope."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .._checks import count
from ..institutions import Body
from ..worlds import World
from .rule import decision_rules, rule_fields
from .selection import selections
from .values import shares

__all__ = ["bodies"]


@st.composite
def _bodies(
    draw: st.DrawFn, world: World | None, id: str, allow_opt_in: bool, max_chambers: int
) -> Body:
    members = draw(selections(world))
    scopes = ["members", "all", "none"] + ["yes_voters"] * allow_opt_in
    fields: dict[str, Any] = {"id": id, "members": members, "scope": draw(st.sampled_from(scopes))}
    opt_in = fields["scope"] == "yes_voters"
    chambers = 1 if opt_in else draw(st.integers(1, max_chambers))
    if chambers == 1:
        fields |= draw(rule_fields(world, members, own_seats=not opt_in))
    else:
        rules = decision_rules(world, members=members)
        fields["chambers"] = tuple(draw(rules) for _ in range(chambers))
        fields["passes"] = draw(st.sampled_from(["all", "any", *range(1, chambers + 1)]))
    if not opt_in:
        fields["rounds"] = draw(st.integers(1, 3))
        if draw(st.booleans()):
            fields |= {"centres": draw(st.integers(2, 3)), "common_cause": draw(shares())}
        fields["vote_correlation"] = draw(shares())
    if draw(st.booleans()):
        fields["exempt"] = draw(selections(world))
    fields["agenda_setter"] = draw(st.one_of(st.sampled_from(("hegemon", "median")), shares()))
    for name in ("severity", "detection", "delegation", "exclusion"):
        fields[name] = draw(shares())
    return Body(**fields)


def bodies(
    world: World | None = None,
    *,
    id: str = "a",
    allow_opt_in: bool = True,
    max_chambers: int = 2,
) -> st.SearchStrategy[Body]:
    """Return bodies of every scope, with one or several chambers, centres and rounds.

    Parameters
    ----------
    world : World, optional
        The world they must fit, whose roles they may name; any world by default.
    id : str
        The body's id.
    allow_opt_in : bool
        Whether bodies may bind Yes-voters only.
    max_chambers : int
        At least 1.

    Examples
    --------
    >>> from hypothesis import find
    >>> body = find(bodies(), lambda body: len(body.chambers) == 2)
    >>> body.id, body.passes
    ('a', 'all')
    """
    return _bodies(world, id, allow_opt_in, count("max_chambers", max_chambers))
