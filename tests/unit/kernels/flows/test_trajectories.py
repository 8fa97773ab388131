"""Trajectories against closed forms and constants of motion; basins against exact areas."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.kernels.bernstein import payoff_gap_coefficients
from coopgames.kernels.flows import fields as flows
from coopgames.kernels.flows.fields import bimatrix, linear_payoffs, replicator
from coopgames.kernels.flows.rest_points import matrix_rest_points
from coopgames.kernels.flows.trajectories import (
    basin_shares,
    count_interval,
    trajectories,
    two_strategy_basin_shares,
)


def of_matrix(matrix, strategies=None):
    return partial(replicator, payoffs=linear_payoffs(matrix), strategies=strategies)


# --- closed forms ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["DOP853", "LSODA", "RK45", "Radau", "BDF"])
def test_cooperation_decays_logistically(method) -> None:
    """Donation game, b = 3, c = 1: x / (1 - x) falls as exp(-c t)."""
    times = np.array([0.0, 0.5, 2.0, 10.0])
    starts = np.array([0.9, 0.2])
    way = trajectories(
        of_matrix([[2.0, -1.0], [3.0, 0.0]]),
        np.column_stack((starts, 1 - starts)),
        times=times,
        method=method,
    )
    odds = starts / (1 - starts) * np.exp(-times)[:, None]
    np.testing.assert_allclose(way[..., 0], odds / (1 + odds), rtol=2e-6, atol=1e-9)


def test_hawk_dove_in_closed_form() -> None:
    """x' = x (1 - x) (a - s x), a = 1, s = 5/2: t as a function of x, by partial fractions."""

    def time(x):  # integral of dx / (x (1-x) (1 - 2.5 x))
        return np.log(x) + np.log(1 - x) / 1.5 - (1 + 1 / 1.5) * np.log(abs(1 - 2.5 * x))

    times = np.linspace(0, 6, 7)
    for start in (0.05, 0.9):
        way = trajectories(
            of_matrix([[-1.5, 2], [0, 1]]), [start, 1 - start], times=times, rtol=1e-11
        )
        np.testing.assert_allclose(time(way[:, 0]) - time(start), times, atol=1e-6)


def test_matching_pennies_keeps_its_constant() -> None:
    """x (1 - x) y (1 - y) is constant; the linear period is 2 pi."""
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    field = of_matrix(bimatrix(pennies, -pennies), (2, 2))
    way = trajectories(
        field, [0.7, 0.3, 0.6, 0.4], times=np.linspace(0, 100, 50), strategies=(2, 2), rtol=1e-11
    )
    np.testing.assert_allclose(way.prod(axis=1), 0.7 * 0.3 * 0.6 * 0.4, rtol=1e-7)
    near = [0.501, 0.499, 0.5, 0.5]
    turn = trajectories(field, near, times=[0.0, np.pi, 2 * np.pi], strategies=(2, 2))
    np.testing.assert_allclose(turn[1], [0.499, 0.501, 0.5, 0.5], atol=1e-7)
    np.testing.assert_allclose(turn[2], near, atol=1e-7)


