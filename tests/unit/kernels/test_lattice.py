"""Gibbs laws by convolution against enumeration of every act profile."""

from itertools import product
from math import exp, fsum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.kernels import lattice
from coopgames.kernels.lattice import gibbs_law, leave_one_out


def enumerate_gibbs(counts, leverage, drive, potential):
    """Law of X, act rate per group and log partition over all 2^n profiles of one event."""
    owner = [g for g, n in enumerate(counts) for _ in range(n)]
    law = np.zeros(len(potential))
    acting = np.zeros(len(counts))
    profiles = []
    for acts in product((0, 1), repeat=len(owner)):
        x = sum(int(leverage[g]) * a for g, a in zip(owner, acts))
        profiles.append((acts, x, potential[x] + sum(drive[g] * a for g, a in zip(owner, acts))))
    top = max(energy for _, _, energy in profiles)
    total = fsum(exp(energy - top) for _, _, energy in profiles)
    for acts, x, energy in profiles:
        weight = exp(energy - top) / total
        law[x] += weight
        for g, a in zip(owner, acts):
            acting[g] += a * weight
    rates = np.array([a / n if n else 0.0 for a, n in zip(acting, counts)])
    return law, rates, top + np.log(total)


@st.composite
def games(draw):
    groups = draw(st.integers(1, 3))
    counts = draw(st.lists(st.integers(0, 3), min_size=groups, max_size=groups))
    leverage = draw(st.lists(st.integers(0, 4), min_size=groups, max_size=groups))
    scale = draw(st.sampled_from([1.0, 30.0, 2000.0]))  # the last one leaves double precision
    numbers = st.floats(-1.0, 1.0).map(lambda value: value * scale)
    drive = draw(st.lists(numbers, min_size=groups, max_size=groups))
    reach = sum(n * k for n, k in zip(counts, leverage))
    size = reach + 1 + draw(st.integers(0, 2))
    potential = draw(st.lists(numbers, min_size=size, max_size=size))
    return tuple(np.array(item) for item in (counts, leverage, drive, potential))


@given(games())
def test_one_event_against_enumeration(game) -> None:
    counts, leverage, drive, potential = game
    law, rates, log_partition = enumerate_gibbs(*game)
    found = gibbs_law(counts, leverage, drive, potential)
    assert found.law.shape == (1, potential.size)
    assert found.law[0] == pytest.approx(law, abs=1e-9)
    assert found.acts[0] == pytest.approx(rates, abs=1e-9)
    # The partition function of the profile law, up to the factors 1 + exp(drive) of the base law.
    base = fsum(n * np.logaddexp(0.0, d) for n, d in zip(counts, drive))
    assert found.log_partition[0] + base == pytest.approx(log_partition, rel=1e-10, abs=1e-9)


@given(games())
def test_without_the_backward_pass_the_law_is_the_same(game) -> None:
    whole, half = gibbs_law(*game), gibbs_law(*game, acts=False)
    assert half.law == pytest.approx(whole.law, rel=1e-13, abs=0)
    assert np.isnan(half.acts).all()


