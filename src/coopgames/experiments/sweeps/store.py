"""Results on the disk, chunk by chunk, safe at any moment (decision 0009).

A store is a folder::

    experiment.json     what it is a store of: specification, hash, versions, entropy
    results.zarr/       one Zarr array over ``cell`` per column
    chunks/000012.json  chunk 12 is complete: checksums of its files, reasons, notes, time

A chunk counts only with its record, which is written last, and only while the checksums in it are
those of its files. Everything else is solved again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError, SpecificationError
from ...provenance import VERSION
from .cells import Plan, plan_of
from .evaluate import STATUS, Chunk, Variable, variables
from .locking import locked
from .result import SweepResult, gathered
from .zarr_arrays import create_array, create_group, decoded, encoded, replace_file

__all__ = ["SweepStore"]

FORMAT = 1
_EXPERIMENT, _RESULTS, _CHUNKS = "experiment.json", "results.zarr", "chunks"
#: Versions on which bits may depend.
_VERSIONS = ("coopgames", "numpy", "scipy")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SweepStore:
    """A store on the disk; `SweepStore.create` and `SweepStore.open` make one."""

    path: Path
    plan: Plan
    provenance: dict[str, Any]

    # -- making and opening ------------------------------------------------------------------

    @staticmethod
    def exists(path: str | Path) -> bool:
        """Whether there is a store."""
        return (Path(path) / _EXPERIMENT).is_file()

    @classmethod
    def create(cls, path: str | Path, plan: Plan, provenance: dict[str, Any]) -> Self:
        """Return a new, empty store.

        Raises
        ------
        CoopgamesError
            If the folder holds something else, or can't be written.
        """
        folder = Path(path)
        _check_free(folder)
        with _explained(folder):
            (folder / _CHUNKS).mkdir(parents=True, exist_ok=True)
            about = {"provenance": json.dumps(provenance, sort_keys=True), "hash": plan.hash}
            create_group(folder / _RESULTS, about)
            for variable in variables(plan):
                create_array(
                    folder / _RESULTS / variable.name,
                    size=plan.size,
                    chunk=plan.chunk,
                    dtype=variable.dtype,
                    fill=variable.fill,
                    attributes=variable.attributes,
                )
            # Last, so that a folder with this file is a whole store.
            record = {"format": FORMAT, "provenance": provenance, "chunk": plan.chunk}
            replace_file(folder / _EXPERIMENT, (json.dumps(record, indent=2) + "\n").encode())
        return cls(path=folder, plan=plan, provenance=provenance)

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Return the store in a folder.

        Raises
        ------
        CoopgamesError
            If there is none, or it is of a later format.
        """
        folder = Path(path)
        if not cls.exists(folder):
            raise CoopgamesError(f"no store in {folder}: it has no {_EXPERIMENT}")
        try:
            record = json.loads((folder / _EXPERIMENT).read_bytes())
            found, specification = record["format"], record["provenance"]["specification"]
        except (ValueError, KeyError, TypeError):
            raise CoopgamesError(f"{folder / _EXPERIMENT} is damaged") from None
        if found != FORMAT:
            raise CoopgamesError(
                f"{folder} is a store of format {found}; this version reads format {FORMAT}"
            )
        plan = _read_plan(folder, specification)
        if plan.hash != record["provenance"]["hash"] or plan.chunk != record["chunk"]:
            raise CoopgamesError(f"{folder / _EXPERIMENT} is damaged: its hash is not its own")
        return cls(path=folder, plan=plan, provenance=record["provenance"])

    @property
    def entropy(self) -> int:
        """Entropy of the simulations; 0 where nothing is drawn."""
        return int(self.provenance["entropy"] or 0)

    def check_experiment(self, plan: Plan, entropy: int | None) -> None:
        """Refuse another experiment, or another seed."""
        if plan.hash != self.plan.hash:
            raise SpecificationError(
                f"{self.path} is a store of another specification: "
                f"{_difference(self.plan, plan)}; choose another folder"
            )
        if entropy not in (None, self.entropy) and plan.experiment.solver == "simulated":
            raise SpecificationError(
                f"{self.path} is a store of another seed: {self.entropy}; got {entropy}; choose "
                "another folder, or leave the seed out"
            )

    def check_versions(self, *, allowed: bool) -> None:
        """Refuse a store that other versions began, unless that is allowed."""
        now = _versions()
        for name in _VERSIONS:
            began = self.provenance.get(name)
            if began != now[name] and not allowed:
                raise CoopgamesError(
                    f"{self.path} was begun with {name} {began}, this is {now[name]}, so that "
                    "results may differ in their last bits; install that version, choose another "
                    "folder, or allow other versions"
                )

    # -- writing -----------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for writing; a second process is refused."""
        with ExitStack() as stack:
            with _explained(self.path):
                stack.enter_context(locked(self.path))
                for folder in (self.path, self.path / _CHUNKS, *(self.path / _RESULTS).iterdir()):
                    for left in folder.glob(".*.tmp"):
                        left.unlink()
            yield

    def write(self, chunk: Chunk) -> None:
        """Write a chunk: its files first, the column ``status`` last of them, then its record."""
        with _explained(self.path):
            sums = {}
            for variable in variables(self.plan):
                column = chunk.columns[variable.name]
                content = encoded(column, chunk=self.plan.chunk, fill=variable.fill)
                replace_file(self._file(variable.name, chunk.index), content)
                sums[variable.name] = _sum(content)
            record = {
                "failed": int((chunk.columns["status"] == STATUS["failed"]).sum()),
                "checksums": sums,
                "reasons": chunk.reasons,
                "notes": chunk.notes,
                "seconds": chunk.seconds,
                "written": time.time(),
            }
            record["checksum"] = _sum(json.dumps(record, sort_keys=True).encode())
            replace_file(self._record_file(chunk.index), json.dumps(record).encode())

    # -- reading -----------------------------------------------------------------------------

    def missing(self) -> list[int]:
        """Return the chunks that are not complete, or whose bytes have changed."""
        return [index for index in range(self.plan.chunks) if self.sound(index) is not True]

    def result(self) -> SweepResult:
        """Return what the store holds.

        Raises
        ------
        CoopgamesError
            If a chunk's bytes have changed on the disk.
        """
        return gathered(self.plan, self._chunks(), self.provenance)

    def _chunks(self) -> Iterator[Chunk]:
        for index in range(self.plan.chunks):
            sound = self.sound(index)
            if sound is False:
                raise CoopgamesError(
                    f"{self.path}: chunk {index} has changed on the disk since it was written; "
                    "`coopgames resume` or resume() solves it again"
                )
            record = self.record(index) if sound else None
            if record is not None:
                yield Chunk(
                    index=index,
                    columns={
                        variable.name: self.column(index, variable)
                        for variable in variables(self.plan)
                    },
                    reasons=record["reasons"],
                    notes=record["notes"],
                    seconds=record["seconds"],
                )

    def column(self, index: int, variable: Variable) -> npt.NDArray[Any]:
        """Return a chunk's part of a column."""
        content = self._file(variable.name, index).read_bytes()
        return decoded(content, size=len(self.plan.cells(index)), dtype=variable.dtype)

    def sound(self, index: int) -> bool | None:
        """Whether a chunk is there as it was written; None if it has no record."""
        if not self._record_file(index).exists():
            return None
        record = self.record(index)
        if record is None:
            return False
        try:
            return all(
                _sum(self._file(name, index).read_bytes()) == known
                for name, known in record["checksums"].items()
            )
        except OSError:
            return False

    def record(self, index: int) -> dict[str, Any] | None:
        """Return a chunk's record, or None if it is damaged."""
        try:
            record: dict[str, Any] = json.loads(self._record_file(index).read_bytes())
            known = record.pop("checksum")
        except (OSError, ValueError, KeyError, AttributeError):
            return None
        return record if _sum(json.dumps(record, sort_keys=True).encode()) == known else None

    def _file(self, name: str, index: int) -> Path:
        return self.path / _RESULTS / name / str(index)

    def _record_file(self, index: int) -> Path:
        return self.path / _CHUNKS / f"{index:06d}.json"


