r"""What the players drawn from one population add up to, and sums of it over populations.

Of a population n are drawn, without replacement from counts or with it from shares, and each adds a
whole number by its strategy. The law of what they add is listed over its values; sums of several
populations are convolved, or multiplied as Fourier transforms where only a mean is wanted:

    E f(T) = (1 / G) sum_w  prod_r L_r(w)  conj F(w),     L_r(w) = E exp(-i w T_r).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .group_sampling import hypergeometric_group_law, multinomial_group_law
from .simplex import compositions

__all__ = ["Transform", "convolved", "drawn_law", "with_replacement", "without_replacement"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Complex = npt.NDArray[np.complex128]

#: From (rows of one role, draws, adds, strategy of the focal player or None, frequencies) to the
#: transform of the law of what the drawn ones add, shape (rows, frequencies).
Transform = Callable[[npt.NDArray[Any], int, Integers, int | None, Complex], Complex]


def drawn_law(
    rows: npt.NDArray[Any], draws: int, adds: Integers, focal: int | None = None
) -> tuple[Integers, Floats]:
    """Return what the drawn ones may add, and the law of it.

    Parameters
    ----------
    rows : array, shape (rows, s)
        Whole numbers are counts, from which is drawn without replacement; others are shares.
    draws : int
        How many are drawn, at least 0.
    adds : int array, shape (s,)
        What each adds by its strategy.
    focal : int, optional
        A strategy of which one individual is not drawn; for counts.

    Returns
    -------
    tuple
        Values, shape (values,), not all different, and probabilities, shape (rows, values).

    Examples
    --------
    >>> drawn_law(np.array([[2, 1]]), 2, np.array([5, 0]))
    (array([10,  5,  0]), array([[0.33333333, 0.66666667, 0.        ]]))
    """
    values, kind = np.unique(adds, return_inverse=True)  # who adds alike need not be told apart
    groups = compositions(draws, values.size)
    there = np.zeros((rows.shape[0], values.size), dtype=rows.dtype)
    for strategy, look in enumerate(kind.ravel()):
        there[:, look] += rows[:, strategy]
    if not draws:
        return groups @ values, np.ones((rows.shape[0], 1))
    if rows.dtype.kind == "f":
        return groups @ values, multinomial_group_law(there, groups)
    if focal is not None:
        there[:, kind.ravel()[focal]] -= 1
    return groups @ values, hypergeometric_group_law(there, groups)


def without_replacement(
    rows: npt.NDArray[Any], draws: int, adds: Integers, focal: int | None, frequencies: Complex
) -> Complex:
    """Return the transform of `drawn_law` of counts.

    Examples
    --------
    >>> at = np.zeros(1, dtype=complex)
    >>> without_replacement(np.array([[2, 1]]), 2, np.array([5, 0]), None, at)
    array([[1.+0.j]])
    """
    support, weights = drawn_law(rows, draws, adds, focal)
    return np.asarray(weights @ np.exp(np.outer(support, frequencies)))


def with_replacement(
    rows: npt.NDArray[Any], draws: int, adds: Integers, focal: int | None, frequencies: Complex
) -> Complex:
    """Return the transform of `drawn_law` of shares: a power; ``focal`` changes nothing.

    Examples
    --------
    >>> at = np.array([-1j * np.pi])
    >>> with_replacement(np.array([[0.5, 0.5]]), 2, np.array([2, 0]), None, at).real
    array([[1.]])
    """
    del focal
    base = rows @ np.exp(np.outer(adds, frequencies))
    out = np.ones_like(base)
    while draws:  # base ** draws, by squaring
        if draws & 1:
            out *= base
        draws >>= 1
        if draws:
            base = base * base
    return np.asarray(out)


def convolved(law: Floats, role: tuple[Integers, Floats]) -> Floats:
    """Return the law of the sum of a total and of what one population adds.

    Parameters
    ----------
    law : array, shape (rows, grid)
        Of the total so far; the grid must be wide enough for the sum.
    role : tuple
        From `drawn_law`.

    Examples
    --------
    >>> convolved(np.array([[1.0, 0.0, 0.0]]), (np.array([0, 2]), np.array([[0.25, 0.75]])))
    array([[0.25, 0.  , 0.75]])
    """
    support, weights = role
    out = np.zeros_like(law)
    for p, shift in enumerate(support):
        out[:, shift:] += weights[:, p, None] * law[:, : law.shape[1] - shift]
    return out
