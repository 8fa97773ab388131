"""Experiments from TOML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ...catalogue import experiment_file, plain_document
from ...errors import SpecificationError
from .specification import Axis, Experiment, as_axis

__all__ = ["load_experiment"]

_NAMED = ("institution", "problem", "world")


def load_experiment(name: str | Path) -> Experiment:
    """Return the experiment in a file.

    Parameters
    ----------
    name : str or Path
        A path ending in ``.toml``, or the name of a file in ``models/experiments/``, the package's
        or one's own.

    Returns
    -------
    Experiment
        Paths of models in it are taken from the file's folder. Its ``id`` is the file's name
        where it says none.

    Raises
    ------
    SpecificationError
        With file, key, value and bound.

    Examples
    --------
    >>> load_experiment("phase_small").design
    'grid'
    """
    path = experiment_file(name)
    raw, sources = plain_document(path)
    raw.setdefault("id", path.stem)
    try:
        axes = _axes(raw.get("axes", {}))
        for part in _NAMED:
            if part in raw:
                raw[part] = _from_folder(raw[part], path.parent)
            if part in axes:
                values = tuple(_from_folder(item, path.parent) for item in axes[part].values)
                axes[part] = axes[part].replace(values=values)
        return msgspec.convert({**raw, "axes": axes, "sources": sources}, Experiment)
    except (msgspec.ValidationError, SpecificationError) as problem:
        raise SpecificationError(f"{path.name}: {problem}") from None


def _axes(table: Any) -> dict[str, Axis]:
    if not isinstance(table, dict):
        raise SpecificationError(f"axes: Expected a table; got {table!r}")
    return {path: as_axis(path, given) for path, given in table.items()}


def _from_folder(item: Any, folder: Path) -> Any:
    """Return a name as it is, and a relative path as one from the file's folder."""
    if isinstance(item, str) and Path(item).suffix in (".toml", ".csv"):
        return str(folder / item)
    return item
