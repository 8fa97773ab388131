"""A measure along one axis of an experiment: a line per institution, say, with a band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._checks import number
from ..errors import CoopgamesError
from .cells import LEGEND, label_axes, scale_of
from .labelled import Coordinate, Labelled, labelled
from .style import canvas, line_styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_sweep"]

Floats = npt.NDArray[np.float64]

#: Share of the distance between names over which points of several lines stand.
_SPREAD = 0.5
#: Marks of points, in turn.
_MARKS = "os^DvPX"
#: Entries in a column of the legend.
_COLUMN = 14


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lines:
    """Arrays of shape (line, x); ``partial`` is 1 where some values behind are undefined."""

    middle: Floats
    low: Floats | None
    high: Floats | None
    partial: Floats

    def row(self, k: int, order: npt.NDArray[np.intp]) -> _Lines:
        """Return one line, its points in an order."""

        def taken(array: Floats) -> Floats:
            return np.asarray(array[k, order])

        return _Lines(
            middle=taken(self.middle),
            low=None if self.low is None else taken(self.low),
            high=None if self.high is None else taken(self.high),
            partial=taken(self.partial),
        )


def plot_sweep(
    data: Any,
    measure: str | None = None,
    *,
    x: str | None = None,
    by: str | None = None,
    at: Mapping[str, Any] | None = None,
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw a measure along one axis of an experiment, and return the axes.

    What the band means is in the legend. Where dimensions are left, such as the points of a sample,
    the line is the median over them and the band holds the middle share ``level`` of the values,
    all points alike. Else, where the measure has standard errors, it is the normal confidence
    interval, cut at the measure's bounds; else there is none. A median over values of which some
    are undefined or infinite leaves those out, and is marked with a cross.

    Parameters
    ----------
    data : SweepResult, xarray.Dataset or xarray.DataArray
        As in `plot_phase_map`.
    measure : str, optional
        Of numbers; of a `DataArray` not needed.
    x : str, optional
        Name of an axis; by default the first of numbers that ``by`` and ``at`` don't take. Names
        are drawn as points with bars.
    by : str, optional
        Axis with a line for each value; ``institution`` by default if it is an axis with several.
    at : mapping of str to value, optional
        Values at which other axes are fixed.
    level : float
        In (0, 1). Default .95.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If an axis, a value or a measure is unknown, axes coincide, or the measure has names.

    Examples
    --------
    >>> from coopgames.experiments.sweeps import Experiment, sweep
    >>> axes = {"institution": ["charter", "club"], "problem.threshold": [0.4, 0.5, 0.6]}
    >>> ax = plot_sweep(sweep(Experiment(axes=axes)), "success_rate")
    >>> [line.get_label() for line in ax.lines], ax.get_xlabel()
    (['charter', 'club'], 'threshold')
    """
    share = number("level", level)
    if not 0 < share < 1:
        raise CoopgamesError(f"level must lie in (0, 1); got {level!r}")
    found = labelled(data, measure)
    if found.words:
        raise CoopgamesError(f"measure: {found.name} has names; plot_phase_map draws them")
    across, lines, found = _axes(found, x, by, at)
    drawn, band = _summary(found, across, lines, share)
    scale, order = scale_of(across)
    labels = [""] if lines is None else [lines.text(k) for k in range(lines.values.size)]
    ax = canvas(ax, (6.4, 3.6))
    for row, style in enumerate(line_styles(len(labels))):
        offset = 0.0
        if across.category and len(labels) > 1:
            offset = _SPREAD * (row / (len(labels) - 1) - 0.5)
        if across.category:
            style |= {"linestyle": "none", "marker": _MARKS[row % len(_MARKS)], "markersize": 4.5}
        style["label"] = labels[row]
        _draw(ax, scale.places + offset, drawn.row(row, order), style)
    label_axes(ax, scale, None)
    if not across.category and scale.places.size > 1:
        ax.set_xlim(scale.places[0], scale.places[-1])
    ax.set_ylabel(found.label)
    if np.isfinite(found.bounds).all():
        low, high = found.bounds
        ax.set_ylim(low - 0.02 * (high - low), high + 0.02 * (high - low))
    if found.fixed:
        ax.set_title(", ".join(found.fixed), fontsize=10)
    _legend(ax, lines, band, partial=bool(drawn.partial.any()))
    return ax


