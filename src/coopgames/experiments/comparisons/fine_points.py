"""Points of a fine grid solved for some institutions: some cells of an experiment, not all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt

from ..sweeps import Axis, Experiment, plan_sweep
from ..sweeps.cells import plan_of
from ..sweeps.evaluate import solve_cells
from .fine_axes import FineAxis
from .halving import Point

__all__ = ["FinePoints"]

Floats = npt.NDArray[np.float64]

#: Points solved per call of an executor, of some 10 ms each and institution.
_BATCH = 8


@dataclass(slots=True, kw_only=True)
class FinePoints:
    """Values of a measure at points, and what proves them.

    Parameters
    ----------
    axes : dict of str to FineAxis
        By path.
    steps : tuple of int
        Of the finest grid along each axis.
    institutions : tuple of str
        Names or paths.
    base : dict
        The rest of the experiment.
    measure : str
    executor : Executor, optional
    """

    axes: Mapping[str, FineAxis]
    steps: tuple[int, ...]
    institutions: tuple[str, ...]
    base: Mapping[str, Any]
    measure: str
    executor: Executor | None
    ids: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    values: dict[Point, Floats] = field(default_factory=dict)
    reasons: dict[Point, str] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)
    residual: float = 0.0
    grid_error: float = 0.0
    hashes: list[str] = field(default_factory=list)

    def coordinates(self, at: Sequence[float]) -> list[float]:
        """Return the values of all axes at a point, or between points."""
        axes = self.axes.values()
        return [axis.value(x, steps) for axis, x, steps in zip(axes, at, self.steps, strict=True)]

    def solve(self, points: Sequence[Point]) -> Floats:
        """Return values, shape (points, institutions); undefined where a cell failed."""
        columns = [sorted(set(column)) for column in zip(*points, strict=True)]
        axes = {
            path: Axis(values=tuple(axis.value(x, steps) for x in column), label=axis.label)
            for (path, axis), column, steps in zip(
                self.axes.items(), columns, self.steps, strict=True
            )
        }
        plan = plan_sweep(Experiment(axes={**axes, "institution": self.institutions}, **self.base))
        self.ids = tuple(str(name) for name in plan.values["institution"])
        self.labels = tuple(plan.labels[path] for path in self.axes)
        self.hashes.append(plan.hash)
        places = [{x: place for place, x in enumerate(column)} for column in columns]
        cells = [
            int(np.ravel_multi_index((*_at(places, point), which), plan.shape))
            for point in points
            for which in range(len(self.ids))
        ]
        solved = self._solved(plan.text, cells)
        for point in points:
            self._keep(point, [next(solved) for _ in self.ids])
        return np.stack([self.values[point] for point in points])

    def _solved(self, text: bytes, cells: list[int]) -> Iterator[_Cell]:
        batch = _BATCH * len(self.ids)
        parts = [cells[first : first + batch] for first in range(0, len(cells), batch)]
        if self.executor is None:
            for part in parts:
                yield from _solve(text, part, self.measure)
            return
        futures = [self.executor.submit(_solve, text, part, self.measure) for part in parts]
        for future in futures:
            yield from future.result()

    def _keep(self, point: Point, found: list[_Cell]) -> None:
        failed = any(cell.method is None for cell in found)
        self.values[point] = np.array([nan if failed else cell.value for cell in found])
        reason = "; ".join(dict.fromkeys(cell.reason for cell in found if cell.reason))
        if reason:
            self.reasons[point] = reason
        for cell in found:
            if cell.method is not None:
                self.methods.add(cell.method)
                self.residual = max(self.residual, cell.residual)
                self.grid_error = max(self.grid_error, cell.grid_error)


def _at(places: Sequence[Mapping[int, int]], point: Point) -> list[int]:
    return [place[x] for place, x in zip(places, point, strict=True)]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell's value, why it is undefined, and its certificate; no method if it failed."""

    value: float
    reason: str
    method: str | None
    residual: float
    grid_error: float


def _solve(text: bytes, cells: list[int], measure: str) -> list[_Cell]:
    """Solve some cells of an experiment, in any process."""
    return [
        _Cell(
            value=float(row.values.get(measure, nan)),
            reason=row.reason,
            method=row.values.get("method"),
            residual=float(row.values.get("residual", 0.0)),
            grid_error=float(row.values.get("grid_error", 0.0)),
        )
        for row in solve_cells(plan_of(text), 0, cells)
    ]
