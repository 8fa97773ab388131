"""Two rates of misperception."""

from itertools import product

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.kernels.misperception import error_rates, perceived, sum_of_binomials


def test_rates():
    assert error_rates(0.25) == (0.25, 0.25)
    assert error_rates([0.5, 0]) == (0.5, 0.0)
    assert error_rates(np.array([0.5, 0.25])) == (0.5, 0.25)
    assert perceived((0.5, 0.125)).tolist() == [[0.875, 0.125], [0.5, 0.5]]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (1.5, r"perception_error must lie in \[0, 1\]; got 1.5"),
        ((0.1, -1), r"perception_error\[1\] must lie in \[0, 1\]"),
        ((0.1, 0.1, 0.1), "perception_error must be one probability or two"),
        ("much", "perception_error must be a number"),
    ],
)
def test_refusals(given, problem):
    with pytest.raises(CoopgamesError, match=problem):
        error_rates(given)


def test_sums_of_two_binomials_by_enumeration():
    p, q = np.array([0.3, 0.9, 0.0]), np.array([0.5, 0.2, 1.0])
    trials = np.array([0, 2, 3])
    found = sum_of_binomials(trials, np.stack([p, 1 - p]), 3 - trials, np.stack([q, 1 - q]))
    for row in range(3):
        chances = [p[row]] * trials[row] + [q[row]] * (3 - trials[row])
        law = np.zeros(4)
        for hits in product((0, 1), repeat=3):
            law[sum(hits)] += np.prod(
                [c if h else 1 - c for c, h in zip(chances, hits, strict=True)]
            )
        np.testing.assert_allclose(found[row], law, atol=1e-15)
