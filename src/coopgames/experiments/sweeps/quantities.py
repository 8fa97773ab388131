"""The measures a cell can be asked for, each with its unit and bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite, isnan, nan
from typing import Any

from ...dynamics import Logit
from ...games import Game
from ...measures import (
    Cooperation,
    cooperation,
    critical_sanction_factor,
    off_preference,
    onset,
    spell,
)
from ...outcomes import ExactOutcome, SampledOutcome

__all__ = ["DEFAULT_QUANTITIES", "FAILURES", "QUANTITIES", "Quantity", "Solved"]

#: Codes of the measure ``failure``: positions in this list.
FAILURES = ("none", "no_body", "gridlock", "exclusion", "free_riding")


class Solved:
    """A solved cell: its outcome, and what several measures share.

    ``baseline`` returns the achievement of anarchy in the same cell.
    """

    def __init__(
        self,
        outcome: ExactOutcome | SampledOutcome,
        dynamic: Any,
        baseline: Callable[[], float],
    ) -> None:
        self.outcome = outcome
        self.dynamic = dynamic
        self.baseline = baseline

    @property
    def game(self) -> Game:
        """The game that was solved."""
        return self.outcome.game

    @cached_property
    def cooperation(self) -> Cooperation:
        """How often cooperation holds, and why not."""
        return cooperation(self.outcome)


#: A value and, where it is NaN, the reason.
Value = tuple[float, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A measure of a solved cell.

    Attributes
    ----------
    meaning, unit : str
    lower, upper : float
        Bounds of its values.
    value : callable
        From `Solved` to the value and, where undefined (NaN), the reason.
    error : callable, optional
        From `Solved` to the standard error of a sampled value.
    needs_logit : bool
        Whether it is defined under logit revision only.
    """

    meaning: str
    value: Callable[[Solved], Value]
    unit: str = "1"
    lower: float = 0.0
    upper: float = 1.0
    error: Callable[[Solved], float] | None = None
    needs_logit: bool = False


def _part(name: str, meaning: str, *, sampled: bool = False) -> Quantity:
    """Return a part of `Cooperation`."""

    def value(cell: Solved) -> Value:
        return float(getattr(cell.cooperation, name)), cell.cooperation.reasons.get(name, "")

    def error(cell: Solved) -> float:
        return float(cell.cooperation.standard_errors.get(name, 0.0))

    return Quantity(meaning=meaning, value=value, error=error if sampled else None)


def _failure(cell: Solved) -> Value:
    return float(FAILURES.index(cell.cooperation.failure)), ""


def _value_added(cell: Solved) -> Value:
    baseline = cell.baseline()
    if baseline >= 1.0:
        return nan, "anarchy achieves everything already"
    return (cell.cooperation.achievement - baseline) / (1.0 - baseline), ""


def _critical_factor(cell: Solved) -> Value:
    return critical_sanction_factor(cell.game, cell.dynamic.success_rate)


def _spell(cell: Solved) -> Value:
    return spell(cell.outcome)


def _onset(cell: Solved) -> Value:
    return onset(cell.outcome)


QUANTITIES: dict[str, Quantity] = {
    "success_rate": _part("success_rate", "how often the target is met", sampled=True),
    "achievement": _part("achievement", "mean success", sampled=True),
    "act_rate": _part("act_rate", "share of states that act"),
    "coverage": _part("coverage", "share of states bound, where anything is adopted"),
    "adoption": _part("adoption", "probability that anything is adopted"),
    "compliance": _part("compliance", "share of bound states that act"),
    "unilateral": _part("unilateral", "acts of states that are not bound"),
    "free_riding": _part("free_riding", "missing acts of bound states"),
    "exclusion": _part("exclusion", "missing acts of states that what is adopted does not bind"),
    "gridlock": _part("gridlock", "missing acts where nothing is adopted"),
    "failure": Quantity(
        meaning="why cooperation fails", value=_failure, upper=float(len(FAILURES) - 1)
    ),
    "spell": Quantity(
        meaning="mean length of a spell of success", value=_spell, unit="sweep", upper=inf
    ),
    "onset": Quantity(
        meaning="mean length of a spell without success", value=_onset, unit="sweep", upper=inf
    ),
    "off_preference": Quantity(
        meaning="share of states on a standard that they do not prefer",
        value=lambda cell: off_preference(cell.outcome),
    ),
    "value_added": Quantity(
        meaning="share of the gap left by anarchy that is closed, in achievement",
        value=_value_added,
        lower=-inf,
    ),
    "critical_sanction_factor": Quantity(
        meaning="factor on all sanctions at which the success rate crosses one half",
        value=_critical_factor,
        upper=inf,
        needs_logit=True,
    ),
}

DEFAULT_QUANTITIES = tuple(QUANTITIES)[:11]


def measured(cell: Solved, names: tuple[str, ...]) -> tuple[dict[str, float], dict[str, str]]:
    """Return the values asked for, standard errors of sampled ones, and reasons of undefined ones.

    A standard error stands under ``<name>_standard_error``.
    """
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for name in names:
        quantity = QUANTITIES[name]
        values[name], reason = quantity.value(cell)
        if not isfinite(values[name]):
            reasons[name] = reason or ("undefined" if isnan(values[name]) else "infinite")
        if quantity.error is not None and not cell.outcome.certificate.exact:
            values[error_name(name)] = quantity.error(cell)
    return values, reasons


def error_name(name: str) -> str:
    """Return the name of a measure's standard error."""
    return f"{name}_standard_error"


def is_logit(dynamic: Any) -> bool:
    """Whether a dynamic can answer measures that need logit revision."""
    return isinstance(dynamic, Logit)