def test_fair_rock_paper_scissors_keeps_the_product() -> None:
    field = of_matrix([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    way = trajectories(field, [0.6, 0.3, 0.1], times=np.linspace(0, 60, 30), rtol=1e-11)
    np.testing.assert_allclose(way.prod(axis=1), 0.018, rtol=1e-7)


def test_best_response_in_closed_form() -> None:
    """Prisoners: everybody turns to the one best reply at rate one."""
    field = partial(flows.best_response, payoffs=linear_payoffs([[2.0, -1.0], [3.0, 0.0]]))
    way = trajectories(field, [0.8, 0.2], times=[0.0, 1.0, 3.0])
    np.testing.assert_allclose(way[:, 0], 0.8 * np.exp([0.0, -1.0, -3.0]), rtol=1e-7)


def test_chattering_ends_with_a_word_and_the_smooth_neighbour_gets_there() -> None:
    hawk_dove = linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    field = partial(flows.best_response, payoffs=hawk_dove)
    with pytest.raises(BudgetError, match=r"more than 3000 evaluations .* time 0\.6"):
        trajectories(field, [0.8, 0.2], times=[0.0, 2.0], evaluations=3000)
    smooth = partial(flows.logit, payoffs=hawk_dove, precision=1000.0)
    way = trajectories(smooth, [0.8, 0.2], times=[0.0, 0.5, 2.0], method="LSODA")
    # Doves are the best reply until the share of hawks has fallen to 2/5, after log 2.
    np.testing.assert_allclose(way[:, 0], [0.8, 0.8 * np.exp(-0.5), 0.4], atol=1e-3)


def test_mutation_alone_in_closed_form() -> None:
    """Equal fitness w and symmetric mutation mu: x - 1/2 decays at 2 mu w."""
    flat = linear_payoffs(np.full((2, 2), 3.0))
    field = partial(flows.replicator_mutator, payoffs=flat, mutation=[[0.9, 0.1], [0.1, 0.9]])
    way = trajectories(field, [1.0, 0.0], times=[0.0, 1.0, 2.0])
    np.testing.assert_allclose(way[:, 0], 0.5 + 0.5 * np.exp(-0.6 * np.arange(3)), rtol=1e-8)


# --- on the simplex --------------------------------------------------------------------------


@settings(max_examples=15)
@given(
    st.sampled_from(["replicator", "smith", "bnn", "logit", "imitative_logit"]),
    st.integers(0, 2**32 - 1),
)
def test_it_stays_on_the_simplex(name, seed) -> None:
    rng = np.random.default_rng(seed)
    field = partial(
        getattr(flows, name),
        payoffs=linear_payoffs(rng.normal(size=(5, 5))),
        strategies=(3, 2),
        **({"precision": 2.0} if "logit" in name else {}),
    )
    starts = np.concatenate([rng.dirichlet(np.ones(k), size=4) for k in (3, 2)], axis=1)
    starts[0] = [1, 0, 0, 0.5, 0.5]
    way = trajectories(field, starts, times=[0.0, 0.3, 5.0], strategies=(3, 2), rtol=1e-6)
    assert way.shape == (3, 4, 5)
    assert (way >= 0).all()
    np.testing.assert_allclose(way[..., :3].sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(way[..., 3:].sum(axis=-1), 1, rtol=1e-14)
    if name in {"replicator", "imitative_logit"}:
        assert (way[:, 0, 1:3] == 0).all()


def test_negative_mean_payoffs_do_not_blow_up_the_sum() -> None:
    """The bare field multiplies an error of the sum by exp(100 t)."""
    field = of_matrix([[-101.5, -98.0], [-100.0, -99.0]])
    way = trajectories(field, [0.1, 0.9], times=[0.0, 50.0])
    np.testing.assert_allclose(way[-1], [0.4, 0.6], atol=1e-9)


def test_a_batch_is_as_one_by_one() -> None:
    field = of_matrix([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])
    starts = np.random.default_rng(1).dirichlet(np.ones(3), size=(2, 3))
    together = trajectories(field, starts, times=[0.0, 4.0])
    for place in np.ndindex(2, 3):
        alone = trajectories(field, starts[place], times=[0.0, 4.0])
        np.testing.assert_allclose(together[(slice(None), *place)], alone, atol=1e-7)


def test_repeated_times_and_no_time_at_all() -> None:
    field = of_matrix([[0.0, 1.0], [2.0, 0.0]])
    way = trajectories(field, [0.5, 0.5], times=[1.0, 1.0, 2.0, 2.0])
    assert (way[0] == way[1]).all()
    assert (way[2] == way[3]).all()
    assert trajectories(field, [0.5, 0.5], times=[3.0]).tolist() == [[0.5, 0.5]]


def test_a_field_that_leaves_is_refused() -> None:
    with pytest.raises(CoopgamesError, match="the result of the field must be shares >= 0"):
        trajectories(lambda x: np.broadcast_to([-1.0, 1.0], x.shape), [0.5, 0.5], times=[0, 1])
    with pytest.raises(CoopgamesError, match=r"sum off by 0\.5"):
        trajectories(lambda x: np.broadcast_to([0.5, 0.0], x.shape), [0.5, 0.5], times=[0, 1])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts": [0.5, 0.6]}, "starts must be shares"),
        ({"starts": [-0.5, 1.5]}, "starts must be shares"),
        ({"starts": [np.nan, 1.0]}, "starts must be finite"),
        ({"times": [1.0, 0.0]}, "times must not decrease"),
        ({"times": []}, "times must be one row"),
        ({"rtol": 0.0}, "rtol must be > 0"),
        ({"method": "Euler"}, "method must be one of"),
        ({"strategies": (3,)}, "strategies must sum"),
    ],
)
def test_refused(changes, words) -> None:
    arguments = {"starts": [0.5, 0.5], "times": [0.0, 1.0]} | changes
    with pytest.raises(CoopgamesError, match=words):
        trajectories(lambda x: 0 * x, arguments.pop("starts"), **arguments)


# --- basins ----------------------------------------------------------------------------------


def test_two_strategies_exactly() -> None:
    first = [(1.0 if k + 1 >= 3 else 0.0) - 0.1 for k in range(6)]
    second = [1.0 if k >= 3 else 0.0 for k in range(6)]
    gap = payoff_gap_coefficients(first, second)
    found = two_strategy_basin_shares(gap)
    np.testing.assert_allclose(found.attractors[:, 0], [0.0, 0.7356181], atol=5e-8)
    np.testing.assert_allclose(found.shares, [0.1214333, 1 - 0.1214333], atol=5e-8)
    assert (found.unassigned, found.starts) == (0.0, 0)
    hawk_dove = two_strategy_basin_shares([1.0, -1.5])
    assert hawk_dove.shares.tolist() == [1.0]
    # A touching point holds up what comes from one side; without a gap nothing moves.
    touching = two_strategy_basin_shares([1.0, -1.0, 1.0])
    np.testing.assert_allclose(touching.attractors[:, 0], [0.5, 1.0])
    np.testing.assert_allclose(touching.shares, [0.5, 0.5])
    assert two_strategy_basin_shares([0.0, 0.0]).unassigned == 1.0


def test_counting_agrees_with_the_exact_share() -> None:
    hunt = np.array([[4.0, 0.0], [3.0, 2.0]])
    exact = two_strategy_basin_shares([-2.0, 1.0])
    found = basin_shares(of_matrix(hunt), exact.attractors, horizon=60.0, exponent=8, rng=5)
    assert found.shares.sum() + found.unassigned == pytest.approx(1.0)
    np.testing.assert_allclose(found.shares, exact.shares, atol=2 / 256)
    assert ((found.intervals[:, 0] < exact.shares) & (exact.shares < found.intervals[:, 1])).all()
    assert found.starts == 256


def test_coordination_of_three_by_symmetry() -> None:
    found = basin_shares(of_matrix(np.eye(3)), np.eye(3), horizon=80.0, exponent=9, rng=2)
    np.testing.assert_allclose(found.shares, 1 / 3, atol=0.02)
    assert found.unassigned < 0.01


def test_cycles_stay_unassigned() -> None:
    corners = np.eye(3)
    field = of_matrix([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    found = basin_shares(field, corners, horizon=50.0, exponent=5, rng=3)
    assert found.unassigned > 0.9
    assert found.unassigned_interval[1] <= 1.0
    nothing = basin_shares(field, np.zeros((0, 3)), horizon=5.0, exponent=3, rng=3)
    assert (nothing.unassigned, nothing.shares.size) == (1.0, 0)


def test_asymmetric_hawk_dove_splits_by_symmetry() -> None:
    hawk_dove = np.array([[-1.5, 2.0], [0.0, 1.0]])
    matrix = bimatrix(hawk_dove, hawk_dove.T)
    sinks = [p.point for p in matrix_rest_points(matrix, strategies=(2, 2)).points if p.ess]
    found = basin_shares(
        of_matrix(matrix, (2, 2)), sinks, horizon=60.0, strategies=(2, 2), exponent=8, rng=4
    )
    np.testing.assert_allclose(found.shares, 0.5, atol=0.03)


def test_the_starts_follow_the_generator() -> None:
    field = of_matrix(np.eye(3))
    options = {"horizon": 30.0, "exponent": 4}
    first, again = (basin_shares(field, np.eye(3), rng=7, **options) for _ in range(2))
    assert first.shares.tolist() == again.shares.tolist()


@given(st.integers(1, 60), st.data())
def test_interval_by_its_definition(total, data) -> None:
    """At its ends so many successes, or so few, have just the probability left out."""
    k = data.draw(st.integers(0, total))
    low, high = (float(end) for end in count_interval(k, total, confidence=0.9))
    assert 0 <= low <= k / total <= high <= 1
    if k > 0:
        assert binom.sf(k - 1, total, low) == pytest.approx(0.05, rel=1e-8)
    if k < total:
        assert binom.cdf(k, total, high) == pytest.approx(0.05, rel=1e-8)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"attractors": [1.0, 0.0]}, "attractors must have shape"),
        ({"attractors": [[1.0, 0.5]]}, "attractors must be shares"),
        ({"radius": 0.0}, "radius must be > 0"),
        ({"radius": 0.6}, "radius must be less than half"),
        ({"horizon": -1.0}, "horizon must be > 0"),
        ({"confidence": 1.0}, "confidence must be < 1"),
    ],
)
def test_basins_refused(changes, words) -> None:
    options = {"attractors": np.eye(2), "horizon": 1.0, "exponent": 2, "rng": 1} | changes
    with pytest.raises(CoopgamesError, match=words):
        basin_shares(of_matrix(np.eye(2)), options.pop("attractors"), **options)


def test_counts_out_of_bounds_are_refused() -> None:
    with pytest.raises(CoopgamesError, match=r"counts must lie in 0 \.\. 3"):
        count_interval([4], 3)
