"""Imitation in the roles of an institution: published numbers, closed forms, the full chain."""

from itertools import product
from math import comb, exp
from typing import Any

import numpy as np
import pytest

from coopgames.catalogue import load
from coopgames.dynamics import Fermi, evolve, small_mutation_limit
from coopgames.errors import BudgetError
from coopgames.games import Game, compile_game
from coopgames.outcomes import ContributionStatistic, ExactOutcome, UndefinedError
from coopgames.problems import Problem
from coopgames.worlds import Role, World


def success(outcome: ExactOutcome) -> float:
    return outcome.expect(ContributionStatistic(outcome.game.success)).value


def build(institution: str, problem: str | Problem, world: str | World, **options: Any) -> Game:
    task = load("problems", problem) if isinstance(problem, str) else problem
    where = load("worlds", world) if isinstance(world, str) else world
    return compile_game(load("institutions", institution), task, where, **options)


def two_roles(large: int, small: int, capability: float = 0.3) -> World:
    return World(
        id="two-roles",
        roles=(
            Role(name="large", count=large, capability=capability, ideal_point=0.2),
            Role(name="small", count=small, capability=0.1, ideal_point=0.7),
        ),
        hegemon="large",
    )


def fermi(**options: Any) -> Fermi:
    """As in the collective-risk literature: fifty policies, intensity 5."""
    return Fermi(**({"population_size": 50, "selection_intensity": 5.0} | options))


# -- one group -----------------------------------------------------------------------------


def test_collective_risk_dilemma_as_published() -> None:
    """Z = 50, N = 6, M = 3, c = .1, r = .9, beta = 5, mu = 1 / Z (Santos & Pacheco 2011)."""
    risk = Problem(id="risk", kernel="threshold", benefit=0.9, cost=0.1, threshold=0.5)
    outcome = evolve(build("anarchy", risk, "uniform-6"), fermi())
    assert outcome.certificate.method == "sparse chain"
    assert outcome.certificate.notes == ()
    assert success(outcome) == pytest.approx(0.9204194138207353, abs=1e-9)
    assert outcome.acts[0, 0] == pytest.approx(0.692796130614501, abs=1e-9)
    others = evolve(build("anarchy", risk, "uniform-6"), fermi(role_model="others"))
    assert success(others) != pytest.approx(0.9204194138207353, abs=1e-5)


def test_without_selection_half_the_variants_comply() -> None:
    outcome = evolve(build("anarchy", "trade", "uniform-5"), fermi(selection_intensity=0))
    assert outcome.acts[0, 0] == pytest.approx(0.5, abs=1e-12)
    assert outcome.law.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(outcome.law, outcome.law[:, ::-1], rtol=1e-10)


def test_rare_mutation_in_one_group_is_decided_by_two_fixations() -> None:
    """Donation-like: Delta is constant, so the odds are exp(beta (Z - 1) Delta) in closed form."""
    game = build("anarchy", "trade", "uniform-4")
    problem = game.problem
    gain = problem.benefit / 4 * (1 - 3 / (20 - 1)) - problem.cost  # one sees one fewer of oneself
    process = fermi(population_size=20, selection_intensity=2.0, mutation_probability=1e-9)
    outcome = evolve(game, process)
    odds = exp(2.0 * 19 * gain)
    assert outcome.acts[0, 0] == pytest.approx(odds / (1 + odds), rel=1e-6)


# -- several groups ------------------------------------------------------------------------


def payoff(game: Game, event: int, group: int, act: int, heads: list[int]) -> float:
    """What a state of the group gets, from the problem's own words; ``heads`` act elsewhere."""
    problem, events = game.problem, game.events
    others = game.size - 1
    acting = sum(heads)
    if problem.kernel == "dyadic":
        assert problem.dyad is not None
        reward, sucker, temptation, punishment = problem.dyad
        if act:
            benefit = (acting * reward + (others - acting) * sucker) / others
        else:
            benefit = (acting * temptation + (others - acting) * punishment) / others
    elif problem.kernel == "coordination":
        same = acting if act else others - acting
        benefit = problem.benefit * same / others
    else:
        leverage = game.leverage[events.class_of_group]
        total = sum(int(k) * h for k, h in zip(leverage, heads)) + int(leverage[group]) * act
        benefit = float(game.stakes.potential[total])
    benefit *= events.access[event, group]
    taste = float(game.taste[events.class_of_group[group]])
    sanction = float(events.sanction[event, group])
    return benefit + (taste if act else -sanction)


