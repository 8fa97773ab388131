"""Compositions against plain enumeration."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.kernels.simplex import (
    composition_index,
    compositions,
    number_of_compositions,
    rank_steps,
)


@pytest.mark.parametrize("total", [0, 1, 2, 5])
@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_all_of_them_in_lexicographic_order(total: int, parts: int) -> None:
    rows = [row for row in product(range(total + 1), repeat=parts) if sum(row) == total]
    got = compositions(total, parts)
    assert got.tolist() == [list(row) for row in sorted(rows)]
    assert number_of_compositions(total, parts) == len(rows)
    assert composition_index(got).tolist() == list(range(len(rows)))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_rank_by_counting_what_comes_before(row: list[int]) -> None:
    """Those before it agree on some first parts and have a smaller next one."""
    rank, left = 0, sum(row)
    for part, value in enumerate(row[:-1]):
        free = len(row) - part - 2  # parts after this one, less the last
        rank += sum(comb(left - smaller + free, free) for smaller in range(value))
        left -= value
    assert int(composition_index(row)) == rank


def test_leading_axes_and_totals_of_their_own() -> None:
    rows = np.array([[[0, 0, 4], [4, 0, 0]], [[0, 1, 0], [0, 0, 0]]])
    assert composition_index(rows).tolist() == [[0, 14], [1, 0]]


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_steps_between_ranks(parts: int) -> None:
    rows = compositions(6, parts)
    fall, rise = rank_steps(rows)
    for i in range(parts):
        here = np.flatnonzero(rows[:, i] > 0)
        for j in range(parts):
            moved = rows[here].copy()
            moved[:, i] -= 1
            moved[:, j] += 1
            step = (fall[i] - fall[j])[here] if i <= j else (rise[i] - rise[j])[here]
            np.testing.assert_array_equal(composition_index(moved), here + step)


def test_what_is_refused() -> None:
    with pytest.raises(CoopgamesError, match="total must be >= 0; got -1"):
        compositions(-1, 2)
    with pytest.raises(CoopgamesError, match="parts must be >= 1; got 0"):
        number_of_compositions(3, 0)
    with pytest.raises(CoopgamesError, match="counts must be >= 0; got -2"):
        composition_index([3, -2])
    with pytest.raises(CoopgamesError, match="whole numbers"):
        composition_index([0.5, 1])
    with pytest.raises(CoopgamesError, match="at least one part"):
        composition_index(3)
    with pytest.raises(BudgetError, match="smaller total or fewer parts"):
        compositions(200, 6)
    with pytest.raises(BudgetError, match="64 bits"):
        composition_index([10_000] * 12)
