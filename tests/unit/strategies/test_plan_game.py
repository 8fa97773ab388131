"""What plans pay: against the game of acts, closed forms of votes, and smaller institutions."""

from math import comb
from pathlib import Path

import numpy as np
import pytest

import coopgames as cg
from coopgames.strategies import NAMED9, plan_game, plan_named, plan_payoffs
from coopgames.strategies.strategic_votes import StrategicVotes

PROBLEMS = cg.models("problems")["problems"]
MU = 0.01


def unanimous(**changes):
    rule = {"quota": 1.0, "rounds": 1, "detection": 0.7, "severity": 0.6, **changes}
    return cg.Institution(id="one", bodies=(cg.Body(id="body", **rule),))


def all_yes(name, problem, world, **options):
    """The game in which every ballot is cast as stewards cast it."""
    plain = cg.game(name, problem, world)
    ballots = np.full((plain.classes.size, len(plain.institution.bodies)), 1 - MU)
    options = {"mandate": "expected", **options}
    return cg.game(name, problem, world, support=ballots, enforcement_support=ballots, **options)


# --- plans -----------------------------------------------------------------------------------


def test_names_are_read_as_the_model_writes_them() -> None:
    assert plan_named("OUTSIDER-ALIGNED") == NAMED9[7]
    with pytest.raises(cg.CoopgamesError, match="plan must be one of blocker"):
        plan_named("bystander")
    with pytest.raises(cg.CoopgamesError, match="last must be one of failure, success"):
        NAMED9[0].acts("draw")


def test_the_page_on_plans_shows_the_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "theory" / "plans.md"
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    rows = [tuple(line.strip("| ").split(" | ")) for line in lines]
    assert rows[0][0] == "plan"
    assert tuple(rows[1:]) == cg.plan_table()


@pytest.mark.parametrize("name", ["anarchy", "charter", "concert", "coalition", "federation"])
def test_plans_named_together_pay_the_same(name) -> None:
    game = cg.game(name, "climate", "w20")
    groups = plan_game(game, last="success").names
    found = plan_payoffs(game.institution, game.problem, game.world, "pledger")
    for c, of_class in enumerate(groups):
        for group in of_class:
            values = [found.deviations[c, 2, found.plans.index(plan)] for plan in group]
            assert np.ptp(values) == 0.0


# --- layer 1 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["charter", "club", "concert", "coalition", "global_state", "empire", "federation",
     "third_degree", "third_degree_bodies", "second_degree", "first_degree"],
)  # fmt: skip
def test_stewards_make_the_game_of_certain_ballots(name) -> None:
    game = all_yes(name, "climate", "w20")
    plans = plan_game(game, tremble=MU)
    law = plans.votes.law(plans.stance_counts(plans.uniform("steward")[None])[0])
    assert law.adoption == pytest.approx(game.adoption, abs=1e-12)
    there = plans.votes.position[:, 0]
    mean = game.events.mean_by_class
    size = game.classes.size
    np.testing.assert_allclose(law.sanction[there], mean(game.events.sanction, size), atol=1e-12)
    np.testing.assert_allclose(law.access[there], mean(game.events.access, size), atol=1e-12)


def test_one_blocker_stops_a_unanimous_body_up_to_trembles() -> None:
    where = cg.load("problems", "climate"), cg.uniform_world(5)
    counts = np.zeros((1, 9), dtype=int)
    counts[0, [0, 3]] = 4, 1
    found = plan_payoffs(unanimous(), *where, counts, tremble=MU)
    assert found.adoption == pytest.approx(MU * (1 - MU) ** 4, rel=1e-12)
    sure = plan_payoffs(unanimous(), *where, counts, tremble=0.0)
    assert sure.adoption == 0.0


