"""Equilibria of two players: against brute force in Fractions, and algorithms against the truth."""

import sys
import warnings
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from tests.oracle.bimatrix import extreme_equilibria
from tests.unit.kernels.bimatrix_games import degenerate, generic

import coopgames as cg
from coopgames.equilibria import bimatrix_players
from coopgames.equilibria.named_algorithms import METHODS
from coopgames.equilibria.nashpy_algorithms import NASHPY_ALGORITHMS

CHICKEN = ([[6, 2], [7, 0]], [[6, 7], [2, 0]])
#: The second player does not care; the first only if the second plays the second column.
CONTINUUM = ([[1, 1], [1, 0]], [[1, 1], [1, 1]])


def pairs(found) -> list:
    return [tuple(tuple(part.tolist()) for part in e.mixed) for e in found]


def regret(first, second, x, y) -> Fraction:
    """By the definition, in Fractions."""
    first = [[Fraction(v) for v in row] for row in first]
    second = [[Fraction(v) for v in row] for row in second]
    rows = [sum(a * w for a, w in zip(row, y)) for row in first]
    columns = [sum(x[i] * second[i][j] for i in range(len(x))) for j in range(len(y))]
    return max(
        max(rows) - sum(w * r for w, r in zip(x, rows)),
        max(columns) - sum(w * c for w, c in zip(y, columns)),
    )


@pytest.mark.parametrize("seed", range(40))
def test_degenerate_games_against_brute_force(seed: int) -> None:
    first, second = degenerate(seed, 4)
    found = cg.bimatrix_equilibria(first, second, exact=True)
    expected = extreme_equilibria(first, second)
    assert found.complete
    assert set(pairs(found)) == expected
    assert len(found) == len(expected)
    assert all(regret(first, second, *e.mixed) == e.regret == 0 for e in found)

    # Extreme equilibria that share a strategy hang together.
    joined = [{pair} for pair in expected]
    for side in (0, 1):
        for strategy in {pair[side] for pair in expected}:
            touched = [group for group in joined if any(p[side] == strategy for p in group)]
            joined = [group for group in joined if group not in touched] + [set().union(*touched)]
    ours = {frozenset(pairs(found)[k] for k in part) for part in found.components}
    assert ours == {frozenset(group) for group in joined}
    assert sum(found.parameters["component_indices"]) == 1

    # Regular: alone, and all best replies in use.
    for e, (x, y) in zip(found, pairs(found)):
        rows = [sum(Fraction(a) * w for a, w in zip(row, y)) for row in first]
        columns = [sum(x[i] * second[i][j] for i in range(len(x))) for j in range(len(y))]
        in_use = all(
            (weight > 0) == (paid == max(payoffs))
            for own, payoffs in ((x, rows), (y, columns))
            for weight, paid in zip(own, payoffs)
        )
        alone = {(x, y)} in joined
        assert e.labels["regular"] == (alone and in_use)
        assert e.labels["strict"] == (in_use and max(x) == max(y) == 1)
        assert (e.index is not None) == alone
        assert e.payoffs == (
            sum(w * r for w, r in zip(x, rows)),
            sum(w * c for w, c in zip(y, columns)),
        )
    assert found.degenerate == (not all(e.labels["regular"] for e in found))

    doubles = cg.bimatrix_equilibria(first, second)
    assert doubles.components == found.components
    assert doubles.degenerate == found.degenerate
    assert doubles.regret < 1e-12
    for e, own in zip(doubles, found):
        assert e.labels == own.labels
        assert e.index == own.index
        assert np.allclose(np.concatenate(e.mixed), np.concatenate(own.mixed).astype(float))


def test_nash_subsets_are_all_equilibria_of_two_by_two_games() -> None:
    """On a grid of quarters and sixths; strategies are one number there, and hulls intervals."""
    grid = sorted({Fraction(k, 6) for k in range(7)} | {Fraction(k, 4) for k in range(5)})
    rng = np.random.default_rng(5)
    between = 0
    for _ in range(60):
        first, second = rng.integers(0, 3, size=(2, 2, 2)).tolist()
        found = cg.bimatrix_equilibria(first, second, exact=True)
        boxes = []
        for subset in found.parameters["nash_subsets"]:
            ends = [[found[k].mixed[side][0] for k in subset] for side in (0, 1)]
            boxes.append([(min(part), max(part)) for part in ends])
        for p, q in product(grid, grid):
            inside = any(a <= p <= b and c <= q <= d for (a, b), (c, d) in boxes)
            assert inside == (regret(first, second, (p, 1 - p), (q, 1 - q)) == 0)
            extreme = any(e.mixed[0][0] == p and e.mixed[1][0] == q for e in found)
            between += inside and not extreme
    assert between > 100  # the test is not about points only


