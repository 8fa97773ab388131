"""What acting and resting pay in a round of an institution's game, by X (model D5)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...games import Game

__all__ = ["round_terms", "tables"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def round_terms(game: Game, among: Mask | None = None) -> tuple[Floats, Floats, Floats]:
    """Return expected access, taste with relief, and sanction of a state of each class.

    Parameters
    ----------
    game : Game
    among : bool array, shape (events,), optional
        Mandate events that the expectation is over; all by default.

    Returns
    -------
    tuple of three arrays, shape (classes,)
        Share; [stake]; [stake].
    """
    events, size = game.events, game.classes.size
    access, relief, sanction = (
        events.mean_by_class(values, size, among)
        for values in (events.access, events.relief, game.sanction_factor * events.sanction)
    )
    return access, game.taste + relief, sanction


def tables(
    game: Game, leverage: int, access: float, taste: float, sanction: float
) -> tuple[Floats, Floats]:
    """Return what one who acts, and one who rests, has where all contribute X, shape (grid,).

    The first means nothing below its own leverage, where X cannot be.
    """
    stakes = game.stakes
    return access * stakes.acting(leverage) + taste, access * stakes.idle - sanction
