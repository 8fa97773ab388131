"""Correlated equilibria against programs over all individual profiles, corners and Nash."""

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import linprog

from coopgames.catalogue import load
from coopgames.equilibria import Equilibria, Equilibrium
from coopgames.equilibria.correlated import correlated_equilibrium, incentives
from coopgames.equilibria.correlated_vertices import correlated_vertices
from coopgames.equilibria.mediator import law_of_counts, mediator_gain
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import (
    RoleGame,
    Scenario,
    bimatrix_game,
    classics,
    compile_game,
    one_role,
    policy_games,
    role_symmetric_game,
)
from coopgames.worlds import uniform_world

CHICKEN = ([[6, 2], [7, 0]], [[6, 7], [2, 0]])  # Aumann (1974), case F6-09


def random_role_game(players: list[int], sizes: list[int], seed: int) -> RoleGame:
    """Return a game with payoffs drawn anew for every composition of co-players."""
    rng = np.random.default_rng(seed)
    drawn: dict[tuple[int, ...], float] = {}

    def payoff(role: int, strategy: int, others: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        keys = [(role, strategy, *row) for row in others.tolist()]
        return np.array([drawn.setdefault(key, float(rng.normal())) for key in keys])

    names = [tuple(map(str, range(size))) for size in sizes]
    return role_symmetric_game(players, names, payoff)


def nothing_paid(players: list[int]) -> RoleGame:
    """Return a game of two strategies per role in which nothing is paid."""
    adds = [np.array([1, 0])] * len(players)
    tables = [np.zeros((2, sum(players) + 1))] * len(players)
    return RoleGame(
        roles=tuple(map(str, range(len(players)))),
        players=tuple(players),
        strategies=(("give", "keep"),) * len(players),
        scenarios=(Scenario(probability=1.0, adds=tuple(adds), payoffs=tuple(tables)),),
    )


def all_profiles_program(
    game: RoleGame, value: Callable[[list[int], list[float]], float], *, coarse: bool = False
) -> float:
    """Return the largest mean over laws of all individual profiles, payoffs from populations.

    A dense program in which every player has its own incentives; nothing is taken as symmetric.
    """
    roles = [r for r, n in enumerate(game.players) for _ in range(n)]
    first = [block.start for block in game.blocks()]
    profiles = list(product(*(range(game.sizes[r]) for r in roles)))

    def counts(profile: tuple[int, ...]) -> list[int]:
        out = [0] * sum(game.sizes)
        for r, i in zip(roles, profile, strict=True):
            out[first[r] + i] += 1
        return out

    def payoff(player: int, profile: tuple[int, ...]) -> float:
        paid = game.payoffs_in_populations(counts(profile))
        return float(paid[first[roles[player]] + profile[player]])

    paid = {p: [payoff(k, p) for k in range(len(roles))] for p in profiles}
    place = {p: position for position, p in enumerate(profiles)}
    rows = []
    for k, r in enumerate(roles):
        for j in range(game.sizes[r]):
            told = []
            for i in range(game.sizes[r]):
                row = np.zeros(len(profiles))
                for p in profiles:
                    if p[k] == i:
                        other = (*p[:k], j, *p[k + 1 :])
                        row[place[p]] = paid[other][k] - paid[p][k]
                told.append(row)
            rows += [np.sum(told, axis=0)] if coarse else told
    weights = np.array([value(counts(p), paid[p]) for p in profiles])
    answer = linprog(
        -weights,
        A_ub=np.array(rows),
        b_ub=np.zeros(len(rows)),
        A_eq=np.ones((1, len(profiles))),
        b_eq=[1.0],
    )
    assert answer.status == 0
    return float(-answer.fun)


def test_aumanns_chicken_by_the_program() -> None:
    best = correlated_equilibrium(CHICKEN)
    assert best.value == pytest.approx(10.5, abs=1e-12)
    assert best.joint() == pytest.approx(np.array([[0.5, 0.25], [0.25, 0.0]]), abs=1e-12)
    assert correlated_equilibrium(CHICKEN, "worst welfare").value == pytest.approx(7.2, abs=1e-12)
    assert best.gap < 1e-12
    assert best.violation < 1e-12
    assert best.payoffs == pytest.approx((5.25, 5.25))
    assert best.shares()["row: 0"] == pytest.approx(0.75)


def test_aumanns_chicken_by_its_corners() -> None:
    found = correlated_vertices(*CHICKEN)
    totals = [sum(pair) for pair in found.payoffs]
    assert len(found) == 5
    assert found.dimension == 3
    assert max(totals) == Fraction(21, 2)
    assert min(totals) == Fraction(36, 5)
    assert totals.count(max(totals)) == 1
    best = found.vertices[totals.index(max(totals))]
    assert best.ravel().tolist() == [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4), 0]
    assert found.extremes(np.array(CHICKEN[0]) + CHICKEN[1]) == (Fraction(36, 5), Fraction(21, 2))


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize(
    ("players", "sizes"),
    [([4], [2]), ([3], [3]), ([2, 2], [2, 2]), ([1, 3], [3, 2]), ([1, 2], [2, 3])],
)
def test_counts_are_enough(players: list[int], sizes: list[int], coarse: bool) -> None:
    for seed in range(3):
        game = random_role_game(players, sizes, seed)
        total = all_profiles_program(game, lambda c, paid: sum(paid), coarse=coarse)
        least = all_profiles_program(game, lambda c, paid: -sum(paid), coarse=coarse)
        firsts = [block.start for block in game.blocks()]
        acting = all_profiles_program(
            game, lambda c, paid, at=firsts: sum(c[k] for k in at) / sum(players), coarse=coarse
        )
        for name, expected in [
            ("welfare", total),
            ("worst welfare", -least),
            ("cooperation", acting),
        ]:
            found = correlated_equilibrium(game, name, coarse=coarse)
            assert found.value == pytest.approx(expected, abs=1e-8)
            assert found.gap < 1e-9
            assert found.violation < 1e-9
            assert found.law.sum() == pytest.approx(1.0)


