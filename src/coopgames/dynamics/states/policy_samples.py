"""A block of replicates of population dynamics among the plans of an institution's states.

Finite processes run in lockstep; a flow runs from random shares, one population per role, and the
states of a world then follow plans drawn from the shares it has come to. Either way a sample is one
world: who acts, group by group of the replicate's mandate event, and what this adds up to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..._random import BLOCK
from ...games import PolicyGames, RoleGame
from ...kernels.flows.settling import settle
from .policy_lanes import PolicyLanes
from .samples import Block, Schedule, advance, drawn_events

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["policy_block"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: A start of a flow whose shares change faster at the end has not settled. [1/time]
MOVING = 1e-3


def policy_block(
    policies: PolicyGames,
    dynamic: Any,
    plan: Schedule,
    *,
    generator: np.random.Generator,
    wanted: int,
    bar: tqdm[Any] | None,
) -> Block:
    """Return the first ``wanted`` replicates of a block; numbers are drawn for all of them.

    Raises
    ------
    BudgetError
        If the payoffs of the mandate events drawn need too large a table.
    """
    event = drawn_events(policies.game, generator)
    seen = _Seen(policies, event, plan.samples)
    if hasattr(dynamic, "velocity"):
        _flow(dynamic, plan, seen, wanted, generator)
        losses, revisions = np.zeros(BLOCK, dtype=np.int64), 0
        advance(bar, plan.sweeps)
    else:
        lanes = PolicyLanes(seen.games, dynamic, seen.lane)
        losses = _process(policies, lanes, plan, seen, rng=generator, bar=bar)
        revisions = (plan.samples - 1) * plan.sweeps_between * lanes.steps
    return Block(
        event=event[:wanted],
        acting=seen.acting[:wanted],
        contribution=seen.contribution[:wanted],
        losses=losses[:wanted],
        revisions=revisions,
        moving=seen.moving,
    )


class _Seen:
    """Samples of a block as they come in.

    ``games`` are those that the events drawn lead to, ``lane`` says which of them each replicate
    plays, ``scenario`` which of its scenarios its event belongs to.
    """

    def __init__(self, policies: PolicyGames, event: Integers, samples: int) -> None:
        row = event if policies.game_of_row.size > 1 else np.zeros_like(event)
        used, lane = np.unique(policies.game_of_row[row], return_inverse=True)
        self.games: list[RoleGame] = [policies.games[g] for g in used]
        self.lane, self.event = lane.ravel(), event
        self.scenario = policies.scenario_of_row[row]
        self._events = policies.game.events
        groups = self._events.class_of_group.size
        self.acting = np.zeros((event.size, samples, groups), dtype=np.int32)
        self.contribution = np.zeros((event.size, samples), dtype=np.int64)
        roles = max(len(game.roles) for game in self.games)
        plans = max(max(game.sizes) for game in self.games)
        scenarios = len(self.games[0].scenarios)
        self._acts, self._adds = np.zeros(
            (2, len(self.games), scenarios, roles, plans), dtype=np.int64
        )
        for at, g in enumerate(used):
            for c, scenario_of_game in enumerate(policies.games[g].scenarios):
                for r, adds in enumerate(scenario_of_game.adds):
                    self._adds[at, c, r, : adds.size] = adds
                    self._acts[at, c, r, : adds.size] = policies.acts[g][c][r]
        #: Replicates of a flow that had not settled at the last sample.
        self.moving = 0
        #: Role of each group by game; a role of several groups is a whole class.
        self._role = np.stack([policies.role_of_group[g] for g in used])

    def contributions(self, worlds: Integers) -> Integers:
        """Return what the players of worlds (replicate, role, plan) add up to."""
        return np.asarray((worlds * self._adds[self.lane, self.scenario]).sum(axis=(1, 2)))

    def take(self, sample: int, worlds: Integers, rng: np.random.Generator) -> None:
        """Take in one world per replicate."""
        by_role = (worlds * self._acts[self.lane, self.scenario]).sum(axis=2)
        self.contribution[:, sample] = self.contributions(worlds)
        role = self._role[self.lane]
        counts = self._events.counts[self.event]
        left_to_act = by_role.copy()
        there = np.zeros_like(by_role)
        everyone = np.arange(self.lane.size)
        for group in range(role.shape[1]):
            rows = everyone[role[:, group] >= 0]
            np.add.at(there, (rows, role[rows, group]), counts[rows, group])
        for group in range(role.shape[1]):
            # A class acts as one role; the acting ones fall on its groups without replacement.
            rows = everyone[(role[:, group] >= 0) & (counts[:, group] > 0)]
            at = role[rows, group]
            size, open_, acting = counts[rows, group], there[rows, at], left_to_act[rows, at]
            found = rng.hypergeometric(acting, open_ - acting, size)
            self.acting[rows, sample, group] = found
            there[rows, at] -= size
            left_to_act[rows, at] -= found


def _process(
    policies: PolicyGames,
    lanes: PolicyLanes,
    plan: Schedule,
    seen: _Seen,
    *,
    rng: np.random.Generator,
    bar: tqdm[Any] | None,
) -> Integers:
    """Run a finite process; return how often each replicate lost success between samples."""
    lanes.start(plan.start, rng)
    holds = policies.game.stakes.holds
    losses = np.zeros(seen.lane.size, dtype=np.int64)
    everyone = np.arange(seen.lane.size)
    follow = lanes.steps > 0 and policies.game.problem.volunteering is None
    for sample in range(plan.samples):
        sweeps = plan.sweeps_between if sample else plan.burn_in
        for _ in range(sweeps):
            if sample and follow:
                held = holds[lanes.totals[seen.scenario, everyone]]

                def count_losses() -> None:
                    nonlocal held
                    now = holds[lanes.totals[seen.scenario, everyone]]
                    losses[held & ~now] += 1
                    held = now

                lanes.sweep(rng, count_losses)
            else:
                lanes.sweep(rng)
            advance(bar, 1)
        seen.take(sample, lanes.worlds(rng), rng)
    return losses


def _flow(dynamic: Any, plan: Schedule, seen: _Seen, wanted: int, rng: np.random.Generator) -> None:
    """Follow a flow from random shares, and draw a world at each sample."""
    times = plan.burn_in + plan.sweeps_between * np.arange(plan.samples)
    starts = _starts(seen, plan.start, rng)
    paths = np.zeros((plan.samples, *starts.shape))
    for g, game in enumerate(seen.games):
        rows = np.flatnonzero(seen.lane[:wanted] == g)
        if not rows.size:
            continue
        flat = np.concatenate([starts[rows, r, :size] for r, size in enumerate(game.sizes)], 1)

        def field(shares: Floats, game: RoleGame = game) -> Floats:
            velocity: Floats = dynamic.velocity(shares, game.payoffs_at, game.sizes)
            return velocity

        path, speed = settle(field, flat, times=times, strategies=game.sizes)
        seen.moving += int((speed > MOVING).sum())
        for r, block in enumerate(game.blocks()):
            paths[:, rows, r, : game.sizes[r]] = path[..., block]
    players = np.zeros((len(seen.games), starts.shape[1]), dtype=np.int64)
    for g, game in enumerate(seen.games):
        players[g, : len(game.roles)] = game.players
    for sample, shares in enumerate(paths):
        left, open_ = players[seen.lane], np.ones(starts.shape[:2])
        worlds = np.zeros(starts.shape, dtype=np.int64)
        for p in range(starts.shape[2]):
            with np.errstate(divide="ignore", invalid="ignore"):
                chance = np.where(open_ > 1e-12, shares[:, :, p] / open_, 1.0)
            worlds[:, :, p] = rng.binomial(left, np.clip(chance, 0.0, 1.0))
            left = left - worlds[:, :, p]
            open_ = open_ - shares[:, :, p]
        seen.take(sample, worlds, rng)


def _starts(seen: _Seen, how: str, rng: np.random.Generator) -> Floats:
    """Return shares (replicate, role, plan): uniform on the simplex, or near a pure plan."""
    roles = max(len(game.roles) for game in seen.games)
    plans = max(max(game.sizes) for game in seen.games)
    out = np.zeros((seen.lane.size, roles, plans))
    drawn = rng.standard_exponential((seen.lane.size, roles, plans))
    for g, game in enumerate(seen.games):
        rows = seen.lane == g
        for r, size in enumerate(game.sizes):
            part = drawn[rows, r, :size]
            part = part / part.sum(axis=1, keepdims=True)
            if how != "random":
                pure = np.zeros(size)
                pure[int(how == "defect")] = 1.0
                part = 0.99 * pure + 0.01 * part
            out[rows, r, :size] = part
    return out
