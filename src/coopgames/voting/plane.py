r"""The plane: what beats a status quo, and what nothing beats.

The coalition for steps from x in direction d is largest for short ones: the open half-plane
{i: v_i . d > 0} with v_i = theta_i - x (`ideal_points`). Turned counter-clockwise until it is about
to lose somebody, voter j, it has lost nobody yet, and is

    H_j = {i: cross(v_j, v_i) > 0, or cross(v_j, v_i) = 0 and v_i . v_j > 0},

those to the left of the ray from x through theta_j and those on it. So x is stuck iff no H_j
moves it. Who stands on x itself supports nothing.

Each comparison sets a term in x against a term in y, so that exact numbers are needed for the
grid's rows and columns only: its points compare their ranks.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from .committee import Committee
from .ideal_points import (
    IdealPoints,
    Number,
    coalitions,
    distinct,
    items,
    point_of,
    points_by_group,
    rational,
)

__all__ = ["PolicyCore", "Winset", "policy_core", "winset"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

#: Cells of a batch of ballots: quick, and some tens of megabytes.
CELLS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Winset:
    """What beats a status quo in the plane.

    Attributes
    ----------
    x, y : array, shapes (columns,) and (rows,)
        The grid.
    beats : bool array, shape (columns, rows)
        Whether the point (x[i], y[j]) beats the status quo. For a picture transpose it.
    chance : array, shape (columns, rows)
        Chance that the point is adopted against it; 0 for the status quo itself.
    area : float
        Area of the cells of those points, cut off at the edge of the grid.
    """

    x: Floats
    y: Floats
    beats: Bools
    chance: Floats
    area: float

    @property
    def empty(self) -> bool:
        """Whether no point of the grid beats the status quo."""
        return not self.beats.any()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicyCore:
    """What is stuck in the plane.

    Attributes
    ----------
    x, y : array, shapes (columns,) and (rows,)
        The grid.
    stuck : bool array, shape (columns, rows)
        Whether the point (x[i], y[j]) is in the core. For a picture transpose it.
    area : float
        Area of the cells of those points, cut off at the edge of the grid.
    share : float
        Share of the area of all cells, in [0, 1].
    """

    x: Floats
    y: Floats
    stuck: Bools
    area: float
    share: float

    @property
    def empty(self) -> bool:
        """Whether no point of the grid is in the core."""
        return not self.stuck.any()


def winset(
    committee: Committee,
    ideal_points: IdealPoints,
    status_quo: Sequence[Number] | npt.NDArray[Any],
    *,
    grid: tuple[npt.ArrayLike, npt.ArrayLike],
    chance_above: float = 0.0,
) -> Winset:
    """Return which points of a grid in the plane beat a status quo.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    ideal_points : mapping or sequence
        As in `gridlock`, of pairs (x, y).
    status_quo : pair of numbers
        Where policy stands.
    grid : pair of array_like, shapes (columns,) and (rows,)
        Coordinates of the grid, in ascending order, at least two each.
    chance_above : float
        As in `gridlock`.

    Returns
    -------
    Winset

    Raises
    ------
    CoopgamesError
        As `gridlock`, and if the status quo is no pair or the grid not ascending.

    References
    ----------
    Tsebelis (2002) Veto Players, Princeton University Press.

    Examples
    --------
    >>> import numpy as np
    >>> from coopgames.voting import Committee, Quota, Voters
    >>> three = Committee(voters=(Voters(id="states", count=3),), rule=Quota(votes=2))
    >>> side = np.arange(-2, 2.25, 0.25)
    >>> found = winset(three, {"states": [(0, 1), (1, -1), (-1, -1)]}, (0, 0), grid=(side, side))
    >>> found.empty, found.area
    (False, 1.1875)
    """
    points, counts = distinct(points_by_group(committee, ideal_points, 2))
    q = point_of("status_quo", status_quo, 2)
    columns, rows = _lines(grid)
    able = coalitions(committee, chance_above)
    x, y = map(_axis, zip(*points, strict=True), (columns, rows), q)
    ranks, _, tops = _compare(_gains(x, y, i) for i in range(len(points)))
    parts = []
    step = max(1, CELLS // (len(rows) * max(counts.shape)))
    for first in range(0, len(columns), step):
        nearer = ranks[:, first : first + step, None] >= tops[:, None, :]
        parts.append(able.chances(_heads(nearer, counts)))
    chances = np.concatenate(parts)
    # Where nobody's Yes is needed, a status quo would beat itself.
    chances[np.ix_([c == q[0] for c in columns], [c == q[1] for c in rows])] = 0
    beats = able.enough(chances)
    return Winset(
        x=_floats(columns),
        y=_floats(rows),
        beats=beats,
        chance=chances.astype(float),
        area=float(_areas(columns, rows)[beats].sum()),
    )


def policy_core(
    committee: Committee,
    ideal_points: IdealPoints,
    *,
    grid: tuple[npt.ArrayLike, npt.ArrayLike],
    chance_above: float = 0.0,
) -> PolicyCore:
    """Return which points of a grid in the plane no coalition moves.

    Each point is tested against the whole plane, not only against the grid. A core that is a line
    or a point has no area, and shows only where a point of the grid lies on it.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    ideal_points : mapping or sequence
        As in `gridlock`, of pairs (x, y).
    grid : pair of array_like, shapes (columns,) and (rows,)
        Coordinates of the grid, in ascending order, at least two each.
    chance_above : float
        As in `gridlock`.

    Returns
    -------
    PolicyCore

    Raises
    ------
    CoopgamesError
        As `gridlock`, and if the grid is not ascending.

    References
    ----------
    Plott (1967) Am. Econ. Rev. 57:787-806; Tsebelis (2002) Veto Players, Princeton University
    Press.

    Examples
    --------
    Unanimity is stuck in the hull of the ideal points, here a triangle of area 2; a majority can
    move anything:

    >>> import numpy as np
    >>> from coopgames.voting import Committee, Quota, Voters, unanimity
    >>> states = (Voters(id="states", count=3),)
    >>> corners, side = {"states": [(0, 1), (1, -1), (-1, -1)]}, np.linspace(-2, 2, 81)
    >>> for rule in (unanimity(), Quota(votes=2)):
    ...     found = policy_core(Committee(voters=states, rule=rule), corners, grid=(side, side))
    ...     print(found.empty, round(found.area, 1))
    False 2.0
    True 0.0
    """
    points, counts = distinct(points_by_group(committee, ideal_points, 2))
    columns, rows = _lines(grid)
    able = coalitions(committee, chance_above)
    x, y = map(_axis, zip(*points, strict=True), (columns, rows))
    signs_x, signs_y = _signs(x), _signs(y)
    column, row = (part.ravel() for part in np.indices((len(columns), len(rows))))
    batch = max(1, CELLS // max(counts.shape))
    # From the outside in: from far away, nearly everybody is to the left of one of the outer ones.
    spots = np.array(points, dtype=float)
    for j in np.argsort(-np.linalg.norm(spots - spots.mean(axis=0), axis=1)).tolist():
        if not column.size:
            break
        used_x, place_x = _kept(x, column)
        used_y, place_y = _kept(y, row)
        ranks, bottoms, tops = _compare(_sides(used_x, used_y, j, i) for i in range(len(points)))
        keep = np.empty(column.size, dtype=bool)
        for first in range(0, column.size, batch):
            now = slice(first, first + batch)
            rank, at = ranks[:, place_x[now]], place_y[now]
            left, level = rank >= tops[:, at], rank >= bottoms[:, at]
            # On the line through x and theta_j vectors are parallel: both coordinates of two of
            # them multiply to the sign of their product, or to 0.
            along = signs_x[:, column[now]] * signs_x[j, column[now]]
            along = along + signs_y[:, row[now]] * signs_y[j, row[now]]
            keep[now] = ~able.move(_heads(left | (level & (along > 0)), counts))
        column, row = column[keep], row[keep]
    stuck = np.zeros((len(columns), len(rows)), dtype=bool)
    stuck[column, row] = True
    areas = _areas(columns, rows)
    area = float(areas[stuck].sum())
    return PolicyCore(
        x=_floats(columns),
        y=_floats(rows),
        stuck=stuck,
        area=area,
        share=area / float(areas.ravel().sum()),  # summed as above: all of it is 1
    )


# --- exact comparisons -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Axis:
    """One coordinate of everything as integers, ``scale`` times what it is."""

    scale: int
    points: list[int]
    grid: list[int]
    origin: int


def _axis(
    points: Sequence[Fraction], grid: Sequence[Fraction], origin: Fraction = Fraction(0)
) -> _Axis:
    scale = math.lcm(*(value.denominator for value in (*points, *grid, origin)))
    return _Axis(
        scale=scale,
        points=[int(value * scale) for value in points],
        grid=[int(value * scale) for value in grid],
        origin=int(origin * scale),
    )


def _kept(axis: _Axis, used: Integers) -> tuple[_Axis, Integers]:
    """Return the axis with the lines of the grid that are in use, and their places on it."""
    lines, places = np.unique(used, return_inverse=True)
    return replace(axis, grid=[axis.grid[k] for k in lines]), places


def _compare(
    terms: Iterable[tuple[Sequence[int], Sequence[int]]],
) -> tuple[Integers, Integers, Integers]:
    """Return ranks of the columns' terms, and where the rows' terms would stand among them.

    Column > row iff its rank is at least the row's top; column >= row iff at least its bottom. One
    comparison for each ideal point, along the first axis.
    """
    ranks, bottoms, tops = [], [], []
    for columns, rows in terms:
        order = sorted(set(columns))
        rank = {value: k for k, value in enumerate(order)}
        ranks.append([rank[value] for value in columns])
        bottoms.append([bisect_left(order, value) for value in rows])
        tops.append([bisect_right(order, value) for value in rows])
    return np.array(ranks), np.array(bottoms), np.array(tops)


def _gains(x: _Axis, y: _Axis, i: int) -> tuple[list[int], list[int]]:
    """Return the terms whose difference, at z, has the sign of |q - theta_i|^2 - |z - theta_i|^2.

    The part in x is (q_x - z_x) (q_x + z_x - 2 theta_ix), and that in y alike; each is brought to
    the scale of both.
    """
    s, t = 2 * x.points[i], 2 * y.points[i]
    sx, sy = y.scale**2, x.scale**2
    return (
        [sx * (x.origin - c) * (x.origin + c - s) for c in x.grid],
        [-sy * (y.origin - c) * (y.origin + c - t) for c in y.grid],
    )


def _sides(x: _Axis, y: _Axis, j: int, i: int) -> tuple[list[int], list[int]]:
    """Return the terms whose difference, at z, is cross(theta_j - z, theta_i - z), scaled.

    That is cross(theta_j, theta_i) + z_x (theta_jy - theta_iy) - z_y (theta_jx - theta_ix), where
    each product carries the scales of both coordinates.
    """
    constant = x.points[j] * y.points[i] - y.points[j] * x.points[i]
    slope, run = y.points[j] - y.points[i], x.points[j] - x.points[i]
    return [constant + slope * value for value in x.grid], [run * value for value in y.grid]


def _signs(axis: _Axis) -> Signs:
    """Return the sign of point minus grid, shape (points, grid)."""
    signs = [[(point > line) - (point < line) for line in axis.grid] for point in axis.points]
    return np.array(signs, dtype=np.int8)


def _heads(says_yes: Bools, counts: Integers) -> Integers:
    """Return Yes by group, (..., groups), given who says Yes, (points, ...)."""
    # Matrix products are quick in floating point, and exact for whole numbers.
    voters = np.moveaxis(says_yes, 0, -1).astype(float) @ counts.astype(float)
    return np.asarray(voters.astype(np.int64))


# --- the grid --------------------------------------------------------------------------------


def _lines(grid: Any) -> tuple[list[Fraction], list[Fraction]]:
    """Return the coordinates of the grid's columns and rows."""
    axes = items("grid", grid)
    if len(axes) != 2:
        raise CoopgamesError(f"grid must be a pair (x values, y values); got {len(axes)} parts")
    out = []
    for k, values in enumerate(axes):
        name = f"grid[{k}]"
        axis = [rational(f"{name}[{n}]", value) for n, value in enumerate(items(name, values))]
        if len(axis) < 2:
            raise CoopgamesError(f"{name} must hold at least 2 values; got {len(axis)}")
        for n in range(1, len(axis)):
            if axis[n - 1] >= axis[n]:
                raise CoopgamesError(
                    f"{name} must be in ascending order; got {float(axis[n - 1])!r} before "
                    f"{float(axis[n])!r}"
                )
        out.append(axis)
    return out[0], out[1]


def _areas(columns: Sequence[Fraction], rows: Sequence[Fraction]) -> Floats:
    """Return the area of each point's cell: half-way to its neighbours, at the edge alike."""
    return np.outer(np.gradient(_floats(columns)), np.gradient(_floats(rows)))


def _floats(values: Sequence[Fraction]) -> Floats:
    return np.array([float(value) for value in values])
