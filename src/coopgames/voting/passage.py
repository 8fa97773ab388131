r"""How likely a motion passes, how long it takes, and who stops it.

Every voter is absent with probability z, else abstains with probability a, else says Yes with its
support p and No otherwise, independently; with probability rho (the correlation, model D22.3) one
uniform number U serves all voters instead, Yes iff U is below the probability of Yes, then
abstention, absence and No. Rounds repeat independently until a motion passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

import numpy as np

from .._checks import count as whole
from .._checks import probability
from ..errors import CoopgamesError
from ..records import exact as rational
from .chance import chance_of_ballots
from .committee import Committee
from .lowering import BALLOTS
from .rules import AllOf, AnyRule
from .swings import verdicts
from .tally import tally
from .words import rule_in_words

__all__ = ["Passage", "Support", "passage"]

#: A probability, or one per group; fractions may be written "a/b".
Support = float | str | Fraction | Mapping[str, float | str | Fraction]
Number = Fraction | float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """How a motion fares.

    Attributes
    ----------
    probability : Fraction or float
        That it passes in one round.
    expected_rounds : Fraction, float
        Mean number of rounds until it passes, 1/probability; infinite if it never does.
    deciding : dict of str to number
        Per group, the probability that one given voter decides: adopted with its Yes and not with
        its No.
    stopping : dict of str to number
        Per group, the probability that one given voter says No and would have carried the motion
        with a Yes. Several voters may stop the same motion, or, each being one too many, none.
    causes : dict of str to number
        Where the rule needs several things at once (at most four), the probability of each
        combination that failed, in words; they sum to 1 - probability.
    """

    probability: Number
    expected_rounds: Number
    deciding: Mapping[str, Number]
    stopping: Mapping[str, Number]
    causes: Mapping[str, Number]

    def within(self, rounds: int) -> Number:
        """Return the probability that a motion passes within so many rounds.

        Examples
        --------
        >>> from coopgames.voting import weighted_committee
        >>> passage(weighted_committee(1, [1]), "1/2", exact=True).within(3)
        Fraction(7, 8)
        """
        return 1 - (1 - self.probability) ** whole("rounds", rounds, 0)


def passage(
    committee: Committee,
    support: Support = 0.5,
    *,
    abstention: float | str | Fraction = 0,
    absence: float | str | Fraction = 0,
    correlation: float | str | Fraction = 0,
    exact: bool = False,
) -> Passage:
    """Return how likely a motion passes, and who decides and stops it.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    support : number, "a/b", or mapping of group to these
        Probability in [0, 1] that a voter who takes sides says Yes.
    abstention : number or "a/b"
        Probability that a voter who is present takes no side.
    absence : number or "a/b"
        Probability that a voter stays away.
    correlation : number or "a/b"
        Probability that one draw serves all voters.
    exact : bool
        Rational numbers, a float standing for its shortest decimal; else floating point.

    Returns
    -------
    Passage

    Raises
    ------
    CoopgamesError
        If a probability lies outside [0, 1] or a group is missing or unknown.
    BudgetError
        If it would take too long or too much room; says how long and how much.

    Examples
    --------
    The Security Council, every member in favour with probability four fifths:

    >>> from coopgames.voting import Quota, Veto, Voters
    >>> council = Committee(
    ...     voters=(Voters(id="permanent", count=5), Voters(id="elected", count=10)),
    ...     rule=Quota(votes=9) & Veto(by="permanent"),
    ... )
    >>> found = passage(council, 0.8)
    >>> round(found.probability, 6), round(found.expected_rounds, 6)
    (0.327397, 3.054398)
    >>> [round(value, 4) for value in found.causes.values()]
    [0.0003, 0.6545, 0.0178]
    """
    electorate = _Electorate.of(committee, support, abstention, absence, correlation)
    found = _solve(committee, electorate, exact=exact)
    causes = {}
    if isinstance(committee.rule, AllOf) and 2 <= len(committee.rule.rules) <= 4:
        causes = _causes(committee, committee.rule.rules, electorate, found[0], exact=exact)
    probability_, deciding, stopping = found
    return Passage(
        probability=probability_,
        expected_rounds=1 / probability_ if probability_ > 0 else float("inf"),
        deciding=deciding,
        stopping=stopping,
        causes=causes,
    )


@dataclass(frozen=True, slots=True)
class _Electorate:
    """Per group the probability of each ballot, and the correlation; all rational."""

    ballots: tuple[dict[str, Fraction], ...]
    correlation: Fraction
    abstentions: bool

    @classmethod
    def of(
        cls,
        committee: Committee,
        support: Support,
        abstention: Any,
        absence: Any,
        correlation: Any,
    ) -> _Electorate:
        if isinstance(support, Mapping):
            for name in support:
                committee.position(name)
            missing = [name for name in committee.groups if name not in support]
            if missing:
                raise CoopgamesError(
                    f"support: no probability for group {missing[0]!r}; give one for each of "
                    f"{', '.join(committee.groups)}, or one number for all"
                )
            own = [_share(f"support[{name!r}]", support[name]) for name in committee.groups]
        else:
            own = [_share("support", support)] * len(committee.groups)
        away = _share("absence", absence)
        neither = _share("abstention", abstention) * (1 - away)
        sides = 1 - away - neither
        ballots = tuple(
            {"yes": sides * p, "no": sides * (1 - p), "abstain": neither, "absent": away}
            for p in own
        )
        return cls(ballots, _share("correlation", correlation), away + neither > 0)


def _share(name: str, value: Any) -> Fraction:
    if isinstance(value, str):
        try:
            value = Fraction(value)
        except (ValueError, ZeroDivisionError):
            raise CoopgamesError(f"{name} must be a number or 'a/b'; got {value!r}") from None
    if isinstance(value, Fraction):
        probability(name, float(value))
        return value
    return rational(probability(name, value))


Found = tuple[Any, dict[str, Any], dict[str, Any]]


def _solve(
    committee: Committee, electorate: _Electorate, *, exact: bool, rule: AnyRule | None = None
) -> Found:
    """Return passage, deciding and stopping, mixing independent votes and the common cause.

    Of the committee's rule, or of another among the same voters, which may be trivial.
    """
    rho = electorate.correlation if exact else float(electorate.correlation)
    parts: list[tuple[Any, Found]] = []
    if rho < 1:
        parts.append((1 - rho, _independent(committee, electorate, rule, exact=exact)))
    if rho > 0:
        parts.append((rho, _common(committee, electorate, rule, exact=exact)))
    if len(parts) == 1:
        return parts[0][1]
    (a, one), (b, two) = parts
    return (
        a * one[0] + b * two[0],
        {g: a * one[1][g] + b * two[1][g] for g in committee.groups},
        {g: a * one[2][g] + b * two[2][g] for g in committee.groups},
    )


def _independent(
    committee: Committee, electorate: _Electorate, rule: AnyRule | None, *, exact: bool
) -> Found:
    ballots = electorate.ballots
    used = BALLOTS if electorate.abstentions else BALLOTS[:2]
    keys = [tuple(item[name] for name in used) for item in ballots]
    tallied = tally(committee, abstentions=electorate.abstentions, apart=keys, rule=rule)
    counts = [group.count for group in committee.voters]
    masses: list[dict[str, Any]]
    if exact:
        scales = [lcm(*(p.denominator for p in key)) for key in keys]
        masses = [
            {name: int(p * scale) for name, p in zip(used, key, strict=True)}
            for key, scale in zip(keys, scales, strict=True)
        ]
    else:
        scales = [1] * len(keys)
        masses = [
            {name: np.array([float(p)]) for name, p in zip(used, key, strict=True)} for key in keys
        ]
    found = verdicts(tallied, masses, exact=exact, counts=counts)
    if exact:
        passes: Any = Fraction(found.adoption, found.total)
        deciding: list[Any] = [
            Fraction(mass * scales[g], found.total) for g, mass in enumerate(found.deciding)
        ]
    else:
        # Rounding may leave a probability by a hair outside [0, 1].
        passes = min(max(float(found.adoption[0]), 0.0), 1.0)
        deciding = [max(float(value[0]), 0.0) for value in found.deciding]
    no: list[Any] = [item["no"] if exact else float(item["no"]) for item in ballots]
    return (
        passes,
        dict(zip(committee.groups, deciding, strict=True)),
        {g: p * d for g, p, d in zip(committee.groups, no, deciding, strict=True)},
    )


def _common(
    committee: Committee, electorate: _Electorate, rule: AnyRule | None, *, exact: bool
) -> Found:
    """One number for all: between two neighbouring steps of anybody's ballot all are certain."""
    order = ("yes", "abstain", "absent", "no")
    counts = np.array([group.count for group in committee.voters])
    groups = len(counts)
    steps = []
    for item in electorate.ballots:
        edges = [Fraction(0)]
        for name in order:
            edges.append(edges[-1] + item[name])
        steps.append(edges)
    marks = sorted({edge for edges in steps for edge in edges})
    widths, rows = [], []
    for low, high in pairwise(marks):
        middle = (low + high) / 2
        cast = [
            next(name for name, end in zip(order, edges[1:], strict=True) if middle < end)
            for edges in steps
        ]
        widths.append(high - low)
        rows.append(cast)
    tallied = tally(committee, abstentions=electorate.abstentions, rule=rule)
    ballots = {
        name: np.array(
            [[count * (c == name) for c, count in zip(cast, counts, strict=True)] for cast in rows],
            dtype=np.int64,
        )
        for name in (BALLOTS if electorate.abstentions else BALLOTS[:2])
    }
    adopted = chance_of_ballots(tallied, ballots, exact=exact)
    says_no = np.array([[c == "no" for c in cast] for cast in rows])
    gains = []
    for g in range(groups):
        turned = {}
        for name, number in ballots.items():
            own = (number[:, g] > 0).astype(np.int64)
            turned[name] = number - own[:, None] * (np.arange(groups) == g)
        one = (np.arange(groups) == g).astype(np.int64)
        with_yes = chance_of_ballots(tallied, {**turned, "yes": turned["yes"] + one}, exact=exact)
        with_no = chance_of_ballots(tallied, {**turned, "no": turned["no"] + one}, exact=exact)
        gains.append(with_yes - with_no)

    def share(values: Any) -> Any:
        if exact:
            return sum((w * v for w, v in zip(widths, values, strict=True)), Fraction(0))
        return float(np.dot([float(w) for w in widths], values))

    return (
        share(adopted),
        {name: share(gains[g]) for g, name in enumerate(committee.groups)},
        {name: share(gains[g] * says_no[:, g]) for g, name in enumerate(committee.groups)},
    )


def _causes(
    committee: Committee,
    parts: tuple[AnyRule, ...],
    electorate: _Electorate,
    passes: Any,
    *,
    exact: bool,
) -> dict[str, Any]:
    """Probability that exactly these parts fail, by inclusion and exclusion over what passes."""
    size = len(parts)
    full = (1 << size) - 1
    met: dict[int, Any] = {0: 1, full: passes}
    for mask in range(1, full):
        chosen = tuple(part for i, part in enumerate(parts) if mask >> i & 1)
        met[mask] = _solve(committee, electorate, exact=exact, rule=AllOf(rules=chosen))[0]
    out = {}
    for failed in range(1, full + 1):
        rest = full & ~failed
        value: Any = 0
        extra = failed
        while True:
            value = value + (-1) ** extra.bit_count() * met[rest | extra]
            if extra == 0:
                break
            extra = (extra - 1) & failed
        words = " and ".join(rule_in_words(part) for i, part in enumerate(parts) if failed >> i & 1)
        out[f"not: {words}"] = value if exact else max(float(value), 0.0)
    return out
