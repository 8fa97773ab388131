"""Equilibria in plans. All of them, against enumeration: tests/oracle/test_strategic_votes.py."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.equilibria import stage_equilibria
from coopgames.equilibria.strategic import strategic_equilibria

CLIMATE = cg.load("problems", "climate")


def solve(name, world=None, problem=CLIMATE, **options):
    place = cg.uniform_world(3) if world is None else world
    return strategic_equilibria(cg.load("institutions", name), problem, place, **options)


def as_sets(found):
    return {tuple(profile.counts.tolist()) for profile in found}


@pytest.mark.parametrize("problem", ["climate", "trade", "security", "standards", "containment"])
def test_anarchy_is_the_game_of_acts_without_votes(problem) -> None:
    issue = cg.load("problems", problem)
    found = solve("anarchy", cg.uniform_world(5), issue, last="success")
    game = cg.game("anarchy", problem, "uniform-5")
    (event,) = stage_equilibria(game).events
    # Options: act or not; in a world of equal states X says who acts.
    acting = sorted(int(profile.counts[0]) for profile in found)
    per_state = int(game.leverage[0])
    assert [n * per_state for n in acting] == event.contributions.tolist()
    assert found.between("adoption") == (0.0, 0.0)
    assert found.voting == "strategic"
    assert found.sincere.voting == "sincere"


def test_plans_without_a_memory_are_equilibria_after_both_outcomes_or_neither() -> None:
    after = {last: solve("charter_assembly", last=last) for last in ("success", "failure", "both")}
    written = {}
    for last, found in after.items():
        names = {str([[(group[-1], n) for group, n in who] for _, who in p.plans]) for p in found}
        written[last] = {one for one in names if "reciprocator" not in one and "rescuer" not in one}
    assert written["both"] == written["success"] == written["failure"]


def test_reciprocators_keep_what_they_begin_with() -> None:
    found = solve("anarchy")
    rates = {profile.plans[0][1][0][0][0]: profile.success_rate for profile in found}
    assert rates == {"steward": 1.0, "pledger": 0.0, "reciprocator": 1.0, "rescuer": 0.5}


def test_profiles_of_one_plan_are_among_all_and_those_found_by_search_among_them() -> None:
    world = cg.uniform_world(5)
    every = solve("concert_of_europe", world, kind="counts")
    ones = solve("concert_of_europe", world, kind="one_plan")
    some = solve("concert_of_europe", world, kind="search")
    assert [one.complete for one in (every, ones, some)] == [True, True, False]
    assert as_sets(some) <= as_sets(ones) <= as_sets(every)
    assert some.profiles
    sizes = [len(names) for names in ones.options]
    edges = np.cumsum([0, *sizes])
    pure = {
        counts
        for counts in as_sets(every)
        if all(np.count_nonzero(counts[a:b]) == 1 for a, b in zip(edges, edges[1:]))
    }
    assert as_sets(ones) == pure


def test_a_large_world_is_searched() -> None:
    world = cg.load("worlds", "w20")
    found = solve("global_state", world)
    assert found.kind == "search"
    assert not found.complete
    assert found.budget["used"] <= found.budget["laws"]
    assert found.regret <= 1e-12
    low, high = found.between("success_rate")
    assert (low, high) == (0.0, 1.0)  # everybody blocks, or nobody does
    with pytest.raises(cg.BudgetError, match=r"kind = 'counts' has .* profiles and needs"):
        solve("global_state", world, kind="counts")


def test_a_spent_budget_is_reported() -> None:
    found = solve("charter", cg.load("worlds", "w20"), kind="search", budget=5)
    assert not found.complete
    assert "the budget was spent" in found.notes[0]
    assert found.proof == "the budget was spent"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"last": "draw"}, "last must be one of both, failure, success"),
        ({"kind": "guess"}, "kind must be one of counts, one_plan, search"),
        ({"budget": 0}, "budget must be >= 1"),
        ({"tremble": -0.1}, r"tremble must lie in \[0, 1\]"),
    ],
)
def test_arguments_are_checked(options, message) -> None:
    with pytest.raises(cg.CoopgamesError, match=message):
        solve("federation", **options)


def test_no_equilibrium_gives_nan() -> None:
    found = solve("charter", cg.load("worlds", "w20"), kind="search", budget=1)
    assert len(found) == 0
    assert np.isnan(found.between("adoption")).all()
    assert found.regret == 0.0
