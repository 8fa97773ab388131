r"""The spatial model over any decision rule: what is stuck, what beats it, what a setter does.

Voter i has the ideal point theta_i and says Yes to moving the status quo q to y iff y is strictly
nearer, |y - theta_i| < |q - theta_i|. A coalition S moves q iff the chance of adoption when S says
Yes and all others say No exceeds a given one. q is stuck iff no y gathers a coalition that moves
it; the stuck points are the core. Rules are monotone: more Yes never lowers the chance.

On a line the largest coalition for y > q is approached as y falls to q, {i: theta_i > q}; so q is
stuck iff neither that coalition nor {i: theta_i < q} moves it. With

    a = min {p: {theta_i > p} doesn't move},    b = max {p: {theta_i < p} doesn't move},

both of them ideal points, the core is [a, b], and empty where a > b. A step from q to y > q
gathers {theta_i > (q + y) / 2} and passes iff (q + y) / 2 < a. The closure of what beats q,
with q, is therefore

    [min(q, 2b - q), max(q, 2a - q)],

and a monopoly agenda setter picks the point in it that is nearest to her own.

In the plane the coalition for steps from x in direction d is largest for short ones: the open
half-plane {i: v_i . d > 0} with v_i = theta_i - x. Turned counter-clockwise until it is about to
lose somebody, voter j, it has lost nobody yet, and is

    H_j = {i: cross(v_j, v_i) > 0, or cross(v_j, v_i) = 0 and v_i . v_j > 0},

those to the left of the ray from x through theta_j and those on it. So x is stuck iff no H_j
moves it. Who stands on x itself supports nothing.

All comparisons are exact, of the numbers as written. In the plane each sets a term in x against a
term in y, so that exact numbers are needed for the grid's rows and columns only: its points compare
their ranks.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import number, probability
from ..errors import CoopgamesError
from ..records import exact
from .chance import chance_of_ballots
from .committee import Committee
from .tally import tally

__all__ = ["Core", "Gridlock", "Pivot", "Winset", "core", "gridlock", "winset"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]
#: A coordinate: a number, of which the shortest decimal is meant, or an exact "a/b".
Number = float | Fraction | str
#: Ideal points by group, one for all of it or one for each of its voters; or one for each voter.
IdealPoints = Mapping[str, Any] | Sequence[Any] | npt.NDArray[Any]
#: An exact number; a float only where it is infinite.
_Exact = Fraction | float
_Point = tuple[Fraction, ...]

#: Combinations of voters at one point that are still tried.
COMBINATIONS = 65_536
#: Cells of a batch of ballots: quick, and some tens of megabytes.
CELLS = 2_000_000


# --- results ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pivot:
    """An end of the gridlock interval, and who stands there.

    Attributes
    ----------
    point : float
        The ideal point.
    exact : Fraction
        The same, exactly; an infinite float where the rule has no pivot on this side.
    voters : tuple of (str, int)
        Group and number within the group, from 0, of everybody whose ideal point it is and who
        decides if some of the others there join those beyond. Where more than 65,536 combinations
        would have to be tried, of everybody there.
    """

    point: float
    exact: Fraction | float
    voters: tuple[tuple[str, int], ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of the voters, each once."""
        return tuple(dict.fromkeys(group for group, _ in self.voters))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gridlock:
    """What is stuck on a line, and where the rest can move.

    Attributes
    ----------
    stuck : bool
        Whether anything is.
    low, high : float
        Ends of the closed interval of stuck status quos; NaN where nothing is stuck because
        coalitions on both sides can move the same point, infinite where nobody can move anything.
    low_pivot : Pivot
        Those without whom nothing moves to the right: {theta > low} doesn't pass, with them it
        does.
    high_pivot : Pivot
        Those without whom nothing moves to the left. Where nothing is stuck, ``low_pivot`` lies to
        the right of ``high_pivot``.
    median : float
        Median of all ideal points, one voter one vote; NaN where there are two.
    agenda_setter : number or "a/b", optional
        Ideal point of the monopoly agenda setter, as given.
    """

    stuck: bool
    low: float
    high: float
    low_pivot: Pivot
    high_pivot: Pivot
    median: float
    agenda_setter: Number | None

    @property
    def width(self) -> float:
        """Length of the interval, 0 where nothing is stuck."""
        if not self.stuck:
            return 0.0
        return float(self.high_pivot.exact - self.low_pivot.exact)

    def share(self, *, over: tuple[Number, Number]) -> float:
        """Return the share of an interval that is stuck.

        Parameters
        ----------
        over : pair of numbers
            Its ends, in ascending order; the range of status quos one has in mind.

        Returns
        -------
        float
            In [0, 1].

        Raises
        ------
        CoopgamesError
            If the ends are not two finite numbers in ascending order.
        """
        ends = _items("over", over)
        if len(ends) != 2:
            raise CoopgamesError(f"over must be a pair (low, high); got {over!r}")
        start, end = (_number(f"over[{k}]", value) for k, value in enumerate(ends))
        if start >= end:
            raise CoopgamesError(f"over must be a pair (low, high) with low < high; got {over!r}")
        inside = min(self.high_pivot.exact, end) - max(self.low_pivot.exact, start)
        return float(max(inside, Fraction(0)) / (end - start))

    def holds(self, status_quo: Number) -> bool:
        """Return whether a status quo is stuck."""
        q = _number("status_quo", status_quo)
        return self.low_pivot.exact <= q <= self.high_pivot.exact

    def reach(self, status_quo: Number) -> tuple[float, float]:
        """Return the ends of what can become of a status quo: all that beats it, and itself.

        Parameters
        ----------
        status_quo : number or "a/b"
            Where policy stands.

        Returns
        -------
        pair of float
            Ends of the closure; both of them the status quo where that is stuck. What lies
            strictly between them, apart from the status quo, beats it.
        """
        low, high = self._reach(_number("status_quo", status_quo))
        return float(low), float(high)

    def outcome(self, status_quo: Number) -> float:
        """Return what the agenda setter makes of a status quo.

        Parameters
        ----------
        status_quo : number or "a/b"
            Where policy stands, and stays if her proposal fails.

        Returns
        -------
        float
            The point in the closure of what beats the status quo, or the status quo, that is
            nearest to the setter: those who are indifferent give her the benefit of the doubt.

        Raises
        ------
        CoopgamesError
            If there is no agenda setter.

        References
        ----------
        Romer & Rosenthal (1978) Public Choice 33(4):27-43.
        """
        if self.agenda_setter is None:
            raise CoopgamesError(
                "outcome needs an agenda setter; got agenda_setter=None; give gridlock her ideal "
                "point as agenda_setter"
            )
        low, high = self._reach(_number("status_quo", status_quo))
        return float(min(max(_number("agenda_setter", self.agenda_setter), low), high))

    def _reach(self, q: Fraction) -> tuple[_Exact, _Exact]:
        low: _Exact = 2 * self.high_pivot.exact - q
        high: _Exact = 2 * self.low_pivot.exact - q
        return min(q, low), max(q, high)


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
class Core:
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


