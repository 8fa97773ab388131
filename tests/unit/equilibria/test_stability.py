"""Evolutionary stability, against invasions computed from the definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng
from tests.oracle.individual_profiles import expected_payoffs

import coopgames as cg
from coopgames.equilibria.copositive import least_on_cone
from coopgames.equilibria.invasion import resident_gains
from coopgames.equilibria.stability import stability
from coopgames.equilibria.symmetric import symmetric_equilibria
from coopgames.errors import CoopgamesError
from coopgames.games import bimatrix_game, matrix_game, role_symmetric_game
from coopgames.games.classics import collective_risk, hawk_dove, volunteers_dilemma
from coopgames.kernels.flows.rest_points import matrix_rest_points


def gain_of_residents(game, x, y, share):
    """From all profiles of co-players who mix as the population does."""
    population = (1 - share) * np.asarray(x) + share * np.asarray(y)
    (paid,) = expected_payoffs(game, [population.tolist()])
    return float((np.asarray(x) - np.asarray(y)) @ paid)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(2, 3))
def test_levels_are_the_gain_in_bernstein_form(seed, players, size):
    from math import comb

    rng = default_rng(seed)
    table = rng.normal(size=(size, comb(players - 1 + size - 1, size - 1)))
    game = cg.one_role(
        cg.SymmetricGame(
            players=players,
            strategies=tuple("abc"[:size]),
            table=table,
            seen_as=tuple(range(size)),
        )
    )
    x, y = rng.dirichlet(np.ones(size), 2)
    levels = resident_gains(game, x, 0, y)
    for share in (0.0, 0.3, 1.0):
        law = [
            comb(players - 1, m) * share**m * (1 - share) ** (players - 1 - m)
            for m in range(players)
        ]
        assert np.dot(law, levels) == pytest.approx(gain_of_residents(game, x, y, share), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_two_players_against_the_kernel_and_against_invasions(seed, size):
    rng = default_rng(seed)
    a = rng.integers(-3, 4, (size, size)).astype(float)
    game = cg.one_role(matrix_game(a))
    for rest in matrix_rest_points(a).points:
        found = stability(game, rest.point)
        assert found.nash == rest.nash
        assert found.ess == rest.ess
        if not found.nash:
            continue
        shown = found.witness
        assert (shown is None) == bool(found.ess)
        for y in [*rng.dirichlet(np.ones(size), 40), *np.eye(size)]:
            # x.Ay > y.Ay against all mutants that are alternative best replies
            first = (rest.point - y) @ a @ rest.point
            second = (rest.point - y) @ a @ y
            if abs(first) < 1e-9 and np.abs(y - rest.point).max() > 1e-9:
                if found.ess:
                    assert second > 0
                if found.nss:
                    assert second >= -1e-9
        if shown is not None:
            gain = gain_of_residents(game, rest.point, shown.mutant, 1e-4)
            assert gain < 1e-12
            assert (shown.verdict == "invades") == (gain < -1e-12) == (not found.nss)


def test_rock_paper_scissors():
    third = [1 / 3] * 3
    stable = stability(matrix_game([[0, -1, 2], [2, 0, -1], [-1, 2, 0]]), third)
    neutral = stability(matrix_game([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]), third)
    bad = stability(matrix_game([[0, -2, 1], [1, 0, -2], [-2, 1, 0]]), third)
    assert [(s.ess, s.nss) for s in (stable, neutral, bad)] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    assert neutral.witness is not None
    assert neutral.witness.verdict == "neutral"


def test_tit_for_tat_is_no_ess():
    game = matrix_game(
        [[15, 15, 4], [15, 15, 0], [9, 25, 5]], ("tit for tat", "cooperate", "defect")
    )
    found = stability(game, [1, 0, 0])
    assert (found.nash, found.strict, found.ess, found.nss) == (True, False, False, True)
    assert found.witness is not None
    assert found.witness.mutant.tolist() == [0, 1, 0]
    named = stability(game, [1, 0, 0], ["defect"])
    assert named.ess
    # Defectors with share e: 15 (1 - e) + 4 e = 9 (1 - e) + 5 e at e = 6/7.
    assert named.barrier == pytest.approx(6 / 7, abs=1e-12)
    assert named.relative_to == ("defect",)


def test_hawk_dove():
    found = stability(hawk_dove(2, 5), [0.4, 0.6])
    assert found.ess
    assert found.barrier == 1.0
    assert not stability(hawk_dove(2, 5), [0, 1]).nash
    invader = stability(hawk_dove(2, 5), [0, 1], [[0.5, 0.5]])
    assert (invader.ess, invader.nss, invader.barrier) == (False, False, 0.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-2, 2), min_size=4, max_size=4), min_size=2, max_size=2))
def test_groups_with_two_strategies_are_always_decided(rows):
    game = cg.one_role(
        cg.SymmetricGame(
            players=4, strategies=("a", "b"), table=np.array(rows, dtype=float), seen_as=(0, 1)
        )
    )
    for equilibrium in symmetric_equilibria(game):
        found = stability(game, equilibrium)
        assert found.ess is not None
        assert found.nss is not None
        if "ess" in equilibrium.labels:
            assert found.ess == equilibrium.labels["ess"]
        x = equilibrium.mixed[0]
        # Multiple roots are isolated to 6e-8 only: look further away than that.
        gains = [
            gain_of_residents(game, x, y, 1e-3 / float(np.abs(y - x).max()))
            for y in np.eye(2)
            if np.abs(y - x).max() > 2e-3
        ]
        if found.ess:
            assert min(gains) > -1e-12
        elif not found.nss:
            assert min(gains) < 1e-12


def test_a_tie_at_the_first_level_is_decided_by_the_second():
    """Broom, Cannings & Vickers (1997): mutants that do as well against one, worse against two."""
    for last, stable in ((-1.0, True), (1.0, False), (0.0, False)):
        table = np.array([[0.0, 0.0, 0.0], [last, 0.0, 0.0]])  # columns: 0, 1, 2 of the first
        game = cg.SymmetricGame(players=3, strategies=("a", "b"), table=table, seen_as=(0, 1))
        found = stability(game, [1, 0], ["b"])
        assert found.ess == stable
        assert found.nss == (last <= 0)
        assert stability(game, [1, 0]).ess == stable
        if last:
            level = resident_gains(found.game, np.array([1.0, 0.0]), 0, np.array([0.0, 1.0]))
            assert np.flatnonzero(level).tolist() == [2]


def test_barriers_of_groups_end_at_the_next_equilibrium():
    game = collective_risk(6, 3, risk=1, cost=0.1)
    none, lower, upper = symmetric_equilibria(game)
    x, y = float(lower.mixed[0][0]), float(upper.mixed[0][0])
    assert stability(game, none).barrier == pytest.approx(x, abs=1e-9)
    # From the upper one, defectors of share e leave (1 - e) y contributors.
    assert stability(game, upper, ["defect"]).barrier == pytest.approx(1 - x / y, abs=1e-8)
    assert not stability(game, lower).ess


def test_roles():
    coordination = bimatrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    assert stability(coordination, [1, 0, 1, 0]).ess
    mixed = stability(coordination, [2 / 3, 1 / 3, 1 / 3, 2 / 3])
    assert (mixed.nash, mixed.ess) == (True, False)
    assert "Selten" in mixed.method
    groups = role_symmetric_game(
        [2, 2], ["ab", "cd"], lambda r, i, others: -1.0 * (others[:, 2 * r + i] > 0)
    )
    found = stability(groups, [0.5] * 4)
    assert (found.nash, found.ess) == (True, None)
    drifting = role_symmetric_game([2, 2], ["ab", "cd"], lambda r, i, others: 0 * others[:, 0])
    found = stability(drifting, [1, 0, 1, 0])
    assert (found.ess, found.nss) == (False, None)
    assert stability(drifting, [1, 0, 1, 0], ["0: b"]).nss


def test_more_than_two_strategies_in_groups():
    """The definition, at random mutants, where the form of pairs decides."""
    rng = default_rng(3)
    decided = 0
    for _ in range(60):
        table = rng.integers(-2, 3, (3, 6)).astype(float)
        game = cg.one_role(
            cg.SymmetricGame(players=3, strategies=tuple("abc"), table=table, seen_as=(0, 1, 2))
        )
        for equilibrium in symmetric_equilibria(game, exponent=2):
            x = equilibrium.mixed[0]
            found = stability(game, equilibrium)
            if found.ess:
                decided += 1
                for y in rng.dirichlet(np.ones(3), 20):
                    assert gain_of_residents(game, x, y, 1e-4) > 0
            elif found.ess is False and found.nss is False:
                decided += 1
                assert found.witness is not None
                assert gain_of_residents(game, x, found.witness.mutant, 1e-3) < 0
    assert decided > 40


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(0, 3))
def test_least_value_on_the_cone_against_samples(seed, used, spare):
    rng = default_rng(seed)
    size = used + spare
    form = rng.integers(-2, 3, (size, size)).astype(float)
    value, direction = least_on_cone(form, np.arange(used), np.arange(used, size))
    if direction is None:
        assert size == 1
        return
    assert direction.sum() == pytest.approx(0, abs=1e-9)
    assert (direction[used:] >= -1e-12).all()
    at_least_value = float(direction @ form @ direction)
    assert at_least_value == pytest.approx(value, abs=1e-8 * max(1.0, abs(value)))
    for z in rng.normal(size=(300, size)):
        z[used:] = np.abs(z[used:])
        z[0] -= z.sum()
        if value >= -1e-9:
            assert z @ form @ z >= -1e-8
        if value > 1e-6 and np.abs(z).max() > 0.1:
            assert z @ form @ z > 0


def test_what_is_no_mutant_is_refused():
    game = volunteers_dilemma(3, 2, 1)
    for mutants in (["nobody"], ["defect"], [[0.0, 1.0]], [[0.5, 0.4]]):
        with pytest.raises(CoopgamesError):
            stability(game, [0, 1], mutants)
    with pytest.raises(CoopgamesError, match="mixed"):
        stability(game, [0.5, 0.6])
    with pytest.raises(CoopgamesError, match="several roles"):
        stability(bimatrix_game(np.eye(2), np.eye(2)), [1, 0, 1, 0], [[0, 1]])
