r"""Pairs of automata as Markov chains: what both do, and where they go next, is one of K outcomes.

In states (s, t) the two cooperate with probabilities c(s) and d(t), slips included. What each sees
is drawn too, and says where it goes: under *private* monitoring its own act and what it sees of the
other's, under *public* monitoring one signal of each act, the same for both. So there are four
outcomes of a round where nobody misreads, and sixteen where somebody may. Only pairs of states that
can be reached from the start are kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Automata", "JointChains", "joint_chains"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


class Automata(NamedTuple):
    """Automata of n players, filled up to the same number of states.

    Attributes
    ----------
    cooperate : array, shape (kinds, m)
        Probability of cooperating in each state.
    moves : int array, shape (kinds, m, 2, n)
        Next state by own act (0 cooperation, 1 defection) and by how many of the n - 1 others were
        seen to cooperate.
    start : int array, shape (kinds,)
    """

    cooperate: Floats
    moves: Integers
    start: Integers


class JointChains(NamedTuple):
    """Chains of pairs; the first row of each is its start.

    Attributes
    ----------
    chance : array, shape (pairs, rows, outcomes)
        Rows sum to one; those beyond the last that can be reached stay where they are.
    target : int array, shape (pairs, rows, outcomes)
        The row an outcome leads to.
    acts : int array, shape (outcomes, 3)
        How many rounds of CC, CD and DC an outcome stands for, the first player's act first.
    rounds : int
        Rounds that an outcome stands for.
    """

    chance: Floats
    target: Integers
    acts: Integers
    rounds: int

    @property
    def deterministic(self) -> Booleans:
        """Whether a pair has no choice anywhere, shape (pairs,)."""
        return np.asarray((self.chance.max(axis=2) == 1.0).all(axis=1))

    def doubled(self) -> JointChains:
        """Return the chains of which an outcome is two outcomes, one after the other.

        Examples
        --------
        >>> tit_for_tat = Automata(
        ...     np.array([[1.0, 0.0]]), np.array([[[[1, 0], [1, 0]]] * 2]), np.array([0])
        ... )
        >>> chains = joint_chains(tit_for_tat, [0], [0], implementation_error=0.1)
        >>> chains.doubled().chance.shape, chains.doubled().rounds
        ((1, 4, 16), 2)
        """
        pairs, rows, outcomes = self.chance.shape
        which = np.arange(pairs)[:, None, None]
        chance = self.chance[..., None] * self.chance[which, self.target]
        acts = self.acts[:, None] + self.acts[None]
        return JointChains(
            chance.reshape(pairs, rows, -1),
            self.target[which, self.target].reshape(pairs, rows, -1),
            acts.reshape(outcomes**2, 3),
            2 * self.rounds,
        )


def joint_chains(
    automata: Automata,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    implementation_error: float = 0.0,
    perceived: npt.ArrayLike = ((1.0, 0.0), (0.0, 1.0)),
    public: bool = False,
) -> JointChains:
    """Return the chains of pairs of automata.

    Parameters
    ----------
    automata : Automata
        Of two players.
    first, second : array_like of int, shape (pairs,)
        Who plays whom.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perceived : array_like, shape (2, 2)
        Probability of each perception of each act, 0 being cooperation.
    public : bool
        Whether both see the same signal of each act and react to signals only.

    Notes
    -----
    O(pairs m^2) per step of the search for what can be reached.

    Examples
    --------
    Two who copy each other, without errors: the start leads to itself.

    >>> tit_for_tat = Automata(
    ...     np.array([[1.0, 0.0]]), np.array([[[[1, 0], [1, 0]]] * 2]), np.array([0])
    ... )
    >>> chains = joint_chains(tit_for_tat, [0], [0])
    >>> chains.chance, chains.target[0, 0, 0]
    (array([[[1., 0., 0., 0.]]]), np.int64(0))
    """
    i, j = (np.asarray(side, dtype=np.int64) for side in (first, second))
    reading = np.asarray(perceived, dtype=float)
    size = automata.cooperate.shape[1]
    meant, error = automata.cooperate, implementation_error
    slipped = (1.0 - error) * meant + error * (1.0 - meant)
    act = np.stack([slipped, 1.0 - slipped], axis=2)
    certain = bool((reading == np.eye(2)).all())
    # Outcomes are numbered by both acts, then by what is seen: of the other's act, or, in public,
    # of the first player's and of the second's.
    a, b, x, y = np.indices((2, 2, 2, 2)).reshape(4, -1)
    if certain:
        a, b = a[::4], b[::4]
        x, y = (a, b) if public else (b, a)
    seen = reading[a, x] * reading[b, y] if public else reading[b, x] * reading[a, y]
    chance = act[i][:, :, None, a] * act[j][:, None, :, b] * seen
    mine = automata.moves[i][:, :, *((x, 1 - y) if public else (a, 1 - x))]
    yours = automata.moves[j][:, :, *((y, 1 - x) if public else (b, 1 - y))]
    target = mine[:, :, None] * size + yours[:, None]
    acts = np.stack([2 * a + b == kind for kind in range(3)], axis=1).astype(np.int64)
    shape = (i.size, size * size, a.size)
    start = automata.start[i] * size + automata.start[j]
    return _reached(chance.reshape(shape), target.reshape(shape), start, acts)


def _reached(chance: Floats, target: Integers, start: Integers, acts: Integers) -> JointChains:
    """Keep the rows that can be reached from the start, which comes first."""
    pairs, rows, outcomes = chance.shape
    which = np.arange(pairs)
    reach = np.zeros((pairs, rows), dtype=bool)
    reach[which, start] = True
    fresh = np.stack([which, start])
    while fresh.size:
        pair, row = np.repeat(fresh, outcomes, axis=1)
        aims = target[fresh[0], fresh[1]].ravel()
        new = (chance[fresh[0], fresh[1]].ravel() > 0) & ~reach[pair, aims]
        fresh = np.unique(np.stack([pair[new], aims[new]]), axis=1)
        reach[fresh[0], fresh[1]] = True
    others = reach.copy()
    others[which, start] = False
    number = np.cumsum(others, axis=1)
    number[which, start] = 0
    pair, row = np.nonzero(reach)
    place = number[pair, row]
    kept = np.zeros((pairs, int(number.max()) + 1, outcomes))
    kept[..., 0] = 1.0
    aims = np.broadcast_to(np.arange(kept.shape[1])[:, None], kept.shape).copy()
    kept[pair, place] = chance[pair, row]
    possible = kept > 0
    aims[pair, place] = number[pair[:, None], target[pair, row]]
    return JointChains(kept, np.where(possible, aims, 0), acts, 1)
