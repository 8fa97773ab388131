r"""The limit of rare mutations: an embedded chain over homogeneous populations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import prod
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import Game, PolicyGames, RoleGame, SymmetricGame, policy_games
from ...kernels.markov.flips import flip_chain_work
from ...kernels.markov.pairwise_fixation import pair_matrix, pairwise_log_fixation
from ...kernels.markov.rare_mutations import RareMutationLaw, rare_mutation_law
from ...outcomes import Certificate, ExactOutcome
from ..processes.every import FiniteProcess
from ..processes.fermi_and_moran import Fermi
from ..states.policies import policy_outcome
from ..states.role_limit import role_small_mutation_limit
from .mutants import strategy_position
from .outcome import PopulationOutcome, RoleOutcome
from .stationary import payoffs_of_two, population_outcome

__all__ = ["small_mutation_limit"]

Floats = npt.NDArray[np.float64]

#: Additions of logarithms, some 10 ns each, over all mandate events together.
LARGEST_WORK = 4e9


@overload
def small_mutation_limit(
    game: SymmetricGame,
    process: FiniteProcess,
    strategies: Sequence[str | int] | None = None,
) -> PopulationOutcome: ...
@overload
def small_mutation_limit(game: RoleGame, process: FiniteProcess) -> RoleOutcome: ...
@overload
def small_mutation_limit(
    game: Game,
    process: FiniteProcess,
    *,
    plans: Literal["act2", "act3", "exit3"] = "act2",
) -> ExactOutcome: ...
def small_mutation_limit(
    game: Any, process: FiniteProcess, strategies: Any = None, *, plans: Any = "act2"
) -> Any:
    """Return the long run as mutations become rare: a law over homogeneous populations.

    Every population is homogeneous when a mutant appears, which takes over or vanishes before the
    next one. Of several roles each is a population, and the law is over profiles of strategies.

    Parameters
    ----------
    game : SymmetricGame, RoleGame or Game
    process : Fermi, Moran, WrightFisher or BestOfSample
        Its mutation probability is not used, its mutation matrix is.
    strategies : sequence of str or int, optional
        Some of the strategies of a symmetric game; all by default. Mutants to others don't occur.
    plans : {'act2', 'act3', 'exit3'}
        What the states of an institution's game choose from, as in
        `coopgames.games.policy_games`.

    Returns
    -------
    PopulationOutcome, RoleOutcome or ExactOutcome
        Its states are the homogeneous ones, its law that from a uniformly drawn one. The
        certificate notes several closed classes. Where imitation is infinitely strong, or of the
        best, and two strategies may coexist for ever, there is no such limit: the law is NaN, and a
        note says so.

    Raises
    ------
    CoopgamesError
        If a strategy is unknown or occurs twice, fewer than two are asked for, or the population
        of a role has one individual.
    BudgetError
        If the population is too large for the dense chain of the Wright-Fisher process, or there
        are too many profiles; says how many.

    References
    ----------
    Fudenberg & Imhof (2006) J. Econ. Theory 131:251. doi:10.1016/j.jet.2005.04.006

    Examples
    --------
    >>> from coopgames.games.classics import donation_game
    >>> found = small_mutation_limit(donation_game(2, 1), Fermi(population_size=50))
    >>> round(found.shares()["defect"], 6)
    1.0
    """
    if isinstance(game, RoleGame):
        return role_small_mutation_limit(game, process)
    if isinstance(game, Game):
        policies = policy_games(game, plans)
        _check_work(policies)
        limits = [role_small_mutation_limit(one, process) for one in policies.games]
        return policy_outcome(policies, limits, process.parameters())
    return _of_one_population(game, process, strategies)


def _check_work(policies: PolicyGames) -> None:
    binary = [all(size == 2 for size in one.sizes) for one in policies.games]
    work = sum(
        flip_chain_work(len(one.sizes)) if flips else float(prod(one.sizes)) ** 3
        for one, flips in zip(policies.games, binary, strict=True)
    )
    if work > LARGEST_WORK:
        way_out = "use simulate"
        if policies.game.mandate == "standing" and len(policies.games) > 1:
            way_out = "take a game with mandate='expected', which is one chain, or simulate"
        raise BudgetError(
            f"the embedded chains of {len(policies.games)} different mandate events need "
            f"{work:.2g} operations, more than {LARGEST_WORK:.2g}: {way_out}"
        )


def _of_one_population(
    game: SymmetricGame, process: FiniteProcess, strategies: Sequence[str | int] | None
) -> PopulationOutcome:
    chosen = [
        strategy_position(game, name, "strategies")
        for name in (range(game.size) if strategies is None else strategies)
    ]
    if len(chosen) < 2 or len(set(chosen)) < len(chosen):
        raise CoopgamesError(f"strategies must be at least two different ones; got {strategies!r}")
    size = process.individuals
    mutants = _mutants_among(process.mutation_law(game.size), chosen)
    if game.players == 2 and isinstance(process, Fermi):
        logs = pairwise_log_fixation(
            game.matrix()[np.ix_(chosen, chosen)],
            population_size=size,
            selection_intensity=process.selection_intensity,
        )
    else:
        pairs = [
            payoffs_of_two(game, process, chosen[i], chosen[j])
            for i, j in combinations(range(len(chosen)), 2)
        ]
        own, other = np.moveaxis(np.array(pairs), 1, 0)
        logs = pair_matrix(*process.log_fixation(own, other), population_size=size)
    names = [game.strategies[i] for i in chosen]
    either = np.isnan(logs) | np.isnan(logs.T)
    stuck = [
        f"{names[i]} and {names[k]} may coexist for ever"
        for i, k in np.argwhere(np.triu(either)).tolist()
    ]
    notes = stuck
    law = np.full(len(chosen), np.nan)
    if not stuck:
        solved = rare_mutation_law(logs, mutation_matrix=mutants)
        law, notes = solved.law, _closed_classes(names, solved)
    states = np.zeros((len(chosen), game.size), dtype=np.int64)
    states[np.arange(len(chosen)), chosen] = size
    certificate = Certificate(method="small-mutation limit", exact=True, notes=tuple(notes))
    return population_outcome(game, process, states, law, certificate, limit=True)


def _mutants_among(law: Floats, chosen: Sequence[int]) -> Floats:
    """Return the law of mutants among some strategies; others don't appear."""
    out = law[np.ix_(chosen, chosen)]
    missing = 1.0 - out.sum(axis=1)
    out[np.diag_indices_from(out)] += missing
    return np.asarray(np.clip(out, 0.0, 1.0))


def _closed_classes(names: Sequence[str], solved: RareMutationLaw) -> list[str]:
    """Say which sets of strategies are never left, where there are several."""
    if solved.absorption.size == 1:
        return []
    out = []
    for number, chance in enumerate(solved.absorption):
        members = [names[i] for i in np.flatnonzero(solved.membership == number).tolist()]
        out.append(
            f"{', '.join(members)} once reached is never left; reached with {chance:.3g} from a "
            "random strategy"
        )
    return out
