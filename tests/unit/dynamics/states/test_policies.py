"""Population dynamics among the plans of states: exact laws against samples, flows against rest."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.dynamics import (
    BestOfSample,
    BestResponseFlow,
    BrownVonNeumannNash,
    Fermi,
    Logit,
    LogitFlow,
    Moran,
    Replicator,
    ReplicatorMutator,
    Smith,
    WrightFisher,
    evolve,
    simulate,
)
from coopgames.errors import BudgetError
from coopgames.outcomes import ActStatistic, ContributionStatistic
from coopgames.problems import Problem
from coopgames.worlds import Role, World

#: Two-sided normal quantile for a false alarm of 1e-4 over some two hundred comparisons.
QUANTILE = 5.1

#: Five states in two roles, so that chains of whole generations fit.
SMALL = World(
    id="small",
    roles=(
        Role(name="large", count=1, capability=0.4, ideal_point=0.2),
        Role(name="small", count=4, capability=0.15, ideal_point=0.6),
    ),
    hegemon="large",
)
DAM = Problem(
    id="dam", kernel="threshold", benefit=0.8, cost=0.12, threshold=0.5, leverage="capability"
)
PROCESSES = {
    "fermi": Fermi(selection_intensity=3.0, mutation_probability=0.1),
    "moran": Moran(selection_intensity=3.0, mutation_probability=0.1),
    "best": BestOfSample(sample=2, mutation_probability=0.2),
    "wright-fisher": WrightFisher(selection_intensity=3.0, mutation_probability=0.1),
}


def agree(game: cg.Game, dynamic, plans: str, seed: int) -> None:
    exact = evolve(game, dynamic, plans=plans)
    found = simulate(game, dynamic, plans=plans, replicates=2048, samples=20, burn_in=120, rng=seed)
    assert not [note for note in found.certificate.notes if "burn-in" in note]
    groups, grid = game.events.class_of_group.size, game.stakes.total + 1
    statistics = {
        "acts": ActStatistic(np.full((1, groups), 1 / game.size)),
        "success": ContributionStatistic(game.success),
        "achievement": ContributionStatistic(game.achievement),
        "contribution": ContributionStatistic(np.arange(grid)[None, :] / grid),
    } | {f"group {g}": ActStatistic(np.eye(groups)[[g]]) for g in range(groups)}
    for name, statistic in statistics.items():
        want, estimate = exact.expect(statistic).value, found.expect(statistic)
        gap = abs(estimate.value - want)
        assert gap <= QUANTILE * estimate.standard_error + 1e-12, (name, want, estimate)


@pytest.mark.parametrize("name", PROCESSES)
@pytest.mark.parametrize("plans", ["act2", "act3", "exit3"])
def test_exact_and_simulated_agree(name: str, plans: str) -> None:
    agree(cg.game("empire", DAM, SMALL), PROCESSES[name], plans, seed=11)


@pytest.mark.parametrize("plans", ["act3", "exit3"])
def test_logit_over_three_plans_agrees_too(plans: str) -> None:
    agree(cg.game("empire", DAM, SMALL), Logit(precision=6.0, tremble=0.05), plans, seed=12)


@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_populations_larger_than_the_world_agree(mandate: str) -> None:
    """Four policies per role, of which a world draws one and four."""
    process = Fermi(population_size=6, selection_intensity=3.0, mutation_probability=0.1)
    agree(cg.game("empire", DAM, SMALL, mandate=mandate), process, "act2", seed=13)


def test_opt_in_events_have_groups_of_their_own() -> None:
    game = cg.game("coalition_open", DAM, SMALL)
    agree(game, PROCESSES["fermi"], "act2", seed=14)
    agree(game, PROCESSES["fermi"], "act3", seed=15)


def test_losses_of_success_are_those_of_the_chain() -> None:
    """Spells of the simulation against flows of the exact chain of one role."""
    game = cg.game("anarchy", DAM, "uniform-5")
    process = PROCESSES["fermi"]
    found = simulate(game, process, replicates=2048, samples=40, burn_in=100, rng=16)
    from coopgames.dynamics.states.roles import role_chain
    from coopgames.games import policy_games

    (played,) = policy_games(game).games
    states, chain = role_chain(played, process)
    law = cg.evolve(played, process).law
    holds = game.stakes.holds[states @ np.concatenate(played.scenarios[0].adds)]
    flow = float(law[holds] @ chain.toarray()[holds][:, ~holds].sum(axis=1))
    estimate = found.flow()
    assert abs(estimate.value - flow) <= QUANTILE * estimate.standard_error


FLOWS = [
    Replicator(),
    ReplicatorMutator(mutation_probability=0.01, baseline=2.0),
    LogitFlow(precision=15.0),
    Smith(),
    BrownVonNeumannNash(),
    BestResponseFlow(),
]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.parameters()["dynamic"])
def test_flows_of_a_linear_problem_go_where_it_pays(flow) -> None:
    """On trade every state's gain is a constant: who is deterred complies, others don't."""
    game = cg.game("federation", "trade", mandate="expected")
    played = game.action_game()
    slope = played.potential[-1] / (played.potential.size - 1)
    gain = played.drive[0] + played.access[0] * slope * played.leverage
    found = simulate(game, flow, replicates=64, samples=2, burn_in=400, rng=1)
    rates = found.acting.mean(axis=(0, 1)) / game.classes.counts
    assert (rates[gain > 0.02] > 0.5).all()
    assert (rates[gain < -0.02] < 0.5).all()


def test_basins_of_a_stag_hunt_are_shares_of_replicates() -> None:
    """One role, all or nobody: the replicator's basins, in closed form from `basins`."""
    from coopgames.games import as_symmetric, policy_games

    pact = Problem(id="pact", kernel="threshold", benefit=0.8, cost=0.1, threshold=0.5)
    game = cg.game("anarchy", pact, "uniform-5")
    symmetric = as_symmetric(policy_games(game).games[0])
    basins = cg.basins(symmetric)
    none = float(basins.shares[np.argmin(basins.attractors[:, 0])])
    found = simulate(game, Replicator(), replicates=2048, samples=1, burn_in=2000, rng=3)
    idle = float((found.acting.sum(axis=(1, 2)) == 0).mean())
    # At the mixed sink a world without any act is rare: it counts as one of the basin of none.
    sink = float(basins.attractors[:, 0].max())
    expected = none + (1 - none) * (1 - sink) ** 5
    error = np.sqrt(expected * (1 - expected) / 2048)
    assert abs(idle - expected) <= QUANTILE * error


def test_too_much_is_refused_with_a_way_out() -> None:
    with pytest.raises(BudgetError, match="population_size=None"):
        simulate(cg.game("charter", "climate"), Fermi(population_size=50), replicates=8)
    with pytest.raises(BudgetError, match="mandate='expected'"):
        evolve(cg.game("coalition", "climate"), Fermi())
