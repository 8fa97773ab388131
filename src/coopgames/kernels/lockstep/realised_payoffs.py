r"""What individuals earn in games that are really played, for populations advanced side by side.

An individual is paid the mean of some games, each with n - 1 co-players drawn anew from the others,
without replacement; only it is paid for them. So payoffs differ between equal individuals, and from
one moment to the next. For births the fitness of a strategy is the mean of exp(beta pi) over its
individuals, which is what the chance to be the parent's strategy depends on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .payoffs import counts_of

__all__ = ["RealisedPayoffs", "drawn_without_replacement"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]


def drawn_without_replacement(
    counts: npt.NDArray[np.int64], number: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the strategies of individuals drawn one after the other, shape (rows, number).

    Parameters
    ----------
    counts : int array, shape (rows, s)
        At least 0; at least ``number`` in all. Negative ones count as 0.
    number : int
    rng : Generator

    Examples
    --------
    >>> drawn_without_replacement(np.array([[0, 2, 0]]), 2, np.random.default_rng(1))
    array([[1, 1]])
    """
    left = np.cumsum(np.maximum(counts, 0), axis=1)
    out = np.empty((counts.shape[0], number), dtype=np.int64)
    for k in range(number):
        place = np.floor(rng.random(counts.shape[0]) * left[:, -1])
        out[:, k] = (place[:, None] >= left[:, :-1]).sum(axis=1)
        left -= np.arange(counts.shape[1]) >= out[:, k, None]
    return out


class RealisedPayoffs:
    """Payoffs of games that are played when they are asked for; a `Payoffs`.

    Parameters
    ----------
    play : callable
        ``play(kinds, rng)`` lets groups play, ``kinds`` an int array of shape (groups, n) that
        holds their strategies, and returns what the first player of each gets, shape (groups,).
    strategies, players, population_size : int
        s, n and Z.
    matches : int
        Games per payoff, at least 1.
    rng : Generator
    selection_intensity : float, optional
        beta, for `everyone`, which then is fitness. [1/payoff]

    Examples
    --------
    >>> paid = RealisedPayoffs(
    ...     lambda kinds, rng: kinds[:, 1] + 0.0,
    ...     strategies=2,
    ...     players=2,
    ...     population_size=3,
    ...     matches=1,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> paid.prepare(np.array([[1]]))
    >>> out = np.empty(1)
    >>> paid.of(np.array([0]), out)
    >>> out
    array([1.])
    """

    __slots__ = (
        "_beta",
        "_counts",
        "_matches",
        "_play",
        "_players",
        "_rng",
        "population_size",
        "strategies",
    )

    def __init__(
        self,
        play: Callable[[npt.NDArray[np.int64], np.random.Generator], Floats],
        *,
        strategies: int,
        players: int,
        population_size: int,
        matches: int,
        rng: np.random.Generator,
        selection_intensity: float = 0.0,
    ) -> None:
        self.strategies, self.population_size = strategies, population_size
        self._play, self._players, self._matches = play, players, matches
        self._rng, self._beta = rng, selection_intensity
        self._counts = np.zeros((0, strategies), dtype=np.int64)

    def prepare(self, sums: Integers) -> None:
        """See `Payoffs`."""
        self._counts = counts_of(sums, self.population_size).T

    def of(self, strategy: Integers, out: Floats) -> None:
        """See `Payoffs`."""
        out[:] = self._paid(np.arange(out.size), strategy.astype(np.int64))

    def advantage(self, focal: Integers, model: Integers, out: Floats) -> None:
        """See `Payoffs`; 0 where both have the same strategy, as nothing depends on it."""
        out[:] = 0.0
        lanes = np.flatnonzero(focal != model)
        both = np.concatenate([model[lanes], focal[lanes]]).astype(np.int64)
        paid = self._paid(np.tile(lanes, 2), both)
        out[lanes] = paid[: lanes.size] - paid[lanes.size :]

    def everyone(self, out: Floats) -> None:
        """Write the fitness of all strategies, (s, replicates), up to a factor per replicate."""
        replicates, size = self._counts.shape[0], self.population_size
        lanes = np.repeat(np.arange(replicates), size)
        kinds = np.repeat(
            np.tile(np.arange(self.strategies), replicates), self._counts.ravel()
        ).astype(np.int64)
        paid = self._paid(lanes, kinds).reshape(replicates, size)
        fitness = np.exp(self._beta * (paid - paid.max(axis=1, keepdims=True)))
        where = lanes * self.strategies + kinds
        sums = np.bincount(where, fitness.ravel(), self._counts.size).reshape(self._counts.shape)
        out[:] = (sums / np.maximum(self._counts, 1)).T

    def _paid(self, lanes: npt.NDArray[np.int64], kinds: npt.NDArray[np.int64]) -> Floats:
        """Return what individuals with given strategies get in given replicates."""
        others = self._counts[lanes]
        others[np.arange(lanes.size), kinds] -= 1
        others = np.repeat(others, self._matches, axis=0)
        own = np.repeat(kinds, self._matches)
        group = np.column_stack(
            [own, drawn_without_replacement(others, self._players - 1, self._rng)]
        )
        return np.asarray(self._play(group, self._rng).reshape(-1, self._matches).mean(axis=1))
