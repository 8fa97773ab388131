"""Formats every command shares: table, JSON, CSV, Markdown; stdout or a file."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CoopgamesError

__all__ = ["add_output_options", "as_csv", "as_json", "as_table", "check_output", "emit", "plain"]

FORMATS = ("table", "json", "csv", "md")


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--format`` and ``--output``."""
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: table")
    parser.add_argument("--output", metavar="FILE", type=Path, help="write here, not to stdout")


def as_json(value: Any) -> str:
    """Return JSON; NaN is refused, because undefined values are null with a reason."""
    return json.dumps(value, indent=2, allow_nan=False, default=str)


def plain(value: Any) -> Any:
    """Return data that JSON can hold: null where undefined, words for infinities."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else str(value)
    return value


def as_csv(records: Sequence[Mapping[str, Any]]) -> str:
    """Return CSV; nested values as JSON, undefined ones empty."""
    out = io.StringIO()
    if records:
        writer = csv.DictWriter(out, fieldnames=list(records[0]), lineterminator="\n")
        writer.writeheader()
        for record in records:
            writer.writerow({key: _cell(value) for key, value in record.items()})
    return out.getvalue().rstrip("\n")


def _cell(value: Any) -> Any:
    return json.dumps(value, default=str) if isinstance(value, (dict, list)) else value


def as_table(
    rows: Sequence[Sequence[Any]], headers: Sequence[str], *, markdown: bool = False
) -> str:
    """Return an aligned table, plain or Markdown."""
    from tabulate import tabulate

    style = "github" if markdown else "simple"
    return tabulate(rows, headers=headers, tablefmt=style, disable_numparse=True)


def check_output(output: Path | None) -> None:
    """Refuse, before the work starts, a file that can't be written."""
    if output is not None and not output.parent.is_dir():
        raise CoopgamesError(f"--output: no such folder: {output.parent}")
    if output is not None and output.is_dir():
        raise CoopgamesError(f"--output: is a folder: {output}")


def emit(text: str, output: Path | None) -> None:
    """Write an answer to stdout, or to a file, which is replaced as a whole."""
    if output is None:
        sys.stdout.write(text + "\n")
        return
    check_output(output)
    output.write_text(text + "\n", encoding="utf-8")
