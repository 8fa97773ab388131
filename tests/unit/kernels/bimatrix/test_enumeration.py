"""All extreme equilibria of one game, against brute force in Fractions and against each other."""

from fractions import Fraction

import numpy as np
import pytest
from tests.oracle import bimatrix as oracle
from tests.unit.kernels.bimatrix_games import degenerate, generic

from coopgames.errors import CoopgamesError
from coopgames.kernels.bimatrix import routes as bimatrix_routes
from coopgames.kernels.bimatrix.components import components
from coopgames.kernels.bimatrix.enumeration import ExtremeEquilibria, extreme_equilibria
from coopgames.kernels.bimatrix.matching import match
from coopgames.kernels.bimatrix.minors import isolated_equilibria
from coopgames.kernels.bimatrix.payoffs import float_rows
from coopgames.kernels.bimatrix.vertices import certified_vertices


def exact_pairs(found: ExtremeEquilibria) -> dict:
    """Return the index of each pair of strategies."""
    pairs = [(tuple(found.first[i]), tuple(found.second[j])) for i, j in found.pairs]
    assert len(set(pairs)) == len(pairs)
    return dict(zip(pairs, found.indices.tolist()))


def check(first, second) -> None:
    """Compare with brute force, exact and in doubles."""
    truth = oracle.extreme_equilibria(first, second)
    crowded = oracle.is_degenerate(first, second)
    exact = extreme_equilibria(first, second, exact=True)
    rounded = extreme_equilibria(first, second)
    assert set(exact_pairs(exact)) == truth
    for found in (exact, rounded):
        assert found.complete
        assert found.degenerate == crowded
        assert found.indices.sum() == 1
        assert len(found.pairs) == len(truth)
        assert found.regret < 1e-12
    if not crowded:
        for (x, y), sign in exact_pairs(exact).items():
            assert oracle.index(first, second, x, y) == sign
    pairs = rounded.pairs
    np.testing.assert_array_equal(pairs, exact.pairs)
    np.testing.assert_allclose(rounded.first, exact.first.astype(float), atol=1e-11)
    np.testing.assert_allclose(rounded.second, exact.second.astype(float), atol=1e-11)
    assert not np.signbit(rounded.first).any()
    assert not np.signbit(rounded.second).any()


@pytest.mark.parametrize("start", range(0, 105, 15))
def test_random_games_agree_with_brute_force(start: int) -> None:
    for seed in range(start, start + 15):
        check(*generic(seed, 4))


@pytest.mark.parametrize("start", range(0, 112, 16))
def test_degenerate_games_agree_with_brute_force(start: int) -> None:
    for seed in range(start, start + 16):
        check(*degenerate(seed, 4))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 500, 50))
def test_larger_random_games_agree_with_brute_force(start: int) -> None:
    for seed in range(start, start + 50):
        check(*generic(1000 + seed, 6))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 200, 40))
def test_larger_degenerate_games_agree_with_brute_force(start: int) -> None:
    for seed in range(start, start + 40):
        check(*degenerate(1000 + seed, 6))


def test_one_player_with_one_strategy() -> None:
    check([[3, 3, 1]], [[2, 5, 5]])
    check([[3], [3], [1]], [[2], [5], [5]])
    check([[0]], [[0]])


def test_the_indifferent_second_player() -> None:
    # Gambit and brute force agree on three; rounding ones find one or two.
    found = extreme_equilibria([[1, 1], [1, 0]], [[1, 1], [1, 1]])
    assert found.first[found.pairs[:, 0]].tolist() == [[1, 0], [1, 0], [0, 1]]
    assert found.second[found.pairs[:, 1]].tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize("size", [2, 5, 8])
def test_coordination_has_all_2n_minus_1(size: int) -> None:
    found = extreme_equilibria(np.eye(size), np.eye(size))
    assert len(found.pairs) == 2**size - 1
    supports = (found.first > 0).sum(axis=1)[found.pairs[:, 0]]
    assert (found.indices == np.where(supports % 2 == 1, 1, -1)).all()


@pytest.mark.parametrize("size", [2, 6, 9])
def test_constant_game(size: int) -> None:
    found = extreme_equilibria(np.full((size, size), 0.1), np.full((size, size), -7e8))
    assert found.degenerate
    assert len(found.pairs) == size**2
    assert found.indices.sum() == 1