def _axes(
    measure: Labelled, x: str | None, by: str | None, at: Mapping[str, Any] | None
) -> tuple[Coordinate, Coordinate | None, Labelled]:
    """Return the axis of x, that of the lines, and the measure at what is fixed."""
    across = None if x is None else measure.coordinate("x", x)
    lines = None if by is None else measure.coordinate("by", by)
    given = tuple(one.dimension for one in (across, lines) if one is not None)
    found = measure.at(at)
    if lines is None and "institution" in found.coordinates:
        usual = found.coordinates["institution"]
        if usual.dimension in found.dimensions and usual.dimension not in given:
            lines = usual if found.size(usual.dimension) > 1 else None
    taken = None if lines is None else lines.dimension
    if across is None:
        free = [
            one
            for one in found.coordinates.values()
            if one.dimension in found.dimensions and one.dimension != taken
        ]
        if not free:
            raise CoopgamesError(f"x: no axis of {found.name} is left")
        # Points of a sample have an order, but it means nothing.
        across = min(free, key=lambda one: one.category or _of_sample(one, found))
    for argument, one in (("x", across), ("by", lines)):
        if one is not None and one.dimension not in found.dimensions:
            raise CoopgamesError(f"{argument}: {one.name} is fixed by at")
    if across.dimension == taken:
        raise CoopgamesError(f"x and by must lie along two dimensions; both lie along {taken}")
    return across, lines, found.squeezed((across.dimension, *([taken] if taken else [])))


def _of_sample(coordinate: Coordinate, measure: Labelled) -> bool:
    along = [one for one in measure.coordinates.values() if one.dimension == coordinate.dimension]
    return len(along) > 1


def _summary(
    found: Labelled, across: Coordinate, lines: Coordinate | None, share: float
) -> tuple[_Lines, str]:
    """Return what is drawn, and what the band is."""
    first = () if lines is None else (lines.dimension,)
    rest = tuple(n for n in found.dimensions if n not in (*first, across.dimension))
    ordered = found.ordered((*first, across.dimension, *rest))
    number_of_lines = 1 if lines is None else lines.values.size
    shape = (number_of_lines, across.values.size, -1)
    values = np.where(np.isfinite(ordered.values), ordered.values, np.nan).reshape(shape)
    absent = np.isnan(values)
    some = (absent.any(axis=-1) & ~absent.all(axis=-1)).astype(float)
    if rest:
        tails = [(1 - share) / 2, 0.5, (1 + share) / 2]
        low, middle, high = _quantiles(values, tails)
        names = ",\n".join(f"{name.replace('_', ' ')} ({found.size(name)})" for name in rest)
        words = ("mark", "bar") if across.category else ("line", "band")
        text = f"{words[0]}: median over\n{names}\n{words[1]}: {share:.3g} of the values"
        return _Lines(middle=middle, low=low, high=high, partial=some), text
    middle = values[..., 0]
    if ordered.error is None:
        return _Lines(middle=middle, low=None, high=None, partial=some), ""
    reach = NormalDist().inv_cdf(0.5 + share / 2) * ordered.error.reshape(middle.shape)
    low, high = (np.clip(middle + side, *found.bounds) for side in (-reach, reach))
    text = f"{'bar' if across.category else 'band'}: {share:.3g} confidence"
    return _Lines(middle=middle, low=low, high=high, partial=some), text


def _quantiles(values: Floats, levels: list[float]) -> Floats:
    """Return quantiles along the last axis over what is defined; NaN where nothing is."""
    out = np.full((len(levels), *values.shape[:-1]), np.nan)
    some = ~np.isnan(values).all(axis=-1)
    out[:, some] = np.nanquantile(values[some], levels, axis=-1)
    return out


def _draw(ax: Axes, places: Floats, drawn: _Lines, style: dict[str, Any]) -> None:
    """Draw a line with its band, or points with bars where there is no line."""
    colour = style["color"]
    if "marker" not in style and np.isfinite(drawn.middle).sum() == 1:
        style = style | {"marker": "o", "markersize": 4.5}
    ax.plot(places, drawn.middle, linewidth=1.6, **style)
    if drawn.low is not None and drawn.high is not None:
        if "marker" in style:
            ax.vlines(places, drawn.low, drawn.high, color=colour, linewidth=1.2, gid="bar")
        else:
            ax.fill_between(
                places,
                drawn.low,
                drawn.high,
                facecolor=(*colour[:3], 0.14),
                edgecolor=(*colour[:3], 0.6),
                linewidth=0.6,
                zorder=1,
                gid="band",
            )
    some = drawn.partial > 0
    if some.any():
        look: dict[str, Any] = {"linestyle": "none", "marker": "x", "markersize": 7}
        ax.plot(
            places[some], drawn.middle[some], color=colour, label="_partial", gid="partial", **look
        )


def _legend(ax: Axes, lines: Coordinate | None, band: str, *, partial: bool) -> None:
    from matplotlib.lines import Line2D

    handles = [] if lines is None else ax.get_legend_handles_labels()[0]
    if partial:
        look: dict[str, Any] = {"linestyle": "none", "marker": "x", "color": "black"}
        handles = [*handles, Line2D([], [], label="some values undefined", **look)]
    if band:
        handles = [*handles, Line2D([], [], linestyle="none", label=band)]
    if not handles:
        return
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        title="" if lines is None else lines.label,
        title_fontsize=9,
        alignment="left",
        ncols=1 + (len(handles) - 1) // _COLUMN,
        **LEGEND,
    )
