"""Which games of two players the repeated game is built on, as payoff matrices with names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import RoleGame, StrategicGame, SymmetricGame, strategic_game, to_strategic
from ...games.bilateral import BilateralGame

__all__ = ["TwoPlayerGame", "two_player_game"]

Array = npt.NDArray[Any]

#: Anything that `two_player_game` takes.
TwoPlayerGame = BilateralGame | StrategicGame | RoleGame | SymmetricGame | npt.ArrayLike


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StageMatrices:
    """Payoffs of two players with names.

    Attributes
    ----------
    players : tuple of two str
    strategies : tuple of two tuples of str
    first, second : array, shape (m, n)
        In doubles or Fractions. [payoff]
    """

    players: tuple[str, str]
    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    first: Array
    second: Array

    def position(self, actions: tuple[int | str, int | str]) -> tuple[int, int]:
        """Return the positions of a pair of actions, given by position or by name."""
        found = []
        if len(actions) != 2:
            raise CoopgamesError(f"actions must be one action of each player; got {actions!r}")
        for player, names, action in zip(self.players, self.strategies, actions, strict=True):
            if isinstance(action, str) and action in names:
                found.append(names.index(action))
            elif not isinstance(action, str) and 0 <= int(action) < len(names):
                found.append(int(action))
            else:
                raise CoopgamesError(
                    f"actions of {player} must be among {', '.join(names)}, or a position from 0 "
                    f"to {len(names) - 1}; got {action!r}"
                )
        return found[0], found[1]


def two_player_game(
    game_or_first: TwoPlayerGame, second: npt.ArrayLike | None = None, *, exact: bool = False
) -> StageMatrices:
    """Return a game of two players as payoff matrices.

    Parameters
    ----------
    game_or_first : BilateralGame, StrategicGame, RoleGame, SymmetricGame or array_like
        Payoffs of the first player, shape (m, n), with those of the other as ``second``; a square
        matrix alone is that of a symmetric game. [payoff]
    second : array_like, shape (m, n), optional
        Payoffs of the second player. [payoff]
    exact : bool
        Whether payoffs become Fractions; a double stands for the decimal it prints as.

    Raises
    ------
    CoopgamesError
        If there are not two players, or payoffs are no finite numbers in two matrices of one shape.

    Examples
    --------
    >>> two_player_game([[3, 0], [5, 1]]).second
    array([[3., 5.],
           [0., 1.]])
    """
    game = _strategic(game_or_first, second, exact)
    if len(game.players) != 2:
        raise CoopgamesError(f"game_or_first must have two players; got {len(game.players)}")
    paid = game.payoffs
    if exact and not game.exact:
        game = strategic_game(list(paid), game.strategies, players=game.players, exact=True)
        paid = game.payoffs
    elif not exact and game.exact:
        paid = paid.astype(np.float64)
    return StageMatrices(
        players=(game.players[0], game.players[1]),
        strategies=(game.strategies[0], game.strategies[1]),
        first=paid[0],
        second=paid[1],
    )


def _strategic(game: Any, second: Any, exact: bool) -> StrategicGame:
    if second is not None:
        return strategic_game([game, second], players=("first", "second"), exact=exact)
    if isinstance(game, StrategicGame):
        return game
    if isinstance(game, RoleGame | SymmetricGame):
        return to_strategic(game)
    if isinstance(game, BilateralGame):
        sides = game.sides
        if sides[0] == sides[1]:
            sides = (f"{sides[0]} (first)", f"{sides[1]} (second)")
        actions = ("cooperate", "defect")
        return strategic_game([game.first, game.second], [actions, actions], players=sides)
    try:
        matrix = np.asarray(game, dtype=object)
    except ValueError:
        raise CoopgamesError("game_or_first must have rows of one length") from None
    if matrix.ndim == 3 and matrix.shape[0] == 2:
        return strategic_game(list(matrix), players=("first", "second"), exact=exact)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise CoopgamesError(
            "game_or_first must be a game of two players, two payoff matrices, or the square "
            f"matrix of a symmetric game; got shape {matrix.shape}. Give the other player's "
            "payoffs as second"
        )
    return strategic_game([matrix, matrix.T], players=("first", "second"), exact=exact)
