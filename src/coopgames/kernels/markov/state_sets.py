"""Sets of states of a Markov chain, and from where a chain gets into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["as_mask", "can_reach", "moves_between", "surely_reaches"]


def as_mask(n: int, states: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return a set of states as a mask.

    Parameters
    ----------
    n : int
        Number of states.
    states : bool or int array_like, shape (n,) or (k,)
        A mask, or indices; not empty.

    Raises
    ------
    CoopgamesError
        If the set is empty or names a state that there isn't.

    Examples
    --------
    >>> as_mask(3, [2])
    array([False, False,  True])
    """
    given = np.asarray(states)
    if given.dtype == np.bool_:
        if given.shape != (n,):
            raise CoopgamesError(f"a mask of states must have shape ({n},); got {given.shape}")
        mask = given.copy()
    else:
        if given.size and not np.issubdtype(given.dtype, np.integer):
            raise CoopgamesError(f"states must be a mask or indices; got {given.dtype}")
        if given.size and not (given.min() >= 0 and given.max() < n):
            raise CoopgamesError(
                f"states must lie in 0 .. {n - 1}; got {given.min()}, {given.max()}"
            )
        mask = np.zeros(n, dtype=bool)
        mask[given.astype(np.int64)] = True
    if not mask.any():
        raise CoopgamesError("states must not be empty")
    return mask


def moves_between(transition: csr_matrix) -> csr_matrix:
    """Return the chances of going from one state to another one.

    Parameters
    ----------
    transition : sparse matrix, shape (states, states)

    Returns
    -------
    csr_matrix
        Nothing is stored on the diagonal, nor a chance of 0.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> moves_between(csr_matrix([[0.5, 0.5], [0.0, 1.0]])).nnz
    1
    """
    from scipy.sparse import diags

    moves: csr_matrix = (transition - diags(transition.diagonal())).tocsr()
    moves.eliminate_zeros()
    return moves


def can_reach(moves: csr_matrix, targets: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return where a path leads into a set, the set included.

    Parameters
    ----------
    moves : sparse matrix, shape (states, states)
        Chances of going from one state to another; those of 0 are not stored.
    targets : bool array, shape (states,)

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> can_reach(csr_matrix([[0, 1.0, 0], [0, 0, 0], [0, 0, 0]]), np.array([False, True, False]))
    array([ True,  True, False])
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import breadth_first_order

    # One search against the arrows, from an extra state that stands behind the whole set.
    n = targets.size
    arrows = moves.tocoo()
    into = np.flatnonzero(targets)
    rows = np.concatenate([arrows.col, np.full(into.size, n)])
    columns = np.concatenate([arrows.row, into])
    graph = coo_matrix((np.ones(rows.size), (rows, columns)), shape=(n + 1, n + 1)).tocsr()
    found = np.zeros(n + 1, dtype=bool)
    found[breadth_first_order(graph, n, return_predecessors=False)] = True
    return found[:n]


def surely_reaches(moves: csr_matrix, targets: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return from where the chain enters a set with probability 1, the set included.

    Parameters as `can_reach`.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> moves = csr_matrix([[0, 0.5, 0.5], [0, 0, 0], [0.1, 0, 0]])
    >>> surely_reaches(moves, np.array([False, True, False]))
    array([ True,  True,  True])
    >>> surely_reaches(moves, np.array([False, False, True]))
    array([False, False,  True])
    """
    from scipy.sparse import diags

    lost = ~can_reach(moves, targets)
    if not lost.any():
        return np.ones(targets.size, dtype=bool)
    # What can get lost before it hits never surely hits; what happens after it hit is no matter.
    before = (diags((~targets).astype(float)) @ moves).tocsr()
    before.eliminate_zeros()
    return np.asarray(~can_reach(before, lost) | targets)
