"""The bridge to the axelrod library, against the library itself; importing it takes ten seconds."""

import doctest
import pickle
import unittest
import warnings
from typing import Any

import axelrod as axl
import numpy as np
import pytest

import coopgames as cg
from coopgames.catalogue import compared
from coopgames.dynamics import Moran
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games.bilateral import bilateral_game
from coopgames.interop.axelrod_bridge import (
    AXELROD_KINDS,
    axelrod_strategies,
    axelrod_tournament,
    catalogue,
    from_axelrod,
    from_axelrod_game,
    games,
    players,
    reading,
    to_axelrod,
    to_axelrod_game,
)
from coopgames.interop.axelrod_bridge import play as play_module
from coopgames.interop.axelrod_bridge.catalogue import new_player
from coopgames.interop.axelrod_bridge.matches import play_matches
from coopgames.interop.axelrod_bridge.reading import read_player
from coopgames.play.tournaments.ecological import ecological_tournament
from coopgames.strategies import (
    AUTOMATON_NAMES,
    STRATEGY_NAMES,
    Automaton,
    MemoryOne,
    as_automaton,
    find_strategy,
    memory_one,
    minimal_automaton,
)

DILEMMA = ((3.0, 0.0), (5.0, 1.0))
C, D = axl.Action.C, axl.Action.D
BLOCS = ({"hegemon": 1, "ally_permanent": 2, "ally": 3}, {"rival": 2, "large_nonaligned": 4})
FIELD = ["TitForTat", "TitFor2Tats", "Grudger", "Cooperator", "Defector", "EvolvedFSM16", "Random"]


# --- games -----------------------------------------------------------------------------------


def test_games_there_and_back() -> None:
    game = to_axelrod_game(DILEMMA)
    assert isinstance(game, axl.Game)
    assert game.RPST() == (3, 1, 0, 5)
    assert from_axelrod_game(game).payoffs_in_population([1, 1]).tolist() == [0, 5]
    two = to_axelrod_game(([[3, 0], [5, 1]], [[2, 6], [-1, 0]]))
    assert type(two) is axl.AsymmetricGame
    assert two.score((C, D)) == (0, 6)
    assert two.score((D, C)) == (5, -1)
    back = from_axelrod_game(two)
    assert cg.to_strategic(back).payoffs[1].tolist() == [[2, 6], [-1, 0]]
    assert to_axelrod_game(cg.classics.stag_hunt()).RPST() == (4, 2, 0, 3)
    assert to_axelrod_game(back) != game


def test_an_institution_becomes_a_game_of_the_library() -> None:
    halves = bilateral_game(cg.game("charter", "climate"))
    reward, punishment, sucker, temptation = to_axelrod_game(halves).RPST()
    assert np.allclose([[reward, sucker], [temptation, punishment]], halves.first)
    blocs = bilateral_game(cg.game("charter", "climate"), *BLOCS)
    game = to_axelrod_game(blocs)
    for a, mine in enumerate((C, D)):
        for b, yours in enumerate((C, D)):
            assert game.score((mine, yours)) == (blocs.first[a, b], blocs.second[a, b])


@pytest.mark.parametrize(
    ("game", "problem"),
    [
        (np.ones((3, 3)), "shape"),
        ("chicken", "two acts"),
        ([[1, 2], [3, np.nan]], "finite"),
        (cg.classics.public_goods(3, 2), "shape"),
    ],
)
def test_other_games_are_refused(game: Any, problem: str) -> None:
    with pytest.raises(CoopgamesError, match=problem):
        to_axelrod_game(game)


def test_games_without_matrices_are_refused() -> None:
    with pytest.raises(CoopgamesError, match="matrices A and B"):
        from_axelrod_game("game")


# --- catalogue -------------------------------------------------------------------------------


def test_kinds_of_the_catalogue() -> None:
    kinds = {kind: set(axelrod_strategies(kind)) for kind in AXELROD_KINDS}
    assert kinds["short"] < kinds["all"]
    assert kinds["short"] | kinds["long"] == kinds["all"]
    assert not kinds["cheating"] & kinds["all"]
    assert kinds["basic"] < kinds["memory_one"] < kinds["short"]
    assert kinds["deterministic"] | kinds["stochastic"] == kinds["short"]
    assert len(kinds["first tournament"]) == 15
    with pytest.raises(CoopgamesError, match="kind must be one of"):
        axelrod_strategies("good")
    with pytest.raises(CoopgamesError, match="did you mean TitForTat"):
        from_axelrod("TitForTatt")


