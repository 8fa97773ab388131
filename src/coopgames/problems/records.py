"""A problem: what is at stake, who can contribute how much, and what counts as success (D4)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ..errors import SpecificationError
from ..records import Identifier, NonNegative, Positive, Probability, Record

__all__ = ["Problem", "Volunteering"]


class Volunteering(Record, frozen=True, kw_only=True):
    """The waiting game of last-resort rescue (D12, D22.19, D22.25); all our assumptions.

    A state is able from ``able_capability`` (share of world capability) on. Waiting costs
    ``waiting_loss`` a round, discounted by ``waiting_discount``; acting costs ``acting_cost``,
    all in units of the benefit; ``rounds`` is the deadline where no body sets one.
    """

    able_capability: Probability = 0.07
    waiting_loss: Positive = 0.5
    waiting_discount: Probability = 0.9
    acting_cost: Positive = 0.2
    rounds: Annotated[int, msgspec.Meta(ge=1)] = 3


class Problem(Record, frozen=True, kw_only=True):
    """A collective problem.

    ``kernel`` fixes the action game: ``threshold`` (logistic success of the leverage that acts,
    a step where ``slope`` is 0), ``linear``, ``dyadic`` (a 2x2 game with every other state,
    ``dyad`` = reward, sucker, temptation, punishment, costs included), ``coordination`` (on one of
    two standards, ``preference_bonus`` for the own one). ``benefit`` and ``cost`` are shares of the
    stake.
    ``excludability`` counts where the benefit is collective: threshold and linear. ``leverage``
    gives each *role's* share of x, or ``equal`` or ``capability``.
    ``holds_at`` is the bar for success; a threshold problem holds at its threshold.
    ``position`` is the place in a comparison of everything; without one it is left out of that.
    """

    id: Identifier
    title: str = ""
    position: Annotated[int, msgspec.Meta(ge=1)] | None = None
    kernel: Literal["threshold", "linear", "dyadic", "coordination"]
    benefit: NonNegative = 0.8
    cost: NonNegative = 0.12
    threshold: Probability | None = None
    slope: NonNegative = 0.0
    leverage: Literal["equal", "capability"] | dict[str, NonNegative] = "equal"
    excludability: Probability = 0.0
    dyad: tuple[float, float, float, float] | None = None
    preference_bonus: NonNegative = 0.0
    holds_at: Probability | None = None
    volunteering: Volunteering | None = None
    ideal_points: dict[str, Probability] | None = None
    polarisation: Probability | None = None
    description: str = ""
    sources: dict[str, str] = {}

    def _check(self) -> None:
        where = f"problem {self.id!r}"
        if self.kernel == "threshold" and self.threshold is None:
            raise SpecificationError(f"{where}: kernel 'threshold' needs threshold in [0, 1]")
        if self.kernel == "dyadic" and self.dyad is None:
            raise SpecificationError(
                f"{where}: kernel 'dyadic' needs dyad = [reward, sucker, temptation, punishment]"
            )
        if self.kernel != "threshold" and self.holds_at is None:
            raise SpecificationError(f"{where}: kernel {self.kernel!r} needs holds_at in [0, 1]")
        if isinstance(self.leverage, dict) and sum(self.leverage.values()) <= 0:
            raise SpecificationError(f"{where}: leverage shares must sum to more than 0")
