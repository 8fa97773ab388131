"""How far a store is, also while another process writes to it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

from .evaluate import STATUS, variables
from .locking import lock_is_held
from .store import SweepStore

__all__ = ["SweepStatus", "sweep_status"]

#: Chunks over whose times of writing a running sweep's pace is taken.
_RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepStatus:
    """How far a store is.

    Attributes
    ----------
    experiment, hash : str
    cells, solved, failed, missing : int
        They add up: cells = solved + failed + missing.
    chunks, complete, corrupt : int
        Chunks in all, complete ones, and those whose bytes have changed; the last are missing.
    seconds_per_cell : float
        Mean time of work of the cells there are; NaN without any. [s]
    remaining : float
        That times the missing cells: time of work on one worker. [s]
    running : bool
        Whether a process is writing at the moment.
    until_end : float
        At the pace of the last chunks, while running; else NaN. [s]
    failures : dict of str to int
        Messages of failed cells with their numbers.
    """

    experiment: str
    hash: str
    cells: int
    solved: int
    failed: int
    missing: int
    chunks: int
    complete: int
    corrupt: int
    seconds_per_cell: float
    remaining: float
    running: bool
    until_end: float
    failures: dict[str, int]


def sweep_status(store: str | Path) -> SweepStatus:
    """Return how far the experiment in a store is.

    Raises
    ------
    CoopgamesError
        If there is no store.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from coopgames.experiments.sweeps import Experiment, sweep
    >>> experiment = Experiment(institution="charter", axes={"problem.threshold": [0.4, 0.6]})
    >>> with TemporaryDirectory() as folder:
    ...     result = sweep(experiment, store=folder)
    ...     sweep_status(folder).solved
    2
    """
    opened = SweepStore.open(store)
    plan = opened.plan
    records: list[tuple[float, float]] = []
    failures: dict[str, int] = {}
    corrupt = cells = failed = 0
    for index in range(plan.chunks):
        sound = opened.sound(index)
        corrupt += sound is False
        record = opened.record(index) if sound else None
        if record is None:
            continue
        records.append((record["written"], record["seconds"]))
        cells += len(plan.cells(index))
        failed += record["failed"]
        if record["failed"]:
            _count_failures(opened, index, record, failures)
    missing = plan.size - cells
    mean = sum(seconds for _, seconds in records) / cells if cells else nan
    running = lock_is_held(opened.path)
    return SweepStatus(
        experiment=opened.provenance["experiment"],
        hash=plan.hash,
        cells=plan.size,
        solved=cells - failed,
        failed=failed,
        missing=missing,
        chunks=plan.chunks,
        complete=len(records),
        corrupt=corrupt,
        seconds_per_cell=mean,
        remaining=mean * missing if missing else 0.0,
        running=running,
        until_end=_pace(records) * (plan.chunks - len(records)) if running else nan,
        failures=failures,
    )


def _count_failures(
    store: SweepStore, index: int, record: dict[str, Any], into: dict[str, int]
) -> None:
    start = store.plan.cells(index).start
    status = store.column(index, variables(store.plan)[-1])
    for text, cells in record["reasons"].items():
        number = sum(int(status[cell - start]) == STATUS["failed"] for cell in cells)
        if number:
            into[text] = into.get(text, 0) + number


def _pace(records: list[tuple[float, float]]) -> float:
    """Return the seconds from one chunk to the next at the moment."""
    last = sorted(written for written, _ in records)[-_RECENT:]
    return (last[-1] - last[0]) / (len(last) - 1) if len(last) > 1 else nan
