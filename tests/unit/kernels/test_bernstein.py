"""Roots in Bernstein form against polynomials built from known roots, exactly, and NumPy's."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgames.errors import CoopgamesError
from coopgames.kernels.bernstein import (
    bernstein_derivative,
    bernstein_values,
    group_payoffs,
    payoff_gap_coefficients,
    unit_roots,
)


def from_roots(roots):
    """Exact Bernstein coefficients of prod (x - r), times 2**k so that they are handy."""
    b = [Fraction(1)]
    for root in map(Fraction, roots):
        n = len(b)
        out = [Fraction(0)] * (n + 1)
        # (x - r) = -r (1 - x) + (1 - r) x, and C(n,k) b_k are the scaled coefficients.
        for k, value in enumerate(b):
            weight = comb(n - 1, k) * value
            out[k] += -root * weight / comb(n, k)
            out[k + 1] += (1 - root) * weight / comb(n, k + 1)
        b = out
    return b


def value_exactly(coefficients, x):
    n = len(coefficients) - 1
    x = Fraction(x)
    return sum(
        comb(n, k) * x**k * (1 - x) ** (n - k) * Fraction(b) for k, b in enumerate(coefficients)
    )


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), st.floats(0, 1))
def test_values_and_derivative(coefficients, x) -> None:
    exact = float(value_exactly(coefficients, x))
    scale = max(map(abs, coefficients))
    assert float(bernstein_values(coefficients, x)) == pytest.approx(exact, abs=1e-13 * scale)
    n = len(coefficients) - 1
    slope = sum(
        comb(n, k)
        * (k * Fraction(x) ** max(k - 1, 0) * (1 - Fraction(x)) ** (n - k)
           - (n - k) * Fraction(x) ** k * (1 - Fraction(x)) ** max(n - k - 1, 0))
        * Fraction(b)
        for k, b in enumerate(coefficients)
    )  # fmt: skip
    got = float(bernstein_values(bernstein_derivative(coefficients), x))
    assert got == pytest.approx(float(slope), abs=1e-11 * max(scale, 1e-300) * (n + 1))


@given(st.lists(st.integers(-32, 96), max_size=6), st.booleans())
def test_known_roots_are_all_found(places, flip) -> None:
    """Roots at multiples of 1/64, some beyond [0, 1], some equal; coefficients as integers."""
    exact = from_roots([Fraction(place, 64) for place in places])
    whole = [value * 64 ** len(places) * comb_product(len(places)) for value in exact]
    assert max(map(abs, whole)) < 2**53
    coefficients = [float(-value if flip else value) for value in whole]
    found = unit_roots(coefficients)
    inside = sorted({place for place in places if 0 <= place <= 64})
    np.testing.assert_allclose(found.points, np.array(inside) / 64, atol=1e-6)
    assert found.multiplicities.tolist() == [places.count(place) for place in inside]
    edges = [0, *inside, 64]
    for (before, after), left, here, right in zip(found.signs, edges, edges[1:], edges[2:]):
        for got, other in ((before, left), (after, right)):
            probe = Fraction(here + other, 128)
            if here != other:
                value = value_exactly(coefficients, probe)
                assert got == (value > 0) - (value < 0)
            else:
                assert got == 0


def comb_product(n: int) -> int:
    """A common multiple of C(n, 0) .. C(n, n)."""
    return int(np.lcm.reduce([comb(n, k) for k in range(n + 1)]))


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_random_polynomials_against_numpy(degree, seed) -> None:
    b = np.random.default_rng(seed).normal(size=degree + 1)
    power = np.zeros(degree + 1)  # ascending
    for k, value in enumerate(b):
        for j in range(degree - k + 1):
            power[k + j] += comb(degree, k) * comb(degree - k, j) * (-1) ** j * value
    other = np.polynomial.polynomial.polyroots(power)
    real = np.sort(other[(abs(other.imag) < 1e-7) & (other.real > 0) & (other.real < 1)].real)
    found = unit_roots(b)
    if len(found.points) == len(real):  # NumPy may err on a pair that is nearly double
        np.testing.assert_allclose(found.points, real, atol=1e-6)
    else:
        assert min(np.diff(np.sort(other.real)), default=0) < 1e-4
    for point, (low, high) in zip(found.points, found.brackets):
        assert low <= point <= high


@settings(max_examples=6)
@given(st.integers(2, 200), st.integers(0, 2**32 - 1))
def test_high_degrees_against_exact_signs(degree, seed) -> None:
    """Between neighbouring roots the sign is as stated; beside each simple root it changes."""
    b = np.random.default_rng(seed).normal(size=degree + 1).round(6)
    found = unit_roots(b)
    edges = [0.0, *found.points.tolist(), 1.0]
    signs = [s for s, _ in found.signs.tolist()] + [int(np.sign(b[-1]))]
    exact = [Fraction(value) for value in b.tolist()]
    for left, right, sign in zip(edges[:3], edges[1:4], signs[:3]):
        value = value_exactly(exact, (Fraction(left) + Fraction(right)) / 2)
        assert (value > 0) - (value < 0) == sign
    for point in found.points[found.multiplicities == 1][:2].tolist():
        near = [value_exactly(exact, Fraction(point) + d) for d in (-Fraction(1, 10**9), 0)]
        far = value_exactly(exact, Fraction(point) + Fraction(1, 10**9))
        assert near[0] * far < 0
        assert abs(near[1]) <= max(abs(near[0]), abs(far))


def test_equally_spaced_roots_of_high_degree() -> None:
    """Wilkinson's case in the basis that bears it: 20 roots at (2 k - 1) / 40."""
    roots = [Fraction(2 * k - 1, 40) for k in range(1, 21)]
    found = unit_roots([float(value) for value in from_roots(roots)])
    np.testing.assert_allclose(found.points, [float(root) for root in roots], atol=1e-9)
    assert (found.multiplicities == 1).all()


