"""One-step processes against chains over individuals: switching, mutation matrices, one alone.

The chains hold every individual and enumerate whom it meets. Comparisons of samples with laws have
a false alarm of 1e-4 each (chi-square), seeds are fixed.
"""

from itertools import product

import numpy as np
import pytest
from scipy.stats import chi2

from coopgames.dynamics import (
    BestOfSample,
    Fermi,
    Moran,
    WrightFisher,
    evolve,
    fixation,
    gradient_of_selection,
    small_mutation_limit,
)
from coopgames.dynamics.populations.lockstep_kernel import lockstep_kernel
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game, symmetric_game
from coopgames.kernels.lockstep.births import WrightFisherOfTwo
from coopgames.kernels.simplex import composition_index, compositions

FALSE_ALARM = 1e-4
CYCLE = matrix_game([[0, 2, -1], [-1, 0, 2], [2, -1, 0.5]])
#: At many compositions two of the three earn the same.
TIES = matrix_game([[1, 1, 0], [1, 1, 0], [2, 0, 1]])
LAW = [[0.0, 0.9, 0.1], [0.3, 0.2, 0.5], [1.0, 0.0, 0.0]]
PROCESSES = (BestOfSample, Fermi, Moran, WrightFisher)


def counts_of(state, strategies):
    return np.bincount(state, minlength=strategies)


def fermi(beta, model):
    def chance(state, payoffs, focal):
        out = np.zeros(payoffs.size)
        pool = [i for i in range(len(state)) if model == "anyone" or i != focal]
        for other in pool:
            gain = payoffs[state[other]] - payoffs[state[focal]]
            take = 1 / (1 + np.exp(-beta * gain))
            out[state[other]] += take / len(pool)
            out[state[focal]] += (1 - take) / len(pool)
        return out

    return chance


def best(sample, model):
    def chance(state, payoffs, focal):
        out = np.zeros(payoffs.size)
        pool = [i for i in range(len(state)) if model == "anyone" or i != focal]
        for drawn in product(pool, repeat=sample):
            chosen = state[focal]
            for other in drawn:
                if payoffs[state[other]] > payoffs[chosen] + 1e-9:
                    chosen = state[other]
            out[chosen] += len(pool) ** -float(sample)
        return out

    return chance


def imitation(mu, law, chance):
    """One individual revises: it mutates, or does what the rule says."""

    def step(state, payoffs):
        for focal, own in enumerate(state):
            after = mu * law[own] + (1 - mu) * chance(state, payoffs, focal)
            for new, weight in enumerate(after):
                yield focal, new, weight / len(state)

    return step


def birth(mu, law, fitness):
    """One parent drawn by fitness has a child in the place of anybody."""

    def step(state, payoffs):
        weights = np.array([fitness(payoffs[own]) for own in state])
        weights /= weights.sum()
        for parent, dead in product(range(len(state)), repeat=2):
            child = (1 - mu) * np.eye(len(law))[state[parent]] + mu * law[state[parent]]
            for new, weight in enumerate(child):
                yield dead, new, weights[parent] / len(state) * weight

    return step


