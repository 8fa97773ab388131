r"""Extreme equilibria of two-player games: pairs of vertices that carry all labels.

Label i < m is strategy i of the first player, label m + j strategy j of the second. A vertex has
the labels of its own strategies not played and of the other's best replies. A pair of vertices of
the two best-response polytopes, other than (0, 0), is an *extreme equilibrium* if each label
belongs to one or the other. All equilibria are made of these: they are finitely many products of
convex hulls of them.

A game is *degenerate* if a strategy has more best replies than it plays pure strategies, which
means that some vertex has more labels than its polytope has dimensions. Otherwise the pair of
labels is complementary, each equilibrium is isolated, and with supports I, J of size s its index is

    (-1)^(s+1) sign det A_IJ sign det B_IJ.

A dictionary is reached by positive pivots, so its matrix, columns in the order of its rows, has a
positive determinant, and both signs follow from the order alone. Where vertices come from a
perturbed game, its equilibria hand their indices to the extreme equilibria of the given game they
tend to; their sum over a component is the index of the component, whatever the perturbation. All
indices sum to 1.

References
----------
von Stengel, B. (2002). Computing equilibria for two-person games. In: Aumann, R. & Hart, S. (eds),
Handbook of Game Theory 3, 1723-1759. doi:10.1016/S1574-0005(02)03008-4
Shapley, L. S. (1974). A note on the Lemke-Howson algorithm. Mathematical Programming Study 1,
175-189. doi:10.1007/BFb0121248
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .vertices import Vertices

__all__ = ["Match", "match"]

Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: Pairs of vertices compared at a time.
BLOCK = 1 << 20


class Match(NamedTuple):
    """Extreme equilibria, one per row, in the order of games."""

    #: Game of each equilibrium.
    game: Integers
    #: Rows of the first and of the second player's `Vertices`.
    first: Integers
    second: Integers
    #: Index of an isolated equilibrium; in degenerate games its share in that of its component.
    indices: Integers
    #: Per game: whether it is degenerate.
    degenerate: Bools


def match(first: Vertices, second: Vertices, shape: tuple[int, int]) -> Match:
    """Return the pairs of vertices with all labels.

    Parameters
    ----------
    first, second : Vertices
        Of the same games; of polytopes with m variables and n replies, and n and m.
    shape : tuple of int
        (m, n).

    Returns
    -------
    Match
    """
    m, n = shape
    everything = (1 << (m + n)) - 1
    degenerate = np.zeros(first.decided.size, dtype=bool)
    for vertices in (first, second):
        degenerate[vertices.game[vertices.labels != vertices.tight]] = True
    tight = _turned(second.tight, m, n)
    _, one, two = np.intersect1d(
        (first.game << (m + n)) | first.tight,
        (second.game << (m + n)) | (tight ^ everything),
        assume_unique=True,
        return_indices=True,
    )
    indices = _indices(first.basis[one], first.tight[one], second.basis[two], tight[two], shape)
    game = first.game[one]
    if not degenerate.any():
        return Match(game, one, two, indices, degenerate)
    plain = ~degenerate[game]
    crowded = _crowded(first, second, shape, degenerate)
    at = np.searchsorted(crowded.keys, crowded.key_of(one[~plain], two[~plain]))
    shares = np.zeros(crowded.keys.size, dtype=np.int64)
    np.add.at(shares, at, indices[~plain])
    games = np.concatenate((game[plain], first.game[crowded.first]))
    order = np.argsort(games, kind="stable")
    return Match(
        games[order],
        np.concatenate((one[plain], crowded.first))[order],
        np.concatenate((two[plain], crowded.second))[order],
        np.concatenate((indices[plain], shares))[order],
        degenerate,
    )


def _turned(labels: Integers, m: int, n: int) -> Integers:
    """Return the second player's labels, own ones first, in the common numbering."""
    return (labels >> n) | ((labels & ((1 << n) - 1)) << m)


def _indices(
    first: Integers,
    tight: Integers,
    second: Integers,
    tight_second: Integers,
    shape: tuple[int, int],
) -> Integers:
    """Return the indices of complementary pairs of bases.

    Sorting a dictionary's labels takes as many transpositions as there are inversions; moving the
    columns of I to the places of J then takes sum(J) - s (s - 1) / 2.
    """
    m, n = shape
    odd = np.zeros(tight.size, dtype=np.int64)
    for basis in (first, second):
        later = np.triu(np.ones((basis.shape[1],) * 2, dtype=bool), 1)
        odd += ((basis[:, :, None] > basis[:, None, :]) & later).sum(axis=(1, 2))
    rows = (tight_second[:, None] >> np.arange(m)) & 1
    columns = (tight[:, None] >> np.arange(m, m + n)) & 1
    odd += rows @ np.arange(m) + columns @ np.arange(n) + rows.sum(axis=1) + 1
    return 1 - 2 * (odd & 1)


class _Crowded(NamedTuple):
    """Equilibria of degenerate games, each vertex by the first of its bases."""

    first: Integers
    second: Integers
    keys: Integers
    vertex_of_first: Integers
    vertex_of_second: Integers

    def key_of(self, one: Integers, two: Integers) -> Integers:
        """Return one number per pair of bases, increasing in the order of equilibria."""
        out: Integers = self.vertex_of_first[one] * self.vertex_of_second.size
        return out + self.vertex_of_second[two]


def _crowded(first: Vertices, second: Vertices, shape: tuple[int, int], games: Bools) -> _Crowded:
    """Compare all vertices of the first player with all of the second, game by game."""
    m, n = shape
    everything = (1 << (m + n)) - 1
    sides = []
    for vertices in (first, second):
        rows = np.flatnonzero(games[vertices.game])
        keys = (vertices.game[rows] << (m + n)) | vertices.labels[rows]
        _, once, inverse = np.unique(keys, return_index=True, return_inverse=True)
        vertex = np.full(vertices.game.size, -1)
        vertex[rows] = inverse
        sides.append((rows[once], vertex))
    (ones, vertex_of_first), (twos, vertex_of_second) = sides
    # Vertices are sorted by game: those of the second player are a run for each of the first.
    start = np.searchsorted(second.game[twos], first.game[ones])
    stop = np.searchsorted(second.game[twos], first.game[ones], side="right")
    lacking = everything ^ first.labels[ones]
    offered = _turned(second.labels[twos], m, n)
    pairs: list[tuple[Any, Any]] = []
    ends = np.cumsum(stop - start)
    begin = 0
    while begin < ones.size:
        done = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + BLOCK, side="right")))
        counts = (stop - start)[begin:end]
        left = np.repeat(np.arange(begin, end), counts)
        right = np.arange(left.size) - np.repeat(np.cumsum(counts) - counts, counts)
        right += np.repeat(start[begin:end], counts)
        fits = np.flatnonzero(lacking[left] & ~offered[right] == 0)
        pairs.append((left[fits], right[fits]))
        begin = end
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    keys = left * vertex_of_second.size + right
    return _Crowded(ones[left], twos[right], keys, vertex_of_first, vertex_of_second)
