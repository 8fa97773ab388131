r"""Symmetric games of n players and s strategies, by counts.

What a player gets depends on its own strategy and on how many of its n - 1 co-players follow each;
co-players may look alike (``seen_as``): with two kinds of looks the payoffs are functions of one
number, whatever the number of strategies, and nothing enumerates more than that.

Axes: own strategy first, then compositions of the n - 1 co-players into looks, in lexicographic
order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import BudgetError, CoopgamesError
from ..kernels.group_sampling import hypergeometric_group_law, multinomial_group_law
from ..kernels.simplex import compositions, number_of_compositions

__all__ = ["SymmetricGame", "matrix_game", "symmetric_game"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Cells of a payoff table that are still handled.
LARGEST_TABLE = 5_000_000
#: Cells of a group law that are computed at a time.
CHUNK_CELLS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SymmetricGame:
    """A symmetric game of n players by counts.

    Attributes
    ----------
    players : int
        n, at least 2.
    strategies : tuple of str
        Names, s of them.
    table : array, shape (s, compositions)
        ``table[i, m]`` is paid to strategy i among co-players of composition m. [payoff]
    seen_as : tuple of int, shape (s,)
        What co-players see of each strategy; equal numbers are not told apart.

    See Also
    --------
    symmetric_game : makes one from a function of counts.
    matrix_game : makes one from a payoff matrix of two players.
    """

    players: int
    strategies: tuple[str, ...]
    table: Floats
    seen_as: tuple[int, ...]

    def __post_init__(self) -> None:
        n = count("players", self.players, 2)
        s = len(self.strategies)
        if s < 1 or len(set(self.strategies)) != s:
            raise CoopgamesError(
                f"strategies must be different names, at least one; got {self.strategies!r}"
            )
        looks = sorted(set(self.seen_as))
        if len(self.seen_as) != s or looks != list(range(len(looks))):
            raise CoopgamesError(
                f"seen_as must give each of the {s} strategies a number 0, 1, ...; "
                f"got {self.seen_as!r}"
            )
        cells = number_of_compositions(n - 1, len(looks))
        if self.table.shape != (s, cells):
            raise CoopgamesError(
                f"table must have shape ({s}, {cells}), one column per composition of {n - 1} "
                f"co-players into {len(looks)} looks; got {self.table.shape}"
            )
        if not np.isfinite(self.table).all():
            raise CoopgamesError("table must be finite")
        self.table.setflags(write=False)

    @property
    def size(self) -> int:
        """Number of strategies."""
        return len(self.strategies)

    @property
    def labels(self) -> tuple[str, ...]:
        """One name per strategy, as of a game of several roles."""
        return self.strategies

    def blocks(self) -> list[slice]:
        """Return where each role's strategies stand on the last axis; there is one role."""
        return [slice(0, self.size)]

    @property
    def looks(self) -> int:
        """Number of kinds that co-players tell apart."""
        return max(self.seen_as) + 1

    def co_players(self) -> Integers:
        """Return the compositions of the n - 1 co-players, shape (compositions, looks)."""
        return compositions(self.players - 1, self.looks)

    def seen(self, per_strategy: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return sums over strategies that look alike, last axis."""
        out = np.zeros((*per_strategy.shape[:-1], self.looks), dtype=per_strategy.dtype)
        for strategy, look in enumerate(self.seen_as):
            out[..., look] += per_strategy[..., strategy]
        return out

    def payoffs_in_population(self, counts: npt.ArrayLike) -> Floats:
        """Return the expected payoffs in a finite population, groups drawn without replacement.

        Parameters
        ----------
        counts : array_like of int, shape (..., s)
            How many follow each strategy; rows sum to Z, at least the number of players.

        Returns
        -------
        array, shape (..., s)
            0 where nobody follows a strategy. [payoff]

        Raises
        ------
        CoopgamesError
            If a count is negative or a row sums to less than n.

        Examples
        --------
        One cooperator among three in a donation game with benefit 2 and cost 1:

        >>> game = matrix_game([[1, -1], [2, 0]], ("C", "D"))
        >>> game.payoffs_in_population([1, 2])
        array([-1.,  1.])
        """
        given = np.asarray(counts)
        if given.shape[-1:] != (self.size,) or (given < 0).any():
            raise CoopgamesError(
                f"counts must be non-negative, {self.size} on the last axis; "
                f"got shape {given.shape}"
            )
        smallest = int(given.sum(axis=-1).min(initial=self.players))
        if smallest < self.players:
            raise CoopgamesError(
                f"counts must sum to at least players = {self.players}; got {smallest}"
            )
        flat = given.reshape(-1, self.size).astype(np.int64)
        groups = self.co_players()
        out = np.zeros(flat.shape)
        chunk = max(1, CHUNK_CELLS // (groups.size or 1))
        for start in range(0, flat.shape[0], chunk):
            rows = flat[start : start + chunk]
            seen = np.asarray(self.seen(rows), dtype=np.int64)
            for look in range(self.looks):
                others = seen.copy()
                others[:, look] -= 1
                law = hypergeometric_group_law(others, groups)
                for strategy in np.flatnonzero(np.array(self.seen_as) == look):
                    out[start : start + chunk, strategy] = law @ self.table[strategy]
        out[flat == 0] = 0.0
        return out.reshape(given.shape)

    def payoffs_at(self, shares: npt.ArrayLike) -> Floats:
        """Return the expected payoffs in an infinite population.

        Parameters
        ----------
        shares : array_like, shape (..., s)
            Shares of the strategies; rows sum to one.

        Returns
        -------
        array, shape (..., s)

        Examples
        --------
        >>> matrix_game([[4, 0], [3, 2]], ("stag", "hare")).payoffs_at([0.5, 0.5])
        array([2. , 2.5])
        """
        seen = self.seen(np.asarray(shares, dtype=float))
        law = multinomial_group_law(np.asarray(seen, dtype=float), self.co_players())
        return np.asarray(law @ self.table.T)

    def matrix(self) -> Floats:
        """Return the payoff matrix of a game of two players, own strategy first.

        Raises
        ------
        CoopgamesError
            If there are more players.
        """
        if self.players != 2:
            raise CoopgamesError(f"a matrix needs two players; this game has {self.players}")
        # One co-player: the last look comes first in lexicographic order.
        by_look = self.table[:, ::-1]
        return np.asarray(by_look[:, list(self.seen_as)])

    def restricted(self, strategies: Sequence[int]) -> SymmetricGame:
        """Return the game among some of the strategies, looks apart.

        Examples
        --------
        >>> three = matrix_game([[0, 1, 2], [3, 4, 5], [6, 7, 8]], ("a", "b", "c"))
        >>> three.restricted([0, 2]).matrix()
        array([[0., 2.],
               [6., 8.]])
        """
        chosen = list(strategies)

        def payoff(strategy: int, others: Integers) -> Floats:
            seen = np.zeros((others.shape[0], self.looks), dtype=np.int64)
            for position, original in enumerate(chosen):
                seen[:, self.seen_as[original]] += others[:, position]
            from ..kernels.simplex import composition_index

            return np.asarray(self.table[chosen[strategy], composition_index(seen)])

        names = tuple(self.strategies[i] for i in chosen)
        return symmetric_game(self.players, names, payoff)


def symmetric_game(
    players: int,
    strategies: Sequence[str],
    payoff: Callable[[int, Integers], npt.ArrayLike],
    *,
    seen_as: Sequence[int] | None = None,
) -> SymmetricGame:
    """Return the symmetric game with a payoff function.

    Parameters
    ----------
    players : int
        n, at least 2.
    strategies : sequence of str
        Their names.
    payoff : callable
        ``payoff(i, others)`` returns what strategy i gets, shape (compositions,), where
        ``others``, shape (compositions, looks), counts its n - 1 co-players by look.
    seen_as : sequence of int, optional
        Look of each strategy; each has its own by default.

    Returns
    -------
    SymmetricGame

    Raises
    ------
    CoopgamesError
        If the payoffs have the wrong shape or are not finite.
    BudgetError
        If there are too many compositions; says how many.

    Examples
    --------
    A linear public good: every contribution of 1 is tripled and shared by five.

    >>> game = symmetric_game(
    ...     5, ("C", "D"), lambda i, others: 3 * (others[:, 0] + (i == 0)) / 5 - (i == 0)
    ... )
    >>> game.payoffs_at([0.5, 0.5])
    array([0.8, 1.2])
    """
    n = count("players", players, 2)
    names = tuple(strategies)
    looks = tuple(range(len(names))) if seen_as is None else tuple(int(look) for look in seen_as)
    kinds = max(looks, default=0) + 1
    cells = number_of_compositions(n - 1, kinds) * len(names)
    if cells > LARGEST_TABLE:
        raise BudgetError(
            f"{n} players and {kinds} looks make a payoff table of {cells:.3g} cells, more than "
            f"{LARGEST_TABLE:.3g}; give seen_as where co-players can't or needn't be told apart"
        )
    others = compositions(n - 1, kinds)
    rows = [
        np.broadcast_to(np.asarray(payoff(i, others), dtype=float), (others.shape[0],))
        for i in range(len(names))
    ]
    return SymmetricGame(players=n, strategies=names, table=np.array(rows), seen_as=looks)


def matrix_game(payoffs: npt.ArrayLike, strategies: Sequence[str] | None = None) -> SymmetricGame:
    """Return the symmetric game of two players with a payoff matrix.

    Parameters
    ----------
    payoffs : array_like, shape (s, s)
        ``payoffs[i, j]`` is paid to i against j. [payoff]
    strategies : sequence of str, optional
        Their names; "0", "1", ... by default.

    Returns
    -------
    SymmetricGame

    Raises
    ------
    CoopgamesError
        If ``payoffs`` is not square and finite.

    Examples
    --------
    >>> matrix_game([[3, 0], [5, 1]]).matrix()
    array([[3., 0.],
           [5., 1.]])
    """
    square = np.asarray(payoffs, dtype=float)
    if square.ndim != 2 or square.shape[0] != square.shape[1] or not square.size:
        raise CoopgamesError(f"payoffs must be a square matrix; got shape {square.shape}")
    names = tuple(map(str, range(square.shape[0]))) if strategies is None else tuple(strategies)
    if len(names) != square.shape[0]:
        raise CoopgamesError(
            f"strategies must name all {square.shape[0]} rows of payoffs; got {len(names)}"
        )
    return symmetric_game(2, names, lambda i, others: others @ square[i])
