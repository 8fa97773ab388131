r"""Strategies on the nodes of any structure under five update rules, many replicates side by side.

One node may change per step. With v the weight of the link along which node i may take up the
strategy of node j, F fitness and pi payoffs,

- death-birth: i is drawn uniformly and takes up that of j in proportion to v_ij F_j;
- imitation: the same, and i's own F_i is added to the candidates with weight 1;
- birth-death: j is drawn in proportion to F_j, and which i by v_ij;
- pairwise: i uniformly, j by v_ij, taken up with 1 / (1 + exp(-beta (pi_j - pi_i)));
- proportional: likewise, with beta max(pi_j - pi_i, 0) / D_ij, D_ij the largest possible gap.

F is exp(beta pi) or 1 - beta + beta pi. A mutation takes each other strategy alike: other than the
parent's in the births, and other than one's own, in place of imitation, in the rest.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, one_of, probability
from ...errors import CoopgamesError
from .links import Links, choose_in_segments, links_between
from .reductions import SideBySide
from .structured_payoffs import StructuredPayoffs

__all__ = ["RULES", "Rule", "StructuredLockstep"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Rule = Literal["birth-death", "death-birth", "imitation", "pairwise", "proportional"]

RULES = ("birth-death", "death-birth", "imitation", "pairwise", "proportional")
#: Largest beta times range of payoffs under birth-death: beyond, fitness would underflow.
LARGEST_EXPONENT = 600.0


class StructuredLockstep(SideBySide):
    """Replicates of one update rule on one structure.

    Parameters
    ----------
    strategies : array_like of int, shape (replicates, nodes)
        Who uses what at the start, in 0 .. s - 1.
    payoffs : StructuredPayoffs
        What nodes earn; it is begun anew and then belongs to this run.
    replacement : Links
        Row i holds the nodes that may take up what i uses.
    rule : {'birth-death', 'death-birth', 'imitation', 'pairwise', 'proportional'}
    selection_intensity : float
        beta, at least 0; at most 1 for linear fitness and the proportional rule. [1/payoff]
    fitness : {'exponential', 'linear'}
        For the first three rules.
    mutation_probability : float
        mu, in [0, 1].

    Raises
    ------
    CoopgamesError
        If an argument is out of its bounds, or some node has nobody to take up from (under
        birth-death: nobody to replace). While it runs, if linear fitness is not above 0.

    References
    ----------
    Lieberman, Hauert & Nowak (2005) Nature 433:312, doi:10.1038/nature03204, birth-death; Ohtsuki,
    Hauert, Lieberman & Nowak (2006) Nature 441:502, doi:10.1038/nature04605, death-birth and
    imitation; Santos & Pacheco (2005) Phys. Rev. Lett. 95:098104,
    doi:10.1103/PhysRevLett.95.098104, proportional.

    Examples
    --------
    >>> from coopgames.kernels.lockstep.links import links_between
    >>> from coopgames.kernels.lockstep.structured_payoffs import PairPayoffs
    >>> pair = links_between([0, 1], [1, 0], [1.0, 1.0], 2)
    >>> lanes = StructuredLockstep(
    ...     [[0, 1]],
    ...     PairPayoffs(np.array([[1.0, 1.0], [0.0, 0.0]]), pair, mean=True),
    ...     replacement=pair,
    ...     rule="proportional",
    ...     selection_intensity=1.0,
    ...     mutation_probability=0.0,
    ... )
    >>> lanes.run(100, 1)
    >>> lanes.strategies
    array([[0, 0]], dtype=int8)
    """

    __slots__ = (
        "_affected",
        "_beta",
        "_candidates",
        "_counts",
        "_fitness",
        "_ladder",
        "_lanes",
        "_linear",
        "_mu",
        "_out",
        "_payoffs",
        "_rule",
        "_strategy",
        "_sums",
        "_uniforms",
        "_width",
    )

    def __init__(
        self,
        strategies: npt.ArrayLike,
        payoffs: StructuredPayoffs,
        *,
        replacement: Links,
        rule: Rule,
        selection_intensity: float,
        mutation_probability: float,
        fitness: Literal["exponential", "linear"] = "exponential",
    ) -> None:
        if not 2 <= payoffs.strategies <= 127:
            raise CoopgamesError(f"strategies must be 2 .. 127; got {payoffs.strategies}")
        start, nodes = np.asarray(strategies), payoffs.nodes
        if start.ndim != 2 or start.shape[1] != nodes or start.dtype.kind not in "iu":
            raise CoopgamesError(
                f"strategies needs integers, shape (replicates, {nodes}); got {start.shape}"
            )
        if start.size == 0 or start.min() < 0 or start.max() >= payoffs.strategies:
            raise CoopgamesError(f"strategies must lie in 0 .. {payoffs.strategies - 1}")
        super().__init__(start.shape[0])
        self._rule = one_of("rule", rule, RULES)
        self._linear = one_of("fitness", fitness, ("exponential", "linear")) == "linear"
        self._beta = at_least("selection_intensity", selection_intensity, 0)
        if rule == "proportional" or (self._linear and rule != "pairwise"):
            probability("selection_intensity", self._beta)
        self._mu = probability("mutation_probability", mutation_probability)
        self._payoffs = payoffs
        self._strategy = start.astype(np.int8)
        self._counts = np.stack(
            [(start == k).sum(axis=1) for k in range(payoffs.strategies)], axis=1
        )
        self._lanes = np.arange(start.shape[0])
        self._uniforms = np.empty((self._chunk, 4, start.shape[0]))
        payoffs.begin(start.astype(np.int64))
        self._candidates = self._sources(replacement)
        self._ladder = self._candidates.ladder()
        if rule == "birth-death":
            if not self._linear and self._beta * (payoffs.high - payoffs.low) > LARGEST_EXPONENT:
                raise CoopgamesError(
                    "selection_intensity times the range of payoffs must be <= "
                    f"{LARGEST_EXPONENT:g} under birth-death; got "
                    f"{self._beta * (payoffs.high - payoffs.low):g}"
                )
            self._affected = payoffs.affected()
            self._width = ceil(sqrt(nodes))
            rows = ceil(nodes / self._width)
            self._fitness = np.zeros((start.shape[0], rows, self._width))
            self._sums = np.zeros((start.shape[0], rows))
            for node in range(nodes):
                self._refresh(self._lanes, np.full(start.shape[0], node))

    def _sources(self, replacement: Links) -> Links:
        """Return, by row, whom each node may replace (birth-death) or take up from."""
        links = replacement if self._rule == "birth-death" else replacement.transposed()
        alone = np.flatnonzero(links.degrees == 0)
        if alone.size:
            what = "nobody to replace" if self._rule == "birth-death" else "nobody to take up from"
            raise CoopgamesError(
                f"replacement must give each node a link; node {alone[0]} has {what} under "
                f"{self._rule}: leave such nodes out, or give them a loop"
            )
        if self._rule != "imitation":
            return links
        own = np.arange(links.nodes)
        return links_between(
            np.append(links.rows, own),
            np.append(links.indices, own),
            np.append(links.weights, np.ones(own.size)),
            links.nodes,
        )

    @property
    def strategies(self) -> npt.NDArray[np.int8]:
        """Who uses what, shape (replicates, nodes)."""
        return self._strategy.copy()

    @property
    def states(self) -> Integers:
        """How many nodes use each strategy, shape (replicates, s)."""
        return self._counts

    def _draw(self, steps: int, rng: np.random.Generator) -> None:
        rng.random(out=self._uniforms[:steps])

    def _advance(self, t: int) -> None:
        which, whom, coin, chance = self._uniforms[t]
        lanes, nodes, births = self._lanes, self._strategy.shape[1], "birth" in self._rule
        if self._rule == "birth-death":
            parent = self._fittest(which)
            node = self._candidates.walk(self._ladder, parent, whom)
        else:
            node = (which * nodes).astype(np.int64)
            if self._rule in ("pairwise", "proportional"):
                parent = self._candidates.walk(self._ladder, node, whom)
            else:
                parent = self._competition(node, whom)
        old, new = self._strategy[lanes, node], self._strategy[lanes, parent]
        takes = new != old
        if self._rule in ("pairwise", "proportional"):
            at = np.flatnonzero(takes)
            takes[at] = coin[at] < self._persuasion(lanes[at], node[at], parent[at])
        if self._mu:
            mutants = np.flatnonzero(chance < self._mu)
            basis = new[mutants] if births else old[mutants]
            drawn = (chance[mutants] / self._mu * (self._payoffs.strategies - 1)).astype(np.int8)
            new[mutants] = drawn + (drawn >= basis)
            takes[mutants] = new[mutants] != old[mutants]
        self._switch(np.flatnonzero(takes), node, old, new)

    def _earned(self, lane: Integers, node: Integers) -> Floats:
        return self._payoffs.at(lane, node, self._strategy[lane, node].astype(np.int64))

    def _persuasion(self, lane: Integers, node: Integers, model: Integers) -> Floats:
        """Return how likely nodes take up what their models use."""
        gain = self._earned(lane, model) - self._earned(lane, node)
        if self._rule == "proportional":
            widest = np.maximum(self._payoffs.gap[node], self._payoffs.gap[model])
            return self._beta * np.maximum(gain, 0.0) / np.where(widest > 0, widest, 1.0)
        with np.errstate(over="ignore"):
            return np.asarray(1.0 / (1.0 + np.exp(-self._beta * gain)))

    def _competition(self, node: Integers, uniforms: Floats) -> Integers:
        """Return whose strategy is taken up when candidates compete by fitness."""
        places, begins, lengths = self._candidates.spread(node)
        who = self._candidates.indices[places]
        earned = self._earned(np.repeat(self._lanes, lengths), who)
        if self._linear:
            fitness = self._linear_fitness(earned)
        else:
            best = np.maximum.reduceat(earned, begins)
            fitness = np.exp(self._beta * (earned - np.repeat(best, lengths)))
        place = choose_in_segments(self._candidates.weights[places] * fitness, begins, uniforms)
        return who[place]

    def _linear_fitness(self, earned: Floats) -> Floats:
        out = 1.0 - self._beta + self._beta * earned
        if not (out > 0).all():
            raise CoopgamesError(
                "selection_intensity must keep fitness 1 - w + w payoff above 0; got "
                f"{self._beta:g}, with fitness down to {out.min():.3g}: take "
                "fitness='exponential', or a smaller one"
            )
        return out

    def _fittest(self, uniforms: Floats) -> Integers:
        """Return a node of each replicate, drawn in proportion to fitness."""
        cumulated = np.cumsum(self._sums, axis=1)
        mark = uniforms * cumulated[:, -1]
        row = (cumulated <= mark[:, None]).sum(axis=1)
        np.minimum(row, self._sums.shape[1] - 1, out=row)
        mark -= cumulated[self._lanes, row] - self._sums[self._lanes, row]
        inside = np.cumsum(self._fitness[self._lanes, row], axis=1)
        place = (inside <= mark[:, None]).sum(axis=1)
        # Rounding may carry a draw to the end of its row, which belongs to the last node there.
        np.minimum(place, self._width - 1, out=place)
        return np.asarray(np.minimum(row * self._width + place, self._payoffs.nodes - 1))

    def _refresh(self, lane: Integers, node: Integers) -> None:
        """Write the fitness of nodes, which stand in rows of about sqrt(nodes), and their sums."""
        earned = self._earned(lane, node)
        if self._linear:
            fitness = self._linear_fitness(earned)
        else:
            fitness = np.exp(self._beta * (earned - self._payoffs.high))
        row = node // self._width
        self._fitness[lane, row, node % self._width] = fitness
        # Added up anew, as differences would lose what is small beside what was large.
        self._sums[lane, row] = self._fitness[lane, row].sum(axis=1)

    def _switch(
        self,
        lanes: Integers,
        node: Integers,
        old: npt.NDArray[np.int8],
        new: npt.NDArray[np.int8],
    ) -> None:
        """Let nodes take up another strategy in the replicates named."""
        if not lanes.size:
            return
        who = node[lanes]
        self._strategy[lanes, who] = new[lanes]
        before, after = old[lanes].astype(np.int64), new[lanes].astype(np.int64)
        self._counts[lanes, before] -= 1
        self._counts[lanes, after] += 1
        self._payoffs.switch(lanes, who, before, after)
        if self._rule == "birth-death":
            places, _, lengths = self._affected.spread(who)
            self._refresh(np.repeat(lanes, lengths), self._affected.indices[places])
