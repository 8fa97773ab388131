"""Birth-death chains against exact rationals, a linear solve and published numbers."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from tests.oracle.two_strategies import pairwise_comparison_rates

from coopgames.errors import CoopgamesError
from coopgames.kernels.markov.birth_death import birth_death_stationary


def test_exact_rationals() -> None:
    up = [Fraction(1, 3), Fraction(1, 5), Fraction(2, 7)]
    down = [Fraction(1, 4), Fraction(1, 2), Fraction(1, 9)]
    weights = [Fraction(1)]
    for rise, fall in zip(up, down):
        weights.append(weights[-1] * rise / fall)
    expected = [float(w / sum(weights)) for w in weights]
    law = birth_death_stationary([float(r) for r in up], [float(r) for r in down])
    np.testing.assert_allclose(law, expected, rtol=1e-14)


def test_it_solves_the_balance_equations() -> None:
    rng = np.random.default_rng(2)
    up, down = rng.uniform(0.01, 0.5, size=(2, 4, 9))
    laws = birth_death_stationary(up, down)
    for law, rise, fall in zip(laws, up, down):
        matrix = np.diag(rise, 1) + np.diag(fall, -1)
        matrix += np.diag(1 - matrix.sum(axis=1))
        np.testing.assert_allclose(law @ matrix, law, atol=1e-15)
        assert law.sum() == pytest.approx(1.0)


def test_ratios_beyond_double_precision_are_kept() -> None:
    law = birth_death_stationary([1e-200] * 3 + [1.0] * 3, [1.0] * 3 + [1e-200] * 3)
    np.testing.assert_allclose(law[[0, 6]], 0.5, rtol=1e-12)
    assert law[3] == 0.0


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
def test_absorbing_states_are_refused(bad: float) -> None:
    with pytest.raises(CoopgamesError, match="up must be finite and > 0"):
        birth_death_stationary([0.5, bad], [0.5, 0.5])


def collective_risk_gain(size: int, group: int, bar: int, cost: float, risk: float) -> np.ndarray:
    """f_C - f_D of Santos & Pacheco (2011), by counting groups."""
    out = []
    for k in range(1, size):

        def mean(act: int, others_acting: int) -> float:
            total = 0.0
            for i in range(group):
                ways = comb(others_acting, i) * comb(size - 1 - others_acting, group - 1 - i)
                safe = i + act >= bar
                total += ways * ((1.0 if safe else 1.0 - risk) - cost * act)
            return total / comb(size - 1, group - 1)

        out.append(mean(1, k - 1) - mean(0, k))
    return np.array(out)


def test_collective_risk_dilemma_as_published() -> None:
    """Z = 50, N = 6, M = 3, c = .1, r = .9, beta = 5, mu = .02; meeting with k(Z-k)/Z^2."""
    gain = collective_risk_gain(50, 6, 3, 0.1, 0.9)
    up, down = pairwise_comparison_rates(gain, selection_intensity=5.0, mutation_probability=0.02)
    law = birth_death_stationary(up, down)
    k = np.arange(51)
    assert law @ k / 50 == pytest.approx(0.692796130614501, abs=1e-12)
    safe = [
        sum(comb(j, i) * comb(50 - j, 6 - i) for i in range(3, 7)) / comb(50, 6) for j in range(51)
    ]
    assert law @ np.array(safe) == pytest.approx(0.9204194138207353, abs=1e-12)
    signs = np.sign(gain)
    changes = [int(j) + 1 for j in np.flatnonzero(signs[:-1] != signs[1:])]
    assert changes == [7, 34]


def test_role_model_from_the_others_only_speeds_up_selection() -> None:
    gain = np.random.default_rng(1).normal(size=9)
    options = {"selection_intensity": 1.0, "mutation_probability": 0.0}
    anyone = pairwise_comparison_rates(gain, role_model="anyone", **options)
    others = pairwise_comparison_rates(gain, role_model="others", **options)
    for slow, fast in zip(anyone, others):
        np.testing.assert_allclose(fast, slow * 10 / 9, rtol=1e-14)


def test_without_selection_the_law_is_symmetric_with_mean_one_half() -> None:
    up, down = pairwise_comparison_rates(
        np.ones(19), selection_intensity=0.0, mutation_probability=0.1
    )
    law = birth_death_stationary(up, down)
    np.testing.assert_allclose(law, law[::-1], rtol=1e-12)


def test_pure_mutation_is_binomial() -> None:
    up, down = pairwise_comparison_rates(
        np.ones(7), selection_intensity=3.0, mutation_probability=1.0
    )
    expected = [comb(8, j) / 2**8 for j in range(9)]
    np.testing.assert_allclose(birth_death_stationary(up, down), expected, rtol=1e-12)
