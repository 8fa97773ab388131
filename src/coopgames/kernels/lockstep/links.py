r"""Weighted links between nodes, by rows, and random walks along them for many replicates at once.

Row i holds the nodes that i points to, ``indices[indptr[i] : indptr[i + 1]]``, with weights above
0, as in `scipy.sparse.csr_array`. Rows of different lengths that are looked at together are laid
end to end (`Links.spread`), so that no row is padded.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError

__all__ = ["Links", "Spread", "choose_in_segments", "links_between"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Spread(NamedTuple):
    """Rows laid end to end: places in ``indices``, where each row begins, and its length."""

    places: Integers
    begins: Integers
    lengths: Integers


class Links(NamedTuple):
    """Links by rows; see `links_between`."""

    indptr: Integers
    indices: Integers
    weights: Floats

    @property
    def nodes(self) -> int:
        """Number of rows."""
        return self.indptr.size - 1

    @property
    def degrees(self) -> Integers:
        """Number of links of each row."""
        return np.diff(self.indptr)

    @property
    def strengths(self) -> Floats:
        """Sum of the weights of each row."""
        sums = np.bincount(self.rows, weights=self.weights, minlength=self.nodes)
        return np.asarray(sums, dtype=float)

    @property
    def rows(self) -> Integers:
        """The row of each link."""
        return np.repeat(np.arange(self.nodes), self.degrees)

    def transposed(self) -> Links:
        """Return the same links from the other side."""
        return links_between(self.indices, self.rows, self.weights, self.nodes)

    def spread(self, rows: Integers) -> Spread:
        """Return the links of ``rows`` laid end to end.

        Examples
        --------
        >>> path = links_between([0, 1, 1, 2], [1, 0, 2, 1], np.ones(4), 3)
        >>> path.spread(np.array([1, 0])).places
        array([1, 2, 0])
        """
        lengths = self.indptr[rows + 1] - self.indptr[rows]
        ends = np.cumsum(lengths)
        begins = ends - lengths
        total = int(ends[-1]) if ends.size else 0
        places = np.arange(total) + np.repeat(self.indptr[rows] - begins, lengths)
        return Spread(places, begins, lengths)

    def ladder(self) -> Floats:
        """Return what `walk` looks up: in row i, i plus the cumulated shares of its weights."""
        cumulated = np.cumsum(self.weights)
        before = np.concatenate([[0.0], cumulated])[self.indptr[:-1]]
        rows = self.rows
        out = rows + (cumulated - before[rows]) / self.strengths[rows]
        lasts = self.indptr[1:][self.degrees > 0] - 1
        out[lasts] = rows[lasts] + 1.0
        return np.asarray(out)

    def walk(self, ladder: Floats, rows: Integers, uniforms: Floats) -> Integers:
        """Return the end of one random link of each row, drawn by weight; no row may be empty."""
        place = np.searchsorted(ladder, rows + uniforms, side="right")
        return self.indices[np.minimum(place, self.indptr[rows + 1] - 1)]


def links_between(
    begins: npt.ArrayLike, ends: npt.ArrayLike, weights: npt.ArrayLike, nodes: int
) -> Links:
    """Return links by rows, repeated ones added up and those of weight 0 left out.

    Parameters
    ----------
    begins, ends : array_like of int, shape (links,)
        In 0 .. nodes - 1.
    weights : array_like, shape (links,)
        Finite, at least 0.
    nodes : int

    Raises
    ------
    CoopgamesError
        If a node or weight is out of bounds.

    Examples
    --------
    >>> links_between([1, 0, 1], [0, 1, 0], [1.0, 2.0, 0.5], 2)
    Links(indptr=array([0, 1, 2]), indices=array([1, 0]), weights=array([2. , 1.5]))
    """
    first, second = np.asarray(begins, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    weight: npt.NDArray[Any] = np.asarray(weights, dtype=float)
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise CoopgamesError(f"weights must be finite and >= 0; got {weight.min(initial=0)}")
    for name, side in (("begins", first), ("ends", second)):
        if side.size and (side.min() < 0 or side.max() >= nodes):
            raise CoopgamesError(f"{name} must lie in 0 .. {nodes - 1}; got {side.max()}")
    keys, inverse = np.unique(first * nodes + second, return_inverse=True)
    total = np.bincount(inverse.reshape(-1), weights=weight, minlength=keys.size)
    keys, total = keys[total > 0], total[total > 0]
    rows = keys // nodes
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=nodes))])
    return Links(indptr.astype(np.int64), keys % nodes, total.astype(float))


def choose_in_segments(weights: Floats, begins: Integers, uniforms: Floats) -> Integers:
    """Return one place per segment, drawn by weight.

    Parameters
    ----------
    weights : array, shape (places,)
        At least 0, with a positive sum in each segment.
    begins : int array, shape (segments,)
        Where each segment begins; rising, and no segment is empty.
    uniforms : array, shape (segments,)
        In [0, 1).

    Examples
    --------
    >>> choose_in_segments(np.array([1.0, 3.0, 0.0, 2.0]), np.array([0, 2]), np.array([0.3, 0.0]))
    array([1, 3])
    """
    cumulated = np.cumsum(weights)
    ends = np.append(begins[1:], weights.size)
    low = np.concatenate([[0.0], cumulated])[begins]
    high = cumulated[ends - 1]
    place = np.searchsorted(cumulated, low + uniforms * (high - low), side="right")
    # Rounding may carry a draw to the very end of its segment, where it belongs to the last place
    # of positive weight.
    last = np.searchsorted(cumulated, high, side="left")
    return np.asarray(np.clip(place, begins, last))
