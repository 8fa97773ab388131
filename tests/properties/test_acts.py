"""The action game: decompositions, Gibbs against the chain, monotone acts, selection (D19.6-8, 14).

With interior thresholds and graded success an act can become rarer as somebody else's sanction
rises, so nothing of the kind is asserted here.
"""

from dataclasses import replace
from itertools import product
from math import isnan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import coopgames as cg
from coopgames.kernels.inequality import normalised_gini
from coopgames.outcomes import ContributionStatistic
from coopgames.problems import Volunteering, rescue_probability
from coopgames.testing import games

from .transform import cases, examples, solved

PRECISIONS = st.sampled_from((15.0, 5.0, 1.0, 0.0))
READINGS = st.sampled_from(("standing", "expected"))


@examples(80)
@given(cases(max_bodies=3), READINGS, st.sampled_from(("states", "leverage")), PRECISIONS)
def test_both_decompositions_add_up_and_rates_are_rates(case, mandate, weights, precision):
    _, outcome, _ = solved(case, precision, mandate=mandate)
    got = cg.cooperation(outcome, weights=weights)
    kept = 0.0 if isnan(got.compliance) else got.coverage * got.adoption * got.compliance
    assert got.act_rate == pytest.approx(kept + got.unilateral, abs=1e-12)
    missing = got.free_riding + got.exclusion + got.gridlock
    assert 1 - got.act_rate == pytest.approx(missing, abs=1e-12)
    for name, value in got.as_dict().items():
        if isinstance(value, float):
            assert (isnan(value) and name in got.reasons) or -1e-12 <= value <= 1 + 1e-12
    assert ("coverage" in got.reasons) == isnan(got.coverage)
    for measure in (cg.spell, cg.onset):
        length, reason = measure(outcome)
        assert length > 0 or (isnan(length) and reason)


@examples(60)
@given(cases(), READINGS, PRECISIONS)
def test_gibbs_is_the_law_of_the_chain(case, mandate, precision):
    game = cg.compile_game(*case, mandate=mandate)
    assume(cg.Logit().method(game) != "chain")
    closed = cg.Logit(precision=precision).long_run(game)
    # A tremble below the last digit changes nothing but the route.
    chain = cg.Logit(precision=precision, tremble=1e-300).long_run(game)
    assert chain.certificate.method == "chain"
    assert chain.certificate.residual < 1e-12
    np.testing.assert_allclose(chain.law, closed.law, rtol=0, atol=1e-9)
    present = game.events.counts > 0
    np.testing.assert_allclose(chain.acts * present, closed.acts * present, rtol=0, atol=1e-9)
    if game.problem.volunteering is None:
        assert closed.flow().value == pytest.approx(chain.flow().value, abs=1e-9)


@examples(40)
@given(cases(), PRECISIONS)
def test_gibbs_satisfies_detailed_balance(case, precision):
    """Profile by profile: pi(a) P(a, b) = pi(b) P(b, a), for the law that the solver returns."""
    game = cg.compile_game(*case)
    logit = cg.Logit(precision=precision)
    assume(logit.method(game) == "gibbs")
    played = game.action_game()
    row = int(np.argmax(played.probability))
    group = np.repeat(np.arange(played.leverage.size), played.counts[row])
    leverage, drive = played.leverage[group], played.drive[row, group]
    reach = played.access[row, group[0]]
    profiles = np.array(list(product((0, 1), repeat=group.size)))
    x = profiles @ leverage
    field = precision * (reach * played.potential[x] + profiles @ drive)
    pi = np.exp(field - field.max())
    pi /= pi.sum()
    law = np.bincount(x, weights=pi, minlength=played.potential.size)
    np.testing.assert_allclose(logit.long_run(game).law[row], law, rtol=0, atol=1e-9)
    for i in range(group.size):
        idle = np.flatnonzero(profiles[:, i] == 0)
        acting = idle + (1 << (group.size - 1 - i))
        jump = played.potential[x[idle] + leverage[i]] - played.potential[x[idle]]
        gain = reach * jump + drive[i]
        up, down = pi[idle] * logit.response(gain), pi[acting] * logit.response(-gain)
        np.testing.assert_allclose(up, down, rtol=0, atol=1e-12)


def more_sanctioned(game, group):
    """The game with a larger expected sanction on one group of states."""
    sanction = game.events.sanction.copy()
    sanction[:, group] += 0.1
    return replace(game, events=replace(game.events, sanction=sanction))


@examples(60)
@given(cases(max_bodies=2), READINGS, PRECISIONS, st.data())
def test_acts_rise_in_the_own_sanction(case, mandate, precision, data):
    """E a_i rises in e_i, for one state or for all of a group."""
    game = cg.compile_game(*case, mandate=mandate)
    logit = cg.Logit(precision=precision)
    assume(logit.method(game) != "chain")
    group = data.draw(st.integers(0, game.events.class_of_group.size - 1))
    before, after = (
        logit.long_run(one).acts[:, group] * (game.events.counts[:, group] > 0)
        for one in (game, more_sanctioned(game, group))
    )
    assert (after >= before - 1e-12).all()