def mean_payoff(
    game: Game, event: int, group: int, act: int, *, marked: list[int], sizes: list[int]
) -> float:
    """Average over worlds drawn from the populations around one focal variant of the group."""
    draws = [int(n) for n in game.events.counts[event]]
    pool, comply = list(sizes), list(marked)
    draws[group] -= 1
    pool[group] -= 1
    comply[group] -= act
    total = 0.0
    for found in product(*(range(n + 1) for n in draws)):
        chance = 1.0
        for g, i in enumerate(found):
            chance *= comb(comply[g], i) * comb(pool[g] - comply[g], draws[g] - i)
            chance /= comb(pool[g], draws[g])
        if chance:
            total += chance * payoff(game, event, group, act, list(found))
    return total


def full_chain(game: Game, event: int, dynamic: Fermi, mutation: float) -> np.ndarray:
    """Stationary law over (j_1, j_2, ..) with mutation, by elimination without subtraction."""
    sizes = [max(dynamic.population_size, int(n)) for n in game.events.counts[event]]
    shape = tuple(size + 1 for size in sizes)
    beta = dynamic.selection_intensity
    rates = np.zeros((int(np.prod(shape)),) * 2)
    for here in np.ndindex(shape):
        for g, size in enumerate(sizes):
            j = here[g]
            up = mutation * (size - j) / size
            down = mutation * j / size
            if 0 < j < size:
                gap = mean_payoff(game, event, g, 1, marked=list(here), sizes=sizes)
                gap -= mean_payoff(game, event, g, 0, marked=list(here), sizes=sizes)
                meet = (1 - mutation) * j * (size - j) / size**2
                up += meet / (1 + exp(-beta * gap))
                down += meet / (1 + exp(beta * gap))
            for step, rate in ((1, up), (-1, down)):
                there = list(here)
                there[g] += step
                if rate > 0:
                    start = np.ravel_multi_index(here, shape)
                    rates[start, np.ravel_multi_index(there, shape)] += rate * size / sum(sizes)
    states = rates.shape[0]
    leave = np.zeros(states)
    for k in range(states - 1, 0, -1):
        leave[k] = rates[k, :k].sum()
        rates[:k, :k] += np.outer(rates[:k, k], rates[k, :k] / leave[k])
    law = np.zeros(states)
    law[0] = 1.0
    for k in range(1, states):
        law[k] = law[:k] @ rates[:k, k] / leave[k]
    return (law / law.sum()).reshape(shape)


THRESHOLD = Problem(
    id="dam", kernel="threshold", benefit=0.8, cost=0.12, threshold=0.6, leverage="capability"
)
PROBLEMS = {
    "threshold": THRESHOLD,
    "linear": Problem(
        id="levy", kernel="linear", benefit=0.8, cost=0.12, leverage="capability", holds_at=0.6
    ),
    "dyadic": Problem(
        id="truce", kernel="dyadic", dyad=(1.0, -0.5, 0.7, 0.2), cost=0.0, holds_at=0.6
    ),
    "coordination": Problem(
        id="plug", kernel="coordination", benefit=1.0, cost=0.0, preference_bonus=0.2, holds_at=0.6
    ),
}


@pytest.mark.parametrize("kernel", sorted(PROBLEMS))
@pytest.mark.parametrize(
    ("institution", "counts", "population"),
    # The empire splits off its hegemon: three groups, two mandate events, sanctions.
    [("anarchy", (1, 2), 6), ("anarchy", (2, 5), 4), ("empire", (2, 2), 3)],
)
def test_it_is_the_limit_of_the_full_chain(
    kernel: str, institution: str, counts: tuple[int, int], population: int
) -> None:
    game = build(institution, PROBLEMS[kernel], two_roles(*counts))
    dynamic = fermi(population_size=population, selection_intensity=3.0)
    outcome = small_mutation_limit(game, dynamic)
    assert outcome.certificate.method == "small-mutation limit"
    played = game.action_game()
    for event in range(played.probability.size):
        law = full_chain(game, event, dynamic, mutation=1e-7)
        weight = game.events.counts[event] * played.leverage
        acts, x = np.zeros(weight.size), np.zeros(outcome.law.shape[1])
        monomorphic = 0.0
        for profile in product((0, 1), repeat=weight.size):
            corner = law[tuple(-side for side in profile)]
            monomorphic += corner
            acts += corner * np.array(profile)
            x[int(weight @ np.array(profile))] += corner
        assert monomorphic == pytest.approx(1.0, abs=1e-5)
        np.testing.assert_allclose(outcome.acts[event], acts, atol=1e-5)
        np.testing.assert_allclose(outcome.law[event], x, atol=1e-5)


