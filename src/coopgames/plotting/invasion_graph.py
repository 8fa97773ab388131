"""A graph of invasions as a drawing: nodes on a circle by their weight, edges by their gain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .style import readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_invasions"]

Floats = npt.NDArray[np.float64]

#: Log fixation probabilities this near to -ln Z are neutral.
_NEUTRAL = 1e-9
#: Edges carry numbers up to so many strategies; beyond, a key of widths stands below.
_NUMBERED = 5
#: How far edges bend.
_BEND = 0.14
#: Where along an edge a number may stand, best first, and what is far from other numbers and nodes.
_PLACES = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72)
_ROOM = 0.2
#: Height of a line of a name, and size of the letters of the key. [points]
_LINE, _KEY_SIZE = 11.0, 8.0


def draw_invasions(
    ax: Axes,
    names: list[str],
    law: Floats,
    *,
    gain: Floats,
    most: Floats | float,
    title: str,
    keys: Sequence[float],
    width: int = 14,
) -> None:
    """Draw a graph of invasions.

    Parameters
    ----------
    ax : Axes
    names : list of str
        Of the nodes.
    law : array, shape (k,)
        Their stationary probabilities, or NaN.
    gain : array, shape (k, k)
        ln(rho Z) of a mutant to the column in a population of the row; -inf where there is none.
    most : float or array, shape (k, k)
        ln Z, the largest it can be.
    title : str
    keys : sequence of float
        Values of rho Z for the key of widths, that of lines of no, half and full gain.
    width : int
        Letters of a line of a name.
    """
    nodes = _circle(len(names))
    radii = 7.0 + 17.0 * np.sqrt(np.nan_to_num(law))  # [points]
    above, below = _draw_nodes(ax, nodes, radii, names, law, width=width)
    numbered = len(names) <= _NUMBERED
    rates = np.exp(gain) if numbered else None
    _draw_edges(ax, nodes, radii, names, gain / most, numbers=rates)
    if not numbered:
        _draw_key(ax, keys, below)
    ax.set_aspect("equal")
    ax.set_axis_off()
    # Names stand outside of the box of the nodes, and the title above them.
    half = 0.25 if len(names) == 2 else 0.0
    ax.set_xlim(nodes[:, 0].min(), nodes[:, 0].max())
    ax.set_ylim(nodes[:, 1].min() - half, nodes[:, 1].max() + half)
    ax.set_title(title, fontsize=10, pad=above)


def _circle(number: int) -> Floats:
    """Return places clockwise on the unit circle, an edge on top if they are even in number."""
    turns = np.pi / 2 - 2 * np.pi * (np.arange(number) - (number % 2 == 0) / 2) / number
    return np.stack([np.cos(turns), np.sin(turns)], axis=1)


def _draw_nodes(
    ax: Axes, nodes: Floats, radii: Floats, names: list[str], law: Floats, *, width: int
) -> tuple[float, float]:
    """Draw nodes with names; return how many points these reach up and down."""
    ax.scatter(
        nodes[:, 0],
        nodes[:, 1],
        s=(2 * radii) ** 2,
        c=np.nan_to_num(law),
        cmap="cividis",
        vmin=0,
        vmax=1,
        edgecolors="black",
        linewidths=0.8,
        clip_on=False,
        zorder=3,
        gid="nodes",
    )
    above = below = 0.0
    for node, radius, name, share in zip(nodes, radii, names, law, strict=True):
        x, y = (radius + 5) * node
        text = readable(name, width)
        if not np.isnan(share):
            text += f"\n{share:.3f}" if share >= 0.0005 else "\n< 0.001"
        reach = abs(y) + _LINE * (1 + text.count("\n"))
        above, below = max(above, reach * (y > 0)), max(below, reach * (y < 0))
        ax.annotate(
            text,
            tuple(node.tolist()),
            xytext=(x, y),
            textcoords="offset points",
            ha="center" if abs(node[0]) < 0.3 else "left" if node[0] > 0 else "right",
            va="center" if abs(node[1]) < 0.3 else "bottom" if node[1] > 0 else "top",
            fontsize=9,
            annotation_clip=False,
        )
    return above + 6.0, below + 6.0


def _draw_edges(
    ax: Axes,
    nodes: Floats,
    radii: Floats,
    names: list[str],
    gain: Floats,
    *,
    numbers: Floats | None,
) -> None:
    """Draw an edge per pair and way that counts; ``gain`` is ln(rho Z) / ln Z, resident first."""
    from matplotlib.patches import FancyArrowPatch

    taken: list[Floats] = [*nodes]
    for k, i in np.argwhere(~np.eye(len(nodes), dtype=bool)).tolist():
        stuck = bool(np.isnan(gain[k, i]))
        neutral = abs(gain[k, i]) <= _NEUTRAL
        headless = stuck or (neutral and abs(gain[i, k]) <= _NEUTRAL)
        if (headless and i < k) or not (stuck or gain[k, i] >= -_NEUTRAL):
            continue
        thin = stuck or neutral
        ax.add_patch(
            FancyArrowPatch(
                tuple(nodes[k].tolist()),
                tuple(nodes[i].tolist()),
                arrowstyle="-" if headless else "-|>",
                connectionstyle=f"arc3,rad={0.0 if headless else _BEND}",
                linestyle=":" if stuck else "--" if neutral else "-",
                linewidth=1.2 if thin else _width(gain[k, i]),
                color="0.35" if thin else "black",
                mutation_scale=12,
                joinstyle="miter",
                shrinkA=float(radii[k]) + 2,
                shrinkB=float(radii[i]) + 2,
                gid=f"{names[k]} {'--' if headless else '->'} {names[i]}",
                clip_on=False,
                zorder=2,
            )
        )
        if numbers is not None and not thin:
            place = _free(nodes[k], nodes[i], taken)
            taken.append(place)
            ax.text(
                place[0],
                place[1],
                f"{numbers[k, i]:.3g}",
                ha="center",
                va="center",
                fontsize=8,
                bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"},
                zorder=4,
            )


def _width(gain: float) -> float:
    """Return the width of an edge in points, by ln(rho Z) / ln Z, which is at most 1."""
    return 0.7 + 2.8 * gain


def _free(start: Floats, end: Floats, taken: list[Floats]) -> Floats:
    """Return the first place along an edge that is far from what is taken, else the farthest."""
    step = end - start
    bend = (start + end) / 2 + _BEND * np.array([step[1], -step[0]])
    along = [(1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end for t in _PLACES]
    room = [min(float(np.hypot(*(place - other))) for other in taken) for place in along]
    best = next((k for k, free in enumerate(room) if free > _ROOM), int(np.argmax(room)))
    return np.asarray(along[best])


def _draw_key(ax: Axes, keys: Sequence[float], below: float) -> None:
    """Explain widths, so many points below the nodes."""
    from matplotlib.lines import Line2D

    how: dict[str, Any] = {"color": "black", "solid_capstyle": "butt"}
    ax.legend(
        [Line2D([], [], linewidth=_width(gain), **how) for gain in (0.0, 0.5, 1.0)],
        [f"{key:.3g}" for key in keys],
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        borderaxespad=below / _KEY_SIZE,
        fontsize=_KEY_SIZE,
        ncols=3,
        frameon=False,
    )
