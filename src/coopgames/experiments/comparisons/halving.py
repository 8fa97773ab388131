r"""A grid refined where its labels change, until cells have width 1.

Points are whole-number coordinates of the finest grid; a cell is its lowest corner and its width,
a power of 2. A cell is halved along every axis if two of the labels known on its boundary differ:
those of its corners, and those that halving a neighbour has put on their common edge. Widest cells
come first, all of one width together, so that nothing depends on an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

__all__ = ["Cell", "Halving", "Point", "corners_of"]

Point = tuple[int, ...]
Cell = tuple[Point, int]


@dataclass(slots=True, kw_only=True)
class Halving:
    """Labels of points, and the cells that are left whole.

    Parameters
    ----------
    shape : sequence of int
        Cells of the coarse grid along each axis; one axis or two.
    halvings : int
        How often a coarse cell is halved at most.

    Examples
    --------
    >>> line = Halving(shape=(2,), halvings=3)
    >>> line.run(lambda points: [int(point[0] >= 5) for point in points], budget=100)
    True
    >>> sorted(line.labels), [cell for cell in line.cells if line.mixed(cell)]
    ([(0,), (4,), (5,), (6,), (8,), (16,)], [((4,), 1)])
    """

    shape: Sequence[int]
    halvings: int
    labels: dict[Point, int] = field(default_factory=dict)
    levels: dict[Point, int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)

    def run(self, label: Callable[[list[Point]], Sequence[int]], budget: int) -> bool:
        """Refine; return whether that came to its end within a budget of points.

        ``label`` is asked for sorted points, none of them twice.
        """
        width = 2**self.halvings
        self.cells = [
            (tuple(width * at for at in position), width)
            for position in product(*map(range, self.shape))
        ]
        self._label(set(product(*(range(0, n * width + 1, width) for n in self.shape))), label, 0)
        while True:
            open_ = [cell for cell in self.cells if cell[1] > 1 and self.mixed(cell)]
            if not open_:
                return True
            width = max(width for _, width in open_)
            chosen = {cell for cell in open_ if cell[1] == width}
            half = width // 2
            wanted = {
                tuple(at + step for at, step in zip(corner, steps, strict=True))
                for corner, _ in chosen
                for steps in product((0, half, width), repeat=len(self.shape))
            }
            fresh = wanted - self.labels.keys()
            if len(self.labels) + len(fresh) > budget:
                return False
            self._label(fresh, label, self.halvings + 2 - width.bit_length())
            parts = [
                (tuple(at + step for at, step in zip(corner, steps, strict=True)), half)
                for corner, _ in chosen
                for steps in product((0, half), repeat=len(self.shape))
            ]
            self.cells = sorted([cell for cell in self.cells if cell not in chosen] + parts)

    def _label(
        self, points: set[Point], label: Callable[[list[Point]], Sequence[int]], level: int
    ) -> None:
        ordered = sorted(points)
        self.labels.update(zip(ordered, label(ordered), strict=True))
        self.levels.update(dict.fromkeys(ordered, level))

    def mixed(self, cell: Cell) -> bool:
        """Whether labels known on a cell's boundary differ."""
        corners = corners_of(cell)
        found = {self.labels[corner] for corner in corners}
        if len(found) == 1 and len(corners) > 2:
            ends = zip(corners, [*corners[1:], corners[0]], strict=True)
            found.update(at for start, end in ends for at in self._between(start, end))
        return len(found) > 1

    def _between(self, start: Point, end: Point) -> Iterator[int]:
        """Yield the labels known inside an edge; each halving put one in the middle first."""
        middle = tuple((a + b) // 2 for a, b in zip(start, end, strict=True))
        if middle in (start, end) or middle not in self.labels:
            return
        yield self.labels[middle]
        yield from self._between(start, middle)
        yield from self._between(middle, end)


def corners_of(cell: Cell) -> list[Point]:
    """Return a cell's corners, around it.

    Examples
    --------
    >>> corners_of(((0, 2), 2))
    [(0, 2), (2, 2), (2, 4), (0, 4)]
    """
    corner, width = cell
    if len(corner) == 1:
        return [corner, (corner[0] + width,)]
    x, y = corner
    return [(x, y), (x + width, y), (x + width, y + width), (x, y + width)]