def law_of_individuals(game, size, step):
    """The stationary law over compositions of the chain over all s**Z assignments."""
    states = list(product(range(game.size), repeat=size))
    place = {state: i for i, state in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for state in states:
        payoffs = game.payoffs_in_population(counts_of(state, game.size))
        for focal, new, chance in step(state, payoffs):
            matrix[place[state], place[(*state[:focal], new, *state[focal + 1 :])]] += chance
    assert matrix.sum(axis=1) == pytest.approx(1)
    system = np.vstack([matrix.T - np.eye(len(states)), np.ones(len(states))])
    law = np.linalg.lstsq(system, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    rank = composition_index([counts_of(state, game.size) for state in states])
    return np.bincount(rank, law)


CASES = [
    (Fermi, dict(selection_intensity=0.7), lambda mu, q: imitation(mu, q, fermi(0.7, "anyone"))),
    (
        Fermi,
        dict(selection_intensity=1.5, role_model="others"),
        lambda mu, q: imitation(mu, q, fermi(1.5, "others")),
    ),
    (Moran, dict(selection_intensity=0.4), lambda mu, q: birth(mu, q, lambda p: np.exp(0.4 * p))),
    (
        Moran,
        dict(selection_intensity=0.3, fitness="linear"),
        lambda mu, q: birth(mu, q, lambda p: 0.7 + 0.3 * p),
    ),
    (BestOfSample, dict(sample=1), lambda mu, q: imitation(mu, q, best(1, "anyone"))),
    (
        BestOfSample,
        dict(sample=2, role_model="others"),
        lambda mu, q: imitation(mu, q, best(2, "others")),
    ),
    (BestOfSample, dict(sample=3), lambda mu, q: imitation(mu, q, best(3, "anyone"))),
]


@pytest.mark.parametrize(("kind", "arguments", "step"), CASES)
@pytest.mark.parametrize("game", [CYCLE, TIES], ids=["cycle", "ties"])
def test_three_strategies_are_the_chain_of_individuals(kind, arguments, step, game) -> None:
    process = kind(population_size=4, mutation_probability=0.15, mutation_matrix=LAW, **arguments)
    expected = law_of_individuals(game, 4, step(0.15, np.array(LAW)))
    found = evolve(game, process)
    assert found.law == pytest.approx(expected, abs=1e-11)
    assert found.certificate.residual < 1e-12


@pytest.mark.parametrize(("kind", "arguments", "step"), CASES)
def test_two_strategies_are_the_chain_of_individuals(kind, arguments, step) -> None:
    game, law = matrix_game([[1, -1], [2, 0.5]]), [[0.4, 0.6], [0.9, 0.1]]
    process = kind(population_size=5, mutation_probability=0.1, mutation_matrix=law, **arguments)
    expected = law_of_individuals(game, 5, step(0.1, np.array(law)))
    assert evolve(game, process).law == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("kind", "arguments", "step"), CASES)
def test_switching_is_what_individuals_do(kind, arguments, step) -> None:
    """In populations of other sizes than the process's own, all at once."""
    process = kind(population_size=50, mutation_matrix=LAW, **arguments)
    rng = np.random.default_rng(5)
    states = [(0, 0), (0, 1, 2), (2, 2, 1, 0), (1, 1, 1, 0)]
    counts = np.array([counts_of(state, 3) for state in states])
    payoffs = rng.integers(0, 3, counts.shape).astype(float)
    found = process.switching(counts, np.where(counts > 0, payoffs, np.nan))
    assert found.shape == (4, 3, 3)
    for state, payoff, moves in zip(states, payoffs, found):
        expected = np.zeros((3, 3))
        for focal, new, chance in step(1 / len(state), np.array(LAW))(state, payoff):
            if new != state[focal]:
                expected[state[focal], new] += chance
        assert moves == pytest.approx(expected, abs=1e-14)


# --- one alone -------------------------------------------------------------------------------


def test_an_individual_alone_compares_itself_with_another_strategy() -> None:
    payoffs = np.array([1.0, 2.0, 0.5])
    gains = np.exp(payoffs - 1.0)
    mutant = np.array([0.0, 0.05, 0.05])  # a tenth, to either other strategy
    weaker = gains / (gains + 1) / 2 * [0, 1, 1]
    for process in (
        Fermi(population_size=10),
        Fermi(population_size=10, role_model="others"),
    ):
        found = process.switching([1, 0, 0], payoffs)
        assert found[0] == pytest.approx(mutant + 0.9 * weaker)
        assert (found[1:] == 0).all()
    best_paid = BestOfSample(population_size=10, sample=4).switching([1, 0, 0], payoffs)
    assert best_paid[0] == pytest.approx(mutant + 0.9 * np.array([0, 0.5, 0]))
    # A child mutates from its parent's strategy, its own or the other one.
    parent = weaker + np.array([1 - weaker.sum(), 0, 0])
    child = 0.9 * parent + 0.1 * (1 - parent) / 2
    assert Moran(population_size=10).switching([1, 0, 0], payoffs)[0, 1:] == pytest.approx(
        child[1:]
    )
    generation = WrightFisher(population_size=10).offspring([1, 0, 0], payoffs)
    assert generation == pytest.approx(child)


@pytest.mark.parametrize("kind", [BestOfSample, Fermi, Moran])
def test_mixed_sizes_are_each_its_own(kind) -> None:
    process = kind(mutation_probability=0.2)
    counts = np.array([[[1, 0], [3, 2]], [[0, 1], [0, 9]]])
    payoffs = np.array([[[1.0, 2.0], [0.0, 1.0]], [[1.0, 2.0], [0.0, 1.0]]])
    together = process.switching(counts, payoffs)
    for place in np.ndindex(2, 2):
        alone = process.switching(counts[place], payoffs[place])
        assert together[place] == pytest.approx(alone, abs=1e-15)
    assert (np.diagonal(together, axis1=-2, axis2=-1) == 0).all()


# --- mutation matrices -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", PROCESSES)
def test_relabelling_turns_the_law_round(kind) -> None:
    """Strategies, payoffs and the mutation matrix renamed together."""
    order = np.array([2, 0, 1])
    matrix, law = CYCLE.matrix(), np.array(LAW)
    turned = matrix_game(matrix[np.ix_(order, order)])
    common = dict(population_size=9, mutation_probability=0.1)
    one = evolve(CYCLE, kind(mutation_matrix=law, **common))
    two = evolve(turned, kind(mutation_matrix=law[np.ix_(order, order)], **common))
    assert one.law[composition_index(two.states[:, np.argsort(order)])] == pytest.approx(
        two.law, abs=1e-12
    )
    limit = [
        small_mutation_limit(game, kind(population_size=9, mutation_matrix=q)).law
        for game, q in ((CYCLE, law), (turned, law[np.ix_(order, order)]))
        if kind is not BestOfSample
    ]
    if limit:
        assert limit[0][order] == pytest.approx(limit[1], abs=1e-12)


@pytest.mark.parametrize("kind", PROCESSES)
def test_no_matrix_is_the_uniform_one(kind) -> None:
    uniform = (1 - np.eye(3)) / 2
    for game, matrix in ((CYCLE, uniform), (classics.stag_hunt(), 1 - np.eye(2))):
        one = evolve(game, kind(population_size=8))
        two = evolve(game, kind(population_size=8, mutation_matrix=matrix))
        assert one.law == pytest.approx(two.law, abs=1e-14)


@pytest.mark.parametrize("kind", [Fermi, Moran, WrightFisher])
def test_rare_mutations_are_the_limit_of_small_ones(kind) -> None:
    common = dict(population_size=8, selection_intensity=0.4, mutation_matrix=LAW)
    limit = small_mutation_limit(CYCLE, kind(**common))
    expected = np.zeros((3, 3))
    for k, i in product(range(3), repeat=2):
        if i != k:
            expected[k, i] = LAW[k][i] * fixation(CYCLE, kind(**common), i, k).probability
    expected += np.diag(1 - expected.sum(axis=1))
    assert limit.law @ expected == pytest.approx(limit.law, abs=1e-14)
    gaps = [
        max(
            abs(evolve(CYCLE, kind(mutation_probability=mu, **common)).shares()[name] - share)
            for name, share in limit.shares().items()
        )
        for mu in (1e-4, 1e-5)
    ]
    assert gaps[1] < gaps[0] / 5
    assert gaps[1] < 1e-3


def test_mutants_to_strategies_left_out_do_not_occur() -> None:
    process = Fermi(population_size=8, selection_intensity=0.4, mutation_matrix=LAW)
    found = small_mutation_limit(CYCLE, process, [0, 1])
    there = 0.9 * fixation(CYCLE, process, 1, 0).probability
    back = 0.3 * fixation(CYCLE, process, 0, 1).probability
    assert found.law == pytest.approx([back / (there + back), there / (there + back)])


@pytest.mark.parametrize("kind", PROCESSES)
def test_mutants_of_one_way_end_in_one_strategy(kind) -> None:
    for law, end in (([[1, 0], [0.5, 0.5]], [12, 0]), ([[0, 1], [0, 1]], [0, 12])):
        found = evolve(classics.stag_hunt(), kind(population_size=12, mutation_matrix=law))
        assert found.states[found.law > 1e-12].tolist() == [end]
    with pytest.raises(CoopgamesError, match="mutation_matrix"):
        evolve(classics.stag_hunt(), kind(mutation_matrix=np.eye(2), population_size=12))


def test_matrices_are_plain_data() -> None:
    for kind in PROCESSES:
        process = kind(mutation_matrix=np.array(LAW))
        assert process.mutation_matrix == tuple(map(tuple, LAW))
        assert process.parameters()["mutation_matrix"] == process.mutation_matrix
        assert hash(process) == hash(kind(mutation_matrix=LAW))
        assert kind().parameters()["mutation_matrix"] is None


# --- the best of a sample --------------------------------------------------------------------


def test_the_best_takes_over_or_coexists() -> None:
    process = BestOfSample(population_size=6, sample=2)
    hunt = classics.stag_hunt()
    found = fixation(hunt, process, "hare", "stag")
    assert (found.probability, found.log_probability) == (0.0, -np.inf)
    # The hare is drawn in one of six steps, and meets a stag but for one in six, twice.
    assert found.time == pytest.approx(1 / (1 / 6 * (1 - (1 / 6) ** 2)))
    assert np.isnan(found.conditional_time)
    won = fixation(classics.donation_game(2, 1), process, "defect", "cooperate")
    j = np.arange(1, 6)
    steps = 1 / ((6 - j) / 6 * (1 - (1 - j / 6) ** 2))
    assert won.probability == 1.0
    assert won.time == won.conditional_time == pytest.approx(steps.sum())
    both = fixation(classics.hawk_dove(2, 5), process, "hawk", "dove")
    assert np.isnan(both.probability)
    assert both.time == np.inf
    neutral = fixation(matrix_game(np.ones((2, 2))), process, 0, 1)
    assert np.isnan(neutral.probability)
    limit = small_mutation_limit(classics.hawk_dove(2, 5), process)
    assert limit.certificate.notes == ("hawk and dove may coexist for ever",)
    assert np.isnan(limit.law).all()
    stag = small_mutation_limit(hunt, process)
    assert any("never left" in note for note in stag.certificate.notes)


@pytest.mark.parametrize("process", [BestOfSample(population_size=9), Fermi(population_size=9)])
def test_coexistence_is_noted_whichever_of_two_is_the_mutant(process) -> None:
    """The first gains when rare and when common and loses between: only it can invade."""
    if isinstance(process, Fermi):
        process = Fermi(population_size=9, selection_intensity=np.inf)
    gains = np.array([1.0, -1.0, -1.0, 1.0])
    for first, names in ((0, ("a", "b")), (1, ("b", "a"))):
        game = symmetric_game(
            4, names, lambda i, others, first=first: gains[others[:, first]] * (i == first)
        )
        assert np.isnan(fixation(game, process, "a", "b").probability)
        assert fixation(game, process, "b", "a").probability == 0.0
        found = small_mutation_limit(game, process)
        assert found.certificate.notes == (f"{names[0]} and {names[1]} may coexist for ever",)
        assert np.isnan(found.law).all()


def test_rounding_breaks_no_ties() -> None:
    """Copies of a strategy that earn the same by other sums, in the law and in the kernel."""
    thirds = matrix_game([[0.1 + 0.2, 0.3, 0.3], [0.3, 0.1 + 0.2, 0.3], [0.1 * 3, 0.3, 0.3]])
    process = BestOfSample(population_size=7, mutation_probability=0.4, sample=2)
    law = evolve(thirds, process).law
    neutral = evolve(matrix_game(np.zeros((3, 3))), process).law
    assert law == pytest.approx(neutral, abs=1e-13)


# --- simulation ------------------------------------------------------------------------------


def assert_law(seen, law) -> None:
    expected = np.asarray(law) * np.sum(seen)
    rare = expected < 8
    cells = np.append(seen[~rare], seen[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    if wanted[-1] < 8:
        cells, wanted = cells[:-1], wanted[:-1]
    assert ((cells - wanted) ** 2 / wanted).sum() < chi2.isf(FALSE_ALARM, cells.size - 1)


SIMULATED = [
    Fermi(population_size=7, mutation_probability=0.2, mutation_matrix=LAW),
    Moran(population_size=7, mutation_probability=0.2, mutation_matrix=LAW),
    BestOfSample(population_size=7, mutation_probability=0.2, mutation_matrix=LAW, sample=2),
    WrightFisher(population_size=7, mutation_probability=0.2, mutation_matrix=LAW),
    BestOfSample(population_size=7, mutation_probability=0.3, role_model="others"),
    WrightFisher(
        population_size=7, mutation_probability=0.1, fitness="linear", selection_intensity=0.3
    ),
]


@pytest.mark.parametrize("process", SIMULATED)
@pytest.mark.parametrize("number", [2, 3])
def test_independent_replicates_follow_the_law(process, number) -> None:
    """Two hundred generations from a random start: by then it is forgotten to 1e-6."""
    game = TIES if number == 3 else matrix_game([[1, 0], [2, 0.5]])
    arguments = {key: value for key, value in process.parameters().items() if key != "dynamic"}
    if number == 2 and process.mutation_matrix:
        arguments["mutation_matrix"] = [[0.1, 0.9], [0.6, 0.4]]
    process = type(process)(**arguments)
    rng = np.random.default_rng(17)
    start = rng.multinomial(7, np.full(number, 1 / number), size=20_000)
    kernel = lockstep_kernel(game, process)(start)
    kernel.run(200 * process.steps_per_generation, rng)
    states = np.asarray(kernel.states)
    if number == 2:
        states = np.stack([states, 7 - states], axis=1)
    outcome = evolve(game, process)
    chain = process.chain(game.payoffs_in_population(outcome.states))
    dense = chain if isinstance(chain, np.ndarray) else chain.toarray()
    memory = np.sort(np.abs(np.linalg.eigvals(dense)))[-2]
    assert memory ** (200 * process.steps_per_generation) < 1e-6
    seen = np.bincount(composition_index(states), minlength=outcome.law.size)
    assert_law(seen, outcome.law)


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Fermi(mutation_matrix=[[0.5, 0.4], [0, 1]]), "rows that sum to 1"),
        (lambda: Moran(mutation_matrix=[[1.5, -0.5], [0, 1]]), "entries >= 0"),
        (lambda: WrightFisher(mutation_matrix=[[1, 0]]), "must be square"),
        (lambda: BestOfSample(mutation_matrix="no"), "must be square"),
        (lambda: Fermi(mutation_matrix=[[np.nan, 1], [0, 1]]), "rows that sum"),
        (lambda: evolve(CYCLE, Fermi(mutation_matrix=np.eye(2))), r"shape \(3, 3\)"),
        (lambda: BestOfSample(sample=0), "sample must be >= 1"),
        (lambda: BestOfSample(role_model="all"), "role_model must be one of"),
        (lambda: WrightFisher(fitness="cubic"), "fitness must be one of"),
        (lambda: WrightFisher(fitness="linear", selection_intensity=2), "must lie in"),
        (lambda: WrightFisher(selection_intensity=np.inf), "finite"),
        (lambda: Fermi().switching([1, 2], [1.0]), "one shape"),
        (lambda: Fermi().switching([0, 0], [1.0, 1.0]), "at least one individual"),
        (lambda: Fermi().switching([0.5, 1], [1.0, 1.0]), "whole numbers"),
        (lambda: Moran().switching([1, 0], [1.0, np.nan]), "payoffs must be finite"),
        (lambda: Fermi(selection_intensity=np.inf).switching([1, 1], [1.0, 2.0]), "finite here"),
        (lambda: BestOfSample(mutation_probability=0).long_run(CYCLE), "must be > 0"),
        (lambda: WrightFisher(mutation_probability=0).long_run(CYCLE), "must be > 0"),
    ],
)
def test_bad_input_is_named(call, message) -> None:
    with pytest.raises(CoopgamesError, match=message):
        call()