# --- certainty -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payoff", "count"), [(1.0, 3), (np.nextafter(1.0, 2.0), 4), (np.nextafter(1.0, 0.0), 2)]
)
def test_the_last_bit_of_a_payoff_decides(payoff: float, count: int) -> None:
    first, second = [[1.0, 2.0], [payoff, 0.0]], [[1.0, 1.0], [1.0, 1.0]]
    check(first, second)
    assert len(extreme_equilibria(first, second).pairs) == count


@pytest.mark.parametrize("size", [3, 8])
def test_doubles_hand_over_to_integers_where_they_cannot_tell(size: int) -> None:
    rng = np.random.default_rng(size)
    first, second = rng.random((2, size, size))
    assert not extreme_equilibria(first, second).by_integers
    second[:, 0] = second[:, 1]
    second[0, 0] = np.nextafter(second[0, 0], 1.0)
    found = extreme_equilibria(first, second)
    exact = extreme_equilibria(first, second, exact=True)
    assert found.by_integers
    np.testing.assert_array_equal(found.pairs, exact.pairs)


@pytest.mark.parametrize("edges", [False, True])
def test_probabilities_that_hang_on_the_last_digits(edges: bool, monkeypatch) -> None:
    # Found by a search; supports are the same by any route, but 8 digits cancel in doubles.
    small = 1e-9
    games = [
        (
            [[0, 2 + 2 * small, 2 + 2 * small], [1 + 2 * small, 1 + 2 * small, 2 * small]],
            [[0, 2 * small, small], [1 + 2 * small, 1 + small, 0]],
        ),
        (
            [[small, 1], [0, 2 * small], [small, 2 + 2 * small], [2 * small, 2]],
            [[1 + small, small], [2 + small, 1], [2, 2 + small], [2 * small, 0]],
        ),
    ]
    if edges:
        monkeypatch.setattr(bimatrix_routes, "LARGEST_TOTAL", 0)
    for first, second in games:
        found = extreme_equilibria(first, second)
        exact = extreme_equilibria(first, second, exact=True)
        np.testing.assert_array_equal(found.pairs, exact.pairs)
        np.testing.assert_allclose(found.first, exact.first.astype(float), atol=1e-9)
        np.testing.assert_allclose(found.second, exact.second.astype(float), atol=1e-9)


@pytest.mark.parametrize("kind", range(6))
def test_near_ties_along_edges_and_by_minors(kind: int, monkeypatch) -> None:
    rng = np.random.default_rng(kind)
    for _ in range(12):
        shape = (2, *rng.integers(2, 5, size=2))
        whole = rng.integers(0, 4, size=shape)
        first, second = (
            whole / 10,
            whole + rng.integers(-2, 3, size=shape) * 2.0**-50,
            whole + rng.integers(0, 3, size=shape) * 1e-9,
            whole * 10.0 ** rng.integers(-6, 10, size=shape),
            whole / 3 + 1e9,
            np.where(rng.random(shape) < 0.5, whole, rng.normal(size=shape)),
        )[kind]
        exact = extreme_equilibria(first, second, exact=True)
        truth = oracle.extreme_equilibria(
            [[Fraction(value) for value in row] for row in first.tolist()],
            [[Fraction(value) for value in row] for row in second.tolist()],
        )
        assert set(exact_pairs(exact)) == truth
        for largest in (bimatrix_routes.LARGEST_TOTAL, 0):
            with monkeypatch.context() as patch:
                patch.setattr(bimatrix_routes, "LARGEST_TOTAL", largest)
                found = extreme_equilibria(first, second)
            assert len(found.pairs) == len(truth)
            assert found.degenerate == exact.degenerate
            assert found.indices.sum() == 1
            gaps = np.abs(
                np.hstack([found.first[found.pairs[:, 0]], found.second[found.pairs[:, 1]]])[
                    :, None
                ]
                - np.array([[*map(float, x), *map(float, y)] for x, y in truth])[None]
            ).max(axis=2)
            assert max(gaps.min(axis=0).max(), gaps.min(axis=1).max()) < 1e-9


def test_decimals_tie_as_fractions_only() -> None:
    # Against half and half the second row gives 0.1 + 0.2, the first 0.3.
    def game(number):
        rows = [[number("0.3"), number("0.3")], [number("0.2"), number("0.4")]]
        return [*rows, [number("0.1"), number("0.5")]], [[1, 0], [0, 1], [1, 1]]

    check(*game(Fraction))
    check(*game(float))
    assert extreme_equilibria(*game(Fraction)).degenerate


