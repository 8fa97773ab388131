"""What the pictures of populations share: axes, line styles, names that fit, marks of rest points.

Colours come from cividis without its yellow end, which is faint on white; lines differ by dashes
too, so that a picture can be read in grey.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DOT", "HALO", "canvas", "line_styles", "mark", "readable"]

_DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (5, 1.5, 1.2, 1.5)),
    (0, (8, 2)),
    (0, (5, 1.5, 1.2, 1.5, 1.2, 1.5)),
)
#: Width of the white line around marks and curves that lie on colours. [points]
HALO = 1.2
#: The dot in the mark of a centre.
DOT: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 2.0,
    "color": "black",
    "clip_on": False,
    "zorder": 6,
    "gid": "dot",
}


def canvas(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return the axes, or new ones on a figure of a size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained").add_subplot() if ax is None else ax


def line_styles(number: int) -> list[dict[str, Any]]:
    """Return one colour and dash pattern per line."""
    import matplotlib as mpl

    colours = mpl.colormaps["cividis"](np.linspace(0.0, 0.82, max(number, 1)))
    return [
        {"color": tuple(colours[k].tolist()), "linestyle": _DASHES[k % len(_DASHES)]}
        for k in range(number)
    ]


def readable(name: str, width: int = 14) -> str:
    """Return a name with spaces for underscores, in lines of at most so many letters."""
    return fill(name.replace("_", " "), width=width, break_long_words=False)


def mark(ax: Axes, x: float, y: float, kind: str, **how: Any) -> None:
    """Draw a rest point: sink filled, source open, saddle half, centre dotted, else grey."""
    from matplotlib.patheffects import withStroke

    face = {"sink": "black", "saddle": "black", "degenerate": "0.65"}.get(kind, "white")
    look: dict[str, Any] = {
        "linestyle": "none",
        "marker": "o",
        "markersize": 7,
        "markeredgecolor": "black",
        "markeredgewidth": 1.0,
        "markerfacecolor": face,
        "markerfacecoloralt": "white",
        "fillstyle": "left" if kind == "saddle" else "full",
        "clip_on": False,
        "zorder": 6,
        "gid": kind,
        "label": "not decided" if kind == "degenerate" else kind,
        "path_effects": [withStroke(linewidth=1.0 + 2 * HALO, foreground="white")],
    } | how
    ax.plot([x], [y], **look)
    if kind == "centre":
        ax.plot([x], [y], **{**DOT, "transform": look.get("transform", ax.transData)})
