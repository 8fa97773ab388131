"""Answers of the commands on experiments: estimates, states of stores, results."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .output import as_csv, as_json, as_table

if TYPE_CHECKING:
    from ..experiments.sweeps import SweepEstimate, SweepResult, SweepStatus

__all__ = ["estimate_text", "result_text", "status_text"]


def estimate_text(estimate: SweepEstimate, form: str) -> str:
    """Return what an experiment will take."""
    record = asdict(estimate)
    return str(estimate) if form in ("table", "md") else _plain(record, form)


def status_text(status: SweepStatus, path: Path, form: str) -> str:
    """Return how far a store is."""
    record = {"store": str(path), **_nulls(asdict(status))}
    if form in ("json", "csv"):
        return _plain(record, form)
    lines = [
        (
            f"{status.experiment} in {path}: {status.complete} of {status.chunks} chunks, "
            f"{status.solved + status.failed} of {status.cells} cells"
        )
    ]
    if status.corrupt:
        lines.append(f"{status.corrupt} chunks have changed on the disk; resume solves them again")
    if status.missing:
        lines.append(_still(status, path))
    lines.append(f"{status.failed} cells failed" if status.failed else "no cell failed")
    if status.failures:
        ranked = sorted(status.failures.items(), key=lambda item: -item[1])
        rows = [[number, text] for text, number in ranked]
        lines += ["", as_table(rows, ["cells", "failure"], markdown=form == "md")]
    return "\n".join(lines)


def _still(status: SweepStatus, path: Path) -> str:
    work = f"{_duration(status.remaining)} of work on one worker"
    if not status.running:
        return f"nothing is running; `coopgames resume {path}` takes {work}"
    if isfinite(status.until_end):
        return f"running; some {_duration(status.until_end)} to go ({work})"
    return f"running; {work} to go"


def _duration(seconds: float) -> str:
    if not isfinite(seconds):
        return "an unknown time"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def result_text(result: SweepResult, form: str) -> str:
    """Return one row per cell."""
    records = [
        _nulls(record) for record in result.to_pandas().astype(object).to_dict(orient="records")
    ]
    if form == "json":
        return as_json(records)
    if form == "csv":
        return as_csv(records)
    hidden = {"exact", "residual", "grid_error", "method", "status"}
    if not any(record["note"] for record in records):
        hidden.add("note")
    if not any(record["reason"] for record in records):
        hidden.add("reason")
    columns = [name for name in records[0] if name not in hidden]
    rows = [[_shown(record[name]) for name in columns] for record in records]
    headers = [name.replace("_", " ") for name in columns]
    return as_table(rows, headers, markdown=form == "md")


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _nulls(record: dict[Any, Any]) -> dict[str, Any]:
    """Return a record with undefined numbers as None."""
    return {
        str(key): None if isinstance(value, float) and not isfinite(value) else value
        for key, value in record.items()
    }


def _plain(record: dict[str, Any], form: str) -> str:
    return as_json(record) if form == "json" else as_csv([record])
