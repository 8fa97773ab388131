"""Self-check of the episode tree: cases small enough to do by hand."""

import random
from fractions import Fraction
from math import comb, exp, isclose

import pytest

from . import episode_tree as tree
from .episode_tree import solve

CLOSE = {"rel_tol": 1e-12, "abs_tol": 1e-14}


def close(a, b):
    return isclose(a, b, **CLOSE)


def world(*roles, base=0.8, polarisation=0.0, protection=0.0, hegemon=None):
    """Roles as (name, count[, ideal point[, capability]])."""
    return {
        "id": "w",
        "roles": [
            {
                "name": role[0],
                "count": role[1],
                "ideal_point": role[2] if len(role) > 2 else 0.5,
                "capability": role[3] if len(role) > 3 else 1.0,
            }
            for role in roles
        ],
        "hegemon": hegemon,
        "base_support": base,
        "polarisation": polarisation,
        "in_group_protection": protection,
    }


LINEAR = {"id": "p", "kernel": "linear", "holds_at": 0.6}


def body(name="b", **fields):
    return {"id": name, "quota": 0.5, "rounds": 1, **fields}


def institution(*bodies, composition=None, **fields):
    return {"id": "i", "bodies": list(bodies), "composition": composition, **fields}


def adoption(w, *bodies, composition=None):
    return solve(w, LINEAR, institution(*bodies, composition=composition))["adoption"]


def events(result):
    return {bodies: p for bodies, _, p in result["events"]}


def binomial_tail(n, p, least):
    return sum(comb(n, m) * p**m * (1 - p) ** (n - m) for m in range(least, n + 1))


# ---------------------------------------------------------------- votes


@pytest.mark.parametrize("p", [0.3, 0.5, 0.8])
def test_council_is_vetoes_times_a_binomial_tail(p):
    veto = [{"role": "permanent", "value": 1.0}]
    council = body(quota=0.6, blocking=veto)  # 3 of 5
    got = adoption(world(("permanent", 2), ("elected", 3), base=p), council)
    assert close(got, p**2 * binomial_tail(3, p, 1))


@pytest.mark.parametrize(
    ("kappa", "p", "printed"), [(0.25, 0.5, 0.4488), (0.5, 0.7, 0.3771), (0.8, 0.9, 0.6064)]
)
def test_consensus_of_six(kappa, p, printed):
    got = adoption(world(("state", 6), base=p), body(quota=0, blocking=kappa))
    assert close(got, (1 - kappa * (1 - p)) ** 6)
    assert round(got, 4) == printed


def test_ties_pass_unless_strict():
    w = world(("state", 4), base=0.5)
    assert close(adoption(w, body(quota=0.5)), 11 / 16)
    assert close(adoption(w, body(quota=0.5, strict=True)), 5 / 16)
    assert close(adoption(world(("state", 3), base=0.5), body(quota="2/3")), 0.5)


def test_weights_in_tenths_tie_exactly():
    shares = {"a": 0.1, "b": 0.2, "c": 0.3}
    weights = [{"role": role, "value": value} for role, value in shares.items()]
    w = world(("a", 1), ("b", 1), ("c", 1), base=0.5)
    # a and b together weigh 0.3 of 0.6: exactly half. Passing: ab, and all with c.
    assert close(adoption(w, body(weights=weights, quota=0.5)), 5 / 8)


def test_rounds_and_centres():
    w = world(("state", 1), base=0.3)
    assert close(adoption(w, body(rounds=3)), 1 - 0.7**3)
    a = 1 - 0.7**2
    got = adoption(w, body(rounds=2, centres=4, common_cause=0.25))
    assert close(got, 0.25 * a + 0.75 * (1 - (1 - a) ** 4))


def test_two_chambers_see_one_ballot():
    chambers = [{"seats": [{"role": "a"}], "quota": 1}, {"seats": [{"all": True}], "quota": 1}]
    w = world(("a", 1), ("b", 1), base=0.6)
    plain = {"id": "b", "rounds": 1}
    assert close(adoption(w, {**plain, "chambers": chambers}), 0.36)
    assert close(adoption(w, {**plain, "chambers": chambers, "passes": "any"}), 0.6)
    assert close(adoption(w, {**plain, "chambers": chambers, "passes": 2}), 0.36)


