"""Makers of role-symmetric games: from a function of counts, from two matrices, from one role."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import BudgetError, CoopgamesError
from ..kernels.simplex import compositions, number_of_compositions
from .role_game import RoleGame, Scenario
from .symmetric import SymmetricGame, symmetric_game

__all__ = ["as_symmetric", "bimatrix_game", "one_role", "role_symmetric_game"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Cells of the payoff tables that are still handled.
LARGEST_TABLE = 20_000_000


def role_symmetric_game(
    players: Sequence[int],
    strategies: Sequence[Sequence[str]],
    payoff: Callable[[int, int, Integers], npt.ArrayLike],
    *,
    roles: Sequence[str] | None = None,
) -> RoleGame:
    """Return the role-symmetric game with a payoff function.

    Parameters
    ----------
    players : sequence of int
        n_r, at least 1 each.
    strategies : sequence of sequences of str
        Names of each role's strategies.
    payoff : callable
        ``payoff(r, i, others)`` returns what strategy i of role r gets, shape (profiles,), where
        ``others``, shape (profiles, sum of s_r), counts its co-players by role and strategy.
    roles : sequence of str, optional
        Their names; "0", "1", ... by default.

    Returns
    -------
    RoleGame

    Raises
    ------
    CoopgamesError
        If payoffs have the wrong shape or are not finite.
    BudgetError
        If there are too many profiles of counts; says how many.

    Examples
    --------
    One leader of weight 2 and three followers; the good comes if the weight of those who give
    reaches 3, and giving costs 1/4.

    >>> def payoff(role, strategy, others):
    ...     weight = 2 * others[:, 0] + others[:, 2] + (strategy == 0) * (2 - role)
    ...     return (weight >= 3) - 0.25 * (strategy == 0)
    >>> game = role_symmetric_game([1, 3], [("give", "keep")] * 2, payoff)
    >>> game.payoffs_in_populations([1, 0, 1, 2])
    array([0.75, 0.  , 0.75, 1.  ])
    """
    numbers = tuple(count("players", n, 1) for n in players)
    names = tuple(tuple(of_role) for of_role in strategies)
    if len(names) != len(numbers):
        raise CoopgamesError(
            f"strategies must have one entry per role, {len(numbers)}; got {len(names)}"
        )
    spans = [
        len(of_role) if n == 1 else (n + 1) ** (len(of_role) - 1)
        for n, of_role in zip(numbers, names, strict=True)
    ]
    width = sum(len(of_role) for of_role in names)
    cells = float(np.prod([1.0, *spans])) * width
    if cells > LARGEST_TABLE:
        raise BudgetError(
            f"the counts of {len(numbers)} roles make payoff tables of {cells:.3g} cells, more "
            f"than {LARGEST_TABLE:.3g}; write the game with Scenario where payoffs depend on a "
            "total only"
        )
    # The last strategy of a role adds nothing: its count follows from the others. A single player
    # needs one number for its strategy; several need a digit for each count.
    adds = tuple(
        place * (np.arange(len(of_role))[::-1] if n == 1 else _digits(n + 1, len(of_role)))
        for place, n, of_role in zip(
            np.cumprod([1, *spans])[:-1].tolist(), numbers, names, strict=True
        )
    )
    grid = 1 + sum(n * int(a.max()) for n, a in zip(numbers, adds, strict=True))
    tables = []
    for r, of_role in enumerate(names):
        others, index = _co_players(numbers, adds, r)
        table = np.zeros((len(of_role), grid))
        for i in range(len(of_role)):
            table[i, index] = np.broadcast_to(
                np.asarray(payoff(r, i, others), dtype=float), (index.size,)
            )
        tables.append(table)
    return RoleGame(
        roles=tuple(map(str, range(len(numbers)))) if roles is None else tuple(roles),
        players=numbers,
        strategies=names,
        scenarios=(Scenario(probability=1.0, adds=adds, payoffs=tuple(tables)),),
    )


def _digits(radix: int, size: int) -> Integers:
    return np.append(radix ** np.arange(size - 1), 0)


def _co_players(
    players: tuple[int, ...], adds: tuple[Integers, ...], role: int
) -> tuple[Integers, Integers]:
    """Return all counts of the co-players of one of a role, and the totals that encode them."""
    counts = np.zeros((1, 0), dtype=np.int64)
    for r, (n, of_role) in enumerate(zip(players, adds, strict=True)):
        own = compositions(n - (r == role), of_role.size)
        counts = np.concatenate(
            [np.repeat(counts, own.shape[0], axis=0), np.tile(own, (counts.shape[0], 1))], axis=1
        )
    return counts, counts @ np.concatenate(adds)


def bimatrix_game(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    strategies: Sequence[Sequence[str]] | None = None,
    *,
    roles: Sequence[str] = ("row", "column"),
) -> RoleGame:
    """Return the game of two players in different roles.

    Parameters
    ----------
    first, second : array_like, shape (m, n)
        What the row player and the column player get. [payoff]
    strategies : two sequences of str, optional
        Their names; "0", "1", ... by default.
    roles : sequence of str
        Names of the two roles.

    Returns
    -------
    RoleGame

    Raises
    ------
    CoopgamesError
        If the matrices differ in shape or are not finite.

    Examples
    --------
    >>> bimatrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]]).sizes
    (2, 2)
    """
    row, column = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if row.ndim != 2 or row.shape != column.shape or not row.size:
        raise CoopgamesError(
            f"first and second must be matrices of one shape; got {row.shape} and {column.shape}"
        )
    names = strategies or [tuple(map(str, range(size))) for size in row.shape]

    def payoff(role: int, strategy: int, others: Integers) -> Floats:
        m = row.shape[0]
        if role == 0:
            return np.asarray(others[:, m:] @ row[strategy])
        return np.asarray(others[:, :m] @ column[:, strategy])

    return role_symmetric_game([1, 1], names, payoff, roles=roles)


def one_role(game: SymmetricGame, *, role: str = "player") -> RoleGame:
    """Return a symmetric game as one of a single role.

    Examples
    --------
    >>> from coopgames.games import matrix_game
    >>> one_role(matrix_game([[3, 0], [5, 1]])).payoffs_at([0.5, 0.5])
    array([1.5, 3. ])
    """
    looks = np.array(game.seen_as)
    radix = game.players + 1
    cells = radix ** (game.looks - 1)
    if (
        cells * game.size > LARGEST_TABLE
        or number_of_compositions(game.players - 1, game.looks) * game.size > LARGEST_TABLE
    ):
        raise BudgetError(
            f"{game.players} players and {game.looks} looks make a grid of {cells:.3g} totals; "
            "give seen_as where co-players needn't be told apart"
        )
    value = np.append(radix ** np.arange(game.looks - 1), 0)
    co_players = game.co_players() @ value
    grid = 1 + game.players * int(value.max())
    table = np.zeros((game.size, grid))
    table[:, co_players] = game.table
    scenario = Scenario(probability=1.0, adds=(value[looks],), payoffs=(table,))
    return RoleGame(
        roles=(role,),
        players=(game.players,),
        strategies=(game.strategies,),
        scenarios=(scenario,),
    )


def as_symmetric(game: RoleGame) -> SymmetricGame:
    """Return a game of a single role as a symmetric game by counts.

    Parameters
    ----------
    game : RoleGame
        Of one role, with at least two players.

    Returns
    -------
    SymmetricGame

    Raises
    ------
    CoopgamesError
        If there are several roles, or a single player.

    Examples
    --------
    >>> from coopgames.games import matrix_game
    >>> as_symmetric(one_role(matrix_game([[3, 0], [5, 1]]))).matrix()
    array([[3., 0.],
           [5., 1.]])
    """
    if len(game.roles) > 1:
        raise CoopgamesError(
            f"game must have one role to be symmetric; this one has {len(game.roles)}: "
            f"{', '.join(game.roles)}"
        )

    def payoff(strategy: int, others: Integers) -> Floats:
        paid = np.zeros(others.shape[0])
        for scenario in game.scenarios:
            total = others @ scenario.adds[0]
            paid += scenario.probability * scenario.payoffs[0][strategy, total]
        return paid

    return symmetric_game(game.players[0], game.strategies[0], payoff)
