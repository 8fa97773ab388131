r"""Simulation of an institution's game: replicates side by side, under any dynamic.

A replicate draws its mandate event, starts from some acts and follows the dynamic; as many steps as
there are individuals are a sweep. Under ``mandate = "standing"`` acts answer the event drawn; under
``"expected"`` they come from the one action game at mean sanctions, and the event is independent of
them. Everything random about a replicate comes from its block's stream (decision 0004).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count, number, one_of
from ..._random import BLOCK, RandomLike, blocks, entropy_of
from ...errors import CoopgamesError
from ...games import PLANS, Game, policy_games
from ...outcomes import Certificate, SampledOutcome
from ...provenance import provenance
from ..progress import progress_bar
from .logit import Logit
from .policy_samples import policy_block
from .revision_samples import Revision, revision_block
from .samples import Block, Schedule

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["simulate"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Standard normal quantile of a 95 % interval.
_NORMAL = 1.959963984540054

#: A burn-in that leaves the two halves further apart than this is called too short.
_LARGEST_Z = 3.0


def simulate(
    game: Game,
    dynamic: Revision | Any | None = None,
    *,
    plans: Literal["act2", "act3", "exit3"] = "act2",
    replicates: int = 1024,
    samples: int = 64,
    sweeps_between: int = 2,
    burn_in: int = 200,
    target_half_width: float | None = None,
    max_replicates: int = 65_536,
    start: Literal["random", "cooperate", "defect"] = "random",
    rng: RandomLike = None,
    progress: bool = False,
) -> SampledOutcome:
    """Return a sample of the long run of a dynamic in an institution's game.

    Parameters
    ----------
    game : Game
    dynamic : Logit, Fermi, Moran, WrightFisher, BestOfSample, or a flow, optional
        Logit at precision 15 by default, or anything with ``response(gain)``. Of a finite process
        every role is a population: of its states themselves, or of ``population_size`` policies
        from which a world's states are drawn. A flow starts at random shares of policies.
    plans : {'act2', 'act3', 'exit3'}
        What states choose from, as in `coopgames.games.policy_games`.
    replicates : int
        Independent runs, at least 1. Replicate i is the same however many are asked for.
    samples : int
        Samples of each replicate, at least 1.
    sweeps_between : int
        Sweeps from one sample to the next, at least 1. [as many revisions as individuals, or
        generations, or the time of a flow]
    burn_in : int
        Sweeps before the first sample, at least 0.
    target_half_width : float, optional
        Add whole blocks of 1,024 replicates until the 95 % interval of the success rate is at
        most this much to either side; in (0, 1).
    max_replicates : int
        Where that stops at the latest, in whole blocks; not below ``replicates``.
    start : {'random', 'cooperate', 'defect'}
        Whether at first each state tosses a coin, or all act, or none.
    rng : int, Generator, SeedSequence, optional
        The run's entropy (decision 0004); fresh by default. The provenance keeps it.
    progress : bool
        Whether to draw a progress bar on standard error.

    Returns
    -------
    SampledOutcome
        Its certificate's notes say where the burn-in was too short (first and second half of the
        samples differ by more than three standard errors), where replicates never left the side
        of success they were on, where the interval was not reached, and where the run was
        interrupted.

    Raises
    ------
    CoopgamesError
        If a number breaks its bound, the dynamic has no ``response``, or it redraws mandates.
    KeyboardInterrupt
        If interrupted before one block of replicates is complete; later the complete ones are
        returned.

    Notes
    -----
    Work is ``replicates * (burn_in + (samples - 1) * sweeps_between) * N`` revisions of some 15 ns.

    At high precision a game with two self-enforcing outcomes may take longer than any affordable
    run to pass between them; all replicates then show the one they were drawn to first. Compare
    ``start='cooperate'`` with ``start='defect'``, or use `coopgames.evolve`, which is exact.

    The interval adds two successes and two failures to the replicates (Agresti & Coull 1998), so
    that replicates that all agree are no proof of certainty.

    References
    ----------
    Model D9a, D22.13; decisions 0002 and 0004. Agresti & Coull (1998) Am. Stat. 52:119.

    Examples
    --------
    >>> from coopgames.catalogue import load
    >>> from coopgames.games import compile_game
    >>> game = compile_game(
    ...     load("institutions", "anarchy"), load("problems", "trade"), load("worlds", "w20")
    ... )
    >>> outcome = simulate(game, replicates=8, samples=4, burn_in=5, rng=7)
    >>> outcome.acting.shape == (8, 4, game.events.class_of_group.size)
    True
    """
    chosen: Any = Logit() if dynamic is None else dynamic
    block_of = _blocks_of(game, chosen, plans)
    renewal = getattr(chosen, "renewal_rate", 0.0)
    if renewal > 0 and game.mandate == "standing" and game.events.probability.size > 1:
        raise CoopgamesError(
            f"renewal_rate must be 0 where a replicate keeps its mandate event; got {renewal}: "
            "use evolve(game, dynamic)"
        )
    one_of("start", start, ("random", "cooperate", "defect"))
    if target_half_width is not None:
        if not 0 < number("target_half_width", target_half_width) < 1:
            raise CoopgamesError(f"target_half_width must lie in (0, 1); got {target_half_width}")
        count("max_replicates", max_replicates, replicates)
    plan = Schedule(
        replicates=count("replicates", replicates),
        target=target_half_width,
        max_replicates=max_replicates,
        samples=count("samples", samples),
        sweeps_between=count("sweeps_between", sweeps_between),
        burn_in=count("burn_in", burn_in, 0),
        start=start,
    )
    entropy = entropy_of(rng)
    cell = game.coordinates() | chosen.parameters()
    if plans != "act2":
        cell |= {"plans": plans}

    def one(generator: np.random.Generator, wanted: int, bar: tqdm[Any] | None) -> Block:
        found: Block = block_of(plan, generator=generator, wanted=wanted, bar=bar)
        return found

    parts, notes = _run(game, one, plan, cell=cell, entropy=entropy, progress=progress)
    held = np.concatenate([_held(game, part) for part in parts])
    moving = sum(part.moving for part in parts)
    if moving:
        notes.append(f"{moving} of {held.shape[0]} starts still moved at the last sample")
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("event", "acting", "contribution", "losses")
    }
    return SampledOutcome(
        game=game,
        **joined,
        revisions=parts[0].revisions,
        certificate=Certificate(
            method="simulation",
            exact=False,
            grid_error=game.stakes.grid_error,
            notes=(*notes, *_diagnosis(game, held, joined["event"])),
        ),
        provenance=provenance(
            game.specification()
            | chosen.parameters()
            | {
                "replicates": int(held.shape[0]),
                "samples": plan.samples,
                "sweeps_between": plan.sweeps_between,
                "burn_in": plan.burn_in,
                "start": start,
                "target_half_width": target_half_width,
                "max_replicates": None if target_half_width is None else max_replicates,
            },
            entropy=entropy,
        ),
    )


def _blocks_of(game: Game, dynamic: Any, plans: Literal["act2", "act3", "exit3"]) -> Any:
    """Return what runs one block of replicates of a dynamic."""
    one_of("plans", plans, PLANS)
    if plans == "act2" and callable(getattr(dynamic, "response", None)):
        return partial(revision_block, game, dynamic)
    if any(hasattr(dynamic, name) for name in ("choice", "switching", "offspring", "velocity")):
        return partial(policy_block, policy_games(game, plans), dynamic)
    raise CoopgamesError(
        f"dynamic must say how a state answers its gain, response(gain), as Logit does, or be a "
        f"process or a flow; {type(dynamic).__name__} does not"
    )


def _run(
    game: Game,
    block_of: Callable[[np.random.Generator, int, tqdm[Any] | None], Block],
    plan: Schedule,
    *,
    cell: dict[str, Any],
    entropy: int,
    progress: bool,
) -> tuple[list[Block], list[str]]:
    """Run blocks until there are enough; return them with what is special about that."""
    target, replicates = plan.target, plan.replicates
    parts: list[Block] = []
    means: list[Floats] = []
    notes: list[str] = []
    limit = replicates
    if target is not None:
        limit = -(-plan.max_replicates // BLOCK) * BLOCK
    bar = progress_bar(progress, -(-replicates // BLOCK) * plan.sweeps, "sweep")
    try:
        for generator, wanted in blocks(entropy, cell, limit):
            part = block_of(generator, wanted, bar)
            parts.append(part)
            if target is None:
                continue
            means.append(_held(game, part).mean(axis=1))
            done = len(parts) * BLOCK
            width = _half_width(np.concatenate(means))
            if done >= replicates and width <= target:
                break
            if done >= limit:
                notes.append(
                    f"interval not reached: half width {width:.2g} of the success rate after "
                    f"{done} replicates, {target:.2g} asked"
                )
    except KeyboardInterrupt:
        if not parts:
            raise
        notes.append(f"interrupted: {sum(part.event.size for part in parts)} replicates complete")
    finally:
        if bar is not None:
            bar.close()
    return parts, notes


# -- what the sample says about itself -----------------------------------------------------


def _held(game: Game, part: Block) -> Floats:
    """Return success of each replicate at each sample, shape (replicates, samples)."""
    rows = np.broadcast_to(game.success, (game.events.probability.size, game.success.shape[1]))
    return np.asarray(rows[part.event[:, None], part.contribution])


def _half_width(means: Floats) -> float:
    """Half width of the 95 % interval of a mean in [0, 1], Agresti-Coull style."""
    values = np.concatenate([means, [0.0, 0.0, 1.0, 1.0]])
    return float(_NORMAL * values.std(ddof=1) / np.sqrt(values.size))


def _diagnosis(game: Game, held: Floats, event: Integers) -> list[str]:
    notes: list[str] = []
    samples = held.shape[1]
    if samples < 2 or game.problem.volunteering is not None:
        return notes
    half = samples // 2
    change = held[:, -half:].mean(axis=1) - held[:, :half].mean(axis=1)
    if change.size > 1 and change.any():
        error = change.std(ddof=1) / np.sqrt(change.size)
        z = change.mean() / error if error > 0 else np.inf * np.sign(change.mean())
        if abs(z) > _LARGEST_Z:
            notes.append(
                f"burn-in too short: success changes by {change.mean():+.2g} from the first half "
                f"of the samples to the second (z = {z:+.1f}); raise burn_in"
            )
    if (held == held[:, :1]).all():
        succeeded = np.bincount(event, weights=held[:, 0]) > 0
        failed = np.bincount(event, weights=1.0 - held[:, 0]) > 0
        if (succeeded & failed).any():
            notes.append(
                "no mixing: no replicate was seen on both sides of success, though replicates of "
                "the same mandate event differ; the success rate depends on the start"
            )
    return notes
