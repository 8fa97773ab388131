"""The verb: a game and a dynamic in, an outcome out."""

from __future__ import annotations

from typing import Protocol

from ..games import Game
from ..outcomes import ExactOutcome
from .logit import Logit

__all__ = ["Dynamic", "evolve"]


class Dynamic(Protocol):
    """What a dynamic must offer: its long-run law, exactly."""

    def long_run(self, game: Game) -> ExactOutcome:
        """Return the stationary outcome."""
        ...


def evolve(game: Game, dynamic: Dynamic | None = None) -> ExactOutcome:
    """Return the long-run outcome of a dynamic in a game, exactly.

    Parameters
    ----------
    game : Game
    dynamic : Logit or Imitation, optional
        Asynchronous logit revision at precision 15 by default.

    Returns
    -------
    ExactOutcome
        With the method and its certificate.

    Raises
    ------
    BudgetError
        Where no exact route fits the budget; says which simulation answers instead.
    """
    return (Logit() if dynamic is None else dynamic).long_run(game)
