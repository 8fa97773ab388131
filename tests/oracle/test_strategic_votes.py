"""Strategic votes of the package against the enumeration of individual ballots."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import coopgames as cg
from coopgames.equilibria.strategic import TIE, strategic_equilibria
from coopgames.strategies import NAMED9, plan_payoffs

from .strategic_votes import PLANS, Round, body

NAMES = ("a", "b", "c")
CLIMATE = {"benefit": 0.8, "cost": 0.12, "threshold": 0.7, "slope": 0.08, "excludability": 0.5}
HALF, TWO_THIRDS = Fraction(1, 2), Fraction("0.66")


def world(capability=(5.0, 3.0, 2.0)):
    roles = tuple(
        cg.Role(name=name, count=1, capability=w, ideal_point=0.2 * i)
        for i, (name, w) in enumerate(zip(NAMES, capability))
    )
    return cg.World(id="three", roles=roles)


def pick(states):
    return tuple(cg.Selector(role=NAMES[i]) for i in sorted(states))


def assign(values):
    zero = cg.Assignment(all=True, value=0.0, vacant=True)
    given = [cg.Assignment(role=NAMES[i], value=float(v)) for i, v in sorted(values.items())]
    return (zero, *given)


def record(bodies):
    made = []
    for j, b in enumerate(bodies):
        made.append(
            cg.Body(
                id=f"body_{j}",
                members=pick(b["members"]),
                seats=None if b["scope"] == "yes_voters" else pick(b["seats"]),
                weights=assign(b["seats"]),
                quota=float(b["quota"]),
                strict=b["strict"],
                blocking=assign(b["veto"]),
                authorisation_quota=float(b["a_quota"]),
                authorisation_strict=b["a_strict"],
                authorisation_blocking=assign(b["a_veto"]),
                shield=b["shield"],
                delegation=b["delegation"],
                detection=b["detection"],
                severity=b["severity"],
                scope=b["scope"],
                exempt=pick(b["exempt"]),
                exit=b["exit"],
                exit_cost=b["exit_cost"],
                exclusion=b["exclusion"],
                rounds=b["rounds"],
            )
        )
    return cg.Institution(id="made", bodies=tuple(made))


def problem():
    return cg.Problem(id="made", kernel="threshold", leverage="capability", **CLIMATE)


LEVERAGE = [Fraction(5, 10), Fraction(3, 10), Fraction(2, 10)]
ALL = {0, 1, 2}
CASES = {
    "anarchy": [],
    "veto_and_shield": [
        body(members=ALL, seats={0: 1, 1: 1, 2: 1}, veto={0: 1.0, 1: 0.5}, shield=True,
             delegation=0.3, detection=0.7, severity=0.6, exit="costly", exit_cost=0.1, rounds=2)
    ],
    "weights_outsiders_bound": [
        body(members={0, 1}, seats={0: Fraction(2), 1: Fraction(1)}, quota=TWO_THIRDS, scope="all",
             a_quota=HALF, a_veto={1: 0.8}, detection=0.9, severity=0.5, delegation=0.1)
    ],
    "opt_in": [
        body(members=ALL, seats={0: 1, 1: 1, 2: 1}, scope="yes_voters", detection=0.8, severity=0.7,
             exclusion=1.0, delegation=0.05)
    ],
    "cannot_be_left": [
        body(members=ALL, seats={0: 1, 1: 1, 2: 1}, exit="none", strict=True, detection=0.7,
             severity=0.6, exempt={0}, a_veto={0: 1.0, 2: 0.5}, shield=True)
    ],
    "club_beside_council": [
        body(members={0, 1}, seats={0: 1, 1: 1}, quota=Fraction(1), exclusion=1.0, detection=0.5,
             severity=0.9, exit_cost=0.05),
        body(members=ALL, seats={0: 3, 1: 2, 2: 2}, veto={2: 0.4}, exit="none", detection=0.8,
             severity=0.4, delegation=0.2, rounds=2),
    ],
    "opt_in_beside_council": [
        body(members={0, 2}, seats={0: 1, 2: 1}, scope="yes_voters", a_quota=Fraction(1),
             detection=0.6, severity=0.8, delegation=0.1, exclusion=0.5),
        body(members=ALL, seats={0: 1, 1: 1, 2: 1}, quota=TWO_THIRDS, detection=0.3, severity=0.3),
    ],
}  # fmt: skip


def agree(bodies, profile, mu, last):
    oracle = Round(bodies, LEVERAGE, CLIMATE, mu)
    mapping = dict(zip(NAMES, profile))
    found = plan_payoffs(
        record(bodies),
        problem(),
        world(),
        mapping,
        last=last,
        tremble=mu,
        legitimacy_feedback=False,
    )
    assert abs(found.adoption - oracle.layer_one(profile)[0]) < 1e-12
    expected = oracle.payoffs(profile, last)
    assert found.regret == pytest.approx(oracle.gain(profile, last), abs=1e-12)
    for i, plan in enumerate(profile):
        now = found.plans.index(plan)
        assert found.payoffs[i, now] == pytest.approx(expected[i], abs=1e-12)
        for j, other in enumerate(found.plans):
            moved = profile[:i] + (other,) + profile[i + 1 :]
            value = oracle.payoffs(moved, last)[i]
            assert found.deviations[i, now, j] == pytest.approx(value, abs=1e-12), (i, other)


def test_the_two_tables_of_plans_agree() -> None:
    assert [plan.name for plan in NAMED9] == list(PLANS)
    for plan in NAMED9:
        entries = (plan.joins, plan.says_yes, plan.acts_after_success, plan.acts_after_failure)
        assert (*entries, plan.on_sanctions) == PLANS[plan.name]


@pytest.mark.parametrize("case", CASES)
def test_payoffs_and_deviations_of_chosen_profiles(case) -> None:
    for profile in (
        ("steward", "steward", "steward"),
        ("hub", "pledger", "blocker"),
        ("complier", "outsider_free", "pledger"),
        ("rescuer", "outsider_aligned", "reciprocator"),
        ("outsider_free", "outsider_free", "outsider_aligned"),
    ):
        for last in ("success", "failure"):
            agree(CASES[case], profile, 0.05, last)


def random_body(rng):
    members = set(np.flatnonzero(rng.random(3) < 0.8).tolist()) or {0}
    seats = {i: Fraction(int(rng.integers(1, 4))) for i in members}
    shares = [Fraction(0), HALF, TWO_THIRDS, Fraction(1)]
    scope = str(rng.choice(["members", "all", "yes_voters", "none"], p=[0.4, 0.25, 0.25, 0.1]))

    def vetoes():
        chosen = [i for i in sorted(members) if rng.random() < 0.5]
        return {i: float(rng.choice([0.4, 1.0])) for i in chosen}

    return body(
        members=members,
        seats=seats,
        quota=shares[rng.integers(4)],
        strict=False,
        veto=vetoes(),
        a_quota=shares[rng.integers(4)],
        a_strict=False,
        a_veto=vetoes(),
        shield=bool(rng.random() < 0.5) and scope != "yes_voters",
        delegation=float(rng.choice([0.0, 0.3])),
        detection=float(rng.choice([0.4, 0.7, 1.0])),
        severity=float(rng.choice([0.2, 0.6])),
        scope=scope,
        exempt={min(members)} if rng.random() < 0.2 else set(),
        exit=str(rng.choice(["none", "free", "costly"])),
        exit_cost=float(rng.choice([0.0, 0.1])),
        exclusion=float(rng.choice([0.0, 1.0])),
        rounds=int(rng.integers(1, 3)),
    )


@pytest.mark.parametrize("seed", range(24))
def test_payoffs_and_deviations_of_random_institutions(seed) -> None:
    rng = np.random.default_rng(seed)
    bodies = [random_body(rng) for _ in range(1 + seed % 2)]
    profile = tuple(str(name) for name in rng.choice(list(PLANS), 3))
    agree(
        bodies, profile, float(rng.choice([0.0, 0.01, 0.2])), ("success", "failure")[seed % 3 > 0]
    )


@pytest.mark.parametrize("case", ["anarchy", "veto_and_shield", "weights_outsiders_bound", "opt_in",
                                  "cannot_be_left"])  # fmt: skip
@pytest.mark.parametrize("last", ["success", "failure", "both"])
def test_all_equilibria_among_729_profiles(case, last) -> None:
    bodies = CASES[case]
    oracle = Round(bodies, LEVERAGE, CLIMATE, 0.01)
    outcomes = ("success", "failure") if last == "both" else (last,)
    expected = {
        profile
        for profile in product(PLANS, repeat=3)
        if max(oracle.gain(profile, one) for one in outcomes) <= TIE
    }
    found = strategic_equilibria(
        record(bodies), problem(), world(), last=last, legitimacy_feedback=False
    )
    assert found.complete
    assert found.kind == "counts"
    # Each equilibrium stands for every choice among plans of the same effect.
    written_out = set()
    for one in found:
        of_role = {label.split(" ")[0]: followed[0][0] for label, followed in one.plans}
        written_out |= set(product(*(of_role[name] for name in NAMES)))
    assert written_out == expected
    assert expected
    for one in found:
        plans = {label.split(" ")[0]: followed[0][0][0] for label, followed in one.plans}
        profile = tuple(plans[name] for name in NAMES)
        assert one.adoption == pytest.approx(oracle.layer_one(profile)[0], abs=1e-12)
