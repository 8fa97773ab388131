"""The Wright-Fisher process: against chains of individuals, published results, exact fractions."""

from fractions import Fraction
from itertools import product
from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.dynamics import (
    WrightFisher,
    evolve,
    fixation,
    gradient_of_selection,
    simulate_population,
    small_mutation_limit,
)
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game
from coopgames.kernels.markov.state_reduction import dense_absorption, dense_stationary_law
from coopgames.kernels.markov.wright_fisher import (
    wright_fisher_fixation,
    wright_fisher_law,
    wright_fisher_log_fixation,
    wright_fisher_logs,
)
from coopgames.kernels.simplex import composition_index

CYCLE = matrix_game([[0, 2, -1], [-1, 0, 2], [2, -1, 0.5]])
LAW = np.array([[0.0, 0.9, 0.1], [0.3, 0.2, 0.5], [1.0, 0.0, 0.0]])


def law_of_individuals(game, size, mu, law, fitness):
    """Every child draws its parent: the chain over all s**Z assignments, lumped at the end."""
    states = list(product(range(game.size), repeat=size))
    counts = np.array([np.bincount(state, minlength=game.size) for state in states])
    matrix = np.empty((len(states), len(states)))
    for row, state in enumerate(states):
        payoffs = game.payoffs_in_population(counts[row])
        weights = np.array([fitness(payoffs[own]) for own in state])
        child = np.zeros(game.size)
        for own, weight in zip(state, weights / weights.sum()):
            child += weight * ((1 - mu) * np.eye(game.size)[own] + mu * law[own])
        matrix[row] = [np.prod(child[list(after)]) for after in states]
    assert matrix.sum(axis=1) == pytest.approx(1)
    law_ = np.linalg.matrix_power(matrix, 2**14)[0]
    return np.bincount(composition_index(counts), law_)


@pytest.mark.parametrize("fitness", ["exponential", "linear"])
@pytest.mark.parametrize("matrix", [LAW, None], ids=["matrix", "uniform"])
def test_the_law_is_that_of_individuals(fitness, matrix) -> None:
    maps = {"exponential": lambda p: np.exp(0.4 * p), "linear": lambda p: 0.6 + 0.4 * p}
    process = WrightFisher(
        population_size=4,
        selection_intensity=0.4,
        mutation_probability=0.1,
        mutation_matrix=matrix,
        fitness=fitness,
    )
    law = (1 - np.eye(3)) / 2 if matrix is None else matrix
    found = evolve(CYCLE, process)
    assert found.law == pytest.approx(
        law_of_individuals(CYCLE, 4, 0.1, law, maps[fitness]), abs=1e-11
    )
    assert found.certificate.residual < 1e-13
    two = matrix_game([[1, -1], [2, 0.5]])
    flip = np.array([[0.4, 0.6], [0.9, 0.1]])
    process = WrightFisher(
        population_size=6,
        selection_intensity=0.4,
        mutation_probability=0.1,
        mutation_matrix=flip,
        fitness=fitness,
    )
    assert evolve(two, process).law == pytest.approx(
        law_of_individuals(two, 6, 0.1, flip, maps[fitness]), abs=1e-11
    )


# --- published -------------------------------------------------------------------------------


@given(st.integers(2, 60))
def test_drift_fixes_one_in_z_and_loses_heterozygosity(size) -> None:
    """Neutral: rho = 1 / Z, and 2 x (1 - x) shrinks by 1 - 1 / Z per generation (Wright 1931)."""
    process = WrightFisher(population_size=size, selection_intensity=0.0, mutation_probability=0.0)
    found = fixation(classics.stag_hunt(), process, 0, 1)
    assert found.probability == pytest.approx(1 / size, rel=1e-10)
    j = np.arange(size + 1)
    apart = 2 * j / size * (1 - j / size)
    chain = process.chain(np.zeros((size + 1, 2)))
    assert chain @ apart == pytest.approx((1 - 1 / size) * apart, abs=1e-10)


