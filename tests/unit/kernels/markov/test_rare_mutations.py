"""Rare mutations against exact walks, spanning trees, the whole chain, and published values."""

from __future__ import annotations

import math
import time
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from tests.oracle.fixation import log_fixation_probability

from coopgames.errors import CoopgamesError
from coopgames.kernels.markov import pairwise_fixation, rare_mutations
from coopgames.kernels.markov.pairwise_fixation import (
    fermi_log_ratio,
    log_fixation_both_ways,
    pair_matrix,
    pairwise_log_fixation,
)
from coopgames.kernels.markov.rare_mutations import embedded_chain, rare_mutation_law

Matrix = list[list[float]]


def gains(game: np.ndarray, mutant: int, resident: int, size: int) -> list[Fraction]:
    """Mean payoff of a mutant less a resident's with j mutants, oneself left out, exactly."""
    a, b, c, d = (
        Fraction(float(game[x, y])) for x in (mutant, resident) for y in (mutant, resident)
    )
    return [
        (a * (j - 1) + b * (size - j) - c * j - d * (size - j - 1)) / (size - 1)
        for j in range(1, size)
    ]


def log_fixation_by_walk(gain: list[Fraction], beta: float) -> float:
    """Eliminate the absorbing chain from the top in 60 digits: h(j) = (1 - won) h(j-1) + won."""
    with localcontext() as context:
        context.prec, context.Emin = 60, -(10**9)
        won, lost = Decimal(1), Decimal(0)
        for g in reversed(gain):
            x = Decimal(beta) * Decimal(g.numerator) / Decimal(g.denominator)
            up, down = won / (1 + (-x).exp()), 1 / (1 + x.exp())
            won, lost = up / (up + down), down / (up + down)
        return float(-lost if lost < Decimal("1e-25") else won.ln())


def fixation_by_following(signs: tuple[int, ...]) -> Fraction | None:
    """The same walk where the better is always imitated; None if it may go on for ever."""
    share, won = Fraction(0), Fraction(1)
    trapped = False
    for sign in reversed(signs):
        up = {1: Fraction(1), 0: Fraction(1, 2), -1: Fraction(0)}[sign]
        rest = 1 - up * share
        if rest == 0:  # one step up, one step down, for ever
            trapped, share, won = True, Fraction(0), Fraction(0)
            continue
        share, won = (1 - up) / rest, up * won / rest
        if share == 1:
            trapped = False  # what lies above is out of reach
    return None if trapped else won


def spanning_trees(rates: list[list[Fraction]]) -> list[Fraction]:
    """The stationary law of a chain of few states by the Markov chain tree theorem."""
    n = len(rates)
    weights = []
    for root in range(n):
        others = [k for k in range(n) if k != root]
        weight = Fraction(0)
        for targets in product(range(n), repeat=n - 1):
            parent = dict(zip(others, targets, strict=True))
            if any(k == t for k, t in parent.items()):
                continue
            ends = []
            for k in others:
                at = k
                for _ in range(n):
                    at = parent.get(at, at)
                ends.append(at)
            if all(at == root for at in ends):
                weight += math.prod((rates[k][t] for k, t in parent.items()), start=Fraction(1))
        weights.append(weight)
    return [w / sum(weights) for w in weights]


def log_of(x: Fraction) -> float:
    """ln of a fraction of any size."""
    with localcontext() as context:
        context.prec, context.Emin = 40, -(10**9)
        return float((Decimal(x.numerator) / Decimal(x.denominator)).ln())


# --- fixation ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "beta"), [(2, 1.0), (3, 5.0), (20, 0.1), (50, 1.0), (50, 300.0), (7, 640.0)]
)
def test_every_pair_is_an_absorbing_walk(size: int, beta: float) -> None:
    game = np.random.default_rng(3).normal(size=(5, 5))
    result = pairwise_log_fixation(game, population_size=size, selection_intensity=beta)
    for k in range(5):
        for i in range(5):
            expected = log_fixation_by_walk(gains(game, i, k, size), beta)
            assert result[k, i] == pytest.approx(expected, rel=1e-11, abs=1e-300)


