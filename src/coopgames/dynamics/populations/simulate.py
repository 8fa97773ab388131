"""Simulation of finite populations: replicates side by side, means with their errors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy.typing as npt

from ..._checks import count, number, probability
from ..._random import BLOCK, RandomLike, blocks, entropy_of
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...outcomes import Certificate
from ...provenance import provenance
from ..processes.every import FiniteProcess
from .counts import checked_start
from .record import SimulatedPopulation, diagnosis, estimates
from .run import Plan, Run, Statistic

__all__ = ["simulate_population"]

#: Work allowed by default, as a multiple of what was asked for (our assumption).
WORK = 64


def simulate_population(
    game: SymmetricGame,
    process: FiniteProcess,
    *,
    generations: int = 1000,
    burn_in: int = 200,
    replicates: int = BLOCK,
    start: npt.ArrayLike | None = None,
    half_width: float | None = None,
    at_most: int | None = None,
    statistics: Mapping[str, Statistic] | None = None,
    record_every: int | None = None,
    band: tuple[float, ...] = (0.05, 0.5, 0.95),
    keep_paths: bool = False,
    progress: bool = False,
    rng: RandomLike = None,
) -> SimulatedPopulation:
    """Return what replicates of a finite population do in the long run.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, BestOfSample or WrightFisher
    generations : int
        Recorded time, at least 2; a generation is Z steps, or one of `WrightFisher`, and counts
        are recorded after each.
    burn_in : int
        Generations before that, at least 0.
    replicates : int
        At least 2.
    start : array_like of int, shape (s,), optional
        Counts at the start; by default every individual follows a random strategy.
    half_width : float, optional
        Go on until the 95 % interval of every share is at most this much to either side; in
        (0, 1).
    at_most : int, optional
        Where that stops at the latest: recorded generations of all replicates together, at least
        ``generations * replicates``, and 64 times as many by default (our assumption).
    statistics : mapping of str to callable, optional
        Each gets counts, int array of shape (replicates, s), returns one number per replicate,
        and is averaged over time like a share. Whether a group succeeds is one.
    record_every : int, optional
        Keep mean and band over replicates after every so many generations, from the start, the
        burn-in included, to the generations asked for.
    band : tuple of float
        Quantiles over replicates in the band, in [0, 1].
    keep_paths : bool
        Whether to keep every replicate's counts at these moments as well; every generation where
        ``record_every`` is left out.
    progress : bool
        Whether to draw a progress bar on standard error.
    rng : int, Generator or SeedSequence, optional
        Replicates draw from streams of their own block, so that replicate 5 does the same however
        many are asked for.

    Returns
    -------
    SimulatedPopulation
        After Ctrl-C, of the groups of up to ten blocks of replicates that were finished, or as of
        the last look at the intervals; a note says so.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.
    BudgetError
        If payoffs in groups would need too large a table, or paths too much memory.
    KeyboardInterrupt
        If interrupted before the first group of up to ten blocks of replicates is finished.

    Notes
    -----
    To stop where an interval first looks narrow favours runs that look precise by chance. So it is
    looked at where the work has doubled only, some seven times at most. In a stag hunt, whose means
    over 10 generations are skewed, intervals of 95 % then covered 0.955 with 1,024 replicates,
    0.917 with 120 and 0.89 with 30 (500 runs or more each); below 512 replicates a note says so.
    Replicates are drawn in blocks of 1,024, so fewer save no time. Statistics don't count for the
    rule.

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import stag_hunt
    >>> process = Fermi(population_size=20, selection_intensity=1.0, mutation_probability=0.1)
    >>> found = simulate_population(stag_hunt(), process, generations=50, burn_in=50, rng=1)
    >>> round(sum(estimate.value for estimate in found.shares.values()), 12)
    1.0
    >>> low, high = found.interval()["stag"]
    >>> 0 <= low < found.shares["stag"].value < high <= 1
    True
    """
    kept, before = count("generations", generations, 2), count("burn_in", burn_in, 0)
    wanted = count("replicates", replicates, 2)
    limit = WORK * kept * wanted
    if half_width is not None:
        if not 0 < number("half_width", half_width) < 1:
            raise CoopgamesError(f"half_width must lie in (0, 1); got {half_width!r}")
        limit = limit if at_most is None else count("at_most", at_most, kept * wanted)
    elif at_most is not None:
        raise CoopgamesError("at_most goes with half_width, which was not given")
    named = dict(statistics or {})
    for name in named:
        if name in game.strategies:
            raise CoopgamesError(f"statistics must not be named like a strategy; got {name!r}")
    levels = tuple(probability("band", level) for level in band)
    every = record_every if record_every is not None or not keep_paths else 1
    plan = Plan(
        game=game,
        process=process,
        generations=kept,
        burn_in=before,
        replicates=wanted,
        start=None if start is None else checked_start(start, game, process.individuals),
        half_width=half_width,
        at_most=limit,
        statistics=tuple(named.values()),
        record_every=None if every is None else count("record_every", every),
        keep_paths=keep_paths,
    )
    entropy = entropy_of(rng)
    cell = process.parameters() | {"players": game.players, "strategies": list(game.strategies)}
    run = Run(plan, blocks(entropy, cell, max(limit, wanted)), progress=progress)
    run.go()
    halves, (sums, squares) = run.halves(), run.sums()
    records = sum(run.lengths)
    size, s = process.individuals, game.size
    return SimulatedPopulation(
        game=game,
        shares=estimates(game.strategies, sums[:, :s] / size, squares[:, :s] / size**2, records),
        statistics=estimates(tuple(named), sums[:, s:], squares[:, s:], records),
        by_replicate=sums[:, :s] / (records * size),
        final=run.final(),
        generations=records,
        band_levels=levels,
        **run.path(levels),
        certificate=Certificate(
            method="simulation",
            exact=False,
            notes=(*run.notes, *diagnosis(game.strategies, halves[:, :, :s] / size)),
        ),
        provenance=provenance(
            cell
            | {
                "generations": kept,
                "burn_in": before,
                "replicates": wanted,
                "start": None if plan.start is None else plan.start.tolist(),
                "half_width": half_width,
                "at_most": None if half_width is None else limit,
                "statistics": list(named),
            },
            entropy=entropy,
        ),
    )
