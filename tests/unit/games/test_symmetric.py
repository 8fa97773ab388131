"""Games by counts: payoffs against all groups one by one, and what is refused."""

from collections.abc import Callable
from itertools import combinations, product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game, symmetric_game


def by_groups(players: int, payoff: Callable[[int, list[int]], float], counts: list[int]):
    """Mean over all groups that contain a given individual, drawn one by one."""
    population = [i for i, k in enumerate(counts) for _ in range(k)]
    out = []
    for strategy, k in enumerate(counts):
        if k == 0:
            out.append(0.0)
            continue
        rest = population.copy()
        rest.remove(strategy)
        values = []
        for group in combinations(range(len(rest)), players - 1):
            others = [0] * len(counts)
            for i in group:
                others[rest[i]] += 1
            values.append(payoff(strategy, others))
        out.append(sum(values) / len(values))
    return out


@given(
    st.integers(2, 4),
    st.lists(st.integers(0, 4), min_size=2, max_size=3).filter(lambda c: sum(c) >= 4),
    st.integers(0, 10**6),
)
def test_finite_payoffs_are_means_over_all_groups(players, counts, seed) -> None:
    table = np.random.default_rng(seed).normal(size=(3, 200))

    def payoff(strategy: int, others: list[int]) -> float:
        return float(table[strategy, sum((k + 1) * 5**i for i, k in enumerate(others)) % 200])

    game = symmetric_game(
        players,
        [str(i) for i in range(len(counts))],
        lambda i, others: [payoff(i, row.tolist()) for row in others],
    )
    found = game.payoffs_in_population(counts)
    assert found == pytest.approx(by_groups(players, payoff, counts), abs=1e-12)


@given(st.integers(2, 4), st.integers(0, 10**6))
def test_infinite_payoffs_are_means_over_independent_draws(players, seed) -> None:
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet([1.0, 1.0, 1.0])
    weights = rng.normal(size=(3, 3))

    def payoff(strategy: int, others) -> float:
        return float((others @ weights[strategy]) ** 2)

    game = symmetric_game(players, "abc", lambda i, m: (m @ weights[i]) ** 2)
    found = game.payoffs_at(shares)
    for own in range(3):
        expected = 0.0
        for drawn in product(range(3), repeat=players - 1):
            others = np.bincount(drawn, minlength=3)
            expected += prod(shares[list(drawn)]) * payoff(own, others)
        assert found[own] == pytest.approx(expected, abs=1e-12)


def test_large_populations_sample_like_infinite_ones() -> None:
    game = classics.collective_risk(6, 3, risk=0.9, cost=0.1)
    finite = game.payoffs_in_population([400_000, 600_000])
    assert finite == pytest.approx(game.payoffs_at([0.4, 0.6]), abs=1e-5)


def test_looks_spare_compositions() -> None:
    """Eight strategies of 193 players, told apart only by whether they contribute."""
    seen_as = [0, 1, 0, 1, 0, 1, 0, 1]

    def payoff(strategy: int, others):
        contributes = seen_as[strategy] == 0
        return np.where(others[:, 0] + contributes >= 100, 1.0, 0.0) - 0.1 * contributes

    names = [f"s{i}" for i in range(8)]
    game = symmetric_game(193, names, payoff, seen_as=seen_as)
    counts = np.full(8, 50)
    found = game.payoffs_in_population(counts)
    two = symmetric_game(193, ["C", "D"], payoff)
    assert found[:2] == pytest.approx(two.payoffs_in_population([200, 200]))
    assert found[2:4] == pytest.approx(found[:2])
    with pytest.raises(BudgetError, match="give seen_as"):
        symmetric_game(193, names, lambda i, m: m[:, 0])


def test_matrices_come_back() -> None:
    square = np.arange(9.0).reshape(3, 3)
    game = matrix_game(square)
    assert game.matrix() == pytest.approx(square)
    assert game.restricted([2, 0]).matrix() == pytest.approx(square[np.ix_([2, 0], [2, 0])])
    with pytest.raises(CoopgamesError, match="two players"):
        classics.public_goods(3, 2).matrix()


def test_punishment_by_hand() -> None:
    """A punisher, a cooperator and two defectors of five, one loner among them."""
    game = classics.optional_public_goods(5, 3, 1, fine=1, fine_cost=0.3)
    counts = [1, 2, 1, 1]
    found = game.payoffs_in_population(counts)
    # All five are one group: the pot of 2 contributions, tripled, is shared by 4.
    share = 3 * 2 / 4
    assert found == pytest.approx([share - 1, share - 1, 1.0, share - 1 - 0.6])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matrix_game([[1, 2]]), "square"),
        (lambda: matrix_game([[1, 2], [3, 4]], ("a",)), "must name all 2 rows"),
        (lambda: matrix_game([[1, np.nan], [3, 4]]), "finite"),
        (lambda: matrix_game([[1, 2], [3, 4]], ("a", "a")), "different names"),
        (lambda: classics.public_goods(1, 3), "players must be >= 2"),
        (lambda: symmetric_game(2, "ab", lambda i, m: 0, seen_as=[0, 2]), "seen_as"),
        (lambda: matrix_game([[1, 2], [3, 4]]).payoffs_in_population([1, 0]), "at least players"),
        (lambda: matrix_game([[1, 2], [3, 4]]).payoffs_in_population([-1, 5]), "non-negative"),
        (lambda: matrix_game([[1, 2], [3, 4]]).payoffs_in_population([1, 2, 3]), "2 on the last"),
    ],
)
def test_bad_input_is_named(call, message) -> None:
    with pytest.raises(CoopgamesError, match=message):
        call()
