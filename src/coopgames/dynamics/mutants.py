r"""Mutants in finite populations: fixation, the gradient of selection, rare mutations.

Without mutation a population of two strategies ends in one of them. Where mutations are rare it is
homogeneous when a mutant appears, which takes over or vanishes before the next one: an embedded
chain over homogeneous states.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..kernels.pairwise_fixation import (
    log_fixation_both_ways,
    pair_matrix,
    pairwise_log_fixation,
)
from ..kernels.rare_mutations import RareMutationLaw, rare_mutation_law
from ..outcomes import Certificate
from ..provenance import provenance
from .finite import Fermi, Moran, payoffs_of_two
from .population import PopulationOutcome

__all__ = ["Fixation", "fixation", "gradient_of_selection", "small_mutation_limit"]

Floats = npt.NDArray[np.float64]


def _position(game: SymmetricGame, name: str | int, argument: str) -> int:
    if isinstance(name, int):
        if not 0 <= name < game.size:
            raise CoopgamesError(f"{argument} must lie in 0 .. {game.size - 1}; got {name}")
        return name
    one_of(argument, name, game.strategies)
    return game.strategies.index(name)


class Fixation(NamedTuple):
    """Fixation of one mutant: its probability, that one's logarithm, and times in steps.

    ``time`` is until the mutant is gone or has taken over, ``conditional_time`` until it has, given
    that it does. With infinitely strong imitation times are NaN, and so is the probability where
    mutant and resident may coexist for ever.
    """

    probability: float
    log_probability: float
    time: float
    conditional_time: float


def fixation(
    game: SymmetricGame, process: Fermi | Moran, mutant: str | int, resident: str | int
) -> Fixation:
    """Return how one mutant fares in a population of residents, without mutation.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi or Moran
    mutant, resident : str or int
        Two different strategies, by name or position.

    Returns
    -------
    Fixation
        Without selection the probability is 1 / Z.

    Raises
    ------
    CoopgamesError
        If a strategy is unknown, both are the same, or fitness is not above 0.

    References
    ----------
    Traulsen & Hauert (2009) Reviews of Nonlinear Dynamics and Complexity II, chapter 2; Antal &
    Scheuring (2006) Bull. Math. Biol. 68:1923. doi:10.1007/s11538-006-9061-4

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> found = fixation(stag_hunt(), Fermi(population_size=20, selection_intensity=0.1), 0, 1)
    >>> round(found.probability, 9)
    0.016166768
    """
    from ..kernels.absorption import birth_death_times

    own, other = _position(game, mutant, "mutant"), _position(game, resident, "resident")
    if own == other:
        raise CoopgamesError(f"mutant and resident must differ; got {mutant!r} for both")
    first, second = payoffs_of_two(game, process, own, other)
    log_probability = float(log_fixation_both_ways(process.log_loss(first, second))[0])
    time = conditional = float("nan")
    if process.selection_intensity < np.inf:
        times = birth_death_times(*process.rates(first, second, 0.0))
        time, conditional = float(times.unconditional[1]), float(times.to_top[1])
    return Fixation(float(np.exp(log_probability)), log_probability, time, conditional)


def gradient_of_selection(
    game: SymmetricGame, process: Fermi | Moran, *, mutation: bool = False
) -> Floats:
    """Return T+(j) - T-(j) of the first of two strategies, j = 0 .. Z.

    Parameters
    ----------
    game : SymmetricGame
        Of two strategies.
    process : Fermi or Moran
    mutation : bool
        Whether the drift of mutation is in it.

    Returns
    -------
    array, shape (Z + 1,)
        Positive where selection makes the first strategy more frequent. [1/step]

    Raises
    ------
    CoopgamesError
        If the game has not two strategies.

    References
    ----------
    Pacheco, Santos, Souza & Skyrms (2009) Proc. R. Soc. B 276:315. doi:10.1098/rspb.2008.1126

    Examples
    --------
    >>> from coopgames.games.classics import donation_game
    >>> bool((gradient_of_selection(donation_game(2, 1), Fermi(population_size=10)) <= 0).all())
    True
    """
    _two(game)
    first, second = payoffs_of_two(game, process, 0, 1)
    up, down = process.rates(first, second, process.mutation if mutation else 0.0)
    return np.asarray(np.append(up, 0.0) - np.concatenate([[0.0], down]))


def _two(game: SymmetricGame) -> None:
    if game.size != 2:
        raise CoopgamesError(
            f"game must have two strategies; this one has {', '.join(game.strategies)}: take two "
            "of them with restricted()"
        )


def small_mutation_limit(
    game: SymmetricGame,
    process: Fermi | Moran,
    strategies: Sequence[str | int] | None = None,
) -> PopulationOutcome:
    """Return the long run as mutations become rare: a law over homogeneous populations.

    Every population is homogeneous when a mutant appears, which takes over or vanishes before the
    next one.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi or Moran
        Its mutation probability is not used; mutants are uniform over the other strategies.
    strategies : sequence of str or int, optional
        Some of the strategies; all by default.

    Returns
    -------
    PopulationOutcome
        Its states are the homogeneous ones, its law that from a uniformly drawn one. The
        certificate notes several closed classes. Where imitation is infinitely strong and two
        strategies may coexist for ever there is no such limit: the law is NaN, and a note says so.

    Raises
    ------
    CoopgamesError
        If a strategy is unknown or occurs twice, or fewer than two are asked for.

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
    chosen = [
        _position(game, name, "strategies")
        for name in (range(game.size) if strategies is None else strategies)
    ]
    if len(chosen) < 2 or len(set(chosen)) < len(chosen):
        raise CoopgamesError(f"strategies must be at least two different ones; got {strategies!r}")
    size = process.population_size
    if game.players == 2 and isinstance(process, Fermi):
        logs = pairwise_log_fixation(
            game.matrix()[np.ix_(chosen, chosen)],
            population_size=size,
            selection_intensity=process.selection_intensity,
        )
    else:
        pairs = [
            process.log_loss(*payoffs_of_two(game, process, chosen[i], chosen[j]))
            for i, j in combinations(range(len(chosen)), 2)
        ]
        both = log_fixation_both_ways(np.array(pairs))
        logs = pair_matrix(*both, population_size=size)
    names = [game.strategies[i] for i in chosen]
    stuck = [
        f"{names[i]} and {names[k]} may coexist for ever"
        for k, i in np.argwhere(np.isnan(logs)).tolist()
        if i < k
    ]
    notes = stuck
    law = np.full(len(chosen), np.nan)
    if not stuck:
        solved = rare_mutation_law(logs)
        law, notes = solved.law, _closed_classes(names, solved)
    states = np.zeros((len(chosen), game.size), dtype=np.int64)
    states[np.arange(len(chosen)), chosen] = size
    return PopulationOutcome(
        game=game,
        states=states,
        law=law,
        certificate=Certificate(method="small-mutation limit", exact=True, notes=tuple(notes)),
        provenance=provenance(process.parameters() | {"players": game.players, "limit": True}),
    )


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
