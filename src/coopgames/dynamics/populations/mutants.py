"""Mutants in finite populations: fixation, and the gradient of selection."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..._checks import one_of
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ..processes.every import FiniteProcess
from .stationary import payoffs_of_two

__all__ = ["Fixation", "fixation", "gradient_of_selection", "strategy_position"]

Floats = npt.NDArray[np.float64]


def strategy_position(game: SymmetricGame, name: str | int, argument: str) -> int:
    """Return the position of a strategy given by name or position."""
    if isinstance(name, int | np.integer):
        if not 0 <= name < game.size:
            raise CoopgamesError(f"{argument} must lie in 0 .. {game.size - 1}; got {name}")
        return int(name)
    one_of(argument, name, game.strategies)
    return game.strategies.index(name)


class Fixation(NamedTuple):
    """Fixation of one mutant: its probability, that one's logarithm, and times.

    ``time`` is until the mutant is gone or has taken over, ``conditional_time`` until it has, given
    that it does; in steps, which are generations of the Wright-Fisher process. With infinitely
    strong imitation times are NaN. Under it and where the best of a sample is imitated the
    probability is NaN where mutant and resident may coexist for ever. A conditional time is NaN
    where the mutant can't take over, and in the Wright-Fisher process where chances of 1e-260 and
    below decide.
    """

    probability: float
    log_probability: float
    time: float
    conditional_time: float


def fixation(
    game: SymmetricGame, process: FiniteProcess, mutant: str | int, resident: str | int
) -> Fixation:
    """Return how one mutant fares in a population of residents, without mutation.

    Parameters
    ----------
    game : SymmetricGame
    process : Fermi, Moran, WrightFisher or BestOfSample
    mutant, resident : str or int
        Two different strategies, by name or position.

    Returns
    -------
    Fixation
        Without selection the probability is 1 / Z; but where the best of a sample is imitated
        nobody imitates anybody in a tie.

    Raises
    ------
    CoopgamesError
        If a strategy is unknown, both are the same, or fitness is not above 0.
    BudgetError
        If the population is too large for the dense chain of the Wright-Fisher process.

    References
    ----------
    Traulsen & Hauert (2009) Reviews of Nonlinear Dynamics and Complexity II, chapter 2; Antal &
    Scheuring (2006) Bull. Math. Biol. 68:1923. doi:10.1007/s11538-006-9061-4

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import stag_hunt
    >>> found = fixation(stag_hunt(), Fermi(population_size=20, selection_intensity=0.1), 0, 1)
    >>> round(found.probability, 9)
    0.016166768
    """
    own, other = (
        strategy_position(game, mutant, "mutant"),
        strategy_position(game, resident, "resident"),
    )
    if own == other:
        raise CoopgamesError(f"mutant and resident must differ; got {mutant!r} for both")
    first, second = payoffs_of_two(game, process, own, other)
    log_probability, time, conditional = process.fate(first, second)
    return Fixation(float(np.exp(log_probability)), log_probability, time, conditional)


def gradient_of_selection(
    game: SymmetricGame, process: FiniteProcess, *, mutation: bool = False
) -> Floats:
    """Return the expected change of the first of two strategies in a step, j = 0 .. Z.

    Where one individual changes per step this is T+(j) - T-(j); in the Wright-Fisher process, whose
    step is a generation, the expected number of those who follow the first, less j.

    Parameters
    ----------
    game : SymmetricGame
        Of two strategies.
    process : Fermi, Moran, WrightFisher or BestOfSample
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
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games.classics import donation_game
    >>> bool((gradient_of_selection(donation_game(2, 1), Fermi(population_size=10)) <= 0).all())
    True
    """
    _two(game)
    first, second = payoffs_of_two(game, process, 0, 1)
    return process.drift(first, second, process.mutation if mutation else 0.0)


def _two(game: SymmetricGame) -> None:
    if game.size != 2:
        raise CoopgamesError(
            f"game must have two strategies; this one has {', '.join(game.strategies)}: take two "
            "of them with restricted()"
        )
