"""Enforcement frontiers: the patience that sustains cooperation, as one rule changes.

Above the curve trigger strategies sustain cooperation, below it some state breaches. A rule can
move it both ways: severity lowers the gain of a breach, and also what is left to lose if sanctions
stay in force after the fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...institutions import Institution
from ...problems import Problem
from ...worlds import World
from .enforcement import EnforcementRules, Mandate, Punishments
from .levers import FrontierLever, lever_values

__all__ = ["EnforcementFrontier", "FrontierPoint", "enforcement_frontier"]


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
    lever : str
    rules : mapping
        ``mandate`` and ``level``, as in `critical_discount_factor`; or ``mandate``,
        ``punishments`` and ``sides``, where punishments are the worst credible ones.
    points : tuple of FrontierPoint
        In the order of the values given.
    """

    institution: str
    problem: str
    world: str
    lever: str
    rules: dict[str, Any]
    points: tuple[FrontierPoint, ...]

    @property
    def mandate(self) -> str:
        """How the mandate was read."""
        return str(self.rules["mandate"])

    @property
    def level(self) -> float:
        """Probability of mandates under which triggers must sustain cooperation; else NaN."""
        return float(self.rules.get("level", float("nan")))

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each point."""
        return [point.to_dict() for point in self.points]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        names = ("institution", "problem", "world", "lever")
        return {name: getattr(self, name) for name in names} | self.rules | {"points": self.rows()}


def enforcement_frontier(
    institution: Institution,
    problem: Problem,
    world: World,
    *,
    x: FrontierLever = "detection",
    values: Sequence[float] | None = None,
    points: int = 21,
    mandate: Mandate = "standing",
    monitoring: float | None = None,
    periods: int | None = None,
    sanctions_in_punishment: bool = True,
    level: float = 0.5,
    punishments: Punishments = "trigger",
    sides: tuple[str, str] | None = None,
) -> EnforcementFrontier:
    """Return the critical discount factor at each value of one rule, the same in every body.

    Parameters
    ----------
    institution, problem, world : Institution, Problem, World
    x : str
        The rule: 'detection', 'severity', 'delegation', 'quota', 'false_alarm'; 'blocking', the
        probability that a No blocks, of the seats that hold a veto, or of all where a body names
        none; 'size' of a uniform world in place of ``world``; 'capability', a factor on the
        hegemon's.
    values : sequence of float, optional
        Severity in stakes, sizes whole and at least 2, quotas in (0, 1], capability at least 0, all
        else in [0, 1].
    points : int
        Number of evenly spaced values where none are given, at least 2; severity then ends at 1
        stake, sizes run from 20 to 200 and capability from a quarter to four times, our
        assumptions.
    mandate, monitoring, periods, sanctions_in_punishment, level
        As in `compile_game` and `critical_discount_factor`.
    punishments : {'trigger', 'perfect'}
        Trigger strategies of all states; or the worst credible punishments between two sides, with
        perfect monitoring and sanctions in expectation over mandates (`bilateral_game`,
        `perfect_critical_discount`). ``mandate`` and ``level`` are of no importance to these.
    sides : pair of str, optional
        Two classes or roles, a state each; two halves of the world by default.

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
    rules = EnforcementRules(
        problem=problem,
        mandate=mandate,
        monitoring=monitoring,
        periods=periods,
        sanctions_in_punishment=sanctions_in_punishment,
        level=level,
        punishments=punishments,
        sides=sides,
    )
    rules.check_lever(x)
    found = []
    for value in lever_values(x, values, points):
        one = rules.applied(institution, world, {x: value})
        found.append(
            FrontierPoint(
                x=value,
                discount_factor=one.critical.value,
                binding=one.critical.binding,
                reason=one.critical.reason,
                adoption=one.adoption,
            )
        )
    return EnforcementFrontier(
        institution=institution.id,
        problem=problem.id,
        world="" if x == "size" else world.id,
        lever=x,
        rules=rules.described(),
        points=tuple(found),
    )
