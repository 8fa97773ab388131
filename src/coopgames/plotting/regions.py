"""Maps of names: a colour and a number for each, borders between them, and a legend.

The numbers stand in the map and in the legend, so that a map of many names can be read in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .cells import LEGEND, Plane, draw_unusable
from .style import HALO

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["contrast", "draw_regions", "region_colours"]

Colour = tuple[float, float, float, float]

#: Shares of all cells from which on the largest patch of a name, and its others, bear its number.
LARGEST, OTHERS = 0.004, 0.03


def region_colours(number: int) -> list[Colour]:
    """Return colours of evenly falling lightness."""
    import matplotlib as mpl

    return list(map(tuple, mpl.colormaps["cividis"](np.linspace(1, 0, number)).tolist()))


def contrast(colour: Colour) -> str:
    """Return black or white, whichever can be read on a colour."""
    red, green, blue = colour[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def draw_regions(ax: Axes, plane: Plane, *, extra: Sequence[Any] = ()) -> None:
    """Draw a measure of words over two axes, with its legend; ``extra`` handles end it."""
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    codes, words = plane.measure.values, plane.measure.words
    colours = region_colours(len(words))
    ax.pcolormesh(
        plane.x.edges,
        plane.y.edges,
        np.ma.masked_less(codes, 0),
        cmap=ListedColormap(colours),
        norm=BoundaryNorm(np.arange(len(words) + 1) - 0.5, max(len(words), 2)),
    )
    _draw_borders(ax, plane)
    present = [code for code in range(len(words)) if (codes == code).any()]
    handles: list[Any] = []
    for place, code in enumerate(present, start=1):
        if len(present) > 1:
            _draw_numbers(ax, plane, code, str(place), colours[code])
        number = f"{place}  " if len(present) > 1 else ""
        handles.append(
            Patch(
                facecolor=colours[code],
                edgecolor="black",
                linewidth=0.5,
                label=number + words[code].replace("_", " "),
            )
        )
    handles += [*draw_unusable(ax, plane), *extra]
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.03, 1.0),
        title=plane.measure.label,
        title_fontsize=9,
        alignment="left",
        **LEGEND,
    )


def _draw_borders(ax: Axes, plane: Plane) -> None:
    """Draw lines between cells of different names."""
    from matplotlib.collections import LineCollection

    codes, x, y = plane.measure.values, plane.x.edges, plane.y.edges
    rows, columns = np.nonzero(codes[:, 1:] != codes[:, :-1])
    upright = [((x[c + 1], y[r]), (x[c + 1], y[r + 1])) for r, c in zip(rows, columns, strict=True)]
    rows, columns = np.nonzero(codes[1:] != codes[:-1])
    level = [((x[c], y[r + 1]), (x[c + 1], y[r + 1])) for r, c in zip(rows, columns, strict=True)]
    ax.add_collection(
        LineCollection(
            upright + level, colors="black", linewidths=0.8, capstyle="projecting", gid="borders"
        ),
        autolim=False,
    )


def _draw_numbers(ax: Axes, plane: Plane, code: int, text: str, colour: Colour) -> None:
    """Write a name's number where its patches are widest."""
    from matplotlib.patheffects import withStroke
    from scipy.ndimage import distance_transform_edt, label

    patches, number = label(plane.measure.values == code)
    sizes = np.bincount(patches.ravel(), minlength=number + 1)[1:]
    ink = contrast(colour)
    for patch in np.argsort(-sizes, kind="stable"):
        largest = patch == np.argmax(sizes)
        if sizes[patch] < (LARGEST if largest else OTHERS) * patches.size:
            continue
        depth = distance_transform_edt(np.pad(patches == patch + 1, 1))[1:-1, 1:-1]
        deepest = np.argwhere(depth == depth.max())
        off_middle = np.square(deepest - deepest.mean(axis=0)).sum(axis=1)
        row, column = deepest[np.argmin(off_middle)]
        ax.text(
            plane.x.places[column],
            plane.y.places[row],
            text,
            ha="center",
            va="center",
            fontsize=9,
            color=ink,
            gid=plane.measure.words[code],
            path_effects=[withStroke(linewidth=4 * HALO, foreground=colour)],
            zorder=5,
        )
