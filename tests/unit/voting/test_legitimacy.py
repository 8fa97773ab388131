"""Power behind legitimacy against orderings of the voters, and the two parts of legitimacy."""

from fractions import Fraction
from itertools import permutations
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.errors import CoopgamesError
from coopgames.voting import (
    Committee,
    Quota,
    Veto,
    Voters,
    legitimacy,
    legitimacy_of_rule,
    shapley_shubik,
)


def by_orderings(weights, quota, vetoes):
    """Shapley-Shubik: the share of orderings in which a voter turns failure into passage."""
    n = len(weights)

    def passes(coalition):
        return vetoes <= coalition and sum(weights[i] for i in coalition) >= quota

    swings = [0] * n
    orders = list(permutations(range(n)))
    for order in orders:
        coalition = set()
        for voter in order:
            before = passes(coalition)
            coalition.add(voter)
            if passes(coalition) and not before:
                swings[voter] += 1
    return [Fraction(s, len(orders)) for s in swings]


def committee(weights, quota, vetoes, used=1.0):
    voters = tuple(Voters(id=f"v{i}", weights={"votes": w}) for i, w in enumerate(weights))
    rule = Quota(votes=quota, weight="votes")
    for i in vetoes:
        rule = rule & Veto(by=f"v{i}", used=used)
    return Committee(voters=voters, rule=rule)


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=5).filter(lambda w: sum(w) > 0),
    st.data(),
)
def test_power_is_the_share_of_orderings(weights, data) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    veto = data.draw(st.sets(st.sampled_from(range(len(weights)))))
    expected = by_orderings(weights, quota, veto)
    game = committee(weights, quota, veto)
    assert list(shapley_shubik(game).values()) == expected
    found = list(shapley_shubik(game, exact=False).values())
    assert found == pytest.approx([float(x) for x in expected], abs=1e-12)


def test_fractional_blocking_by_polynomials() -> None:
    """Two voters, one Yes needed, the first blocks at k: A = p1 + (1-p1) p2 (1-k), by hand."""
    found = shapley_shubik(committee([1, 1], 1, [0], used=0.4))
    # dA/dp1 = 1 - p (1-k), dA/dp2 = (1-p)(1-k); integrals 1 - (1-k)/2 and (1-k)/2.
    assert found == {"v0": Fraction(7, 10), "v1": Fraction(3, 10)}


@pytest.mark.parametrize("size", [1, 2, 3, 10, 193])
def test_quadrature_is_exact_for_the_degree(size: int) -> None:
    """Unanimity of n: dA/dp_i = p^(n-1), whose integral is 1/n."""
    found = shapley_shubik(committee([1] * size, size, []), exact=False)
    assert list(found.values()) == pytest.approx([1 / size] * size, rel=1e-10)


def test_a_rule_is_as_legitimate_as_its_power_is_equal() -> None:
    """Three of four equal voters among five affected: coverage 4/5, Gini of (1,1,1,1,0)/4."""
    found = legitimacy_of_rule(committee([1] * 4, 3, []), affected=5)
    assert found.coverage == pytest.approx(0.8)
    # Normalised Gini of four equal shares and a zero: sum of |differences| 8/4 over 2 n^2 mean,
    # times n / (n - 1): (2 / (2 * 25 / 5)) * 5 / 4.
    assert found.equality == pytest.approx(1 - 0.25)
    with pytest.raises(CoopgamesError, match="affected must be >= 4; got 3"):
        legitimacy_of_rule(committee([1] * 4, 3, []), affected=3)


def test_legitimacy_has_two_parts() -> None:
    found = legitimacy([0.5, 0.5, 0.0, 0.0], [True, True, True, False])
    assert found.coverage == 0.75
    assert found.equality == pytest.approx(1 - 2 / 3)
    assert found.value == pytest.approx((0.75 + 1 / 3) / 2)


def test_equal_universal_vote_is_one_and_a_dictator_is_none() -> None:
    assert legitimacy([1 / 7] * 7, [1] * 7) == pytest.approx((1.0, 1.0, 1.0))
    found = legitimacy([1.0] + [0.0] * 9, [1] + [0] * 9)
    assert found == pytest.approx((0.05, 0.1, 0.0))


def test_where_nobody_swings_coverage_stands_alone() -> None:
    found = legitimacy([0.0] * 4, [1, 1, 0, 0])
    assert isnan(found.equality)
    assert (found.value, found.coverage) == (0.5, 0.5)
