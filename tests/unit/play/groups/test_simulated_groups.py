"""Simulated groups: against exact laws, pairs, and slow rounds in plain Python."""

import numpy as np
import pytest

import coopgames.play.groups.simulated_groups as module
from coopgames.errors import CoopgamesError
from coopgames.games import classics
from coopgames.kernels.joint_automata import Automata
from coopgames.kernels.lockstep.group_rounds import GroupRounds
from coopgames.play.groups.groups import play_group
from coopgames.play.groups.simulated_groups import simulate_group
from coopgames.play.matches.finite_rounds import finite_rounds_law
from coopgames.strategies import Automaton, memory_one, named_strategy

GAME = classics.public_goods(4, 1.6)
MIXED = [("tit for tat", 2), ("always defect", 1), ("win-stay lose-shift", 1)]


def counter(players):
    """Return an automaton that needs two bad rounds in a row before it defects."""
    most = players - 1
    good, worse = (tuple(0 if k == most else bad for k in range(players)) for bad in (1, 2))
    return Automaton(
        name="patient", cooperate=(0.95, 0.9, 0.1), moves=((good,) * 2, (worse,) * 2, (worse,) * 2)
    )


def test_groups_without_chance_are_those_of_a_plain_loop():
    found = simulate_group(MIXED, GAME, turns=23, replicates=2, rng=1)
    chosen = [named_strategy(name, players=4) for name, size in MIXED for _ in range(size)]
    acts, counts, paid = [one.start == 1 for one in chosen], np.zeros(5), np.zeros(4)
    for _ in range(23):
        total = sum(acts)
        counts[total] += 1
        for i, act in enumerate(acts):
            paid[i] += 1.6 * total / 4 - act
        acts = [
            one.by_cooperators()[0 if act else 1, total - act] == 1
            for one, act in zip(chosen, acts)
        ]
    assert (found.cooperators == counts / 23).all()
    assert found.payoffs == pytest.approx([paid[:2].mean() / 23, paid[2] / 23, paid[3] / 23])
    assert not found.payoff_errors.any()


@pytest.mark.parametrize("perception_error", [0.0, (0.2, 0.05)])
def test_random_lengths_against_the_exact_law(perception_error):
    # 11 numbers by 2 cases, |z| < 5: false alarm below 2e-5.
    settings = {
        "discount_factor": 0.9,
        "implementation_error": 0.03,
        "perception_error": perception_error,
    }
    players = [*MIXED[:2], (memory_one([0.9, 0.5, 0.3, 0.2, 0.6, 0.3, 0.2, 0.1], start=0.4), 1)]
    found = simulate_group(players, GAME, replicates=4000, rng=5, **settings)
    exact = play_group(players, GAME, **settings)
    for name, error in (
        ("payoffs", "payoff_errors"),
        ("cooperation_rates", "cooperation_errors"),
        ("cooperators", "cooperators_errors"),
    ):
        gap = np.abs(getattr(found, name) - getattr(exact, name))
        assert (gap < 5 * getattr(found, error)).all()
    assert found.cooperators.sum() == pytest.approx(1)


def test_automata_against_the_exact_law():
    # 4 numbers, |z| < 5: false alarm below 1e-5.
    settings = {"discount_factor": 0.9, "implementation_error": 0.03, "perception_error": 0.1}
    players = [(counter(4), 2), ("tit for tat", 2)]
    found = simulate_group(players, GAME, replicates=4000, rng=6, **settings)
    exact = play_group(players, GAME, **settings)
    assert (np.abs(found.payoffs - exact.payoffs) < 5 * found.payoff_errors).all()
    rates = found.cooperation_rates - exact.cooperation_rates
    assert (np.abs(rates) < 5 * found.cooperation_errors).all()


@pytest.mark.parametrize("monitoring", ["private", "public"])
def test_groups_of_two_are_pairs(monitoring):
    # 4 numbers by 2 cases, |z| < 5: false alarm below 1e-5.
    settings = {
        "implementation_error": 0.03,
        "perception_error": (0.2, 0.05),
        "monitoring": monitoring,
    }
    two = [counter(2), named_strategy("tit for tat")]
    found = simulate_group([(one, 1) for one in two], [[3, 0], [5, 1]], turns=12, rng=7, **settings)
    law = finite_rounds_law(two, 12, **settings)[:, 0, 1]
    exact = law @ np.array([[3, 3], [0, 5], [5, 0], [1, 1]])
    assert (np.abs(found.payoffs - exact) < 5 * found.payoff_errors).all()
    rates = np.array([law[0] + law[1], law[0] + law[2]])
    assert (np.abs(found.cooperation_rates - rates) < 5 * found.cooperation_errors).all()


