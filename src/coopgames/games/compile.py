"""World x Problem x Institution -> Game."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..errors import CoopgamesError, SpecificationError
from ..institutions import Institution
from ..kernels.integers import common_grid
from ..problems import Problem, Stakes, leverage_shares, rescue_probability, stakes_of
from ..worlds import World, states_of
from .classes import Classes, seat
from .events import MandateEvents, mandate_events
from .game import Game
from .votes import Electorate, electorate

__all__ = ["compile_game", "outsiders", "verdicts"]

Floats = npt.NDArray[np.float64]


def compile_game(
    institution: Institution,
    problem: Problem,
    world: World,
    *,
    mandate: Literal["standing", "expected"] = "standing",
    punishment: Literal["max", "sum"] = "max",
    legitimacy_feedback: bool = True,
    legitimacy_channel: Literal["sanction", "norm"] = "sanction",
    support: npt.ArrayLike | None = None,
    enforcement_support: npt.ArrayLike | None = None,
) -> Game:
    """Return the game form of ``institution`` played over ``problem`` in ``world``.

    Parameters
    ----------
    institution, problem, world : Institution, Problem, World
        Records.
    mandate : {'standing', 'expected'}
        Whether acts answer the mandate that was drawn, or its expectation (model D22.13).
    punishment : {'max', 'sum'}
        Whether a breach is punished once, by the most severe body, or by each (D22.2).
    legitimacy_feedback : bool
        Whether bound outsiders comply as far as the rule is legitimate (D22.7); else by half.
    legitimacy_channel : {'sanction', 'norm'}
        Whether legitimacy scales outsiders' sanction or takes that share off their cost.
    support : array_like, shape (classes, bodies), optional
        Probability of a Yes, in [0, 1]; sincere by default.
    enforcement_support : array_like, shape (classes, bodies), optional
        Probability of support for a sanction on another state, in [0, 1]; by default ``support``
        times the protection of one's like.

    Returns
    -------
    Game

    Raises
    ------
    SpecificationError
        If a selector finds nobody in this world, or a body is larger than it.
    BudgetError
        If the exact laws would exceed the budget.

    References
    ----------
    Model parts D3 to D6 and D22; decision 0002.
    """
    one_of("mandate", mandate, ("standing", "expected"))
    one_of("punishment", punishment, ("max", "sum"))
    one_of("legitimacy_channel", legitimacy_channel, ("sanction", "norm"))
    pairwise = problem.kernel in ("dyadic", "coordination")
    if pairwise and world.size < 2:
        raise SpecificationError(
            f"problem {problem.id!r}: kernel {problem.kernel!r} needs at least 2 states; world "
            f"{world.id!r} has {world.size}"
        )
    plain = states_of(world, ideal_points=problem.ideal_points)
    roles = [world.roles[int(r)].name for r in plain.role]
    shares = leverage_shares(problem, roles, plain.shares["capability"])
    states = replace(plain, shares={**plain.shares, "leverage": shares})
    classes, bodies = seat(institution, states)
    voters = electorate(
        institution,
        classes,
        bodies,
        problem,
        _given("support", support, classes, bodies),
        enforcement_support=_given("enforcement_support", enforcement_support, classes, bodies),
    )
    compliance, relief = outsiders(voters, problem, legitimacy_feedback, legitimacy_channel)
    events = mandate_events(
        voters,
        punishment=punishment,
        outsider_compliance=compliance,
        excludability=0.0 if pairwise else problem.excludability,
        norm_relief=relief,
    )
    grid = common_grid(shares, [1] * states.size)
    stakes = stakes_of(problem, grid, states.size)
    reference = _reference(voters)
    success, achievement = verdicts(problem, voters, events, stakes)
    return Game(
        institution=institution,
        problem=problem,
        world=world,
        mandate=mandate,
        punishment=punishment,
        legitimacy_feedback=legitimacy_feedback,
        legitimacy_channel=legitimacy_channel,
        outsider_compliance=compliance,
        electorate=voters,
        classes=classes,
        events=events,
        stakes=stakes,
        leverage=np.array(classes.first(grid.integers), dtype=np.int64),
        taste=_taste(problem, classes, reference),
        success=success,
        achievement=achievement,
        reference=reference,
    )


def _given(
    name: str, given: npt.ArrayLike | None, classes: Classes, bodies: tuple[object, ...]
) -> Floats | None:
    if given is None:
        return None
    array = np.asarray(given, dtype=float)
    shape = (classes.size, len(bodies))
    if array.shape != shape:
        raise CoopgamesError(
            f"{name} must have shape (classes, bodies) = {shape}; got {array.shape}"
        )
    if not ((array >= 0) & (array <= 1)).all():
        raise CoopgamesError(f"{name} must lie in [0, 1]; got values in {array.min(), array.max()}")
    return array


def outsiders(
    voters: Electorate, problem: Problem, feedback: bool, channel: str
) -> tuple[float, float]:
    """Return rho0 and the norm's relief; legitimacy is computed only where outsiders are bound."""
    binds_outsiders = any(
        body.scope == "all" and not seated.member.all()
        for body, seated in zip(voters.institution.bodies, voters.bodies, strict=True)
    )
    if not binds_outsiders or not feedback:
        return 0.5, 0.0
    value = voters.legitimacy().value
    if channel == "norm":
        return 0.5, problem.cost * value
    floor = voters.institution.legitimacy_floor
    return floor + (1.0 - floor) * value, 0.0


def _reference(voters: Electorate) -> int:
    """The standard nearer to the first body's agenda setter, the hegemon's where there is none."""
    states = voters.classes.states
    point = voters.bodies[0].agenda if voters.bodies else states.ideal_point[states.hegemon]
    return int(point > 0.5)


def _taste(problem: Problem, classes: Classes, reference: int) -> Floats:
    if problem.kernel == "dyadic":
        return np.zeros(classes.size)  # costs are part of the dyad's payoffs
    taste = np.full(classes.size, -problem.cost)
    if problem.kernel == "coordination":
        side = np.sign(classes.ideal_point - 0.5) * (1 if reference == 1 else -1)
        taste = taste + problem.preference_bonus * side
    return taste


def verdicts(
    problem: Problem, voters: Electorate, events: MandateEvents, stakes: Stakes
) -> tuple[Floats, Floats]:
    """Success and ETA by event and X; in the waiting game they depend on the agents alone."""
    rules = problem.volunteering
    if rules is None:
        return stakes.holds.astype(float)[None, :], stakes.achievement[None, :]
    capability = [float(share) for share in voters.classes.states.shares["capability"]]
    able = sum(share >= rules.able_capability - 1e-12 for share in capability)
    bodies = voters.institution.bodies
    by_set: dict[tuple[bool, ...], float] = {}
    for adopted in map(tuple, events.adopted.tolist()):
        if adopted not in by_set:
            standing = [body for body, stands in zip(bodies, adopted, strict=True) if stands]
            idle = float(np.prod([(1.0 - body.delegation) ** body.centres for body in standing]))
            agents = able + sum(body.centres for body in standing)
            rounds = max((body.rounds for body in standing), default=rules.rounds)
            waits = rescue_probability(agents, rounds, rules)
            by_set[adopted] = (1.0 - idle) + idle * waits
    column = np.array([by_set[tuple(row)] for row in events.adopted.tolist()])[:, None]
    table = np.broadcast_to(column, (column.size, stakes.holds.size))
    return table, table
