"""Laws of random subsets against enumeration of every combination of outcomes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.kernels.votes.subsets import (
    copies,
    couple,
    cumulate,
    decumulate,
    push,
    union_over_rounds,
    unite,
)


def laws(bits: int):
    weights = st.lists(
        st.floats(0.0, 1.0).map(lambda w: round(w, 3)), min_size=1 << bits, max_size=1 << bits
    )
    return weights.filter(lambda w: sum(w) > 0).map(lambda w: np.array(w) / sum(w))


@given(laws(3))
def test_cumulate_sums_over_subsets(law) -> None:
    found = cumulate(law)
    for s in range(8):
        expected = sum(law[t] for t in range(8) if t & ~s == 0)
        assert found[s] == pytest.approx(expected, abs=1e-14)
    assert decumulate(found) == pytest.approx(law, abs=1e-14)


@given(laws(3), laws(3), laws(3))
def test_unite_against_enumeration(a, b, c) -> None:
    expected = np.zeros(8)
    for i, j, k in product(range(8), repeat=3):
        expected[i | j | k] += a[i] * b[j] * c[k]
    assert unite(a, b, c) == pytest.approx(expected, abs=1e-14)


def test_unite_keeps_leading_rows() -> None:
    a = np.array([[0.5, 0.5], [0.2, 0.8]])
    found = unite(a, np.array([0.5, 0.5]))
    assert found == pytest.approx(np.array([[0.25, 0.75], [0.1, 0.9]]))


@given(laws(2), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_push_moves_mass(law, image) -> None:
    expected = np.zeros(4)
    for subset, target in enumerate(image):
        expected[target] += law[subset]
    assert push(law, np.array(image)) == pytest.approx(expected, abs=1e-15)


@given(laws(2), st.integers(1, 3), st.integers(1, 3))
def test_union_over_rounds_against_enumeration(law, first, second) -> None:
    """Body 0 takes part in the first rounds, body 1 in so many; a ballot is shared in each."""
    longest = max(first, second)
    expected = np.zeros(4)
    for draws in product(range(4), repeat=longest):
        adopted = 0
        for step, draw in enumerate(draws):
            active = (step < first) | (step < second) << 1
            adopted |= draw & active
        expected[adopted] += np.prod([law[d] for d in draws])
    assert union_over_rounds(law, [first, second]) == pytest.approx(expected, abs=1e-13)


def test_no_bodies_and_no_rounds() -> None:
    assert union_over_rounds(np.ones(1), []) == pytest.approx([1.0])


@given(st.floats(0, 1), st.integers(1, 6), st.floats(0, 1))
def test_copies_against_enumeration(p, centres, common_cause) -> None:
    independent = 0.0
    for acts in product((0, 1), repeat=centres):
        if any(acts):
            independent += np.prod([p if act else 1 - p for act in acts])
    expected = common_cause * p + (1 - common_cause) * independent
    assert copies(p, centres, common_cause) == pytest.approx(expected, abs=1e-12)


def test_copies_at_the_ends() -> None:
    assert copies(np.array([0.0, 1.0]), 5, 0.3) == pytest.approx([0.0, 1.0])
    assert copies(0.4, 7, 1.0) == pytest.approx(0.4)
    assert copies(1e-18, 4, 0.0) == pytest.approx(4e-18, rel=1e-12)  # no cancellation


@given(laws(1), laws(1), laws(1), st.floats(0, 1))
def test_couple_single_bodies_against_intervals(a, b, c, common_cause) -> None:
    """One uniform for all: body j acts iff U <= A_j; cut [0, 1] at the three probabilities."""
    chances = [a[1], b[1], c[1]]
    independent = np.zeros(8)
    for acts in product((0, 1), repeat=3):
        mask = sum(act << j for j, act in enumerate(acts))
        independent[mask] += np.prod([p if x else 1 - p for p, x in zip(chances, acts)])
    common = np.zeros(8)
    cuts = sorted({0.0, 1.0, *chances})
    for low, high in zip(cuts, cuts[1:]):
        common[sum((p >= high) << j for j, p in enumerate(chances))] += high - low
    wide = [np.array([law[0], law[1]]) for law in (a, b, c)]
    children = []
    for j, law in enumerate(wide):
        child = np.zeros(8)
        child[0], child[1 << j] = law
        children.append(child)
    expected = common_cause * common + (1 - common_cause) * independent
    assert couple(children, common_cause) == pytest.approx(expected, abs=1e-12)


def test_couple_draws_what_a_child_does_independently_given_that_it_acts() -> None:
    """Child 0 is a pair of bodies that act together or one alone; child 1 is a third body."""
    first = np.zeros(8)
    first[[0, 0b001, 0b011]] = 0.5, 0.2, 0.3
    second = np.zeros(8)
    second[[0, 0b100]] = 0.3, 0.7
    found = couple([first, second], 1.0)
    # U <= .5: both; .5 < U <= .7: the third alone; else nothing.
    expected = np.zeros(8)
    expected[[0b101, 0b111, 0b100, 0]] = 0.5 * 0.4, 0.5 * 0.6, 0.2, 0.3
    assert found == pytest.approx(expected, abs=1e-15)


def test_couple_row_by_row() -> None:
    first = np.array([[0.5, 0.5, 0, 0], [1.0, 0.0, 0, 0]])
    second = np.array([[0.2, 0.0, 0.8, 0]])
    found = couple([first, second], 0.5)
    for row in range(2):
        alone = couple([first[row], second[0]], 0.5)
        assert found[row] == pytest.approx(alone, abs=1e-15)
