"""Joint passage laws against enumeration of every vote, every block, every interval of U."""

from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgames.errors import BudgetError
from coopgames.voting import Ballot, passage_law, threshold_of
from coopgames.voting import ballots as module


def passing(yes_sets, voters, weights, thresholds, blocking):
    """Law over sets of passing chambers given who says Yes where, blocks being independent."""
    chambers = len(thresholds)
    law = np.zeros(1 << chambers)
    # A chamber's blocks are independent of another's.
    passes = []
    for j in range(chambers):
        weight = sum(weights[c][j] for i, c in enumerate(voters) if yes_sets[i][j])
        clear = np.prod([1 - blocking[c][j] for i, c in enumerate(voters) if not yes_sets[i][j]])
        passes.append(float(clear) if weight >= thresholds[j] else 0.0)
    for pattern in product((0, 1), repeat=chambers):
        mask = sum(bit << j for j, bit in enumerate(pattern))
        law[mask] += np.prod([p if bit else 1 - p for p, bit in zip(passes, pattern)])
    return law


def intervals(points):
    cuts = sorted({0.0, 1.0, *points})
    return [(high - low, high) for low, high in zip(cuts, cuts[1:])]


def enumerate_law(counts, weights, thresholds, blocking, yes, *, correlation=0.0):
    """One row by brute force: a voter's one U says Yes in chamber j iff U <= p_cj."""
    voters = [c for c, n in enumerate(counts) for _ in range(n)]
    chambers = len(thresholds)
    law = np.zeros(1 << chambers)
    for draws in product(*(intervals(yes[c]) for c in voters)):
        chance = np.prod([length for length, _ in draws]) if draws else 1.0
        sets = [[high <= yes[c][j] for j in range(chambers)] for c, (_, high) in zip(voters, draws)]
        law += (1 - correlation) * chance * passing(sets, voters, weights, thresholds, blocking)
    if correlation:
        for length, high in intervals([p for c in set(voters) for p in yes[c]]):
            sets = [[high <= yes[c][j] for j in range(chambers)] for c in voters]
            law += correlation * length * passing(sets, voters, weights, thresholds, blocking)
    return law


@st.composite
def elections(draw, most=2, least=1):
    j = draw(st.integers(least, most))
    classes = draw(st.integers(1, 3))
    counts = draw(st.lists(st.integers(0, 2), min_size=classes, max_size=classes))
    cell = st.lists(st.integers(0, 3), min_size=j, max_size=j)
    weights = draw(st.lists(cell, min_size=classes, max_size=classes))
    total = [sum(n * w[k] for n, w in zip(counts, weights)) for k in range(j)]
    thresholds = [draw(st.integers(0, t + 1)) for t in total]
    shares = st.lists(st.sampled_from([0.0, 0.25, 0.8, 1.0]), min_size=j, max_size=j)
    blocking = draw(st.lists(shares, min_size=classes, max_size=classes))
    # A voter without weight has no seat and blocks nothing.
    blocking = [[b if w else 0.0 for b, w in zip(bs, ws)] for bs, ws in zip(blocking, weights)]
    probability = st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]), min_size=j, max_size=j)
    yes = draw(st.lists(probability, min_size=classes, max_size=classes))
    return counts, weights, thresholds, blocking, yes


def ballot_of(election):
    counts, weights, thresholds, blocking, yes = election
    ballot = Ballot(
        counts=np.array([counts]),
        weights=np.array(weights),
        thresholds=np.array([thresholds]),
        blocking=np.array([blocking]),
    )
    return ballot, np.array([yes])


@given(elections())
def test_joint_law_against_enumeration(election) -> None:
    ballot, yes = ballot_of(election)
    law = passage_law(ballot, yes)
    assert law.sum() == pytest.approx(1.0)
    assert law[0] == pytest.approx(enumerate_law(*election), abs=1e-12)


@settings(max_examples=40)
@given(elections(most=3, least=3))
def test_three_chambers_against_enumeration(election) -> None:
    ballot, yes = ballot_of(election)
    assert passage_law(ballot, yes)[0] == pytest.approx(enumerate_law(*election), abs=1e-12)


