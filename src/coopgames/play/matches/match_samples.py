"""What simulated matches have in common: how long they last, how strategies are listed, errors.

With counts n_r of CC, CD, DC and DD in match r of R and weights w the mean per round is
w . sum n_r / sum |n_r|, whose error is, to first order, that of the mean of (w - mean) . n_r over
the mean length. With a fixed number of rounds that is the error of a mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import count, number, probability
from ...errors import BudgetError, CoopgamesError
from ...kernels.joint_automata import Automata
from ...strategies import Automaton, MemoryOne, as_automaton, memory_one
from .pair_laws import read_strategies

__all__ = [
    "CountMoments",
    "Length",
    "match_length",
    "padded_tables",
    "pair_automata",
    "student_interval",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Most states of an automaton: a pair of them has at most a million joint states.
MOST_STATES = 1000


class Length:
    """How many rounds a match has: a fixed number, or one more with some probability.

    Examples
    --------
    >>> Length(5, 1.0).draw(3, np.random.default_rng(1))
    5
    """

    __slots__ = ("discount_factor", "turns")

    def __init__(self, turns: int | None, discount_factor: float) -> None:
        self.turns, self.discount_factor = turns, discount_factor

    @property
    def mean(self) -> float:
        """Mean number of rounds; infinite without an end."""
        if self.turns is not None:
            return float(self.turns)
        left = 1.0 - self.discount_factor
        return 1.0 / left if left else float("inf")

    def draw(self, lanes: int, rng: np.random.Generator) -> int | Integers:
        """Return the rounds of each of some matches, or of all."""
        if self.turns is not None:
            return self.turns
        return np.asarray(rng.geometric(1.0 - self.discount_factor, size=lanes), dtype=np.int64)


def match_length(turns: int | None, discount_factor: float) -> Length:
    """Return how long matches last, checked.

    Raises
    ------
    CoopgamesError
        If both or neither is given, or the discount factor is not in [0, 1).
    """
    chance = probability("discount_factor", discount_factor)
    if turns is not None and chance != 1:
        raise CoopgamesError(
            f"turns must stand without discount_factor; got {turns!r} and {discount_factor!r}"
        )
    if turns is None and chance == 1:
        raise CoopgamesError(
            "a simulated match must end: give turns, or a discount_factor below 1, the probability "
            "of another round"
        )
    return Length(None if turns is None else count("turns", turns), chance)


def pair_automata(
    strategies: Sequence[MemoryOne | Automaton | str] | npt.ArrayLike,
) -> tuple[tuple[str, ...], list[Automaton], Automata]:
    """Return names, automata, and their tables filled up to the same number of states.

    Raises
    ------
    CoopgamesError
        If a strategy is unknown or not of two players.
    BudgetError
        If one has more than 1,000 states.
    """
    names, given = read_strategies(strategies)
    if isinstance(given, np.ndarray):
        rows = zip(names, given.tolist(), strict=True)
        given = [memory_one(row[1:], start=row[0], name=name) for name, row in rows]
    chosen = [as_automaton(one) for one in given]
    size = max(one.size for one in chosen)
    if size > MOST_STATES:
        raise BudgetError(f"strategies may have at most {MOST_STATES} states; got {size}")
    return names, chosen, padded_tables(chosen)


def padded_tables(automata: Sequence[Automaton]) -> Automata:
    """Return automata of the same number of players as arrays; states without use are filled in.

    Examples
    --------
    >>> from coopgames.strategies import find_strategy
    >>> two = [as_automaton(find_strategy(name)) for name in ("grim", "always defect")]
    >>> padded_tables(two).cooperate
    array([[1., 0.],
           [0., 0.]])
    """
    size, players = max(one.size for one in automata), automata[0].players
    cooperate = np.zeros((len(automata), size))
    moves = np.zeros((len(automata), size, 2, players), dtype=np.int64)
    for row, one in enumerate(automata):
        cooperate[row, : one.size], moves[row, : one.size] = one.table()
    return Automata(cooperate, moves, np.array([one.start for one in automata]))


class CountMoments:
    """Sums of the counts of CC, CD, DC and DD of matches, and of their products.

    Parameters
    ----------
    pairs : int

    Examples
    --------
    >>> kept = CountMoments(1)
    >>> kept.add([0], np.array([[[4, 0, 0, 0]], [[0, 0, 0, 4]]]), 2)
    >>> kept.law(), kept.per_round(np.array([3.0, 0.0, 5.0, 1.0]))
    (array([[0.5, 0. , 0. , 0.5]]), (array([2.]), array([1.])))
    """

    __slots__ = ("_matches", "_origin", "_products", "_sums")

    def __init__(self, pairs: int) -> None:
        # Taken about the first match of each pair, so that squares don't cancel.
        self._origin, self._sums = np.zeros((2, pairs, 4))
        self._products = np.zeros((pairs, 4, 4))
        self._matches = np.zeros(pairs, dtype=np.int64)

    def add(self, pairs: npt.ArrayLike, counts: npt.NDArray[Any], matches: int) -> None:
        """Add matches of some pairs, shape (matches, pairs, 4); one alone stands for all of them.

        Parameters
        ----------
        pairs : array_like of int
            Each at most once.
        counts : array, shape (matches or 1, pairs, 4)
        matches : int
        """
        which = np.asarray(pairs, dtype=np.int64)
        fresh = which[self._matches[which] == 0]
        if fresh.size:
            self._origin[fresh] = counts[0, self._matches[which] == 0]
        apart = counts - self._origin[which]
        times = matches / counts.shape[0]
        self._sums[which] += times * apart.sum(axis=0)
        self._products[which] += times * np.einsum("rpa,rpb->pab", apart, apart)
        self._matches[which] += matches

    def law(self) -> Floats:
        """Return the share of rounds with CC, CD, DC and DD, shape (pairs, 4)."""
        total = self._matches[:, None] * self._origin + self._sums
        return np.asarray(total / total.sum(axis=1, keepdims=True))

    def per_round(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return means per round with their standard errors, shape (pairs,) each.

        Parameters
        ----------
        weights : array, shape (4,)
            What a round of CC, CD, DC and DD counts.
        """
        matches = self._matches
        value = self.law() @ weights
        apart = weights - value[:, None]
        mean = self._sums / matches[:, None]
        length = (self._origin + mean).sum(axis=1)
        spread = self._products / matches[:, None, None] - mean[:, :, None] * mean[:, None, :]
        variance = np.maximum(np.einsum("pa,pab,pb->p", apart, spread, apart), 0.0)
        return value, np.sqrt(variance / np.maximum(matches - 1, 1)) / length


def student_interval(
    means: Floats, errors: Floats, replicates: int, level: float
) -> tuple[Floats, Floats]:
    """Return the ends of Student's intervals of means over replicates.

    Examples
    --------
    >>> student_interval(np.zeros(1), np.ones(1), 10, 0.95)[1].round(3)
    array([2.262])
    """
    from scipy.special import stdtrit

    if not 0 < number("level", level) < 1:
        raise CoopgamesError(f"level must lie in (0, 1); got {level!r}")
    half = stdtrit(replicates - 1, 0.5 + level / 2) * errors
    return means - half, means + half