# --- on a line -------------------------------------------------------------------------------


def gridlock(
    committee: Committee,
    ideal_points: IdealPoints,
    *,
    agenda_setter: Number | None = None,
    chance_above: float = 0.0,
) -> Gridlock:
    """Return the gridlock interval: the status quos on a line that no coalition moves.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    ideal_points : mapping or sequence
        By group, a number for all of it or a sequence with one for each of its voters; or a
        sequence with one for each voter, in the order of the groups. Finite numbers or ``"a/b"``.
    agenda_setter : number or "a/b", optional
        Ideal point of one who alone may propose; see `Gridlock.outcome`. Needs no vote.
    chance_above : float
        In [0, 1). A coalition moves a status quo iff its chance of adoption is above it. At 0
        anything that can pass moves; just below 1, say 1 - 1e-9, only what is certain to pass.
        Makes a difference where vetoes are de facto.

    Returns
    -------
    Gridlock

    Raises
    ------
    CoopgamesError
        If a group has no points or the wrong number of them, one is not a finite number, or
        ``chance_above`` is out of bounds.

    References
    ----------
    Krehbiel (1998) Pivotal Politics, University of Chicago Press; Black (1948) J. Polit. Econ.
    56:23-34.

    Examples
    --------
    A legislature of 100 with a filibuster at 60, and a president whose veto 67 override:

    >>> from coopgames.voting import Committee, Quota, Voters, dictator
    >>> pivotal = Committee(
    ...     voters=(Voters(id="legislature", count=100), Voters(id="president")),
    ...     rule=Quota(votes=60, of="legislature") & dictator("president")
    ...     | Quota(votes=67, of="legislature"),
    ... )
    >>> found = gridlock(pivotal, {"legislature": range(1, 101), "president": 90}, agenda_setter=50)
    >>> found.low, found.high
    (41.0, 67.0)
    >>> found.low_pivot.voters
    (('legislature', 40),)
    >>> [found.outcome(q) for q in (10, 35, 60, 75)]
    [50.0, 47.0, 60.0, 59.0]
    """
    places = _places(committee, ideal_points, 1)
    setter = None if agenda_setter is None else _number("agenda_setter", agenda_setter)
    points, counts = _distinct(places)
    moves = _mover(committee, chance_above)
    values = [p for (p,) in points]
    low = _pivot(committee, places, values, counts, moves, outer=-math.inf)
    high = _pivot(committee, places, values[::-1], counts[::-1], moves, outer=math.inf)
    stuck = low.exact <= high.exact
    ranked = sorted(p for group in places for (p,) in group)
    middle = ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]
    return Gridlock(
        stuck=stuck,
        low=low.point if stuck else math.nan,
        high=high.point if stuck else math.nan,
        low_pivot=low,
        high_pivot=high,
        median=float(middle[0]) if middle[0] == middle[1] else math.nan,
        agenda_setter=None if setter is None else agenda_setter,
    )


