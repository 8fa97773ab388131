"""Stationary laws against NumPy's eigenvectors."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from coopgames.kernels.markov.chains import stationary_law


def by_eigenvector(matrix):
    values, vectors = np.linalg.eig(matrix.T)
    law = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    return law / law.sum()


@given(st.integers(2, 7), st.integers(0, 2**32 - 1))
def test_dense_random_chains(size, seed) -> None:
    matrix = np.random.default_rng(seed).random((size, size)) + 1e-3
    matrix /= matrix.sum(axis=1, keepdims=True)
    law, residual = stationary_law(csr_matrix(matrix))
    assert law == pytest.approx(by_eigenvector(matrix), abs=1e-10)
    assert law.sum() == pytest.approx(1.0)
    assert (law >= 0).all()
    assert residual < 1e-12


def test_a_ring_dwells_where_it_leaves_slowly() -> None:
    """pi_i is proportional to 1 / rate_i on a pure ring (D11)."""
    rates = np.array([0.1, 0.2, 0.5, 0.8])
    matrix = np.diag(1 - rates) + np.roll(np.diag(rates), 1, axis=1)
    law, residual = stationary_law(csr_matrix(matrix))
    expected = (1 / rates) / (1 / rates).sum()
    assert law == pytest.approx(expected, rel=1e-12)
    assert residual < 1e-14


def test_a_nearly_absorbing_state() -> None:
    matrix = np.array([[1 - 1e-12, 1e-12, 0], [0.5, 0, 0.5], [0, 1.0, 0]])
    law, residual = stationary_law(csr_matrix(matrix))
    # Flows balance: pi_0 1e-12 = pi_1 / 2 and pi_1 / 2 = pi_2.
    assert law == pytest.approx(np.array([1, 2e-12, 1e-12]) / (1 + 3e-12), rel=1e-6)
    assert residual < 1e-15


def test_periodic_and_single_state() -> None:
    law, residual = stationary_law(csr_matrix(np.array([[0.0, 1.0], [1.0, 0.0]])))
    assert law == pytest.approx([0.5, 0.5])
    assert residual == 0.0
    law, residual = stationary_law(csr_matrix(np.ones((1, 1))))
    assert (law.tolist(), residual) == ([1.0], 0.0)


def test_many_states_by_iteration() -> None:
    """Independent revising players in four groups: the law of counts is a product of binomials."""
    sizes, chances = (9, 9, 9, 8), (0.2, 0.5, 0.7, 0.9)
    shape = tuple(n + 1 for n in sizes)
    total = int(np.prod(shape))
    assert total > 6_000
    index = np.arange(total).reshape(shape)
    states = np.stack(np.unravel_index(np.arange(total), shape), axis=1)
    source, target, rate = [], [], []
    players = sum(sizes)
    for g, (n, p) in enumerate(zip(sizes, chances)):
        up = np.flatnonzero(states[:, g] < n)
        above = states[up].copy()
        above[:, g] += 1
        above = index[tuple(above.T)]
        here = states[up, g]
        source += [up, above]
        target += [above, up]
        rate += [(n - here) / players * p, (here + 1) / players * (1 - p)]
    start, end, value = (np.concatenate(part) for part in (source, target, rate))
    stay = 1 - np.bincount(start, weights=value, minlength=total)
    everyone = np.arange(total)
    matrix = csr_matrix(
        (np.append(value, stay), (np.append(start, everyone), np.append(end, everyone))),
        shape=(total, total),
    )
    law, residual = stationary_law(matrix)
    expected = np.ones(total)
    for g, (n, p) in enumerate(zip(sizes, chances)):
        k = states[:, g]
        ways = np.array([comb(n, j) for j in range(n + 1)])[k]
        expected *= ways * p**k * (1 - p) ** (n - k)
    assert residual < 1e-9
    assert law == pytest.approx(expected, rel=1e-6, abs=1e-12)
