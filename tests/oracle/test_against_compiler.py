"""The compiled game and its solver against the episode tree, on random small cases.

The tree enumerates every ballot, draw and act profile and shares no code with the package. Cases
stay where both are defined: the limits are in `_within_limits`, each with its reason.
"""

from collections import defaultdict
from itertools import product
from math import isclose, isnan

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import coopgames as cg
from coopgames.testing import institutions, problems, worlds

from .episode_tree import solve

CLOSE = {"rel_tol": 1e-9, "abs_tol": 1e-9}
RATES = (
    "adoption",
    "coverage",
    "compliance",
    "unilateral",
    "act_rate",
    "free_riding",
    "exclusion",
    "gridlock",
    "success_rate",
    "achievement",
)


def _within_limits(institution, problem):
    """The same case, inside what the model settles."""
    if problem.kernel == "dyadic":
        # The payoff table says everything; no cost comes on top.
        problem = problem.replace(cost=0.0)
    if problem.kernel in ("dyadic", "coordination"):
        # Access is defined for the two kernels with a success function.
        problem = problem.replace(excludability=0.0)
    nested = institution.composition is not None and _has_nested_cause(institution.composition)
    outsiders = any(body.scope == "all" for body in institution.bodies)
    bodies = []
    for body in institution.bodies:
        if len(institution.bodies) > 1 or outsiders:
            # One correlation for a ballot that several bodies share, and power under it, are open.
            body = body.replace(vote_correlation=0.0)
        if nested:
            # Whether a leaning body counts as acting inside a child with a common cause is open.
            body = body.replace(authorised_by=None)
        bodies.append(body)
    if outsiders and any(body.scope == "yes_voters" for body in bodies):
        # Power in a composition that an opt-in body can't pass alone is open.
        return institution.replace(bodies=tuple(bodies), composition=None), problem
    return institution.replace(bodies=tuple(bodies)), problem


def _has_nested_cause(node):
    children = [child for child in node.children if not isinstance(child, str)]
    return bool(children) and (
        node.common_cause is not None or any(map(_has_nested_cause, children))
    )


@st.composite
def cases(draw, max_size=4):
    """Any case, or (mostly) one in which votes are uncertain and sanctions bite."""
    world = draw(worlds(max_size=max_size))
    problem = draw(problems(world))
    lively = draw(st.sampled_from((True, True, True, False)))
    institution = draw(institutions(world, min_bodies=int(lively), max_bodies=3))
    if lively:
        inside = st.sampled_from((0.5, 0.25, 0.75, 0.9, 0.1))
        world = world.replace(base_support=draw(inside), in_group_protection=draw(inside))
        world = world.replace(polarisation=draw(inside))
        outsiders = draw(st.booleans())
        bodies = []
        for body in institution.bodies:
            body = body.replace(severity=draw(inside), detection=draw(inside))
            body = body.replace(delegation=draw(st.sampled_from((0.5, 0.0, 0.25))))
            if outsiders and body.scope in ("members", "none"):
                body = body.replace(scope="all")
            bodies.append(body)
        institution = institution.replace(bodies=tuple(bodies))
    institution, problem = _within_limits(institution, problem)
    options = {
        "mandate": draw(st.sampled_from(("standing", "expected"))),
        "punishment": draw(st.sampled_from(("max", "sum"))),
        "legitimacy_feedback": draw(st.sampled_from((True, True, False))),
    }
    return institution, problem, world, options


# ---------------------------------------------------------------- both, in one shape


def _ours(game):
    """Event law: (adopted, Yes by opt-in body and class) -> (probability, totals by class)."""
    events, classes, bodies = game.events, game.classes, game.institution.bodies
    answers = []  # per group: the opt-in bodies it says Yes to
    for c in range(classes.size):
        invited = [
            body.id
            for j, body in enumerate(bodies)
            if body.scope == "yes_voters" and game.electorate.bodies[j].member[c]
        ]
        for pattern in product((True, False), repeat=len(invited)):
            answers.append({b for b, yes in zip(invited, pattern) if yes})
    out = defaultdict(lambda: [0.0] * (1 + 3 * classes.size))
    for e, chance in enumerate(events.probability):
        adopted = frozenset(b.id for b, s in zip(bodies, events.adopted[e]) if s)
        yes, totals = defaultdict(int), [0.0] * (3 * classes.size)
        for g, c in enumerate(events.class_of_group):
            size = int(events.counts[e, g])
            for b in answers[g] & adopted:
                yes[b, int(c)] += size
            for offset, table in enumerate((events.sanction, events.access, events.bound)):
                totals[3 * c + offset] += size * float(table[e, g])
        row = out[adopted, frozenset((k, n) for k, n in yes.items() if n)]
        row[0] += chance
        for position, value in enumerate(totals, start=1):
            row[position] += chance * value
    return out


