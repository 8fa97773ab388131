r"""The set of equilibrium payoffs from outside and from inside.

From outside: V lies in the feasible set, and in each step of self-generation from a set it lies in;
the steps shrink towards V. From inside: a set within one step of itself *generates itself* and lies
in V (Abreu, Pearce & Stacchetti 1990). Where the steps end exactly, both are one. Else they shrink
by a factor, and candidates lie a little farther on than the steps lead:

.. math:: W_k + (1 + \theta) \frac{\rho}{1 - \rho} (W_k - W_{k-1}), \qquad
    \rho = |W_k - W_{k-1}| / |W_{k-1} - W_{k-2}|,

corner by corner. A candidate counts only if it generates itself; with Fractions also those with
small denominators are tried, since V often has such corners.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor, hypot
from typing import Any

from .operator import ActionPair, GeneratedPoint, StagePairs, generate
from .polygons import Point, Polygon, contains, convex_hull, farthest

__all__ = ["PayoffBounds", "generates_itself", "payoff_bounds"]

#: Fractions with larger denominators are rounded outwards, to multiples of one over this.
GRID = 2**80
#: Denominators of corners that are tried for the inner set.
SMALL_DENOMINATORS = (1000, 10**6)
#: How much farther than the limit of a geometric sequence candidates lie.
BEYOND = (0.5, 3.0, 20.0)
#: Steps between two searches for an inner set.
EVERY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoffBounds:
    """A set that holds all equilibrium payoffs, and one that holds nothing else.

    Attributes
    ----------
    outer, inner : Polygon
        Empty ones have no corners.
    threats : pair of numbers
        Bounds from below on both worst equilibrium payoffs; of no meaning if ``outer`` is empty.
    points : tuple of GeneratedPoint
        What made the last outer set.
    iterations : int
    residual : float
        Hausdorff distance of the last step.
    gap : float
        Hausdorff distance of ``outer`` and ``inner``; infinite where only one is empty.
    finite : bool
        Whether the steps ended exactly.
    """

    outer: Polygon
    inner: Polygon
    threats: Point
    points: tuple[GeneratedPoint, ...]
    iterations: int
    residual: float
    gap: float
    finite: bool


def payoff_bounds(stage: StagePairs, tolerance: float, budget: int) -> PayoffBounds:
    """Return an outer and an inner bound on the set of equilibrium payoffs.

    Parameters
    ----------
    stage : StagePairs
        With Fractions throughout and slack 0, or doubles.
    tolerance : float
        Gap at which to stop. [payoff]
    budget : int
        Most steps.
    """
    outer = convex_hull((pair.payoffs for pair in stage.pairs), stage.slack)
    threats = stage.minmax
    inner: Polygon = ()
    gap, residual, finite, iterations = float("inf"), float("inf"), False, 0
    history = [outer]
    points: list[GeneratedPoint] = []
    while iterations < budget and not finite and gap > tolerance:
        iterations += 1
        threats = _worst(outer, threats)
        points = generate(stage, outer, threats)
        outer = _rounded_outwards(convex_hull((one.point for one in points), stage.slack), stage)
        if not outer:
            return PayoffBounds(
                outer=(),
                inner=(),
                threats=threats,
                points=(),
                iterations=iterations,
                residual=float("inf"),
                gap=0.0,
                finite=True,
            )
        # Only pairs that found a continuation in a larger set can find one in a smaller set.
        left = {one.pair for one in points}
        stage = _with_pairs(stage, tuple(pair for pair in stage.pairs if pair in left))
        residual = farthest(outer, history[-1])
        history = [*history[-2:], outer]
        finite = residual <= stage.slack and generates_itself(stage, outer)
        if finite:
            inner, gap = outer, 0.0
        elif iterations % EVERY == 0:
            inner = _inner(stage, history, inner)
            gap = farthest(outer, inner)
    return PayoffBounds(
        outer=outer,
        inner=inner,
        threats=_worst(outer, threats),
        points=tuple(points),
        iterations=iterations,
        residual=residual,
        gap=gap,
        finite=finite,
    )


def generates_itself(stage: StagePairs, polygon: Polygon) -> bool:
    """Return whether a set lies within one step of itself, so that it holds equilibrium payoffs.

    Examples
    --------
    Nobody is led away from a stage equilibrium, whatever the discount factor:

    >>> from coopgames.kernels.self_generation.operator import stage_pairs
    >>> stage = stage_pairs([[3, 0], [5, 1]], [[3, 5], [0, 1]], 0.1)
    >>> generates_itself(stage, ((1, 1),)), generates_itself(stage, ((3, 3),))
    (True, False)
    """
    if not polygon:
        return True
    points = generate(stage, polygon, _least(polygon))
    reached = convex_hull((one.point for one in points), stage.slack)
    return all(contains(reached, corner, stage.slack) for corner in polygon)


def _least(polygon: Polygon) -> Point:
    return min(x for x, _ in polygon), min(y for _, y in polygon)


def _worst(polygon: Polygon, threats: Point) -> Point:
    least = _least(polygon)
    return max(least[0], threats[0]), max(least[1], threats[1])


def _with_pairs(stage: StagePairs, pairs: tuple[ActionPair, ...]) -> StagePairs:
    return StagePairs(pairs, stage.discount, stage.minmax, stage.slack)


def _rounded_outwards(polygon: Polygon, stage: StagePairs) -> Polygon:
    """Return a slightly larger polygon if its Fractions have grown long."""
    if stage.slack or all(
        Fraction(value).denominator <= GRID for corner in polygon for value in corner
    ):
        return polygon
    boxes = ((x, y) for corner in polygon for x in _around(corner[0]) for y in _around(corner[1]))
    return convex_hull(boxes)


def _around(value: Any) -> tuple[Any, ...]:
    if Fraction(value).denominator <= GRID:
        return (value,)
    down = floor(value * GRID)
    return Fraction(down, GRID), Fraction(down + 1, GRID)


def _inner(stage: StagePairs, history: list[Polygon], known: Polygon) -> Polygon:
    """Return the largest self-generating set found, which holds the one known."""
    for candidate in _candidates(stage, history):
        whole = convex_hull((*candidate, *known), stage.slack)
        if generates_itself(stage, whole):
            return whole
        if known and generates_itself(stage, candidate):
            return candidate
    return known


def _candidates(stage: StagePairs, history: list[Polygon]) -> Iterator[Polygon]:
    last = history[-1]
    limit = _extrapolated(history, 0.0)
    if not stage.slack:
        for bound in SMALL_DENOMINATORS:
            for polygon in (last, *([limit] if limit else [])):
                corners = [tuple(Fraction(v).limit_denominator(bound) for v in p) for p in polygon]
                yield convex_hull([(x, y) for x, y in corners])
    for beyond in BEYOND:
        candidate = _extrapolated(history, beyond)
        if candidate is not None:
            yield convex_hull(candidate, stage.slack)


def _extrapolated(history: list[Polygon], beyond: float) -> Polygon | None:
    """Return where the corners of three polygons lead to, and so much beyond."""
    if len({len(polygon) for polygon in history}) > 1 or len(history) < 3:
        return None
    before, last = (
        [(q[0] - p[0], q[1] - p[1]) for p, q in zip(old, new, strict=True)]
        for old, new in pairwise(history)
    )
    sizes = [max(hypot(*step) for step in steps) for steps in (before, last)]
    if not 0 < sizes[1] < sizes[0]:
        return None
    ratio = sizes[1] / sizes[0]
    factor: Any = (1 + beyond) * ratio / (1 - ratio)
    if isinstance(history[-1][0][0], Fraction):
        factor = Fraction(factor)
    out = []
    for corner, step in zip(history[-1], last, strict=True):
        x, y = corner[0] + factor * step[0], corner[1] + factor * step[1]
        out.append((x, y))
    return tuple(out)