@pytest.mark.parametrize("beta", [0.0, 0.01, 1.0, 50.0])
def test_two_strategies_agree_with_the_kernel_of_one_pair(beta: float) -> None:
    rng = np.random.default_rng(4)
    for size in (2, 7, 100, 1000):
        game = rng.normal(size=(2, 2))
        result = pairwise_log_fixation(game, population_size=size, selection_intensity=beta)
        one = log_fixation_probability([float(x) for x in gains(game, 0, 1, size)], beta)
        other = log_fixation_probability([float(x) for x in gains(game, 1, 0, size)], beta)
        np.testing.assert_allclose(result[[1, 0], [0, 1]], [one, other], rtol=1e-10, atol=1e-14)


def test_neutral_mutants_fix_with_one_over_z() -> None:
    game = np.random.default_rng(5).normal(size=(40, 40))
    for size in (2, 33, 1000):
        neutral = pairwise_log_fixation(game, population_size=size, selection_intensity=0)
        np.testing.assert_allclose(neutral, -math.log(size), rtol=1e-14)
        for beta in (3.0, np.inf):
            same = pairwise_log_fixation(
                np.full((3, 3), 0.1), population_size=size, selection_intensity=beta
            )
            np.testing.assert_allclose(same, -math.log(size), rtol=1e-14)


def test_both_ways_differ_by_the_sum_of_the_ratios() -> None:
    log_ratio = np.random.default_rng(6).normal(0.2, 2.0, size=(7, 4, 30))
    forward, backward = log_fixation_both_ways(log_ratio)
    mirrored, _ = log_fixation_both_ways(-log_ratio[..., ::-1])
    np.testing.assert_allclose(backward - forward, log_ratio.sum(axis=-1), atol=1e-10)
    np.testing.assert_allclose(backward, mirrored, rtol=1e-12)
    assert forward.shape == (7, 4)


def test_log_ratios_of_any_size() -> None:
    rng = np.random.default_rng(7)
    gain = np.round(rng.normal(size=(6, 24)), 3)
    for beta in (0.5, 40.0, 1e4):
        ratio = fermi_log_ratio(gain, selection_intensity=beta)
        forward, backward = log_fixation_both_ways(ratio)
        for row, there, back in zip(gain, forward, backward, strict=True):
            exact = [Fraction(float(x)) for x in row]
            mirrored = [-x for x in reversed(exact)]
            assert there == pytest.approx(log_fixation_by_walk(exact, beta), rel=1e-11, abs=1e-300)
            assert back == pytest.approx(
                log_fixation_by_walk(mirrored, beta), rel=1e-11, abs=1e-300
            )


def test_many_pairs_are_worked_off_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    game = np.random.default_rng(8).normal(size=(30, 30))
    log_ratio = np.random.default_rng(9).normal(size=(50, 19))
    whole = pairwise_log_fixation(game, population_size=90, selection_intensity=2.0)
    pairs = log_fixation_both_ways(log_ratio)
    monkeypatch.setattr(pairwise_fixation, "BLOCK", 160)
    pieces = pairwise_log_fixation(game, population_size=90, selection_intensity=2.0)
    np.testing.assert_allclose(pieces, whole, rtol=1e-13)
    np.testing.assert_allclose(log_fixation_both_ways(log_ratio), pairs, rtol=1e-13)


def test_moran_process_of_a_fitter_mutant() -> None:
    """Fitness 2 among nine others: 512/1023 (Lieberman, Hauert & Nowak 2005, eq. 1)."""
    forward, backward = log_fixation_both_ways(np.full(9, -math.log(2)))
    assert float(np.exp(forward)) == pytest.approx(512 / 1023, rel=1e-14)
    assert float(np.exp(backward)) == pytest.approx(1 / 1023, rel=1e-14)


# --- infinite selection intensity -------------------------------------------------------------


