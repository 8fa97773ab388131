"""``coopgames sweep`` and ``coopgames resume``: experiments over many games."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError
from .output import add_output_options, check_output, emit
from .sweep_output import estimate_text, result_text, status_text

if TYPE_CHECKING:
    from ..experiments.sweeps import SweepStore

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "sweep",
        help="an experiment: many games solved over a grid or a sample of parameters",
        description="Solve all cells of an experiment. With --store they are written as they are "
        "solved, and a run that was killed goes on where it was.",
    )
    parser.add_argument(
        "experiment", metavar="FILE", help=".toml file, or a name of models/experiments"
    )
    parser.add_argument("--store", type=Path, metavar="DIR", help="folder for the results")
    parser.add_argument("--seed", type=int, metavar="N", help="of simulations; default: the file's")
    parser.add_argument(
        "--dry-run", action="store_true", help="check, and say how long it takes; solve nothing"
    )
    _add_run_options(parser)
    parser.set_defaults(run=run_sweep)

    again: argparse.ArgumentParser = commands.add_parser(
        "resume",
        help="go on with an experiment that was interrupted",
        description="Solve what is missing in a store.",
    )
    again.add_argument("store", type=Path, metavar="DIR", help="folder of a store")
    _add_run_options(again)
    again.set_defaults(run=run_resume)


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--executor",
        choices=("none", "processes", "threads", "dask", "mpi"),
        help="where cells are solved; default: processes with --workers, else none",
    )
    parser.add_argument("--workers", type=int, metavar="N", help="default: one per processor")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a running dask cluster, or its .json file"
    )
    parser.add_argument(
        "--other-versions",
        action="store_true",
        help="go on with a store that other versions of coopgames, NumPy or SciPy began",
    )
    add_output_options(parser)


def run_sweep(options: argparse.Namespace) -> None:
    """Answer ``sweep``."""
    from ..experiments.sweeps import (
        estimate_sweep,
        load_experiment,
        named_executor,
        open_store,
        plan_sweep,
        sweep,
    )

    check_output(options.output)
    experiment = load_experiment(options.experiment)
    if options.seed is not None:
        experiment = experiment.replace(seed=options.seed)
    plan = plan_sweep(experiment)
    if options.dry_run or sys.stderr.isatty():
        expected = estimate_sweep(plan, workers=_workers(options))
        if options.dry_run:
            emit(estimate_text(expected, options.format), options.output)
            return
        print(f"coopgames: {expected}", file=sys.stderr)
    if options.store is None:
        if options.other_versions:
            raise CoopgamesError("--other-versions goes with --store")
        with named_executor(_kind(options), options.workers, options.scheduler) as executor:
            result = sweep(experiment, executor=executor, progress=sys.stderr.isatty())
        emit(result_text(result, options.format), options.output)
        return
    store = open_store(
        options.store,
        plan,
        experiment.seed,
        id=experiment.id,
        other_versions=options.other_versions,
    )
    _fill(store, options)


def run_resume(options: argparse.Namespace) -> None:
    """Answer ``resume``."""
    from ..experiments.sweeps import SweepStore

    check_output(options.output)
    store = SweepStore.open(options.store)
    store.check_versions(allowed=options.other_versions)
    _fill(store, options)


def _fill(store: SweepStore, options: argparse.Namespace) -> None:
    from ..experiments.sweeps import fill_store, named_executor, sweep_status

    try:
        with named_executor(_kind(options), options.workers, options.scheduler) as executor:
            fill_store(store, executor=executor, progress=sys.stderr.isatty())
    except KeyboardInterrupt:
        status = sweep_status(store.path)
        print(
            f"coopgames: {status.complete} of {status.chunks} chunks are in {store.path}; "
            f"`coopgames resume {store.path}` goes on",
            file=sys.stderr,
        )
        raise
    emit(status_text(sweep_status(store.path), store.path, options.format), options.output)


def _kind(options: argparse.Namespace) -> str:
    if options.executor is not None:
        return str(options.executor)
    if options.scheduler is not None:
        return "dask"
    return "none" if options.workers is None else "processes"


def _workers(options: argparse.Namespace) -> int:
    """Return the workers there will be, as far as can be known."""
    from ..experiments.sweeps import processors

    if options.workers is not None:
        return max(1, int(options.workers))
    local = _kind(options) in ("processes", "dask") and options.scheduler is None
    return processors() if local else 1
