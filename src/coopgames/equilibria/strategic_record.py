"""What the solver of strategic votes returns: profiles of plans, and sincere voting beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..games import Game
from ..strategies import START

__all__ = ["Kind", "SincereVoting", "StrategicEquilibria", "StrategicProfile"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal["counts", "one_plan", "search"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrategicProfile:
    """An equilibrium in plans.

    Attributes
    ----------
    plans : tuple of (class, tuple of (plans, number))
        Who follows what; plans of the same effect are named together.
    counts : int array, shape (options,)
        The same in the order of `PlanGame`.
    payoffs : tuple of arrays, shape (outcomes, options)
        Expected; NaN where nobody takes the option. [stake]
    adoption : float
        Probability that anything is adopted.
    success : tuple of float
        Probability that cooperation holds, after each last outcome.
    regret : float
        The most that anybody would gain by another plan; at most a tie. [stake]
    """

    plans: tuple[tuple[str, tuple[tuple[tuple[str, ...], int], ...]], ...]
    counts: Integers
    payoffs: Floats
    adoption: float
    success: tuple[float, ...]
    regret: float

    @property
    def success_rate(self) -> float:
        """How often cooperation holds.

        After one last outcome, in that round; after both, on average over all rounds from the
        start, where the last outcome counts as a success.
        """
        if len(self.success) == 1:
            return self.success[0]
        stays, returns = self.success
        leaves = 1.0 - stays
        if leaves + returns == 0.0:
            return float(START == "success")
        return returns / (leaves + returns)


@dataclass(frozen=True, slots=True, kw_only=True)
class SincereVoting:
    """The same game with sincere votes, as a reference.

    Attributes
    ----------
    adoption : float
    worst, best : float
        How likely cooperation holds in the worst and best pure equilibrium of acts, at expected
        sanctions.
    voting : str
        'sincere'.
    """

    adoption: float
    worst: float
    best: float
    voting: str = "sincere"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrategicEquilibria:
    """Equilibria in plans, and what is known about the others.

    Attributes
    ----------
    game : Game
        Compiled with sincere votes, which only ``sincere`` uses.
    options : tuple of tuples of tuple of str
        Per class, the plans that differ; those of the same effect together.
    outcomes : tuple of str
        Last outcomes after which nobody gains.
    profiles : tuple of StrategicProfile
    kind : {'counts', 'one_plan', 'search'}
        Which profiles were examined.
    complete : bool
        Whether ``profiles`` are all equilibria of the kind.
    proof : str
        What proves it, or what is missing.
    sincere : SincereVoting
    voting : str
        'strategic'.
    parameters, budget : mapping
        Of the solver; what was allowed and what was used.
    notes : tuple of str
    """

    game: Game
    options: tuple[tuple[tuple[str, ...], ...], ...]
    outcomes: tuple[str, ...]
    profiles: tuple[StrategicProfile, ...]
    kind: Kind
    complete: bool
    proof: str
    sincere: SincereVoting
    voting: str = "strategic"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    budget: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.profiles)

    def __iter__(self) -> Iterator[StrategicProfile]:
        return iter(self.profiles)

    def __getitem__(self, position: int) -> StrategicProfile:
        return self.profiles[position]

    @property
    def regret(self) -> float:
        """The largest regret of any profile [stake]; 0 where there is none."""
        return max((profile.regret for profile in self.profiles), default=0.0)

    def between(self, quantity: Literal["adoption", "success_rate"]) -> tuple[float, float]:
        """Return the lowest and highest value over the equilibria; NaN where there is none."""
        one_of("quantity", quantity, ("adoption", "success_rate"))
        values = [getattr(profile, quantity) for profile in self.profiles]
        return (min(values), max(values)) if values else (float("nan"), float("nan"))