def test_strong_imitation_for_every_course_of_the_payoffs() -> None:
    courses = list(product((-1, 0, 1), repeat=5))
    ratio = fermi_log_ratio(courses, selection_intensity=np.inf)
    forward, backward = log_fixation_both_ways(ratio)
    for course, there, back in zip(courses, forward, backward, strict=True):
        mirrored = tuple(-s for s in reversed(course))
        for signs, value in ((course, there), (mirrored, back)):
            expected = fixation_by_following(signs)
            if expected is None:
                assert math.isnan(value)
            else:
                assert math.exp(value) == pytest.approx(float(expected), rel=1e-14)


def test_strong_imitation_in_matrix_games_follows_from_the_signs() -> None:
    rng = np.random.default_rng(10)
    coexist = 0
    for size in (2, 3, 5, 12):
        game = rng.integers(-1, 2, size=(12, 12)).astype(float)
        result = pairwise_log_fixation(game, population_size=size, selection_intensity=np.inf)
        for k in range(12):
            for i in range(12):
                gain = gains(game, i, k, size)
                expected = fixation_by_following(tuple((g > 0) - (g < 0) for g in gain))
                if expected is None:
                    coexist += 1
                    assert math.isnan(result[k, i])
                else:
                    assert math.exp(result[k, i]) == pytest.approx(float(expected), rel=1e-14)
    assert coexist > 10


def test_strong_imitation_is_the_limit_of_strong_selection() -> None:
    game = np.array([[1.0, -1.0, 0.5], [2.0, 0.0, 0.5], [0.5, 0.5, 0.5]])
    limit = pairwise_log_fixation(game, population_size=9, selection_intensity=np.inf)
    near = pairwise_log_fixation(game, population_size=9, selection_intensity=1e5)
    np.testing.assert_allclose(np.exp(near), np.exp(limit), atol=1e-12)


def test_differences_within_the_tolerance_are_ties() -> None:
    game = [[0.1 + 0.2, 0.3], [0.3, 0.3]]
    tied = pairwise_log_fixation(game, population_size=4, selection_intensity=np.inf)
    np.testing.assert_allclose(np.exp(tied), 0.25)
    strict = pairwise_log_fixation(
        game, population_size=4, selection_intensity=np.inf, tie_tolerance=0
    )
    np.testing.assert_allclose(np.exp(strict), [[0.25, 0.0], [0.5, 0.25]])


def test_an_infinite_ratio_among_finite_ones() -> None:
    forward, backward = log_fixation_both_ways(
        [[0.5, -np.inf, 800.0], [0.5, np.inf, 0.0], [0.5, -np.inf, np.inf]]
    )
    assert forward[0] == pytest.approx(-math.log1p(math.exp(0.5)), rel=1e-15)
    assert backward[0] == -np.inf
    assert forward[1] == -np.inf
    assert backward[1] == pytest.approx(-math.log(2), rel=1e-15)
    assert math.isnan(forward[2])
    assert math.isnan(backward[2])


# --- the chain of pure states -----------------------------------------------------------------


def voluntary_punishment(own: str, others: str) -> Fraction:
    """Hauert et al. (2007): r = 3, c = 1, sigma = 1, beta = 1, gamma = .3."""
    present = [s for s in own + others if s != "L"]
    if own == "L" or len(present) == 1:
        return Fraction(1)
    share = Fraction(3 * (len(present) - present.count("D")), len(present))
    if own == "D":
        return share - present.count("P")
    return share - 1 - (Fraction(3, 10) * present.count("D") if own == "P" else 0)


