"""Rest points against closed forms, other routes to the Jacobian, and brute-force stability."""

from functools import partial
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.kernels.bernstein import group_payoffs, payoff_gap_coefficients
from coopgames.kernels.flows.evolutionary_stability import simplex_minimum
from coopgames.kernels.flows.fields import bimatrix, linear_payoffs, logit, replicator, smith
from coopgames.kernels.flows.rest_point import classify, tangent_jacobian
from coopgames.kernels.flows.rest_points import (
    field_rest_points,
    matrix_rest_points,
    payoff_rest_points,
    two_strategy_rest_points,
)
from coopgames.kernels.flows.simplex_search import simplex_points

ZEEMAN = np.array([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]], dtype=float)
HAWK_DOVE = np.array([[-1.5, 2.0], [0.0, 1.0]])


def table(found):
    """Return {support: (point, kind, nash, ess)}."""
    return {p.support: (p.point.round(9).tolist(), p.kind, p.nash, p.ess) for p in found.points}


# --- two strategies --------------------------------------------------------------------------


def test_hawk_dove_by_each_route() -> None:
    """V = 2, C = 5: x = V/C, and there x (1 - x) g' = -V (1 - V/C) / 2 = -.6."""
    expected = {
        (1,): ([0.0, 1.0], "source", False, False),
        (0,): ([1.0, 0.0], "source", False, False),
        (0, 1): ([0.4, 0.6], "sink", True, True),
    }
    routes = (
        two_strategy_rest_points(payoff_gap_coefficients(HAWK_DOVE[0, ::-1], HAWK_DOVE[1, ::-1])),
        matrix_rest_points(HAWK_DOVE),
        payoff_rest_points(linear_payoffs(HAWK_DOVE), strategies=[2]),
    )
    for found in routes:
        assert table(found) == expected
        mixed = next(p for p in found.points if len(p.support) == 2)
        np.testing.assert_allclose(mixed.eigenvalues, [-0.6], atol=1e-9)
    assert [found.complete for found in routes] == [True, True, False]


def test_stag_hunt() -> None:
    """[[4, 0], [3, 2]]: unstable at 2/3, with eigenvalue x (1 - x) 3 = 2/3."""
    for found in (two_strategy_rest_points([-2.0, 1.0]), matrix_rest_points([[4, 0], [3, 2]])):
        mixed = next(p for p in found.points if len(p.support) == 2)
        np.testing.assert_allclose(mixed.point, [2 / 3, 1 / 3], rtol=1e-14)
        np.testing.assert_allclose(mixed.eigenvalues, [2 / 3], rtol=1e-13)
        assert (mixed.kind, mixed.nash, mixed.ess) == ("source", True, False)
        assert all(p.ess for p in found.points if len(p.support) == 1)


def test_volunteers_dilemma() -> None:
    first, second = [1.0] * 5, [0.0] + [2.0] * 4
    found = two_strategy_rest_points(payoff_gap_coefficients(first, second))
    x = 1 - 0.5**0.25
    assert [p.kind for p in found.points] == ["source", "sink", "source"]
    np.testing.assert_allclose(found.points[1].point, [x, 1 - x], rtol=1e-13)
    # g = b (1 - x)^4 - c, so x (1 - x) g' = -4 b x (1 - x)^4 = -4 c x.
    np.testing.assert_allclose(found.points[1].eigenvalues, [-4 * x], rtol=1e-12)
    newton = payoff_rest_points(lambda s: group_payoffs(first, second, s), strategies=[2])
    assert len(newton.points) == 3
    np.testing.assert_allclose(newton.points[-1].point, [x, 1 - x], atol=1e-9)
    np.testing.assert_allclose(newton.points[-1].eigenvalues, [-4 * x], atol=1e-8)
    assert newton.points[-1].ess is True


