r"""Simulation: asynchronous revision in lockstep over replicates.

A replicate draws its mandate event, starts from some acts and revises one random state per step;
N steps are a sweep. Under ``mandate = "standing"`` acts answer the event drawn; under
``"expected"`` they come from the one action game at mean sanctions, and the event is independent
of them. States are told apart in both readings, class by class and inside a class group by group
of the event drawn; inside a class of the expected game they are exchangeable, so the acting ones
fall on the event's groups as drawn without replacement.

Axes are (replicate, sample, group). Everything random about a replicate comes from its block's
stream (decision 0004).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from .._checks import count, number, one_of
from .._random import BLOCK, RandomLike, blocks, entropy_of
from ..errors import CoopgamesError
from ..games import ActionGame, Game
from ..kernels.lockstep import CHUNK, Lockstep
from ..outcomes import Certificate, SampledOutcome
from ..provenance import provenance
from .logit import Logit

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["Revision", "simulate"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Entries of a block's response table; a larger one is not made and responses are computed.
LARGEST_TABLE = 4_000_000

#: Standard normal quantile of a 95 % interval.
_NORMAL = 1.959963984540054

#: A burn-in that leaves the two halves further apart than this is called too short.
_LARGEST_Z = 3.0


class Revision(Protocol):
    """What a dynamic must offer to be simulated: how a state answers its gain."""

    def response(self, gain: Floats) -> Floats:
        """Return the probability of acting when acting gains ``gain`` stakes."""
        ...

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is run."""

    replicates: int
    target: float | None
    max_replicates: int
    samples: int
    sweeps_between: int
    burn_in: int
    start: str

    @property
    def sweeps(self) -> int:
        return self.burn_in + (self.samples - 1) * self.sweeps_between


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Block:
    """Sampled replicates; the fields of `SampledOutcome`."""

    event: Integers
    acting: npt.NDArray[np.int32]
    contribution: Integers
    losses: Integers


def simulate(
    game: Game,
    dynamic: Revision | None = None,
    *,
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
    """Return a sample of the long run of asynchronous revision in a game.

    Parameters
    ----------
    game : Game
    dynamic : Logit, optional
        Anything with ``response(gain)``; logit at precision 15 by default.
    replicates : int
        Independent runs, at least 1. Replicate i is the same however many are asked for.
    samples : int
        Samples of each replicate, at least 1.
    sweeps_between : int
        Sweeps from one sample to the next, at least 1. [N revisions]
    burn_in : int
        Sweeps before the first sample, at least 0. [N revisions]
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
    chosen: Revision = Logit() if dynamic is None else dynamic
    if not callable(getattr(chosen, "response", None)):
        raise CoopgamesError(
            f"dynamic must say how a state answers its gain, response(gain), as Logit does; "
            f"{type(chosen).__name__} does not: use evolve(game, dynamic)"
        )
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
    plan = _Plan(
        replicates=count("replicates", replicates),
        target=target_half_width,
        max_replicates=max_replicates,
        samples=count("samples", samples),
        sweeps_between=count("sweeps_between", sweeps_between),
        burn_in=count("burn_in", burn_in, 0),
        start=start,
    )
    entropy = entropy_of(rng)
    parts, notes = _run(game, chosen, plan, entropy=entropy, progress=progress)
    held = np.concatenate([_held(game, part) for part in parts])
    joined = _Block(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in _Block.__slots__
        }
    )
    return SampledOutcome(
        game=game,
        event=joined.event,
        acting=joined.acting,
        contribution=joined.contribution,
        losses=joined.losses,
        revisions=(plan.samples - 1) * plan.sweeps_between * game.size,
        certificate=Certificate(
            method="simulation",
            exact=False,
            grid_error=game.stakes.grid_error,
            notes=(*notes, *_diagnosis(game, held, joined.event)),
        ),
        provenance=provenance(
            game.specification()
            | chosen.parameters()
            | {
                "replicates": int(joined.event.size),
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


def _run(
    game: Game, dynamic: Revision, plan: _Plan, *, entropy: int, progress: bool
) -> tuple[list[_Block], list[str]]:
    """Run blocks until there are enough; return them with what is special about that."""
    target, replicates = plan.target, plan.replicates
    played = game.action_game()
    cell = game.coordinates() | dynamic.parameters()
    parts: list[_Block] = []
    means: list[Floats] = []
    notes: list[str] = []
    limit = replicates
    if target is not None:
        limit = -(-plan.max_replicates // BLOCK) * BLOCK
    bar = _bar(progress, -(-replicates // BLOCK) * plan.sweeps)
    try:
        for generator, wanted in blocks(entropy, cell, limit):
            part = _block(game, played, dynamic, plan, generator=generator, wanted=wanted, bar=bar)
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


def _bar(progress: bool, sweeps: int) -> tqdm[Any] | None:
    if not progress:
        return None
    from tqdm import tqdm

    return tqdm(total=sweeps, unit="sweep", file=sys.stderr)


# -- one block -----------------------------------------------------------------------------


def _block(
    game: Game,
    played: ActionGame,
    dynamic: Revision,
    plan: _Plan,
    *,
    generator: np.random.Generator,
    wanted: int,
    bar: tqdm[Any] | None,
) -> _Block:
    """Return the first ``wanted`` replicates of a block; numbers are drawn for all of them."""
    events, size = game.events, game.size
    cumulated = np.cumsum(events.probability)
    draw = generator.random(BLOCK)[:wanted] * cumulated[-1]
    last = int(np.flatnonzero(events.probability)[-1])
    event = np.minimum(np.searchsorted(cumulated, draw, side="right"), last)
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
    response, respond = _responses(played, dynamic, rows)
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
        if bar is not None:
            bar.total = max(float(bar.total or 0), bar.n + sweeps)
            bar.update(sweeps)
    return _Block(event=event, acting=acting, contribution=contribution, losses=losses)


def _per_group(acts: npt.NDArray[np.bool_], ends: Integers) -> npt.NDArray[np.int32]:
    """Return the acting states between one group's end and the next, (replicates, groups)."""
    before = np.zeros((acts.shape[0], acts.shape[1] + 1), dtype=np.int32)
    np.cumsum(acts, axis=1, out=before[:, 1:])
    return np.diff(np.take_along_axis(before, ends, axis=1), axis=1, prepend=np.int32(0))


def _responses(
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


# -- what the sample says about itself -----------------------------------------------------


def _held(game: Game, part: _Block) -> Floats:
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