def test_fractions_and_large_integers() -> None:
    check([[Fraction(1, 3), 0], [0, Fraction(1, 7)]], [[1, 0], [0, 1]])
    check([[10**30, 0], [0, 1]], [[1, 0], [0, 10**30 + 1]])
    tall = extreme_equilibria([[10**400, 0], [0, 1]], [[1, 0], [0, 10**400]])
    assert len(tall.pairs) == 3
    assert tall.regret < 1e-12


@pytest.mark.parametrize("size", [3, 8])
@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1e-6, 1e9, 1e200, 1e308])
def test_payoffs_of_any_size(size: int, scale: float) -> None:
    rng = np.random.default_rng(5)
    first, second = rng.uniform(-1.5, 1.5, size=(2, size, size))
    first, second = first * scale, second * scale
    found = extreme_equilibria(first, second)
    exact = extreme_equilibria(first, second, exact=True)
    np.testing.assert_array_equal(found.pairs, exact.pairs)
    np.testing.assert_allclose(found.first, exact.first.astype(float), atol=1e-11)
    assert found.regret < 1e-11
    assert found.indices.sum() == 1


@pytest.mark.parametrize("seed", range(5))
def test_very_different_payoffs_in_one_game(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, 4, 4)) * 10.0 ** rng.uniform(-6, 9, size=(2, 4, 4))
    check(first.tolist(), second.tolist())


def test_equivalent_games_have_the_same_equilibria() -> None:
    rng = np.random.default_rng(3)
    for size in (3, 5, 8):
        first, second = rng.integers(-9, 10, size=(2, size, size))
        base = extreme_equilibria(first, second, exact=True)
        # Constants that depend on the other's strategy, and units, change nothing.
        moved = extreme_equilibria(
            3 * first + rng.integers(0, 99, size=size),
            8 * second + rng.integers(0, 99, size=(size, 1)),
            exact=True,
        )
        assert exact_pairs(base).keys() == exact_pairs(moved).keys()
        rows, columns = rng.permutation(size), rng.permutation(size)
        relabelled = extreme_equilibria(
            first[np.ix_(rows, columns)], second[np.ix_(rows, columns)], exact=True
        )
        back = {
            (tuple(np.array(x)[np.argsort(rows)]), tuple(np.array(y)[np.argsort(columns)]))
            for x, y in exact_pairs(relabelled)
        }
        assert back == set(exact_pairs(base))
        exchanged = extreme_equilibria(second.T, first.T, exact=True)
        assert {(y, x) for x, y in exact_pairs(exchanged)} == set(exact_pairs(base))


# --- routes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(2, 2), (2, 5), (5, 3), (4, 4), (6, 6), (7, 7), (3, 9)])
def test_minors_edges_and_integers_agree(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(shape))
    games = 20 if sum(shape) < 12 else 3
    first, second = rng.normal(size=(2, games, *shape))
    one, _, _ = float_rows(second)
    two, _, _ = float_rows(first.swapaxes(1, 2))
    minors = isolated_equilibria(one, two, np.zeros(games, dtype=bool))
    assert minors.decided.all()
    sides = [certified_vertices(side, budget=10_000) for side in (one, two)]
    edges = match(*sides, shape)
    for game in range(games):
        exact = extreme_equilibria(first[game], second[game], exact=True)
        truth = {
            (
                tuple(np.flatnonzero(exact.first[i]).tolist()),
                tuple(np.flatnonzero(exact.second[j]).tolist()),
                int(index),
            )
            for (i, j), index in zip(exact.pairs, exact.indices)
        }
        by_minors = {
            (tuple(np.flatnonzero(x).tolist()), tuple(np.flatnonzero(y).tolist()), int(index))
            for x, y, index in zip(
                minors.first[minors.game == game],
                minors.second[minors.game == game],
                minors.indices[minors.game == game],
            )
        }
        assert by_minors == truth
        m = shape[0]
        by_edges = {
            (
                tuple(sorted(b for b in sides[0].basis[i].tolist() if b < m)),
                tuple(sorted(b for b in sides[1].basis[j].tolist() if b < shape[1])),
                int(index),
            )
            for g, i, j, index in zip(edges.game, edges.first, edges.second, edges.indices)
            if g == game
        }
        assert by_edges == truth


