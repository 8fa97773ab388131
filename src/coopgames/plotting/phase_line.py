"""The phase line: where a velocity on [0, 1] changes sign, and which way it points between."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .style import mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

__all__ = ["Zero", "draw_phase_line", "zeros_of"]

Floats = npt.NDArray[np.float64]

#: Velocities no larger than this part of the largest count as zero: rounding.
_ROUNDING = 1e-11
#: Intervals narrower than this part of the line get no arrow.
_NARROW = 0.035


class Zero(NamedTuple):
    """Where a velocity is zero, and whether it points there: 'sink', 'source' or 'saddle'.

    A saddle is approached from one side and left on the other.
    """

    place: float
    kind: str


def _signs(values: Floats) -> npt.NDArray[np.int64]:
    floor = _ROUNDING * float(np.abs(values).max(initial=0.0))
    return np.where(np.abs(values) <= max(floor, 1e-15), 0, np.sign(values)).astype(np.int64)


def zeros_of(shares: Floats, values: Floats) -> list[Zero]:
    """Return the isolated zeros, by linear interpolation between points of opposite sign.

    Where several neighbouring values are zero selection is neutral, and nothing is returned.

    Parameters
    ----------
    shares : array, shape (k,)
        Ascending.
    values : array, shape (k,)
        The velocity there.

    Examples
    --------
    >>> zeros_of(np.array([0.0, 0.25, 0.75, 1.0]), np.array([0.0, 1.0, -1.0, 0.0]))
    [Zero(place=0.0, kind='source'), Zero(place=0.5, kind='sink'), Zero(place=1.0, kind='source')]
    """
    signs = _signs(values)
    last = signs.size - 1
    out = []
    for k in range(last + 1):
        if signs[k]:
            if k < last and signs[k] * signs[k + 1] < 0:
                part = values[k] / (values[k] - values[k + 1])
                place = float(shares[k] + part * (shares[k + 1] - shares[k]))
                out.append(Zero(place, "sink" if signs[k] > 0 else "source"))
            continue
        # Seen from outside the interval an end point is as from inside.
        right = -int(signs[k - 1]) if k == last else int(signs[k + 1])
        left = -right if k == 0 else int(signs[k - 1])
        if left and right:
            kind = "saddle" if left == right else "sink" if left > 0 else "source"
            out.append(Zero(float(shares[k]), kind))
    return out


def draw_phase_line(
    ax: Axes,
    shares: Floats,
    values: Floats,
    *,
    height: float = 0.0,
    transform: Transform | None = None,
    colour: Any = "black",
) -> None:
    """Draw the zeros, and an arrow between any two, at a height of the data or of a transform."""
    there = ax.transData if transform is None else transform
    zeros = zeros_of(shares, values)
    signs = _signs(values)
    ends = sorted({float(shares[0]), *(zero.place for zero in zeros), float(shares[-1])})
    for low, high in pairwise(ends):
        inside = signs[(shares > low) & (shares < high)]
        way = int(np.sign(inside.sum())) if inside.size else 0
        if way and high - low >= _NARROW * (shares[-1] - shares[0]):
            ax.plot(
                [(low + high) / 2],
                [height],
                marker=">" if way > 0 else "<",
                markersize=7,
                color=colour,
                linestyle="none",
                transform=there,
                clip_on=False,
                zorder=5,
                gid="right" if way > 0 else "left",
            )
    for zero in zeros:
        mark(
            ax,
            zero.place,
            height,
            zero.kind,
            transform=there,
            label=f"_{zero.kind}",
            path_effects=[],
            markeredgecolor=colour,
            markerfacecolor="white" if zero.kind == "source" else colour,
        )
