"""Lockstep populations: paths against plain loops over individuals, laws against exact ones.

The loops read the same uniforms but share no code: they hold every individual, sum payoffs over
every opponent and compare coins with probabilities. Seeds are fixed; each comparison of a sample
with a law has a false-alarm rate of 1e-4 (chi-square, or 3.9 standard errors).
"""

import itertools
import math

import numpy as np
import pytest
from scipy import sparse
from scipy.stats import chi2
from tests.oracle.two_strategies import (
    imitation_of_the_best_rates,
    moran_rates,
    pairwise_comparison_rates,
)

from coopgames.errors import CoopgamesError
from coopgames.kernels.lockstep.births import MoranLockstep, WrightFisherLockstep
from coopgames.kernels.lockstep.compositions import BestOfSampleLockstep, FermiLockstep
from coopgames.kernels.lockstep.networks import NetworkLockstep
from coopgames.kernels.lockstep.payoffs import FunctionPayoffs, MatrixPayoffs, TablePayoffs
from coopgames.kernels.lockstep.populations import BirthDeathLockstep, birth_death_path, thresholds
from coopgames.kernels.lockstep.reductions import (
    CHUNK,
    BatchMeans,
    Histogram,
    HittingTimes,
    Trajectory,
)
from coopgames.kernels.markov.birth_death import birth_death_stationary
from coopgames.kernels.simplex import compositions

FALSE_ALARM = 1e-4
GAMES = np.array([[0.3, -1.1, 1.7], [1.2, 0.1, -0.9], [-1.3, 1.4, 0.2]])
MUTATION = np.array([[0.0, 0.9, 0.1], [0.3, 0.2, 0.5], [0.6, 0.4, 0.0]])


