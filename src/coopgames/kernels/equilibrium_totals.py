r"""All pure equilibria of binary acts that matter through one weighted sum, by that sum.

Groups of n_g have c_g acting, each adding k_g to X. At X one of a group that acts gains

    keep_g(X) = a_g (V(X) - V(X - k_g)) + d_g    and one that does not would gain
    join_g(X) = a_g (V(X + k_g) - V(X)) + d_g.

A profile is an equilibrium iff no acting one has keep < 0 and no idle one join > 0. Given X each
group must therefore be idle as a whole, act as a whole, or may split as it likes, and what is left
is whether the groups can add up to X: a knapsack over X, for any number of players.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .binomials import log_factorials

__all__ = ["EquilibriumTotals", "Knapsack", "equilibrium_totals"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Gains smaller than this are ties: an act that gains nothing is as good as its opposite. [stake]
TIE = 1e-12


class EquilibriumTotals(NamedTuple):
    """Equilibria by X.

    Attributes
    ----------
    log_number : array, shape (grid,)
        Logarithm of how many profiles of individuals are equilibria that add up to X; -inf: none.
    lowest, highest : int arrays, shape (grid, groups)
        Between how many of each group may act in an equilibrium at X.
    tied : bool array, shape (grid,)
        Whether somebody is indifferent in some equilibrium at X.
    """

    log_number: Floats
    lowest: Integers
    highest: Integers
    tied: npt.NDArray[np.bool_]


def equilibrium_totals(
    counts: Integers, leverage: Integers, drive: Floats, access: Floats, potential: Floats
) -> EquilibriumTotals:
    """Return at which X there are equilibria, and how many.

    Parameters
    ----------
    counts, leverage : int arrays, shape (groups,)
    drive, access : arrays, shape (groups,)
        d and a. [stake], [-]
    potential : array, shape (grid,)
        V at X = 0 .. sum of counts times leverage.

    Returns
    -------
    EquilibriumTotals

    Examples
    --------
    Five players, of whom three must give .3 for a good worth 1: nobody does, or any three.

    >>> one = np.ones(1)
    >>> step = (np.arange(6) >= 3).astype(float)
    >>> found = equilibrium_totals(np.array([5]), np.array([1]), -0.3 * one, one, step)
    >>> np.exp(found.log_number).round(9)
    array([ 1.,  0.,  0., 10.,  0.,  0.])
    """
    grid = potential.size
    x = np.arange(grid)
    lowest, highest = np.zeros((2, grid, counts.size), dtype=np.int64)
    tied = np.zeros(grid, dtype=bool)
    for g in np.flatnonzero(counts):
        n, k = int(counts[g]), int(leverage[g])
        join = access[g] * (potential[np.minimum(x + k, grid - 1)] - potential) + drive[g]
        keep = access[g] * (potential - potential[np.maximum(x - k, 0)]) + drive[g]
        lowest[:, g] = np.where(join > TIE, n, 0)
        highest[:, g] = np.where(keep < -TIE, 0, n)
        some_idle, some_act = x + k < grid, x >= k
        tied |= (some_idle & (np.abs(join) <= TIE)) | (some_act & (np.abs(keep) <= TIE))
    log_number = np.full(grid, -np.inf)
    possible = np.flatnonzero((lowest <= highest).all(axis=1))
    if possible.size:
        bounds = np.concatenate([lowest[possible], highest[possible]], axis=1)
        _, first, kind = np.unique(bounds, axis=0, return_index=True, return_inverse=True)
        for number, row in enumerate(possible[first]):
            here = possible[kind.ravel() == number]
            log_number[here] = _log_ways(counts, leverage, lowest[row], highest[row], grid)[here]
    tied &= np.isfinite(log_number)
    return EquilibriumTotals(log_number, lowest, highest, tied)


def _log_ways(
    counts: Integers, leverage: Integers, lowest: Integers, highest: Integers, grid: int
) -> Floats:
    """Logarithm of the number of profiles within bounds, by X."""
    ways = np.full(grid, -np.inf)
    ways[0] = 0.0
    for g in np.flatnonzero(counts):
        n, k = int(counts[g]), int(leverage[g])
        logs = log_factorials(n)
        new = np.full(grid, -np.inf)
        for c in range(int(lowest[g]), int(highest[g]) + 1):
            shift = k * c
            if shift < grid:
                one = ways[: grid - shift] + (logs[n] - logs[c] - logs[n - c])
                new[shift:] = np.logaddexp(new[shift:], one)
        ways = new
    return ways


class Knapsack:
    """The largest sum of weights over acting ones within bounds, for every X.

    Parameters
    ----------
    leverage : int array, shape (groups,)
    bounds : two int arrays, shape (groups,)
        Least and most acting ones of each group.
    weights : array, shape (groups,)
        Of one acting member of each group.
    grid : int
        X runs over 0 .. grid - 1.

    Attributes
    ----------
    best : array, shape (grid,)
        -inf where nothing adds up to X.

    Examples
    --------
    >>> bounds = np.zeros(2, dtype=int), np.array([4, 1])
    >>> sack = Knapsack(np.array([1, 2]), bounds, np.array([-1.0, -1.0]), 7)
    >>> sack.best
    array([ 0., -1., -1., -2., -3., -4., -5.])
    >>> sack.acting(3)
    array([1, 1])
    """

    __slots__ = ("_choices", "_leverage", "best")

    def __init__(
        self,
        leverage: Integers,
        bounds: tuple[Integers, Integers],
        weights: Floats,
        grid: int,
    ) -> None:
        self._leverage = leverage
        self.best = np.full(grid, -np.inf)
        self.best[0] = 0.0
        self._choices: list[Integers] = []
        for k, low, high, weight in zip(leverage, *bounds, weights, strict=True):
            new, choice = np.full(grid, -np.inf), np.zeros(grid, dtype=np.int64)
            for c in range(int(low), int(high) + 1):
                shift = int(k) * c
                if shift >= grid:
                    break
                one = self.best[: grid - shift] + weight * c
                better = one > new[shift:]
                new[shift:][better] = one[better]
                choice[shift:][better] = c
            self.best = new
            self._choices.append(choice)

    def acting(self, total: int) -> Integers:
        """Return how many of each group act in a best way to add up to ``total``."""
        out = np.zeros(self._leverage.size, dtype=np.int64)
        for g in range(self._leverage.size - 1, -1, -1):
            out[g] = self._choices[g][total]
            total -= int(self._leverage[g]) * int(out[g])
        return out
