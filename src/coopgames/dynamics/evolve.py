"""The verb: a game and a dynamic in, an outcome out."""

from __future__ import annotations

from typing import Any, Protocol, overload

from ..errors import CoopgamesError
from ..games import Game, SymmetricGame
from ..outcomes import ExactOutcome
from .finite import Fermi, Moran
from .logit import Logit
from .population import PopulationOutcome

__all__ = ["Dynamic", "evolve"]


class Dynamic(Protocol):
    """What a dynamic must offer: its long-run law, exactly."""

    def long_run(self, game: Game) -> ExactOutcome:
        """Return the stationary outcome."""
        ...


@overload
def evolve(game: Game, dynamic: Dynamic | None = None) -> ExactOutcome: ...
@overload
def evolve(game: SymmetricGame, dynamic: Fermi | Moran) -> PopulationOutcome: ...
def evolve(game: Any, dynamic: Any = None) -> Any:
    """Return the long-run outcome of a dynamic in a game, exactly.

    Parameters
    ----------
    game : Game or SymmetricGame
        An institution over a problem in a world, or a symmetric game by counts.
    dynamic : Logit, Imitation, Fermi or Moran, optional
        Of an institution's game `Logit` (asynchronous revision at precision 15 by default) or
        `Imitation`; of a symmetric game `Fermi` or `Moran`.

    Returns
    -------
    ExactOutcome or PopulationOutcome
        With the method and its certificate.

    Raises
    ------
    CoopgamesError
        If the dynamic is not one for that kind of game.
    BudgetError
        Where no exact route fits the budget; says what answers instead.
    """
    finite = isinstance(dynamic, Fermi | Moran)
    if isinstance(game, SymmetricGame) != finite:
        kind = "Fermi or Moran" if isinstance(game, SymmetricGame) else "Logit or Imitation"
        name = type(game).__name__
        raise CoopgamesError(f"dynamic must be {kind} for a {name}; got {dynamic!r}")
    return (Logit() if dynamic is None else dynamic).long_run(game)
