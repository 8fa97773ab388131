"""Simulated matches of pairs: against exact laws, slow matches in plain Python, and axelrod's."""

import numpy as np
import pytest

import coopgames.play.matches.simulated_pairs as module
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import matrix_game
from coopgames.games.bilateral import BilateralGame
from coopgames.play.matches.finite_rounds import finite_rounds_law
from coopgames.play.matches.pairs import play_pairs
from coopgames.play.matches.simulated_pairs import simulate_pairs
from coopgames.strategies import memory_one, named_strategy
from coopgames.strategies.automata import Automaton

DILEMMA = [[3, 0], [5, 1]]
NAMES = ["tit for tat", "win-stay lose-shift", "grim", "always defect", "suspicious tit for tat"]
TIT_FOR_TWO_TATS = Automaton(
    name="tit for two tats",
    cooperate=(1, 1, 0),
    moves=(((1, 0), (1, 0)), ((2, 0), (2, 0)), ((2, 0), (2, 0))),
)


def mixed():
    rng = np.random.default_rng(8)
    return [
        *NAMES,
        TIT_FOR_TWO_TATS,
        memory_one(rng.random(4), start=0.3, name="a"),
        Automaton(
            name="b",
            cooperate=tuple(rng.random(3).tolist()),
            moves=tuple(tuple(map(tuple, one)) for one in rng.integers(0, 3, (3, 2, 2)).tolist()),
            start=2,
        ),
    ]


def slow_match(first, second, turns):
    """Play a match of deterministic strategies without errors, act by act; return counts."""
    automata, states, counts = [], [], [0, 0, 0, 0]
    for one in (first, second):
        states.append("start" if not isinstance(one, Automaton) else one.start)
        automata.append(one)

    def cooperates(one, state):
        if isinstance(one, Automaton):
            return one.cooperate[state] == 1
        return (one.start if state == "start" else one.response[state]) == 1

    def after(one, state, own, other):
        if isinstance(one, Automaton):
            return one.moves[state][0 if own else 1][1 if other else 0]
        return 2 * (not own) + (not other)

    for _ in range(turns):
        acts = [cooperates(one, state) for one, state in zip(automata, states)]
        counts[2 * (not acts[0]) + (not acts[1])] += 1
        states = [
            after(automata[0], states[0], acts[0], acts[1]),
            after(automata[1], states[1], acts[1], acts[0]),
        ]
    return counts


@pytest.mark.parametrize("turns", [1, 2, 17, 200])
def test_matches_without_chance_are_those_of_a_plain_loop(turns):
    chosen = [*map(named_strategy, NAMES), TIT_FOR_TWO_TATS]
    found = simulate_pairs(chosen, DILEMMA, turns=turns, replicates=2)
    for i, one in enumerate(chosen):
        for j, other in enumerate(chosen):
            counts = np.array(slow_match(one, other, turns))
            if i == j:
                counts = 0.5 * (counts + counts[[0, 2, 1, 3]])
            assert (found.law[:, i, j] == counts / turns).all()
    assert found.certificate.exact
    assert not found.payoff_errors.any()


@pytest.mark.parametrize("monitoring", ["private", "public"])
@pytest.mark.parametrize("perception_error", [0.0, (0.2, 0.05)])
@pytest.mark.parametrize("turns", [3, 60])
def test_fixed_lengths_against_the_exact_law(monitoring, perception_error, turns):
    # 64 payoffs and 64 rates by 8 cases, |z| < 5.5: false alarm below 1e-4.
    settings = {
        "implementation_error": 0.03,
        "monitoring": monitoring,
    }
    found = simulate_pairs(
        mixed(),
        DILEMMA,
        turns=turns,
        replicates=1500,
        perception_error=perception_error,
        rng=11,
        **settings,
    )
    pair = perception_error or (0.0, 0.0)
    chosen = [named_strategy(one) if isinstance(one, str) else one for one in mixed()]
    law = finite_rounds_law(chosen, turns, perception_error=pair, **settings)
    exact = np.tensordot(np.array([3.0, 0, 5, 1]), law, 1)
    assert (np.abs(found.payoffs - exact) < 5.5 * found.payoff_errors + 1e-9).all()
    rates = law[0] + law[1]
    assert (np.abs(found.cooperation_rates - rates) < 5.5 * found.cooperation_errors + 1e-9).all()
    assert (found.payoff_errors[2:, 2:] > 0).all()


