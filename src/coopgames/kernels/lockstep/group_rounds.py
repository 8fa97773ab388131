r"""Rounds of groups of n automata, player by player, many groups side by side.

Every player of every group draws its act by the state it is in, sees how many of the others
cooperated, and moves. Where acts may be misread, under *private* monitoring each player misreads
each other player's act for itself, one coin per pair of players; under *public* monitoring all see
the same signal of each act, one coin per player, and react to signals, of their own acts too.
Nothing is lumped or folded, so that this is another route to the numbers of the exact chains.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..joint_automata import Automata

__all__ = ["GroupCounts", "GroupRounds"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


class GroupCounts(NamedTuple):
    """What groups did.

    Attributes
    ----------
    payoffs : array, shape (lanes, n)
        Sums over the rounds. [payoff]
    cooperations : array, shape (lanes, n)
        Rounds in which each player cooperated.
    cooperators : array, shape (lanes, n + 1)
        Rounds in which 0, ..., n players cooperated.
    rounds : int array, shape (lanes,)
    """

    payoffs: Floats
    cooperations: Floats
    cooperators: Floats
    rounds: Integers


class GroupRounds:
    """Groups of n automata.

    Parameters
    ----------
    automata : Automata
    payoffs : array, shape (kinds, 2, n)
        By own act and number of others who cooperate. [payoff]
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perceived : array_like, shape (2, 2)
        Probability of each perception of each act, 0 being cooperation.
    public : bool
        Whether all see the same signals.

    Examples
    --------
    Two who copy the other, and whose acts are always seen as their opposites, take turns:

    >>> moves = np.array([[[[1, 0], [1, 0]], [[1, 0], [1, 0]]]])
    >>> copying = Automata(np.array([[1.0, 0.0]]), moves, np.array([0]))
    >>> wrong = GroupRounds(copying, np.zeros((1, 2, 2)), perceived=[[0, 1], [1, 0]])
    >>> wrong.play(np.array([[0, 0]]), 10, np.random.default_rng(1)).cooperators
    array([[5., 0., 5.]])
    """

    __slots__ = (
        "_chance",
        "_moves",
        "_payoffs",
        "_public",
        "_reading",
        "_size",
        "_start",
        "players",
    )

    def __init__(
        self,
        automata: Automata,
        payoffs: Floats,
        *,
        implementation_error: float = 0.0,
        perceived: npt.ArrayLike = ((1.0, 0.0), (0.0, 1.0)),
        public: bool = False,
    ) -> None:
        meant, moves, start = automata
        kinds, self._size = meant.shape
        #: Number of players, n.
        self.players = moves.shape[-1]
        # States of all kinds are numbered through.
        base = np.arange(kinds) * self._size
        error = implementation_error
        self._chance = ((1 - error) * meant + error * (1 - meant)).ravel()
        self._moves = (moves + base[:, None, None, None]).ravel()
        self._start = start + base
        self._payoffs = np.ascontiguousarray(payoffs, dtype=float).ravel()
        reading = np.asarray(perceived, dtype=float)
        #: How likely a defection and a cooperation are seen as cooperation; None if always right.
        self._reading = None if (reading == np.eye(2)).all() else reading[::-1, 0].copy()
        self._public = public

    def play(self, kinds: Integers, turns: int | Integers, rng: np.random.Generator) -> GroupCounts:
        """Let groups play.

        Parameters
        ----------
        kinds : int array, shape (lanes, n)
            Which automaton each player is.
        turns : int or int array, shape (lanes,)
            Rounds of each group, at least 0.
        rng : Generator
        """
        lanes, n = kinds.shape
        rounds = np.broadcast_to(np.asarray(turns, dtype=np.int64), (lanes,))
        # The longest first: those that still play are then the first ones.
        order = np.argsort(-rounds, kind="stable")
        shortest_last = -rounds[order]
        state = self._start[kinds[order]]
        table = kinds[order] * (2 * n)
        paid, acted = np.zeros((2, lanes, n))
        seen = np.zeros((lanes, n + 1))
        for t in range(int(-shortest_last[0]) if lanes else 0):
            live = int(np.searchsorted(shortest_last, -t, side="left"))
            now = state[:live]
            acts = rng.random((live, n)) < self._chance.take(now)
            total = acts.sum(axis=1)
            others = total[:, None] - acts
            paid[:live] += self._payoffs.take(table[:live] + np.where(acts, others, others + n))
            acted[:live] += acts
            seen[np.arange(live), total] += 1
            own, heard = self._seen(acts, others, rng)
            np.take(self._moves, (2 * now + ~own) * n + heard, out=now, mode="clip")
        back = np.argsort(order)
        return GroupCounts(paid[back], acted[back], seen[back], np.array(rounds))

    def _seen(
        self, acts: Booleans, others: Integers, rng: np.random.Generator
    ) -> tuple[Booleans, Integers]:
        """Return the own act and the number of other cooperators as each player sees them."""
        if self._reading is None:
            return acts, others
        right = self._reading.take(acts.astype(np.int64))
        if self._public:
            signals = rng.random(acts.shape) < right
            return signals, signals.sum(axis=1)[:, None] - signals
        n = self.players
        marks = rng.random((*acts.shape, n)) < right[:, None, :]
        marks[:, np.arange(n), np.arange(n)] = False
        return acts, marks.sum(axis=2)