def test_voluntary_public_goods_with_peer_punishment() -> None:
    """Hauert, Traulsen, Brandt, Nowak & Sigmund (2007): (2, 2, 2, M + 2) / (8 + M)."""
    size, group, strategies = 100, 5, "CDLP"

    def mean(own: str, mutant: str, resident: str, among: int) -> Fraction:
        total = Fraction(0)
        for k in range(group):
            ways = math.comb(among, k) * math.comb(size - 1 - among, group - 1 - k)
            total += ways * voluntary_punishment(own, mutant * k + resident * (group - 1 - k))
        return total / math.comb(size - 1, group - 1)

    gain = [
        [float(mean(a, a, b, j - 1) - mean(b, a, b, j)) for j in range(1, size)]
        for a, b in (
            (strategies[x], strategies[y]) for x, y in zip(*np.triu_indices(4, 1), strict=True)
        )
    ]
    ratio = fermi_log_ratio(gain, selection_intensity=np.inf)
    fixation = pair_matrix(*log_fixation_both_ways(ratio), population_size=size)
    result = rare_mutation_law(fixation)
    np.testing.assert_allclose(result.law, np.array([2, 2, 2, 102]) / 108, rtol=1e-12)
    assert result.membership.tolist() == [0, 0, 0, 0]


def whole_chain(game: np.ndarray, size: int, beta: float, mu: float) -> np.ndarray:
    """Time spent where one strategy has at least half, in the process with mutation itself."""
    n = len(game)
    states = [s for s in product(range(size + 1), repeat=n) if sum(s) == size]
    index = {s: k for k, s in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for s in states:
        counts = np.array(s)
        payoff = (game @ counts - game.diagonal()) / (size - 1)
        for loser, winner in product(range(n), repeat=2):
            if loser == winner or counts[loser] == 0:
                continue
            rate = mu / (n - 1)
            meets = counts[winner] / (size - 1)
            rate += (1 - mu) * meets / (1 + math.exp(-beta * (payoff[winner] - payoff[loser])))
            after = counts.copy()
            after[loser] -= 1
            after[winner] += 1
            matrix[index[s], index[tuple(after)]] = rate * counts[loser] / size
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    matrix[:, 0] = 1.0
    law = np.linalg.solve(matrix.T, np.eye(len(states))[0])
    return np.array([law[index[tuple(size if k == i else 0 for k in range(n))]] for i in range(n)])


@pytest.mark.parametrize(("strategies", "size"), [(2, 12), (3, 7)])
def test_it_is_the_limit_of_the_whole_process(strategies: int, size: int) -> None:
    game = np.random.default_rng(strategies).normal(size=(strategies, strategies))
    fixation = pairwise_log_fixation(game, population_size=size, selection_intensity=1.0)
    law = rare_mutation_law(fixation).law
    errors = [np.abs(whole_chain(game, size, 1.0, mu) - law).max() for mu in (1e-5, 1e-6)]
    assert errors[0] < 1e-3
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.05)


