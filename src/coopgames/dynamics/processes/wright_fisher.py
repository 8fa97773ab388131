r"""The Wright-Fisher process: whole generations, parents drawn by fitness.

Every one of the Z members of the next generation has a parent of its own, drawn with probability
n_k phi_k / sum_l n_l phi_l, and mutates with probability mu. The next counts are multinomial, and
the chain over compositions is dense.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...games import SymmetricGame
from ...kernels.markov.switching import births, relevant
from ...kernels.simplex import compositions
from ...outcomes import Certificate
from ..populations.outcome import PopulationOutcome
from ..populations.stationary import check_ergodic, population_outcome
from .fitness import Breeds, check_fitness
from .mutation import Mutates, check_population
from .one_step import checked_state, two_strategies

__all__ = ["WrightFisher"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrightFisher(Breeds, Mutates):
    """The frequency-dependent Wright-Fisher process. A step is a generation.

    Parameters
    ----------
    population_size : int
        Z, at least 2. The exact law takes up to 4,000 states: 3,999 individuals with two
        strategies, 87 with three. [individuals]
    selection_intensity : float
        At least 0; at most 1 for linear fitness. [1/payoff]
    fitness : {'exponential', 'linear'}
        exp(beta payoff), or 1 - w + w payoff, which must stay above 0.
    mutation_probability : float, optional
        Probability that an offspring mutates, in [0, 1]; 1 / Z by default (our assumption).
    mutation_matrix : array_like, shape (s, s), optional
        What a mutant of each parent becomes: entries at least 0, rows sum to 1. Uniform over the
        other strategies by default.

    References
    ----------
    Imhof & Nowak (2006) J. Math. Biol. 52:667. doi:10.1007/s00285-005-0369-8

    Examples
    --------
    >>> from coopgames.dynamics import fixation
    >>> from coopgames.games.classics import stag_hunt
    >>> process = WrightFisher(population_size=20, selection_intensity=0.0)
    >>> round(fixation(stag_hunt(), process, "stag", "hare").probability, 12)
    0.05
    """

    population_size: int | None = None
    selection_intensity: float = 1.0
    fitness: Literal["exponential", "linear"] = "exponential"
    mutation_probability: float | None = None
    mutation_matrix: npt.ArrayLike | None = None

    def __post_init__(self) -> None:
        check_population(self)
        check_fitness(self)

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "wright_fisher",
            "population_size": self.population_size,
            "selection_intensity": self.selection_intensity,
            "fitness": self.fitness,
            "mutation_probability": self.mutation_probability,
            "mutation_matrix": self.mutation_matrix,
        }

    @property
    def steps_per_generation(self) -> int:
        """1, as a step is a generation."""
        return 1

    def offspring(self, counts: npt.ArrayLike, payoffs: npt.ArrayLike) -> Floats:
        """Return what members of the next generation follow.

        Parameters
        ----------
        counts : array_like of int, shape (..., s)
            How many follow each strategy. Their sum, at least 1, is the size of the population;
            ``population_size`` is not used.
        payoffs : array_like, shape (..., s)
            Of each strategy, not used where nobody follows it. Of an individual that is alone in
            its population all are used: with another strategy, drawn uniformly, it competes by
            fitness for its place; this is our assumption. [payoff]

        Returns
        -------
        array, shape (..., s)
            Probability that a member follows each strategy, mutation included; sums to one. Where
            no mutation probability is given it is one over the size of the population, or one over
            ``population_size`` for an individual that is alone (our assumption).

        Raises
        ------
        CoopgamesError
            If shapes don't fit, or a payoff that is used is not finite, or linear fitness is not
            above 0.
        """
        number, payoff = checked_state(counts, payoffs)
        mutation = self.mutation_in(number.sum(axis=-1))
        return self._births(number, payoff, mutation, self.mutation_law(number.shape[-1]))

    def _births(
        self, counts: Integers, payoffs: Floats, mutation: float | Floats, law: Floats
    ) -> Floats:
        fitness = self.fitness_of(payoffs, relevant(counts))
        return births(counts, fitness, mutation_probability=mutation, mutation=law)

    def of_two(self, first: Floats, second: Floats, mutation: float) -> Floats:
        """Return what children follow where 0 .. Z follow the first of two; shape (Z + 1, 2)."""
        law = self.mutation_law(2) if mutation else np.eye(2)
        return self._births(*two_strategies(first, second), mutation, law)

    def drift(self, first: Floats, second: Floats, mutation: float) -> Floats:
        """Return the expected change of the first of two in a generation, shape (Z + 1,)."""
        size = first.shape[-1] + 1
        children = self.of_two(first, second, mutation)
        # j (1 - share) - (Z - j) share: no more is lost in the difference than is there.
        j = np.arange(size + 1)
        return np.asarray((size - j) * children[:, 0] - j * children[:, 1])

    def log_fixation(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Return log fixation of one first among second and the reverse, payoffs (..., Z - 1)."""
        from ...kernels.markov.wright_fisher import wright_fisher_log_fixation

        rows = first.shape[:-1]
        out = np.empty((2, *rows))
        for row in np.ndindex(rows):
            both = wright_fisher_log_fixation(self.of_two(first[row], second[row], 0.0))
            out[(0, *row)], out[(1, *row)] = both
        # Rounding must not make a certainty more than certain.
        np.minimum(out, 0.0, out=out)
        return out[0], out[1]

    def fate(self, first: Floats, second: Floats) -> tuple[float, float, float]:
        """Return log fixation of one mutant, of payoffs ``first``, and its times.

        Until either is gone, and until the mutant has taken over given that it does. [generations]
        """
        from ...kernels.markov.wright_fisher import wright_fisher_fixation

        found = wright_fisher_fixation(self.of_two(first, second, 0.0))
        return found.log_probability, found.time, found.conditional_time

    def chain(self, payoffs: Floats) -> Floats:
        """Return the transition matrix in one population, payoffs at all compositions; dense."""
        from ...kernels.markov.wright_fisher import wright_fisher_logs

        logs = wright_fisher_logs(self._children(payoffs), self.individuals)
        transition = np.exp(logs, out=logs)
        return np.asarray(transition / transition.sum(axis=1, keepdims=True))

    def long_run(self, game: SymmetricGame) -> PopulationOutcome:
        """Return the stationary law; see `coopgames.evolve`."""
        from ...kernels.markov.wright_fisher import wright_fisher_law, wright_fisher_states

        check_ergodic(game, self)
        size = self.individuals
        wright_fisher_states(size, game.size)
        states = compositions(size, game.size)
        children = self._children(game.payoffs_in_population(states))
        law, residual = wright_fisher_law(children, size)
        certificate = Certificate(method="dense chain", exact=True, residual=residual)
        return population_outcome(game, self, states, law, certificate)

    def _children(self, payoffs: Floats) -> Floats:
        """Return what children follow, payoffs at all compositions."""
        strategies = payoffs.shape[-1]
        states = compositions(self.individuals, strategies)
        return self._births(states, payoffs, self.mutation, self.mutation_law(strategies))