def test_a_blocker_with_a_veto_counts_and_one_without_does_not() -> None:
    roles = (
        cg.Role(name="great", count=1, capability=3.0),
        cg.Role(name="small", count=4, capability=1.0),
    )
    world = cg.World(id="veto", roles=roles)
    veto = (cg.Assignment(role="great", value=1.0),)
    council = unanimous(quota=0.6, blocking=veto)
    climate = cg.load("problems", "climate").replace(leverage="equal")

    def adoption(great, *small):
        counts = np.zeros((2, 9), dtype=int)
        counts[0, great] = 1
        for plan in small:
            counts[1, plan] += 1
        return plan_payoffs(council, climate, world, counts, tremble=MU).adoption

    def at_least(k, n, p):
        return sum(comb(n, m) * p**m * (1 - p) ** (n - m) for m in range(k, n + 1))

    # Three of five must say Yes, the great power among them.
    assert adoption(3, 0, 0, 0, 0) == pytest.approx(MU * at_least(2, 4, 1 - MU), rel=1e-12)
    others = at_least(2, 3, 1 - MU) + comb(3, 1) * (1 - MU) * MU**2 * MU
    assert adoption(0, 0, 0, 0, 3) == pytest.approx((1 - MU) * others, rel=1e-12)


def test_abstainers_neither_support_a_sanction_nor_block_it() -> None:
    where = cg.load("problems", "climate"), cg.uniform_world(4)
    body = unanimous(quota=0.0, authorisation_quota=0.3, authorisation_blocking=1.0)

    def sanction(*others):
        """Expected by a complier that turns pledger, the other three following these plans."""
        names = [plan.name for plan in NAMED9]
        counts = np.zeros((1, 9), dtype=int)
        for plan in ("complier", *others):
            counts[0, names.index(plan)] += 1
        found = plan_payoffs(body, *where, counts, tremble=0.0)
        silent = plan_payoffs(body.replace(bodies=()), *where, counts, tremble=0.0)
        return float(silent.deviations[0, 1, 2] - found.deviations[0, 1, 2])

    assert sanction("complier", "complier", "complier") == pytest.approx(0.0, abs=1e-12)
    # One of three is enough, if the others do not block.
    assert sanction("steward", "complier", "complier") == pytest.approx(0.7 * 0.6, abs=1e-12)
    assert sanction("steward", "complier", "pledger") == pytest.approx(0.0, abs=1e-12)


def test_who_stays_outside_is_as_if_never_invited() -> None:
    """Concert without its rivals: another file, and profiles in which rivals stay outside."""
    concert = cg.load("institutions", "concert").bodies[0]
    apart = cg.Role(name="extra", count=2, capability=0.12, ideal_point=0.85)
    world = cg.load("worlds", "w20")
    world = world.replace(roles=(*world.roles, apart))
    climate = cg.load("problems", "climate").replace(leverage="capability")
    invited = (*concert.members, cg.Selector(role="extra"))
    larger = cg.Institution(id="larger", bodies=(concert.replace(members=invited),))
    smaller = cg.Institution(id="smaller", bodies=(concert,))
    for plan in ("outsider_free", "outsider_aligned"):
        profile = {role.name: "steward" for role in world.roles} | {"extra": plan}
        profile["large_nonaligned"] = "rescuer"  # somebody who is sanctioned
        one = plan_payoffs(larger, climate, world, profile)
        other = plan_payoffs(smaller, climate, world, profile)
        assert one.adoption == pytest.approx(other.adoption, abs=1e-12)
        np.testing.assert_allclose(one.payoffs, other.payoffs, atol=1e-12)


def test_legitimacy_is_that_among_those_inside_whatever_was_computed_before() -> None:
    game = cg.game("concert_of_europe", "climate", "uniform-5")
    everybody, nobody = (plan_game(game).uniform(name) for name in ("rescuer", "outsider_free"))
    some = everybody - everybody // 3 + nobody // 3
    rows = [plan_game(game).stance_counts(row[None])[0] for row in (everybody, some)]
    alone = [StrategicVotes(game, NAMED9).law(row).sanction for row in rows]
    assert np.nanmax(alone[1]) > 0
    one_after_the_other = StrategicVotes(game, NAMED9)
    for row, expected in zip(rows, alone, strict=True):
        np.testing.assert_allclose(one_after_the_other.law(row).sanction, expected, atol=1e-14)


def test_support_for_sanctions_given_outright_is_that_of_likes_where_it_is_the_same() -> None:
    plain = cg.game("global_state", "climate", "uniform-5")
    like = plain.electorate.support * plain.electorate.protection[0, 0]
    given = cg.game("global_state", "climate", "uniform-5", enforcement_support=like)
    np.testing.assert_allclose(given.events.sanction, plain.events.sanction, rtol=1e-14)
    with pytest.raises(cg.CoopgamesError, match=r"enforcement_support must lie in \[0, 1\]"):
        cg.game("global_state", "climate", "uniform-5", enforcement_support=2 * like)


