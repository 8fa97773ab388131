"""Problems on their grid: gains, success and achievement against the payoffs of single states."""

from fractions import Fraction
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coopgames as cg
from coopgames.kernels.integers import common_grid
from coopgames.problems import Problem, leverage_shares, stakes_of
from coopgames.problems.waiting import rescue_probability, waiting_probability


def stakes(problem: Problem, size: int, shares=None):
    values = shares or [Fraction(1, size)] * size
    return stakes_of(problem, common_grid(values, [1] * size), size)


def logistic(z: float) -> float:
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


def success(x: float, threshold: float, slope: float) -> float:
    """Model D4."""
    low, high = logistic(-threshold / slope), logistic((1 - threshold) / slope)
    return (logistic((x - threshold) / slope) - low) / (high - low)


@pytest.mark.parametrize(
    ("threshold", "slope"), [(0.7, 0.08), (0.9, 0.03), (0.2, 0.02), (0.5, 5.0)]
)
def test_threshold_kernel(threshold: float, slope: float) -> None:
    problem = Problem(id="p", kernel="threshold", threshold=threshold, slope=slope, benefit=0.8)
    found = stakes(problem, 20)
    expected = [success(n / 20, threshold, slope) for n in range(21)]
    assert found.achievement == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert found.potential == pytest.approx([0.8 * g for g in expected], rel=1e-9, abs=1e-12)
    assert (found.achievement[0], found.achievement[-1]) == pytest.approx((0.0, 1.0))
    assert found.holds.tolist() == [Fraction(n, 20) >= Fraction(str(threshold)) for n in range(21)]


@given(st.floats(0.01, 1), st.integers(2, 30), st.booleans())
def test_a_bar_may_have_any_number_of_digits(bar: float, size: int, pairwise: bool) -> None:
    """Seventeen digits times the grid are more than 64 bits hold."""
    kernel = {"kernel": "dyadic", "dyad": (3, 0, 5, 1)} if pairwise else {"kernel": "linear"}
    problem = Problem(id="p", title="", benefit=1.0, cost=0.1, holds_at=bar, **kernel)
    found = stakes(problem, size)
    exactly = Fraction(str(bar))
    for x in range(size + 1):
        part = Fraction(x * (x - 1), size * (size - 1)) if pairwise else Fraction(x, size)
        assert found.holds[x] == (part >= exactly)
    step = Problem(
        id="p", title="", benefit=1.0, cost=0.1, kernel="threshold", threshold=bar, slope=0.0
    )
    assert stakes(step, size).achievement.tolist() == [
        float(Fraction(x, size) >= exactly) for x in range(size + 1)
    ]


def test_a_step_is_the_limit_of_steep_slopes() -> None:
    step = Problem(id="p", kernel="threshold", threshold=0.6, slope=0.0)
    found = stakes(step, 5)
    assert found.achievement.tolist() == [0, 0, 0, 1, 1, 1]  # three of five is .6 exactly
    assert (found.achievement == found.holds).all()
    steep = stakes(step.replace(slope=1e-3), 5)
    assert steep.achievement[[0, 1, 2, 4, 5]] == pytest.approx([0, 0, 0, 1, 1], abs=1e-9)


def test_linear_kernel() -> None:
    found = stakes(Problem(id="p", kernel="linear", benefit=0.8, holds_at=0.6), 10)
    assert found.potential == pytest.approx([0.08 * n for n in range(11)])
    assert found.achievement == pytest.approx([n / 10 for n in range(11)])
    assert found.holds.tolist() == [False] * 6 + [True] * 5


def dyadic_payoff(own: int, others: list[int], dyad) -> float:
    reward, sucker, temptation, punishment = dyad
    table = {(1, 1): reward, (1, 0): sucker, (0, 1): temptation, (0, 0): punishment}
    return sum(table[own, other] for other in others) / len(others)


