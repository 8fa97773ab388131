"""What maps of cells share: a plane of a result, borders of cells, axes, and cells without a value.

An axis of numbers is drawn to scale, logarithmic where its values are evenly spaced in the
logarithm; an axis of names has one row or column each, in the order of the design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from ..experiments.sweeps.evaluate import STATUS
from .labelled import Coordinate, Labelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "LEGEND",
    "Plane",
    "Scale",
    "cell_patches",
    "draw_unusable",
    "label_axes",
    "plane_of",
    "scale_of",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Up to so many values each has its tick, if they lie apart.
MOST_TICKS = 8
#: A range is logarithmic only from this ratio of its ends on (our assumption).
LEAST_RATIO = 8.0
#: Up to this ratio of its ends 2 and 5 have ticks beside 1, 10, ...
WIDE = 1000.0
#: Steps whose spread is below this share of their mean are even.
EVEN = 0.25
#: How cells without a value are drawn, by what is wrong with them.
HATCHES = {"undefined": "////", "infinite": "++++", "failed": "xxxx", "not solved": "...."}
#: Legends of figures of experiments.
LEGEND: dict[str, Any] = {"fontsize": 8, "frameon": False, "borderaxespad": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scale:
    """An axis: its coordinate, where its values stand, and the borders of their cells."""

    coordinate: Coordinate
    places: Floats
    edges: Floats
    logarithmic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """A measure over two axes: arrays of shape (y, x), both axes rising."""

    measure: Labelled
    x: Scale
    y: Scale


def plane_of(
    measure: Labelled, x: str | None, y: str | None, at: Mapping[str, Any] | None
) -> Plane:
    """Return a measure over two axes; by default the first two that are not fixed.

    Raises
    ------
    CoopgamesError
        If an axis is unknown, there are not two of them, or more than two.
    """
    given = tuple(
        measure.coordinate(argument, name).dimension
        for argument, name in (("x", x), ("y", y))
        if name is not None
    )
    found = measure.at(at)
    if len(found.dimensions) > 2:
        found = found.squeezed(given)
    across, up = _chosen(found, x, y)
    for argument, one in (("x", across), ("y", up)):
        if one.dimension not in found.dimensions:
            raise CoopgamesError(f"{argument}: {one.name} is fixed by at")
    if across.dimension == up.dimension:
        raise CoopgamesError(
            f"x and y must lie along two dimensions; {across.name} and {up.name} both lie along "
            f"{up.dimension}"
        )
    rest = [name for name in found.dimensions if name not in (across.dimension, up.dimension)]
    if rest:
        missing = next(c for c in found.coordinates.values() if c.dimension == rest[0])
        raise CoopgamesError(f"at: choose a value of {missing.name}; it takes {missing.listed()}")
    table = found.ordered((up.dimension, across.dimension))
    (x_scale, x_order), (y_scale, y_order) = scale_of(across), scale_of(up)
    return Plane(
        measure=table.mapped(lambda array: array[np.ix_(y_order, x_order)], table.dimensions),
        x=x_scale,
        y=y_scale,
    )


def _chosen(found: Labelled, x: str | None, y: str | None) -> tuple[Coordinate, Coordinate]:
    taken = {found.coordinates[name].dimension for name in (x, y) if name is not None}
    free = [
        next(c for c in found.coordinates.values() if c.dimension == dimension)
        for dimension in found.dimensions
        if dimension not in taken
    ]
    if len(free) < (x is None) + (y is None):
        raise CoopgamesError(
            f"a map needs two axes; of {found.name} there are only "
            f"{', '.join(found.dimensions) or 'none'} left: plot_sweep draws one"
        )
    across = found.coordinates[x] if x is not None else free.pop(0)
    up = found.coordinates[y] if y is not None else free.pop(0)
    return across, up


def scale_of(coordinate: Coordinate) -> tuple[Scale, npt.NDArray[np.intp]]:
    """Return an axis and the order that makes it rise.

    Raises
    ------
    CoopgamesError
        If values repeat or are not finite.
    """
    if coordinate.category:
        places = np.arange(coordinate.values.size, dtype=float)
        edges: Floats = np.arange(coordinate.values.size + 1, dtype=float) - 0.5
        order = np.arange(coordinate.values.size)
        return Scale(coordinate=coordinate, places=places, edges=edges), order
    order = np.argsort(coordinate.values, kind="stable")
    places = coordinate.values[order].astype(float)
    if not np.isfinite(places).all() or (np.diff(places) <= 0).any():
        raise CoopgamesError(
            f"{coordinate.name} must have finite values that differ; it takes {coordinate.listed()}"
        )
    logarithmic = _is_logarithmic(places)
    edges = np.asarray(np.exp(_edges(np.log(places))) if logarithmic else _edges(places))
    scale = Scale(coordinate=coordinate, places=places, edges=edges, logarithmic=logarithmic)
    return scale, order


def _is_logarithmic(values: Floats) -> bool:
    if values.size < 3 or values[0] <= 0 or values[-1] < LEAST_RATIO * values[0]:
        return False
    spread, spread_of_logs = (
        float(np.std(np.diff(one)) / np.mean(np.diff(one))) for one in (values, np.log(values))
    )
    return spread_of_logs < EVEN < spread


def _edges(values: Floats) -> Floats:
    if values.size == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middle = 0.5 * (values[1:] + values[:-1])
    ends = 2 * values[0] - middle[0], 2 * values[-1] - middle[-1]
    return np.concatenate([ends[:1], middle, ends[1:]])


def label_axes(ax: Axes, x: Scale, y: Scale | None) -> None:
    """Give axes their names, units, scales and ticks; ``y`` may be something else."""
    _label(ax, "x", x)
    ax.set_xlim(x.edges[0], x.edges[-1])
    if y is None:
        return
    _label(ax, "y", y)
    # Names read from the top, numbers from below.
    ends = y.edges[0], y.edges[-1]
    ax.set_ylim(*(ends[::-1] if y.coordinate.category else ends))


def _label(ax: Axes, which: Literal["x", "y"], scale: Scale) -> None:
    from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter, NullLocator

    coordinate = scale.coordinate
    axis = ax.xaxis if which == "x" else ax.yaxis
    if scale.logarithmic:
        (ax.set_xscale if which == "x" else ax.set_yscale)("log")
    axis.set_label_text(coordinate.label)
    if not coordinate.category and not _apart(scale):
        if scale.logarithmic:
            steps = (1, 2, 5) if scale.edges[-1] < WIDE * scale.edges[0] else (1,)
            axis.set_major_locator(LogLocator(subs=steps))
            axis.set_major_formatter(FormatStrFormatter("%g"))
            axis.set_minor_formatter(NullFormatter())
        return
    texts = (
        [coordinate.text(k) for k in range(scale.places.size)]
        if coordinate.category
        else [f"{value:.4g}" for value in scale.places]
    )
    axis.set_ticks(scale.places.tolist(), texts)
    axis.set_minor_locator(NullLocator())
    if which == "x" and sum(map(len, texts)) > 40:
        for tick in axis.get_ticklabels():
            tick.set(rotation=30, ha="right", rotation_mode="anchor")


def _apart(scale: Scale) -> bool:
    """Whether each value can have its tick."""
    number = scale.places.size
    if number > MOST_TICKS:
        return False
    places = np.log(scale.places) if scale.logarithmic else scale.places
    return number < 3 or bool(np.diff(places).min() > 0.5 * (places[-1] - places[0]) / number)


def cell_patches(x: Scale, y: Scale, chosen: Bools, **how: Any) -> Any:
    """Return a collection of the cells chosen, shape (y, x)."""
    from matplotlib.collections import PolyCollection

    rows, columns = np.nonzero(chosen)
    west, east = x.edges[columns], x.edges[columns + 1]
    south, north = y.edges[rows], y.edges[rows + 1]
    corners = [(west, south), (east, south), (east, north), (west, north)]
    outlines: Any = np.stack([np.stack(one, axis=-1) for one in corners], axis=1)
    return PolyCollection(outlines, linewidth=0.0, **how)


def unusable(measure: Labelled) -> dict[str, Bools]:
    """Return the cells without a value, by what is wrong with them."""
    values, status = measure.values, measure.status
    absent = values < 0 if measure.words else np.isnan(values)
    solved = np.full(values.shape, STATUS["solved"]) if status is None else status
    missing, failed = solved == STATUS["missing"], solved == STATUS["failed"]
    kinds = {
        "undefined": absent & ~missing & ~failed,
        "infinite": np.isinf(values) & ~missing & ~failed,
        "failed": failed,
        "not solved": missing,
    }
    return {name: cells for name, cells in kinds.items() if cells.any()}


def draw_unusable(ax: Axes, plane: Plane) -> list[Any]:
    """Hatch the cells without a value; return the handles of a legend."""
    from matplotlib.patches import Patch

    handles = []
    for name, chosen in unusable(plane.measure).items():
        look: dict[str, Any] = {
            "facecolor": "white",
            "edgecolor": "0.45",
            "hatch": HATCHES[name],
        }
        ax.add_collection(cell_patches(plane.x, plane.y, chosen, gid=name, **look), autolim=False)
        handles.append(Patch(label=name, linewidth=0.0, **look))
    return handles