def _theirs(result, game):
    of_state, size = game.classes.of_state, game.classes.size
    out = defaultdict(lambda: [0.0] * (1 + 3 * size))
    for e, (adopted, said_yes, chance) in enumerate(result["events"]):
        yes = defaultdict(int)
        for b, voters in said_yes.items():
            for i in voters:
                yes[b, int(of_state[i])] += 1
        row = out[adopted, frozenset(yes.items())]
        row[0] += chance
        for i, c in enumerate(of_state):
            for offset, name in enumerate(("sanction", "access", "bound")):
                row[1 + 3 * c + offset] += chance * result[name][e][i]
    return out


def _agree(institution, problem, world, options, precision):
    game = cg.compile_game(institution, problem, world, **options)
    result = solve(
        *(msgspec.to_builtins(record) for record in (world, problem, institution)),
        precision=precision,
        **options,
    )
    if result["legitimacy"] is not None:
        assert isclose(game.electorate.legitimacy().value, result["legitimacy"], **CLOSE)
    ours, theirs = _ours(game), _theirs(result, game)
    for event in ours.keys() | theirs.keys():
        for a, b in zip(ours[event], theirs[event]):
            assert isclose(a, b, **CLOSE), (event, ours[event], theirs[event])
    measured = cg.cooperation(cg.evolve(game, cg.Logit(precision=precision)))
    for name in RATES:
        value, expected = getattr(measured, name), result[name]
        if expected is None:
            assert isnan(value), (name, value)
        else:
            assert isclose(value, expected, **CLOSE), (name, value, expected)


# ---------------------------------------------------------------- random cases


PATIENT = {"suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


@settings(max_examples=200, **PATIENT)
@given(cases(), st.sampled_from((5.0, 15.0, 1.0)))
def test_random_cases(case, precision):
    _agree(*case, precision)


@pytest.mark.slow
@settings(max_examples=2000, **PATIENT)
@given(cases(max_size=5), st.sampled_from((5.0, 15.0, 1.0)))
def test_many_random_cases(case, precision):
    _agree(*case, precision)


# ---------------------------------------------------------------- shipped files, in small worlds

SIX = ("hegemon", "ally_permanent", "ally", "rival", "large_nonaligned", "other")
#: The default world with one state of each role, and one with elected seats and roles missing.
SMALL = {
    "six": dict.fromkeys(SIX, 1),
    "five": {"hegemon": 1, "ally": 1, "rival": 1, "other": 2},
}
#: Shipped institutions of more bodies take the tree minutes.
MOST_BODIES = 4


def _small(name):
    world = cg.load("worlds", "w20")
    roles = [role for role in world.roles if role.name in SMALL[name]]
    return world.replace(
        id=name, roles=tuple(role.replace(count=SMALL[name][role.name]) for role in roles)
    )


def _shrunk(record, world):
    """The same record with no selector asking for more states than the small world has."""
    changes = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, tuple) and value and isinstance(value[0], cg.Selector):
            changes[name] = tuple(_clipped(item, world) for item in value)
        elif isinstance(value, tuple) and value and isinstance(value[0], cg.Chamber):
            changes[name] = tuple(_shrunk(item, world) for item in value)
    return record.replace(**changes)


def _clipped(item, world):
    if item.count is None:
        return item
    has = sum(role.count for role in world.roles if role.name == item.role or item.tag in role.tags)
    most = max(0, has - item.skip) if has else 1  # what is missing falls back to one state
    return item.replace(count=min(item.count, most))


def _fitting():
    found = []
    for name in cg.models("institutions")["institutions"]:
        if len(cg.load("institutions", name).bodies) > MOST_BODIES:
            continue
        for place in SMALL:
            world = _small(place)
            institution = _shrunk(cg.load("institutions", name), world)
            try:
                cg.compile_game(institution, cg.load("problems", "climate"), world)
            except cg.SpecificationError:  # it names a role that the small world lacks
                continue
            found.append((name, place))
    return found


FITTING = _fitting()


def test_most_shipped_institutions_fit_a_small_world():
    names = {name for name, _ in FITTING}
    assert len(names) >= 0.8 * len(cg.models("institutions")["institutions"])


@pytest.mark.parametrize(("name", "place"), FITTING)
def test_shipped_institutions(name, place):
    world = _small(place)
    institution = _shrunk(cg.load("institutions", name), world)
    for problem, mandate in (
        ("climate", "standing"),
        ("trade", "expected"),
        ("rescue", "standing"),
    ):
        _agree(institution, cg.load("problems", problem), world, {"mandate": mandate}, 15.0)


@pytest.mark.parametrize("problem", cg.models("problems")["problems"])
@pytest.mark.parametrize("name", ["charter", "concert", "coalition"])
def test_shipped_problems(name, problem):
    world = _small("five")
    institution = _shrunk(cg.load("institutions", name), world)
    _agree(institution, cg.load("problems", problem), world, {}, 15.0)
