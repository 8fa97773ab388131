"""Imitation on the simplex against individuals one by one, and against two-strategy formulas."""

from itertools import permutations, product
from math import comb, exp, factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from tests.oracle.two_strategies import pairwise_comparison_rates

from coopgames.errors import CoopgamesError
from coopgames.kernels.markov import chains
from coopgames.kernels.markov.birth_death import birth_death_stationary
from coopgames.kernels.markov.chains import stationary_law
from coopgames.kernels.markov.simplex_chain import moran_chain, pairwise_comparison_chain
from coopgames.kernels.simplex import composition_index, compositions

BETA, MU = 1.7, 0.15
UNEVEN = np.array([[0.1, 0.6, 0.3], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]])


def uniform(s: int) -> np.ndarray:
    return (1 - np.eye(s)) / (s - 1)


def by_individuals(size: int, s: int, step) -> np.ndarray:
    """Matrix on counts, from one population of named individuals for each state.

    ``step(people, here)`` yields (probability, who changes, new strategy).
    """
    states = [row for row in product(range(size + 1), repeat=s) if sum(row) == size]
    place = {row: k for k, row in enumerate(sorted(states))}
    matrix = np.zeros((len(states), len(states)))
    for row, here in place.items():
        people = [k for k in range(s) for _ in range(row[k])]
        for chance, who, new in step(people, here):
            after = people.copy()
            after[who] = new
            matrix[here, place[tuple(after.count(k) for k in range(s))]] += chance
    return matrix


def fermi_step(payoff, q, role_model):
    def step(people, here):
        size = len(people)
        for focal in range(size):
            for new in range(q.shape[0]):
                yield MU / size * q[people[focal], new], focal, new
            models = [m for m in range(size) if role_model == "anyone" or m != focal]
            for model in models:
                chance = (1 - MU) / size / len(models)
                gap = payoff[here, people[model]] - payoff[here, people[focal]]
                copied = 1 / (1 + exp(-BETA * gap))
                yield chance * copied, focal, people[model]
                yield chance * (1 - copied), focal, people[focal]

    return step


def moran_step(fitness, q):
    def step(people, here):
        size = len(people)
        total = sum(fitness[here, k] for k in people)
        for parent, dead in product(range(size), repeat=2):
            chance = fitness[here, people[parent]] / total / size
            yield chance * (1 - MU), dead, people[parent]
            for new in range(q.shape[0]):
                yield chance * MU * q[people[parent], new], dead, new

    return step


@pytest.mark.parametrize("role_model", ["anyone", "others"])
@pytest.mark.parametrize(("size", "s"), [(2, 2), (4, 3), (3, 4)])
def test_pairwise_comparison_by_individuals(size: int, s: int, role_model: str) -> None:
    payoff = np.random.default_rng(1).normal(size=(len(compositions(size, s)), s))
    got = pairwise_comparison_chain(
        payoff,
        population_size=size,
        selection_intensity=BETA,
        mutation_probability=MU,
        role_model=role_model,
    )
    expected = by_individuals(size, s, fermi_step(payoff, uniform(s), role_model))
    np.testing.assert_allclose(got.toarray(), expected, atol=1e-15)
    assert got.has_sorted_indices


@pytest.mark.parametrize(("size", "s"), [(2, 2), (4, 3), (3, 4)])
def test_moran_by_individuals(size: int, s: int) -> None:
    fitness = np.random.default_rng(2).uniform(0.2, 3, size=(len(compositions(size, s)), s))
    got = moran_chain(fitness, population_size=size, mutation_probability=MU)
    expected = by_individuals(size, s, moran_step(fitness, uniform(s)))
    np.testing.assert_allclose(got.toarray(), expected, atol=1e-15)


def test_uneven_mutation_by_individuals() -> None:
    values = np.random.default_rng(3).uniform(0.2, 3, size=(15, 3))
    options = {"population_size": 4, "mutation_probability": MU, "mutation_matrix": UNEVEN}
    got = pairwise_comparison_chain(values, selection_intensity=BETA, **options)
    expected = by_individuals(4, 3, fermi_step(values, UNEVEN, "anyone"))
    np.testing.assert_allclose(got.toarray(), expected, atol=1e-15)
    got = moran_chain(values, **options)
    np.testing.assert_allclose(
        got.toarray(), by_individuals(4, 3, moran_step(values, UNEVEN)), atol=1e-15
    )


