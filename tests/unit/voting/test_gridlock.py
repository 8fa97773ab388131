"""Gridlock against pivots by hand and loops over alternatives."""

from fractions import Fraction
from importlib import import_module
from itertools import product
from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.voting.spatial_cases import (
    BOUNDS,
    CASES,
    CERTAIN,
    LEGISLATURE,
    each_case,
    nearer,
    single,
)

from coopgames.errors import CoopgamesError
from coopgames.voting import Committee, Dual, Quota, Veto, Voters, dictator, gridlock, unanimity


def names(committee):
    return [(group.id, k) for group in committee.voters for k in range(group.count)]


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
    module = import_module("coopgames.voting.gridlock")  # voting.gridlock is the function
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


# --- at the door -----------------------------------------------------------------------------

GOOD = {"house": 1, "senate": 2, "president": 3}


def line(points, **options):
    return lambda: gridlock(LEGISLATURE, points, **options)


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
            line({**GOOD, "house": [[1]] * 5}),
            "ideal_points['house'][0] must be a number; got [1]",
        ),
        (
            line({**GOOD, "house": "left"}),
            "ideal_points['house'] must be a finite number or a fraction \"a/b\"; got 'left'",
        ),
        (
            line({**GOOD, "house": "1/0"}),
            "ideal_points['house'] must be a finite number or a fraction \"a/b\"; got '1/0'",
        ),
        (line({**GOOD, "house": True}), "ideal_points['house'] must be a number; got True"),
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
    ],
)
def test_what_does_not_fit_is_refused(call, message: str) -> None:
    with pytest.raises(CoopgamesError) as problem:
        call()
    assert str(problem.value) == message
