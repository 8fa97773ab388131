r"""The action game of a problem on its integer grid: potential, drive, success, achievement.

X is the integer contribution, x = X / total. A state of leverage k that acts at X_{-i} gains
``benefit_i (V(X_{-i} + k) - V(X_{-i})) + drive_i`` before sanctions, where V is

- threshold: r G(x), with G the rescaled logistic of model D4, a step where the slope is 0;
- linear: r x;
- dyadic: the running sum of the gain against l cooperators, l (R-T) + (N-1-l) (S-P), over N-1;
- coordination: the same with +r for each of the l who use the reference standard, -r for the
others.

So every kernel is a potential game, weighted where access to the benefit differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from ..kernels.integers import Grid
from ..records import exact
from .records import Problem

__all__ = ["Stakes", "stakes_of"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stakes:
    """The problem on its grid: arrays over X = 0 .. total.

    ``potential`` is V(X) [stake]; ``holds`` tells whether cooperation holds at X; ``achievement``
    is ETA in [0, 1]; ``idle`` is the benefit of one who does not act where the others contribute
    X, so that one who acts has ``idle[X] + potential[X + k] - potential[X]`` [stake];
    ``grid_error`` is the rounding of leverage, 0 if exact.
    """

    total: int
    potential: Array
    idle: Array
    holds: npt.NDArray[np.bool_]
    achievement: Array
    grid_error: float

    def acting(self, leverage: int) -> Array:
        """Return the benefit of one who acts where all contribute X, shape (total + 1,).

        In stakes. Below its own ``leverage`` X cannot be, and the entry is 0.
        """
        out = np.zeros_like(self.idle)
        others = slice(None, self.idle.size - leverage)
        ahead = slice(leverage, None)
        out[ahead] = self.idle[others] + (self.potential[ahead] - self.potential[others])
        return out


def _logistic_success(x: Array, threshold: float, slope: float) -> Array:
    def raw(z: Array | float) -> Array:
        return np.asarray(0.5 * (1.0 + np.tanh((np.asarray(z) - threshold) / (2.0 * slope))))

    low, high = raw(0.0), raw(1.0)
    return np.asarray((raw(x) - low) / (high - low))


def _pairwise(steps: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(steps)])


def stakes_of(problem: Problem, grid: Grid, size: int) -> Stakes:
    """Return the problem's arrays for ``size`` states whose leverage lies on ``grid``."""
    total = grid.total
    index = np.arange(total + 1)
    x = index / total
    others = np.arange(size)
    bar = exact(problem.holds_at if problem.holds_at is not None else problem.threshold or 0)
    reached = index >= ceil(bar * total)  # in Fractions: a bar may have any number of digits
    if problem.kernel == "threshold":
        assert problem.threshold is not None
        if problem.slope > 0:
            achievement = _logistic_success(x, problem.threshold, problem.slope)
        else:
            achievement = (index >= ceil(exact(problem.threshold) * total)).astype(float)
        potential = problem.benefit * achievement
        idle = potential
    elif problem.kernel == "linear":
        achievement, potential = x, problem.benefit * x
        idle = potential
    elif problem.kernel == "dyadic":
        assert problem.dyad is not None
        reward, sucker, temptation, punishment = problem.dyad
        gains = others * (reward - temptation) + (size - 1 - others) * (sucker - punishment)
        potential = _pairwise(gains / (size - 1))
        idle = (index * temptation + (size - 1 - index) * punishment) / (size - 1)
        pairs = index * (index - 1)
        achievement = pairs / (size * (size - 1))
        reached = pairs >= ceil(bar * (size * (size - 1)))
    else:
        gains = problem.benefit * (2 * others - (size - 1))
        potential, achievement = _pairwise(gains / (size - 1)), x
        idle = problem.benefit * (size - 1 - index) / (size - 1)
    return Stakes(
        total=total,
        potential=potential,
        idle=idle,
        holds=reached,
        achievement=achievement,
        grid_error=grid.error,
    )
