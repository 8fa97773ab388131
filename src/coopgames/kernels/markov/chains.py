r"""Stationary laws of sparse Markov chains.

With out(i) the probability of leaving state i, the law pi solves the balance equations

    B pi = 0,    B = diag(out) - (P - diag P)^T,

an M-matrix whose columns sum to zero, so that elimination needs no pivoting. Three routes:

1. One state's weight is fixed and the rest solved by sparse LU. The state must not be improbable:
   if the solution has its peak far above, the peak becomes the fixed state.
2. Levels. States at equal graph distance from one end of the chain form levels; a step leads to
   the same level or the next, so B is block tridiagonal. On the compositions of Z individuals over
   s strategies a level is the set with a given count of one strategy: a problem with s - 1
   strategies, factorised once. Sweeps over the levels alternate with an exact balance of the mass
   between levels (iterative aggregation and disaggregation, a birth-death chain), seen from
   several ends in turn, and with one between cells, sets of states in the same few levels from
   each end, which finds the weights of regions that the chain seldom leaves; GMRES with one such
   round as preconditioner corrects the rest.
3. GMRES with an incomplete LU, where a chain has no narrow levels or the second route stalls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

from ...errors import BudgetError, CoopgamesError

__all__ = ["LARGEST_CHAIN", "closed_classes", "factorise", "stationary_law"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: States of a chain that callers still assemble, some seconds to a minute.
LARGEST_CHAIN = 120_000
#: Up to here the fill of a direct factorisation is affordable whatever the chain's shape.
LARGEST_DIRECT = 6_000
#: Beyond, while no level is wider than this: the fill grows with the widest level.
WIDEST_DIRECT = 1_400
#: Levels wider than this aren't factorised.
WIDEST_LEVEL = 30_000
#: A law is handed out only below this residual.
RESIDUAL = 1e-9
#: What the iterations aim at: the sum of |inflow - outflow| over that of all flows.
IMBALANCE = 1e-13
#: Rounds of steps at the end, at most.
POLISH = 20
#: From how many ends the chain is seen by levels.
VIEWS = 3
#: Cells are made as small as this number of them allows.
CELLS = 2_500
#: Corrections by GMRES before the iteration over levels gives up.
ROUNDS = 12
#: A fixed state this many times less probable than the peak gives way to it.
OVERSHADOWED = 1e3
#: Stands for probabilities below it where a ratio is formed.
TINY = 1e-290
#: Flows between levels below this share of the largest aren't corrected; they are all rounding.
FAINT = 1e-14


def closed_classes(transition: csr_matrix) -> tuple[int, Integers]:
    """Return the sets of states that a chain cannot leave.

    Parameters
    ----------
    transition : sparse matrix, shape (states, states)
        Entries at least 0; where a step is possible they are above 0.

    Returns
    -------
    classes : int
        How many closed classes there are, at least 1.
    label : int array, shape (states,)
        0 .. classes - 1 in the order of their first states, and -1 for transient states.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> closed_classes(csr_matrix([[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]]))
    (2, array([ 0, -1,  1]))
    """
    from scipy.sparse.csgraph import connected_components

    steps = transition.tocsr().copy()
    steps.eliminate_zeros()
    parts, part = connected_components(steps, directed=True, connection="strong")
    if parts == 1:
        return 1, np.zeros(part.size, dtype=np.int64)
    entries = steps.tocoo()
    closed = np.ones(parts, dtype=bool)
    closed[part[entries.row[part[entries.row] != part[entries.col]]]] = False
    _, first = np.unique(part, return_index=True)
    ordered = np.flatnonzero(closed)[np.argsort(first[closed])]
    name = np.full(parts, -1, dtype=np.int64)
    name[ordered] = np.arange(ordered.size)
    return int(ordered.size), name[part]


def stationary_law(transition: csr_matrix) -> tuple[Floats, float]:
    """Return (pi, residual) with pi P = pi, for a chain with one closed class.

    Parameters
    ----------
    transition : sparse matrix, shape (states, states)
        Rows sum to one.

    Returns
    -------
    tuple
        The law, shape (states,), 0 at transient states, and max |pi P - pi|.

    Raises
    ------
    CoopgamesError
        If the chain has several closed classes, and so no single law.
    BudgetError
        If the residual stays above 1e-9.

    Notes
    -----
    Sparse LU up to some thousand states, and beyond while the chain is narrow, as with three
    strategies; else sweeps over levels with GMRES, see the head of the module.

    References
    ----------
    Koury, McAllister & Stewart (1984) SIAM J. Algebr. Discrete Methods 5:164,
    doi:10.1137/0605019; Stewart (1994) Introduction to the Numerical Solution of Markov Chains,
    Princeton University Press, chapter 6.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> law, residual = stationary_law(csr_matrix([[0.9, 0.1], [0.3, 0.7]]))
    >>> law.round(12)
    array([0.75, 0.25])
    """
    n = transition.shape[0]
    if n == 1:
        return np.ones(1), 0.0
    classes, label = closed_classes(transition)
    if classes > 1:
        raise CoopgamesError(
            f"the chain must have one closed class for a stationary law; got {classes}, each with "
            "a law of its own; ask for absorption probabilities, or let mutation connect them"
        )
    inside = np.flatnonzero(label == 0)
    law = np.zeros(n)
    law[inside] = _irreducible(transition.tocsr()[inside][:, inside])
    residual = float(np.abs(law @ transition - law).max())
    if not residual <= RESIDUAL:
        raise BudgetError(
            f"the stationary law of {n} states was found only to a residual of {residual:.1e}, "
            f"above {RESIDUAL:.0e}; use a simulation, or a smaller world"
        )
    return law, residual


def _irreducible(transition: csr_matrix) -> Floats:
    """Return the law of an irreducible chain by the cheapest route that reaches it."""
    from scipy.sparse import diags

    n = transition.shape[0]
    if n == 1:
        return np.ones(1)
    # Rows are balanced by what leaves them, not by 1 minus what stays, which would cancel.
    moves = (transition - diags(transition.diagonal())).tocsr()
    moves.eliminate_zeros()
    leaving = np.asarray(moves.sum(axis=1)).ravel()
    balance = (diags(leaving) - moves.T).tocsr()
    anchor = int(np.argmin(leaving))
    if n <= LARGEST_DIRECT:
        return _normalised(_direct(balance, anchor))
    views = _levels(moves)
    widest = [int(np.bincount(level).max()) for level in views]
    if min(widest) <= WIDEST_DIRECT:
        return _normalised(_direct(balance, anchor))
    start = None
    views = [v for v, wide in zip(views, widest, strict=True) if wide <= WIDEST_LEVEL]
    if views and views[0].max() >= 2:
        seen: list[_View] = [_Cells(moves, views), *(_Levels(balance, level) for level in views)]
        start = _by_levels(balance, leaving, seen)
        if np.abs(balance @ start).max() <= RESIDUAL:
            return start
    return _normalised(_incomplete(balance, anchor, start))


def _normalised(law: Floats) -> Floats:
    positive = np.clip(law, 0.0, None)
    return np.asarray(positive / positive.sum())


# --- one state fixed ---------------------------------------------------------------------------


def factorise(matrix: csc_matrix) -> Any:
    """Return the sparse LU of a column-diagonally dominant M-matrix: no pivoting, little fill.

    Parameters
    ----------
    matrix : csc_matrix, shape (states, states)
        Off-diagonal entries at most 0, column sums at least 0; not singular.

    Returns
    -------
    scipy.sparse.linalg.SuperLU
        With a method ``solve``.

    Examples
    --------
    >>> from scipy.sparse import csc_matrix
    >>> factorise(csc_matrix([[2.0, -1.0], [-1.0, 2.0]])).solve(np.array([3.0, 0.0]))
    array([2., 1.])
    """
    from scipy.sparse.linalg import splu

    return splu(
        matrix,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )


def _fixed(balance: csr_matrix, anchor: int) -> tuple[Integers, csc_matrix, Floats]:
    """Return the other states, their equations and right side where the anchor weighs 1."""
    keep = np.delete(np.arange(balance.shape[0]), anchor)
    rows = balance.tocsc()[:, keep].tocsr()[keep].tocsc()
    return keep, rows, -balance[:, [anchor]].toarray().ravel()[keep]


def _direct(balance: csr_matrix, anchor: int) -> Floats:
    """Solve by sparse LU, moving the fixed state to the peak where that is far above it."""
    law = np.empty(balance.shape[0])
    for _ in range(3):
        keep, matrix, right = _fixed(balance, anchor)
        law[keep], law[anchor] = factorise(matrix).solve(right), 1.0
        peak = int(np.argmax(np.abs(law)))
        # Next to a fixed state that is all but impossible the rest is a null vector up to its sign.
        law /= law[peak]
        if law[anchor] * OVERSHADOWED >= 1.0:
            break
        anchor = peak
    return law


def _incomplete(balance: csr_matrix, anchor: int, start: Floats | None) -> Floats:
    """Solve by GMRES with an incomplete LU."""
    from scipy.sparse.linalg import LinearOperator, gmres, spilu

    law = np.empty(balance.shape[0])
    guess: Floats | None = None
    if start is not None:
        anchor = int(np.argmax(start))
        guess = np.delete(start / start[anchor], anchor)
    for _ in range(3):
        keep, matrix, right = _fixed(balance, anchor)
        incomplete = spilu(
            matrix,
            drop_tol=1e-4,
            fill_factor=10,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
        conditioner = LinearOperator(matrix.shape, incomplete.solve, dtype=float)
        solution, _ = gmres(
            matrix, right, x0=guess, M=conditioner, rtol=1e-13, restart=50, maxiter=8
        )
        law[keep], law[anchor] = solution, 1.0
        peak = int(np.argmax(np.abs(law)))
        law /= law[peak]
        if law[anchor] * OVERSHADOWED >= 1.0:
            break
        anchor, guess = peak, np.delete(law, peak)
    return law


# --- levels ------------------------------------------------------------------------------------


def _levels(moves: csr_matrix) -> list[Integers]:
    """Return each state's distance from a few ends of the chain."""
    from scipy.sparse.csgraph import dijkstra

    steps = (moves + moves.T).tocsr()
    degree = np.diff(steps.indptr)
    out: list[Integers] = []
    state = int(np.argmin(degree))
    for _ in range(VIEWS):
        found = np.asarray(dijkstra(steps, indices=[state], unweighted=True))[0]
        out.append(found.astype(np.int64))
        # Next from the state with the fewest neighbours among those farthest from all ends so far.
        apart = np.min(out, axis=0)
        farthest = np.flatnonzero(apart == apart.max())
        state = int(farthest[np.argmin(degree[farthest])])
    return out