def test_blocks_are_drawn_per_chamber():
    chamber = {"quota": 0, "blocking": 0.5}
    w = world(("a", 1), base=0.6)
    got = adoption(w, {"id": "b", "rounds": 1, "chambers": [chamber, chamber]})
    assert close(got, 0.6 + 0.4 * 0.25)


def test_one_draw_per_state_across_bodies():
    # p = .8 and .8 (1 - .5 * .5) = .6 for the only voter: nested, not independent.
    w = world(("a", 1, 0.5), polarisation=0.5)
    near, far = body("near", agenda_setter=0.5), body("far", agenda_setter=1.0)
    got = events(solve(w, LINEAR, institution(near, far)))
    assert close(got[frozenset(["near", "far"])], 0.6)
    assert close(got[frozenset(["near"])], 0.2)
    assert frozenset(["far"]) not in got
    # second round only for 'far': it adopts in round 1 or 2, near in round 1.
    got = events(solve(w, LINEAR, institution(near, {**far, "rounds": 2})))
    assert close(got[frozenset(["near", "far"])], 0.6 + 0.2 * 0.6)
    assert close(got[frozenset(["far"])], 0.2 * 0.6)


def test_common_draw_among_voters():
    w = world(("a", 1, 0.5), ("b", 1, 1.0), polarisation=0.5)  # p = .8, .6 at theta* = .5
    both = body(quota=1, agenda_setter=0.5, vote_correlation=0.5)
    assert close(adoption(w, both), 0.5 * 0.6 + 0.5 * 0.48)
    with pytest.raises(NotImplementedError):
        adoption(w, both, body("c"))


def test_common_cause_and_composition_operators():
    w = world(("a", 1), ("b", 1), base=0.6)
    left = body("left", members=[{"role": "a"}])
    right = body("right", members=[{"role": "b"}], rounds=2)  # .6 and .84
    rho = {"common_cause": 0.5}
    assert close(adoption(w, left, right), 1 - 0.4 * 0.16)
    names = ["left", "right"]
    assert close(adoption(w, left, right, composition={"all": names}), 0.6 * 0.84)
    shared = {"any": names, **rho}
    assert close(adoption(w, left, right, composition=shared), 0.5 * 0.84 + 0.5 * 0.936)
    shared = {"of": names, "at_least": 2, **rho}
    assert close(adoption(w, left, right, composition=shared), 0.5 * 0.6 + 0.5 * 0.504)
    got = events(solve(w, LINEAR, institution(left, right, composition={"then": names})))
    assert close(got[frozenset(["left"])], 0.6)
    assert close(got[frozenset(["right"])], 0.4 * 0.84)


def test_common_cause_cuts_the_ballot():
    w = world(("a", 1), base=0.6)
    cut = {"any": ["x", "y"], "common_cause": 0.0}
    assert close(adoption(w, body("x"), body("y")), 0.6)
    assert close(adoption(w, body("x"), body("y"), composition=cut), 1 - 0.16)
    assert close(adoption(w, body("x"), body("y", centres=2)), 1 - 0.4**3)


# ---------------------------------------------------------------- sanctions


def test_opt_in_of_two():
    w = world(("a", 1, 0.0), ("b", 1, 0.5), base=0.8, polarisation=0.5, protection=0.4, hegemon="a")
    club = body(scope="yes_voters", detection=0.5, delegation=0.2, severity=0.3)
    result = solve(w, LINEAR, institution(club))
    p = [0.8, 0.6]
    protect = 1 - 0.4 * (1 - 0.5)
    assert result["adoption"] == 1
    assert len(result["events"]) == 4
    for (_, yes, probability), e, b in zip(result["events"], result["sanction"], result["bound"]):
        said = [i in yes["b"] for i in (0, 1)]
        expected = 1.0
        for i in (0, 1):
            expected *= p[i] if said[i] else 1 - p[i]
        assert close(probability, expected)
        assert b == said
        for i in (0, 1):
            vote = p[1 - i] * protect if said[1 - i] else 0.0
            assert close(e[i], said[i] * 0.5 * (0.2 + 0.8 * vote) * 0.3)


