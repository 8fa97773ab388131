"""Swing power by quadrature against orderings of the voters, and the two parts of legitimacy."""

from fractions import Fraction
from itertools import permutations
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.voting import legitimacy, swing_power


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


def passage_of(weights, quota, blocking):
    """Passage for swing_power: sums over 2^(n-1) votes of the others."""

    def passage(p, voter):
        sides = []
        for own in (1, 0):
            total = np.zeros_like(p)
            for mask in range(1 << len(weights)):
                if (mask >> voter & 1) != own:
                    continue
                votes = [mask >> i & 1 for i in range(len(weights))]
                if sum(w for w, v in zip(weights, votes) if v) < quota:
                    continue
                chance = np.ones_like(p)
                for i, vote in enumerate(votes):
                    if i != voter:
                        chance = chance * (p if vote else 1 - p)
                    if not vote:
                        chance = chance * (1 - blocking[i])
                total += chance
            sides.append(total)
        return sides[0], sides[1]

    return passage


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=5).filter(lambda w: sum(w) > 0),
    st.data(),
)
def test_swing_integral_is_shapley_shubik(weights, data) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    veto = data.draw(st.sets(st.sampled_from(range(len(weights)))))
    blocking = [1.0 if i in veto else 0.0 for i in range(len(weights))]
    n = len(weights)
    found = swing_power(passage_of(weights, quota, blocking), n, range(n))
    expected = [float(x) for x in by_orderings(weights, quota, veto)]
    assert found == pytest.approx(expected, abs=1e-12)
    assert found.sum() == pytest.approx(1.0)


def test_fractional_blocking_by_polynomials() -> None:
    """Two voters, one Yes needed, the first blocks at k: A = p1 + (1-p1) p2 (1-k), by hand."""
    k = 0.4
    found = swing_power(passage_of([1, 1], 1, [k, 0.0]), 2, range(2))
    # dA/dp1 = 1 - p (1-k), dA/dp2 = (1-p)(1-k); integrals 1 - (1-k)/2 and (1-k)/2.
    assert found == pytest.approx([1 - 0.6 / 2, 0.6 / 2], rel=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 10, 193])
def test_quadrature_is_exact_for_the_degree(size: int) -> None:
    """Unanimity of n: dA/dp_i = p^(n-1), whose integral is 1/n."""
    found = swing_power(lambda p, c: (p ** (size - 1), np.zeros_like(p)), size, range(1))
    assert found[0] == pytest.approx(1 / size, rel=1e-10)


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
