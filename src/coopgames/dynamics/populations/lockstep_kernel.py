"""The lockstep kernel that advances replicates of a process in a symmetric game."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError
from ...games import SymmetricGame
from ...kernels.lockstep.births import MoranLockstep, WrightFisherLockstep, WrightFisherOfTwo
from ...kernels.lockstep.compositions import BestOfSampleLockstep, FermiLockstep
from ...kernels.lockstep.payoffs import FunctionPayoffs, MatrixPayoffs, Payoffs, TablePayoffs
from ...kernels.lockstep.populations import BirthDeathLockstep
from ...kernels.markov.switching import payoff_ranks
from ...kernels.simplex import compositions, number_of_compositions
from ..processes.best_of_sample import BestOfSample
from ..processes.every import FiniteProcess
from ..processes.fermi_and_moran import Fermi, Moran
from ..processes.wright_fisher import WrightFisher
from .stationary import payoffs_of_two

__all__ = ["draws_uniforms_only", "lockstep_kernel"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Compositions up to which payoffs are tabulated.
LARGEST_TABLE = 200_000


def draws_uniforms_only(process: FiniteProcess) -> bool:
    """Return whether its kernels take `coopgames.kernels.lockstep.streams.Streams`."""
    return not isinstance(process, WrightFisher)


def lockstep_kernel(game: SymmetricGame, process: FiniteProcess) -> Callable[[Integers], Any]:
    """Return what turns starting counts, shape (replicates, s), into a lockstep kernel.

    The states of kernels of two strategies are the number of the first, shape (replicates,);
    otherwise counts, shape (replicates, s).

    Raises
    ------
    BudgetError
        If payoffs would need too large a table.
    """
    if game.size == 2:
        return _of_two(game, process)
    payoffs = _payoffs(game, process)
    law, mu = process.mutation_law(game.size), process.mutation
    if isinstance(process, Moran):
        return lambda counts: MoranLockstep(counts, payoffs, mutation_probability=mu, mutation=law)
    if isinstance(process, WrightFisher):
        return lambda counts: WrightFisherLockstep(
            counts, payoffs, mutation_probability=mu, mutation=law
        )
    if isinstance(process, BestOfSample):
        return lambda counts: BestOfSampleLockstep(
            counts,
            payoffs,
            sample=process.sample,
            mutation_probability=mu,
            mutation=law,
            role_model=process.role_model,
        )
    return lambda counts: FermiLockstep(
        counts,
        payoffs,
        selection_intensity=process.selection_intensity,
        mutation_probability=mu,
        mutation=law,
        role_model=process.role_model,
    )


def _of_two(game: SymmetricGame, process: FiniteProcess) -> Callable[[Integers], Any]:
    payoffs = payoffs_of_two(game, process, 0, 1)
    if isinstance(process, WrightFisher):
        share = process.of_two(*payoffs, process.mutation)[:, 0]
        return lambda counts: WrightFisherOfTwo(counts[:, 0], share)
    up, down = process.rates(*payoffs, process.mutation)
    return lambda counts: BirthDeathLockstep(counts[:, 0], up, down)


def _payoffs(game: SymmetricGame, process: FiniteProcess) -> Payoffs:
    """Return payoffs, their ranks or fitness, as the kernel asks for them."""
    size = process.individuals
    if game.players == 2 and isinstance(process, Fermi):
        return MatrixPayoffs(game.matrix(), population_size=size)
    cells = number_of_compositions(size, game.size)
    if cells <= LARGEST_TABLE:
        return TablePayoffs(_at(game, process, compositions(size, game.size)), population_size=size)
    if isinstance(process, WrightFisher):
        # One evaluation per generation costs little beside the many steps of the others.
        return FunctionPayoffs(
            lambda counts: _at(game, process, counts.T).T,
            strategies=game.size,
            population_size=size,
        )
    raise BudgetError(
        f"{game.size} strategies among {size} make {cells:.3g} compositions, more than the "
        f"{LARGEST_TABLE:,} that are tabulated; take a smaller population, WrightFisher, or Fermi "
        "and two players"
    )


def _at(game: SymmetricGame, process: FiniteProcess, counts: Integers) -> Floats:
    """Return what decides at some counts: payoffs, their ranks, or fitness; shape (states, s)."""
    payoffs = game.payoffs_in_population(counts)
    if isinstance(process, Moran | WrightFisher):
        return process.fitness_of(payoffs, counts > 0)
    if isinstance(process, BestOfSample):
        return payoff_ranks(payoffs, counts > 0).astype(float)
    return payoffs
