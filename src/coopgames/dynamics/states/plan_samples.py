"""Simulated worlds by how many of their states follow each plan, all roles together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count, one_of
from ..._random import RandomLike, blocks, entropy_of
from ...games import Game, PolicyGames, RoleGame, policy_games
from ...kernels.flows.settling import settle
from ...outcomes import Certificate
from ...provenance import provenance
from .logit import Logit
from .plan_law import PlanLaw, grid_of, law_of_plans, plan_names, radix
from .policy_lanes import PolicyLanes
from .samples import drawn_events

__all__ = ["simulate_plan_law"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def simulate_plan_law(
    game: Game,
    dynamic: Any = None,
    *,
    plans: Literal["act2", "act3", "exit3"] = "act2",
    replicates: int = 256,
    samples: int = 64,
    sweeps_between: int = 2,
    burn_in: int = 200,
    start: Literal["random", "cooperate", "defect"] = "random",
    rng: RandomLike = None,
) -> PlanLaw:
    """Return how often so many states follow each plan in a simulation.

    Parameters
    ----------
    game : Game
    dynamic : Logit, Fermi, Moran, WrightFisher, BestOfSample, or a flow, optional
        Logit at precision 15 by default. Of a flow worlds are drawn from the shares.
    plans : {'act2', 'act3', 'exit3'}
        What states choose from.
    replicates, samples, sweeps_between, burn_in, start, rng
        As in `coopgames.simulate`.

    Returns
    -------
    PlanLaw
        Relative frequencies over all samples.

    Examples
    --------
    >>> from coopgames.catalogue import load
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games import compile_game
    >>> club = compile_game(
    ...     load("institutions", "club"), load("problems", "trade"), load("worlds", "w20")
    ... )
    >>> found = simulate_plan_law(club, Fermi(), plans="exit3", replicates=8, samples=4, rng=7)
    >>> found.law.size, round(float(found.law.sum()), 12)
    (231, 1.0)
    """
    process: Any = Logit() if dynamic is None else dynamic
    one_of("start", start, ("random", "cooperate", "defect"))
    count("replicates", replicates)
    count("burn_in", burn_in, 0)
    between = count("sweeps_between", sweeps_between)
    times = burn_in + between * np.arange(count("samples", samples))
    policies = policy_games(game, plans)
    names = plan_names(policies)
    law, acting = np.zeros(grid_of(game, names)), np.zeros(game.size + 1)
    run = _of_flow if hasattr(process, "velocity") else _of_process
    entropy = entropy_of(rng)
    cell = game.coordinates() | process.parameters() | {"plans": plans}
    for generator, wanted in blocks(entropy, cell, replicates):
        event = drawn_events(game, generator)
        row = event if policies.game_of_row.size > 1 else np.zeros_like(event)
        lane, scenario = policies.game_of_row[row], policies.scenario_of_row[row]
        for worlds in run(
            policies, process, lane, wanted=wanted, times=times, start=start, rng=generator
        ):
            pooled = worlds[:wanted].sum(axis=1)
            law += np.bincount(pooled @ radix(game, pooled.shape[1]), minlength=law.size)
            acts = _acting(policies, worlds[:wanted], lane[:wanted], scenario[:wanted])
            acting += np.bincount(acts, minlength=acting.size)
    settings = {
        "plans": plans,
        "replicates": replicates,
        "samples": samples,
        "sweeps_between": sweeps_between,
        "burn_in": burn_in,
        "start": start,
    }
    certificate = Certificate(method="simulation", exact=False, grid_error=game.stakes.grid_error)
    record = provenance(game.specification() | process.parameters() | settings, entropy=entropy)
    return law_of_plans(
        game,
        names,
        law / law.sum(),
        acting / acting.sum(),
        certificate=certificate,
        record=record,
    )


# -- simulated worlds: (replicate, role, plan) at each time -----------------------------------


def _of_process(
    policies: PolicyGames,
    process: Any,
    lane: Integers,
    *,
    wanted: int,
    times: Integers,
    start: str,
    rng: np.random.Generator,
) -> Iterator[Integers]:
    del wanted  # all of a block's numbers are drawn
    used, own = np.unique(lane, return_inverse=True)
    lanes = PolicyLanes([policies.games[g] for g in used], process, own.ravel())
    lanes.start(start, rng)
    now = 0
    for time in times.tolist():
        for _ in range(time - now):
            lanes.sweep(rng)
        now = time
        yield lanes.worlds(rng)


def _of_flow(
    policies: PolicyGames,
    flow: Any,
    lane: Integers,
    *,
    wanted: int,
    times: Integers,
    start: str,
    rng: np.random.Generator,
) -> Iterator[Integers]:
    path: dict[int, Floats] = {}
    for g in np.unique(lane):
        one, rows = policies.games[g], np.flatnonzero(lane == g)
        shares = np.concatenate([_share(size, rows.size, start, rng) for size in one.sizes], axis=1)

        def field(at: Floats, one: RoleGame = one) -> Floats:
            velocity: Floats = flow.velocity(at, one.payoffs_at, one.sizes)
            return velocity

        kept = shares[rows < wanted]
        path[g] = settle(field, kept, times=times, strategies=one.sizes)[0] if len(kept) else kept
    roles = max(len(one.roles) for one in policies.games)
    plans = max(max(one.sizes) for one in policies.games)
    for t in range(times.size):
        drawn = rng.random((lane.size, policies.game.size))
        worlds = np.zeros((wanted, roles, plans), dtype=np.int64)
        for g, shares in path.items():
            one, rows = policies.games[g], np.flatnonzero(lane[:wanted] == g)
            first = 0
            for r, (n, block) in enumerate(zip(one.players, one.blocks(), strict=True)):
                if rows.size:
                    until = np.cumsum(shares[t][:, block], axis=1)[:, None, :-1]
                    plan = (drawn[rows, first : first + n, None] >= until).sum(axis=2)
                    for k in range(one.sizes[r]):
                        worlds[rows, r, k] = (plan == k).sum(axis=1)
                first += n
        yield worlds


def _share(size: int, number: int, start: str, rng: np.random.Generator) -> Floats:
    """Shares uniform on the simplex, or near a pure plan; shape (number, size)."""
    out = rng.dirichlet(np.ones(size), size=number)
    if start == "random":
        return out
    pure = np.zeros(size)
    pure[int(start == "defect")] = 1.0
    return np.asarray(0.99 * pure + 0.01 * out)


def _acting(
    policies: PolicyGames, worlds: Integers, lane: Integers, scenario: Integers
) -> Integers:
    out = np.zeros(lane.size, dtype=np.int64)
    for g, s in {*zip(lane.tolist(), scenario.tolist(), strict=True)}:
        rows = np.flatnonzero((lane == g) & (scenario == s))
        for r, acts in enumerate(policies.acts[g][s]):
            out[rows] += worlds[rows, r, : acts.size] @ acts
    return out
