"""Population games against enumeration of groups and individuals, and what must not matter."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, find, given
from hypothesis import strategies as st
from tests.oracle import populations as oracle

from coopgames.dynamics import (
    BestOfSample,
    BestResponseFlow,
    BrownVonNeumannNash,
    Fermi,
    LogitFlow,
    Moran,
    Replicator,
    ReplicatorMutator,
    Smith,
    WrightFisher,
    evolve,
    fixation,
    gradient_of_selection,
    rest_points,
    simulate_population,
    small_mutation_limit,
    trajectory,
)
from coopgames.games import symmetric_game
from coopgames.testing import flows, matrix_games, population_shares, processes, symmetric_games

from .transform import examples

#: intensity * gain is at most 60: over a whole population its exponential is still a double.
MODERATE = {"scales": (1.0, 1e-3), "intensities": (1.0, 0.0, 0.1, 10.0)}
#: At most 600: in one step it is.
STRONG = {"scales": (1.0, 1e-3, 10.0), "intensities": (1.0, 0.0, 0.1, 10.0)}
#: One individual moves at a time, and the better paid are only more likely to be followed.
GRADUAL = (Fermi, Moran)
WITH_FIXATION = (*GRADUAL, WrightFisher)
EVERY = (*WITH_FIXATION, BestOfSample)
#: Correlated positively with payoffs, whatever these are.
UPHILL = (Replicator, Smith, BrownVonNeumannNash, BestResponseFlow)


def scale(game):
    """Largest payoff in size; 1 if all are 0."""
    return float(np.abs(game.table).max()) or 1.0


def rewritten(game, order, change=lambda payoff: payoff):
    """The game with strategies in this order, all looks apart, each payoff changed; enumerated."""

    def row(position, others):
        return [
            change(float(oracle.payoff(game, order[position], [order[j] for j in expanded(group)])))
            for group in others
        ]

    names = [game.strategies[i] for i in order]
    return symmetric_game(game.players, names, row)


def expanded(counts):
    return [j for j, number in enumerate(counts) for _ in range(number)]


def unchanged(game):
    return list(range(game.size))


def invariant(process):
    """Whether only differences of payoffs matter."""
    return getattr(process, "fitness", "exponential") == "exponential"


@st.composite
def played(
    draw, *, max_size=6, rules=GRADUAL, intensities=(), scales=(), mutations=None, **options
):
    """A game of two or three strategies, or more, and a process that fits it."""
    usual = {"min_strategies": 2, "max_strategies": 3, "max_players": 4}
    game = draw(symmetric_games(**(usual | options), scales=scales or MODERATE["scales"]))
    fields = {
        "intensities": intensities or MODERATE["intensities"],
        "max_size": max_size,
        "rules": rules,
    }
    if mutations is not None:
        fields["mutations"] = mutations
    return game, draw(processes(game, **fields))


def two_strategies(**options):
    return played(max_strategies=2, **options)


@st.composite
def at_a_point(draw, games):
    """A game, shares of its strategies, and their payoffs by enumeration, exact."""
    game = draw(games)
    shares = draw(population_shares(game.size))
    return game, shares, oracle.mean_payoffs(game, shares)


# --- payoffs ---------------------------------------------------------------------------------


@examples(60)
@given(symmetric_games(max_players=5), st.data())
def test_payoffs_in_a_population_are_means_over_all_groups(game, data):
    individuals = data.draw(
        st.lists(st.integers(0, game.size - 1), min_size=game.players, max_size=8).map(sorted)
    )
    counts = oracle.counts_of(tuple(individuals), game.size)
    expected = np.zeros(game.size)
    for own, paid in zip(individuals, oracle.payoffs_among(game, tuple(individuals))):
        expected[own] = paid
    found = game.payoffs_in_population(counts)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * scale(game))


@examples(60)
@given(at_a_point(symmetric_games(max_players=5)))
def test_payoffs_of_a_large_population_are_means_over_independent_draws(case):
    game, shares, expected = case
    found = game.payoffs_at(shares)
    wanted = np.array(expected, dtype=float)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12 * scale(game))


@examples(60)
@given(symmetric_games(min_strategies=2, max_players=5), st.data())
def test_a_restricted_game_is_the_game_in_which_nobody_else_is_met(game, data):
    chosen = data.draw(st.permutations(range(game.size)))
    chosen = chosen[: data.draw(st.integers(1, game.size))]
    small = game.restricted(chosen)
    assert small.strategies == tuple(game.strategies[i] for i in chosen)
    for own, original in enumerate(chosen):
        for others in product(range(small.size), repeat=game.players - 1):
            expected = oracle.payoff(game, original, [chosen[j] for j in others])
            assert oracle.payoff(small, own, others) == expected


# --- finite populations ----------------------------------------------------------------------


def law_of(outcome):
    """{counts: probability}."""
    return {tuple(state): mass for state, mass in zip(outcome.states.tolist(), outcome.law)}


def expected_law(game, process):
    states, chain = oracle.chain_of_counts(game, process)
    return dict(zip(states, oracle.stationary(chain)))


def assert_same_law(outcome, expected, tolerance=1e-9):
    assert law_of(outcome) == pytest.approx(expected, rel=0, abs=tolerance)
    assert abs(outcome.law.sum() - 1) < 1e-12
    assert (outcome.law >= 0).all()


@examples(60)
@given(two_strategies(rules=EVERY, max_size=8, **STRONG))
def test_the_law_of_two_strategies_is_that_of_the_chain_of_counts(case):
    assert_same_law(evolve(*case), expected_law(*case))


@examples(40)
@given(played(rules=EVERY, min_strategies=3, max_strategies=4, max_size=5, **STRONG))
def test_the_law_of_more_strategies_is_that_of_the_chain_of_counts(case):
    assert_same_law(evolve(*case), expected_law(*case))


@examples(12)
@given(played(rules=EVERY, max_players=3, max_size=4, **STRONG))
def test_the_law_is_that_of_all_individuals(case):
    assert_same_law(evolve(*case), oracle.individual_law(*case))


@examples(60)
@given(two_strategies(max_size=8, **STRONG))
def test_two_strategies_are_in_detailed_balance(case):
    game, process = case
    law = law_of(evolve(game, process))
    states, chain = oracle.chain_of_counts(game, process)
    flow = np.array([law[state] for state in states])[:, None] * chain
    np.testing.assert_allclose(flow, flow.T, rtol=0, atol=1e-9)


@examples(60)
@given(two_strategies(rules=WITH_FIXATION, max_size=7))
def test_fixation_is_absorption_of_the_chain_of_counts(case):
    game, process = case
    probability = oracle.fixation(game, process, 0, 1)
    found = fixation(game, process, "a", "b")
    assert found.probability == pytest.approx(probability, rel=1e-9, abs=0)
    assert found.log_probability == pytest.approx(np.log(probability), rel=1e-9, abs=1e-9)


@examples(60)
@given(played(rules=WITH_FIXATION, max_size=7, intensities=(0.0, 0.1, 0.5)))
def test_fixation_takes_as_long_as_absorption(case):
    game, process = case
    time, conditional = oracle.fixation_times(game, process, 1, 0)
    found = fixation(game, process, 1, 0)
    assert found.time == pytest.approx(time, rel=1e-7)
    assert found.conditional_time == pytest.approx(conditional, rel=1e-7)


@examples(60)
@given(two_strategies(max_size=8, **STRONG))
def test_mutant_and_resident_exchange_their_odds(case):
    """Their fixation probabilities have the product of all T+ / T- as ratio."""
    game, process = case
    assume(invariant(process))
    size = process.population_size
    gains = []
    for j in range(1, size):
        paid = oracle.payoffs_among(game, (0,) * j + (1,) * (size - j))
        gains.append(paid[0] - paid[-1])
    expected = process.selection_intensity * float(sum(gains))
    there, back = fixation(game, process, 0, 1), fixation(game, process, 1, 0)
    assert there.log_probability - back.log_probability == pytest.approx(
        expected, rel=1e-9, abs=1e-9
    )


@examples(40)
@given(played(rules=WITH_FIXATION, intensities=(0.0,)))
def test_without_selection_one_mutant_is_as_good_as_any(case):
    game, process = case
    assert process.selection_intensity == 0 or not invariant(process)
    assume(process.selection_intensity == 0)
    size = process.population_size
    assert fixation(game, process, 0, 1).probability == pytest.approx(1 / size, rel=1e-12)
    flat = rewritten(game, unchanged(game), lambda payoff: 1.0)
    np.testing.assert_allclose(evolve(game, process).law, evolve(flat, process).law, atol=1e-12)
    np.testing.assert_allclose(list(evolve(game, process).shares().values()), 1 / game.size)


@examples(40)
@given(played(rules=WITH_FIXATION), st.sampled_from((1.0, -2.0, 0.5, 100.0)))
def test_a_constant_added_to_all_payoffs_changes_nothing(case, constant):
    game, process = case
    assume(invariant(process))
    moved = rewritten(game, unchanged(game), lambda payoff: payoff + constant)
    assert_same_results(game, process, moved, process)


@examples(40)
@given(played(rules=WITH_FIXATION), st.sampled_from((2.0, 0.25, 10.0, 1e-3)))
def test_payoffs_times_a_are_intensity_times_a(case, factor):
    game, process = case
    assume(invariant(process))
    larger = rewritten(game, unchanged(game), lambda payoff: payoff * factor)
    weaker = replace(process, selection_intensity=process.selection_intensity / factor)
    assert_same_results(game, process, larger, weaker)


def assert_same_results(game, process, other, other_process):
    # Rounding of payoffs is magnified by the intensity.
    tolerance = 1e-11 * max(1.0, 1e3 * process.selection_intensity * scale(game))
    np.testing.assert_allclose(
        evolve(game, process).law, evolve(other, other_process).law, rtol=0, atol=tolerance
    )
    logs = [
        fixation(g, p, 0, 1).log_probability for g, p in ((game, process), (other, other_process))
    ]
    assert logs[0] == pytest.approx(logs[1], rel=1e-9, abs=tolerance)


@examples(40)
@given(played(rules=WITH_FIXATION, max_size=5), st.randoms(use_true_random=False))
def test_a_strategys_number_does_not_matter(case, random):
    game, process = case
    order = unchanged(game)
    random.shuffle(order)
    other = rewritten(game, order)
    before, after = evolve(game, process), evolve(other, process)
    law = law_of(before)
    back = np.argsort(order)
    assert_same_law(
        after, {tuple(np.array(state)[order].tolist()): mass for state, mass in law.items()}
    )
    assert after.shares() == pytest.approx(before.shares(), rel=0, abs=1e-9)
    found = fixation(other, process, int(back[0]), int(back[1]))
    assert found.log_probability == pytest.approx(
        fixation(game, process, 0, 1).log_probability, rel=1e-9, abs=1e-9
    )


@examples(40)
@given(played(rules=WITH_FIXATION, min_strategies=2, max_strategies=4, max_size=5))
def test_who_looks_alike_may_be_told_apart(case):
    game, process = case
    apart = rewritten(game, unchanged(game))
    assert_same_results(game, process, apart, process)
    succeeds = {
        m: (7 * m[0] + 3 * m[-1]) % 5 for m in oracle.compositions(game.players, game.looks)
    }
    full = [
        succeeds[tuple(int(count) for count in game.seen(np.array(m)))]
        for m in oracle.compositions(game.players, game.size)
    ]
    merged = evolve(game, process).group_success(list(succeeds.values())).value
    assert merged == pytest.approx(evolve(apart, process).group_success(full).value, abs=1e-8)


@examples(60)
@given(two_strategies(max_size=8, **STRONG), st.booleans())
def test_the_gradient_is_the_drift_of_one_step(case, mutation):
    game, process = case
    states, chain = oracle.chain_of_counts(game, process, mutation=None if mutation else 0.0)
    first = np.array([state[0] for state in states])
    expected = chain @ first - first
    found = gradient_of_selection(game, process, mutation=mutation)
    np.testing.assert_allclose(found[first], expected, rtol=0, atol=1e-9)


@examples(60)
@given(two_strategies(max_size=8))
def test_the_gradient_points_to_the_better_paid_and_is_zero_in_balance(case):
    game, process = case
    size, beta = process.population_size, process.selection_intensity
    drift = gradient_of_selection(game, process)
    assert drift[0] == drift[size] == 0
    for j in range(1, size):
        paid = oracle.payoffs_among(game, (0,) * j + (1,) * (size - j))
        gain = beta * float(paid[0] - paid[-1])
        if abs(gain) > 1e-9:
            assert drift[j] * gain > 0
        else:
            assert abs(drift[j]) < 1e-9


# --- rare mutations --------------------------------------------------------------------------


@examples(30)
@given(played(rules=WITH_FIXATION, max_strategies=4, max_size=5))
def test_the_limit_of_rare_mutations_is_the_embedded_chain(case):
    outcome = small_mutation_limit(*case)
    assert outcome.states.tolist() == (case[1].population_size * np.eye(case[0].size)).tolist()
    np.testing.assert_allclose(outcome.law, oracle.rare_mutations(*case), rtol=1e-8, atol=1e-14)


@examples(30)
@given(played(rules=WITH_FIXATION, max_size=5, intensities=(0.0, 0.1, 0.5), mutations=(1e-8,)))
def test_rare_mutations_are_nearly_the_limit(case):
    limit = small_mutation_limit(*case).shares()
    assert evolve(*case).shares() == pytest.approx(limit, rel=0, abs=1e-5)


# --- flows -----------------------------------------------------------------------------------


@examples(100)
@given(at_a_point(symmetric_games(min_strategies=2)), st.data())
def test_flows_have_the_velocities_of_the_table(case, data):
    game, shares, paid = case
    flow = data.draw(flows(game))
    found = flow.velocity(shares, game.payoffs_at)
    unit = 1 + scale(game)
    np.testing.assert_allclose(
        found, oracle.velocity(flow, shares.tolist(), paid), rtol=0, atol=1e-9 * unit
    )
    assert abs(found.sum()) < 1e-12 * unit
    assert (found[shares == 0] >= 0).all()


@examples(100)
@given(at_a_point(symmetric_games()), st.sampled_from(UPHILL))
def test_flows_lead_uphill(case, kind):
    """What is paid more than the mean grows, on the whole."""
    game, shares, paid = case
    velocity = kind().velocity(shares, game.payoffs_at)
    assert velocity @ np.array(paid, dtype=float) >= -1e-12 * scale(game) ** 2


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e5, 3e9])
def test_best_replies_tie_in_payoffs_of_any_size(unit):
    """A strategy that earns the share of its kind, beside one that always earns 1 / 5."""
    game = symmetric_game(6, "ab", lambda i, others: unit * (others[:, 0] / 5 if i == 0 else 0.2))
    velocity = BestResponseFlow().velocity(np.array([0.2, 0.8]), game.payoffs_at)
    np.testing.assert_allclose(velocity, [0.3, -0.3], rtol=0, atol=1e-12)


@examples(60)
@given(at_a_point(symmetric_games(min_strategies=2)), st.sampled_from(UPHILL[1:]))
def test_flows_of_innovators_rest_exactly_at_equilibria(case, kind):
    game, shares, paid = case
    velocity = kind().velocity(shares, game.payoffs_at)
    mean = sum(x * f for x, f in zip(shares.tolist(), paid))
    gain = float(max(paid) - mean)
    if gain > 1e-6 * scale(game):
        assert np.abs(velocity).max() > 0
    elif gain < 1e-12 * scale(game) and kind is not BestResponseFlow:
        assert np.abs(velocity).max() < 1e-9 * scale(game)


@examples(15)
@given(at_a_point(symmetric_games(max_strategies=3, scales=(1.0,))), st.data())
def test_trajectories_stay_on_the_simplex_and_on_the_face_of_the_replicator(case, data):
    game, shares, _ = case
    flow = data.draw(st.sampled_from((Replicator(), Smith(), LogitFlow(precision=1.0))))
    path = trajectory(game, shares, [0, 0.5, 2.0], flow)
    assert path.shape == (3, game.size)
    assert (path >= 0).all()
    np.testing.assert_allclose(path.sum(axis=-1), 1, rtol=0, atol=1e-12)
    if isinstance(flow, Replicator):
        assert (path[:, shares == 0] == 0).all()


# --- rest points -----------------------------------------------------------------------------


def assert_right_records(game, found):
    unit = scale(game)
    for rest in (*found.points, *found.continua):
        assert (rest.point >= 0).all()
        assert abs(rest.point.sum() - 1) < 1e-12
        assert rest.support == tuple(np.flatnonzero(rest.point).tolist())
        paid = oracle.mean_payoffs(game, rest.point)
        velocity = oracle.velocity(Replicator(), rest.point.tolist(), paid)
        assert np.abs(velocity).max() < 1e-7 * unit
        assert rest.residual == pytest.approx(np.abs(velocity).max(), abs=1e-12 * unit)
        mean = sum(x * f for x, f in zip(rest.point.tolist(), paid))
        gain = float(max(paid) - mean)
        if not 1e-11 * unit < gain < 1e-6 * unit:
            assert rest.nash == (gain <= 1e-11 * unit)
        if rest.kind == "sink":
            assert rest.nash
        if rest.ess:
            assert rest.nash
            assert rest.kind in {"sink", "degenerate"}
    corners = {rest.support for rest in found.points if len(rest.support) == 1}
    assert corners == {(i,) for i in range(game.size)}


@examples(60)
@given(matrix_games())
def test_rest_points_of_two_players_are_those_of_all_supports(game):
    found = rest_points(game)
    assert_right_records(game, found)
    by_support = {rest.support: rest for rest in found.points}
    assert len(by_support) == len(found.points)
    singular = 0
    for size in range(1, game.size + 1):
        for support in combinations(range(game.size), size):
            expected = oracle.rest_on_support(game, support)
            if expected is None:
                assert support not in by_support
            elif expected == ():
                singular += 1
            elif min(expected[i] for i in support) < 1e-6:
                by_support.pop(support, None)  # inside this face or on its edge, up to rounding
            else:
                np.testing.assert_allclose(
                    by_support.pop(support).point, np.array(expected, dtype=float), atol=1e-9
                )
    assert not by_support
    assert len(found.continua) <= singular
    assert found.complete == (not found.continua)


@examples(60)
@given(symmetric_games(min_strategies=2, max_strategies=2, look_alikes=False))
def test_rest_points_of_two_strategies_lie_where_the_gap_changes_sign(game):
    found = rest_points(game)
    assert_right_records(game, found)
    grid = [k / 24 for k in range(1, 24)]
    gaps = [np.subtract(*oracle.mean_payoffs(game, (x, 1 - x))) for x in grid]
    inside = [rest.point[0] for rest in found.points if len(rest.support) == 2]
    if all(gap == 0 for gap in gaps):
        assert found.continua
        assert not found.complete
        return
    assert found.complete
    assert len(inside) < game.players
    for (x, before), (y, after) in zip(zip(grid, gaps), zip(grid[1:], gaps[1:])):
        if before * after < 0:
            assert any(x - 1e-9 < point < y + 1e-9 for point in inside)
    for rest in found.points:
        if rest.kind == "sink":
            assert rest.ess


@examples(10)
@given(symmetric_games(min_players=3, max_players=4, min_strategies=3, max_strategies=3))
def test_rest_points_of_groups_rest(game):
    assert_right_records(game, rest_points(game))


@pytest.mark.parametrize("players", [2, 3])
def test_nobody_gains_where_all_strategies_pay_the_same(players):
    game = symmetric_game(players, "abc", lambda _, others: others[:, 2] == players - 1)
    found = rest_points(game)
    assert all(rest.nash for rest in (*found.points, *found.continua))
    assert not found.complete


@examples(40)
@given(matrix_games(min_strategies=2, max_strategies=3, scales=(1.0,)))
def test_no_mutant_invades_what_is_evolutionarily_stable(game):
    found = rest_points(game)
    matrix = game.matrix()
    mutants = np.array(list(oracle.compositions(12, game.size))) / 12
    for rest in found.points:
        if rest.ess:
            for mutant in mutants:
                if np.abs(mutant - rest.point).max() < 1e-6:
                    continue
                mixed = rest.point + 1e-4 * (mutant - rest.point)
                assert (rest.point - mutant) @ matrix @ mixed > 0


# --- simulation ------------------------------------------------------------------------------


@examples(8)
@given(
    played(max_size=6, scales=(1.0,), intensities=(0.5, 0.1, 1.0), mutations=(0.2, 0.5)),
    st.integers(0, 2**32 - 1),
)
def test_simulated_shares_agree_with_the_exact_ones(case, seed):
    """At most 24 shares at five standard errors of 256 replicates: 1 false alarm in 40 000."""
    game, process = case
    found = simulate_population(game, process, generations=60, burn_in=40, replicates=256, rng=seed)
    for name, expected in evolve(game, process).shares().items():
        estimate = found.shares[name]
        assert abs(estimate.value - expected) <= 5 * estimate.standard_error


# --- the strategies --------------------------------------------------------------------------

GAMES = {
    "one strategy": lambda game: game.size == 1,
    "look-alikes": lambda game: game.looks < game.size,
    "equal rows": lambda game: (
        game.size > 1 and game.table.any() and np.ptp(game.table, 0).max() == 0
    ),
    "a constant row": lambda game: game.table.shape[1] > 1 and np.ptp(game.table, 1).min() == 0,
    "large payoffs": lambda game: game.table.max() >= 1000,
    "small payoffs": lambda game: 0 < game.table.max() < 0.01,
    "six players": lambda game: game.players == 6,
    "four strategies": lambda game: game.size == 4,
}
PROCESSES = {
    "role models": lambda process: getattr(process, "role_model", "") == "others",
    "linear fitness": lambda process: getattr(process, "fitness", "") == "linear",
    "mutation by default": lambda process: process.mutation_probability is None,
    "drift": lambda process: getattr(process, "selection_intensity", None) == 0,
    "generations": lambda process: isinstance(process, WrightFisher),
    "large samples": lambda process: getattr(process, "sample", 1) == 3,
}
POINTS = {
    "a corner": lambda x: sorted(x) == [0, 0, 1],
    "an edge": lambda x: np.count_nonzero(x) == 2,
    "inside": lambda x: x.min() > 0.1,
    "nearly absent": lambda x: 0 < x.min() < 1e-8,
}


@pytest.mark.parametrize("feature", GAMES)
def test_games_of_all_kinds_occur(feature):
    assert GAMES[feature](find(symmetric_games(), GAMES[feature]))


@pytest.mark.parametrize("feature", PROCESSES)
def test_processes_of_all_kinds_occur(feature):
    assert PROCESSES[feature](find(processes(), PROCESSES[feature]))


@pytest.mark.parametrize("feature", POINTS)
def test_points_of_all_kinds_occur(feature):
    assert POINTS[feature](find(population_shares(3), POINTS[feature]))


@pytest.mark.parametrize(
    "flow",
    [Replicator, ReplicatorMutator, LogitFlow, Smith, BrownVonNeumannNash, BestResponseFlow],
)
def test_flows_of_all_kinds_occur(flow):
    find(flows(), lambda found: isinstance(found, flow))


def test_limits_are_checked():
    game = symmetric_game(4, "ab", lambda *_: 0)
    for call in (
        lambda: symmetric_games(min_players=1),
        lambda: symmetric_games(min_strategies=3, max_strategies=2),
        lambda: symmetric_games(max_strategies=27),
        lambda: symmetric_games(scales=()),
        lambda: matrix_games(scales=(0.0,)),
        lambda: population_shares(0),
        lambda: processes(game, max_size=3),
        lambda: processes(rules=[int]),
    ):
        with pytest.raises(ValueError, match="must be"):
            call()
