r"""Where a potential over counts is largest: the limit of a Gibbs law as noise vanishes.

Groups of n_g have c_g acting, each adding k_g to X and d_g to the potential

    Phi(c) = V(X) + sum_g d_g c_g,      X = sum_g k_g c_g.

The best sum of drives at each X comes from dynamic programming over groups. Profiles are weighed by
their number prod_g C(n_g, c_g), as in the limit of the law proportional to that number times
exp(beta Phi).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .binomials import log_factorials

__all__ = ["Maximisers", "maximisers"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Potentials closer than this are tied. [potential]
TIE = 1e-12


class Maximisers(NamedTuple):
    """The limit law of X, shape (grid,); act rates, shape (groups,); potential; gap to the next X.

    ``gap`` is how much lower the best profile at any other X is, inf if there is none.
    """

    law: Floats
    acts: Floats
    potential: float
    gap: float


def maximisers(
    counts: Integers, leverage: Integers, drive: Floats, potential: Floats
) -> Maximisers:
    """Return the law over the profiles of largest potential.

    Parameters
    ----------
    counts, leverage : int arrays, shape (groups,)
    drive : array, shape (groups,)
    potential : array, shape (grid,)
        V at X = 0 .. grid - 1, at least the sum of counts times leverage.

    Returns
    -------
    Maximisers
        Act rates of empty groups are 0.

    Examples
    --------
    Two of three must act for a good worth 1 at a cost of .25 each: any two of them do.

    >>> found = maximisers(
    ...     np.array([3]), np.array([1]), np.array([-0.25]), np.array([0.0, 0.0, 1.0, 1.0])
    ... )
    >>> found.law, found.acts.round(4), found.gap
    (array([0., 0., 1., 0.]), array([0.6667]), 0.25)
    """
    grid = potential.size
    best = np.full(grid, -np.inf)
    best[0] = 0.0
    number = np.zeros(grid)  # logarithm of how many profiles are as good
    mean = np.zeros((grid, counts.size))  # acting ones, over these profiles
    for g in np.flatnonzero(counts):
        n, k = int(counts[g]), int(leverage[g])
        logs = log_factorials(n)
        new = np.full(grid, -np.inf), np.full(grid, -np.inf), np.zeros_like(mean)
        for c in range(n + 1):
            shift = k * c
            value = np.full(grid, -np.inf)
            value[shift:] = best[: grid - shift] + drive[g] * c
            ways = np.full(grid, -np.inf)
            ways[shift:] = number[: grid - shift] + logs[n] - logs[c] - logs[n - c]
            acting = np.zeros_like(mean)
            acting[shift:] = mean[: grid - shift]
            acting[:, g] = c
            new = _merged(new, (value, ways, acting))
        best, number, mean = new
    total = potential + best
    top = float(total.max())
    tied = total >= top - TIE
    weight = np.where(tied, number, -np.inf)
    law = np.exp(weight - np.logaddexp.reduce(weight))
    acts = np.where(counts > 0, law @ mean / np.maximum(counts, 1), 0.0)
    rest = np.where(tied, -np.inf, total).max()
    return Maximisers(law, acts, top, float(top - rest))


def _merged(
    one: tuple[Floats, Floats, Floats], other: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Keep the better of two at each X, both where they are tied."""
    with np.errstate(invalid="ignore"):
        gap = other[0] - one[0]
    gap = np.where(np.isnan(gap), -np.inf, gap)  # neither is possible
    wins, tied = gap > TIE, np.abs(gap) <= TIE
    both = np.logaddexp(one[1], other[1])
    with np.errstate(invalid="ignore"):
        share = np.where(tied, np.exp(other[1] - both), wins.astype(float))[:, None]
    best = np.where(wins, other[0], one[0])
    number = np.where(tied, both, np.where(wins, other[1], one[1]))
    return best, number, (1.0 - share) * one[2] + share * other[2]
