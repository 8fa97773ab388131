"""Logit equilibria against fixed points found from many starts, closed forms and experiments."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import brentq, fsolve, minimize
from scipy.stats import chi2

from coopgames.catalogue import load
from coopgames.dynamics import LogitFlow, trajectory
from coopgames.equilibria.logit_branch import logit_branch, logit_equilibrium
from coopgames.equilibria.logit_fit import fit_precision
from coopgames.equilibria.logit_roots import logit_equilibria
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import (
    bimatrix_game,
    classics,
    compile_game,
    matrix_game,
    policy_games,
    symmetric_game,
)
from coopgames.worlds import uniform_world

Floats = npt.NDArray[np.float64]

#: Ochs (1995), in the cents of McKelvey & Palfrey (1995): row's own payoff is four times as high.
PENNIES = ([[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]])


def softmax(values: Floats) -> Floats:
    weights = np.exp(values - values.max())
    return weights / weights.sum()


def fixed_points(a: Floats, b: Floats, precision: float, starts: int) -> list[Floats]:
    """Return logit equilibria of two players, by fsolve from random starts, in probabilities."""
    m = a.shape[0]

    def error(z: Floats) -> Floats:
        x, y = z[:m], z[m:]
        return z - np.concatenate([softmax(precision * a @ y), softmax(precision * x @ b)])

    rng = np.random.default_rng(1)
    found: list[Floats] = []
    for _ in range(starts):
        start = np.concatenate([rng.dirichlet(np.ones(m)), rng.dirichlet(np.ones(a.shape[1]))])
        z, _, code, _ = fsolve(error, start, full_output=True, xtol=1e-13)
        good = code == 1 and np.abs(error(z)).max() < 1e-10
        if good and all(np.abs(z - other).max() > 1e-6 for other in found):
            found.append(z)
    return found


def flat(parts: tuple[Floats, ...]) -> Floats:
    return np.concatenate(parts)


def test_precision_zero_is_even_and_the_branch_begins_there() -> None:
    found = logit_equilibrium(PENNIES, 0)
    assert flat(found.mixed).tolist() == [0.5] * 4
    branch = logit_branch(PENNIES)
    assert branch.precisions[0] == 0
    assert branch.profiles[0].tolist() == [0.5] * 4


@pytest.mark.parametrize("precision", [0.3, 2.0, 8.0])
def test_equilibria_are_among_the_fixed_points_from_many_starts(precision: float) -> None:
    rng = np.random.default_rng(17)
    for _ in range(8):
        m, n = rng.integers(2, 5, size=2)
        a, b = rng.normal(size=(2, m, n))
        found = logit_equilibrium((a, b), precision)
        known = fixed_points(a, b, precision, starts=40)
        assert min(np.abs(flat(found.mixed) - z).max() for z in known) < 1e-8
        assert found.residual < 1e-12


def test_branches_of_random_games_end_at_nash_equilibria() -> None:
    rng = np.random.default_rng(23)
    for _ in range(30):
        a, b = rng.normal(size=(2, *rng.integers(2, 5, size=2)))
        branch = logit_branch((a, b))
        assert branch.complete
        # Log odds grow with precision, and what is lost in rounding them.
        rounding = 1e-11 * (1 + branch.precisions)
        assert (branch.residuals < rounding).all()
        x, y = (np.asarray(part) for part in branch.limit.mixed)
        assert (a @ y).max() <= x @ a @ y + 1e-10
        assert (x @ b).max() <= x @ b @ y + 1e-10
        # Every point solves the equations, written out anew.
        for precision, profile, error in zip(
            branch.precisions, branch.profiles, rounding, strict=True
        ):
            p, q = profile[: a.shape[0]], profile[a.shape[0] :]
            assert np.abs(softmax(precision * a @ q) - p).max() < error
            assert np.abs(softmax(precision * p @ b) - q).max() < error


def test_mckelvey_and_palfrey_on_the_pennies_of_ochs() -> None:
    fit = fit_precision(PENNIES, [0.527, 0.473, 0.366, 0.634], counts=128)
    assert fit.precision == pytest.approx(1.84, abs=0.01)
    assert flat(fit.mixed)[[0, 2]] == pytest.approx([0.616, 0.383], abs=5e-4)

    def log_likelihood(precision: float) -> float:
        def gap(p: float) -> float:
            q = 1 / (1 + np.exp(-precision * 1.1141 * (1 - 2 * p)))
            return p - 1 / (1 + np.exp(-precision * (1.1141 * q - 0.2785 * (1 - q))))

        p = brentq(gap, 0, 1, xtol=1e-15)
        q = 1 / (1 + np.exp(-precision * 1.1141 * (1 - 2 * p)))
        shares, weights = [p, 1 - p, q, 1 - q], [0.527, 0.473, 0.366, 0.634]
        return 128 * float(np.dot(weights, np.log(shares)))

    grid = np.linspace(fit.precision - 0.01, fit.precision + 0.01, 201)
    values = [log_likelihood(x) for x in grid]
    assert abs(grid[int(np.argmax(values))] - fit.precision) <= 1e-4
    assert fit.log_likelihood == pytest.approx(max(values), abs=1e-9)
    for end in fit.interval:
        fall = 2 * (fit.log_likelihood - log_likelihood(end))
        assert fall == pytest.approx(chi2.ppf(0.95, 1), abs=1e-6)
    assert fit.uniform == pytest.approx(256 * np.log(0.5))
    assert fit.uniform < fit.log_likelihood < fit.saturated


def test_own_payoff_effect() -> None:
    # Goeree, Holt & Palfrey (2003): Nash does not move row, a logit equilibrium does.
    first = []
    for own in (1.0, 4.0, 9.0):
        game = ([[own, 0], [0, 1]], [[0, 1], [1, 0]])
        found = logit_equilibrium(game, 3.0)
        first.append(found.mixed[0][0])
        branch = logit_branch(game)
        assert branch.limit.mixed[0] == pytest.approx([0.5, 0.5], abs=1e-10)
        assert branch.limit.mixed[1] == pytest.approx([1 / (1 + own), own / (1 + own)], abs=1e-10)
    assert first[0] == pytest.approx(0.5)
    assert first[0] < first[1] < first[2]


@pytest.mark.parametrize("precision", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("players", [2, 3, 9])
def test_volunteers_by_their_scalar_equation(players: int, precision: float) -> None:
    # Goeree, Holt & Smith (2017): p = F(precision (V (1 - p)^(n - 1) - c)).
    benefit, cost = 4.0, 1.0
    game = classics.volunteers_dilemma(players, benefit, cost)

    def gap(p: float) -> float:
        return p - 1 / (1 + np.exp(-precision * (benefit * (1 - p) ** (players - 1) - cost)))

    expected = brentq(gap, 0, 1, xtol=1e-15)
    assert logit_equilibrium(game, precision).mixed[0][0] == pytest.approx(expected, abs=1e-12)
    every = logit_equilibria(game, precision)
    assert every.complete
    assert every.profiles[:, 0] == pytest.approx([expected], abs=1e-12)
    nash = 1 - (cost / benefit) ** (1 / (players - 1))  # Diekmann (1985)
    assert logit_branch(game).limit.mixed[0][0] == pytest.approx(nash, abs=1e-12)


def test_better_strategies_are_chosen_more_often() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        a, b = rng.normal(size=(2, 4, 3))
        branch = logit_branch((a, b), max_precision=20)
        for profile in branch.profiles[1:]:
            x, y = profile[:4], profile[4:]
            assert (np.argsort(x) == np.argsort(a @ y)).all()


def test_three_rests_of_the_logit_flow() -> None:
    hunt = classics.stag_hunt()
    for precision in (1.0, 3.0, 4.0, 10.0):
        every = logit_equilibria(hunt, precision)
        assert every.complete
        flow = LogitFlow(precision=precision)
        speed = flow.velocity(every.profiles, hunt.payoffs_at)
        assert np.abs(speed).max() < 1e-12
        starts = np.column_stack([np.linspace(0, 1, 41), np.linspace(1, 0, 41)])
        ends = trajectory(hunt, starts, [0, 400], flow)[-1, :, 0]
        reached = sorted({int(np.abs(every.profiles[:, 0] - end).argmin()) for end in ends})
        assert np.abs(ends - every.profiles[:, 0][:, None]).min(axis=0).max() < 1e-8
        assert reached == np.flatnonzero(every.stable).tolist()
        # The branch has one of them.
        found = logit_equilibrium(hunt, precision).mixed[0][0]
        assert np.abs(every.profiles[:, 0] - found).min() < 1e-10


def test_stationary_points_of_free_energy_in_a_potential_game() -> None:
    # Common payoffs A: logit equilibria are critical points of x'Ay + entropy / precision.
    common = np.array([[2.0, 0.0, 0.5], [0.0, 1.0, 0.3]])
    precision = 1.5
    found = logit_equilibrium((common, common), precision)

    def energy(z: Floats) -> float:
        x, y = softmax(np.append(z[:1], 0.0)), softmax(np.append(z[1:], 0.0))
        entropy = -(x @ np.log(x)) - (y @ np.log(y))
        return -float(x @ common @ y + entropy / precision)

    lowest = minimize(energy, np.zeros(3), tol=1e-12).x
    x, y = softmax(np.append(lowest[:1], 0.0)), softmax(np.append(lowest[1:], 0.0))
    assert flat(found.mixed) == pytest.approx(np.concatenate([x, y]), abs=1e-5)


def test_all_equilibria_by_a_fine_grid() -> None:
    rng = np.random.default_rng(9)
    numbers = set()
    for _ in range(12):
        n = int(rng.integers(2, 8))
        table = rng.normal(size=(2, n))
        game = symmetric_game(n, ("a", "b"), lambda i, others, table=table: table[i][others[:, 0]])
        precision = float(rng.choice([1.0, 10.0, 60.0]))
        every = logit_equilibria(game, precision)
        y = np.linspace(-6 * precision, 6 * precision, 100_001)
        x = 1 / (1 + np.exp(-np.clip(y, -700, 700)))
        paid = game.payoffs_at(np.column_stack([x, 1 - x]))
        gap = y - precision * (paid[:, 0] - paid[:, 1])
        crossings = int((np.sign(gap[1:]) != np.sign(gap[:-1])).sum())
        assert every.complete
        assert len(every) == crossings
        assert len(every) % 2 == 1
        assert every.residuals.max() < 1e-9
        numbers.add(len(every))
    assert len(numbers) > 1


def test_merging_equilibria_are_reported() -> None:
    # A coordination game at its pitchfork: y = 4 D, D = x - 1/2, a triple root.
    found = logit_equilibria(matrix_game([[0.5, 0], [0, 0.5]]), 4.0)
    assert not found.complete
    assert found.profiles[:, 0] == pytest.approx([0.5], abs=1e-6)


def test_a_branch_that_turns_back() -> None:
    world = uniform_world(20)
    game = compile_game(load("institutions", "club"), load("problems", "climate"), world)
    stage = policy_games(game, "act3").games[-1]
    branch = logit_branch(stage)
    assert branch.complete
    assert branch.turns == 2
    assert (np.diff(branch.precisions) < 0).any()
    assert np.abs(np.diff(branch.profiles, axis=0)).max() <= 0.1 + 1e-12
    assert branch.residuals.max() < 1e-9
    for precision, profile in zip(branch.precisions, branch.profiles, strict=True):
        paid = stage.payoffs_at(profile)
        for block in stage.blocks():
            assert softmax(precision * paid[block]) == pytest.approx(profile[block], abs=1e-8)
    # Of three points at one precision the first is meant: all before it have less.
    turning = int(np.flatnonzero(np.diff(branch.precisions) < 0)[0])
    twice = 0.5 * (branch.precisions[turning] + branch.precisions[turning + 1 :].min())
    first = flat(logit_equilibrium(stage, float(twice)).mixed)
    k = int(np.flatnonzero(branch.precisions >= twice)[0])
    assert np.abs(first - branch.profiles[k - 1 : k + 1]).max(axis=1).min() <= 0.1


def test_a_symmetric_game_is_followed_straight_on_and_says_so() -> None:
    branch = logit_branch(([[1, 0], [0, 1]], [[1, 0], [0, 1]]))
    assert branch.complete
    assert any("another branch crosses near precision 2" in note for note in branch.notes)
    assert flat(branch.limit.mixed) == pytest.approx([0.5] * 4)
    # A little more for the first corner decides.
    tilted = logit_branch(([[1 + 1e-6, 0], [0, 1]], [[1, 0], [0, 1]]))
    assert tilted.notes == ()
    assert flat(tilted.limit.mixed).tolist() == [1, 0, 1, 0]


def test_risk_dominance_selects_in_two_by_two() -> None:
    assert logit_branch(classics.stag_hunt()).limit.mixed[0].tolist() == [0, 1]  # case F6-22
    assert logit_branch(classics.stag_hunt(stag=6)).limit.mixed[0].tolist() == [1, 0]


def test_units_of_payoffs() -> None:
    a, b = (np.array(one) for one in PENNIES)
    one = logit_equilibrium((a, b), 2.0)
    for scale in (1e-5, 1e5):
        other = logit_equilibrium((scale * a + 7 * scale, scale * b), 2.0 / scale)
        assert flat(other.mixed) == pytest.approx(flat(one.mixed), abs=1e-10)


def test_spent_steps_are_reported() -> None:
    branch = logit_branch(PENNIES, most_steps=5)
    assert not branch.complete
    assert any("steps ran out" in note for note in branch.notes)
    with pytest.raises(BudgetError, match="followed to precision"):
        logit_equilibrium(PENNIES, 50.0, most_steps=5)


def test_fits_at_the_bounds() -> None:
    dilemma = bimatrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    never = fit_precision(dilemma, [0, 5, 0, 7])
    assert never.interval[1] == float("inf")
    assert never.log_likelihood == pytest.approx(0.0, abs=1e-12)
    perverse = fit_precision(dilemma, [6, 5, 7, 5])
    assert perverse.precision == 0
    assert perverse.interval[0] == 0
    assert any("bound 0" in note for note in perverse.notes)


def test_fits_recover_the_precision_that_drew_the_data() -> None:
    # Expected numbers of choices have their best precision where they come from.
    for game, precision in [
        (bimatrix_game(*PENNIES), 2.5),
        (classics.volunteers_dilemma(4, 4, 1), 0.8),
    ]:
        expected = 1000 * flat(logit_equilibrium(game, precision).mixed)
        fit = fit_precision(game, expected)
        assert fit.precision == pytest.approx(precision, abs=1e-4)
        assert fit.log_likelihood == pytest.approx(fit.saturated, abs=1e-7)
        assert fit.interval[0] < precision < fit.interval[1]
        narrow = fit_precision(game, expected, level=0.5)
        assert fit.interval[0] < narrow.interval[0] < narrow.interval[1] < fit.interval[1]


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(CoopgamesError, match="precision must be >= 0"):
        logit_equilibrium(PENNIES, -1)
    with pytest.raises(CoopgamesError, match="one role with two strategies"):
        logit_equilibria(PENNIES, 1)
    with pytest.raises(CoopgamesError, match="frequencies must be 4 numbers"):
        fit_precision(PENNIES, [1, 2])
    with pytest.raises(CoopgamesError, match="frequencies must be shares"):
        fit_precision(PENNIES, [1, 2, 3, 4], counts=3)
    with pytest.raises(CoopgamesError, match="counts must be"):
        fit_precision(PENNIES, [1, 0, 1, 0], counts=[1, 2, 3])
    with pytest.raises(CoopgamesError, match="at least one choice"):
        fit_precision(PENNIES, [0, 0, 0, 0])
    with pytest.raises(CoopgamesError, match="level must lie"):
        fit_precision(PENNIES, [1, 0, 1, 0], level=1)


def test_players_without_a_choice() -> None:
    branch = logit_branch(([[3]], [[4]]))
    assert branch.complete
    assert branch.limit.payoffs == (3.0, 4.0)
