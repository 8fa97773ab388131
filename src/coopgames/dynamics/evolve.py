"""The verb: a game and a dynamic in, an outcome out."""

from __future__ import annotations

from typing import Any, Literal, get_args, overload

from .._checks import one_of
from ..errors import CoopgamesError
from ..games import PLANS, Game, RoleGame, SymmetricGame
from ..outcomes import ExactOutcome
from .populations.outcome import PopulationOutcome, RoleOutcome
from .processes.every import FiniteProcess
from .states.logit import Logit
from .states.policies import policy_long_run
from .states.roles import role_long_run

__all__ = ["evolve"]


@overload
def evolve(
    game: Game,
    dynamic: Logit | FiniteProcess | None = None,
    *,
    plans: Literal["act2", "act3", "exit3"] = "act2",
) -> ExactOutcome: ...
@overload
def evolve(game: SymmetricGame, dynamic: FiniteProcess) -> PopulationOutcome: ...
@overload
def evolve(game: RoleGame, dynamic: Logit | FiniteProcess | None = None) -> RoleOutcome: ...
def evolve(game: Any, dynamic: Any = None, *, plans: Any = "act2") -> Any:
    """Return the long-run outcome of a dynamic in a game, exactly.

    Parameters
    ----------
    game : Game, SymmetricGame or RoleGame
        An institution over a problem in a world, or a game by counts of one role or of several.
    dynamic : Logit, Fermi, Moran, WrightFisher or BestOfSample, optional
        Of a symmetric game one of the last four. Otherwise `Logit`, asynchronous revision, at
        precision 15 by default; or one of the others, each role being a population of its own: of
        its players themselves, or of ``population_size`` where that is given and larger.
    plans : {'act2', 'act3', 'exit3'}
        What the states of an institution's game choose from, as in
        `coopgames.games.policy_games`.

    Returns
    -------
    ExactOutcome, PopulationOutcome or RoleOutcome
        With the method and its certificate.

    Raises
    ------
    CoopgamesError
        If the dynamic is not one for that kind of game.
    BudgetError
        Where no exact route fits the budget; says what answers instead.

    Examples
    --------
    Two states that play chicken, each a role of its own:

    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.games import bimatrix_game
    >>> chicken = bimatrix_game([[0, 4], [1, 3]], [[0, 1], [4, 3]], [("dare", "swerve")] * 2)
    >>> process = Fermi(selection_intensity=5.0, mutation_probability=0.01)
    >>> outcome = evolve(chicken, process)
    >>> round(outcome.shares()["row: dare"], 6)
    0.5
    """
    chosen: Any = Logit() if dynamic is None else dynamic
    finite = isinstance(chosen, get_args(FiniteProcess))
    if isinstance(game, SymmetricGame):
        if not finite:
            raise CoopgamesError(
                "dynamic must be Fermi, Moran, WrightFisher or BestOfSample for a SymmetricGame; "
                f"got {dynamic!r}"
            )
        return chosen.long_run(game)
    if not (finite or isinstance(chosen, Logit)):
        raise CoopgamesError(
            "dynamic must be Logit, Fermi, Moran, WrightFisher or BestOfSample for a "
            f"{type(game).__name__}; got {dynamic!r}: flows are followed by simulate"
        )
    if isinstance(game, RoleGame):
        return role_long_run(game, chosen)
    if one_of("plans", plans, PLANS) == "act2" and isinstance(chosen, Logit):
        return chosen.long_run(game)
    return policy_long_run(game, chosen, plans)
