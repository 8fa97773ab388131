"""The chain of single flips against exact rationals and a potential, however small the rates."""

from fractions import Fraction

import numpy as np
import pytest

from coopgames.kernels.markov.flips import flip_chain_law, flip_chain_work


def exact_law(rates: list[list[Fraction]]) -> list[Fraction]:
    """Solve the balance equations by elimination in rationals."""
    size, bits = len(rates), len(rates[0])
    rows = [[Fraction(0)] * size for _ in range(size)]
    for s in range(size):
        for g in range(bits):
            rows[s ^ 1 << g][s] += rates[s][g]
            rows[s][s] -= rates[s][g]
    rows[0] = [Fraction(1)] * size
    right = [Fraction(int(s == 0)) for s in range(size)]
    for pivot in range(size):
        best = next(r for r in range(pivot, size) if rows[r][pivot] != 0)
        rows[pivot], rows[best] = rows[best], rows[pivot]
        right[pivot], right[best] = right[best], right[pivot]
        for r in range(size):
            if r != pivot and rows[r][pivot] != 0:
                factor = rows[r][pivot] / rows[pivot][pivot]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[pivot])]
                right[r] -= factor * right[pivot]
    return [right[s] / rows[s][s] for s in range(size)]


def log_of(value: Fraction) -> float:
    """Logarithm of a rational far below the smallest double."""
    shift = value.denominator.bit_length() - value.numerator.bit_length()
    return float(np.log(float(value * Fraction(2) ** shift)) - shift * np.log(2.0))


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
@pytest.mark.parametrize("span", [0, 30, 400])
def test_it_agrees_with_rationals(bits: int, span: int) -> None:
    """Rates down to 10**-span; a law computed in doubles would be noise or zero."""
    rng = np.random.default_rng(100 * bits + span)
    rates = [
        [
            Fraction(int(rng.integers(1, 1000)), 1000) / 10 ** int(rng.integers(0, span + 1))
            for _ in range(bits)
        ]
        for _ in range(2**bits)
    ]
    logs = np.array([[log_of(rate) for rate in row] for row in rates])
    log_law, residual = flip_chain_law(logs)
    expected = [log_of(weight) for weight in exact_law(rates)]
    np.testing.assert_allclose(log_law, expected, rtol=1e-12, atol=1e-10)
    assert residual < 1e-12


def test_a_reversible_chain_follows_its_potential() -> None:
    """Rates exp((psi' - psi) / 2 + symmetric) have the law exp(psi), here over e**3000."""
    rng = np.random.default_rng(3)
    bits = 7
    psi = rng.normal(scale=500.0, size=2**bits)
    log_rate = np.empty((2**bits, bits))
    for g in range(bits):
        other = np.arange(2**bits) ^ 1 << g
        common = rng.normal(size=2**bits)
        log_rate[:, g] = (psi[other] - psi) / 2 + (common + common[other])
    log_law, _ = flip_chain_law(log_rate)
    np.testing.assert_allclose(log_law - log_law.max(), psi - psi.max(), rtol=1e-11)


def test_equal_rates_give_the_uniform_law() -> None:
    log_law, _ = flip_chain_law(np.full((32, 5), -1000.0))
    np.testing.assert_allclose(np.exp(log_law), 1 / 32, rtol=1e-12)


def test_work_grows_by_eight_per_bit() -> None:
    assert flip_chain_work(9) == pytest.approx(8 * flip_chain_work(8))