@pytest.mark.parametrize("role_model", ["anyone", "others"])
def test_two_strategies_are_the_birth_death_chain(role_model: str) -> None:
    size = 30
    payoff = np.random.default_rng(4).normal(size=(size + 1, 2))
    options = {
        "selection_intensity": 2.0,
        "mutation_probability": 0.01,
        "role_model": role_model,
    }
    chain = pairwise_comparison_chain(payoff, population_size=size, **options)
    # The first strategy's count is the rank.
    up, down = pairwise_comparison_rates(payoff[1:-1, 0] - payoff[1:-1, 1], **options)
    np.testing.assert_allclose(chain.diagonal(1), up, rtol=1e-12)
    np.testing.assert_allclose(chain.diagonal(-1), down, rtol=1e-12)
    law, _ = stationary_law(chain)
    np.testing.assert_allclose(law, birth_death_stationary(up, down), rtol=1e-9)
    flow = law[:-1] * chain.diagonal(1) - law[1:] * chain.diagonal(-1)
    np.testing.assert_allclose(flow, 0.0, atol=1e-15)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 4),
    st.integers(2, 6),
    st.integers(0, 2**32 - 1),
    st.floats(0, 50),
    st.floats(0, 1),
)
def test_rows_are_laws_and_names_do_not_matter(s, size, seed, beta, mu) -> None:
    rng = np.random.default_rng(seed)
    rows = compositions(size, s)
    values = np.where(rows > 0, rng.uniform(0.1, 2, size=rows.shape), np.nan)
    order = rng.permutation(s)
    names = composition_index(rows[:, order])  # state k becomes state names[k]
    renamed = np.empty_like(values)
    renamed[names] = values[:, order]
    for build in (
        lambda v: pairwise_comparison_chain(
            v, population_size=size, selection_intensity=beta, mutation_probability=mu
        ),
        lambda v: moran_chain(v, population_size=size, mutation_probability=mu),
    ):
        chain, other = build(values).toarray(), build(renamed).toarray()
        np.testing.assert_allclose(chain.sum(axis=1), 1.0, atol=1e-14)
        assert chain.min() >= -1e-15
        np.testing.assert_allclose(other[np.ix_(names, names)], chain, atol=1e-14)


def test_pure_mutation_is_multinomial() -> None:
    """Every drawn individual takes one of the other two, so the law of one is uniform."""
    size = 7
    rows = compositions(size, 3)
    chain = pairwise_comparison_chain(
        np.zeros(rows.shape), population_size=size, selection_intensity=0, mutation_probability=1
    )
    law, residual = stationary_law(chain)
    expected = [factorial(size) / prod(map(factorial, row)) / 3**size for row in rows.tolist()]
    np.testing.assert_allclose(law, expected, rtol=1e-11)
    assert residual < 1e-15


def test_equal_strategies_have_equal_shares_in_four() -> None:
    size = 24
    rows = compositions(size, 4)
    chain = pairwise_comparison_chain(
        np.zeros(rows.shape), population_size=size, selection_intensity=1, mutation_probability=0.01
    )
    law, _ = stationary_law(chain)
    np.testing.assert_allclose(law @ rows / size, 0.25, rtol=1e-9)
    for order in list(permutations(range(4)))[1::7]:
        np.testing.assert_allclose(law[composition_index(rows[:, order])], law, rtol=1e-8)


