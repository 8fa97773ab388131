r"""Imitation of the best in a sample: selection that only asks who earns more.

One individual per step looks at k role models and takes up the best paid strategy among theirs and
its own, its own where that is among the best. Without mutation nobody ever takes up what earns
less or as much, so that one mutant takes over surely, or not at all, or the two coexist for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count, one_of
from ...kernels.markov.switching import Moves, best_of_sample_moves, payoff_ranks
from .mutation import check_population
from .one_step import OneStep

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["BestOfSample"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOfSample(OneStep):
    """Imitation of the best paid in a sample.

    Payoffs closer than 1e-12, relative to the largest where that is above 1, are tied. Of several
    best strategies an individual keeps its own, else it takes that of the first it drew.

    Parameters
    ----------
    population_size : int, optional
        Z, at least 2; by default 100 (our assumption), and in the roles of an institution's game
        the states themselves. [individuals]
    sample : int
        k, at least 1: role models, drawn with replacement. By default 1, our assumption: imitate
        if better. [individuals]
    mutation_probability : float, optional
        Probability that the revising individual mutates, in [0, 1]; 1 / Z by default (our
        assumption).
    mutation_matrix : array_like, shape (s, s), optional
        What a mutant of each strategy becomes: entries at least 0, rows sum to 1. Uniform over the
        other strategies by default.
    role_model : {'anyone', 'others'}
        Whether role models are drawn from all Z or from the Z - 1 others.

    References
    ----------
    Nowak & May (1992) Nature 359:826, doi:10.1038/359826a0, where the sample is the neighbourhood.

    Examples
    --------
    >>> from coopgames.dynamics import fixation
    >>> from coopgames.games.classics import donation_game
    >>> process = BestOfSample(population_size=50, sample=3)
    >>> fixation(donation_game(2, 1), process, "cooperate", "defect").probability
    0.0
    >>> fixation(donation_game(2, 1), process, "defect", "cooperate").probability
    1.0
    """

    population_size: int | None = None
    sample: int = 1
    mutation_probability: float | None = None
    mutation_matrix: npt.ArrayLike | None = None
    role_model: Literal["anyone", "others"] = "anyone"

    def __post_init__(self) -> None:
        check_population(self)
        count("sample", self.sample)
        one_of("role_model", self.role_model, ("anyone", "others"))

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "best_of_sample",
            "population_size": self.population_size,
            "sample": self.sample,
            "mutation_probability": self.mutation_probability,
            "mutation_matrix": self.mutation_matrix,
            "role_model": self.role_model,
        }

    def log_fixation(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Return log fixation of one first among second and the reverse, payoffs (..., Z - 1).

        0 or -inf, and NaN where the two coexist for ever: also where the first to be reached is a
        tie, at which nobody imitates anybody.
        """
        sign = _signs(first, second)
        return _log_fixation(sign), _log_fixation(-sign[..., ::-1])

    def times(self, first: Floats, second: Floats) -> tuple[float, float]:
        """Return the times of one mutant; the first is infinite where the two coexist for ever."""
        sign = _signs(first, second)
        up, down = self.rates(first, second, 0.0)
        if sign[0] < 0:
            return float(1.0 / down[0]), float("nan")
        if (sign > 0).all():
            whole = float((1.0 / up[1:]).sum())
            return whole, whole
        return float("inf"), float("nan")

    def moves(
        self, counts: Integers, payoffs: Floats, mutation: float | Floats, law: Floats
    ) -> Moves:
        """Return the probability of one move from i to j."""
        return best_of_sample_moves(
            counts,
            payoffs,
            sample=self.sample,
            mutation_probability=mutation,
            mutation=law,
            role_model=self.role_model,
        )

    def chain(self, payoffs: Floats) -> csr_matrix:
        """Return the transition matrix in one population, payoffs at all compositions."""
        from ...kernels.markov.simplex_chain import best_of_sample_chain

        return best_of_sample_chain(
            payoffs,
            population_size=self.individuals,
            sample=self.sample,
            mutation_probability=self.mutation,
            mutation_matrix=self.mutation_law(payoffs.shape[-1]),
            role_model=self.role_model,
        )


def _signs(first: Floats, second: Floats) -> Integers:
    """Return 1 where the first earns more, 0 in ties, -1 where it earns less."""
    both = np.stack([first, second], axis=-1)
    rank = payoff_ranks(both, np.ones(both.shape, dtype=bool))
    return np.asarray(rank[..., 0] - rank[..., 1])


def _log_fixation(sign: Integers) -> Floats:
    """Return log fixation of one mutant from who earns more at 1 .. Z - 1 of them."""
    wins = (sign > 0).all(axis=-1)
    return np.select([sign[..., 0] < 0, wins], [np.full(wins.shape, -np.inf), 0.0], np.nan)
