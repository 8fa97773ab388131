r"""What finite processes share: a population, and where mutants go.

With probability mu an individual that revises, or is born, mutates; Q[i, j] is the probability that
a mutant of i follows j. By default mu is 1 / Z (our assumption) and Q uniform over the other
strategies. Q may keep mutants where they were.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import count, probability
from ...errors import CoopgamesError

__all__ = ["Mutates", "check_population"]

Floats = npt.NDArray[np.float64]

#: Individuals of a population where no size is given, our assumption.
DEFAULT_SIZE = 100
#: How far a row of a mutation matrix may be from summing to one.
ROW_TOLERANCE = 1e-9


class Mutates:
    """A process with a population size, a mutation probability and a law of mutants."""

    __slots__ = ()

    population_size: int | None
    mutation_probability: float | None
    mutation_matrix: npt.ArrayLike | None

    @property
    def individuals(self) -> int:
        """Z of a single population: 100 where no size is given (our assumption)."""
        return DEFAULT_SIZE if self.population_size is None else self.population_size

    @property
    def mutation(self) -> float:
        """The mutation probability in use."""
        given = self.mutation_probability
        return 1.0 / self.individuals if given is None else given

    def mutation_in(self, sizes: npt.NDArray[np.int64]) -> Floats:
        """Return the mutation probability in populations of other sizes, shape of ``sizes``.

        Where none is given it is one over the size; an individual that is alone in its population
        mutates as in one of the process's own size.
        """
        if self.mutation_probability is not None:
            return np.full(sizes.shape, self.mutation_probability)
        return np.asarray(1.0 / np.where(sizes == 1, self.individuals, sizes))

    def mutation_law(self, strategies: int) -> Floats:
        """Return Q, shape (s, s), rows summing to one.

        Raises
        ------
        CoopgamesError
            If the matrix given is for another number of strategies.
        """
        if self.mutation_matrix is None:
            return np.asarray((1.0 - np.eye(strategies)) / max(strategies - 1, 1))
        given = np.asarray(self.mutation_matrix, dtype=float)
        if given.shape[0] != strategies:
            raise CoopgamesError(
                f"mutation_matrix must have shape ({strategies}, {strategies}), a row for each "
                f"strategy of the game; got {given.shape}"
            )
        return np.asarray(given / given.sum(axis=1, keepdims=True))


def check_population(process: Any) -> None:
    """Check the fields of `Mutates`, and make plain data of a mutation matrix."""
    if process.population_size is not None:
        count("population_size", process.population_size, 2)
    if process.mutation_probability is not None:
        probability("mutation_probability", process.mutation_probability)
    if process.mutation_matrix is not None:
        plain = _plain(process.mutation_matrix)
        object.__setattr__(process, "mutation_matrix", plain)


def _plain(matrix: npt.ArrayLike) -> tuple[tuple[float, ...], ...]:
    try:
        given = np.asarray(matrix, dtype=float)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or given.size == 0:
        raise CoopgamesError(
            f"mutation_matrix must be square, what mutants of each strategy become; got {matrix!r}"
        )
    sums = given.sum(axis=1)
    if not ((given >= 0).all() and (np.abs(sums - 1.0) <= ROW_TOLERANCE).all()):
        raise CoopgamesError(
            "mutation_matrix must have entries >= 0 and rows that sum to 1; got smallest entry "
            f"{given.min():g}, row sums {sums.tolist()}"
        )
    return tuple(tuple(row) for row in given.tolist())