def test_tables_and_chains_too_large_say_so() -> None:
    with pytest.raises(BudgetError, match="dense chain"):
        evolve(CYCLE, WrightFisher(population_size=100))
    with pytest.raises(BudgetError, match="tabulated"):
        lockstep_kernel(CYCLE, BestOfSample(population_size=1000))
    large = WrightFisher(population_size=1000, mutation_probability=0.5)
    kernel = lockstep_kernel(CYCLE, large)(np.array([[1000, 0, 0]] * 2))
    kernel.run(5, 1)
    assert (kernel.states.sum(axis=1) == 1000).all()


def test_tables_of_two_are_checked() -> None:
    with pytest.raises(CoopgamesError, match=r"entries in \[0, 1\]"):
        WrightFisherOfTwo([0], [0.0, 1.5])
    with pytest.raises(CoopgamesError, match=r"entries in 0 \.\. 2"):
        WrightFisherOfTwo([3], [0.0, 0.5, 1.0])


def test_the_gradient_is_what_individuals_do() -> None:
    game = classics.hawk_dove(2, 5)
    j = np.arange(13)
    for process in (BestOfSample(population_size=12, sample=3), Fermi(population_size=12)):
        payoffs = game.payoffs_in_population(np.stack([j, 12 - j], axis=1))
        moves = process.switching(np.stack([j, 12 - j], axis=1), payoffs)
        found = gradient_of_selection(game, process, mutation=True)
        assert found == pytest.approx(moves[:, 1, 0] - moves[:, 0, 1], abs=1e-15)


def test_strong_selection_has_times() -> None:
    """Rates far below rounding are still above zero."""
    found = fixation(classics.donation_game(2, 1), Fermi(selection_intensity=60.0), 0, 1)
    assert found.log_probability < -5000
    assert found.time == pytest.approx(1 / (1 / 100 * 99 / 100), rel=1e-9)


def test_compositions_cover_the_chain() -> None:
    """Rows of the public chains sum to one, in the order of compositions."""
    payoffs = CYCLE.payoffs_in_population(compositions(6, 3))
    for kind in PROCESSES:
        chain = kind(population_size=6).chain(payoffs)
        assert chain.shape == (28, 28)
        assert np.asarray(chain.sum(axis=1)).ravel() == pytest.approx(1)
