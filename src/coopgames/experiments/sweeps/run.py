"""The verb: an experiment in, its results out, however the chunks are spread over workers."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from ..._random import RandomLike, entropy_of
from ...dynamics.progress import progress_bar
from ...errors import CoopgamesError
from ...provenance import provenance
from .cells import Plan, plan_sweep
from .evaluate import Chunk, solve_chunk
from .files import load_experiment
from .result import SweepResult, gathered
from .specification import Experiment
from .store import SweepStore

__all__ = [
    "IN_FLIGHT",
    "fill_store",
    "open_results",
    "open_store",
    "resume",
    "solved_chunks",
    "sweep",
]

logger = logging.getLogger(__name__)

#: Chunks handed to an executor and not yet taken back, at most. A result has some 100 kB, so this
#: bounds memory, and is enough for as many workers (our assumption).
IN_FLIGHT = 256


def solved_chunks(
    plan: Plan, entropy: int, missing: Iterable[int], executor: Executor | None
) -> Iterator[Chunk]:
    """Yield chunks as they are solved, in any order.

    Parameters
    ----------
    plan : Plan
    entropy : int
    missing : iterable of int
        Indices of the chunks to solve; read as there is room.
    executor : Executor, optional
        In this process by default.

    Raises
    ------
    CoopgamesError
        If the executor lost its workers.
    """
    queue = iter(missing)
    if executor is None:
        for index in queue:
            yield solve_chunk(plan.text, entropy, index)
        return
    pending: set[Future[Chunk]] = set()
    try:
        while True:
            for index in islice(queue, IN_FLIGHT - len(pending)):
                pending.add(executor.submit(solve_chunk, plan.text, entropy, index))
            if not pending:
                return
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield _answer(future)
    finally:
        for future in pending:
            future.cancel()


def _answer(future: Future[Chunk]) -> Chunk:
    try:
        return future.result()
    except Exception as problem:  # whatever executors raise; a cell's own errors are data
        raise CoopgamesError(
            f"the executor lost a chunk: {type(problem).__name__}: "
            f"{' '.join(str(problem).split()) or 'no message'}; chunks already in a store are "
            "safe, and `coopgames resume` or the same call goes on from them"
        ) from problem


def sweep(
    experiment: Experiment | str | Path,
    *,
    store: str | Path | None = None,
    executor: Executor | None = None,
    other_versions: bool = False,
    progress: bool = False,
    rng: RandomLike = None,
) -> SweepResult:
    """Return the results of an experiment, all its cells solved.

    Parameters
    ----------
    experiment : Experiment, str or Path
        A record, a name of ``models/experiments/``, or a path to a ``.toml`` file.
    store : path, optional
        A folder into which chunks of cells are written as they are solved. If it holds some of
        this experiment already, only the missing ones are solved.
    executor : concurrent.futures.Executor, optional
        Where chunks are solved: threads, processes, ``dask.distributed`` (``Client.get_executor``),
        MPI (``mpi4py.futures``). In this process by default. See `local_executor`.
    other_versions : bool
        Whether to go on with a store that other versions of the package or of NumPy began.
    progress : bool
        Whether to draw a progress bar on standard error.
    rng : int, Generator, SeedSequence, optional
        Entropy of simulations; by default the experiment's ``seed``, or else the store's, or fresh.

    Returns
    -------
    SweepResult
        The same to the last bit on one machine and version, whatever the executor, the number of
        workers, the order, or interruptions. Cells that failed are in its ``failures``.

    Raises
    ------
    SpecificationError
        If the experiment is wrong, or the store holds another one.
    CoopgamesError
        If the store can't be written, or the executor loses its workers. What was written stays.
    KeyboardInterrupt
        If interrupted. What was written stays.

    Examples
    --------
    >>> from coopgames.experiments.sweeps import Experiment
    >>> experiment = Experiment(
    ...     institution="charter",
    ...     axes={"problem.threshold": [0.4, 0.7], "dynamic.precision": [5.0, 10.0, 15.0]},
    ... )
    >>> result = sweep(experiment)
    >>> result["success_rate"].shape
    (2, 3)
    """
    given = experiment if isinstance(experiment, Experiment) else load_experiment(experiment)
    plan = plan_sweep(given)
    asked = _asked(given, rng)
    if store is not None:
        opened = open_store(store, plan, asked, other_versions=other_versions, id=given.id)
        fill_store(opened, executor=executor, progress=progress)
        return opened.result()
    entropy = entropy_of(None) if asked is None else asked
    about = run_record(plan, entropy, id=given.id)
    chunks = solved_chunks(plan, entropy, range(plan.chunks), executor)
    return gathered(plan, _shown(plan, chunks, 0, progress=progress), about)


def resume(
    store: str | Path,
    *,
    executor: Executor | None = None,
    other_versions: bool = False,
    progress: bool = False,
) -> SweepResult:
    """Return the results of the experiment in a store, after solving what is missing in it.

    Chunks whose bytes have changed on the disk count as missing. Arguments and errors as in
    `sweep`; the store needs nothing else than itself.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from coopgames.experiments.sweeps import Experiment
    >>> experiment = Experiment(institution="charter", axes={"problem.threshold": [0.4, 0.6]})
    >>> with TemporaryDirectory() as folder:
    ...     whole = sweep(experiment, store=folder)
    ...     again = resume(folder)
    >>> (whole["success_rate"] == again["success_rate"]).all()
    np.True_
    """
    opened = SweepStore.open(store)
    opened.check_versions(allowed=other_versions)
    fill_store(opened, executor=executor, progress=progress)
    return opened.result()


def open_results(store: str | Path) -> SweepResult:
    """Return what a store holds; cells that are not there yet are missing (status 0).

    Raises
    ------
    CoopgamesError
        If there is no store, or a chunk's bytes have changed on the disk.
    """
    return SweepStore.open(store).result()


def open_store(
    path: str | Path, plan: Plan, entropy: int | None, *, id: str, other_versions: bool = False
) -> SweepStore:
    """Return the store of an experiment at a path, made if it is not there.

    ``entropy`` is what was asked for; a store that is there already keeps its own.
    """
    if not SweepStore.exists(path):
        fresh = entropy_of(None) if entropy is None else entropy
        return SweepStore.create(path, plan, run_record(plan, fresh, id=id))
    opened = SweepStore.open(path)
    opened.check_experiment(plan, entropy)
    opened.check_versions(allowed=other_versions)
    return opened


def fill_store(
    store: SweepStore, *, executor: Executor | None = None, progress: bool = False
) -> None:
    """Solve the missing chunks of a store; this process alone writes."""
    with store.writing():
        missing = store.missing()
        done = store.plan.chunks - len(missing)
        logger.info("%d of %d chunks to solve", len(missing), store.plan.chunks)
        chunks = solved_chunks(store.plan, store.entropy, missing, executor)
        for chunk in _shown(store.plan, chunks, done, progress=progress):
            store.write(chunk)
            logger.debug("chunk %d written after %.2f s", chunk.index, chunk.seconds)


def run_record(plan: Plan, entropy: int, *, id: str) -> dict[str, Any]:
    """Return the provenance of a run; its entropy is None where nothing is drawn."""
    drawn = entropy if plan.experiment.solver == "simulated" else None
    record = provenance(json.loads(plan.text), experiment=id, entropy=drawn)
    return record | {"hash": plan.hash, "scipy": version("scipy")}


def _asked(experiment: Experiment, rng: RandomLike) -> int | None:
    """Return the entropy that was asked for, if any."""
    if rng is None:
        return experiment.seed
    return entropy_of(rng)


def _shown(plan: Plan, chunks: Iterator[Chunk], done: int, *, progress: bool) -> Iterator[Chunk]:
    """Pass chunks on, with a bar that counts cells."""
    bar = progress_bar(progress, plan.size, "cell")
    try:
        if bar is not None:
            bar.update(min(plan.size, done * plan.chunk))
        for chunk in chunks:
            yield chunk
            if bar is not None:
                bar.update(len(plan.cells(chunk.index)))
    finally:
        if bar is not None:
            bar.close()
