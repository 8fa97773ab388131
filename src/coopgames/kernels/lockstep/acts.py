"""Asynchronous revision of binary acts, many replicates side by side.

In each step one uniformly random state of each replicate revises: with the others contributing Y
it acts from now on with a probability that depends on its row (what it gains) and on Y. Axes are
(step, replicate); states stand on the second axis of (replicate, state) and what tells them apart
is looked up there, so replicates may play different games of the same size.

One uniform serves each revision: times the number of states, its integer part is who revises and
its fraction the coin. A step is ten array operations, whatever the number of states.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["CHUNK", "Lockstep"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Steps that are prepared at once; the buffers then stay in the processor's cache.
CHUNK = 64


class Lockstep:
    """Replicates of a revision process, advanced side by side.

    Parameters
    ----------
    acts : bool array, shape (replicates, states)
        Who acts at the start.
    leverage : int array, shape (replicates, states)
        What each adds to the contribution X when it acts.
    row : int array, shape (replicates, states)
        Row of the response that applies to each.
    grid : int
        Largest contribution plus one.
    respond : callable
        ``respond(row * grid + Y, out)`` writes the probabilities of acting into ``out``; both
        have shape (replicates,).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> one = np.ones((1, 3), dtype=np.int64)
    >>> everybody = Lockstep(
    ...     acts=one == 0, leverage=one, row=0 * one, grid=4, respond=lambda at, out: out.fill(1.0)
    ... )
    >>> int(everybody.run(rng.random((40, 1)))[-1, 0])
    3
    """

    __slots__ = (
        "_acts",
        "_base",
        "_coin",
        "_leverage",
        "_now",
        "_offset",
        "_path",
        "_respond",
        "_shape",
        "_step",
        "_table",
        "_who",
    )

    def __init__(
        self,
        *,
        acts: npt.NDArray[np.bool_],
        leverage: Integers,
        row: Integers,
        grid: int,
        respond: Callable[[Integers, Floats], object],
    ) -> None:
        replicates, states = self._shape = acts.shape
        # Acts are masks, 0 or -1: `mask & leverage` is the contribution, without a branch.
        self._acts = -acts.astype(np.int64).ravel()
        self._leverage = np.ascontiguousarray(leverage, dtype=np.int64).ravel()
        self._table = np.ascontiguousarray(row, dtype=np.int64).ravel() * grid
        self._respond = respond
        self._base = np.arange(replicates, dtype=np.int64) * states
        self._coin = np.empty((CHUNK, replicates))
        self._who, self._offset, self._step = (
            np.empty((CHUNK, replicates), dtype=np.int64) for _ in range(3)
        )
        self._path = np.empty((CHUNK + 1, replicates), dtype=np.int64)
        self._now = (self._acts & self._leverage).reshape(self._shape).sum(axis=1)

    @property
    def acts(self) -> npt.NDArray[np.bool_]:
        """Who acts now, shape (replicates, states)."""
        return np.asarray(self._acts.reshape(self._shape) != 0)

    @property
    def contribution(self) -> Integers:
        """X now, shape (replicates,)."""
        return np.asarray(self._now.copy())

    def run(self, uniforms: Floats) -> Integers:
        """Revise once per row of ``uniforms`` and return the path of X.

        Parameters
        ----------
        uniforms : array, shape (steps, replicates)
            In [0, 1), with at most `CHUNK` steps.

        Returns
        -------
        int array, shape (steps + 1, replicates)
            X before the first step and after each; overwritten by the next call.
        """
        steps = uniforms.shape[0]
        coin, who = self._coin[:steps], self._who[:steps]
        offset, step = self._offset[:steps], self._step[:steps]
        path = self._path[: steps + 1]
        path[0] = self._now
        np.multiply(uniforms, self._shape[1], out=coin)
        np.copyto(who, coin, casting="unsafe")
        np.subtract(coin, who, out=coin)
        np.add(who, self._base, out=who)
        # mode='clip' spares a bounds check with a copy; indices are in range by construction.
        np.take(self._table, who, out=offset, mode="clip")
        np.take(self._leverage, who, out=step, mode="clip")

        acts, respond = self._acts, self._respond
        mask, others, at = (np.empty(self._shape[0], dtype=np.int64) for _ in range(3))
        chance = np.empty(self._shape[0])
        # The sign of (coin - chance), spread over all bits, is the mask of the new act.
        sign = chance.view(np.int64)
        for t in range(steps):
            acts.take(who[t], out=mask, mode="clip")
            np.bitwise_and(mask, step[t], out=mask)
            np.subtract(path[t], mask, out=others)
            np.add(others, offset[t], out=at)
            respond(at, chance)
            np.subtract(coin[t], chance, out=chance)
            np.right_shift(sign, 63, out=mask)
            acts[who[t]] = mask
            np.bitwise_and(mask, step[t], out=mask)
            np.add(others, mask, out=path[t + 1])
        self._now = path[steps].copy()
        return path
