"""Pairs of memory-one strategies against brute force and literal play."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.stats import chi2

from coopgames.kernels.memory_one import pair_laws
from coopgames.kernels.time_averages import time_average_law, time_average_laws

#: CC, CD, DC, DD as pairs of acts, 1 for cooperation.
STATES = ((1, 1), (1, 0), (0, 1), (0, 0))
DETERMINISTIC = np.array(list(product((0.0, 1.0), repeat=5)))
#: Of each goodness-of-fit test; there are four in this file.
FALSE_ALARM = 1e-6


def chain_of(p, q):
    """Return start and transition, state by state."""

    def law(own, other):
        return [(own if a else 1 - own) * (other if b else 1 - other) for a, b in STATES]

    rows = [law(p[1 + STATES.index((a, b))], q[1 + STATES.index((b, a))]) for a, b in STATES]
    return np.array(law(p[0], q[0])), np.array(rows)


def cesaro(start, chain, doublings=60):
    """Return the mean of the first 2^60 laws by doubling."""
    mean, power = np.eye(len(start)), chain
    for _ in range(doublings):
        mean, power = (mean + power @ mean) / 2, power @ power
        power /= power.sum(axis=1, keepdims=True)
    return start @ mean


def test_limit_of_means_are_ratios_of_determinants():
    strategies = np.random.default_rng(1).random((12, 5))
    found = pair_laws(strategies)
    assert found.residual < 1e-15
    assert (found.classes == 1).all()
    for i, p in enumerate(strategies[:, 1:]):
        for j, q in enumerate(strategies[:, 1:]):

            def determinant(f, p=p, q=q):  # Press & Dyson 2012, eq. 2
                rows = [
                    [-1 + p[0] * q[0], -1 + p[0], -1 + q[0], f[0]],
                    [p[1] * q[2], -1 + p[1], q[2], f[1]],
                    [p[2] * q[1], p[2], -1 + q[1], f[2]],
                    [p[3] * q[3], p[3], q[3], f[3]],
                ]
                return np.linalg.det(np.array(rows))

            law = np.array([determinant(e) for e in np.eye(4)]) / determinant(np.ones(4))
            np.testing.assert_allclose(found.law[:, i, j], law, atol=1e-12)


@pytest.mark.parametrize("discount", [0.0, 0.3, 0.9, 0.999])
def test_discounted_laws_solve_their_linear_equations(discount):
    strategies = np.vstack([np.random.default_rng(2).random((6, 5)), DETERMINISTIC[::3]])
    found = pair_laws(strategies, discount_factor=discount)
    assert found.classes is None
    assert found.residual < 1e-15
    for i, p in enumerate(strategies):
        for j, q in enumerate(strategies):
            start, chain = chain_of(p, q)
            law = (1 - discount) * np.linalg.solve((np.eye(4) - discount * chain).T, start)
            np.testing.assert_allclose(found.law[:, i, j], law, atol=1e-11)


def test_deterministic_pairs_are_played_out():
    found = pair_laws(DETERMINISTIC)
    near = pair_laws(DETERMINISTIC, discount_factor=1 - 1e-9)
    for i, p in enumerate(DETERMINISTIC):
        for j, q in enumerate(DETERMINISTIC):
            pair, seen = (int(p[0]), int(q[0])), []
            for _ in range(28):
                seen.append(STATES.index(pair))
                pair = int(p[1 + STATES.index(pair)]), int(q[1 + STATES.index(pair[::-1])])
            law = np.bincount(seen[4:], minlength=4) / 24  # periods 1 to 4 after at most 4 rounds
            np.testing.assert_allclose(found.law[:, i, j], law, atol=1e-14)
    np.testing.assert_allclose(near.law, found.law, atol=1e-8)


def test_recurrent_classes_of_well_known_pairs():
    grim, copy = [1.0, 1, 0, 0, 0], [1.0, 1, 0, 1, 0]
    always, never = [1.0] * 5, [0.0] * 5
    found = pair_laws(np.array([grim, copy, always, never]))
    assert found.classes.diagonal().tolist() == [2, 3, 1, 1]
    assert found.classes[2, 3] == found.classes[3, 2] == 1
    assert found.law[:, 2, 3].tolist() == [0, 1, 0, 0]
    assert found.law[:, 3, 2].tolist() == [0, 0, 1, 0]
    assert found.law[:, 0, 0].tolist() == [1, 0, 0, 0]


def test_partly_random_pairs_with_several_classes():
    rng = np.random.default_rng(3)
    strategies = rng.choice([0.0, 1.0, 0.5, 0.3], size=(25, 5), p=[0.4, 0.4, 0.1, 0.1])
    found = pair_laws(strategies)
    assert found.classes.max() > 1
    for i, p in enumerate(strategies):
        for j, q in enumerate(strategies):
            np.testing.assert_allclose(found.law[:, i, j], cesaro(*chain_of(p, q)), atol=1e-10)


def test_rare_errors_keep_their_digits():
    error = Fraction(1, 10**12)
    shift, grim = (1, 1, 0, 0, 1), (1, 1, 0, 0, 0)
    found = pair_laws(np.array([shift, grim], dtype=float), implementation_error=1e-12).law
    p, q = ([(1 - error) * x + error * (1 - x) for x in rule] for rule in (shift, grim))
    _, chain = chain_of_fractions(p, q)
    for state, weight in enumerate(stationary(chain)):
        assert abs(found[state, 0, 1] / float(weight) - 1) < 1e-10  # 1e-12 itself is rounded


def chain_of_fractions(p, q):
    rows = []
    for a, b in STATES:
        own, other = p[1 + STATES.index((a, b))], q[1 + STATES.index((b, a))]
        rows.append([(own if c else 1 - own) * (other if d else 1 - other) for c, d in STATES])
    return None, rows


def stationary(chain):
    """Solve v P = v in fractions."""
    n = len(chain)
    rows = [[chain[j][i] - (i == j) for j in range(n)] + [Fraction(0)] for i in range(n - 1)]
    rows.append([Fraction(1)] * (n + 1))
    for c in range(n):
        pivot = next(r for r in range(c, n) if rows[r][c])
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [x / rows[c][c] for x in rows[c]]
        for r in range(n):
            if r != c:
                rows[r] = [x - rows[r][c] * y for x, y in zip(rows[r], rows[c], strict=True)]
    return [row[-1] for row in rows]


def test_the_other_player_sees_the_same_rounds():
    strategies = np.vstack([np.random.default_rng(4).random((5, 5)), DETERMINISTIC[5:20]])
    law = pair_laws(strategies, perception_error=0.1, monitoring="public").law
    np.testing.assert_allclose(law, law[[0, 2, 1, 3]].swapaxes(1, 2), atol=1e-14)
    np.testing.assert_allclose(law.sum(axis=0), 1, atol=1e-14)


def test_two_error_rates_are_averaged_over_what_is_seen():
    """Private: reactions to what is seen. Public: a chain of signals, and reactions to them."""
    missed, alarm = 0.3, 0.07
    strategies = np.vstack([np.random.default_rng(11).random((4, 5)), DETERMINISTIC[1::6]])
    see = np.array([[1 - alarm, alarm], [missed, 1 - missed]])  # by act and what it seems, C first
    private = pair_laws(strategies, perception_error=(missed, alarm), implementation_error=0.01)
    public = pair_laws(strategies, perception_error=(missed, alarm), monitoring="public")
    for i, p in enumerate(strategies):
        for j, q in enumerate(strategies):
            slipped = [0.98 * np.array(x) + 0.01 for x in (p, q)]
            blurred = [
                [x[0], *(see[other] @ x[1 + 2 * own :][:2] for own in (0, 1) for other in (0, 1))]
                for x in slipped
            ]
            law = cesaro(*chain_of(*blurred))
            np.testing.assert_allclose(private.law[:, i, j], law, atol=1e-10)
            signals = np.kron(see, see)  # from pairs of acts to pairs of signals
            first, chain = chain_of(p, q)
            of_signals = cesaro(first @ signals, chain @ signals)
            np.testing.assert_allclose(public.law[:, i, j], of_signals @ chain, atol=1e-10)


def test_one_error_rate_stands_for_both():
    strategies = np.random.default_rng(12).random((3, 5))
    one = pair_laws(strategies, perception_error=0.2)
    two = pair_laws(strategies, perception_error=(0.2, 0.2))
    np.testing.assert_array_equal(one.law, two.law)


# --- literal play ------------------------------------------------------------------------------


def fits(states, law):
    """Whether independent draws fit a law, by Pearson's statistic."""
    expected = states.size * law
    statistic = ((np.bincount(states, minlength=4) - expected) ** 2 / expected).sum()
    return chi2.sf(statistic, 3) > FALSE_ALARM


