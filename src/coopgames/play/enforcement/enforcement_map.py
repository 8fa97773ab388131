"""Where cooperation holds, over one rule and patience, or over two rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import one_of
from ...errors import CoopgamesError
from ...institutions import Institution
from ...problems import Problem
from ...worlds import World
from .enforcement import Enforcement, EnforcementRules, Mandate, Punishments
from .levers import FRONTIER_LEVERS, FrontierLever, lever_values

__all__ = ["EnforcementCell", "EnforcementMap", "enforcement_map"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementCell:
    """One cell of a map.

    Attributes
    ----------
    x, y : float
        The rule's value, and the discount factor or the other rule's value.
    sustained : float
        Probability of a mandate under which cooperation is sustained at this discount factor; NaN
        where ``y`` is a rule.
    discount_factor : float
        The critical one; NaN where there is none.
    binding : str
        Who deviates first at this discount factor, under the likeliest mandate that does not
        sustain cooperation; or, where ``y`` is a rule, who needs most patience. Empty where nobody
        does.
    deviation : str
        What it would do.
    reason : str
        Why no discount factor below 1 deters it.
    adoption : float
        Probability that anything is adopted.
    """

    x: float
    y: float
    sustained: float
    discount_factor: float
    binding: str
    deviation: str
    reason: str
    adoption: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; undefined numbers are None."""
        out: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        for name in ("sustained", "discount_factor"):
            out[name] = None if np.isnan(out[name]) else out[name]
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementMap:
    """Where cooperation holds.

    Attributes
    ----------
    institution, problem, world : str
        Ids; ``world`` is empty where the number of states varies.
    x, y : str
        The rules; ``y`` may be 'discount_factor'.
    rules : mapping
        As in `EnforcementFrontier`.
    x_values, y_values : tuple of float
    cells : tuple of EnforcementCell
        Row by row: all x at the first y, and so on.
    """

    institution: str
    problem: str
    world: str
    x: str
    y: str
    rules: dict[str, Any]
    x_values: tuple[float, ...]
    y_values: tuple[float, ...]
    cells: tuple[EnforcementCell, ...]

    def array(self, name: Literal["sustained", "discount_factor", "adoption"]) -> Floats:
        """Return a number of all cells, shape (y, x)."""
        one_of("name", name, ("sustained", "discount_factor", "adoption"))
        flat = np.array([getattr(cell, name) for cell in self.cells])
        return flat.reshape(len(self.y_values), len(self.x_values))

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each cell."""
        return [cell.to_dict() for cell in self.cells]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        names = ("institution", "problem", "world", "x", "y")
        return {name: getattr(self, name) for name in names} | self.rules | {"cells": self.rows()}


def enforcement_map(
    institution: Institution,
    problem: Problem,
    world: World,
    *,
    x: FrontierLever = "detection",
    y: FrontierLever | Literal["discount_factor"] = "discount_factor",
    x_values: Sequence[float] | None = None,
    y_values: Sequence[float] | None = None,
    x_points: int = 11,
    y_points: int | None = None,
    mandate: Mandate = "standing",
    monitoring: float | None = None,
    periods: int | None = None,
    sanctions_in_punishment: bool = True,
    level: float = 0.5,
    punishments: Punishments = "trigger",
    sides: tuple[str, str] | None = None,
) -> EnforcementMap:
    """Return where cooperation holds, over a rule and patience, or over two rules.

    Parameters
    ----------
    institution, problem, world : Institution, Problem, World
    x : str
        A rule, as in `enforcement_frontier`.
    y : str
        'discount_factor': each cell has the probability of a mandate under which cooperation is
        sustained, and who deviates first. Or another rule: each cell has the critical discount
        factor, and who binds.
    x_values, y_values : sequence of float, optional
        As ``values`` in `enforcement_frontier`; discount factors in [0, 1].
    x_points, y_points : int
        Number of values where none are given, at least 2; 10 discount factors by default, from 0 in
        steps of one over ``y_points``, and 11 values of a rule.
    mandate, monitoring, periods, sanctions_in_punishment, level, punishments, sides
        As in `enforcement_frontier`.

    Returns
    -------
    EnforcementMap

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, both axes are the same rule, or the institution has no body
        whose rules could change.

    Examples
    --------
    >>> import coopgames as cg
    >>> records = [cg.load(*one) for one in (
    ...     ("institutions", "charter"), ("problems", "climate"), ("worlds", "w20"))]
    >>> found = enforcement_map(*records, x_values=[0.0, 0.5, 1.0], y_values=[0.2, 0.6])
    >>> found.array("sustained").round(2)
    array([[0.  , 0.  , 0.57],
           [0.  , 0.57, 0.57]])
    """
    one_of("y", y, ("discount_factor", *FRONTIER_LEVERS))
    if x == y:
        raise CoopgamesError(f"y must be another rule than x; got {y!r} twice")
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
    if {x, y} == {"size", "capability"}:
        raise CoopgamesError("x and y can't be size and capability: sizes are of uniform worlds")
    if y_points is None:
        y_points = 10 if y == "discount_factor" else 11
    across, up = lever_values(x, x_values, x_points), lever_values(y, y_values, y_points)
    if y == "discount_factor":
        columns = [rules.applied(institution, world, {x: value}) for value in across]
        cells = [
            _at(one, a, b, patience=True)
            for b in up
            for one, a in zip(columns, across, strict=True)
        ]
    else:
        rules.check_lever(y)
        cells = [
            _at(rules.applied(institution, world, {x: a, y: b}), a, b, patience=False)
            for b in up
            for a in across
        ]
    return EnforcementMap(
        institution=institution.id,
        problem=problem.id,
        world="" if "size" in (x, y) else world.id,
        x=x,
        y=y,
        rules=rules.described(),
        x_values=tuple(across),
        y_values=tuple(up),
        cells=tuple(cells),
    )


def _at(one: Enforcement, x: float, y: float, *, patience: bool) -> EnforcementCell:
    critical = one.critical
    binding, deviation, reason = critical.binding, critical.deviation, critical.reason
    if patience:
        binding, deviation, reason = one.breach(y)
    return EnforcementCell(
        x=x,
        y=y,
        sustained=one.sustained(y) if patience else float("nan"),
        discount_factor=critical.value,
        binding=binding,
        deviation=deviation,
        reason=reason,
        adoption=one.adoption,
    )