# --- reading ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Tit For Tat", "tit for tat"),
        ("Cooperator", "always cooperate"),
        ("Defector", "always defect"),
        ("WinStayLoseShift", "win-stay lose-shift"),
        ("SuspiciousTitForTat", "suspicious tit for tat"),
        ("FirmButFair", "firm but fair"),
        ("GTFT", "generous tit for tat"),
        ("TitFor2Tats", "tit for two tats"),
        ("TwoTitsForTat", "two tits for tat"),
        ("HardTitForTat", "hard tit for tat"),
    ],
)
def test_well_known_strategies_are_ours(theirs: str, ours: str) -> None:
    read = minimal_automaton(as_automaton(from_axelrod(theirs)))
    known = minimal_automaton(as_automaton(find_strategy(ours)))
    assert read.moves == known.moves
    assert np.allclose(read.cooperate, known.cooperate)


def test_grudger_looks_at_the_other_alone() -> None:
    # Unlike grim with memory one it does not punish its own errors.
    grudger = from_axelrod("Grudger")
    assert isinstance(grudger, Automaton)
    assert grudger.moves == (((1, 0), (1, 0)), ((1, 1), (1, 1)))


def test_ways_of_reading() -> None:
    ways = {
        "ZDGTFT2": "vector",
        "EvolvedFSM16": "table",
        "AON2": "table",
        "Winner12": "table",
        "PSOGambler2_2_2": "table",
        "Grudger": "asked",
        "RandomTitForTat": "asked",
    }
    own = np.array(DILEMMA)
    for name, way in ways.items():
        assert read_player(new_player(name), own, name).way == way
        assert (read_player(new_player(name), own, name, ask=False).strategy is None) == (
            way == "asked"
        )


def test_strategies_with_parameters_are_told_apart() -> None:
    assert from_axelrod(axl.Random(0.3)).response == (0.3,) * 4
    assert from_axelrod(axl.Random(0.7)).response == (0.7,) * 4
    assert from_axelrod(axl.Random(0.3)).name == "Random: 0.3"
    assert from_axelrod(axl.Cycler("CCDD")).size == 4
    vector = (0.1, 0.2, 0.3, 0.4)
    assert from_axelrod(axl.MemoryOnePlayer(vector, initial=D)).response == vector
    assert from_axelrod(axl.MemoryOnePlayer(vector, initial=D)).start == 0


def test_zero_determinant_players_read_the_game_they_play() -> None:
    donation = ((2.0, -1.0), (3.0, 0.0))
    default, other = from_axelrod("ZDExtort2"), from_axelrod("ZDExtort2", donation)
    assert default.response != other.response
    # What it enforces in the default game: pi - P = 2 (pi' - P), whoever the other is.
    anybody = memory_one([0.3, 0.9, 0.2, 0.5])
    paid = cg.play_pairs([default, anybody], DILEMMA).payoffs
    assert np.isclose(paid[0, 1] - 1, 2 * (paid[1, 0] - 1))


def test_a_game_in_which_a_formula_gives_no_strategy() -> None:
    stage = bilateral_game(cg.game("federation", "climate"))  # all four payoffs of a harmony game
    with pytest.raises(CoopgamesError, match="ZDExtort2 has no strategy in this game"):
        from_axelrod("ZDExtort2", stage)
    with pytest.raises(CoopgamesError, match="leave it out"):
        axelrod_tournament(stage, ["TitForTat", "ZDExtort2"])
    play = axelrod_tournament(stage, "memory_one", turns=5, repetitions=1, rng=1)
    assert "ZDExtort2" in play.left_out
    assert "ZDExtort2" not in play.names


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("GoByMajority", "states|rounds of play"),  # counts for ever
        ("Doubler", "states|rounds of play"),
        ("Grumpy", "states|rounds of play"),
        ("Pi", "states|rounds of play"),
        ("BackStabber", "length of the match"),
        ("Adaptive", "payoffs"),
        ("FirstByAnonymous", "other random numbers"),
        ("EvolvedHMM5", "a generator within"),
        ("Darwin", "reads or changes its opponent"),
    ],
)
def test_what_is_no_automaton_is_refused(name: str, reason: str) -> None:
    with pytest.raises(CoopgamesError, match=reason) as caught:
        from_axelrod(name)
    assert name in str(caught.value)
    assert "axelrod_tournament plays it" in str(caught.value)


