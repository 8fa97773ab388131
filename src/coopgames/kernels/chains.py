"""Stationary laws of sparse Markov chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

from ..errors import BudgetError

__all__ = ["stationary_law"]

Floats = npt.NDArray[np.float64]

#: Beyond this the fill of a direct factorisation grows too fast on many-dimensional lattices.
LARGEST_DIRECT = 6_000
#: A law is handed out only below this residual.
RESIDUAL = 1e-9


def stationary_law(transition: csr_matrix) -> tuple[Floats, float]:
    """Return (pi, residual) with pi P = pi, for an irreducible chain.

    Parameters
    ----------
    transition : sparse matrix, shape (states, states)
        Rows sum to one.

    Returns
    -------
    tuple
        The law, shape (states,), and max |pi P - pi|.

    Raises
    ------
    BudgetError
        If the residual stays above 1e-9.

    Notes
    -----
    The balance equations with one state's weight fixed, by sparse LU up to some thousand states
    and by GMRES with an incomplete LU beyond.
    """
    from scipy.sparse import diags

    n = transition.shape[0]
    if n == 1:
        return np.ones(1), 0.0
    # Rows are balanced by what leaves them, not by 1 minus what stays, which would cancel.
    moves = (transition - diags(transition.diagonal())).tocsr()
    balance = (moves.T - diags(np.asarray(moves.sum(axis=1)).ravel())).tocsc()
    anchor = int(np.argmax(np.asarray(transition.diagonal())))
    keep = np.delete(np.arange(n), anchor)
    matrix = balance[keep][:, keep].tocsc()
    right = -np.asarray(balance[keep][:, [anchor]].todense()).ravel()
    law = np.empty(n)
    law[keep], law[anchor] = _solve(matrix, right), 1.0
    law = np.clip(law, 0.0, None)
    law /= law.sum()
    residual = float(np.abs(law @ transition - law).max())
    if residual > RESIDUAL:
        raise BudgetError(
            f"the stationary law of {n} states was found only to a residual of {residual:.1e}, "
            f"above {RESIDUAL:.0e}; use a simulation, or a smaller world"
        )
    return law, residual


def _solve(matrix: csc_matrix, right: Floats) -> Floats:
    """Solve by sparse LU where its fill is affordable, else by preconditioned GMRES."""
    from scipy.sparse.linalg import LinearOperator, gmres, spilu, splu

    if right.size <= LARGEST_DIRECT:
        return np.asarray(splu(matrix).solve(right))
    incomplete = spilu(matrix, drop_tol=1e-3, fill_factor=5)
    conditioner = LinearOperator(matrix.shape, incomplete.solve, dtype=float)
    solution, _ = gmres(matrix, right, M=conditioner, rtol=1e-13, restart=50, maxiter=40)
    return np.asarray(solution)
