"""The same bytes from any executor; workers that pin their threads and end with their parent."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

import coopgames as cg
from coopgames.experiments.sweeps import (
    Axis,
    Experiment,
    Simulation,
    local_executor,
    named_executor,
    open_results,
    resume,
    sweep,
)
from coopgames.experiments.sweeps import run as module
from coopgames.experiments.sweeps.executors import THREAD_LIMITS

EXPERIMENT = Experiment(
    institution="charter",
    axes={
        "institution.bodies.*.severity": Axis(start=0.0, stop=1.0, number=6),
        "problem": ["climate", "trade"],
    },
    solver="simulated",
    simulation=Simulation(replicates=16, samples=2, burn_in=2),
    measures=("success_rate", "act_rate", "value_added"),
    seed=4,
    chunk=2,
)


def contents(result: Any) -> dict[str, bytes]:
    return {name: column.tobytes() for name, column in result.columns.items()}


class Backwards(Executor):
    """Runs what it is given only when asked for it, last first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        self.most = max(self.most, len(self.waiting))
        return future

    def run_one(self) -> None:
        future, call = self.waiting.pop()
        future.set_result(call())


def test_order_and_number_in_flight_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = contents(sweep(EXPERIMENT))
    executor = Backwards()
    true = module.wait

    def wait(pending: Any, **options: Any) -> Any:
        executor.run_one()
        return true(pending, **options)

    monkeypatch.setattr(module, "wait", wait)
    monkeypatch.setattr(module, "IN_FLIGHT", 4)
    assert contents(sweep(EXPERIMENT, executor=executor)) == expected
    assert executor.most == 4


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_threads(workers: int) -> None:
    expected = contents(sweep(EXPERIMENT))
    with ThreadPoolExecutor(workers) as executor:
        assert contents(sweep(EXPERIMENT, executor=executor)) == expected


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow), 4])
def test_processes(workers: int, tmp_path: Path) -> None:
    expected = contents(sweep(EXPERIMENT))
    with local_executor("processes", workers) as executor:
        result = sweep(EXPERIMENT, store=tmp_path / "store", executor=executor)
    assert contents(result) == expected


def _limits() -> list[str | None]:
    import numpy as np

    np.linalg.eigvals(np.eye(3))
    return [os.environ.get(name) for name in THREAD_LIMITS]


def test_workers_have_one_thread_of_linear_algebra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")  # what the user says counts
    for name in THREAD_LIMITS[1:]:
        monkeypatch.delenv(name, raising=False)
    with local_executor("processes", 1) as executor:
        assert executor.submit(_limits).result() == ["3", "1", "1", "1", "1", "1"]
    assert "MKL_NUM_THREADS" not in os.environ


class Dying(Executor):
    """Loses its workers at the third chunk."""

    def __init__(self) -> None:
        self.given = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given += 1
        if self.given < 3:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(BrokenProcessPool("a process died"))
        return future


def test_an_executor_that_dies_is_one_error_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IN_FLIGHT", 1)
    with pytest.raises(cg.CoopgamesError, match="the executor lost a chunk: BrokenProcessPool"):
        sweep(EXPERIMENT, store=tmp_path / "store", executor=Dying())
    assert (open_results(tmp_path / "store")["status"] > 0).sum() == 4
    assert contents(resume(tmp_path / "store")) == contents(sweep(EXPERIMENT))


def test_names_of_executors() -> None:
    with named_executor("none") as executor:
        assert executor is None
    with named_executor("threads", 2) as executor:
        assert isinstance(executor, ThreadPoolExecutor)
    with named_executor("processes", 2) as executor:
        assert isinstance(executor, ProcessPoolExecutor)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("proceses",), "processes"),
        (("none", 2), "not used by executor 'none'"),
        (("threads", 0), "workers must be >= 1"),
        (("processes", 1, "tcp://a:1"), "dask only"),
        (("dask", 1, "tcp://a:1"), "not used by a running dask scheduler"),
    ],
)
def test_wrong_executors_are_refused(arguments: tuple[Any, ...], hint: str) -> None:
    with pytest.raises(cg.CoopgamesError, match=hint), named_executor(*arguments):
        pass


@pytest.mark.parametrize(("kind", "package"), [("dask", "distributed"), ("mpi", "mpi4py.futures")])
def test_a_missing_package_is_named(
    kind: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(cg.CoopgamesError, match="pip install"), named_executor(kind):
        pass