@pytest.mark.parametrize("digits", [3, 100, 900, 5000])
def test_law_from_spanning_trees(digits: int) -> None:
    rng = np.random.default_rng(digits)
    for n in (2, 3, 4):
        powers = rng.integers(0, digits, size=(n, n))
        rates = [[Fraction(1, 10 ** int(x)) for x in row] for row in powers]
        expected = [log_of(x) for x in spanning_trees(rates)]
        result = rare_mutation_law(-powers * math.log(10.0))
        np.testing.assert_allclose(result.log_laws, [expected], rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize(("n", "depth"), [(300, 50.0), (300, 500.0), (40, 5000.0), (1, 0.0)])
def test_law_of_a_reversible_chain(n: int, depth: float) -> None:
    """Rates S_ki sqrt(pi_i / pi_k) with S symmetric balance in detail."""
    rng = np.random.default_rng(12)
    log_law = -depth * rng.random(n)
    symmetric = rng.normal(size=(n, n))
    logs = symmetric + symmetric.T + 0.5 * (log_law - log_law[:, None])
    result = rare_mutation_law(logs - max(logs.max(), 0))
    expected = log_law - np.logaddexp.reduce(log_law)
    np.testing.assert_allclose(result.log_laws[0], expected, rtol=1e-11, atol=1e-10)
    assert result.law.sum() == pytest.approx(1, abs=1e-12)


def test_law_is_the_same_in_blocks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(20)
    for depth in (20.0, 3000.0):
        logs = -depth * rng.random((70, 70))
        whole = rare_mutation_law(logs).log_laws
        with monkeypatch.context() as patch:
            patch.setattr(rare_mutations, "BLOCK", 64)
            patch.setattr(rare_mutations, "STATES", 7)
            patch.setattr(rare_mutations, "STATES_IN_LOGS", 1)
            pieces = rare_mutation_law(logs).log_laws
        np.testing.assert_allclose(pieces, whole, rtol=1e-11, atol=1e-11)


def test_a_chain_along_a_line_is_found_through_zeros_and_below_the_smallest_double() -> None:
    n = 150
    logs = np.full((n, n), -np.inf)
    logs[np.arange(n - 1), np.arange(1, n)] = -30.0
    logs[np.arange(1, n), np.arange(n - 1)] = -1.0
    order = np.random.default_rng(13).permutation(n)
    result = rare_mutation_law(logs[np.ix_(order, order)])
    expected = -29.0 * order - np.logaddexp.reduce(-29.0 * np.arange(n))
    np.testing.assert_allclose(result.log_laws[0], expected, rtol=1e-12, atol=1e-12)


def test_names_do_not_matter() -> None:
    game = np.random.default_rng(14).normal(size=(9, 9))
    order = np.random.default_rng(15).permutation(9)
    for beta in (0.3, 200.0):
        fixation = pairwise_log_fixation(game, population_size=30, selection_intensity=beta)
        renamed = pairwise_log_fixation(
            game[np.ix_(order, order)], population_size=30, selection_intensity=beta
        )
        np.testing.assert_allclose(renamed, fixation[np.ix_(order, order)], rtol=1e-11)
        before, after = rare_mutation_law(fixation), rare_mutation_law(renamed)
        np.testing.assert_allclose(
            after.log_laws[0], before.log_laws[0][order], rtol=1e-10, atol=1e-10
        )


def test_mutation_matrix_weighs_the_rates() -> None:
    rng = np.random.default_rng(16)
    powers = rng.integers(0, 4, size=(4, 4))
    weights = rng.integers(1, 6, size=(4, 4))
    exact = [
        [Fraction(int(w), int(row.sum())) / 10 ** int(x) for w, x in zip(row, line, strict=True)]
        for row, line in zip(weights, powers, strict=True)
    ]
    result = rare_mutation_law(
        -powers * math.log(10.0), mutation_matrix=weights / weights.sum(axis=1, keepdims=True)
    )
    np.testing.assert_allclose(result.law, [float(x) for x in spanning_trees(exact)], rtol=1e-12)


def test_embedded_chain_is_a_transition_matrix_that_the_law_keeps() -> None:
    game = np.random.default_rng(17).normal(size=(6, 6))
    fixation = pairwise_log_fixation(game, population_size=20, selection_intensity=0.5)
    weights = np.random.default_rng(18).dirichlet(np.ones(6), size=6)
    for matrix in (None, weights):
        chain = np.exp(embedded_chain(fixation, mutation_matrix=matrix))
        law = rare_mutation_law(fixation, mutation_matrix=matrix).law
        np.testing.assert_allclose(chain.sum(axis=1), 1, rtol=1e-14)
        np.testing.assert_allclose(law @ chain, law, rtol=1e-12)


def test_embedded_chain_loses_nothing() -> None:
    logs = embedded_chain([[0.0, -1e-20], [-5000.0, 0.0]])
    np.testing.assert_allclose(logs, [[math.log(1e-20), 0], [-5000.0, 0.0]], atol=1e-19)
    assert embedded_chain([[-1.0]]).tolist() == [[0.0]]


def test_several_closed_classes() -> None:
    """States 1 and 4 trade places, 3 absorbs, 0 and 2 are left for good."""
    one, zero = Fraction(1), Fraction(0)
    rates = [
        [zero, one / 2, one / 3, zero, zero],
        [zero, zero, zero, zero, one / 7],
        [one / 5, zero, zero, one / 9, one / 11],
        [zero, zero, zero, zero, zero],
        [zero, one / 2, zero, zero, zero],
    ]
    # h(0) = (1/2 + 1/3 h(2)) / (5/6), h(2) = (1/5 h(0) + 1/11) / (1/5 + 1/9 + 1/11) to {1, 4}.
    leave = one / 5 + one / 9 + one / 11
    from_zero = (Fraction(3, 5) + Fraction(2, 5) / 11 / leave) / (1 - Fraction(2, 5) / 5 / leave)
    from_two = (from_zero / 5 + one / 11) / leave
    with np.errstate(divide="ignore"):
        logs = np.log(np.array(rates, dtype=float))
    result = rare_mutation_law(logs)
    assert result.membership.tolist() == [-1, 0, -1, 1, 0]
    first = float((2 + from_zero + from_two) / 5)
    np.testing.assert_allclose(result.absorption, [first, 1 - first], rtol=1e-13)
    np.testing.assert_allclose(
        np.exp(result.log_laws), [[0, 7 / 9, 0, 0, 2 / 9], [0, 0, 0, 1, 0]], rtol=1e-13
    )
    np.testing.assert_allclose(result.law, result.absorption @ np.exp(result.log_laws))


def test_everybody_absorbing() -> None:
    result = rare_mutation_law(np.full((3, 3), -np.inf))
    assert result.membership.tolist() == [0, 1, 2]
    np.testing.assert_allclose(result.law, 1 / 3)


# --- at the door ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payoffs", "size", "beta", "message"),
    [
        ([[1.0, 2.0]], 10, 1.0, "square"),
        ([[np.nan]], 10, 1.0, "finite"),
        ([[1.0]], 1, 1.0, "population_size must be >= 2; got 1"),
        ([[1.0]], 10, -1.0, "selection_intensity must be >= 0"),
        ([[1.0]], 10, math.nan, "selection_intensity must be finite"),
        ([[1.0, 0.0], [0.0, 0.0]], 10, 1e308, "beyond a double"),
    ],
)
def test_games_that_are_refused(payoffs: Matrix, size: int, beta: float, message: str) -> None:
    with pytest.raises(CoopgamesError, match=message):
        pairwise_log_fixation(payoffs, population_size=size, selection_intensity=beta)


