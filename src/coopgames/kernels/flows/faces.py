r"""Faces of products of simplices, and linear payoffs that are equal on them.

For payoffs f(x) = M x in one or several populations each product of supports S has a linear system,

    (M x)_i = v_p  for i in S_p,    sum_{i in S_p} x_i = 1.

If it has full rank there is at most one solution with that support. If not, and the open face meets
its solutions, the support carries a continuum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from math import prod

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError

__all__ = ["lacks_rank", "point_on_face", "subsets", "supports"]

Floats = npt.NDArray[np.float64]

#: So many products of supports are enumerated, no more.
MOST_SUPPORTS = 2**16
#: A linear system whose smallest singular value is this small, relatively, lacks rank.
RANK = 1e-11


def subsets(size: int) -> Iterator[tuple[int, ...]]:
    """Yield the subsets of range(size) with at least one element, small ones first."""
    return chain.from_iterable(combinations(range(size), k) for k in range(1, size + 1))


def supports(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the products of supports, each as places in the state, small ones first."""
    number = prod(2**size - 1 for size in sizes)
    if number > MOST_SUPPORTS:
        raise BudgetError(
            f"{number} products of supports are more than the {MOST_SUPPORTS} enumerated; leave "
            "out dominated strategies, or integrate trajectories instead"
        )
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).tolist()
    parts = [
        [tuple(start + i for i in subset) for subset in subsets(size)]
        for start, size in zip(starts, sizes, strict=True)
    ]
    found = [tuple(chain.from_iterable(choice)) for choice in product(*parts)]
    return iter(sorted(found, key=lambda support: (len(support), support)))


def lacks_rank(system: Floats) -> bool:
    """Return whether a square matrix is singular, up to rounding."""
    singular = np.linalg.svd(system, compute_uv=False)
    return bool(singular[-1] <= RANK * singular[0])


def point_on_face(
    m: Floats, support: npt.NDArray[np.int64], owner: npt.NDArray[np.int64], small: float
) -> tuple[Floats | None, bool]:
    """Return (a rest point inside the open face or None, whether it is the only one)."""
    populations = int(owner[-1]) + 1
    size = support.size
    member = (owner[support][:, None] == np.arange(populations)[None, :]).astype(float)
    scale = float(np.abs(m[np.ix_(support, support)]).max()) or 1.0
    system = np.zeros((size + populations, size + populations))
    system[:size, :size] = m[np.ix_(support, support)] / scale
    system[:size, size:] = -member
    system[size:, :size] = member.T
    right = np.concatenate((np.zeros(size), np.ones(populations)))
    x = np.zeros(owner.size)
    if not lacks_rank(system):
        shares = np.linalg.solve(system, right)[:size]
        if (shares <= small).any():
            return None, True
        alone = True
    else:
        inner = _widest(system, right, size)
        if inner is None or (inner <= small).any():
            return None, True
        shares, alone = inner, False
    x[support] = shares
    totals = np.bincount(owner, weights=x)
    return np.asarray(x / totals[owner]), alone


def _widest(system: Floats, right: Floats, size: int) -> Floats | None:
    """Return the solution with the largest least share, or None if the system has none."""
    from scipy.optimize import linprog

    any_one = np.linalg.lstsq(system, right, rcond=RANK)[0]
    if np.abs(system @ any_one - right).max() > 1e-9:
        return None
    # Redundant rows go first: of the left singular directions only those that carry weight stay.
    u, s, vt = np.linalg.svd(system)
    rank = int((s > RANK * s[0]).sum())
    rows = s[:rank, None] * vt[:rank]
    aim = np.zeros(system.shape[1] + 1)
    aim[-1] = -1.0
    above = np.zeros((size, aim.size))
    above[:, :size], above[:, -1] = -np.eye(size), 1.0
    answer = linprog(
        aim,
        A_ub=above,
        b_ub=np.zeros(size),
        A_eq=np.column_stack((rows, np.zeros(rank))),
        b_eq=(u.T @ right)[:rank],
        bounds=[(None, None)] * aim.size,
        method="highs",
    )
    return np.asarray(answer.x)[:size] if answer.success else None
