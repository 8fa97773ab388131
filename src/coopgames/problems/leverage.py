"""Leverage: each state's share k_i of the collective contribution x (model D4, D22.16)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..errors import SpecificationError
from ..records import exact
from .records import Problem

__all__ = ["leverage_shares"]


def leverage_shares(
    problem: Problem, roles: Sequence[str], capability: Sequence[Fraction]
) -> tuple[Fraction, ...]:
    """Return each state's exact share of x; they sum to one.

    ``roles`` and ``capability`` hold one entry per state. Role shares are split equally inside
    the role; roles a world lacks are dropped and the rest rescaled. Dyadic and coordination
    problems count heads.
    """
    size = len(roles)
    if problem.kernel in ("dyadic", "coordination") or problem.leverage == "equal":
        return (Fraction(1, size),) * size
    if problem.leverage == "capability":
        return tuple(capability)
    assert isinstance(problem.leverage, dict)
    if len(set(roles)) == 1 and roles[0] not in problem.leverage:
        return (Fraction(1, size),) * size
    members = {name: roles.count(name) for name in set(roles)}
    missing = sorted(set(members) - set(problem.leverage))
    if missing:
        raise SpecificationError(
            f"problem {problem.id!r}: leverage has no share for role {missing[0]!r}; "
            f"it names {', '.join(problem.leverage)}; add the role, or use leverage = 'equal' or "
            "'capability'"
        )
    given = {name: exact(problem.leverage[name]) for name in members}
    total = sum(given.values(), Fraction(0))
    if total == 0:
        raise SpecificationError(
            f"problem {problem.id!r}: the roles of this world have no leverage at all"
        )
    each = {name: share / total / members[name] for name, share in given.items()}
    return tuple(each[name] for name in roles)