def test_equal_groups_follow_a_potential() -> None:
    """Fixation odds telescope: (Z/n - 1) (V(Y0 + nk) - V(Y0)) + (Z - 1) drive, per group."""
    game = build("anarchy", THRESHOLD, two_roles(3, 3, capability=0.2))
    outcome = small_mutation_limit(game, fermi(population_size=12, selection_intensity=1.5))
    played = game.action_game()
    weight = 3 * played.leverage
    value = {}
    for profile in np.ndindex(2, 2):
        x = int(weight @ np.array(profile))
        drive = float(played.drive[0] @ np.array(profile))
        value[x] = exp(1.5 * ((12 / 3 - 1) * played.potential[x] + 11 * drive))
    assert len(value) == 4
    for x, weight_of_x in value.items():
        expected = weight_of_x / sum(value.values())
        assert outcome.law[0, x] == pytest.approx(expected, rel=1e-10)


def test_without_selection_every_profile_is_as_likely() -> None:
    game = build("charter", "climate", "w20")
    outcome = small_mutation_limit(game, fermi(selection_intensity=0))
    present = game.events.counts > 0
    np.testing.assert_allclose(outcome.acts[present], 0.5, rtol=1e-12)
    assert outcome.certificate.residual < 1e-15


@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_the_law_and_the_acts_belong_together(mandate: str) -> None:
    game = build("coalition_open", THRESHOLD, two_roles(2, 3), mandate=mandate)
    outcome = small_mutation_limit(game, fermi(selection_intensity=0.5))
    grid = np.arange(outcome.law.shape[1])
    np.testing.assert_allclose(outcome.law.sum(axis=1), 1.0, rtol=1e-12)
    events = game.events
    leverage = game.leverage[events.class_of_group]
    if mandate == "standing":
        mean = (outcome.acts * events.counts) @ leverage
    else:
        first = np.unique(events.class_of_group, return_index=True)[1]
        mean = (outcome.acts[:, first] * game.classes.counts) @ game.leverage
    np.testing.assert_allclose(outcome.law @ grid, mean, rtol=1e-10)


def test_equal_events_are_equal() -> None:
    """Without teeth a mandate changes nothing, whatever was adopted (model D19.5)."""
    idle = build("charter", "climate", "w20").with_sanction_factor(0.0)
    outcome = small_mutation_limit(idle, fermi(selection_intensity=1.0))
    np.testing.assert_array_equal(outcome.law[0], outcome.law[1])


def test_sanctions_raise_compliance() -> None:
    base = build("federation", "trade", "w20")
    rates = [
        float((outcome.acts * base.events.counts).sum(axis=1) @ base.events.probability)
        for factor in (0.0, 0.1, 0.3, 1.0)
        if (outcome := small_mutation_limit(base.with_sanction_factor(factor), fermi()))
    ]
    assert rates == sorted(rates)
    assert rates[0] < rates[-1]


# -- what it says about itself ---------------------------------------------------------------


def test_the_limit_is_always_named() -> None:
    outcome = small_mutation_limit(build("anarchy", "climate", "w20"), fermi())
    assert outcome.certificate.exact
    assert outcome.certificate.method == "small-mutation limit"
    assert (
        outcome.certificate.notes[0] == "misleading where the whole world is one group (model D9b)"
    )


def test_closed_classes_are_named_and_solved_all_the_same() -> None:
    """All or nobody at strong selection: no flip leads out of either in double precision."""
    pact = Problem(id="pact", kernel="threshold", benefit=4.0, cost=0.5, threshold=1.0)
    game = build("anarchy", pact, two_roles(3, 3))
    outcome = small_mutation_limit(game, fermi(selection_intensity=50.0))
    text = " ".join(outcome.certificate.notes)
    assert "several profiles are closed classes" in text
    assert "below the smallest double" in text
    assert np.isfinite(outcome.law).all()
    assert outcome.law.sum() == pytest.approx(1.0)
    # The pact's basin is deeper: (Z/n - 1) V - (Z - 1) c, as the potential has it for equal groups.
    assert outcome.law[0, -1] == pytest.approx(1.0)


def test_it_has_no_flow() -> None:
    with pytest.raises(UndefinedError):
        small_mutation_limit(build("anarchy", "climate", "w20"), fermi()).flow()


def test_too_many_events_are_refused_with_a_way_out() -> None:
    with pytest.raises(BudgetError, match="mandate='expected'"):
        small_mutation_limit(build("coalition_open", "climate", "w20"), fermi())
    outcome = small_mutation_limit(
        build("coalition_open", "climate", "w20", mandate="expected"), fermi()
    )
    assert 0 <= success(outcome) <= 1
