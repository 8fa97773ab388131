r"""All vertices of best-response polytopes, certified in doubles or exact in integers.

`bimatrix_search` finds all bases of polytopes that are simple; this makes its answer right for all.

*Doubles.* Each basis is certified afterwards. With R the computed inverse of its matrix M, the
exact solution z of M z = 1 differs from R 1 by at most

    ||I - R M|| max(z),

plus rounding; if R 1 exceeds that bound everywhere, the basis is feasible and not degenerate. A set
of such bases that is closed under pivoting is the set of all: it holds a vertex with all its
neighbours, and the graph of a polytope is connected. Games that fail are left to integers.

*Integers.* The right-hand side is 1 + p_j / K with integers p_j. Unless they are special it makes P
simple, and K is so large that every basis remains feasible at p = 0: so all vertices of the given
polytope are found, degenerate ones once or more often. These are the bases of a perturbed game, and
its equilibria have indices. If p turns out to be special (a basic variable is 0), the games
concerned are done again with other numbers.

References
----------
Avis, D., Rosenberg, G. D., Savani, R. & von Stengel, B. (2010). Enumeration of Nash equilibria for
two-player games. Economic Theory 42, 9-37. doi:10.1007/s00199-009-0449-x
Rump, S. M. (2010). Verification methods: rigorous results using floating-point arithmetic. Acta
Numerica 19, 287-449. doi:10.1017/S096249291000005X
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .search import Search, search

__all__ = ["Vertices", "certified_of_both", "certified_vertices", "integer_vertices"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: Unit roundoff of doubles.
ROUNDOFF = 2.0**-53
#: A basis with a larger bound on ||I - R M|| is not certified: to first order, other bounds hold.
LARGEST_DEFECT = 0.05
#: The numbers p_j are up to this in 64-bit integers, and in Python's.
SPREAD, WIDE_SPREAD = 100, 1 << 30
#: Attempts with other p_j. One of up to 2^30 fails with a chance below 1e-3.
ATTEMPTS = 20


class Vertices(NamedTuple):
    """Bases of best-response polytopes, one per row, the basis of x = 0 left out."""

    #: Game of each basis.
    game: Integers
    #: Tight inequalities as bits, without those that are tight by degeneracy; shape (bases,).
    tight: Integers
    #: All tight inequalities as bits: what tells vertices apart; shape (bases,).
    labels: Integers
    #: Labels of the basis in the order of the dictionary's rows; shape (bases, l).
    basis: Integers
    #: Positive multiples of the basic variables, in that order; doubles or integers.
    values: npt.NDArray[Any]
    #: Largest error of a value, 0 for integers; shape (bases,).
    errors: Floats
    #: Per game: whether the bases found are certain to be ones; games that aren't have no rows.
    decided: Bools
    #: Per game: whether all were found within the budget.
    complete: Bools


def certified_of_both(first: Floats, second: Floats, *, budget: int) -> tuple[Vertices, Vertices]:
    """Return `certified_vertices` of both players, without those of games not decided for both.

    Parameters
    ----------
    first, second : array, shape (games, m, n) and (games, n, m)
        Best-response matrices; searched together if they have one shape.
    budget : int
        As there.
    """
    games = first.shape[0]
    if first.shape == second.shape:
        both = certified_vertices(np.concatenate((first, second)), budget=budget)
        sides = [_some(both, both.game < games, 0, games)]
        sides.append(_some(both, both.game >= games, games, 2 * games))
    else:
        sides = [certified_vertices(side, budget=budget) for side in (first, second)]
    decided = sides[0].decided & sides[1].decided
    one, two = (
        _some(side, decided[side.game], 0, games)._replace(decided=decided) for side in sides
    )
    return one, two


def _some(vertices: Vertices, rows: Bools, start: int, stop: int) -> Vertices:
    """Return some rows, of a range of games."""
    return Vertices(
        vertices.game[rows] - start,
        vertices.tight[rows],
        vertices.labels[rows],
        vertices.basis[rows],
        vertices.values[rows],
        vertices.errors[rows],
        vertices.decided[start:stop],
        vertices.complete[start:stop],
    )


def certified_vertices(matrices: Floats, *, budget: int) -> Vertices:
    """Return all vertices of best-response polytopes where doubles can tell.

    Parameters
    ----------
    matrices : array, shape (games, k, l)
        In [0, 1), no row zero, with relative errors of at most 2^-53.
    budget : int
        Most bases per game; the search of a game stops before the level that would exceed it.

    Returns
    -------
    Vertices
        ``values`` in doubles. Games that are not decided (degenerate ones among them) have no rows;
        decided ones are not degenerate.
    """
    games, _, l = matrices.shape  # noqa: E741
    with np.errstate(all="ignore"):
        found = search(matrices, np.ones((games, l)), budget)
        values, errors = _values(matrices, found)
        sure = values.min(axis=1) > errors
    decided = found.healthy.copy()
    decided[found.game[~sure]] = False
    keep = decided[found.game]
    keep[:games] = False
    tight = found.tight[keep]
    return Vertices(
        found.game[keep],
        tight,
        tight,
        found.basis[keep],
        values[keep],
        errors[keep],
        decided,
        found.complete,
    )


def _values(matrices: Floats, found: Search) -> tuple[Floats, Floats]:
    """Return basic variables and bounds on their errors, NaN or infinite where there is none."""
    games, k, l = matrices.shape  # noqa: E741
    order = np.arange(found.game.size)[:, None]
    # Columns of R [C^T, I] by label, and among them those of R.
    columns = np.zeros((found.game.size, k + l, l))
    columns[order, found.nonbasis] = found.tables[:, :k]
    columns[order, found.basis, np.arange(l)] = 1.0
    inverses = columns[:, k:]
    # I - R M is 0 but for the own strategies in the basis.
    gap = (matrices[found.game] if games > 1 else matrices) @ inverses
    gap -= columns[:, :k]
    np.abs(gap, out=gap)
    gap *= 1 - ((found.tight[:, None] >> np.arange(k)) & 1)[:, :, None]
    # Row sums of absolute values, from above.
    size = np.sqrt(l * np.einsum("vij,vij->v", inverses, inverses))
    rounding = (l + 3) * ROUNDOFF * size
    defect = k * gap.max(axis=(1, 2)) + (k + 1) * 1.1 * rounding
    values = inverses.sum(axis=1)
    errors = 1.1 * (defect * values.max(axis=1) + rounding)
    return values, np.where(defect < LARGEST_DEFECT, errors, np.inf)


def integer_vertices(matrices: npt.NDArray[Any], *, budget: int) -> Vertices:
    """Return all vertices of best-response polytopes, exactly.

    Parameters
    ----------
    matrices : array of int64 or Python integers, shape (games, k, l)
        At least 0, no row zero.
    budget : int
        Most bases per game; the search of a game stops before the level that would exceed it.

    Returns
    -------
    Vertices
        ``values`` in integers. All games are decided.
    """
    waiting = np.arange(matrices.shape[0])
    complete = np.ones(waiting.size, dtype=bool)
    parts = []
    small = np.zeros(waiting.size, dtype=bool)
    if matrices.dtype != object:
        right, scale, small = _perturbed_small(matrices)
    for attempt in range(ATTEMPTS):
        if small.any():
            chosen, small = np.flatnonzero(small), np.zeros_like(small)
            right, scale = right[chosen], scale[chosen]
            given = matrices[chosen]
        else:
            chosen, given = waiting, matrices[waiting].astype(object)
            right, scale = _perturbed(given, attempt)
        found = search(given, right, budget)
        complete[chosen] = found.complete
        keep = found.healthy[found.game]
        keep[: chosen.size] = False
        parts.append(_unperturbed(found, chosen, scale, keep))
        waiting = np.setdiff1d(waiting, chosen[found.healthy], assume_unique=True)
        if not waiting.size:
            break
    else:
        raise AssertionError(f"{ATTEMPTS} random right-hand sides were all special")
    game, tight, labels, basis, values = (
        np.concatenate(fields) for fields in zip(*parts, strict=True)
    )
    decided, errors = np.ones(complete.size, dtype=bool), np.zeros(game.size)
    return Vertices(game, tight, labels, basis, values, errors, decided, complete)


def _perturbed_small(matrices: Integers) -> tuple[Integers, Integers, Bools]:
    """Return right-hand sides K + p, K per game, and where 64 bits hold all numbers.

    Minors are bounded by products of row norms (Hadamard); the rows of C are integers, not 0.
    """
    _, k, l = matrices.shape  # noqa: E741
    shifts = np.random.default_rng(0).integers(1, SPREAD, size=l)
    norms = np.sort(np.sqrt((matrices.astype(np.float64) ** 2).sum(axis=2)), axis=1)[:, ::-1]
    minors = norms[:, : min(k, l)].prod(axis=1) * 1.01
    lesser = norms[:, : min(k, l - 1)].prod(axis=1) * 1.01
    scale = np.ceil(2.0 * np.linalg.norm(shifts) * lesser) + 1.0
    largest = np.maximum(minors, (np.sqrt(l) * lesser + 1.0) * scale)
    small = minors * largest < 2.0**61
    scale = np.where(small, scale, 1.0).astype(np.int64)
    return scale[:, None] + shifts, scale, small


def _perturbed(
    matrices: npt.NDArray[Any], attempt: int
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return right-hand sides K + p and K per game in Python's integers."""
    _, k, l = matrices.shape  # noqa: E741
    shifts = np.random.default_rng(1 + attempt).integers(1, WIDE_SPREAD, size=l).astype(object)
    room = int(shifts.sum()).bit_length() + 1
    scale = np.empty(matrices.shape[0], dtype=object)
    for game, sums in enumerate(matrices.sum(axis=2).tolist()):
        lengths = sorted((total.bit_length() for total in sums), reverse=True)
        scale[game] = 1 << (room + sum(lengths[: min(k, l - 1)]))
    return scale[:, None] + shifts, scale


def _unperturbed(
    found: Search, chosen: npt.NDArray[np.intp], scale: npt.NDArray[Any], keep: Bools
) -> tuple[npt.NDArray[Any], ...]:
    """Return game, tight, labels, basis and values at p = 0 of the bases to keep."""
    game, tight, basis = found.game[keep], found.tight[keep], found.basis[keep]
    unit = scale[game][:, None]
    values = (2 * found.tables[keep] + unit) // (2 * unit)
    zero = (values == 0).astype(np.int64) << basis
    return chosen[game], tight, tight | zero.sum(axis=1), basis, values