class _View(Protocol):
    """A way to see a chain: a step that improves a law, and the same as a linear map near it."""

    def step(self, law: Floats) -> Floats: ...
    def conditioner(self, law: Floats) -> Callable[[Floats], Floats]: ...


class _Levels:
    """Balance equations seen by levels, with each level's block factorised.

    Vectors are in the chain's own order outside, and in that of levels inside.
    """

    def __init__(self, balance: csr_matrix, level: Integers) -> None:
        self.order = np.argsort(level, kind="stable")
        self.level = level[self.order]
        sorted_balance = balance[self.order][:, self.order].tocsr()
        width = np.bincount(level)
        self.start = np.append(0, np.cumsum(width))
        self.slices = [slice(a, b) for a, b in pairwise(self.start.tolist())]
        self.own: list[Any] = []
        self.before: list[Any] = []
        self.after: list[Any] = []
        for k, here in enumerate(self.slices):
            rows = sorted_balance[here]
            self.own.append(factorise(rows[:, here].tocsc()))
            self.before.append(rows[:, self.slices[k - 1]] if k else None)
            last = k + 1 == len(self.slices)
            self.after.append(None if last else rows[:, self.slices[k + 1]])
        # Chances of going one level up and down, per state.
        self.rise = np.zeros(level.size)
        self.fall = np.zeros(level.size)
        for k, here in enumerate(self.slices):
            if k + 1 < len(self.slices):
                self.rise[here] = -np.asarray(self.before[k + 1].sum(axis=0)).ravel()
            if k:
                self.fall[here] = -np.asarray(self.after[k - 1].sum(axis=0)).ravel()

    def _sum(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, self.start[:-1]))

    def _aggregated(self, law: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the law with the levels' masses in balance, these masses, and flows up."""
        law = np.maximum(law[self.order], TINY)
        mass = self._sum(law)
        up = self._sum(law * self.rise)[:-1] / mass[:-1]
        down = self._sum(law * self.fall)[1:] / mass[1:]
        logs = np.zeros(mass.size)
        np.cumsum(np.log(up) - np.log(down), out=logs[1:])
        new = np.maximum(np.exp(logs - np.logaddexp.reduce(logs)), TINY)
        return law * (new / mass)[self.level], new, new[:-1] * up

    def _sweep(self, law: Floats, right: Floats | None) -> Floats:
        """Solve each level given its neighbours, there and back, in place; return in own order."""
        count = len(self.slices)
        for k in (*range(count), *range(count - 2, -1, -1)):
            here = self.slices[k]
            side = np.zeros(here.stop - here.start) if right is None else right[here].copy()
            if k:
                side -= self.before[k] @ law[self.slices[k - 1]]
            if k + 1 < count:
                side -= self.after[k] @ law[self.slices[k + 1]]
            law[here] = self.own[k].solve(side)
        out = np.empty_like(law)
        out[self.order] = law
        return out

    def step(self, law: Floats) -> Floats:
        """Balance the levels' masses, then sweep."""
        law, _, _ = self._aggregated(law)
        return _normalised(self._sweep(law, None))

    def conditioner(self, law: Floats) -> Callable[[Floats], Floats]:
        """Return one such step near the law, as a linear map from residuals to corrections."""
        law, mass, flow = self._aggregated(law)
        damped = flow + FAINT * flow.max()

        def condition(residual: Floats) -> Floats:
            right = residual[self.order]
            gaps = self._sum(right)
            gaps -= gaps.sum() * mass
            # The flow between levels k and k + 1 makes up for all gaps below.
            share = np.append(0.0, -np.cumsum(np.cumsum(gaps)[:-1] / damped))
            share -= share @ mass
            return self._sweep(law * share[self.level], right)

        return condition


class _Cells:
    """The chain between cells: states whose levels, from each end, fall into the same few.

    The last level is kept apart: on compositions it is where a strategy has died out.
    """

    def __init__(self, moves: csr_matrix, views: list[Integers]) -> None:
        states = views[0].size
        most = max(2 ** len(views), min(CELLS, states // 4))
        width = cells = 1
        while width == 1 or cells > most:
            width += 1
            key = np.zeros(states, dtype=np.int64)
            for level in views:
                part = (level.max() - level + width - 1) // width
                key = key * (part.max() + 1) + part
            _, self.cell = np.unique(key, return_inverse=True)
            cells = int(self.cell.max()) + 1
        self.count = cells
        steps = moves.tocoo()
        origin, target = self.cell[steps.row], self.cell[steps.col]
        between = origin != target
        self.state, self.rate = steps.row[between], steps.data[between]
        pairs, self.pair = np.unique(target[between] * cells + origin[between], return_inverse=True)
        self.target, self.origin = np.divmod(pairs, cells)

    def _sum(self, values: Floats) -> Floats:
        return np.bincount(self.cell, values, minlength=self.count).astype(float)

    def _aggregated(self, law: Floats) -> tuple[Floats, csr_matrix]:
        """Return the masses of the cells, and the balance of the chain between them."""
        from scipy.sparse import csr_matrix

        mass = self._sum(law)
        flow = np.bincount(self.pair, law[self.state] * self.rate, minlength=self.target.size)
        # Cells stay connected where a flow underflows.
        rate = np.maximum(flow / mass[self.origin], TINY)
        leaving = np.bincount(self.origin, rate, minlength=self.count)
        own = np.arange(self.count)
        rows, columns = np.append(self.target, own), np.append(self.origin, own)
        shape = (self.count, self.count)
        return mass, csr_matrix((np.append(-rate, leaving), (rows, columns)), shape=shape)

    def step(self, law: Floats) -> Floats:
        """Balance the cells' masses."""
        law = np.maximum(law, TINY)
        mass, balance = self._aggregated(law)
        new = np.maximum(_normalised(_direct(balance, int(np.argmax(mass)))), TINY)
        return law * (new / mass)[self.cell]

    def conditioner(self, law: Floats) -> Callable[[Floats], Floats]:
        """Return the map from residuals to changes of the cells' masses that make up for them."""
        law = np.maximum(law, TINY)
        mass, balance = self._aggregated(law)
        keep, matrix, _ = _fixed(balance, int(np.argmax(mass)))
        factors = factorise(matrix)

        def condition(residual: Floats) -> Floats:
            gaps = self._sum(residual)
            gaps -= gaps.sum() * mass
            change = np.zeros(self.count)
            change[keep] = factors.solve(gaps[keep])
            change -= change.sum() * mass
            return law * (change / mass)[self.cell]

        return condition


def _corrected(balance: csr_matrix, law: Floats, views: Sequence[_View]) -> Floats:
    """Return the law corrected by GMRES, preconditioned by one step in each view."""
    from scipy.sparse.linalg import LinearOperator, gmres

    maps = [view.conditioner(law) for view in views]

    def condition(residual: Floats) -> Floats:
        out = maps[0](residual)
        for more in maps[1:]:
            out += more(residual - balance @ out)
        return out

    operator = LinearOperator(balance.shape, condition, dtype=float)
    step, _ = gmres(balance, -(balance @ law), M=operator, rtol=1e-8, restart=30, maxiter=1)
    new = law + step
    return _normalised(np.where(new > 0.0, new, law))


def _by_levels(balance: csr_matrix, leaving: Floats, views: Sequence[_View]) -> Floats:
    """Return the best law reached by steps in all views and corrections."""

    def imbalance(law: Floats) -> float:
        return float(np.abs(balance @ law).sum() / (leaving @ law))

    best = law = np.full(leaving.size, 1.0 / leaving.size)
    least, stalls = np.inf, 0
    for _ in range(ROUNDS):
        # Steps heal entries that the correction left alone, keep small ones precise, and converge
        # by themselves where selection is strong.
        reached, before = least, np.inf
        for sweep in range(12):
            for view in views:
                law = view.step(law)
            error = imbalance(law)
            if error < least:
                best, least = law, error
            if error <= IMBALANCE or (sweep >= 2 and error >= 0.3 * before):
                break
            before = error
        stalls = 0 if least < 0.5 * reached else stalls + 1
        if least <= IMBALANCE or stalls == 2:
            break
        law = _corrected(balance, best, views)
    # A step adds and divides positive numbers only, so it also mends what a small imbalance hides:
    # the shares of sets that the chain rarely leaves, and small entries.
    for _ in range(POLISH):
        law = best
        for view in views:
            law = view.step(law)
        if imbalance(law) > max(2.0 * least, IMBALANCE):
            break
        change = np.abs(law - best).sum()
        best = law
        if change <= IMBALANCE:
            break
    return best
