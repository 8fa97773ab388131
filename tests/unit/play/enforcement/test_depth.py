"""Depth of self-enforcing agreements: closed form against a search over depths."""

from fractions import Fraction

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.play.enforcement.depth import deepest_agreement


def complies(x, cost, *, b, d, m, n, periods):
    """Whether giving nothing once pays no more than depth x, from worths of the repeated game."""
    rounds = 20_000 if periods is None else periods
    each = (n - 1) * b * x - cost(x)
    worth = each / (1 - d)
    cheated = (n - 1) * b * x + d * ((1 - m) * worth + m * d**rounds * worth)
    return cheated <= worth + 1e-12 * max(1.0, abs(worth))


def test_two_players_who_see_all() -> None:
    found = deepest_agreement("1", "3/10")
    assert found.deepest == Fraction(3, 5)
    assert found.efficient == 1
    assert found.agreed == Fraction(3, 5)
    assert found.payoff == Fraction(3, 5) - Fraction(9, 50)
    assert found.limited
    for b, d in (("2", "1/5"), ("3/2", "2/5")):
        assert deepest_agreement(b, d).deepest == 2 * Fraction(b) * Fraction(d)
    patient = deepest_agreement(1, "4/5")
    assert patient.deepest > patient.efficient == patient.agreed
    assert not patient.limited


@pytest.mark.parametrize("periods", [None, 1, 3])
@pytest.mark.parametrize(("m", "n"), [(1.0, 2), (0.4, 2), (0.7, 5)])
@pytest.mark.parametrize("d", [0.3, 0.8])
def test_against_a_search(d, m, n, periods) -> None:
    b, a = 1.5, 0.8

    def quadratic(x):
        return a * x * x / 2

    found = deepest_agreement(b, d, cost=a, detection=m, players=n, periods=periods)
    grid = np.linspace(0, 3 * found.deepest, 3001)
    kept = [x for x in grid if complies(x, quadratic, b=b, d=d, m=m, n=n, periods=periods)]
    assert max(kept) == pytest.approx(found.deepest, abs=grid[1])
    pays = (n - 1) * b * grid - quadratic(grid)
    best = grid[[x in set(kept) for x in grid]]
    assert ((n - 1) * b * best - quadratic(best)).max() <= found.payoff + 1e-12
    if found.efficient <= grid[-1]:
        assert grid[pays.argmax()] == pytest.approx(found.efficient, abs=grid[1])
    again = deepest_agreement(b, d, cost=quadratic, detection=m, players=n, periods=periods)
    assert again.deepest == pytest.approx(found.deepest, rel=1e-12)
    assert again.efficient == pytest.approx(found.efficient, rel=1e-6)
    assert again.payoff == pytest.approx(found.payoff, rel=1e-9)


def test_other_convex_costs() -> None:
    """c = x^3: c/x = x^2 meets w b; efficient where 3 x^2 = b."""
    found = deepest_agreement(1, 0.36, cost=lambda x: x**3)
    assert found.deepest == pytest.approx(0.6)
    assert found.efficient == pytest.approx(3**-0.5, rel=1e-6)
    kinked = deepest_agreement(1, 0.5, cost=lambda x: 0.2 * x + 2 * max(x - 1, 0))
    assert kinked.deepest == pytest.approx(2 / 1.7)


def test_nothing_where_nobody_looks_or_cares() -> None:
    assert deepest_agreement(1, "1/2", detection=0).deepest == 0
    assert deepest_agreement(1, 0).agreed == 0
    assert isinstance(deepest_agreement(1.0, "1/2").deepest, float)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"benefit": 0}, "benefit must be > 0; got 0"),
        ({"discount_factor": 1}, r"discount_factor must lie in \[0, 1\); got 1"),
        ({"cost": 0}, "cost must be > 0; got 0"),
        ({"cost": "x"}, "cost must be a number or 'a/b'; got 'x'"),
        ({"cost": lambda x: 1 + x}, "cost must be 0 at 0; got 1.0"),
        ({"cost": lambda x: 0.1 * x}, "must in the end be steeper than the benefit"),
        ({"detection": 2}, r"detection must lie in \[0, 1\]; got 2"),
        ({"players": 1}, "players must be >= 2; got 1"),
        ({"periods": 0}, "periods must be >= 1; got 0"),
    ],
)
def test_arguments_out_of_bounds(changes, message) -> None:
    given = {"benefit": 1, "discount_factor": 0.5, **changes}
    benefit, d = given.pop("benefit"), given.pop("discount_factor")
    with pytest.raises(CoopgamesError, match=message):
        deepest_agreement(benefit, d, **given)
