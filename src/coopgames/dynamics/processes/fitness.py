"""Fitness from payoffs, for processes of birth."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, one_of, probability
from ...errors import CoopgamesError

__all__ = ["Breeds", "check_fitness"]

Floats = npt.NDArray[np.float64]

#: Logarithms of fitness relative to the largest are cut here: smaller ones are not told apart.
SMALLEST_EXPONENT = -600.0


class Breeds:
    """A process in which fitness decides who has offspring."""

    __slots__ = ()

    selection_intensity: float
    fitness: Literal["exponential", "linear"]

    def fitness_of(self, payoffs: Floats, present: npt.NDArray[np.bool_] | None = None) -> Floats:
        """Return fitness, 1 where nobody follows a strategy.

        Raises
        ------
        CoopgamesError
            If linear fitness is not above 0 wherever somebody follows the strategy.
        """
        there = np.ones(payoffs.shape, dtype=bool) if present is None else present
        if self.fitness == "exponential":
            # Only ratios matter; the largest is 1.
            known = np.where(there, payoffs, -np.inf)
            best = np.maximum.reduce(np.moveaxis(known, -1, 0))[..., None]
            exponent = self.selection_intensity * (np.where(there, payoffs, best) - best)
            return np.asarray(np.exp(np.maximum(exponent, SMALLEST_EXPONENT)))
        out = 1.0 - self.selection_intensity + self.selection_intensity * payoffs
        out = np.where(there, out, 1.0)
        if not (out > 0).all():
            raise CoopgamesError(
                f"selection_intensity must keep fitness 1 - w + w payoff above 0; "
                f"got {self.selection_intensity:g}, with fitness down to {out.min():.3g}: take "
                "fitness='exponential', or a smaller one"
            )
        return np.asarray(out)


def check_fitness(process: Any) -> None:
    """Check the fields of `Breeds`."""
    at_least("selection_intensity", process.selection_intensity, 0)
    if one_of("fitness", process.fitness, ("exponential", "linear")) == "linear":
        probability("selection_intensity", process.selection_intensity)
