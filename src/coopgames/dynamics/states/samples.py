"""What a simulation of an institution's game runs and keeps: a schedule, and blocks of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..._random import BLOCK
from ...games import Game

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["Block", "Schedule", "advance", "drawn_events"]

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How many replicates are run, and when they are looked at."""

    replicates: int
    target: float | None
    max_replicates: int
    samples: int
    sweeps_between: int
    burn_in: int
    start: str

    @property
    def sweeps(self) -> int:
        """Sweeps of one replicate."""
        return self.burn_in + (self.samples - 1) * self.sweeps_between


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Sampled replicates; the fields of `SampledOutcome`.

    ``revisions`` is 0 where none are followed, ``moving`` how many replicates of a flow had not
    settled.
    """

    event: Integers
    acting: npt.NDArray[np.int32]
    contribution: Integers
    losses: Integers
    revisions: int
    moving: int = 0


def drawn_events(game: Game, rng: np.random.Generator) -> Integers:
    """Draw the mandate event of each replicate of a block, shape (1024,)."""
    cumulated = np.cumsum(game.events.probability)
    draw = rng.random(BLOCK) * cumulated[-1]
    last = int(np.flatnonzero(game.events.probability)[-1])
    return np.asarray(np.minimum(np.searchsorted(cumulated, draw, side="right"), last))


def advance(bar: tqdm[Any] | None, sweeps: int) -> None:
    """Move a progress bar on, if there is one."""
    if bar is not None:
        bar.total = max(float(bar.total or 0), bar.n + sweeps)
        bar.update(sweeps)