@pytest.mark.parametrize("seed", range(10))
def test_generic_games_have_an_odd_number_of_regular_equilibria(seed: int) -> None:
    first, second = generic(seed, 5)
    found = cg.bimatrix_equilibria(first, second)
    expected = extreme_equilibria(first, second)
    assert found.complete
    assert found.degenerate is False
    assert len(found) == len(expected)
    assert len(found) % 2 == 1
    assert sum(e.index for e in found) == 1
    assert all(e.index == 1 for e in found if e.labels["strict"])
    for x, y in expected:
        assert any(
            np.allclose(e.mixed[0], np.array(x, float), atol=1e-9)
            and np.allclose(e.mixed[1], np.array(y, float), atol=1e-9)
            for e in found
        )


def test_games_of_every_kind_are_the_same() -> None:
    matrices = pairs(cg.bimatrix_equilibria(*CHICKEN))
    game = cg.bimatrix_game(*CHICKEN, [("yield", "dare")] * 2, roles=("a", "b"))
    found = cg.bimatrix_equilibria(game)
    assert found.game is game
    assert pairs(found) == matrices
    symmetric = cg.matrix_game(CHICKEN[0], ("yield", "dare"))
    for one in (symmetric, cg.one_role(symmetric)):
        found = cg.bimatrix_equilibria(one)
        assert found.game.sizes == (2, 2)
        assert found.game.strategies[1] == ("yield", "dare")
        assert "two roles" in found.notes[0]
        assert pairs(found) == matrices
    from coopgames.games import strategic_game

    named = cg.bimatrix_equilibria(strategic_game(CHICKEN, players=("a", "b")))
    assert named.game.roles == ("a", "b")
    assert pairs(named) == matrices


def test_scenarios_are_averaged() -> None:
    halves = [cg.bimatrix_game(part, part).scenarios[0] for part in ([[4, 0], [0, 0]], np.eye(2))]
    game = cg.RoleGame(
        roles=("a", "b"),
        players=(1, 1),
        strategies=(("x", "y"), ("x", "y")),
        scenarios=tuple(type(s)(probability=0.5, adds=s.adds, payoffs=s.payoffs) for s in halves),
    )
    mean = [[2.5, 0], [0, 0.5]]
    assert pairs(cg.bimatrix_equilibria(game)) == pairs(cg.bimatrix_equilibria(mean, mean))


def test_the_record_holds_a_game_that_pays_the_same() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(2, 12, 9))
    found = cg.bimatrix_equilibria(first, second, method="pure")
    x, y = rng.dirichlet(np.ones(12)), rng.dirichlet(np.ones(9))
    paid = found.game.payoffs_at(np.concatenate((x, y)))
    assert np.allclose(paid, np.concatenate((first @ y, x @ second)))


@pytest.mark.parametrize("seed", range(10))
def test_pure_equilibria(seed: int) -> None:
    first, second = (np.array(part) for part in degenerate(seed, 5))
    found = cg.bimatrix_equilibria(first, second, method="pure")
    expected = [
        (i, j)
        for i, j in np.ndindex(first.shape)
        if first[i, j] == first[:, j].max() and second[i, j] == second[i].max()
    ]
    assert [tuple(int(part.argmax()) for part in e.mixed) for e in found] == expected
    assert found.complete
    assert found.regret == 0


def test_exact_payoffs_and_large_ones() -> None:
    tenth = Fraction(1, 10)
    tied = [[tenth + 2 * tenth, 0], [3 * tenth, 0]]
    assert len(cg.bimatrix_equilibria(tied, [[1, 0], [1, 0]], exact=True)) == 2
    # 0.1 + 0.2 is more than 0.3 in doubles, so that nothing ties.
    binary = [[0.1 + 0.2, 0], [0.3, -1]]
    assert len(cg.bimatrix_equilibria(binary, [[1, 0], [1, 0]], exact=True)) == 1
    for scale, shift in ((1e-30, 0.0), (1e30, 0.0), (1.0, 1e9)):
        first = np.array(CHICKEN[0]) * scale + shift
        second = np.array(CHICKEN[1]) * scale + shift
        found = cg.bimatrix_equilibria(first, second)
        assert len(found) == 3
        assert found.regret <= 1e-12 * np.ptp(first)


def test_budget() -> None:
    first, second = np.random.default_rng(0).normal(size=(2, 8, 8))
    found = cg.bimatrix_equilibria(first, second, budget=20)
    assert not found.complete
    assert found.components == ()
    assert found.degenerate is None
    assert "budget" in found.proof
    assert all(e.index is None for e in found)
    paths = cg.bimatrix_equilibria(first, second, budget=20, method="lemke-howson")
    assert not paths.complete


