"""What eyes, teeth, patience and false alarms do to the critical discount factor, and when.

A state's interval of discount factors is where g <= S(d) [(c - a) l - a g]: gain g, loss l, caught
with probability c, alarm a. More eyes raise c. More alarms raise a and lower c - a. Both are good
or bad for cooperation by the sign of l: a state that prefers the fall (l < 0) is held by nothing
but its own interest, and eyes let it bring the fall about.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import coopgames as cg
from coopgames.games.bilateral import bilateral_game
from coopgames.institutions import variant
from coopgames.play import critical_discount_factor, trigger_interval
from coopgames.play.enforcement.perfect_critical import perfect_critical_discount
from coopgames.play.enforcement.perfect_payoffs import subgame_perfect_payoffs
from coopgames.testing import matrix_games

from .transform import cases, examples

SHARES = st.sampled_from((0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0))
TWO_SHARES = st.tuples(SHARES, SHARES).map(sorted)
SEVERITIES = st.sampled_from((0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0))
MANDATES = st.sampled_from(("standing", "expected"))
PERIODS = st.sampled_from((None, 1, 3))
NUMBERS = st.integers(-8, 8).map(lambda k: k / 8)


def no_less(after: float, before: float) -> bool:
    """Whether a critical discount factor did not fall; NaN is above all."""
    return bool(np.isnan(after) or after >= before - 1e-9)


def nobody_prefers_the_fall(*found: cg.CriticalDiscount) -> bool:
    """Whether no acting state has more after the fall; unknown where it was not computed."""
    return all(
        not np.isnan(event.loss).any() and (event.loss >= -1e-12).all()
        for one in found
        for event in one.events
    )


def least(case, mandate, options):
    return critical_discount_factor(cg.compile_game(*case, mandate=mandate), **options)


def changed(case, **fields):
    institution, problem, world = case
    return variant(institution, **fields), problem, world


# --- one state --------------------------------------------------------------------------------


@examples(300)
@given(NUMBERS, NUMBERS, TWO_SHARES, SHARES, PERIODS)
def test_eyes_of_one_state(gain, loss, eyes, alarm, periods):
    """With l >= 0 the interval grows with c, with l <= 0 it shrinks."""
    less, more = (
        trigger_interval(gain, loss, caught=c, alarm=alarm, periods=periods) for c in eyes
    )
    inner, outer = (less, more) if loss >= 0 else (more, less)
    if not np.isnan(inner[0]):
        assert outer[0] <= inner[0] + 1e-12
        assert outer[1] >= inner[1] - 1e-12


@examples(300)
@given(NUMBERS, NUMBERS, SHARES, TWO_SHARES, PERIODS)
def test_alarms_of_one_state(gain, loss, eyes, alarms, periods):
    """Of its own flags only: with g, l >= 0 the interval shrinks with a."""
    assume(gain >= 0 and loss >= 0)
    assume(alarms[1] <= eyes)
    few, many = (
        trigger_interval(gain, loss, caught=eyes, alarm=a, periods=periods) for a in alarms
    )
    assert no_less(float(many[0]), float(few[0]))


@examples(200)
@given(NUMBERS, NUMBERS, SHARES, SHARES, PERIODS)
def test_patience_of_one_state(gain, loss, caught, alarm, periods):
    """Patience hurts a state only where it would rather have the fall than the path."""
    low, high = trigger_interval(gain, loss, caught=caught, alarm=alarm, periods=periods)
    if not np.isnan(low) and loss >= 0 and caught >= alarm:
        assert high == 1


def test_a_state_that_prefers_the_fall_is_an_exception() -> None:
    """It gains .1 by acting, but 1 a round by the fall; with better eyes patience is a danger."""
    assert trigger_interval(-0.1, -1.0, caught=0.1)[1] == pytest.approx(0.5)
    assert trigger_interval(-0.1, -1.0, caught=0.9)[1] == pytest.approx(0.1)


# --- institutions -----------------------------------------------------------------------------


@examples(120)
@given(cases(max_bodies=2, volunteering=False), MANDATES, PERIODS, SHARES, SHARES)
def test_better_monitoring_needs_no_more_patience(case, mandate, periods, one, other):
    """Where nobody prefers the fall: the stage game stays, only c changes."""
    low, high = sorted((one, other))
    options = {"periods": periods, "false_alarm": 0.0}
    before = least(case, mandate, options | {"monitoring": low})
    after = least(case, mandate, options | {"monitoring": high})
    assume(nobody_prefers_the_fall(before) or nobody_prefers_the_fall(after))
    assert no_less(before.value, after.value)


@examples(120)
@given(cases(max_bodies=2, volunteering=False), MANDATES, PERIODS, SHARES, SHARES)
def test_better_detection_needs_no_more_patience_if_sanctions_end(
    case, mandate, periods, one, other
):
    """Detection also raises expected sanctions, and so lowers g; l stays where sanctions end."""
    low, high = sorted((one, other))
    options = {"periods": periods, "sanctions_in_punishment": False}
    before, after = (least(changed(case, detection=q), mandate, options) for q in (low, high))
    assume(nobody_prefers_the_fall(before) or nobody_prefers_the_fall(after))
    assert no_less(before.value, after.value)


@examples(120)
@given(cases(max_bodies=2, volunteering=False), MANDATES, PERIODS, SEVERITIES, SEVERITIES)
def test_more_severity_needs_no_more_patience_if_sanctions_end(case, mandate, periods, one, other):
    """Whoever prefers the fall: g falls, and nothing else changes."""
    low, high = sorted((one, other))
    options = {"periods": periods, "sanctions_in_punishment": False, "monitoring": 0.8}
    before, after = (least(changed(case, severity=s), mandate, options) for s in (low, high))
    assert no_less(before.value, after.value)


@examples(120)
@given(cases(max_bodies=2, volunteering=False), MANDATES, SEVERITIES, SEVERITIES)
def test_more_severity_where_all_fall_back_to_the_same(case, mandate, one, other):
    """With sanctions in force after the fall l falls only if others act there than before."""
    low, high = sorted((one, other))
    before, after = (
        least(changed(case, severity=s), mandate, {"monitoring": 0.8}) for s in (low, high)
    )
    assume(len(before.events) == len(after.events))
    assume(nobody_prefers_the_fall(before))
    for less, more in zip(before.events, after.events, strict=True):
        assume((less.punishment == more.punishment).all())
        assume(less.probability == pytest.approx(more.probability))
    assert no_less(before.value, after.value)


def test_severity_may_take_away_the_punishment() -> None:
    """If sanctions are severe enough to make all act, nothing is left to fall back to."""
    records = [cg.load(kind, name) for kind, name in (("problems", "climate"), ("worlds", "w20"))]
    charter = variant(cg.load("institutions", "charter"), detection=1.0)
    mild, severe = (
        critical_discount_factor(cg.compile_game(variant(charter, severity=s), *records))
        for s in (0.5, 1.0)
    )
    assert mild.value == pytest.approx(0.1411, abs=1e-4)
    assert np.isnan(severe.value)
    assert "loses nothing by the fall" in severe.reason
    ended = critical_discount_factor(
        cg.compile_game(variant(charter, severity=1.0), *records), sanctions_in_punishment=False
    )
    assert ended.value == pytest.approx(mild.value)  # of a shielded state


@examples(120)
@given(cases(max_bodies=2, volunteering=False), MANDATES, PERIODS, SHARES, SHARES)
def test_more_false_alarms_need_no_less_patience(case, mandate, periods, one, other):
    """Where nobody prefers the fall; flags are independent, so that c - a falls."""
    low, high = sorted((one, other))
    options = {"periods": periods, "monitoring": 1.0}
    before = least(case, mandate, options | {"false_alarm": low})
    after = least(case, mandate, options | {"false_alarm": high})
    assume(nobody_prefers_the_fall(before) or nobody_prefers_the_fall(after))
    assert no_less(after.value, before.value)


@examples(80)
@given(cases(max_bodies=2, volunteering=False), MANDATES, st.floats(0, 1), st.floats(0, 1))
def test_patience_never_ends_cooperation(case, mandate, one, other):
    low, high = sorted((one, other))
    found = least(case, mandate, {"monitoring": 0.9, "false_alarm": 0.05})
    assume(nobody_prefers_the_fall(found))
    assert found.sustained(high) >= found.sustained(low) - 1e-12


# --- worst credible punishments ----------------------------------------------------------------


@examples(60)
@given(matrix_games(), st.data())
def test_worst_credible_punishments_do_no_worse_than_grim(game, data):
    size = game.size
    actions = tuple(data.draw(st.integers(0, size - 1)) for _ in range(2))
    found = perfect_critical_discount(game, actions=actions)
    if not np.isnan(found.grim) and found.grim <= found.highest:
        assert found.value <= found.grim + 1e-9


@examples(60)
@given(matrix_games(), st.sampled_from((0.1, 0.3, 0.5, 0.7)))
def test_the_set_is_symmetric_and_certified(game, d):
    found = subgame_perfect_payoffs(game, discount_factor=d)
    assert found.complete
    assert all(found.distance((y, x)) < 1e-7 for x, y in found.vertices)
    assert all(found.distance(tuple(corner), "outer") < 1e-9 for corner in found.inner)


@examples(40)
@given(cases(max_bodies=2, volunteering=False))
def test_two_halves_under_any_institution(case):
    found = perfect_critical_discount(bilateral_game(cg.compile_game(*case)))
    assert np.isnan(found.value) == bool(found.reason)
    if not np.isnan(found.value):
        assert 0 <= found.lower <= found.value < 1
        assert np.isnan(found.grim) or found.value <= found.grim + 1e-9
