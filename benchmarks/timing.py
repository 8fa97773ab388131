"""How the benchmarks time: one thread, few runs of what is slow, strangers in their own process.

Import this before NumPy: it sets the number of threads, which processes started from here inherit.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: What the libraries behind NumPy and peers read when they start their threads.
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
os.environ.update(dict.fromkeys(THREADS, "1"))

#: A run this long is its own best. [s]
SLOW = 0.5
#: Runs this long together are enough for a median. [s]
LONG = 5.0


def timed(
    work: Callable[[], Any],
    repeats: int,
    scale: float = 1.0,
    *,
    each: float = math.inf,
    total: float = LONG,
) -> tuple[list[float], Any]:
    """Return times in seconds times ``scale``, ascending, and the last answer.

    Stops after ``repeats`` runs, a run of ``each`` seconds or ``total`` seconds of all runs.
    """
    times: list[float] = []
    while not times or (len(times) < repeats and times[-1] < each and sum(times) < total):
        start = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - start)
    return sorted(scale * seconds for seconds in times), answer


def best_time(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Return the best time in milliseconds and the last answer; what is slow is run once."""
    times, answer = timed(work, repeats, 1e3, each=SLOW, total=math.inf)
    return times[0], answer


def _report(connection: Any, call: Callable[..., Any], arguments: dict[str, Any]) -> None:
    try:
        connection.send("ready")
        connection.send(call(**arguments))
    except KeyboardInterrupt:
        return  # whoever started us says so


def alone(limit: float | None, call: Callable[..., Any], **arguments: Any) -> Any:
    """Return what a call returns in a process of its own; None after `limit` seconds.

    Raises
    ------
    EOFError
        If the process dies.
    """
    import multiprocessing

    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe(duplex=False)
    process = fresh.Process(target=_report, args=(there, call, arguments))
    process.start()
    there.close()
    try:
        here.recv()
        return here.recv() if here.poll(limit) else None
    finally:
        process.kill()
        process.join()


def resident_mib() -> float | None:
    """Return the process's peak resident memory, where the system tells."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, whose getrusage counts the peak of whoever started us
        lines = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        if "VmHWM" in lines:
            return float(lines["VmHWM"].split()[0]) / 2**10
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
