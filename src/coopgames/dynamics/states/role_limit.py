r"""Rare mutations with several roles: a chain over profiles of homogeneous populations (model D6).

Every role's population follows one strategy when a mutant appears in one of them, and takes over or
vanishes before the next one comes. From profile p the chain goes to that with strategy j in role r
with probability

    Z_r / sum Z  *  Q  *  rho,

Q being the probability that a mutant of the resident strategy follows j and rho the fixation of one
j in role r while all others stay as they are.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import RoleGame
from ...kernels.markov.flips import flip_chain_law
from ...kernels.markov.rare_mutations import rare_mutation_law
from ...outcomes import Certificate
from ...provenance import provenance
from ..populations.outcome import RoleOutcome
from .roles import role_sizes

__all__ = ["profile_fixation", "role_small_mutation_limit"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Profiles that are still solved: some seconds with two strategies per role, a minute with more.
LARGEST_PROFILES = 4_096

#: Below this a profile is never left in double precision: 1 - p is 1.
STUCK = float(np.log(np.finfo(float).eps))


#: Said of every limit.
MISLEADING = "misleading where the whole world is one group (model D9b)"


def role_small_mutation_limit(game: RoleGame, process: Any) -> RoleOutcome:
    """Return the long run as mutations become rare; see `coopgames.small_mutation_limit`.

    Raises
    ------
    BudgetError
        If there are too many profiles; says how many.
    CoopgamesError
        If a role has one individual only, or two strategies may coexist for ever.
    """
    chosen, logs = profile_fixation(game, process)
    sizes, profiles = role_sizes(game, process), chosen.shape[0]
    # Probability that the next mutant is in this role and follows this strategy, by resident.
    mutants = [
        share * process.mutation_law(size)
        for share, size in zip(np.array(sizes) / sum(sizes), game.sizes, strict=True)
    ]
    if all(part.shape == (2, 2) and part[0, 1] > 0 < part[1, 0] for part in mutants):
        flips = [
            logs[r][:, 1] + np.log(part[chosen[:, r], 1 - chosen[:, r]])
            for r, part in enumerate(mutants)
        ]
        # Bit g of a profile's index is the last role but g.
        rates = np.stack(flips[::-1], axis=1)
        log_law, residual = flip_chain_law(rates)
        law, leaving, least = np.exp(log_law), np.logaddexp.reduce(rates, axis=1), rates.min()
        notes = _notes(float(least), int((leaving < STUCK).sum()))
    else:
        law, residual, notes = _general(game, chosen, logs, mutants)
    states = np.zeros((profiles, sum(game.sizes)), dtype=np.int64)
    for r, block in enumerate(game.blocks()):
        states[np.arange(profiles), block.start + chosen[:, r]] = sizes[r]
    return RoleOutcome(
        game=game,
        states=states,
        law=law,
        certificate=Certificate(
            method="small-mutation limit", exact=True, residual=residual, notes=notes
        ),
        provenance=provenance(
            process.parameters() | {"players": list(game.players), "limit": True}
        ),
    )


def profile_fixation(game: RoleGame, process: Any) -> tuple[Integers, list[Floats]]:
    """Return all profiles, and how likely a mutant in one role takes over there.

    Parameters
    ----------
    game : RoleGame
    process : Fermi, Moran, WrightFisher or BestOfSample

    Returns
    -------
    profiles : int array, shape (profiles, roles)
        The strategy that each role follows.
    log_fixation : list of arrays, shape (profiles, s_r)
        Of each role; ``[p, k]`` is ln of the fixation probability of one who follows the strategy
        k places on from that of profile p, counted round; -inf at k = 0.

    Raises
    ------
    BudgetError
        If there are too many profiles; says how many.
    CoopgamesError
        If a role has one individual only, or two strategies may coexist for ever.

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games import bimatrix_game
    >>> chicken = bimatrix_game([[0, 4], [1, 3]], [[0, 1], [4, 3]], [("dare", "swerve")] * 2)
    >>> profiles, log_fixation = profile_fixation(chicken, Fermi(population_size=20))
    >>> profiles[1].tolist(), bool(log_fixation[0][1, 1] < np.log(1 / 20))
    ([0, 1], True)
    """
    profiles = prod(game.sizes)
    if profiles > LARGEST_PROFILES:
        raise BudgetError(
            f"roles with {', '.join(map(str, game.sizes))} strategies have {profiles:.3g} "
            f"profiles, more than {LARGEST_PROFILES:,}: use simulate, or fewer strategies"
        )
    sizes = role_sizes(game, process)
    if min(sizes) < 2:
        raise CoopgamesError(
            "population_size must be >= 2 for mutants to have residents to replace; got "
            f"{process.population_size!r} with {min(sizes)} individual in a role"
        )
    chosen = np.stack(np.unravel_index(np.arange(profiles), game.sizes), axis=1)
    adds = [
        [n * a for n, a in zip(game.players, scenario.adds, strict=True)]
        for scenario in game.scenarios
    ]
    total = np.stack(
        [sum(of_role[chosen[:, r]] for r, of_role in enumerate(way)) for way in adds], axis=1
    )
    out = []
    for r, size in enumerate(game.sizes):
        logs = np.full((chosen.shape[0], size), -np.inf)
        own = np.stack([way[r][chosen[:, r]] for way in adds], axis=1)
        for i in range(size):
            for j in range(i + 1, size):
                # Profiles with i or j here differ in this role alone: solve both ways at once.
                rows = np.flatnonzero((chosen[:, r] == i) | (chosen[:, r] == j))
                elsewhere, back = np.unique(total[rows] - own[rows], axis=0, return_inverse=True)
                first, second = game.payoffs_of_two(r, i, j, elsewhere, sizes[r])
                forward, backward = process.log_fixation(first, second)
                at_i = chosen[rows, r] == i
                back = back.ravel()
                logs[rows[at_i], j - i] = backward[back[at_i]]
                logs[rows[~at_i], (i - j) % size] = forward[back[~at_i]]
        if np.isnan(logs).any():
            names = ", ".join(game.strategies[r])
            raise CoopgamesError(
                f"strategies of {game.roles[r]!r} ({names}) may coexist for ever under this "
                "process: there is no limit of rare mutations"
            )
        out.append(logs)
    return chosen, out


def _general(
    game: RoleGame, chosen: Integers, logs: list[Floats], mutants: list[Floats]
) -> tuple[Floats, float, tuple[str, ...]]:
    """Solve the chain over profiles of any number of strategies per role."""
    profiles = chosen.shape[0]
    fixation = np.full((profiles, profiles), -np.inf)
    mutation = np.zeros((profiles, profiles))
    here = np.arange(profiles)
    for r, size in enumerate(game.sizes):
        for k in range(1, size):
            there = chosen.copy()
            there[:, r] = (there[:, r] + k) % size
            target = np.ravel_multi_index(tuple(there.T), game.sizes)
            fixation[here, target] = logs[r][:, k]
            mutation[here, target] = mutants[r][chosen[:, r], there[:, r]]
    # Mutants that follow what their role follows anyway change nothing.
    mutation[here, here] = np.maximum(1.0 - mutation.sum(axis=1), 0.0)
    solved = rare_mutation_law(fixation, mutation_matrix=mutation)
    notes = [MISLEADING]
    if solved.absorption.size > 1:
        notes.append(
            f"{solved.absorption.size} sets of profiles are never left once reached; the law is "
            "that from a uniformly drawn profile"
        )
    flow = solved.law[:, None] * mutation * np.exp(fixation)
    np.fill_diagonal(flow, 0.0)
    residual = float(np.abs(flow.sum(axis=0) - flow.sum(axis=1)).max())
    return solved.law, residual, tuple(notes)


def _notes(rarest: float, stuck: int) -> tuple[str, ...]:
    notes = [MISLEADING]
    if stuck > 1:
        notes.append(
            "several profiles are closed classes in double precision (a mutant leads out of them "
            "with a probability below 2.2e-16); their weights come from logarithms, but no real "
            "horizon passes between them"
        )
    if rarest < np.log(np.finfo(float).tiny):
        notes.append(
            "the rarest step has a probability below the smallest double; kept as a logarithm"
        )
    return tuple(notes)
