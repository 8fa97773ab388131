r"""The equations of logit equilibrium in log odds.

In a logit equilibrium of precision lambda everybody of role r chooses strategy i with probability

    x_ri = exp(lambda u_ri(x)) / sum_j exp(lambda u_rj(x)),

and everybody chooses on its own. With log odds y_ri = ln x_ri / x_r0 this is

    y_ri - lambda [u_ri(x(y)) - u_r0(x(y))] = 0,

which has no bounds to run into: probabilities near 0 are large numbers. The precision is carried
as t = ln(1 + spread lambda), spread being the largest difference between payoffs, so that the curve
has the same shape in whatever unit, and turns as gently at high precision as at low.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..games import RoleGame

__all__ = ["LogitSystem"]

Floats = npt.NDArray[np.float64]

#: Of log odds, for central differences: their error is near 1e-11.
STEP = 2e-5


@dataclass(frozen=True, slots=True, eq=False)
class LogitSystem:
    """The equations of one game.

    Attributes
    ----------
    game : RoleGame
    spread : float
        Largest difference between payoffs of a role; 1 where there is none. [payoff]
    """

    game: RoleGame
    spread: float = field(init=False)

    def __post_init__(self) -> None:
        spreads = [
            float(np.ptp(table[np.isfinite(table)]))
            for scenario in self.game.scenarios
            for table in scenario.payoffs
        ]
        object.__setattr__(self, "spread", max(spreads) or 1.0)

    @property
    def unknowns(self) -> int:
        """Number of log odds."""
        return sum(self.game.sizes) - len(self.game.sizes)

    def parameter(self, precision: float) -> float:
        """Return t of a precision."""
        return float(np.log1p(precision * self.spread))

    def precision(self, parameter: Any) -> Any:
        """Return the precision of t, a number or an array, per payoff."""
        return np.expm1(parameter) / self.spread

    def log_shares(self, odds: Floats) -> Floats:
        """Return ln x, shape (..., sum of s_r), of log odds, shape (..., unknowns)."""
        parts, first = [], 0
        for size in self.game.sizes:
            own = odds[..., first : first + size - 1]
            full = np.concatenate([np.zeros((*odds.shape[:-1], 1)), own], axis=-1)
            full = full - full.max(axis=-1, keepdims=True)
            parts.append(full - np.log(np.exp(full).sum(axis=-1, keepdims=True)))
            first += size - 1
        return np.concatenate(parts, axis=-1)

    def shares(self, odds: Floats) -> Floats:
        """Return x."""
        return np.exp(self.log_shares(odds))

    def odds(self, logs: Floats) -> Floats:
        """Return log odds, shape (..., unknowns), of ln x or of payoffs up to constants."""
        return np.concatenate(
            [
                logs[..., block.start + 1 : block.stop] - logs[..., block.start, None]
                for block in self.game.blocks()
            ],
            axis=-1,
        )

    def gains(self, odds: Floats) -> Floats:
        """Return u_ri - u_r0 in units of the spread, shape (..., unknowns)."""
        return self.odds(self.game.payoffs_at(self.shares(odds))) / self.spread

    def gains_and_derivative(self, odds: Floats) -> tuple[Floats, Floats]:
        """Return the gains at a point and their derivative, shape (unknowns, unknowns)."""
        shifts = STEP * np.eye(odds.size)
        found = self.gains(np.vstack([odds[None], odds + shifts, odds - shifts]))
        derivative = (found[1 : odds.size + 1] - found[odds.size + 1 :]).T / (2.0 * STEP)
        return found[0], derivative

    def __call__(self, z: Floats) -> tuple[Floats, Floats]:
        """Return the equations at (log odds, t) and their derivative."""
        gains, derivative = self.gains_and_derivative(z[:-1])
        pure = np.expm1(z[-1])
        slope = np.eye(gains.size) - pure * derivative
        return z[:-1] - pure * gains, np.column_stack([slope, -(1.0 + pure) * gains])

    def residuals(self, points: Floats) -> Floats:
        """Return the largest error of a probability at points (log odds, t)."""
        answer = self.shares(np.expm1(points[..., -1:]) * self.gains(points[..., :-1]))
        return np.asarray(np.abs(answer - self.shares(points[..., :-1])).max(axis=-1))

    def too_far(self, here: Floats, there: Floats) -> bool:
        """Whether some probability or the precision moves by more than a picture should miss."""
        moved = np.abs(self.shares(there[:-1]) - self.shares(here[:-1])).max(initial=0.0)
        return bool(moved > 0.1 or abs(there[-1] - here[-1]) > 0.5)