def test_random_lengths_against_the_discounted_law():
    # 49 payoffs, |z| < 5: false alarm below 1e-4.
    chosen = [one for one in mixed() if not isinstance(one, Automaton)]
    settings = {"discount_factor": 0.95, "implementation_error": 0.02, "perception_error": 0.04}
    found = simulate_pairs(chosen, DILEMMA, replicates=4000, rng=2, **settings)
    exact = play_pairs(chosen, DILEMMA, **settings)
    assert (np.abs(found.payoffs - exact.payoffs) < 5 * found.payoff_errors + 1e-9).all()
    assert found.turns is None
    assert found.discount_factor == 0.95


def test_one_round_only():
    found = simulate_pairs(["always defect"], DILEMMA, discount_factor=0.0, replicates=3, rng=1)
    assert found.payoffs.tolist() == [[1.0]]
    assert not found.certificate.exact


def test_errors_are_those_of_runs_done_again():
    # The spread of 200 means has a relative error of 5 %; six standard errors.
    settings = {"turns": 40, "implementation_error": 0.05}
    runs = [
        simulate_pairs(NAMES, DILEMMA, replicates=20, rng=seed, **settings) for seed in range(200)
    ]
    spread = np.std([run.payoffs for run in runs], axis=0, ddof=1)
    told = np.sqrt(np.mean([run.payoff_errors**2 for run in runs], axis=0))
    assert np.abs(told / spread - 1).max() < 0.3


def test_errors_of_random_lengths_are_those_of_runs_done_again():
    settings = {"discount_factor": 0.9, "implementation_error": 0.05}
    runs = [
        simulate_pairs(NAMES, DILEMMA, replicates=200, rng=seed, **settings) for seed in range(200)
    ]
    spread = np.std([run.payoffs for run in runs], axis=0, ddof=1)
    told = np.sqrt(np.mean([run.payoff_errors**2 for run in runs], axis=0))
    assert np.abs(told / spread - 1).max() < 0.3


def test_intervals_cover():
    # 400 runs x 15 pairs, correlated at most within a run; coverage .95 +- .03.
    settings = {"turns": 30, "implementation_error": 0.1}
    chosen = [named_strategy(name) for name in NAMES]
    law = finite_rounds_law(chosen, 30, implementation_error=0.1)
    exact = np.tensordot(np.array([3.0, 0, 5, 1]), law, 1)
    covered = []
    for seed in range(400):
        run = simulate_pairs(chosen, DILEMMA, replicates=30, rng=seed, **settings)
        low, high = run.interval()
        covered.append((low <= exact) & (exact <= high))
    assert abs(np.mean(covered) - 0.95) < 0.03


def test_match_5_is_the_same_however_many_are_asked_for(monkeypatch):
    settings = {"turns": 20, "implementation_error": 0.05, "rng": 3}
    seen = {}

    class Spy(module.CountMoments):
        __slots__ = ()

        def add(self, pairs, counts, matches):
            for number, pair in enumerate(np.asarray(pairs)):
                seen.setdefault(int(pair), []).extend(counts[:, number].tolist())
            super().add(pairs, counts, matches)

    monkeypatch.setattr(module, "CountMoments", Spy)
    simulate_pairs(NAMES, DILEMMA, replicates=7, **settings)
    few = dict(seen)
    seen.clear()
    simulate_pairs(NAMES, DILEMMA, replicates=2100, **settings)
    noisy = [pair for pair, rows in few.items() if len(rows) == 7]
    assert len(noisy) == 15
    for pair in noisy:
        assert seen[pair][:7] == few[pair]
        assert len(seen[pair]) == 2100
        # Blocks have streams of their own.
        assert seen[pair][1024:1031] != few[pair]


def test_the_game_does_not_change_the_acts():
    settings = {"turns": 20, "implementation_error": 0.05, "rng": 3, "replicates": 10}
    one = simulate_pairs(NAMES, DILEMMA, **settings)
    other = simulate_pairs(NAMES, [[2, -1], [3, 0]], **settings)
    assert (one.law == other.law).all()


def test_two_sides_with_payoffs_of_their_own():
    first, second = np.array([[4.0, 0], [5, 1]]), np.array([[3.0, 6], [-1, 2]])
    game = BilateralGame(
        institution="", problem="", world="", sides=("a", "b"), first=first, second=second, others=0
    )
    settings = {"turns": 30, "implementation_error": 0.05, "rng": 3, "replicates": 50}
    found = simulate_pairs(NAMES, game, **settings)
    again = simulate_pairs(NAMES, (first, second), **settings)
    for name, weights in (("payoffs", first), ("column_payoffs", second)):
        expected = np.tensordot(weights.ravel(), found.law, 1)
        assert np.abs(getattr(found, name) - expected).max() < 1e-12
        assert (getattr(again, name) == getattr(found, name)).all()
    with pytest.raises(CoopgamesError, match="paid alike"):
        found.as_game()
    plain = simulate_pairs(NAMES, DILEMMA, **settings)
    assert plain.as_game().strategies == tuple(NAMES)
    assert np.abs(plain.column_payoffs - plain.payoffs.T).max() < 1e-12
    assert np.abs(plain.law[:, 0, 1] - plain.law[[0, 2, 1, 3], 1, 0]).max() == 0


