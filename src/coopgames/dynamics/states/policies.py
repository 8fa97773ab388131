"""Population dynamics among the plans of an institution's states: from role games to outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import Game, PolicyGames, RoleGame, policy_games
from ...kernels.markov.product_chain import number_of_states
from ...outcomes import Certificate, ExactOutcome
from ...provenance import provenance
from ..populations.outcome import RoleOutcome
from .roles import role_long_run, role_sizes, way_out

__all__ = ["check_chains", "policy_long_run", "policy_outcome"]

Floats = npt.NDArray[np.float64]

#: States of the chains of all mandate events together, in a minute or so.
LARGEST_TOTAL = 400_000
#: Cells of a law of totals that are computed at a time.
CHUNK_CELLS = 4_000_000


def policy_long_run(
    game: Game, process: Any, plans: Literal["act2", "act3", "exit3"] = "act2"
) -> ExactOutcome:
    """Return the long run of a finite process among the plans of an institution's states.

    Parameters
    ----------
    game : Game
    process : Fermi, Moran, BestOfSample, WrightFisher or Logit
    plans : {'act2', 'act3', 'exit3'}
        As in `coopgames.games.policy_games`.

    Returns
    -------
    ExactOutcome

    Raises
    ------
    BudgetError
        If the chains of all mandate events are too large; says by how much.
    """
    policies = policy_games(game, plans)
    check_chains(policies, process)
    solved = [role_long_run(one, process) for one in policies.games]
    return policy_outcome(policies, solved, process.parameters())


def check_chains(policies: PolicyGames, process: Any) -> None:
    """Refuse what has no exact chain per mandate event, or too large ones.

    Raises
    ------
    CoopgamesError
        If the process is a flow, or redraws mandates.
    BudgetError
        If the chains of all mandate events are too large together.
    """
    if hasattr(process, "velocity"):
        raise CoopgamesError(
            "dynamic must be Logit, Fermi, Moran, WrightFisher or BestOfSample for an exact chain; "
            f"got {type(process).__name__}: flows are followed by simulate"
        )
    if getattr(process, "renewal_rate", 0.0) > 0 and len(policies.games) > 1:
        raise CoopgamesError(
            "renewal_rate must be 0 for a chain of each mandate event; got "
            f"{process.renewal_rate}: use evolve(game, dynamic)"
        )
    total = sum(number_of_states(role_sizes(one, process), one.sizes) for one in policies.games)
    if total > LARGEST_TOTAL:
        instead = way_out(process)
        if policies.game.mandate == "standing" and len(policies.games) > 1:
            instead += ", or a game with mandate='expected', which is one chain"
        raise BudgetError(
            f"the chains of {len(policies.games)} different mandate events have {total:.3g} "
            f"states together, more than {LARGEST_TOTAL:,}: {instead}"
        )


def policy_outcome(
    policies: PolicyGames, solved: Sequence[RoleOutcome], parameters: dict[str, Any]
) -> ExactOutcome:
    """Return what the laws of all population games say about the institution's game."""
    totals, shares = [], []
    for one, outcome in zip(policies.games, solved, strict=True):
        totals.append(_mean_totals(one, outcome))
        shares.append(np.array(list(outcome.shares().values())))
    law, acts = policies.outcome_arrays(totals, shares)
    game = policies.game
    notes = dict.fromkeys(note for outcome in solved for note in outcome.certificate.notes)
    return ExactOutcome(
        game=game,
        law=law,
        acts=acts,
        certificate=Certificate(
            method=solved[0].certificate.method,
            exact=True,
            residual=max(outcome.certificate.residual for outcome in solved),
            grid_error=game.stakes.grid_error,
            notes=tuple(notes),
        ),
        provenance=provenance(game.specification() | parameters | {"plans": policies.plans}),
    )


def _mean_totals(game: RoleGame, outcome: RoleOutcome) -> list[Floats]:
    """Law of the total of one world drawn from the populations, per scenario."""
    reached = np.flatnonzero(outcome.law > 0)
    states, law = outcome.states[reached], outcome.law[reached]
    if sum(game.players) == outcome.population_size:
        return [
            np.bincount(states @ np.concatenate(scenario.adds), weights=law).astype(float)
            for scenario in game.scenarios
        ]
    out: list[Floats] = []
    grid = max(table.shape[1] for scenario in game.scenarios for table in scenario.payoffs)
    chunk = max(1, CHUNK_CELLS // grid)
    for start in range(0, law.size, chunk):
        part = slice(start, start + chunk)
        found = [law[part] @ one for one in game.totals_in_populations(states[part])]
        out = found if not out else [a + b for a, b in zip(out, found, strict=True)]
    return out
