"""What is known about the equilibrium payoffs of a repeated game of two players."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import one_of
from ...kernels.self_generation.polygons import Polygon, contains, convex_hull, distance, section
from ...records import exact as as_fraction

__all__ = ["ROUNDING", "GeneratedPayoff", "SubgamePerfectPayoffs"]

Array = npt.NDArray[Any]

#: Distances below this share of the payoffs' size are rounding.
ROUNDING = 2.0**-46


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedPayoff:
    """How a payoff of an equilibrium comes about.

    Attributes
    ----------
    payoffs : pair of numbers
        Mean payoffs from now on. [payoff]
    actions : pair of str
        What is played now.
    continuation : pair of numbers
        Mean payoffs from the next round on, if nobody deviates; equal to ``payoffs`` where the
        actions are played for ever. [payoff]
    """

    payoffs: tuple[Any, Any]
    actions: tuple[str, str]
    continuation: tuple[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgamePerfectPayoffs:
    """The set of subgame-perfect payoffs between two bounds.

    Attributes
    ----------
    players : pair of str
    strategies : pair of tuples of str
    discount_factor : float or Fraction
    vertices : array, shape (k, 2)
        Corners of the set, counterclockwise: of ``inner`` where ``complete``, else of ``outer``;
        Fractions in an array of objects where ``exact``. Corners that stick out by less than some
        gaps are left out. [payoff]
    feasible : array, shape (., 2)
        Corners of what mixtures of pairs of actions pay. [payoff]
    outer, inner : array, shape (., 2)
        Corners of a set that holds all equilibrium payoffs, and of one that holds no others.
        [payoff]
    threats : pair of numbers
        Each player's worst equilibrium payoff, by ``vertices``; NaN where there is none. [payoff]
    threat_bounds : array, shape (2, 2)
        The same by ``outer`` and by ``inner``, one row per player. [payoff]
    generators : tuple of GeneratedPayoff
        One for each of the vertices.
    action_pairs : tuple of pairs of str
        What can be played in the first round of some equilibrium.
    exact, complete, empty : bool
        Whether all was computed in Fractions; whether the gap is within the tolerance; whether it
        is proved that there is no equilibrium in pure strategies.
    proof : str
        What is proved, in words.
    iterations : int
        Steps from outside.
    residual, gap : float
        Hausdorff distances of the last step, and of ``outer`` and ``inner``; in units of the
        payoffs' ranges, rounded up to powers of two.
    """

    players: tuple[str, str]
    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    discount_factor: Any
    vertices: Array
    feasible: Array
    outer: Array
    inner: Array
    threats: tuple[Any, Any]
    threat_bounds: Array
    generators: tuple[GeneratedPayoff, ...]
    action_pairs: tuple[tuple[str, str], ...]
    exact: bool
    complete: bool
    empty: bool
    proof: str
    iterations: int
    residual: float
    gap: float

    def contains(self, payoffs: tuple[Any, Any]) -> bool | None:
        """Return whether payoffs are those of an equilibrium; None where the bounds don't tell.

        Parameters
        ----------
        payoffs : pair of numbers
            Mean payoffs of both players. [payoff]
        """
        point = (payoffs[0], payoffs[1])
        slack: Any = 0 if self.exact else self._slack
        if self.exact:
            point = (as_fraction(point[0]), as_fraction(point[1]))
        if contains(_polygon(self.inner), point, slack):
            return True
        return None if contains(_polygon(self.outer), point, slack) else False

    def distance(
        self, payoffs: tuple[Any, Any], bound: Literal["outer", "inner"] = "outer"
    ) -> float:
        """Return how far payoffs are from one of the bounds, in payoffs; infinite if empty."""
        one_of("bound", bound, ("outer", "inner"))
        corners = self.outer if bound == "outer" else self.inner
        return distance(_polygon(corners), (payoffs[0], payoffs[1]))

    @property
    def _slack(self) -> float:
        return ROUNDING * float(np.abs(self.outer).max(initial=0.0))

    @property
    def best_symmetric(self) -> Any:
        """The largest payoff that both can have at once, by ``vertices``; NaN if none."""
        turned = [(y - x, x) for x, y in _polygon(self.vertices)]
        if not turned:
            return float("nan")
        slack = 0 if self.exact else self._slack
        found = section(convex_hull(turned, slack), 0, 0 * turned[0][0], slack)
        return float("nan") if found is None else found[1]

    @property
    def best_sum(self) -> Any:
        """The largest sum of payoffs, by ``vertices``; NaN if there is no equilibrium."""
        return max((x + y for x, y in _polygon(self.vertices)), default=float("nan"))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: numbers as floats, undefined ones None."""

        def plain(value: Any) -> float | None:
            return None if np.isnan(float(value)) or np.isinf(float(value)) else float(value)

        def corners(polygon: Array) -> list[list[float]]:
            return [[float(x), float(y)] for x, y in polygon]

        return {
            "players": list(self.players),
            "discount_factor": float(self.discount_factor),
            "vertices": corners(self.vertices),
            "outer": corners(self.outer),
            "inner": corners(self.inner),
            "threats": [plain(value) for value in self.threats],
            "best_symmetric": plain(self.best_symmetric),
            "best_sum": plain(self.best_sum),
            "action_pairs": [list(pair) for pair in self.action_pairs],
            "complete": self.complete,
            "empty": self.empty,
            "exact": self.exact,
            "proof": self.proof,
            "iterations": self.iterations,
            "residual": plain(self.residual),
            "gap": plain(self.gap),
        }


def _polygon(corners: Array) -> Polygon:
    return tuple((x, y) for x, y in corners.tolist())