def test_single_body_sanction_and_shields():
    w = world(("a", 1, 0.0), ("b", 2, 1.0), base=0.8, protection=0.5)
    teeth = {"detection": 0.6, "delegation": 0.25, "severity": 0.5}

    def last(**fields):
        result = solve(w, LINEAR, institution(body(**teeth, **fields)))
        return result["sanction"][-1]

    # p^E = .8 (1 - .5 (1 - distance)): .8 across distance 1, .4 among the like-minded.
    far, near = 0.8, 0.4
    either = last(quota=0.5)  # without the target one of two is enough
    assert close(either[0], 0.6 * (0.25 + 0.75 * (1 - (1 - far) ** 2)) * 0.5)
    assert close(either[1], 0.6 * (0.25 + 0.75 * (1 - (1 - far) * (1 - near))) * 0.5)
    shielded = last(quota=0.5, shield=True)  # two of three, the target votes No
    assert close(shielded[0], 0.6 * (0.25 + 0.75 * far**2) * 0.5)
    immune = last(quota=0.5, shield=True, authorisation_blocking=[{"role": "a", "value": 1.0}])
    assert immune[0] == 0
    # against b two of three are needed and the target says No: both others, so a never blocks
    assert close(immune[1], 0.6 * (0.25 + 0.75 * far * near) * 0.5)


def test_a_dictator_authorises_nothing_against_itself():
    w = world(("h", 1), ("s", 1))
    weights = [{"role": "h", "value": 1.0}]
    empire = body(weights=weights, quota=1, detection=1.0, severity=1.0)
    assert solve(w, LINEAR, institution(empire))["sanction"][-1] == [0.0, pytest.approx(0.8)]
    exempt = {**empire, "delegation": 1.0, "exempt": [{"role": "h"}]}
    result = solve(w, LINEAR, institution(exempt))
    assert result["sanction"][-1] == [0.0, 1.0]
    assert result["bound"][-1] == [False, True]


def test_largest_and_summed_sanctions_of_two_bodies():
    w = world(("a", 1), base=1.0)
    soft = body("soft", detection=0.9, delegation=0.5, severity=0.2)
    hard = body("hard", detection=0.4, delegation=0.5, severity=0.6)
    game = (w, LINEAR, institution(soft, hard))
    # the voter is the target, so only delegation sanctions; 'hard' sees only what 'soft' sees.
    top = 0.4 * (0.5 * 0.6 + 0.25 * 0.2) + 0.5 * (0.5 * 0.2)
    assert close(solve(*game)["sanction"][0][0], top)
    both = 0.9 * 0.5 * 0.2 + 0.4 * 0.5 * 0.6
    assert close(solve(*game, punishment="sum")["sanction"][0][0], both)


def test_authorisation_votes_are_joint_and_borrowed():
    w = world(("a", 1), ("b", 1), base=0.5)
    kind = {"detection": 1.0, "severity": 0.4, "authorisation_quota": 1}
    x, y = body("x", **kind), body("y", **kind)
    got = solve(w, LINEAR, institution(x, y), punishment="sum")["sanction"]
    assert close(got[-1][0], 0.5 * 0.8)  # b's one vote serves both
    got = solve(w, LINEAR, institution(x, y))["sanction"]
    assert close(got[-1][0], 0.5 * 0.4)
    apart = {"any": ["x", "y"], "common_cause": 0.0}
    got = solve(w, LINEAR, institution(x, y, composition=apart))
    both = [standing for standing, _, _ in got["events"]].index({"x", "y"})
    assert close(got["sanction"][both][0], 0.75 * 0.4)
    silent = {**y, "members": [{"role": "b"}], "seats": [{"role": "b"}]}
    lean = institution({**x, "authorised_by": "y"}, silent)
    for (standing, _, _), e in zip(*map(solve(w, LINEAR, lean).get, ("events", "sanction"))):
        assert close(e[0], 0.2 if "x" in standing else 0.0)
        assert e[1] == 0.0  # y's only voter is the target


