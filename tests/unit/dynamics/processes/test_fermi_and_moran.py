"""Finite processes on games by counts: closed forms, chains built by hand, and what is refused."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.dynamics import (
    Fermi,
    LogitFlow,
    Moran,
    basins,
    evolve,
    fixation,
    gradient_of_selection,
    low_mutation_scores,
    pair_conditions,
    rest_points,
    small_mutation_limit,
)
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game

PAYOFFS = st.lists(st.floats(-3, 3), min_size=4, max_size=4)


def chain_of_individuals(game, size, step):
    """The chain over all 2**Z assignments, one individual at a time, lumped at the end."""
    states = list(product((0, 1), repeat=size))
    matrix = np.zeros((len(states), len(states)))
    place = {state: i for i, state in enumerate(states)}
    for state in states:
        counts = np.array([size - sum(state), sum(state)])
        payoffs = game.payoffs_in_population(counts)
        for focal, new, chance in step(state, payoffs):
            after = (*state[:focal], new, *state[focal + 1 :])
            matrix[place[state], place[after]] += chance
    values, vectors = np.linalg.eig(matrix.T)
    law = np.real(vectors[:, np.argmax(values.real)])
    law /= law.sum()
    out = np.zeros(size + 1)
    for state, mass in zip(states, law):
        out[size - sum(state)] += mass
    return out


def fermi_steps(size, beta, mu, model):
    def step(state, payoffs):
        for focal in range(size):
            yield focal, 1 - state[focal], mu / size
            others = [i for i in range(size) if model == "anyone" or i != focal]
            for other in others:
                gap = payoffs[state[other]] - payoffs[state[focal]]
                take = 1 / (1 + np.exp(-beta * gap)) if state[other] != state[focal] else 0.0
                weight = (1 - mu) / size / len(others)
                yield focal, state[other], weight * take
                yield focal, state[focal], weight * (1 - take)

    return step


def moran_steps(size, mu, fitness):
    def step(state, payoffs):
        weights = np.array([fitness(payoffs[s]) for s in state])
        weights /= weights.sum()
        for parent in range(size):
            for dead in range(size):
                chance = weights[parent] / size
                yield dead, state[parent], chance * (1 - mu)
                yield dead, 1 - state[parent], chance * mu

    return step


@pytest.mark.parametrize("model", ["anyone", "others"])
def test_fermi_is_the_chain_of_individuals(model: str) -> None:
    game = matrix_game([[1, -1], [2, 0.5]])
    process = Fermi(
        population_size=6, selection_intensity=0.7, mutation_probability=0.1, role_model=model
    )
    expected = chain_of_individuals(game, 6, fermi_steps(6, 0.7, 0.1, model))
    assert evolve(game, process).law == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("fitness", ["exponential", "linear"])
def test_moran_is_the_chain_of_individuals(fitness: str) -> None:
    game = matrix_game([[1, -1], [2, 0.5]])
    process = Moran(
        population_size=5, selection_intensity=0.3, mutation_probability=0.1, fitness=fitness
    )
    maps = {"exponential": lambda p: np.exp(0.3 * p), "linear": lambda p: 0.7 + 0.3 * p}
    expected = chain_of_individuals(game, 5, moran_steps(5, 0.1, maps[fitness]))
    assert evolve(game, process).law == pytest.approx(expected, abs=1e-12)


@given(PAYOFFS, st.integers(2, 30))
def test_neutral_mutants_fix_with_one_over_z(payoffs, size) -> None:
    game = matrix_game(np.reshape(payoffs, (2, 2)))
    for process in (Fermi, Moran):
        found = fixation(game, process(population_size=size, selection_intensity=0.0), 0, 1)
        assert found.probability == pytest.approx(1 / size, rel=1e-12)


@given(PAYOFFS, st.integers(3, 20))
def test_fermi_and_exponential_moran_share_their_fixation(payoffs, size) -> None:
    game = matrix_game(np.reshape(payoffs, (2, 2)))
    one = fixation(game, Fermi(population_size=size, selection_intensity=0.4), 0, 1)
    two = fixation(game, Moran(population_size=size, selection_intensity=0.4), 0, 1)
    assert one.log_probability == pytest.approx(two.log_probability, rel=1e-10, abs=1e-12)


@given(PAYOFFS, st.floats(0, 2))
def test_relabelling_turns_the_law_round(payoffs, beta) -> None:
    square = np.reshape(payoffs, (2, 2))
    process = Fermi(population_size=12, selection_intensity=beta, mutation_probability=0.05)
    one = evolve(matrix_game(square), process)
    two = evolve(matrix_game(square[::-1, ::-1]), process)
    assert one.law == pytest.approx(two.law[::-1], abs=1e-12)
    assert sum(one.shares().values()) == pytest.approx(1.0)


def test_three_strategies_lump_to_two() -> None:
    """A copy of defection changes nothing but its name."""
    three = matrix_game([[1, -1, -1], [2, 0, 0], [2, 0, 0]], ("C", "D", "E"))
    process = Fermi(population_size=15, selection_intensity=0.5, mutation_probability=0.3)
    found = evolve(three, process)
    assert found.certificate.residual < 1e-12
    by_c = np.bincount(found.states[:, 0], found.law, 16)
    # Mutation to either copy: a cooperator always leaves, a defector turns half of the time.
    game = matrix_game([[1, -1], [2, 0]])
    up, down = process.rates(
        *(game.payoffs_in_population([[j, 15 - j] for j in range(1, 15)])[:, i] for i in (0, 1)),
        0.0,
    )
    j = np.arange(16)
    up = up * 0.7 + 0.3 * 0.5 * (15 - j[:-1]) / 15
    down = down * 0.7 + 0.3 * j[1:] / 15
    expected = np.cumprod(np.concatenate([[1.0], up / down]))
    assert by_c == pytest.approx(expected / expected.sum(), abs=1e-10)


def test_rare_mutations_are_the_limit_of_small_ones() -> None:
    game = matrix_game([[0, 2, -1], [-1, 0, 2], [2, -1, 0.5]], ("r", "p", "s"))
    limit = small_mutation_limit(game, Fermi(population_size=10, selection_intensity=0.5)).shares()
    gaps = []
    for mu in (1e-3, 1e-4):
        process = Fermi(population_size=10, selection_intensity=0.5, mutation_probability=mu)
        shares = evolve(game, process).shares()
        gaps.append(max(abs(shares[name] - limit[name]) for name in limit))
    assert gaps[1] < gaps[0] / 5
    assert gaps[1] < 2e-3


def test_pairs_of_many_players_meet_the_formula() -> None:
    """Public goods of five: defectors earn a constant more, so rho is a geometric sum."""
    game = classics.public_goods(5, 3)
    beta, size = 0.2, 20
    counts = np.array([[j, size - j] for j in range(1, size)])
    payoffs = game.payoffs_in_population(counts)
    gap = payoffs[:, 1] - payoffs[:, 0]
    assert np.ptp(gap) < 1e-12
    g = np.exp(-beta * gap[0])
    found = fixation(game, Fermi(population_size=size, selection_intensity=beta), "defect", 0)
    assert found.probability == pytest.approx((1 - g) / (1 - g**size), rel=1e-10)


def test_gradient_has_the_sign_of_the_payoff_gap() -> None:
    game = classics.stag_hunt()
    gradient = gradient_of_selection(game, Fermi(population_size=30, selection_intensity=2.0))
    counts = np.array([[j, 30 - j] for j in range(1, 30)])
    payoffs = game.payoffs_in_population(counts)
    assert np.array_equal(np.sign(gradient[1:-1]), np.sign(payoffs[:, 0] - payoffs[:, 1]))
    assert gradient[0] == gradient[-1] == 0
    drifting = gradient_of_selection(game, Fermi(population_size=30), mutation=True)
    assert drifting[0] == pytest.approx(1 / 30)


def test_strong_imitation_reports_what_coexists() -> None:
    hawks = classics.hawk_dove(2, 5)
    process = Fermi(population_size=20, selection_intensity=float("inf"))
    found = small_mutation_limit(hawks, process)
    assert found.certificate.notes == ("hawk and dove may coexist for ever",)
    assert np.isnan(found.law).all()
    assert fixation(classics.stag_hunt(), process, "hare", "stag").probability == 0.0
    with pytest.raises(CoopgamesError, match="small_mutation_limit"):
        evolve(hawks, process)
    stag = small_mutation_limit(classics.stag_hunt(), process)
    assert any("never left" in note for note in stag.certificate.notes)


def test_constants_change_nothing_under_exponential_fitness() -> None:
    """Also far below zero, where a strategy that nobody follows must not count."""
    cycle = np.array([[0, -1, 2], [2, 0, -1], [-1, 2, 0.5]])
    process = Moran(population_size=8, selection_intensity=0.5, mutation_probability=0.1)
    one = evolve(matrix_game(cycle), process)
    two = evolve(matrix_game(cycle - 2000.0), process)
    assert one.law == pytest.approx(two.law, rel=1e-9)
    linear = Moran(
        population_size=8, selection_intensity=1.0, mutation_probability=0.1, fitness="linear"
    )
    assert evolve(matrix_game(cycle + 2), linear).certificate.exact


def test_basins_of_noisy_flows_are_around_their_own_rest_points() -> None:
    """Logit moves the sinks of the stag hunt inwards; everything still ends at one of two."""
    found = basins(classics.stag_hunt(), LogitFlow(precision=4.0), rng=1)
    assert len(found.attractors) == 2
    assert found.unassigned == 0
    assert found.shares.sum() == pytest.approx(1.0)
    exact_ = basins(classics.stag_hunt())
    assert exact_.shares == pytest.approx([2 / 3, 1 / 3])


def test_weak_selection_is_the_limit_of_fixation() -> None:
    """The condition at N has the sign of rho - 1/N at a very small intensity."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        square = rng.integers(-5, 6, (2, 2))
        size = int(rng.integers(3, 12))
        gap = pair_conditions(square.tolist(), population_size=size)["favoured"]
        if gap == 0:
            continue
        found = fixation(
            matrix_game(square), Fermi(population_size=size, selection_intensity=1e-5), 0, 1
        )
        assert np.sign(found.probability - 1 / size) == np.sign(gap)