def test_arrays_that_are_refused() -> None:
    with pytest.raises(CoopgamesError, match="gain must be finite"):
        fermi_log_ratio([np.inf], selection_intensity=1)
    with pytest.raises(CoopgamesError, match="last axis"):
        log_fixation_both_ways(1.0)
    with pytest.raises(CoopgamesError, match="NaN"):
        log_fixation_both_ways([np.nan])
    with pytest.raises(CoopgamesError, match="pairs"):
        pair_matrix([-1.0, -1.0], [-1.0, -1.0], population_size=3)
    with pytest.raises(CoopgamesError, match="square"):
        rare_mutation_law([-1.0])
    with pytest.raises(CoopgamesError, match="<= 0"):
        rare_mutation_law([[0.0, 1.0], [-1.0, 0.0]])
    with pytest.raises(CoopgamesError, match="coexist"):
        embedded_chain([[0.0, np.nan], [-1.0, 0.0]])
    with pytest.raises(CoopgamesError, match="shape"):
        embedded_chain([[0.0, -1.0], [-1.0, 0.0]], mutation_matrix=[[1.0]])
    with pytest.raises(CoopgamesError, match="sum to one"):
        embedded_chain([[0.0, -1.0], [-1.0, 0.0]], mutation_matrix=[[0.0, 1.0], [0.5, 0.4]])


@pytest.mark.slow
@pytest.mark.parametrize(("intensity", "seconds"), [(0.1, 2.0), (20.0, 6.0)])
def test_a_thousand_strategies_take_seconds(intensity: float, seconds: float) -> None:
    """Some 0.2 and 0.8 s for fixation, 0.1 and 1 s for the law on an idle machine."""
    game = np.random.default_rng(19).normal(size=(1000, 1000))
    start = time.perf_counter()
    fixation = pairwise_log_fixation(game, population_size=100, selection_intensity=intensity)
    rare_mutation_law(fixation)
    assert time.perf_counter() - start < seconds
