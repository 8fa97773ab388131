r"""Strategic games: every player its own strategies, one payoff for every profile.

Player i picks s_i of its S_i strategies, and is paid u_i(s_1, ..., s_n). The payoffs are one
array, u[i, s_1, ..., s_n]: players first, then the players' own axes in their order. It holds
n S_1 ... S_n numbers, so this is the form of small games, and of files; games by counts are in
`role_game` and `symmetric`. Payoffs are doubles, or exact `fractions.Fraction`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError, CoopgamesError
from ..records import exact as as_fraction

__all__ = [
    "LARGEST_STRATEGIC_TABLE",
    "StrategicGame",
    "check_strategic_size",
    "exact_array",
    "strategic_game",
]

#: Payoffs of a strategic game that are still laid out: n S_1 ... S_n.
LARGEST_STRATEGIC_TABLE = 2_000_000
#: Players of a strategic game; NumPy before 2.0 allows 32 axes, and one is for who is paid.
LARGEST_NUMBER_OF_PLAYERS = 31


def check_strategic_size(sizes: Sequence[int], largest_table: int) -> None:
    """Refuse a game whose strategic form is too large.

    Parameters
    ----------
    sizes : sequence of int
        Number of strategies of each player.
    largest_table : int
        Most payoffs.

    Raises
    ------
    BudgetError
        If there are more payoffs, or more than 31 players.
    """
    cells = len(sizes) * prod(sizes)
    if cells > largest_table or len(sizes) > LARGEST_NUMBER_OF_PLAYERS:
        raise BudgetError(
            f"the strategic form of {len(sizes)} players has {min(cells, 10**300):.3g} payoffs, "
            f"more than largest_table = {largest_table:.3g}, or more than "
            f"{LARGEST_NUMBER_OF_PLAYERS} players; keep the game as it is, or raise the bound"
        )


def exact_array(values: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return numbers as an array of fractions, a float as the decimal it prints as.

    Raises
    ------
    CoopgamesError
        If something is no finite number.

    Examples
    --------
    >>> exact_array([0.1, 2])
    array([Fraction(1, 10), Fraction(2, 1)], dtype=object)
    """
    given = np.asarray(values)
    out = np.empty(given.shape, dtype=object)
    try:
        out.ravel()[:] = [as_fraction(value) for value in given.ravel().tolist()]
    except (OverflowError, TypeError, ValueError):
        raise CoopgamesError("payoffs must be finite numbers") from None
    return out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrategicGame:
    """A game in strategic form, player by player.

    Attributes
    ----------
    players : tuple of str
        Their names, n of them, all different.
    strategies : tuple of tuple of str
        Names of each player's strategies, different within a player.
    payoffs : array, shape (n, S_1, ..., S_n)
        ``payoffs[i, s_1, ..., s_n]`` is paid to player i. Floats, or `fractions.Fraction` in an
        array of objects; copied and locked. [payoff]
    title, comment : str
        What a file says about the game.

    Raises
    ------
    CoopgamesError
        If names repeat, shapes don't agree or a payoff is no finite number.

    See Also
    --------
    strategic_game : makes one from arrays, with names by default.
    to_strategic, to_role_game : from and to games by counts.
    """

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    payoffs: npt.NDArray[Any]
    title: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        if not self.players or len(set(self.players)) < len(self.players):
            raise CoopgamesError(
                f"players must be different names, at least one; got {self.players!r}"
            )
        if len(self.strategies) != len(self.players):
            raise CoopgamesError(
                f"strategies must have one entry per player, {len(self.players)}; "
                f"got {len(self.strategies)}"
            )
        for player, names in zip(self.players, self.strategies, strict=True):
            if not names or len(set(names)) < len(names):
                raise CoopgamesError(
                    f"strategies of {player!r} must be different names, at least one; got {names!r}"
                )
        given = np.asarray(self.payoffs)
        payoffs = exact_array(given) if given.dtype == object else np.array(given, dtype=float)
        if payoffs.shape != (len(self.players), *self.sizes):
            raise CoopgamesError(
                f"payoffs must have shape {(len(self.players), *self.sizes)}, players first; "
                f"got {payoffs.shape}"
            )
        if payoffs.dtype != object and not np.isfinite(payoffs).all():
            raise CoopgamesError("payoffs must be finite numbers")
        payoffs.setflags(write=False)
        object.__setattr__(self, "payoffs", payoffs)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of strategies of each player."""
        return tuple(len(names) for names in self.strategies)

    @property
    def exact(self) -> bool:
        """Whether payoffs are fractions."""
        return bool(self.payoffs.dtype == object)

    def own_first(self) -> list[npt.NDArray[Any]]:
        """Return one payoff array per player, its own strategies on the first axis.

        The other axes are those of the players who follow, and after the last the first again:
        player i's array has shape (S_i, S_{i+1}, ..., S_n, S_1, ..., S_{i-1}). [payoff]

        Examples
        --------
        >>> game = strategic_game([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
        >>> game.own_first()[1]
        array([[5., 7.],
               [6., 8.]])
        """
        n = len(self.players)
        return [
            paid.transpose([(i + k) % n for k in range(n)]) for i, paid in enumerate(self.payoffs)
        ]

    def equals(self, other: StrategicGame) -> bool:
        """Return whether another game has the same names and the very same payoffs."""
        return (
            (self.title, self.comment) == (other.title, other.comment)
            and self.players == other.players
            and self.strategies == other.strategies
            and np.array_equal(self.payoffs, other.payoffs)
        )


def strategic_game(
    payoffs: Sequence[npt.ArrayLike] | npt.NDArray[Any],
    strategies: Sequence[Sequence[str]] | None = None,
    *,
    players: Sequence[str] | None = None,
    title: str = "",
    comment: str = "",
    exact: bool = False,
) -> StrategicGame:
    """Return a game from one payoff array per player.

    Parameters
    ----------
    payoffs : sequence of array_like, shape (S_1, ..., S_n) each
        What each player gets, all with the first player's strategies on the first axis. [payoff]
    strategies : sequence of sequences of str, optional
        Their names; "1", "2", ... by default.
    players : sequence of str, optional
        Their names; "1", "2", ... by default.
    title, comment : str
        What a file will say about the game.
    exact : bool
        Whether payoffs become fractions: whole numbers and fractions as they are, a float as the
        decimal it prints as.

    Returns
    -------
    StrategicGame

    Raises
    ------
    CoopgamesError
        If arrays differ in shape, have not one axis per player, or names don't fit.

    Examples
    --------
    >>> game = strategic_game([[[2, 0], [0, 1]], [[1, 0], [0, 2]]], [("opera", "match")] * 2)
    >>> game.sizes, game.players
    ((2, 2), ('1', '2'))
    """
    try:
        arrays = [np.asarray(paid, dtype=object if exact else float) for paid in payoffs]
    except (OverflowError, TypeError, ValueError):
        raise CoopgamesError("payoffs must be arrays of finite numbers") from None
    shapes = {paid.shape for paid in arrays}
    if len(shapes) != 1 or len(arrays[0].shape) != len(arrays):
        raise CoopgamesError(
            f"payoffs must be one array per player, all of one shape with one axis per player; "
            f"got {len(arrays)} of shapes {sorted(shapes)}"
        )
    sizes = arrays[0].shape
    names = [[str(k + 1) for k in range(size)] for size in sizes]
    return StrategicGame(
        players=tuple(str(k + 1) for k in range(len(sizes))) if players is None else tuple(players),
        strategies=tuple(map(tuple, names if strategies is None else strategies)),
        payoffs=np.stack(arrays),
        title=title,
        comment=comment,
    )