class RemembersDice(axl.Player):  # type: ignore[misc]
    """Throws once and stays with it, without looking at what it did."""

    name = "Remembers Dice"
    classifier = {**axl.Random.classifier, "makes_use_of": set()}

    def strategy(self, _opponent: Any) -> Any:
        if not self.history:
            self.first = self._random.random_choice(0.5)
        return self.first


def test_a_strategy_that_remembers_its_dice_is_refused() -> None:
    with pytest.raises(CoopgamesError, match="remembers its own random draws"):
        from_axelrod(RemembersDice())


class LooksAtTheEnd(axl.Player):  # type: ignore[misc]
    """Defects in the last round, and doesn't say that it knows it."""

    name = "Looks At The End"
    classifier = {**axl.Cooperator.classifier, "makes_use_of": set()}

    def strategy(self, _opponent: Any) -> Any:
        attributes = self.match_attributes
        return D if len(self.history) == attributes["length"] - 1 else C


def test_a_strategy_that_hides_what_it_looks_at_is_refused() -> None:
    with pytest.raises(CoopgamesError, match="it looks at the length of the match"):
        from_axelrod(LooksAtTheEnd())


def acts_as_read(name: str, read: MemoryOne | Automaton, others: Any, noise: float) -> None:
    """Play by the library and check every act that the automaton says is certain."""
    automaton = as_automaton(read)
    for other in others:
        one, two = new_player(name), new_player(other)
        match = axl.Match((one, two), turns=200, noise=noise, seed=7)
        for player in (one, two):
            player.set_match_attributes(length=200, game=match.game, noise=noise)
            if axl.Classifiers["stochastic"](player):
                player.set_seed(match._random.random_seed_int())
        state = automaton.start
        for turn in range(200):
            meant = [one.strategy(two), two.strategy(one)]
            chance = automaton.cooperate[state]
            assert chance != 1 - (meant[0] == C) or 0 < chance < 1, (name, other, noise, turn)
            mine, yours = (match._random.random_flip(act, noise) for act in meant)
            one.update_history(mine, yours)
            two.update_history(yours, mine)
            state = automaton.moves[state][mine.value][1 - yours.value]


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_some_of_every_way_act_as_read(noise: float) -> None:
    others = ["Cooperator", "Defector", "Alternator", "TitForTat", "Random", "GoByMajority"]
    for name in ["Grudger", "EvolvedFSM16", "AON2", "EvolvedLookerUp2_2_2", "FirstByDavis"]:
        acts_as_read(name, from_axelrod(name), others, noise)
    for name in ["Detective", "CyclerCCCDCD", "DoubleResurrection", "AlternatorHunter"]:
        acts_as_read(name, from_axelrod(name), others, noise)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_all_that_can_be_read_act_as_read_against_a_third_of_the_catalogue(noise: float) -> None:
    everybody = axelrod_strategies("short")
    # Meta strategies take long and bring no other course of play.
    others = [name for name in everybody if not name.startswith(("Meta", "NMWE", "Nice"))]
    others = others[::3] if noise else others[1::3]
    number = 0
    for name in everybody:
        read = read_player(new_player(name), np.array(DILEMMA), name)
        if read.strategy is not None and read.way != "vector":
            acts_as_read(name, read.strategy, others, noise)
            number += 1
    assert number > 90


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_exact_payoffs_agree_with_the_library(noise: float) -> None:
    # Means of 200 matches, 28 pairs x 2 numbers each: |z| > 4.5 happens by chance in 1 of 2,600
    # runs; where an act is certain there is no spread and nothing but equality.
    names = ["RandomTitForTat", "PSOGambler2_2_2", "GTFT", "BurnBothEnds", "SecondByLeyvraz"]
    names += ["EvolvedFSM16", "Negation"]
    settings = {"turns": 20, "noise": noise, "repetitions": 200, "rng": 3}
    exact = axelrod_tournament(DILEMMA, names, **settings)
    sampled = axelrod_tournament(DILEMMA, names, readings="none", **settings)
    assert exact.exact
    assert not exact.standard_errors.any()
    assert {route for row in sampled.routes for route in row} == {"axelrod"}
    difference = np.abs(sampled.payoffs - exact.payoffs)
    assert (difference <= 4.5 * sampled.standard_errors + 1e-12).all()
    assert (sampled.standard_errors > 0).sum() > 30


# --- players ---------------------------------------------------------------------------------

