r"""Voting rules that need no enforcement: whom they outvote still prefers to comply.

In each period a motion for joint action is put to the vote. Where it is adopted a member in favour
gains g_i, one against loses l_i; else all have 0. Per period, before the votes,

    V_i = g_i Pr(adopted, i says Yes) - l_i Pr(adopted, i says No).

A member that is outvoted may refuse and save l_i. Its breach is noticed with probability m; then
the organisation breaks up for T periods, for ever by default, in which all have 0. It complies iff

    l_i <= m S(d) V_i,     S(d) = d + ... + d^T,

with discount factor d. A rule is self-enforcing iff that holds for all whom it can outvote; so
unanimity always is. For ever and with m = 1 the critical discount factor is l_i / (l_i + V_i).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .._checks import count
from ..errors import CoopgamesError
from ..kernels.annuity import discount_factor_for, rounds_worth
from ..kernels.rationals import like_given, rational_share
from .candidate_rules import Members, candidate_rules
from .committee import Committee
from .passage import Support
from .verdict_by_side import by_group, verdict_by_side

__all__ = ["RuleEnforcement", "SelfEnforcingRules", "self_enforcing_rules"]

Number = Fraction | float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleEnforcement:
    """One rule, and how patient it needs its members to be.

    Attributes
    ----------
    rule : str
        Its name.
    committee : Committee
    value : Fraction or float
        Mean of the members' V_i: expected payoff per period before the votes. [payoff]
    values : dict of str to number
        V_i of one member of each group. [payoff]
    outvoted : dict of str to number
        Probability that it says No and the motion is adopted.
    critical : dict of str to number
        Lowest discount factor at which it complies; 0 where it is never outvoted, NaN where no
        discount factor below 1 is enough.
    critical_discount_factor : Fraction or float
        Lowest at which all comply; NaN where there is none.
    binding : str
        The group that needs it, or that never complies; empty where nobody is ever outvoted.
    reason : str
        Why there is none.
    self_enforcing : bool or None
        At the discount factor asked about; None where none was given.
    """

    rule: str
    committee: Committee
    value: Number
    values: Mapping[str, Number]
    outvoted: Mapping[str, Number]
    critical: Mapping[str, Number]
    critical_discount_factor: Number
    binding: str
    reason: str
    self_enforcing: bool | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelfEnforcingRules:
    """Rules to choose among, and the best of them with and without enforcement from outside.

    Attributes
    ----------
    rules : tuple of RuleEnforcement
        In the order of `candidate_rules`; of n alike members the rule "k of n" is at k - 1.
    first_best : RuleEnforcement
        The one with the largest ``value``: what would be chosen if all had to comply.
    discount_factor : float or Fraction or None
    """

    rules: tuple[RuleEnforcement, ...]
    first_best: RuleEnforcement
    discount_factor: Number | None

    def __iter__(self) -> Iterator[RuleEnforcement]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    @property
    def best(self) -> RuleEnforcement | None:
        """The self-enforcing rule with the largest value at ``discount_factor``.

        Of equals the one that needs least patience, then the first. None where no rule is
        self-enforcing, or no discount factor was given.
        """
        held = [one for one in self.rules if one.self_enforcing]
        if not held:
            return None
        return min(held, key=lambda one: (-one.value, one.critical_discount_factor))


def self_enforcing_rules(
    members: Members,
    *,
    support: Support,
    gain: Support = 1,
    loss: Support = 1,
    correlation: float | str | Fraction = 0,
    discount_factor: float | str | Fraction | None = None,
    detection: float | str | Fraction = 1,
    periods: int | None = None,
) -> SelfEnforcingRules:
    """Return which voting rules enforce themselves, and which of them is best.

    Parameters
    ----------
    members : int, sequence of weights, Committee, or mapping of str to Committee
        Of n members all rules "k of n"; of weights all quotas; of a committee its rule and
        unanimity; or any rules of the same voters, vetoes and chambers included.
    support : number, "a/b", or mapping of group to these
        Probability in [0, 1] that a member is in favour.
    gain, loss : number, "a/b", or mapping of group to these
        What adoption brings a member in favour, and costs one against, at least 0; 1 by default,
        which only fixes the unit where they are equal. [payoff]
    correlation : number or "a/b"
        Probability, in [0, 1], that one draw serves all members (as in `passage`).
    discount_factor : number or "a/b", in [0, 1), optional
        At which rules are to be self-enforcing.
    detection : number or "a/b"
        Probability, in (0, 1], that a breach is noticed.
    periods : int, optional
        How long the organisation is broken up after a breach; for ever by default.

    Returns
    -------
    SelfEnforcingRules
        Exact fractions if no argument is a float; else floats, rounded from exact ones.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds or a group is missing or unknown.
    BudgetError
        If there are too many rules, or one would take too long.

    References
    ----------
    Maggi & Morelli (2006) Am. Econ. Rev. 96:1137, doi:10.1257/aer.96.4.1137, for the idea; the
    model is a small one of its kind.

    Examples
    --------
    Three states, each in favour with probability 3/5. Majority would be best, but not the
    impatient keep it:

    >>> found = self_enforcing_rules(3, support="3/5", discount_factor="7/10")
    >>> [str(one.value) for one in found], found.first_best.rule
    (['33/125', '9/25', '27/125'], '2 of 3')
    >>> [str(one.critical_discount_factor) for one in found], found.best.rule
    (['125/158', '25/34', '0'], '3 of 3')
    """
    committees = candidate_rules(members)
    voters = next(iter(committees.values()))
    gains, losses = by_group("gain", gain, voters), by_group("loss", loss, voters)
    for name, amounts in (("gain", gains), ("loss", losses)):
        for group, amount in amounts.items():
            if amount < 0:
                raise CoopgamesError(f"{name} of {group} must be >= 0; got {float(amount):g}")
    m = rational_share("detection", detection)
    if m == 0:
        raise CoopgamesError("detection must be > 0; got 0")
    d = None
    if discount_factor is not None:
        d = rational_share("discount_factor", discount_factor, below_one=True)
    rounds = None if periods is None else count("periods", periods)
    convert = like_given(support, gain, loss, correlation, detection, discount_factor)
    rules = []
    for name, committee in committees.items():
        sides = verdict_by_side(committee, support, correlation=correlation)
        values = {
            g: gains[g] * sides.yes_adopted[g] - losses[g] * sides.no_adopted[g] for g in gains
        }
        rules.append(
            _enforced(
                name,
                committee,
                values=values,
                outvoted=sides.no_adopted,
                losses=losses,
                threat=(m, rounds, d),
                convert=convert,
            )
        )
    best = max(rules, key=lambda one: one.value)
    return SelfEnforcingRules(
        rules=tuple(rules), first_best=best, discount_factor=None if d is None else convert(d)
    )


def _enforced(
    name: str,
    committee: Committee,
    *,
    values: Mapping[str, Fraction],
    outvoted: Mapping[str, Fraction],
    losses: Mapping[str, Fraction],
    threat: tuple[Fraction, int | None, Fraction | None],
    convert: Callable[[Any], Any],
) -> RuleEnforcement:
    m, periods, d = threat
    tempted = [g for g in committee.groups if outvoted[g] > 0 and losses[g] > 0]
    critical: dict[str, Any] = dict.fromkeys(committee.groups, Fraction(0))
    reasons: dict[str, str] = {}
    for g in tempted:
        at = None
        if values[g] > 0:
            at = discount_factor_for(losses[g] / (m * values[g]), periods)
        else:
            reasons[g] = f"{g} expects nothing from the organisation and loses when outvoted"
        if at is None:
            reasons.setdefault(g, f"{g} loses more when outvoted than any break-up would cost it")
        critical[g] = at
    refusing = [g for g in tempted if critical[g] is None]
    binding = ""
    if refusing:
        binding = refusing[0]
    elif tempted:
        binding = max(tempted, key=lambda g: critical[g])
    lowest = float("nan") if refusing else max(critical.values())
    held = None
    if d is not None:
        worth = m * rounds_worth(d, periods)
        held = all(losses[g] <= worth * values[g] for g in tempted)
    counts = {group.id: group.count for group in committee.voters}
    mean = sum((counts[g] * values[g] for g in values), Fraction(0)) / committee.size
    return RuleEnforcement(
        rule=name,
        committee=committee,
        value=convert(mean),
        values={g: convert(value) for g, value in values.items()},
        outvoted={g: convert(value) for g, value in outvoted.items()},
        critical={g: float("nan") if v is None else convert(v) for g, v in critical.items()},
        critical_discount_factor=convert(lowest),
        binding=binding,
        reason=reasons.get(binding, ""),
        self_enforcing=held,
    )
