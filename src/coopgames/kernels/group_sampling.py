r"""Payoffs expected by members of randomly formed groups.

A group of n is the focal individual and n - 1 co-players. In a population of Z with k_c of each
kind they are drawn without replacement from the other Z - 1,

    Pr(m) = prod_c C(k_c, m_c) / C(Z - 1, n - 1),

in an infinite population with shares x from the multinomial. m runs over the compositions of n - 1
into kinds, in the order of `coopgames.kernels.simplex.compositions`; leading axes are cases.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .binomials import log_factorials

__all__ = ["hypergeometric_group_law", "multinomial_group_law"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def hypergeometric_group_law(others: Integers, groups: Integers) -> Floats:
    """Return the law of a group's co-players, drawn without replacement.

    Parameters
    ----------
    others : int array, shape (..., kinds)
        How many of each kind there are, the focal individual left out; a negative number makes
        the row zero.
    groups : int array, shape (compositions, kinds)
        Rows sum to n - 1.

    Returns
    -------
    array, shape (..., compositions)
        Rows sum to one where there are at least n - 1 others.

    Examples
    --------
    >>> hypergeometric_group_law(np.array([1, 2]), np.array([[0, 2], [1, 1], [2, 0]]))
    array([0.33333333, 0.66666667, 0.        ])
    """
    population = others.sum(axis=-1)
    size = int(groups[0].sum())
    logs = log_factorials(int(max(population.max(initial=0), others.max(initial=0), size)))
    k, m = others[..., None, :], groups
    inside = np.asarray((k >= m).all(axis=-1)) & (others >= 0).all(axis=-1, keepdims=True)
    low, rest = np.maximum(k, 0), np.maximum(k - m, 0)
    terms = (logs[low] - logs[m] - logs[rest]).sum(axis=-1)
    left = np.maximum(population - size, 0)
    whole = logs[np.maximum(population, 0)] - logs[size] - logs[left]
    return np.asarray(np.where(inside, np.exp(terms - whole[..., None]), 0.0))


def multinomial_group_law(shares: Floats, groups: Integers) -> Floats:
    """Return the law of a group's co-players in an infinite population.

    Parameters
    ----------
    shares : array, shape (..., kinds)
        Shares that sum to one.
    groups : int array, shape (compositions, kinds)
        Rows sum to n - 1.

    Returns
    -------
    array, shape (..., compositions)
        Rows sum to one.

    Examples
    --------
    >>> multinomial_group_law(np.array([0.5, 0.5]), np.array([[0, 2], [1, 1], [2, 0]]))
    array([0.25, 0.5 , 0.25])
    """
    size = int(groups[0].sum())
    logs = log_factorials(size)
    ways = np.exp(logs[size] - logs[groups].sum(axis=-1))
    return np.asarray(ways * np.prod(np.asarray(shares)[..., None, :] ** groups, axis=-1))
