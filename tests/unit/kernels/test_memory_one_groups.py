"""Groups of memory-one players against the chain of all 2^n acts, and literal play."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import chi2

from coopgames.errors import BudgetError
from coopgames.kernels.memory_one import pair_laws
from coopgames.kernels.memory_one_groups import group_law
from coopgames.kernels.time_averages import time_average_laws


def by_acts(sizes, start, response, *, discount, slip, misread):
    """Return the law of all 2^n acts, lumped to counts per class."""
    n = sum(sizes)
    kind = np.repeat(np.arange(len(sizes)), sizes)
    states = list(product((0, 1), repeat=n))

    def chance(player, acts):
        """Average over everything the player may see."""
        total = 0.0
        others = [a for i, a in enumerate(acts) if i != player]
        missed, alarm = misread
        for seen in product((0, 1), repeat=n - 1):
            weight = 1.0
            for act, eye in zip(others, seen, strict=True):
                rate = alarm if act else missed
                weight *= rate if act != eye else 1 - rate
            total += weight * response[kind[player], 1 - acts[player], sum(seen)]
        return (1 - slip) * total + slip * (1 - total)

    def law(p):
        return [np.prod([x if a else 1 - x for x, a in zip(p, s, strict=True)]) for s in states]

    chain = np.array([law([chance(i, s) for i in range(n)]) for s in states])
    first = np.array(law([(1 - slip) * start[g] + slip * (1 - start[g]) for g in kind]))
    if discount < 1:
        full = (1 - discount) * np.linalg.solve((np.eye(2**n) - discount * chain).T, first)
    else:
        full = time_average_laws(chain[None], first[None])[0][0]
    lumped = {}
    for state, weight in zip(states, full, strict=True):
        key = tuple(
            sum(a for a, g in zip(state, kind, strict=True) if g == c) for c in range(len(sizes))
        )
        lumped[key] = lumped.get(key, 0.0) + weight
    return lumped


@pytest.mark.parametrize("discount", [0.0, 0.8, 1.0])
@pytest.mark.parametrize(
    ("slip", "misread"), [(0.0, (0.0, 0.0)), (0.02, (0.1, 0.1)), (0.01, (0.4, 0.05))]
)
@pytest.mark.parametrize("random", [True, False])
def test_lumping_is_exact(discount, slip, misread, random):
    rng = np.random.default_rng(1)
    sizes = (2, 1, 1)
    start, response = rng.random(3), rng.random((3, 2, 4))
    if not random:
        start, response = start.round(), response.round()
    found = group_law(
        sizes,
        start,
        response,
        discount_factor=discount,
        implementation_error=slip,
        perception_error=misread,
    )
    expected = by_acts(sizes, start, response, discount=discount, slip=slip, misread=misread)
    assert found.residual < 1e-14
    assert found.law.size == 12
    for counts, weight in zip(found.counts.tolist(), found.law, strict=True):
        assert abs(expected[tuple(counts)] - weight) < 1e-12


@pytest.mark.parametrize("sizes", [(3, 2, 1), (6,), (1, 4)])
def test_lumping_is_exact_in_larger_groups(sizes):
    rng = np.random.default_rng(sum(sizes))
    n, misread = sum(sizes), (0.3, 0.1)
    start, response = rng.random(len(sizes)), rng.random((len(sizes), 2, n))
    found = group_law(sizes, start, response, perception_error=misread, implementation_error=0.02)
    expected = by_acts(sizes, start, response, discount=1.0, slip=0.02, misread=misread)
    for counts, weight in zip(found.counts.tolist(), found.law, strict=True):
        assert abs(expected[tuple(counts)] - weight) < 1e-12


def test_two_players_are_a_pair():
    strategies = np.random.default_rng(2).random((2, 5))
    pair = pair_laws(strategies, perception_error=0.1).law[:, 0, 1]
    response = strategies[:, 1:].reshape(2, 2, 2)[:, :, ::-1]
    found = group_law([1, 1], strategies[:, 0], response, perception_error=0.1)
    assert found.counts.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    np.testing.assert_allclose(found.law, pair[[3, 2, 1, 0]], atol=1e-14)


def test_several_classes_are_weighted_from_the_start():
    copy_all = np.array([[[0.0, 0, 1], [0, 0, 1]]])
    found = group_law([3], np.array([0.9]), copy_all)
    assert found.recurrent == 2
    # All three cooperate for ever, or all defect: two or fewer cooperators die out.
    np.testing.assert_allclose(found.law, [1 - 0.9**3, 0, 0, 0.9**3], atol=1e-14)


def test_literal_play_of_a_large_group():
    rng = np.random.default_rng(3)
    sizes, n, discount, slip, misread = (5, 3), 8, 0.7, 0.05, 0.1
    start, response = rng.random(2), rng.random((2, 2, n))
    found = group_law(
        sizes,
        start,
        response,
        discount_factor=discount,
        implementation_error=slip,
        perception_error=misread,
    )
    replicates = 20_000
    kind = np.repeat([0, 1], sizes)
    p = np.tile(start[kind], (replicates, 1))
    going, last = np.ones(replicates, dtype=bool), np.zeros((replicates, n), dtype=bool)
    while going.any():
        acts = (rng.random(p.shape) < p) ^ (rng.random(p.shape) < slip)
        last[going] = acts[going]
        wrong = rng.random((replicates, n, n)) < misread
        seen = (acts[:, None, :] ^ wrong).sum(axis=2)
        seen -= np.einsum("rii->ri", acts[:, None, :] ^ wrong)
        p = response[kind[None], 1 - acts, seen]
        going &= rng.random(replicates) < discount
    # Pearson's statistic of 24 cells, false alarm 1e-6.
    index = last[:, :5].sum(axis=1) * 4 + last[:, 5:].sum(axis=1)
    expected = replicates * found.law
    assert expected.min() > 5
    statistic = ((np.bincount(index, minlength=24) - expected) ** 2 / expected).sum()
    assert chi2.sf(statistic, 23) > 1e-6


def test_too_many_states_are_refused():
    with pytest.raises(BudgetError, match=r"20, 20, 20 players make 9,261 states; at most 5,000"):
        group_law([20] * 3, np.zeros(3), np.zeros((3, 2, 60)))


@pytest.mark.parametrize("slip", [1e-9, 1e-20, 1e-40])
def test_rare_errors_in_pairs_of_deterministic_strategies(slip):
    strategies = np.array(list(product((0.0, 1.0), repeat=5)))[::3]
    pairs = pair_laws(strategies, implementation_error=slip).law
    response = strategies[:, 1:].reshape(-1, 2, 2)[:, :, ::-1]
    for i, j in product(range(len(strategies)), repeat=2):
        found = group_law(
            [1, 1], strategies[[i, j], 0], response[[i, j]], implementation_error=slip
        )
        np.testing.assert_allclose(found.law, pairs[[3, 2, 1, 0], i, j], rtol=1e-12)
        assert found.recurrent == 1


@pytest.mark.slow
def test_twenty_states_in_six_roles():
    """3,240 states: means that are kept by a round, worked out without the chain."""
    sizes = (1, 2, 3, 2, 4, 8)
    rng = np.random.default_rng(4)
    response = rng.random((6, 2, 20))
    found = group_law(sizes, rng.random(6), response, perception_error=(0.2, 0.1))
    assert found.law.size == 3_240
    assert found.recurrent == 1
    assert found.residual < 1e-12
    # Each class's mean number of cooperators is what its players do on average next.
    counts, n = found.counts, 20
    others = np.arange(n)
    # Seen cooperators by true ones.
    see = [np.convolve(binomial(k, 0.9), binomial(n - 1 - k, 0.2)) for k in others]
    blurred = np.einsum("gak,tk->gat", response, np.array(see))
    total = counts.sum(axis=1)
    for g in range(6):
        again = blurred[g, 0, np.maximum(total - 1, 0)]
        turned = blurred[g, 1, np.minimum(total, n - 1)]
        following = counts[:, g] * again + (sizes[g] - counts[:, g]) * turned
        assert abs(found.law @ (following - counts[:, g])) < 1e-10


def binomial(trials, chance):
    law = np.ones(1)
    for _ in range(trials):
        law = np.convolve(law, [1 - chance, chance])
    return law