@pytest.mark.parametrize("size", [9, 10])
def test_larger_games_in_doubles_and_integers(size: int) -> None:
    rng = np.random.default_rng(size)
    first, second = rng.random((2, size, size))
    found = extreme_equilibria(first, second)
    assert not found.by_integers
    exact = extreme_equilibria(first, second, exact=True)
    np.testing.assert_array_equal(found.pairs, exact.pairs)
    np.testing.assert_array_equal(found.indices, exact.indices)
    np.testing.assert_allclose(found.first, exact.first.astype(float), atol=1e-10)


# --- index of components ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(32))
def test_index_of_a_component_is_that_of_a_game_nearby(seed: int) -> None:
    """Perturb payoffs, find the equilibria by brute force, and add up signs of determinants.

    Payoffs are multiplied by numbers just above 1 per reply: equilibria tend to extreme ones.
    """
    first, second = degenerate(seed, 3)
    rng = np.random.default_rng(seed)
    factor = lambda: 1 + Fraction(int(rng.integers(1, 10**6)), 10**15)  # noqa: E731
    least = [min(column) for column in zip(*first)], [min(row) for row in second]
    rows, columns = [factor() for _ in first], [factor() for _ in first[0]]
    near_first = [
        [(value - low + 1) * rows[i] for value, low in zip(row, least[0])]
        for i, row in enumerate(first)
    ]
    near_second = [
        [(value - least[1][i] + 1) * columns[j] for j, value in enumerate(row)]
        for i, row in enumerate(second)
    ]
    assert not oracle.is_degenerate(near_first, near_second)
    found = extreme_equilibria(first, second, exact=True)
    parts = components(found.pairs, found.indices)
    total = np.zeros(parts.indices.size, dtype=int)
    ends = [(found.first[i], found.second[j]) for i, j in found.pairs]
    for x, y in oracle.extreme_equilibria(near_first, near_second):
        gaps = [
            max(*(abs(a - b) for a, b in zip(x, p)), *(abs(a - b) for a, b in zip(y, q)))
            for p, q in ends
        ]
        assert min(gaps) < 1e-6
        total[parts.component[int(np.argmin(gaps))]] += oracle.index(near_first, near_second, x, y)
    assert total.tolist() == parts.indices.tolist()


# --- budget and errors -----------------------------------------------------------------------


@pytest.mark.parametrize("exact", [False, True])
def test_a_spent_budget_is_told_and_what_is_there_is_right(exact: bool) -> None:
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 50, size=(2, 9, 9)) if exact else rng.random((2, 9, 9))
    everything = exact_pairs(extreme_equilibria(first, second, exact=True))
    counts = []
    for budget in (1, 60, 150, 10_000):
        found = extreme_equilibria(first, second, exact=True, budget=budget)
        part = extreme_equilibria(first, second, budget=budget)
        assert set(exact_pairs(found)) <= set(everything)
        assert part.complete == found.complete == (budget == 10_000)
        assert part.regret < 1e-12
        if not found.complete:
            assert found.degenerate in {None, True}
        counts.append(len(found.pairs))
    assert counts == sorted(counts)
    assert counts[-1] == len(everything)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ([[1, np.nan]], [[1, 1]], r"first must be finite; got nan at \(0, 1\)"),
        ([[1, 1]], [[1, -np.inf]], r"second must be finite; got -inf at \(0, 1\)"),
        ([], [], "first must be an array with 2 axes"),
        ([[]], [[]], "at least one strategy per player"),
        ([[1, 2], [1]], [[1, 2], [1, 2]], "first must have rows of one length"),
        ([[1, 2]], [[1], [2]], r"one shape.*got \(1, 2\) and \(2, 1\)"),
        ([["a"]], [[1]], "first must hold real numbers"),
        ([[1j]], [[1]], "first must hold real numbers"),
        ([[None]], [[1]], "first must hold finite numbers; got None"),
        ([[Fraction(1, 3), float("inf")]], [[1, 1]], "first must hold finite numbers; got inf"),
        (np.zeros((40, 30)), np.zeros((40, 30)), "at most 62 strategies in all; got 40"),
    ],
)
def test_errors(first, second, message: str) -> None:
    with pytest.raises(CoopgamesError, match=message):
        extreme_equilibria(first, second)


def test_a_budget_is_a_positive_whole_number() -> None:
    with pytest.raises(CoopgamesError, match="budget must be >= 1; got 0"):
        extreme_equilibria([[1]], [[1]], budget=0)
