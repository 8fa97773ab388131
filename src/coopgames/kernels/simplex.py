r"""Compositions: all ways to divide a total over ordered parts, in lexicographic order.

The compositions of Z into s parts number C(Z + s - 1, s - 1). With T_k the sum of a composition's
last k parts, its rank in lexicographic order is

    C(Z + s - 1, s - 1) - 1 - sum_{k=1}^{s-1} C(T_k + k - 1, k),

because C(T_k + k - 1, k) counts the compositions that agree with it on the first s - k - 1 parts
and have a larger next one. Ranks need no table of states.
"""

from __future__ import annotations

from math import comb

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import BudgetError, CoopgamesError

__all__ = ["composition_index", "compositions", "number_of_compositions", "rank_steps"]

Integers = npt.NDArray[np.int64]

#: Entries of the largest array that is laid out, some 800 MB.
LARGEST_ARRAY = 100_000_000


def number_of_compositions(total: int, parts: int) -> int:
    """Return C(total + parts - 1, parts - 1), exact.

    Parameters
    ----------
    total : int
        What is divided, at least 0.
    parts : int
        At least 1.

    Raises
    ------
    CoopgamesError
        If a bound is broken.

    Examples
    --------
    >>> number_of_compositions(80, 4)
    91881
    """
    total, parts = count("total", total, 0), count("parts", parts, 1)
    return comb(total + parts - 1, parts - 1)


def compositions(total: int, parts: int) -> Integers:
    """Return all compositions of ``total`` into ``parts`` parts, in lexicographic order.

    Parameters
    ----------
    total : int
        What is divided, at least 0.
    parts : int
        At least 1; a part may be 0.

    Returns
    -------
    int array, shape (states, parts)
        Rows sum to ``total``; states is `number_of_compositions`.

    Raises
    ------
    CoopgamesError
        If a bound is broken.
    BudgetError
        If the array would have more than 100 million entries.

    Examples
    --------
    >>> compositions(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    states = number_of_compositions(total, parts)
    if states * parts > LARGEST_ARRAY:
        raise BudgetError(
            f"the compositions of {total} into {parts} parts are {states}, and the array would "
            f"have more than {LARGEST_ARRAY} entries; take a smaller total or fewer parts"
        )
    out = np.zeros((states, parts), dtype=np.int64)
    left = np.array([total], dtype=np.int64)
    for part in range(parts - 1):
        # Each beginning goes on with 0 .. left, and stands for as many rows as it has ends.
        choices = left + 1
        first = np.repeat(np.cumsum(choices) - choices, choices)
        value = np.arange(first.size) - first
        left = np.repeat(left, choices) - value
        out[:, part] = np.repeat(value, _ways(left, parts - part - 1))
    out[:, -1] = left
    return out


def composition_index(counts: npt.ArrayLike) -> Integers:
    """Return the rank of each row among the compositions of its own sum.

    Parameters
    ----------
    counts : int array_like, shape (..., parts)
        Entries at least 0.

    Returns
    -------
    int array, shape (...)
        ``compositions(total, parts)[rank]`` is the row.

    Raises
    ------
    CoopgamesError
        If an entry isn't a whole number, or is below 0.
    BudgetError
        If a rank could exceed 64 bits.

    Examples
    --------
    >>> composition_index([[0, 0, 4], [4, 0, 0]])
    array([ 0, 14])
    """
    given = np.asarray(counts)
    if given.ndim == 0 or given.shape[-1] == 0:
        raise CoopgamesError(f"counts must have at least one part; got shape {given.shape}")
    if given.size and not (np.isfinite(given).all() and (given == np.floor(given)).all()):
        raise CoopgamesError("counts must be whole numbers")
    rows = given.astype(np.int64)
    if rows.min(initial=0) < 0:
        raise CoopgamesError(f"counts must be >= 0; got {rows.min()}")
    parts = rows.shape[-1]
    tails = np.cumsum(rows[..., ::-1], axis=-1)
    largest = int(tails[..., -1].max(initial=0))
    if number_of_compositions(largest, parts) > np.iinfo(np.int64).max:
        raise BudgetError(
            f"the compositions of {largest} into {parts} parts are more than 64 bits can number; "
            "take a smaller total or fewer parts"
        )
    rank = _ways(tails[..., -1], parts) - 1
    for k in range(1, parts):
        rank -= _binomials(largest, k)[tails[..., k - 1]]
    return np.asarray(rank)


def rank_steps(counts: Integers) -> tuple[Integers, Integers]:
    """Return how far a row's rank moves as one unit goes from one part to another.

    Parameters
    ----------
    counts : int array, shape (states, parts)
        As `compositions` returns them.

    Returns
    -------
    fall, rise : int arrays, shape (parts, states)
        A unit from part i to a later part j lowers the rank by ``fall[j] - fall[i]``; a unit from
        i to an earlier j raises it by ``rise[i] - rise[j]``. Meant where part i isn't 0.

    Examples
    --------
    >>> fall, rise = rank_steps(np.array([[1, 0, 3]]))
    >>> rank = composition_index([[1, 0, 3], [0, 0, 4], [2, 0, 2]])
    >>> int(rank[0] - rank[1]), int((fall[2] - fall[0])[0])
    (5, 5)
    >>> int(rank[2] - rank[0]), int((rise[2] - rise[0])[0])
    (4, 4)
    """
    states, parts = counts.shape
    tails = np.cumsum(counts[:, :0:-1], axis=1).T
    largest = int(tails.max(initial=0))
    fall, rise = np.zeros((2, parts, states), dtype=np.int64)
    for k in range(1, parts):
        # The step from T_k = t to t + 1 is C(t + k, k) - C(t + k - 1, k).
        step = np.diff(_binomials(largest + 1, k))
        fall[parts - k] = step[tails[k - 1]]
        rise[parts - k] = np.append(0, step)[tails[k - 1]]
    return np.cumsum(fall, axis=0), np.cumsum(rise, axis=0)


def _binomials(largest: int, k: int) -> Integers:
    """Return C(t + k - 1, k) for t = 0 .. largest, k >= 1."""
    return np.array([comb(t + k - 1, k) for t in range(largest + 1)], dtype=np.int64)


def _ways(left: Integers, parts: int) -> Integers:
    """Return the number of compositions of each entry into ``parts`` parts."""
    if parts == 1:
        return np.ones_like(left)
    table = [comb(t + parts - 1, parts - 1) for t in range(int(left.max(initial=0)) + 1)]
    return np.array(table, dtype=np.int64)[left]