@given(elections(), st.sampled_from([0.3, 1.0]))
def test_correlated_voters_against_enumeration(election, correlation) -> None:
    ballot, yes = ballot_of(election)
    law = passage_law(ballot, yes, correlation=correlation)
    expected = enumerate_law(*election, correlation=correlation)
    assert law[0] == pytest.approx(expected, abs=1e-12)


def test_rows_stand_for_themselves() -> None:
    """A batch of electorates and probabilities gives each row what it gets alone."""
    counts = np.array([[2, 1], [1, 1], [2, 0]])
    weights, blocking = np.array([[1], [2]]), np.array([[[0.5], [0.0]]])
    thresholds = np.array([[2], [1], [3]])
    yes = np.array([[[0.4], [0.9]], [[0.2], [0.3]], [[1.0], [0.5]]])
    law = passage_law(
        Ballot(counts=counts, weights=weights, thresholds=thresholds, blocking=blocking), yes
    )
    for row in range(3):
        expected = enumerate_law(
            counts[row], weights.tolist(), thresholds[row], blocking[0].tolist(), yes[row].tolist()
        )
        assert law[row] == pytest.approx(expected, abs=1e-14)


def test_one_ballot_is_seen_by_both_chambers() -> None:
    """A council inside an assembly: passing there implies passing here where the bar is lower."""
    ballot = Ballot(
        counts=np.array([[2, 3]]),
        weights=np.array([[1, 1], [0, 1]]),
        thresholds=np.array([[2, 2]]),
        blocking=np.zeros((1, 2, 2)),
    )
    law = passage_law(ballot, np.full((1, 2, 2), 0.5))[0]
    assert law[0b01] == 0.0  # the council alone is impossible: its two Yes are two Yes
    assert law[0b11] == pytest.approx(0.25)


def test_large_electorates_are_quick_and_exact() -> None:
    size, needed = 193, 129
    ballot = Ballot(
        counts=np.array([[size]]),
        weights=np.ones((1, 1), dtype=np.int64),
        thresholds=np.array([[needed]]),
        blocking=np.zeros((1, 1, 1)),
    )
    p = Fraction(7, 10)
    term, tail = p**size, Fraction(0)
    for k in range(size, needed - 1, -1):  # from the top: each term from the one above
        tail += term
        term = term * (1 - p) / p * k / (size - k + 1)
    law = passage_law(ballot, np.full((1, 1, 1), 0.7))
    assert law[0, 1] == pytest.approx(float(tail), rel=1e-11)


def test_nobody_votes() -> None:
    ballot = Ballot(
        counts=np.array([[0]]),
        weights=np.ones((1, 1), dtype=np.int64),
        thresholds=np.array([[0]]),
        blocking=np.ones((1, 1, 1)),
    )
    assert passage_law(ballot, np.full((1, 1, 1), 0.5))[0] == pytest.approx([0.0, 1.0])


def test_an_impossible_joint_law_is_refused_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_STATE_SPACE", 100)
    ballot = Ballot(
        counts=np.array([[10, 10]]),
        weights=np.ones((2, 2), dtype=np.int64),
        thresholds=np.array([[10, 15]]),
        blocking=np.zeros((1, 2, 2)),
    )
    with pytest.raises(BudgetError, match=r"2 chambers needs 204 cells, more than 100"):
        passage_law(ballot, np.full((1, 2, 2), 0.5))


@given(
    st.integers(0, 400),
    st.fractions(min_value=0, max_value=1, max_denominator=60),
    st.booleans(),
)
def test_threshold_is_the_least_weight_that_reaches_the_quota(total, quota, strict) -> None:
    found = threshold_of(total, quota, strict=strict)
    reaches = [w for w in range(total + 2) if (w > quota * total if strict else w >= quota * total)]
    assert found == reaches[0]


def test_thresholds_are_exact_where_floats_are_not() -> None:
    assert threshold_of(15, Fraction(3, 5), strict=False) == 9
    assert ceil(0.07 * 100) == 8  # what binary floating point would ask for
    assert threshold_of(100, Fraction("0.07"), strict=False) == 7
    assert floor(0.29 * 100) + 1 == 29
    assert threshold_of(100, Fraction("0.29"), strict=True) == 30