def played(rule_x, rule_y, *, discount, slip, misread, public, replicates=60_000, seed=5):
    """Return the acts of the last round of games of geometric length; rules take what is seen."""
    rng = np.random.default_rng(seed)
    going = np.ones(replicates, dtype=bool)
    last = np.zeros(replicates, dtype=int)
    seen_x, seen_y = [], []
    while going.any():
        x = (rng.random(replicates) < rule_x(seen_x)) ^ (rng.random(replicates) < slip)
        y = (rng.random(replicates) < rule_y(seen_y)) ^ (rng.random(replicates) < slip)
        last[going] = (2 * ~x + ~y)[going]
        missed, alarm = misread
        false_x, false_y = (rng.random(replicates) < np.where(act, alarm, missed) for act in (x, y))
        if public:
            seen_x.append((x ^ false_x, y ^ false_y))
            seen_y.append((y ^ false_y, x ^ false_x))
        else:
            seen_x.append((x, y ^ false_y))
            seen_y.append((y, x ^ false_x))
        going &= rng.random(replicates) < discount
    return last


def memory_one_rule(p):
    def rule(seen):
        if not seen:
            return p[0]
        own, other = seen[-1]
        return np.array(p)[1 + 2 * ~own + ~other]

    return rule


@pytest.mark.parametrize(
    ("slip", "misread", "public"),
    [
        (0.05, (0.0, 0.0), False),
        (0.02, (0.1, 0.1), False),
        (0.02, (0.3, 0.1), False),
        (0.02, (0.3, 0.1), True),
    ],
)
def test_literal_play_with_errors(slip, misread, public):
    p, q = [0.9, 0.95, 0.1, 0.8, 0.2], [0.3, 1.0, 0.0, 0.0, 1.0]
    found = pair_laws(
        np.array([p, q]),
        discount_factor=0.85,
        implementation_error=slip,
        perception_error=misread,
        monitoring="public" if public else "private",
    )
    states = played(
        memory_one_rule(p),
        memory_one_rule(q),
        discount=0.85,
        slip=slip,
        misread=misread,
        public=public,
    )
    assert fits(states, found.law[:, 0, 1])


# --- chains ------------------------------------------------------------------------------------


def test_time_averages_of_random_chains_with_several_classes():
    rng = np.random.default_rng(9)
    chains = rng.random((80, 6, 6)) * (rng.random((80, 6, 6)) < 0.2)
    for i in range(6):
        chains[:, i, i] += chains[:, i].sum(axis=1) == 0
    chains /= chains.sum(axis=2, keepdims=True)
    starts = rng.dirichlet(np.ones(6), 80)
    laws, classes = time_average_laws(chains, starts)
    assert classes.min() == 1
    assert classes.max() >= 3
    for law, start, chain in zip(laws, starts, chains, strict=True):
        np.testing.assert_allclose(law, cesaro(start, chain), atol=1e-10)
        assert abs(law @ chain - law).max() < 1e-14
    for law, number, start, chain in zip(laws, classes, starts, chains, strict=True):
        one, several = time_average_law(chain, start)
        np.testing.assert_allclose(one, law, atol=1e-14)
        assert several == number
