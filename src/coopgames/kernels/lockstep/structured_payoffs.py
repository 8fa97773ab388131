r"""What nodes earn, many replicates side by side, kept up to date where somebody switches.

Two ways to play:

- with neighbours, two at a time: node i with strategy f earns sum_k A[f, k] W_ik, where W_ik is the
  weight of its links to those who use k (`PairPayoffs`);
- in groups: node i earns the sum of what it gets in each group it belongs to, which depends on its
  own strategy and on how many of the members use each (`GroupPayoffs`). Closed neighbourhoods are
  such groups, and so are regions in which everybody meets everybody.

Places are replicate * nodes + node; strategies stand in one row by place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ..simplex import composition_index, number_of_compositions
from .links import Links, links_between

__all__ = ["GroupPayoffs", "PairPayoffs", "StructuredPayoffs"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class StructuredPayoffs(ABC):
    """Payoffs of nodes; `begin` once, then `at` and `switch`.

    Attributes
    ----------
    strategies : int
        s.
    gap : array, shape (nodes,)
        A bound on how far payoffs of i and k may lie apart is the larger of their two. [payoff]
    low, high : float
        Bounds on every payoff. [payoff]
    """

    strategies: int
    gap: Floats
    low: float
    high: float

    def _bounds(self, lowest: Floats, highest: Floats) -> None:
        """Set the bounds from the least and the most that each node can earn."""
        self.low, self.high = float(lowest.min()), float(highest.max())
        self.gap = np.maximum(highest, 0.0) - np.minimum(lowest, 0.0)

    @property
    @abstractmethod
    def nodes(self) -> int:
        """Number of nodes."""

    @abstractmethod
    def begin(self, strategies: Integers) -> None:
        """Take in who uses what, shape (replicates, nodes)."""

    @abstractmethod
    def at(self, replicate: Integers, node: Integers, strategy: Integers) -> Floats:
        """Return what nodes earn that use ``strategy``."""

    @abstractmethod
    def switch(self, replicate: Integers, node: Integers, old: Integers, new: Integers) -> None:
        """Take note that one node in each of several replicates takes up another strategy."""

    @abstractmethod
    def affected(self) -> Links:
        """Return, by row, whose payoffs may change as a node switches, itself included."""


class PairPayoffs(StructuredPayoffs):
    """Games of two with each neighbour.

    Parameters
    ----------
    matrix : array, shape (s, s)
        ``matrix[f, k]`` is what f earns against k. [payoff]
    links : Links
        Row i says with whom node i plays and how much that counts.
    mean : bool
        Whether payoffs are divided by the row's sum of weights; 0 for nodes that play with nobody.
    """

    def __init__(self, matrix: Floats, links: Links, *, mean: bool) -> None:
        self.strategies = matrix.shape[0]
        self._links, self._from = links, links.transposed()
        strengths = links.strengths
        self._scale = (
            1.0 / np.where(strengths > 0, strengths, 1.0) if mean else np.ones(links.nodes)
        )
        self._matrix = matrix
        total = strengths * self._scale
        self._bounds(matrix.min() * total, matrix.max() * total)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return self._links.nodes

    def begin(self, strategies: Integers) -> None:
        """Take in who uses what, shape (replicates, nodes)."""
        links, s = self._links, self.strategies
        out = np.empty((strategies.shape[0], links.nodes * s))
        for row, states in zip(out, strategies, strict=True):
            cells = links.rows * s + states[links.indices]
            row[:] = np.bincount(cells, links.weights, links.nodes * s)
        #: Weight of links to each strategy, shape (replicates * nodes, s).
        self._with = out.reshape(-1, s)

    def at(self, replicate: Integers, node: Integers, strategy: Integers) -> Floats:
        """Return what nodes earn that use ``strategy``."""
        met = self._with.take(replicate * self.nodes + node, axis=0)
        paid = self._matrix.take(strategy, axis=0)
        return np.asarray(np.einsum("ik,ik->i", met, paid) * self._scale[node])

    def switch(self, replicate: Integers, node: Integers, old: Integers, new: Integers) -> None:
        """Take note that one node in each of several replicates takes up another strategy."""
        places, _, lengths = self._from.spread(node)
        base = np.repeat(replicate * self.nodes, lengths) + self._from.indices[places]
        base *= self.strategies
        weights, cells = self._from.weights[places], self._with.reshape(-1)
        # A node has each neighbour once, so no entry is met twice.
        cells[base + np.repeat(old, lengths)] -= weights
        cells[base + np.repeat(new, lengths)] += weights

    def affected(self) -> Links:
        """Return, by row, whose payoffs may change as a node switches, itself included."""
        return _with_oneself(self._from)


class GroupPayoffs(StructuredPayoffs):
    """Games in groups, by counts.

    Parameters
    ----------
    groups : Links
        Row i holds the groups that node i belongs to, at least one and numbered below the number of
        nodes.
    tables : sequence of array, shape (compositions, s)
        By size of group: ``tables[kind[g]][c, f]`` is what f earns in group g when its members, f
        included, make up composition c in the order of `coopgames.kernels.simplex.compositions`.
    kind : int array, shape (groups,)
        Which table holds for each group.
    mean : bool
        Whether payoffs are divided by the number of groups.

    Raises
    ------
    CoopgamesError
        If a table does not fit the size of its groups.
    """

    def __init__(
        self, groups: Links, tables: Sequence[Floats], kind: Integers, *, mean: bool
    ) -> None:
        self.strategies = tables[0].shape[1]
        self._groups = groups
        sizes = groups.transposed().degrees[: kind.size]
        for size, which in zip(sizes.tolist(), kind.tolist(), strict=True):
            wanted = number_of_compositions(size, self.strategies)
            if tables[which].shape[0] != wanted:
                raise CoopgamesError(
                    f"tables of groups of {size} need {wanted} rows; got {tables[which].shape[0]}"
                )
        rows = np.concatenate([[0], np.cumsum([table.shape[0] for table in tables])])
        self._offset, self._table = rows[:-1][kind], np.concatenate(tables)
        self._scale = 1.0 / groups.degrees if mean else np.ones(groups.nodes)
        total = groups.degrees * self._scale
        self._bounds(self._table.min() * total, self._table.max() * total)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return self._groups.nodes

    def begin(self, strategies: Integers) -> None:
        """Take in who uses what, shape (replicates, nodes)."""
        s, groups = self.strategies, self._offset.size
        begins, ends = self._groups.rows, self._groups.indices
        self._counts = np.empty((strategies.shape[0], groups, s), dtype=np.int64)
        for row, states in zip(self._counts, strategies, strict=True):
            row[:] = np.bincount(ends * s + states[begins], minlength=groups * s).reshape(-1, s)
        self._cell = self._offset + self._index(self._counts)

    def _index(self, counts: Integers) -> Integers:
        return counts[..., 0] if self.strategies == 2 else composition_index(counts)

    def at(self, replicate: Integers, node: Integers, strategy: Integers) -> Floats:
        """Return what nodes earn that use ``strategy``."""
        places, begins, lengths = self._groups.spread(node)
        cell = self._cell[np.repeat(replicate, lengths), self._groups.indices[places]]
        earned = self._table[cell, np.repeat(strategy, lengths)]
        return np.asarray(np.add.reduceat(earned, begins) * self._scale[node])

    def switch(self, replicate: Integers, node: Integers, old: Integers, new: Integers) -> None:
        """Take note that one node in each of several replicates takes up another strategy."""
        places, _, lengths = self._groups.spread(node)
        lanes, group = np.repeat(replicate, lengths), self._groups.indices[places]
        # A node is in each group once, so no entry is met twice.
        self._counts[lanes, group, np.repeat(old, lengths)] -= 1
        self._counts[lanes, group, np.repeat(new, lengths)] += 1
        self._cell[lanes, group] = self._offset[group] + self._index(self._counts[lanes, group])

    def affected(self) -> Links:
        """Return, by row, whose payoffs may change as a node switches, itself included."""
        from scipy import sparse

        groups, size = self._groups, self._groups.nodes
        membership = sparse.csr_array(
            (groups.weights, groups.indices, groups.indptr), shape=(size, size)
        )
        shared = sparse.coo_array(membership @ membership.T)
        return links_between(shared.row, shared.col, shared.data, size)


def _with_oneself(links: Links) -> Links:
    own = np.arange(links.nodes)
    return links_between(
        np.append(links.rows, own),
        np.append(links.indices, own),
        np.ones(links.indices.size + own.size),
        links.nodes,
    )
