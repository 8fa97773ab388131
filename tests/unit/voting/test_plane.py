"""Winset and core against loops over the grid, short steps, and hulls of ideal points."""

from fractions import Fraction
from math import atan2, cos, inf, nan, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.voting.spatial_cases import (
    BOUNDS,
    CASES,
    LEGISLATURE,
    MAJORITY_OF_3,
    each_case,
    nearer,
    single,
)

from coopgames.errors import CoopgamesError
from coopgames.voting import (
    Committee,
    Quota,
    Veto,
    Voters,
    dictator,
    gridlock,
    policy_core,
    unanimity,
    winset,
)
from coopgames.voting import plane as module


@each_case
@settings(max_examples=6)
@given(data=st.data())
def test_winset_by_loops(name, data) -> None:
    committee, chance = CASES[name]
    size = committee.size
    whole = st.integers(0, 4)
    points = data.draw(st.lists(st.tuples(whole, whole), min_size=size, max_size=size))
    q = data.draw(st.tuples(whole, whole))
    bound = data.draw(st.sampled_from(BOUNDS))
    x, y = [Fraction(k, 3) for k in range(-2, 13)], [-1, 0, 1, Fraction(5, 2), 3, 4]
    found = winset(committee, points, q, grid=(x, y), chance_above=bound)
    expected = np.array([[float(chance(nearer(q, (s, t), points))) for t in y] for s in x])
    assert found.chance == pytest.approx(expected, abs=1e-12)
    assert (found.beats == (expected > bound)).all()
    assert found.empty == (not (expected > bound).any())
    heights = [1, 1, 1.25, 1, 0.75, 1]  # half-way to the neighbours
    area = sum(heights[j] / 3 for i, j in np.argwhere(expected > bound))
    assert found.area == pytest.approx(area)


def test_large_grids_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    committee = single(6, Quota(votes=5))
    points, grid = rng.normal(size=(6, 2)), (np.linspace(-2, 2, 23), np.linspace(-2, 2, 19))
    beats = winset(committee, points, (1, 1), grid=grid).beats
    stuck = policy_core(committee, points, grid=grid).stuck
    monkeypatch.setattr(module, "CELLS", 300)
    assert (winset(committee, points, (1, 1), grid=grid).beats == beats).all()
    assert (policy_core(committee, points, grid=grid).stuck == stuck).all()
    assert 0 < beats.sum() < beats.size
    assert 0 < stuck.sum() < stuck.size


def test_small_chances_count() -> None:
    """Twenty may block, each No one time in ten does not: with k No a chance of 10^-k."""
    twenty = single(20, Quota(votes=1) & Veto(used=0.9))
    found = winset(twenty, [(p, 0) for p in range(20)], (0, 0), grid=([0, 1], [0, 1]))
    assert found.beats.tolist() == [[False, False], [True, True]]
    assert found.chance.tolist() == [[0, 0], [0.1, 0.01]]


def test_a_tie_is_no_yes() -> None:
    """From (0.1, 0.4) both are half a unit away, 3-4-5 triangles; binary numbers disagree."""
    one = Committee(voters=(Voters(id="one"),), rule=dictator("one"))
    assert (0.6 - 0.1) ** 2 != (0.4 - 0.1) ** 2 + (0.8 - 0.4) ** 2
    for q, other in (((0.4, 0.8), (1, 0)), ((0.6, 0.4), (0, 1))):
        found = winset(one, {"one": (0.1, 0.4)}, q, grid=([0.4, 0.6], [0.4, 0.8]))
        assert not found.beats[other]
        assert found.beats[0, 0]


def test_a_status_quo_does_not_beat_itself() -> None:
    loose = Committee(voters=(Voters(id="one"),), rule=Veto(used=0.5))
    found = winset(loose, [(0, 0)], (1, 1), grid=([0, 1, 2], [0, 1, 2]))
    expected = np.full((3, 3), 0.5)
    expected[:2, :2] = [[1, 1], [1, 0]]
    assert (found.chance == expected).all()
    assert policy_core(loose, [(0, 0)], grid=([0, 1], [0, 1])).empty


def test_forms_of_ideal_points_agree() -> None:
    pairs = [(p, 1) for p in (4, 0, 1, 3, 1, 2, 2, 2, 3)]
    grid = (np.arange(-1, 6), np.arange(0, 3))
    found = [
        policy_core(LEGISLATURE, form, grid=grid).stuck
        for form in (
            pairs,
            np.array(pairs),
            {"house": pairs[:5], "senate": (2, 1), "president": [(3, 1)]},
            {"house": np.array(pairs[:5]), "senate": np.array([2, 1]), "president": pairs[-1]},
        )
    ]
    assert all((each == found[0]).all() for each in found)
    assert found[0].any()


