r"""A committee as a tally: the few weighted sums that its rule reads, and the verdict on each.

An elementary rule compares a weighted sum of ballots, a *form*, with a threshold. Equal forms are
kept once; what the rule needs to know of a form is how many of its thresholds are reached, its
*class*. Voters that add the same to every form are one *kind*. Forms tied together by a common
voter make a *block*; blocks have no voter in common, so their sums are independent given the
support, and the verdict is a table over one class per block.

    votes of kinds -> forms of a block -> class of a block -> table[class_1, ..., class_B]

Where abstentions are out of the question a Yes is the opposite of a No and every form counts Yes;
only de facto vetoes (`Veto.used` < 1) make a No count by chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from ..records import exact
from .committee import Committee
from .rules import AllOf, AnyOf, Dual, Quorum, Quota, Rule, SomeOf, Veto

__all__ = ["BALLOTS", "Block", "Kind", "Option", "Tally", "tally"]

#: What a voter can do. Without abstentions only the first two occur.
BALLOTS = ("yes", "no", "abstain", "absent")
_OPPOSITE = {"yes": "no", "no": "yes", "abstain": "abstain", "absent": "absent"}

Bools = npt.NDArray[np.bool_]
#: From the value of every form (arrays that broadcast) to the verdict.
Verdict = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One way a ballot may count: what it adds to the forms of the block, and how likely."""

    ballot: str
    steps: tuple[int, ...]
    chance: Fraction


