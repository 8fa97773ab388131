"""Convex polygons in doubles or Fractions; segments, points and nothing at all are polygons too.

A polygon is the tuple of its vertices, counterclockwise from the lowest of the leftmost. Nothing is
divided but by differences of coordinates, so that Fractions stay exact; ``slack`` is the distance
within which points count as one, zero for Fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot
from typing import Any

__all__ = ["Point", "Polygon", "contains", "convex_hull", "distance", "farthest", "section"]

#: Two doubles, or two Fractions.
Point = tuple[Any, Any]
Polygon = tuple[Point, ...]


def convex_hull(points: Iterable[Point], slack: Any = 0) -> Polygon:
    """Return the convex hull; corners nearer than ``slack`` to the line past them are left out.

    Examples
    --------
    >>> convex_hull([(0, 0), (2, 0), (1, 0), (0, 1)])
    ((0, 0), (2, 0), (0, 1))
    """
    given = list(points)
    merged = [_merged([point[axis] for point in given], slack) for axis in (0, 1)]
    ordered = sorted({(merged[0][x], merged[1][y]) for x, y in given})
    if len(ordered) < 3:
        return tuple(ordered)
    lower, upper = _chain(ordered, slack), _chain(ordered[::-1], slack)
    return tuple(lower[:-1] + upper[:-1])


def _merged(values: Sequence[Any], slack: Any) -> dict[Any, Any]:
    """Return the least of the values that each one is joined to by steps of at most slack."""
    out: dict[Any, Any] = {}
    least = last = None
    for value in sorted(set(values)):
        if last is None or value - last > slack:
            least = value
        out[value] = least
        last = value
    return out


def _chain(ordered: Sequence[Point], slack: Any) -> list[Point]:
    """Return the part of the hull to the right of the way from the first point to the last."""
    out: list[Point] = []
    for point in ordered:
        while len(out) > 1 and not _turns_left(out[-2], out[-1], point, slack):
            out.pop()
        out.append(point)
    return out


def _cross(a: Point, b: Point, c: Point) -> Any:
    """Return twice the area of a triangle, positive if counterclockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _turns_left(a: Point, b: Point, c: Point, slack: Any) -> bool:
    bound = slack * hypot(c[0] - a[0], c[1] - a[1]) if slack else 0
    return bool(_cross(a, b, c) > bound)


def _edges(polygon: Polygon) -> Iterable[tuple[Point, Point]]:
    return zip(polygon, polygon[1:] + polygon[:1], strict=True)


def section(polygon: Polygon, axis: int, value: Any, slack: Any = 0) -> tuple[Any, Any] | None:
    """Return between which values the other coordinate lies where one has a value.

    None where the line misses the polygon.

    Examples
    --------
    >>> section(((0, 0), (2, 0), (0, 2)), axis=0, value=1)
    (0.0, 1.0)
    """
    along = [point[axis] for point in polygon]
    if value < min(along) - slack or value > max(along) + slack:
        return None
    value = min(max(value, min(along)), max(along))
    other = 1 - axis
    found = []
    for p, q in _edges(polygon):
        if p[axis] == value:
            found.append(p[other])
        elif (p[axis] < value < q[axis]) or (q[axis] < value < p[axis]):
            share = (value - p[axis]) / (q[axis] - p[axis])
            found.append(p[other] + share * (q[other] - p[other]))
    return min(found), max(found)


def contains(polygon: Polygon, point: Point, slack: Any = 0) -> bool:
    """Return whether a point lies in a polygon, or no farther than about slack from it.

    Examples
    --------
    >>> contains(((0, 0), (2, 0), (0, 2)), (1, 1))
    True
    """
    if not polygon:
        return False
    if slack:
        return bool(distance(polygon, point) <= slack)
    first, last = polygon[0], polygon[-1]
    if len(polygon) > 2:
        return all(_cross(p, q, point) >= 0 for p, q in _edges(polygon))
    within = (
        min(first[axis], last[axis]) <= point[axis] <= max(first[axis], last[axis])
        for axis in (0, 1)
    )
    return bool(_cross(first, last, point) == 0) and all(within)


def distance(polygon: Polygon, point: Point) -> float:
    """Return the distance of a point from a polygon, 0 inside, infinite if there is none.

    Examples
    --------
    >>> distance(((0, 0), (2, 0), (0, 2)), (2, 2))
    1.4142135623730951
    """
    if not polygon:
        return float("inf")
    if len(polygon) > 2 and all(_cross(p, q, point) >= 0 for p, q in _edges(polygon)):
        return 0.0
    return min(_from_segment(p, q, point) for p, q in _edges(polygon))


def _from_segment(p: Point, q: Point, point: Point) -> float:
    step = float(q[0] - p[0]), float(q[1] - p[1])
    away = float(point[0] - p[0]), float(point[1] - p[1])
    length = step[0] ** 2 + step[1] ** 2
    share = (step[0] * away[0] + step[1] * away[1]) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return hypot(away[0] - share * step[0], away[1] - share * step[1])


def farthest(one: Polygon, other: Polygon) -> float:
    """Return how far points of one polygon are from the other at most, either way: Hausdorff.

    Examples
    --------
    >>> farthest(((0, 0), (2, 0), (0, 2)), ((0, 0), (1, 0), (0, 1)))
    1.0
    """
    if not one and not other:
        return 0.0
    if not one or not other:
        return float("inf")
    there = [distance(other, point) for point in one]
    back = [distance(one, point) for point in other]
    return max(there + back)
