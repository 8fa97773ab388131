"""Matches by the library's own engine, each side shown the game from its own position.

A match is the library's own, round by round, with one difference: a player that looks at the game
sees its own payoffs, which matters where the two sides have different ones. With equal payoffs and
the same seed it is the library's match to the act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .games import library

__all__ = ["Sample", "play_matches"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Rounds with acts CC, CD, DC and DD, shape (matches, 4)."""

    counts: Floats

    @property
    def law(self) -> Floats:
        """Shares of all rounds, shape (4,)."""
        return np.asarray(self.counts.sum(axis=0) / self.counts.sum())

    def mean(self, per_round: Floats) -> tuple[float, float]:
        """Return the mean of what each kind of round pays, and its standard error.

        Matches of different length are weighted by it; NaN where one match says nothing.
        """
        mean = float(self.law @ per_round)
        matches, length = len(self.counts), self.counts.sum() / len(self.counts)
        if matches == 1:
            return mean, float("nan")
        left = self.counts @ (per_round - mean)
        return mean, float(np.sqrt(left @ left / (matches - 1) / matches) / length)


def play_matches(
    players: tuple[Any, Any],
    games: tuple[Any, Any],
    *,
    turns: int,
    prob_end: float | None,
    noise: float,
    seeds: Sequence[int],
) -> Sample:
    """Play one match per seed and return who did what.

    Parameters
    ----------
    players : two axelrod.Player
        Cloned, so that they may be one and the same.
    games : two axelrod.Game
        As the two sides see it.
    turns, prob_end, noise
        As in `axelrod_tournament`.
    seeds : sequence of int, in [0, 2**32)
    """
    axl = library()
    from axelrod.match import sample_length

    stochastic = axl.Classifiers["stochastic"]
    one, two = players[0].clone(), players[1].clone()
    known = turns if prob_end is None else float("inf")
    counts = np.zeros((len(seeds), 4))
    for row, seed in enumerate(seeds):
        match = axl.Match((one, two), turns=turns, noise=noise, game=games[0], seed=seed)
        random = match._random  # noqa: SLF001 - the library draws noise, lengths and seeds from it
        length = turns if prob_end is None else sample_length(prob_end, random.random())
        for player, game in zip((one, two), games, strict=True):
            player.reset()
            player.set_match_attributes(length=known, game=game, noise=noise)
            if stochastic(player):
                player.set_seed(random.random_seed_int())
        for _ in range(length):
            mine, yours = match.simultaneous_play(one, two, noise)
            counts[row, 2 * mine.value + yours.value] += 1
    return Sample(counts=counts)
