"""A block of replicates of asynchronous revision: one random state answers its gain, step by step.

States are told apart in both readings of the mandate, class by class and inside a class group by
group of the event drawn; inside a class of the expected game they are exchangeable, so the acting
ones fall on the event's groups as drawn without replacement. Axes are (replicate, sample, group).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ..._random import BLOCK
from ...games import ActionGame, Game
from ...kernels.lockstep.acts import CHUNK, Lockstep
from .samples import Block, Schedule, advance, drawn_events

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["Revision", "revision_block"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Entries of a block's response table; a larger one is not made and responses are computed.
LARGEST_TABLE = 4_000_000


class Revision(Protocol):
    """What a dynamic must offer to be simulated: how a state answers its gain."""

    def response(self, gain: Floats) -> Floats:
        """Return the probability of acting when acting gains ``gain`` stakes."""
        ...

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        ...


def revision_block(
    game: Game,
    dynamic: Revision,
    plan: Schedule,
    *,
    generator: np.random.Generator,
    wanted: int,
    bar: tqdm[Any] | None,
) -> Block:
    """Return the first ``wanted`` replicates of a block; numbers are drawn for all of them."""
    events, size, played = game.events, game.size, game.action_game()
    event = drawn_events(game, generator)[:wanted]
    coins = generator.random((BLOCK, size))[:wanted]

    # States stand class by class and inside a class group by group.
    order = np.argsort(events.class_of_group, kind="stable")
    ends = np.cumsum(events.counts[event][:, order], axis=1)
    slots = np.arange(size)
    group = order[(ends[:, None, :] <= slots[None, :, None]).sum(axis=2)]
    if game.mandate == "standing":
        rows, row = np.unique(event, return_inverse=True)
        kind = group
    else:
        rows, row = np.zeros(1, dtype=np.int64), np.zeros(wanted, dtype=np.int64)
        kind = events.class_of_group[group]
    response, respond = _response_rows(played, dynamic, rows)
    lanes = Lockstep(
        acts={"random": coins < 0.5, "cooperate": coins >= 0, "defect": coins < 0}[plan.start],
        leverage=played.leverage[kind],
        row=response[row[:, None], kind],
        grid=played.potential.size,
        respond=respond,
    )

    holds = game.stakes.holds
    uniforms = np.empty((CHUNK, BLOCK))
    losses = np.zeros(wanted, dtype=np.int64)
    acting = np.zeros((wanted, plan.samples, order.size), dtype=np.int32)
    contribution = np.empty((wanted, plan.samples), dtype=np.int64)
    counts_losses = game.problem.volunteering is None
    for sample in range(plan.samples):
        sweeps = plan.sweeps_between if sample else plan.burn_in
        for first in range(0, sweeps * size, CHUNK):
            part = uniforms[: min(CHUNK, sweeps * size - first)]
            generator.random(out=part)
            path = lanes.run(part[:, :wanted])
            if sample and counts_losses:
                held = holds.take(path)
                losses += (held[:-1] & ~held[1:]).sum(axis=0)
        contribution[:, sample] = lanes.contribution
        acting[:, sample, order] = _per_group(lanes.acts, ends)
        advance(bar, sweeps)
    return Block(
        event=event,
        acting=acting,
        contribution=contribution,
        losses=losses,
        revisions=(plan.samples - 1) * plan.sweeps_between * size,
    )


def _per_group(acts: npt.NDArray[np.bool_], ends: Integers) -> npt.NDArray[np.int32]:
    """Return the acting states between one group's end and the next, (replicates, groups)."""
    before = np.zeros((acts.shape[0], acts.shape[1] + 1), dtype=np.int32)
    np.cumsum(acts, axis=1, out=before[:, 1:])
    return np.diff(np.take_along_axis(before, ends, axis=1), axis=1, prepend=np.int32(0))


def _response_rows(
    played: ActionGame, dynamic: Revision, rows: Integers
) -> tuple[Integers, Callable[[Integers, Floats], object]]:
    """Return the response row of each (event, group) and how to look responses up.

    Groups with the same leverage, access and drive share a row, over the events in ``rows``.
    """
    shape = (rows.size, played.leverage.size)
    kinds = np.stack(
        [np.broadcast_to(played.leverage, shape), played.access[rows], played.drive[rows]], axis=-1
    ).reshape(-1, 3)
    used = played.counts[rows].ravel() > 0
    different, back = np.unique(kinds[used], axis=0, return_inverse=True)
    row = np.zeros(used.size, dtype=np.int64)
    row[used] = back.ravel()
    step, access, drive = different[:, 0].astype(np.int64), different[:, 1], different[:, 2]
    potential, grid = played.potential, played.potential.size

    if different.shape[0] * grid <= LARGEST_TABLE:
        others = np.arange(grid)
        beyond = np.minimum(others + step[:, None], grid - 1)
        gain = access[:, None] * (potential[beyond] - potential) + drive[:, None]
        table = np.ascontiguousarray(dynamic.response(gain), dtype=float).ravel()

        def look_up(at: Integers, out: Floats) -> object:
            return table.take(at, out=out, mode="clip")

        return row.reshape(shape), look_up

    def compute(at: Integers, out: Floats) -> object:
        kind, others = np.divmod(at, grid)
        gain = access[kind] * (potential[others + step[kind]] - potential[others]) + drive[kind]
        out[:] = dynamic.response(gain)
        return out

    return row.reshape(shape), compute