@examples(60)
@given(cases(max_bodies=2), READINGS, PRECISIONS)
def test_acts_fall_with_their_cost(case, mandate, precision):
    institution, problem, world = case
    game, _, before = solved(case, precision, mandate=mandate)
    assume(cg.Logit().method(game) != "chain")
    dearer = problem.replace(cost=problem.cost + 0.1)
    after = solved((institution, dearer, world), precision, mandate=mandate)[2]
    assert after.act_rate <= before.act_rate + 1e-12


@examples(60)
@given(cases(kernels=("threshold",), volunteering=False), READINGS, PRECISIONS, st.data())
def test_success_rises_in_each_sanction_where_it_is_a_step(case, mandate, precision, data):
    institution, problem, world = case
    step = problem.replace(slope=0.0, holds_at=None)
    game = cg.compile_game(institution, step, world, mandate=mandate)
    logit = cg.Logit(precision=precision)
    assume(logit.method(game) == "gibbs")
    group = data.draw(st.integers(0, game.events.class_of_group.size - 1))
    before, after = (
        logit.long_run(one).law @ game.stakes.holds for one in (game, more_sanctioned(game, group))
    )
    assert (after >= before - 1e-12).all()


@examples(60)
@given(cases(kernels=("threshold",), volunteering=False), READINGS)
def test_a_step_is_achieved_when_it_holds(case, mandate):
    institution, problem, world = case
    step = problem.replace(slope=0.0, holds_at=None)
    got = solved((institution, step, world), mandate=mandate)[2]
    assert got.achievement == pytest.approx(got.success_rate, abs=1e-12)


@examples(60)
@given(cases(kernels=("linear",), volunteering=False), READINGS)
def test_linear_achievement_is_the_contribution(case, mandate):
    _, outcome, got = solved(case, mandate=mandate)
    contributed = cg.cooperation(outcome, weights="leverage").act_rate
    assert got.achievement == pytest.approx(contributed, abs=1e-12)


@examples(40)
@given(cases(max_bodies=1, volunteering=False))
def test_precision_selects_the_best_potential(case):
    """The mass of argmax Phi tends to one, by enumeration of the acts in each event."""
    game = cg.compile_game(*case, mandate="expected")
    assume(cg.Logit().method(game) == "gibbs")
    played = game.action_game()
    counts, reach = played.counts[0], played.access[0, 0]
    group = np.repeat(np.arange(counts.size), counts)
    profiles = np.array(list(product((0, 1), repeat=group.size)))
    x = profiles @ played.leverage[group]
    phi = reach * played.potential[x] + profiles @ played.drive[0, group]
    best = phi > phi.max() - 1e-9
    gap = phi.max() - phi[~best].max() if not best.all() else 1.0
    assume(gap > 1e-6)
    law = cg.Logit(precision=40.0 / gap).long_run(game).law[0]
    chosen = np.isin(np.arange(law.size), x[best])
    assert law[chosen].sum() == pytest.approx(1, abs=1e-9)
    weights = np.bincount(x[best], minlength=law.size) / best.sum()
    np.testing.assert_allclose(law, weights, atol=1e-5)


@examples(40)
@given(games())
def test_games_of_the_testing_module_have_laws(game):
    outcome = cg.evolve(game)
    np.testing.assert_allclose(outcome.law.sum(axis=1), 1, atol=1e-12)
    assert ((outcome.law >= 0) & (outcome.law <= 1 + 1e-12)).all()
    whole = np.ones((1, outcome.law.shape[1]))
    assert outcome.expect(ContributionStatistic(whole)).value == pytest.approx(1, abs=1e-12)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=8), st.floats(0.1, 10), st.randoms())
def test_gini_ignores_scale_and_order(values, factor, random):
    assume(sum(values) > 1e-6)
    shuffled = [factor * value for value in values]
    random.shuffle(shuffled)
    assert 0 <= normalised_gini(values) <= 1 + 1e-12
    assert normalised_gini(shuffled) == pytest.approx(normalised_gini(values), abs=1e-9)


@given(st.integers(2, 30), st.integers(1, 5), st.sampled_from((0.1, 0.2, 0.5, 1.0)))
def test_more_rescuers_wait_longer(agents, rounds, cost):
    rules = Volunteering(acting_cost=cost)
    fewer, more = (rescue_probability(n, rounds, rules) for n in (agents, agents + 1))
    assert more <= fewer + 1e-12
    assert rescue_probability(agents, rounds + 1, rules) >= fewer - 1e-12
