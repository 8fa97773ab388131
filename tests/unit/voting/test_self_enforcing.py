"""Self-enforcing voting rules against enumeration of ballots, the game itself, and theorems."""

from fractions import Fraction
from itertools import product
from math import comb, isnan

import numpy as np
import pytest

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.voting import Committee, Quota, Veto, Voters
from coopgames.voting.candidate_rules import candidate_rules
from coopgames.voting.self_enforcing import self_enforcing_rules
from coopgames.voting.verdict_by_side import verdict_by_side

THREE = {"support": "3/5", "gain": 1, "loss": 1}
LARGE = (Voters(id="large"), Voters(id="other", count=4))


def test_three_states() -> None:
    """The numbers of the small model, worked out by hand."""
    found = self_enforcing_rules(3, **THREE)
    assert [one.value for one in found] == [Fraction(n, 125) for n in (33, 45, 27)]
    critical = [one.critical_discount_factor for one in found]
    assert critical == [Fraction(125, 158), Fraction(25, 34), 0]
    best = []
    for d in ("1/2", "7/10", "3/4", "9/10"):
        held = self_enforcing_rules(3, **THREE, discount_factor=d)
        best.append(held.rules.index(held.best) + 1)
    assert best == [3, 3, 2, 2]
    assert found.first_best is found.rules[1]
    assert found.best is None
    assert len(found) == 3


# --- payoffs: all ballots ----------------------------------------------------------------------


def by_ballots(passes, p, gain, loss, rho):
    """V of each member: every ballot with its probability, and every interval of a common draw."""
    n = len(p)
    cases = []
    for ballot in product((True, False), repeat=n):
        weight = Fraction(1)
        for yes, share in zip(ballot, p, strict=True):
            weight *= share if yes else 1 - share
        cases.append(((1 - rho) * weight, ballot))
    marks = sorted({Fraction(0), Fraction(1), *p})
    for low, high in zip(marks, marks[1:], strict=False):
        middle = (low + high) / 2
        cases.append((rho * (high - low), tuple(middle < share for share in p)))
    assert sum(weight for weight, _ in cases) == 1
    out = [Fraction(0)] * n
    for weight, ballot in cases:
        if passes(ballot):
            for i in range(n):
                out[i] += weight * (gain[i] if ballot[i] else -loss[i])
    return out


@pytest.mark.parametrize("rho", [Fraction(0), Fraction(1, 3), Fraction(1)])
def test_values_of_unequal_weighted_members(rho) -> None:
    weights = [3, 2, 2, 1]
    p = [Fraction(n, 10) for n in (7, 4, 9, 5)]
    gain, loss = [1, 2, 3, 1], [2, 1, 1, 4]
    names = [f"v{i}" for i in range(1, 5)]

    def each(values):
        return dict(zip(names, values, strict=True))

    found = self_enforcing_rules(
        weights, support=each(p), gain=each(gain), loss=each(loss), correlation=rho
    )
    assert [one.rule for one in found] == [f"{q} of 8" for q in range(1, 9)]
    for quota, one in enumerate(found, start=1):

        def passes(ballot, quota=quota):
            return sum(w for w, yes in zip(weights, ballot, strict=True) if yes) >= quota

        expected = by_ballots(passes, p, gain, loss, rho)
        assert one.values == each(expected)
        assert one.value == sum(expected) / 4
        for name, v, cost in zip(names, expected, loss, strict=True):
            if one.outvoted[name] == 0:
                assert one.critical[name] == 0
            elif v > 0:
                assert one.critical[name] == cost / (cost + v)
            else:
                assert isnan(one.critical[name])


def test_values_under_a_veto_and_in_groups() -> None:
    council = Committee(voters=LARGE, rule=Quota(votes=3) & Veto(by="large"))
    p = [Fraction(3, 5)] * 5
    found = self_enforcing_rules(council, support="3/5", loss={"large": 2, "other": 1})
    assert [one.rule for one in found] == ["at least 3 Yes and no veto of large", "unanimity"]
    expected = by_ballots(
        lambda ballot: sum(ballot) >= 3 and ballot[0], p, [1] * 5, [2, 1, 1, 1, 1], Fraction(0)
    )
    assert found.rules[0].values == {"large": expected[0], "other": expected[1]}
    assert found.rules[0].critical["large"] == 0
    assert found.rules[0].binding == "other"
    assert found.rules[1].critical_discount_factor == 0