def test_linear_interpolation_at_degree_200() -> None:
    """Coefficients on a line are that line, whatever the degree and the scale."""
    for scale in (1e-300, 1.0, 1e300):
        found = unit_roots(scale * (np.arange(201) - 77.0) / 200)
        np.testing.assert_allclose(found.points, [0.385], rtol=1e-15)
        assert found.signs.tolist() == [[-1, 1]]


@pytest.mark.parametrize("double", [Fraction(1, 3), Fraction(1, 2), Fraction(1, 4), Fraction(7, 9)])
@pytest.mark.parametrize("scale", [1.0, 0.1, 1 / 3, -np.pi])
def test_a_rounded_double_root_is_kept(double, scale) -> None:
    exact = from_roots([double, double, Fraction(5, 3)])
    found = unit_roots([scale * float(value) for value in exact])
    np.testing.assert_allclose(found.points, [float(double)], atol=1e-7)
    assert found.multiplicities.tolist() == [2]
    assert len(set(found.signs[0].tolist())) == 1


def test_roots_at_the_ends_with_multiplicity() -> None:
    found = unit_roots([0.0, 0.0, 1.0, -1.0, 0.0])
    assert found.points[[0, -1]].tolist() == [0.0, 1.0]
    assert found.multiplicities.tolist() == [2, 1, 1]
    assert found.signs.tolist() == [[0, 1], [1, -1], [-1, 0]]
    # x^2 (1 - x) (6 (1 - x) - 4 x), so the root inside is 3/5.
    assert found.points[1] == pytest.approx(0.6, rel=1e-15)


def test_zero_everywhere_and_nowhere() -> None:
    nothing = unit_roots([0.0, 0.0])
    assert nothing.identically_zero
    assert nothing.points.size == 0
    constant = unit_roots([2.0])
    assert not constant.identically_zero
    assert constant.points.size == 0
    assert unit_roots([1.0, 0.5, 1.0]).points.size == 0


@given(st.integers(1, 8), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_groups_by_counting_them(size, seed, x) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, size))
    law = [comb(size - 1, k) * x**k * (1 - x) ** (size - 1 - k) for k in range(size)]
    expected = [sum(p * v for p, v in zip(law, table)) for table in (a, b)]
    np.testing.assert_allclose(group_payoffs(a, b, [x, 1 - x]), expected, atol=1e-12)
    gap = bernstein_values(payoff_gap_coefficients(a, b), x)
    assert float(gap) == pytest.approx(expected[0] - expected[1], abs=1e-12)


def test_volunteers_dilemma_in_closed_form() -> None:
    """N = 5, b = 2, c = 1: all volunteer with 1 - (c/b)**(1/4); Diekmann (1985)."""
    gap = payoff_gap_coefficients([1.0] * 5, [0.0] + [2.0] * 4)
    found = unit_roots(gap)
    np.testing.assert_allclose(found.points, [1 - 0.5**0.25], rtol=1e-14)
    assert found.signs.tolist() == [[1, -1]]


def collective_risk(n, m, c, r):
    """Everybody keeps 1, or 1 - r in expectation below m contributors; contributing costs c."""
    first = [(1.0 if k + 1 >= m else 1 - r) - c for k in range(n)]
    second = [1.0 if k >= m else 1 - r for k in range(n)]
    return payoff_gap_coefficients(first, second)


def test_collective_risk_dilemma() -> None:
    """N = 6, M = 3, c = .1, r = 1; Santos & Pacheco (2011)."""
    found = unit_roots(collective_risk(6, 3, 0.1, 1.0))
    np.testing.assert_allclose(found.points, [0.1214333, 0.7356181], atol=5e-8)
    assert found.signs.tolist() == [[-1, 1], [1, -1]]
    for x in found.points:  # C(5,2) x^2 (1-x)^3 r = c
        assert 10 * x**2 * (1 - x) ** 3 == pytest.approx(0.1, rel=1e-13)


def test_collective_risk_at_the_tangency() -> None:
    """The hump 10 x^2 (1-x)^3 peaks at 2/5 with .3456: that cost leaves one touching point."""
    found = unit_roots(collective_risk(6, 3, 0.3456, 1.0))
    np.testing.assert_allclose(found.points, [0.4], atol=1e-6)
    assert found.multiplicities.sum() == 2
    assert unit_roots(collective_risk(6, 3, 0.3457, 1.0)).points.size == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: unit_roots([1.0, np.nan]), "coefficients must be one row"),
        (lambda: unit_roots([[1.0, 2.0]]), "coefficients must be one row"),
        (lambda: unit_roots([1.0, -1.0], resolution=0.0), "resolution must lie in"),
        (lambda: payoff_gap_coefficients([1.0], [1.0, 2.0]), "first and second must have"),
        (lambda: payoff_gap_coefficients([np.inf], [1.0]), "first must be finite"),
        (lambda: payoff_gap_coefficients([1.0], [1.0], rounding=-1), "rounding must be >= 0"),
    ],
)
def test_refused(call, words) -> None:
    with pytest.raises(CoopgamesError, match=words):
        call()
