r"""Which way cooperation drifts among the states of an institution: the gradient, for many roles.

Of a chain with matrix P over the counts of all roles, and A the number of individuals who
cooperate in each state, the expected change of A in a step is (P A - A). Many states share one A
when there are several roles, so the drift at a is the mean over the states with A = a under the
stationary law pi, and over mandate events e by their probability w_e:

    D(a) = sum_e w_e sum_{x: A(x) = a} pi_e(x) (P_e A - A)(x)  /  sum_e w_e pi_e(A = a).

With one role, two plans and one event there is one state per a, and D is the gradient of selection
with mutation, whatever the law. With several roles it tells of the law too, and pi averages it to
zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import Game, policy_games
from ...outcomes import Certificate
from ...provenance import provenance
from ..processes.every import FiniteProcess
from .logit import Logit
from .policies import check_chains
from .roles import role_chain, role_long_run, role_sizes

__all__ = ["CooperationDrift", "drift_of_cooperation"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: States less probable than this weigh alike among themselves.
FAINT = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CooperationDrift:
    """The drift of the number who cooperate, by that number.

    Attributes
    ----------
    game : Game
    acting : int array, shape (Z + 1,)
        0 .. Z, individuals who cooperate; Z is the number of states where the states themselves
        revise, else of the policies in all populations. [individuals]
    drift : array, shape (Z + 1,)
        Expected change of that number; NaN where no state of the chain has it. [individuals/step]
    probability : array, shape (Z + 1,)
        Stationary law of that number; sums to one.
    generations : bool
        Whether a step is a generation.
    certificate : Certificate
    provenance : dict
    """

    game: Game
    acting: Integers
    drift: Floats
    probability: Floats
    generations: bool
    certificate: Certificate
    provenance: Mapping[str, Any]


def drift_of_cooperation(
    game: Game,
    dynamic: Logit | FiniteProcess | None = None,
    *,
    plans: Literal["act2", "act3", "exit3"] = "act2",
) -> CooperationDrift:
    """Return the drift of the number of states that cooperate, from the exact chain.

    Parameters
    ----------
    game : Game
    dynamic : Logit, Fermi, Moran, WrightFisher or BestOfSample, optional
        Logit at precision 15 by default. Of the others each role is a population.
    plans : {'act2', 'act3', 'exit3'}
        What states choose from, as in `coopgames.games.policy_games`. One who follows the
        conditional plan cooperates in the scenario in which something is adopted.

    Returns
    -------
    CooperationDrift
        Averaged over states with the same number by their stationary law and over mandate events by
        their probability. States too improbable for a double weigh alike.

    Raises
    ------
    CoopgamesError
        If the dynamic is a flow or redraws mandates, the mutation probability is 0, or populations
        of mandate events differ in size.
    BudgetError
        If the chains are too large; says by how much.

    References
    ----------
    Pacheco, Santos, Souza & Skyrms (2009) Proc. R. Soc. B 276:315, for one population.
    doi:10.1098/rspb.2008.1126

    Examples
    --------
    >>> from coopgames.catalogue import load
    >>> from coopgames.games import compile_game
    >>> from coopgames.worlds import uniform_world
    >>> game = compile_game(
    ...     load("institutions", "anarchy"), load("problems", "climate"), uniform_world(5)
    ... )
    >>> found = drift_of_cooperation(game)
    >>> found.acting.tolist(), bool(abs(found.probability @ found.drift) < 1e-12)
    ([0, 1, 2, 3, 4, 5], True)
    """
    process: Any = Logit() if dynamic is None else dynamic
    policies = policy_games(game, plans)
    check_chains(policies, process)
    sizes = {sum(role_sizes(one, process)) for one in policies.games}
    if len(sizes) > 1:
        raise CoopgamesError(
            "population_size must be None where mandate events split classes of states differently,"
            f" as populations would have {' or '.join(map(str, sorted(sizes)))} individuals; got "
            f"{process.population_size}: or take a game with mandate='expected'"
        )
    total = sizes.pop()
    flow, mass = np.zeros((2, total + 1))
    certificates = []
    for g, one in enumerate(policies.games):
        solved = role_long_run(one, process)
        states, matrix = role_chain(one, process)
        certificates.append(solved.certificate)
        law = np.maximum(solved.law, FAINT)
        for scenario, acts in zip(one.scenarios, policies.acts[g], strict=True):
            acting = states @ np.concatenate(acts)
            change = matrix @ acting - acting
            weights = policies.probability[g] * scenario.probability * law
            flow += np.bincount(acting, weights=weights * change, minlength=total + 1)
            mass += np.bincount(acting, weights=weights, minlength=total + 1)
    return CooperationDrift(
        game=game,
        acting=np.arange(total + 1),
        drift=np.divide(flow, mass, out=np.full_like(flow, np.nan), where=mass > 0),
        probability=mass / mass.sum(),
        generations=hasattr(process, "offspring"),
        certificate=Certificate(
            method=certificates[0].method,
            exact=True,
            residual=max(one.residual for one in certificates),
            grid_error=game.stakes.grid_error,
        ),
        provenance=provenance(game.specification() | process.parameters() | {"plans": plans}),
    )
