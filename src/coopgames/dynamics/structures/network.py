r"""Networks: who plays with whom, and who takes up strategies from whom.

A structure has two sets of links, which may differ (Ohtsuki, Pacheco & Nowak 2007): *interaction*,
along which the game is played, and *replacement*, along which strategies spread. Row i of a matrix
of weights holds those whom i plays with; in replacement, those who may take up what i uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, number
from ...errors import BudgetError, CoopgamesError
from ...games import SymmetricGame
from ...kernels.lockstep.links import Links, links_between
from ...kernels.lockstep.structured_payoffs import GroupPayoffs, PairPayoffs, StructuredPayoffs
from ...provenance import specification_hash
from .group_tables import GameOnStructure, group_tables

__all__ = ["Network"]

#: Links up to which a network is stored.
LARGEST_LINKS = 20_000_000


class Network:
    """Nodes that play and imitate along links.

    Parameters
    ----------
    graph : networkx graph, sparse array or array_like, shape (nodes, nodes)
        Whom each node plays with and, unless ``replacement`` is given, from whom it takes up
        strategies. Entry (i, k), or the edge from i to k with its attribute ``weight`` (1 where it
        has none), is how much i's games with k count for i, and how easily k takes up from i. No
        loops: nobody plays with itself. Weights are finite and at least 0; parallel edges add up.
    replacement : as ``graph``, optional
        Along which links strategies spread, over the same nodes; loops are allowed.
    loops : float
        Weight of a loop that is added to replacement at every node, at least 0. With 1 a node
        counts among its own neighbours, as in `Moran` and in `Fermi` with role model 'anyone'.

    Attributes
    ----------
    size : int
        Number of nodes.
    labels : tuple
        Nodes by position: as networkx names them, else 0, 1, ...
    interaction, replacement : Links
        Rows of links; see `coopgames.kernels.lockstep.links`.

    Raises
    ------
    CoopgamesError
        If the graph has fewer than two nodes, loops, weights out of bounds, or is not square.

    See Also
    --------
    Demes : regions in which everybody meets everybody.

    References
    ----------
    Lieberman, Hauert & Nowak (2005) Nature 433:312, doi:10.1038/nature03204; Ohtsuki, Pacheco &
    Nowak (2007) J. Theor. Biol. 246:681, doi:10.1016/j.jtbi.2007.01.024, for two sets of links.

    Examples
    --------
    >>> Network([[0, 1, 1], [1, 0, 0], [1, 0, 0]]).size
    3
    >>> Network.from_edges([("hub", "a"), ("hub", "b")]).labels
    ('hub', 'a', 'b')
    """

    __slots__ = ("interaction", "labels", "regions", "replacement", "size")

    def __init__(self, graph: Any, *, replacement: Any = None, loops: float = 0.0) -> None:
        self.labels, self.interaction = _read("graph", graph)
        self.size = len(self.labels)
        if self.size < 2:
            raise CoopgamesError(f"graph must have at least 2 nodes; got {self.size}")
        rows = self.interaction.rows
        own = rows[rows == self.interaction.indices]
        if own.size:
            raise CoopgamesError(
                f"graph must have no loops, as nobody plays with itself; got one at node "
                f"{self.labels[own[0]]!r}: give loops=1 for nodes that may be their own role model"
            )
        self.replacement = self.interaction
        if replacement is not None:
            others, self.replacement = _read("replacement", replacement, self.labels)
            if others != self.labels:
                raise CoopgamesError(
                    f"replacement must have the same {self.size} nodes as graph; got {len(others)}"
                )
        if at_least("loops", loops, 0):
            nodes = np.arange(self.size)
            self.replacement = links_between(
                np.append(self.replacement.rows, nodes),
                np.append(self.replacement.indices, nodes),
                np.append(self.replacement.weights, np.full(self.size, loops)),
                self.size,
            )
        #: Region of each node; one for all.
        self.regions = np.zeros(self.size, dtype=np.int64)

    @classmethod
    def from_edges(
        cls,
        edges: Iterable[Sequence[Any]],
        nodes: Sequence[Any] | None = None,
        *,
        directed: bool = False,
        loops: float = 0.0,
    ) -> Network:
        """Return the network of a list of edges.

        Parameters
        ----------
        edges : iterable of (from, to) or (from, to, weight)
            Names of nodes may be anything hashable; weight 1 by default.
        nodes : sequence, optional
            All nodes in order; by default those of the edges, in order of appearance.
        directed : bool
            Whether an edge goes from its first to its second node only.
        loops : float
            As for `Network`.

        Raises
        ------
        CoopgamesError
            If an edge names an unknown node, or as `Network` does.
        """
        listed = [(*edge, 1.0)[:3] for edge in edges]
        seen = dict.fromkeys(end for edge in listed for end in edge[:2])
        labels = tuple(seen if nodes is None else nodes)
        unknown = [end for end in seen if end not in set(labels)]
        if unknown:
            raise CoopgamesError(f"edges must join the nodes given; got {unknown[0]!r}")
        return cls(_EdgeList(labels, listed, directed), loops=loops)

    def __repr__(self) -> str:
        return f"Network({self.size} nodes, {self.interaction.indices.size} entries)"

    @property
    def plain(self) -> bool:
        """Whether all links count 1, go both ways and serve for play and imitation alike.

        False also where a node has none.
        """
        links, back = self.interaction, self.interaction.transposed()
        return (
            self.replacement is self.interaction
            and bool((links.weights == 1).all() and (links.degrees > 0).all())
            and np.array_equal(links.indptr, back.indptr)
            and np.array_equal(links.indices, back.indices)
        )

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance; links as a hash."""
        both = [self.interaction, self.replacement]
        plain = {str(k): [part.tolist() for part in links] for k, links in enumerate(both)}
        return {"structure": "network", "nodes": self.size, "links": specification_hash(plain)}

    def replacement_under(self, rule: str) -> Links:  # noqa: ARG002
        """Return the links along which strategies spread, the same under every rule."""
        return self.replacement

    def payoffs(self, game: GameOnStructure, *, mean: bool) -> StructuredPayoffs:
        """Return what keeps payoffs: of pairs, or of groups that are closed neighbourhoods.

        Raises
        ------
        CoopgamesError
            If a neighbourhood does not fit the game.
        """
        links = self.interaction
        if isinstance(game, SymmetricGame) and game.players == 2:
            return PairPayoffs(game.matrix(), links, mean=mean)
        if (links.weights != 1).any() or (links.degrees == 0).any():
            raise CoopgamesError(
                "graph must have weights of 1 and no node without neighbours for games in groups"
            )
        sizes = links.degrees + 1
        different, kind = np.unique(sizes, return_inverse=True)
        tables = group_tables(game, different.tolist())
        own = np.arange(self.size)
        groups = links_between(  # group k is that of node k and those it points to
            np.append(links.indices, own),
            np.append(links.rows, own),
            np.ones(links.indices.size + own.size),
            self.size,
        )
        return GroupPayoffs(groups, tables, kind.reshape(-1), mean=mean)


