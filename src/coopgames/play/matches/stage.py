"""The game of one round between two players, whichever way it is given."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import BilateralGame, SymmetricGame
from ...strategies.zero_determinant import as_dilemma, round_payoffs

__all__ = ["Stage", "alike", "stage_payoffs"]

Floats = npt.NDArray[np.float64]

#: One matrix of a symmetric game, own act first; or two, both with the first side's act first.
Stage = SymmetricGame | BilateralGame | tuple[npt.ArrayLike, npt.ArrayLike] | npt.ArrayLike


def stage_payoffs(game: Stage) -> tuple[Floats, Floats]:
    """Return what both sides get after CC, CD, DC and DD, the first side's act first, (4,) each.

    Raises
    ------
    CoopgamesError
        If the game isn't of two players and two acts, or payoffs are no finite numbers.

    Examples
    --------
    >>> stage_payoffs([[3, 0], [5, 1]])
    (array([3., 0., 5., 1.]), array([3., 5., 0., 1.]))
    """
    if isinstance(game, BilateralGame):
        second = game.first.T if game.symmetric else game.second
        return game.first.ravel(), second.ravel()
    if not isinstance(game, SymmetricGame):
        try:
            given = np.asarray(game, dtype=float)
        except (TypeError, ValueError):
            raise CoopgamesError(f"game must hold numbers; got {game!r}") from None
        if given.shape not in {(2, 2), (2, 2, 2)} or not np.isfinite(given).all():
            raise CoopgamesError(
                "game must be one matrix of shape (2, 2), or two of finite numbers, (first, "
                f"second); got shape {given.shape}"
            )
        pair = given if given.ndim == 3 else (given, given.T)
        return pair[0].ravel(), pair[1].ravel()
    dilemma = as_dilemma(game)
    if dilemma.players != 2:
        raise CoopgamesError(
            f"game must be of two players; got {dilemma.players}; use play_group or simulate_group"
        )
    return round_payoffs(dilemma)


def alike(first: Floats, second: Floats) -> bool:
    """Whether both sides have the same payoffs, each by its own act first.

    Examples
    --------
    >>> alike(*stage_payoffs([[3, 0], [5, 1]])), alike(np.arange(4.0), np.arange(4.0))
    (True, False)
    """
    return np.array_equal(first[[0, 2, 1, 3]], second)
