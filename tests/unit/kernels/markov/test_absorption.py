"""First passage and absorption against exact rationals, published times and dense algebra."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from tests.oracle.fixation import fixation_probability

from coopgames.errors import CoopgamesError
from coopgames.kernels.markov.absorption import (
    absorption_probabilities,
    birth_death_times,
    hitting_probabilities,
    mean_hitting_times,
    quasi_stationary_law,
)
from coopgames.kernels.markov.chains import closed_classes, stationary_law
from coopgames.kernels.markov.simplex_chain import moran_chain, pairwise_comparison_chain
from coopgames.kernels.simplex import compositions


def solve_exactly(matrix, right):
    """Gauss-Jordan in rationals."""
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    size = len(rows)
    for c in range(size):
        pivot = next(r for r in range(c, size) if rows[r][c])
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for r in range(size):
            if r != c and rows[r][c]:
                rows[r] = [v - rows[r][c] * u for v, u in zip(rows[r], rows[c])]
    return [row[-1] for row in rows]


def exact_times(up, down):
    """phi, t, t to the top and t to the bottom at 1 .. Z - 1, from first-step equations."""
    size = len(up)
    n = size - 1
    system = [[Fraction(0)] * n for _ in range(n)]
    for k in range(n):
        p, q = up[k + 1], down[k]
        system[k][k] = p + q
        if k + 1 < n:
            system[k][k + 1] = -p
        if k:
            system[k][k - 1] = -q
    phi = solve_exactly(system, [Fraction(0)] * (n - 1) + [up[-1]])
    time = solve_exactly(system, [Fraction(1)] * n)
    top = [v / f for v, f in zip(solve_exactly(system, phi), phi)]
    ruin = [1 - f for f in phi]
    bottom = [v / f for v, f in zip(solve_exactly(system, ruin), ruin)]
    return phi, time, top, bottom


def chain_of(up, down):
    """The chain on 0 .. Z with absorbing ends."""
    up, down = np.array(up, dtype=float), np.array(down, dtype=float)
    up[0] = down[-1] = 0.0
    matrix = np.diag(up, 1) + np.diag(down, -1)
    return csr_matrix(matrix + np.diag(1 - matrix.sum(axis=1)))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 9), st.integers(0, 2**32 - 1), st.sampled_from([10, 10**6, 10**12]))
def test_birth_death_against_rationals(size: int, seed: int, spread: int) -> None:
    """Rates over twelve orders of magnitude, all to 1e-12 relative."""
    rng = np.random.default_rng(seed)
    draws = rng.integers(1, 5, size=(2, size))
    scale = rng.choice([1, spread], size=(2, size))
    # Floats are rationals, so both routes see the same numbers.
    up, down = draws / scale / 10.0
    expected = exact_times([Fraction(v) for v in up], [Fraction(v) for v in down])
    got = birth_death_times(up, down)
    for exact, values in zip(expected, got):
        np.testing.assert_allclose(values[1:-1], [float(v) for v in exact], rtol=1e-12)


def test_neutral_moran_times() -> None:
    """Z H_{Z-1} and Z (Z - 1) steps from one mutant (Antal & Scheuring 2006)."""
    for size in (2, 3, 10, 100):
        i = np.arange(1, size)
        step = i * (size - i) / size**2
        times = birth_death_times(np.append(0, step), np.append(step, 0))
        harmonic = float(sum(Fraction(1, k) for k in range(1, size)))
        assert times.unconditional[1] == pytest.approx(size * harmonic, rel=1e-12)
        assert times.to_top[1] == pytest.approx(size * (size - 1), rel=1e-12)
        np.testing.assert_allclose(times.fixation, np.arange(size + 1) / size, rtol=1e-12)
        np.testing.assert_allclose(times.to_bottom, times.to_top[::-1], rtol=1e-12)
        assert np.isnan(times.to_top[0])
        assert np.isnan(times.to_bottom[-1])
        assert times.to_top[-1] == times.to_bottom[0] == times.unconditional[0] == 0


def test_birth_death_fixation_is_the_known_one() -> None:
    gain = np.random.default_rng(0).normal(size=(5, 19))
    ratio = np.exp(2.0 * gain)
    up = np.concatenate([np.ones((5, 1)), ratio / (1 + ratio)], axis=1)
    down = np.concatenate([1 / (1 + ratio), np.ones((5, 1))], axis=1)
    times = birth_death_times(up, down)
    np.testing.assert_allclose(times.fixation[:, 1], fixation_probability(gain, 2.0), rtol=1e-12)
    for row in range(5):
        one = birth_death_times(up[row], down[row])
        np.testing.assert_array_equal(one.unconditional, times.unconditional[row])


def test_birth_death_against_the_general_chain() -> None:
    up, down = np.random.default_rng(1).uniform(0.05, 0.45, size=(2, 12))
    chain, times = chain_of(up, down), birth_death_times(up, down)
    ends = absorption_probabilities(chain)
    assert ends.label.tolist() == [0] + [-1] * 11 + [1]
    np.testing.assert_allclose(ends.probability[:, 1], times.fixation, rtol=1e-11)
    np.testing.assert_allclose(ends.probability.sum(axis=1), 1.0, rtol=1e-13)
    np.testing.assert_allclose(ends.mean_time, times.unconditional, rtol=1e-11)
    np.testing.assert_allclose(hitting_probabilities(chain, [12]), times.fixation, rtol=1e-11)
    np.testing.assert_allclose(mean_hitting_times(chain, [0, 12]), times.unconditional, rtol=1e-11)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_first_step_equations_and_the_mean_return_time(size: int, seed: int) -> None:
    """Kac: from state s the chain is back after 1 / pi(s) steps on average."""
    rng = np.random.default_rng(seed)
    matrix = rng.random((size, size)) + 1e-3
    matrix /= matrix.sum(axis=1, keepdims=True)
    chain = csr_matrix(matrix)
    state = int(rng.integers(size))
    times = mean_hitting_times(chain, [state])
    law, _ = stationary_law(chain)
    assert 1.0 + matrix[state] @ times == pytest.approx(1.0 / law[state], rel=1e-9)
    np.testing.assert_allclose(hitting_probabilities(chain, [state]), 1.0, rtol=1e-12)


def test_reducible_chains() -> None:
    """0 is absorbing, {3, 4} closed, 5 leads to the pair alone, 1 and 2 to both."""
    matrix = np.zeros((6, 6))
    matrix[0, 0] = 1
    matrix[1, [0, 2]] = 0.25, 0.75
    matrix[2, [1, 3, 5]] = 0.5, 0.25, 0.25
    matrix[3, 4] = matrix[4, 3] = 1
    matrix[5, [4, 5]] = 0.125, 0.875
    chain = csr_matrix(matrix)
    classes, label = closed_classes(chain)
    assert (classes, label.tolist()) == (2, [0, -1, -1, 1, 1, -1])
    # a = P(end at 0 | 1): a = 1/4 + 3/4 b, b = a / 2, so a = 2/5, b = 1/5.
    ends = absorption_probabilities(chain)
    np.testing.assert_allclose(ends.probability[:, 0], [1, 0.4, 0.2, 0, 0, 0], atol=1e-15)
    assert hitting_probabilities(chain, [0])[3:].tolist() == [0, 0, 0]
    # t1 = 1 + 3/4 t2, t2 = 1 + t1 / 2 + 8 / 4.
    np.testing.assert_allclose(ends.mean_time, [0, 5.2, 5.6, 0, 0, 8], rtol=1e-13)
    times = mean_hitting_times(chain, [4])
    np.testing.assert_allclose(times, [np.inf, np.inf, np.inf, 1, 0, 8], rtol=1e-13)
    # What comes after the hit is no matter: from 5 the chain hits {4}, though never 0 then.
    assert hitting_probabilities(chain, [4])[1] == pytest.approx(0.6)
    with pytest.raises(CoopgamesError, match="one closed class"):
        stationary_law(chain)


def test_one_closed_class_has_a_law_also_with_transient_states() -> None:
    matrix = np.array([[0.5, 0.5, 0], [0, 0.9, 0.1], [0, 0.3, 0.7]])
    law, _ = stationary_law(csr_matrix(matrix))
    np.testing.assert_allclose(law, [0, 0.75, 0.25], rtol=1e-13)
    assert law[0] == 0


def test_neutral_fixation_on_the_simplex_is_the_share() -> None:
    size = 8
    rows = compositions(size, 3)
    chain = moran_chain(np.ones(rows.shape), population_size=size, mutation_probability=0)
    ends = absorption_probabilities(chain)
    classes = ends.label[[np.argmax(rows[:, k]) for k in range(3)]]
    np.testing.assert_allclose(ends.probability[:, classes], rows / size, atol=1e-13)


def test_quasi_stationary_against_eigenvectors() -> None:
    size = 9
    rows = compositions(size, 3)
    payoff = rows[:, [1, 2, 0]] / size
    chain = pairwise_comparison_chain(
        payoff, population_size=size, selection_intensity=2, mutation_probability=0
    )
    inner = (rows > 0).all(axis=1)
    law, decay_rate, residual = quasi_stationary_law(chain, inner)
    values, vectors = np.linalg.eig(chain.toarray()[np.ix_(inner, inner)].T)
    best = int(np.argmax(values.real))
    expected = vectors[:, best].real / vectors[:, best].real.sum()
    np.testing.assert_allclose(law[inner], expected, rtol=1e-9)
    assert decay_rate == pytest.approx(1 - values[best].real, rel=1e-9)
    assert residual < 1e-13
    assert (law[~inner] == 0).all()


def test_the_neutral_moran_process_decays_at_two_over_the_square() -> None:
    """Uniform on 1 .. Z - 1 at rate 2 / Z**2 - hence heterozygosity decays so."""
    size = 30
    chain = moran_chain(np.ones((size + 1, 2)), population_size=size, mutation_probability=0)
    law, decay_rate, _ = quasi_stationary_law(chain)
    np.testing.assert_allclose(law[1:-1], 1 / (size - 1), rtol=1e-11)
    assert decay_rate == pytest.approx(2 / size**2, rel=1e-11)


def test_a_set_that_is_rarely_left_keeps_its_decay_rate() -> None:
    """1e-14 per step, far below what 1 minus a Perron root could tell."""
    matrix = np.array([[1, 0, 0], [2e-14, 0.5 - 2e-14, 0.5], [0, 0.5, 0.5]])
    law, decay_rate, _ = quasi_stationary_law(csr_matrix(matrix))
    assert decay_rate == pytest.approx(1e-14, rel=1e-9)
    np.testing.assert_allclose(law, [0, 0.5, 0.5], rtol=1e-9)


def test_what_is_refused() -> None:
    chain = chain_of([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])
    with pytest.raises(CoopgamesError, match="must not be empty"):
        hitting_probabilities(chain, [])
    with pytest.raises(CoopgamesError, match=r"must lie in 0 \.\. 3"):
        hitting_probabilities(chain, [4])
    with pytest.raises(CoopgamesError, match="mask of states must have shape"):
        mean_hitting_times(chain, np.array([True]))
    with pytest.raises(CoopgamesError, match="mask or indices"):
        mean_hitting_times(chain, [0.5])
    with pytest.raises(CoopgamesError, match="up must be finite and > 0"):
        birth_death_times([0.1, 0.0], [0.1, 0.1])
    with pytest.raises(CoopgamesError, match="at least one entry"):
        birth_death_times([], [])
    with pytest.raises(CoopgamesError, match="can leave; got a closed one"):
        quasi_stationary_law(chain, [0])
    with pytest.raises(CoopgamesError, match="falls apart"):
        quasi_stationary_law(chain, [0, 1])
    with pytest.raises(CoopgamesError, match="no transient states"):
        quasi_stationary_law(csr_matrix([[0.5, 0.5], [0.5, 0.5]]))
