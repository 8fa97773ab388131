r"""Imitation in finite populations: Fermi pairwise comparison and the Moran process.

One individual changes per step. Under the Fermi rule it meets a role model and imitates it with
the logistic of beta times the payoff difference; under the Moran rule an individual reproduces in
proportion to its fitness and its offspring replaces a random one. Payoffs are expected over groups
drawn without replacement. Two strategies make a birth-death chain, solved in closed form; more a
chain on the simplex of counts, solved directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, one_of
from ...errors import CoopgamesError
from ...kernels.markov.pairwise_fixation import fermi_log_ratio, log_fixation_both_ways
from ...kernels.markov.switching import Moves, fermi_moves, moran_moves, relevant
from ...kernels.simplex import compositions
from .fitness import Breeds, check_fitness
from .mutation import check_population
from .one_step import OneStep

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Fermi", "Moran"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fermi(OneStep):
    """Pairwise comparison with the Fermi rule.

    Parameters
    ----------
    population_size : int, optional
        Z, at least 2; by default 100 (our assumption), and in the roles of an institution's game
        the states themselves. [individuals]
    selection_intensity : float
        beta, at least 0; inf, strong imitation, in the limit of rare mutations only. [1/payoff]
    mutation_probability : float, optional
        Probability that the revising individual mutates, in [0, 1]; 1 / Z by default (our
        assumption).
    mutation_matrix : array_like, shape (s, s), optional
        What a mutant of each strategy becomes: entries at least 0, rows sum to 1. Uniform over the
        other strategies by default.
    role_model : {'anyone', 'others'}
        Whether the role model is drawn from all Z or from the Z - 1 others.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909. doi:10.1103/PhysRevE.74.011909

    Examples
    --------
    >>> from coopgames.dynamics import fixation
    >>> from coopgames.games.classics import donation_game
    >>> process = Fermi(population_size=50, selection_intensity=0.1)
    >>> round(fixation(donation_game(2, 1), process, "cooperate", "defect").probability, 9)
    0.000605982
    """

    population_size: int | None = None
    selection_intensity: float = 1.0
    mutation_probability: float | None = None
    mutation_matrix: npt.ArrayLike | None = None
    role_model: Literal["anyone", "others"] = "anyone"

    def __post_init__(self) -> None:
        check_population(self)
        if self.selection_intensity != np.inf:
            at_least("selection_intensity", self.selection_intensity, 0)
        one_of("role_model", self.role_model, ("anyone", "others"))

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "fermi",
            "population_size": self.population_size,
            "selection_intensity": self.selection_intensity,
            "mutation_probability": self.mutation_probability,
            "mutation_matrix": self.mutation_matrix,
            "role_model": self.role_model,
        }

    def log_fixation(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Return log fixation of one first among second and the reverse, payoffs (..., Z - 1)."""
        gain = first - second
        return log_fixation_both_ways(
            fermi_log_ratio(gain, selection_intensity=self.selection_intensity)
        )

    def times(self, first: Floats, second: Floats) -> tuple[float, float]:
        """Return the times of one mutant; NaN with infinitely strong imitation."""
        if self.selection_intensity == np.inf:
            return float("nan"), float("nan")
        return OneStep.times(self, first, second)

    def moves(
        self, counts: Integers, payoffs: Floats, mutation: float | Floats, law: Floats
    ) -> Moves:
        """Return the probability of one move from i to j.

        Raises
        ------
        CoopgamesError
            If imitation is infinitely strong.
        """
        return fermi_moves(
            counts,
            payoffs,
            selection_intensity=self._finite(),
            mutation_probability=mutation,
            mutation=law,
            role_model=self.role_model,
        )

    def _finite(self) -> float:
        if self.selection_intensity == np.inf:
            raise CoopgamesError(
                "selection_intensity must be finite here; got inf: strong imitation has fixation "
                "probabilities and a limit of rare mutations (small_mutation_limit)"
            )
        return self.selection_intensity

    def chain(self, payoffs: Floats) -> csr_matrix:
        """Return the transition matrix in one population, payoffs at all compositions."""
        from ...kernels.markov.simplex_chain import pairwise_comparison_chain

        return pairwise_comparison_chain(
            payoffs,
            population_size=self.individuals,
            selection_intensity=self._finite(),
            mutation_probability=self.mutation,
            mutation_matrix=self.mutation_law(payoffs.shape[-1]),
            role_model=self.role_model,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moran(Breeds, OneStep):
    """The frequency-dependent Moran process.

    Parameters
    ----------
    population_size : int, optional
        Z, at least 2; by default 100 (our assumption), and in the roles of an institution's game
        the states themselves. [individuals]
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
    Nowak, Sasaki, Taylor & Fudenberg (2004) Nature 428:646. doi:10.1038/nature02414

    Examples
    --------
    A mutant of fitness 2 among nine of fitness 1:

    >>> from coopgames.dynamics import fixation
    >>> from coopgames.games import matrix_game
    >>> fitter = matrix_game([[2, 2], [1, 1]], ("fit", "plain"))
    >>> process = Moran(population_size=10, selection_intensity=1.0, fitness="linear")
    >>> round(fixation(fitter, process, "fit", "plain").probability, 12)
    0.500488758553
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
            "dynamic": "moran",
            "population_size": self.population_size,
            "selection_intensity": self.selection_intensity,
            "fitness": self.fitness,
            "mutation_probability": self.mutation_probability,
            "mutation_matrix": self.mutation_matrix,
        }

    def log_fixation(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Return log fixation of one first among second and the reverse, payoffs (..., Z - 1)."""
        if self.fitness == "exponential":
            return log_fixation_both_ways(-self.selection_intensity * (first - second))
        both = np.log(self.fitness_of(np.stack([first, second])))
        return log_fixation_both_ways(both[1] - both[0])

    def moves(
        self, counts: Integers, payoffs: Floats, mutation: float | Floats, law: Floats
    ) -> Moves:
        """Return the probability of one move from i to j.

        Raises
        ------
        CoopgamesError
            If linear fitness is not above 0.
        """
        fitness = self.fitness_of(payoffs, relevant(counts))
        return moran_moves(counts, fitness, mutation_probability=mutation, mutation=law)

    def chain(self, payoffs: Floats) -> csr_matrix:
        """Return the transition matrix in one population, payoffs at all compositions."""
        from ...kernels.markov.simplex_chain import moran_chain

        present = compositions(self.individuals, payoffs.shape[-1]) > 0
        return moran_chain(
            self.fitness_of(payoffs, present),
            population_size=self.individuals,
            mutation_probability=self.mutation,
            mutation_matrix=self.mutation_law(payoffs.shape[-1]),
        )
