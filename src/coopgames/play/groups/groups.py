"""Repeated games of n players who follow memory-one strategies or automata, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from ..._checks import count, probability
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...kernels.automaton_groups import GroupMachine, machine_group_law
from ...kernels.memory_one_groups import GroupLaw, group_law
from ...kernels.misperception import ErrorRates, error_rates
from ...strategies import Automaton, MemoryOne, as_automaton, find_strategy, minimal_automaton
from ...strategies.zero_determinant import as_dilemma

__all__ = ["GroupPlay", "play_group"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupPlay:
    """What a group of players earns in a repeated game.

    Attributes
    ----------
    names : tuple of str, G of them
        Strategies of the classes of equal players.
    sizes : tuple of int
        Players of each class; they sum to n.
    payoffs : array, shape (G,)
        Of a player of each class per round: its discounted mean, or the limit of means. [payoff]
    cooperation_rates : array, shape (G,)
        How often a player of each class cooperates.
    cooperators : array, shape (n + 1,)
        How often 0, 1, ..., n players cooperate; sums to one.
    counts : int array, shape (cells, G)
        Cooperators of each class.
    law : array, shape (cells,)
        Share of rounds with each of these counts.
    recurrent_classes : int or None
        Of the chain; where it is above 1 the start decides. None with discounting.
    residual : float
        max |law P - law| of the chain solved.
    discount_factor, implementation_error : float
    perception_error : tuple of two floats
        Probabilities of a missed defection and of a false alarm.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    payoffs: Floats
    cooperation_rates: Floats
    cooperators: Floats
    counts: Integers
    law: Floats
    recurrent_classes: int | None
    residual: float
    discount_factor: float
    implementation_error: float
    perception_error: tuple[float, float]

    @property
    def ergodic(self) -> bool:
        """Whether the numbers do not depend on the first round."""
        return self.recurrent_classes == 1


def play_group(
    players: Sequence[tuple[MemoryOne | Automaton | str, int]],
    game: SymmetricGame | npt.ArrayLike | Sequence[SymmetricGame],
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
) -> GroupPlay:
    """Return what n players earn who follow given strategies, exactly.

    Parameters
    ----------
    players : sequence of (MemoryOne, Automaton or str, int)
        Classes of equal players: a strategy, or its name, and how many follow it; n in all.
    game : SymmetricGame of n players and two acts, or array_like, shape (2, 2)
        Cooperation first. A sequence of games, one for each class, gives each class payoffs of its
        own. [payoff]
    discount_factor : float, in [0, 1]
        Also the probability that there is another round. 1, the default, stands for the limit of
        means from the strategies' starts.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float or two floats, in [0, 1]
        Probability that a player misreads a co-player's act, independently for each of the two.
        Two numbers: that a defection is missed, and that a cooperation gives a false alarm.

    Raises
    ------
    CoopgamesError
        If the numbers of players disagree or a probability is none.
    BudgetError
        If there are more than 5,000 states: the product of the classes' sizes plus one each or,
        if one of them follows an automaton, of the ways in which each class can be divided over
        the states of its automaton.

    Notes
    -----
    O(states^3). Memory one: 441 states, two classes of 20 players, take some hundredths of a
    second, 3,240 states about one.

    References
    ----------
    Hilbe, Wu, Traulsen & Nowak (2014) PNAS 111:16425. doi:10.1073/pnas.1407887111

    Examples
    --------
    Three who copy all others and one who defects, after three rounds on average:

    >>> from coopgames.games import classics
    >>> four = [("tit for tat", 3), ("always defect", 1)]
    >>> play = play_group(four, classics.public_goods(4, 1.6), discount_factor=2 / 3)
    >>> play.payoffs.round(6), play.cooperation_rates.round(6)
    (array([0.066667, 0.4     ]), array([0.333333, 0.      ]))
    """
    sizes = tuple(count(f"players[{g}][1]", size) for g, (_, size) in enumerate(players))
    n = sum(sizes)
    chosen = [
        find_strategy(one, players=max(n, 2)) if isinstance(one, str) else one for one, _ in players
    ]
    games = _games(game)
    if len(games) not in {1, len(sizes)}:
        raise CoopgamesError(
            f"game must be one game or one for each of the {len(sizes)} classes; got {len(games)}"
        )
    for kind, values in (("game", games), ("players", chosen)):
        for value in values:
            if value.players != n:
                raise CoopgamesError(
                    f"{kind} must be of the {n} players given; got one of {value.players}"
                )
    rates = error_rates(perception_error)
    found = _law(
        sizes,
        chosen,
        probability("discount_factor", discount_factor),
        probability("implementation_error", implementation_error),
        rates,
    )
    total = found.counts.sum(axis=1)
    shares = found.counts / np.array(sizes)
    payoffs = []
    for g in range(len(sizes)):
        table = games[g % len(games)].table
        cooperator = table[0, np.maximum(total - 1, 0)]
        defector = table[1, np.minimum(total, n - 1)]
        payoffs.append(found.law @ (shares[:, g] * cooperator + (1 - shares[:, g]) * defector))
    return GroupPlay(
        names=tuple(one.name for one in chosen),
        sizes=sizes,
        payoffs=np.array(payoffs),
        cooperation_rates=found.law @ shares,
        cooperators=np.bincount(total, found.law, n + 1).astype(float),
        counts=found.counts,
        law=found.law,
        recurrent_classes=found.recurrent,
        residual=found.residual,
        discount_factor=float(discount_factor),
        implementation_error=float(implementation_error),
        perception_error=rates,
    )


def _law(
    sizes: tuple[int, ...],
    strategies: Sequence[MemoryOne | Automaton],
    discount_factor: float,
    implementation_error: float,
    rates: tuple[float, float],
) -> GroupLaw:
    """Return the law of cooperators: by what was done if all are of memory one, else by machine."""
    simple = [one for one in strategies if isinstance(one, MemoryOne)]
    if len(simple) == len(strategies):
        return group_law(
            sizes,
            np.array([one.start for one in simple]),
            np.stack([one.by_cooperators() for one in simple]),
            discount_factor=discount_factor,
            implementation_error=implementation_error,
            perception_error=rates,
        )
    automata = [minimal_automaton(as_automaton(one)) for one in strategies]
    return machine_group_law(
        sizes,
        [GroupMachine(*one.table(), one.start) for one in automata],
        discount_factor=discount_factor,
        implementation_error=implementation_error,
        perception_error=rates,
    )


def _games(
    game: SymmetricGame | npt.ArrayLike | Sequence[SymmetricGame],
) -> list[SymmetricGame]:
    """Return one game, or one for each class."""
    if isinstance(game, (list, tuple)) and game and isinstance(game[0], SymmetricGame):
        return [as_dilemma(one) for one in game]
    return [as_dilemma(cast("SymmetricGame | npt.ArrayLike", game))]
