"""The compiled game: classes, mandate events, and the action game of layer 2."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from ..institutions import Institution
from ..problems import Problem, Stakes
from ..provenance import specification_hash
from ..worlds import World
from .classes import Classes
from .events import MandateEvents
from .votes import Electorate

__all__ = ["ActionGame", "Game"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ActionGame:
    """Layer 2 as a solver needs it: one row per event that is played.

    A state of group g that acts where the others contribute Y gains
    ``access[g] * (potential[Y + leverage[g]] - potential[Y]) + drive[g]``. [stake]

    Attributes
    ----------
    probability : array, shape (rows,)
    counts : int array, shape (rows, groups)
    leverage : int array, shape (groups,)
    drive : array, shape (rows, groups)
        Sanction plus own preference minus cost. [stake]
    access : array, shape (rows, groups)
    potential : array, shape (grid,)
    """

    probability: Floats
    counts: Integers
    leverage: Integers
    drive: Floats
    access: Floats
    potential: Floats

    def common_access(self) -> Floats | None:
        """Return each row's access where all its states share one, shape (rows,); else None."""
        present = self.counts > 0
        highest = np.where(present, self.access, -np.inf).max(axis=1)
        lowest = np.where(present, self.access, np.inf).min(axis=1)
        return highest if (highest == lowest).all() else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Game:
    """A game form played over a problem in a world, compiled.

    ``success`` and ``achievement`` have shape (events or 1, grid): the probability that
    cooperation holds, and
    ETA, given the event and X. ``leverage``, ``taste`` (drive before sanctions, [stake]) have one
    entry per class. ``reference`` is the standard that counts as acting in coordination.
    """

    institution: Institution
    problem: Problem
    world: World
    mandate: Literal["standing", "expected"]
    punishment: Literal["max", "sum"]
    legitimacy_feedback: bool
    legitimacy_channel: Literal["sanction", "norm"]
    outsider_compliance: float
    electorate: Electorate
    classes: Classes
    events: MandateEvents
    stakes: Stakes
    leverage: Integers
    taste: Floats
    success: Floats
    achievement: Floats
    reference: int
    sanction_factor: float = 1.0

    @property
    def size(self) -> int:
        """Number of states."""
        return self.classes.states.size

    @property
    def adoption(self) -> float:
        """Probability that anything is adopted."""
        return self.events.adoption

    def action_game(self) -> ActionGame:
        """Return what is played: every event (standing), or their mean once (expected)."""
        events, of_group = self.events, self.events.class_of_group
        sanction = self.sanction_factor * events.sanction + events.relief
        if self.mandate == "standing":
            return ActionGame(
                probability=events.probability,
                counts=events.counts,
                leverage=self.leverage[of_group],
                drive=self.taste[of_group] + sanction,
                access=events.access,
                potential=self.stakes.potential,
            )
        size = self.classes.size
        return ActionGame(
            probability=np.ones(1),
            counts=self.classes.counts[None, :],
            leverage=self.leverage,
            drive=(self.taste + events.mean_by_class(sanction, size))[None, :],
            access=events.mean_by_class(events.access, size)[None, :],
            potential=self.stakes.potential,
        )

    def coordinates(self) -> dict[str, Any]:
        """Return the names and values that tell this game's cell from others in a grid."""
        return {
            "institution": self.institution.id,
            "problem": self.problem.id,
            "world": self.world.id,
            "mandate": self.mandate,
            "punishment": self.punishment,
            "legitimacy_feedback": self.legitimacy_feedback,
            "legitimacy_channel": self.legitimacy_channel,
            "sanction_factor": self.sanction_factor,
        }

    def specification(self) -> dict[str, Any]:
        """Return the coordinates with a hash of each record, for provenance."""
        records = (self.institution, self.problem, self.world)
        digests = [specification_hash(msgspec.to_builtins(record)) for record in records]
        return self.coordinates() | {"records": digests}

    def with_sanction_factor(self, factor: float) -> Game:
        """Return the game with every expected sanction multiplied by ``factor`` >= 0."""
        return replace(self, sanction_factor=factor)
