"""Role-symmetric equilibria, against published values, scans of payoffs and enumeration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.names import PROBLEMS
from tests.oracle.bimatrix import extreme_equilibria, is_degenerate
from tests.oracle.individual_profiles import expected_payoffs

import coopgames as cg
from coopgames.equilibria.gap_roots import gap_roots
from coopgames.equilibria.pure import pure_equilibria
from coopgames.equilibria.symmetric import symmetric_equilibria
from coopgames.games import bimatrix_game, matrix_game, symmetric_game
from coopgames.games.classics import (
    collective_risk,
    optional_public_goods,
    public_goods,
    volunteers_dilemma,
)
from coopgames.kernels.bernstein import unit_roots


@pytest.mark.parametrize(
    ("n", "benefit", "cost", "defect", "provided"),
    [
        (2, 100, 50, 0.5, 0.75),
        (3, 100, 50, 0.7071067811865476, 0.6464466094067262),
        (5, 100, 50, 0.8408964152537145, 0.5795517923731428),
        (10, 100, 50, 0.9258747122872905, 0.5370626438563546),
        (2, 20, 5, 0.25, 0.9375),
        (4, 20, 5, 0.6299605249474366, 0.8425098687631408),
    ],
)
def test_volunteers_dilemma_of_diekmann(n, benefit, cost, defect, provided):
    """Diekmann (1985) J. Conflict Resolution 29:605-610."""
    found = symmetric_equilibria(volunteers_dilemma(n, benefit, cost))
    (only,) = found
    assert found.complete
    assert only.mixed[0][1] == pytest.approx(defect, abs=1e-12)
    assert 1 - only.mixed[0][1] ** n == pytest.approx(provided, abs=1e-12)
    assert only.payoffs[0] == pytest.approx(benefit - cost, abs=1e-10)
    assert only.regret <= 1e-10
    assert only.index == 1


def test_seven_equilibria_of_three_by_three_coordination():
    """Quint & Shubik (1997) Int. J. Game Theory 26:353-359: 2**3 - 1."""
    for game in (matrix_game(np.eye(3)), bimatrix_game(np.eye(3), np.eye(3))):
        found = symmetric_equilibria(game)
        assert found.complete
        assert len(found) == 7
        assert sum(e.index for e in found) == 1
        first = sorted(tuple(np.round(e.mixed[0], 9)) for e in found)
        wanted = [tuple(np.round(np.array(s) / sum(s), 9)) for s in np.ndindex(2, 2, 2) if any(s)]
        assert first == sorted(wanted)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(-3, 3), min_size=5, max_size=5), min_size=2, max_size=2))
def test_two_strategies_against_a_scan(rows):
    """Signs of payoff gaps, from all profiles of five co-players, change at what was found."""
    table = np.array(rows, dtype=float)[:, ::-1]
    game = cg.one_role(
        cg.SymmetricGame(players=5, strategies=("a", "b"), table=table[:, :5], seen_as=(0, 1))
    )
    found = symmetric_equilibria(game)
    assert found.complete
    if found.components == ((0, 1),):
        assert (np.array(rows[0]) == np.array(rows[1])).all()
        return
    assert sum(e.index for e in found) == 1
    for e in found:
        (paid,) = expected_payoffs(game, [e.mixed[0].tolist()])
        mean = float(np.dot(paid, e.mixed[0]))
        assert max(paid) - mean <= 1e-7
    x = np.linspace(0, 1, 1001)[1:-1]
    gap = np.diff(game.payoffs_at(np.column_stack((x, 1 - x))), axis=1).ravel()
    crossings = np.flatnonzero(np.sign(gap[1:]) * np.sign(gap[:-1]) < 0)
    inner = [float(e.mixed[0][0]) for e in found if 0 < e.mixed[0][0] < 1]
    for k in crossings:
        assert any(x[k] - 1e-9 <= root <= x[k + 1] + 1e-9 for root in inner)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=25)
    | st.lists(st.floats(-1, 1), min_size=1, max_size=40)
)
def test_roots_agree_with_exact_subdivision(coefficients):
    ours, exact = gap_roots(coefficients), unit_roots(coefficients)
    assert ours.identically_zero == exact.identically_zero
    assert ours.multiplicities.tolist() == exact.multiplicities.tolist()
    assert ours.signs.tolist() == exact.signs.tolist()
    assert np.allclose(ours.points, exact.points, atol=1e-8)


@pytest.mark.parametrize("n", [9, 50, 193, 500, 1500])
def test_roots_of_large_groups_solve_their_equation(n):
    (only,) = symmetric_equilibria(volunteers_dilemma(n, 100, 50))
    assert only.mixed[0][1] == pytest.approx(0.5 ** (1 / (n - 1)), abs=1e-13)
    # Of n - 1 others exactly m - 1 contribute with probability c / (r b): pivotal.
    m = n // 2
    for e in symmetric_equilibria(collective_risk(n, m, risk=1, cost=1e-3)):
        x = float(e.mixed[0][0])
        if 0 < x < 1:
            from scipy.stats import binom

            assert binom.pmf(m - 1, n - 1, x) == pytest.approx(1e-3, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_symmetric_matrices_against_the_bimatrix_oracle(seed, size):
    """Symmetric ones among all extreme equilibria; regular games, so that both lists are finite."""
    a = np.random.default_rng(seed).integers(-9, 10, (size, size))
    first, second = a.tolist(), a.T.tolist()
    if is_degenerate(first, second):
        return
    wanted = sorted(
        tuple(float(v) for v in x) for x, y in extreme_equilibria(first, second) if x == y
    )
    found = symmetric_equilibria(matrix_game(a))
    assert found.complete
    assert sum(e.index for e in found) == 1
    assert np.allclose(sorted(tuple(e.mixed[0]) for e in found), wanted, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_bimatrix_games_against_the_oracle(seed):
    a, b = np.random.default_rng(seed).integers(-9, 10, (2, 3, 3))
    if is_degenerate(a.tolist(), b.tolist()):
        return
    wanted = sorted(
        tuple(float(v) for v in (*x, *y)) for x, y in extreme_equilibria(a.tolist(), b.tolist())
    )
    found = symmetric_equilibria(bimatrix_game(a, b))
    assert found.complete
    assert np.allclose(sorted(tuple(np.concatenate(e.mixed)) for e in found), wanted, atol=1e-9)


def test_a_continuum_is_said_to_be_one():
    found = symmetric_equilibria(bimatrix_game([[1, 1], [1, 0]], [[1, 1], [1, 1]]))
    assert not found.complete
    assert found.degenerate
    assert any(e.labels.get("continuum") for e in found)
    assert max(e.regret for e in found) <= 1e-12
    neutral = symmetric_equilibria(symmetric_game(4, "ab", lambda _, others: others[:, 0]))
    assert neutral.complete
    assert neutral.components == ((0, 1),)


def test_search_of_three_strategies_shows_the_inner_equilibrium():
    """Hauert, De Monte, Hofbauer & Sigmund (2002): all mix where participants earn a loner's 1."""
    found = symmetric_equilibria(optional_public_goods(5, 3, 1))
    assert not found.complete
    inner = next(e for e in found if (e.mixed[0] > 0).all())
    (paid,) = expected_payoffs(found.game, [inner.mixed[0].tolist()])
    assert paid == pytest.approx([1.0] * 3, abs=1e-9)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_pure_ones_among_them_are_those_by_counts(problem):
    game = cg.policy_games(cg.game("anarchy", problem, "w20")).games[0]
    found = symmetric_equilibria(game, faces=1)
    wanted = [e for e in pure_equilibria(game) if e.labels["symmetric"]]
    ours = sorted(np.concatenate(e.mixed).tolist() for e in found if e.pure)
    assert ours == sorted(np.concatenate(e.mixed).tolist() for e in wanted)


def test_dominance_alone_can_prove_it():
    game = symmetric_game(3, "abc", lambda i, others: others[:, 0] - i)
    found = symmetric_equilibria(game)
    assert found.complete
    assert [e.mixed[0].tolist() for e in found] == [[1.0, 0.0, 0.0]]
    assert symmetric_equilibria(public_goods(5, 3))[0].labels == {"strict": True, "ess": True}
