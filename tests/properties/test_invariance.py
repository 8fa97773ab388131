"""What must not matter: names, order, how roles are cut, who has no say (model D19.1, 2, 15)."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

import coopgames as cg
from coopgames.testing import worlds

from .transform import (
    cases,
    examples,
    first_states,
    hegemon_named,
    rates,
    rewritten,
    solved,
    without_rotation,
)

SAME = {"rtol": 0, "atol": 1e-10, "equal_nan": True}
OPTIONS = st.fixed_dictionaries(
    {
        "mandate": st.sampled_from(("standing", "expected")),
        "punishment": st.sampled_from(("max", "sum")),
    }
)


def same(case, other, **options):
    ours, theirs = solved(case, **options)[2], solved(other, **options)[2]
    np.testing.assert_allclose(rates(theirs), rates(ours), **SAME)


def with_ideal_points(problem, names):
    """Ideal points by the new names of each old role."""
    points = problem.ideal_points
    if points is not None:
        points = {new: value for old, value in points.items() for new in names[old]}
    return problem.replace(ideal_points=points)


@examples(60)
@given(cases(max_bodies=3), OPTIONS)
def test_names_of_institution_and_bodies(case, options):
    institution, problem, world = case
    names = {body.id: f"z-{body.id}" for body in institution.bodies}

    def renamed(node):
        if isinstance(node, str):
            return names[node]
        kinds = {kind: tuple(map(renamed, getattr(node, kind))) for kind in ("any", "all", "of")}
        return node.replace(**kinds, then=tuple(map(renamed, node.then)))

    bodies = tuple(
        body.replace(id=names[body.id], authorised_by=names.get(body.authorised_by))
        for body in institution.bodies
    )
    composition = None if institution.composition is None else renamed(institution.composition)
    other = institution.replace(id="another", bodies=bodies, composition=composition)
    same(case, (other, problem, world), **options)


@examples(60)
@given(cases(), OPTIONS, st.randoms(use_true_random=False))
def test_order_of_states_and_names_and_order_of_roles(case, options, random):
    institution, problem, world = hegemon_named(case)
    start = first_states(world)
    roles = list(world.roles)
    random.shuffle(roles)
    order = []
    for role in roles:
        states = list(range(start[role.name], start[role.name] + role.count))
        random.shuffle(states)
        order += states
    names = {role.name: [f"z{role.name}"] for role in roles}
    turned = world.replace(
        roles=tuple(role.replace(name=names[role.name][0]) for role in roles),
        hegemon=names[world.hegemon][0],
    )
    leverage = problem.leverage
    if isinstance(leverage, dict):
        leverage = {names[old][0]: value for old, value in leverage.items()}
    relabelled = with_ideal_points(problem, names).replace(leverage=leverage)
    # A rotating seat passes round one role, so its pool is the same in any order.
    moved = rewritten((institution, problem, world), turned, order)
    same((institution, problem, world), (moved, relabelled, turned), **options)


@examples(60)
@given(cases(), OPTIONS, st.data())
def test_a_role_split_in_two(case, options, data):
    institution, problem, world = hegemon_named(case)
    institution = without_rotation(institution)
    large = [role for role in world.roles if role.count > 1]
    assume(large)
    split = data.draw(st.sampled_from(large))
    first = data.draw(st.integers(1, split.count - 1))
    roles, names = [], {}
    for role in world.roles:
        parts = [role]
        if role == split:
            sizes = (first, role.count - first)
            parts = [role.replace(name=f"{role.name}{k}", count=n) for k, n in enumerate(sizes)]
        names[role.name] = [part.name for part in parts]
        roles += parts
    cut = world.replace(roles=tuple(roles), hegemon=names[world.hegemon][0])
    leverage = problem.leverage
    if isinstance(leverage, dict):
        counts = {role.name: role.count for role in roles}
        leverage = {
            new: value * (counts[new] if old == split.name else split.count)
            for old, value in leverage.items()
            for new in names[old]
        }
    relabelled = with_ideal_points(problem, names).replace(leverage=leverage)
    moved = rewritten((institution, problem, world), cut, range(world.size))
    same((institution, problem, world), (moved, relabelled, cut), **options)


@examples(60)
@given(cases(kernels=("threshold",), volunteering=False), OPTIONS, st.integers(0, 3))
def test_a_dummy_state(case, options, place):
    """Nobody's seat, no leverage, no capability: only what counts heads can change."""
    institution, problem, world = hegemon_named(case)
    if problem.leverage == "equal":
        problem = problem.replace(leverage={role.name: 1.0 for role in world.roles})
    place = min(place, len(world.roles))
    dummy = cg.Role(name="dummy", count=1, capability=0.0, population=0.0)
    roles = (*world.roles[:place], dummy, *world.roles[place:])
    larger = world.replace(roles=roles)
    at = sum(role.count for role in world.roles[:place])
    order = [*range(at), None, *range(at, world.size)]
    leverage = problem.leverage
    if isinstance(leverage, dict):
        leverage = {**leverage, "dummy": 0.0}
    moved = rewritten((institution, problem, world), larger, order)
    # Legitimacy is normalised by N, so its feedback stays off.
    options = {**options, "legitimacy_feedback": False}
    small = solved((institution, problem, world), **options)
    large = solved((moved, problem.replace(leverage=leverage), larger), **options)
    ours, theirs = (cg.cooperation(run[1], weights="leverage") for run in (small, large))
    np.testing.assert_allclose(rates(theirs), rates(ours), **SAME)
    bodies = [run[0].electorate.adoption_by_body() for run in (small, large)]
    np.testing.assert_allclose(*bodies, **SAME)


@examples(30)
@given(worlds(max_size=5), st.sampled_from((0.5, 1.0, "2/3", 0.25)))
def test_an_equal_universal_vote_is_fully_legitimate(world, quota):
    institution = cg.Institution(id="all", bodies=(cg.Body(id="a", quota=quota),))
    problem = cg.Problem(id="p", kernel="linear", holds_at=0.6)
    legitimacy = cg.compile_game(institution, problem, world).electorate.legitimacy()
    np.testing.assert_allclose(legitimacy, (1.0, 1.0, 1.0), **SAME)
