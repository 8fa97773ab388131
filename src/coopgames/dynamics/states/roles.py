r"""Finite processes in role-symmetric games: one population per role, exactly.

Role r has Z_r individuals. In a step one individual revises, drawn from all of them, and looks at
its own population only; under Wright-Fisher all populations are replaced at once. The state is how
many of each role follow each strategy, and the law comes from the sparse chain on these states.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import RoleGame
from ...kernels.markov.chains import LARGEST_CHAIN
from ...kernels.markov.product_chain import (
    generation_matrix,
    number_of_states,
    product_states,
    switching_chain,
)
from ...outcomes import Certificate
from ...provenance import provenance
from ..populations.outcome import RoleOutcome

__all__ = ["PopulationProcess", "role_chain", "role_long_run", "role_sizes", "way_out"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: States of a chain of whole generations, which is dense.
LARGEST_DENSE = 4_000


class PopulationProcess(Protocol):
    """What a process must offer: sizes, and how individuals or generations change."""

    @property
    def population_size(self) -> int | None:
        """Individuals of a role; None for the players themselves."""

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""


def role_sizes(game: RoleGame, process: PopulationProcess) -> tuple[int, ...]:
    """Return Z_r of each role: the process's, but at least the players; or just the players."""
    least = process.population_size or 1
    return tuple(max(n, least) for n in game.players)


def way_out(process: PopulationProcess) -> str:
    """Say what answers where a chain is too large."""
    if process.population_size is None:
        return "use simulate"
    return "take population_size=None, the players themselves, or small_mutation_limit"


def role_chain(game: RoleGame, process: Any) -> tuple[Integers, Any]:
    """Return (states, transition matrix) of a process in a role-symmetric game.

    Parameters
    ----------
    game : RoleGame
    process : Fermi, Moran, BestOfSample, WrightFisher or Logit
        `Logit` revises among the players themselves.

    Returns
    -------
    tuple
        States, int array of shape (states, sum of s_r), and the matrix, sparse, or dense for
        whole generations.

    Raises
    ------
    BudgetError
        If there are too many states; says how many.
    """
    sizes = role_sizes(game, process)
    total = number_of_states(sizes, game.sizes)
    generations = hasattr(process, "offspring")
    limit = LARGEST_DENSE if generations else LARGEST_CHAIN
    if total > limit:
        raise BudgetError(
            f"populations of {', '.join(map(str, sizes))} have {total:.3g} states, more than "
            f"{limit:,}: {way_out(process)}"
        )
    states = product_states(sizes, game.sizes)
    if hasattr(process, "choice"):
        return states, switching_chain(sizes, game.sizes, _revisions(game, process, states))
    payoffs = game.payoffs_in_populations(states)
    parts = [(states[:, block], payoffs[:, block]) for block in game.blocks()]
    if generations:
        offspring = [process.offspring(*part) for part in parts]
        return states, generation_matrix(sizes, game.sizes, offspring)
    share = np.array(sizes) / sum(sizes)
    moves = [weight * process.switching(*part) for weight, part in zip(share, parts, strict=True)]
    return states, switching_chain(sizes, game.sizes, moves)


def _revisions(game: RoleGame, process: Any, states: Integers) -> list[Floats]:
    """Probability that one player of a role revises from i to j by what it would then get."""
    out = []
    for block, would in zip(game.blocks(), game.payoffs_of_revising(states), strict=True):
        drawn = states[:, block] / sum(game.players)
        out.append(drawn[:, :, None] * process.choice(would))
    return out


def role_long_run(game: RoleGame, process: Any) -> RoleOutcome:
    """Return the stationary law of a process in a role-symmetric game; see `coopgames.evolve`."""
    from ...kernels.markov.chains import stationary_law

    mutation = getattr(process, "mutation_probability", None)
    if mutation is not None and mutation <= 0:
        raise CoopgamesError(
            "mutation_probability must be > 0 for a law that does not depend on the start; got 0: "
            "take small_mutation_limit for the limit"
        )
    states, chain = role_chain(game, process)
    if not hasattr(chain, "tocsr"):
        from scipy.sparse import csr_matrix

        chain = csr_matrix(chain)
    law, residual = stationary_law(chain)
    return RoleOutcome(
        game=game,
        states=states,
        law=law,
        certificate=Certificate(method="sparse chain", exact=True, residual=residual),
        provenance=provenance(process.parameters() | {"players": list(game.players)}),
    )
