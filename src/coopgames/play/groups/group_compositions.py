"""Repeated games of groups of every composition, as one game by counts.

A strategy's payoff in a group depends on how many of its n - 1 co-players follow each of the s
strategies. Every composition of n players is one repeated game, solved exactly; together they are a
symmetric game of n players in which strategies for the whole repeated game are chosen once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import SymmetricGame
from ...kernels.misperception import ErrorRates
from ...kernels.simplex import composition_index, compositions, number_of_compositions
from ...strategies import Automaton, MemoryOne, find_strategy
from ...strategies.zero_determinant import as_dilemma
from .groups import play_group

__all__ = ["GroupCompositions", "play_compositions", "repeated_group_game"]

Floats = npt.NDArray[np.float64]

#: Groups that are played, at some milliseconds each; our assumption.
LARGEST_NUMBER = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupCompositions:
    """What s strategies earn in groups of n players of every composition.

    Attributes
    ----------
    names : tuple of str, s of them
    players : int
        n.
    payoffs : array, shape (s, compositions)
        Paid to a player of each strategy per round, among n - 1 co-players of each composition, in
        lexicographic order. [payoff]
    cooperation_rates : array, shape (s, compositions)
        How often it cooperates.
    start_decides : int or None
        Groups whose long-run payoffs depend on the first round. None with discounting.
    residual : float
        The largest of the groups.
    """

    names: tuple[str, ...]
    players: int
    payoffs: Floats
    cooperation_rates: Floats
    start_decides: int | None
    residual: float

    def as_game(self) -> SymmetricGame:
        """Return the game in which strategies for the whole repeated game are chosen once."""
        return self._game(self.payoffs)

    def cooperation_game(self) -> SymmetricGame:
        """Return the same with rates of cooperation for payoffs, for means over populations."""
        return self._game(self.cooperation_rates)

    def _game(self, table: Floats) -> SymmetricGame:
        return SymmetricGame(
            players=self.players,
            strategies=self.names,
            table=table,
            seen_as=tuple(range(len(self.names))),
        )


def play_compositions(
    strategies: Sequence[MemoryOne | Automaton | str],
    game: SymmetricGame | npt.ArrayLike,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
) -> GroupCompositions:
    """Return what strategies earn in groups of every composition, exactly.

    Parameters
    ----------
    strategies : sequence of MemoryOne, Automaton or str
        Of the n players of the game, or names.
    game : SymmetricGame of n players and two acts, or array_like, shape (2, 2)
        Cooperation first. [payoff]
    discount_factor, implementation_error, perception_error
        As in `coopgames.play_group`.

    Raises
    ------
    CoopgamesError
        If numbers of players disagree, or names occur twice.
    BudgetError
        If there are more than 20,000 compositions, or a group has too many states.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> three = classics.public_goods(3, 2)
    >>> found = play_compositions(["tit for tat", "always defect"], three, discount_factor=0.9)
    >>> found.payoffs.round(3)  # beside 0, 1, 2 of tit for tat
    array([[-0.033,  0.033,  1.   ],
           [ 0.   ,  0.067,  0.133]])
    """
    dilemma = as_dilemma(game)
    n = dilemma.players
    chosen = [find_strategy(one, n) if isinstance(one, str) else one for one in strategies]
    names = tuple(one.name for one in chosen)
    if not names or len(set(names)) < len(names):
        raise CoopgamesError(f"strategies must be at least one, of different names; got {names!r}")
    number = number_of_compositions(n, len(chosen))
    if number > LARGEST_NUMBER:
        raise BudgetError(
            f"{n} players with {len(chosen)} strategies make {number:,} groups, more than "
            f"{LARGEST_NUMBER:,}; take fewer strategies"
        )
    shape = (len(chosen), number_of_compositions(n - 1, len(chosen)))
    payoffs, rates = np.empty(shape), np.empty(shape)
    residual, undecided = 0.0, 0
    for group in compositions(n, len(chosen)):
        present = np.flatnonzero(group)
        found = play_group(
            [(chosen[i], int(group[i])) for i in present],
            dilemma,
            discount_factor=discount_factor,
            implementation_error=implementation_error,
            perception_error=perception_error,
        )
        residual = max(residual, found.residual)
        undecided += (found.recurrent_classes or 1) > 1
        for place, i in enumerate(present):
            others = group.copy()
            others[i] -= 1
            at = composition_index(others)
            payoffs[i, at] = found.payoffs[place]
            rates[i, at] = found.cooperation_rates[place]
    rates.setflags(write=False)
    return GroupCompositions(
        names=names,
        players=n,
        payoffs=payoffs,
        cooperation_rates=rates,
        start_decides=undecided if discount_factor == 1 else None,
        residual=residual,
    )


def repeated_group_game(
    strategies: Sequence[MemoryOne | Automaton | str],
    game: SymmetricGame | npt.ArrayLike,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
) -> SymmetricGame:
    """Return the game of n players in which strategies for a repeated game are chosen once.

    Parameters
    ----------
    strategies, game, discount_factor, implementation_error, perception_error
        As in `play_compositions`, of which this is the game.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> names = ["grim", "always cooperate", "always defect"]
    >>> found = repeated_group_game(names, classics.public_goods(4, 1.6))
    >>> found.players, found.table.shape
    (4, (3, 10))
    """
    return play_compositions(
        strategies,
        game,
        discount_factor=discount_factor,
        implementation_error=implementation_error,
        perception_error=perception_error,
    ).as_game()