def test_mutation_alone_gives_wrights_identity() -> None:
    """Two strategies, symmetric mutation u: the stationary chance that two differ.

    Two members have one parent with 1 / Z, and are told apart by mutation only: with
    v = (1 - 2 u)**2, 2 H = 1 - v + v (1 - 1 / Z) 2 H.
    """
    size, u = 40, 0.03
    process = WrightFisher(population_size=size, selection_intensity=0.0, mutation_probability=u)
    found = evolve(classics.stag_hunt(), process)
    x = found.states[:, 0] / size
    # Of two members with different parents: drawn with replacement among the parents.
    v = (1 - 2 * u) ** 2
    same = 2 * x * (1 - x)
    # E[x' (1 - x')] = (1 - 1/Z) p (1 - p), p (1 - p) = (1 - v) / 4 + v x (1 - x).
    expected = (1 - 1 / size) * (1 - v) / 2 / (1 - (1 - 1 / size) * v)
    assert found.law @ same == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("s", [0.01, -0.01, 0.02])
def test_weak_constant_selection_follows_the_diffusion(s) -> None:
    """Kimura (1962) for Z haploid individuals: (1 - exp(-2 s)) / (1 - exp(-2 Z s)), to order s."""
    size = 300
    game = matrix_game([[s, s], [0, 0]])
    found = fixation(game, WrightFisher(population_size=size, selection_intensity=1.0), 0, 1)
    diffusion = (1 - exp(-2 * s)) / (1 - exp(-2 * size * s))
    assert found.probability == pytest.approx(diffusion, rel=0.02)


def test_times_of_drift_follow_the_diffusion() -> None:
    """Kimura & Ohta (1969), haploid: -2 Z (1 - p) ln(1 - p) / p generations given fixation."""
    size = 400
    process = WrightFisher(population_size=size, selection_intensity=0.0)
    found = fixation(classics.stag_hunt(), process, 0, 1)
    p = 1 / size
    assert found.conditional_time == pytest.approx(-2 * size * (1 - p) * log(1 - p) / p, rel=0.01)


@pytest.mark.parametrize(("equilibrium", "favoured"), [(0.3, True), (0.37, False)])
def test_the_law_of_one_third(equilibrium, favoured) -> None:
    """Imhof & Nowak (2006): weak selection favours A iff its unstable equilibrium is below 1/3."""
    game = matrix_game([[2 - equilibrium, 1 - equilibrium], [1, 1]])
    process = WrightFisher(population_size=200, selection_intensity=1e-4, fitness="linear")
    assert (fixation(game, process, 0, 1).probability > 1 / 200) == favoured


def test_weak_selection_is_the_derivative_under_drift() -> None:
    """rho = 1/Z + w sum of expected gains under drift: the first order, by the neutral chain."""
    size, w = 12, 1e-5
    game = matrix_game([[3, 1], [4, 0.5]])
    j = np.arange(1, size)
    payoffs = game.payoffs_in_population(np.stack([j, size - j], axis=1))
    chain = np.array(
        [[comb(size, m) * (k / size) ** m * (1 - k / size) ** (size - m) for m in j] for k in j]
    )
    visits = np.linalg.inv(np.eye(size - 1) - chain)[0]
    gain = j / size * (1 - j / size) * (payoffs[:, 0] - payoffs[:, 1])
    slope = visits @ gain
    found = fixation(game, WrightFisher(population_size=size, selection_intensity=w), 0, 1)
    assert (found.probability - 1 / size) / w == pytest.approx(slope, rel=1e-3)


# --- fixation --------------------------------------------------------------------------------