def hull(points):
    """Corners counter-clockwise (Andrew's monotone chain)."""
    points = sorted(set(points))
    if len(points) < 3:
        return points
    chains = []
    for order in (points, points[::-1]):
        chain = []
        for p in order:
            while len(chain) > 1 and turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        chains.append(chain[:-1])
    return chains[0] + chains[1]


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def inside(z, corners):
    """Whether z is in the closed polygon, segment or point."""
    if len(corners) == 1:
        return z == corners[0]
    if any(turn(a, b, z) < 0 for a, b in zip(corners, corners[1:] + corners[:1])):
        return False
    (left, right), (low, high) = ((min(c), max(c)) for c in zip(*corners))
    return left <= z[0] <= right and low <= z[1] <= high


HALVES = [Fraction(k, 2) for k in range(-2, 11)]
whole_points = st.tuples(st.integers(0, 4), st.integers(0, 4))


@settings(max_examples=60)
@given(st.lists(whole_points, min_size=1, max_size=6))
def test_unanimity_is_stuck_in_the_hull(points) -> None:
    thirds = [Fraction(k, 3) for k in range(-1, 14)]
    found = policy_core(single(len(points), unanimity()), points, grid=(HALVES, thirds))
    expected = [[inside((x, y), hull(points)) for y in thirds] for x in HALVES]
    assert (found.stuck == np.array(expected)).all()
    assert found.area == pytest.approx(np.sum(expected) / 6)
    assert found.share == pytest.approx(np.mean(expected))


@settings(max_examples=25)
@given(st.lists(whole_points, min_size=6, max_size=6))
def test_the_hull_of_veto_players_is_stuck(points) -> None:
    committee, _ = CASES["veto"]
    found = policy_core(committee, points, grid=(HALVES, HALVES))
    between = [[inside((x, y), hull(points[4:])) for y in HALVES] for x in HALVES]
    everybody = [[inside((x, y), hull(points)) for y in HALVES] for x in HALVES]
    assert (found.stuck | ~np.array(between)).all()
    assert (~found.stuck | np.array(everybody)).all()


def movable(z, points, chance, bound):
    """Whether a short step from z passes, between any two directions in which somebody is at ease.

    Ideal points are whole and z halves, so that angles between such directions differ by more than
    1/200, and a step of 1/2000 half-way between two is short enough: it is tried by distance.
    """
    angles = [atan2(t - z[1], s - z[0]) + side for s, t in points if (s, t) != z
              for side in (-pi / 2, pi / 2)]  # fmt: skip
    angles = sorted({round(angle % (2 * pi), 9) % round(2 * pi, 9) for angle in angles}) or [0.0]
    for k, angle in enumerate(angles):
        after = angles[k + 1] if k + 1 < len(angles) else angles[0] + 2 * pi
        d = (angle + after) / 2
        step = (float(z[0]) + cos(d) / 2000, float(z[1]) + sin(d) / 2000)
        if chance(nearer((float(z[0]), float(z[1])), step, points)) > bound:
            return True
    return False


@each_case
@settings(max_examples=6)
@given(data=st.data())
def test_core_by_trying_short_steps(name, data) -> None:
    committee, chance = CASES[name]
    size = committee.size
    points = data.draw(st.lists(whole_points, min_size=size, max_size=size))
    bound = data.draw(st.sampled_from(BOUNDS))
    found = policy_core(committee, points, grid=(HALVES, HALVES), chance_above=bound)
    expected = [[not movable((x, y), points, chance, bound) for y in HALVES] for x in HALVES]
    assert (found.stuck == np.array(expected)).all()


@each_case
def test_no_point_of_the_core_is_beaten_by_the_grid(name) -> None:
    """Two functions, one model; and far steps add nothing to short ones."""
    committee, _ = CASES[name]
    rng = np.random.default_rng(7)
    points = rng.normal(size=(committee.size, 2)).round(3)
    side = np.linspace(-2, 2, 9)
    found = policy_core(committee, points, grid=(side, side))
    for i, j in np.argwhere(found.stuck):
        assert winset(committee, points, (side[i], side[j]), grid=(side, side)).empty


def test_majority_of_three_in_a_triangle_has_no_core() -> None:
    side = np.linspace(-1, 5, 25)  # hits the corners, the mid-points and the centre
    found = policy_core(MAJORITY_OF_3, [(0, 0), (4, 0), (2, 3)], grid=(side, side))
    assert found.empty
    assert (found.area, found.share) == (0.0, 0.0)