def assert_law(seen, law):
    """Chi-square of independent samples; rare states are put together."""
    seen, expected = np.asarray(seen, dtype=float), np.asarray(law) * np.sum(seen)
    assert seen[expected == 0].sum() == 0
    rare = expected < 8
    cells = np.append(seen[~rare], seen[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    if wanted[-1] < 8:
        cells, wanted = cells[:-1], wanted[:-1]
    statistic = ((cells - wanted) ** 2 / wanted).sum()
    assert statistic < chi2.isf(FALSE_ALARM, max(cells.size - 1, 1))


# --- two strategies --------------------------------------------------------------------------


def test_a_path_by_hand() -> None:
    up, down = [0.5, 0.2, 0.1], [0.3, 0.4, 0.5]
    lanes = BirthDeathLockstep([0, 3], up, down)
    path = [lanes.states.tolist()]
    #                up, down   stay, stay   up, down    down, up  at both thresholds
    for t, uniforms in enumerate([(0.49, 0.5), (0.2, 0.1), (0.19, 0.6), (0.6, 0.19), (0.2, 0.1)]):
        lanes._uniforms[t] = uniforms
        lanes._advance(t)
        path.append(lanes.states.tolist())
    assert path == [[0, 3], [1, 2], [1, 2], [2, 1], [1, 2], [1, 2]]


def test_paths_are_those_of_a_plain_loop_and_runs_may_be_cut() -> None:
    rng = np.random.default_rng(5)
    up, down = rng.uniform(0, 0.5, size=(2, 3, 7))
    row, start = np.array([0, 1, 2, 2, 0]), np.array([0, 7, 3, 4, 5])
    whole = BirthDeathLockstep(start, up, down, row=row)
    parts = BirthDeathLockstep(start, up, down, row=row)
    path = Trajectory()
    whole.run(3 * CHUNK + 5, 11, reductions=[path], every=4)
    generator = np.random.default_rng(11)
    for steps in (1, CHUNK, 0, CHUNK + 3, CHUNK + 1):
        parts.run(steps, generator)
    assert whole.states.tolist() == parts.states.tolist()
    uniforms = np.random.default_rng(11).random((3 * CHUNK + 5, 5))
    state = start.tolist()
    expected = []
    for t, coins in enumerate(uniforms, 1):
        for r, u in enumerate(coins):
            j = state[r]
            if j < 7 and u < up[row[r], j]:
                state[r] += 1
            elif j > 0 and u >= 1 - down[row[r], j - 1]:
                state[r] -= 1
        if t % 4 == 0:
            expected.append(list(state))
    assert np.array(path.states).tolist() == expected
    assert path.steps == list(range(4, 3 * CHUNK + 6, 4))
    assert whole.states.tolist() == state


@pytest.mark.parametrize("every", [1, 3, 1000])
def test_one_trajectory_is_a_lockstep_of_one(every) -> None:
    up, down = pairwise_comparison_rates(
        np.linspace(1, -1, 9), selection_intensity=1, mutation_probability=0.1
    )
    steps = 20_000 if every > 1 else 2000
    path = birth_death_path(4, up, down, steps=steps + 2, every=every, rng=3)
    assert path.shape == ((steps + 2) // every + 1,)
    seen = Trajectory()
    BirthDeathLockstep([4], up, down).run(steps + 2, 3, reductions=[seen], every=every)
    assert path[1:].tolist() == np.ravel(seen.states).tolist()
    # The array route with the same uniforms: two replicates that get each uniform twice.
    twin = BirthDeathLockstep([4, 4], up, down)
    uniforms = np.random.default_rng(3).random(every)
    for u in uniforms:
        twin._uniforms[0] = u
        twin._advance(0)
    assert twin.states.tolist() == [path[1], path[1]]


@pytest.mark.slow
def test_the_stationary_law_of_pairwise_comparison() -> None:
    up, down = pairwise_comparison_rates(
        np.linspace(2, -1, 9), selection_intensity=1, mutation_probability=0.2
    )
    law = birth_death_stationary(up, down)
    lanes = BirthDeathLockstep(np.arange(40_000) % 11, up, down)
    lanes.run(400, 21)  # second eigenvalue below 0.95, so within 1e-8 of the law
    assert_law(np.bincount(lanes.states, minlength=11), law)
    # Along the way: means of blocks of 500 records are as good as independent.
    kept, seen = BatchMeans(2000, block=500), Histogram(11, 2000)
    lanes = BirthDeathLockstep(lanes.states[:2000], up, down)
    lanes.run(4000, 22, reductions=[kept, seen])
    mean = law @ np.arange(11)
    error = kept.mean.std(ddof=1) / math.sqrt(2000)
    assert abs(kept.mean.mean() - mean) < 3.9 * error
    np.testing.assert_allclose(seen.counts @ np.arange(11) / 4000, kept.mean, rtol=1e-12)
    # What blocks say about the error of a mean is what replicates say, up to the memory across
    # blocks, some 6 %; five standard errors of the ratio are 0.17.
    ratio = (kept.standard_error**2).mean() / kept.mean.var(ddof=1)
    assert 0.7 < ratio < 1.2
    assert 4000 / 100 < np.median(kept.effective_size) < 4000 / 5


@pytest.mark.slow
@pytest.mark.parametrize("process", ["fermi", "moran"])
def test_neutral_fixation_is_one_in_z(process) -> None:
    size, replicates = 10, 20_000
    up, down = (
        pairwise_comparison_rates(np.zeros(9), selection_intensity=1, mutation_probability=0)
        if process == "fermi"
        else moran_rates(np.full(10, 2.0), np.full(10, 2.0), mutation_probability=0)
    )
    lanes = BirthDeathLockstep(np.ones(replicates, dtype=int), up, down)
    ends = HittingTimes(replicates, lambda j: (j == 0) | (j == size))
    assert lanes.run_until(ends, 31, at_most=100_000)
    won = (lanes.states == size).mean()
    assert abs(won - 1 / size) < 3.9 * math.sqrt(0.09 / replicates)
    # Steps to absorption from one: solve (I - Q) t = 1.
    inner = np.diag(1 - up[1:] - down[:-1]) + np.diag(up[1:-1], 1) + np.diag(down[1:-1], -1)
    time = np.linalg.solve(np.eye(9) - inner, np.ones(9))[0]
    error = ends.times.std(ddof=1) / math.sqrt(replicates)
    assert abs(ends.times.mean() - time) < 3.9 * error
    assert ends.waiting == 0


# --- tables for two strategies ---------------------------------------------------------------


def test_moran_rates_against_enumeration_of_births_and_deaths() -> None:
    rng = np.random.default_rng(7)
    size, mu = 5, 0.3
    first, second = rng.uniform(0.5, 2, size=(2, 4, size))
    ups, downs = moran_rates(first, second, mutation_probability=mu)
    for one, two, up, down in zip(first, second, ups, downs):
        for j in range(size + 1):
            people = [0] * j + [1] * (size - j)
            fitness = [one[j - 1] if k == 0 else two[j] for k in people]
            gain = {1: 0.0, 0: 0.0, -1: 0.0}
            for parent, dies in itertools.product(range(size), repeat=2):
                for child in (0, 1):
                    mass = fitness[parent] / sum(fitness) / size
                    mass *= mu if child != people[parent] else 1 - mu
                    gain[people[dies] - child] += mass
            assert (up[j] if j < size else 0.0) == pytest.approx(gain[1], abs=1e-15)
            assert (down[j - 1] if j else 0.0) == pytest.approx(gain[-1], abs=1e-15)


def test_moran_fixation_with_constant_fitness() -> None:
    size, r = 12, 1.3
    up, down = moran_rates(np.full(size, r), np.ones(size), mutation_probability=0.0)
    ratio = np.cumprod(down[:-1] / up[1:]).sum()
    assert 1 / (1 + ratio) == pytest.approx((1 - 1 / r) / (1 - r**-size), rel=1e-12)


@pytest.mark.parametrize("role_model", ["anyone", "others"])
@pytest.mark.parametrize("sample", [1, 3])
def test_imitation_of_the_best_against_enumeration_of_samples(role_model, sample) -> None:
    size, mu, gains = 4, 0.2, [1.0, 0.0, -2.0]
    up, down = imitation_of_the_best_rates(
        gains, sample=sample, mutation_probability=mu, role_model=role_model
    )
    for j in range(size + 1):
        people = [0] * j + [1] * (size - j)
        pays = [gains[j - 1], 0.0] if 0 < j < size else [0.0, 0.0]
        step = {1: 0.0, 0: 0.0, -1: 0.0}
        for focal in range(size):
            pool = [i for i in range(size) if role_model == "anyone" or i != focal]
            step[people[focal] - (1 - people[focal])] += mu / size
            for models in itertools.product(pool, repeat=sample):
                best = max([people[focal], *(people[m] for m in models)], key=pays.__getitem__)
                step[people[focal] - best] += (1 - mu) / size / len(pool) ** sample
        assert (up[j] if j < size else 0.0) == pytest.approx(step[1], abs=1e-15)
        assert (down[j - 1] if j else 0.0) == pytest.approx(step[-1], abs=1e-15)


# --- several strategies: paths ---------------------------------------------------------------


def pays_of(people, games=GAMES):
    """Mean payoff of each individual against every other one."""
    return [
        sum(games[f][k] for i, k in enumerate(people) if i != me) / (len(people) - 1)
        for me, f in enumerate(people)
    ]


def line_up(counts):
    return [k for k, n in enumerate(counts) for _ in range(n)]


def mutant(row, coin):
    return sum(coin >= total for total in itertools.accumulate(row[:-1]))


def other_than(who, place):
    return place + (place >= who)


def fermi_by_hand(counts, u, *, beta, mu, role_model):
    people = line_up(counts)
    pays = pays_of(people)
    who, left = divmod(u[0] * len(people), 1)
    pool = len(people) - (role_model == "others")
    whom, left = divmod(left * pool, 1)
    if role_model == "others":
        whom = other_than(who, whom)
    who, whom = int(who), int(whom)
    if u[1] < mu:
        new = mutant(MUTATION[people[who]], left)
    else:
        chance = 1 / (1 + math.exp(-beta * (pays[whom] - pays[who])))
        new = people[whom] if (u[1] - mu) / (1 - mu) < chance else people[who]
    people[who] = new
    return [people.count(k) for k in range(len(counts))]


def best_by_hand(counts, u, *, mu, role_model):
    people = line_up(counts)
    pays = pays_of(people)
    who, left = divmod(u[0] * len(people), 1)
    who, pool = int(who), len(people) - (role_model == "others")
    best = who
    for coin in u[2:]:
        whom = int(coin * pool)
        if role_model == "others":
            whom = other_than(who, whom)
        if people[whom] != people[best] and pays[whom] > pays[best]:
            best = whom
    new = mutant(MUTATION[people[who]], left) if u[1] < mu else people[best]
    people[who] = new
    return [people.count(k) for k in range(len(counts))]


def moran_by_hand(counts, u, *, mu):
    people = line_up(counts)
    fitness = [math.exp(p) for p in fitness_pays(counts, people)]
    who, left = divmod(u[0] * len(people), 1)
    parent = int(np.searchsorted(np.cumsum(fitness), u[2] * sum(fitness), side="right"))
    new = mutant(MUTATION[people[parent]], left) if u[1] < mu else people[parent]
    people[int(who)] = new
    return [people.count(k) for k in range(len(counts))]


def fitness_pays(counts, people):
    return [0.3 * k - 0.2 * counts[k] for k in people]


def fitness_of(counts):
    strategy = np.arange(counts.shape[0])[:, None]
    return np.exp(0.3 * strategy - 0.2 * counts)


STARTS = [[3, 2, 4], [9, 0, 0], [0, 4, 5], [1, 7, 1], [0, 0, 9]]


@pytest.mark.parametrize("role_model", ["anyone", "others"])
@pytest.mark.parametrize("mu", [0.0, 0.25, 1.0])
def test_paths_of_imitation_are_those_of_individuals(role_model, mu) -> None:
    games = MatrixPayoffs(GAMES, population_size=9)
    settings = {"mutation_probability": mu, "mutation": MUTATION, "role_model": role_model}
    fermi = FermiLockstep(STARTS, games, selection_intensity=1.5, **settings)
    best = BestOfSampleLockstep(STARTS, games, sample=2, **settings)
    for lanes, by_hand, rows, more in (
        (fermi, fermi_by_hand, 2, {"beta": 1.5}),
        (best, best_by_hand, 4, {}),
    ):
        path = Trajectory()
        lanes.run(150, 41, reductions=[path])
        expected = [list(start) for start in STARTS]
        for t, uniforms in enumerate(np.random.default_rng(41).random((150, rows, len(STARTS)))):
            for r in range(len(STARTS)):
                expected[r] = by_hand(
                    expected[r], uniforms[:, r], mu=mu, role_model=role_model, **more
                )
            assert path.states[t].tolist() == expected


@pytest.mark.parametrize("mu", [0.0, 0.25])
def test_paths_of_births_are_those_of_individuals(mu) -> None:
    fitness = FunctionPayoffs(fitness_of, strategies=3, population_size=9)
    lanes = MoranLockstep(STARTS, fitness, mutation_probability=mu, mutation=MUTATION)
    path = Trajectory()
    lanes.run(150, 43, reductions=[path])
    expected = [list(start) for start in STARTS]
    for t, uniforms in enumerate(np.random.default_rng(43).random((150, 3, len(STARTS)))):
        for r in range(len(STARTS)):
            expected[r] = moran_by_hand(expected[r], uniforms[:, r], mu=mu)
        assert path.states[t].tolist() == expected


def test_matrix_table_and_function_are_one() -> None:
    size, s = 7, 4
    rng = np.random.default_rng(8)
    games = rng.normal(size=(s, s))
    states = compositions(size, s)
    table = np.array(
        [[(row @ games[f] - games[f, f]) / (size - 1) for f in range(s)] for row in states.tolist()]
    )
    sources = [
        MatrixPayoffs(games, population_size=size),
        TablePayoffs(table, population_size=size),
        FunctionPayoffs(
            lambda n: (games @ n - np.diag(games)[:, None]) / (size - 1),
            strategies=s,
            population_size=size,
        ),
    ]
    sums = np.cumsum(states.T, axis=0)[:-1].astype(np.int16)
    focal, model = rng.integers(0, s, size=(2, len(states)), dtype=np.int8)
    every = np.arange(len(states))
    for source in sources:
        out, all_of_them = np.empty(len(states)), np.empty((s, len(states)))
        source.prepare(sums)
        source.everyone(all_of_them)
        np.testing.assert_allclose(all_of_them.T, table, atol=1e-13)
        source.of(model, out)
        np.testing.assert_allclose(out, table[every, model], atol=1e-13)
        source.advantage(focal, model, out)
        np.testing.assert_allclose(out, table[every, model] - table[every, focal], atol=1e-13)
    paths = []
    for source in sources:
        lanes = FermiLockstep(
            states, source, selection_intensity=1.0, mutation_probability=0.1, role_model="others"
        )
        lanes.run(200, 9)
        paths.append(lanes.states.tolist())
    assert paths[0] == paths[1] == paths[2]


@pytest.mark.parametrize("s", [3, 8])
def test_counts_are_conserved_and_runs_may_be_cut(s) -> None:
    rng = np.random.default_rng(s)
    size, replicates = 40_000 if s == 3 else 40, 1500
    start = rng.multinomial(size, np.full(s, 1 / s), size=replicates)
    games = MatrixPayoffs(rng.normal(size=(s, s)), population_size=size)
    fitness = MatrixPayoffs(rng.uniform(0.5, 2, size=(s, s)), population_size=size)
    mu = {"mutation_probability": 0.05}
    makers = [
        lambda: FermiLockstep(start, games, selection_intensity=2.0, **mu),
        lambda: BestOfSampleLockstep(start, games, sample=3, role_model="others", **mu),
        lambda: MoranLockstep(start, fitness, **mu),
        lambda: WrightFisherLockstep(start, fitness, **mu),
    ]
    for make in makers:
        whole, parts = make(), make()
        whole.run(101, 4)
        generator = np.random.default_rng(4)
        for steps in (1, 60, 40):
            parts.run(steps, generator)
        assert (whole.states.sum(axis=1) == size).all()
        assert whole.states.min() >= 0
        assert (whole.states != start).any()
        assert (whole.states == parts.states).all()
        assert whole.step == parts.step == 101


def test_without_mutation_nobody_comes_back() -> None:
    start = np.array([[5, 0, 3], [0, 8, 0]])
    games = MatrixPayoffs(GAMES, population_size=8)
    fitness = MatrixPayoffs(np.exp(GAMES), population_size=8)
    for lanes in (
        FermiLockstep(start, games, selection_intensity=1.0, mutation_probability=0.0),
        BestOfSampleLockstep(start, games, sample=2, mutation_probability=0.0),
        MoranLockstep(start, fitness, mutation_probability=0.0),
        WrightFisherLockstep(start, fitness, mutation_probability=0.0),
    ):
        lanes.run(300, 5)
        assert lanes.states[1].tolist() == [0, 8, 0]
        assert lanes.states[0, 1] == 0


# --- several strategies: laws ----------------------------------------------------------------


def transition(size, event):
    """Matrix over compositions from the law of (who goes, who comes) in each."""
    states = [tuple(row) for row in compositions(size, 3).tolist()]
    index = {state: i for i, state in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for state in states:
        for f, m in itertools.product(range(3), repeat=2):
            after = list(state)
            after[f] -= 1
            after[m] += 1
            mass = event(state, f, m)
            if mass:
                matrix[index[state], index[tuple(after)]] += mass
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0)
    return states, matrix


def mean_pay(state, f):
    return (sum(GAMES[f][k] * n for k, n in enumerate(state)) - GAMES[f][f]) / (sum(state) - 1)


def fermi_event(mu, beta, others):
    def event(state, f, m):
        size = sum(state)
        mass = state[f] / size * mu * MUTATION[f, m]
        for k in range(3):
            meets = state[f] / size * (state[k] - others * (k == f)) / (size - others)
            if meets > 0:
                takes = 1 / (1 + math.exp(beta * (mean_pay(state, f) - mean_pay(state, k))))
                mass += (1 - mu) * meets * (takes * (m == k) + (1 - takes) * (m == f))
        return mass

    return event


def best_event(mu, sample):
    def event(state, f, m):
        size = sum(state)
        mass = state[f] / size * mu * MUTATION[f, m]
        for models in itertools.product(range(3), repeat=sample):
            chance = math.prod(state[k] / size for k in models)
            if chance and state[f]:
                best = max([f, *models], key=lambda k: mean_pay(state, k))
                mass += (1 - mu) * state[f] / size * chance * (best == m)
        return mass

    return event


def moran_event(mu):
    def event(state, f, m):
        births = [n * math.exp(0.3 * k - 0.2 * n) for k, n in enumerate(state)]
        child = sum(
            b / sum(births) * ((1 - mu) * (k == m) + mu * MUTATION[k, m])
            for k, b in enumerate(births)
        )
        return state[f] / sum(state) * child

    return event


SIZE = 5


def processes(start):
    games = MatrixPayoffs(GAMES, population_size=SIZE)
    fitness = TablePayoffs(fitness_of(compositions(SIZE, 3).T).T, population_size=SIZE)
    own = {"mutation_probability": 0.1, "mutation": MUTATION}
    return {
        "anyone": (
            FermiLockstep(start, games, selection_intensity=0.8, **own),
            fermi_event(0.1, 0.8, 0),
        ),
        "others": (
            FermiLockstep(start, games, selection_intensity=0.8, role_model="others", **own),
            fermi_event(0.1, 0.8, 1),
        ),
        "best": (BestOfSampleLockstep(start, games, sample=2, **own), best_event(0.1, 2)),
        "moran": (MoranLockstep(start, fitness, **own), moran_event(0.1)),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anyone", "others", "best", "moran"])
def test_laws_of_three_strategies(name) -> None:
    states = compositions(SIZE, 3)
    lanes, event = processes(np.repeat(states, 3000, axis=0))[name]
    listed, matrix = transition(SIZE, event)
    index = {state: i for i, state in enumerate(listed)}

    def tally(rows):
        return np.bincount([index[tuple(row)] for row in rows.tolist()], minlength=len(listed))

    # One step, all starting points at once: 21 laws and their joint false-alarm rate is 21e-4.
    lanes.run(1, 51)
    for row, after in zip(matrix, lanes.states.reshape(len(states), -1, 3)):
        assert_law(tally(after), row)
    # After some steps, and when time no longer matters.
    steps, start = 1, np.full(len(listed), 1 / len(listed))
    for more in (6, 400):
        lanes.run(more, 50 + more)
        steps += more
        law = start @ np.linalg.matrix_power(matrix, steps)
        assert_law(tally(lanes.states), law)
    np.testing.assert_allclose(law @ matrix, law, atol=1e-9)


@pytest.mark.slow
def test_the_law_of_a_generation() -> None:
    states = compositions(SIZE, 3)
    start = np.repeat([[2, 2, 1], [5, 0, 0]], 30_000, axis=0)
    fitness = TablePayoffs(fitness_of(states.T).T, population_size=SIZE)
    lanes = WrightFisherLockstep(start, fitness, mutation_probability=0.1, mutation=MUTATION)
    lanes.run(1, 61)
    for first, after in zip(([2, 2, 1], [5, 0, 0]), lanes.states.reshape(2, -1, 3)):
        births = np.array([n * math.exp(0.3 * k - 0.2 * n) for k, n in enumerate(first)])
        share = births / births.sum() @ (0.9 * np.eye(3) + 0.1 * MUTATION)
        law = [
            math.factorial(SIZE) * math.prod(p**n / math.factorial(n) for p, n in zip(share, row))
            for row in states.tolist()
        ]
        rows = [row.tolist() for row in states]
        seen = np.zeros(len(rows))
        for row, times in zip(*np.unique(after, axis=0, return_counts=True)):
            seen[rows.index(row.tolist())] += times
        assert_law(seen, law)


@pytest.mark.slow
def test_two_of_several_strategies_are_a_birth_death_chain() -> None:
    gain = [
        (GAMES[0, 0] * (j - 1) + GAMES[0, 1] * (8 - j) - GAMES[1, 0] * j - GAMES[1, 1] * (7 - j))
        / 7
        for j in range(1, 8)
    ]
    up, down = pairwise_comparison_rates(
        gain, selection_intensity=1.0, mutation_probability=0.2, role_model="others"
    )
    lanes = FermiLockstep(
        np.tile([4, 4], (20_000, 1)),
        MatrixPayoffs(GAMES[:2, :2], population_size=8),
        selection_intensity=1.0,
        mutation_probability=0.2,
        role_model="others",
    )
    lanes.run(300, 71)
    law = birth_death_stationary(up, down)
    assert_law(np.bincount(lanes.states[:, 0], minlength=9), law)


@pytest.mark.slow
def test_names_of_strategies_do_not_matter() -> None:
    order = np.array([2, 0, 1])
    tallies = []
    for permutation in (np.arange(3), order):
        lanes = FermiLockstep(
            np.tile(np.array([5, 3, 2])[permutation], (20_000, 1)),
            MatrixPayoffs(GAMES[np.ix_(permutation, permutation)], population_size=10),
            selection_intensity=2.0,
            mutation_probability=0.1,
            mutation=MUTATION[np.ix_(permutation, permutation)],
        )
        lanes.run(40, 80 + int(permutation[0]))
        back = lanes.states[:, np.argsort(permutation)]
        tallies.append(np.bincount(back[:, 0] * 11 + back[:, 1], minlength=121))
    one, two = np.array(tallies, dtype=float)
    often = one + two >= 20
    statistic = ((one - two) ** 2 / np.where(often, one + two, 1))[often].sum()
    assert statistic < chi2.isf(FALSE_ALARM, int(often.sum()))


@pytest.mark.slow
def test_neutral_fixation_of_one_among_several_strategies() -> None:
    size, replicates = 8, 10_000
    flat = MatrixPayoffs(np.ones((3, 3)), population_size=size)
    start = np.tile([1, 5, 2], (replicates, 1))
    for lanes in (
        FermiLockstep(start, flat, selection_intensity=1.0, mutation_probability=0.0),
        MoranLockstep(start, flat, mutation_probability=0.0),
        WrightFisherLockstep(start, flat, mutation_probability=0.0),
    ):
        ends = HittingTimes(replicates, lambda counts: (counts == size).any(axis=1))
        assert lanes.run_until(ends, 91, at_most=20_000)
        assert_law((lanes.states == size).sum(axis=0), np.array([1, 5, 2]) / size)


# --- networks --------------------------------------------------------------------------------

LINKS = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]  # a triangle with a tail; node 5 is alone


def rows_of(links, nodes):
    there, back = np.array(links).T
    ends = (np.append(there, back), np.append(back, there))
    matrix = sparse.csr_array((np.ones(ends[0].size), ends), shape=(nodes, nodes))
    matrix.sort_indices()
    return {"indptr": matrix.indptr, "indices": matrix.indices}


def network_by_hand(people, u, *, beta, mu, payoff):
    near = {i: sorted({a + b - i for a, b in LINKS if i in (a, b)}) for i in range(6)}

    def earned(i):
        total = sum(GAMES[people[i]][people[k]] for k in near[i])
        return total / len(near[i]) if payoff == "mean" else total

    who, left = divmod(u[0] * 6, 1)
    who = int(who)
    if near[who]:
        slot, left = divmod(left * len(near[who]), 1)
    if u[1] < mu:
        rest = [k for k in range(3) if k != people[who]]
        people[who] = rest[int(left * 2)]
    elif near[who]:
        whom = near[who][int(slot)]
        chance = 1 / (1 + math.exp(-beta * (earned(whom) - earned(who))))
        if (u[1] - mu) / (1 - mu) < chance:
            people[who] = people[whom]


@pytest.mark.parametrize("payoff", ["sum", "mean"])
@pytest.mark.parametrize("mu", [0.0, 0.2])
def test_paths_on_a_network_are_those_of_individuals(payoff, mu) -> None:
    start = np.random.default_rng(4).integers(0, 3, size=(7, 6))
    lanes = NetworkLockstep(
        start,
        GAMES,
        **rows_of(LINKS, 6),
        selection_intensity=0.7,
        mutation_probability=mu,
        payoff=payoff,
    )
    lanes.run(50, 13)
    lanes.run(0, 13)
    people = start.tolist()
    for uniforms in np.random.default_rng(13).random((50, 2, 7)):
        for r, one in enumerate(people):
            network_by_hand(one, uniforms[:, r], beta=0.7, mu=mu, payoff=payoff)
    assert lanes.strategies.tolist() == people
    assert lanes.states.tolist() == [[one.count(k) for k in range(3)] for one in people]
    # What is kept up to date is what a recount finds.
    assert (lanes._with == lanes._count_neighbours(lanes.strategies, 3)).all()


@pytest.mark.slow
@pytest.mark.parametrize("payoff", ["sum", "mean"])
def test_a_complete_network_is_a_mixed_population(payoff) -> None:
    size, replicates = 7, 20_000
    pair = GAMES[:2, :2]
    scale = 1.0 if payoff == "mean" else size - 1.0
    gain = [
        scale * ((pair[0] - [0, 0]) @ [j - 1, size - j] - pair[1] @ [j, size - j - 1]) / (size - 1)
        for j in range(1, size)
    ]
    up, down = pairwise_comparison_rates(
        gain, selection_intensity=0.3, mutation_probability=0.2, role_model="others"
    )
    lanes = NetworkLockstep(
        np.tile([0, 0, 0, 1, 1, 1, 1], (replicates, 1)),
        pair,
        **rows_of(list(itertools.combinations(range(size), 2)), size),
        selection_intensity=0.3,
        mutation_probability=0.2,
        payoff=payoff,
    )
    lanes.run(200, 17)
    law = birth_death_stationary(up, down)
    assert_law(np.bincount(lanes.states[:, 0], minlength=size + 1), law)


@pytest.mark.slow
def test_neutral_fixation_on_a_network_goes_by_degree() -> None:
    # The focal node copies a neighbour, so a node's odds are its share of links (voter model).
    replicates = 10_000
    start = np.tile([1, 1, 0, 1, 1], (replicates, 1))
    lanes = NetworkLockstep(
        start, np.zeros((2, 2)), **rows_of(LINKS, 5), selection_intensity=1, mutation_probability=0
    )
    ends = HittingTimes(replicates, lambda counts: (counts == 0).any(axis=1))
    assert lanes.run_until(ends, 19, at_most=20_000)
    assert_law((lanes.states == 5).sum(axis=0), [0.3, 0.7])


# --- reductions ------------------------------------------------------------------------------


def test_batch_means_against_the_whole_history() -> None:
    values = np.random.default_rng(6).normal(1e6, 1.0, size=(50, 3))
    kept = BatchMeans(3, block=8, statistic=lambda states: states / 2)
    for step, row in enumerate(values):
        kept.record(step, 2 * row)
    blocks = values[:48].reshape(6, 8, 3).mean(axis=1)
    np.testing.assert_allclose(kept.mean, values.mean(axis=0), rtol=1e-15)
    np.testing.assert_allclose(kept.second_moment, (values**2).mean(axis=0), rtol=1e-15)
    np.testing.assert_allclose(kept.variance, values.var(axis=0, ddof=1), rtol=1e-9)
    error = 8 * blocks.var(axis=0, ddof=1) / 50
    np.testing.assert_allclose(kept.standard_error**2, error, rtol=1e-9)
    np.testing.assert_allclose(kept.effective_size, values.var(axis=0, ddof=1) / error, rtol=1e-9)
    assert kept.records == 50


def test_what_is_not_known_is_nan() -> None:
    kept = BatchMeans(2, block=2)
    assert np.isnan([kept.mean, kept.second_moment, kept.variance, kept.standard_error]).all()
    for step in range(6):
        kept.record(step, np.array([step, 3]))
    assert np.isfinite(kept.effective_size[0])
    assert np.isnan(kept.effective_size[1])


def test_histograms_and_hitting_times_against_the_path() -> None:
    up, down = [0.4, 0.3, 0.2, 0.2], [0.2, 0.3, 0.3, 0.3]
    path, pooled, own = Trajectory(), Histogram(5), Histogram(5, 3)
    top = HittingTimes(3, lambda j: j == 4)
    lanes = BirthDeathLockstep([0, 1, 2], up, down)
    lanes.run(130, 23, reductions=[path, pooled, own, top])
    states = np.array(path.states)
    assert pooled.counts.tolist() == np.bincount(states.ravel(), minlength=5).tolist()
    assert own.counts.sum(axis=0).tolist() == pooled.counts.tolist()
    for r in range(3):
        assert own.counts[r].tolist() == np.bincount(states[:, r], minlength=5).tolist()
        when = np.flatnonzero(states[:, r] == 4)
        assert (top.times[r] == when[0] + 1) if when.size else np.isnan(top.times[r])
    done = HittingTimes(3, lambda j: j >= 0)
    assert lanes.run_until(done, 1, at_most=0)
    assert done.times.tolist() == [130, 130, 130]
    never = HittingTimes(3, lambda j: j < 0)
    assert not lanes.run_until(never, 1, at_most=100)
    assert lanes.step == 230


# --- errors ----------------------------------------------------------------------------------


def test_errors_at_the_door() -> None:
    games = MatrixPayoffs(GAMES, population_size=9)
    fermi = {"selection_intensity": 1.0, "mutation_probability": 0.1}
    for call in (
        lambda: thresholds([0.6, 0.6], [0.5, 0.5]),
        lambda: thresholds([1.1], [0.5]),
        lambda: thresholds([], []),
        lambda: BirthDeathLockstep([3], [0.5, 0.5], [0.5, 0.5]),
        lambda: BirthDeathLockstep([1], [0.5, 0.5], [0.5, 0.5], row=[1]),
        lambda: BirthDeathLockstep([1], [0.5, 0.5], [0.5, 0.5]).run(-1),
        lambda: birth_death_path(3, [0.5, 0.5], [0.5, 0.5], steps=1),
        lambda: moran_rates([1.0, 0.0], [1.0, 1.0], mutation_probability=0),
        lambda: imitation_of_the_best_rates([1.0], sample=0, mutation_probability=0),
        lambda: FermiLockstep([[3, 3, 4]], games, **fermi),
        lambda: FermiLockstep([[3, 6]], games, **fermi),
        lambda: FermiLockstep([[3, 3, 3]], games, mutation=np.ones((3, 3)), **fermi),
        lambda: FermiLockstep([[3, 3, 3]], games, role_model="all", **fermi),
        lambda: FermiLockstep(
            [[2**20, 1]], MatrixPayoffs(np.eye(2), population_size=2**20 + 1), **fermi
        ),
        lambda: MatrixPayoffs(np.ones((2, 3)), population_size=4),
        lambda: TablePayoffs(np.ones((9, 3)), population_size=4),
        lambda: MoranLockstep([[3, 3, 3]], games, mutation_probability=0).run(9, 1),
        lambda: WrightFisherLockstep([[3, 3, 3]], games, mutation_probability=0).run(9, 1),
        lambda: NetworkLockstep([[0, 1]], GAMES, indptr=[0, 1, 1], indices=[1], **fermi),
        lambda: NetworkLockstep([[0, 1]], GAMES, indptr=[0, 1, 2], indices=[0, 1], **fermi),
        lambda: NetworkLockstep([[0, 3]], GAMES, indptr=[0, 1, 2], indices=[1, 0], **fermi),
    ):
        with pytest.raises(CoopgamesError):
            call()