def test_public_signals_are_the_same_for_all():
    # Reactions to a signal of one's own act, and to the number of others' signals.
    moves = np.zeros((1, 2, 2, 3), dtype=np.int64)
    moves[:, :, :, :2] = 1
    kernel = GroupRounds(
        Automata(np.array([[1.0, 0.0]]), moves, np.array([0])),
        np.zeros((1, 2, 3)),
        perceived=[[0.5, 0.5], [0.0, 1.0]],
        public=True,
    )
    found = kernel.play(np.zeros((6000, 3), dtype=np.int64), 2, np.random.default_rng(1))
    # Players go on if both others' signals are good: all with chance 1/8; two never; exactly one
    # where its own signal alone is bad, 3/8. |z| < 5: false alarm below 2e-6.
    again = np.bincount((found.cooperations - 1).sum(axis=1).astype(int), minlength=4) / 6000
    assert again[2] == 0
    assert abs(again[3] - 1 / 8) < 5 * np.sqrt(7 / 64 / 6000)
    assert abs(again[1] - 3 / 8) < 5 * np.sqrt(15 / 64 / 6000)


def test_private_errors_are_independent_between_pairs_of_players():
    moves = np.zeros((1, 2, 2, 3), dtype=np.int64)
    moves[:, :, :, :2] = 1
    kernel = GroupRounds(
        Automata(np.array([[1.0, 0.0]]), moves, np.array([0])),
        np.zeros((1, 2, 3)),
        perceived=[[0.5, 0.5], [0.0, 1.0]],
    )
    found = kernel.play(np.zeros((6000, 3), dtype=np.int64), 2, np.random.default_rng(2))
    again = np.bincount((found.cooperations - 1).sum(axis=1).astype(int), minlength=4) / 6000
    expected = np.array([27, 27, 9, 1]) / 64
    # |z| < 5: false alarm below 3e-6.
    assert (np.abs(again - expected) < 5 * np.sqrt(expected * (1 - expected) / 6000)).all()


def test_games_of_their_own_do_not_change_the_acts():
    settings = {"turns": 9, "implementation_error": 0.1, "rng": 2, "replicates": 50}
    same = simulate_group(MIXED, GAME, **settings)
    games = [GAME, classics.public_goods(4, 3), GAME]
    own = simulate_group(MIXED, games, **settings)
    assert (own.cooperators == same.cooperators).all()
    assert (own.payoffs[[0, 2]] == same.payoffs[[0, 2]]).all()
    gained = 1.4 * (same.cooperators @ np.arange(5)) / 4
    assert own.payoffs[1] - same.payoffs[1] == pytest.approx(gained)


def test_replicate_5_is_the_same_however_many_are_asked_for(monkeypatch):
    settings = {"turns": 10, "implementation_error": 0.1, "rng": 2}
    kept = []
    per_round = module._per_round

    def spy(sums, rounds):
        kept.append(sums)
        return per_round(sums, rounds)

    monkeypatch.setattr(module, "_per_round", spy)
    simulate_group(MIXED, GAME, replicates=9, **settings)
    simulate_group(MIXED, GAME, replicates=1500, **settings)
    assert kept[0].shape[0] == 9
    assert (kept[0] == kept[1][:9]).all()


def test_an_interrupted_run_keeps_finished_blocks(monkeypatch):
    settings = {"turns": 10, "implementation_error": 0.1, "rng": 2}
    play, calls = module.GroupRounds.play, []

    def interrupted(self, *arguments):
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return play(self, *arguments)

    monkeypatch.setattr(module.GroupRounds, "play", interrupted)
    found = simulate_group(MIXED, GAME, replicates=3000, **settings)
    assert found.replicates == 1024
    assert found.certificate.notes == ("interrupted after 1,024 of 3,000 replicates",)
    with pytest.raises(KeyboardInterrupt):
        simulate_group(MIXED, GAME, replicates=3000, **settings)
    monkeypatch.undo()
    whole = simulate_group(MIXED, GAME, replicates=1024, **settings)
    assert (found.payoffs == whole.payoffs).all()


def test_intervals_cover():
    # 300 runs, 3 payoffs each; coverage .95 +- .04.
    settings = {"discount_factor": 0.8, "implementation_error": 0.1}
    exact = play_group(MIXED, GAME, **settings).payoffs
    covered = []
    for seed in range(300):
        low, high = simulate_group(MIXED, GAME, replicates=60, rng=seed, **settings).interval()
        covered.append((low <= exact) & (exact <= high))
    assert abs(np.mean(covered) - 0.95) < 0.04


@pytest.mark.parametrize(
    ("players", "game", "message"),
    [
        ([("tit for tat", 1)], GAME, "at least 2"),
        ([("tit for tat", 3)], GAME, "game must be of the 3 players"),
        ([(named_strategy("grim"), 4)], GAME, "strategies of 4 players"),
        ([("tit for tat", 4)], [GAME, GAME], "one for each of the 1 classes"),
        ([("tit for tit", 4)], GAME, "name"),
        ([("tit for tat", 0)], GAME, "players"),
    ],
)
def test_what_is_refused(players, game, message):
    with pytest.raises(CoopgamesError, match=message):
        simulate_group(players, game, turns=5, rng=1)