# --- algorithms by name ----------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(0, 16, 2))
def test_every_algorithm_is_certified_and_completed(method: str, seed: int) -> None:
    first, second = (np.array(part) for part in degenerate(seed, 4))
    if method == "replicator dynamics":
        first = first[: min(first.shape), : min(first.shape)]
        second = first.T
    ours = pairs(cg.bimatrix_equilibria(first, second))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nashpy's are kept as notes
        found = cg.bimatrix_equilibria(first, second, method=method, rng=0)
        completed = cg.bimatrix_equilibria(first, second, method=method, rng=0, completed=True)
    span = max(np.ptp(first), np.ptp(second), 1)
    for e in found:
        assert e.regret <= 1e-9 * span
        assert float(regret(first.tolist(), second.tolist(), *pairs([e])[0])) <= 1e-8 * span

    def near(one, other) -> bool:
        return np.allclose(np.concatenate(one), np.concatenate(other), atol=2e-6)

    missed = tuple(k for k, own in enumerate(ours) if not any(near(own, e) for e in pairs(found)))
    assert found.parameters["missed"] == missed
    extra = [e for e in pairs(found) if not any(near(own, e) for own in ours)]
    assert found.complete == (not missed and not extra)
    assert any("misses" in note for note in found.notes) == bool(missed)
    assert completed.complete
    assert pairs(completed)[: len(ours)] == ours or found.complete
    assert len(completed) == len(ours) + (0 if found.complete else len(extra))


def test_lemke_howson_ends_at_index_one() -> None:
    found = cg.bimatrix_equilibria(np.eye(3), np.eye(3), method="lemke-howson", exact=True)
    assert pairs(found) == [(unit, unit) for unit in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    assert all(e.index == 1 for e in found)
    assert found.parameters["missed"] == (1, 2, 3, 5)


def test_warnings_of_nashpy_become_notes() -> None:
    found = cg.bimatrix_equilibria(*CONTINUUM, method="support enumeration", options={"tol": 1e-3})
    assert found.complete
    ties = ([[1, 1], [1, 1]], [[1, 1], [1, 1]])
    found = cg.bimatrix_equilibria(*ties, method="support enumeration")
    assert any(note.startswith("nashpy warns: An even number") for note in found.notes)


def test_candidates_that_are_no_strategies_are_dropped(monkeypatch) -> None:
    def broken(*_arguments):
        half = np.array([0.5, 0.5])
        yield np.array([np.nan, 1.0]), half
        yield np.array([0.7, 0.7]), half
        yield np.array([2 / 3, 1 / 3]), np.array([2 / 3, 1 / 3])
        yield half, half
        raise ValueError("lost")

    algorithms = dict(NASHPY_ALGORITHMS) | {"vertex enumeration": broken}
    monkeypatch.setattr("coopgames.equilibria.nashpy_algorithms.NASHPY_ALGORITHMS", algorithms)
    found = cg.bimatrix_equilibria(*CHICKEN, method="vertex enumeration")
    assert len(found) == 1
    assert found[0].index == -1
    assert "nashpy stopped: ValueError: lost" in found.notes
    assert "profiles dropped that are no strategies (NaN or wrong sums): 2" in found.notes
    # Against halves the first strategy earns 4, half of each 3.75; of a range of 7.
    assert any("within the tolerance: 1, with a regret of at least 0.036" in n for n in found.notes)


def test_paths_of_nashpy_that_have_no_end_are_left() -> None:
    first, second = [[0.5], [0.2], [0.9]], [[-0.3], [0.1], [0.4]]
    found = cg.bimatrix_equilibria(first, second, method="nashpy lemke-howson", completed=True)
    assert pairs(found) == [((0, 0, 1), (1,))]
    rng = np.random.default_rng(0)
    left = 0
    for _ in range(10):
        first, second = rng.normal(size=(2, 3, 1))
        found = cg.bimatrix_equilibria(first, second, method="nashpy lemke-howson")
        left += any("no end" in note or "lost a label" in note for note in found.notes)
    assert left


def test_fictitious_play_follows_its_generator_and_leaves_numpys_alone() -> None:
    first, second = np.array(CHICKEN[0]), np.array(CHICKEN[1])
    given = {"method": "stochastic fictitious play", "tolerance": 0.5}
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    one, two, other = (
        pairs(cg.bimatrix_equilibria(first, second, rng=seed, **given)) for seed in (1, 1, 2)
    )
    assert one == two != other
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "magic"}, "method must be one of"),
        ({"method": "vertex enumeration", "exact": True}, "exact must be False"),
        ({"method": "vertex enumeration", "options": {"speed": 1}}, "options of 'vertex"),
        ({"method": "replicator dynamics", "second": [[1, 2], [3, 4]]}, "symmetric game"),
        ({"tolerance": -1, "method": "lemke-howson"}, "tolerance"),
        ({"budget": 0}, "budget"),
        ({"second": [[1, 2, 3], [3, 4, 5]]}, "one shape"),
        ({"second": [[1, np.nan], [0, 0]]}, "finite"),
        ({"second": [[1, Fraction(10**400)], [0, 0]]}, "at most 1e"),
    ],
)
def test_errors_at_the_door(arguments: dict, message: str) -> None:
    with pytest.raises(cg.CoopgamesError, match=message):
        cg.bimatrix_equilibria(CHICKEN[0], **{"second": CHICKEN[1], **arguments})