def test_collective_risk_dilemma() -> None:
    first = [(1.0 if k + 1 >= 3 else 0.0) - 0.1 for k in range(6)]
    second = [1.0 if k >= 3 else 0.0 for k in range(6)]
    found = two_strategy_rest_points(payoff_gap_coefficients(first, second))
    x = [p.point[0] for p in found.points]
    np.testing.assert_allclose(x, [0.0, 0.1214333, 0.7356181, 1.0], atol=5e-8)
    assert [p.kind for p in found.points] == ["sink", "source", "sink", "source"]
    assert [p.ess for p in found.points] == [True, False, True, False]
    newton = payoff_rest_points(lambda s: group_payoffs(first, second, s), strategies=[2])
    np.testing.assert_allclose(sorted(p.point[0] for p in newton.points), x, atol=1e-7)


def test_gaps_that_touch_or_vanish() -> None:
    touching = two_strategy_rest_points([1.0, -1.0, 1.0])  # (1 - 2 x)^2
    assert [p.kind for p in touching.points] == ["source", "degenerate", "sink"]
    assert [p.ess for p in touching.points] == [False, False, True]
    assert touching.points[1].nash
    flat = two_strategy_rest_points([0.0, 0.0])
    assert not flat.complete
    assert flat.continua[0].kind == "degenerate"
    assert [p.nash for p in flat.points] == [True, True]
    # b_0 = 0: all-B rests with eigenvalue 0, and the second order decides.
    second = two_strategy_rest_points([0.0, -1.0])
    assert [(p.kind, p.nash, p.ess) for p in second.points] == [
        ("degenerate", True, True),
        ("source", False, False),
    ]


@given(st.integers(2, 7), st.integers(0, 2**32 - 1))
def test_sinks_and_sources_alternate(size, seed) -> None:
    gap = np.random.default_rng(seed).normal(size=size)
    found = two_strategy_rest_points(gap)
    kinds = [p.kind for p in found.points]
    assert "degenerate" not in kinds
    assert all({a, b} == {"sink", "source"} for a, b in zip(kinds, kinds[1:]))
    for p in found.points:
        assert p.ess == (p.kind == "sink")
        assert p.residual < 1e-14


# --- matrix games ----------------------------------------------------------------------------


@pytest.mark.parametrize(("win", "loss"), [(2, 1), (1, 1), (1, 2)])
def test_rock_paper_scissors(win, loss) -> None:
    """Eigenvalues (b - a)/6 +- i sqrt(3) (a + b)/6; Hofbauer & Sigmund (1998), chapter 7."""
    matrix = [[0, -loss, win], [win, 0, -loss], [-loss, win, 0]]
    found = matrix_rest_points(matrix)
    assert found.complete
    assert [len(p.support) for p in found.points] == [1, 1, 1, 3]
    centre = found.points[-1]
    expected = (loss - win) / 6 + np.array([-1j, 1j]) * sqrt(3) * (win + loss) / 6
    np.testing.assert_allclose(centre.eigenvalues, expected, atol=1e-14)
    assert centre.kind == {1: "sink", 0: "centre", -1: "source"}[win - loss]
    assert centre.nash
    assert centre.ess == (win > loss)
    assert all(p.kind == "saddle" and not p.nash for p in found.points[:-1])


def test_zeemans_game_has_a_sink_that_is_no_ess() -> None:
    """Zeeman (1980); Hofbauer & Sigmund (1998), chapter 7. Eigenvalues (-1 +- i sqrt 2)/3."""
    expected = {
        (0,): ([1.0, 0.0, 0.0], "sink", True, True),
        (1,): ([0.0, 1.0, 0.0], "source", False, False),
        (2,): ([0.0, 0.0, 1.0], "saddle", False, False),
        (0, 2): ([0.8, 0.0, 0.2], "saddle", True, False),
        (1, 2): ([0.0, 0.625, 0.375], "saddle", False, False),
        (0, 1, 2): ([round(1 / 3, 9)] * 3, "sink", True, False),
    }
    found = matrix_rest_points(ZEEMAN)
    assert found.complete
    assert table(found) == expected
    sink = found.points[-1].eigenvalues
    np.testing.assert_allclose(sink, np.array([-1 - sqrt(2) * 1j, -1 + sqrt(2) * 1j]) / 3)
    newton = payoff_rest_points(linear_payoffs(ZEEMAN), strategies=[3], exponent=3)
    assert table(newton) == expected


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_units_and_what_all_gain_alike_change_nothing(scale) -> None:
    shifted = matrix_rest_points(scale * (ZEEMAN + np.array([1e6, -3.0, 20.0])))
    plain = matrix_rest_points(ZEEMAN)
    for a, b in zip(shifted.points, plain.points, strict=True):
        np.testing.assert_allclose(a.point, b.point, atol=1e-8)
        np.testing.assert_allclose(a.eigenvalues, scale * b.eigenvalues, rtol=1e-7)
        assert (a.support, a.kind, a.nash, a.ess) == (b.support, b.kind, b.nash, b.ess)


