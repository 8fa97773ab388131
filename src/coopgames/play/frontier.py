"""Enforcement frontiers: the patience that sustains cooperation, as one rule changes.

Above the curve trigger strategies sustain cooperation, below it some state breaches. A rule can
move it both ways: severity lowers the gain of a breach, and also what is left to lose if sanctions
stay in force after the fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .._checks import at_least, count, one_of, probability
from ..errors import CoopgamesError
from ..games import compile_game
from ..institutions import Institution, variant
from ..problems import Problem
from ..worlds import World, uniform_world
from .trigger import critical_discount_factor

__all__ = ["FRONTIER_LEVERS", "EnforcementFrontier", "FrontierPoint", "enforcement_frontier"]

FrontierLever = Literal["detection", "severity", "delegation", "quota", "false_alarm", "size"]

#: The rules that can be varied; ``size`` is the number of states of a uniform world.
FRONTIER_LEVERS: tuple[FrontierLever, ...] = (
    "detection",
    "severity",
    "delegation",
    "quota",
    "false_alarm",
    "size",
)
#: Smallest and largest world tried when no sizes are given, our assumption. [states]
SIZES = (20, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """One point of a frontier.

    Attributes
    ----------
    x : float
        The rule's value, in every body.
    discount_factor : float
        The critical one, NaN where there is none.
    binding : str
        Class of the state that needs most patience, or that can't be held.
    reason : str
        Why there is none.
    adoption : float
        Probability that anything is adopted.
    """

    x: float
    discount_factor: float
    binding: str
    reason: str
    adoption: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; an undefined discount factor is None."""
        value = self.discount_factor
        return {
            "x": self.x,
            "discount_factor": None if np.isnan(value) else value,
            "binding": self.binding,
            "adoption": self.adoption,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementFrontier:
    """Critical discount factors over one rule.

    Attributes
    ----------
    institution, problem, world : str
        Ids; ``world`` is empty where the number of states varies.
    lever, mandate : str
    level : float
        As in `critical_discount_factor`.
    points : tuple of FrontierPoint
        In the order of the values given.
    """

    institution: str
    problem: str
    world: str
    lever: str
    mandate: str
    level: float
    points: tuple[FrontierPoint, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each point."""
        return [point.to_dict() for point in self.points]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        names = ("institution", "problem", "world", "lever", "mandate", "level")
        return {name: getattr(self, name) for name in names} | {"points": self.rows()}


def enforcement_frontier(
    institution: Institution,
    problem: Problem,
    world: World,
    *,
    x: FrontierLever = "detection",
    values: Sequence[float] | None = None,
    points: int = 21,
    mandate: Literal["standing", "expected"] = "standing",
    monitoring: float | None = None,
    periods: int | None = None,
    sanctions_in_punishment: bool = True,
    level: float = 0.5,
) -> EnforcementFrontier:
    """Return the critical discount factor at each value of one rule, the same in every body.

    Parameters
    ----------
    institution, problem, world : Institution, Problem, World
    x : {'detection', 'severity', 'delegation', 'quota', 'false_alarm', 'size'}
        The rule; 'size' puts the institution into uniform worlds in place of ``world``.
    values : sequence of float, optional
        Severity in stakes, sizes whole and at least 2, quotas in (0, 1], all else in [0, 1].
    points : int
        Number of evenly spaced values where none are given, at least 2; severity then ends at 1
        stake and sizes run from 20 to 200, our assumptions.
    mandate, monitoring, periods, sanctions_in_punishment, level
        As in `compile_game` and `critical_discount_factor`.

    Returns
    -------
    EnforcementFrontier

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or the institution has no body whose rules could change.

    Examples
    --------
    >>> import coopgames as cg
    >>> records = [cg.load(*one) for one in (
    ...     ("institutions", "charter"), ("problems", "climate"), ("worlds", "w20"))]
    >>> found = enforcement_frontier(*records, values=[0.0, 0.5, 1.0])
    >>> [round(point.discount_factor, 3) for point in found.points]
    [nan, 0.247, 0.141]
    """
    one_of("x", x, FRONTIER_LEVERS)
    one_of("mandate", mandate, ("standing", "expected"))
    if x != "size" and not institution.bodies:
        raise CoopgamesError(
            f"institution {institution.id!r} has no body whose {x} could change; take another "
            "institution, or x='size'"
        )
    if x == "detection" and monitoring is not None:
        raise CoopgamesError("monitoring replaces detection; leave it out, or vary another rule")
    found = []
    for value in _values(x, values, points):
        rules, place = institution, world
        if x == "size":
            place = uniform_world(int(value))
        elif x == "quota":
            rules = variant(institution, quota=value, strict=False)
        else:
            change: dict[str, Any] = {x: value}
            rules = variant(institution, **change)
        game = compile_game(rules, problem, place, mandate=mandate)
        critical = critical_discount_factor(
            game,
            monitoring=monitoring,
            periods=periods,
            sanctions_in_punishment=sanctions_in_punishment,
            level=level,
        )
        found.append(
            FrontierPoint(
                x=value,
                discount_factor=critical.value,
                binding=critical.binding,
                reason=critical.reason,
                adoption=game.adoption,
            )
        )
    return EnforcementFrontier(
        institution=institution.id,
        problem=problem.id,
        world="" if x == "size" else world.id,
        lever=x,
        mandate=mandate,
        level=level,
        points=tuple(found),
    )


def _values(x: str, values: Sequence[float] | None, points: int) -> list[float]:
    if values is None:
        number = count("points", points, 2)
        if x == "size":
            sizes = np.linspace(*SIZES, number).round()
            return [float(size) for size in np.unique(sizes)]
        start = 1.0 / number if x == "quota" else 0.0
        return [float(value) for value in np.linspace(start, 1.0, number)]
    if x == "size":
        return [float(count("values", value, 2)) for value in values]
    if x == "severity":
        return [at_least("values", value, 0) for value in values]
    given = [probability("values", value) for value in values]
    if x == "quota" and min(given, default=1.0) == 0:
        raise CoopgamesError("values of a quota must lie in (0, 1]; got 0")
    return given