def test_only_two_players() -> None:
    three = cg.classics.public_goods(3, 2)
    for game in (three, cg.one_role(three)):
        with pytest.raises(cg.CoopgamesError, match="two players; got 3"):
            cg.bimatrix_equilibria(game)
    with pytest.raises(cg.CoopgamesError, match="must be a RoleGame"):
        cg.bimatrix_equilibria(7)


def test_without_nashpy_the_rest_works(monkeypatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "nashpy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nashpy", None)
    assert cg.bimatrix_equilibria(*CHICKEN).complete
    for method in ("vertex enumeration", "fictitious play"):
        with pytest.raises(cg.CoopgamesError, match="pip install nashpy"):
            cg.bimatrix_equilibria(*CHICKEN, method=method)


# --- many games ------------------------------------------------------------------------------


def test_many_games_are_the_games_one_by_one() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 4, size=(2, 30, 3, 2)).astype(float)
    first[:10] += rng.normal(size=(10, 3, 2))
    many = cg.equilibria_of_games(first, second)
    assert many.complete.all()
    assert many.degenerate.any()
    for game in range(30):
        alone = cg.bimatrix_equilibria(first[game], second[game])
        rows = many.rows(game)
        assert (many.game[rows] == game).all()
        assert many.number[game] == len(alone)
        ours = sorted(np.concatenate(e.mixed).round(9).tolist() for e in alone)
        theirs = np.hstack((many.first[rows], many.second[rows])).round(9)
        assert sorted(theirs.tolist()) == ours
        paid = sorted(np.round(e.payoffs, 9).tolist() for e in alone)
        assert sorted(many.payoffs[rows].round(9).tolist()) == paid
        assert many.indices[rows].sum() == 1


def test_no_games_at_all() -> None:
    many = cg.equilibria_of_games(np.zeros((0, 2, 2)), np.zeros((0, 2, 2)))
    assert many.number.shape == (0,)
    assert many.payoffs.shape == (0, 2)


# --- zero-sum games --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_values_by_program_path_and_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-3, 4, size=rng.integers(1, 5, size=2)).tolist()
    exact = cg.value_of(matrix, exact=True)
    assert exact.gap == 0
    other = [[-v for v in row] for row in matrix]
    x, y = next(iter(extreme_equilibria(matrix, other)))
    expected = sum(x[i] * matrix[i][j] * y[j] for i in range(len(x)) for j in range(len(y)))
    assert exact.value == expected
    solved = cg.value_of(matrix)
    assert solved.gap < 1e-12
    assert abs(solved.value - float(expected)) < 1e-12
    assert solved.lower <= solved.upper
    assert abs(solved.first.sum() - 1) < 1e-12
    assert abs(solved.second.sum() - 1) < 1e-12


def test_values_of_special_matrices() -> None:
    assert cg.value_of([[5, 5], [5, 5]]).value == 5
    assert cg.value_of([[Fraction(1, 3)]], exact=True).value == Fraction(1, 3)
    assert abs(cg.value_of(np.array([[1, 0], [0, 1]]) * 1e9 + 1e12).value - 1.0005e12) < 1
    for wrong in ([1, 2], [[np.inf]], [[1e308]], [["a"]], np.zeros((0, 2))):
        with pytest.raises(cg.CoopgamesError, match="matrix"):
            cg.value_of(wrong)
    with pytest.raises(cg.CoopgamesError, match="budget"):
        cg.value_of(np.eye(5), exact=True, budget=1)


def test_binary_fractions_are_what_doubles_are() -> None:
    assert bimatrix_players.binary_fractions(np.array([0.1]))[0] == Fraction(0.1)


def test_the_game_of_an_answer_can_be_played_on() -> None:
    """Strategies that nobody follows lie outside of its compact tables."""
    game = cg.bimatrix_equilibria([[3, 0], [5, 1]], [[1, 2], [4, 6]]).game
    first, second = game.payoffs_of_revising([1, 0, 0, 1])
    assert first[0].tolist() == [0, 1]
    assert second[1].tolist() == [1, 2]
