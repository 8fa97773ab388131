"""Subgame-perfect payoffs against closed forms, published numbers and linear programmes."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

import coopgames as cg
from coopgames.games.bilateral import bilateral_game
from coopgames.play.enforcement.perfect_critical import perfect_critical_discount
from coopgames.play.enforcement.perfect_frontier import perfect_frontier
from coopgames.play.enforcement.perfect_payoffs import subgame_perfect_payoffs

#: Abreu & Sannikov (2014), section 6, discount factor 0.3.
PUBLISHED = (
    [[16, 3, 0], [21, 10, -1], [9, 5, -5]],
    [[9, 13, 3], [1, 4, 0], [0, -4, -15]],
)
PUBLISHED_CORNERS = np.array(
    [
        [7.33770472, 10.9826253],
        [1.12568240, 2.8],
        [7.33770472, 0.0],
        [7.86308964, 0.0],
        [19.7917977, 2.8],
        [15.5630896, 9.1],
    ]
)
DILEMMA = [[3, 0], [5, 1]]


def same_corners(found, expected) -> bool:
    ours = np.array(found, dtype=float)
    theirs = np.array(expected, dtype=float)
    return ours.shape == theirs.shape and all(
        np.abs(ours - corner).max(axis=1).min() < 1e-7 for corner in theirs
    )


# --- published --------------------------------------------------------------------------------


@pytest.mark.parametrize("exact", [False, True])
def test_abreu_and_sannikovs_example(exact) -> None:
    found = subgame_perfect_payoffs(*PUBLISHED, discount_factor=0.3, exact=exact)
    assert found.complete
    assert same_corners(found.vertices, PUBLISHED_CORNERS)
    assert found.threats == pytest.approx((1.1256824, 0.0), abs=1e-7)
    assert len(found.vertices) <= 3 * 9  # their bound on extreme points


def test_quantecons_prisoners_dilemma() -> None:
    """Folk theorem: feasible and at least (3, 3)."""
    found = subgame_perfect_payoffs([[9, 1], [10, 3]], discount_factor=0.9)
    assert same_corners(found.vertices, [(3, 3), (9.75, 3), (9, 9), (3, 9.75)])


@pytest.mark.slow
def test_the_example_by_hyperplanes_and_linear_programmes() -> None:
    """The outer approximation of Judd, Yeltekin & Conklin (2003), an algorithm of another kind.

    It never cuts into the set, and with the set's own normals among the directions it ends at it.
    """
    first, second = (np.array(part, dtype=float) for part in PUBLISHED)
    d = 0.3
    centre = PUBLISHED_CORNERS.mean(axis=0)
    turn = np.arctan2(*(PUBLISHED_CORNERS - centre).T[::-1])
    corners = PUBLISHED_CORNERS[np.argsort(turn)]
    along = np.roll(corners, -1, axis=0) - corners
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1)
    axes = np.array([[-1.0, 0], [0, -1], [1, 0], [0, 1]])
    directions = np.concatenate([normals / np.linalg.norm(normals, axis=1)[:, None], axes])
    payoffs = np.stack([first.ravel(), second.ravel()], axis=1)
    best = np.stack(
        [np.broadcast_to(first.max(axis=0), (3, 3)).ravel(), second.max(axis=1).repeat(3)], axis=1
    )
    level = (directions @ payoffs.T).max(axis=1)
    for _ in range(60):
        threats = -level[len(normals) : len(normals) + 2]
        new = np.full(level.size, -np.inf)
        for paid, once in zip(payoffs, best, strict=True):
            least = threats + (1 - d) / d * (once - paid)
            for k, direction in enumerate(directions):
                solved = linprog(
                    -direction,
                    A_ub=directions,
                    b_ub=level,
                    bounds=[(least[0], None), (least[1], None)],
                )
                if solved.status == 0:
                    new[k] = max(new[k], (1 - d) * direction @ paid - d * solved.fun)
        level = new
    assert level == pytest.approx((directions @ corners.T).max(axis=1), abs=1e-4)


# --- closed forms -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("d", "corners"),
    [
        ("1/5", [(1, 1)]),
        ("249/1000", [(1, 1)]),
        # Taking turns: a sucker of today gets 5 d / (1 + d) >= 1 from d = 1/4 on.
        ("1/4", [(1, 1), (4, 1), (1, 4)]),
        ("2/5", [(1, 1), (4, 1), (1, 4)]),
        ("499/1000", [(1, 1), (4, 1), (1, 4)]),
        # Cooperation together: (T - R) / (T - P) = 1/2; then all that is feasible and >= 1.
        ("1/2", [(1, 1), ("13/3", 1), (3, 3), (1, "13/3")]),
        ("99/100", [(1, 1), ("13/3", 1), (3, 3), (1, "13/3")]),
    ],
)
def test_regimes_of_the_prisoners_dilemma(d, corners) -> None:
    """In Fractions; the three regimes of payoffs 5, 3, 1, 0 (compare Stahl 1991)."""
    found = subgame_perfect_payoffs(DILEMMA, discount_factor=Fraction(d), exact=True)
    expected = {(Fraction(x), Fraction(y)) for x, y in corners}
    assert {tuple(corner) for corner in found.vertices} == expected
    assert found.complete
    assert found.threats == (1, 1)
    plain = subgame_perfect_payoffs(DILEMMA, discount_factor=float(Fraction(d)))
    assert same_corners(plain.vertices, [(float(x), float(y)) for x, y in expected])


@pytest.mark.parametrize(
    ("d", "corners"),
    [
        ("49/100", [(2, 2)]),
        ("1/2", [(2, 2), (3, 3)]),
        ("7/10", [(2, 2), (3, 3)]),
        # Who was the sucker needs (3 - d) / d <= 3 afterwards.
        ("3/4", [(2, 2), ("13/4", 2), (3, 3), (2, "13/4")]),
    ],
)
def test_where_turns_do_not_pay_the_set_is_a_segment(d, corners) -> None:
    """Payoffs 4, 3, 2, -1: T + S < 2 P."""
    found = subgame_perfect_payoffs([[3, -1], [4, 2]], discount_factor=Fraction(d), exact=True)
    assert {tuple(corner) for corner in found.vertices} == {
        (Fraction(x), Fraction(y)) for x, y in corners
    }


def test_without_patience_mixtures_of_stage_equilibria() -> None:
    battle = subgame_perfect_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]], discount_factor=0)
    assert same_corners(battle.vertices, [(1, 2), (2, 1)])
    assert battle.action_pairs == (("1", "1"), ("2", "2"))
    none = subgame_perfect_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], discount_factor=0)
    assert none.empty


@pytest.mark.parametrize("d", [0.0, 0.5, 0.95])
def test_matching_pennies_has_no_pure_equilibrium(d) -> None:
    found = subgame_perfect_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], discount_factor=d)
    assert found.empty
    assert found.complete
    assert found.vertices.shape == (0, 2)
    assert "no equilibrium in pure strategies" in found.proof
    assert np.isnan(found.threats).all()
    assert found.contains((0, 0)) is False
    assert found.to_dict()["best_symmetric"] is None


def test_folk_theorem_in_random_games() -> None:
    """Near 1: feasible and above pure minmax, where that has an interior."""
    rng = np.random.default_rng(2)
    seen = 0
    for _ in range(20):
        first, second = rng.uniform(-1, 1, size=(2, 3, 3))
        minmax = np.array([first.max(axis=0).min(), second.max(axis=1).min()])
        feasible = np.stack([first.ravel(), second.ravel()], axis=1)
        directions = np.linspace(0, np.pi / 2, 7)
        directions = np.stack([np.cos(directions), np.sin(directions)])
        best = []
        for direction in directions.T:  # the Pareto side, by linear programmes over mixtures
            solved = linprog(
                -feasible @ direction,
                A_ub=-feasible.T,
                b_ub=-minmax - 1e-2,
                A_eq=np.ones((1, 9)),
                b_eq=[1],
            )
            best.append(-solved.fun if solved.status == 0 else np.nan)
        if np.isnan(best).any():
            continue
        seen += 1
        found = subgame_perfect_payoffs(first, second, discount_factor=0.995)
        ours = (found.vertices @ directions).max(axis=0)
        assert (ours >= np.array(best) - 1e-6).all()
        assert (np.array(found.threats) >= minmax - 1e-9).all()
    assert seen > 10


# --- properties of the set --------------------------------------------------------------------


def test_units_and_names_do_not_matter() -> None:
    rng = np.random.default_rng(4)
    for d in (0.3, 0.6, 0.85):
        first, second = rng.uniform(-1, 1, size=(2, 3, 2))
        found = subgame_perfect_payoffs(first, second, discount_factor=d)
        moved = subgame_perfect_payoffs(1e3 * first + 7, second / 64 - 1, discount_factor=d)
        expected = found.vertices * [1e3, 1 / 64] + [7, -1]
        assert moved.vertices.shape == expected.shape
        assert (moved.vertices - expected) / [1e3, 1 / 64] == pytest.approx(0, abs=1e-8)
        turned = subgame_perfect_payoffs(second.T, first.T, discount_factor=d)
        assert same_corners(turned.vertices[:, ::-1], found.vertices)


def test_the_set_grows_with_patience() -> None:
    rng = np.random.default_rng(6)
    for _ in range(10):
        first, second = rng.uniform(-1, 1, size=(2, 3, 3))
        sets = [
            subgame_perfect_payoffs(first, second, discount_factor=d)
            for d in np.linspace(0, 0.95, 9)
        ]
        for less, more in zip(sets[:-1], sets[1:], strict=True):
            assert all(more.distance(tuple(corner), "outer") < 1e-8 for corner in less.inner)


def test_generators_explain_corners() -> None:
    """Each corner is what its actions and its continuation pay, and nobody gains by leaving."""
    first, second = (np.array(part, dtype=float) for part in PUBLISHED)
    d = 0.3
    found = subgame_perfect_payoffs(first, second, discount_factor=d)
    for corner, one in zip(found.vertices, found.generators, strict=True):
        a, b = (int(name) - 1 for name in one.actions)
        paid = np.array([first[a, b], second[a, b]])
        later = np.array(one.continuation)
        assert (1 - d) * paid + d * later == pytest.approx(corner, abs=1e-8)
        assert found.distance(one.continuation, "outer") < 1e-8
        once = np.array([first[:, b].max(), second[a].max()])
        assert ((1 - d) * once + d * np.array(found.threats) <= corner + 1e-8).all()


def test_what_is_undecided_is_said() -> None:
    found = subgame_perfect_payoffs(*PUBLISHED, discount_factor=0.3, budget=2)
    assert not found.complete
    assert not found.empty
    assert "not decided within the budget" in found.proof
    assert found.contains((10, 4)) is None
    assert found.contains((40, 4)) is False
    assert same_corners(found.vertices, found.outer)


def test_kinds_of_games() -> None:
    expected = subgame_perfect_payoffs(DILEMMA, discount_factor=0.6).vertices
    transposed = np.array(DILEMMA).T
    for game in (
        cg.matrix_game(DILEMMA),
        cg.strategic_game([DILEMMA, transposed]),
        (DILEMMA, transposed),
        cg.bimatrix_game(DILEMMA, transposed),
    ):
        assert same_corners(subgame_perfect_payoffs(game, discount_factor=0.6).vertices, expected)
    sides = bilateral_game(cg.game("charter", "trade"), "hegemon", "rival")
    found = subgame_perfect_payoffs(sides, discount_factor=0.6)
    assert found.players == ("hegemon", "rival")
    assert found.strategies[0] == ("cooperate", "defect")
    assert found.complete


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ([DILEMMA], {"discount_factor": 1.0}, "discount_factor must lie in"),
        ([DILEMMA], {"discount_factor": -0.1}, "discount_factor must lie in"),
        ([DILEMMA], {"discount_factor": 0.5, "tolerance": 0}, "tolerance must be > 0"),
        ([DILEMMA], {"discount_factor": 0.5, "budget": 0}, "budget must be >= 1"),
        ([[[1, 2, 3], [4, 5, 6]]], {"discount_factor": 0.5}, "as second"),
        ([[[1, 2], [4]]], {"discount_factor": 0.5}, "got shape"),
        ([DILEMMA, [[1, 2]]], {"discount_factor": 0.5}, "one shape"),
        ([[[np.nan, 2], [1, 1]]], {"discount_factor": 0.5}, "finite"),
        ([cg.classics.public_goods(3, 2)], {"discount_factor": 0.5}, "two players; got 3"),
    ],
)
def test_refusals(arguments, options, said) -> None:
    with pytest.raises(cg.CoopgamesError, match=said):
        subgame_perfect_payoffs(*arguments, **options)


# --- critical discount factors ----------------------------------------------------------------


def test_critical_discount_factors_in_closed_form() -> None:
    together = perfect_critical_discount(DILEMMA)
    assert together.value == together.lower == together.grim == 0.5
    assert (together.binding, together.deviation) == ("first", "2")
    turns = perfect_critical_discount(DILEMMA, payoffs=(2.5, 2.5))
    assert turns.lower <= 0.25 + 1e-8
    assert turns.value == pytest.approx(0.25, abs=1e-8)
    stage = perfect_critical_discount(DILEMMA, actions=("2", "2"))
    assert (stage.value, stage.grim, stage.binding) == (0, 0, "")


def test_stick_and_carrot() -> None:
    """A third act hurts both: its threat of -9, not the stage equilibrium, deters deviations.

    Cooperation needs 2 / (5 + 9) = 1/7. There both get -9 by hurting each other once, -10, and
    going on with -3, a mixture of -9 and 3: (6 (-10) + (-3)) / 7 = -9, what a deviator has as well,
    (6 (-9) + (-9)) / 7. With reversion to the stage equilibrium it is 1/2.
    """
    hurt = [[3, 0, -9], [5, 1, -9], [-9.5, -9.5, -10]]
    found = perfect_critical_discount(hurt)
    assert found.value == pytest.approx(1 / 7, abs=1e-12)
    assert found.punishment == pytest.approx([-9, -9], abs=1e-8)
    assert found.grim == 0.5


def test_never_above_grim_and_true_by_deviations() -> None:
    rng = np.random.default_rng(12)
    found_below = 0
    for _ in range(30):
        first, second = rng.integers(-5, 6, size=(2, 3, 3)).astype(float)
        a, b = np.unravel_index(int((first + second).argmax()), (3, 3))
        found = perfect_critical_discount(first, second, actions=(int(a), int(b)))
        if np.isnan(found.value):
            assert found.reason
            assert np.isnan(found.grim) or found.grim > found.highest
            continue
        assert np.isnan(found.grim) or found.value <= found.grim + 1e-12
        found_below += bool(np.isnan(found.grim) or found.value < found.grim - 1e-6)
        assert found.lower <= found.upper == found.value
        paid = np.array([first[a, b], second[a, b]])
        once = np.array([first[:, b].max(), second[a].max()])
        for d, holds in ((found.value + 1e-7, True), (found.lower - 1e-6, False)):
            if 0 <= d < 1:
                worst = subgame_perfect_payoffs(first, second, discount_factor=d).threats
                kept = bool((paid >= (1 - d) * once + d * np.array(worst) - 1e-12).all())
                assert kept == holds
    assert found_below > 2


def test_grim_is_that_of_triggers_in_an_institution() -> None:
    """Two halves in anarchy with everything seen: the same closed form by two routes."""
    problem = cg.load("problems", "trade").replace(leverage="equal", excludability=0.0, cost=0.5)
    game = cg.game("anarchy", problem, cg.uniform_world(2))
    triggers = cg.critical_discount_factor(game, monitoring=1.0)
    found = perfect_critical_discount(bilateral_game(game))
    assert found.grim == pytest.approx(triggers.value, abs=1e-12)
    # Benefit .8, half of it for each: gain .5 - .4, loss .8 - .5.
    assert found.value == pytest.approx(0.1 / 0.4, abs=1e-9)


def test_targets_out_of_reach() -> None:
    unfair = perfect_critical_discount(DILEMMA, actions=(0, 1))
    assert np.isnan(unfair.value)
    assert "first has 0 on the path" in unfair.reason
    assert unfair.to_dict()["critical_discount_factor"] is None
    dream = perfect_critical_discount(DILEMMA, payoffs=(4.0, 4.0))
    assert "not an outcome of any equilibrium up to discount factor 0.999" in dream.reason
    assert dream.lower == dream.highest


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"width": 0}, "width must be > 0"),
        ({"highest": 1}, "highest must lie in"),
        ({"payoffs": (1, 2, 3)}, "payoffs must be two numbers"),
        ({"actions": ("3", "1")}, "actions of first must be among 1, 2"),
        ({"actions": (0, 5)}, "a position from 0 to 1"),
        ({"actions": (0,)}, "one action of each player"),
    ],
)
def test_refusals_of_targets(options, said) -> None:
    with pytest.raises(cg.CoopgamesError, match=said):
        perfect_critical_discount(DILEMMA, **options)


def test_frontier_over_patience() -> None:
    found = perfect_frontier(DILEMMA, discount_factors=[0.2, 0.25, 0.4, 0.5, 0.9])
    assert found.best_symmetric == pytest.approx([1, 2.5, 2.5, 3, 3], abs=1e-8)
    assert found.best_sum == pytest.approx([2, 5, 5, 6, 6], abs=1e-8)
    assert found.threats == pytest.approx(np.ones((5, 2)))
    assert found.complete.all()
