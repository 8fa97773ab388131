"""Results of an experiment: labelled arrays with units, certificates, failures and provenance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from .cells import Plan
from .evaluate import STATUS, Chunk, variables
from .quantities import FAILURES

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import Dataset

__all__ = ["SweepResult", "gathered"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SweepResult:
    """The cells of an experiment, solved or not.

    Attributes
    ----------
    plan : Plan
        The experiment and its layout.
    columns : dict of str to array, shape (cells,)
        Coordinates, measures, standard errors (``<measure>_standard_error``, simulated ones only),
        and the certificate: ``method``, ``exact``, ``residual``, ``grid_error``, and ``status``,
        0 where a cell is missing, 1 solved, 2 failed. Undefined values are NaN.
    reason, note : dict of int to str
        By cell: what is undefined or went wrong, and why; what is special about its solution.
    provenance : dict
        Versions, specification, its hash, and the entropy of simulations.

    Notes
    -----
    Cells stand in the order of the design, the last dimension fastest; `to_xarray` gives them their
    dimensions.
    """

    plan: Plan
    columns: Mapping[str, npt.NDArray[Any]]
    reason: Mapping[int, str]
    note: Mapping[int, str]
    provenance: Mapping[str, Any]

    def __len__(self) -> int:
        return self.plan.size

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return a column in the shape of the design."""
        if name not in self.columns:
            raise KeyError(f"{name!r}; columns are {', '.join(self.columns)}")
        return self.columns[name].reshape(self.plan.shape)

    @property
    def complete(self) -> bool:
        """Whether no cell is missing."""
        return not (self.columns["status"] == STATUS["missing"]).any()

    @property
    def failures(self) -> dict[int, str]:
        """What went wrong, by cell that failed."""
        failed = np.flatnonzero(self.columns["status"] == STATUS["failed"])
        return {int(cell): self.reason[int(cell)] for cell in failed}

    def to_pandas(self) -> DataFrame:
        """Return a tidy frame, one row per cell; ``failure`` and ``status`` are words."""
        import pandas as pd

        return pd.DataFrame({name: self._words(name) for name in self.columns} | self._texts())

    def to_xarray(self) -> Dataset:
        """Return a Dataset over the dimensions of the design, with units and provenance.

        Raises
        ------
        CoopgamesError
            If xarray is not installed.
        """
        try:
            import xarray
        except ImportError:
            raise CoopgamesError(
                "to_xarray needs xarray, which is not installed: pip install "
                "'coopgames[distributed]'; to_pandas does without"
            ) from None
        plan = self.plan
        names = [dimension.name for dimension in plan.dimensions]
        about = {variable.name: dict(variable.attributes) for variable in variables(plan)}
        coordinates: dict[str, Any] = {}
        for dimension in plan.dimensions:
            for path in dimension.axes:
                label = plan.labels[path]
                coordinates[label] = (dimension.name, np.array(plan.values[path]), about[label])
        measures = [name for name in self.columns if name not in coordinates]
        data = {name: (names, self._numbers(name), about[name]) for name in measures}
        for name, column in self._texts().items():
            data[name] = (names, np.array(column).reshape(plan.shape), {})
        attributes = {
            "title": self.provenance["experiment"],
            "provenance": json.dumps(self.provenance, sort_keys=True),
            "hash": plan.hash,
            "complete": int(self.complete),
        }
        return xarray.Dataset(data, coordinates, attributes)

    def to_netcdf(self, path: str | Path) -> None:
        """Write the Dataset as NetCDF (classic format, unless netCDF4 is installed)."""
        self.to_xarray().to_netcdf(path)

    def _numbers(self, name: str) -> npt.NDArray[Any]:
        column = self[name]
        return column.astype(str) if column.dtype.kind == "S" else column

    def _words(self, name: str) -> npt.NDArray[Any] | list[str | None]:
        column = self.columns[name]
        if name == "failure":
            return [FAILURES[code] if code >= 0 else None for code in column.tolist()]
        if name == "status":
            words = {code: word for word, code in STATUS.items()}
            return [words[code] for code in column.tolist()]
        if column.dtype.kind == "S":
            return [item.decode() for item in column.tolist()]
        return column

    def _texts(self) -> dict[str, list[str]]:
        return {
            name: [held.get(cell, "") for cell in range(len(self))]
            for name, held in (("reason", self.reason), ("note", self.note))
        }


def gathered(plan: Plan, chunks: Iterable[Chunk], provenance: Mapping[str, Any]) -> SweepResult:
    """Return the results that chunks add up to, whichever their order; the rest is missing."""
    columns = {
        variable.name: np.full(plan.size, variable.fill, dtype=variable.dtype)
        for variable in variables(plan)
    }
    for path, label in plan.labels.items():
        columns[label][:] = _along(plan, path)
    reason: dict[int, str] = {}
    note: dict[int, str] = {}
    for chunk in chunks:
        cells = plan.cells(chunk.index)
        for name, column in columns.items():
            column[cells.start : cells.stop] = chunk.columns[name]
        for held, texts in ((reason, chunk.reasons), (note, chunk.notes)):
            held.update((cell, text) for text, found in texts.items() for cell in found)
    return SweepResult(plan=plan, columns=columns, reason=reason, note=note, provenance=provenance)


def _along(plan: Plan, path: str) -> npt.NDArray[Any]:
    """Return an axis's value in every cell."""
    (at,) = (i for i, dimension in enumerate(plan.dimensions) if path in dimension.axes)
    shape = [1] * len(plan.shape)
    shape[at] = plan.shape[at]
    values = np.array(plan.values[path])
    return np.broadcast_to(values.reshape(shape), plan.shape).reshape(-1)
