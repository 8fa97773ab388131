"""From roles to players and back.

A game between roles of interchangeable players becomes a strategic game when every player of a role
gets a name of its own. The way back asks which players are interchangeable. Two are if exchanging
them, with their strategies, leaves all payoffs as they are. This is an equivalence: where (i j) and
(j k) leave a game as it is, so does (i k) = (i j)(j k)(i j). Its classes are the roles, and as
exchanges of two generate all permutations, payoffs depend on counts by role alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from ..records import exact as as_fraction
from .role_game import RoleGame
from .role_makers import one_role, role_symmetric_game
from .strategic import LARGEST_STRATEGIC_TABLE, StrategicGame, check_strategic_size, exact_array
from .symmetric import SymmetricGame

__all__ = ["to_role_game", "to_strategic"]

Integers = npt.NDArray[np.int64]


def to_strategic(
    game: RoleGame | SymmetricGame | StrategicGame,
    *,
    title: str | None = None,
    exact: bool = False,
    largest_table: int = LARGEST_STRATEGIC_TABLE,
) -> StrategicGame:
    """Return a game by counts as a strategic game, every player by itself.

    Parameters
    ----------
    game : RoleGame, SymmetricGame or StrategicGame
        A game of several scenarios becomes that of their mean.
    title : str, optional
        Of the new game.
    exact : bool
        Whether payoffs become fractions, every float read as the decimal it prints as.
    largest_table : int
        Most payoffs n S_1 ... S_n that are laid out.

    Returns
    -------
    StrategicGame
        Players in the order of their roles; a player carries the name of its role, with a number
        where the role has several.

    Raises
    ------
    BudgetError
        If there are more payoffs than ``largest_table``, or more than 31 players.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> dilemma = to_strategic(classics.public_goods(3, 2))
    >>> dilemma.players
    ('player 1', 'player 2', 'player 3')
    >>> dilemma.payoffs[0, 0, 0, 1].round(3)  # a contributor beside one more
    np.float64(0.333)
    """
    if isinstance(game, StrategicGame):
        return StrategicGame(
            players=game.players,
            strategies=game.strategies,
            payoffs=exact_array(game.payoffs) if exact else game.payoffs,
            title=game.title if title is None else title,
            comment=game.comment,
        )
    roles = one_role(game) if isinstance(game, SymmetricGame) else game
    role_of = [r for r, n in enumerate(roles.players) for _ in range(n)]
    sizes = [roles.sizes[r] for r in role_of]
    check_strategic_size(sizes, largest_table)
    payoffs = np.full((len(sizes), *sizes), as_fraction(0) if exact else 0.0)
    grid: Any = np.ix_(*(np.arange(size) for size in sizes))
    for scenario in roles.scenarios:
        steps = [scenario.adds[r][axis] for r, axis in zip(role_of, grid, strict=True)]
        total = sum(steps[1:], steps[0])
        tables = [exact_array(table) if exact else table for table in scenario.payoffs]
        weight = as_fraction(scenario.probability) if exact else scenario.probability
        for player, r in enumerate(role_of):
            payoffs[player] += weight * tables[r][grid[player], total - steps[player]]
    return StrategicGame(
        players=_names_of_players(roles),
        strategies=tuple(roles.strategies[r] for r in role_of),
        payoffs=payoffs,
        title=title or "",
    )


def _names_of_players(game: RoleGame) -> tuple[str, ...]:
    names = [
        role if n == 1 else f"{role} {k + 1}"
        for role, n in zip(game.roles, game.players, strict=True)
        for k in range(n)
    ]
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{name} ({k + 1})" for k, name in enumerate(names))


def to_role_game(game: StrategicGame, *, merge: bool = True) -> RoleGame:
    """Return a strategic game as one between roles of interchangeable players.

    Parameters
    ----------
    game : StrategicGame
    merge : bool
        Whether players who are interchangeable become one role: they have the same strategies
        under the same names in the same order, and exchanging them leaves every payoff exactly as
        it is. Else every player is a role of its own.

    Returns
    -------
    RoleGame
        Roles in the order of their first players. A role of "x 1", "x 2", ... is called "x", other
        roles carry the names of all their players. Payoffs are floats.

    Raises
    ------
    CoopgamesError
        If a payoff is too large for a float.
    BudgetError
        If the tables by counts are too large.

    Examples
    --------
    >>> from coopgames.games import strategic_game
    >>> dilemma = strategic_game([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], players=("one", "two"))
    >>> to_role_game(dilemma).roles
    ('one, two',)
    >>> to_role_game(dilemma, merge=False).roles
    ('one', 'two')
    """
    groups = _interchangeable(game) if merge else [[i] for i in range(len(game.players))]
    position = {i: (r, k) for r, members in enumerate(groups) for k, i in enumerate(members)}
    sizes = [game.sizes[members[0]] for members in groups]
    ends = np.cumsum(sizes)
    try:
        payoffs = game.payoffs.astype(float)
    except OverflowError:
        raise CoopgamesError("payoffs must fit into floats in a game by counts") from None

    def payoff(role: int, strategy: int, others: Integers) -> npt.NDArray[Any]:
        # The first player of the role is the one who is paid; its co-players of each role follow
        # their strategies in order: the k-th follows the first whose running count exceeds k.
        running = [
            np.cumsum(others[:, end - size : end], axis=1)
            for size, end in zip(sizes, ends, strict=True)
        ]
        profile: list[Any] = []
        for i in range(len(game.players)):
            r, k = position[i]
            if r == role:
                k -= 1
            profile.append(strategy if k < 0 else (running[r] <= k).sum(axis=1))
        return np.asarray(payoffs[(groups[role][0], *profile)])

    return role_symmetric_game(
        [len(members) for members in groups],
        [game.strategies[members[0]] for members in groups],
        payoff,
        roles=_names_of_roles([[game.players[i] for i in members] for members in groups]),
    )


def _interchangeable(game: StrategicGame) -> list[list[int]]:
    groups: list[list[int]] = []
    for player in range(len(game.players)):
        for members in groups:
            if _exchange_changes_nothing(game, members[0], player):
                members.append(player)
                break
        else:
            groups.append([player])
    return groups


def _exchange_changes_nothing(game: StrategicGame, first: int, second: int) -> bool:
    if game.strategies[first] != game.strategies[second]:
        return False
    order = np.arange(len(game.players))
    order[[first, second]] = second, first
    exchanged = np.swapaxes(game.payoffs, 1 + first, 1 + second)
    return all(np.array_equal(exchanged[order[i]], paid) for i, paid in enumerate(game.payoffs))


def _names_of_roles(groups: Sequence[Sequence[str]]) -> list[str]:
    names = []
    for members in groups:
        stems = {re.sub(r" \d+$", "", name) for name in members}
        names.append(stems.pop() if len(members) > 1 and len(stems) == 1 else ", ".join(members))
    if len(set(names)) < len(names):
        names = [f"{name} ({k + 1})" for k, name in enumerate(names)]
    return names
