"""Equilibria by totals against all profiles of individuals."""

from itertools import product

import numpy as np
import pytest

from coopgames.kernels.equilibrium_totals import Knapsack, equilibrium_totals


@pytest.mark.parametrize("seed", range(60))
def test_all_profiles_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts, leverage = rng.integers(0, 4, 3), rng.integers(0, 3, 3)
    drive, access = rng.integers(-3, 3, 3) / 4, rng.integers(0, 3, 3) / 2
    total = int(counts @ leverage)
    potential = np.cumsum(rng.integers(-1, 3, total + 1)) / 4
    group = np.repeat(np.arange(3), counts)
    number, weight = np.zeros(total + 1), rng.integers(-4, 5, 3).astype(float)
    best = np.full(total + 1, -np.inf)
    for profile in product((0, 1), repeat=group.size):
        act = np.array(profile, dtype=int)
        x = int(leverage[group] @ act)
        fine = True
        for player, g in enumerate(group):
            other = x + int(leverage[g]) * (1 - 2 * act[player])
            gain = access[g] * (potential[other] - potential[x]) + drive[g] * (1 - 2 * act[player])
            fine &= gain <= 1e-12
        if fine:
            number[x] += 1
            best[x] = max(best[x], float(weight[group] @ act))
    found = equilibrium_totals(counts, leverage, drive, access, potential)
    assert np.exp(found.log_number) == pytest.approx(number, rel=1e-9)
    for x in range(total + 1):
        bounds = found.lowest[x], found.highest[x]
        if not number[x] and not (bounds[0] <= bounds[1]).all():
            continue
        sack = Knapsack(leverage, bounds, weight, total + 1)
        assert sack.best[x] == pytest.approx(best[x])
        if number[x]:
            acting = sack.acting(x)
            assert acting @ leverage == x
            assert weight @ acting == pytest.approx(best[x])


def test_many_players_take_no_longer() -> None:
    """193 equal states, of whom a hundred must give: nobody, or any hundred."""
    step = (np.arange(194) >= 100).astype(float)
    one = np.ones(1)
    found = equilibrium_totals(np.array([193]), np.array([1]), -0.3 * one, one, step)
    assert np.flatnonzero(np.isfinite(found.log_number)).tolist() == [0, 100]
    from math import comb, log

    assert found.log_number[100] == pytest.approx(log(comb(193, 100)), rel=1e-12)
    assert not found.tied.any()
