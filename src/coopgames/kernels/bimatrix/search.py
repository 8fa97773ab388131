"""All bases of best-response polytopes of many games at once, by pivoting along every edge.

P = {x >= 0, C^T x <= b} has k variables and l slacks. Strategy i is label i, reply j label k + j;
a *basis* is the l labels whose variables or slacks may be positive, and the other k labels are
those of inequalities that are tight. In a dictionary

    (variables of the basis) = b' - T (the other variables),

letting one of the others grow leads along an edge to the next vertex: the variable that leaves is
that with the largest T_i / b'_i, which exists as P is bounded. If P is simple (no vertex has more
than k tight inequalities), every vertex has k neighbours and all are reached from x = 0. All games
and all vertices at the same distance from 0 are pivoted together.

In doubles nothing is compared with a tolerance. In integers all numbers of a dictionary share a
denominator, the last pivot, and divide without rest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Search", "search"]

Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: A dictionary in doubles with a smaller basic variable can't be certified: its game is left.
SMALLEST_VARIABLE = 1e-13
#: Largest table of labels met; above, labels are sorted instead.
LARGEST_TABLE = 1 << 22


class Search(NamedTuple):
    """Bases met, one per row, those of x = 0 first."""

    #: Game of each basis.
    game: Integers
    #: Labels not in the basis, as bits.
    tight: Integers
    #: Labels of the basis in the order of the dictionary's rows, shape (bases, l).
    basis: Integers
    #: The other labels in the order of its columns, shape (bases, k).
    nonbasis: Integers
    #: Doubles: dictionaries by column, the right-hand side last, shape (bases, k + 1, l). Integers:
    #: right-hand sides times the denominator, shape (bases, l).
    tables: npt.NDArray[Any]
    #: Per game: whether all basic variables were positive; a search that meets others stops.
    healthy: Bools
    #: Per game: whether the budget sufficed.
    complete: Bools


class _Seen:
    """Labels met so far."""

    def __init__(self, keys: Integers, span: int) -> None:
        self.table = np.full(span, -1, dtype=np.int32) if span <= LARGEST_TABLE else None
        self.sorted = np.sort(keys)
        if self.table is not None:
            self.table[keys] = 0

    def first_met(self, keys: Integers) -> npt.NDArray[np.intp]:
        """Return the places of keys never met before, one of each, and remember them."""
        if self.table is not None:
            new = np.flatnonzero(self.table[keys] < 0)
            among = keys[new]
            order = np.arange(new.size, dtype=np.int32)
            self.table[among] = order
            picks: npt.NDArray[np.intp] = new[self.table[among] == order]
            return picks
        once, places = np.unique(keys, return_index=True)
        at = np.minimum(np.searchsorted(self.sorted, once), self.sorted.size - 1)
        new = self.sorted[at] != once
        self.sorted = np.sort(np.concatenate((self.sorted, once[new])))
        first: npt.NDArray[np.intp] = places[new]
        return first


def _steepest(tables: npt.NDArray[Any], k: int) -> npt.NDArray[np.intp]:
    """Return the row that leaves per dictionary and entering variable: argmax T_i / b_i, exact."""
    entering, right = tables[:, :k], tables[:, k:]
    best = np.zeros(entering.shape[:2], dtype=np.intp)
    top, bottom = entering[:, :, 0], np.broadcast_to(right[:, :, 0], best.shape)
    for row in range(1, tables.shape[2]):
        here, below = entering[:, :, row], right[:, :, row]
        better = here * bottom > top * below
        best[better] = row
        top, bottom = np.where(better, here, top), np.where(better, below, bottom)
    return best


def _pivot(
    tables: npt.NDArray[Any],
    column: Integers,
    row: Integers,
    denominators: npt.NDArray[Any] | None,
) -> npt.NDArray[Any]:
    """Exchange a column and a row of each dictionary, in place; return the pivots."""
    order = np.arange(row.size)
    along, across = tables[order, :, row], tables[order, column]
    pivots: npt.NDArray[Any] = across[order, row]
    if denominators is None:
        along /= pivots[:, None]
        along[order, column] = 1.0 / pivots
        tables[order, column] = 0.0
        tables -= along[:, :, None] * across[:, None, :]
    else:
        along[order, column] = denominators
        tables *= pivots[:, None, None]
        tables -= along[:, :, None] * across[:, None, :]
        tables //= denominators[:, None, None]
        tables[order, column] = -across
    tables[order, :, row] = along
    return pivots


def search(matrices: npt.NDArray[Any], right: npt.NDArray[Any], budget: int) -> Search:
    """Follow all edges from x = 0, in all games at once, level by level.

    Parameters
    ----------
    matrices : array of float64, int64 or Python integers, shape (games, k, l)
        At least 0, no row zero.
    right : array of the same dtype, shape (games, l)
        Right-hand sides, positive.
    budget : int
        Most bases per game; the search of a game stops before the level that would exceed it.

    Returns
    -------
    Search
    """
    games, k, l = matrices.shape  # noqa: E741
    width = k + l
    rational = matrices.dtype != np.float64
    bits = np.int64(1) << np.arange(width)
    game = np.arange(games)
    tables = np.concatenate((matrices, right[:, None, :]), axis=1)
    denominators = np.ones(games, dtype=matrices.dtype)
    basis = np.broadcast_to(np.arange(k, width), (games, l))
    nonbasis = np.broadcast_to(np.arange(k), (games, k))
    keys = (game << width) | ((1 << k) - 1)
    seen = _Seen(keys, games << width)
    healthy, complete = np.ones(games, dtype=bool), np.ones(games, dtype=bool)
    found = np.ones(games, dtype=np.int64)
    levels = []
    while True:
        levels.append((keys, basis, nonbasis, tables[:, k] if rational else tables))
        leaves = (
            _steepest(tables, k) if rational else (tables[:, :k] / tables[:, k:]).argmax(axis=2)
        )
        out = np.take_along_axis(basis, leaves, axis=1)
        picks = seen.first_met((keys[:, None] ^ bits[nonbasis] ^ bits[out]).ravel())
        source, column = np.divmod(picks, k)
        row = leaves.ravel()[picks]
        keys = keys[source] ^ bits[nonbasis[source, column]] ^ bits[out.ravel()[picks]]
        if games == 1:
            found += picks.size
        else:
            found += np.bincount(keys >> width, minlength=games)
        if (found > budget).any():
            complete &= found <= budget
            stay = complete[keys >> width]
            source, column, row, keys = source[stay], column[stay], row[stay], keys[stay]
        if not keys.size:
            break
        tables = tables[source]
        denominators = _pivot(tables, column, row, denominators[source] if rational else None)
        order = np.arange(keys.size)
        basis, nonbasis = basis[source], nonbasis[source]
        entering = nonbasis[order, column]
        nonbasis[order, column] = basis[order, row]
        basis[order, row] = entering
        sick = ~(tables[:, k].min(axis=1) > (0 if rational else SMALLEST_VARIABLE))
        if sick.any():
            healthy[keys[sick] >> width] = False
            stay = healthy[keys >> width]
            keys, basis, nonbasis = keys[stay], basis[stay], nonbasis[stay]
            tables, denominators = tables[stay], denominators[stay]
            if not keys.size:
                break
    keys, basis, nonbasis, kept = (np.concatenate(parts) for parts in zip(*levels, strict=True))
    return Search(
        keys >> width, keys & ((1 << width) - 1), basis, nonbasis, kept, healthy, complete
    )
