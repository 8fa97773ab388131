r"""What action pairs and continuations generate: one step of self-generation.

In the repeated game with discount factor d a pair of actions a is played now and w is promised for
later. Player i, who could have :math:`h_i(a) = \max_{a'_i} g_i(a'_i, a_{-i})` once and its worst
payoff P_i ever after, goes along iff

.. math:: (1-d) g_i(a) + d w_i \ge (1-d) h_i(a) + d P_i.

So w lies in :math:`Q(a) = W \cap \{w \ge b(a)\}`, :math:`b_i = P_i + (1-d)(h_i - g_i)/d`, and

.. math:: B(W) = \mathrm{co} \bigcup_a \{(1-d) g(a) + d w : w \in Q(a)\}.

Two things about extreme points save most of the work. If a goes on for ever, g(a) >= b(a), the pair
needs no other continuation than g(a): with w from W it generates a point between g(a) and W. And if
g(a) lies in W but not above b(a), the continuations wanted are those closest to g(a), where a
constraint binds. Both keep every payoff in W that W generates: the set V of all equilibrium payoffs
stays inside whenever V is inside W and the threats P are no milder than V's.

References
----------
Abreu, D., Pearce, D. & Stacchetti, E. (1990). Toward a theory of discounted repeated games with
imperfect monitoring. Econometrica 58, 1041-1063. doi:10.2307/2938299
Abreu, D. & Sannikov, Y. (2014). An algorithm for two-player repeated games with perfect monitoring.
Theoretical Economics 9, 313-338. doi:10.3982/TE1302
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .polygons import Point, Polygon, contains, section

__all__ = ["ActionPair", "GeneratedPoint", "StagePairs", "generate", "stage_pairs"]


@dataclass(frozen=True, slots=True)
class ActionPair:
    """A pair of actions with its payoffs and what the best deviations pay."""

    actions: tuple[int, int]
    payoffs: Point
    best: Point


@dataclass(frozen=True, slots=True)
class StagePairs:
    """A stage game, pair by pair.

    Attributes
    ----------
    pairs : tuple of ActionPair
    discount : float or Fraction
        In (0, 1).
    minmax : pair of numbers
        What each player has at least against pure actions of the other.
    slack : float or int
        Distance within which points are one; 0 for Fractions.
    """

    pairs: tuple[ActionPair, ...]
    discount: Any
    minmax: Point
    slack: Any

    def floor(self, pair: ActionPair, threats: Point) -> Point:
        """Return the least continuations that deter both players' deviations."""
        d = self.discount
        one, two = (threats[i] + (1 - d) * (pair.best[i] - pair.payoffs[i]) / d for i in (0, 1))
        return one, two

    def forever(self, pair: ActionPair, threats: Point) -> bool:
        """Return whether a pair is played for ever under these threats."""
        d = self.discount
        return all(
            pair.payoffs[i] >= (1 - d) * pair.best[i] + d * threats[i] - self.slack for i in (0, 1)
        )


@dataclass(frozen=True, slots=True)
class GeneratedPoint:
    """A payoff, the pair of actions played first and the payoff promised for later."""

    point: Point
    pair: ActionPair
    continuation: Point


def stage_pairs(
    first: Sequence[Sequence[Any]],
    second: Sequence[Sequence[Any]],
    discount: Any,
    slack: Any = 0,
) -> StagePairs:
    """Return a stage game, pair by pair.

    Parameters
    ----------
    first, second : sequences of m sequences of n numbers
        Payoffs of the row and the column player, in doubles or Fractions. [payoff]
    discount : float or Fraction
        In (0, 1).
    slack : float
        Distance within which points are one; 0 for Fractions. [payoff]
    """
    rows, columns = range(len(first)), range(len(first[0]))
    best_first = [max(first[a][b] for a in rows) for b in columns]
    best_second = [max(second[a][b] for b in columns) for a in rows]
    pairs = tuple(
        ActionPair((a, b), (first[a][b], second[a][b]), (best_first[b], best_second[a]))
        for a in rows
        for b in columns
    )
    return StagePairs(pairs, discount, (min(best_first), min(best_second)), slack)


def generate(stage: StagePairs, polygon: Polygon, threats: Point) -> list[GeneratedPoint]:
    """Return points whose convex hull is one step of self-generation, pair by pair.

    Parameters
    ----------
    stage : StagePairs
    polygon : Polygon
        W, from which continuations are taken.
    threats : pair of numbers
        P, what a deviator gets from then on. [payoff]

    Returns
    -------
    list of GeneratedPoint
        Empty if no pair can be played.

    Examples
    --------
    The prisoner's dilemma: mutual cooperation lasts from 1/2 on, where both lose all of it.

    >>> from fractions import Fraction
    >>> for d in (Fraction(1, 2), Fraction(1, 3)):
    ...     stage = stage_pairs([[3, 0], [5, 1]], [[3, 5], [0, 1]], d)
    ...     found = generate(stage, ((0, 5), (1, 1), (5, 0), (3, 3)), (1, 1))
    ...     print((3, 3) in {one.point for one in found})
    True
    False
    """
    return [one for pair in stage.pairs for one in _of_pair(stage, pair, polygon, threats)]


def _of_pair(
    stage: StagePairs, pair: ActionPair, polygon: Polygon, threats: Point
) -> list[GeneratedPoint]:
    if stage.forever(pair, threats):
        return [GeneratedPoint(pair.payoffs, pair, pair.payoffs)]
    d, slack = stage.discount, stage.slack
    floor = stage.floor(pair, threats)
    out = []

    def add(later: Point, bound: tuple[bool, bool]) -> None:
        now = tuple(
            # Where the constraint binds the deviator's payoff is the same number, without rounding.
            (1 - d) * pair.best[i] + d * threats[i]
            if bound[i]
            else (1 - d) * pair.payoffs[i] + d * later[i]
            for i in (0, 1)
        )
        out.append(GeneratedPoint((now[0], now[1]), pair, later))

    for axis in (0, 1):
        other = 1 - axis
        ends = section(polygon, axis, floor[axis], slack)
        if ends is None or ends[1] < floor[other] - slack:
            continue
        for end in {max(ends[0], floor[other]), max(ends[1], floor[other])}:
            later = (floor[0], end) if axis == 0 else (end, floor[1])
            both = bool(end == floor[other])
            add(later, (axis == 0 or both, axis == 1 or both))
    if not contains(polygon, pair.payoffs, slack):
        for corner in polygon:
            if corner[0] >= floor[0] - slack and corner[1] >= floor[1] - slack:
                add(corner, (False, False))
    return out
