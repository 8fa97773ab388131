r"""A committee as a tally: the few weighted sums that its rule reads, and the verdict on each.

What a rule needs to know of a weighted sum, a *form*, is how many of its thresholds are reached,
its *class*. Voters that add the same to every form are one *kind*. Forms tied together by a common
voter make a *block*; blocks have no voter in common, so their sums are independent given the
support, and the verdict is a table over one class per block.

    votes of kinds -> forms of a block -> class of a block -> table[class_1, ..., class_B]
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .committee import Committee
from .lowering import Form, Lowering
from .rules import AnyRule

__all__ = ["Block", "Kind", "Option", "Tally", "tally"]

Bools = npt.NDArray[np.bool_]


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
    """Blocks, and the verdict on their classes.

    ``table`` has one axis per block. ``place`` gives (block, kind) of each group, None for one that
    no form counts.
    """

    blocks: tuple[Block, ...]
    table: Bools
    place: tuple[tuple[int, int] | None, ...]

    @property
    def deterministic(self) -> bool:
        """Whether nothing is left to chance: without abstentions, a simple game."""
        return all(
            option.chance == 1
            for block in self.blocks
            for kind in block.kinds
            for option in kind.options
        )


def tally(
    committee: Committee,
    *,
    abstentions: bool = False,
    against: Literal["", "dual", "both"] = "",
    apart: Sequence[Hashable] | None = None,
    rule: AnyRule | None = None,
) -> Tally:
    """Return a committee's tally.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    abstentions : bool
        Whether voters may abstain or stay away; without, every voter says Yes or No.
    against : {'', 'dual', 'both'}
        Whose verdict: the committee's; that of those who say Yes where their opponents could not
        pass the opposite; or both at once.
    apart : sequence, optional
        One key per group; groups with different keys are different kinds, however they vote.
    rule : Rule, optional
        Another rule of the same voters in place of the committee's; it may be trivial.

    Returns
    -------
    Tally
    """
    lowering = Lowering(committee, rule or committee.rule, abstentions=abstentions)
    ours = lowering.verdict() if against != "dual" else None
    theirs = lowering.verdict(mirrored=True) if against else None
    # A form that never reaches a threshold, or always does, says nothing.
    live = [f for f, form in enumerate(lowering.forms) if form.thresholds]
    forms = [lowering.forms[f] for f in live]
    limits = [tuple(sorted(form.thresholds)) for form in forms]
    # Groups that add alike share one list of options.
    columns = [row for form in forms for row in form.adds.values()]
    rows: list[tuple[int, ...]] = list(zip(*columns, strict=True)) or [()] * len(lowering.counts)
    first = {row: g for g, row in reversed(list(enumerate(rows)))}
    known = {row: _options(forms, g, lowering.ballots) for row, g in first.items()}
    options = [known[row] for row in rows]
    members = _blocks(list(known.values()), options, len(forms))
    blocks, place = [], [None] * len(options)  # type: list[Block], list[Any]
    for number, (axes, groups) in enumerate(members):
        alike: dict[tuple[Hashable, tuple[int, ...]], list[int]] = {}
        for g in groups:
            alike.setdefault((apart[g] if apart else None, rows[g]), []).append(g)
        kinds: list[Kind] = []
        for (_, row), same in alike.items():
            own = tuple(
                Option(o.ballot, tuple(o.steps[f] for f in axes), o.chance) for o in known[row]
            )
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
    verdict: Any = np.True_
    if ours is not None:
        verdict = verdict & np.asarray(ours(values), dtype=bool)
    if theirs is not None:
        verdict = verdict & ~np.asarray(theirs(values), dtype=bool)
    table = np.empty([len(limits[f]) + 1 for f in order], dtype=bool)
    table[...] = verdict
    table = table.reshape([block.classes for block in blocks])
    return Tally(tuple(blocks), table, tuple(place))


def _options(forms: Sequence[Form], g: int, ballots: Sequence[str]) -> tuple[Option, ...]:
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


def _blocks(
    distinct: Sequence[tuple[Option, ...]], options: Sequence[tuple[Option, ...]], forms: int
) -> list[tuple[list[int], list[int]]]:
    """Return (forms, groups) of each block: forms that some voter touches together."""
    block_of = list(range(forms))
    axes_of = {}
    for own in distinct:
        axes = sorted({f for option in own for f, step in enumerate(option.steps) if step})
        axes_of[id(own)] = axes
        for f in axes[1:]:
            old, new = block_of[f], block_of[axes[0]]
            block_of = [new if label == old else label for label in block_of]
    touched = [axes_of[id(own)] for own in options]
    return [
        (
            [f for f in range(forms) if block_of[f] == label],
            [g for g, axes in enumerate(touched) if axes and block_of[axes[0]] == label],
        )
        for label in dict.fromkeys(block_of)
    ]
