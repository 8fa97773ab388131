"""Polygons against SciPy, and the steps of self-generation against their definition."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from coopgames.kernels.self_generation.bounds import generates_itself, payoff_bounds
from coopgames.kernels.self_generation.operator import generate, stage_pairs
from coopgames.kernels.self_generation.polygons import (
    contains,
    convex_hull,
    distance,
    farthest,
    section,
)

DIRECTIONS = np.linspace(0, 2 * np.pi, 240, endpoint=False)
DIRECTIONS = np.stack([np.cos(DIRECTIONS), np.sin(DIRECTIONS)])


def support(points) -> np.ndarray:
    """The support function of a convex hull in many directions."""
    return (np.array(points, dtype=float).reshape(-1, 2) @ DIRECTIONS).max(axis=0)


# --- polygons ---------------------------------------------------------------------------------


@pytest.mark.parametrize("exact", [False, True])
def test_hulls_against_scipy(exact) -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        points = rng.integers(-4, 5, size=(rng.integers(4, 20), 2))
        if np.linalg.matrix_rank(points - points[0]) < 2:
            continue
        theirs = {tuple(points[k].tolist()) for k in ConvexHull(points).vertices}
        given = [tuple(map(Fraction if exact else float, map(int, point))) for point in points]
        ours = convex_hull(given)
        assert set(ours) == theirs
        assert ours[0] == min(ours)
        area = sum(
            p[0] * q[1] - p[1] * q[0] for p, q in zip(ours, ours[1:] + ours[:1], strict=True)
        )
        assert area == pytest.approx(2 * ConvexHull(points).volume)


def test_degenerate_hulls() -> None:
    assert convex_hull([]) == ()
    assert convex_hull([(1, 2), (1, 2)]) == ((1, 2),)
    assert convex_hull([(0, 0), (1, 1), (2, 2)]) == ((0, 0), (2, 2))
    assert len(convex_hull([(0, 0), (1, 1e-9), (2, 0), (1, 1)], 1e-6)) == 3
    assert len(convex_hull([(0, 0), (1e-9, 1e-9), (1, 1)], 1e-6)) == 2


def test_sections_and_distances() -> None:
    triangle = ((0, 0), (4, 0), (0, 2))
    assert section(triangle, 0, 2) == (0, 1)
    assert section(triangle, 1, 0) == (0, 4)
    assert section(triangle, 0, 5) is None
    assert section(((1, 1),), 0, 1) == (1, 1)
    assert section(((1, 1), (1, 3)), 0, 1) == (1, 3)
    assert section(((1, 1), (1, 3)), 1, 2) == (1, 1)
    assert section(triangle, 0, 4 + 1e-12, 1e-9) == (0, 0)
    assert distance(triangle, (1, 1)) == 0
    assert distance(triangle, (-3, -4)) == 5
    assert distance(((1, 1), (3, 1)), (2, 4)) == 3
    assert distance((), (0, 0)) == np.inf
    assert farthest((), ()) == 0
    assert farthest(triangle, ()) == np.inf
    assert farthest(((0, 0),), ((3, 4),)) == 5
    half = Fraction(1, 2)
    for polygon, inside, outside in (
        (triangle, (2, 1), (2, 1 + Fraction(1, 10**30))),
        (((0, 0), (1, 1)), (half, half), (2, 2)),
        (((0, 0),), (0, 0), (0, 1)),
    ):
        assert contains(polygon, inside)
        assert not contains(polygon, outside)


# --- one step, by its definition ---------------------------------------------------------------


def clipped(polygon, axis, bound):
    """The part of a polygon with one coordinate at least so much (Sutherland & Hodgman 1974)."""
    out = []
    for p, q in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if p[axis] >= bound:
            out.append(p)
        if (p[axis] >= bound) != (q[axis] >= bound):
            share = (bound - p[axis]) / (q[axis] - p[axis])
            out.append(tuple(p[k] + share * (q[k] - p[k]) for k in (0, 1)))
    return out


def wrapped(points):
    """A convex hull by Qhull; points on one line by their ends, Fractions as they are."""
    points = list(points)
    if not points or isinstance(points[0][0], Fraction):
        return points
    cloud = np.array(points)
    spread = np.linalg.svd(cloud - cloud.mean(axis=0), full_matrices=False)
    if spread[1][-1] < 1e-7:
        along = cloud @ spread[2][0]
        return [points[int(along.argmin())], points[int(along.argmax())]]
    return [tuple(cloud[k].tolist()) for k in ConvexHull(cloud).vertices]


def by_definition(first, second, d, polygon, threats):
    """All that pairs of actions and continuations from a polygon generate, without shortcuts."""
    m, n = len(first), len(first[0])
    points = []
    for a in range(m):
        for b in range(n):
            paid = first[a][b], second[a][b]
            best = max(row[b] for row in first), max(second[a])
            part = list(polygon)
            for i in (0, 1):
                part = clipped(part, i, threats[i] + (1 - d) / d * (best[i] - paid[i]))
            points += [tuple((1 - d) * paid[k] + d * w[k] for k in (0, 1)) for w in part]
    return wrapped(points)


def iterated(first, second, d, steps):
    polygon = wrapped(
        [
            pair
            for one, two in zip(first, second, strict=True)
            for pair in zip(one, two, strict=True)
        ]
    )
    for _ in range(steps):
        threats = [min(p[k] for p in polygon) for k in (0, 1)]
        polygon = by_definition(first, second, d, polygon, threats)
        if not polygon:
            return []
    return polygon


@pytest.mark.parametrize("d", [0.1, 0.35, 0.6, 0.8])
@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (4, 4)])
def test_bounds_against_plain_iteration(shape, d) -> None:
    """The definition iterated, which is within d^k times the size of payoffs of its limit."""
    rng = np.random.default_rng(int(100 * d) + shape[1])
    for _ in range(8):
        # Payoffs with decimals of their own: no constraint holds with equality by accident.
        first, second = (rng.uniform(-3, 3, size=shape).tolist() for _ in range(2))
        steps = int(np.ceil(np.log(1e-9) / np.log(d)))
        plain = iterated(first, second, d, steps)
        found = payoff_bounds(stage_pairs(first, second, d, 1e-13), 1e-10, 5000)
        assert found.gap <= 1e-10
        assert bool(found.outer) == bool(plain)
        if plain:
            assert support(found.outer) == pytest.approx(support(plain), abs=1e-6)
            assert (support(found.inner) <= support(plain) + 1e-8).all()


def test_what_generates_itself_by_definition() -> None:
    """The exact inner set lies within one plain step of itself, in Fractions."""
    rng = np.random.default_rng(8)
    checked = 0
    for _ in range(25):
        first, second = (
            [[Fraction(int(v)) for v in row] for row in rng.integers(-4, 5, size=(3, 3))]
            for _ in range(2)
        )
        d = Fraction(int(rng.integers(2, 9)), 10)
        found = payoff_bounds(stage_pairs(first, second, d), 1e-9, 400)
        if not found.inner:
            continue
        checked += 1
        inner = list(found.inner)
        threats = [min(p[k] for p in inner) for k in (0, 1)]
        step = by_definition(first, second, d, inner, threats)
        hull = convex_hull([*step, *inner])
        assert set(hull) <= set(convex_hull(step))
        assert found.gap <= 1e-9
    assert checked > 15


def test_no_self_generation_without_threats() -> None:
    stage = stage_pairs([[3, 0], [5, 1]], [[3, 5], [0, 1]], Fraction(1, 2))
    whole = ((1, 1), (3, 3))
    assert generates_itself(stage, whole)
    assert generates_itself(stage, ())
    assert not generates_itself(stage, ((2, 2), (3, 3)))  # (3, 3) would need 2 + 2 afterwards
    made = {one.pair.actions: one.point for one in generate(stage, ((2, 2),), (2, 2))}
    assert made == {(1, 1): (Fraction(3, 2), Fraction(3, 2))}
    impatient = stage_pairs([[3, 0], [5, 1]], [[3, 5], [0, 1]], Fraction(49, 100))
    assert not generates_itself(impatient, whole)


def test_long_fractions_are_rounded_outwards() -> None:
    """The outer bound still holds what plain doubles converge to."""
    first = [[16, 3, 0], [21, 10, -1], [9, 5, -5]]
    second = [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    exact = [[[Fraction(v) for v in row] for row in part] for part in (first, second)]
    found = payoff_bounds(stage_pairs(*exact, Fraction(3, 10)), 1e-12, 400)
    assert not found.finite
    assert all(value.denominator <= 2**81 for corner in found.outer for value in corner)
    assert found.gap <= 1e-12
    assert all(contains(found.outer, corner) for corner in found.inner)
