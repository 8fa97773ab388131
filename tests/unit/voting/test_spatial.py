"""The spatial model against pivots by hand, loops over alternatives, and hulls of ideal points."""

from fractions import Fraction
from itertools import product
from math import atan2, cos, inf, isnan, nan, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgames.errors import CoopgamesError
from coopgames.voting import (
    Bloc,
    Committee,
    Dual,
    Quota,
    Veto,
    Voters,
    core,
    dictator,
    gridlock,
    unanimity,
    winset,
)
from coopgames.voting import spatial as module

CERTAIN = 1 - 1e-9


def single(n, rule):
    return Committee(voters=(Voters(id="states", count=n),), rule=rule)


MAJORITY_OF_3 = single(3, Quota(share=0.5, strict=True))
LEGISLATURE = Committee(
    voters=(Voters(id="house", count=5), Voters(id="senate", count=3), Voters(id="president")),
    rule=Quota(share=0.5, strict=True, of="house")
    & Quota(share=0.5, strict=True, of="senate")
    & dictator("president")
    | Quota(share="2/3", of="house") & Quota(share="2/3", of="senate"),
)
WEIGHTS = (4, 3, 2, 1, 1)
UNION = ("a", "b", "c")

# A committee, and its chance of adoption written down from a list of who says Yes.
CASES = {
    "majority": (single(5, Quota(share=0.5, strict=True)), lambda v: sum(v) >= 3),
    "supermajority": (single(6, Quota(share="2/3")), lambda v: sum(v) >= 4),
    "minority": (single(5, Quota(votes=2)), lambda v: sum(v) >= 2),
    "blocking": (single(5, Dual(rule=Quota(votes=4))), lambda v: sum(v) >= 2),
    "weighted": (
        Committee(
            voters=tuple(Voters(id=f"s{w}{k}", weights={"w": w}) for k, w in enumerate(WEIGHTS)),
            rule=Quota(votes=7, weight="w"),
        ),
        lambda v: sum(w for w, yes in zip(WEIGHTS, v) if yes) >= 7,
    ),
    "veto": (
        Committee(
            voters=(Voters(id="elected", count=4), Voters(id="permanent", count=2)),
            rule=Quota(votes=4) & Veto(by="permanent"),
        ),
        lambda v: sum(v) >= 4 and all(v[4:]),
    ),
    "bicameral": (
        LEGISLATURE,
        lambda v: (
            (sum(v[:5]) >= 3 and sum(v[5:8]) >= 2 and v[8])
            or (sum(v[:5]) >= 4 and sum(v[5:8]) >= 2)
        ),
    ),
    "bloc": (
        Committee(
            voters=tuple(Voters(id=name) for name in "abcde"),
            rule=Quota(votes=4),
            blocs=(Bloc(id="union", seats=UNION, rule=Quota(votes=2, of=UNION)),),
        ),
        lambda v: 3 * (sum(v[:3]) >= 2) + sum(v[3:]) >= 4,
    ),
    "de facto veto": (
        Committee(
            voters=(Voters(id="small", count=3), Voters(id="big", count=2)),
            rule=Quota(votes=3) & Veto(by="big", used=0.5),
        ),
        lambda v: (sum(v) >= 3) * 0.5 ** (2 - sum(v[3:])),
    ),
}
each_case = pytest.mark.parametrize("name", CASES)
#: Bounds on the chance, clear of every chance that occurs: 0, 1/4, 1/2, 1.
BOUNDS = (0.0, 0.3, CERTAIN)


def nearer(q, y, ideal_points):
    """Who says Yes to y, by the definition, on a line or in the plane."""
    if isinstance(q, tuple):
        return [
            (y[0] - s) ** 2 + (y[1] - t) ** 2 < (q[0] - s) ** 2 + (q[1] - t) ** 2
            for s, t in ideal_points
        ]
    return [abs(y - t) < abs(q - t) for t in ideal_points]


def names(committee):
    return [(group.id, k) for group in committee.voters for k in range(group.count)]