def test_fixation_and_times_are_linear_equations() -> None:
    size, game = 15, classics.hawk_dove(2, 5)
    process = WrightFisher(population_size=size, selection_intensity=0.5)
    j = np.arange(1, size)
    payoffs = game.payoffs_in_population(np.stack([j, size - j], axis=1))
    weights = np.exp(0.5 * payoffs) * np.stack([j, size - j], axis=1)
    p = weights[:, 0] / weights.sum(axis=1)
    chain = np.array(
        [[comb(size, m) * q**m * (1 - q) ** (size - m) for m in range(size + 1)] for q in p]
    )
    inside = np.linalg.inv(np.eye(size - 1) - chain[:, 1:-1])
    reach = inside @ chain[:, -1]
    found = fixation(game, process, "hawk", "dove")
    assert found.probability == pytest.approx(reach[0], rel=1e-11)
    assert found.time == pytest.approx(inside.sum(axis=1)[0], rel=1e-11)
    assert found.conditional_time == pytest.approx((inside @ reach)[0] / reach[0], rel=1e-11)
    back = fixation(game, process, "dove", "hawk")
    assert back.probability == pytest.approx(1 - reach[-1], rel=1e-11)
    assert back.time == pytest.approx(inside.sum(axis=1)[-1], rel=1e-11)


def test_probabilities_below_the_range_of_doubles() -> None:
    """A mutant 2**70 times weaker among twelve, by exact fractions."""
    size, ratio = 14, 2**70
    j = range(1, size)
    p = [Fraction(k, k + (size - k) * ratio) for k in j]
    rows = [[comb(size, m) * q**m * (1 - q) ** (size - m) for m in range(size + 1)] for q in p]
    # (I - Q) h = r by elimination.
    system = [
        [Fraction(int(a == b)) - row[b + 1] for b in range(size - 1)] + [row[size]]
        for a, row in enumerate(rows)
    ]
    for k in range(size - 2, -1, -1):
        for a in range(k):
            factor = system[a][k] / system[k][k]
            system[a] = [x - factor * y for x, y in zip(system[a], system[k])]
    exact = system[0][-1] / system[0][0]
    share = np.array([0.0, *map(float, p), 1.0])
    rest = np.array([1.0, *(float(1 - q) for q in p), 0.0])
    offspring = np.stack([share, rest], axis=1)
    expected = log(exact.numerator) - log(exact.denominator)
    assert expected < -600
    found = wright_fisher_fixation(offspring)
    assert found.log_probability == pytest.approx(expected, rel=1e-11)
    assert found.time == pytest.approx(1.0, rel=1e-9)
    assert np.isnan(found.conditional_time)
    both = wright_fisher_log_fixation(offspring)
    assert both == pytest.approx((expected, 0.0), rel=1e-11, abs=1e-12)


def test_a_trap_without_end() -> None:
    """Each thrives when rare: by symmetry either takes over as often, after ages."""
    game = matrix_game([[0, 1], [1, 0]])
    for size, ages in ((100, 1e25), (600, 1e150)):
        process = WrightFisher(population_size=size, selection_intensity=2.0)
        one, two = (fixation(game, process, i, 1 - i) for i in (0, 1))
        assert one.probability == pytest.approx(two.probability, rel=1e-9)
        # From the trap either end comes first with 1/2; to get there the mutant must survive.
        assert 0.49 < one.probability < 0.5
        assert one.time >= ages
        assert one.conditional_time >= ages
    beyond = fixation(game, WrightFisher(population_size=1000, selection_intensity=2.0), 0, 1)
    assert beyond.probability == pytest.approx(one.probability, rel=1e-3)
    assert beyond.time > 1e290


def test_the_gradient_is_the_expected_change() -> None:
    game, size = classics.stag_hunt(), 20
    process = WrightFisher(population_size=size, selection_intensity=0.7)
    for mutation in (False, True):
        found = gradient_of_selection(game, process, mutation=mutation)
        for j in range(size + 1):
            payoffs = game.payoffs_in_population([j, size - j])
            first, second = np.exp(0.7 * payoffs) * [j, size - j]
            p = first / (first + second)
            mu = 1 / size if mutation else 0.0
            expected = size * ((1 - mu) * p + mu * (1 - p)) - j
            assert found[j] == pytest.approx(expected, abs=1e-12)


