"""The chain of a finite population: its states, and the chances of going from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import SymmetricGame
from ...kernels.markov.chains import LARGEST_CHAIN
from ...kernels.simplex import compositions, number_of_compositions
from ...outcomes import Certificate
from ...provenance import provenance
from ..processes.every import FiniteProcess
from ..processes.wright_fisher import WrightFisher
from .stationary import payoffs_of_two

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = [
    "chain_and_rates",
    "chain_certificate",
    "chain_provenance",
    "transition_chain",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def transition_chain(game: SymmetricGame, process: FiniteProcess) -> tuple[Integers, csr_matrix]:
    """Return the states of a population and the chances of going from one to another.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, BestOfSample or WrightFisher

    Returns
    -------
    states : int array, shape (states, s)
        How many follow each strategy, in the order of `coopgames.kernels.simplex.compositions`.
    chain : csr_matrix, shape (states, states)
        Rows sum to one.

    Raises
    ------
    CoopgamesError
        If the game has one strategy, or imitation is infinitely strong.
    BudgetError
        If there are more than 120,000 states; says how many.

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import stag_hunt
    >>> process = Fermi(population_size=2, selection_intensity=0.0, mutation_probability=0.0)
    >>> transition_chain(stag_hunt(), process)[1].toarray()
    array([[1.   , 0.   , 0.   ],
           [0.125, 0.75 , 0.125],
           [0.   , 0.   , 1.   ]])
    """
    return chain_and_rates(game, process)[:2]


def chain_and_rates(
    game: SymmetricGame, process: FiniteProcess
) -> tuple[Integers, csr_matrix, tuple[Floats, Floats] | None]:
    """Return states, chain and, of two strategies, rates up and down."""
    from scipy.sparse import csr_matrix, diags

    from ...kernels.markov.wright_fisher import wright_fisher_logs, wright_fisher_states

    if game.size == 1:
        raise CoopgamesError("game must have at least two strategies; this one has one")
    size = process.individuals
    if game.size == 2 and not isinstance(process, WrightFisher):
        up, down = process.rates(*payoffs_of_two(game, process, 0, 1), process.mutation)
        stay = 1.0 - np.append(up, 0.0) - np.append(0.0, down)
        chain = diags([up, stay, down], offsets=[1, 0, -1]).tocsr()
        return compositions(size, 2), chain, (up, down)
    if isinstance(process, WrightFisher):
        wright_fisher_states(size, game.size)
        states = compositions(size, game.size)
        children = process.offspring(states, game.payoffs_in_population(states))
        return states, csr_matrix(np.exp(wright_fisher_logs(children, size))), None
    number = number_of_compositions(size, game.size)
    if number > LARGEST_CHAIN:
        raise BudgetError(
            f"{game.size} strategies among {size} make {number:.3g} states, more than "
            f"{LARGEST_CHAIN:,}; take a smaller population, or simulate"
        )
    states = compositions(size, game.size)
    return states, process.chain(game.payoffs_in_population(states)), None


def chain_certificate(
    rates: tuple[Floats, Floats] | None, notes: list[str], residual: float
) -> Certificate:
    """Return the certificate of an exact answer."""
    method = "sparse chain" if rates is None else "birth-death"
    return Certificate(method=method, exact=True, residual=residual, notes=tuple(notes))


def chain_provenance(game: SymmetricGame, process: FiniteProcess) -> dict[str, Any]:
    """Return where an answer about a process comes from."""
    return provenance(process.parameters() | {"players": game.players})
