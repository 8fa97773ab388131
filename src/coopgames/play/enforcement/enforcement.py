"""Which discount factor enforces cooperation under one institution in one world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..._checks import one_of
from ...errors import CoopgamesError
from ...games import compile_game
from ...games.bilateral import bilateral_game
from ...institutions import Institution
from ...problems import Problem
from ...worlds import World
from .levers import FRONTIER_LEVERS, with_lever
from .perfect_critical import PerfectCriticalDiscount, perfect_critical_discount
from .trigger import CriticalDiscount, critical_discount_factor

__all__ = ["Enforcement", "EnforcementRules", "Mandate", "Punishments"]

Mandate = Literal["standing", "expected"]
Punishments = Literal["trigger", "perfect"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Enforcement:
    """What enforces cooperation.

    Attributes
    ----------
    critical : CriticalDiscount or PerfectCriticalDiscount
    adoption : float
        Probability that anything is adopted.
    """

    critical: CriticalDiscount | PerfectCriticalDiscount
    adoption: float

    def sustained(self, discount_factor: float) -> float:
        """Return the probability of a mandate under which cooperation is sustained."""
        if isinstance(self.critical, CriticalDiscount):
            return self.critical.sustained(discount_factor)
        return float(discount_factor >= self.critical.value)

    def breach(self, discount_factor: float) -> tuple[str, str, str]:
        """Return who deviates first at a discount factor, how, and why none would deter it.

        Under several mandates, in the likeliest of those that don't sustain cooperation; three
        empty words where all do.
        """
        one = self.critical
        if self.sustained(discount_factor) >= 1 - 1e-12:
            return "", "", ""
        if isinstance(one, PerfectCriticalDiscount):
            return one.binding, one.deviation, one.reason
        open_events = [e for e in one.events if not e.lowest <= discount_factor <= e.highest]
        event = max(open_events, key=lambda event: event.probability)
        if discount_factor > event.highest:
            return "", "", "somebody prefers the fall"
        return event.binding, "stops acting" if event.binding else "", event.reason


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EnforcementRules:
    """How cooperation is to be enforced; see `enforcement_frontier` for the fields."""

    problem: Problem
    mandate: Mandate
    monitoring: float | None
    periods: int | None
    sanctions_in_punishment: bool
    level: float
    punishments: Punishments
    sides: tuple[str, str] | None

    def __post_init__(self) -> None:
        one_of("mandate", self.mandate, ("standing", "expected"))
        one_of("punishments", self.punishments, ("trigger", "perfect"))
        if self.punishments == "trigger":
            if self.sides is not None:
                raise CoopgamesError("sides belong to punishments='perfect'; leave them out")
            return
        if self.monitoring is not None or self.periods is not None:
            raise CoopgamesError(
                "punishments='perfect' has perfect monitoring and the worst credible punishment; "
                "leave monitoring and periods out"
            )
        if self.sides is not None and len(self.sides) != 2:
            raise CoopgamesError(f"sides must be two classes or roles; got {self.sides!r}")

    def check_lever(self, lever: str) -> None:
        """Refuse a lever that could not change anything."""
        one_of("x", lever, FRONTIER_LEVERS)
        if lever == "detection" and self.monitoring is not None:
            raise CoopgamesError(
                "monitoring replaces detection; leave it out, or vary another rule"
            )

    def applied(
        self, institution: Institution, world: World, levers: dict[str, float]
    ) -> Enforcement:
        """Return what enforces cooperation with these rules changed."""
        for lever, value in levers.items():
            institution, world = with_lever(institution, world, lever, value)
        game = compile_game(institution, self.problem, world, mandate=self.mandate)
        critical: CriticalDiscount | PerfectCriticalDiscount
        if self.punishments == "perfect":
            critical = perfect_critical_discount(bilateral_game(game, *(self.sides or ())))
        else:
            critical = critical_discount_factor(
                game,
                monitoring=self.monitoring,
                periods=self.periods,
                sanctions_in_punishment=self.sanctions_in_punishment,
                level=self.level,
            )
        return Enforcement(critical=critical, adoption=game.adoption)

    def described(self) -> dict[str, object]:
        """Return what a reader of an answer must know, as plain data."""
        out: dict[str, object] = {"mandate": self.mandate, "level": self.level}
        if self.punishments == "perfect":
            sides = None if self.sides is None else list(self.sides)
            out = {"mandate": "expected", "punishments": self.punishments, "sides": sides}
        return out
