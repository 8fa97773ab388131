"""The law of a block's class, and what one voter's Yes changes: which computation, how large.

Four computations give the same numbers. A single weighted sum of plain votes has a generating
polynomial (`weighted_sums`); few kinds of voters are counted (`count_grid`); many different voters
with fine weights meet in the middle (`halves`); everything else, abstentions and de facto vetoes
included, goes over the grid of capped sums (`saturating`). The one with the least estimated work
is taken, and refused with the estimate where even that is too much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, repeat
from math import comb, lcm, log2, prod
from operator import mul
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..kernels.binomials import binomial_law
from ..kernels.votes.count_grid import count_by_size, count_classes, count_sums
from ..kernels.votes.halves import combinations, halves_classes, split_kinds
from ..kernels.votes.saturating import add_voters, by_class, empty_state, leave_each_out
from ..kernels.votes.weighted_sums import exact_classes, float_classes
from .tally import Block, Kind

__all__ = ["BlockLaw", "Multipliers", "block_law", "chance_scale"]

#: Per kind of voter, the mass of each ballot: integers, or arrays over a batch of cases.
Multipliers = Sequence[Mapping[str, Any]]

#: Estimated seconds and bytes above which a computation is refused.
LONGEST = 120.0
LARGEST = 250e6

#: Rough costs of one elementary step on a current processor, in seconds.
_OBJECT, _LIMB, _NUMBER, _CALL = 7e-8, 2e-9, 1.5e-9, 2e-6
#: A plan that is this quick is taken without looking further. [s]
_QUICK = 2e-4


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
    how = {"line": _line, "counts": _counts, "halves": _halves, "grid": _grid}[plan.name]
    return how(block, multipliers, exact, batch)


def _total(block: Block, multipliers: Multipliers) -> int:
    out = 1
    for kind, mass in zip(block.kinds, multipliers, strict=True):
        out *= (sum(mass.values()) * chance_scale(kind)) ** kind.count
    return out


def _cheapest(block: Block, multipliers: Multipliers, *, exact: bool, batch: int) -> _Plan:
    """Return the plan with the least estimated time among those that fit in memory."""
    limbs = _total(block, multipliers).bit_length() / 64 + 1 if exact else 1.0
    kinds, voters = len(block.kinds), block.voters
    plain = block.plain and "abstain" not in multipliers[0]
    plans = []
    if plain and len(block.caps) == 1:
        reach = block.caps[0] if exact else _reach(block)
        word = _NUMBER * limbs / 10 if exact else _NUMBER * batch
        memory = reach * 8 * limbs * 5 if exact else reach * 8 * 5
        plans.append(_Plan(voters * (reach * word + _CALL), memory, "line"))
        if plans[0].seconds < _QUICK:
            return plans[0]
    big = exact and limbs > 1
    step = _OBJECT + _LIMB * limbs if big else _NUMBER
    cell = 40.0 + 8 * limbs if big else 8.0
    columns = 1 if exact else batch
    depth = 1 + log2(kinds) if kinds > 1 else 1.0
    options = max(len(kind.options) for kind in block.kinds)
    cells = prod(float(cap + 1) for cap in block.caps)
    work = voters * depth * options * (cells * step * columns + 10 * _CALL)
    plans.append(_Plan(work, cells * cell * columns * (depth + 3), "grid"))
    if plain:
        counts = [kind.count for kind in block.kinds]
        listed = float(combinations(counts))
        alike = _alike(multipliers)
        number = _OBJECT if voters >= 62 or (big and not alike) else 10 * _NUMBER
        sums = block.classes * voters * (kinds + 1) * (step if exact else _NUMBER * columns)
        times = 1 if alike else columns
        work = listed * (number * (1 + kinds / 10) * times + _NUMBER * kinds * 10) + sums
        plans.append(_Plan(work + 50 * kinds * _CALL, listed * 16 + 3e7, "counts"))
        sides = [float(combinations([counts[g] for g in side])) for side in split_kinds(counts)]
        pairs = prod(cap + 1.0 for cap in block.caps) / (max(block.caps) + 1.0)
        work = sum(sides) * (kinds + 2 * block.classes) * min(pairs, 40.0) * step * columns
        plans.append(_Plan(work + pairs**2 * 20 * _CALL, sum(sides) * cell * 30, "halves"))
    possible = [plan for plan in plans if plan.memory <= LARGEST]
    best = min(possible or plans)
    broken = []
    if best.seconds > LONGEST:
        broken.append(f"{best.seconds:.3g} s, more than {LONGEST:g} s")
    if best.memory > LARGEST:
        broken.append(f"{best.memory / 1e6:.3g} MB, more than {LARGEST / 1e6:g} MB")
    if broken:
        raise BudgetError(
            f"{voters} voters of {kinds} kinds and sums up to {max(block.caps):,} would take about "
            f"{' and '.join(broken)}; use coarser weights" + (", or exact=False" if exact else "")
        )
    return best


def _alike(multipliers: Multipliers) -> bool:
    """Whether all voters have the same masses."""
    first = multipliers[0]
    return all(
        np.array_equal(mass[ballot], first[ballot])
        for mass in multipliers
        for ballot in ("yes", "no")
    )


def _reach(block: Block) -> int:
    return sum(kind.count * kind.of("yes")[0].steps[0] for kind in block.kinds)


def _array(values: Any, exact: bool) -> npt.NDArray[Any]:
    return np.array(values, dtype=object if exact else float)


def _line(block: Block, multipliers: Multipliers, exact: bool, batch: int) -> BlockLaw:
    weights = [kind.of("yes")[0].steps[0] for kind in block.kinds]
    counts = [kind.count for kind in block.kinds]
    yes = [mass["yes"] for mass in multipliers]
    if exact:
        no = [mass["no"] for mass in multipliers]
        law, gains = exact_classes(weights, counts, yes, no, block.thresholds[0])
        return BlockLaw(_array(law, True), _array(gains, True))
    support = np.array([np.broadcast_to(p, (batch,)) for p in yes], dtype=float)
    return BlockLaw(*float_classes(weights, counts, support, block.thresholds[0]))


def _steps(block: Block) -> npt.NDArray[np.int64]:
    return np.array([kind.of("yes")[0].steps for kind in block.kinds], dtype=np.int64)


def _counts(block: Block, multipliers: Multipliers, exact: bool, batch: int) -> BlockLaw:
    counts = [kind.count for kind in block.kinds]
    class_of = block.class_of(count_sums(_steps(block), counts))
    if not _alike(multipliers):
        return _columns(
            lambda yes, no, dtype: count_classes(class_of, block.classes, yes, no, dtype=dtype),
            multipliers,
            _whole(block, multipliers) if exact else float,
            batch,
        )
    law, gains = count_by_size(class_of, block.classes)
    yes, no = multipliers[0]["yes"], multipliers[0]["no"]
    if exact:
        n = block.voters
        ups = list(accumulate(repeat(yes, n), mul, initial=1))
        downs = list(accumulate(repeat(no, n), mul, initial=1))
        powers = [ups[k] * downs[n - k] for k in range(n + 1)]
        others = [ups[k] * downs[n - 1 - k] for k in range(n)]
        # As arrays of Python integers: NumPy would make floats of numbers beyond its own.
        fewer = _array(others, True)
        return BlockLaw(law @ _array(powers, True), _array([gain @ fewer for gain in gains], True))
    return BlockLaw(
        _at_support(law, yes, no, batch),
        np.array([_at_support(gain, yes, no, batch) for gain in gains]),
    )


def _at_support(by_size: Any, yes: Any, no: Any, batch: int) -> Any:
    """Return probabilities of classes, given coalitions by class and size; shape (classes, batch).

    The share of coalitions of a size, times the binomial law of the size: nothing overflows.
    """
    n = by_size.shape[1] - 1
    shares = np.array(
        [[float(Fraction(int(x), comb(n, k))) for k, x in enumerate(row)] for row in by_size]
    )
    law = np.broadcast_to(binomial_law(n, yes, no), (n + 1, batch))
    return shares @ law


def _halves(block: Block, multipliers: Multipliers, exact: bool, batch: int) -> BlockLaw:
    counts = [kind.count for kind in block.kinds]
    return _columns(
        lambda yes, no, dtype: halves_classes(
            _steps(block), counts, yes, no, block.thresholds, dtype=dtype
        ),
        multipliers,
        _whole(block, multipliers) if exact else float,
        batch,
    )


def _whole(block: Block, multipliers: Multipliers) -> Any:
    """Return the smallest type of whole numbers that holds every mass."""
    return np.int64 if _total(block, multipliers) < 2**62 else object


def _columns(
    solve: Callable[..., tuple[Any, Any]], multipliers: Multipliers, dtype: Any, batch: int
) -> BlockLaw:
    """Run a computation that takes one case at a time."""
    exact = dtype is not float
    found = []
    for case in range(1 if exact else batch):
        yes, no = (
            [
                mass[ballot] if exact else float(np.broadcast_to(mass[ballot], (batch,))[case])
                for mass in multipliers
            ]
            for ballot in ("yes", "no")
        )
        found.append(solve(yes, no, dtype))
    laws, gains = zip(*found, strict=True)
    if exact:
        return BlockLaw(_whole_array(laws[0]), _whole_array(gains[0]))
    return BlockLaw(_array(laws, False).T, np.moveaxis(_array(gains, False), 0, -1))


def _whole_array(values: Any) -> npt.NDArray[Any]:
    """Return an array of Python integers, whatever whole numbers come in."""
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return np.array(plain, dtype=object)


def _grid(block: Block, multipliers: Multipliers, exact: bool, batch: int) -> BlockLaw:
    dtype = _whole(block, multipliers) if exact else float
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
