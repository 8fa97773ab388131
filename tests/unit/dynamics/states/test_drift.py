"""Drift of cooperation and laws of plans: gradients of one role, other solvers, simulation."""

import numpy as np
import pytest
from scipy.stats import hypergeom

import coopgames as cg
from coopgames.dynamics.states.role_limit import profile_fixation
from coopgames.games import policy_games

PROCESSES = [
    cg.Fermi(population_size=20, selection_intensity=5.0, mutation_probability=0.05),
    cg.Moran(selection_intensity=3.0, mutation_probability=0.1),
    cg.BestOfSample(population_size=12, sample=2, mutation_probability=0.02),
    cg.WrightFisher(population_size=9, selection_intensity=2.0, mutation_probability=0.1),
]


@pytest.fixture(scope="module")
def alike() -> cg.Game:
    """A world of five equal states."""
    return cg.game("anarchy", "climate", cg.uniform_world(5))


@pytest.fixture(scope="module")
def club() -> cg.Game:
    return cg.game("club", "trade", "w20")


# --- drift -----------------------------------------------------------------------------------


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: type(process).__name__)
def test_drift_of_one_role_is_the_gradient_with_mutation(alike: cg.Game, process: object) -> None:
    found = cg.drift_of_cooperation(alike, process)
    symmetric = cg.as_symmetric(policy_games(alike).games[0])
    size = found.acting.size - 1
    one = (
        process
        if process.population_size
        else cg.Moran(population_size=size, selection_intensity=3.0, mutation_probability=0.1)
    )
    assert size == (process.population_size or 5)
    expected = cg.gradient_of_selection(symmetric, one, mutation=True)
    assert found.drift == pytest.approx(expected, abs=1e-12)
    law = cg.evolve(symmetric, one)
    counts = law.states[:, 0]
    assert found.probability[counts] == pytest.approx(law.law, abs=1e-10)
    assert found.generations is isinstance(process, cg.WrightFisher)


def test_drift_of_logit_in_one_role_is_that_of_revisions(alike: cg.Game) -> None:
    found = cg.drift_of_cooperation(alike, cg.Logit(precision=4.0))
    (scenario,) = policy_games(alike).games[0].scenarios
    step = int(scenario.adds[0][0])
    act, idle = scenario.payoffs[0]
    for a in range(6):
        # Of a who act one revises knowing a - 1 others who act, of the rest one knowing a.
        stop = 1 / (1 + np.exp(4.0 * (act - idle)[max(a - 1, 0) * step]))
        begin = 1 / (1 + np.exp(4.0 * (idle - act)[min(a, 4) * step]))
        expected = (5 - a) / 5 * begin - a / 5 * stop
        assert found.drift[a] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("plans", ["act2", "exit3"])
def test_drift_of_several_roles_is_zero_on_average(club: cg.Game, plans: str) -> None:
    process = cg.Fermi(selection_intensity=5.0, mutation_probability=0.05)
    found = cg.drift_of_cooperation(club, process, plans=plans)
    assert abs(found.probability @ found.drift) < 1e-12
    mean = cg.cooperation(cg.evolve(club, process, plans=plans)).act_rate * 20
    assert found.probability @ found.acting == pytest.approx(mean, abs=1e-9)
    law = cg.plan_law(club, process, plans=plans)
    assert found.probability == pytest.approx(law.acting, abs=1e-12)


def test_what_has_no_chain_is_refused(club: cg.Game, alike: cg.Game) -> None:
    for function in (cg.drift_of_cooperation, cg.plan_law):
        with pytest.raises(cg.CoopgamesError, match="got Replicator: flows"):
            function(club, cg.Replicator())
        with pytest.raises(cg.BudgetError, match="mandate='expected'"):
            function(cg.game("coalition", "climate", "w20"), cg.Fermi())
        with pytest.raises(cg.CoopgamesError, match="renewal_rate must be 0"):
            function(club, cg.Logit(renewal_rate=0.1))
        with pytest.raises(cg.CoopgamesError, match="mutation_probability must be > 0"):
            function(alike, cg.Fermi(mutation_probability=0.0))


# --- laws of plans ---------------------------------------------------------------------------


def test_the_mean_of_the_law_is_that_of_the_logit_solver(club: cg.Game) -> None:
    # evolve takes another route for two plans: by convolution or Gibbs, not by this chain.
    law = cg.plan_law(club, cg.Logit(precision=10))
    rate = cg.cooperation(cg.evolve(club, cg.Logit(precision=10))).act_rate
    assert law.acting @ np.arange(21) / 20 == pytest.approx(rate, abs=1e-9)
    assert law.shares()["cooperate"] == pytest.approx(rate, abs=1e-9)


