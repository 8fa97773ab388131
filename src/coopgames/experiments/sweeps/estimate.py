"""What an experiment will take, from a few of its cells, before it starts."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .cells import Plan
from .evaluate import solve_cells, variables

__all__ = ["SweepEstimate", "estimate_sweep"]

#: Runs of neighbouring cells that are tried, spread evenly, and cells of each; our assumption.
RUNS, LENGTH = 3, 8
#: Where the first cell takes longer, no other is tried. [s]
PATIENCE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepEstimate:
    """Size, time and memory of an experiment.

    Attributes
    ----------
    cells, chunks : int
    seconds_per_cell : float
        Mean over the cells tried. [s]
    seconds : float
        That times the cells, over the workers. [s]
    result_bytes : int
        Of all columns, without texts.
    process_bytes : int
        Largest memory of this process so far, cells tried included: what a worker takes, or less;
        0 where the system does not say.
    """

    cells: int
    chunks: int
    seconds_per_cell: float
    seconds: float
    result_bytes: int
    process_bytes: int

    def __str__(self) -> str:
        memory = f"{self.result_bytes / 1e6:.3g} MB of results"
        if self.process_bytes:
            memory += f", {self.process_bytes / 1e6:.3g} MB per worker"
        return (
            f"{self.cells} cells in {self.chunks} chunks; about {self.seconds:.3g} s at "
            f"{1e3 * self.seconds_per_cell:.3g} ms per cell; {memory}"
        )


def estimate_sweep(plan: Plan, *, workers: int = 1) -> SweepEstimate:
    """Return what a checked experiment will take on ``workers`` workers.

    A few cells are solved for it; nothing of them is kept.

    Examples
    --------
    >>> from coopgames.experiments.sweeps import Experiment, plan_sweep
    >>> experiment = Experiment(institution="anarchy", axes={"problem.cost": [0.1, 0.2]})
    >>> estimate_sweep(plan_sweep(experiment)).cells
    2
    """
    mean = _seconds_per_cell(plan)
    row = sum(np.dtype(variable.dtype).itemsize for variable in variables(plan))
    return SweepEstimate(
        cells=plan.size,
        chunks=plan.chunks,
        seconds_per_cell=mean,
        seconds=mean * plan.size / min(workers, plan.chunks),
        result_bytes=row * plan.size,
        process_bytes=_largest_memory(),
    )


def _seconds_per_cell(plan: Plan) -> float:
    """Return the mean time of a few cells; neighbours share what a chunk's cells share."""
    first = _timed(plan, [0])
    if first > PATIENCE:
        return first
    length = min(LENGTH, plan.size)
    starts = np.unique(np.linspace(0, plan.size - length, RUNS).astype(int)).tolist()
    times = [_timed(plan, range(start, start + length)) for start in starts]
    return sum(times) / (length * len(starts))


def _timed(plan: Plan, cells: Iterable[int]) -> float:
    started = time.perf_counter()
    solve_cells(plan, 0, cells)
    return time.perf_counter() - started


def _largest_memory() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else 1024 * largest