def corners_by_bases(rows: npt.NDArray[np.float64]) -> set[tuple[Fraction, ...]]:
    """Return the corners of {p >= 0, rows p >= 0, sum 1} by trying every set of tight rows."""
    from itertools import combinations

    size = rows.shape[1]
    every = [[Fraction(int(x)) for x in row] for row in rows]
    every += [[Fraction(int(i == k)) for i in range(size)] for k in range(size)]
    found = set()
    for tight in combinations(range(len(every)), size - 1):
        table = [[*every[k], Fraction(0)] for k in tight] + [[Fraction(1)] * (size + 1)]
        solution = solved(table)
        if solution is not None and all(
            sum(a * b for a, b in zip(row, solution, strict=True)) >= 0 for row in every
        ):
            found.add(tuple(solution))
    return found


def solved(table: list[list[Fraction]]) -> list[Fraction] | None:
    """Return the solution of a square system by Gauss and Jordan, None if it is singular."""
    table = [row[:] for row in table]
    size = len(table)
    for k in range(size):
        pivot = next((r for r in range(k, size) if table[r][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [x / table[k][k] for x in table[k]]
        for r in range(size):
            if r != k and table[r][k]:
                factor = table[r][k]
                table[r] = [x - factor * y for x, y in zip(table[r], table[k], strict=True)]
    return [row[-1] for row in table]


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 2)])
@pytest.mark.parametrize("coarse", [False, True])
def test_corners_by_trying_every_basis(shape: tuple[int, int], coarse: bool) -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        a, b = rng.integers(-4, 5, size=(2, *shape))
        rows = []
        for i, k in permutations(range(shape[0]), 2):
            row = np.zeros(shape)
            row[i] = a[i] - a[k]
            rows.append(row.ravel())
        for i, k in permutations(range(shape[1]), 2):
            row = np.zeros(shape)
            row[:, i] = b[:, i] - b[:, k]
            rows.append(row.ravel())
        if coarse:
            rows = [(a - a[k]).ravel() for k in range(shape[0])]
            rows += [(b - b[:, [k]]).ravel() for k in range(shape[1])]
        found = correlated_vertices(a, b, coarse=coarse)
        corners = {tuple(vertex.ravel().tolist()) for vertex in found.vertices}
        assert corners == corners_by_bases(np.array(rows))
        assert len(corners) == len(found)


def test_corners_and_the_program_have_the_same_extremes() -> None:
    rng = np.random.default_rng(11)
    for shape in [(3, 3), (3, 4), (4, 4)]:
        a, b = rng.integers(-9, 10, size=(2, *shape))
        w = rng.integers(-9, 10, size=shape)
        low, high = correlated_vertices(a, b).extremes(w)
        assert correlated_equilibrium((a, b), w).value == pytest.approx(float(high), abs=1e-9)
        assert -correlated_equilibrium((a, b), -w).value == pytest.approx(float(low), abs=1e-9)