# --- on a line -------------------------------------------------------------------------------


def test_pivotal_politics_by_hand() -> None:
    """Krehbiel (1998): a conservative president, and chambers that can override.

    Rightward, {theta > q}: the house (5 of 9) agrees where q < 0, the senate (3 of 5) where q < 1,
    the president where q < 3; an override (6 of 9, 4 of 5) needs q < -1. So low = 0.
    Leftward: q > 0, q > 1 and q > 3 with the president; without, the sixth member from the left
    is at 1 and the fourth senator at 2, so high = 2.
    """
    rule = Quota(share=0.5, strict=True, of="house")
    rule = rule & Quota(share="3/5", of="senate") & dictator("president")
    override = Quota(share="2/3", of="house") & Quota(share="2/3", of="senate")
    congress = Committee(
        voters=(Voters(id="house", count=9), Voters(id="senate", count=5), Voters(id="president")),
        rule=rule | override,
    )
    points = {"house": range(-4, 5), "senate": (-3, -1, 1, 2, 4), "president": 3}
    found = gridlock(congress, points)
    assert (found.low, found.high, found.width) == (0.0, 2.0, 2.0)
    assert found.low_pivot.voters == (("house", 4),)
    assert found.high_pivot.voters == (("senate", 3),)
    # Four fifths of the senate to close debate: its fourth member from the right is at -1. So is
    # the sixth of the house, but the president's consent makes an override needless.
    slow = congress.replace(
        rule=Quota(share=0.5, strict=True, of="house")
        & Quota(share="4/5", of="senate")
        & dictator("president")
        | override
    )
    found = gridlock(slow, points)
    assert (found.low, found.high) == (-1.0, 2.0)
    assert found.low_pivot.voters == (("senate", 1),)
    # A liberal president: the mirror image has its interval mirrored.
    mirrored = {name: [-p for p in np.atleast_1d(own)] for name, own in points.items()}
    found = gridlock(slow, mirrored)
    assert (found.low, found.high) == (-2.0, 1.0)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=9).filter(lambda p: len(p) % 2))
def test_majority_leaves_the_median_alone(points) -> None:
    found = gridlock(single(len(points), Quota(share=0.5, strict=True)), points)
    median = float(np.median(points))
    assert (found.low, found.high, found.median, found.width) == (median, median, median, 0.0)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=9))
def test_unanimity_leaves_everything_between_the_extremes(points) -> None:
    found = gridlock(single(len(points), unanimity()), points)
    assert (found.low, found.high) == (min(points), max(points))


@pytest.mark.parametrize(
    ("points", "median"), [([3, 1, 2], 2), ([3, 1], nan), ([3, 2, 2, 1], 2), ([1], 1)]
)
def test_the_median_is_given_where_there_is_one(points, median) -> None:
    found = gridlock(single(len(points), unanimity()), points).median
    assert found == median or (isnan(found) and isnan(median))


@each_case
@settings(max_examples=8)
@given(data=st.data())
def test_what_is_stuck_by_trying_alternatives(name, data) -> None:
    """Ideal points are whole, status quos quarters: steps of an eighth are short enough.

    In units of an eighth. The same loops tell the setter's choice: the winset is open, so that its
    closure has one more point of the lattice on either side.
    """
    committee, chance = CASES[name]
    size = committee.size
    points = data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    setter = data.draw(st.integers(-8, 40))
    bound = data.draw(st.sampled_from(BOUNDS))
    eighths = [Fraction(p) * 8 for p in points]
    found = gridlock(committee, points, agenda_setter=Fraction(setter, 8), chance_above=bound)

    def decides(i, point, side):
        there = [j for j in range(size) if points[j] == point and j != i]
        if points[i] != point:
            return False
        for joining in product((False, True), repeat=len(there)):
            says = [(p - point) * side > 0 for p in points]
            for j, joins in zip(there, joining):
                says[j] = joins
            without, says[i] = chance(says) > bound, True
            if chance(says) > bound and not without:
                return True
        return False

    lattice = range(-42, 75)  # what 2a - q can be, and one more
    anything = False
    for q in range(-8, 42, 2):
        beats = {y for y in lattice if chance(nearer(q, y, eighths)) > bound}
        anything |= not beats
        assert found.holds(Fraction(q, 8)) == (not beats)
        if found.stuck:
            assert (found.low <= q / 8 <= found.high) == (not beats)
        closure = beats | {y + step for y in beats for step in (-1, 1)} | {q}
        best = min(closure, key=lambda y: abs(y - setter))
        assert found.outcome(Fraction(q, 8)) == best / 8
        assert found.reach(Fraction(q, 8)) == (min(closure) / 8, max(closure) / 8)
    # Where something is stuck an ideal point is, and those are among the status quos.
    assert found.stuck == anything
    for pivot, side in ((found.low_pivot, 1), (found.high_pivot, -1)):
        assert pivot.voters == tuple(
            named for i, named in enumerate(names(committee)) if decides(i, pivot.point, side)
        )