# --- payoffs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", ["anarchy", "federation", "charter_assembly", "coalition_open"])
def test_plans_that_vote_alike_play_the_game_of_acts(name, problem) -> None:
    """Stewards act and rescuers, after a success, do not: the rest is the same."""
    game = all_yes(name, problem, "uniform-4")
    policy = cg.policy_games(game)
    (acts,) = policy.games
    assert acts.strategies == (("cooperate", "defect"),)
    for acting in range(5):
        counts = np.zeros((1, 9), dtype=int)
        counts[0, [0, 5]] = acting, 4 - acting
        found = plan_payoffs(game.institution, game.problem, game.world, counts, tremble=MU)
        expected = acts.payoffs_of_revising([acting, 4 - acting])[0]
        if acting:
            np.testing.assert_allclose(found.deviations[0, 0, [0, 5]], expected[0], atol=1e-12)
        if acting < 4:
            np.testing.assert_allclose(found.deviations[0, 5, [0, 5]], expected[1], atol=1e-12)


@pytest.mark.parametrize("channel", ["sanction", "norm"])
def test_legitimacy_reaches_outsiders_through_either_channel(channel) -> None:
    game = all_yes("concert", "climate", "uniform-10", legitimacy_channel=channel)
    assert not game.electorate.bodies[0].member.all()
    found = plan_payoffs(
        game.institution,
        game.problem,
        game.world,
        "steward",
        tremble=MU,
        legitimacy_channel=channel,
    )
    (acts,) = cg.policy_games(game).games
    counts = [n for size in game.classes.counts for n in (size, 0)]
    for c, expected in enumerate(acts.payoffs_of_revising(counts)):
        np.testing.assert_allclose(found.deviations[c, 0, [0, 5]], expected[0], atol=1e-12)


def test_after_both_outcomes_the_larger_regret_counts() -> None:
    game = cg.game("charter_assembly", "climate", "uniform-5")
    rng = np.random.default_rng(20)
    profiles = rng.multinomial(5, [1 / 9] * 9, size=40)
    regrets = {
        last: plan_game(game, last=last, merge=False).regrets(profiles)
        for last in ("success", "failure", "both")
    }
    assert (regrets["success"] != regrets["failure"]).any()
    larger = np.maximum(regrets["success"], regrets["failure"])
    np.testing.assert_allclose(regrets["both"], larger, atol=1e-15)


@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_the_reading_of_the_mandate_makes_no_difference(mandate) -> None:
    game = cg.game("charter", "trade", "w20")
    profile = {role.name: "pledger" for role in game.world.roles} | {"rival": "blocker"}
    found = plan_payoffs(game.institution, game.problem, game.world, profile, mandate=mandate)
    again = plan_payoffs(game.institution, game.problem, game.world, profile)
    np.testing.assert_array_equal(found.deviations, again.deviations)


def test_rescue_depends_on_who_stands_ready() -> None:
    game = cg.game("third_degree", "rescue", "w20")
    found = plan_payoffs(game.institution, game.problem, game.world, "blocker")
    better = plan_payoffs(game.institution, game.problem, game.world, "steward")
    assert 0 < found.success < better.success <= 1


# --- the door --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ({"state": "steward", "moon": "hub"}, "profile must name roles or classes"),
        ({}, "profile must give a plan to every role; 'state' has none"),
        ([[1] * 9], r"profile must be whole numbers of shape \(classes, plans\) = \(1, 9\)"),
        ("nobody", "plan must be one of"),
    ],
)
def test_profiles_are_checked(profile, message) -> None:
    where = cg.load("problems", "climate"), cg.uniform_world(3)
    with pytest.raises(cg.CoopgamesError, match=message):
        plan_payoffs(unanimous(), *where, profile)


def test_tremble_and_stances_are_checked() -> None:
    game = cg.game("federation", "climate", "uniform-3")
    with pytest.raises(cg.CoopgamesError, match=r"tremble must lie in \[0, 1/2\]"):
        plan_game(game, tremble=0.6)
    with pytest.raises(cg.CoopgamesError, match="counts must be at least 0 and sum to"):
        StrategicVotes(game, NAMED9).law([1, 1, 0])