OURS: list[Any] = [
    "tit for tat",
    "generous tit for tat",
    "always defect",
    "tit for two tats",
    "alternator",
    Automaton(
        name="dice and a grudge",
        cooperate=(0.9, 0.2),
        moves=(((1, 0), (1, 0)), ((1, 1), (1, 0))),
    ),
]


@pytest.mark.parametrize("strategy", OURS, ids=str)
def test_our_strategies_keep_the_contract_of_players(strategy: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of test modules that were not written for pytest's rules
        from axelrod.tests.strategies.test_player import TestPlayer

    player = to_axelrod(strategy)
    members = {
        "name": player.name,
        "player": player,
        "expected_classifier": player.classifier,
        "__qualname__": "Contract",
    }
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(
        type("Contract", (TestPlayer,), members)
    )
    result = unittest.TestResult()
    suite.run(result)
    assert result.testsRun > 8
    assert [text for _, text in result.errors + result.failures] == []


def test_classifiers_of_our_players() -> None:
    found = {
        name: (
            axl.Classifiers["memory_depth"](player := to_axelrod(name)()),
            axl.Classifiers["stochastic"](player),
        )
        for name in ("always defect", "tit for tat", "hard tit for tat", "generous tit for tat")
    }
    assert list(found.values()) == [(0, False), (1, False), (3, False), (1, True)]
    assert axl.Classifiers.obey_axelrod(to_axelrod("grim")())


@pytest.mark.parametrize("name", [*STRATEGY_NAMES, *AUTOMATON_NAMES])
def test_there_and_back(name: str) -> None:
    strategy = find_strategy(name)
    back = from_axelrod(to_axelrod(strategy))
    ours, theirs = (minimal_automaton(as_automaton(one)) for one in (strategy, back))
    assert ours.moves == theirs.moves
    assert np.allclose(ours.cooperate, theirs.cooperate)


def test_classes_by_strategy_and_name() -> None:
    assert to_axelrod("grim") is to_axelrod("grim")
    assert to_axelrod("grim", "my grim").name == "my grim"
    player = to_axelrod("grim", "my grim")()
    assert pickle.loads(pickle.dumps(player)) == player  # noqa: S301
    assert player.coopgames_strategy == find_strategy("grim")
    with pytest.raises(CoopgamesError, match="two players"):
        to_axelrod(find_strategy("grim", players=3))
    with pytest.raises(CoopgamesError, match="strategy"):
        to_axelrod(3)  # type: ignore[arg-type]


# --- matches and tournaments -----------------------------------------------------------------


@pytest.mark.parametrize("noise", [0.0, 0.1])
@pytest.mark.parametrize("prob_end", [None, 0.05])
def test_matches_are_those_of_the_library(noise: float, prob_end: float | None) -> None:
    pair = axl.Random(0.4), axl.BackStabber()
    game = axl.Game()
    length = {"turns": 30} if prob_end is None else {"prob_end": prob_end}
    for seed in (1, 2, 3):
        match = axl.Match(tuple(p.clone() for p in pair), noise=noise, seed=seed, **length)
        acts = match.play()
        counts = [acts.count((a, b)) for a in (C, D) for b in (C, D)]
        found = play_matches(
            pair, (game, game), turns=30, prob_end=prob_end, noise=noise, seeds=[seed]
        )
        assert found.counts[0].tolist() == counts


def test_a_tournament_of_the_library_has_the_same_table() -> None:
    names = ["TitForTat", "Defector", "Grudger", "GoByMajority", "BackStabber", "EvolvedFSM16"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library closes no files
        players = [new_player(name) for name in names]
        results = axl.Tournament(players, turns=50, repetitions=1, seed=1).play(progress_bar=False)
    theirs = np.array(results.payoff_matrix)
    play = axelrod_tournament(DILEMMA, names, turns=50, rng=1)
    assert np.allclose(play.payoffs, theirs)
    assert not play.exact
    assert play.complete
    assert play.routes[0][1] == "exact"
    assert play.routes[0][3] == play.routes[3][0] == "axelrod"
    assert play.readings["BackStabber"] == "it looks at the length of the match"
    # The library leaves matches with oneself out of the ranking.
    ranking = play.tournament(self_interactions=False).scores
    per_turn = np.array(results.normalised_scores).mean(axis=1)
    assert np.allclose(ranking, per_turn)


def test_a_result_depends_on_neither_order_nor_company() -> None:
    names = ["Random", "FirstByJoss", "Calculator", "TitForTat"]
    settings = {"turns": 10, "noise": 0.1, "repetitions": 3, "readings": "none", "rng": 5}
    some = axelrod_tournament(DILEMMA, names, **settings)
    turned = axelrod_tournament(DILEMMA, [*names[::-1], "Defector"], **settings)
    assert np.array_equal(turned.payoffs[3::-1, 3::-1], some.payoffs)
    assert not np.array_equal(
        axelrod_tournament(DILEMMA, names, **settings | {"rng": 6}).payoffs, some.payoffs
    )
    again = axelrod_tournament(DILEMMA, names, **settings | {"rng": some.entropy})
    assert np.array_equal(again.payoffs, some.payoffs)
    more = axelrod_tournament(DILEMMA, ["Random", "Defector"], **settings | {"repetitions": 4})
    fewer = axelrod_tournament(DILEMMA, ["Random", "Defector"], **settings | {"repetitions": 1})
    assert more.standard_errors[0, 1] > 0
    assert np.isnan(fewer.standard_errors[0, 1])


@pytest.mark.parametrize("prob_end", [0.02, 1.0])
def test_matches_of_random_length(prob_end: float) -> None:
    # 400 matches of 3 pairs x 2 numbers: |z| > 4.5 by chance in 1 of 24,000 runs.
    names = ["TitForTat", "Defector"]
    settings = {"prob_end": prob_end, "repetitions": 400, "rng": 2}
    exact = axelrod_tournament(DILEMMA, names, **settings)
    sampled = axelrod_tournament(DILEMMA, names, readings="none", **settings)
    assert np.isclose(exact.payoffs[0, 1], (1 - prob_end) * 1)
    assert np.isclose(exact.payoffs[1, 0], prob_end * 5 + (1 - prob_end) * 1)
    assert (np.abs(sampled.payoffs - exact.payoffs) <= 4.5 * sampled.standard_errors + 1e-12).all()


def test_two_sides_with_payoffs_of_their_own() -> None:
    first, second = np.array(DILEMMA), np.array([[4.0, 2.0], [1.0, 0.0]])
    names = ["TitForTat", "Defector", "BackStabber"]
    play = axelrod_tournament((first, second), names, turns=10)
    assert play.side_payoffs is not None
    # Tit for tat against a defector: CD once, then DD.
    assert np.isclose(play.side_payoffs[0][0, 1], 0.1 * first[0, 1] + 0.9 * first[1, 1])
    assert np.isclose(play.side_payoffs[1][1, 0], 0.1 * second[0, 1] + 0.9 * second[1, 1])
    assert np.isclose(play.side_payoffs[1][0, 1], 0.1 * second[1, 0] + 0.9 * second[1, 1])
    assert np.allclose(play.payoffs, play.side_payoffs.mean(axis=0))
    game = play.as_game()
    assert game.roles == ("first", "second")
    strategic = cg.to_strategic(game)
    assert np.allclose(strategic.payoffs[0], play.side_payoffs[0])
    assert np.allclose(strategic.payoffs[1], play.side_payoffs[1].T)
    record = play.tournament()
    assert record.side_scores is not None
    assert np.allclose(record.side_scores, play.side_payoffs.mean(axis=-1))


def test_each_side_sees_its_own_payoffs() -> None:
    # The library would show both the first side's payoffs.
    first, second = np.array(DILEMMA), np.array([[2.0, 3.0], [-1.0, 0.0]])
    play = axelrod_tournament((first, second), ["GTFT", "ZDExtort2"], turns=50)
    read = from_axelrod("ZDExtort2", second.T)
    against = from_axelrod("GTFT", first)
    expected = axelrod_tournament((first, second), [against, read], turns=50)
    assert np.isclose(play.side_payoffs[0][0, 1], expected.side_payoffs[0][0, 1])
    sampled = axelrod_tournament(
        (first, second), ["GTFT", "ZDExtort2"], turns=50, readings="none", repetitions=200, rng=1
    )
    # 8 numbers: |z| > 4.5 by chance in 1 of 18,000 runs.
    gap = np.abs(sampled.payoffs - play.payoffs)
    assert (gap <= 4.5 * sampled.standard_errors).all()


def test_ours_and_theirs_in_one_field() -> None:
    extortion = cg.extortion(DILEMMA, 3)
    play = axelrod_tournament(
        DILEMMA, [extortion, "grim", "Grudger", to_axelrod("alternator"), axl.Random(0.2)], turns=50
    )
    assert play.names == (extortion.name, "grim", "Grudger", "alternator", "Random: 0.2")
    assert [play.readings[name] for name in play.names] == ["ours"] * 2 + ["asked", "ours", "asked"]
    assert play.exact
    # A strategy that can't be read meets ours through the library.
    mixed = axelrod_tournament(DILEMMA, ["tit for tat", "GoByMajority"], turns=50)
    assert mixed.routes[0] == ("exact", "axelrod")
    assert np.allclose(mixed.payoffs, 3)


def test_interrupted_matches_keep_what_was_played(monkeypatch: pytest.MonkeyPatch) -> None:
    played = []

    def impatient(*arguments: Any, **keywords: Any) -> Any:
        if len(played) == 2:
            raise KeyboardInterrupt
        played.append(1)
        return play_matches(*arguments, **keywords)

    monkeypatch.setattr(play_module, "play_matches", impatient)
    names = ["TitForTat", "GoByMajority", "Pi"]
    play = axelrod_tournament(DILEMMA, names, turns=5)
    assert not play.complete
    assert np.isnan(play.payoffs).sum() == 4
    assert play.payoffs[0, 0] == 3
    assert len(play.to_pandas()) == 5
    for method in (play.tournament, play.as_game):
        with pytest.raises(CoopgamesError, match="interrupted"):
            method()


def test_what_takes_too_long_is_said_before(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BudgetError, match="minutes"):
        axelrod_tournament(DILEMMA, ["Pi", "GoByMajority"], turns=10**6, budget=10)
    with pytest.raises(BudgetError, match="minutes"):
        axelrod_tournament(DILEMMA, ["EvolvedFSM16", "TitForTat"], prob_end=1e-6, budget=0.5)
    axelrod_tournament(DILEMMA, ["Pi", "GoByMajority"], turns=3, progress=True)
    assert "pair" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("strategies", "options", "problem"),
    [
        ("TitForTat", {}, "strategies must be a sequence"),
        ([], {}, "at least one"),
        (["TitForTat", "tit for tat", "TitForTat"], {}, "TitForTat twice"),
        ([3], {}, "a strategy of axelrod must be"),
        (["TitForTat"], {"turns": 0}, "turns"),
        (["TitForTat"], {"prob_end": 0}, "prob_end"),
        (["TitForTat"], {"noise": 2}, "noise"),
        (["TitForTat"], {"repetitions": 0}, "repetitions"),
        (["TitForTat"], {"readings": "some"}, "readings"),
    ],
)
def test_arguments_out_of_bounds(strategies: Any, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(CoopgamesError, match=problem):
        axelrod_tournament(DILEMMA, strategies, **options)


def test_the_table_evolves() -> None:
    play = axelrod_tournament(DILEMMA, ["TitForTat", "Grudger", "Defector"], turns=200)
    ecology = ecological_tournament(play)
    assert ecology.shares[-1][2] < 1e-6
    moran = Moran(selection_intensity=0.1, population_size=20, mutation_probability=1e-3)
    outcome = cg.evolve(play.as_game(), moran)
    shares = outcome.shares()
    assert np.isclose(sum(shares.values()), 1)
    assert shares["Defector"] < 1 / 3


@pytest.mark.parametrize(
    "module", [games, catalogue, reading, players, play_module], ids=lambda module: module.__name__
)
def test_examples_that_need_the_library(module: Any) -> None:
    # Skipped where doctests are collected, so that only this file waits for the import.
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=options)
    for test in doctest.DocTestFinder().find(module):
        for example in test.examples:
            example.options.pop(doctest.SKIP, None)
        runner.run(test)
    assert runner.summarize().attempted > 0
    assert runner.summarize().failed == 0


# --- institutions ----------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [one.id for one in compared("problems")])
def test_every_institution_and_problem(problem: str) -> None:
    for institution in compared("institutions"):
        game = cg.game(institution.id, problem)
        halves = axelrod_tournament(bilateral_game(game), FIELD)
        powers = axelrod_tournament(bilateral_game(game, "hegemon", "rival"), FIELD)
        for play in (halves, powers):
            assert play.exact
            assert play.complete
            assert len(play.tournament().ranking) == len(FIELD)
        stage = bilateral_game(game).first
        at = [FIELD.index(name) for name in ("Cooperator", "Defector")]
        assert np.allclose(halves.payoffs[np.ix_(at, at)], stage)
        pair = bilateral_game(game, "hegemon", "rival")
        assert np.allclose(powers.payoffs[np.ix_(at, at)], (pair.first + pair.second.T) / 2)
