"""Sweeps as they are run: from the shell, killed, out of disk, on a cluster of processes."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coopgames.cli import main
from coopgames.experiments.sweeps import (
    Experiment,
    SweepStore,
    load_experiment,
    local_executor,
    open_results,
    plan_sweep,
    resume,
    sweep,
    sweep_status,
)

#: 80 simulated cells of some 10 ms in 40 chunks.
TEXT = """
institution = "charter"
solver = "simulated"
seed = 5
chunk = 2
measures = ["success_rate", "act_rate", "failure"]
[simulation]
replicates = 64
samples = 4
burn_in = 20
[axes]
"institution.bodies.*.severity" = { start = 0, stop = 1, number = 20 }
"problem.threshold" = [0.4, 0.5, 0.6, 0.7]
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("experiments") / "map.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture(scope="module")
def expected(file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Checksums of an unbroken run without an executor."""
    store = tmp_path_factory.mktemp("stores") / "whole"
    sweep(file, store=store)
    return data_of(store)


def data_of(store: Path) -> dict[str, str]:
    return {
        str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((store / "results.zarr").rglob("*"))
        if path.is_file()
    }


def started(*arguments: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "coopgames", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(*arguments: Any) -> tuple[int, str, str]:
    process = started(*arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def records(store: Path) -> int:
    return len(list((store / "chunks").glob("[0-9]*.json")))


def members(group: int) -> list[int]:
    """Processes of a process group that still run, from /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp = path.read_text().rpartition(") ")[2].split()[:3]
        except OSError:
            continue
        if int(pgrp) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


# -- the shell -------------------------------------------------------------------------------


def test_a_sweep_from_the_shell(file: Path, tmp_path: Path, expected: dict[str, str]) -> None:
    store = tmp_path / "store"
    code, out, err = run("sweep", file, "--store", store, "--workers", 2, "--format", "json")
    assert (code, err) == (0, "")  # silent in pipes
    status = json.loads(out)
    assert (status["cells"], status["solved"], status["missing"]) == (80, 80, 0)
    assert data_of(store) == expected

    code, out = answer("export", store, "--format", "json")
    result = open_results(store)
    rates = [row["success_rate"] for row in json.loads(out)]
    assert rates == result["success_rate"].ravel().tolist()
    assert answer("export", store, "--output", tmp_path / "map.nc") == (0, "")
    import xarray

    with xarray.open_dataset(tmp_path / "map.nc") as data:
        assert dict(data.sizes)["severity"] == 20

    (store / "chunks" / "000007.json").unlink()
    code, out = answer("status", store)
    assert "39 of 40 chunks, 78 of 80 cells" in out
    assert f"nothing is running; `coopgames resume {store}`" in out
    code, out = answer("resume", store, "--executor", "threads", "--workers", 2)
    assert "40 of 40 chunks" in out
    assert data_of(store) == expected


def answer(*arguments: Any) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it says."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main([str(item) for item in arguments])
    return code, out.getvalue()


def test_without_a_store_the_answer_is_the_table(tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_text("[axes]\ninstitution = ['anarchy', 'charter']\n")
    code, out = answer("sweep", path, "--format", "json")
    assert code == 0
    anarchy, charter = json.loads(out)
    assert anarchy["coverage"] is None
    assert anarchy["reason"].startswith("coverage: ")
    assert charter["failure"] == "gridlock"
    code, out = answer("sweep", path, "--dry-run")
    assert out.startswith("2 cells in 1 chunks; about ")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("sweep", "phase_smal"), "did you mean phase_small"),
        (("resume", "nowhere"), "no store in nowhere"),
        (("status", "nowhere"), "no store in nowhere"),
        (("export", "nowhere"), "no store in nowhere"),
        (("sweep", "phase_small", "--workers", "0"), "workers must be >= 1"),
        (("sweep", "phase_small", "--executor", "none", "--workers", "2"), "not used"),
        (("sweep", "phase_small", "--other-versions"), "--store"),
        (("sweep", "phase_small", "--seed", "-1"), "seed"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments: tuple[str, ...], hint: str) -> None:
    with contextlib.redirect_stderr(io.StringIO()) as said:
        assert answer(*arguments) == (2, "")
    assert hint in said.getvalue()
    assert len(said.getvalue().splitlines()) == 1


# -- killed ----------------------------------------------------------------------------------


def kill_at(moment: Callable[[], bool], file: Path, store: Path, number: int) -> int:
    """Run a sweep with two workers, send it a signal at a moment, and return its exit code."""
    process = started("sweep", file, "--store", store, "--workers", 2)
    wait_for(lambda: moment() or process.poll() is not None)
    process.send_signal(number)
    process.communicate(timeout=60)
    wait_for(lambda: not members(process.pid), 30.0)  # no worker survives
    return process.returncode


@linux
def test_a_killed_run_resumes_to_the_same_bytes(
    file: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    store = tmp_path / "store"
    code = kill_at(lambda: records(store) >= 3, file, store, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert 3 <= records(store) < 40
    assert not sweep_status(store).running
    assert resume(store).complete
    assert data_of(store) == expected


@linux
def test_an_interrupted_run_says_how_to_go_on(
    file: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    store = tmp_path / "store"
    process = started("sweep", file, "--store", store, "--workers", 2)
    wait_for(lambda: records(store) >= 3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    first, second = err.splitlines()
    assert f"of 40 chunks are in {store}; `coopgames resume {store}` goes on" in first
    assert second == "coopgames: interrupted"
    assert answer("resume", store)[0] == 0
    assert data_of(store) == expected


@linux
@pytest.mark.slow
def test_kill_at_twenty_random_moments(
    file: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    began = time.monotonic()
    process = started("sweep", file, "--store", tmp_path / "unbroken", "--workers", 2)
    wait_for((tmp_path / "unbroken").exists)
    first = time.monotonic() - began
    process.communicate(timeout=60)
    length = time.monotonic() - began
    moments = np.random.default_rng(1).uniform(0.9 * first, length, 20)
    broken = 0
    for i, moment in enumerate(moments):
        store = tmp_path / f"store-{i}"
        end = time.monotonic() + moment
        kill_at(lambda end=end: time.monotonic() > end, file, store, signal.SIGKILL)
        broken += SweepStore.exists(store) and records(store) < 40
        code, _, err = run("sweep", file, "--store", store, "--workers", 2)
        assert (code, err) == (0, "")
        assert data_of(store) == expected
    assert broken >= 8  # most moments fall into the run itself


@linux
@pytest.mark.slow
def test_a_worker_that_is_killed_is_one_error_and_costs_its_chunks_only(
    file: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    store = tmp_path / "store"
    process = started("sweep", file, "--store", store, "--workers", 2)
    wait_for(lambda: records(store) >= 3)
    for pid in members(process.pid):
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"spawn_main" in line:
            os.kill(pid, signal.SIGKILL)
            break
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert "the executor lost a chunk: BrokenProcessPool" in err
    assert len(err.splitlines()) == 1
    assert records(store) >= 3
    resume(store)
    assert data_of(store) == expected


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if not mounted or mounted.returncode:
        pytest.skip("may not mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_one_error_and_costs_nothing(
    file: Path, tmp_path: Path, small_disk: Path, expected: dict[str, str]
) -> None:
    store = small_disk / "store"
    code, out, err = run("sweep", file, "--store", store, "--workers", 2)
    assert (code, out) == (2, "")
    assert "can't be written: No space left on device" in err
    assert len(err.splitlines()) == 1
    done = (open_results(store)["status"] == 1).sum()
    assert done == 2 * records(store) > 0
    moved = shutil.copytree(store, tmp_path / "larger")
    resume(moved)
    assert data_of(moved) == expected


@pytest.mark.skipif(not shutil.which("mount"), reason="needs mount")
def test_a_read_only_folder_is_one_error(file: Path, small_disk: Path) -> None:
    small = small_disk / "store"
    sweep(load_experiment(file).replace(axes={"problem.threshold": [0.4]}), store=small)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert open_results(small).complete
    for command in (("resume", small), ("sweep", file, "--store", small_disk / "new")):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            assert answer(*command) == (2, "")
        assert "can't be written: Read-only file system" in said.getvalue()
        assert len(said.getvalue().splitlines()) == 1


# -- dask ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.mark.filterwarnings("default")
def test_dask_gives_the_same_bytes_also_if_a_worker_is_killed(
    file: Path, tmp_path: Path, expected: dict[str, str], client: Any
) -> None:
    pids = client.run(os.getpid)
    assert len(set(pids.values()) | {os.getpid()}) == 3
    sweep(file, store=tmp_path / "quiet", executor=client.get_executor(pure=False))
    assert data_of(tmp_path / "quiet") == expected

    store = tmp_path / "killed"
    victim = next(iter(pids.values()))

    def kill() -> None:
        wait_for(lambda: records(store) >= 2)
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    sweep(file, store=store, executor=client.get_executor(pure=False))
    killer.join()
    assert records(store) == 40
    assert data_of(store) == expected
    wait_for(lambda: len(client.run(os.getpid)) == 2)
    assert victim not in client.run(os.getpid).values()


@pytest.mark.filterwarnings("default")
@pytest.mark.slow
def test_dask_from_the_shell(file: Path, tmp_path: Path, expected: dict[str, str]) -> None:
    store = tmp_path / "store"
    code, _, err = run("sweep", file, "--store", store, "--executor", "dask", "--workers", 4)
    assert (code, err) == (0, "")
    assert data_of(store) == expected


@pytest.mark.slow
def test_mpi(file: Path, tmp_path: Path, expected: dict[str, str]) -> None:
    pytest.importorskip("mpi4py")
    if shutil.which("mpiexec") is None:
        pytest.skip("needs mpiexec")
    store = tmp_path / "store"
    command = ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures", "-m", "coopgames"]
    arguments = ["sweep", str(file), "--store", str(store), "--executor", "mpi"]
    subprocess.run([*command, *arguments], check=True, timeout=120)
    assert data_of(store) == expected


# -- time and memory -------------------------------------------------------------------------


@pytest.mark.slow
def test_ten_thousand_cells_of_the_charter(tmp_path: Path) -> None:
    """30 s on two cores; a shared machine gets twice that."""
    axes = {
        "institution.bodies.*.severity": {"start": 0, "stop": 1, "number": 100},
        "problem.threshold": {"start": 0.3, "stop": 0.9, "number": 100},
    }
    began = time.monotonic()
    with local_executor("processes", 2) as executor:
        result = sweep(
            Experiment(institution="charter", axes=axes), store=tmp_path / "s", executor=executor
        )
    assert result.complete
    assert time.monotonic() - began < 60


@pytest.mark.slow
def test_overhead_per_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under 1 ms in process, 10 ms through an executor, beside the cells' own work."""
    from coopgames.experiments.sweeps import evaluate
    from coopgames.games import compile_game

    axes = {"problem.cost": {"start": 0.1, "stop": 0.2, "number": 2000}}
    experiment = Experiment(institution="anarchy", problem="trade", world="uniform-4", axes=axes)
    plan = plan_sweep(experiment)
    setting = plan.setting(plan.coordinates(0))
    game = compile_game(setting.institution, setting.problem, setting.world)
    solved = evaluate.evolve(game, setting.dynamic)
    monkeypatch.setattr(evaluate, "compile_game", lambda *a, **k: game)
    monkeypatch.setattr(evaluate, "evolve", lambda *a, **k: solved)
    began = time.perf_counter()
    sweep(experiment)
    assert (time.perf_counter() - began) / 2000 < 1e-3

    monkeypatch.undo()
    alone = time.perf_counter()
    sweep(experiment)
    alone = time.perf_counter() - alone
    with local_executor("processes", 1) as executor:
        executor.submit(abs, 1).result()
        began = time.perf_counter()
        sweep(experiment, executor=executor)
        assert (time.perf_counter() - began - alone) / 2000 < 1e-2


@pytest.mark.slow
@linux
def test_memory_does_not_grow_with_the_cells_written(tmp_path: Path) -> None:
    code = """
import resource, sys
from coopgames.experiments.sweeps import Experiment, fill_store, open_store, plan_sweep, run
from coopgames.experiments.sweeps.evaluate import solve_chunk

side = int(sys.argv[2])
axes = {
    "problem.cost": {"start": 0.1, "stop": 0.2, "number": side},
    "problem.threshold": {"start": 0.3, "stop": 0.9, "number": 400},
}
experiment = Experiment(institution="anarchy", axes=axes, chunk=500)
plan = plan_sweep(experiment)
first = solve_chunk(plan.text, 0, 0)
def copied(text, entropy, index):  # what is measured is the writing
    import dataclasses
    columns = {k: v.copy() for k, v in first.columns.items()}
    return dataclasses.replace(first, index=index, columns=columns)
run.solve_chunk = copied
fill_store(open_store(sys.argv[1], plan, 0, id="mine"))
print(plan.size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

    def peak(side: int) -> tuple[int, int]:
        command = [sys.executable, "-c", code, str(tmp_path / str(side)), str(side)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        cells, kilobytes = map(int, out.split())
        return cells, kilobytes

    few, base = peak(10)
    many, top = peak(250)
    assert (few, many) == (4_000, 100_000)
    assert top - base < 4_000  # kB: 40 bytes per cell would be more
