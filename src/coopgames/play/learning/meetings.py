"""What happens when individuals with some strategies meet in a repeated game: expected, or played.

One record holds both, so that populations can learn from either: the games in which strategies for
the whole repeated game are chosen once, for payoffs and for rates of cooperation, and a function
that plays groups with given strategies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import one_of, probability
from ...games import SymmetricGame, matrix_game
from ...kernels.joint_automata import joint_chains
from ...kernels.lockstep.group_rounds import GroupRounds
from ...kernels.lockstep.matches import Matches
from ...kernels.misperception import ErrorRates, error_rates, perceived
from ...strategies import Automaton, MemoryOne, as_automaton
from ..groups.group_compositions import play_compositions
from ..matches.finite_rounds import finite_rounds_law
from ..matches.match_samples import Length, padded_tables
from ..matches.pairs import play_pairs

__all__ = ["Meetings", "Played", "meetings"]

Monitoring = Literal["private", "public"]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: What the first player of each group gets per round, and how often its members cooperate.
Played = tuple[Floats, Floats]
#: Players side by side: their arrays stay in the cache.
LANES = 8192


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meetings:
    """How s strategies meet in groups of n.

    Attributes
    ----------
    expected : tuple of two SymmetricGame, or None
        Payoffs and rates of cooperation, exactly; None where they aren't known.
    play : callable
        ``play(kinds, rng)`` lets groups play, ``kinds`` an int array of shape (groups, n).
    """

    expected: tuple[SymmetricGame, SymmetricGame] | None
    play: Callable[[Integers, np.random.Generator], Played]


def meetings(
    strategies: Sequence[MemoryOne | Automaton],
    dilemma: SymmetricGame,
    length: Length,
    *,
    implementation_error: float,
    perception_error: ErrorRates,
    monitoring: Monitoring,
    exact: bool,
) -> Meetings:
    """Return how strategies meet.

    Parameters
    ----------
    strategies : sequence of MemoryOne or Automaton, s of them
    dilemma : SymmetricGame
        Of two acts, cooperation first. [payoff]
    length : Length
        Of a repeated game; where chance ends it, payoffs are totals over the mean length.
    implementation_error, perception_error, monitoring
        As in `coopgames.simulate_pairs`.
    exact : bool
        Whether groups of more than two are solved as well, where they can be; pairs always are.
    """
    error = probability("implementation_error", implementation_error)
    rates = error_rates(perception_error)
    public = one_of("monitoring", monitoring, ("private", "public")) == "public"
    errors: dict[str, Any] = {"implementation_error": error, "perception_error": rates}
    names = tuple(one.name for one in strategies)
    automata = [as_automaton(one) for one in strategies]
    rounds = length.mean
    if dilemma.players > 2:
        group = GroupRounds(
            padded_tables(automata),
            np.broadcast_to(dilemma.table, (len(names), *dilemma.table.shape)),
            implementation_error=error,
            perceived=perceived(rates),
            public=public,
        )

        def play_groups(kinds: Integers, rng: np.random.Generator) -> Played:
            found = group.play(kinds, length.draw(len(kinds), rng), rng)
            return found.payoffs[:, 0] / rounds, found.cooperations.mean(axis=1) / rounds

        expected = None
        if exact and length.turns is None and not public:
            every = play_compositions(
                strategies, dilemma, discount_factor=length.discount_factor, **errors
            )
            expected = every.as_game(), every.cooperation_game()
        return Meetings(expected=expected, play=_in_parts(play_groups, dilemma.players))

    if length.turns is None:
        law = play_pairs(
            strategies,
            dilemma,
            discount_factor=length.discount_factor,
            monitoring=monitoring,
            **errors,
        ).law
    else:
        law = finite_rounds_law(strategies, length.turns, monitoring=monitoring, **errors)
    own = dilemma.matrix().ravel()
    s = len(names)
    first, second = np.indices((s, s)).reshape(2, -1)

    @cache
    def matches() -> Matches:
        return Matches(
            joint_chains(
                padded_tables(automata),
                first,
                second,
                implementation_error=error,
                perceived=perceived(rates),
                public=public,
            )
        )

    both = np.array([1.0, 0.5, 0.5, 0.0])

    def play_matches(kinds: Integers, rng: np.random.Generator) -> Played:
        counts = matches().play(kinds[:, 0] * s + kinds[:, 1], length.draw(len(kinds), rng), rng)
        return counts @ own / rounds, counts @ both / rounds

    return Meetings(
        expected=(
            matrix_game(np.tensordot(own, law, 1), names),
            matrix_game(law[0] + law[1], names),
        ),
        play=_in_parts(play_matches, 2),
    )


def _in_parts(
    play: Callable[[Integers, np.random.Generator], Played], players: int
) -> Callable[[Integers, np.random.Generator], Played]:
    """Return the same, some groups after the others."""
    most = max(1, LANES // players)

    def in_parts(kinds: Integers, rng: np.random.Generator) -> Played:
        parts = [play(kinds[top : top + most], rng) for top in range(0, len(kinds), most)]
        if not parts:
            return np.empty(0), np.empty(0)
        return np.concatenate([one for one, _ in parts]), np.concatenate([two for _, two in parts])

    return in_parts
