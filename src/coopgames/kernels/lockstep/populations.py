r"""Birth-death processes of finite populations, many replicates side by side.

The state j = 0 .. Z of a replicate is how many use the first of two strategies. With one uniform u
per step and replicate, and the probabilities T+(j) and T-(j) of one step up and down,

    j  becomes  j + [u < T+(j)] - [u >= 1 - T-(j)].

A step is two look-ups and five more passes, whatever the process. Probabilities are met to within
2**-53, the grid of a double uniform. The tables come from
`coopgames.kernels.markov.switching`; processes with more strategies are in
`coopgames.kernels.lockstep.compositions` and `coopgames.kernels.lockstep.births`, those on networks
in `coopgames.kernels.lockstep.networks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ...errors import CoopgamesError
from .reductions import Reduction, SideBySide
from .streams import Streams, Uniforms, source_of

__all__ = ["BirthDeathLockstep", "birth_death_path", "thresholds"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]

#: Uniforms drawn at once for a single trajectory.
_DRAWN = 1 << 14


def thresholds(up: npt.ArrayLike, down: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return (below this up, from this down), the two thresholds of the uniform by state.

    Parameters
    ----------
    up : array_like, shape (..., Z)
        ``up[..., j]`` is the probability of a step from j to j + 1, for j = 0 .. Z - 1.
    down : array_like, shape (..., Z)
        ``down[..., j]`` is the probability of a step from j + 1 to j.

    Returns
    -------
    tuple of arrays, shape (..., Z + 1)
        0 <= below <= above <= 1; 0 at j = Z and 1 at j = 0.

    Raises
    ------
    CoopgamesError
        If a probability is outside [0, 1] or a state is left with a probability above 1.

    Examples
    --------
    >>> thresholds([0.5, 0.25], [0.25, 0.5])
    (array([0.5 , 0.25, 0.  ]), array([1.  , 0.75, 0.5 ]))
    """
    rise, fall = np.broadcast_arrays(np.asarray(up, dtype=float), np.asarray(down, dtype=float))
    if rise.ndim == 0 or rise.shape[-1] == 0:
        raise CoopgamesError(f"up and down need at least one entry each; got shape {rise.shape}")
    for name, chances in (("up", rise), ("down", fall)):
        if not ((chances >= 0) & (chances <= 1)).all():
            raise CoopgamesError(f"{name} must lie in [0, 1] everywhere")
    below = np.zeros((*rise.shape[:-1], rise.shape[-1] + 1))
    above = np.ones_like(below)
    below[..., :-1] = rise
    above[..., 1:] = 1.0 - fall
    worst = float((below - above).max())
    if worst > 1e-12:
        raise CoopgamesError(f"up + down must be <= 1 in every state; got {1 + worst}")
    return below, np.maximum(above, below)


