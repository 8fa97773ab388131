r"""Processes of one step: at most one individual changes its strategy.

Each gives the probability of every such change at any counts and payoffs. From it come, in one
population and with two strategies, the chances T+(j) and T-(j) of the first to gain or lose one
where j follow it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...kernels.markov.switching import Moves, all_moves, relevant
from ..populations.outcome import PopulationOutcome
from ..populations.stationary import one_step_law
from .mutation import Mutates

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["OneStep", "checked_state", "two_strategies"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Chances below this stand for it where times are asked for.
SMALLEST_RATE = 1e-290


class OneStep(Mutates, ABC):
    """A process in which at most one individual changes its strategy in a step."""

    __slots__ = ()

    @property
    def steps_per_generation(self) -> int:
        """Z, as one individual changes at a time."""
        return self.individuals

    @abstractmethod
    def moves(
        self, counts: Integers, payoffs: Floats, mutation: float | Floats, law: Floats
    ) -> Moves:
        """Return how likely one move from i to j is, as `coopgames.kernels.markov.switching`."""

    @abstractmethod
    def chain(self, payoffs: Floats) -> csr_matrix:
        """Return the transition matrix, shape (states, states), in one population.

        Parameters
        ----------
        payoffs : array, shape (states, s)
            At the compositions of Z in the order of `coopgames.kernels.simplex.compositions`.
        """

    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""

    def long_run(self, game: SymmetricGame) -> PopulationOutcome:
        """Return the stationary law; see `coopgames.evolve`."""
        return one_step_law(game, self)

    def switching(self, counts: npt.ArrayLike, payoffs: npt.ArrayLike) -> Floats:
        """Return how likely one individual of a population changes its strategy in a step.

        Parameters
        ----------
        counts : array_like of int, shape (..., s)
            How many follow each strategy. Their sum, at least 1, is the size of the population;
            ``population_size`` is not used.
        payoffs : array_like, shape (..., s)
            Of each strategy, not used where nobody follows it. An individual that is alone in its
            population compares its payoff with that of another strategy, drawn uniformly, so that
            there all of them are used; this is our assumption. [payoff]

        Returns
        -------
        array, shape (..., s, s)
            ``[..., i, j]``: from i to j, mutation included; 0 on the diagonal. Where no mutation
            probability is given it is one over the size of the population, or one over
            ``population_size`` for an individual that is alone (our assumption).

        Raises
        ------
        CoopgamesError
            If shapes don't fit, or a payoff that is used is not finite.
        """
        number, payoff = checked_state(counts, payoffs)
        strategies = number.shape[-1]
        mutation = self.mutation_in(number.sum(axis=-1))
        move = self.moves(number, payoff, mutation, self.mutation_law(strategies))
        return all_moves(move, strategies)

    def rates(self, first: Floats, second: Floats, mutation: float) -> tuple[Floats, Floats]:
        """Return (up, down) of the first of two strategies, payoffs at 1 .. Z - 1; shape (Z,)."""
        size = first.shape[-1] + 1
        counts, payoffs = two_strategies(first, second)
        law = self.mutation_law(2) if mutation else np.eye(2)
        move = self.moves(counts, payoffs, mutation, law)
        return move(1, 0)[:size], move(0, 1)[1:]

    def drift(self, first: Floats, second: Floats, mutation: float) -> Floats:
        """Return the expected change of the first of two strategies in a step, shape (Z + 1,)."""
        up, down = self.rates(first, second, mutation)
        return np.asarray(np.append(up, 0.0) - np.concatenate([[0.0], down]))

    @abstractmethod
    def log_fixation(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Return log fixation of one first among second and the reverse, payoffs (..., Z - 1)."""

    def fate(self, first: Floats, second: Floats) -> tuple[float, float, float]:
        """Return log fixation of one mutant, of payoffs ``first``, and its times.

        Until either is gone, and until the mutant has taken over given that it does. [steps]
        """
        return float(self.log_fixation(first, second)[0]), *self.times(first, second)

    def times(self, first: Floats, second: Floats) -> tuple[float, float]:
        """Return the two times of `fate`."""
        from ...kernels.markov.absorption import birth_death_times

        up, down = self.rates(first, second, 0.0)
        times = birth_death_times(np.maximum(up, SMALLEST_RATE), np.maximum(down, SMALLEST_RATE))
        return float(times.unconditional[1]), float(times.to_top[1])


def two_strategies(first: Floats, second: Floats) -> tuple[Integers, Floats]:
    """Return counts and payoffs where 0 .. Z follow the first, from payoffs at 1 .. Z - 1."""
    size = first.shape[-1] + 1
    # By column, each in one piece: a state's two entries are never wanted together.
    counts, payoffs = np.empty((2, size + 1), dtype=np.int64).T, np.empty((2, size + 1)).T
    counts[:, 0] = np.arange(size + 1)
    counts[:, 1] = counts[::-1, 0]
    payoffs[1:-1, 0], payoffs[1:-1, 1] = first, second
    # Where all follow one strategy its payoff decides nothing.
    payoffs[0], payoffs[-1] = payoffs[1], payoffs[-2]
    return counts, payoffs


def checked_state(counts: npt.ArrayLike, payoffs: npt.ArrayLike) -> tuple[Integers, Floats]:
    """Return counts and payoffs of populations, shape (..., s) each, checked."""
    given, payoff = np.asarray(counts), np.asarray(payoffs, dtype=float)
    if given.ndim == 0 or given.shape[-1] < 2 or given.shape != payoff.shape:
        raise CoopgamesError(
            "counts and payoffs must have one shape (..., s) with at least 2 strategies; "
            f"got {given.shape} and {payoff.shape}"
        )
    whole = given.dtype.kind in "iu" and (given >= 0).all() and (given.sum(axis=-1) >= 1).all()
    if not whole:
        raise CoopgamesError(
            "counts must be whole numbers >= 0, with at least one individual in each population"
        )
    number = given.astype(np.int64)
    if not np.isfinite(payoff[relevant(number)]).all():
        raise CoopgamesError(
            "payoffs must be finite wherever somebody follows a strategy, and everywhere for an "
            "individual that is alone in its population"
        )
    return number, payoff