def test_coordination_of_three_has_seven() -> None:
    found = matrix_rest_points(np.eye(3))
    assert found.complete
    kinds = {1: ("sink", True, True), 2: ("saddle", True, False), 3: ("source", True, False)}
    assert len(found.points) == 7
    for p in found.points:
        np.testing.assert_allclose(p.point[list(p.support)], 1 / len(p.support))
        assert (p.kind, p.nash, p.ess) == kinds[len(p.support)]


def test_continua_are_reported() -> None:
    """Tit for tat and always cooperate earn the same among themselves; defectors disturb them."""
    found = matrix_rest_points([[3, 3, 0], [3, 3, 1], [5, 1, 1]])
    assert not found.complete
    assert [p.support for p in found.continua] == [(0, 1)]
    assert found.continua[0].kind == "degenerate"
    everything = matrix_rest_points(np.zeros((3, 3)))
    assert len(everything.continua) == 4
    assert all(p.kind == "degenerate" and p.ess is False for p in everything.points)


@settings(max_examples=40)
@given(st.sampled_from([(3,), (4,), (2, 2), (2, 3), (2, 2, 2)]), st.integers(0, 2**32 - 1))
def test_random_matrix_games(sizes, seed) -> None:
    """Every point rests, and its eigenvalues are those of plain differences of the field."""
    n = sum(sizes)
    matrix = np.random.default_rng(seed).normal(size=(n, n))
    found = matrix_rest_points(matrix, strategies=sizes)
    assert found.complete
    field = partial(replicator, payoffs=linear_payoffs(matrix), strategies=sizes)
    for p in found.points:
        assert p.residual < 1e-12
        np.testing.assert_allclose(field(p.point), 0, atol=1e-12)
        other = np.linalg.eigvals(tangent_jacobian(field, p.point, strategies=sizes))
        for value in p.eigenvalues:
            assert abs(other - value).min() < 1e-7
        assert p.eigenvalues.size == n - len(sizes)
        if p.ess:
            assert p.kind == "sink"  # Taylor & Jonker (1978)
        if p.kind == "sink":
            assert p.nash
    # An odd number with the index of Hofbauer & Sigmund (1998), chapter 13: equilibria, each
    # with the sign of det(-J), add up to one.
    index = [np.sign(np.prod(-p.eigenvalues).real) for p in found.points if p.nash]
    assert sum(index) == 1


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_newton_finds_what_enumeration_finds(seed) -> None:
    matrix = np.random.default_rng(seed).normal(size=(3, 3))
    by_solving = matrix_rest_points(matrix).points
    by_newton = payoff_rest_points(linear_payoffs(matrix), strategies=[3], exponent=2).points
    assert [p.support for p in by_newton] == [p.support for p in by_solving]
    for a, b in zip(by_newton, by_solving):
        np.testing.assert_allclose(a.point, b.point, atol=1e-6)
        np.testing.assert_allclose(a.eigenvalues, b.eigenvalues, atol=1e-5)
        assert (a.kind, a.nash, a.ess) == (b.kind, b.nash, b.ess)


@settings(max_examples=40)
@given(st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_stability_against_sampled_mutants(size, seed) -> None:
    """x is evolutionarily stable iff x·Ay > y·Ay for all y near by (Hofbauer & al. 1979)."""
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-3, 4, size=(size, size)).astype(float)
    for p in matrix_rest_points(matrix).points:
        step = 1e-4
        mutants = (1 - step) * p.point + step * np.concatenate(
            [np.eye(size), rng.dirichlet(np.full(size, 0.5), size=3000)]
        )
        edge = np.einsum("ki,ij,kj->k", p.point - mutants, matrix, mutants)
        apart = np.abs(mutants - p.point).max(axis=1) > 1e-7
        if p.ess:
            assert (edge[apart] > 0).all()
        elif (edge[apart] > 1e-13).all():
            # Sampling found no invader: there is a thin cone of them, or a tie.
            assert edge[apart].min() < 1e-9


