"""Columns on the disk as Zarr arrays (format 2), one file per chunk, written whole or not at all.

The format is a folder per array with ``.zarray`` (shape, chunk, dtype, codec, value where missing),
``.zattrs``, and a file per chunk. Files are written here and not through the zarr library because
a run rests on three things that its releases promise in different degrees: a file is replaced as a
whole, the same numbers give the same bytes, and the checksum of these bytes is known. Any release
of zarr, and xarray, reads the result.

References
----------
Zarr storage specification version 2, zarr-specs.readthedocs.io.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["create_array", "create_group", "decoded", "encoded", "replace_file"]

#: Level of zlib; higher ones gain little on doubles.
LEVEL = 1


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that at any moment it is the old one or the new one, also on the disk.

    Raises
    ------
    OSError
        If it can't be written; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def create_group(path: Path, attributes: Mapping[str, Any]) -> None:
    """Write the folder and metadata of a group."""
    path.mkdir(parents=True, exist_ok=True)
    replace_file(path / ".zgroup", _json({"zarr_format": 2}))
    replace_file(path / ".zattrs", _json(attributes))


def create_array(
    path: Path, *, size: int, chunk: int, dtype: str, fill: Any, attributes: Mapping[str, Any]
) -> None:
    """Write the folder and metadata of an array over ``cell``."""
    path.mkdir(parents=True, exist_ok=True)
    kind, missing = _stored(np.dtype(dtype), fill)
    meta = {
        "zarr_format": 2,
        "shape": [size],
        "chunks": [chunk],
        "dtype": kind.str,
        "compressor": {"id": "zlib", "level": LEVEL},
        "fill_value": "NaN" if kind.kind == "f" else missing,
        "order": "C",
        "filters": None,
    }
    replace_file(path / ".zarray", _json(meta))
    replace_file(path / ".zattrs", _json({"_ARRAY_DIMENSIONS": ["cell"], **attributes}))


def encoded(column: npt.NDArray[Any], *, chunk: int, fill: Any) -> bytes:
    """Return the bytes of a chunk's file; the last chunk of an array is filled up."""
    kind, missing = _stored(column.dtype, fill)
    whole = np.full(chunk, missing, dtype=kind)
    whole[: column.size] = column
    return zlib.compress(whole.tobytes(), LEVEL)


def decoded(content: bytes, *, size: int, dtype: str) -> npt.NDArray[Any]:
    """Return the first ``size`` values of a chunk's file."""
    kind, _ = _stored(np.dtype(dtype), 0)
    return np.frombuffer(zlib.decompress(content), dtype=kind)[:size].astype(dtype, copy=False)


def _stored(kind: np.dtype[Any], fill: Any) -> tuple[np.dtype[Any], Any]:
    """Return the dtype on the disk and the value where missing.

    Every array has one, as some readers make up what is not there. xarray reads it as undefined,
    so truth values are stored as 0 and 1, which leaves -1 for it.
    """
    if kind.kind == "b":
        return np.dtype("|i1"), -1
    return kind, fill


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()
