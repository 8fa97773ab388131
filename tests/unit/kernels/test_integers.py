"""Rationals on a common grid."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.kernels.integers import LARGEST_GRID, common_grid

fractions = st.fractions(min_value=0, max_value=1, max_denominator=40)


@given(st.lists(st.tuples(fractions, st.integers(1, 5)), min_size=1, max_size=5))
def test_small_grids_are_exact_and_coprime(items) -> None:
    values, counts = [v for v, _ in items], [n for _, n in items]
    grid = common_grid(values, counts, largest=10**15)
    assert grid.error == 0.0
    assert grid.total == sum(int(k) * n for k, n in zip(grid.integers, counts))
    whole = sum((v * n for v, n in items), Fraction(0))
    for value, integer in zip(values, grid.integers):
        if whole:
            assert Fraction(int(integer), grid.total) == value / whole
        else:
            assert integer == 0
    assert common_grid([v * 7 for v in values], counts, largest=10**15)[1] == grid.total


def test_a_fine_grid_is_rounded_and_says_by_how_much() -> None:
    values = [Fraction(1, 3), Fraction(1, 10**7)]
    grid = common_grid(values, [2, 3])
    assert grid.total <= LARGEST_GRID + 3
    whole = 2 * values[0] + 3 * values[1]
    worst = max(
        abs(Fraction(int(k), grid.total) - v / whole) for k, v in zip(grid.integers, values)
    )
    assert grid.error == pytest.approx(float(worst), rel=1e-12)
    assert 0 < grid.error < 1e-5


def test_nothing_and_zeros() -> None:
    assert common_grid([], []).total == 0
    grid = common_grid([Fraction(0), Fraction(0)], [1, 2])
    assert grid.total == 0
    assert grid.integers.tolist() == [0, 0]
