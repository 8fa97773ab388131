r"""First-step equations on a set of states, also where the set is hardly ever left.

With Q the chain restricted to the set, (I - Q) h = b is solved by sparse LU. I - Q is formed from
what leaves a state, not as 1 minus what stays, which would cancel. A trap, a part of the set that
is hardly ever left, makes it all but singular: digits are lost in the size of h there. Then a state
a of the trap becomes a place to stop as well, and

    h = y + g h(a),    h(a) = [b(a) + P y](a) / (chance to leave from a before coming back),

where y counts until a or the end and g is the chance of getting to a. Both are well conditioned,
and only positive numbers are added and divided. Several traps take several such states, and a small
system among them, solved without a subtraction (Grassmann, Taksar & Heyman 1985).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError
from .chains import LARGEST_DIRECT, factorise

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

__all__ = ["factorised", "solve_inside"]

Floats = npt.NDArray[np.float64]

#: Relative rounding of the solutions that is accepted, and how many traps are taken apart for it.
ROUNDING = 1e-9
LARGEST_NUMBER_OF_TRAPS = 12
#: States times bandwidth up to which a chain is factorised: some gigabytes of fill at worst.
LARGEST_FILL = 120_000_000


def solve_inside(moves: csr_matrix, inside: npt.NDArray[np.bool_], right: Floats) -> Floats:
    """Solve (I - Q) h = right on a set.

    Parameters
    ----------
    moves : csr_matrix, shape (states, states)
        Chances of going from one state to another one.
    inside : bool array, shape (states,)
        The set; a way leads out of it from each of its states.
    right : array, shape (members,) or (members, k)
        At least 0.

    Returns
    -------
    array, shape of ``right``

    Raises
    ------
    BudgetError
        If the set is too large and too wide for a direct solution, or has more than 12 traps that
        are hardly ever left.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> moves = csr_matrix([[0, 0.5, 0], [0.5, 0, 1e-30], [0, 0, 0]])
    >>> solve_inside(moves, np.array([True, True, False]), np.ones(2)) / 2e30
    array([1., 1.])
    """
    if not inside.any():
        return right
    rows = moves[inside]
    among, out = rows[:, inside], np.asarray(rows @ (~inside).astype(float)).ravel()
    leaving = np.asarray(rows.sum(axis=1), dtype=float).ravel()
    sides = np.asarray(right.reshape(out.size, -1), dtype=float)
    anchors: list[int] = []
    for _ in range(LARGEST_NUMBER_OF_TRAPS + 1):
        solved, visits, rounding = _stopped(among, leaving, out, sides, anchors)
        if rounding <= ROUNDING:
            return solved.reshape(right.shape)
        anchors.append(int(np.argmax(np.abs(visits))))
    raise BudgetError(
        f"first passage among {out.size:,} states has more than {LARGEST_NUMBER_OF_TRAPS} traps "
        f"that are hardly ever left, and would be good to {rounding:.1e} only; take a larger "
        "mutation probability or a smaller population"
    )


def _stopped(
    among: csr_matrix, leaving: Floats, out: Floats, sides: Floats, anchors: list[int]
) -> tuple[Floats, Floats, float]:
    """Return solutions by way of the anchors, visits by state, and what rounding may do."""
    from scipy.sparse import diags

    free = np.ones(out.size, dtype=bool)
    free[anchors] = False
    inner = among[free][:, free].T
    visits = np.zeros(out.size)
    # The transpose is column-diagonally dominant and needs no pivoting.
    try:
        factors = factorised((diags(leaving[free]) - inner).tocsc())
    except RuntimeError:
        # Singular to the computer; with a way out of every state the trap shows all the same.
        open_ = (diags(leaving[free] * (1.0 + ROUNDING)) - inner).tocsc()
        visits[free] = factorised(open_).solve(np.ones(int(free.sum())))
        return sides, visits, np.inf
    visits[free] = factors.solve(np.ones(int(free.sum())))
    to_anchors = among[:, anchors].toarray() if anchors else np.empty((out.size, 0))
    given = np.column_stack([sides, np.ones(out.size), out, to_anchors])
    solved = np.zeros_like(given)
    solved[free] = factors.solve(given[free], trans="T")
    columns = sides.shape[1]
    time = solved[free, columns]
    fine = np.isfinite(time).all() and (time > 0).all() and (visits[free] > 0).all()
    rounding = float(np.finfo(float).eps * leaving.max() * time.max()) if fine else np.inf
    answer = solved[:, :columns]
    if not anchors or rounding > ROUNDING:
        return answer, visits, rounding
    steps = given[anchors] + among[anchors] @ solved
    at_anchors = _small(steps[:, :columns], steps[:, columns + 1], steps[:, columns + 2 :])
    answer[anchors] = at_anchors
    answer[free] += solved[free, columns + 2 :] @ at_anchors
    return answer, visits, rounding


def _small(right: Floats, out: Floats, between: Floats) -> Floats:
    """Solve for a few states, by elimination without a subtraction, from chances to move."""
    right, out, between = right.copy(), out.copy(), between.copy()
    np.fill_diagonal(between, 0.0)
    pivots = np.empty(out.size)
    for k in range(out.size - 1, -1, -1):
        pivots[k] = out[k] + between[k, :k].sum()
        share = between[:k, k] / pivots[k]
        right[:k] += share[:, None] * right[k]
        out[:k] += share * out[k]
        between[:k, :k] += share[:, None] * between[k, :k]
        np.fill_diagonal(between, 0.0)
    for k in range(out.size):
        right[k] = (right[k] + between[k, :k] @ right[:k]) / pivots[k]
    return right


def factorised(system: csc_matrix) -> Any:
    """Return the sparse LU of a column-diagonally dominant M-matrix, if it is affordable.

    Raises
    ------
    BudgetError
        Says how large the matrix is.

    Examples
    --------
    >>> from scipy.sparse import csc_matrix
    >>> factorised(csc_matrix([[2.0, -1.0], [-1.0, 2.0]])).solve(np.array([3.0, 0.0]))
    array([2., 1.])
    """
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    n = system.shape[0]
    if n > LARGEST_DIRECT:
        place = np.empty(n, dtype=np.int64)
        place[reverse_cuthill_mckee(system.tocsr(), symmetric_mode=False)] = np.arange(n)
        entries = system.tocoo()
        width = int(np.abs(place[entries.row] - place[entries.col]).max())
        if n * width > LARGEST_FILL:
            raise BudgetError(
                f"first passage among {n:,} states needs a factorisation of {n:,} rows by a "
                f"bandwidth of {width:,}, more than {LARGEST_FILL:,} entries; take a smaller "
                "population or set, fewer strategies, or simulate"
            )
    return factorise(system)
