"""Stationary laws of finite processes: closed form for two strategies, a chain for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import SymmetricGame
from ...kernels.markov.birth_death import birth_death_stationary
from ...kernels.markov.chains import LARGEST_CHAIN
from ...kernels.simplex import compositions, number_of_compositions
from ...outcomes import Certificate
from ...provenance import provenance
from .outcome import PopulationOutcome

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = [
    "check_ergodic",
    "one_step_law",
    "payoffs_of_two",
    "population_outcome",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class _Process(Protocol):
    @property
    def individuals(self) -> int: ...
    @property
    def mutation(self) -> float: ...
    def parameters(self) -> dict[str, Any]: ...


class _OneStep(_Process, Protocol):
    def rates(self, first: Floats, second: Floats, mutation: float) -> tuple[Floats, Floats]: ...
    def chain(self, payoffs: Floats) -> csr_matrix: ...


def payoffs_of_two(
    game: SymmetricGame, process: _Process, first: int, second: int
) -> tuple[Floats, Floats]:
    """Return payoffs of both strategies where 1 .. Z - 1 follow the first, nobody a third."""
    size = process.individuals
    counts = np.zeros((size - 1, game.size), dtype=np.int64)
    counts[:, first] = np.arange(1, size)
    counts[:, second] = size - counts[:, first]
    payoffs = game.payoffs_in_population(counts)
    return payoffs[:, first], payoffs[:, second]


def check_ergodic(game: SymmetricGame, process: _Process) -> None:
    """Refuse what has no law, or no single one."""
    if process.mutation <= 0:
        raise CoopgamesError(
            "mutation_probability must be > 0 for a law that does not depend on the start; got 0: "
            "take small_mutation_limit for the limit"
        )
    if game.size == 1:
        raise CoopgamesError("game must have at least two strategies; this one has one")


def population_outcome(
    game: SymmetricGame,
    process: _Process,
    states: Integers,
    law: Floats,
    certificate: Certificate,
    **more: Any,
) -> PopulationOutcome:
    """Return the outcome with where it comes from."""
    return PopulationOutcome(
        game=game,
        states=states,
        law=law,
        certificate=certificate,
        provenance=provenance(process.parameters() | {"players": game.players} | more),
    )


def one_step_law(game: SymmetricGame, process: _OneStep) -> PopulationOutcome:
    """Return the stationary law of a process in which one individual changes per step."""
    check_ergodic(game, process)
    size = process.individuals
    if game.size == 2:
        states = np.stack([np.arange(size + 1), size - np.arange(size + 1)], axis=1)
        first, second = payoffs_of_two(game, process, 0, 1)
        law = _birth_death_law(*process.rates(first, second, process.mutation))
        certificate = Certificate(method="birth-death", exact=True)
    else:
        number = number_of_compositions(size, game.size)
        if number > LARGEST_CHAIN:
            raise BudgetError(
                f"{game.size} strategies among {size} make {number:.3g} states, more than "
                f"{LARGEST_CHAIN:,}; take a smaller population, or small_mutation_limit"
            )
        from ...kernels.markov.chains import stationary_law

        states = compositions(size, game.size)
        law, residual = stationary_law(process.chain(game.payoffs_in_population(states)))
        certificate = Certificate(method="sparse chain", exact=True, residual=residual)
    return population_outcome(game, process, states, law, certificate)


def _birth_death_law(up: Floats, down: Floats) -> Floats:
    """Return the law, also where mutants of one strategy never follow the other."""
    rises, falls = bool((up > 0).all()), bool((down > 0).all())
    if rises and falls:
        return birth_death_stationary(up, down)
    if not (rises or falls):
        raise CoopgamesError(
            "mutation_matrix must lead from one of the strategies to the other: else both are for "
            "ever, and the law depends on the start; take fixation"
        )
    if rises:
        return _birth_death_law(down[::-1], up[::-1])[::-1]
    # What is above the first state without a way up is left for good.
    highest = int(np.argmin(up > 0))
    law = np.zeros(up.size + 1)
    law[: highest + 1] = (
        birth_death_stationary(up[:highest], down[:highest]) if highest else np.ones(1)
    )
    return law
