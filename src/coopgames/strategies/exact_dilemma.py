"""A dilemma as four exact numbers: R, S, T, P of one player beside others who all do the same."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..kernels.rationals import rational
from .zero_determinant import as_dilemma

__all__ = ["Dilemma", "exact_dilemma"]


class Dilemma(NamedTuple):
    """Payoffs of one player, by its act and that of all others: R, S, T, P."""

    reward: Fraction
    sucker: Fraction
    temptation: Fraction
    punishment: Fraction


def exact_dilemma(
    game: SymmetricGame | npt.ArrayLike | Dilemma, *, players: int | None = None
) -> Dilemma:
    """Return a game's payoffs, a float standing for its shortest decimal.

    Parameters
    ----------
    game : SymmetricGame of two acts, array_like of shape (2, 2), or Dilemma
        Cooperation first, own act by rows; entries may be written "a/b".
    players : int, optional
        How many a `SymmetricGame` must be of.

    Raises
    ------
    CoopgamesError
        If it is none, or of another number of players.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> [str(value) for value in exact_dilemma(classics.public_goods(4, 2))]
    ['1', '-1/2', '3/2', '0']
    """
    if isinstance(game, Dilemma):
        return game
    if isinstance(game, SymmetricGame):
        if players not in {None, game.players}:
            raise CoopgamesError(f"game must be of {players} players; got {game.players}")
        table = as_dilemma(game).table
        rows: list[list[Any]] = table[:, [-1, 0]].tolist()
    else:
        given = np.asarray(game, dtype=object)
        if given.shape != (2, 2):
            raise CoopgamesError(f"game must be a matrix of shape (2, 2); got {given.shape}")
        rows = given.tolist()
    (r, s), (t, p) = ([rational("game", value) for value in row] for row in rows)
    return Dilemma(r, s, t, p)
