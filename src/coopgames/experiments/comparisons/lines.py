r"""Where labels change inside cells: the ends of line segments, and what they separate.

A label changes somewhere on an edge whose ends differ. With two such edges a cell has one segment
from one to the other; with three or four, segments meet in its middle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from .halving import Cell, Point, corners_of

__all__ = ["segments_of"]

Floats = npt.NDArray[np.float64]


def segments_of(
    cells: Iterable[Cell],
    labels: Mapping[Point, int],
    crossing: Callable[[Point, Point], float],
    axes: int = 2,
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return the segments along which labels change in cells.

    Parameters
    ----------
    cells : iterable of (point, int)
    labels : mapping of point to int
        Of all corners.
    crossing : callable
        From the two ends of an edge to where between them the label changes, in [0, 1].
    axes : {1, 2}

    Returns
    -------
    segments : array, shape (segments, 2, axes)
        Two ends each, in coordinates of the finest grid. Of one axis, the ends of the cell.
    between : int array, shape (segments, 2)
        The two labels, the smaller first.

    Examples
    --------
    >>> square = {(0, 0): 0, (1, 0): 1, (1, 1): 1, (0, 1): 0}
    >>> ends, between = segments_of([((0, 0), 1)], square, lambda start, end: 0.5)
    >>> ends.tolist(), between.tolist()
    ([[[0.5, 0.0], [0.5, 1.0]]], [[0, 1]])
    """
    ends: list[Floats] = []
    between: list[tuple[int, int]] = []
    for cell in cells:
        corners = corners_of(cell)
        cut = [
            (start, end, _sorted(labels[start], labels[end]))
            for start, end in zip(corners, [*corners[1:], corners[0]], strict=True)
            if labels[start] != labels[end]
        ]
        if axes == 1:
            found = [(np.array(corners, dtype=float), cut[0][2])] if cut else []
        else:
            found = _in_square(cell, cut, crossing)
        ends.extend(segment for segment, _ in found)
        between.extend(pair for _, pair in found)
    return (
        np.array(ends, dtype=float).reshape(-1, 2, axes),
        np.array(between, dtype=np.int64).reshape(-1, 2),
    )


def _sorted(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)


def _in_square(
    cell: Cell,
    cut: list[tuple[Point, Point, tuple[int, int]]],
    crossing: Callable[[Point, Point], float],
) -> list[tuple[Floats, tuple[int, int]]]:
    at = [
        np.array(start) + crossing(start, end) * (np.array(end) - np.array(start))
        for start, end, _ in cut
    ]
    if len(cut) == 2:
        return [(np.stack(at), cut[0][2])]
    middle = np.array(cell[0]) + cell[1] / 2
    return [(np.stack([one, middle]), pair) for one, (_, _, pair) in zip(at, cut, strict=True)]
