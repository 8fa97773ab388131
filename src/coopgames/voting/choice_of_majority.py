r"""How large a majority to require: the classics' two answers.

Buchanan & Tullock (1962): a rule has an external cost, what others' decisions do to a member, which
falls with the share s of votes required, and a cost of reaching decisions, which rises. Choose the
s with the least sum.

Rae (1969) and Taylor (1969): before it knows its interests, a member wants the rule under which the
verdict is most rarely what it voted against. With independent votes, each a Yes with probability
1/2, that is the simple majority.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .._checks import number
from ..errors import CoopgamesError
from ..kernels.rationals import rational
from .candidate_rules import Members, candidate_rules
from .committee import Committee
from .passage import Support
from .rules import Quota, weight_needed
from .verdict_by_side import verdict_by_side

__all__ = ["CheapestMajority", "LeastDisagreement", "cheapest_majority", "least_disagreement"]

Number = Fraction | float
#: Of the share of votes required, a Fraction; or one number for each rule.
Cost = Callable[[Fraction], Any] | Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheapestMajority:
    """What each majority costs.

    Attributes
    ----------
    rules : tuple of str
        By the votes they require, fewest first.
    shares : tuple of Fraction
        Share of all votes required.
    external, decision, total : tuple of numbers
        The two costs of each rule and their sum. [cost]
    best : tuple of int
        Positions of the rules with the least total, all of them.
    """

    rules: tuple[str, ...]
    shares: tuple[Fraction, ...]
    external: tuple[Number, ...]
    decision: tuple[Number, ...]
    total: tuple[Number, ...]
    best: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastDisagreement:
    """How often each rule decides against its members.

    Attributes
    ----------
    rules : tuple of str
    disagreement : tuple of numbers
        Probability, averaged over members, that the verdict is not what one voted for.
    by_group : tuple of dict of str to number
        The same for one member of each group, rule by rule.
    best : tuple of int
        Positions of the rules with the least mean, all of them.
    """

    rules: tuple[str, ...]
    disagreement: tuple[Number, ...]
    by_group: tuple[Mapping[str, Number], ...]
    best: tuple[int, ...]


def cheapest_majority(
    members: int | Sequence[float | str], *, external_cost: Cost, decision_cost: Cost
) -> CheapestMajority:
    """Return the majority at which external and decision costs are least together.

    Parameters
    ----------
    members : int, or sequence of weights
        How many, or what their votes weigh.
    external_cost, decision_cost : callable, or sequence of numbers
        Of the share of all votes required, which is passed as a Fraction in (0, 1]; or one number
        for each rule, fewest votes first. Numbers may be written "a/b". [cost]

    Raises
    ------
    CoopgamesError
        If a cost is no number, or there isn't one for each rule.
    BudgetError
        If the weights make more than 2,000 different quotas.

    References
    ----------
    Buchanan & Tullock (1962) The Calculus of Consent, Univ. of Michigan Press, chapter 6.

    Examples
    --------
    >>> found = cheapest_majority(
    ...     9, external_cost=lambda s: 10 * (1 - s) ** 2, decision_cost=lambda s: 8 * s**3
    ... )
    >>> [found.rules[i] for i in found.best], str(min(found.total))
    (['5 of 9'], '2440/729')
    """
    if isinstance(members, (Committee, Mapping)):
        raise CoopgamesError("members must be a number or weights: costs depend on the votes asked")
    committees = candidate_rules(members)
    shares = tuple(_share(one) for one in committees.values())
    external = _costs("external_cost", external_cost, shares)
    decision = _costs("decision_cost", decision_cost, shares)
    total = tuple(a + b for a, b in zip(external, decision, strict=True))
    return CheapestMajority(
        rules=tuple(committees),
        shares=shares,
        external=external,
        decision=decision,
        total=total,
        best=_least(total),
    )


def least_disagreement(
    members: Members,
    support: Support = "1/2",
    *,
    correlation: float | str | Fraction = 0,
) -> LeastDisagreement:
    """Return how often each rule decides against its members, and where that is rarest.

    Parameters
    ----------
    members : int, sequence of weights, Committee, or mapping of str to Committee
        As in `self_enforcing_rules`.
    support : number, "a/b", or mapping of group to these
        Probability in [0, 1] that a member votes Yes; 1/2 by default, as in Rae (1969).
    correlation : number or "a/b"
        Probability, in [0, 1], that one draw serves all members.

    Returns
    -------
    LeastDisagreement
        Exact; a float stands for its shortest decimal.

    Raises
    ------
    CoopgamesError
        If a probability lies outside [0, 1], or a group is missing or unknown.

    References
    ----------
    Rae (1969) Am. Polit. Sci. Rev. 63:40; Taylor (1969) Behav. Sci. 14:228.

    Examples
    --------
    >>> found = least_disagreement(5)
    >>> [str(one) for one in found.disagreement], [found.rules[i] for i in found.best]
    (['15/32', '3/8', '5/16', '3/8', '15/32'], ['3 of 5'])
    """
    committees = candidate_rules(members)
    by_group, mean = [], []
    for committee in committees.values():
        sides = verdict_by_side(committee, support, correlation=correlation)
        own = {name: sides.disagreement(name) for name in committee.groups}
        by_group.append(own)
        total = sum((group.count * own[group.id] for group in committee.voters), Fraction(0))
        mean.append(total / committee.size)
    return LeastDisagreement(
        rules=tuple(committees),
        disagreement=tuple(mean),
        by_group=tuple(by_group),
        best=_least(mean),
    )


def _share(committee: Committee) -> Fraction:
    """Return the share of all votes that a committee's quota requires."""
    rule = committee.rule
    assert isinstance(rule, Quota)
    total = committee.total(rule)
    return weight_needed(rule, total) / total


def _costs(name: str, cost: Cost, shares: Sequence[Fraction]) -> tuple[Number, ...]:
    values = [cost(share) for share in shares] if callable(cost) else list(cost)
    if len(values) != len(shares):
        raise CoopgamesError(
            f"{name} must have one number for each of the {len(shares)} rules; got {len(values)}"
        )
    out: list[Number] = []
    for value in values:
        floating = isinstance(value, (float, np.floating))
        out.append(number(name, value) if floating else rational(name, value))
    return tuple(out)


def _least(values: Sequence[Number]) -> tuple[int, ...]:
    lowest = min(values)
    return tuple(i for i, value in enumerate(values) if value == lowest)