def test_centres_apply_to_authorisation():
    w = world(("a", 1), ("b", 1), base=0.5)
    many = body(detection=1.0, severity=1.0, centres=3, common_cause=0.5, quota=1)
    got = solve(w, LINEAR, institution(many))
    assert close(got["adoption"], 0.5 * 0.25 + 0.5 * (1 - 0.75**3))
    assert close(got["sanction"][-1][0], 0.5 * 0.5 + 0.5 * (1 - 0.5**3))


# ---------------------------------------------------------------- legitimacy and scope


def power(w, *bodies):
    states = tree.expand_world(w, LINEAR)
    return tree.power(tree.build_institution(institution(*bodies), states))


def legitimacy(w, *bodies):
    states = tree.expand_world(w, LINEAR)
    return tree.legitimacy(tree.build_institution(institution(*bodies), states))


def test_power_is_shapley_shubik_where_blocks_are_sure():
    w = world(("a", 1), ("b", 1), ("c", 1))
    weights = [{"role": "a", "value": 2}, {"all": True, "value": 1}, {"role": "a", "value": 2}]
    sixth = Fraction(1, 6)
    assert power(w, body(weights=weights, quota=0.75)) == [4 * sixth, sixth, sixth]
    veto = body(quota=0.6, blocking=[{"role": "a", "value": 1.0}])
    assert power(w, veto) == [4 * sixth, sixth, sixth]


def test_power_with_a_de_facto_veto():
    # quota 0, one voter's No blocks with 1/4 and the other's with 3/4:
    # A1 = (1 - q/4)(1 - 3q/4), integrals 1/4 (1 - 3/8) and 3/4 (1 - 1/8).
    w = world(("a", 1), ("b", 1))
    half = body(quota=0, blocking=[{"role": "a", "value": 0.25}, {"role": "b", "value": 0.75}])
    a, b = Fraction(1, 4) * Fraction(5, 8), Fraction(3, 4) * Fraction(7, 8)
    assert power(w, half) == [a / (a + b), b / (a + b)]


def test_legitimacy():
    assert legitimacy(world(("s", 5)), body(quota=0.6)) == 1
    one = body(members=[{"role": "h"}])
    assert legitimacy(world(("h", 1), ("s", 3)), one) == Fraction(1, 8)
    open_body = body(scope="yes_voters", members=[{"role": "h"}])
    assert legitimacy(world(("h", 1), ("s", 3)), open_body) == Fraction(1, 4)
    # two of four with equal power: Gini* = (3 + 1) / (3 * 2) = 2/3
    pair = body(members=[{"role": "s", "count": 2}])
    assert legitimacy(world(("s", 4)), pair) == (Fraction(1, 2) + Fraction(1, 3)) / 2


def test_rotation_averages_power_inside_a_role():
    w = world(("p", 1), ("e", 3))
    seats = [{"role": "p"}, {"role": "e", "count": 1, "rotates": True}]
    fixed = [{"role": "p"}, {"role": "e", "count": 1}]
    assert power(w, body(seats=fixed, quota=1)) == [Fraction(1, 2), Fraction(1, 2), 0, 0]
    assert power(w, body(seats=seats, quota=1)) == [Fraction(1, 2)] + [Fraction(1, 6)] * 3


def test_bound_outsiders_pay_by_legitimacy():
    w = world(("h", 1), ("s", 1), base=1.0)
    rule = body(members=[{"role": "h"}], scope="all", delegation=1.0, detection=1.0, severity=0.5)
    result = solve(w, LINEAR, institution(rule, legitimacy_floor=0.2))
    # L = (1/2 + 0) / 2
    assert result["legitimacy"] == 0.25
    assert result["sanction"] == [[0.5, pytest.approx(0.5 * (0.2 + 0.8 * 0.25))]]
    off = solve(w, LINEAR, institution(rule), legitimacy_feedback=False)
    assert off["sanction"] == [[0.5, 0.25]]


