"""The normalised Gini against mean differences."""

from itertools import product
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.kernels.inequality import normalised_gini

values = st.lists(st.floats(0, 1e6).map(lambda x: round(x, 3)), min_size=2, max_size=8)


@given(values)
def test_against_mean_differences(x) -> None:
    found = normalised_gini(x)
    if sum(x) == 0:
        assert isnan(found)
        return
    n = len(x)
    expected = sum(abs(a - b) for a, b in product(x, x)) / (2 * (n - 1) * sum(x))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert -1e-12 <= found <= 1 + 1e-12


@given(values.filter(sum), st.floats(1e-3, 1e3), st.integers(0, 1000))
def test_scale_and_order_do_not_matter(x, factor, seed) -> None:
    mixed = np.random.default_rng(seed).permutation(x) * factor
    assert normalised_gini(mixed) == pytest.approx(normalised_gini(x), rel=1e-9, abs=1e-12)


def test_ends_and_undefined() -> None:
    assert normalised_gini([3, 3, 3]) == 0.0
    assert normalised_gini([0, 0, 0, 1]) == 1.0
    assert isnan(normalised_gini([1.0]))
    assert isnan(normalised_gini([]))
    assert isnan(normalised_gini([0.0, 0.0]))