def test_where_both_sides_win_nothing_is_stuck() -> None:
    found = gridlock(single(3, Quota(votes=1)), [0, 1, 5])
    assert not found.stuck
    assert isnan(found.low)
    assert isnan(found.high)
    assert (found.width, found.share(over=(0, 5))) == (0.0, 0.0)
    # Whoever is furthest out can always move policy towards himself.
    assert (found.low_pivot.point, found.high_pivot.point) == (5.0, 0.0)
    assert found.low_pivot.voters == (("states", 2),)
    assert not any(found.holds(q) for q in (-1, 0, 1, 3, 5, 6))


def test_a_de_facto_veto_makes_stuck_a_matter_of_how_certain() -> None:
    """Two of three votes, the big one's No blocks half the time: by hand.

    What may pass needs two Yes, so only the median 1 is stuck. What is certain to pass needs the
    big one as well: leftward q > 2, rightward q < 1.
    """
    three = Committee(
        voters=(Voters(id="small", count=2), Voters(id="big")),
        rule=Quota(votes=2) & Veto(by="big", used=0.5),
    )
    ends = {}
    for bound in (0.0, 0.49, 0.5, CERTAIN):
        found = gridlock(three, {"small": [0, 1], "big": 2}, chance_above=bound)
        ends[bound] = (found.low, found.high)
    assert ends == {0.0: (1, 1), 0.49: (1, 1), 0.5: (1, 2), CERTAIN: (1, 2)}


def test_small_chances_count_and_bounds_are_exact() -> None:
    """Twenty may block, each No one time in ten does not: with k No a chance of 10^-k."""
    twenty = single(20, Quota(votes=1) & Veto(used=0.9))
    points = range(20)
    assert not gridlock(twenty, points).stuck  # one Yes against 19 passes, if ever so rarely
    ends = {}
    for bound in (0.1, 0.0999, 1e-3, np.nextafter(1, 0)):
        found = gridlock(twenty, points, chance_above=bound)
        ends[float(bound)] = (found.low, found.high)
    assert list(ends.values()) == [(0, 19), (1, 18), (2, 17), (0, 19)]
    found = winset(twenty, [(p, 0) for p in points], (0, 0), grid=([0, 1], [0, 1]))
    assert found.beats.tolist() == [[False, False], [True, True]]
    assert found.chance.tolist() == [[0, 0], [0.1, 0.01]]
    # Two who let pass one time in ten and one in five: a chance of 0.02, not of 0.1 * 0.2.
    assert 0.1 * 0.2 > 0.02
    pair = Committee(
        voters=tuple(Voters(id=name) for name in "abc"),
        rule=dictator("c") & Veto(by="a", used=0.9) & Veto(by="b", used=0.8),
    )
    lows = [gridlock(pair, [0, 0, 1], chance_above=bound).low for bound in (0.0199, 0.02)]
    assert lows == [1, 0]