# ---------------------------------------------------------------- acts


def test_linear_acts_are_independent_logits():
    w = world(("a", 1), ("b", 1), base=1.0)
    club = body(members=[{"role": "a"}], delegation=1.0, detection=0.5, severity=0.2, exclusion=1.0)
    problem = {**LINEAR, "benefit": 0.8, "cost": 0.5, "excludability": 0.5}
    result = solve(w, problem, institution(club), precision=3.0)
    a = 1 / (1 + exp(-3 * (0.4 - 0.5 + 0.1)))
    b = 1 / (1 + exp(-3 * (0.2 - 0.5)))
    assert result["access"] == [[1.0, 0.5]]
    assert close(result["act_rate"], (a + b) / 2)
    assert close(result["compliance"], a)
    assert close(result["coverage"], 0.5)
    assert close(result["unilateral"], b / 2)
    assert close(result["exclusion"], (1 - b) / 2)
    assert close(result["success_rate"], a * b)  # .6 of two equal states needs both


def test_expected_reading_plays_once_at_the_mean():
    w = world(("a", 1), base=0.25)
    law = body(delegation=1.0, detection=1.0, severity=0.4)
    problem = {**LINEAR, "benefit": 0.1, "cost": 0.3}

    def act(e):
        return 1 / (1 + exp(-5 * (0.1 - 0.3 + e)))

    standing = solve(w, problem, institution(law), precision=5.0)
    assert close(standing["act_rate"], 0.25 * act(0.4) + 0.75 * act(0))
    assert close(standing["compliance"], act(0.4))
    assert close(standing["gridlock"], 0.75 * (1 - act(0)))
    expected = solve(w, problem, institution(law), precision=5.0, mandate="expected")
    assert close(expected["act_rate"], act(0.1))
    assert close(expected["compliance"], act(0.1))


def test_step_threshold_of_two():
    # Both must act: profiles CC, CD, DC, DD with potential .5 - .4, -.2, -.2, 0 at beta 2.
    w = world(("a", 1, 0.5, 0.3), ("b", 1, 0.5, 0.6))
    problem = {"kernel": "threshold", "threshold": 1.0, "benefit": 0.5, "cost": 0.2}
    result = solve(w, problem, institution(), precision=2.0)
    total = exp(0.2) + 2 * exp(-0.4) + 1
    assert close(result["success_rate"], exp(0.2) / total)
    assert close(result["achievement"], exp(0.2) / total)
    assert close(result["act_rate"], (exp(0.2) + exp(-0.4)) / total)
    assert close(result["gridlock"], 1 - result["act_rate"])
    assert result["adoption"] == 0
    assert result["coverage"] is None
    assert result["compliance"] is None
    heavy = solve(w, {**problem, "threshold": "2/3", "leverage": "capability"}, institution())
    assert close(heavy["success_rate"], sum(heavy["act"][0]) - heavy["act"][0][0])  # b alone


def test_graded_threshold_function():
    problem = {"kernel": "threshold", "threshold": 0.7, "slope": 0.08}
    game = tree.ActionGame(problem, tree.expand_world(world(("a", 1)), problem), 0)
    assert game.success_function(Fraction(0)) == 0
    assert game.success_function(Fraction(1)) == 1
    low, high = 1 / (1 + exp(0.7 / 0.08)), 1 / (1 + exp(-0.3 / 0.08))
    assert close(game.success_function(Fraction(7, 10)), (0.5 - low) / (high - low))


def test_dyadic_stag_hunt_of_two():
    # Potential of a symmetric 2x2 game: DD 0, CD S - P, CC (S - P) + (R - T).
    problem = {"kernel": "dyadic", "dyad": [1.0, -0.5, 0.7, 0.2], "holds_at": 0.6}
    result = solve(world(("a", 2)), problem, institution(), precision=2.0)
    total = 1 + 2 * exp(-1.4) + exp(-0.8)
    assert close(result["success_rate"], exp(-0.8) / total)
    assert close(result["achievement"], exp(-0.8) / total)
    assert close(result["act_rate"], (exp(-0.8) + exp(-1.4)) / total)