class _EdgeList:
    """What `_read` asks of a networkx graph, for a list of edges."""

    def __init__(self, nodes: Sequence[Any], edges: Sequence[Any], directed: bool) -> None:
        self.nodes, self._edges, self._directed = nodes, edges, directed

    def is_directed(self) -> bool:
        return self._directed

    def edges(self, data: str, default: float) -> Sequence[Any]:  # noqa: ARG002
        return self._edges


class _Entries:
    """What `_read` asks of a sparse array, for a dense one."""

    def __init__(self, dense: npt.NDArray[np.float64]) -> None:
        self.shape = dense.shape
        self.row, self.col = np.nonzero(np.atleast_2d(dense))[:2]
        self.data = np.atleast_2d(dense)[self.row, self.col]


def _read(
    name: str, graph: Any, order: tuple[Any, ...] | None = None
) -> tuple[tuple[Any, ...], Links]:
    """Return (labels, links) of a graph or a matrix; ``order`` are the labels to keep to."""
    if hasattr(graph, "is_directed") and hasattr(graph, "edges"):
        labels = tuple(graph.nodes)
        if order is not None and set(order) == set(labels):
            labels = order
        place = {label: at for at, label in enumerate(labels)}
        edges = list(graph.edges(data="weight", default=1.0))
        begins = np.array([place[edge[0]] for edge in edges], dtype=np.int64)
        ends = np.array([place[edge[1]] for edge in edges], dtype=np.int64)
        weights = np.array([number("weight", edge[2]) for edge in edges], dtype=float)
        if not graph.is_directed():
            back = begins != ends
            begins, ends, weights = (
                np.append(begins, ends[back]),
                np.append(ends, begins[back]),
                np.append(weights, weights[back]),
            )
    else:
        if hasattr(graph, "tocoo"):
            entries = graph.tocoo()
        else:
            entries = _Entries(np.asarray(graph, dtype=float))
        shape = entries.shape
        if len(shape) != 2 or shape[0] != shape[1]:
            raise CoopgamesError(
                f"{name} must be a graph or a square matrix; got shape {shape}: lists of edges go "
                "to Network.from_edges"
            )
        begins, ends, weights = entries.row, entries.col, entries.data
        labels = order if order is not None and len(order) == shape[0] else tuple(range(shape[0]))
    if len(begins) > LARGEST_LINKS:
        raise BudgetError(f"{name} must have at most {LARGEST_LINKS:.3g} links; got {len(begins)}")
    return labels, links_between(begins, ends, weights, len(labels))