def _pivot(
    committee: Committee,
    places: Sequence[Sequence[_Point]],
    points: Sequence[Fraction],
    counts: Integers,
    moves: Callable[[Integers], Bools],
    *,
    outer: float,
) -> Pivot:
    """Return the first point beyond which there are too few to move anything there.

    ``points`` go away from the infinite end ``outer``, and ``counts`` with them.
    """
    beyond = counts.sum(axis=0) - np.cumsum(np.concatenate([0 * counts[:1], counts]), axis=0)
    enough = moves(beyond)
    if not enough[0]:
        return Pivot(point=outer, exact=outer, voters=())
    if enough.all():
        return Pivot(point=-outer, exact=-outer, voters=())
    k = int(np.argmin(enough))
    point, decisive = points[k - 1], _decisive(beyond[k], counts[k - 1], moves)
    voters = tuple(
        (name, n)
        for name, own, decides in zip(committee.groups, places, decisive, strict=True)
        for n, (p,) in enumerate(own)
        if p == point and decides
    )
    return Pivot(point=float(point), exact=point, voters=voters)


def _decisive(beyond: Integers, there: Integers, moves: Callable[[Integers], Bools]) -> list[bool]:
    """Return per group whether one voter of those at a point can decide, some of them joining."""
    shape = tuple(int(n) + 1 for n in there)
    if math.prod(shape) > COMBINATIONS:
        return [n > 0 for n in there.tolist()]
    joining = np.moveaxis(np.indices([n for n in shape if n > 1]), 0, -1)
    yes = np.broadcast_to(beyond, (*joining.shape[:-1], there.size)).copy()
    yes[..., there > 0] += joining
    verdicts = moves(yes)
    changes = iter(range(verdicts.ndim))
    return [n > 1 and bool(np.diff(verdicts, axis=next(changes)).any()) for n in shape]


