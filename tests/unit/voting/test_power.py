"""Indices against hand calculations, orderings and their axioms."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest

import coopgames as cg
from coopgames import Committee, Quota, Veto, Voters, power, weighted_committee


def eec() -> Committee:
    names = ("france", "germany", "italy", "belgium", "netherlands", "luxembourg")
    return weighted_committee(12, dict(zip(names, (4, 4, 4, 2, 2, 1))))


def test_three_with_a_strong_one_by_hand() -> None:
    """[3; 2, 1, 1]: winning ab, ac, abc; minimal ab, ac."""
    found = power(weighted_committee(3, {"a": 2, "b": 1, "c": 1}))
    assert found.coleman_act == Fraction(3, 8)
    rows = {name: (row["a"], row["b"]) for name, row in found.values.items()}
    assert rows == {
        "shapley_shubik": (Fraction(2, 3), Fraction(1, 6)),
        "banzhaf": (Fraction(3, 5), Fraction(1, 5)),
        "banzhaf_absolute": (Fraction(3, 4), Fraction(1, 4)),
        "coleman_prevent": (Fraction(1), Fraction(1, 3)),
        "coleman_initiate": (Fraction(3, 5), Fraction(1, 5)),
        # ab and ac have two critical members each, abc only a.
        "johnston": (Fraction(2, 3), Fraction(1, 6)),
        "deegan_packel": (Fraction(1, 2), Fraction(1, 4)),
        "holler_packel": (Fraction(1, 2), Fraction(1, 4)),
    }


def test_all_orders_of_the_six() -> None:
    """720 orders, one at a time."""
    weights = [4, 4, 4, 2, 2, 1]
    pivots = [0] * 6
    for order in permutations(range(6)):
        total = 0
        for voter in order:
            total += weights[voter]
            if total >= 12:
                pivots[voter] += 1
                break
    found = power(eec(), ["shapley_shubik"]).values["shapley_shubik"]
    assert list(found.values()) == [Fraction(p, 720) for p in pivots]


def test_minimal_coalitions_of_a_weighted_committee_by_listing_and_by_polynomials() -> None:
    """Twenty different weights: the polynomial route, against all coalitions in NumPy."""
    weights = np.array([3, 5, 7, 11, 13, 2, 17, 4, 6, 8, 9, 10, 12, 14, 15, 16])
    quota = int(weights.sum() * 2 // 3)
    votes = (np.arange(1 << weights.size)[:, None] >> np.arange(weights.size)) & 1
    sums = votes @ weights
    least = np.where(votes == 1, weights, 10**9).min(axis=1)
    minimal = (sums >= quota) & (sums - least < quota)
    heads = votes[minimal].sum(axis=1)
    number = int(minimal.sum())
    found = power(weighted_committee(quota, weights.tolist()), ["deegan_packel", "holler_packel"])
    members = votes[minimal].sum(axis=0)
    assert [float(v) for v in found.values["holler_packel"].values()] == pytest.approx(
        members / members.sum()
    )
    shares = (votes[minimal] / heads[:, None]).sum(axis=0) / number
    assert [float(v) for v in found.values["deegan_packel"].values()] == pytest.approx(shares)


def test_large_assembly_keeps_its_axioms() -> None:
    """193 voters with weights that sum to 10,000: exact sums, and floating point beside them."""
    rng = np.random.default_rng(7)
    weights = (rng.multinomial(10_000 - 193, np.ones(193) / 193) + 1).tolist()
    committee = weighted_committee(5_001, weights)
    exact = power(committee, ["banzhaf", "banzhaf_absolute"])
    assert sum(exact.values["banzhaf"].values()) == 1
    rounded = power(committee, ["shapley_shubik", "banzhaf_absolute"], exact=False)
    assert sum(rounded.values["shapley_shubik"].values()) == pytest.approx(1.0, abs=1e-12)
    for voter, value in exact.values["banzhaf_absolute"].items():
        assert rounded.values["banzhaf_absolute"][voter] == pytest.approx(float(value), abs=1e-12)
    assert 0 < rounded.error < 1e-11


def test_the_integral_meets_the_rationals() -> None:
    committee = Committee(
        voters=(Voters(id="p", count=3), Voters(id="q", count=4, weights={"w": 3}), Voters(id="r")),
        rule=Quota(votes=4) & Veto(by="p", used=0.3) | Quota(votes=9, weight="w"),
    )
    exact = power(committee, ["shapley_shubik", "banzhaf", "coleman_prevent"])
    rounded = power(committee, ["shapley_shubik", "banzhaf", "coleman_prevent"], exact=False)
    for name, row in exact.values.items():
        for group, value in row.items():
            assert rounded.values[name][group] == pytest.approx(float(value), abs=1e-13)


def test_a_dictator_has_it_all() -> None:
    committee = Committee(
        voters=(Voters(id="one"), Voters(id="rest", count=4)), rule=cg.dictator("one")
    )
    for name, row in power(committee).values.items():
        own, others = row["one"], row["rest"]
        assert others == 0, name
        assert own == 1, name


def test_nobody_is_divided_by_where_nobody_swings() -> None:
    """A veto that is never used stands in the way of nothing; the quota is met by one."""
    committee = Committee(voters=(Voters(id="a", count=2),), rule=Quota(votes=1) & Veto(used=0.0))
    assert power(committee, ["banzhaf"]).values["banzhaf"] == {"a": Fraction(1, 2)}


def test_de_facto_vetoes_leave_minimal_coalitions_undefined() -> None:
    committee = Committee(voters=(Voters(id="a", count=2),), rule=Quota(votes=1) & Veto(used=0.5))
    found = power(committee)
    for name in ("johnston", "deegan_packel", "holler_packel"):
        assert found.values[name] == {"a": None}
        assert "de facto" in found.reasons[name]


def test_unknown_index_is_named() -> None:
    with pytest.raises(cg.CoopgamesError, match=r"indices must be one of .* got 'shapley'"):
        power(eec(), ["shapley"])


def test_frame_has_one_row_per_group() -> None:
    frame = power(eec(), ["banzhaf", "johnston"]).to_pandas()
    assert list(frame.columns) == ["group", "voters", "banzhaf", "johnston"]
    assert frame["banzhaf"].sum() == pytest.approx(1.0)


def test_vetoes_of_k_of_a_group_by_listing() -> None:
    """Three of five permanent members must object to stop a motion of eight with four votes."""
    committee = Committee(
        voters=(Voters(id="p", count=5), Voters(id="e", count=3)),
        rule=Quota(votes=4) & Veto(by="p", needed=3),
    )
    winning = swings_p = swings_e = 0
    for size in range(9):
        for yes in combinations(range(8), size):
            members = set(yes)

            def wins(coalition: set[int]) -> bool:
                return len(coalition) >= 4 and len([i for i in range(5) if i not in coalition]) < 3

            if wins(members):
                winning += 1
                swings_p += 0 in members and not wins(members - {0})
                swings_e += 7 in members and not wins(members - {7})
    found = power(committee, ["banzhaf_absolute"])
    assert found.coleman_act == Fraction(winning, 256)
    assert found.values["banzhaf_absolute"] == {
        "p": Fraction(swings_p, 128),
        "e": Fraction(swings_e, 128),
    }