def test_abakuks_case_of_an_extra_best_reply() -> None:
    """A pure strategy against which another is as good, and worse against itself."""
    assert matrix_rest_points([[1, 2], [1, 1]]).points[0].ess is True
    assert matrix_rest_points([[1, 0], [1, 1]]).points[0].ess is False
    # Two best replies out of use which only together invade.
    matrix = np.array([[0, 0, 0], [0, -1, 1.5], [0, 1.5, -1]], dtype=float)
    assert matrix_rest_points(matrix).points[0].ess is False
    matrix[1, 2] = matrix[2, 1] = 0.5
    assert matrix_rest_points(matrix).points[0].ess is True


@pytest.mark.parametrize(("among_themselves", "stable"), [(0.25, True), (0.75, False)])
def test_a_mutant_that_plays_the_mixture(among_themselves, stable) -> None:
    """It earns 1/2 as the mixture does, and invades iff it earns more than that against itself."""
    matrix = [[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, among_themselves]]
    mixed = next(p for p in matrix_rest_points(matrix).points if p.support == (0, 1))
    assert (mixed.nash, mixed.kind, mixed.ess) == (True, "degenerate", stable)


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_minimum_against_a_grid(size, seed) -> None:
    matrix = np.random.default_rng(seed).integers(-2, 3, size=(size, size))
    steps = 24
    grid = np.array(
        [p for p in np.ndindex(*[steps + 1] * size) if sum(p) == steps], dtype=float
    ) / steps  # fmt: skip
    lowest = np.einsum("ki,ij,kj->k", grid, matrix, grid).min()
    exact = simplex_minimum(matrix)
    assert exact <= lowest + 1e-12
    assert lowest - exact < 4 * size / steps  # the form's slope times the mesh


def test_minimum_at_the_bounds() -> None:
    assert simplex_minimum(np.zeros((0, 0))) == np.inf
    assert simplex_minimum(np.zeros((2, 2))) == 0.0
    with pytest.raises(BudgetError, match="2\\*\\*d supports"):
        simplex_minimum(np.eye(17))


# --- several populations ---------------------------------------------------------------------


def test_matching_pennies_is_a_centre() -> None:
    """x' = 2 x (1-x) (2 y - 1), y' = -2 y (1-y) (2 x - 1): eigenvalues +- i."""
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    found = matrix_rest_points(bimatrix(pennies, -pennies), strategies=(2, 2))
    assert found.complete
    assert len(found.points) == 5
    centre = found.points[-1]
    np.testing.assert_allclose(centre.point, 0.5)
    np.testing.assert_allclose(sorted(centre.eigenvalues.imag), [-1, 1], rtol=1e-14)
    assert (centre.kind, centre.nash, centre.ess) == ("centre", True, False)
    assert all(p.kind == "saddle" for p in found.points[:-1])


def test_hawk_dove_between_two_populations() -> None:
    """What is stable within one population is a saddle between two; the asymmetric pairs remain."""
    found = matrix_rest_points(bimatrix(HAWK_DOVE, HAWK_DOVE.T), strategies=(2, 2))
    assert table(found) == {
        (0, 2): ([1, 0, 1, 0], "source", False, False),
        (0, 3): ([1, 0, 0, 1], "sink", True, True),
        (1, 2): ([0, 1, 1, 0], "sink", True, True),
        (1, 3): ([0, 1, 0, 1], "source", False, False),
        (0, 1, 2, 3): ([0.4, 0.6, 0.4, 0.6], "saddle", True, False),
    }
    np.testing.assert_allclose(found.points[-1].eigenvalues, [0.6, -0.6], rtol=1e-12)
    newton = payoff_rest_points(
        linear_payoffs(bimatrix(HAWK_DOVE, HAWK_DOVE.T)), strategies=(2, 2), exponent=3
    )
    assert [p.kind for p in newton.points] == [p.kind for p in found.points]


