"""Stage games of two acts as ``axelrod.Game`` and ``axelrod.AsymmetricGame``, and back.

A pair of payoff matrices is held as ``first[a, b]`` and ``second[a, b]``: what the two sides get
where the first plays a and the second b, 0 to cooperate and 1 to defect. The library holds them
alike as ``A`` and ``B``; a game whose sides are in the same position is its ``Game(r, s, t, p)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import (
    RoleGame,
    StrategicGame,
    SymmetricGame,
    bimatrix_game,
    matrix_game,
    to_strategic,
)
from ...games.bilateral import BilateralGame

__all__ = ["from_axelrod_game", "library", "to_axelrod_game", "two_sides"]

Floats = npt.NDArray[np.float64]

ACTS = ("cooperate", "defect")
#: Payoffs closer than this are equal.
TIE = 1e-12


def library() -> Any:
    """Return the axelrod package; importing it takes some ten seconds."""
    try:
        import axelrod
    except ImportError:
        raise CoopgamesError("axelrod is not installed; pip install 'coopgames[axelrod]'") from None
    return axelrod


def two_sides(game: Any) -> tuple[Floats, Floats]:
    """Return what the two sides get, each of shape (2, 2), the first side's act first."""
    if isinstance(game, BilateralGame):
        return game.first, game.second
    if isinstance(game, (SymmetricGame, RoleGame, StrategicGame)):
        pair = np.asarray(to_strategic(game).payoffs, dtype=float)
    elif hasattr(game, "A") and hasattr(game, "B"):
        pair = np.array([game.A, game.B], dtype=float)
    else:
        try:
            pair = np.asarray(game, dtype=float)
        except (TypeError, ValueError):
            raise CoopgamesError(
                f"game must be of two players and two acts; got {game!r}"
            ) from None
        if pair.shape == (2, 2):
            pair = np.stack([pair, pair.T])
    if pair.shape != (2, 2, 2):
        raise CoopgamesError(
            "game must have two players with two acts each, cooperation first: a BilateralGame, a "
            f"matrix of shape (2, 2) or a pair of them; got shape {pair.shape}"
        )
    if not np.isfinite(pair).all():
        raise CoopgamesError("game must have finite payoffs")
    return pair[0], pair[1]


def alike(first: Floats, second: Floats) -> bool:
    """Return whether both sides are in the same position."""
    return bool(np.abs(first - second.T).max() <= TIE)


def own_game(own: Floats) -> Any:
    """Return the library's game as one side sees it; ``own[mine, yours]``."""
    (reward, sucker), (temptation, punishment) = own.tolist()
    return library().Game(r=reward, s=sucker, t=temptation, p=punishment)


def to_axelrod_game(game: BilateralGame | SymmetricGame | RoleGame | npt.ArrayLike) -> Any:
    """Return a game of two players and two acts for the axelrod library.

    Parameters
    ----------
    game : BilateralGame, SymmetricGame, RoleGame, or array_like of shape (2, 2) or (2, 2, 2)
        Cooperation first. One matrix holds a player's own payoffs, own act first; two hold what
        the first and what the second side gets, both with the first side's act first.

    Returns
    -------
    axelrod.Game or axelrod.AsymmetricGame
        The first where both sides have the same payoffs.

    Raises
    ------
    CoopgamesError
        If the game has other than two players with two acts, or axelrod is not installed.

    Notes
    -----
    Most strategies of the library that look at the game ask it for R, P, S and T, which an
    ``AsymmetricGame`` doesn't have; `axelrod_tournament` shows each side its own.

    References
    ----------
    Knight et al. (2016) J. Open Res. Softw. 4(1):e35. doi:10.5334/jors.125

    Examples
    --------
    >>> from coopgames.interop import to_axelrod_game
    >>> game = to_axelrod_game([[3, 0], [5, 1]])  # doctest: +SKIP
    >>> game.RPST() == (3, 1, 0, 5)  # doctest: +SKIP
    True
    """
    first, second = two_sides(game)
    if alike(first, second):
        return own_game(first)
    return library().AsymmetricGame(first.copy(), second.copy())


def from_axelrod_game(game: Any) -> SymmetricGame | RoleGame:
    """Return a game of the axelrod library as one of ours.

    Parameters
    ----------
    game : axelrod.Game or axelrod.AsymmetricGame
        Or anything with matrices ``A`` and ``B``, the first side's act first.

    Returns
    -------
    SymmetricGame or RoleGame
        The first where both sides have the same payoffs.

    Raises
    ------
    CoopgamesError
        If there are no such matrices.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from_axelrod_game(SimpleNamespace(A=[[3, 0], [5, 1]], B=[[3, 5], [0, 1]])).strategies
    ('cooperate', 'defect')
    """
    held = getattr(game, "A", None), getattr(game, "B", None)
    if held[0] is None or held[1] is None:
        raise CoopgamesError(f"game must have matrices A and B; got {type(game).__name__}")
    first, second = (np.array(one, dtype=float) for one in held)
    if first.shape != second.shape or first.ndim != 2:
        raise CoopgamesError(
            f"matrices A and B must have the same shape; got {first.shape} and {second.shape}"
        )
    names = ACTS if first.shape == (2, 2) else None
    if first.shape[0] == first.shape[1] and alike(first, second):
        return matrix_game(first, names or tuple(map(str, range(first.shape[0]))))
    return bimatrix_game(first, second, None if names is None else [names, names])
