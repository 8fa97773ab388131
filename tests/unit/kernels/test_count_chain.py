"""The chain of cooperators per class against that of single players."""

from itertools import product

import numpy as np
import pytest

from coopgames.errors import BudgetError
from coopgames.kernels.count_chain import count_chain, count_start, count_states

SIZES = (2, 1, 3)


def test_the_chain_sums_over_single_players():
    rng = np.random.default_rng(1)
    counts = count_states(SIZES)
    again, turned = rng.random((2, len(counts), 3))
    found = count_chain(SIZES, np.stack([again, 1 - again]), np.stack([turned, 1 - turned]))
    kind = np.repeat(range(3), SIZES)
    place = {tuple(row): i for i, row in enumerate(counts.tolist())}
    for s, row in enumerate(counts.tolist()):
        before = [k < row[g] for g, size in enumerate(SIZES) for k in range(size)]
        law = np.zeros(len(counts))
        for acts in product((0, 1), repeat=6):
            chance = 1.0
            for act, was, g in zip(acts, before, kind, strict=True):
                p = again[s, g] if was else turned[s, g]
                chance *= p if act else 1 - p
            law[place[tuple(np.bincount(kind, acts, 3).astype(int))]] += chance
        np.testing.assert_allclose(found[s], law, atol=1e-14)


def test_the_start_is_a_row_where_all_do_as_at_first():
    chances = np.array([0.2, 0.7, 1.0])
    everywhere = np.tile(chances, (len(count_states(SIZES)), 1))
    both = np.stack([everywhere, 1 - everywhere])
    first = count_start(SIZES, np.stack([chances, 1 - chances]))
    np.testing.assert_allclose(count_chain(SIZES, both, both), first[None] + 0 * both[0, :, :1])


def test_rare_steps_keep_their_digits():
    rare = np.full((5, 1), 1e-40)
    stay = np.ones((5, 1))
    chain = count_chain([4], np.stack([stay, rare]), np.stack([rare, stay]))
    np.testing.assert_allclose(chain[0], [1, 4e-40, 6e-80, 4e-120, 1e-160], rtol=1e-12)


def test_too_many_states_are_refused():
    with pytest.raises(BudgetError, match="classes of 99, 99 players make 10,000 states"):
        count_states([99, 99])
