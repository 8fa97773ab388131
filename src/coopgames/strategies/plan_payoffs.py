"""One profile of plans: what each plan pays, and what every deviation of a single state would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..errors import CoopgamesError
from ..games import Game, compile_game
from ..institutions import Institution
from ..problems import Problem
from ..worlds import World
from .plan_game import OUTCOMES, plan_game
from .plans import NAMED9, START, plan_named
from .strategic_votes import TREMBLE

__all__ = ["PlanPayoffs", "plan_payoffs"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanPayoffs:
    """What plans pay in one profile, and what leaving them alone would.

    Attributes
    ----------
    classes : tuple of str
        Labels.
    plans : tuple of str
        In the order of the arrays.
    counts : int array, shape (classes, plans)
    payoffs : array, shape (classes, plans)
        NaN where nobody follows the plan. [stake]
    deviations : array, shape (classes, plans, plans)
        ``[c, i, j]`` is what one of class c that follows i would get by j alone; NaN where nobody
        follows i. [stake]
    adoption : float
        Probability that anything is adopted.
    success : float
        Probability that cooperation holds.
    regret : float
        The most that anybody would gain by another plan. [stake]
    """

    classes: tuple[str, ...]
    plans: tuple[str, ...]
    counts: Integers
    payoffs: Floats
    deviations: Floats
    adoption: float
    success: float
    regret: float


def plan_payoffs(
    institution: Institution,
    problem: Problem,
    world: World,
    profile: str | Mapping[str, str] | npt.ArrayLike,
    *,
    last: Literal["success", "failure"] = START,
    tremble: float = TREMBLE,
    **options: Any,
) -> PlanPayoffs:
    """Return what the plans of a profile pay, and every deviation of a single state.

    Parameters
    ----------
    institution, problem, world : Institution, Problem, World
        Records.
    profile : str, mapping or array_like of int, shape (classes, 9)
        The plan of everybody; the plan of each role, or of each class by its label; or how many
        states of each class follow each plan, in the order of `NAMED9`.
    last : {'success', 'failure'}
        The last outcome; at the start it counts as a success.
    tremble : float
        Probability of voting against one's plan, in [0, 1/2]; 0.01 is our assumption.
    **options
        Passed to `coopgames.compile_game`.

    Returns
    -------
    PlanPayoffs
        Work: one law of mandate events for every division into stances, at most one per deviation.

    Raises
    ------
    CoopgamesError
        If a plan, a role or a count is not known, or counts do not sum to the classes.
    BudgetError
        If opt-in bodies give too many mandate events.

    Examples
    --------
    >>> import coopgames as cg
    >>> where = cg.load("problems", "climate"), cg.uniform_world(3)
    >>> found = plan_payoffs(cg.load("institutions", "federation"), *where, "steward")
    >>> round(found.adoption, 4), found.success
    (1.0, 1.0)
    """
    one_of("last", last, OUTCOMES)
    game = compile_game(institution, problem, world, **options)
    made = plan_game(game, last=last, tremble=tremble, merge=False)
    plans = tuple(plan.name for plan in NAMED9)
    counts = _counts(game, plans, profile)
    size, number = game.classes.size, len(plans)
    row = counts.reshape(1, -1)
    payoffs = np.full((size, number), np.nan)
    deviations = np.full((size, number, number), np.nan)
    for c, i in zip(*np.nonzero(counts), strict=True):
        payoffs[c, i] = made.payoffs(row, c * number + i)[0, 0]
        for j in range(number):
            deviations[c, i, j] = made.deviations(row, c * number + i, c * number + j)[0, 0]
    gains = (deviations - payoffs[:, :, None])[counts > 0]
    return PlanPayoffs(
        classes=game.classes.labels,
        plans=plans,
        counts=counts,
        payoffs=payoffs,
        deviations=deviations,
        adoption=made.adoption(row[0]),
        success=made.success(row[0])[0],
        regret=max(0.0, float(gains.max())),
    )


def _counts(
    game: Game, plans: tuple[str, ...], profile: str | Mapping[str, str] | npt.ArrayLike
) -> Integers:
    """Return how many states of each class follow each plan."""
    classes = game.classes
    if isinstance(profile, str):
        profile = dict.fromkeys(classes.labels, profile)
    if isinstance(profile, Mapping):
        counts = np.zeros((classes.size, len(plans)), dtype=np.int64)
        roles = [classes.states.world.roles[int(r)].name for r in classes.role]
        unknown = set(profile) - set(roles) - set(classes.labels)
        if unknown:
            raise CoopgamesError(
                f"profile must name roles or classes, of {', '.join(classes.labels)}; got "
                f"{', '.join(map(repr, sorted(unknown)))}"
            )
        for c, (label, role) in enumerate(zip(classes.labels, roles, strict=True)):
            name = profile.get(label, profile.get(role))
            if name is None:
                raise CoopgamesError(f"profile must give a plan to every role; {role!r} has none")
            counts[c, plans.index(plan_named(name).name)] = classes.counts[c]
        return counts
    counts = np.asarray(profile)
    shape = (classes.size, len(plans))
    whole = counts.shape == shape and (counts == np.rint(counts)).all() and (counts >= 0).all()
    if not whole or (counts.sum(axis=1) != classes.counts).any():
        raise CoopgamesError(
            f"profile must be whole numbers of shape (classes, plans) = {shape}, at least 0, that "
            f"sum to {classes.counts.tolist()} by class; got {counts.tolist()}"
        )
    return counts.astype(np.int64)
