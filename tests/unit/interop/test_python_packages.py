"""Games to and from Nashpy and QuantEcon; the latter's classes are stood in for."""

import sys
from itertools import product
from types import ModuleType, SimpleNamespace

import nashpy
import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.games import bimatrix_game, classics, matrix_game, strategic_game
from coopgames.interop import from_nashpy, from_quantecon, to_nashpy, to_quantecon


def test_nashpy_finds_the_equilibria_of_a_game_by_hand() -> None:
    # Bach or Stravinsky: each alone where both want to be, or 2/3 on the own favourite.
    game = to_nashpy(bimatrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert isinstance(game, nashpy.Game)
    found = {tuple(np.round(np.concatenate(pair), 6)) for pair in game.support_enumeration()}
    third = round(1 / 3, 6), round(2 / 3, 6)
    assert found == {(1, 0, 1, 0), (0, 1, 0, 1), (third[1], third[0], *third)}


def test_nashpy_there_and_back() -> None:
    rng = np.random.default_rng(2)
    game = strategic_game(
        list(rng.normal(size=(2, 2, 3))), [("a", "b"), ("x", "y", "z")], players=("p", "q")
    )
    back = from_nashpy(to_nashpy(game), game.strategies, players=game.players)
    assert back.equals(game)
    symmetric = to_nashpy(matrix_game([[3, 0], [5, 1]]))
    assert symmetric.payoff_matrices[1].tolist() == [[3, 5], [0, 1]]


def test_nashpy_takes_two_players() -> None:
    with pytest.raises(CoopgamesError, match="two players; game has 3"):
        to_nashpy(classics.public_goods(3, 2))
    with pytest.raises(CoopgamesError, match="must have payoff_matrices; got str"):
        from_nashpy("game")


@pytest.fixture
def quantecon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in with QuantEcon's two constructors and attributes."""
    package, module = ModuleType("quantecon"), ModuleType("quantecon.game_theory")
    module.Player = lambda array: SimpleNamespace(payoff_array=array)
    module.NormalFormGame = lambda players: SimpleNamespace(players=tuple(players))
    monkeypatch.setitem(sys.modules, "quantecon", package)
    monkeypatch.setitem(sys.modules, "quantecon.game_theory", module)


@pytest.mark.usefixtures("quantecon")
def test_quantecon_has_the_own_action_first_and_then_those_who_follow() -> None:
    rng = np.random.default_rng(6)
    game = strategic_game(list(rng.normal(size=(3, 2, 3, 4))))
    held = to_quantecon(game)
    for a, b, c in product(range(2), range(3), range(4)):
        assert held.players[0].payoff_array[a, b, c] == game.payoffs[0, a, b, c]
        assert held.players[1].payoff_array[b, c, a] == game.payoffs[1, a, b, c]
        assert held.players[2].payoff_array[c, a, b] == game.payoffs[2, a, b, c]
    assert from_quantecon(held).equals(game)
    held.players[0].payoff_array[:] = 0  # a copy
    assert game.payoffs[0].any()


def test_quantecon_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "quantecon.game_theory", None)
    with pytest.raises(CoopgamesError, match="pip install quantecon"):
        to_quantecon(classics.stag_hunt())


def test_what_is_no_quantecon_game_is_refused() -> None:
    with pytest.raises(CoopgamesError, match="payoff_array each; got str"):
        from_quantecon("game")
    flat = SimpleNamespace(players=[SimpleNamespace(payoff_array=np.zeros(2))] * 2)
    with pytest.raises(CoopgamesError, match="must have 2 axes"):
        from_quantecon(flat)