def test_offspring_of_several_populations() -> None:
    process = WrightFisher(population_size=30, selection_intensity=0.5)
    counts = np.array([[2, 3, 0], [0, 0, 4]])
    payoffs = np.array([[1.0, 2.0, np.nan], [np.nan, np.nan, 1.0]])
    found = process.offspring(counts, payoffs)
    weights = np.array([2 * exp(0.5), 3 * exp(1.0), 0])
    parent = weights / weights.sum()
    assert found[0] == pytest.approx(0.8 * parent + 0.2 * (1 - parent) / 2)
    assert found[1] == pytest.approx([0.125, 0.125, 0.75])


# --- laws ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("beta", "size"), [(0.8, 30), (2.0, 60), (6.0, 60)])
def test_nearly_reducible_chains_keep_their_shares(beta, size) -> None:
    """Rare mutation in a stag hunt: the law at the ends is the limit's, by another route."""
    process = WrightFisher(
        population_size=size, selection_intensity=beta, mutation_probability=1e-16
    )
    limit = small_mutation_limit(classics.stag_hunt(), process)
    found = evolve(classics.stag_hunt(), process)
    assert limit.law[0] < 1e-12
    assert found.law[-1] == pytest.approx(limit.law[0], rel=1e-6, abs=0)
    assert found.law[0] == pytest.approx(1.0, abs=1e-9)


def test_state_reduction_is_linear_algebra() -> None:
    rng = np.random.default_rng(2)
    chain = rng.random((200, 200)) ** 6
    chain /= chain.sum(axis=1, keepdims=True)
    law = dense_stationary_law(chain)
    assert law @ chain == pytest.approx(law, abs=1e-16)
    ends = np.stack([chain[:150, 150:170].sum(axis=1), chain[:150, 170:].sum(axis=1)], axis=1)
    found = dense_absorption(chain[:150, :150], ends)
    inside = np.linalg.inv(np.eye(150) - chain[:150, :150])
    assert found.probability == pytest.approx(inside @ ends, rel=1e-12)
    assert found.time == pytest.approx(inside.sum(axis=1), rel=1e-12)
    assert found.conditional_time == pytest.approx(
        inside @ found.probability / found.probability, rel=1e-12
    )


def test_state_reduction_keeps_small_numbers() -> None:
    """A birth-death chain with a law over 200 orders of magnitude, by its product formula."""
    up, down = np.full(100, 0.3), np.full(100, 0.003)
    chain = np.diag(up, 1) + np.diag(down, -1)
    chain += np.diag(1 - chain.sum(axis=1))
    expected = np.cumprod(np.append(1.0, up / down))
    assert dense_stationary_law(chain) == pytest.approx(expected / expected.sum(), rel=1e-11)
    assert dense_stationary_law(np.array([[0.5, 0.5], [1e-300, 1.0]])) is None


@pytest.mark.parametrize("size", [4, 7])
def test_simulated_shares_meet_the_exact_ones(size) -> None:
    """Through the public verb; 4.4 standard errors, a false alarm below 1e-4 for all."""
    process = WrightFisher(population_size=size, mutation_probability=0.1, selection_intensity=0.5)
    for game in (classics.stag_hunt(), CYCLE):
        exact = evolve(game, process).shares()
        found = simulate_population(
            game, process, generations=300, burn_in=100, replicates=1024, rng=3
        )
        for name, estimate in found.shares.items():
            assert abs(estimate.value - exact[name]) < 4.4 * estimate.standard_error


def test_refusals() -> None:
    with pytest.raises(BudgetError, match="4,000"):
        fixation(classics.stag_hunt(), WrightFisher(population_size=5000), 0, 1)
    with pytest.raises(CoopgamesError, match="one row"):
        wright_fisher_logs(np.ones((3, 2)) / 2, 5)
    with pytest.raises(CoopgamesError, match="closed class"):
        wright_fisher_law(np.array([[0, 1], [0.5, 0.5], [1.0, 0.0]]), 2)
    with pytest.raises(CoopgamesError, match="square"):
        dense_absorption(np.ones((2, 2)), np.ones((3, 1)))