def test_worlds_are_drawn_from_larger_populations(alike: cg.Game) -> None:
    process = cg.Fermi(population_size=20, selection_intensity=5.0, mutation_probability=0.05)
    law = cg.plan_law(alike, process)
    whole = cg.evolve(cg.as_symmetric(policy_games(alike).games[0]), process)
    expected = sum(
        weight * hypergeom(20, counts[0], 5).pmf(np.arange(6))
        for weight, counts in zip(whole.law, whole.states, strict=True)
    )
    assert law.acting == pytest.approx(expected, abs=1e-12)
    assert law.law[law.states[:, 0]] == pytest.approx(expected, abs=1e-12)


def test_one_who_acts_on_condition_acts_where_something_is_adopted() -> None:
    game = cg.game("concert", "climate", "w20", mandate="expected")
    found = cg.simulate_plan_law(
        game, cg.Fermi(), plans="act3", replicates=64, samples=4, burn_in=20, rng=3
    )
    shares = found.shares()
    mean = found.acting @ np.arange(21) / 20
    assert shares["cooperate"] < mean < shares["cooperate"] + shares["conditional"]


@pytest.mark.parametrize("dynamic", [cg.Fermi(mutation_probability=0.05), cg.LogitFlow()])
def test_simulated_plans_agree_with_the_other_simulation(club: cg.Game, dynamic: object) -> None:
    # Means of 256 independent replicates: five standard errors, a false alarm in two million.
    how = {"plans": "exit3", "replicates": 256, "samples": 8, "burn_in": 60}
    found = cg.simulate_plan_law(club, dynamic, rng=1, **how)
    sample = cg.simulate(club, dynamic, rng=2, **how).acting.sum(axis=2).mean(axis=1) / 20
    error = sample.std(ddof=1) / 16
    share = found.shares()["cooperate"]
    assert abs(share - sample.mean()) < 5 * np.sqrt(2) * error
    assert found.law.sum() == pytest.approx(1.0)
    assert found.provenance["entropy"] == 1
    if isinstance(dynamic, cg.Fermi):
        exact = cg.plan_law(club, dynamic, plans="exit3")
        assert abs(share - exact.shares()["cooperate"]) < 5 * error


def test_the_seed_fixes_simulated_plans(club: cg.Game) -> None:
    how = {"replicates": 8, "samples": 2, "burn_in": 2}
    for dynamic in (cg.Fermi(), cg.Replicator()):
        first, again, other = (
            cg.simulate_plan_law(club, dynamic, rng=seed, **how).law for seed in (1, 1, 2)
        )
        assert (first == again).all()
        assert (first != other).any()


def test_rare_mutations_leave_homogeneous_roles(club: cg.Game) -> None:
    process = cg.Fermi(population_size=50, selection_intensity=5.0)
    law = cg.plan_law(club, process, rare_mutations=True)
    rate = cg.cooperation(cg.small_mutation_limit(club, process)).act_rate
    assert law.acting @ np.arange(21) / 20 == pytest.approx(rate, abs=1e-9)


# --- fixation from profiles ------------------------------------------------------------------


def test_fixation_against_a_constant_opponent_is_the_closed_form() -> None:
    rows, columns = [[3, 0], [5, 1]], [[2, 7], [0, 1]]
    game = cg.bimatrix_game(rows, columns)
    size, beta = 12, 0.3
    process = cg.Fermi(population_size=size, selection_intensity=beta)
    profiles, logs = profile_fixation(game, process)
    for place, (i, j) in enumerate(profiles.tolist()):
        for role, gain in (
            (0, rows[1 - i][j] - rows[i][j]),
            (1, columns[i][1 - j] - columns[i][j]),
        ):
            expected = np.expm1(-beta * gain) / np.expm1(-beta * gain * size)
            assert np.exp(logs[role][place, 1]) == pytest.approx(expected, rel=1e-10)
            assert logs[role][place, 0] == -np.inf


def test_fixation_in_one_role_is_that_of_the_symmetric_game(alike: cg.Game) -> None:
    process = cg.Fermi(population_size=15, selection_intensity=2.0)
    role_game = policy_games(alike).games[0]
    profiles, logs = profile_fixation(role_game, process)
    symmetric = cg.as_symmetric(role_game)
    for (resident,), row in zip(profiles.tolist(), logs[0], strict=True):
        expected = cg.fixation(symmetric, process, 1 - resident, resident).log_probability
        assert row[1] == pytest.approx(expected, abs=1e-10)
