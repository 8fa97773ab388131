r"""The boundary between regions of a map, found by halving cells where neighbours differ.

What changes along the boundary is the winner among institutions, or on which side of a level the
measure of one institution is. The points are those of a full fine grid, and have its values; only
those near the boundary are solved, so that a boundary of length l on a grid of n points costs some
l sqrt(n) instead of n.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import isfinite, prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, number
from ...errors import BudgetError, CoopgamesError, SpecificationError
from ...outcomes import Certificate
from ...problems import Problem
from ...provenance import provenance
from ...worlds import World
from ..sweeps import QUANTITIES, Axis
from ..sweeps.specification import as_axis
from .contest import Named, contestants
from .fine_axes import fine_axis, halvings_for
from .fine_points import FinePoints
from .halving import Halving, Point
from .judging import first_and_second
from .lines import segments_of
from .maps import base_of, institution_axis, sense_of
from .winners import TIE

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Boundary", "refine_boundary"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boundary:
    """Where a label changes over one axis or two, as far as it was resolved.

    Attributes
    ----------
    axes : tuple of str
        Names of the axes; ``parameters`` are their paths.
    labels : tuple of str
        What a point can be: an institution that wins, ``tie`` and ``undefined``; or ``below``,
        ``at_least`` and ``undefined``.
    institutions : tuple of str
    points : array, shape (points, axes)
        Those solved, sorted.
    levels : int array, shape (points,)
        At which halving a point was added; 0 for the coarse grid.
    values : array, shape (points, institutions)
        Of the measure.
    label : int array, shape (points,)
        Positions in ``labels``.
    segments : array, shape (segments, 2, axes)
        Of two axes: ends of lines along which labels change, within half of the finest cell; where
        one measure crosses a level, interpolated between the ends of an edge. Of one axis: ends of
        the intervals in which they change.
    between : int array, shape (segments, 2)
        What a segment separates, as positions in ``labels``.
    resolution : array, shape (axes,)
        Width of the finest cells, of logarithmic axes in powers of e.
    full : int
        Points of the full fine grid.
    stopped : {'resolution', 'budget'}
    reason : dict of int to str
        By point: why a value is undefined.
    certificate : Certificate
    provenance : dict
    """

    axes: tuple[str, ...]
    parameters: tuple[str, ...]
    labels: tuple[str, ...]
    institutions: tuple[str, ...]
    points: Floats
    levels: Integers
    values: Floats
    label: Integers
    segments: Floats
    between: Integers
    resolution: Floats
    full: int
    stopped: str
    reason: Mapping[int, str]
    certificate: Certificate
    provenance: Mapping[str, Any]

    @property
    def solved(self) -> int:
        """Number of points solved."""
        return int(self.points.shape[0])

    @property
    def saving(self) -> float:
        """Points of the full fine grid per point solved."""
        return self.full / self.solved

    def to_pandas(self) -> DataFrame:
        """Return a tidy frame, one row per point."""
        import pandas as pd

        columns: dict[str, Any] = dict(zip(self.axes, self.points.T, strict=True))
        columns |= {"level": self.levels, "label": [self.labels[code] for code in self.label]}
        columns |= dict(zip(self.institutions, self.values.T, strict=True))
        return pd.DataFrame(columns)


def refine_boundary(
    institutions: Named | Sequence[Named],
    axes: Mapping[str, Axis],
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    *,
    measure: str = "success_rate",
    level: float | None = None,
    tie: float = TIE,
    halvings: int = 4,
    tolerance: float | None = None,
    max_points: int = 10_000,
    executor: Executor | None = None,
    **settings: Any,
) -> Boundary:
    """Return where the winner changes, or where a measure crosses a level.

    Parameters
    ----------
    institutions : record, name or path, or a sequence of them
        One with ``level``; otherwise two or more, of different ids.
    axes : mapping of str to Axis
        One or two by path, each with ``start``, ``stop`` and ``number``: the coarse grid.
    problem, world : record, name or path
    measure : str
        Of winners any with a better side; of a level any but ``failure``.
    level : float, optional
        What one institution's measure is to cross, such as a success rate of 0.5.
    tie : float
        As in `winner_map`: a tie is a region of its own.
    halvings : int
        How often a coarse cell is halved at most, in 1..40.
    tolerance : float, optional
        Of one axis: as many halvings as it takes for cells of at most this width, in the axis's
        unit, instead of ``halvings``.
    max_points : int
        Budget; 10,000 is our assumption.
    executor : concurrent.futures.Executor, optional
        As in `coopgames.experiments.sweeps.sweep`.
    **settings
        ``options``, ``dynamic`` (a table, or a dynamic itself) and ``solver`` of an Experiment;
        exact solvers only, as noise would be refined as if it were a boundary.

    Returns
    -------
    Boundary
        The same whatever the executor. Widest cells are halved first, all of one width or none,
        until all cells on the boundary have the finest width, or the budget has no room for the
        next width; ``stopped`` says which.

    Raises
    ------
    CoopgamesError
        If a number breaks its bound.
    SpecificationError
        If a path, a name, a value or a setting is wrong.
    BudgetError
        If the coarse grid is larger than the budget.

    Notes
    -----
    Regions that lie between the points of the coarse grid, and touch none of the cells halved, are
    missed; no method that looks at points can exclude them. Halve the coarse grid's spacing and
    compare.

    Examples
    --------
    >>> axes = {"institution.bodies.*.severity": Axis(start=0.0, stop=1.0, number=3)}
    >>> found = refine_boundary("charter", axes, measure="compliance", level=0.5, tolerance=0.001)
    >>> found.segments.shape, bool(found.segments[0, 1, 0] - found.segments[0, 0, 0] <= 0.001)
    ((1, 2, 1), True)
    """
    forms = _contestants(institutions, measure, level)
    margin = at_least("tie", tie, 0.0)
    ranges = {path: fine_axis(path, as_axis(path, axis)) for path, axis in axes.items()}
    if not 1 <= len(ranges) <= 2:
        raise SpecificationError(f"axes must be one or two; got {len(ranges)}")
    depth = halvings_for(tuple(ranges.values()), halvings, tolerance)
    shape = [axis.cells for axis in ranges.values()]
    coarse = prod(cells + 1 for cells in shape)
    if coarse > count("max_points", max_points):
        raise BudgetError(
            f"the coarse grid has {coarse:,} points, more than max_points = {max_points:,}: raise "
            "it, or take fewer points along the axes"
        )
    base = base_of(problem, world, (measure,), settings)
    if base.get("solver") == "simulated":
        raise SpecificationError(
            "solver must be 'exact' or 'rare_mutations', as noise has no boundary; got "
            "'simulated': use winner_map with it"
        )
    halving = Halving(shape=shape, halvings=depth)
    with institution_axis(forms) as names:
        points = FinePoints(
            axes=ranges,
            steps=tuple(cells * 2**depth for cells in shape),
            institutions=names,
            base=base,
            measure=measure,
            executor=executor,
        )
        rule = _Rule(points, level, margin)
        done = halving.run(rule.label, max_points)
    return _boundary(rule, halving, done=done)


def _contestants(institutions: Any, measure: str, level: float | None) -> Sequence[Named]:
    """Return the institutions of a map, or the one whose measure crosses a level."""
    if level is None:
        sense_of(measure)
        return contestants(institutions)
    several = isinstance(institutions, (list, tuple))
    if several and len(institutions) != 1:
        raise CoopgamesError(
            f"institutions must be one where a level is given; got {len(institutions)}"
        )
    if measure == "failure" or measure not in QUANTITIES:
        raise SpecificationError(f"measure must be a number that has a level; got {measure!r}")
    number("level", level)
    return tuple(institutions) if several else (institutions,)


class _Rule:
    """What a point is: who wins there, or on which side of a level it lies."""

    def __init__(self, points: FinePoints, level: float | None, tie: float) -> None:
        self.points = points
        self.level = level
        self.tie = tie

    @property
    def names(self) -> tuple[str, ...]:
        """What a point can be."""
        if self.level is None:
            return (*self.points.ids, "tie", "undefined")
        return ("below", "at_least", "undefined")

    def label(self, points: list[Point]) -> list[int]:
        """Solve points and return what each is, as a position in ``names``."""
        values = self.points.solve(points)
        undefined = len(self.names) - 1
        if self.level is not None:
            value = values[:, 0]
            found = np.where(np.isnan(value), undefined, value >= self.level)
        else:
            first, _, margin = first_and_second(sense_of(self.points.measure) * values.T)
            found = np.where(margin > self.tie, first, len(self.points.ids))
            found = np.where(first < 0, undefined, found)
        return [int(code) for code in found]

    def crossing(self, start: Point, end: Point) -> float:
        """Return where the label changes on an edge; its middle where that can't be told."""
        low, high = (float(self.points.values[point][0]) for point in (start, end))
        if self.level is None or not (isfinite(low) and isfinite(high)):
            return 0.5
        return (self.level - low) / (high - low)


