"""Three shares as a point of a triangle: its corners, names there, marks and lines in it.

Shares x are drawn at x_1 c_1 + x_2 c_2 + x_3 c_3; the corners c are the lower left, the lower right
and the top of a triangle of side 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .style import DOT, mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CORNERS",
    "draw_lattice",
    "draw_lines",
    "draw_marks",
    "draw_triangle",
    "in_the_plane",
    "legend",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

CORNERS: Floats = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
CORNERS.setflags(write=False)
#: Length of way per arrow, and that from which an arrow takes its direction, in sides.
_ARROW_EVERY, _ARROW = 0.7, 0.01


def in_the_plane(shares: npt.ArrayLike) -> Floats:
    """Return where shares, or changes of shares, lie: (..., 3) to (..., 2)."""
    return np.asarray(np.asarray(shares, dtype=float) @ CORNERS)


def draw_triangle(ax: Axes, names: Sequence[str], *, frame: bool) -> None:
    """Set the axes up for a triangle with names at its corners."""
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(-0.03, CORNERS[2, 1] + 0.03)
    if frame:
        closed = CORNERS[[0, 1, 2, 0]]
        ax.plot(closed[:, 0], closed[:, 1], color="black", linewidth=1.0, zorder=2, gid="frame")
    for corner, name, (way, side) in zip(
        CORNERS, names, ((-9, "top"), (-9, "top"), (9, "bottom")), strict=True
    ):
        ax.annotate(
            name,
            tuple(corner.tolist()),
            xytext=(0, way),
            textcoords="offset points",
            ha="center",
            va=side,
            fontsize=9,
            annotation_clip=False,
        )


def draw_lattice(ax: Axes, states: Integers, values: Floats, **how: Any) -> Any:
    """Draw one hexagon per state, the places nearest to it, coloured by value."""
    from matplotlib.collections import PolyCollection

    size = int(states[0].sum())
    turns = np.pi / 6 + np.arange(6) * np.pi / 3
    hexagon = np.stack([np.cos(turns), np.sin(turns)], axis=1) / (np.sqrt(3) * size)
    cells = in_the_plane(states / size)[:, None, :] + hexagon
    patches = PolyCollection(
        list(cells),
        edgecolors="face",
        linewidths=0.5,
        rasterized=len(states) > 2000,
        clip_on=False,
        zorder=1,
        **how,
    )
    patches.set_array(values)
    patches.set_gid("law")
    ax.add_collection(patches, autolim=False)
    return patches


def draw_lines(ax: Axes, lines: Iterable[Floats], *, halo: bool = False) -> None:
    """Draw ways in the simplex, shape (t, 3) each, with arrows evenly along them."""
    from matplotlib.patheffects import withStroke

    effects = [withStroke(linewidth=2.6, foreground="white", alpha=0.8)] if halo else []
    for line in lines:
        if len(line) < 2:
            continue  # a start that rests
        way = in_the_plane(line)
        gone = np.append(0.0, np.cumsum(np.hypot(*np.diff(way, axis=0).T)))
        ax.plot(*way.T, color="0.25", linewidth=0.9, zorder=3, gid="flow", path_effects=effects)
        number = max(1, round(gone[-1] / _ARROW_EVERY))
        for place in (np.arange(number) + 0.5) * gone[-1] / number:
            ends = np.array([place - _ARROW / 2, place + _ARROW / 2])
            x, y = (np.interp(ends, gone, way[:, axis]) for axis in (0, 1))
            ax.annotate(
                "",
                xy=(x[1], y[1]),
                xytext=(x[0], y[0]),
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": "0.25",
                    "linewidth": 0.9,
                    "mutation_scale": 9,
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
                zorder=4,
            )


def draw_marks(ax: Axes, points: Iterable[tuple[Floats, str]]) -> None:
    """Draw rest points, shares and kind."""
    for shares, kind in points:
        x, y = in_the_plane(shares).tolist()
        mark(ax, x, y, kind)


def legend(ax: Axes) -> None:
    """Explain the marks that occur, each once, left of the top corner."""
    from matplotlib.lines import Line2D

    handles, labels = ax.get_legend_handles_labels()
    once: dict[str, Any] = dict(zip(labels, handles, strict=True))
    if "centre" in once:
        once["centre"] = (once["centre"], Line2D([], [], **DOT))
    if once:
        ax.legend(
            list(once.values()),
            list(once),
            loc="upper left",
            bbox_to_anchor=(0.0, 1.0),
            borderaxespad=0.0,
            fontsize=8,
            frameon=False,
            handletextpad=0.2,
        )
