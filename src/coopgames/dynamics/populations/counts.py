"""Counts of strategies as arguments: where a population starts, and sets of its states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import SymmetricGame

__all__ = ["SetOfStates", "checked_start", "states_in"]

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
SetOfStates = Callable[[Integers], npt.ArrayLike] | npt.ArrayLike


def checked_start(start: npt.ArrayLike, game: SymmetricGame, size: int) -> Integers:
    """Return the counts at the start, or say what is wrong with them.

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> checked_start([2, 3], stag_hunt(), 5)
    array([2, 3])
    """
    given = np.asarray(start)
    whole = given.dtype.kind in "iu" and given.shape == (game.size,)
    if not whole or (given < 0).any() or int(given.sum()) != size:
        raise CoopgamesError(
            f"start must be {game.size} whole numbers that sum to population_size = {size}; "
            f"got {start!r}"
        )
    return given.astype(np.int64)


def states_in(name: str, chosen: SetOfStates, states: Integers) -> Mask:
    """Return a set of states as a mask.

    Parameters
    ----------
    name : str
        Of the argument, for errors.
    chosen : callable or bool array_like
        ``chosen(counts)``, counts of shape (k, s), returns booleans, shape (k,); or those of all
        ``states``.
    states : int array, shape (k, s)

    Raises
    ------
    CoopgamesError
        If there is not one boolean per state.

    Examples
    --------
    >>> states_in("reached", lambda counts: counts[:, 0] > 1, np.array([[1, 2], [2, 1]]))
    array([False,  True])
    """
    given = np.asarray(chosen(states) if callable(chosen) else chosen)
    if given.dtype != np.bool_ or given.shape != states.shape[:1]:
        raise CoopgamesError(
            f"{name} must give one boolean per state, shape ({states.shape[0]},); got "
            f"{given.dtype} of shape {given.shape}"
        )
    return given
