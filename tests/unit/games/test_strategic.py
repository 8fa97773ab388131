"""Strategic games, and games by counts player by player, against every profile one by one."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import (
    RoleGame,
    Scenario,
    StrategicGame,
    as_symmetric,
    bimatrix_game,
    classics,
    role_symmetric_game,
    strategic_game,
    symmetric_game,
    to_role_game,
    to_strategic,
)

PLAYERS, NAMES = (2, 1, 2), (("a", "b", "c"), ("x", "y"), ("x", "y"))


def two_ways() -> RoleGame:
    """Roles of 2, 1 and 2 players, and a round that goes two ways; payoffs at random."""
    rng = np.random.default_rng(3)
    scenarios = []
    for chance in (0.25, 0.75):
        adds = tuple(rng.integers(0, 4, size=len(names)) for names in NAMES)
        grid = 1 + sum(n * int(a.max()) for n, a in zip(PLAYERS, adds))
        payoffs = tuple(rng.normal(size=(len(names), grid)) for names in NAMES)
        scenarios.append(Scenario(probability=chance, adds=adds, payoffs=payoffs))
    return RoleGame(
        roles=("great", "hub", "small"),
        players=PLAYERS,
        strategies=NAMES,
        scenarios=tuple(scenarios),
    )


def test_players_of_a_role_are_paid_by_what_the_others_add() -> None:
    game = two_ways()
    form = to_strategic(game)
    assert form.players == ("great 1", "great 2", "hub", "small 1", "small 2")
    role_of = (0, 0, 1, 2, 2)
    for profile in product(*(range(size) for size in form.sizes)):
        for i, role in enumerate(role_of):
            wanted = 0.0
            for way in game.scenarios:
                others = sum(int(way.adds[role_of[j]][profile[j]]) for j in range(5) if j != i)
                wanted += way.probability * way.payoffs[role][profile[i], others]
            assert form.payoffs[(i, *profile)] == pytest.approx(wanted, abs=1e-14)


def test_roles_are_found_again() -> None:
    game = two_ways()
    back = to_role_game(to_strategic(game))
    assert (back.roles, back.players, back.strategies) == (game.roles, game.players, NAMES)
    for shares in np.random.default_rng(5).dirichlet(np.ones(7), size=4):
        parts = [shares[block] / shares[block].sum() for block in game.blocks()]
        at = np.concatenate(parts)
        assert back.payoffs_at(at) == pytest.approx(game.payoffs_at(at), abs=1e-12)


def test_players_in_any_order_keep_their_payoffs() -> None:
    form = to_strategic(two_ways())
    order = (3, 0, 2, 4, 1)
    mixed = StrategicGame(
        players=tuple("vwxyz"),
        strategies=tuple(form.strategies[k] for k in order),
        payoffs=form.payoffs[list(order)].transpose(0, *(1 + k for k in order)),
    )
    roles = to_role_game(mixed)
    assert roles.roles == ("v, y", "w, z", "x")
    assert roles.players == (2, 2, 1)
    again = to_strategic(roles)  # v, y, w, z, x
    places = [0, 3, 1, 4, 2]
    assert np.array_equal(
        again.payoffs, mixed.payoffs[places].transpose(0, *(1 + k for k in places))
    )


def test_players_who_differ_in_anything_stay_apart() -> None:
    base = to_strategic(classics.public_goods(3, 2))
    assert to_role_game(base).players == (3,)
    payoffs = base.payoffs.copy()
    payoffs[2, 0, 0, 0] += 1e-12
    other = StrategicGame(players=base.players, strategies=base.strategies, payoffs=payoffs)
    assert to_role_game(other).players == (2, 1)
    names = (*base.strategies[:2], ("give", "keep"))
    renamed = StrategicGame(players=base.players, strategies=names, payoffs=base.payoffs)
    assert to_role_game(renamed).players == (2, 1)
    assert to_role_game(base, merge=False).roles == base.players


def test_a_cycle_is_no_exchange() -> None:
    # Each is paid by whether the next one plays 1: turning them round changes nothing, exchanging
    # two does.
    paid = np.stack(
        [
            np.broadcast_to(np.arange(2), (2, 2, 2)).transpose(order)
            for order in ((0, 2, 1), (0, 1, 2), (2, 0, 1))
        ]
    )
    assert to_role_game(strategic_game(list(paid))).players == (1, 1, 1)


def test_symmetric_games_come_back() -> None:
    rng = np.random.default_rng(8)
    game = symmetric_game(4, ("a", "b", "c"), lambda i, others: rng.normal(size=others.shape[0]))
    back = as_symmetric(to_role_game(to_strategic(game)))
    assert back.strategies == game.strategies
    assert np.array_equal(back.table, game.table)


def test_looks_are_kept_by_payoffs() -> None:
    game = symmetric_game(
        3, ("C", "D", "Z"), lambda i, others: others[:, 0] - 0.5 * i, seen_as=(0, 1, 0)
    )
    form = to_strategic(game)
    for profile in product(range(3), repeat=3):
        for i in range(3):
            others = sum(profile[j] != 1 for j in range(3) if j != i)
            assert form.payoffs[(i, *profile)] == others - 0.5 * profile[i]


def test_fractions_are_the_decimals_that_are_shown() -> None:
    game = bimatrix_game([[0.1, 0.2]], [[0.7, -3]])
    form = to_strategic(game, exact=True)
    assert form.exact
    assert form.payoffs[0].tolist() == [[Fraction(1, 10), Fraction(1, 5)]]
    assert form.payoffs[1].tolist() == [[Fraction(7, 10), Fraction(-3)]]
    assert not to_strategic(game).exact
    assert to_strategic(to_strategic(game), exact=True).equals(form)
    thirds = strategic_game([[Fraction(1, 3), 2]], exact=True)
    assert thirds.payoffs.tolist() == [[Fraction(1, 3), Fraction(2)]]
    assert to_role_game(thirds).payoffs_at([1, 0]).tolist() == [1 / 3, 2]


def test_own_first_turns_the_axes() -> None:
    rng = np.random.default_rng(1)
    game = strategic_game(list(rng.normal(size=(3, 2, 3, 4))))
    first, second, third = game.own_first()
    for a, b, c in product(range(2), range(3), range(4)):
        assert first[a, b, c] == game.payoffs[0, a, b, c]
        assert second[b, c, a] == game.payoffs[1, a, b, c]
        assert third[c, a, b] == game.payoffs[2, a, b, c]


def test_payoffs_are_copied_and_locked() -> None:
    given = np.zeros((1, 2))
    game = StrategicGame(players=("p",), strategies=(("a", "b"),), payoffs=given)
    given[:] = 1
    assert game.payoffs.tolist() == [[0, 0]]
    with pytest.raises(ValueError, match="read-only"):
        game.payoffs[0, 0] = 1


def test_names_that_clash_are_numbered() -> None:
    game = role_symmetric_game([2, 1], [("a",), ("b",)], lambda r, i, others: 0, roles=("x", "x 1"))
    assert to_strategic(game).players == ("x 1 (1)", "x 2 (2)", "x 1 (3)")


@pytest.mark.parametrize(
    ("players", "strategies", "payoffs", "message"),
    [
        ((), (), np.zeros(0), "players must be different names"),
        (("p", "p"), (("a",), ("a",)), np.zeros((2, 1, 1)), "players must be different names"),
        (("p", "q"), (("a",),), np.zeros((2, 1)), "one entry per player, 2; got 1"),
        (("p",), (("a", "a"),), np.zeros((1, 2)), "strategies of 'p' must be different"),
        (("p",), ((),), np.zeros((1, 0)), "strategies of 'p' must be different"),
        (("p",), (("a", "b"),), np.zeros((1, 3)), r"shape \(1, 2\), players first; got \(1, 3\)"),
        (("p",), (("a", "b"),), np.array([[0, np.nan]]), "must be finite"),
        (("p",), (("a", "b"),), np.array([[0, "x"]], dtype=object), "must be finite numbers"),
        (("p",), (("a",),), np.array([[float("inf")]], dtype=object), "must be finite numbers"),
    ],
)
def test_what_is_no_game_is_refused(players, strategies, payoffs, message: str) -> None:
    with pytest.raises(CoopgamesError, match=message):
        StrategicGame(players=players, strategies=strategies, payoffs=payoffs)


@pytest.mark.parametrize("payoffs", [[], [[1, 2], [3, 4]], [[[1, 2]], [[1]]], [[[1, 2], [3]]] * 2])
def test_arrays_that_do_not_fit_are_refused(payoffs) -> None:
    with pytest.raises(CoopgamesError, match="payoffs must be"):
        strategic_game(payoffs)


def test_large_games_are_refused_before_the_work_starts() -> None:
    with pytest.raises(BudgetError, match=r"1000 players has 1e\+300 payoffs"):
        to_strategic(classics.volunteers_dilemma(1000, 1.0, 0.5))
    lonely = role_symmetric_game([40], [("only",)], lambda r, i, others: 0)
    with pytest.raises(BudgetError, match="more than 31 players"):
        to_strategic(lonely)
    assert to_strategic(classics.stag_hunt(), largest_table=8).sizes == (2, 2)
    with pytest.raises(BudgetError, match="8 payoffs, more than largest_table = 7"):
        to_strategic(classics.stag_hunt(), largest_table=7)


def test_payoffs_beyond_floats_stay_exact_only() -> None:
    game = strategic_game([[10**400, 1]], exact=True)
    with pytest.raises(CoopgamesError, match="must fit into floats"):
        to_role_game(game)
