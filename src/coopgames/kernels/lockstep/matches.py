r"""Matches of pairs of automata, many side by side: one word of 32 random bits per step of each.

The chain of a pair has K outcomes in each state, K a power of two. They are drawn by the alias
method: the first bits of the word choose one of K columns, the others decide between the column's
own outcome and one other (Walker 1977). So a step is a word, two look-ups and six operations,
whatever the strategies. Where a round has four outcomes a step is two rounds. Each look-up also
brings how many rounds of CC, CD and DC the outcome stands for, packed above the next state, so that
a sum counts them.

Probabilities are rounded to multiples of 2^-32; an outcome's is wrong by at most K 2^-33, which is
2^-29, and what is less likely than 2^-33 may never happen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError
from ..joint_automata import JointChains

__all__ = ["Matches", "alias_tables"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Steps whose random numbers are prepared at once: those of some thousand matches stay in the
#: cache, and counts, at most 2 per step, in the ten bits that each has.
CHUNK = 16
#: Bits of a count, and where the first stands: above the place of a state.
COUNT_BITS, PLACE_BITS = 10, 32
#: Most places of a table: a chunk of them must add up below the first count.
LARGEST_TABLE = 1 << 24


def alias_tables(chance: Floats) -> tuple[Floats, Integers]:
    """Return for each column how likely it keeps its own outcome, and the other one.

    Parameters
    ----------
    chance : array, shape (rows, outcomes)
        At least 0; rows sum to one.

    Returns
    -------
    keep : array, shape (rows, outcomes)
    alias : int array, shape (rows, outcomes)
        Outcome k comes from column k with ``keep`` and from each column of which it is the alias
        with one minus that column's ``keep``, all over the number of columns.

    References
    ----------
    Walker (1977) ACM Trans. Math. Softw. 3:253. doi:10.1145/355744.355749

    Examples
    --------
    >>> alias_tables(np.array([[0.125, 0.875]]))
    (array([[0.25, 1.  ]]), array([[1, 1]]))
    """
    rows, outcomes = chance.shape
    left = chance * (outcomes / chance.sum(axis=1, keepdims=True))
    keep, alias = np.ones_like(left), np.broadcast_to(np.arange(outcomes), left.shape).copy()
    # Columns that are done are too full to be the least and too empty to be the most.
    low, high = left.copy(), left.copy()
    each = np.arange(rows)
    for _ in range(outcomes - 1):
        least, most = low.argmin(axis=1), high.argmax(axis=1)
        share = np.minimum(low[each, least], 1.0)
        keep[each, least] = share
        alias[each, least] = most
        rest = high[each, most] - (1.0 - share)
        low[each, most] = high[each, most] = rest
        low[each, least], high[each, least] = np.inf, -np.inf
    return keep, alias


class _Table(NamedTuple):
    """Where a step leads: below ``threshold`` to the second of two entries, else to the first."""

    threshold: npt.NDArray[np.uint32]
    entry: Integers
    bits: int
    rounds: int


def _table(chains: JointChains) -> _Table:
    pairs, rows, outcomes = chains.chance.shape
    if chains.chance.size > LARGEST_TABLE:
        raise BudgetError(
            f"{pairs} pairs of {rows} joint states make {chains.chance.size:.3g} entries, above "
            f"{LARGEST_TABLE:,}; take fewer pairs at a time"
        )
    bits = outcomes.bit_length() - 1
    keep, alias = alias_tables(chains.chance.reshape(-1, outcomes))
    place = chains.target + np.arange(pairs)[:, None, None] * rows
    packed = chains.acts @ (1 << (PLACE_BITS + COUNT_BITS * np.arange(3)))
    entry = ((place << bits) + packed).reshape(-1, outcomes)
    other = np.take_along_axis(entry, alias, axis=1)
    return _Table(
        np.rint(keep * 2.0 ** (32 - bits)).astype(np.uint32).ravel(),
        np.stack([other, entry], axis=2).ravel(),
        bits,
        chains.rounds,
    )


class Matches:
    """Matches between given pairs.

    Parameters
    ----------
    chains : JointChains
        Of single rounds, with 4 or 16 outcomes.

    Raises
    ------
    BudgetError
        If pairs, joint states and outcomes make more than 2^24 entries.

    Examples
    --------
    >>> import coopgames.kernels.joint_automata as joint
    >>> tit_for_tat = joint.Automata(
    ...     np.array([[1.0, 0.0]]), np.array([[[[1, 0], [1, 0]]] * 2]), np.array([0])
    ... )
    >>> chains = joint.joint_chains(tit_for_tat, [0], [0], implementation_error=0.5)
    >>> found = Matches(chains).play(np.zeros(1000, dtype=int), 100, np.random.default_rng(1))
    >>> (found.mean(axis=0) / 100).round(2)
    array([0.25, 0.25, 0.25, 0.25])
    """

    __slots__ = ("_rows", "_single", "_steps")

    def __init__(self, chains: JointChains) -> None:
        self._rows = chains.chance.shape[1]
        self._single = _table(chains)
        self._steps = _table(chains.doubled()) if chains.acts.shape[0] <= 4 else self._single

    def play(
        self,
        pair: Integers,
        turns: int | Integers,
        rng: np.random.Generator,
        *,
        width: int = 0,
    ) -> Integers:
        """Play one match per lane and return how often CC, CD, DC and DD were played.

        Parameters
        ----------
        pair : int array, shape (lanes,)
            Which pair plays.
        turns : int or int array, shape (lanes,)
            Rounds of each match, at least 0.
        rng : Generator
        width : int
            Lanes for which random numbers are drawn, if more than there are; the first ones, of
            equal length, are then what they would be among all.

        Returns
        -------
        int array, shape (lanes, 4)
        """
        each = np.broadcast_to(np.asarray(turns, dtype=np.int64), pair.shape)
        # The longest first: those that still play are then the first ones.
        order = np.argsort(-each, kind="stable") if np.ndim(turns) else slice(None)
        each = each[order]
        place = pair[order] * self._rows
        counts = np.zeros((4, pair.size), dtype=np.int64)
        odd = np.flatnonzero(each % self._steps.rounds)
        if odd.size:
            # A single round brings the rest to a whole number of steps.
            counts[:3, odd], place[odd] = _advance(
                self._single, place[odd], np.ones_like(odd), rng, width
            )
        counts[:3] += _advance(self._steps, place, each // self._steps.rounds, rng, width)[0]
        counts[3] = each - counts[:3].sum(axis=0)
        out = np.empty((pair.size, 4), dtype=np.int64)
        out[order] = counts.T
        return out


def _advance(
    table: _Table, place: Integers, steps: Integers, rng: np.random.Generator, width: int
) -> tuple[Integers, Integers]:
    """Return counts, shape (3, lanes), and places after so many steps, which do not increase."""
    lanes, longest = place.size, int(steps[0]) if steps.size else 0
    at = place << table.bits
    counts = np.zeros((3, lanes), dtype=np.int64)
    sums, index = np.empty((2, lanes), dtype=np.int64)
    columns = np.empty((CHUNK, lanes), dtype=np.int64)
    threshold = np.empty(lanes, dtype=np.uint32)
    below = np.empty(lanes, dtype=np.bool_)
    place_mask = np.int64((1 << PLACE_BITS) - 1)
    shift = np.uint32(32 - table.bits)
    mask = np.uint32((1 << (32 - table.bits)) - 1)
    for begin in range(0, longest, CHUNK):
        chunk = min(CHUNK, longest - begin)
        # Lanes that take step t: those whose number of steps is above t.
        playing = np.searchsorted(-steps, -np.arange(begin, begin + chunk), side="left").tolist()
        widest = playing[0]
        drawn = max(widest, width)
        words = rng.integers(0, 1 << 64, size=(chunk * drawn + 1) // 2, dtype=np.uint64)
        word = words.view(np.uint32)[: chunk * drawn].reshape(chunk, drawn)[:, :widest]
        column = columns[:chunk, :widest]
        np.copyto(column, np.right_shift(word, shift))
        np.bitwise_and(word, mask, out=word)
        sums[:widest] = 0
        for t in range(chunk):
            n = playing[t]
            now, where, level, hit = at[:n], index[:n], threshold[:n], below[:n]
            # mode='clip' spares a bounds check with a copy; indices are in range by construction.
            np.add(now, column[t, :n], out=where)
            table.threshold.take(where, out=level, mode="clip")
            np.less(word[t, :n], level, out=hit)
            np.add(where, where, out=where)
            np.add(where, hit, out=where)
            table.entry.take(where, out=now, mode="clip")
            np.add(sums[:n], now, out=sums[:n])
            np.bitwise_and(now, place_mask, out=now)
        for kind in range(3):
            part = sums[:widest] >> (PLACE_BITS + COUNT_BITS * kind)
            counts[kind, :widest] += part & ((1 << COUNT_BITS) - 1)
    return counts, at >> table.bits
