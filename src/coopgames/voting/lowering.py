r"""From a rule to a verdict on forms: the few weighted sums of ballots that the rule reads.

An elementary rule compares a form with a threshold; equal forms are kept once. Where abstentions
are out of the question a Yes is the opposite of a No and every form counts Yes; only de facto
vetoes (`Veto.used` < 1) make a No count by chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from ..errors import SpecificationError
from ..records import exact
from .ballots import threshold_of
from .committee import Committee
from .rules import AllOf, AnyOf, Dual, Quorum, Quota, Rule, SomeOf, Veto, weight_needed

__all__ = ["BALLOTS", "Form", "Lowering", "Verdict"]

#: What a voter can do. Without abstentions only the first two occur.
BALLOTS = ("yes", "no", "abstain", "absent")
_OPPOSITE = {"yes": "no", "no": "yes", "abstain": "abstain", "absent": "absent"}

#: From the value of every form (arrays that broadcast) to the verdict.
Verdict = Callable[[Sequence[Any]], Any]
#: What each ballot adds, by group.
Rows = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _View:
    """How a rule looks at the ballots.

    Whether blocs vote as one; whether Yes and No have changed places on the way down (`Dual`);
    whether everybody's own ballot is turned round, that of bloc members among them.
    """

    blocs: bool
    mirrored: bool
    swapped: bool = False


def _exchanged(rows: Rows) -> Rows:
    return {_OPPOSITE[ballot]: row for ballot, row in rows.items()}


@dataclass(slots=True)
class Form:
    """A weighted sum: per ballot and group an integer, and the probability that a vote counts."""

    adds: Rows
    chance: Fraction
    thresholds: set[int]


class Lowering:
    """Turns a rule into a verdict on forms, collecting the forms on the way."""

    def __init__(self, committee: Committee, rule: Rule, *, abstentions: bool) -> None:
        self.committee = committee
        self.rule = rule
        self.abstentions = abstentions
        self.ballots = BALLOTS if abstentions else BALLOTS[:2]
        self.counts = tuple(group.count for group in committee.voters)
        self.forms: list[Form] = []
        self._known: dict[tuple[Any, ...], int] = {}
        self._bloc_of = {
            seat: number for number, bloc in enumerate(committee.blocs) for seat in bloc.seats
        }
        #: Verdicts of the blocs, by whether everybody's ballot is turned round.
        self._blocs: dict[bool, list[Verdict]] = {}

    def verdict(self, *, mirrored: bool = False) -> Verdict:
        """Return the committee's verdict, or what it would be on everybody's opposite ballot."""
        self._blocs[mirrored] = [
            self._lower(bloc.rule, _View(blocs=False, mirrored=mirrored))
            for bloc in self.committee.blocs
        ]
        return self._lower(self.rule, _View(blocs=True, mirrored=mirrored))

    # -- forms ---------------------------------------------------------------------------

    def _form(self, adds: Rows, chance: Fraction) -> int:
        """Return the number of a form, new or known; each de facto veto draws for itself."""
        key = tuple(sorted(adds.items())) if chance == 1 else (len(self.forms),)
        if key not in self._known:
            self._known[key] = len(self.forms)
            self.forms.append(Form(adds, chance, set()))
        return self._known[key]

    def _compare(
        self, weights: Rows, threshold: int, blocs: Sequence[tuple[Verdict, int, int]]
    ) -> Verdict:
        """Return the verdict: weighted sum of ballots, and of blocs' Yes or No, >= threshold."""
        against = weights.get("no", ())
        opposite = not self.abstentions and not any(weights.get("yes", ())) and any(against)
        shift = 0
        if opposite:
            # Without abstentions No weighs what Yes does not.
            shift = sum(w * count for w, count in zip(against, self.counts, strict=True))
            weights = {"yes": against}
        divisor = math.gcd(*(w for row in weights.values() for w in row)) or 1
        adds = {b: tuple(w // divisor for w in row) for b, row in weights.items() if any(row)}
        reachable = sum(
            max((row[g] for row in adds.values()), default=0) * count
            for g, count in enumerate(self.counts)
        )
        number = self._form(adds, Fraction(1))
        limits = self.forms[number].thresholds
        for verdicts in product((False, True), repeat=len(blocs)):
            added = sum(
                yes if says else no for says, (_, yes, no) in zip(verdicts, blocs, strict=True)
            )
            value = threshold - added
            limit = shift - value + 1 if opposite else value
            # divisor * x >= limit, or, counting the other way, divisor * x < limit
            limit = -(-limit // divisor)
            if 0 < limit <= reachable:
                limits.add(limit)

        def verdict(values: Sequence[Any]) -> Any:
            x = values[number] * divisor
            reached = shift - x if opposite else x
            for passes, yes, no in blocs:
                reached = reached + np.where(passes(values), yes, no)
            return reached >= threshold

        return verdict

    # -- rules ---------------------------------------------------------------------------

    def _lower(self, rule: Rule, view: _View) -> Verdict:
        """Return a rule's verdict."""
        if isinstance(rule, Dual):
            opposite = self._lower(rule.rule, replace(view, swapped=not view.swapped))
            return lambda values: ~opposite(values)
        if isinstance(rule, (AllOf, AnyOf, SomeOf)):
            parts = [self._lower(part, view) for part in rule.rules]
            needed = {AllOf: len(parts), AnyOf: 1}.get(type(rule), 0)
            if isinstance(rule, SomeOf):
                needed = rule.needed
            return lambda values: sum(part(values).astype(np.int8) for part in parts) >= needed
        if isinstance(rule, Veto):
            return self._lower_veto(rule, view)
        if isinstance(rule, Quota):
            return self._lower_quota(rule, view)
        assert isinstance(rule, Quorum)
        return self._lower_quorum(rule, view)

    def _weigh(self, rule: Quota | Quorum) -> tuple[tuple[int, ...], int, int]:
        """Return integer weights by group, 0 for those not meant; their total; what is needed."""
        meant = {group.id for group in self.committee.members(rule)}
        raw = [
            group.weight(rule.weight) if group.id in meant else 0 for group in self.committee.voters
        ]
        scale = math.lcm(*(value.denominator for value in raw))
        weights = tuple(int(value * scale) for value in raw)
        total = sum(w * count for w, count in zip(weights, self.counts, strict=True))
        needed = weight_needed(rule, Fraction(total, scale))
        return weights, total, threshold_of(scale, needed, strict=rule.strict)

    def _split(self, rows: Rows, view: _View) -> tuple[Rows, dict[int, tuple[int, int]]]:
        """Split what ballots add into that of single seats, and of whole blocs' Yes and No."""
        ids = self.committee.groups
        blocs: dict[int, tuple[int, int]] = {}
        if view.blocs:
            nothing = (0,) * len(ids)
            cast = _exchanged(rows) if view.swapped else rows
            for number in range(len(self.committee.blocs)):
                yes, no = (
                    sum(
                        cast.get(ballot, nothing)[g] * self.counts[g]
                        for g, name in enumerate(ids)
                        if self._bloc_of.get(name) == number
                    )
                    for ballot in ("yes", "no")
                )
                if yes or no:
                    blocs[number] = yes, no
        if view.swapped != view.mirrored:
            rows = _exchanged(rows)
        single = {
            ballot: tuple(
                0 if view.blocs and name in self._bloc_of else w
                for name, w in zip(ids, row, strict=True)
            )
            for ballot, row in rows.items()
            if ballot in self.ballots
        }
        return single, blocs

    def _at_least(
        self,
        rows: Rows,
        threshold: int,
        view: _View,
    ) -> Verdict:
        """Return the verdict that what the ballots add reaches the threshold."""
        single, blocs = self._split(rows, view)
        verdicts = self._blocs[view.mirrored] if blocs else []
        return self._compare(
            single, threshold, [(verdicts[number], *item) for number, item in blocs.items()]
        )

    def _lower_quota(self, rule: Quota, view: _View) -> Verdict:
        weights, total, threshold = self._weigh(rule)
        if rule.base == "members" or not self.abstentions:
            return self._at_least({"yes": weights}, threshold, view)
        # b Yes >= a (those in the base), counted as b Yes + a (those outside) >= a (all).
        assert rule.share is not None
        share = exact(rule.share)
        a, b = share.numerator, share.denominator
        outside = ("absent",) if rule.base == "present" else ("abstain", "absent")
        rows = {ballot: tuple(a * w for w in weights) for ballot in outside}
        rows["yes"] = tuple(b * w for w in weights)
        enough = self._at_least(rows, a * total + (1 if rule.strict else 0), view)
        if rule.strict:
            return enough
        somebody = self._at_least({"yes": weights}, 1, view)
        return lambda values: enough(values) & somebody(values)

    def _lower_quorum(self, rule: Quorum, view: _View) -> Verdict:
        weights, _, threshold = self._weigh(rule)
        if not self.abstentions:
            # Everybody is there, and a quorum that can't be met has been refused.
            return lambda values: np.True_
        rows = dict.fromkeys(("yes", "no", "abstain"), weights)
        return self._at_least(rows, threshold, view)

    def _lower_veto(self, rule: Veto, view: _View) -> Verdict:
        meant = {group.id for group in self.committee.members(rule)}
        row = tuple(int(group.id in meant) for group in self.committee.voters)
        used = exact(rule.used)
        if used in {0, 1}:
            weights = tuple(w * int(used) for w in row)
            blocked = self._at_least({"no": weights}, rule.needed, view)
            return lambda values: ~blocked(values)
        single, blocs = self._split({"no": row}, view)
        if blocs:
            raise SpecificationError(
                "veto: seats that vote in a bloc cannot hold a de facto veto (used below 1); "
                f"got used={rule.used!r}"
            )
        number = self._form(single, used)
        self.forms[number].thresholds.add(rule.needed)
        return lambda values: values[number] < rule.needed