class BirthDeathLockstep(SideBySide):
    """Replicates of birth-death processes on 0 .. Z.

    Parameters
    ----------
    start : array_like of int, shape (replicates,)
        State at the start, in 0 .. Z.
    up, down : array_like, shape (Z,) or (rows, Z)
        Probabilities of a step as `thresholds` takes them.
    row : array_like of int, shape (replicates,), optional
        Which row of ``up`` and ``down`` holds for each replicate; the first if left out.

    Raises
    ------
    CoopgamesError
        As `thresholds` does, or if a state or row is out of range.

    Examples
    --------
    >>> growth = BirthDeathLockstep([0, 1, 2], [0.0, 0.5, 0.5], [0.0, 0.0, 0.0])
    >>> growth.run(1000, 1)
    >>> growth.states
    array([0, 3, 3])
    """

    __slots__ = ("_above", "_at", "_base", "_below", "_falls", "_rises", "_threshold", "_uniforms")

    def __init__(
        self,
        start: npt.ArrayLike,
        up: npt.ArrayLike,
        down: npt.ArrayLike,
        *,
        row: npt.ArrayLike | None = None,
    ) -> None:
        below, above = thresholds(up, down)
        first = np.array(start, dtype=np.int64)
        if first.ndim != 1 or first.size == 0 or below.ndim > 2:
            raise CoopgamesError(
                "start needs shape (replicates,), up and down (Z,) or (rows, Z); "
                f"got {first.shape} and {below.shape}"
            )
        levels = below.shape[-1]
        if first.min() < 0 or first.max() >= levels:
            raise CoopgamesError(f"start must lie in 0 .. {levels - 1}; got {start!r}")
        super().__init__(first.size)
        # States of all rows are numbered through; a row is an offset.
        self._base: npt.NDArray[np.int64] | None = None
        if row is not None:
            rows = below.size // levels
            chosen = np.array(row, dtype=np.int64)
            if chosen.shape != first.shape or chosen.min() < 0 or chosen.max() >= rows:
                raise CoopgamesError(
                    f"row needs shape {first.shape} and entries in 0 .. {rows - 1}; got {row!r}"
                )
            self._base = chosen * levels
            first += self._base
        self._at = first
        self._below, self._above = below.reshape(-1), above.reshape(-1)
        self._uniforms = np.empty((self._chunk, first.size))
        self._threshold = np.empty(first.size)
        self._rises, self._falls = np.empty((2, first.size), dtype=np.bool_)

    @property
    def states(self) -> npt.NDArray[np.int64]:
        """State of each replicate, shape (replicates,)."""
        return self._at if self._base is None else self._at - self._base

    def run(
        self,
        steps: int,
        rng: Streams | np.random.Generator | int | None = None,
        *,
        reductions: Sequence[Reduction] = (),
        every: int = 1,
    ) -> None:
        """Advance all replicates; as `SideBySide.run`, with a path of its own for a single one."""
        if self._replicates > 1:
            return super().run(steps, rng, reductions=reductions, every=every)
        source = source_of(rng)
        left, every = count("steps", steps, 0), count("every", every)
        below, above = self._below.tolist(), self._above.tolist()
        while left:
            now = min(left, _DRAWN, every - self._step % every if reductions else left)
            uniforms = np.empty((now, 1))
            source.random(out=uniforms)
            self._at[0] = _walk(int(self._at[0]), uniforms[:, 0].tolist(), below, above)
            self._step += now
            left -= now
            if self._step % every == 0:
                for reduction in reductions:
                    reduction.record(self._step, self.states)
        return None

    def _draw(self, steps: int, rng: Uniforms) -> None:
        rng.random(out=self._uniforms[:steps])

    def _advance(self, t: int) -> None:
        uniform, threshold, at = self._uniforms[t], self._threshold, self._at
        rises, falls = self._rises, self._falls
        # mode='clip' spares a bounds check with a copy; indices are in range by construction.
        self._below.take(at, out=threshold, mode="clip")
        np.less(uniform, threshold, out=rises)
        self._above.take(at, out=threshold, mode="clip")
        np.greater_equal(uniform, threshold, out=falls)
        # Bytes are subtracted many at a time; only the result is widened.
        change = rises.view(np.int8)
        np.subtract(change, falls.view(np.int8), out=change)
        np.add(at, change, out=at)


def _walk(at: int, uniforms: list[float], below: list[float], above: list[float]) -> int:
    for uniform in uniforms:
        if uniform < below[at]:
            at += 1
        elif uniform >= above[at]:
            at -= 1
    return at


def birth_death_path(
    start: int,
    up: npt.ArrayLike,
    down: npt.ArrayLike,
    *,
    steps: int,
    every: int = 1,
    rng: np.random.Generator | int | None = None,
) -> npt.NDArray[np.int64]:
    """Return one trajectory of a birth-death process, without NumPy in the loop.

    Parameters
    ----------
    start : int
        In 0 .. Z.
    up, down : array_like, shape (Z,)
        As `thresholds` takes them.
    steps : int
        At least 0.
    every : int
        The state is kept after each so many steps, at least 1.
    rng : Generator, int or None
        Gives one uniform per step, so the path is that of a `BirthDeathLockstep` of one replicate.

    Returns
    -------
    int array, shape (steps // every + 1,)
        The start first.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds.

    Examples
    --------
    >>> birth_death_path(0, [1.0, 1.0, 0.0], [0.0, 0.0, 0.5], steps=3)
    array([0, 1, 2, 2])
    """
    rng = np.random.default_rng(rng)
    lower, upper = thresholds(up, down)
    if lower.ndim != 1:
        raise CoopgamesError(f"up and down need shape (Z,); got {lower.shape[:-1]} rows")
    at, left, every = count("start", start, 0), count("steps", steps, 0), count("every", every)
    if at >= lower.size:
        raise CoopgamesError(f"start must be <= {lower.size - 1}; got {start!r}")
    below, above = lower.tolist(), upper.tolist()
    # Short gaps share a draw; the whole path is then thinned piece by piece.
    drawn = max(_DRAWN // every, 1) * every
    pieces = [np.array([at])]
    while left:
        now = min(left, drawn)
        piece = []
        if every == 1:
            for uniform in rng.random(now).tolist():
                if uniform < below[at]:
                    at += 1
                elif uniform >= above[at]:
                    at -= 1
                piece.append(at)
        else:
            uniforms = rng.random(now).tolist()
            for begin in range(0, now, every):
                at = _walk(at, uniforms[begin : begin + every], below, above)
                piece.append(at)
            if now % every:
                piece.pop()
        pieces.append(np.array(piece, dtype=np.int64))
        left -= now
    return np.concatenate(pieces)
