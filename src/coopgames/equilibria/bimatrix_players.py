r"""A game of two players as payoff matrices, and what a pair of strategies is worth in it.

What the player who could gain most from leaving :math:`(x, y)` would gain is its regret,

.. math:: \max \bigl( \max_i (A y)_i - x^T A y, \; \max_j (x^T B)_j - x^T B y \bigr),

zero exactly at equilibria. It is computed from the payoffs as given, whatever found the pair: in
rational numbers where payoffs or strategies are `fractions.Fraction`, else in doubles.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from ..games import RoleGame, Scenario, StrategicGame, SymmetricGame
from ..kernels.bimatrix.payoffs import checked_pair
from .record import Equilibrium

__all__ = ["LARGEST_PAYOFF", "TwoPlayers", "binary_fractions", "two_players"]

Array = npt.NDArray[Any]

#: Names of the players of two matrices.
ROLES = ("row", "column")
#: Largest size of a payoff.
LARGEST_PAYOFF = 1e300


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoPlayers:
    """A game of two players.

    Attributes
    ----------
    game : RoleGame
        Of two roles with a player each; in doubles.
    first, second : array, shape (m, n)
        Payoffs of the row and the column player as given, in doubles or Fractions. [payoff]
    notes : tuple of str
        What was changed.
    """

    game: RoleGame
    first: Array
    second: Array
    notes: tuple[str, ...] = ()

    @cached_property
    def fractions(self) -> tuple[Array, Array]:
        """Both matrices in Fractions; doubles stand for their binary values."""
        return binary_fractions(self.first), binary_fractions(self.second)

    @cached_property
    def doubles(self) -> tuple[Array, Array]:
        """Both matrices in doubles."""
        return self.first.astype(np.float64), self.second.astype(np.float64)

    @cached_property
    def ranges(self) -> tuple[float, float]:
        """Largest less smallest payoff of each player [payoff]; 1 where that is 0."""
        spans = (float(np.max(part) - np.min(part)) for part in (self.first, self.second))
        one, two = (span or 1.0 for span in spans)
        return one, two

    def worth(self, x: Array, y: Array) -> tuple[tuple[Any, Any], tuple[float, float]]:
        """Return both players' expected payoffs, and what they could gain by leaving; [payoff].

        Parameters
        ----------
        x, y : array, shape (m,) and (n,)
            Strategies in doubles or Fractions; they need not sum to one but for rounding.
        """
        exact = object in (self.first.dtype, x.dtype)
        first, second = self.fractions if exact else self.doubles
        if exact:
            x, y = binary_fractions(x), binary_fractions(y)
        paid, gains = [], []
        for own, other, matrix in ((x, y, first), (y, x, second.T)):
            # Numbers taken off what all own strategies get change no gain, and spare digits.
            lowest = matrix.min(axis=0)
            above = (matrix - lowest) @ other
            mean = own @ above / own.sum()
            paid.append(mean + lowest @ other)
            gains.append(max(0.0, float(above.max() - mean)))
        return (paid[0], paid[1]), (gains[0], gains[1])

    def equilibrium(self, x: Array, y: Array, *, index: int | None, **labels: Any) -> Equilibrium:
        """Return a pair of strategies with payoffs and regret."""
        payoffs, gains = self.worth(x, y)
        if x.dtype != object:
            payoffs = float(payoffs[0]), float(payoffs[1])
        return Equilibrium(
            mixed=(x, y), payoffs=payoffs, regret=max(gains), index=index, labels=labels
        )


def binary_fractions(given: Array) -> Array:
    """Return an array of Fractions; doubles stand for their binary values."""
    if given.dtype == object:
        return given
    flat = np.array([Fraction(value) for value in given.ravel().tolist()], dtype=object)
    return flat.reshape(given.shape)


def two_players(game_or_first: Any, second: Any = None) -> TwoPlayers:
    """Return a game of two players by its payoff matrices.

    Parameters
    ----------
    game_or_first : RoleGame, SymmetricGame, StrategicGame or array_like, shape (m, n)
        Two roles of one player, one role of two players, or the row player's payoffs; also a pair
        of matrices. [payoff]
    second : array_like, shape (m, n), optional
        The column player's. [payoff]

    Returns
    -------
    TwoPlayers
        A role of two players becomes two roles, so that they may play differently.

    Raises
    ------
    CoopgamesError
        If there are more or fewer than two players, or payoffs are no matrices of finite numbers.

    Examples
    --------
    >>> two_players([[3, 0], [5, 1]], [[3, 5], [0, 1]]).game.players
    (1, 1)
    """
    if second is not None:
        return _of_matrices(game_or_first, second)
    if isinstance(game_or_first, SymmetricGame):
        if game_or_first.players != 2:
            raise _not_two(game_or_first.players)
        matrix = game_or_first.matrix()
        return _of_one_role(matrix, game_or_first.strategies)
    if isinstance(game_or_first, RoleGame):
        return _of_roles(game_or_first)
    if isinstance(game_or_first, StrategicGame):
        return _of_strategic(game_or_first)
    try:
        one, two = game_or_first
    except (TypeError, ValueError):
        raise CoopgamesError(
            "game_or_first must be a RoleGame or SymmetricGame of two players, or a payoff matrix "
            f"with another one as second; got {type(game_or_first).__name__}"
        ) from None
    return _of_matrices(one, two)


def _not_two(players: int) -> CoopgamesError:
    return CoopgamesError(
        f"game_or_first must have two players; got {players}. pure_equilibria and "
        "symmetric_equilibria take more"
    )


def _of_roles(game: RoleGame) -> TwoPlayers:
    if sum(game.players) != 2:
        raise _not_two(sum(game.players))
    if len(game.roles) == 1:
        return _of_one_role(_paid(game, 0, 0), game.strategies[0])
    first, second = checked_pair(_paid(game, 0, 1), _paid(game, 1, 0).T, ndim=2)
    return TwoPlayers(game=game, first=first, second=second)


def _of_strategic(game: StrategicGame) -> TwoPlayers:
    if len(game.players) != 2:
        raise _not_two(len(game.players))
    return _of_matrices(*game.payoffs, names=game.strategies, roles=game.players)


def _paid(game: RoleGame, role: int, other: int) -> Array:
    """Return what a role's player gets by own strategy and the other's, (s_role, s_other)."""
    total = sum(s.probability * s.payoffs[role][:, s.adds[other]] for s in game.scenarios)
    return np.asarray(total)


def _of_one_role(matrix: Array, names: tuple[str, ...]) -> TwoPlayers:
    first, second = checked_pair(matrix, matrix.T, ndim=2)
    return TwoPlayers(
        game=_role_game(first, second, (names, names)),
        first=first,
        second=second,
        notes=("the two players of one role are two roles here, so that they may differ",),
    )


def _of_matrices(
    first: Any,
    second: Any,
    *,
    names: tuple[tuple[str, ...], ...] = (),
    roles: tuple[str, ...] = ROLES,
) -> TwoPlayers:
    one, two = checked_pair(first, second, ndim=2)
    if any(abs(value) > LARGEST_PAYOFF for part in (one, two) for value in part.flat):
        raise CoopgamesError(
            f"payoffs must be at most {LARGEST_PAYOFF:g} in size, so that their sums are doubles; "
            "use another unit"
        )
    names = names or tuple(tuple(map(str, range(size))) for size in one.shape)
    notes: tuple[str, ...] = ()
    if one.dtype == object:
        notes = ("game holds payoffs rounded to doubles; equilibria are of those given",)
    return TwoPlayers(game=_role_game(one, two, names, roles), first=one, second=two, notes=notes)


def _role_game(
    first: Array, second: Array, names: tuple[tuple[str, ...], ...], roles: tuple[str, ...] = ROLES
) -> RoleGame:
    """Return the game of two roles; a player's co-player adds the number of its strategy."""
    tables = first.astype(np.float64), second.T.astype(np.float64)
    adds = tuple(np.arange(size) for size in first.shape)
    return RoleGame(
        roles=roles,
        players=(1, 1),
        strategies=names,
        scenarios=(Scenario(probability=1.0, adds=adds, payoffs=tables),),
    )
