"""Games as other Python packages hold them: Nashpy, QuantEcon, plain arrays.

Nashpy has two matrices on the same axes, row player first. QuantEcon has one array per player, its
own action on the first axis, then the players who follow, and after the last the first again. Both
are imported when a game is sent there; what comes from there is read by its attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from ..errors import CoopgamesError
from ..games import RoleGame, StrategicGame, SymmetricGame, strategic_game, to_strategic

__all__ = ["from_nashpy", "from_quantecon", "to_nashpy", "to_quantecon"]


def _package(name: str, install: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise CoopgamesError(f"{name} is not installed; pip install {install}") from None


def to_nashpy(game: StrategicGame | RoleGame | SymmetricGame) -> Any:
    """Return a game of two players as a ``nashpy.Game``.

    Parameters
    ----------
    game : StrategicGame, RoleGame or SymmetricGame
        Of two players. Names are not kept: Nashpy has none.

    Returns
    -------
    nashpy.Game

    Raises
    ------
    CoopgamesError
        If there are more or fewer players, or Nashpy is not installed.

    References
    ----------
    Knight & Campbell (2018) J. Open Source Softw. 3(30):904. doi:10.21105/joss.00904

    Examples
    --------
    >>> from coopgames.games import classics
    >>> to_nashpy(classics.stag_hunt()).payoff_matrices[1]
    array([[4., 3.],
           [0., 2.]])
    """
    form = to_strategic(game)
    if len(form.players) != 2:
        raise CoopgamesError(
            f"Nashpy takes two players; game has {len(form.players)} (write_nfg takes any number)"
        )
    first, second = form.payoffs.astype(float)
    return _package("nashpy", "nashpy").Game(first, second)


def from_nashpy(
    game: Any,
    strategies: Sequence[Sequence[str]] | None = None,
    *,
    players: Sequence[str] = ("row", "column"),
    title: str = "",
) -> StrategicGame:
    """Return a ``nashpy.Game`` as a strategic game.

    Parameters
    ----------
    game : nashpy.Game
        Or anything with two ``payoff_matrices``.
    strategies : two sequences of str, optional
        Their names; "1", "2", ... by default.
    players : two names
    title : str

    Returns
    -------
    StrategicGame

    Raises
    ------
    CoopgamesError
        If ``game`` has no payoff matrices, or names don't fit.

    Examples
    --------
    >>> import nashpy
    >>> from_nashpy(nashpy.Game([[1, -1], [-1, 1]])).payoffs[1]
    array([[-1.,  1.],
           [ 1., -1.]])
    """
    matrices = getattr(game, "payoff_matrices", None)
    if matrices is None:
        raise CoopgamesError(f"game must have payoff_matrices; got {type(game).__name__}")
    return strategic_game(list(matrices), strategies, players=players, title=title)


def to_quantecon(game: StrategicGame | RoleGame | SymmetricGame) -> Any:
    """Return a game as a ``quantecon.game_theory.NormalFormGame``.

    Parameters
    ----------
    game : StrategicGame, RoleGame or SymmetricGame
        Names are not kept: QuantEcon has none.

    Returns
    -------
    quantecon.game_theory.NormalFormGame
        Its players hold copies of ``StrategicGame.own_first``.

    Raises
    ------
    CoopgamesError
        If QuantEcon is not installed.
    BudgetError
        If the game is too large for a strategic form.
    """
    package = _package("quantecon.game_theory", "quantecon")
    arrays = to_strategic(game).own_first()
    players = [package.Player(np.array(paid, dtype=float, order="C")) for paid in arrays]
    return package.NormalFormGame(players)


def from_quantecon(
    game: Any,
    strategies: Sequence[Sequence[str]] | None = None,
    *,
    players: Sequence[str] | None = None,
    title: str = "",
) -> StrategicGame:
    """Return a ``quantecon.game_theory.NormalFormGame`` as a strategic game.

    Parameters
    ----------
    game : NormalFormGame
        Or anything whose ``players`` have a ``payoff_array``, own action first.
    strategies : sequence of sequences of str, optional
        Their names; "1", "2", ... by default.
    players : sequence of str, optional
        Their names; "1", "2", ... by default.
    title : str

    Returns
    -------
    StrategicGame

    Raises
    ------
    CoopgamesError
        If ``game`` has no such players, or names don't fit.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> one = SimpleNamespace(payoff_array=np.array([[1, 2, 3], [4, 5, 6]]))
    >>> two = SimpleNamespace(payoff_array=np.array([[1, 2], [3, 4], [5, 6]]))
    >>> from_quantecon(SimpleNamespace(players=(one, two))).payoffs[1]
    array([[1., 3., 5.],
           [2., 4., 6.]])
    """
    held = getattr(game, "players", ())
    arrays: list[Any] = [getattr(player, "payoff_array", None) for player in held]
    if not arrays or any(paid is None for paid in arrays):
        raise CoopgamesError(
            f"game must have players with a payoff_array each; got {type(game).__name__}"
        )
    n = len(arrays)
    if any(np.ndim(paid) != n for paid in arrays):
        raise CoopgamesError(f"payoff arrays of {n} players must have {n} axes, own action first")
    aligned = [
        np.asarray(paid).transpose([(k - i) % n for k in range(n)]) for i, paid in enumerate(arrays)
    ]
    return strategic_game(aligned, strategies, players=players, title=title)
