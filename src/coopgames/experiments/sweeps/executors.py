"""Executors: worker processes with one thread of linear algebra each, and clusters.

Our own workers are spawned, not forked, so that they read the thread limits before NumPy is
loaded. They ignore Ctrl-C, which the main process answers, and end themselves when it dies,
however it dies.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from ..._checks import count, one_of
from ...errors import CoopgamesError

__all__ = ["EXECUTORS", "THREAD_LIMITS", "local_executor", "named_executor", "processors"]

EXECUTORS = ("none", "processes", "threads", "dask", "mpi")

#: Environment variables that hold linear algebra to one thread; read when NumPy is loaded.
THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


@contextmanager
def local_executor(kind: str = "processes", workers: int | None = None) -> Iterator[Executor]:
    """Open an executor on this machine, and close it at the end.

    Parameters
    ----------
    kind : {'processes', 'threads'}
        Threads share one interpreter, and help only where cells spend their time in NumPy.
    workers : int, optional
        At least 1; by default the processors this process may use.

    Yields
    ------
    Executor
        For ``sweep(..., executor=...)``.

    Examples
    --------
    >>> with local_executor("threads", 2) as executor:
    ...     executor.submit(abs, -1).result()
    1
    """
    one_of("kind", kind, ("processes", "threads"))
    number = processors() if workers is None else count("workers", workers)
    with _limited():
        executor: Executor = (
            ThreadPoolExecutor(number)
            if kind == "threads"
            else ProcessPoolExecutor(
                number, mp_context=get_context("spawn"), initializer=_begin_worker
            )
        )
        try:
            yield executor
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def named_executor(
    kind: str, workers: int | None = None, scheduler: str | None = None
) -> Iterator[Executor | None]:
    """Open an executor by its name in the shell, and close it at the end.

    Parameters
    ----------
    kind : {'none', 'processes', 'threads', 'dask', 'mpi'}
    workers : int, optional
        As in `local_executor`; ``dask`` starts so many processes where there is no ``scheduler``.
        MPI has as many as ``mpiexec`` started.
    scheduler : str, optional
        Address of a running dask scheduler, or the path of its JSON file.

    Raises
    ------
    CoopgamesError
        If a package is missing, or an argument is not used by that kind.
    """
    one_of("executor", kind, EXECUTORS)
    if scheduler is not None and kind != "dask":
        raise CoopgamesError(f"scheduler is used by the executor dask only; got {kind!r}")
    if workers is not None and (kind in ("none", "mpi") or scheduler is not None):
        raise CoopgamesError(
            "workers is not used by "
            + ("a running dask scheduler" if scheduler is not None else f"executor {kind!r}")
        )
    if kind == "none":
        yield None
    elif kind == "dask":
        with _dask(workers, scheduler) as executor:
            yield executor
    elif kind == "mpi":
        with _mpi() as executor:
            yield executor
    else:
        with local_executor(kind, workers) as executor:
            yield executor


@contextmanager
def _dask(workers: int | None, scheduler: str | None) -> Iterator[Executor]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise CoopgamesError(
            "executor 'dask' needs dask.distributed, which is not installed: pip install "
            "'coopgames[distributed]'"
        ) from None
    if scheduler is not None:
        where = {"scheduler_file": scheduler} if scheduler.endswith(".json") else {}
        client = Client(**where or {"address": scheduler})  # type: ignore[no-untyped-call, unused-ignore]
        with client:
            yield client.get_executor(pure=False)  # type: ignore[no-untyped-call, unused-ignore]
        return
    number = processors() if workers is None else count("workers", workers)
    cluster = LocalCluster(  # type: ignore[no-untyped-call, unused-ignore]
        n_workers=number, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, Client(cluster) as client:  # type: ignore[no-untyped-call, unused-ignore]
        yield client.get_executor(pure=False)


@contextmanager
def _mpi() -> Iterator[Executor]:
    try:
        from mpi4py.futures import (
            MPIPoolExecutor,
        )
    except ImportError:
        raise CoopgamesError(
            "executor 'mpi' needs mpi4py, which is not installed: pip install mpi4py, and start "
            "with mpiexec -n N python -m mpi4py.futures -m coopgames sweep ..."
        ) from None
    with MPIPoolExecutor(main=False) as executor:
        yield executor


def processors() -> int:
    """Return the number of processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


@contextmanager
def _limited() -> Iterator[None]:
    """Set the limits for processes started meanwhile; those the user has set stay."""
    added = [name for name in THREAD_LIMITS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
