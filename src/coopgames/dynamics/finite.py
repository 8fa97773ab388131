r"""Imitation in finite populations: Fermi pairwise comparison and the Moran process.

One individual changes per step. Under the Fermi rule it meets a role model and imitates it with
the logistic of beta times the payoff difference; under the Moran rule an individual reproduces in
proportion to its fitness and its offspring replaces a random one. Payoffs are expected over groups
drawn without replacement. Two strategies make a birth-death chain, solved in closed form; more a
chain on the simplex of counts, solved directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from .._checks import at_least, count, one_of, probability
from ..errors import BudgetError, CoopgamesError
from ..games import SymmetricGame
from ..kernels.birth_death import birth_death_stationary, pairwise_comparison_rates
from ..kernels.birth_death_rates import moran_rates
from ..kernels.pairwise_fixation import fermi_log_ratio
from ..kernels.simplex import compositions, number_of_compositions
from ..outcomes import Certificate
from ..provenance import provenance
from .population import PopulationOutcome

__all__ = ["Fermi", "Moran", "payoffs_of_two"]

Floats = npt.NDArray[np.float64]

#: States of a chain that are still assembled.
LARGEST_CHAIN = 120_000


class _Process(Protocol):
    """What a process must offer."""

    @property
    def population_size(self) -> int: ...
    def parameters(self) -> dict[str, Any]: ...
    def log_loss(self, own: Floats, other: Floats) -> Floats: ...
    def rates(self, first: Floats, second: Floats, mutation: float) -> tuple[Floats, Floats]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fermi:
    """Pairwise comparison with the Fermi rule.

    Parameters
    ----------
    population_size : int
        Z, at least 2. [individuals]
    selection_intensity : float
        beta, at least 0; inf, strong imitation, in the limit of rare mutations only. [1/payoff]
    mutation_probability : float, optional
        Probability that the revising individual switches to another strategy, uniformly, in
        [0, 1]; 1 / Z by default (our assumption).
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

    population_size: int = 100
    selection_intensity: float = 1.0
    mutation_probability: float | None = None
    role_model: Literal["anyone", "others"] = "anyone"

    def __post_init__(self) -> None:
        beta = self.selection_intensity
        _check(self.population_size, 0.0 if beta == np.inf else beta, self.mutation_probability)
        one_of("role_model", self.role_model, ("anyone", "others"))

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "fermi",
            "population_size": self.population_size,
            "selection_intensity": self.selection_intensity,
            "mutation_probability": self.mutation_probability,
            "role_model": self.role_model,
        }

    @property
    def mutation(self) -> float:
        """The mutation probability in use."""
        return _mutation(self.mutation_probability, self.population_size)

    def log_loss(self, own: Floats, other: Floats) -> Floats:
        """Return log T- / T+ of a strategy with payoff ``own`` against ``other``."""
        return fermi_log_ratio(own - other, selection_intensity=self.selection_intensity)

    def rates(self, first: Floats, second: Floats, mutation: float) -> tuple[Floats, Floats]:
        """Return (up, down) of the first strategy, payoffs at 1 .. Z - 1; shape (Z,) each.

        Raises
        ------
        CoopgamesError
            If imitation is infinitely strong.
        """
        if self.selection_intensity == np.inf:
            raise CoopgamesError(
                "selection_intensity must be finite here; got inf: strong imitation has fixation "
                "probabilities and a limit of rare mutations (small_mutation_limit)"
            )
        return pairwise_comparison_rates(
            first - second,
            selection_intensity=self.selection_intensity,
            mutation_probability=mutation,
            role_model=self.role_model,
        )

    def long_run(self, game: SymmetricGame) -> PopulationOutcome:
        """Return the stationary law; see `coopgames.evolve`."""

        def chain(payoffs: Floats) -> Any:
            from ..kernels.simplex_chain import pairwise_comparison_chain

            return pairwise_comparison_chain(
                payoffs,
                population_size=self.population_size,
                selection_intensity=self.selection_intensity,
                mutation_probability=self.mutation,
                role_model=self.role_model,
            )

        return _long_run(game, self, self.mutation, chain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moran:
    """The frequency-dependent Moran process.

    Parameters
    ----------
    population_size : int
        Z, at least 2. [individuals]
    selection_intensity : float
        At least 0; at most 1 for linear fitness. [1/payoff]
    fitness : {'exponential', 'linear'}
        exp(beta payoff), or 1 - w + w payoff, which must stay above 0.
    mutation_probability : float, optional
        Probability that an offspring follows another strategy, uniformly, in [0, 1]; 1 / Z by
        default (our assumption).

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

    population_size: int = 100
    selection_intensity: float = 1.0
    fitness: Literal["exponential", "linear"] = "exponential"
    mutation_probability: float | None = None

    def __post_init__(self) -> None:
        _check(self.population_size, self.selection_intensity, self.mutation_probability)
        if one_of("fitness", self.fitness, ("exponential", "linear")) == "linear":
            probability("selection_intensity", self.selection_intensity)

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "moran",
            "population_size": self.population_size,
            "selection_intensity": self.selection_intensity,
            "fitness": self.fitness,
            "mutation_probability": self.mutation_probability,
        }

    @property
    def mutation(self) -> float:
        """The mutation probability in use."""
        return _mutation(self.mutation_probability, self.population_size)

    def fitness_of(self, payoffs: Floats, present: npt.NDArray[np.bool_] | None = None) -> Floats:
        """Return fitness, 1 where nobody follows a strategy.

        Raises
        ------
        CoopgamesError
            If linear fitness is not above 0 wherever somebody follows the strategy.
        """
        there = np.ones(payoffs.shape, dtype=bool) if present is None else present
        if self.fitness == "exponential":
            # Only ratios matter; the largest is 1.
            best = np.where(there, payoffs, -np.inf).max(axis=-1, keepdims=True)
            shifted = np.where(there, payoffs - best, 0.0)
            return np.asarray(np.exp(self.selection_intensity * shifted))
        out = 1.0 - self.selection_intensity + self.selection_intensity * payoffs
        out = np.where(there, out, 1.0)
        if not (out > 0).all():
            raise CoopgamesError(
                f"selection_intensity must keep fitness 1 - w + w payoff above 0; "
                f"got {self.selection_intensity:g}, with fitness down to {out.min():.3g}: take "
                "fitness='exponential', or a smaller one"
            )
        return np.asarray(out)

    def log_loss(self, own: Floats, other: Floats) -> Floats:
        """Return log T- / T+ of a strategy with payoff ``own`` against ``other``."""
        if self.fitness == "exponential":
            return -self.selection_intensity * (own - other)
        both = self.fitness_of(np.stack([own, other], axis=-1))
        return np.asarray(np.log(both[..., 1]) - np.log(both[..., 0]))

    def rates(self, first: Floats, second: Floats, mutation: float) -> tuple[Floats, Floats]:
        """Return (up, down) of the first strategy, payoffs at 1 .. Z - 1; shape (Z,) each."""
        # Only ratios matter: the second strategy has fitness 1, the first what it gains less.
        ratio = np.exp(-self.log_loss(first, second))
        own = np.append(ratio, 1.0)
        return moran_rates(own, np.ones_like(own), mutation_probability=mutation)

    def long_run(self, game: SymmetricGame) -> PopulationOutcome:
        """Return the stationary law; see `coopgames.evolve`."""

        def chain(payoffs: Floats) -> Any:
            from ..kernels.simplex_chain import moran_chain

            present = compositions(self.population_size, game.size) > 0
            return moran_chain(
                self.fitness_of(payoffs, present),
                population_size=self.population_size,
                mutation_probability=self.mutation,
            )

        return _long_run(game, self, self.mutation, chain)


def _check(population_size: int, selection_intensity: float, mutation: float | None) -> None:
    count("population_size", population_size, 2)
    at_least("selection_intensity", selection_intensity, 0)
    if mutation is not None:
        probability("mutation_probability", mutation)


def _mutation(given: float | None, population_size: int) -> float:
    return 1.0 / population_size if given is None else given


# --- two strategies --------------------------------------------------------------------------


def payoffs_of_two(
    game: SymmetricGame, process: _Process, first: int, second: int
) -> tuple[Floats, Floats]:
    """Return payoffs of both strategies where 1 .. Z - 1 follow the first, nobody a third."""
    size = process.population_size
    counts = np.zeros((size - 1, game.size), dtype=np.int64)
    counts[:, first] = np.arange(1, size)
    counts[:, second] = size - counts[:, first]
    payoffs = game.payoffs_in_population(counts)
    return payoffs[:, first], payoffs[:, second]


# --- the long run ----------------------------------------------------------------------------


def _long_run(
    game: SymmetricGame, process: Fermi | Moran, mutation: float, chain: Any
) -> PopulationOutcome:
    if mutation <= 0:
        raise CoopgamesError(
            "mutation_probability must be > 0 for a law that does not depend on the start; got 0: "
            "take small_mutation_limit for the limit"
        )
    size = process.population_size
    if game.size == 1:
        raise CoopgamesError("game must have at least two strategies; this one has one")
    if game.size == 2:
        states = np.stack([np.arange(size + 1), size - np.arange(size + 1)], axis=1)
        first, second = payoffs_of_two(game, process, 0, 1)
        law = birth_death_stationary(*process.rates(first, second, mutation))
        certificate = Certificate(method="birth-death", exact=True)
    else:
        number = number_of_compositions(size, game.size)
        if number > LARGEST_CHAIN:
            raise BudgetError(
                f"{game.size} strategies among {size} make {number:.3g} states, more than "
                f"{LARGEST_CHAIN:,}; take a smaller population, or small_mutation_limit"
            )
        from ..kernels.chains import stationary_law

        states = compositions(size, game.size)
        law, residual = stationary_law(chain(game.payoffs_in_population(states)))
        certificate = Certificate(method="sparse chain", exact=True, residual=residual)
    return PopulationOutcome(
        game=game,
        states=states,
        law=law,
        certificate=certificate,
        provenance=provenance(process.parameters() | {"players": game.players}),
    )
