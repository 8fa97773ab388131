"""Like-minded meeting against lists of co-players."""

from itertools import product

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.games import assorted, classics, symmetric_game


def test_each_co_player_is_replaced_one_by_one() -> None:
    rng = np.random.default_rng(2)
    table = rng.normal(size=(3, 10))
    game = symmetric_game(4, "abc", lambda i, _: table[i])
    r, shares = 0.3, np.array([0.5, 0.2, 0.3])
    found = assorted(game, r).payoffs_at(shares)
    index = {tuple(row): k for k, row in enumerate(game.co_players().tolist())}
    for own in range(3):
        met = (1 - r) * shares + r * np.eye(3)[own]
        mean = sum(
            np.prod(met[list(group)]) * table[own, index[tuple(group.count(s) for s in range(3))]]
            for group in product(range(3), repeat=3)
        )
        assert found[own] == pytest.approx(mean, abs=1e-12)


def test_hamilton_decides_in_groups_too() -> None:
    """In a linear public good giving pays iff multiplier (1 + (n - 1) r) / n exceeds its cost."""
    n, multiplier = 5, 2.0
    game = classics.public_goods(n, multiplier)
    for r in (0.0, 0.2, 0.6, 1.0):
        gives, keeps = assorted(game, r).payoffs_at([0.4, 0.6])
        # One's own gift returns multiplier / n, and each of n - 1 mates gives with r more.
        assert gives - keeps == pytest.approx(multiplier / n * (1 + (n - 1) * r) - 1, abs=1e-12)


def test_looks_stay_merged_and_extremes_are_plain() -> None:
    base = classics.optional_public_goods(5, 3, 1, fine=1, fine_cost=0.3)
    assert assorted(base, 0.0).table == pytest.approx(base.table, abs=1e-14)
    alone = assorted(base, 1.0)
    assert alone.seen_as == base.seen_as
    assert np.ptp(alone.table, axis=1) == pytest.approx(0, abs=1e-12)  # others don't matter


def test_assortment_is_a_probability() -> None:
    with pytest.raises(CoopgamesError, match="assortment"):
        assorted(classics.stag_hunt(), 1.5)