def test_many_pairs_come_in_groups(monkeypatch):
    monkeypatch.setattr(module, "PAIRS", 4)
    # 25 payoffs, |z| < 5: false alarm below 2e-5.
    found = simulate_pairs(
        NAMES, DILEMMA, turns=20, implementation_error=0.05, replicates=500, rng=1
    )
    law = finite_rounds_law([named_strategy(name) for name in NAMES], 20, implementation_error=0.05)
    exact = np.tensordot(np.array([3.0, 0, 5, 1]), law, 1)
    assert (np.abs(found.payoffs - exact) < 5 * found.payoff_errors).all()


def test_an_interrupted_run_keeps_finished_blocks(monkeypatch):
    settings = {"turns": 20, "implementation_error": 0.05, "rng": 3}
    play, calls = module.Matches.play, []

    def interrupted(self, *arguments, **more):
        calls.append(1)
        # A block of 15 pairs takes two calls.
        if len(calls) > 4:
            raise KeyboardInterrupt
        return play(self, *arguments, **more)

    monkeypatch.setattr(module.Matches, "play", interrupted)
    found = simulate_pairs(NAMES, DILEMMA, replicates=5000, **settings)
    monkeypatch.undo()
    assert found.replicates == 2048
    assert found.certificate.notes == ("interrupted after 2,048 of 5,000 replicates",)
    whole = simulate_pairs(NAMES, DILEMMA, replicates=2048, **settings)
    assert (found.law == whole.law).all()
    assert (found.payoff_errors == whole.payoff_errors).all()
    calls[:] = [1] * 9
    monkeypatch.setattr(module.Matches, "play", interrupted)
    with pytest.raises(KeyboardInterrupt):
        simulate_pairs(NAMES, DILEMMA, replicates=5000, **settings)


def test_strategies_may_be_numbers():
    rows = [[1, 1, 0, 1, 0], [0.5, 0.9, 0.2, 0.7, 0.3]]
    settings = {"turns": 20, "rng": 3, "replicates": 50}
    found = simulate_pairs(np.array(rows), DILEMMA, **settings)
    records = simulate_pairs(
        [memory_one(row[1:], start=row[0]) for row in rows], DILEMMA, **settings
    )
    assert (found.law == records.law).all()
    assert found.names == ("0", "1")


def test_rare_errors_are_told():
    found = simulate_pairs(NAMES, DILEMMA, turns=3, replicates=2, implementation_error=1e-10, rng=1)
    assert "2^-30" in found.certificate.notes[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"turns": None}, "must end"),
        ({"discount_factor": 0.5}, "turns must stand without discount_factor"),
        ({"turns": 0}, "turns must be >= 1"),
        ({"replicates": 1}, "replicates must be >= 2"),
        ({"implementation_error": 2}, "implementation_error"),
        ({"perception_error": (0.1, 0.2, 0.3)}, "perception_error"),
        ({"monitoring": "none"}, "monitoring"),
        ({"strategies": ["tit for tit"]}, "name"),
        ({"strategies": "tit for tat"}, "sequence"),
        ({"strategies": [named_strategy("grim", players=3)]}, "two players"),
        ({"strategies": [[1, 2, 3]]}, r"shape \(n, 5\)"),
        ({"strategies": [object()]}, "strategies must be MemoryOne"),
        ({"game": [[1, 2, 3]]}, "game"),
        ({"game": matrix_game([[1, 2, 3]] * 3, ("a", "b", "c"))}, "game"),
    ],
)
def test_what_is_refused(change, message):
    given = {"strategies": NAMES, "game": DILEMMA, "turns": 5, "rng": 1} | change
    with pytest.raises(CoopgamesError, match=message):
        simulate_pairs(given.pop("strategies"), given.pop("game"), **given)


def test_automata_that_are_too_large_are_refused():
    large = Automaton(name="", cooperate=(1,) * 1001, moves=(((0, 0), (0, 0)),) * 1001)
    with pytest.raises(BudgetError, match="at most 1000 states; got 1001"):
        simulate_pairs([large], DILEMMA, turns=2)
