"""Phase maps: a measure of an experiment over two of its axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._checks import number
from ..errors import CoopgamesError
from .cells import LEGEND, Plane, draw_unusable, label_axes, plane_of
from .labelled import labelled
from .regions import draw_regions
from .style import HALO, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_phase_map"]


def plot_phase_map(
    data: Any,
    measure: str | None = None,
    *,
    x: str | None = None,
    y: str | None = None,
    at: Mapping[str, Any] | None = None,
    levels: Sequence[float] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw a measure over two axes of an experiment, and return the axes.

    Numbers are colours from dark (low) to light, on the measure's bounds where it has both. Names,
    such as those of ``failure``, are areas with a number in the map and in the legend. Cells that
    failed, are undefined, infinite or not solved yet are hatched.

    Parameters
    ----------
    data : SweepResult, xarray.Dataset or xarray.DataArray
        From `coopgames.experiments.sweeps.sweep`, or read from its files.
    measure : str, optional
        Its name; of a `DataArray` not needed.
    x, y : str, optional
        Names of axes; the first two that ``at`` doesn't fix by default. Values that are evenly
        spaced in the logarithm, over a factor of 8 at least, are drawn so.
    at : mapping of str to value, optional
        Values of all other axes that have more than one.
    levels : sequence of float
        Lines of equal value, such as ``[0.5]``; interpolated between the middles of cells.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If an axis, a value or a measure is unknown, axes are left over, or there can be no levels.

    Examples
    --------
    >>> from coopgames.experiments.sweeps import Experiment, sweep
    >>> found = sweep(
    ...     Experiment(
    ...         institution="charter",
    ...         axes={"institution.bodies.*.severity": [0, 0.6], "problem.threshold": [0.4, 0.7]},
    ...     )
    ... )
    >>> ax = plot_phase_map(found, "success_rate")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('severity [stake]', 'threshold')
    """
    plane = plane_of(labelled(data, measure), x, y, at)
    lines = _checked(levels, plane)
    ax = canvas(ax, (5.8, 3.9))
    if plane.measure.words:
        draw_regions(ax, plane)
    else:
        _draw_numbers(ax, plane, lines)
    label_axes(ax, plane.x, plane.y)
    if plane.measure.fixed:
        ax.set_title(", ".join(plane.measure.fixed), fontsize=10)
    return ax


def _checked(levels: Sequence[float], plane: Plane) -> list[float]:
    """Return levels that can be drawn, rising."""
    lines = sorted(number("levels", level) for level in levels)
    if not lines:
        return lines
    if plane.measure.words:
        raise CoopgamesError(f"levels: {plane.measure.name} has names, not numbers")
    for axis in (plane.x, plane.y):
        if axis.coordinate.category or axis.places.size < 2:
            raise CoopgamesError(
                f"levels need two numbers or more along both axes; {axis.coordinate.name} takes "
                f"{axis.coordinate.listed()}"
            )
    return lines


def _draw_numbers(ax: Axes, plane: Plane, lines: list[float]) -> None:
    from matplotlib.patheffects import withStroke

    values = np.ma.masked_invalid(plane.measure.values)
    bounded = np.isfinite(plane.measure.bounds).all()
    low, high = plane.measure.bounds if bounded else (None, None)
    image = ax.pcolormesh(plane.x.edges, plane.y.edges, values, cmap="cividis", vmin=low, vmax=high)
    bar = ax.figure.colorbar(image, ax=ax, label=plane.measure.label)
    inside = [line for line in lines if values.count() and values.min() < line < values.max()]
    if inside:
        drawn = ax.contour(
            plane.x.places, plane.y.places, values, levels=inside, colors="black", linewidths=1.4
        )
        halo = [withStroke(linewidth=1.4 + 2 * HALO, foreground="white")]
        drawn.set(path_effects=halo, gid="levels")
        for text in ax.clabel(drawn, fmt="%g", fontsize=8):
            text.set_path_effects([withStroke(linewidth=2 * HALO, foreground="white")])
    handles = draw_unusable(ax, plane)
    if handles:
        bar.ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.0, -0.03), **LEGEND)
