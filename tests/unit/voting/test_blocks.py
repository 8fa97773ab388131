"""Four computations of one block give the same numbers, and none of them sees the others."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.errors import BudgetError
from coopgames.voting import Committee, Quota, Veto, Voters, blocks, power, weighted_committee
from coopgames.voting.blocks import block_law
from coopgames.voting.tally import tally


def by_enumeration(block, yes, no):
    """Law and gains from all vectors of Yes counts, voter by voter in plain Python."""
    voters = [(g, kind) for g, kind in enumerate(block.kinds) for _ in range(kind.count)]

    def class_of(votes):
        sums = [0] * len(block.thresholds)
        for (_, kind), vote in zip(voters, votes):
            for f, step in enumerate(kind.of("yes")[0].steps):
                sums[f] += step * vote
        number = 0
        for value, limits in zip(sums, block.thresholds):
            number = number * (len(limits) + 1) + sum(value >= limit for limit in limits)
        return number

    law = [0] * block.classes
    gains = [[0] * block.classes for _ in block.kinds]
    first = {g: i for i, (g, _) in reversed(list(enumerate(voters)))}
    for votes in product((0, 1), repeat=len(voters)):
        mass = 1
        for (g, _), vote in zip(voters, votes):
            mass *= yes[g] if vote else no[g]
        law[class_of(votes)] += mass
        for g, i in first.items():
            if votes[i]:
                continue
            others = mass // no[g]
            gains[g][class_of(votes)] -= others
            gains[g][class_of((*votes[:i], 1, *votes[i + 1 :]))] += others
    return law, gains


@st.composite
def committees(draw):
    """Plain rules of one or two sums over few voters."""
    groups = draw(st.integers(1, 4))
    voters = tuple(
        Voters(
            id=f"g{i}",
            count=draw(st.integers(1, 3)),
            weights={"w": draw(st.integers(1, 5)), "x": draw(st.integers(0, 4))},
        )
        for i in range(groups)
    )
    rule = Quota(share=draw(st.sampled_from((0.3, 0.5, 0.9))), weight="w")
    if draw(st.booleans()):
        rule = rule & Quota(share=draw(st.sampled_from((0.25, 0.6))))
    if draw(st.booleans()):
        rule = rule | Quota(share=draw(st.sampled_from((0.5, 0.75))), of="g0")
    return Committee(voters=voters, rule=rule)


@given(committees(), st.integers(1, 3), st.integers(1, 3))
def test_every_computation_agrees_with_enumeration(committee, up, down) -> None:
    for block in tally(committee).blocks:
        kinds = len(block.kinds)
        yes = [up + g % 2 for g in range(kinds)]
        no = [down] * kinds
        law, gains = by_enumeration(block, yes, no)
        masses = [{"yes": y, "no": n} for y, n in zip(yes, no)]
        ways = [blocks._counts, blocks._halves, blocks._grid]
        ways += [blocks._line] if len(block.thresholds) == 1 else []
        for way in ways:
            found = way(block, masses, True, 1)
            assert found.law.tolist() == law, way
            assert found.gains.tolist() == gains, way
        support = np.array([0.3, 0.5, 0.8])
        floats = [{"yes": support, "no": 1 - support}] * kinds
        reference = blocks._grid(block, floats, False, 3)
        for way in ways:
            found = way(block, floats, False, 3)
            assert found.law == pytest.approx(reference.law, abs=1e-14)
            assert found.gains == pytest.approx(reference.gains, abs=1e-14)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.data())
def test_floating_series_run_from_the_side_that_contracts(weights, data) -> None:
    """Support near 0, near 1 and on either side of one half, against whole numbers."""
    quota = data.draw(st.integers(1, sum(weights)))
    block = tally(weighted_committee(quota, weights)).blocks[0]
    for share in (1, 3, 50, 97, 99):
        exact = block_law(block, [{"yes": share, "no": 100 - share}] * len(block.kinds), exact=True)
        p = np.array([share / 100])
        found = block_law(block, [{"yes": p, "no": 1 - p}] * len(block.kinds), exact=False, batch=1)
        n = len(weights)
        assert found.law[:, 0] == pytest.approx([float(x / 100**n) for x in exact.law], abs=1e-13)
        for row, other in zip(found.gains[:, :, 0], exact.gains):
            assert row == pytest.approx([float(x / 100 ** (n - 1)) for x in other], abs=1e-13)


def test_sure_voters_are_no_special_case() -> None:
    """A group that always says Yes, and one that always says No."""
    block = tally(weighted_committee(4, [3, 2, 1]), apart=[0, 1, 2]).blocks[0]
    masses = [{"yes": 1, "no": 0}, {"yes": 0, "no": 1}, {"yes": 1, "no": 1}]
    for way in (blocks._line, blocks._counts, blocks._halves, blocks._grid):
        found = way(block, masses, True, 1)
        assert found.law.tolist() == [1, 1], way
        # Each turns the sum from below 4 to 4 or more in one of the third's two votes, or in the
        # one case there is.
        assert found.gains.tolist() == [[-1, 1], [-1, 1], [-1, 1]], way


def test_large_weights_are_exact_where_a_grid_would_not_fit() -> None:
    """Two majorities with populations in persons: shifts of all weights change nothing."""
    people = [83_019_213 - 7_919 * i * i for i in range(24)]
    voters = tuple(Voters(id=f"s{i}", weights={"population": p}) for i, p in enumerate(people))
    rule = Quota(share=0.55) & Quota(share=0.65, weight="population")
    fine = Committee(voters=voters, rule=rule)
    scaled = tuple(g.replace(weights={"population": 3 * g.weights["population"]}) for g in voters)
    first = power(fine, ["shapley_shubik", "banzhaf"])
    second = power(fine.replace(voters=scaled), ["shapley_shubik", "banzhaf"])
    assert first.values == second.values
    assert sum(first.values["shapley_shubik"].values()) == 1


def test_a_request_too_large_says_how_large_before_it_starts() -> None:
    voters = tuple(
        Voters(id=f"s{i}", weights={"a": 10_000 + 37 * i, "b": 20_000 + 91 * i * i})
        for i in range(190)
    )
    rule = Quota(share=0.5, weight="a") & Quota(share=0.6, weight="b")
    with pytest.raises(BudgetError, match=r"190 voters of 190 kinds .* s and .* MB, more than"):
        power(Committee(voters=voters, rule=rule), ["banzhaf"])


def test_committees_of_a_thousand_do_not_overflow() -> None:
    """Simple majority of 1,001: half the chance that the other 1,000 split evenly, by Stirling."""
    found = power(weighted_committee(501, [1] * 1001), ["banzhaf_absolute"], exact=False)
    expected = comb(1000, 500) / 2**1000
    assert found.values["banzhaf_absolute"]["v1"] == pytest.approx(expected, rel=1e-11)


def test_chances_of_one_ballot_sum_to_one() -> None:
    committee = Committee(
        voters=(Voters(id="a", count=2), Voters(id="b")),
        rule=Quota(votes=1) & Veto(by="a", used=0.25) & Veto(by=("a", "b"), used=0.5, needed=2),
    )
    for block in tally(committee, abstentions=True).blocks:
        for kind in block.kinds:
            for ballot in ("yes", "no", "abstain", "absent"):
                assert sum(option.chance for option in kind.of(ballot)) == 1
