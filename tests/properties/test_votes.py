"""Adoption: monotone in the rule, dual, and coupled as common causes say (D19.3, 4, 9)."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import coopgames as cg
from coopgames.institutions import chambers_of
from coopgames.records import exact
from coopgames.testing import compositions, decision_rules, selections, shares, worlds

from .transform import cases, examples, rates, solved, with_body, with_rule

LESS = 1e-12
LINEAR = cg.Problem(id="p", kernel="linear", holds_at=0.6)


def adoption(institution, problem, world):
    game = cg.compile_game(institution, problem, world)
    return game.electorate.adoption_by_body(), game.adoption


def never_more(case, stricter):
    (before, whole), (after, whole_after) = adoption(*case), adoption(stricter, *case[1:])
    assert (after <= before + LESS).all()
    assert whole_after <= whole + LESS  # every composition is monotone


def raised(value, factor):
    """A blocking rule in which every No is likelier to block."""
    if isinstance(value, tuple):
        return tuple(raised_item(item, factor) for item in value)
    return value + factor * (1 - value)


def raised_item(item, factor):
    return item.replace(value=item.value + factor * (1 - item.value))


@examples(60)
@given(cases(max_bodies=3), st.sampled_from((0.5, 1.0, 0.1)), st.data())
def test_likelier_blocking_never_helps(case, factor, data):
    institution = case[0]
    body = data.draw(st.sampled_from(institution.bodies))
    if body.chambers:
        rules = tuple(c.replace(blocking=raised(c.blocking, factor)) for c in body.chambers)
        changed = body.replace(chambers=rules)
    else:
        changed = body.replace(blocking=raised(body.blocking, factor))
    never_more(case, with_body(institution, changed))


def assigned(selector, value):
    """The value for the states that a selector finds."""
    names = (name for name in selector.__struct_fields__ if name != "rotates")
    return cg.Assignment(value=value, **{name: getattr(selector, name) for name in names})


@examples(60)
@given(cases(max_bodies=3), st.data())
def test_one_more_veto_never_helps(case, data):
    institution = case[0]
    body = data.draw(st.sampled_from(institution.bodies))
    chamber = data.draw(st.sampled_from(chambers_of(body)))
    # One of those who sit: the first state found by the first selector of seats.
    seat = (chamber.seats or body.members)[0]
    veto = assigned(seat, 1.0).replace(count=1)
    before = chamber.blocking
    if not isinstance(before, tuple):
        before = tuple(assigned(item, before) for item in chamber.seats or body.members)
    changed = chamber.replace(blocking=(*before, veto))
    if body.chambers:
        at = body.chambers.index(chamber)
        chambers = (*body.chambers[:at], changed, *body.chambers[at + 1 :])
        changed = body.replace(chambers=chambers)
    never_more(case, with_body(institution, changed))


@examples(60)
@given(cases(max_bodies=3), st.sampled_from((0.25, 0.5, "2/3", 0.75, 1.0)), st.data())
def test_a_higher_quota_never_helps(case, quota, data):
    institution = case[0]
    body = data.draw(st.sampled_from(institution.bodies))
    rules = tuple(
        chamber.replace(quota=max(chamber.quota, quota, key=exact)) for chamber in chambers_of(body)
    )
    changed = body.replace(chambers=rules) if body.chambers else rules[0]
    never_more(case, with_body(institution, changed))


@examples(60)
@given(cases(max_bodies=3), shares(low=0.1), st.data())
def test_more_support_never_hurts(case, more, data):
    game = cg.compile_game(*case)
    support = game.electorate.support
    rows = st.integers(0, support.shape[0] - 1)
    row, column = data.draw(rows), data.draw(st.integers(0, support.shape[1] - 1))
    higher = support.copy()
    higher[row, column] += more * (1 - higher[row, column])
    after = cg.compile_game(*case, support=higher)
    gain = after.electorate.adoption_by_body() - game.electorate.adoption_by_body()
    assert (gain >= -LESS).all()
    assert after.adoption >= game.adoption - LESS


@examples(40)
@given(
    cases(min_bodies=1, max_bodies=1, allow_opt_in=False),
    st.sampled_from((0.0, 0.5, "2/3", 1.0)),
)
def test_unanimity_is_consensus(case, quota):
    """A quota of one without blocking, and any quota where every No blocks, are the same rule."""
    institution, problem, world = case
    body = institution.bodies[0]
    plain = {"weights": "equal", "shield": False, "strict": False, "authorisation_strict": False}
    ones = {"quota": 1.0, "authorisation_quota": 1.0, "blocking": 0.0}
    every = {"quota": quota, "authorisation_quota": quota, "blocking": 1.0}
    unanimity = with_rule(body, **plain, **ones, authorisation_blocking=0.0)
    consensus = with_rule(body, **plain, **every, authorisation_blocking=1.0)
    results = [
        solved((with_body(institution, form), problem, world))[2] for form in (unanimity, consensus)
    ]
    np.testing.assert_allclose(*map(rates, results), rtol=0, atol=1e-10, equal_nan=True)


@examples(40)
@given(worlds(max_size=4), st.data())
def test_a_dictator_has_all_the_power(world, data):
    role = data.draw(st.sampled_from(world.roles))
    seat = (cg.Selector(role=role.name, count=1),)
    rule = data.draw(
        st.sampled_from(({"seats": seat}, {"blocking": (assigned(seat[0], 1.0),), "quota": 0.0}))
    )
    institution = cg.Institution(id="i", bodies=(cg.Body(id="a", **rule),))
    power = cg.compile_game(institution, LINEAR, world).electorate.legitimacy()
    np.testing.assert_allclose(power.equality, 0.0, atol=1e-12)


# ---------------------------------------------------------------- several bodies


def dual(node):
    """`any` for `all`, and `at_least` k of n for n + 1 - k."""
    if isinstance(node, str):
        return node
    children = tuple(map(dual, node.children))
    if node.any or node.all:
        kind = {"all" if node.any else "any": children}
    else:
        kind = {"of": children, "at_least": len(children) + 1 - node.at_least}
    return cg.Composition(**kind, common_cause=node.common_cause)


def dual_rule(chamber):
    """Passes on the Noes exactly where the rule fails on the Yeses."""
    rest = 1 - exact(chamber.quota)
    return {
        "quota": f"{rest.numerator}/{rest.denominator}",
        "strict": not chamber.strict,
        "blocking": 0.0,
        "rounds": 1,
    }


@examples(60)
@given(worlds(max_size=4), st.data())
def test_any_of_failures_is_all_of_successes(world, data):
    """Fails under Yes with probability p = passes under No, each rule replaced by its dual."""
    ids = ["a", "b", "c"][: data.draw(st.integers(1, 3))]
    node = data.draw(compositions(ids).filter(_no_fallback))
    bodies, duals = [], []
    for name in ids:
        members = data.draw(selections(world))
        rule = data.draw(decision_rules(world, members=members))
        agenda = data.draw(st.sampled_from(("hegemon", "median", 0.5)))
        plain = cg.Body(
            id=name,
            members=members,
            seats=rule.seats,
            weights=rule.weights,
            quota=rule.quota,
            strict=rule.strict,
            agenda_setter=agenda,
            rounds=1,
        )
        bodies.append(plain)
        duals.append(plain.replace(**dual_rule(plain)))
    one = cg.Institution(id="i", bodies=tuple(bodies), composition=node)
    other = one.replace(bodies=tuple(duals), composition=dual(node))
    game = cg.compile_game(one, LINEAR, world)
    # Where nobody weighs anything neither the rule nor its dual ever passes.
    assume(all(body.chambers[0].weights.any() for body in game.electorate.bodies))
    mirrored = cg.compile_game(other, LINEAR, world, support=1 - game.electorate.support)
    assert game.adoption == pytest.approx(1 - mirrored.adoption, abs=1e-12)


def _no_fallback(node):
    return not node.then and all(isinstance(c, str) or _no_fallback(c) for c in node.children)


@examples(60)
@given(cases(min_bodies=2, max_bodies=3, allow_opt_in=False, compositions=False))
def test_common_cause_of_bodies(case):
    institution, problem, world = case
    ids = tuple(body.id for body in institution.bodies)
    alone = adoption(*case)[0]

    def whole(kind, cause):
        node = cg.Composition(**{kind: ids}, common_cause=cause)
        return adoption(institution.replace(composition=node), problem, world)[1]

    product = {"any": 1 - np.prod(1 - alone), "all": np.prod(alone)}
    shared = {"any": alone.max(), "all": alone.min()}
    for kind in ("any", "all"):
        assert whole(kind, 0.0) == pytest.approx(product[kind], abs=1e-12)
        assert whole(kind, 1.0) == pytest.approx(shared[kind], abs=1e-12)
        half = 0.5 * (product[kind] + shared[kind])
        assert whole(kind, 0.5) == pytest.approx(half, abs=1e-12)


@examples(40)
@given(cases(min_bodies=1, max_bodies=1, allow_opt_in=False), st.integers(1, 6))
def test_common_cause_of_centres(case, centres):
    institution, problem, world = case
    body = institution.bodies[0].replace(centres=1)

    def of(number, cause):
        changed = body.replace(centres=number, common_cause=cause)
        return adoption(with_body(institution, changed), problem, world)[1]

    one = of(1, 0.0)
    assert of(centres, 1.0) == pytest.approx(one, abs=1e-12)
    assert of(centres, 0.0) == pytest.approx(1 - (1 - one) ** centres, abs=1e-12)
    for cause in (0.0, 0.5):
        assert of(centres + 1, cause) >= of(centres, cause) - LESS


@examples(40)
@given(cases(max_bodies=3))
def test_laws_are_laws(case):
    game = cg.compile_game(*case)
    assert game.events.probability.sum() == pytest.approx(1, abs=1e-12)
    assert (game.events.probability >= 0).all()
    authorised = game.electorate.authorisations()
    np.testing.assert_allclose(authorised.sum(axis=1), 1, atol=1e-12)
