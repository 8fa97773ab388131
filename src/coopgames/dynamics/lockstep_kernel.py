"""The lockstep kernel that advances replicates of a process in a symmetric game."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..games import SymmetricGame
from ..kernels.lockstep_births import MoranLockstep
from ..kernels.lockstep_compositions import FermiLockstep
from ..kernels.lockstep_payoffs import MatrixPayoffs, Payoffs, TablePayoffs
from ..kernels.lockstep_populations import BirthDeathLockstep
from ..kernels.simplex import compositions, number_of_compositions
from .finite import Fermi, Moran, payoffs_of_two

__all__ = ["lockstep_kernel"]

Integers = npt.NDArray[np.int64]

#: Compositions up to which payoffs are tabulated.
LARGEST_TABLE = 200_000


def lockstep_kernel(game: SymmetricGame, process: Fermi | Moran) -> Callable[[Integers], Any]:
    """Return what turns starting counts, shape (replicates, s), into a lockstep kernel."""
    if game.size == 2:
        up, down = process.rates(*payoffs_of_two(game, process, 0, 1), process.mutation)
        return lambda counts: BirthDeathLockstep(counts[:, 0], up, down)
    payoffs = _payoffs(game, process)
    if isinstance(process, Moran):
        return lambda counts: MoranLockstep(counts, payoffs, mutation_probability=process.mutation)
    return lambda counts: FermiLockstep(
        counts,
        payoffs,
        selection_intensity=process.selection_intensity,
        mutation_probability=process.mutation,
        role_model=process.role_model,
    )


def _payoffs(game: SymmetricGame, process: Fermi | Moran) -> Payoffs:
    """Return payoffs, or fitness, as the kernel asks for them."""
    size = process.population_size
    if game.players == 2 and isinstance(process, Fermi):
        return MatrixPayoffs(game.matrix(), population_size=size)
    cells = number_of_compositions(size, game.size)
    if cells > LARGEST_TABLE:
        raise BudgetError(
            f"{game.size} strategies among {size} make {cells:.3g} compositions, more than the "
            f"{LARGEST_TABLE:,} that are tabulated; take a smaller population, or Fermi and two "
            "players"
        )
    table = game.payoffs_in_population(compositions(size, game.size))
    if isinstance(process, Moran):
        table = process.fitness_of(table, compositions(size, game.size) > 0)
    return TablePayoffs(table, population_size=size)
