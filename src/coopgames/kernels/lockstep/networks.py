r"""Strategies on the nodes of a network, many replicates side by side.

One node is drawn at a time. It imitates a random neighbour by the Fermi rule or mutates. Node i
with strategy f earns sum_k A[f, k] N_k, where N_k of its neighbours use k, or that divided by the
number of neighbours. The N_k are whole numbers, kept up to date where somebody switches, so a step
costs as many look-ups as there are strategies, whatever the degree; switches cost the degree.

The network is given by rows, as in `scipy.sparse.csr_array`: the neighbours of node i are
``indices[indptr[i] : indptr[i + 1]]``. Demes are cliques with few links between them.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, one_of, probability
from ...errors import CoopgamesError
from .reductions import SideBySide

__all__ = ["NetworkLockstep"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]


class NetworkLockstep(SideBySide):
    """Fermi imitation of random neighbours.

    Parameters
    ----------
    strategies : array_like of int, shape (replicates, nodes)
        Who uses what at the start, in 0 .. s - 1.
    matrix : array_like, shape (s, s)
        ``matrix[f, k]`` is what f earns against k; finite, s from 2 to 127. [payoff]
    indptr : array_like of int, shape (nodes + 1,)
        Where the neighbours of each node begin.
    indices : array_like of int, shape (links,)
        Neighbours; each link stands there twice, once from either side.
    selection_intensity : float
        beta, at least 0. [1/payoff]
    mutation_probability : float
        mu, in [0, 1]: the node takes each other strategy alike instead of imitating.
    payoff : {'sum', 'mean'}
        Whether payoffs are added over neighbours or averaged.

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds, or the network has loops, repeated links or links of
        one direction.

    References
    ----------
    Szabó & Tőke (1998) Phys. Rev. E 58:69, doi:10.1103/PhysRevE.58.69; Santos & Pacheco (2005)
    Phys. Rev. Lett. 95:098104, doi:10.1103/PhysRevLett.95.098104, for sums on unequal degrees.

    Examples
    --------
    >>> triangle = NetworkLockstep(
    ...     [[0, 1, 1]],
    ...     [[1, 1], [0, 0]],
    ...     indptr=[0, 2, 4, 6],
    ...     indices=[1, 2, 0, 2, 0, 1],
    ...     selection_intensity=100.0,
    ...     mutation_probability=0.0,
    ... )
    >>> triangle.run(100, 1)
    >>> triangle.strategies
    array([[0, 0, 0]], dtype=int8)
    """

    __slots__ = (
        "_advantage",
        "_base",
        "_beta",
        "_counts",
        "_degree",
        "_focal",
        "_indices",
        "_indptr",
        "_left",
        "_matrix",
        "_model",
        "_mu",
        "_mutants",
        "_node",
        "_noise",
        "_payoff",
        "_shape",
        "_strategy",
        "_term",
        "_uniforms",
        "_weight",
        "_when",
        "_who",
        "_whom",
        "_with",
    )

    def __init__(
        self,
        strategies: npt.ArrayLike,
        matrix: npt.ArrayLike,
        *,
        indptr: npt.ArrayLike,
        indices: npt.ArrayLike,
        selection_intensity: float,
        mutation_probability: float,
        payoff: Literal["sum", "mean"] = "sum",
    ) -> None:
        games = np.asarray(matrix, dtype=float)
        if games.ndim != 2 or games.shape[0] != games.shape[1] or not 2 <= games.shape[0] <= 127:
            raise CoopgamesError(f"matrix needs shape (s, s) with s in 2 .. 127; got {games.shape}")
        if not np.isfinite(games).all():
            raise CoopgamesError("matrix must be finite")
        s = games.shape[0]
        start = np.asarray(strategies)
        if start.ndim != 2 or start.size == 0 or start.dtype.kind not in "iu":
            raise CoopgamesError(
                f"strategies needs integers, shape (replicates, nodes); got {start.shape}"
            )
        if start.min() < 0 or start.max() >= s:
            raise CoopgamesError(f"strategies must lie in 0 .. {s - 1}; got {start.max()}")
        replicates, nodes = self._shape = start.shape
        super().__init__(replicates)
        self._indptr, self._indices = _network(indptr, indices, nodes)
        self._degree = np.diff(self._indptr)
        self._beta = at_least("selection_intensity", selection_intensity, 0)
        self._mu = probability("mutation_probability", mutation_probability)
        one_of("payoff", payoff, ("sum", "mean"))
        self._weight = 1 / np.maximum(self._degree, 1) if payoff == "mean" else None
        self._matrix = np.ascontiguousarray(games.T)
        self._strategy = start.astype(np.int8).reshape(-1)
        self._counts = np.stack([(start == k).sum(axis=1) for k in range(s)], axis=1)
        self._with = self._count_neighbours(start, s)
        self._base = np.arange(replicates, dtype=np.int64) * nodes
        self._chunk = max(1, self._chunk // 2)
        lanes = (self._chunk, replicates)
        self._uniforms = np.empty((self._chunk, 2, replicates))
        self._left, self._noise = np.empty((2, *lanes))
        self._node, self._who, self._whom = np.empty((3, *lanes), dtype=np.int64)
        self._focal, self._model = np.empty((2, replicates), dtype=np.int8)
        self._payoff, self._advantage, self._term = np.empty((3, replicates))
        self._mutants = self._when = np.empty(0, dtype=np.int64)

    def _count_neighbours(self, start: Integers, s: int) -> Integers:
        """Return how many neighbours of each node use each strategy, over (replicate, node, k)."""
        # The shortest integers that hold a degree: more of them fit into the cache.
        out = np.empty((*start.shape, s), dtype=np.min_scalar_type(-1 - int(self._degree.max())))
        for row, states in zip(out, start, strict=True):
            for k in range(s):
                running = np.concatenate([[0], np.cumsum(states[self._indices] == k)])
                row[:, k] = running[self._indptr[1:]] - running[self._indptr[:-1]]
        return out.reshape(-1)

    @property
    def states(self) -> npt.NDArray[np.int64]:
        """How many nodes use each strategy, shape (replicates, s)."""
        return self._counts

    @property
    def strategies(self) -> npt.NDArray[np.int8]:
        """Who uses what, shape (replicates, nodes)."""
        return self._strategy.reshape(self._shape).copy()

    def _draw(self, steps: int, rng: np.random.Generator) -> None:
        uniforms, left, node = self._uniforms[:steps], self._left[:steps], self._node[:steps]
        who, whom, noise = self._who[:steps], self._whom[:steps], self._noise[:steps]
        rng.random(out=uniforms)
        # Which node, which of its links, and what is left then for a mutant's strategy.
        np.multiply(uniforms[:, 0], self._shape[1], out=left)
        np.copyto(node, left, casting="unsafe")
        np.subtract(left, node, out=left)
        degree = self._degree[node]
        np.multiply(left, degree, out=left)
        np.copyto(whom, left, casting="unsafe")
        np.subtract(left, whom, out=left)
        np.add(whom, self._indptr[node], out=whom)
        if self._indices.size:
            self._indices.take(whom, out=who, mode="clip")
        np.add(who, self._base, out=whom)
        np.add(node, self._base, out=who)
        # The logistic threshold; minus infinity for mutants.
        coin = uniforms[:, 1]
        with np.errstate(divide="ignore"):
            np.subtract(coin, self._mu, out=noise)
            np.maximum(noise, 0.0, out=noise)
            np.divide(noise, 1.0 - coin, out=noise)
            np.log(noise, out=noise)
        alone = degree == 0
        if alone.any():  # nobody to imitate
            whom[alone] = who[alone]
            left[alone] = uniforms[:, 0][alone] * self._shape[1] - node[alone]
        if self._mu:
            when, self._mutants = np.nonzero(coin < self._mu)
            self._when = np.searchsorted(when, np.arange(steps + 1))

    def _earned(self, place: Integers, node: Integers, strategy: Integers, out: Floats) -> None:
        """Write what nodes at ``place`` earn."""
        cell, row = place * self._matrix.shape[0], strategy.astype(np.int64)
        for k, column in enumerate(self._matrix):
            term = out if k == 0 else self._term
            column.take(row, out=term, mode="clip")
            np.multiply(term, self._with.take(cell, mode="clip"), out=term)
            if k:
                np.add(out, term, out=out)
            np.add(cell, 1, out=cell)
        if self._weight is not None:
            np.multiply(out, self._weight.take(node, mode="clip"), out=out)

    def _advance(self, t: int) -> None:
        who, whom, focal, model = self._who[t], self._whom[t], self._focal, self._model
        self._strategy.take(who, out=focal, mode="clip")
        self._strategy.take(whom, out=model, mode="clip")
        self._earned(whom, whom - self._base, model, self._advantage)
        self._earned(who, self._node[t], focal, self._payoff)
        np.subtract(self._advantage, self._payoff, out=self._advantage)
        np.multiply(self._advantage, self._beta, out=self._advantage)
        if self._mu:
            mutants = self._mutants[self._when[t] : self._when[t + 1]]
            new = (self._left[t, mutants] * (self._matrix.shape[0] - 1)).astype(np.int8)
            model[mutants] = new + (new >= focal[mutants])
        switches = (self._advantage > self._noise[t]) & (focal != model)
        self._switch(np.flatnonzero(switches), t)

    def _switch(self, lanes: Integers, t: int) -> None:
        """Let the nodes drawn take up the model's strategy in the replicates named."""
        if not lanes.size:
            return
        old, new = self._focal[lanes].astype(np.int64), self._model[lanes].astype(np.int64)
        self._strategy[self._who[t, lanes]] = new
        self._counts[lanes, old] -= 1
        self._counts[lanes, new] += 1
        node = self._node[t, lanes]
        degree = self._degree[node]
        ends = np.cumsum(degree)
        # The links of all these nodes in one row: where each begins, and then one by one.
        link = np.arange(ends[-1]) + np.repeat(self._indptr[node] - ends + degree, degree)
        neighbour = self._indices[link] + np.repeat(self._base[lanes], degree)
        neighbour *= self._matrix.shape[0]
        # A node has each neighbour once, so no entry is met twice.
        self._with[neighbour + np.repeat(old, degree)] -= 1
        self._with[neighbour + np.repeat(new, degree)] += 1


def _network(
    indptr: npt.ArrayLike, indices: npt.ArrayLike, nodes: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    starts, ends = np.array(indptr, dtype=np.int64), np.array(indices, dtype=np.int64)
    if starts.shape != (nodes + 1,) or starts[0] != 0 or starts[-1] != ends.size:
        raise CoopgamesError(
            f"indptr needs {nodes + 1} entries from 0 to {ends.size}, the number of indices; "
            f"got {indptr!r}"
        )
    degree = np.diff(starts)
    if (degree < 0).any() or (ends.size and (ends.min() < 0 or ends.max() >= nodes)):
        raise CoopgamesError(f"indptr must not fall and indices must lie in 0 .. {nodes - 1}")
    begins = np.repeat(np.arange(nodes), degree)
    there, back = np.sort(begins * nodes + ends), np.sort(ends * nodes + begins)
    if (begins == ends).any() or (np.diff(there) == 0).any() or (there != back).any():
        raise CoopgamesError(
            "indices must hold each link once from either side, without loops or repetitions"
        )
    return starts, ends