def _sum(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {"coopgames": VERSION, "numpy": np.__version__, "scipy": version("scipy")}


def _read_plan(folder: Path, specification: Any) -> Plan:
    try:
        return plan_of(json.dumps(specification, separators=(",", ":")).encode())
    except (msgspec.MsgspecError, SpecificationError) as problem:
        raise CoopgamesError(
            f"{folder / _EXPERIMENT}: this version can't read its specification: {problem}"
        ) from None


def _check_free(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise CoopgamesError(f"store must be a folder; {folder} is a file")
    if folder.is_dir():
        # A run that ended before its store was whole leaves these two.
        other = sorted(item.name for item in folder.iterdir() if item.name not in _LEFT_OVER)
        if other:
            raise CoopgamesError(
                f"{folder} is not empty and holds no store ({other[0]}); choose another folder"
            )


_LEFT_OVER = (_RESULTS, _CHUNKS, ".lock")


def _difference(old: Plan, new: Plan) -> str:
    """Say where two specifications differ first."""
    return _first_difference(json.loads(old.text), json.loads(new.text), "")


def _first_difference(old: Any, new: Any, where: str) -> str:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            if old.get(key) != new.get(key):
                inner = f"{where}.{key}" if where else str(key)
                return _first_difference(old.get(key), new.get(key), inner)
    return f"{where.removeprefix('experiment.')} was {_short(old)} and is {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn errors of the disk into one sentence."""
    try:
        yield
    except OSError as problem:
        raise CoopgamesError(
            f"the store {folder} can't be written: {os.strerror(problem.errno or 0)}; chunks "
            "written before are intact, and `coopgames resume` goes on from them"
        ) from problem
