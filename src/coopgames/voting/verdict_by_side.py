r"""How often one voter says Yes or No and the motion is adopted.

With independent votes, A the probability of adoption, p_i that of a Yes of voter i and D_i that it
decides,

    Pr(adopted, i says Yes) = p_i (A + (1 - p_i) D_i),
    Pr(adopted, i says No)  = (1 - p_i) (A - p_i D_i).

With probability rho (the correlation, model D22.3) one uniform number U serves all voters, Yes iff
U is below one's p; all votes are then certain between neighbouring values of p. Both are rational
numbers, so that 'never outvoted' is a probability of exactly 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ..errors import CoopgamesError
from ..kernels.rationals import rational, rational_share
from .chance import chance_of_ballots
from .committee import Committee
from .passage import Support, passage
from .tally import tally

__all__ = ["VerdictBySide", "by_group", "verdict_by_side"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VerdictBySide:
    """Probabilities of one given voter of each group, by group.

    Attributes
    ----------
    yes : dict of str to Fraction
        That it says Yes.
    yes_adopted : dict of str to Fraction
        That it says Yes and the motion is adopted.
    no_adopted : dict of str to Fraction
        That it says No and the motion is adopted: it is outvoted.
    """

    yes: Mapping[str, Fraction]
    yes_adopted: Mapping[str, Fraction]
    no_adopted: Mapping[str, Fraction]

    def disagreement(self, group: str) -> Fraction:
        """Return the probability that the verdict is not what a voter of the group said."""
        return self.yes[group] - self.yes_adopted[group] + self.no_adopted[group]


def verdict_by_side(
    committee: Committee, support: Support, *, correlation: float | str | Fraction = 0
) -> VerdictBySide:
    """Return how often a voter of each group is on either side of an adoption.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    support : number, "a/b", or mapping of group to these
        Probability in [0, 1] of a Yes; nobody abstains.
    correlation : number or "a/b"
        Probability that one draw serves all voters.

    Raises
    ------
    CoopgamesError
        If a probability lies outside [0, 1], or a group is missing or unknown.

    Examples
    --------
    >>> from coopgames.voting import Quota, Voters
    >>> three = Committee(voters=(Voters(id="state", count=3),), rule=Quota(votes=2))
    >>> verdict_by_side(three, "3/5").no_adopted
    {'state': Fraction(18, 125)}
    """
    p = by_group("support", support, committee)
    for value in p.values():
        rational_share("support", value)
    rho = rational_share("correlation", correlation)
    zero = dict.fromkeys(committee.groups, Fraction(0))
    yes, no = dict(zero), dict(zero)
    for weight, (with_yes, with_no) in (
        (1 - rho, _independent(committee, p) if rho < 1 else (zero, zero)),
        (rho, _common(committee, p) if rho > 0 else (zero, zero)),
    ):
        for name in committee.groups:
            yes[name] += weight * with_yes[name]
            no[name] += weight * with_no[name]
    return VerdictBySide(yes=p, yes_adopted=yes, no_adopted=no)


Sides = tuple[dict[str, Fraction], dict[str, Fraction]]


def _independent(committee: Committee, p: Mapping[str, Fraction]) -> Sides:
    found = passage(committee, p, exact=True)
    adopted = Fraction(found.probability)
    yes, no = {}, {}
    for name, share in p.items():
        decides = Fraction(found.deciding[name])
        yes[name] = share * (adopted + (1 - share) * decides)
        no[name] = (1 - share) * (adopted - share * decides)
    return yes, no


def _common(committee: Committee, p: Mapping[str, Fraction]) -> Sides:
    counts = np.array([group.count for group in committee.voters], dtype=np.int64)
    marks = sorted({Fraction(0), Fraction(1), *p.values()})
    says_yes = np.array([[p[name] >= high for name in committee.groups] for high in marks[1:]])
    ballots = {"yes": says_yes * counts, "no": ~says_yes * counts}
    adopted = chance_of_ballots(tally(committee), ballots, exact=True)
    yes, no = (dict.fromkeys(committee.groups, Fraction(0)) for _ in range(2))
    for (low, high), row, chance in zip(pairwise(marks), says_yes, adopted, strict=True):
        for name, side in zip(committee.groups, row, strict=True):
            (yes if side else no)[name] += (high - low) * Fraction(chance)
    return yes, no


def by_group(name: str, value: Support, committee: Committee) -> dict[str, Fraction]:
    """Return a number for each group, from one for all or a mapping.

    Raises
    ------
    CoopgamesError
        If a group is missing or unknown, or something is no number.
    """
    if isinstance(value, Mapping):
        for group in value:
            committee.position(group)
        missing = [group for group in committee.groups if group not in value]
        if missing:
            raise CoopgamesError(
                f"{name}: no number for group {missing[0]!r}; give one for each of "
                f"{', '.join(committee.groups)}, or one number for all"
            )
        given = {group: value[group] for group in committee.groups}
    else:
        given = dict.fromkeys(committee.groups, value)
    return {group: rational(name, item) for group, item in given.items()}
