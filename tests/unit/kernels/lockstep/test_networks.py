"""Update rules on structures against exact chains over all states, at stated false alarms."""

import itertools

import numpy as np
import pytest
from scipy.stats import chi2
from tests.oracle.structured_chain import chain, neighbourhood_payoffs, pair_payoffs

from coopgames.errors import CoopgamesError
from coopgames.kernels.lockstep.links import choose_in_segments, links_between
from coopgames.kernels.lockstep.networks import NetworkLockstep
from coopgames.kernels.lockstep.structured_payoffs import GroupPayoffs, PairPayoffs
from coopgames.kernels.lockstep.structures import RULES, StructuredLockstep
from coopgames.kernels.simplex import compositions

#: Per comparison.
FALSE_ALARM = 1e-4
MATRIX = np.array([[0.3, 0.9, 1.7], [1.2, 0.1, 0.6], [0.8, 1.4, 0.2]])
#: A weighted, directed structure of four with a loop.
WEIGHTS = np.array([[0, 2, 1, 0], [1, 0.5, 1, 3], [0, 1, 0, 1], [2, 0, 0.5, 0]])
#: A kite with a tail.
NEAR = [[1, 2], [0, 2], [0, 1, 3], [2]]


def links_of(weights):
    begins, ends = np.nonzero(weights)
    return links_between(begins, ends, weights[begins, ends], len(weights))


def adjacency(near):
    out = np.zeros((len(near), len(near)))
    for i, row in enumerate(near):
        out[i, row] = 1
    return out


