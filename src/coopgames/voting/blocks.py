"""The law of a block's class, and what one voter's Yes changes: which computation, how large.

Four computations give the same numbers. A single weighted sum of plain votes has a generating
polynomial (`weighted_sums`); few kinds of voters are counted (`count_grid`); many different voters
with fine weights meet in the middle (`halves`); everything else, abstentions and de facto vetoes
included, goes over the grid of capped sums (`saturating`). The one with the least estimated work
is taken, and refused with the estimate where even that is too much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lcm, log2, prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..kernels.count_grid import count_classes, count_sums
from ..kernels.halves import combinations, halves_classes, split_kinds
from ..kernels.saturating import add_voters, by_class, empty_state, leave_each_out
from ..kernels.weighted_sums import exact_classes, float_classes
from .tally import Block, Kind

__all__ = ["BlockLaw", "Multipliers", "block_law", "chance_scale"]

#: Per kind of voter, the mass of each ballot: integers, or arrays over a batch of cases.
Multipliers = Sequence[Mapping[str, Any]]

#: Estimated seconds and bytes above which a computation is refused.
LONGEST = 120.0
LARGEST = 250e6

#: Rough costs of one elementary step on a current processor, in seconds.
_OBJECT, _NUMBER, _CALL = 7e-8, 1.5e-9, 2e-6


class BlockLaw(NamedTuple):
    """Masses of a block's classes, and per kind their change as one voter turns from No to Yes.

    Exact: Python integers, shapes (classes,) and (kinds, classes). Floating point: shapes
    (classes, batch) and (kinds, classes, batch).
    """

    law: npt.NDArray[Any]
    gains: npt.NDArray[Any]


class _Plan(NamedTuple):
    seconds: float
    memory: float
    name: str


def chance_scale(kind: Kind) -> int:
    """Return the factor that makes the chances of a kind's options whole numbers."""
    return lcm(*(option.chance.denominator for option in kind.options))


def block_law(block: Block, multipliers: Multipliers, *, exact: bool, batch: int = 1) -> BlockLaw:
    """Return the law of a block.

    Parameters
    ----------
    block : Block
        Kinds of voters and forms.
    multipliers : sequence of mapping, one per kind
        Mass of each ballot: whole numbers where ``exact``, else arrays of shape (batch,).
    exact : bool
        Whether to compute in whole numbers. Masses are then multiplied by `chance_scale` of every
        voter.
    batch : int
        How many cases the arrays hold.

    Returns
    -------
    BlockLaw

    Raises
    ------
    BudgetError
        If every way is too long or too large; says how long and how large.
    """
    plan = _cheapest(block, multipliers, exact=exact, batch=batch)
    how = {"line": _line, "counts": _columns, "halves": _columns, "grid": _grid}[plan.name]
    return how(block, multipliers, exact, batch, plan.name)


def _total(block: Block, multipliers: Multipliers) -> int:
    return prod(
        (sum(mass.values()) * chance_scale(kind)) ** kind.count
        for kind, mass in zip(block.kinds, multipliers, strict=True)
    )


def _cheapest(block: Block, multipliers: Multipliers, *, exact: bool, batch: int) -> _Plan:
    limbs = _total(block, multipliers).bit_length() / 64 + 1 if exact else 1.0
    step = (_OBJECT if limbs > 1 else _NUMBER) if exact else _NUMBER * batch
    cell = (8.0 + 8 * limbs if limbs > 1 else 8.0) * (1 if exact else batch)
    kinds, voters = len(block.kinds), block.voters
    depth = 1 + log2(kinds) if kinds > 1 else 1.0
    options = max(len(kind.options) for kind in block.kinds)
    cells = prod(float(cap + 1) for cap in block.caps)
    passes = voters * depth * options
    plans = [
        _Plan(passes * (cells * step + 10 * _CALL), cells * cell * (depth + 3), "grid"),
    ]
    if block.plain and not any("abstain" in mass for mass in multipliers):
        counts = [kind.count for kind in block.kinds]
        listed = float(combinations(counts))
        columns = 1 if exact else batch
        work = listed * step * (kinds + 1) * (2 + block.classes) * columns
        plans.append(_Plan(work + 20 * kinds * _CALL, listed * cell * 4, "counts"))
        sides = [float(combinations([counts[g] for g in side])) for side in split_kinds(counts)]
        pairs = prod(cap + 1.0 for cap in block.caps) / (max(block.caps) + 1.0)
        work = (sum(sides) * (kinds + 2 * block.classes) * min(pairs, 40.0)) * step * columns
        plans.append(_Plan(work + pairs**2 * 20 * _CALL, sum(sides) * cell * 30, "halves"))
        if len(block.caps) == 1:
            reach = block.caps[0] if exact else _reach(block)
            word = _NUMBER * limbs / 10 if exact else _NUMBER * batch
            memory = reach * 8 * limbs * 5 if exact else reach * 8 * 5
            plans.append(_Plan(voters * (reach * word + _CALL), memory, "line"))
    possible = [plan for plan in plans if plan.memory <= LARGEST]
    best = min(possible or plans)
    if best.seconds > LONGEST or best.memory > LARGEST:
        raise BudgetError(
            f"{voters} voters of {kinds} kinds and sums up to {max(block.caps):,} would take about "
            f"{best.seconds:.3g} s and {best.memory / 1e6:.3g} MB, more than {LONGEST:g} s or "
            f"{LARGEST / 1e6:g} MB; use coarser weights" + (", or exact=False" if exact else "")
        )
    return best


