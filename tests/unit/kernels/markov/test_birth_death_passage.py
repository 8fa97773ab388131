"""Passage of birth-death chains against exact rationals, dense algebra and sparse chains."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, diags

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.kernels.markov import first_steps
from coopgames.kernels.markov.absorption import (
    birth_death_times,
    hitting_probabilities,
    mean_hitting_times,
    quasi_stationary_law,
)
from coopgames.kernels.markov.birth_death_passage import (
    birth_death_hitting_probabilities,
    birth_death_hitting_times,
    birth_death_quasi_stationary,
)


def solve_exactly(matrix, right):
    """Gauss-Jordan in rationals."""
    rows = [[*row, value] for row, value in zip(matrix, right)]
    for c in range(len(rows)):
        pivot = next(r for r in range(c, len(rows)) if rows[r][c])
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for r in range(len(rows)):
            if r != c and rows[r][c]:
                rows[r] = [v - rows[r][c] * u for v, u in zip(rows[r], rows[c])]
    return [row[-1] for row in rows]


def solved_first_steps(up, down, stop, right):
    """The first-step equations in rationals, 0 on the set; all states must reach it."""
    n = len(up) + 1
    free = [i for i in range(n) if not stop[i]]
    matrix = [[Fraction(0)] * len(free) for _ in free]
    for row, i in zip(matrix, free):
        for j, chance in ((i + 1, up[i] if i < n - 1 else 0), (i - 1, down[i - 1] if i else 0)):
            if chance:
                row[free.index(i)] += Fraction(chance)
                if j in free:
                    row[free.index(j)] -= Fraction(chance)
    out = [Fraction(0)] * n
    for i, value in zip(free, solve_exactly(matrix, [Fraction(right[i]) for i in free])):
        out[i] = value
    return out


def rates(size: int, seed: int, spread: float):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.1, 0.5, size=(2, size)) * 10.0 ** (-spread * rng.random((2, size)))


def sparse(up, down):
    chain = diags([up, down], offsets=[1, -1]).tocsr()
    return (chain + diags(1 - np.asarray(chain.sum(axis=1)).ravel())).tocsr()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(0, 2**32 - 1), st.sampled_from([0, 6, 15]))
def test_times_and_probabilities_against_rationals(size: int, seed: int, spread: int) -> None:
    """Rates over fifteen orders of magnitude, any sets, all to 1e-12 relative."""
    up, down = rates(size, seed, spread)
    rng = np.random.default_rng(seed + 1)
    kind = rng.integers(0, 3, size=size + 1)
    kind[rng.integers(size + 1)] = 1
    target, before = kind == 1, kind == 2
    exact = solved_first_steps(up, down, target, np.ones(size + 1))
    times = birth_death_hitting_times(up, down, target)
    np.testing.assert_allclose(times, [float(v) for v in exact], rtol=1e-12)
    if before.any():
        into = [
            (Fraction(up[i]) if i < size and target[i + 1] else 0)
            + (Fraction(down[i - 1]) if i and target[i - 1] else 0)
            for i in range(size + 1)
        ]
        exact = solved_first_steps(up, down, target | before, into)
        found = birth_death_hitting_probabilities(up, down, target, before)
        np.testing.assert_allclose(
            found[~target], [float(v) for v in np.array(exact)[~target]], rtol=1e-12
        )
        assert (found[target] == 1).all()


def test_absorbing_ends_agree_with_the_closed_form_for_them() -> None:
    up, down = rates(60, 3, 0)
    times = birth_death_times(up, down)
    np.testing.assert_allclose(
        birth_death_hitting_times(up, down, [0, 60]), times.unconditional, rtol=1e-12
    )
    found = birth_death_hitting_probabilities(up, down, [60], [0])
    np.testing.assert_allclose(found, times.fixation, rtol=1e-12)


@pytest.mark.parametrize("end", [0, 1])
def test_states_that_may_never_arrive_are_infinite(end: int) -> None:
    up, down = np.array([0.0, 0.2, 0.2, 0.0]), np.array([0.2, 0.0, 0.2, 0.2])
    # 0 is never left; 1 goes down or up; 2 up only; 3 down or nowhere; 4 down.
    if end:
        assert birth_death_hitting_times(up, down, [3])[[0, 1]].tolist() == [np.inf, np.inf]
        assert np.isfinite(birth_death_hitting_times(up, down, [3])[2:]).all()
        assert birth_death_hitting_probabilities(up, down, [3], [0]).round(12).tolist() == [
            0,
            0.5,
            1,
            1,
            1,
        ]
    else:
        assert birth_death_hitting_times(up, down, [0]).tolist() == [0, *[np.inf] * 4]
        assert birth_death_hitting_probabilities(up, down, [0], [4]).round(12).tolist() == [
            1,
            0.5,
            0,
            0,
            0,
        ]


@pytest.mark.parametrize(("low", "high"), [(0, 14), (3, 20), (6, 20), (5, 5)])
def test_quasi_stationary_against_dense_eigenvectors(low: int, high: int) -> None:
    up, down = rates(20, 4, 0.5)
    inside = np.arange(low, high + 1)
    part = sparse(up, down).toarray()[np.ix_(inside, inside)]
    values, vectors = np.linalg.eig(part.T)
    best = int(np.argmax(values.real))
    law = np.abs(vectors[:, best].real)
    found = birth_death_quasi_stationary(up, down, inside)
    np.testing.assert_allclose(found.law[inside], law / law.sum(), atol=1e-11)
    assert abs(found.decay_rate - (1 - values[best].real)) < 1e-11
    assert found.law.sum() == pytest.approx(1)
    assert found.residual < 1e-15


def test_a_trap_is_left_at_one_over_the_mean_time_of_leaving_it() -> None:
    """Rates far below the machine precision, by two routes: the law, and first steps from it."""
    j = np.arange(1, 60)
    lean = np.tanh(4 * (0.4 - j / 60))
    meets = j * (60 - j) / 3600
    up, down = np.zeros(60), np.zeros(60)
    up[0] = down[-1] = 0.01
    up[1:], down[:-1] = meets * (1 + lean) / 2 + 1e-4, meets * (1 - lean) / 2 + 1e-4
    within = np.arange(58)
    found = birth_death_quasi_stationary(up, down, within)
    times = birth_death_hitting_times(up, down, np.arange(58, 61))
    assert found.decay_rate < 1e-13
    assert found.decay_rate * (found.law @ times) == pytest.approx(1, rel=1e-10)
    # The sparse route meets the closed forms there, by way of the trap.
    chain = sparse(up, down)
    np.testing.assert_allclose(mean_hitting_times(chain, [58, 59, 60]), times, rtol=1e-10)
    assert quasi_stationary_law(chain, within).decay_rate == pytest.approx(
        found.decay_rate, rel=1e-10
    )


def test_two_traps_beside_the_set_are_taken_apart() -> None:
    up = np.array([0.5, 0.5, 1e-18, 0.3, 0.4, 0.4, 0.4])
    down = np.array([0.4, 0.4, 0.4, 1e-19, 0.5, 0.5, 0.5])
    times = birth_death_hitting_times(up, down, [3])
    np.testing.assert_allclose(mean_hitting_times(sparse(up, down), [3]), times, rtol=1e-12)
    np.testing.assert_allclose(hitting_probabilities(sparse(up, down), [3]), 1, rtol=1e-12)
    closed, trap = sparse(up, down), [0, 1, 2]
    found = quasi_stationary_law(closed, trap)
    expected = birth_death_quasi_stationary(up, down, trap)
    np.testing.assert_allclose(found.law, expected.law, rtol=1e-12)
    assert found.decay_rate == pytest.approx(expected.decay_rate, rel=1e-12)


def test_large_chains_take_seconds() -> None:
    size = 100_000
    step = np.arange(1, size) / size * (1 - np.arange(1, size) / size)
    up, down = np.append(0.0, step), np.append(step, 0.0)
    times = birth_death_hitting_times(up, down, [0, size])
    # The neutral Moran process from one mutant: Z (H(Z - 1)) steps.
    expected = size * (1 / np.arange(1, size)).sum()
    assert times[1] == pytest.approx(expected, rel=1e-9)
    found = birth_death_quasi_stationary(up, down, np.arange(1, size))
    # Uniform, and lost at rate 2 / Z^2.
    assert found.decay_rate == pytest.approx(2 / size**2, rel=1e-6)


def test_bad_input_is_named() -> None:
    good = [0.5, 0.5]
    for arguments, message in (
        (([0.5], good, [0]), "same shape"),
        (([-0.5, 0.5], good, [0]), "up must be finite and >= 0"),
        ((good, good, [3]), "0 .. 2"),
        ((good, good, np.zeros(3, dtype=bool)), "not be empty"),
    ):
        with pytest.raises(CoopgamesError, match=message):
            birth_death_hitting_times(*arguments)
    with pytest.raises(CoopgamesError, match="no common state"):
        birth_death_hitting_probabilities(good, good, [0], [0, 1])
    with pytest.raises(CoopgamesError, match="falls apart"):
        birth_death_quasi_stationary(good, good, [0, 2])
    with pytest.raises(CoopgamesError, match="can leave"):
        birth_death_quasi_stationary(good, good, [0, 1, 2])


def test_chains_that_are_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_steps, "LARGEST_DIRECT", 30)
    monkeypatch.setattr(first_steps, "LARGEST_FILL", 100)
    chain = csr_matrix(np.full((40, 40), 1 / 40))
    for ask in (
        lambda: mean_hitting_times(chain, [0]),
        lambda: hitting_probabilities(csr_matrix(np.full((40, 40), 1 / 40)), [0]),
        lambda: quasi_stationary_law(chain, np.arange(1, 40)),
    ):
        with pytest.raises(BudgetError, match=r"39 states needs .* bandwidth of 38"):
            ask()
    up, down = rates(50, 1, 0)
    assert np.isfinite(mean_hitting_times(sparse(up, down), [0])).all()  # narrow: 50 by 1