def test_where_nobody_or_anybody_moves_everything() -> None:
    half = Committee(voters=(Voters(id="one"),), rule=Dual(rule=Veto(used=0.5)))
    found = gridlock(half, {"one": 3}, agenda_setter=0, chance_above=0.6)
    assert (found.stuck, found.low, found.high, found.width) == (True, -inf, inf, inf)
    assert found.low_pivot.voters == found.high_pivot.voters == ()
    assert (found.share(over=(0, 1)), found.outcome(7)) == (1.0, 7.0)
    # Consensus by a silence that is broken half the time: what nobody wants may pass.
    loose = Committee(voters=(Voters(id="one"),), rule=Veto(used=0.5))
    found = gridlock(loose, {"one": 3}, agenda_setter=0)
    assert (found.stuck, found.width, found.share(over=(0, 1))) == (False, 0.0, 0.0)
    assert found.reach(7) == (-inf, inf)
    assert found.outcome(7) == 0.0
    assert gridlock(loose, {"one": 3}, chance_above=0.5).stuck


def test_pivots_that_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A majority of five: 0 | 1 1 1 | 2, in groups. Beyond 1 there is one; any two of three do."""
    committee = Committee(
        voters=(Voters(id="a", count=2), Voters(id="b", count=2), Voters(id="c")),
        rule=Quota(share=0.5, strict=True, of=("a", "b", "c")),
    )
    found = gridlock(committee, {"a": [0, 1], "b": 1, "c": 2})
    assert found.low_pivot.voters == (("a", 1), ("b", 0), ("b", 1))
    assert found.low_pivot.groups == ("a", "b")
    # Where there are too many to be tried, those who stand there are named, decisive or not.
    boss = Committee(voters=committee.voters, rule=dictator("c"))
    together = {"a": 1, "b": 0, "c": 1}
    assert gridlock(boss, together).low_pivot.groups == ("c",)
    monkeypatch.setattr(module, "COMBINATIONS", 5)
    assert gridlock(boss, together).low_pivot.groups == ("a", "c")


def test_share_of_an_interval() -> None:
    found = gridlock(single(2, unanimity()), [1, 4])
    assert found.share(over=(0, 10)) == 0.3
    assert found.share(over=(2, 3)) == 1.0
    assert found.share(over=(3, 6)) == 1 / 3
    assert found.share(over=(5, 6)) == 0.0


def test_numbers_are_what_they_say() -> None:
    """0.1 is a tenth: reflections and ends are exact where binary floating point is not."""
    found = gridlock(single(3, Quota(votes=2)), [0.1, 0.1, 5], agenda_setter=9)
    assert 2 * 0.1 + 0.1 != 0.3
    assert found.outcome(-0.1) == 0.3
    thirds = gridlock(single(3, unanimity()), ["1/3", Fraction(1, 2), np.float64(0.1)])
    assert (thirds.low, thirds.high) == (0.1, 0.5)
    assert thirds.holds("1/10")
    assert not thirds.holds("99/1000")
    assert thirds.width == 0.4


def test_forms_of_ideal_points_agree() -> None:
    points = [4, 0, 1, 3, 1, 2, 2, 2, 3]
    forms = [
        points,
        np.array(points),
        tuple(map(str, (f"{p}/1" for p in points))),
        {"house": [4, 0, 1, 3, 1], "senate": 2, "president": 3},
        {"president": [3], "senate": np.full(3, 2.0), "house": (4, 0, 1, 3, 1)},
    ]
    found = [gridlock(LEGISLATURE, form) for form in forms]
    assert {(each.low, each.high, each.low_pivot.voters) for each in found} == {
        (found[0].low, found[0].high, found[0].low_pivot.voters)
    }
    pairs = [(p, 1) for p in points]
    grid = (np.arange(-1, 6), np.arange(0, 3))
    plane = [
        core(LEGISLATURE, form, grid=grid).stuck
        for form in (
            pairs,
            np.array(pairs),
            {"house": pairs[:5], "senate": (2, 1), "president": [(3, 1)]},
            {"house": np.array(pairs[:5]), "senate": np.array([2, 1]), "president": pairs[-1]},
        )
    ]
    assert all((each == plane[0]).all() for each in plane)
    assert plane[0].any()


# --- in the plane ----------------------------------------------------------------------------


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
    stuck = core(committee, points, grid=grid).stuck
    monkeypatch.setattr(module, "CELLS", 300)
    assert (winset(committee, points, (1, 1), grid=grid).beats == beats).all()
    assert (core(committee, points, grid=grid).stuck == stuck).all()
    assert 0 < beats.sum() < beats.size
    assert 0 < stuck.sum() < stuck.size


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
    assert core(loose, [(0, 0)], grid=([0, 1], [0, 1])).empty


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
    found = core(single(len(points), unanimity()), points, grid=(HALVES, thirds))
    expected = [[inside((x, y), hull(points)) for y in thirds] for x in HALVES]
    assert (found.stuck == np.array(expected)).all()
    assert found.area == pytest.approx(np.sum(expected) / 6)
    assert found.share == pytest.approx(np.mean(expected))


@settings(max_examples=25)
@given(st.lists(whole_points, min_size=6, max_size=6))
def test_the_hull_of_veto_players_is_stuck(points) -> None:
    committee, _ = CASES["veto"]
    found = core(committee, points, grid=(HALVES, HALVES))
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
    found = core(committee, points, grid=(HALVES, HALVES), chance_above=bound)
    expected = [[not movable((x, y), points, chance, bound) for y in HALVES] for x in HALVES]
    assert (found.stuck == np.array(expected)).all()


@each_case
def test_no_point_of_the_core_is_beaten_by_the_grid(name) -> None:
    """Two functions, one model; and far steps add nothing to short ones."""
    committee, _ = CASES[name]
    rng = np.random.default_rng(7)
    points = rng.normal(size=(committee.size, 2)).round(3)
    side = np.linspace(-2, 2, 9)
    found = core(committee, points, grid=(side, side))
    for i, j in np.argwhere(found.stuck):
        assert winset(committee, points, (side[i], side[j]), grid=(side, side)).empty


def test_majority_of_three_in_a_triangle_has_no_core() -> None:
    side = np.linspace(-1, 5, 25)  # hits the corners, the mid-points and the centre
    found = core(MAJORITY_OF_3, [(0, 0), (4, 0), (2, 3)], grid=(side, side))
    assert found.empty
    assert (found.area, found.share) == (0.0, 0.0)


def test_majority_on_a_line_is_stuck_at_the_median() -> None:
    """In the plane as on the line; quarters along the line through the three."""
    side = np.linspace(-1, 5, 25)
    found = core(MAJORITY_OF_3, [(0, 0), (4, 2), (2, 1)], grid=(side, side))
    assert [(side[i], side[j]) for i, j in np.argwhere(found.stuck)] == [(2, 1)]
    # On the first axis the plane's core is the line's interval.
    points = [0, 1, 1.5, 2, 3, 4]
    committee, _ = CASES["supermajority"]
    line = gridlock(committee, points)
    plane = core(committee, [(p, 0) for p in points], grid=(side, [-0.5, 0, 0.5]))
    expected = [line.holds(s) for s in side]
    assert plane.stuck.T.tolist() == [[False] * 25, expected, [False] * 25]
    assert (line.low, line.high) == (1.5, 2)


def test_opposites_around_a_centre_leave_it_stuck() -> None:
    """Plott (1967): pairs on either side of the fifth. Moving one of a pair undoes it."""
    pairs = [(2, 1), (-4, -2), (1, -3), (-1, 3), (0, 0)]
    side = np.linspace(-4, 4, 33)
    majority = single(5, Quota(share=0.5, strict=True))
    found = core(majority, pairs, grid=(side, side))
    assert [(side[i], side[j]) for i, j in np.argwhere(found.stuck)] == [(0, 0)]
    assert core(majority, [(2, 2), *pairs[1:]], grid=(side, side)).empty


def test_who_stands_on_the_spot_supports_nothing() -> None:
    both = single(2, unanimity())
    found = core(both, [(0, 0), (0, 0)], grid=([-1, 0, 1], [-1, 0, 1]))
    assert [tuple(k) for k in np.argwhere(found.stuck)] == [(1, 1)]


def test_certainty_in_the_plane() -> None:
    """With a de facto veto, what may stay put contains what must: here the hull of the big two."""
    committee, _ = CASES["de facto veto"]
    points = {"small": [(0, 0), (4, 0), (2, 4)], "big": [(1, 1), (3, 1)]}
    side = np.linspace(-1, 5, 25)
    stuck = [core(committee, points, grid=(side, side), chance_above=b).stuck for b in BOUNDS]
    for fewer, more in zip(stuck, stuck[1:]):
        assert (more | ~fewer).all()
    assert stuck[0].sum() < stuck[-1].sum()
    assert all(stuck[-1][i, 8] for i, s in enumerate(side) if 1 <= s <= 3)


# --- at the door -----------------------------------------------------------------------------

GRID = ([0, 1], [0, 1])


def line(points, **options):
    return lambda: gridlock(LEGISLATURE, points, **options)


def plane(points, grid=GRID):
    return lambda: core(MAJORITY_OF_3, points, grid=grid)


GOOD = {"house": 1, "senate": 2, "president": 3}
TRIANGLE = [(0, 0), (1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            line({"house": 1, "senate": 2}),
            "ideal_points must hold points for every group; got none for 'president'",
        ),
        (
            line({**GOOD, "court": 1}),
            "ideal_points: unknown group 'court'; groups are house, senate, president",
        ),
        (
            line({**GOOD, "house": [1, 2, 3]}),
            "ideal_points['house'] must be a number for all or one for each voter (5); got 3",
        ),
        (
            line([1, 2, 3]),
            (
                "ideal_points must hold a number for each of the 9 voters, in the order of the "
                "groups (house 5, senate 3, president 1), or map groups to points; got 3"
            ),
        ),
        (line(1.0), "ideal_points must be a sequence; got 1.0"),
        (
            line({**GOOD, "senate": [1, nan, 2]}),
            "ideal_points['senate'][1] must be finite; got nan",
        ),
        (line({**GOOD, "house": inf}), "ideal_points['house'] must be finite; got inf"),
        (line({**GOOD, "house": None}), "ideal_points['house'] must be a number; got None"),
        (
            line({**GOOD, "house": "left"}),
            "ideal_points['house'] must be a finite number or a fraction \"a/b\"; got 'left'",
        ),
        (
            line({**GOOD, "house": "1/0"}),
            "ideal_points['house'] must be a finite number or a fraction \"a/b\"; got '1/0'",
        ),
        (
            line({**GOOD, "house": True}),
            "ideal_points['house'] must be a finite number or a fraction \"a/b\"; got True",
        ),
        (line(GOOD, agenda_setter=nan), "agenda_setter must be finite; got nan"),
        (line(GOOD, chance_above=-0.1), "chance_above must lie in [0, 1]; got -0.1"),
        (
            line(GOOD, chance_above=1),
            (
                "chance_above must lie in [0, 1), since no chance is above 1; got 1; for what is "
                "certain to pass give 1 - 1e-9"
            ),
        ),
        (
            lambda: gridlock(LEGISLATURE, GOOD).outcome(1),
            (
                "outcome needs an agenda setter; got agenda_setter=None; give gridlock her ideal "
                "point as agenda_setter"
            ),
        ),
        (
            lambda: gridlock(LEGISLATURE, GOOD).share(over=(1, 1)),
            "over must be a pair (low, high) with low < high; got (1, 1)",
        ),
        (
            lambda: gridlock(LEGISLATURE, GOOD).share(over=(1, 2, 3)),
            "over must be a pair (low, high); got (1, 2, 3)",
        ),
        (
            lambda: gridlock(LEGISLATURE, GOOD).share(over=(1, inf)),
            "over[1] must be finite; got inf",
        ),
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