def _reach(block: Block) -> int:
    return sum(kind.count * kind.of("yes")[0].steps[0] for kind in block.kinds)


def _array(values: Any, exact: bool) -> npt.NDArray[Any]:
    return np.array(values, dtype=object if exact else float)


def _line(block: Block, multipliers: Multipliers, exact: bool, batch: int, _: str) -> BlockLaw:
    weights = [kind.of("yes")[0].steps[0] for kind in block.kinds]
    counts = [kind.count for kind in block.kinds]
    yes = [mass["yes"] for mass in multipliers]
    if exact:
        no = [mass["no"] for mass in multipliers]
        law, gains = exact_classes(weights, counts, yes, no, block.thresholds[0])
        return BlockLaw(_array(law, True), _array(gains, True))
    support = np.array([np.broadcast_to(p, (batch,)) for p in yes], dtype=float)
    return BlockLaw(*float_classes(weights, counts, support, block.thresholds[0]))


def _columns(block: Block, multipliers: Multipliers, exact: bool, batch: int, how: str) -> BlockLaw:
    """Run a computation that takes one case at a time."""
    steps = np.array([kind.of("yes")[0].steps for kind in block.kinds], dtype=np.int64)
    counts = [kind.count for kind in block.kinds]
    dtype: Any = float
    if exact:
        dtype = np.int64 if _total(block, multipliers) < 2**62 else object
    class_of = block.class_of(count_sums(steps, counts)) if how == "counts" else None
    laws, gains = [], []
    for case in range(1 if exact else batch):
        yes, no = (
            [
                mass[ballot] if exact else float(np.broadcast_to(mass[ballot], (batch,))[case])
                for mass in multipliers
            ]
            for ballot in ("yes", "no")
        )
        if class_of is not None:
            law, gain = count_classes(class_of, block.classes, yes, no, dtype=dtype)
        else:
            law, gain = halves_classes(steps, counts, yes, no, block.thresholds, dtype=dtype)
        laws.append(law)
        gains.append(gain)
    if exact:
        return BlockLaw(_array(laws[0], True), _array(gains[0], True))
    return BlockLaw(_array(laws, False).T, np.moveaxis(_array(gains, False), 0, -1))


def _grid(block: Block, multipliers: Multipliers, exact: bool, batch: int, _: str) -> BlockLaw:
    dtype: Any = float
    if exact:
        dtype = np.int64 if _total(block, multipliers) < 2**62 else object
    ballots = [
        [
            (option.steps, mass[option.ballot] * _chance(kind, option.chance, exact))
            for option in kind.options
            if option.ballot in mass
        ]
        for kind, mass in zip(block.kinds, multipliers, strict=True)
    ]
    kinds = [(own, kind.count) for own, kind in zip(ballots, block.kinds, strict=True)]
    start = empty_state(block.caps, 1 if exact else batch, dtype)
    law: Any = None
    gains: list[Any] = [None] * len(kinds)
    for g, rest in leave_each_out(start, kinds):
        if law is None:
            whole = add_voters(rest, ballots[g], 1)
            law = by_class(whole, block.thresholds, (0,) * len(block.caps))
        gains[g] = _turned(rest, block, block.kinds[g], exact, "yes")
        gains[g] = gains[g] - _turned(rest, block, block.kinds[g], exact, "no")
    if exact:
        return BlockLaw(law[:, 0].astype(object), np.array(gains)[:, :, 0].astype(object))
    return BlockLaw(law, np.array(gains))


def _chance(kind: Kind, chance: Any, exact: bool) -> Any:
    return int(chance * chance_scale(kind)) if exact else float(chance)


def _turned(rest: Any, block: Block, kind: Kind, exact: bool, ballot: str) -> Any:
    """Return class masses once one voter of the kind has cast the ballot."""
    return sum(
        by_class(rest, block.thresholds, option.steps) * _chance(kind, option.chance, exact)
        for option in kind.of(ballot)
    )