def test_majority_on_a_line_is_stuck_at_the_median() -> None:
    """In the plane as on the line; quarters along the line through the three."""
    side = np.linspace(-1, 5, 25)
    found = policy_core(MAJORITY_OF_3, [(0, 0), (4, 2), (2, 1)], grid=(side, side))
    assert [(side[i], side[j]) for i, j in np.argwhere(found.stuck)] == [(2, 1)]
    # On the first axis the plane's core is the line's interval.
    points = [0, 1, 1.5, 2, 3, 4]
    committee, _ = CASES["supermajority"]
    line = gridlock(committee, points)
    plane = policy_core(committee, [(p, 0) for p in points], grid=(side, [-0.5, 0, 0.5]))
    expected = [line.holds(s) for s in side]
    assert plane.stuck.T.tolist() == [[False] * 25, expected, [False] * 25]
    assert (line.low, line.high) == (1.5, 2)


def test_opposites_around_a_centre_leave_it_stuck() -> None:
    """Plott (1967): pairs on either side of the fifth. Moving one of a pair undoes it."""
    pairs = [(2, 1), (-4, -2), (1, -3), (-1, 3), (0, 0)]
    side = np.linspace(-4, 4, 33)
    majority = single(5, Quota(share=0.5, strict=True))
    found = policy_core(majority, pairs, grid=(side, side))
    assert [(side[i], side[j]) for i, j in np.argwhere(found.stuck)] == [(0, 0)]
    assert policy_core(majority, [(2, 2), *pairs[1:]], grid=(side, side)).empty


def test_who_stands_on_the_spot_supports_nothing() -> None:
    both = single(2, unanimity())
    found = policy_core(both, [(0, 0), (0, 0)], grid=([-1, 0, 1], [-1, 0, 1]))
    assert [tuple(k) for k in np.argwhere(found.stuck)] == [(1, 1)]


def test_certainty_in_the_plane() -> None:
    """With a de facto veto, what may stay put contains what must: here the hull of the big two."""
    committee, _ = CASES["de facto veto"]
    points = {"small": [(0, 0), (4, 0), (2, 4)], "big": [(1, 1), (3, 1)]}
    side = np.linspace(-1, 5, 25)
    stuck = [
        policy_core(committee, points, grid=(side, side), chance_above=b).stuck for b in BOUNDS
    ]
    for fewer, more in zip(stuck, stuck[1:]):
        assert (more | ~fewer).all()
    assert stuck[0].sum() < stuck[-1].sum()
    assert all(stuck[-1][i, 8] for i, s in enumerate(side) if 1 <= s <= 3)


# --- at the door -----------------------------------------------------------------------------

GRID = ([0, 1], [0, 1])
TRIANGLE = [(0, 0), (1, 0), (0, 1)]


def plane(points, grid=GRID):
    return lambda: policy_core(MAJORITY_OF_3, points, grid=grid)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (plane([0, 1, 2]), "ideal_points[0] must be a pair (x, y); got 0"),
        (plane({"states": 2.5}), "ideal_points['states'] must be a pair (x, y); got 2.5"),
        (
            plane({"states": [(0, 0), (1, 0), (1, 2, 3)]}),
            "ideal_points['states'][2] must be a pair (x, y); got (1, 2, 3)",
        ),
        (
            plane({"states": TRIANGLE[:2]}),
            "ideal_points['states'] must be a pair (x, y) for all or one for each voter (3); got 2",
        ),
        (
            plane([(0, 0), (0, inf), (0, 1)]),
            "ideal_points[1][1] must be finite; got inf",
        ),
        (
            lambda: winset(MAJORITY_OF_3, TRIANGLE, 3, grid=GRID),
            "status_quo must be a pair (x, y); got 3",
        ),
        (plane(TRIANGLE, grid=3), "grid must be a sequence; got 3"),
        (
            plane(TRIANGLE, grid=([0, 1],)),
            "grid must be a pair (x values, y values); got 1 parts",
        ),
        (plane(TRIANGLE, grid=([0, 1], [0])), "grid[1] must hold at least 2 values; got 1"),
        (
            plane(TRIANGLE, grid=([0, 1, 1], [0, 1])),
            "grid[0] must be in ascending order; got 1.0 before 1.0",
        ),
        (plane(TRIANGLE, grid=([0, nan], [0, 1])), "grid[0][1] must be finite; got nan"),
    ],
)
def test_what_does_not_fit_is_refused(call, message: str) -> None:
    with pytest.raises(CoopgamesError) as problem:
        call()
    assert str(problem.value) == message
