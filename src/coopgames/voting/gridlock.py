r"""Gridlock on a line: what is stuck, who holds it there, what an agenda setter makes of the rest.

The largest coalition for steps from q to y > q is approached as y falls to q, {i: theta_i > q}; so
q is stuck iff neither that coalition nor {i: theta_i < q} moves it (`ideal_points`). With

    a = min {p: {theta_i > p} doesn't move},    b = max {p: {theta_i < p} doesn't move},

both of them ideal points, the core is [a, b], and empty where a > b. A step from q to y > q
gathers {theta_i > (q + y) / 2} and passes iff (q + y) / 2 < a. The closure of what beats q,
with q, is therefore

    [min(q, 2b - q), max(q, 2a - q)],

and a monopoly agenda setter picks the point in it that is nearest to her own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from .committee import Committee
from .ideal_points import (
    Coalitions,
    IdealPoints,
    Number,
    Point,
    coalitions,
    distinct,
    items,
    points_by_group,
    rational,
)

__all__ = ["Gridlock", "Pivot", "gridlock"]

Integers = npt.NDArray[np.int64]
#: An exact number; a float only where it is infinite.
_Exact = Fraction | float

#: Combinations of voters at one point that are still tried.
COMBINATIONS = 65_536


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
        ends = items("over", over)
        if len(ends) != 2:
            raise CoopgamesError(f"over must be a pair (low, high); got {over!r}")
        start, end = (rational(f"over[{k}]", value) for k, value in enumerate(ends))
        if start >= end:
            raise CoopgamesError(f"over must be a pair (low, high) with low < high; got {over!r}")
        inside = min(self.high_pivot.exact, end) - max(self.low_pivot.exact, start)
        return float(max(inside, Fraction(0)) / (end - start))

    def holds(self, status_quo: Number) -> bool:
        """Return whether a status quo is stuck."""
        q = rational("status_quo", status_quo)
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
        low, high = self._reach(rational("status_quo", status_quo))
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
        low, high = self._reach(rational("status_quo", status_quo))
        return float(min(max(rational("agenda_setter", self.agenda_setter), low), high))

    def _reach(self, q: Fraction) -> tuple[_Exact, _Exact]:
        low: _Exact = 2 * self.high_pivot.exact - q
        high: _Exact = 2 * self.low_pivot.exact - q
        return min(q, low), max(q, high)


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
    groups = points_by_group(committee, ideal_points, 1)
    if agenda_setter is not None:
        rational("agenda_setter", agenda_setter)
    points, counts = distinct(groups)
    able = coalitions(committee, chance_above)
    low = _pivot(committee, groups, points, counts, able, outer=-math.inf)
    high = _pivot(committee, groups, points[::-1], counts[::-1], able, outer=math.inf)
    stuck = low.exact <= high.exact
    ranked = sorted(p for group in groups for (p,) in group)
    middle = ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]
    return Gridlock(
        stuck=stuck,
        low=low.point if stuck else math.nan,
        high=high.point if stuck else math.nan,
        low_pivot=low,
        high_pivot=high,
        median=float(middle[0]) if middle[0] == middle[1] else math.nan,
        agenda_setter=agenda_setter,
    )


def _pivot(
    committee: Committee,
    groups: Sequence[Sequence[Point]],
    points: Sequence[Point],
    counts: Integers,
    able: Coalitions,
    *,
    outer: float,
) -> Pivot:
    """Return the first point beyond which there are too few to move anything there.

    ``points`` go away from the infinite end ``outer``, and ``counts`` with them.
    """
    beyond = counts.sum(axis=0) - np.cumsum(np.concatenate([0 * counts[:1], counts]), axis=0)
    enough = able.move(beyond)
    if not enough[0]:
        return Pivot(point=outer, exact=outer, voters=())
    if enough.all():
        return Pivot(point=-outer, exact=-outer, voters=())
    k = int(np.argmin(enough))
    (place,), decisive = points[k - 1], _decisive(beyond[k], counts[k - 1], able)
    voters = tuple(
        (name, n)
        for name, own, decides in zip(committee.groups, groups, decisive, strict=True)
        for n, (p,) in enumerate(own)
        if p == place and decides
    )
    return Pivot(point=float(place), exact=place, voters=voters)


def _decisive(beyond: Integers, there: Integers, able: Coalitions) -> list[bool]:
    """Return per group whether one voter of those at a point can decide, some of them joining."""
    shape = tuple(int(n) + 1 for n in there)
    if math.prod(shape) > COMBINATIONS:
        return [n > 0 for n in there.tolist()]
    joining = np.moveaxis(np.indices([n for n in shape if n > 1]), 0, -1)
    yes = np.broadcast_to(beyond, (*joining.shape[:-1], there.size)).copy()
    yes[..., there > 0] += joining
    verdicts = able.move(yes)
    changes = iter(range(verdicts.ndim))
    return [n > 1 and bool(np.diff(verdicts, axis=next(changes)).any()) for n in shape]
