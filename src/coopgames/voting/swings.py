r"""From ballots to verdicts: passage, and who decides it, over all blocks of a tally.

With independent votes the passage A is multilinear in the support p, and the probability that a
voter decides is dA/dp_i: the others' law, weighed by the difference that turning from No to Yes
makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .blocks import BlockLaw, block_law, chance_scale
from .tally import Tally

__all__ = ["Verdicts", "verdicts"]


class Verdicts(NamedTuple):
    """Mass of adoption, and per group the mass with which one of its voters decides.

    Exact: whole numbers, over a total mass of ``total`` for adoption; those of ``deciding`` are
    over ``total`` divided by one voter's mass, times that voter's `chance_scale`. Floating point:
    probabilities, shapes (batch,) and (groups, batch), and a total of 1.
    """

    adoption: Any
    deciding: list[Any]
    total: Any


def verdicts(
    tally: Tally,
    masses: Sequence[Mapping[str, Any]],
    *,
    exact: bool,
    batch: int = 1,
    counts: Sequence[int],
) -> Verdicts:
    """Return adoption and deciding masses.

    Parameters
    ----------
    tally : Tally
        The committee's.
    masses : sequence of mapping, one per group
        Mass of each ballot; groups of one kind must agree.
    exact : bool
        Whole numbers, or arrays of shape (batch,).
    batch : int
        Cases in the arrays.
    counts : sequence of int
        Voters per group.

    Returns
    -------
    Verdicts
    """
    if not tally.blocks:
        return _settled(tally, masses, exact=exact, batch=batch, counts=counts)
    laws = []
    for block in tally.blocks:
        own = [masses[kind.groups[0]] for kind in block.kinds]
        laws.append(block_law(block, own, exact=exact, batch=batch))
    zero = 0 if exact else np.zeros(batch)
    # Voters whom no form counts multiply every mass by theirs.
    idle = 1
    if exact:
        idle = prod(
            sum(mass.values()) ** count
            for mass, count, seat in zip(masses, counts, tally.place, strict=True)
            if seat is None
        )
    tables = [_others(tally.table, laws, number, exact) for number in range(len(laws))]
    adoption = _dot(laws[0].law, tables[0]) * idle
    by_seat: dict[Any, Any] = {None: zero}
    for seat in tally.place:
        if seat is not None and seat not in by_seat:
            number, kind = seat
            by_seat[seat] = _dot(laws[number].gains[kind], tables[number]) * idle
    deciding = [by_seat[seat] for seat in tally.place]
    total = idle
    if exact:
        for block, law in zip(tally.blocks, laws, strict=True):
            total *= sum(law.law.tolist())
            assert block.voters > 0
    return Verdicts(adoption, deciding, total if exact else 1.0)


def _settled(
    tally: Tally,
    masses: Sequence[Mapping[str, Any]],
    *,
    exact: bool,
    batch: int,
    counts: Sequence[int],
) -> Verdicts:
    """Return the verdict of a rule that no vote changes."""
    nothing: list[Any] = [0 if exact else np.zeros(batch)] * len(counts)
    total: Any = 1.0
    if exact:
        total = prod(sum(m.values()) ** n for m, n in zip(masses, counts, strict=True))
    passes = bool(tally.table.all())
    return Verdicts(total * passes if exact else np.full(batch, float(passes)), nothing, total)


def _dot(masses: npt.NDArray[Any], values: npt.NDArray[Any]) -> Any:
    return (masses * values).sum(axis=0)


def _others(table: Any, laws: Sequence[BlockLaw], number: int, exact: bool) -> Any:
    """Return the mass of adoption by class of one block, the others summed over."""
    out = table.astype(object if exact else float)[..., None]
    # The batch is the last axis; sum over blocks from the last to the first.
    for other in range(len(laws) - 1, -1, -1):
        if other == number:
            continue
        law = laws[other].law
        law = law[:, None] if exact else law
        moved = np.moveaxis(out, other, 0)
        out = (moved * law.reshape(law.shape[0], *([1] * (moved.ndim - 2)), law.shape[-1])).sum(0)
    return out.reshape(out.shape[0], -1)[:, 0] if exact else out


def scale_of(tally: Tally, group: int) -> int:
    """Return the `chance_scale` of one voter of a group; 1 where no form counts it."""
    seat = tally.place[group]
    return 1 if seat is None else chance_scale(tally.blocks[seat[0]].kinds[seat[1]])
