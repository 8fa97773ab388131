"""Finite processes in several roles: against individuals one by one, closed forms and samples."""

from itertools import product

import numpy as np
import pytest

import coopgames as cg
from coopgames.dynamics import BestOfSample, Fermi, Logit, Moran, WrightFisher, evolve
from coopgames.dynamics.states.policies import policy_long_run
from coopgames.dynamics.states.roles import role_chain, role_long_run
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import bimatrix_game, classics, one_role, role_symmetric_game

PROCESSES = [
    Fermi(selection_intensity=1.5, mutation_probability=0.1),
    Fermi(selection_intensity=1.5, mutation_probability=0.1, role_model="others"),
    Moran(selection_intensity=1.5, mutation_probability=0.1),
    BestOfSample(sample=2, mutation_probability=0.1),
    WrightFisher(selection_intensity=1.5, mutation_probability=0.1),
]
NAMES = ["fermi", "fermi-others", "moran", "best", "wright-fisher"]


def leader_game():
    """One leader and three followers; the good comes at weight 3 of 5."""

    def payoff(role, strategy, others):
        weight = 2 * others[:, 0] + others[:, 2] + (strategy == 0) * (2 - role)
        return (weight >= 3) - (0.3 - 0.1 * role) * (strategy == 0)

    return role_symmetric_game([1, 3], [("give", "keep")] * 2, payoff, roles=("leader", "follower"))


@pytest.mark.parametrize("process", PROCESSES, ids=NAMES)
def test_one_role_is_the_symmetric_game(process) -> None:
    game = classics.public_goods(3, 2.0)
    sized = type(process)(**{**_fields(process), "population_size": 8})
    one = evolve(game, sized)
    several = role_long_run(one_role(game), sized)
    order = np.lexsort(several.states.T[::-1])
    same = np.lexsort(one.states.T[::-1])
    assert several.law[order] == pytest.approx(one.law[same], abs=1e-12)
    assert several.shares() == pytest.approx(one.shares(), abs=1e-12)


def _fields(process) -> dict:
    return {name: getattr(process, name) for name in process.__dataclass_fields__}


def test_steps_are_those_of_individuals_one_by_one() -> None:
    """Fermi, populations of 2 and 3 policies: list who revises, whom it meets, what it does."""
    game = bimatrix_game([[3, 0], [5, 1]], [[1, 2], [0, 2]])
    beta, mu, sizes = 0.7, 0.2, (2, 2)
    process = Fermi(population_size=2, selection_intensity=beta, mutation_probability=mu)
    states, chain = role_chain(game, process)
    place = {tuple(state): k for k, state in enumerate(states.tolist())}
    found = chain.toarray()
    for people in product(range(2), repeat=4):
        by_role = people[:2], people[2:]
        counts = [role.count(s) for role in by_role for s in range(2)]
        row = np.zeros(len(states))
        for role, me in product(range(2), range(2)):
            chance = 1 / 4
            own, other = by_role[role], by_role[1 - role]
            matrix = np.array([[3, 0], [5, 1]]) if role == 0 else np.array([[1, 2], [0, 2]]).T
            pay = [np.mean([matrix[s, t] for t in other]) for s in range(2)]

            def moved(strategy, role=role, me=me, by_role=by_role):
                new = [list(part) for part in by_role]
                new[role][me] = strategy
                return place[tuple(part.count(s) for part in new for s in range(2))]

            row[moved(1 - own[me])] += chance * mu
            for model in own:
                copies = 1 / (1 + np.exp(-beta * (pay[model] - pay[own[me]])))
                row[moved(model)] += chance * (1 - mu) / 2 * copies
                row[moved(own[me])] += chance * (1 - mu) / 2 * (1 - copies)
        assert found[place[tuple(counts)]] == pytest.approx(row, abs=1e-14)
    assert sum(sizes) == 4


def test_a_state_alone_in_its_role_weighs_what_it_would_get() -> None:
    """Matching pennies between two states: each compares its plan with the other one."""
    game = bimatrix_game([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    process = Fermi(selection_intensity=2.0, mutation_probability=0.1)
    states, chain = role_chain(game, process)
    assert states.tolist()[0] == [0, 1, 0, 1]
    p = chain.toarray()
    # At (second, second) the row player gets 1 and would get 0; the column player the reverse.
    stays, leaves = 1 / (1 + np.exp(2.0)), 1 / (1 + np.exp(-2.0))
    assert p[0, 2] == pytest.approx(0.5 * (0.1 + 0.9 * stays))
    assert p[0, 1] == pytest.approx(0.5 * (0.1 + 0.9 * leaves))


@pytest.mark.parametrize("precision", [0.0, 2.0, 15.0])
def test_logit_by_the_chain_is_the_gibbs_law(precision: float) -> None:
    for institution, problem in (
        ("charter", "climate"),
        ("club", "trade"),
        ("concert", "security"),
    ):
        game = cg.game(institution, problem, "uniform-10")
        dynamic = Logit(precision=precision)
        gibbs = cg.cooperation(evolve(game, dynamic)).as_dict()
        chain = cg.cooperation(policy_long_run(game, dynamic)).as_dict()
        for name in ("act_rate", "success_rate", "achievement", "adoption", "free_riding"):
            assert chain[name] == pytest.approx(gibbs[name], abs=1e-12)


def test_rare_mutations_are_the_limit_of_the_chain() -> None:
    game = leader_game()
    sized = {"population_size": 4, "selection_intensity": 2.0}
    limit = cg.small_mutation_limit(game, Fermi(**sized))
    gaps = []
    for mutation in (1e-3, 1e-5):
        exact = role_long_run(game, Fermi(**sized, mutation_probability=mutation)).shares()
        gaps.append(max(abs(exact[name] - share) for name, share in limit.shares().items()))
    assert gaps[1] < 1e-3
    assert gaps[1] < gaps[0] / 50  # first order in the mutation probability


def test_three_strategies_in_a_role_have_a_limit_too() -> None:
    game = role_symmetric_game(
        [2, 2],
        [("a", "b", "c"), ("x", "y")],
        lambda r, i, others: np.sin(others @ np.array([1.0, 2, 3, 4, 5]) + i + 2 * r),
    )
    process = {"population_size": 3, "selection_intensity": 0.5}
    limit = cg.small_mutation_limit(game, Moran(**process)).shares()
    near = role_long_run(game, Moran(**process, mutation_probability=1e-6)).shares()
    assert near == pytest.approx(limit, abs=1e-4)
    assert sum(limit.values()) == pytest.approx(2)


def test_the_limit_follows_the_mutation_matrix() -> None:
    game = bimatrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    for matrix in ([[0, 1], [0.5, 0.5]], [[0.2, 0.8], [0.9, 0.1]]):
        sized = {"population_size": 6, "selection_intensity": 0.5, "mutation_matrix": matrix}
        limit = cg.small_mutation_limit(game, Fermi(**sized)).shares()
        near = role_long_run(game, Fermi(**sized, mutation_probability=1e-5)).shares()
        assert near == pytest.approx(limit, abs=1e-3)


def test_too_many_states_are_refused_with_a_way_out() -> None:
    game = cg.game("charter", "climate")
    with pytest.raises(BudgetError, match="take population_size=None, the players themselves"):
        evolve(game, Fermi(population_size=50))
    with pytest.raises(CoopgamesError, match="population_size must be >= 2"):
        cg.small_mutation_limit(game, Fermi())