# --- in the plane ----------------------------------------------------------------------------


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
    points, counts = _distinct(_places(committee, ideal_points, 2))
    q = _point("status_quo", status_quo, 2)
    columns, rows = _grid(grid)
    chances, bound = _chances(committee), _bound(chance_above)
    x = _scaled([p[0] for p in points], columns, q[0])
    y = _scaled([p[1] for p in points], rows, q[1])
    # |q - t|^2 - |z - t|^2 > 0, where the part in x is (q - x)(q + x - 2t) and that in y alike;
    # the two coordinates have scales of their own.
    sx, sy = y.scale**2, x.scale**2
    tables = [
        _compare(
            [sx * (x.origin - c) * (x.origin + c - 2 * s) for c in x.grid],
            [-sy * (y.origin - c) * (y.origin + c - 2 * t) for c in y.grid],
        )
        for s, t in zip(x.points, y.points, strict=True)
    ]
    ranks, _, tops = (np.array(part) for part in zip(*tables, strict=True))
    parts = []
    step = max(1, CELLS // (len(rows) * max(counts.shape)))
    for first in range(0, len(columns), step):
        nearer = ranks[:, first : first + step, None] >= tops[:, None, :]
        parts.append(chances(_heads(nearer, counts)))
    out = np.concatenate(parts)
    itself = np.ix_([c == q[0] for c in columns], [c == q[1] for c in rows])
    out[itself] = 0
    beats = _above(out, bound)
    return Winset(
        x=_floats(columns),
        y=_floats(rows),
        beats=beats,
        chance=out.astype(float),
        area=float(_areas(columns, rows)[beats].sum()),
    )


def core(
    committee: Committee,
    ideal_points: IdealPoints,
    *,
    grid: tuple[npt.ArrayLike, npt.ArrayLike],
    chance_above: float = 0.0,
) -> Core:
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
    Core

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
    >>> all_three = core(Committee(voters=states, rule=unanimity()), corners, grid=(side, side))
    >>> two = core(Committee(voters=states, rule=Quota(votes=2)), corners, grid=(side, side))
    >>> round(all_three.area, 1), two.empty
    (2.0, True)
    """
    points, counts = _distinct(_places(committee, ideal_points, 2))
    columns, rows = _grid(grid)
    moves = _mover(committee, chance_above)
    x = _scaled([p[0] for p in points], columns)
    y = _scaled([p[1] for p in points], rows)
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
        tables = [_sides(used_x, used_y, j, i) for i in range(len(points))]
        ranks, bottoms, tops = (np.array(part) for part in zip(*tables, strict=True))
        keep = np.empty(column.size, dtype=bool)
        for first in range(0, column.size, batch):
            now = slice(first, first + batch)
            rank, at = ranks[:, place_x[now]], place_y[now]
            left, level = rank >= tops[:, at], rank >= bottoms[:, at]
            # On the line through x and theta_j vectors are parallel: both coordinates of two of
            # them multiply to the sign of their product, or to 0.
            along = signs_x[:, column[now]] * signs_x[j, column[now]]
            along = along + signs_y[:, row[now]] * signs_y[j, row[now]]
            keep[now] = ~moves(_heads(left | (level & (along > 0)), counts))
        column, row = column[keep], row[keep]
    stuck = np.zeros((len(columns), len(rows)), dtype=bool)
    stuck[column, row] = True
    areas = _areas(columns, rows)
    area = float(areas[stuck].sum())
    return Core(
        x=_floats(columns),
        y=_floats(rows),
        stuck=stuck,
        area=area,
        share=area / float(areas.ravel().sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Axis:
    """One coordinate of everything as integers, ``scale`` times what it is."""

    scale: int
    points: list[int]
    grid: list[int]
    origin: int


def _scaled(
    points: Sequence[Fraction], grid: Sequence[Fraction], origin: Fraction = Fraction(0)
) -> _Axis:
    scale = math.lcm(*(value.denominator for value in (*points, *grid, origin)))
    return _Axis(
        scale=scale,
        points=[int(value * scale) for value in points],
        grid=[int(value * scale) for value in grid],
        origin=int(origin * scale),
    )


def _compare(columns: Sequence[int], rows: Sequence[int]) -> tuple[list[int], list[int], list[int]]:
    """Return ranks of the columns' values, and where the rows' values would stand among them.

    Column > row iff its rank is at least the row's top; column >= row iff at least its bottom.
    """
    order = sorted(set(columns))
    rank = {value: k for k, value in enumerate(order)}
    return (
        [rank[value] for value in columns],
        [bisect_left(order, value) for value in rows],
        [bisect_right(order, value) for value in rows],
    )


def _sides(x: _Axis, y: _Axis, j: int, i: int) -> tuple[list[int], list[int], list[int]]:
    """Return the comparison whose sign, at z, is that of cross(theta_j - z, theta_i - z).

    That is cross(theta_j, theta_i) + z_x (theta_jy - theta_iy) - z_y (theta_jx - theta_ix), where
    each term carries the scales of both coordinates.
    """
    constant = x.points[j] * y.points[i] - y.points[j] * x.points[i]
    slope, run = y.points[j] - y.points[i], x.points[j] - x.points[i]
    return _compare([constant + slope * value for value in x.grid], [run * v for v in y.grid])


def _kept(axis: _Axis, used: Integers) -> tuple[_Axis, Integers]:
    """Return the axis with the lines of the grid that are in use, and their places on it."""
    lines, places = np.unique(used, return_inverse=True)
    return replace(axis, grid=[axis.grid[k] for k in lines]), places


def _signs(axis: _Axis) -> Signs:
    """Return the sign of point minus grid, shape (points, grid)."""
    signs = [[(point > line) - (point < line) for line in axis.grid] for point in axis.points]
    return np.array(signs, dtype=np.int8)


def _heads(says_yes: Bools, counts: Integers) -> Integers:
    """Return Yes by group, (..., groups), given who says Yes, (points, ...)."""
    # Whole numbers in floating point: exact, and quick.
    voters = np.moveaxis(says_yes, 0, -1).astype(float) @ counts.astype(float)
    return np.asarray(voters.astype(np.int64))


def _areas(columns: Sequence[Fraction], rows: Sequence[Fraction]) -> Floats:
    """Return the area of each point's cell: half-way to its neighbours, at the edge alike."""
    return np.outer(np.gradient(_floats(columns)), np.gradient(_floats(rows)))


def _floats(values: Sequence[Fraction]) -> Floats:
    return np.array([float(value) for value in values])


# --- coalitions ------------------------------------------------------------------------------


def _chances(committee: Committee) -> Callable[[Integers], npt.NDArray[Any]]:
    """Return the exact chance of adoption as a function of Yes by group.

    Rational where a veto is de facto, else 0 or 1 in floating point.
    """
    tallied = tally(committee)
    counts = np.array([group.count for group in committee.voters])

    def chances(yes: Integers) -> npt.NDArray[Any]:
        if tallied.deterministic:
            return chance_of_ballots(tallied, {"yes": yes, "no": counts - yes})
        # Rationals are slow, and different coalitions few.
        some, which = np.unique(yes.reshape(-1, counts.size), axis=0, return_inverse=True)
        values = chance_of_ballots(tallied, {"yes": some, "no": counts - some}, exact=True)
        return np.asarray(values[which.reshape(yes.shape[:-1])])

    return chances


def _above(chances: npt.NDArray[Any], bound: Fraction) -> Bools:
    return np.asarray(chances > (bound if chances.dtype == object else float(bound)), dtype=bool)


def _mover(committee: Committee, chance_above: float) -> Callable[[Integers], Bools]:
    """Return whether a coalition, given as Yes by group, moves a status quo."""
    chances, bound = _chances(committee), _bound(chance_above)
    return lambda yes: _above(chances(yes), bound)


def _bound(chance_above: float) -> Fraction:
    probability("chance_above", chance_above)
    if chance_above == 1:
        raise CoopgamesError(
            f"chance_above must lie in [0, 1), since no chance is above 1; got {chance_above!r}; "
            "for what is certain to pass give 1 - 1e-9"
        )
    return exact(chance_above)


# --- at the door -----------------------------------------------------------------------------


def _number(name: str, value: Any) -> Fraction:
    """Return a finite number, or a string "a/b", as the rational it denotes."""
    try:
        if not isinstance(value, str):
            number(name, None if _is_sequence(value) else value)
        return exact(value)
    except CoopgamesError:
        raise
    except (ValueError, OverflowError, ZeroDivisionError):
        raise CoopgamesError(
            f'{name} must be a finite number or a fraction "a/b"; got {value!r}'
        ) from None


def _is_sequence(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    ordered = not isinstance(value, (str, bytes, Mapping, AbstractSet))
    return ordered and hasattr(value, "__len__") and hasattr(value, "__iter__")


def _items(name: str, value: Any) -> list[Any]:
    if not _is_sequence(value):
        raise CoopgamesError(f"{name} must be a sequence; got {value!r}")
    return list(value)


def _depth(value: Any) -> int:
    """Return how deep sequences are nested: 0 for a number, 1 for a sequence of numbers."""
    return 1 + _depth(next(iter(value), 0)) if _is_sequence(value) else 0


def _point(name: str, value: Any, dimension: int) -> _Point:
    if dimension == 1:
        return (_number(name, value),)
    if _depth(value) != 1 or len(value) != dimension:
        raise CoopgamesError(f"{name} must be a pair (x, y); got {value!r}")
    return tuple(_number(f"{name}[{k}]", part) for k, part in enumerate(value))


def _places(committee: Committee, ideal_points: IdealPoints, dimension: int) -> list[list[_Point]]:
    """Return every voter's ideal point, group by group."""
    point = "a number" if dimension == 1 else "a pair (x, y)"
    counts = [group.count for group in committee.voters]
    if not isinstance(ideal_points, Mapping):
        given = _items("ideal_points", ideal_points)
        if len(given) != sum(counts):
            sizes = ", ".join(f"{group.id} {group.count}" for group in committee.voters)
            raise CoopgamesError(
                f"ideal_points must hold {point} for each of the {sum(counts)} voters, in the "
                f"order of the groups ({sizes}), or map groups to points; got {len(given)}"
            )
        flat = [_point(f"ideal_points[{k}]", value, dimension) for k, value in enumerate(given)]
        ends = np.cumsum(counts).tolist()
        return [flat[end - size : end] for size, end in zip(counts, ends, strict=True)]
    for name in ideal_points:
        if name not in committee.groups:
            raise CoopgamesError(
                f"ideal_points: unknown group {name!r}; groups are {', '.join(committee.groups)}"
            )
    places = []
    for group in committee.voters:
        if group.id not in ideal_points:
            raise CoopgamesError(
                f"ideal_points must hold points for every group; got none for {group.id!r}"
            )
        value, where = ideal_points[group.id], f"ideal_points[{group.id!r}]"
        if _depth(value) < dimension:
            places.append([_point(where, value, dimension)] * group.count)
            continue
        given = _items(where, value)
        if len(given) != group.count:
            raise CoopgamesError(
                f"{where} must be {point} for all or one for each voter ({group.count}); "
                f"got {len(given)}"
            )
        places.append([_point(f"{where}[{k}]", item, dimension) for k, item in enumerate(given)])
    return places


def _distinct(places: Sequence[Sequence[_Point]]) -> tuple[list[_Point], Integers]:
    """Return the different ideal points, ascending, and voters there, shape (points, groups)."""
    points = sorted({point for group in places for point in group})
    position = {point: k for k, point in enumerate(points)}
    counts = np.zeros((len(points), len(places)), dtype=np.int64)
    for g, group in enumerate(places):
        for point in group:
            counts[position[point], g] += 1
    return points, counts


def _grid(grid: Any) -> tuple[list[Fraction], list[Fraction]]:
    axes = _items("grid", grid)
    if len(axes) != 2:
        raise CoopgamesError(f"grid must be a pair (x values, y values); got {len(axes)} parts")
    out = []
    for k, values in enumerate(axes):
        name = f"grid[{k}]"
        axis = [_number(f"{name}[{n}]", value) for n, value in enumerate(_items(name, values))]
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
