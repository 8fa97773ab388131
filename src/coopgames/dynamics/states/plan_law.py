r"""How many states of a world follow each plan at once, all roles together.

The state of a chain counts plans role by role. Pooled over roles it is a composition of the N
states of the world, which with three plans is a place on a triangle. Where populations are larger
than the roles a world is drawn from them without replacement, n_r of each role; the law of the
pooled counts is then a convolution over roles, with a plan's place written in mixed radix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import Game, PolicyGames, RoleGame, policy_games
from ...kernels.drawn_totals import convolved, drawn_law
from ...kernels.simplex import compositions
from ...outcomes import Certificate
from ...provenance import provenance
from ..processes.every import FiniteProcess
from .logit import Logit
from .policies import check_chains
from .role_limit import role_small_mutation_limit
from .roles import role_long_run

__all__ = ["PlanLaw", "grid_of", "law_of_plans", "plan_law", "plan_names", "radix"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Plans = Literal["act2", "act3", "exit3"]

#: Cells of a law of drawn worlds that are computed at a time.
CHUNK_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanLaw:
    """The law of how many states of a world follow each plan.

    Attributes
    ----------
    game : Game
    plans : tuple of str
        Their names; 'cooperate', 'defect' and, where some state has it, the third.
    states : int array, shape (compositions, s)
        How many of the N states of the world follow each plan.
    law : array, shape (compositions,)
        Sums to one; relative frequencies where sampled.
    acting : array, shape (N + 1,)
        Law of the number that act. It differs from that of the first plan where states act on
        condition.
    certificate : Certificate
    provenance : dict
    """

    game: Game
    plans: tuple[str, ...]
    states: Integers
    law: Floats
    acting: Floats
    certificate: Certificate
    provenance: Mapping[str, Any]

    def shares(self) -> dict[str, float]:
        """Return the mean share of the world's states that follow each plan."""
        means = self.law @ self.states / self.game.size
        return dict(zip(self.plans, means.tolist(), strict=True))


def plan_law(
    game: Game,
    dynamic: Logit | FiniteProcess | None = None,
    *,
    plans: Plans = "act2",
    rare_mutations: bool = False,
) -> PlanLaw:
    """Return the stationary law of how many states follow each plan, exactly.

    Parameters
    ----------
    game : Game
    dynamic : Logit, Fermi, Moran, WrightFisher or BestOfSample, optional
        Logit at precision 15 by default. Of the others each role is a population.
    plans : {'act2', 'act3', 'exit3'}
        What states choose from, as in `coopgames.games.policy_games`.
    rare_mutations : bool
        Whether mutations are rare, as in `coopgames.small_mutation_limit`.

    Returns
    -------
    PlanLaw
        Averaged over mandate events.

    Raises
    ------
    CoopgamesError
        If the dynamic is a flow or redraws mandates, or mutations lack.
    BudgetError
        If the chains are too large; says by how much.

    Examples
    --------
    >>> from coopgames.catalogue import load
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games import compile_game
    >>> from coopgames.worlds import uniform_world
    >>> game = compile_game(
    ...     load("institutions", "anarchy"), load("problems", "climate"), uniform_world(5)
    ... )
    >>> found = plan_law(game, Fermi(), plans="act3")
    >>> found.plans, found.states.shape
    (('cooperate', 'defect', 'conditional'), (21, 3))
    """
    process: Any = Logit() if dynamic is None else dynamic
    policies = policy_games(game, plans)
    solver = role_small_mutation_limit if rare_mutations else role_long_run
    if not rare_mutations:
        check_chains(policies, process)
    names = plan_names(policies)
    law, acting = np.zeros(grid_of(game, names)), np.zeros(game.size + 1)
    certificates = []
    for g, one in enumerate(policies.games):
        solved = solver(one, process)
        certificates.append(solved.certificate)
        place = [radix(game, size) for size in one.sizes]
        found = _drawn(one, solved.states, solved.law, place)
        law[: found.size] += policies.probability[g] * found
        for scenario, acts in zip(one.scenarios, policies.acts[g], strict=True):
            found = _drawn(one, solved.states, solved.law, acts)
            acting[: found.size] += policies.probability[g] * scenario.probability * found
    notes = dict.fromkeys(note for one in certificates for note in one.notes)
    certificate = Certificate(
        method=certificates[0].method,
        exact=True,
        residual=max(one.residual for one in certificates),
        grid_error=game.stakes.grid_error,
        notes=tuple(notes),
    )
    more = {"plans": plans, "limit": rare_mutations}
    record = provenance(game.specification() | process.parameters() | more)
    return law_of_plans(game, names, law, acting, certificate=certificate, record=record)


# -- pooled counts as one number --------------------------------------------------------------


def plan_names(policies: PolicyGames) -> tuple[str, ...]:
    """Return the names of the plans, of the role that has most."""
    return max((names for one in policies.games for names in one.strategies), key=len)


def radix(game: Game, size: int) -> Integers:
    """Return what a follower of each plan adds: counts are digits, that of the first left out."""
    return np.append(0, (game.size + 1) ** np.arange(size - 1))


def grid_of(game: Game, names: Sequence[str]) -> int:
    """Return how many numbers `radix` may add up to."""
    return int(game.size * radix(game, len(names)).max()) + 1


def _drawn(one: RoleGame, states: Integers, law: Floats, adds: Sequence[Integers]) -> Floats:
    """Law of what one world drawn from the populations adds up to."""
    reached = np.flatnonzero(law > 0)
    states, law = states[reached], law[reached]
    if states[0].sum() == sum(one.players):
        return np.bincount(states @ np.concatenate(adds), weights=law).astype(float)
    grid = 1 + sum(n * int(a.max()) for n, a in zip(one.players, adds, strict=True))
    out = np.zeros(grid)
    chunk = max(1, CHUNK_CELLS // grid)
    for first in range(0, law.size, chunk):
        part = slice(first, first + chunk)
        total = np.zeros((states[part].shape[0], grid))
        total[:, 0] = 1.0
        for block, n, a in zip(one.blocks(), one.players, adds, strict=True):
            total = convolved(total, drawn_law(states[part][:, block], n, a))
        out += law[part] @ total
    return out


def law_of_plans(
    game: Game,
    names: tuple[str, ...],
    law: Floats,
    acting: Floats,
    *,
    certificate: Certificate,
    record: Mapping[str, Any],
) -> PlanLaw:
    """Return the record, from a law over what `radix` adds up to."""
    if np.isnan(law).any():
        raise CoopgamesError("there is no law: " + "; ".join(certificate.notes))
    states = compositions(game.size, len(names))
    return PlanLaw(
        game=game,
        plans=names,
        states=states,
        law=law[states @ radix(game, len(names))],
        acting=acting,
        certificate=certificate,
        provenance=record,
    )
