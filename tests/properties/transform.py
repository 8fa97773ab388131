"""Random cases, and the same case written differently: states reordered, roles renamed or split.

A case is (institution, problem, world). `rewritten` carries every selector over state by state, so
that a new world may order, split or name its roles as it likes.
"""

import dataclasses
from itertools import groupby

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import coopgames as cg
from coopgames.problems import leverage_shares
from coopgames.testing import institutions, problems, worlds
from coopgames.worlds import rotating_seats, select, states_of, values_of

INSIDE = (0.5, 0.25, 0.75, 0.9, 0.1)
ASSIGNED = ("weights", "blocking", "authorisation_blocking")


def examples(number):
    """Settings for a property: so many cases, however slowly they are made."""
    return settings(
        max_examples=number,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def cases(draw, *, kernels=("threshold", "linear", "dyadic", "coordination"), **options):
    """A case in which votes are uncertain and sanctions bite."""
    volunteering = options.pop("volunteering", True)
    world = draw(worlds(max_size=4))
    inside = st.sampled_from(INSIDE)
    world = world.replace(base_support=draw(inside), polarisation=draw(inside))
    problem = draw(problems(world, kernels=kernels, volunteering=volunteering))
    institution = draw(institutions(world, **{"min_bodies": 1, "max_bodies": 2, **options}))
    bodies = tuple(
        body.replace(severity=draw(inside), detection=draw(inside)) for body in institution.bodies
    )
    return institution.replace(bodies=bodies), problem, world


def with_body(institution, changed):
    """The institution with one body replaced by id."""
    bodies = tuple(changed if body.id == changed.id else body for body in institution.bodies)
    return institution.replace(bodies=bodies)


def with_rule(body, **fields):
    """The body with these fields in every chamber."""
    if not body.chambers:
        return body.replace(**fields)
    return body.replace(chambers=tuple(c.replace(**fields) for c in body.chambers))


def solved(case, precision=15.0, **options):
    """(game, outcome, cooperation) of a case."""
    game = cg.compile_game(*case, **options)
    outcome = cg.evolve(game, cg.Logit(precision=precision))
    return game, outcome, cg.cooperation(outcome)


def rates(result):
    """The ten rates of a `Cooperation` as an array, in order."""
    return np.array(
        [value for value in result.as_dict().values() if isinstance(value, float)], dtype=float
    )


# ---------------------------------------------------------------- one case, rewritten


def _states(problem, world):
    plain = states_of(world, ideal_points=problem.ideal_points)
    roles = [world.roles[r].name for r in plain.role]
    shares = leverage_shares(problem, roles, plain.shares["capability"])
    return dataclasses.replace(plain, shares={**plain.shares, "leverage": shares})


class _Rewriter:
    def __init__(self, old, new_world, order):
        self.old, self.order = old, order
        self.places = [(r.name, k) for r in new_world.roles for k in range(r.count)]

    def _runs(self, value_of):
        """Runs of neighbouring new states of one role and one value, the Nones left out."""
        key = [(self.places[s][0], value_of(old)) for s, old in enumerate(self.order)]
        for (role, value), run in groupby(range(len(key)), key=key.__getitem__):
            run = list(run)
            if value is not None:
                yield {"role": role, "skip": self.places[run[0]][1], "count": len(run)}, value

    def selectors(self, items):
        taken = select(self.old, items, "rewriting")
        rotates = rotating_seats(self.old, items, "rewriting")
        runs = self._runs(lambda i: bool(rotates[i]) if i is not None and taken[i] else None)
        return tuple(cg.Selector(rotates=value, **run) for run, value in runs)

    def assignments(self, items):
        values = values_of(self.old, items, "rewriting")
        runs = self._runs(lambda i: values[i] if i is not None and values[i] else None)
        return tuple(cg.Assignment(value=float(value), **run) for run, value in runs)

    def chamber(self, record):
        changes = {
            name: self.assignments(getattr(record, name))
            for name in ASSIGNED
            if isinstance(getattr(record, name), tuple)
        }
        if record.seats is not None:
            changes["seats"] = self.selectors(record.seats)
        if isinstance(record, cg.Body):
            changes["members"] = self.selectors(record.members)
            changes["exempt"] = self.selectors(record.exempt)
            changes["chambers"] = tuple(map(self.chamber, record.chambers))
        return record.replace(**changes)


def rewritten(case, new_world, order):
    """The institution in a new world whose state s is the old world's ``order[s]``, or nobody."""
    institution, problem, world = case
    rewriter = _Rewriter(_states(problem, world), new_world, order)
    bodies = tuple(map(rewriter.chamber, institution.bodies))
    return institution.replace(bodies=bodies)


def without_rotation(institution):
    """The institution with the seats that rotate held for good."""

    def fixed(record):
        changes = {}
        if record.seats is not None:
            changes["seats"] = tuple(item.replace(rotates=False) for item in record.seats)
        if isinstance(record, cg.Body):
            changes["chambers"] = tuple(map(fixed, record.chambers))
        return record.replace(**changes)

    return institution.replace(bodies=tuple(map(fixed, institution.bodies)))


def first_states(world):
    """Index of each role's first state."""
    return dict(
        zip(
            (role.name for role in world.roles),
            np.cumsum([0, *(role.count for role in world.roles)]),
            strict=False,
        )
    )


def hegemon_named(case):
    """The case with its hegemon named, so that no order decides who it is."""
    institution, problem, world = case
    states = _states(problem, world)
    role = world.roles[int(states.role[states.hegemon])].name
    return institution, problem, world.replace(hegemon=role)