@given(games())
def test_log_domain_and_linear_agree(game) -> None:
    counts, leverage, drive, potential = game
    drive, potential = drive / 100, potential / 100
    linear = gibbs_law(counts, leverage, drive, potential)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lattice, "SAFE_LOG_RANGE", -1.0)
        logs = gibbs_law(counts, leverage, drive, potential)
    assert logs.law == pytest.approx(linear.law, rel=1e-11, abs=1e-300)
    assert logs.acts == pytest.approx(linear.acts, rel=1e-11, abs=1e-300)
    assert logs.log_partition == pytest.approx(linear.log_partition, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("logs", [False, True])
def test_several_events_with_shared_and_varying_groups(
    logs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if logs:
        monkeypatch.setattr(lattice, "SAFE_LOG_RANGE", -1.0)
    leverage = np.array([2, 1, 3, 1])
    # Group 0 never changes; group 1 changes in drive, 2 and 3 in number and are empty at times.
    counts = np.array([[2, 3, 1, 1], [2, 3, 2, 0], [2, 3, 0, 2]])
    drive = np.array([[0.3, -0.2, 1.0, 0.4], [0.3, 0.9, 1.0, 0.4], [0.3, -2.0, 1.0, 0.1]])
    reach = int((counts @ leverage).max())
    potential = np.sin(np.arange(reach + 1.0)) * 3
    found = gibbs_law(counts, leverage, drive, potential)
    for row in range(3):
        law, rates, _ = enumerate_gibbs(counts[row], leverage, drive[row], potential)
        assert found.law[row] == pytest.approx(law, abs=1e-12)
        assert found.acts[row] == pytest.approx(rates, abs=1e-12)


def test_one_row_of_counts_serves_all_events() -> None:
    counts, leverage = np.array([[2, 2]]), np.array([1, 2])
    drive = np.array([[0.0, 1.0], [2.0, -1.0]])
    potential = np.linspace(0, 2, 7)
    found = gibbs_law(counts, leverage, drive, potential)
    assert found.law.shape == (2, 7)
    for row in range(2):
        law, rates, _ = enumerate_gibbs(counts[0], leverage, drive[row], potential)
        assert found.law[row] == pytest.approx(law, abs=1e-13)
        assert found.acts[row] == pytest.approx(rates, abs=1e-13)


@pytest.mark.parametrize("precision", [1e3, 1e5, 1e8])
def test_huge_precision_selects_the_maximum(precision: float) -> None:
    """Two of three acting is the one maximum of V(X) - .12 X."""
    counts, leverage = np.array([3]), np.array([1])
    potential = precision * np.array([0.0, 0.0, 0.8, 0.8])
    found = gibbs_law(counts, leverage, np.array([-0.12 * precision]), potential)
    assert found.law[0] == pytest.approx([0, 0, 1, 0], abs=1e-12)
    # Logarithms of size beta carry an absolute error of beta * 1e-16.
    assert found.acts[0, 0] == pytest.approx(2 / 3, rel=1e-12 + precision * 1e-16)
    assert np.isfinite(found.log_partition).all()


def test_huge_precision_keeps_ties() -> None:
    # Nobody at 0 and everybody at .8 - 2 * .4 = 0 tie, as do no others.
    found = gibbs_law(np.array([2]), np.array([1]), np.array([-0.4e6]), np.array([0.0, 0.0, 0.8e6]))
    assert found.law[0] == pytest.approx([0.5, 0, 0.5], rel=1e-9)


def test_precision_zero_is_coin_flips() -> None:
    found = gibbs_law(np.array([4]), np.array([1]), np.array([0.0]), np.zeros(5))
    assert found.law[0] * 16 == pytest.approx([1, 4, 6, 4, 1], rel=1e-14)
    assert found.acts[0, 0] == pytest.approx(0.5)


def test_nobody_at_all() -> None:
    found = gibbs_law(np.array([0, 0]), np.array([1, 2]), np.zeros(2), np.array([0.3]))
    assert found.law == pytest.approx(np.ones((1, 1)))
    assert (found.acts == 0).all()


def test_a_group_without_leverage_answers_its_drive_alone() -> None:
    found = gibbs_law(np.array([2, 3]), np.array([0, 1]), np.array([1.5, 0.0]), np.arange(4.0))
    assert found.acts[0, 0] == pytest.approx(1 / (1 + np.exp(-1.5)), rel=1e-13)


def test_arguments_are_left_alone() -> None:
    arguments = [np.array([2, 1]), np.array([1, 2]), np.array([0.1, -0.3]), np.arange(5.0)]
    before = [argument.copy() for argument in arguments]
    gibbs_law(*arguments)
    leave_one_out(*arguments, 0)
    assert all((a == b).all() for a, b in zip(arguments, before))


@given(games())
def test_leave_one_out_sums_to_the_act_rate(game) -> None:
    counts, leverage, drive, potential = game
    found = gibbs_law(*game)
    for g in np.flatnonzero(counts):
        joint = leave_one_out(counts, leverage, drive, potential, int(g))
        assert joint.shape == (2, potential.size)
        assert joint[1].sum() == pytest.approx(found.acts[0, g], abs=1e-9)
        assert joint.sum() == pytest.approx(1.0, rel=1e-12)


@given(games(), st.data())
def test_leave_one_out_against_enumeration(game, data) -> None:
    counts, leverage, drive, potential = game
    present = np.flatnonzero(counts)
    if not present.size:
        return
    group = int(data.draw(st.sampled_from(list(present))))
    owner = [g for g, n in enumerate(counts) for _ in range(n)]
    me = owner.index(group)
    expected = np.zeros((2, potential.size))
    energies = {}
    for acts in product((0, 1), repeat=len(owner)):
        x = sum(int(leverage[g]) * a for g, a in zip(owner, acts))
        energies[acts] = (x, potential[x] + sum(drive[g] * a for g, a in zip(owner, acts)))
    top = max(energy for _, energy in energies.values())
    total = fsum(exp(energy - top) for _, energy in energies.values())
    for acts, (x, energy) in energies.items():
        expected[acts[me], x - acts[me] * int(leverage[group])] += exp(energy - top) / total
    found = leave_one_out(counts, leverage, drive, potential, group)
    assert found == pytest.approx(expected, abs=1e-9)
