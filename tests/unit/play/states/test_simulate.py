"""Simulated play of all states, against the exact chains.

Each comparison allows 4.5 standard errors: with normal errors it fails by chance with probability
7e-6, all of them together with less than 1e-3. Seeds are fixed.
"""

import numpy as np
import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.play.states import play_states, simulate_states
from coopgames.strategies import Automaton

CASES = {
    "reactive": (["generous tit for tat", "always cooperate"], {}),
    "own acts": ("win-stay lose-shift", {}),
    "others": ("proportional tit for tat", {"reacts_to": "others"}),
    "noisy record": (
        ["generous tit for tat", "always cooperate"],
        {"missed_success": 0.1, "false_success": 0.2},
    ),
}
#: Where exact play with every own act counted is short of 5,000 states.
PLACES = [("charter", "climate"), ("federation", "trade"), ("coalition", "security")]


def close(estimate, value):
    assert abs(estimate.value - value) <= 4.5 * estimate.standard_error + 1e-12


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("case", CASES)
def test_simulated_play_is_near_exact_play(where, case):
    names, options = CASES[case]
    game = cg.game(*where, "uniform-8" if where[0] == "federation" else "w20")
    options = options | {"implementation_error": 0.05}
    exact = play_states(game, names, **options)
    found = simulate_states(game, names, rounds=150, burn_in=80, samples=50, rng=11, **options)
    close(found.success_rate, exact.success_rate)
    parts = cg.cooperation(exact.outcome)
    close(found.achievement, parts.achievement)
    close(found.act_rate, parts.act_rate)
    for name, (_, payoff, rate) in exact.by_strategy.items():
        close(found.payoffs[name], payoff)
        close(found.act_rates[name], rate)
    sampled = cg.cooperation(found.outcome)
    assert abs(sampled.compliance - parts.compliance) < 0.02
    lost = found.outcome.losses.sum()
    assert abs(found.spell / exact.spell - 1) < 6 / np.sqrt(lost) + 0.02


def test_what_unbound_states_do_when_some_of_a_class_are_bound():
    game = cg.game("coalition", "climate")
    found = simulate_states(
        game, "always cooperate", unbound="always defect", rounds=4, burn_in=0, rng=2
    )
    result = cg.cooperation(found.outcome)
    assert result.unilateral == 0
    assert result.compliance == 1
    bound = (game.events.counts * game.events.bound).sum(axis=1) / game.size
    close(found.act_rate, float(game.events.probability @ bound))


def test_replicates_are_the_same_however_many():
    game = cg.game("club", "trade")
    options = {"season": 3, "membership": "learned", "rounds": 12, "burn_in": 2, "samples": 4}
    few, many = (
        simulate_states(
            game, ["tit for tat", "always defect"], replicates=n, rng=5, **options
        ).outcome
        for n in (40, 1100)
    )
    assert (few.contribution == many.contribution[:40]).all()
    assert (few.event == many.event[:40]).all()
    assert (few.acting == many.acting[:40]).all()


def test_neutral_learning_keeps_shares():
    """Two names for one strategy: neither has an edge, and mutation draws both alike."""
    twin = cg.memory_one([1, 1, 1, 1], name="twin")
    game = cg.game("anarchy", "climate")
    found = simulate_states(
        game, ["always cooperate", twin], season=1, mutation_probability=0.2, rounds=100, rng=3
    )
    close(found.shares["twin"], 0.5)


def test_defectors_take_over_where_nothing_holds_them():
    game = cg.game("anarchy", "trade")
    found = simulate_states(
        game,
        ["always cooperate", "always defect"],
        season=1,
        mutation_probability=0.0,
        selection_intensity=100.0,
        rounds=100,
        burn_in=100,
        replicates=256,
        rng=4,
    )
    assert found.shares["always defect"].value > 0.95
    strict = simulate_states(
        cg.game("global_state", "trade"),
        ["always cooperate", "always defect"],
        season=1,
        mutation_probability=0.0,
        selection_intensity=100.0,
        rounds=100,
        burn_in=100,
        replicates=256,
        rng=4,
    )
    assert strict.shares["always cooperate"].value > 0.95


def test_automata_may_look_at_their_own_act():
    alternates = Automaton(
        name="alternates", cooperate=(1, 0), moves=(((1, 1), (0, 0)), ((1, 1), (0, 0)))
    )
    game = cg.game("anarchy", "trade")
    found = simulate_states(game, alternates, rounds=10, burn_in=0, replicates=4, rng=1)
    assert found.act_rate == (0.5, 0.0, 4.0)


def test_every_institution_and_problem():
    names = ["tit for tat", "win-stay lose-shift", "always defect"]
    for institution in INSTITUTIONS:
        for problem in PROBLEMS:
            game = cg.game(institution, problem)
            found = simulate_states(
                game,
                names,
                season=5,
                membership="learned",
                rounds=20,
                burn_in=5,
                replicates=16,
                samples=10,
                rng=9,
            )
            result = cg.cooperation(found.outcome)
            if result.adoption > 0:
                product = result.coverage * result.adoption * result.compliance
                assert abs(product + result.unilateral - result.act_rate) < 1e-9
            assert abs(sum(one.value for one in found.shares.values()) - 1) < 1e-12
            assert np.isfinite(found.success_rate.value)


def test_wrong_input():
    game = cg.game("anarchy", "climate")
    for message, options in (
        ("rounds must be >= 2", {"rounds": 1}),
        ("replicates must be >= 2", {"replicates": 1}),
        ("season must be at least 1", {"membership": "learned"}),
        ("mutation_probability must lie", {"mutation_probability": 2}),
        ("assignment", {"assignment": "by lot"}),
    ):
        with pytest.raises(cg.CoopgamesError, match=message):
            simulate_states(game, "tit for tat", **options)


def test_an_interrupted_run_keeps_what_is_complete(monkeypatch):
    from coopgames.play.states import simulate

    game, done = cg.game("anarchy", "trade"), []

    def one_block(*arguments):
        if done:
            raise KeyboardInterrupt
        done.append(True)
        return play_block(*arguments)

    play_block = simulate.play_block
    monkeypatch.setattr(simulate, "play_block", one_block)
    options = {"rounds": 4, "burn_in": 0, "replicates": 3000, "rng": 1}
    found = simulate_states(game, "tit for tat", **options)
    assert found.outcome.event.size == 1024
    assert "interrupted: 1024 replicates complete" in found.outcome.certificate.notes
    with pytest.raises(KeyboardInterrupt):
        simulate_states(game, "tit for tat", **options)