def test_dyads_are_counted_unordered():
    game = tree.ActionGame(
        {"kernel": "dyadic", "holds_at": 0.5}, tree.expand_world(world(("a", 4)), LINEAR), 0
    )
    assert game.achieved((1, 1, 0, 1)) == Fraction(1, 2)
    assert game.holds((1, 1, 0, 1))


def test_standards_reference_and_preference():
    w = world(("left", 1, 0.2), ("middle", 1, 0.5), ("right", 1, 0.9), hegemon="right")
    problem = {"kernel": "coordination", "benefit": 1.0, "cost": 0.0, "preference_bonus": 0.2}
    problem["holds_at"] = 0.6
    states = tree.expand_world(w, problem)
    game = tree.ActionGame(problem, states, 1)
    assert close(game.payoff(0, (0, 1, 0), 0.0, 1.0), 0.5 + 0.2)
    assert close(game.payoff(1, (0, 1, 0), 0.3, 1.0), 0.0)
    assert close(game.payoff(2, (0, 1, 1), 0.3, 1.0), 0.5 + 0.2)
    assert close(game.payoff(2, (0, 1, 0), 0.3, 1.0), 0.5 - 0.3)
    result = solve(w, problem, institution(), precision=4.0)
    assert result["act"][0][2] > 0.5 > result["act"][0][0] - 1e-12
    left = solve(w, problem, institution(body(agenda_setter=0.5)), precision=4.0)  # tie goes to 0
    assert close(left["act"][0][0], 1 - result["act"][0][0])


def test_waiting_game():
    # two able states: 1 - p = 1 / 1.4, nobody in a round (1 / 1.4)^2; D12 prints delay 1.0417.
    w = world(("big", 2, 0.5, 0.4), ("small", 1, 0.5, 0.2))
    waiting = {"waiting_loss": 0.5, "waiting_discount": 0.9, "acting_cost": 1.0, "rounds": 2}
    problem = {**LINEAR, "volunteering": {**waiting, "able_capability": 0.4}}
    alone = solve(w, problem, institution())
    assert close(alone["success_rate"], 1 - (1 / 1.4) ** 4)
    idle = (1 / 1.4) ** 2
    assert round(idle / (1 - idle), 4) == 1.0417
    sure = {"base_support": 1.0}
    centres = body(centres=2, rounds=4, delegation=0.25, common_cause=1.0)
    helped = solve({**w, **sure}, problem, institution(centres))
    each = (1 / 1.4) ** (1 / 3)
    assert close(helped["success_rate"], 1 - 0.75**2 * each ** (4 * 4))  # two centres, two draws
    single = {**problem, "volunteering": {**waiting, "able_capability": 1.0}}
    assert solve(w, single, institution())["success_rate"] == 0.0
    assert solve({**w, **sure}, single, institution(body()))["success_rate"] == 1.0


# ---------------------------------------------------------------- selectors


def test_selectors():
    data = world(("h", 1, 0.15, 0.5), ("a", 2, 0.2, 0.2), ("o", 3, 0.9, 0.2), hegemon="h")
    data["roles"][2]["tags"] = ["far"]
    w = tree.expand_world(data, {"kernel": "linear", "leverage": {"o": 0.3, "missing": 0.7}})
    assert [state.leverage for state in w.states] == [0, 0, 0] + [Fraction(1, 3)] * 3

    def take(*selectors):
        return sorted(tree.chosen_states(selectors, w))

    assert take({"tag": "far", "skip": 1, "count": 1}) == [4]
    assert take({"top": 3}) == [0, 1, 2]
    assert take({"top": 2, "by": "leverage", "skip": 1}) == [4]
    assert take({"within": 0.05}) == [0, 1, 2]
    assert take({"within": 0.1, "of": 0.8}) == [3, 4, 5]
    assert take({"at_least": 0.2, "by": "leverage"}) == [3, 4, 5]
    assert take({"role": "o", "share": 0.5}) == [3, 4]
    nobody = {"role": "nobody", "fallback": "next", "count": 2}
    assert take({"role": "a", "count": 1}, nobody) == [0, 1, 2]
    with pytest.raises(ValueError, match="finds nobody"):
        take({"role": "nobody"})