@pytest.mark.parametrize("route", ["levels", "incomplete"])
@pytest.mark.parametrize("beta", [0.1, 10.0])
@pytest.mark.parametrize("mu", [1e-2, 1e-4])
def test_large_chains_by_iteration(monkeypatch, beta: float, mu: float, route: str) -> None:
    """Both iterations against the direct solution, which their size would rule out."""
    size = 20
    rows = compositions(size, 4)
    game = np.random.default_rng(1).normal(size=(4, 4))
    chain = pairwise_comparison_chain(
        (rows @ game.T - np.diag(game)) / (size - 1),
        population_size=size,
        selection_intensity=beta,
        mutation_probability=mu,
    )
    direct, _ = stationary_law(chain)
    monkeypatch.setattr(chains, "LARGEST_DIRECT", 0)
    monkeypatch.setattr(chains, "WIDEST_DIRECT", 0)
    if route == "incomplete":
        monkeypatch.setattr(chains, "WIDEST_LEVEL", 0)
    law, residual = stationary_law(chain)
    assert residual < 1e-13
    np.testing.assert_allclose(law, direct, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_rare_mutations_by_levels_find_the_weights_of_the_corners(monkeypatch, seed: int) -> None:
    """Which a residual doesn't show: corners are left once in a million steps.

    The other side is state reduction, which subtracts nothing.
    """
    size, mu = 11, 1e-7
    rows = compositions(size, 4)
    game = np.random.default_rng(seed).random((4, 4))
    chain = pairwise_comparison_chain(
        (rows @ game.T - np.diag(game)) / (size - 1),
        population_size=size,
        selection_intensity=1.0,
        mutation_probability=mu,
    )
    rates = chain.toarray()
    for k in range(rows.shape[0] - 1, 0, -1):
        rates[:k, k] /= rates[k, :k].sum()
        rates[:k, :k] += np.outer(rates[:k, k], rates[k, :k])
    expected = np.ones(rows.shape[0])
    for k in range(1, rows.shape[0]):
        expected[k] = expected[:k] @ rates[:k, k]
    expected /= expected.sum()
    monkeypatch.setattr(chains, "LARGEST_DIRECT", 0)
    monkeypatch.setattr(chains, "WIDEST_DIRECT", 0)
    law, _ = stationary_law(chain)
    np.testing.assert_allclose(law, expected, rtol=1e-6)


def test_large_chains_of_revising_players_by_levels(monkeypatch) -> None:
    """No step stays on a level here; the law is a product of binomials."""
    shape, chances = (7, 6, 8, 5), (0.2, 0.5, 0.7, 0.9)
    total, players = int(np.prod(shape)), sum(shape) - 4
    index = np.arange(total).reshape(shape)
    matrix = np.zeros((total, total))
    expected = np.ones(shape)
    for g, (n, p) in enumerate(zip(shape, chances)):
        low, high = (np.moveaxis(index, g, 0)[part] for part in (slice(0, -1), slice(1, None)))
        acting = np.arange(n - 1)[:, None, None, None]
        matrix[low, high] = (n - 1 - acting) / players * p
        matrix[high, low] = (acting + 1) / players * (1 - p)
        law = np.array([comb(n - 1, k) * p**k * (1 - p) ** (n - 1 - k) for k in range(n)])
        expected = expected * np.moveaxis(law[:, None, None, None], 0, g)
    matrix += np.diag(1 - matrix.sum(axis=1))
    monkeypatch.setattr(chains, "LARGEST_DIRECT", 0)
    monkeypatch.setattr(chains, "WIDEST_DIRECT", 0)
    law, _ = stationary_law(csr_matrix(matrix))
    np.testing.assert_allclose(law, expected.ravel(), rtol=1e-6, atol=1e-14)


def test_the_fixed_state_moves_to_the_peak() -> None:
    """State 0 is the one left most slowly, and it holds 1e-18 of the law."""
    up, down = np.array([1e-3, *[0.5] * 4]), np.array([0.5 * 1e-3] * 5)
    up[0], down[0] = 1e-6, 1e-12
    matrix = np.diag(up, 1) + np.diag(down, -1)
    matrix += np.diag(1 - matrix.sum(axis=1))
    law, _ = stationary_law(csr_matrix(matrix))
    np.testing.assert_allclose(law, birth_death_stationary(up, down), rtol=1e-10)


def test_a_strategy_that_never_arises_leaves_the_others_alone() -> None:
    """With mutation among two of three, the law lives on their edge, as with two strategies."""
    size = 40
    rows = compositions(size, 3)
    payoff = np.column_stack([rows[:, 1], rows[:, 0] * 0.7, rows[:, 0]]) / size
    to = np.array([[0, 1, 0], [1, 0, 0], [0.5, 0.5, 0]])
    chain = pairwise_comparison_chain(
        payoff,
        population_size=size,
        selection_intensity=3,
        mutation_probability=0.02,
        mutation_matrix=to,
    )
    law, _ = stationary_law(chain)
    edge = rows[:, 2] == 0
    gain = payoff[edge, 0] - payoff[edge, 1]
    up, down = pairwise_comparison_rates(
        gain[1:-1], selection_intensity=3, mutation_probability=0.02
    )
    np.testing.assert_allclose(law[edge], birth_death_stationary(up, down), rtol=1e-10)
    assert (law[~edge] == 0).all()


def test_what_is_refused() -> None:
    options = {"population_size": 2, "mutation_probability": 0.1}
    with pytest.raises(CoopgamesError, match="one row for each of the 3 states"):
        moran_chain(np.ones((4, 2)), **options)
    with pytest.raises(CoopgamesError, match="at least 2 strategies"):
        moran_chain(np.ones((4, 1)), **options)
    with pytest.raises(CoopgamesError, match="fitness must be > 0"):
        moran_chain(np.zeros((3, 2)), **options)
    with pytest.raises(CoopgamesError, match="finite wherever"):
        moran_chain(np.full((3, 2), np.nan), **options)
    with pytest.raises(CoopgamesError, match="rows that sum to 1"):
        moran_chain(np.ones((3, 2)), mutation_matrix=np.ones((2, 2)), **options)
    with pytest.raises(CoopgamesError, match="mutation_matrix must have shape"):
        moran_chain(np.ones((3, 2)), mutation_matrix=np.ones((3, 3)), **options)
    with pytest.raises(CoopgamesError, match="role_model must be one of"):
        pairwise_comparison_chain(
            np.ones((3, 2)), selection_intensity=1, role_model="nobody", **options
        )