@given(
    st.integers(2, 8),
    st.tuples(*[st.floats(-2, 2).map(lambda v: round(v, 2))] * 4),
    st.floats(0, 1).map(lambda v: round(v, 2)),
)
def test_dyadic_kernel_against_payoffs(size, dyad, bar) -> None:
    problem = Problem(id="p", kernel="dyadic", dyad=dyad, holds_at=bar)
    found = stakes(problem, size)
    for acting in range(size):
        others = [1] * acting + [0] * (size - 1 - acting)
        gain = dyadic_payoff(1, others, dyad) - dyadic_payoff(0, others, dyad)
        assert found.potential[acting + 1] - found.potential[acting] == pytest.approx(
            gain, abs=1e-12
        )
    for n in range(size + 1):
        share = Fraction(n * (n - 1), size * (size - 1))
        assert found.achievement[n] == pytest.approx(float(share))
        assert found.holds[n] == (share >= Fraction(str(bar)))


@given(st.integers(2, 9))
def test_coordination_kernel_against_payoffs(size) -> None:
    problem = Problem(id="p", kernel="coordination", benefit=1.0, cost=0.0, holds_at=0.6)
    found = stakes(problem, size)
    for acting in range(size):
        matched_in, matched_out = acting, size - 1 - acting
        gain = (matched_in - matched_out) / (size - 1)
        assert found.potential[acting + 1] - found.potential[acting] == pytest.approx(gain)
    assert found.achievement == pytest.approx(np.arange(size + 1) / size)
    assert found.holds.tolist() == [5 * n >= 3 * size for n in range(size + 1)]


# ------------------------------------------------------------------ leverage


ROLES = ["big", "small", "small", "other"]
CAPABILITY = [Fraction(1, 2), Fraction(1, 8), Fraction(1, 8), Fraction(1, 4)]


def shares(leverage, kernel="linear", roles=ROLES):
    problem = Problem(
        id="p",
        kernel=kernel,
        holds_at=0.6,
        leverage=leverage,
        dyad=(1.0, 0.0, 0.0, 0.0),
        threshold=0.5,
    )
    return leverage_shares(problem, roles, CAPABILITY)


def test_leverage_by_role_is_split_and_rescaled() -> None:
    found = shares({"big": 0.4, "small": 0.2, "other": 0.2, "absent": 0.2})
    assert found == (Fraction(1, 2), Fraction(1, 8), Fraction(1, 8), Fraction(1, 4))


def test_equal_and_by_capability() -> None:
    assert shares("equal") == (Fraction(1, 4),) * 4
    assert shares("capability") == tuple(CAPABILITY)


@pytest.mark.parametrize("kernel", ["dyadic", "coordination"])
def test_pairwise_problems_count_heads(kernel: str) -> None:
    assert shares("capability", kernel=kernel) == (Fraction(1, 4),) * 4


def test_worlds_without_roles_share_equally() -> None:
    assert shares({"big": 1.0}, roles=["state"] * 4) == (Fraction(1, 4),) * 4


def test_missing_roles_and_no_leverage_are_errors() -> None:
    with pytest.raises(cg.SpecificationError, match=r"no share for role 'other'"):
        shares({"big": 0.4, "small": 0.6})
    with pytest.raises(cg.SpecificationError, match="no leverage at all"):
        shares({"big": 0.0, "small": 0.0, "other": 0.0, "absent": 1.0})


# ------------------------------------------------------------------ waiting


@pytest.mark.parametrize("agents", [2, 3, 8])
def test_waiting_and_acting_pay_the_same(agents: int) -> None:
    """In a round: acting costs c; waiting costs l + d c unless one of the others acts."""
    rules = cg.Volunteering(acting_cost=0.2, waiting_loss=0.5, waiting_discount=0.9)
    wait = waiting_probability(agents, rules)
    nobody_else = wait ** (agents - 1)
    assert nobody_else * (0.5 + 0.9 * 0.2) == pytest.approx(0.2)
    for rounds in (1, 2, 5):
        expected = 1 - (wait**agents) ** rounds
        assert rescue_probability(agents, rounds, rules) == pytest.approx(expected, rel=1e-12)


def test_costly_rescue_never_happens() -> None:
    rules = cg.Volunteering(acting_cost=9.0, waiting_loss=0.5, waiting_discount=0.9)
    assert waiting_probability(3, rules) == 1.0
    assert rescue_probability(3, 10, rules) == 0.0
    assert rescue_probability(1, 1, rules) == 1.0
    assert rescue_probability(0, 10, rules) == 0.0