# ---------------------------------------------------------------- identities on random cases


def random_case(rng, size):
    """A random world, problem and institution with every feature switched on now and then."""
    counts = [1, size - 1] if rng.random() < 0.5 else [1, 1, size - 2]
    roles = [(f"r{m}", n, rng.random(), rng.random() + 0.1) for m, n in enumerate(counts) if n]
    w = world(*roles, base=0.9, polarisation=rng.random(), protection=rng.random())

    def some():
        return [{"all": True}] if rng.random() < 0.5 else [{"top": rng.randint(1, size)}]

    bodies = []
    for name in "xy":
        new = body(
            name,
            members=some(),
            quota=rng.choice([0, 0.5, "2/3", 1]),
            blocking=rng.choice([0.0, 0.5, [{"top": 1, "value": 1.0}]]),
            shield=rng.random() < 0.5,
            weights=rng.choice(["equal", "capability"]),
            detection=rng.random(),
            delegation=rng.random(),
            severity=rng.random(),
            exclusion=rng.random(),
            scope=rng.choice(["members", "all", "yes_voters", "none"]),
            rounds=rng.randint(1, 3),
            agenda_setter=rng.choice(["hegemon", "median", rng.random()]),
        )
        if new["scope"] != "yes_voters" and rng.random() < 0.3:
            new.update(centres=3, common_cause=rng.random())
        bodies.append(new)
    composition = rng.choice([None, {"all": ["x", "y"]}, {"then": ["y", "x"]}])
    if composition and rng.random() < 0.5:
        composition = {**composition, "common_cause": rng.random()}
    kernel = rng.choice(["threshold", "linear", "dyadic", "coordination"])
    problem = {
        "kernel": kernel, "threshold": 0.5, "slope": rng.choice([0.0, 0.1]), "holds_at": 0.6,
        "dyad": [1.0, -0.5, 0.7, 0.2], "preference_bonus": 0.2, "excludability": 0.5,
    }  # fmt: skip
    return w, problem, institution(*bodies, composition=composition)


@pytest.mark.parametrize("seed", range(40))
def test_parts_add_up(seed):
    case = random_case(random.Random(seed), 3)
    for mandate in ("standing", "expected"):
        r = solve(*case, mandate=mandate)
        assert close(sum(p for _, _, p in r["events"]), 1.0)
        covered = (r["coverage"] or 0) * r["adoption"] * (r["compliance"] or 0)
        assert close(covered + r["unilateral"], r["act_rate"])
        assert close(r["free_riding"] + r["exclusion"] + r["gridlock"], 1 - r["act_rate"])
        assert -1e-12 <= r["success_rate"] <= 1 + 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_stationary_law_against_exact_elimination(seed):
    rng, n = random.Random(seed), 6
    rates = [
        [Fraction(rng.randint(1, 9), rng.choice([100, 10**8])) for _ in range(n)] for _ in range(n)
    ]
    # pi_0 = 1, balance equations of the other states, Gauss with exact pivots
    out = [sum(rates[i]) - rates[i][i] for i in range(n)]
    rows = [
        [rates[i][k] if i != k else -out[k] for i in range(1, n)] + [-rates[0][k]]
        for k in range(1, n)
    ]
    size = n - 1
    for c in range(size):
        pivot = next(r for r in range(c, size) if rows[r][c])
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for r in range(size):
            if r != c:
                rows[r] = [v - rows[r][c] * u for v, u in zip(rows[r], rows[c])]
    exact = [Fraction(1)] + [row[-1] for row in rows]
    got = tree.stationary([[float(v) for v in row] for row in rates])
    assert all(isclose(g, x / sum(exact), rel_tol=1e-12) for g, x in zip(got, exact))
