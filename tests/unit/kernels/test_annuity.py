"""What rounds to come are worth, summed one by one; and its inverse."""

from fractions import Fraction

import pytest

from coopgames.kernels.annuity import discount_factor_for, rounds_worth


@pytest.mark.parametrize("d", [Fraction(0), Fraction(1, 3), Fraction(9, 10)])
def test_worth_is_the_sum(d) -> None:
    for periods in (1, 2, 7):
        assert rounds_worth(d, periods) == sum(d**t for t in range(1, periods + 1))
    assert rounds_worth(d) == d / (1 - d)
    assert float(rounds_worth(d)) == pytest.approx(sum(float(d) ** t for t in range(1, 2000)))


@pytest.mark.parametrize("periods", [None, 1, 2, 9])
@pytest.mark.parametrize("worth", [Fraction(0), Fraction(1, 4), Fraction(7, 8)])
def test_the_inverse(worth, periods) -> None:
    d = discount_factor_for(worth, periods)
    assert float(rounds_worth(float(d), periods)) == pytest.approx(float(worth), abs=1e-14)
    if periods in {None, 1}:
        assert isinstance(d, Fraction)


def test_rounds_too_few() -> None:
    assert discount_factor_for(Fraction(3), 3) is None
    assert discount_factor_for(Fraction(3), 4) < 1