def assert_law(seen, law):
    """Chi-square of independent samples; rare states are put together."""
    expected = law * seen.sum()
    assert seen[expected == 0].sum() == 0
    rare = expected < 8
    cells = np.append(seen[~rare], seen[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    if wanted[-1] < 8:
        cells, wanted = cells[:-1], wanted[:-1]
    statistic = ((cells - wanted) ** 2 / wanted).sum()
    assert statistic < chi2.isf(FALSE_ALARM, cells.size - 1)


def after(states, matrix, start, steps):
    law = np.zeros(len(states))
    law[states.index(tuple(start))] = 1
    return law @ np.linalg.matrix_power(matrix, steps)


def tally(lanes, states, strategies):
    code = lanes.strategies.astype(int) @ (strategies ** np.arange(len(states[0]))[::-1])
    return np.bincount(code, minlength=len(states))


CASES = [
    (rule, fitness)
    for rule in RULES
    for fitness in ("exponential", "linear")
    if fitness == "exponential" or rule in ("birth-death", "death-birth", "imitation")
]


@pytest.mark.parametrize(("rule", "fitness"), CASES)
@pytest.mark.parametrize("mean", [True, False])
def test_pairs_on_a_weighted_directed_structure(rule, fitness, mean) -> None:
    games = np.array([[0, 1, 0, 2], [1, 0, 0.5, 0], [0, 1, 0, 1], [0, 0, 0, 0]])
    beta, mu, start, steps = 0.8, 0.15, [0, 1, 2, 1], 9
    total = games.sum(axis=1)
    span = (total > 0) * MATRIX.max() if mean else total * MATRIX.max()
    states, matrix = chain(
        3,
        WEIGHTS.tolist(),
        pair_payoffs(MATRIX.tolist(), games.tolist(), mean),
        rule=rule,
        beta=beta,
        mu=mu,
        fitness=fitness,
        span=span,
    )
    lanes = StructuredLockstep(
        np.tile(start, (20_000, 1)),
        PairPayoffs(MATRIX, links_of(games), mean=mean),
        replacement=links_of(WEIGHTS),
        rule=rule,
        selection_intensity=beta,
        mutation_probability=mu,
        fitness=fitness,
    )
    lanes.run(steps, 1)
    assert_law(tally(lanes, states, 3), after(states, matrix, start, steps))


def by_list(own, others):
    """A public good of any size, with a third strategy that gives half."""
    gives = [1.0, 0.0, 0.5]
    n = len(others) + 1
    return 1.8 * (gives[own] + sum(gives[k] for k in others)) / n - gives[own] + 1.0


def group_tables(sizes, strategies):
    tables = []
    for size in sizes:
        rows = compositions(size, strategies)
        table = np.zeros((len(rows), strategies))
        for c, f in itertools.product(range(len(rows)), range(strategies)):
            if rows[c, f]:
                rest = rows[c].copy()
                rest[f] -= 1
                table[c, f] = by_list(f, np.repeat(np.arange(strategies), rest).tolist())
        tables.append(table)
    return tables


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("strategies", "mean"), [(2, True), (3, False)])
def test_groups_that_are_closed_neighbourhoods(rule, strategies, mean) -> None:
    sizes = [2, 3, 4]
    kind = np.array([sizes.index(len(row) + 1) for row in NEAR])
    begins = [k for i, row in enumerate(NEAR) for k in [i, *row]]
    ends = [i for i, row in enumerate(NEAR) for _ in [i, *row]]
    tables = group_tables(sizes, strategies)
    best, worst = max(t.max() for t in tables), min(t.min() for t in tables)
    number = np.ones(4) if mean else np.array([len(row) + 1 for row in NEAR])
    replacement = adjacency(NEAR)
    start, steps = [0, 1, strategies - 1, 0], 9
    states, matrix = chain(
        strategies,
        replacement.tolist(),
        neighbourhood_payoffs(by_list, NEAR, mean),
        rule=rule,
        beta=0.9,
        mu=0.1,
        span=number * (max(best, 0) - min(worst, 0)),
    )
    lanes = StructuredLockstep(
        np.tile(start, (20_000, 1)),
        GroupPayoffs(links_between(begins, ends, np.ones(12), 4), tables, kind, mean=mean),
        replacement=links_of(replacement),
        rule=rule,
        selection_intensity=0.9,
        mutation_probability=0.1,
    )
    lanes.run(steps, 2)
    assert_law(tally(lanes, states, strategies), after(states, matrix, start, steps))


@pytest.mark.parametrize("payoff", ["sum", "mean"])
def test_the_short_way_for_plain_networks_has_the_same_law(payoff) -> None:
    weights = adjacency(NEAR)
    links = links_of(weights)
    mean, start, steps = payoff == "mean", [0, 1, 2, 1], 9
    states, matrix = chain(
        3,
        weights.tolist(),
        pair_payoffs(MATRIX.tolist(), weights.tolist(), mean),
        rule="pairwise",
        beta=0.8,
        mu=0.1,
    )
    lanes = NetworkLockstep(
        np.tile(start, (20_000, 1)),
        MATRIX,
        indptr=links.indptr,
        indices=links.indices,
        selection_intensity=0.8,
        mutation_probability=0.1,
        payoff=payoff,
    )
    lanes.run(steps, 3)
    assert_law(tally(lanes, states, 3), after(states, matrix, start, steps))


@pytest.mark.parametrize("rule", RULES)
def test_what_is_kept_up_to_date_is_what_a_recount_finds(rule) -> None:
    links = links_of(WEIGHTS)
    pairs = PairPayoffs(MATRIX, links, mean=True)
    start = np.random.default_rng(4).integers(0, 3, size=(50, 4))
    lanes = StructuredLockstep(
        start,
        pairs,
        replacement=links,
        rule=rule,
        selection_intensity=0.5,
        mutation_probability=0.05,
    )
    lanes.run(300, 5)
    assert lanes.states.tolist() == [
        [list(row).count(k) for k in range(3)] for row in lanes.strategies.tolist()
    ]
    fresh = PairPayoffs(MATRIX, links, mean=True)
    now = lanes.strategies.astype(np.int64)
    fresh.begin(now)
    np.testing.assert_allclose(pairs._with, fresh._with, atol=1e-12)
    if rule == "birth-death":
        earned = fresh.at(*(index.ravel() for index in np.indices(start.shape)), now.ravel())
        fitness = np.exp(0.5 * (earned - MATRIX.max())).reshape(start.shape)
        np.testing.assert_allclose(lanes._fitness.reshape(start.shape), fitness, rtol=1e-12)
        np.testing.assert_allclose(lanes._sums.sum(axis=1), fitness.sum(axis=1), rtol=1e-12)


def test_a_run_in_two_parts_is_the_run_in_one() -> None:
    links = links_of(adjacency(NEAR))
    runs = []
    for parts in ((60,), (17, 43)):
        lanes = StructuredLockstep(
            np.tile([0, 1, 2, 1], (30, 1)),
            PairPayoffs(MATRIX, links, mean=False),
            replacement=links,
            rule="death-birth",
            selection_intensity=0.5,
            mutation_probability=0.05,
        )
        generator = np.random.default_rng(6)
        for steps in parts:
            lanes.run(steps, generator)
        runs.append(lanes.strategies)
    assert (runs[0] == runs[1]).all()


def test_draws_at_the_ends_of_segments_stay_inside() -> None:
    weights = np.array([0.0, 1e-30, 0.0, 2.0, 1.0, 0.0])
    begins = np.array([0, 3])
    for uniform, wanted in ((0.0, [1, 3]), (1 - 2**-53, [1, 4]), (0.5, [1, 3])):
        assert choose_in_segments(weights, begins, np.full(2, uniform)).tolist() == wanted
    links = links_of(WEIGHTS)
    top = np.full(4, 1 - 2**-53)
    assert links.walk(links.ladder(), np.arange(4), top).tolist() == [2, 3, 3, 2]
    assert links.walk(links.ladder(), np.arange(4), 0 * top).tolist() == [1, 0, 1, 0]


def test_errors_at_the_door() -> None:
    links = links_of(adjacency(NEAR))
    more = {"selection_intensity": 1.0, "mutation_probability": 0.1}

    def lanes(start, *, replacement=links, rule="death-birth", **change):
        pairs = PairPayoffs(MATRIX, links, mean=True)
        return StructuredLockstep(start, pairs, replacement=replacement, rule=rule, **more | change)

    lone = links_between([0, 1, 2], [1, 0, 0], np.ones(3), 4)
    for call, words in (
        (lambda: lanes([[0, 1, 2]]), "shape"),
        (lambda: lanes([[0, 1, 2, 3]]), "0 .. 2"),
        (lambda: lanes([[0, 1, 2, 1]], rule="moran"), "rule must be one of"),
        (lambda: lanes([[0, 1, 2, 1]], replacement=lone), "node 2 has nobody to take up from"),
        (
            lambda: lanes([[0, 1, 2, 1]], replacement=lone, rule="birth-death"),
            "node 3 has nobody to replace",
        ),
        (lambda: lanes([[0, 1, 2, 1]], fitness="linear", selection_intensity=2.0), "0, 1"),
        (
            lambda: lanes([[0, 1, 2, 1]], rule="birth-death", selection_intensity=1e4),
            "range of payoffs",
        ),
        (lambda: links_between([0], [1], [-1.0], 2), "weights"),
        (lambda: links_between([0], [2], [1.0], 2), "ends must lie in"),
        (
            lambda: GroupPayoffs(
                links_between([0, 1], [0, 0], np.ones(2), 2),
                [np.zeros((4, 2))],
                np.zeros(1, dtype=np.int64),
                mean=True,
            ),
            "need 3 rows",
        ),
    ):
        with pytest.raises(CoopgamesError, match=words):
            call()
    poor = PairPayoffs(MATRIX - 3, links, mean=True)
    with pytest.raises(CoopgamesError, match="fitness"):
        StructuredLockstep(
            [[0, 1, 2, 1]], poor, replacement=links, rule="death-birth", fitness="linear", **more
        ).run(50, 1)
