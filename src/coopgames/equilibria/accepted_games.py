"""Which games the solvers of equilibria accept, as games between roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from ..errors import CoopgamesError
from ..games import RoleGame, SymmetricGame, bimatrix_game, one_role

__all__ = ["AnyGame", "as_roles"]

#: A game between roles, one of a single role, or the payoff matrices of two players.
AnyGame = RoleGame | SymmetricGame | Sequence[npt.ArrayLike]


def as_roles(game: Any) -> RoleGame:
    """Return a game as one between roles.

    Parameters
    ----------
    game : RoleGame, SymmetricGame or pair of array_like, shape (m, n)
        A pair is what the row player and the column player get. [payoff]

    Raises
    ------
    CoopgamesError
        If it is none of these.

    Examples
    --------
    >>> as_roles(([[3, 0], [5, 1]], [[3, 5], [0, 1]])).players
    (1, 1)
    """
    if isinstance(game, RoleGame):
        return game
    if isinstance(game, SymmetricGame):
        return one_role(game)
    try:
        first, second = game
    except (TypeError, ValueError):
        raise CoopgamesError(
            "game must be a RoleGame, a SymmetricGame or a pair of payoff matrices; got "
            f"{type(game).__name__}"
        ) from None
    return bimatrix_game(first, second)