def _boundary(rule: _Rule, halving: Halving, *, done: bool) -> Boundary:
    solved = rule.points
    points = sorted(halving.labels)
    mixed = [cell for cell in halving.cells if halving.mixed(cell)]
    ends, between = segments_of(mixed, halving.labels, rule.crossing, len(solved.axes))
    located = [solved.coordinates(end) for end in ends.reshape(-1, ends.shape[2]).tolist()]
    coarse = " x ".join(str(cells) for cells in halving.shape)
    notes = [f"regions smaller than the cells of the coarse grid, {coarse}, may be missed"]
    if not done:
        notes.append(
            f"max_points spent: the widest cells on the boundary are "
            f"{max(width for _, width in mixed)} times as wide as the finest; raise max_points, "
            "or take fewer halvings"
        )
    if solved.reasons:
        notes.append(f"undefined or failed at {len(solved.reasons)} points; see reason")
    return Boundary(
        axes=solved.labels,
        parameters=tuple(solved.axes),
        labels=rule.names,
        institutions=solved.ids,
        points=np.array([solved.coordinates(point) for point in points]),
        levels=np.array([halving.levels[point] for point in points]),
        values=np.stack([solved.values[point] for point in points]),
        label=np.array([halving.labels[point] for point in points]),
        segments=np.array(located, dtype=float).reshape(ends.shape),
        between=between,
        resolution=np.array(
            [axis.span / n for axis, n in zip(solved.axes.values(), solved.steps, strict=True)]
        ),
        full=prod(n + 1 for n in solved.steps),
        stopped="resolution" if done else "budget",
        reason={
            at: solved.reasons[point] for at, point in enumerate(points) if point in solved.reasons
        },
        certificate=Certificate(
            method=", ".join(["halving", *sorted(solved.methods)]),
            exact=True,
            residual=solved.residual,
            grid_error=solved.grid_error,
            notes=tuple(notes),
        ),
        provenance=provenance(
            {
                "sweeps": solved.hashes,
                "level": rule.level,
                "tie": rule.tie,
                "halvings": halving.halvings,
                "coarse": [cells + 1 for cells in halving.shape],
            }
        ),
    )
