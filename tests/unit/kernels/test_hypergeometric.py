"""The hypergeometric table against counting."""

from math import comb

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.kernels.hypergeometric import hypergeometric_table


@pytest.mark.parametrize(("population", "draws"), [(0, 0), (1, 0), (1, 1), (7, 3), (49, 5), (9, 9)])
def test_it_counts_samples(population: int, draws: int) -> None:
    expected = [
        [
            comb(marked, found) * comb(population - marked, draws - found) / comb(population, draws)
            for found in range(draws + 1)
        ]
        for marked in range(population + 1)
    ]
    table = hypergeometric_table(population, draws)
    np.testing.assert_allclose(table, expected, rtol=1e-12, atol=0)


def test_summed_over_the_marked_every_count_is_equally_likely() -> None:
    """Sum over j of P(i | j) is (N + 1) / (n + 1): what makes fixation odds telescope."""
    np.testing.assert_allclose(hypergeometric_table(40, 6).sum(axis=0), 41 / 7, rtol=1e-12)


def test_more_draws_than_there_are() -> None:
    with pytest.raises(CoopgamesError, match="draws must be <= population = 3; got 4"):
        hypergeometric_table(3, 4)
