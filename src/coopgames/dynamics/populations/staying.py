r"""Persistence of finite populations, exact: how long something holds, and what stays like.

In the long run, with law pi and hold the set where something holds,

    spell = pi(hold) / f,    onset = pi(not hold) / f,    f = sum of pi(i) P(i, j), i in, j not in,

are the mean times for which it holds, and does not, at a stretch. The law of a population that has
long stayed in a set is the left Perron vector of the chain there, and it leaves at a constant rate.
Times are in steps of the process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...games import SymmetricGame
from ...kernels.markov.state_sets import moves_between
from ...outcomes import Certificate
from ..processes.every import FiniteProcess
from .counts import SetOfStates, states_in
from .outcome import PopulationOutcome
from .transitions import chain_and_rates, chain_certificate, chain_provenance

__all__ = ["Persistence", "QuasiStationaryPopulation", "persistence", "quasi_stationary"]

Mask = npt.NDArray[np.bool_]

#: Flows in and out that differ by more, relatively, are noted: they should be equal.
_IMBALANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuasiStationaryPopulation:
    """What a population does that has long stayed in a set of states.

    Attributes
    ----------
    outcome : PopulationOutcome
        The law given that the set has not been left, 0 outside, with its certificate.
    exit_rate : float
        Chance of leaving the set, per step, at that law. [1/step]
    steps_per_generation : int
    """

    outcome: PopulationOutcome
    exit_rate: float
    steps_per_generation: int

    @property
    def mean_exit_time(self) -> float:
        """Mean number of steps until it leaves."""
        return 1.0 / self.exit_rate

    def shares(self) -> dict[str, float]:
        """Return the mean share of each strategy as long as it stays."""
        return self.outcome.shares()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Persistence:
    """For how long something holds in the long run, and for how long it does not.

    Attributes
    ----------
    holding : float
        Share of time in which it holds.
    flow : float
        Chance per step that it holds and ceases to. [1/step]
    spell : float
        Mean time for which it holds at a stretch. [steps]
    onset : float
        Mean time for which it does not. [steps]
    steps_per_generation : int
        Divide by it for generations.
    outcome : PopulationOutcome
        The long-run law.
    certificate : Certificate
        Notes where flows in and out, which are equal, differ by rounding that matters.
    """

    holding: float
    flow: float
    spell: float
    onset: float
    steps_per_generation: int
    outcome: PopulationOutcome
    certificate: Certificate


def quasi_stationary(
    game: SymmetricGame, process: FiniteProcess, within: SetOfStates
) -> QuasiStationaryPopulation:
    """Return the law of a population that has long stayed in a set, and how fast it leaves.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, BestOfSample or WrightFisher
    within : callable or bool array_like, shape (states,)
        The set, as in `first_passage`.

    Returns
    -------
    QuasiStationaryPopulation

    Raises
    ------
    CoopgamesError
        If the set is empty, can't be left, or its states don't all lead to each other within it.
    BudgetError
        If the residual stays above 1e-9, or as in `first_passage`.

    References
    ----------
    Darroch & Seneta (1965) J. Appl. Probab. 2:88, doi:10.2307/3211876.

    Examples
    --------
    Hawks and doves coexist for long before drift fixes one of them:

    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import hawk_dove
    >>> process = Fermi(population_size=50, selection_intensity=1.0, mutation_probability=0.0)
    >>> found = quasi_stationary(hawk_dove(2, 4), process, lambda counts: (counts > 0).all(axis=1))
    >>> round(found.shares()["hawk"], 2), found.mean_exit_time > 1e5
    (0.52, True)
    """
    from ...kernels.markov.absorption import quasi_stationary_law
    from ...kernels.markov.birth_death_passage import birth_death_quasi_stationary

    states, chain, rates = chain_and_rates(game, process)
    inside = states_in("within", within, states)
    found = (
        quasi_stationary_law(chain, inside)
        if rates is None
        else birth_death_quasi_stationary(*rates, inside)
    )
    return QuasiStationaryPopulation(
        outcome=PopulationOutcome(
            game=game,
            states=states,
            law=found.law,
            certificate=chain_certificate(rates, [], found.residual),
            provenance=chain_provenance(game, process),
        ),
        exit_rate=found.decay_rate,
        steps_per_generation=process.steps_per_generation,
    )


def persistence(game: SymmetricGame, process: FiniteProcess, holds: SetOfStates) -> Persistence:
    """Return for how long something holds in the long run, and for how long it does not, exact.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, BestOfSample or WrightFisher
        With mutation, so that there is one long run.
    holds : callable or bool array_like, shape (states,)
        In which states it holds, as in `first_passage`.

    Returns
    -------
    Persistence
        With a spell of 0 and an infinite onset where it never holds, and the other way round
        where it always does.

    Raises
    ------
    CoopgamesError
        If there is not one boolean per state, or there are no mutations.
    BudgetError
        If the chain is too large for its law.

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import stag_hunt
    >>> process = Fermi(population_size=20, selection_intensity=1.0, mutation_probability=0.05)
    >>> found = persistence(stag_hunt(), process, lambda counts: counts[:, 0] > 10)
    >>> abs(found.spell / (found.spell + found.onset) - found.holding) < 1e-12
    True
    """
    outcome = process.long_run(game)
    _, chain, _ = chain_and_rates(game, process)
    hold = states_in("holds", holds, outcome.states)
    moves = moves_between(chain)
    law = outcome.law
    out = float((law * hold) @ (moves @ (~hold).astype(float)))
    back = float((law * ~hold) @ (moves @ hold.astype(float)))
    holding, rest = float(law[hold].sum()), float(law[~hold].sum())
    notes = list(outcome.certificate.notes)
    if abs(out - back) > _IMBALANCE * max(out, back):
        notes.append(
            f"flows out ({out:.3g}) and in ({back:.3g}) should be equal: spell and onset are good "
            "to their difference only"
        )
    flow = (out + back) / 2
    if not hold.any() or hold.all():
        notes.append("it holds in no state" if not hold.any() else "it holds in every state")
    elif not flow:
        notes.append("the flow is below what a double can say: spell and onset are infinite")
    return Persistence(
        holding=holding,
        flow=flow,
        spell=_length(holding, flow, hold),
        onset=_length(rest, flow, ~hold),
        steps_per_generation=process.steps_per_generation,
        outcome=outcome,
        certificate=Certificate(
            method=outcome.certificate.method,
            exact=True,
            residual=outcome.certificate.residual,
            notes=tuple(notes),
        ),
    )


def _length(share: float, flow: float, states: Mask) -> float:
    if not states.any():
        return 0.0
    return share / flow if flow else np.inf