@dataclass(frozen=True, slots=True)
class Kind:
    """Voters that count alike: positions of their groups, how many, and their options."""

    groups: tuple[int, ...]
    count: int
    options: tuple[Option, ...]

    def of(self, ballot: str) -> tuple[Option, ...]:
        """Return the options of one ballot; their chances sum to one."""
        return tuple(option for option in self.options if option.ballot == ballot)

    @property
    def plain(self) -> bool:
        """Whether a No adds nothing and nothing is left to chance."""
        return all(
            option.chance == 1 and (option.ballot == "yes" or not any(option.steps))
            for option in self.options
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Kinds and the forms they share.

    ``thresholds`` lists, per form, the values at which its class changes, ascending; the class of
    the block is the mixed-radix number of its forms' classes, the last form running fastest.
    """

    kinds: tuple[Kind, ...]
    thresholds: tuple[tuple[int, ...], ...]

    @property
    def radices(self) -> tuple[int, ...]:
        """Number of classes of each form."""
        return tuple(len(values) + 1 for values in self.thresholds)

    @property
    def classes(self) -> int:
        """Number of classes of the block."""
        return math.prod(self.radices)

    @property
    def caps(self) -> tuple[int, ...]:
        """Largest threshold of each form; more makes no difference."""
        return tuple(values[-1] for values in self.thresholds)

    @property
    def voters(self) -> int:
        """Number of voters."""
        return sum(kind.count for kind in self.kinds)

    @property
    def plain(self) -> bool:
        """Whether all its kinds are plain."""
        return all(kind.plain for kind in self.kinds)

    def class_of(self, sums: Sequence[Any]) -> Any:
        """Return the class of given sums, one array per form."""
        out: Any = 0
        for value, limits, radix in zip(sums, self.thresholds, self.radices, strict=True):
            out = out * radix + np.searchsorted(limits, value, side="right")
        return out


@dataclass(frozen=True, slots=True)
class Tally:
    """Blocks, the verdict on their classes, and how many voters no form counts.

    ``table`` has one axis per block. ``place`` gives (block, kind) of each group, None for the
    uncounted.
    """

    blocks: tuple[Block, ...]
    table: Bools
    place: tuple[tuple[int, int] | None, ...]
    uncounted: int

    @property
    def deterministic(self) -> bool:
        """Whether nothing is left to chance: without abstentions, a simple game."""
        return all(
            option.chance == 1
            for block in self.blocks
            for kind in block.kinds
            for option in kind.options
        )


@dataclass(slots=True)
class _Form:
    """A weighted sum: per ballot and group an integer, and the probability that a vote counts."""

    adds: dict[str, tuple[int, ...]]
    chance: Fraction
    thresholds: set[int]


class _Lowering:
    """Turns a rule into a verdict on forms, collecting the forms on the way."""

    def __init__(self, committee: Committee, *, abstentions: bool, with_opposite: bool) -> None:
        self.committee = committee
        self.abstentions = abstentions
        self.ballots = BALLOTS if abstentions else BALLOTS[:2]
        self.counts = tuple(group.count for group in committee.voters)
        self.forms: list[_Form] = []
        self.known: dict[tuple[Any, ...], int] = {}
        self.bloc_of: dict[str, int] = {}
        self.verdicts = [self.lower(bloc.rule, {}, swapped=False) for bloc in committee.blocs]
        self.bloc_of = {
            seat: number for number, bloc in enumerate(committee.blocs) for seat in bloc.seats
        }
        self.verdict = self.lower(committee.rule, self.bloc_of, swapped=False)
        if with_opposite:
            ours = self.verdict
            theirs = self.lower(committee.rule, self.bloc_of, swapped=True)
            self.verdict = lambda values: ours(values) & ~theirs(values)

    # -- forms ---------------------------------------------------------------------------

    def form(self, adds: dict[str, tuple[int, ...]], chance: Fraction) -> int:
        """Return the number of a form, new or known; each de facto veto draws for itself."""
        key = tuple(sorted(adds.items())) if chance == 1 else (len(self.forms),)
        if key not in self.known:
            self.known[key] = len(self.forms)
            self.forms.append(_Form(adds, chance, set()))
        return self.known[key]

    def compare(
        self, weights: dict[str, tuple[int, ...]], threshold: int, blocs: dict[int, dict[str, int]]
    ) -> Verdict:
        """Return the verdict: weighted sum of ballots, and of blocs' Yes and No, >= threshold."""
        yes, no = weights.get("yes", ()), weights.get("no", ())
        opposite = not self.abstentions and not any(yes) and any(no)
        shift = 0
        if opposite:
            # Without abstentions No weighs what Yes does not.
            shift = sum(w * count for w, count in zip(no, self.counts, strict=True))
            weights = {"yes": no}
        divisor = math.gcd(*(w for row in weights.values() for w in row)) or 1
        adds = {b: tuple(w // divisor for w in row) for b, row in weights.items() if any(row)}
        reachable = sum(
            max((row[g] for row in adds.values()), default=0) * count
            for g, count in enumerate(self.counts)
        )
        number = self.form(adds, Fraction(1))
        limits = self.forms[number].thresholds
        for verdicts in product((False, True), repeat=len(blocs)):
            added = sum(
                item["yes" if says else "no"]
                for says, item in zip(verdicts, blocs.values(), strict=True)
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
            for bloc, item in blocs.items():
                passes = self.verdicts[bloc](values)
                reached = reached + np.where(passes, item["yes"], item["no"])
            return reached >= threshold

        return verdict

    # -- rules ---------------------------------------------------------------------------

    def lower(self, rule: Rule, bloc_of: dict[str, int], *, swapped: bool) -> Verdict:
        """Return a rule's verdict; where ``swapped`` Yes and No change places."""
        if isinstance(rule, Dual):
            opposite = self.lower(rule.rule, bloc_of, swapped=not swapped)
            return lambda values: ~opposite(values)
        if isinstance(rule, (AllOf, AnyOf, SomeOf)):
            parts = [self.lower(part, bloc_of, swapped=swapped) for part in rule.rules]
            needed = {AllOf: len(parts), AnyOf: 1}.get(type(rule), 0)
            if isinstance(rule, SomeOf):
                needed = rule.needed
            return lambda values: sum(part(values).astype(np.int8) for part in parts) >= needed
        if isinstance(rule, Veto):
            return self.lower_veto(rule, bloc_of, swapped=swapped)
        if isinstance(rule, Quota):
            return self.lower_quota(rule, bloc_of, swapped=swapped)
        assert isinstance(rule, Quorum)
        return self.lower_quorum(rule, bloc_of, swapped=swapped)

    def weigh(self, rule: Quota | Quorum) -> tuple[tuple[int, ...], Fraction]:
        """Return integer weights by group, 0 for those not meant, and the scale applied."""
        meant = {group.id for group in self.committee.members(rule)}
        raw = [
            group.weight(rule.weight) if group.id in meant else Fraction(0)
            for group in self.committee.voters
        ]
        scale = Fraction(math.lcm(*(value.denominator for value in raw)))
        return tuple(int(value * scale) for value in raw), scale

    def split(
        self, rows: dict[str, tuple[int, ...]], bloc_of: dict[str, int], *, swapped: bool
    ) -> tuple[dict[str, tuple[int, ...]], dict[int, dict[str, int]]]:
        """Split what ballots add into that of single seats and that of whole blocs."""
        if swapped:
            rows = {_OPPOSITE[ballot]: row for ballot, row in rows.items()}
        rows = {ballot: row for ballot, row in rows.items() if ballot in self.ballots}
        if not bloc_of:
            return rows, {}
        ids = self.committee.groups
        blocs: dict[int, dict[str, int]] = {}
        for g, name in enumerate(ids):
            if name in bloc_of and any(row[g] for row in rows.values()):
                item = blocs.setdefault(bloc_of[name], {"yes": 0, "no": 0})
                for ballot in ("yes", "no"):
                    item[ballot] += rows.get(ballot, (0,) * len(ids))[g] * self.counts[g]
        single = {
            ballot: tuple(0 if name in bloc_of else w for name, w in zip(ids, row, strict=True))
            for ballot, row in rows.items()
        }
        return single, blocs

    def at_least(
        self,
        rows: dict[str, tuple[int, ...]],
        threshold: int,
        bloc_of: dict[str, int],
        *,
        swapped: bool,
    ) -> Verdict:
        """Return the verdict that what the ballots add reaches the threshold."""
        single, blocs = self.split(rows, bloc_of, swapped=swapped)
        return self.compare(single, threshold, blocs)

    def lower_quota(self, rule: Quota, bloc_of: dict[str, int], *, swapped: bool) -> Verdict:
        weights, scale = self.weigh(rule)
        total = sum(w * count for w, count in zip(weights, self.counts, strict=True))
        if rule.base == "members" or not self.abstentions:
            limit = rule.needed(Fraction(total) / scale) * scale
            threshold = math.floor(limit) + 1 if rule.strict else math.ceil(limit)
            return self.at_least({"yes": weights}, threshold, bloc_of, swapped=swapped)
        # b Yes >= a (those in the base), counted as b Yes + a (those outside) >= a (all).
        assert rule.share is not None
        share = exact(rule.share)
        a, b = share.numerator, share.denominator
        outside = ("absent",) if rule.base == "present" else ("abstain", "absent")
        rows = {ballot: tuple(a * w for w in weights) for ballot in outside}
        rows["yes"] = tuple(b * w for w in weights)
        enough = self.at_least(
            rows, a * total + (1 if rule.strict else 0), bloc_of, swapped=swapped
        )
        if rule.strict:
            return enough
        somebody = self.at_least({"yes": weights}, 1, bloc_of, swapped=swapped)
        return lambda values: enough(values) & somebody(values)

    def lower_quorum(self, rule: Quorum, bloc_of: dict[str, int], *, swapped: bool) -> Verdict:
        weights, scale = self.weigh(rule)
        total = sum(w * count for w, count in zip(weights, self.counts, strict=True))
        limit = Quota.needed(rule, Fraction(total) / scale) * scale  # type: ignore[arg-type]
        threshold = math.floor(limit) + 1 if rule.strict else math.ceil(limit)
        if not self.abstentions:
            return lambda values: np.asarray(threshold <= total)
        rows = dict.fromkeys(("yes", "no", "abstain"), weights)
        return self.at_least(rows, threshold, bloc_of, swapped=swapped)

    def lower_veto(self, rule: Veto, bloc_of: dict[str, int], *, swapped: bool) -> Verdict:
        meant = {group.id for group in self.committee.members(rule)}
        row = tuple(int(group.id in meant) for group in self.committee.voters)
        used = exact(rule.used)
        if used in {0, 1}:
            weights = tuple(w * int(used) for w in row)
            blocked = self.at_least({"no": weights}, rule.needed, bloc_of, swapped=swapped)
            return lambda values: ~blocked(values)
        single, blocs = self.split({"no": row}, bloc_of, swapped=swapped)
        if blocs:
            from ..errors import SpecificationError

            raise SpecificationError(
                "veto: seats that vote in a bloc cannot hold a de facto veto (used below 1); "
                f"got used={rule.used!r}"
            )
        number = self.form(single, used)
        self.forms[number].thresholds.add(rule.needed)
        return lambda values: values[number] < rule.needed


def tally(
    committee: Committee,
    *,
    abstentions: bool = False,
    with_opposite: bool = False,
    apart: Sequence[Hashable] | None = None,
) -> Tally:
    """Return a committee's tally.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    abstentions : bool
        Whether voters may abstain or stay away; without, every voter says Yes or No.
    with_opposite : bool
        Whether those who say No must also be unable to pass the opposite: a coalition then wins
        iff it wins and its complement does not.
    apart : sequence, optional
        One key per group; groups with different keys are different kinds, however they vote.

    Returns
    -------
    Tally
    """
    lowering = _Lowering(committee, abstentions=abstentions, with_opposite=with_opposite)
    # A form that never reaches a threshold, or always does, says nothing.
    live = [f for f, form in enumerate(lowering.forms) if form.thresholds]
    forms = [lowering.forms[f] for f in live]
    limits = [tuple(sorted(form.thresholds)) for form in forms]
    options = [_options(forms, g, lowering.ballots) for g in range(len(lowering.counts))]
    members = _blocks(options, len(forms))
    blocks, place = [], [None] * len(options)  # type: list[Block], list[Any]
    for number, (axes, groups) in enumerate(members):
        alike: dict[tuple[Hashable, tuple[Option, ...]], list[int]] = {}
        for g in groups:
            own = tuple(
                Option(o.ballot, tuple(o.steps[f] for f in axes), o.chance) for o in options[g]
            )
            alike.setdefault((apart[g] if apart else None, own), []).append(g)
        kinds: list[Kind] = []
        for (_, own), same in alike.items():
            for g in same:
                place[g] = (number, len(kinds))
            count = sum(lowering.counts[g] for g in same)
            kinds.append(Kind(groups=tuple(same), count=count, options=own))
        blocks.append(Block(kinds=tuple(kinds), thresholds=tuple(limits[f] for f in axes)))
    order = [f for axes, _ in members for f in axes]
    values: list[Any] = [np.zeros((1,) * len(order), dtype=np.int64)] * len(lowering.forms)
    for axis, f in enumerate(order):
        shape = [1] * len(order)
        shape[axis] = -1
        values[live[f]] = np.array((0, *limits[f]), dtype=object).reshape(shape)
    verdict = np.asarray(lowering.verdict(values), dtype=bool)
    full = np.broadcast_to(verdict, [len(limits[f]) + 1 for f in order])
    table = np.ascontiguousarray(full).reshape([block.classes for block in blocks])
    uncounted = sum(
        count for count, seat in zip(lowering.counts, place, strict=True) if seat is None
    )
    return Tally(tuple(blocks), table, tuple(place), uncounted)


def _options(forms: Sequence[_Form], g: int, ballots: Sequence[str]) -> tuple[Option, ...]:
    """Return what a voter of group g may add to the forms; chances of one ballot sum to one."""
    out = []
    for ballot in ballots:
        adds = [form.adds.get(ballot, ())[g : g + 1] for form in forms]
        steps = [value[0] if value else 0 for value in adds]
        by_chance = [f for f, form in enumerate(forms) if steps[f] and form.chance != 1]
        for counts in product((True, False), repeat=len(by_chance)):
            chance, own = Fraction(1), list(steps)
            for f, counted in zip(by_chance, counts, strict=True):
                chance *= forms[f].chance if counted else 1 - forms[f].chance
                own[f] = steps[f] if counted else 0
            out.append(Option(ballot, tuple(own), chance))
    return tuple(out)


def _blocks(options: Sequence[tuple[Option, ...]], forms: int) -> list[tuple[list[int], list[int]]]:
    """Return (forms, groups) of each block: forms that some voter touches together."""
    block_of = list(range(forms))
    touched = [
        sorted({f for option in own for f, step in enumerate(option.steps) if step})
        for own in options
    ]
    for axes in touched:
        for f in axes[1:]:
            old, new = block_of[f], block_of[axes[0]]
            block_of = [new if label == old else label for label in block_of]
    return [
        (
            [f for f in range(forms) if block_of[f] == label],
            [g for g, axes in enumerate(touched) if axes and block_of[axes[0]] == label],
        )
        for label in dict.fromkeys(block_of)
    ]
