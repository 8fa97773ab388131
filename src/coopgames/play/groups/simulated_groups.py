"""Repeated games of n players, simulated player by player."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count, one_of, probability
from ..._random import BLOCK, RandomLike, blocks, entropy_of
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...kernels.lockstep.group_rounds import GroupRounds
from ...kernels.misperception import error_rates, perceived
from ...outcomes import Certificate
from ...provenance import provenance
from ...strategies import Automaton, MemoryOne, as_automaton, find_strategy
from ...strategies.zero_determinant import as_dilemma
from ..matches.match_samples import Length, match_length, padded_tables, student_interval

__all__ = ["SimulatedGroup", "simulate_group"]

Floats = npt.NDArray[np.float64]
Games = SymmetricGame | npt.ArrayLike | Sequence[SymmetricGame]

#: Players side by side: their arrays stay in the cache.
LANES = 8192


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedGroup:
    """What a group earned in simulated repeated games.

    Attributes
    ----------
    names : tuple of str, G of them
        Strategies of the classes of equal players.
    sizes : tuple of int
        Players of each class; they sum to n.
    payoffs, payoff_errors : array, shape (G,)
        Paid to a player of each class per round, with standard errors. [payoff]
    cooperation_rates, cooperation_errors : array, shape (G,)
        How often a player of each class cooperated, with standard errors.
    cooperators, cooperators_errors : array, shape (n + 1,)
        Share of rounds with 0, 1, ..., n cooperators, with standard errors; sums to one.
    replicates : int
        Repeated games.
    turns : int or None
        Rounds of each; None where chance ended it.
    discount_factor : float
        Probability of another round where ``turns`` is None; else 1.
    implementation_error : float
    perception_error : tuple of two floats
        (Missed defection, false alarm).
    monitoring : {'private', 'public'}
    certificate : Certificate
        Not exact; notes say where a run was interrupted.
    provenance : dict
        With the entropy of the run.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    payoffs: Floats
    payoff_errors: Floats
    cooperation_rates: Floats
    cooperation_errors: Floats
    cooperators: Floats
    cooperators_errors: Floats
    replicates: int
    turns: int | None
    discount_factor: float
    implementation_error: float
    perception_error: tuple[float, float]
    monitoring: Literal["private", "public"]
    certificate: Certificate
    provenance: Mapping[str, Any]

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the ends of Student's confidence intervals of the payoffs, shape (G,) each.

        Parameters
        ----------
        level : float
            Chance to cover the mean, in (0, 1).
        """
        return student_interval(self.payoffs, self.payoff_errors, self.replicates, level)


def simulate_group(
    players: Sequence[tuple[MemoryOne | Automaton | str, int]],
    game: Games,
    *,
    turns: int | None = None,
    discount_factor: float = 1.0,
    replicates: int = BLOCK,
    implementation_error: float = 0.0,
    perception_error: float | tuple[float, float] = 0.0,
    monitoring: Literal["private", "public"] = "private",
    rng: RandomLike = None,
) -> SimulatedGroup:
    """Return what n players earn in simulated repeated games.

    The sampled twin of `coopgames.play_group`, which is exact; for groups too large for it, for a
    fixed number of rounds, and to check it.

    Parameters
    ----------
    players : sequence of (MemoryOne, Automaton or str, int)
        Classes of equal players: a strategy, or its name, and how many follow it; n in all.
    game : SymmetricGame of n players and two acts, or array_like, shape (2, 2)
        Cooperation first. A sequence of games, one for each class, gives each class payoffs of its
        own. Acts do not depend on it. [payoff]
    turns : int, at least 1, optional
        Rounds of every repeated game; means are over exactly these.
    discount_factor : float, in [0, 1), optional
        In place of ``turns``: the probability of another round. Means are over the rounds of all
        repeated games, and tend to the discounted mean.
    replicates : int, at least 2
        Repeated games.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float or two floats, in [0, 1]
        Probability that an act is seen as its opposite; or those that a defection is missed and
        that a cooperation gives a false alarm.
    monitoring : {'private', 'public'}
        Private: each player misreads each other player's act for itself, and knows its own.
        Public: all see the same signal of each act, and react to signals, of their own acts too.
    rng : int, Generator or SeedSequence, optional
        Replicates draw from streams of their own block, so that replicate 5 is the same however
        many are asked for.

    Returns
    -------
    SimulatedGroup
        After Ctrl-C, of the blocks of 1,024 replicates that were finished; a note says so.

    Raises
    ------
    CoopgamesError
        If the numbers of players disagree or a probability is none.
    KeyboardInterrupt
        If interrupted before the first block is finished.

    Notes
    -----
    Some 25 nanoseconds per player and round; private errors take ten more for each of the n - 1
    others.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> four = [("tit for tat", 3), ("always defect", 1)]
    >>> found = simulate_group(four, classics.public_goods(4, 1.6), turns=3, replicates=2, rng=1)
    >>> found.cooperation_rates.round(4), found.cooperators.round(4)
    (array([0.3333, 0.    ]), array([0.6667, 0.    , 0.    , 0.3333, 0.    ]))
    """
    sizes = tuple(count(f"players[{g}][1]", size) for g, (_, size) in enumerate(players))
    n, wanted = sum(sizes), count("replicates", replicates, 2)
    length = match_length(turns, discount_factor)
    chosen = _strategies(players, n)
    tables = _payoffs(game, len(sizes), n)
    error = probability("implementation_error", implementation_error)
    rates = error_rates(perception_error)
    public = one_of("monitoring", monitoring, ("private", "public")) == "public"
    kernel = GroupRounds(
        padded_tables(chosen),
        tables,
        implementation_error=error,
        perceived=perceived(rates),
        public=public,
    )
    field = {
        "play": "simulated group",
        "players": [
            [one.cooperate, one.moves, one.start, number]
            for one, number in zip(chosen, sizes, strict=True)
        ],
        "turns": length.turns,
        "discount_factor": length.discount_factor,
        "implementation_error": error,
        "perception_error": rates,
        "monitoring": monitoring,
    }
    entropy = entropy_of(rng)
    sums, notes = _play(kernel, sizes, length, wanted, blocks(entropy, field, wanted))
    classes = len(sizes)
    # Each round has one number of cooperators.
    means, errors = _per_round(sums, sums[:, 2 * classes :].sum(axis=1))
    return SimulatedGroup(
        names=tuple(one.name for one in chosen),
        sizes=sizes,
        payoffs=means[:classes],
        payoff_errors=errors[:classes],
        cooperation_rates=means[classes : 2 * classes],
        cooperation_errors=errors[classes : 2 * classes],
        cooperators=means[2 * classes :],
        cooperators_errors=errors[2 * classes :],
        replicates=sums.shape[0],
        turns=length.turns,
        discount_factor=length.discount_factor,
        implementation_error=error,
        perception_error=rates,
        monitoring=monitoring,
        certificate=Certificate(method="simulated rounds", exact=False, notes=tuple(notes)),
        provenance=provenance(field | {"replicates": wanted}, entropy=entropy),
    )


def _strategies(
    players: Sequence[tuple[MemoryOne | Automaton | str, int]], n: int
) -> list[Automaton]:
    if n < 2:
        raise CoopgamesError(f"players must be at least 2 in all; got {n}")
    chosen = []
    for one, _ in players:
        strategy = find_strategy(one, players=n) if isinstance(one, str) else one
        if strategy.players != n:
            raise CoopgamesError(f"players must follow strategies of {n} players; got {one!r}")
        chosen.append(as_automaton(strategy))
    return chosen


def _payoffs(game: Games, classes: int, n: int) -> Floats:
    """Return payoffs by class, own act and other cooperators, shape (classes, 2, n)."""
    given: list[Any] = [game]
    if isinstance(game, list | tuple) and game and isinstance(game[0], SymmetricGame):
        given = list(game)
    games = [as_dilemma(one) for one in given]
    if len(games) not in {1, classes}:
        raise CoopgamesError(
            f"game must be one game or one for each of the {classes} classes; got {len(games)}"
        )
    for one in games:
        if one.players != n:
            raise CoopgamesError(f"game must be of the {n} players given; got one of {one.players}")
    return np.array([games[g % len(games)].table for g in range(classes)])


def _play(
    kernel: GroupRounds,
    sizes: tuple[int, ...],
    length: Length,
    replicates: int,
    streams: Iterator[tuple[np.random.Generator, int]],
) -> tuple[Floats, list[str]]:
    """Return sums over rounds by replicate: payoffs and cooperations by class, cooperators."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    share = (group[:, None] == np.arange(len(sizes))) / np.array(sizes)
    across = min(BLOCK, max(1, LANES // group.size))
    kinds = np.broadcast_to(group, (across, group.size))
    done: list[Floats] = []
    try:
        for rng, wanted in streams:
            block = []
            for begin in range(0, wanted, across):
                found = kernel.play(kinds, length.draw(across, rng), rng)
                sums = [found.payoffs @ share, found.cooperations @ share, found.cooperators]
                block.append(np.concatenate(sums, axis=1)[: wanted - begin])
            done.append(np.concatenate(block))
    except KeyboardInterrupt:
        if not done:
            raise
        finished = sum(map(len, done))
        notes = [f"interrupted after {finished:,} of {replicates:,} replicates"]
        return np.concatenate(done), notes
    return np.concatenate(done), []


def _per_round(sums: Floats, rounds: Floats) -> tuple[Floats, Floats]:
    """Return means per round and their standard errors, to first order in random lengths."""
    means = sums.sum(axis=0) / rounds.sum()
    apart = sums - rounds[:, None] * means
    return means, apart.std(axis=0, ddof=1) / np.sqrt(rounds.size) / rounds.mean()
