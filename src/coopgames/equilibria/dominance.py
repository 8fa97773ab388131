r"""Dominated strategies of a role-symmetric game, and what is left without them.

Strategy i of a role is weakly dominated by j if among no co-players i pays more and among some
less, and strictly if it pays less among all. Payoffs depend on what the co-players add in all, so
that only the totals that can occur are compared. Dominators are pure.

In each round all dominated strategies are deleted at once. The order does not matter for strict
dominance; for weak dominance it does, and this is the one order that favours nobody.

References
----------
Osborne & Rubinstein (1994) A Course in Game Theory, section 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import at_least
from ..errors import BudgetError
from ..games import RoleGame, Scenario, SymmetricGame
from .accepted_games import as_roles
from .count_search import Totals, payoff_scales, totals_of

__all__ = ["Dominance", "strictly_dominated", "weakly_dominated"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Totals of co-players that are compared, no more.
LARGEST_TOTALS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dominance:
    """Which strategies are dominated, and by what.

    Attributes
    ----------
    game : RoleGame
    kind : {'weak', 'strict'}
    rounds : tuple of mappings of int to int
        Per round, each strategy deleted and one that dominates it, as places among
        ``game.labels``.
    survivors : tuple of tuples of int
        Strategies left, per role.
    """

    game: RoleGame
    kind: str
    rounds: tuple[dict[int, int], ...]
    survivors: tuple[tuple[int, ...], ...]

    @property
    def dominated(self) -> tuple[str, ...]:
        """Names of the strategies deleted, in the order of their rounds."""
        return tuple(self.game.labels[place] for deleted in self.rounds for place in deleted)

    def reduced(self) -> RoleGame:
        """Return the game between the strategies left."""
        return _between(self.game, self.survivors)


def weakly_dominated(
    game: RoleGame | SymmetricGame, *, iterated: bool = False, tolerance: float = 1e-12
) -> Dominance:
    """Return the strategies that are weakly dominated by a pure one.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
    iterated : bool
        Whether to go on in the game that is left.
    tolerance : float
        Payoffs that differ by no more than this share of the largest absolute payoff of the role
        are equal; at least 0.

    Returns
    -------
    Dominance

    Raises
    ------
    BudgetError
        If the co-players' totals take more than 200,000 values.

    Examples
    --------
    >>> from coopgames.games import matrix_game
    >>> game = matrix_game([[1, 1], [1, 0]], ("safe", "rash"))
    >>> weakly_dominated(game).dominated
    ('rash',)
    """
    return _deleted(as_roles(game), iterated=iterated, strict=False, tolerance=tolerance)


def strictly_dominated(
    game: RoleGame | SymmetricGame, *, iterated: bool = True, tolerance: float = 1e-12
) -> Dominance:
    """Return the strategies that are strictly dominated by a pure one.

    Parameters
    ----------
    game, iterated, tolerance
        As in `weakly_dominated`.

    Returns
    -------
    Dominance

    Raises
    ------
    BudgetError
        If the co-players' totals take more than 200,000 values.

    Examples
    --------
    >>> from coopgames.games.classics import public_goods
    >>> strictly_dominated(public_goods(5, 3)).dominated
    ('cooperate',)
    """
    return _deleted(as_roles(game), iterated=iterated, strict=True, tolerance=tolerance)


def _deleted(game: RoleGame, *, iterated: bool, strict: bool, tolerance: float) -> Dominance:
    slack = at_least("tolerance", tolerance, 0) * payoff_scales(game)
    totals = totals_of(game)
    survivors = [tuple(range(size)) for size in game.sizes]
    rounds: list[dict[int, int]] = []
    while True:
        deleted = _one_round(game, totals, survivors, slack, strict=strict)
        if deleted:
            rounds.append(deleted)
            survivors = [
                tuple(i for i in of_role if block.start + i not in deleted)
                for block, of_role in zip(game.blocks(), survivors, strict=True)
            ]
        if not deleted or not iterated:
            break
    return Dominance(
        game=game,
        kind="strict" if strict else "weak",
        rounds=tuple(rounds),
        survivors=tuple(survivors),
    )


def _one_round(
    game: RoleGame,
    totals: Totals,
    survivors: list[tuple[int, ...]],
    slack: Floats,
    *,
    strict: bool,
) -> dict[int, int]:
    options = [
        np.unique(totals.adds[block][list(of_role)])
        for block, of_role in zip(game.blocks(), survivors, strict=True)
    ]
    out = {}
    for r, of_role in enumerate(survivors):
        if len(of_role) == 1:
            continue
        players = [n - (q == r) for q, n in enumerate(game.players)]
        parts = totals.split(_sums(options, players))
        paid = np.zeros((len(of_role), parts[0].size))
        for scenario, total in zip(game.scenarios, parts, strict=True):
            paid += scenario.probability * scenario.payoffs[r][list(of_role)][:, total]
        for i in range(len(of_role)):
            more = paid - paid[i]
            better = (more > slack[r]).all(axis=1)
            if not strict:
                better = (more >= -slack[r]).all(axis=1) & (more > slack[r]).any(axis=1)
            better[i] = False
            if better.any():
                by = of_role[int(np.flatnonzero(better)[0])]
                start = game.blocks()[r].start
                out[start + of_role[i]] = start + by
    return out


def _sums(options: list[Integers], players: list[int]) -> Integers:
    """Return all totals that so many players of each role can add up to, ascending."""
    out = np.zeros(1, dtype=np.int64)
    for amounts, n in zip(options, players, strict=True):
        # What everybody adds anyway shifts all totals; the other amounts are drawn one by one.
        out = out + n * amounts[0]
        for _ in range(n if amounts.size > 1 else 0):
            out = np.unique(out[:, None] + (amounts - amounts[0]))
            if out.size > LARGEST_TOTALS:
                raise BudgetError(
                    f"the co-players' totals take more than {LARGEST_TOTALS} values; take fewer "
                    "players or strategies"
                )
    return out


def _between(game: RoleGame, survivors: tuple[tuple[int, ...], ...]) -> RoleGame:
    return RoleGame(
        roles=game.roles,
        players=game.players,
        strategies=tuple(
            tuple(names[i] for i in of_role)
            for names, of_role in zip(game.strategies, survivors, strict=True)
        ),
        scenarios=tuple(
            Scenario(
                probability=scenario.probability,
                adds=tuple(
                    adds[list(of_role)]
                    for adds, of_role in zip(scenario.adds, survivors, strict=True)
                ),
                payoffs=tuple(
                    table[list(of_role)]
                    for table, of_role in zip(scenario.payoffs, survivors, strict=True)
                ),
            )
            for scenario in game.scenarios
        ),
    )
