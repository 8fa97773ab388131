"""Stores: whole after any interruption, read by zarr and xarray, and clear about what is wrong."""

import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import coopgames as cg
from coopgames.experiments.sweeps import (
    Experiment,
    Simulation,
    SweepStore,
    open_results,
    plan_sweep,
    resume,
    sweep,
    sweep_status,
)
from coopgames.experiments.sweeps import run as running
from coopgames.experiments.sweeps.zarr_arrays import create_array, replace_file

SEVERITY = "institution.bodies.*.severity"
#: 6 cells in 2 chunks, the last one shorter; simulated, so that seeds matter; one world fails.
EXPERIMENT = Experiment(
    id="mine",
    institution="charter",
    axes={
        "world": ["w20", "uniform-4"],
        "options.mandate": ["standing"],
        SEVERITY: [0.0, 0.3, 0.6],
    },
    solver="simulated",
    simulation=Simulation(replicates=16, samples=2, burn_in=2),
    seed=11,
    chunk=4,
)


def data_of(store: Path) -> dict[str, str]:
    """Checksums of all that is in the arrays."""
    return {
        str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((store / "results.zarr").rglob("*"))
        if path.is_file() and path.name != ".zattrs"
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of an unbroken run; not to be written to."""
    store = tmp_path_factory.mktemp("stores") / "whole"
    sweep(EXPERIMENT, store=store)
    return store


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def same_columns(one: Any, other: Any) -> None:
    assert list(one.columns) == list(other.columns)
    for name, column in one.columns.items():
        assert column.tobytes() == other.columns[name].tobytes(), name
    assert (one.reason, one.note) == (other.reason, other.note)


def test_a_store_is_what_memory_is(whole: Path) -> None:
    same_columns(open_results(whole), sweep(EXPERIMENT))


def test_zarr_and_xarray_read_the_store(whole: Path) -> None:
    import xarray
    import zarr

    result = open_results(whole)
    group = zarr.open_group(str(whole / "results.zarr"), mode="r")
    data = xarray.open_zarr(whole / "results.zarr", consolidated=False)
    for name, column in result.columns.items():
        np.testing.assert_array_equal(group[name][:], column, err_msg=name)
        assert group[name].shape == (6,)
        assert group[name].chunks == (4,)
        undefined = {"failure": -1, "method": b"", "status": 0}.get(name)
        read = data[name] if undefined is None else data[name].fillna(undefined)
        np.testing.assert_array_equal(read.values.astype(column.dtype), column, err_msg=name)
    assert data["success_rate"].attrs["units"] == "1"
    assert json.loads(data.attrs["provenance"])["entropy"] == 11


def test_chunks_that_are_missing_are_missing_everywhere(copy: Path) -> None:
    import zarr

    for path in (copy / "results.zarr").glob("*/1"):
        path.unlink()
    (copy / "chunks" / "000001.json").unlink()
    result = open_results(copy)
    assert result["status"].ravel().tolist() == [1, 1, 1, 2, 0, 0]
    assert np.isnan(result["success_rate"].ravel()[4:]).all()
    assert result.to_pandas()["severity"].tolist() == [0.0, 0.3, 0.6] * 2
    assert not result.complete
    group = zarr.open_group(str(copy / "results.zarr"), mode="r")
    assert group["status"][4:].tolist() == [0, 0]
    assert group["exact"][4:].tolist() == [-1, -1]
    for name in ("severity", "success_rate", "residual"):
        assert np.isnan(group[name][4:]).all()


def remove(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [remove, truncate, flip, empty])
@pytest.mark.parametrize("name", ["results.zarr/success_rate/0", "results.zarr/status/0"])
def test_a_chunk_whose_bytes_changed_is_refused_and_resumed(
    whole: Path, copy: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(copy / name)
    with pytest.raises(cg.CoopgamesError, match="chunk 0 has changed") as problem:
        open_results(copy)
    assert "coopgames resume" in str(problem.value)
    status = sweep_status(copy)
    assert (status.corrupt, status.complete, status.missing) == (1, 1, 4)
    resume(copy)
    assert data_of(copy) == data_of(whole)
    assert sweep_status(copy).corrupt == 0


@pytest.mark.parametrize("damage", [truncate, flip, empty])
def test_so_is_one_whose_record_changed(
    whole: Path, copy: Path, damage: Callable[[Path], None]
) -> None:
    damage(copy / "chunks" / "000001.json")
    with pytest.raises(cg.CoopgamesError, match="chunk 1 has changed"):
        open_results(copy)
    same_columns(resume(copy), open_results(whole))


def test_only_what_is_missing_is_solved(
    whole: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy / "chunks" / "000001.json").unlink()
    solved = []
    true = running.solve_chunk
    monkeypatch.setattr(
        running, "solve_chunk", lambda text, entropy, i: solved.append(i) or true(text, entropy, i)
    )
    sweep(EXPERIMENT, store=copy)
    assert solved == [1]
    assert data_of(copy) == data_of(whole)
    sweep(EXPERIMENT.replace(seed=None), store=copy)
    resume(copy)
    assert solved == [1]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("files", range(0, 40, 3))
def test_a_run_that_ends_at_any_file_resumes_to_the_same_bytes(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int, stop: Any
) -> None:
    store = tmp_path / "store"
    left = 45 + files  # the files that make a store, and then some
    true = replace_file

    def failing(path: Path, content: bytes) -> None:
        nonlocal left
        if left == 0:
            path.with_name(f".{path.name}.1.tmp").write_bytes(content[: len(content) // 2])
            raise stop
        left -= 1
        true(path, content)

    for function in (SweepStore.write, create_array):
        monkeypatch.setitem(function.__globals__, "replace_file", failing)
    with pytest.raises((KeyboardInterrupt, cg.CoopgamesError)):
        sweep(EXPERIMENT, store=store)
    monkeypatch.undo()
    if SweepStore.exists(store):
        done = open_results(store)
        assert set(done["status"].ravel().tolist()) <= {0, 1, 2}
        resume(store)
    else:
        sweep(EXPERIMENT, store=store)
    assert data_of(store) == data_of(whole)
    assert not list(store.rglob("*.tmp"))


def test_another_specification_is_refused_with_the_difference(copy: Path) -> None:
    before = data_of(copy)
    other = EXPERIMENT.replace(axes={**EXPERIMENT.axes, SEVERITY: [0.0, 0.3, 0.7]})
    with pytest.raises(cg.SpecificationError, match=r"another specification: axes\..*severity"):
        sweep(other, store=copy)
    with pytest.raises(cg.SpecificationError, match="chunk was 4 and is 3"):
        sweep(EXPERIMENT.replace(chunk=3), store=copy)
    with pytest.raises(cg.SpecificationError, match="another seed: 11; got 12"):
        sweep(EXPERIMENT, store=copy, rng=12)
    assert data_of(copy) == before


def test_another_version_is_refused_unless_told(copy: Path) -> None:
    path = copy / "experiment.json"
    record = json.loads(path.read_text())
    record["provenance"]["numpy"] = "1.0.0"
    path.write_text(json.dumps(record))
    for call in (lambda: sweep(EXPERIMENT, store=copy), lambda: resume(copy)):
        with pytest.raises(cg.CoopgamesError, match=r"begun with numpy 1\.0\.0"):
            call()
    assert resume(copy, other_versions=True).complete
    assert sweep(EXPERIMENT, store=copy, other_versions=True).complete
    assert open_results(copy).complete


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda record: record.update(format=9), "format 9"),
        (lambda record: record.pop("provenance"), "damaged"),
        (lambda record: record["provenance"].update(hash="0"), "damaged"),
        (
            lambda record: record["provenance"]["specification"]["experiment"].update(colour=1),
            "can't read its specification",
        ),
    ],
)
def test_a_damaged_store_is_named(
    copy: Path, change: Callable[[dict[str, Any]], Any], hint: str
) -> None:
    record = json.loads((copy / "experiment.json").read_text())
    change(record)
    (copy / "experiment.json").write_text(json.dumps(record))
    with pytest.raises(cg.CoopgamesError, match=hint):
        resume(copy)


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("...")
    with pytest.raises(cg.CoopgamesError, match=r"not empty and holds no store \(thesis.tex\)"):
        sweep(EXPERIMENT, store=tmp_path)
    with pytest.raises(cg.CoopgamesError, match="is a file"):
        sweep(EXPERIMENT, store=tmp_path / "thesis.tex")
    with pytest.raises(cg.CoopgamesError, match="no store in"):
        resume(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.fixture
def read_only(copy: Path) -> Iterator[Path]:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    folders = [copy, *(path for path in copy.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    yield copy
    for path in folders:
        path.chmod(0o755)


def test_a_read_only_store_can_be_read_and_not_written(read_only: Path) -> None:
    assert open_results(read_only).complete
    with pytest.raises(cg.CoopgamesError, match="can't be written: Permission denied"):
        resume(read_only)
    with pytest.raises(cg.CoopgamesError, match="can't be written"):
        sweep(EXPERIMENT, store=read_only / "new")


def test_errors_of_the_disk_are_one_sentence(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, _: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (copy / "chunks" / "000001.json").unlink()
    before = data_of(copy)
    monkeypatch.setitem(SweepStore.write.__globals__, "replace_file", refuse)
    with pytest.raises(cg.CoopgamesError, match="can't be written: Permission denied; chunks"):
        resume(copy)
    monkeypatch.undo()
    assert data_of(copy) == before
    assert open_results(copy)["status"].ravel().tolist() == [1, 1, 1, 2, 0, 0]


def _hold(store: Path, ready: Any, end: Any) -> None:
    with SweepStore.open(store).writing():
        ready.set()
        end.wait(60)


def test_one_process_writes_at_a_time(copy: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, end = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(copy, ready, end))
    process.start()
    try:
        assert ready.wait(60)
        assert sweep_status(copy).running
        with pytest.raises(cg.CoopgamesError, match="another process is writing"):
            resume(copy)
    finally:
        end.set()
        process.join()
    assert not sweep_status(copy).running
    assert resume(copy).complete


def test_the_status_adds_up(copy: Path) -> None:
    status = sweep_status(copy)
    assert (status.cells, status.solved, status.failed, status.missing) == (6, 3, 3, 0)
    assert sum(status.failures.values()) == 3
    assert status.remaining == 0
    (copy / "chunks" / "000000.json").unlink()
    status = sweep_status(copy)
    assert (status.solved, status.failed, status.missing) == (0, 2, 4)
    assert status.remaining == pytest.approx(4 * status.seconds_per_cell)


def test_a_fresh_seed_is_kept_in_the_store(tmp_path: Path) -> None:
    experiment = EXPERIMENT.replace(seed=None)
    first = sweep(experiment, store=tmp_path / "store")
    second = sweep(experiment)
    assert first.provenance["entropy"] != second.provenance["entropy"]
    again = sweep(experiment, rng=first.provenance["entropy"])
    same_columns(first, again)


def test_a_plan_does_not_depend_on_the_catalogue_any_more(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy / "chunks" / "000000.json").unlink()
    monkeypatch.setattr("coopgames.catalogue.model_paths", list)
    with pytest.raises(cg.SpecificationError):
        plan_sweep(EXPERIMENT)
    assert resume(copy).complete
