r"""First passage of finite populations, exact.

For a set A of states the mean time t until it is reached, and the probability h of reaching it
before another set B, solve first-step equations over the states outside,

    t(i) = 1 + sum of P(i, j) t(j),    h(i) = P(i, A) + sum of P(i, j) h(j).

Two strategies make a birth-death chain, where all terms are positive and the cost is linear in Z;
with more, and with whole generations, these are linear equations. Times are in steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...kernels.markov.state_sets import moves_between
from ...kernels.simplex import composition_index
from ...outcomes import Certificate
from ..processes.every import FiniteProcess
from .counts import SetOfStates, checked_start, states_in
from .transitions import chain_and_rates, chain_certificate, chain_provenance

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["FirstPassage", "HittingProbability", "first_passage", "hitting_probability"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FirstPassage:
    """How long a population takes to reach a set of states.

    Attributes
    ----------
    game : SymmetricGame
    states : int array, shape (states, s)
        How many follow each strategy.
    reached : bool array, shape (states,)
        The set.
    times : array, shape (states,)
        Mean number of steps from each state: 0 in the set, infinite from where it may never be
        reached. [steps]
    steps_per_generation : int
        Divide by it for generations.
    certificate : Certificate
        Its residual is that of the first-step equations, relative to their terms.
    provenance : dict
    """

    game: SymmetricGame
    states: Integers
    reached: Mask
    times: Floats
    steps_per_generation: int
    certificate: Certificate
    provenance: Mapping[str, Any]

    def at(self, start: npt.ArrayLike) -> float:
        """Return the mean number of steps from counts, shape (s,)."""
        return _at(self.times, start, self.game, self.states)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HittingProbability:
    """How likely a population reaches one set of states before another.

    Attributes
    ----------
    game : SymmetricGame
    states : int array, shape (states, s)
        How many follow each strategy.
    probability : array, shape (states,)
        From each state; 1 in the one set and 0 in the other.
    certificate : Certificate
        Notes from how many states neither may be reached.
    provenance : dict
    """

    game: SymmetricGame
    states: Integers
    probability: Floats
    certificate: Certificate
    provenance: Mapping[str, Any]

    def at(self, start: npt.ArrayLike) -> float:
        """Return the probability from counts, shape (s,)."""
        return _at(self.probability, start, self.game, self.states)


def first_passage(
    game: SymmetricGame, process: FiniteProcess, reached: SetOfStates
) -> FirstPassage:
    """Return the mean time until a population reaches a set of states, exact.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, BestOfSample or WrightFisher
        Mutation may be 0: homogeneous states are then never left.
    reached : callable or bool array_like, shape (states,)
        ``reached(counts)``, with counts of shape (states, s), says which states make the set; or
        the booleans themselves, in the order of ``states`` of the result.

    Returns
    -------
    FirstPassage

    Raises
    ------
    CoopgamesError
        If the set is empty, or not one boolean per state.
    BudgetError
        If there are more than two strategies and the chain is too large for a direct solution, or
        has too many traps; says how large.

    References
    ----------
    Kemeny & Snell (1976) Finite Markov Chains, Springer, chapter 3.

    Examples
    --------
    The mean time to fixation of either strategy, without mutation:

    >>> from coopgames.dynamics import Fermi, fixation
    >>> from coopgames.games.classics import stag_hunt
    >>> process = Fermi(population_size=20, selection_intensity=0.1, mutation_probability=0.0)
    >>> passage = first_passage(stag_hunt(), process, lambda counts: (counts == 20).any(axis=1))
    >>> round(passage.at([1, 19]), 6) == round(fixation(stag_hunt(), process, 0, 1).time, 6)
    True
    """
    from ...kernels.markov.absorption import mean_hitting_times
    from ...kernels.markov.birth_death_passage import birth_death_hitting_times

    states, chain, rates = chain_and_rates(game, process)
    inside = states_in("reached", reached, states)
    times = (
        mean_hitting_times(chain, inside)
        if rates is None
        else birth_death_hitting_times(*rates, inside)
    )
    never = int(np.isinf(times).sum())
    notes = []
    if never:
        notes.append(
            f"from {never} of {times.size} states the set may never be reached, or later than a "
            "double can say: their times are infinite"
        )
    ask = ~inside & np.isfinite(times)
    moves = moves_between(chain)
    finite = np.where(np.isfinite(times), times, 0.0)
    return FirstPassage(
        game=game,
        states=states,
        reached=inside,
        times=times,
        steps_per_generation=process.steps_per_generation,
        certificate=chain_certificate(
            rates, notes, _residual(moves, finite, np.ones(times.size), ask)
        ),
        provenance=chain_provenance(game, process),
    )


def hitting_probability(
    game: SymmetricGame, process: FiniteProcess, target: SetOfStates, before: SetOfStates
) -> HittingProbability:
    """Return how likely a population reaches one set of states before another, exact.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, BestOfSample or WrightFisher
    target, before : callable or bool array_like, shape (states,)
        Two sets without a common state, each as in `first_passage`.

    Returns
    -------
    HittingProbability

    Raises
    ------
    CoopgamesError
        If a set is empty, not one boolean per state, or they have a state in common.
    BudgetError
        As in `first_passage`.

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import stag_hunt
    >>> process = Fermi(population_size=20, selection_intensity=0.1, mutation_probability=0.0)
    >>> stags, hares = (lambda counts: counts[:, 0] == 20), (lambda counts: counts[:, 0] == 0)
    >>> found = hitting_probability(stag_hunt(), process, stags, hares)
    >>> round(found.at([1, 19]), 9)  # as `fixation` says
    0.016166768
    """
    from scipy.sparse import diags

    from ...kernels.markov.absorption import hitting_probabilities
    from ...kernels.markov.birth_death_passage import birth_death_hitting_probabilities
    from ...kernels.markov.state_sets import surely_reaches

    states, chain, rates = chain_and_rates(game, process)
    inside, lost = states_in("target", target, states), states_in("before", before, states)
    if (inside & lost).any():
        raise CoopgamesError("target and before must have no common state")
    if not lost.any():
        raise CoopgamesError("before must not be empty; for one set alone see first_passage")
    if rates is None:
        stopped = diags((~lost).astype(float)) @ chain + diags(lost.astype(float))
        chance = hitting_probabilities(stopped.tocsr(), inside)
    else:
        chance = birth_death_hitting_probabilities(*rates, inside, lost)
    moves = moves_between(chain)
    neither = int((~surely_reaches(moves, inside | lost)).sum())
    notes = []
    if neither:
        notes.append(f"from {neither} of {chance.size} states perhaps neither is ever reached")
    return HittingProbability(
        game=game,
        states=states,
        probability=chance,
        certificate=chain_certificate(
            rates, notes, _residual(moves, chance, np.zeros(chance.size), ~(inside | lost))
        ),
        provenance=chain_provenance(game, process),
    )


def _residual(moves: csr_matrix, values: Floats, right: Floats, ask: Mask) -> float:
    """Return the largest residual of out(i) h(i) - sum of P(i, j) h(j) = b(i), relative."""
    if not ask.any():
        return 0.0
    kept = np.asarray(moves.sum(axis=1)).ravel() * values
    gone = moves @ values + right
    scale = np.maximum(kept + gone, np.finfo(float).tiny)
    return float((np.abs(kept - gone) / scale)[ask].max())


def _at(values: Floats, start: npt.ArrayLike, game: SymmetricGame, states: Integers) -> float:
    counts = checked_start(start, game, int(states[0].sum()))
    return float(values[composition_index(counts)])