def test_scores_sum_to_zero_and_keep_fractions() -> None:
    third = Fraction(1, 3)
    scores = low_mutation_scores([[third, 1, 0], [2, third, 1], [0, 0, 1]])
    assert sum(scores) == 0
    assert all(isinstance(score, Fraction) for score in scores)


def test_rest_points_of_groups_and_of_matrices() -> None:
    volunteers = classics.volunteers_dilemma(5, 2, 1)
    inside = [p for p in rest_points(volunteers).points if len(p.support) == 2]
    assert [p.point[0] for p in inside] == pytest.approx([1 - 0.5**0.25])
    assert rest_points(volunteers).complete
    assert len(rest_points(matrix_game(np.eye(3))).points) == 7
    optional = rest_points(classics.optional_public_goods(5, 3, 1))
    assert not optional.complete
    for point in optional.points:
        assert point.residual < 1e-8


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Fermi(population_size=1), "population_size must be >= 2"),
        (lambda: Fermi(selection_intensity=-1), "selection_intensity must be >= 0"),
        (lambda: Fermi(mutation_probability=2), "mutation_probability must lie"),
        (lambda: Fermi(role_model="all"), "role_model must be one of"),
        (lambda: Moran(fitness="cubic"), "fitness must be one of"),
        (lambda: Moran(fitness="linear", selection_intensity=2), "must lie in"),
        (lambda: evolve(classics.stag_hunt(), Fermi(mutation_probability=0)), "must be > 0"),
        (lambda: fixation(classics.stag_hunt(), Fermi(), "stag", "stag"), "must differ"),
        (lambda: fixation(classics.stag_hunt(), Fermi(), "stag", "boar"), "resident must be one"),
        (lambda: fixation(classics.stag_hunt(), Fermi(), 0, 5), "resident must lie in"),
        (lambda: gradient_of_selection(matrix_game(np.eye(3)), Fermi()), "two strategies"),
        (lambda: small_mutation_limit(classics.stag_hunt(), Fermi(), ["stag"]), "at least two"),
        (
            lambda: fixation(
                classics.donation_game(1, 9), Moran(fitness="linear", population_size=5), 0, 1
            ),
            "above 0",
        ),
        (lambda: pair_conditions([[1, 2, 3]]), "2 x 2"),
        (lambda: evolve(classics.stag_hunt()), "dynamic must be Fermi, Moran"),
        (lambda: low_mutation_scores([[1, 2]]), "square"),
    ],
)
def test_bad_input_is_named(call, message) -> None:
    with pytest.raises(CoopgamesError, match=message):
        call()


def test_chains_too_large_say_how_large() -> None:
    game = matrix_game(np.eye(5))
    with pytest.raises(BudgetError, match=r"5 strategies among 100 make .* states"):
        evolve(game, Fermi(population_size=100))
