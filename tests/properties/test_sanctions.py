"""Expected sanctions: monotone in teeth, nil behind shields, once or by each (D19.3, 5)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coopgames as cg
from coopgames.testing import shares

from .transform import cases, examples, rates, solved, with_body, with_rule

LESS = 1e-12


@pytest.mark.parametrize("punishment", ["max", "sum"])
@pytest.mark.parametrize("name", ["detection", "severity", "delegation"])
@examples(30)
@given(case=cases(max_bodies=3), step=shares(low=0.1), data=st.data())
def test_more_teeth_never_lower_a_sanction(punishment, name, case, step, data):
    institution, problem, world = case
    body = data.draw(st.sampled_from(institution.bodies))
    value = getattr(body, name)
    changed = body.replace(**{name: value + step * (1 - value)})
    before = cg.compile_game(*case, punishment=punishment)
    after = cg.compile_game(with_body(institution, changed), problem, world, punishment=punishment)
    assert (after.events.sanction >= before.events.sanction - LESS).all()


@examples(60)
@given(cases(max_bodies=3))
def test_punished_by_each_is_never_less_than_once(case):
    once, each = (cg.compile_game(*case, punishment=way).events for way in ("max", "sum"))
    assert (each.sanction >= once.sanction - LESS).all()


@examples(60)
@given(cases(max_bodies=1, allow_opt_in=False))
def test_a_shield_with_a_sure_block_is_impunity(case):
    institution, problem, world = case
    body = institution.bodies[0]
    shielded = with_rule(body, shield=True, authorisation_blocking=1.0)
    if body.chambers:
        shielded = shielded.replace(passes="all")
    game = cg.compile_game(with_body(institution, shielded), problem, world)
    seated = np.any([c.seated for c in game.electorate.bodies[0].chambers], axis=0)
    assert (game.events.sanction[:, seated[game.events.class_of_group]] == 0).all()


@examples(40)
@given(cases(max_bodies=3))
def test_a_sanction_never_exceeds_the_severities(case):
    for punishment, worst in (("max", max), ("sum", sum)):
        events = cg.compile_game(*case, punishment=punishment).events
        most = worst(body.severity for body in case[0].bodies)
        assert (events.sanction <= most + LESS).all()
        assert (events.sanction >= 0).all()
        assert (events.sanction[~events.bound] == 0).all()


@examples(60)
@given(cases(max_bodies=3, volunteering=False), st.sampled_from(("standing", "expected")))
def test_without_teeth_and_exclusion_all_is_anarchy(case, mandate):
    institution, problem, world = case
    bodies = tuple(
        body.replace(severity=0.0, exclusion=0.0, agenda_setter="hegemon")
        for body in institution.bodies
    )
    toothless = institution.replace(bodies=bodies)
    ours = solved((toothless, problem, world), mandate=mandate)[2]
    theirs = solved((cg.Institution(id="anarchy"), problem, world), mandate=mandate)[2]
    for name in ("act_rate", "success_rate", "achievement"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), abs=1e-12)


@examples(40)
@given(cases(max_bodies=3))
def test_a_certain_event_is_its_own_expectation(case):
    institution, problem, world = case
    sure = world.replace(base_support=1.0, polarisation=0.0)
    problem = problem.replace(polarisation=None)
    standing, expected = (
        solved((institution, problem, sure), mandate=mandate)
        for mandate in ("standing", "expected")
    )
    assert (standing[0].events.probability > 1e-12).sum() == 1
    np.testing.assert_allclose(
        rates(standing[2]), rates(expected[2]), rtol=0, atol=1e-10, equal_nan=True
    )