def test_a_de_facto_veto_is_a_chance() -> None:
    half = Committee(voters=LARGE, rule=Quota(votes=3) & Veto(by="large", used=0.5))
    never = Committee(voters=LARGE, rule=Quota(votes=3))
    always = Committee(voters=LARGE, rule=Quota(votes=3) & Veto(by="large"))
    for rho in ("0", "1/4"):
        sides = [
            verdict_by_side(one, {"large": "2/5", "other": "7/10"}, correlation=rho)
            for one in (never, half, always)
        ]
        for group in ("large", "other"):
            a, b, c = (one.no_adopted[group] for one in sides)
            assert b == (a + c) / 2


# --- compliance: the game itself ---------------------------------------------------------------


def gain_by_refusing(v, loss, d, m, periods):
    """What a member that is outvoted gains by refusing once, from the recursion of its worth."""
    rounds = 100_000 if periods is None else periods
    worth = v / (1 - d)
    # Broken up for so many more rounds, then back to normal.
    broken = worth * d**rounds
    after_refusal = d * (m * broken + (1 - m) * worth)
    return after_refusal - (-loss + d * worth)


@pytest.mark.parametrize("periods", [None, 1, 4])
@pytest.mark.parametrize("detection", [1, "1/2"])
def test_refusing_pays_below_the_critical_discount_factor_and_not_above(periods, detection) -> None:
    found = self_enforcing_rules(
        5, support="4/5", gain=3, loss="1/2", detection=detection, periods=periods
    )
    m = float(Fraction(detection))
    checked = 0
    for one in found.rules[:-1]:
        critical = float(one.critical_discount_factor)
        if isnan(critical):
            assert periods is not None
            assert m * periods * one.value <= Fraction(1, 2)
            assert "more when outvoted" in one.reason
            continue
        v = float(one.value)
        assert gain_by_refusing(v, 0.5, critical + 1e-6, m, periods) < 0
        assert gain_by_refusing(v, 0.5, critical - 1e-6, m, periods) > 0
        for d, held in ((critical + 1e-6, True), (critical - 1e-6, False)):
            again = self_enforcing_rules(
                5,
                support="4/5",
                gain=3,
                loss="1/2",
                detection=detection,
                periods=periods,
                discount_factor=d,
            )
            assert again.rules[found.rules.index(one)].self_enforcing is held
        checked += 1
    assert checked


# --- what holds in the small model -------------------------------------------------------------


def alike(n, p, gain, loss, rho):
    """V of n alike members under each k, from binomial tails."""

    def tail(k):
        return sum(comb(n - 1, j) * p**j * (1 - p) ** (n - 1 - j) for j in range(k, n))

    return [
        (1 - rho) * (p * gain * tail(k - 1) - (1 - p) * loss * tail(k)) + rho * p * gain
        for k in range(1, n + 1)
    ]


def random_cases(number):
    rng = np.random.default_rng(11)
    for _ in range(number):
        n = int(rng.integers(2, 8))
        p, rho = (Fraction(int(rng.integers(1, 20)), 20) for _ in range(2))
        gain, loss = (Fraction(int(rng.integers(1, 9)), 2) for _ in range(2))
        yield n, p, gain, loss, rho


def test_alike_members_by_binomial_tails() -> None:
    for n, p, gain, loss, rho in random_cases(60):
        found = self_enforcing_rules(n, support=p, gain=gain, loss=loss, correlation=rho)
        assert [one.value for one in found] == alike(n, p, gain, loss, rho)


def test_alike_members_choose_the_first_best_or_unanimity_and_nothing_between() -> None:
    """Of all rules that outvote somebody the first-best one needs least patience."""
    for n, p, gain, loss, rho in random_cases(60):
        for d in ("1/5", "1/2", "7/10", "9/10", "99/100"):
            found = self_enforcing_rules(
                n, support=p, gain=gain, loss=loss, correlation=rho, discount_factor=d
            )
            assert found.best is not None
            assert found.best.value in {found.first_best.value, found.rules[-1].value}
        impatient = self_enforcing_rules(
            n, support=p, gain=gain, loss=loss, correlation=rho, discount_factor=0
        )
        assert impatient.best.value == impatient.rules[-1].value


def test_correlation_needs_less_patience_and_leaves_the_first_best() -> None:
    for n, p, gain, loss, _ in random_cases(30):
        shares = [Fraction(i, 4) for i in range(4)]
        found = [
            self_enforcing_rules(n, support=p, gain=gain, loss=loss, correlation=rho)
            for rho in shares
        ]
        for k in range(n - 1):
            values = [one.rules[k].value for one in found]
            assert values == sorted(values)
            critical = [one.rules[k].critical_discount_factor for one in found]
            known = [c for c in critical if not isnan(c)]
            assert known == sorted(known, reverse=True)
            # Once a rule has a critical discount factor, more correlation doesn't take it away.
            assert not any(isnan(c) for c in critical[len(critical) - len(known) :])
        best = found[0].first_best
        position = found[0].rules.index(best)
        for rho, one in zip(shares, found, strict=True):
            assert one.rules[position].value == one.first_best.value
            # What majority adds to unanimity shrinks in proportion.
            gap = one.first_best.value - one.rules[-1].value
            assert gap == (1 - rho) * (best.value - found[0].rules[-1].value)


