"""Fixation probabilities against published values, an absorbing chain, and neutrality."""

import numpy as np
import pytest
from tests.oracle.fixation import fixation_probability, log_fixation_probability

from coopgames.errors import CoopgamesError


def matrix_gain(payoffs: list[list[float]], size: int) -> np.ndarray:
    """Mean payoff of a mutant (row 0) minus a resident's with j mutants, oneself left out."""
    (a, b), (c, d) = payoffs
    j = np.arange(1, size)
    return (a * (j - 1) + b * (size - j) - c * j - d * (size - j - 1)) / (size - 1)


def by_absorbing_chain(gain: np.ndarray, beta: float) -> float:
    """Solve the absorbing chain itself: h(j) = T+ h(j+1) + T- h(j-1) + stay h(j)."""
    size = gain.size + 1
    matrix, right = np.eye(size + 1), np.zeros(size + 1)
    right[size] = 1.0
    for j in range(1, size):
        meet = j * (size - j) / size**2
        up = meet / (1 + np.exp(-beta * gain[j - 1]))
        down = meet / (1 + np.exp(beta * gain[j - 1]))
        matrix[j, j + 1] -= up
        matrix[j, j - 1] -= down
        matrix[j, j] -= 1 - up - down
    return float(np.linalg.solve(matrix, right)[1])


@pytest.mark.parametrize(
    ("payoffs", "size", "beta", "expected"),
    [
        # Donation game, b = 2, c = 1 (Traulsen, Nowak & Pacheco 2006, eq. 5).
        ([[1, -1], [2, 0]], 50, 0.1, 0.0006059821672805591),
        # Stag hunt, from either side.
        ([[4, 0], [3, 2]], 20, 0.1, 0.016166768131772265),
        ([[2, 3], [0, 4]], 20, 0.1, 0.05367556046025502),
    ],
)
def test_published_values(
    payoffs: list[list[float]], size: int, beta: float, expected: float
) -> None:
    value = fixation_probability(matrix_gain(payoffs, size), beta)
    assert float(value) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("size", [2, 3, 50, 1000])
def test_neutral_mutants_fix_with_one_over_z(size: int) -> None:
    gain = np.linspace(-3, 2, size - 1)
    assert float(fixation_probability(gain, 0.0)) == pytest.approx(1 / size, rel=1e-12)
    assert float(fixation_probability(0 * gain, 7.0)) == pytest.approx(1 / size, rel=1e-12)


def test_it_is_the_absorption_probability_of_the_chain() -> None:
    rng = np.random.default_rng(11)
    for size, beta in ((2, 1.0), (5, 0.3), (20, 1.0), (20, 3.0)):
        gain = rng.normal(size=(3, size - 1))
        expected = [by_absorbing_chain(row, beta) for row in gain]
        np.testing.assert_allclose(fixation_probability(gain, beta), expected, rtol=1e-9)


def test_up_over_down_is_the_product_of_the_odds() -> None:
    gain = np.random.default_rng(5).normal(size=30)
    forth = log_fixation_probability(gain, 2.0)
    back = log_fixation_probability(-gain[::-1], 2.0)
    assert float(forth - back) == pytest.approx(2.0 * gain.sum(), rel=1e-12)


def test_its_logarithm_stays_finite_where_it_underflows() -> None:
    gain = np.full(99, -1.0)
    assert float(fixation_probability(gain, 50.0)) == 0.0
    # The largest term of the sum, exp(50 * 99), is the whole sum in double precision.
    assert float(log_fixation_probability(gain, 50.0)) == pytest.approx(-4950.0, rel=1e-12)


@pytest.mark.parametrize("gain", [1.0, np.zeros((2, 0)), [0.0, np.inf]])
def test_wrong_gains_are_refused(gain: object) -> None:
    with pytest.raises(CoopgamesError, match="gain"):
        fixation_probability(gain, 1.0)


def test_negative_intensity_is_refused() -> None:
    with pytest.raises(CoopgamesError, match="selection_intensity must be >= 0"):
        fixation_probability([0.0], -1.0)