def nash_by_supports(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Return the equilibria with supports of one size, of a game in general position."""
    from itertools import combinations

    def mixture(payoffs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
        k = payoffs.shape[0]
        system = np.block([[payoffs, -np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]])
        if abs(np.linalg.det(system)) < 1e-12:
            return None
        out = np.linalg.solve(system, np.append(np.zeros(k), 1.0))[:-1]
        return out if (out > 0).all() else None

    found = []
    for k in range(1, min(a.shape) + 1):
        for rows in combinations(range(a.shape[0]), k):
            for columns in combinations(range(a.shape[1]), k):
                y_part = mixture(a[np.ix_(rows, columns)])
                x_part = mixture(b[np.ix_(rows, columns)].T)
                if y_part is None or x_part is None:
                    continue
                x, y = np.zeros(a.shape[0]), np.zeros(a.shape[1])
                x[list(rows)], y[list(columns)] = x_part, y_part
                if (a @ y).max() <= x @ a @ y + 1e-9 and (x @ b).max() <= x @ b @ y + 1e-9:
                    found.append((x, y))
    return found


def test_every_nash_equilibrium_is_a_correlated_one_and_these_are_coarse() -> None:
    rng = np.random.default_rng(3)
    mixed = 0
    for _ in range(20):
        shape = tuple(rng.integers(2, 5, size=2))
        a, b = rng.normal(size=(2, *shape))
        game = bimatrix_game(a, b)
        best, worst = (correlated_equilibrium(game, w) for w in ("welfare", "worst welfare"))
        wide = correlated_equilibrium(game, coarse=True)
        rows, _ = incentives(game, best.states)
        broad, _ = incentives(game, best.states, coarse=True)
        assert (broad @ best.law).min() > -1e-9
        assert wide.value >= best.value - 1e-9
        equilibria = nash_by_supports(a, b)
        assert len(equilibria) % 2 == 1
        for x, y in equilibria:
            mixed += int((x > 0).sum() > 1)
            law = law_of_counts(game, best.states, Equilibrium(mixed=(x, y)))
            assert (rows @ law).min() > -1e-9
            welfare = x @ (a + b) @ y
            assert worst.value - 1e-9 <= welfare <= best.value + 1e-9
    assert mixed > 5


def test_the_mixed_equilibrium_of_volunteers_is_a_correlated_one() -> None:
    players, benefit, cost = 5, 4.0, 1.0
    game = one_role(classics.volunteers_dilemma(players, benefit, cost))
    stays_out = (cost / benefit) ** (1 / (players - 1))  # Diekmann (1985)
    best = correlated_equilibrium(game)
    law = law_of_counts(
        game, best.states, Equilibrium(mixed=(np.array([1 - stays_out, stays_out]),))
    )
    rows, _ = incentives(game, best.states)
    assert law.sum() == pytest.approx(1.0)
    assert np.abs(rows @ law).max() < 1e-12  # indifferent
    assert best.value == pytest.approx(players * benefit - cost)


def test_bound_holds_for_whatever_law_satisfies_the_incentives() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(2, 3, 3))
    best = correlated_equilibrium((a, b))
    rows, payoffs = incentives(best.game, best.states)
    nash = nash_by_supports(a, b)
    for weights in rng.dirichlet(np.ones(len(nash)), size=5):
        law = sum(
            w * law_of_counts(best.game, best.states, Equilibrium(mixed=pair))
            for w, pair in zip(weights, nash, strict=True)
        )
        assert (rows @ law).min() > -1e-9
        assert law @ payoffs.sum(axis=1) <= best.bound + 1e-9


def test_scale_of_payoffs_does_not_matter() -> None:
    for scale in (1e-6, 1e6):
        a, b = (scale * np.array(one) + 3 * scale for one in CHICKEN)
        found = correlated_equilibrium((a, b))
        assert found.value == pytest.approx((10.5 + 6) * scale, rel=1e-9)
        assert found.gap <= 1e-9 * scale


def test_objectives_as_numbers_and_functions() -> None:
    game = bimatrix_game(*CHICKEN)
    total = np.array(CHICKEN[0]) + CHICKEN[1]
    by_array = correlated_equilibrium(game, total)
    by_function = correlated_equilibrium(
        game, lambda states: total[1 - states[:, 0], 1 - states[:, 2]]
    )
    assert by_array.value == pytest.approx(10.5)
    assert by_function.value == pytest.approx(10.5)
    assert by_array.objective == "given"
    daring = correlated_equilibrium(game, "cooperation", acts=[0, 1, 0, 1])
    swerving = correlated_equilibrium(game, "worst cooperation")
    assert daring.value == pytest.approx(1 - swerving.value)


@pytest.mark.parametrize("plans", ["act2", "act3"])
def test_twenty_equal_states(plans: str) -> None:
    world = uniform_world(20)
    game = compile_game(load("institutions", "anarchy"), load("problems", "climate"), world)
    (stage,) = policy_games(game, plans).games
    best = correlated_equilibrium(stage)
    assert best.law.size == {"act2": 21, "act3": 231}[plans]
    assert best.gap < 1e-9
    assert best.violation < 1e-9
    # Counts at which nobody gains by moving, looked at one by one.
    stable = []
    for state in best.states:
        revising = stage.payoffs_of_revising(state)[0]
        stable.append(
            all(
                revising[i, i] >= revising[i].max() - 1e-12
                for i in range(len(state))
                if state[i] > 0
            )
        )
    found = mediator_gain(stage, objective="cooperation")
    assert found.equilibria == sum(stable)
    assert found.unmediated == max(best.states[stable][:, 0]) / 20
    assert found.gain >= -1e-12


def test_unequal_states_by_thousands_of_counts() -> None:
    game = compile_game(
        load("institutions", "charter"), load("problems", "climate"), load("worlds", "w20")
    )
    stage = policy_games(game).games[-1]
    best = correlated_equilibrium(stage)
    assert best.law.size == 20736
    assert best.gap < 1e-9
    assert best.violation < 1e-9


def test_mediator_against_equilibria_that_are_given() -> None:
    game = bimatrix_game(*CHICKEN)
    third = np.array([2 / 3, 1 / 3])
    mixed = Equilibrium(mixed=(third, third))
    given = mediator_gain(game, [mixed])
    assert given.unmediated == pytest.approx(28 / 3)
    assert given.gain == pytest.approx(10.5 - 28 / 3)
    assert not given.complete
    known = Equilibria(game=game, profiles=(mixed,), method="by hand", complete=True, proof="")
    assert mediator_gain(game, known).complete
    with pytest.raises(CoopgamesError, match=r"nash\[0\] must be an equilibrium"):
        mediator_gain(game, [Equilibrium(mixed=(np.array([1, 0]), np.array([1, 0])))])
    pennies = mediator_gain(([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    assert np.isnan(pennies.gain)
    assert pennies.equilibria == 0


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(CoopgamesError, match="objective must be one of"):
        correlated_equilibrium(CHICKEN, "fairness")
    with pytest.raises(CoopgamesError, match="objective must be finite"):
        correlated_equilibrium(CHICKEN, [1, 2])
    with pytest.raises(CoopgamesError, match="acts must be 4 numbers"):
        correlated_equilibrium(CHICKEN, "cooperation", acts=[1, 2, 3, 4])
    with pytest.raises(CoopgamesError, match="game must be"):
        correlated_equilibrium(3)  # type: ignore[arg-type]
    with pytest.raises(CoopgamesError, match="one player in every role"):
        correlated_equilibrium(classics.volunteers_dilemma(3, 2, 1)).joint()
    with pytest.raises(BudgetError, match="states by counts"):
        correlated_equilibrium(nothing_paid([20, 20, 20, 20, 20]))
    with pytest.raises(BudgetError, match="corners on the way"):
        correlated_vertices(*CHICKEN, most_vertices=2)
    with pytest.raises(CoopgamesError, match="matrices of one shape"):
        correlated_vertices([[1, 2]], [[1], [2]])
    with pytest.raises(CoopgamesError, match="finite numbers"):
        correlated_vertices([[float("nan")]], [[1]])


def test_players_without_a_choice() -> None:
    found = correlated_equilibrium(([[3]], [[4]]))
    assert found.value == 7
    assert found.bound == 7
    assert correlated_equilibrium(([[3]], [[4]]), coarse=True).value == 7
    assert len(correlated_vertices([[3]], [[4]])) == 1