def test_a_population_with_one_strategy_is_a_parameter() -> None:
    matrix = np.zeros((3, 3))
    matrix[:2, :2], matrix[:2, 2] = HAWK_DOVE, [0.5, 0.0]
    found = matrix_rest_points(matrix, strategies=(2, 1))
    # The gap 1 - 2.5 x grows by .5.
    np.testing.assert_allclose(found.points[-1].point, [0.6, 0.4, 1.0], rtol=1e-13)


# --- other fields ----------------------------------------------------------------------------


def test_logit_rest_points_approach_equilibria() -> None:
    """Within log(s) / precision of the best payoff, and so ever nearer (McKelvey & Palfrey)."""
    payoffs = linear_payoffs(np.eye(3))
    equilibria = [p.point for p in matrix_rest_points(np.eye(3)).points]
    for precision in (20.0, 100.0):
        found = field_rest_points(
            partial(logit, payoffs=payoffs, precision=precision), strategies=[3], near=equilibria
        )
        assert len(found.points) == 7
        assert not found.complete
        kinds = [p.kind for p in found.points]
        assert [kinds.count(k) for k in ("sink", "saddle", "source")] == [3, 3, 1]
        for p in found.points:
            f = payoffs(p.point)
            assert f.max() - p.point @ f <= np.log(3) / precision
        gaps = [min(np.abs(p.point - e).max() for e in equilibria) for p in found.points]
        assert max(gaps) < 3 / precision


def test_smith_rests_at_the_equilibrium_only() -> None:
    payoffs = linear_payoffs([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])
    found = field_rest_points(partial(smith, payoffs=payoffs), strategies=[3], payoffs=payoffs)
    assert len(found.points) == 1
    np.testing.assert_allclose(found.points[0].point, 1 / 3, atol=1e-6)
    assert found.points[0].nash


# --- tools -----------------------------------------------------------------------------------


def test_differences_at_faces_need_no_state_beyond() -> None:
    """d/dx of sqrt-like payoffs exists only inside; the transversal eigenvalue is f_i - fbar."""

    def payoffs(x):
        assert (x >= 0).all()
        return np.sqrt(x) * x

    jacobian = tangent_jacobian(lambda x: replicator(x, payoffs), [1.0, 0.0, 0.0])
    np.testing.assert_allclose(np.diag(jacobian), [-1, -1], atol=1e-5)


@pytest.mark.parametrize(
    ("eigenvalues", "kind"),
    [
        ([], "sink"),
        ([-1, -2 + 1j, -2 - 1j], "sink"),
        ([1, 2], "source"),
        ([1, -2], "saddle"),
        ([1j, -1j], "centre"),
        ([-1, 1j, -1j], "degenerate"),
        ([-1, 1e-10], "degenerate"),
    ],
)
def test_kinds(eigenvalues, kind) -> None:
    assert classify(eigenvalues, tolerance=1e-9) == kind


def test_starts_are_uniform() -> None:
    """Means 1/s, second moments 2/(s (s+1)) on each simplex; and none lies on a face."""
    x = simplex_points(10, strategies=(4, 1, 2))
    assert (x > 0).all()
    np.testing.assert_allclose([x[:, :4].sum(axis=1), x[:, 4]], 1)
    np.testing.assert_allclose(x.mean(axis=0), [0.25] * 4 + [1, 0.5, 0.5], atol=2e-3)
    np.testing.assert_allclose((x**2).mean(axis=0), [0.1] * 4 + [1, 1 / 3, 1 / 3], atol=2e-3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: matrix_rest_points(np.zeros((17, 17))), "131071 products of supports"),
        (lambda: matrix_rest_points(np.eye(2), strategies=(1, 2)), "strategies must sum"),
        (lambda: matrix_rest_points([[1.0, 2.0]]), "matrix must be square"),
        (lambda: classify([1.0], tolerance=-1), "tolerance must be >= 0"),
        (lambda: simplex_points(-1, strategies=[2]), "exponent must be >= 0"),
        (lambda: tangent_jacobian(lambda x: x, [0.5, 0.5], step=0.1), "step must lie in"),
    ],
)
def test_refused(call, words) -> None:
    with pytest.raises(CoopgamesError, match=words):
        call()