def test_the_table_by_patience_and_correlation() -> None:
    """1 / (1 + V) of two out of three, V = 9/25 (1 - rho) + 3/5 rho, decides."""
    for rho in (Fraction(0), Fraction(1, 2), Fraction(3, 4)):
        turn = 1 / (1 + Fraction(9, 25) * (1 - rho) + Fraction(3, 5) * rho)
        for d, best in ((turn - Fraction(1, 1000), "3 of 3"), (turn, "2 of 3")):
            found = self_enforcing_rules(3, support="3/5", correlation=rho, discount_factor=d)
            assert found.best.rule == best


def test_larger_organisations_need_more_patience_for_majority() -> None:
    critical = [
        self_enforcing_rules(n, support="3/5").rules[(n - 1) // 2].critical_discount_factor
        for n in (3, 5, 7, 9, 11)
    ]
    assert critical == sorted(critical)


def test_unequal_members_may_choose_something_between() -> None:
    """Among rules for all alike, four of five; with a veto for who loses most, a majority."""
    loss = {"large": 2, "other": 1}
    majorities = {f"{k} of 5": Committee(voters=LARGE, rule=Quota(votes=k)) for k in range(3, 6)}
    found = self_enforcing_rules(majorities, support="3/5", loss=loss, discount_factor="93/100")
    assert (found.first_best.rule, found.best.rule) == ("3 of 5", "4 of 5")
    assert found.rules[0].binding == "large"
    veto = Committee(voters=LARGE, rule=Quota(votes=3) & Veto(by="large"))
    with_veto = self_enforcing_rules(
        {**majorities, "veto": veto}, support="3/5", loss=loss, discount_factor="93/100"
    )
    assert with_veto.best.rule == "veto"


# --- exactness and the door --------------------------------------------------------------------


def test_floats_give_floats_and_fractions_fractions() -> None:
    assert isinstance(self_enforcing_rules(3, support=0.6).first_best.value, float)
    assert self_enforcing_rules(3, support=0.6).first_best.value == pytest.approx(0.36)
    assert isinstance(self_enforcing_rules(3, support="3/5").first_best.value, Fraction)


def test_a_rule_that_costs_more_than_it_brings() -> None:
    found = self_enforcing_rules(3, support="1/5", gain=1, loss=2, discount_factor="99/100")
    one = found.rules[0]
    assert one.value < 0
    assert isnan(one.critical_discount_factor)
    assert one.reason == "member expects nothing from the organisation and loses when outvoted"
    assert one.self_enforcing is False
    assert found.best.rule == "3 of 3"


def test_nobody_is_outvoted_where_all_agree() -> None:
    found = self_enforcing_rules(3, support=1)
    assert [one.critical_discount_factor for one in found] == [0, 0, 0]
    assert found.rules[0].binding == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"support": "6/5"}, r"support must lie in \[0, 1\]; got"),
        ({"support": "often"}, "support must be a number or 'a/b'; got 'often'"),
        ({"support": {"member": 0.5, "guest": 0.5}}, "unknown group 'guest'"),
        ({"support": {}}, "support: no number for group 'member'"),
        ({"loss": -1}, "loss of member must be >= 0; got -1"),
        ({"correlation": 2}, r"correlation must lie in \[0, 1\]; got 2"),
        ({"discount_factor": 1}, r"discount_factor must lie in \[0, 1\); got 1"),
        ({"detection": 0}, "detection must be > 0; got 0"),
        ({"periods": 0}, "periods must be >= 1; got 0"),
    ],
)
def test_arguments_out_of_bounds(changes, message) -> None:
    with pytest.raises(CoopgamesError, match=message):
        self_enforcing_rules(3, **{"support": 0.5, **changes})


def test_rules_to_choose_among() -> None:
    quotas = candidate_rules(np.array([2, 2, 1]))
    assert list(quotas) == ["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"]
    assert list(candidate_rules(["1/2", "1/2"])) == ["1/2 of 1", "1 of 1"]
    with pytest.raises(BudgetError, match="more than 2000 different quotas"):
        candidate_rules([2**i for i in range(12)])
    with pytest.raises(CoopgamesError, match="at least one committee"):
        candidate_rules({})
    three, four = (candidate_rules(n)[f"1 of {n}"] for n in (3, 4))
    with pytest.raises(CoopgamesError, match="same voters; b differs"):
        candidate_rules({"a": three, "b": four})
