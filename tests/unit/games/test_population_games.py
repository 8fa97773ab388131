"""Population games of institutions against the compiled game and against lists of events."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.catalogue import compared
from coopgames.errors import CoopgamesError
from coopgames.games import RoleGame, policy_games

INSTITUTIONS = [record.id for record in compared("institutions")]
PROBLEMS = [record.id for record in compared("problems")]


def paid_by_definition(game, *, event, group, acts, others):
    """Model D5 for one state of a group: access x benefit - cost - sanction. [stake]"""
    idle, potential = game.stakes.idle, game.stakes.potential
    events, step = game.events, int(game.leverage[game.events.class_of_group[group]])
    benefit = idle[others]
    taste = game.taste[events.class_of_group[group]] + events.relief[event, group]
    if acts:
        benefit = benefit + potential[others + step] - potential[others]
        return events.access[event, group] * benefit + taste
    return events.access[event, group] * benefit - events.sanction[event, group]


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_payoffs_are_those_of_the_model_in_every_event(institution: str) -> None:
    rng = np.random.default_rng(5)
    for problem in PROBLEMS:
        game = cg.game(institution, problem)
        policies = policy_games(game)
        assert policies.probability.sum() == pytest.approx(1, abs=1e-12)
        for event in {0, game.events.probability.size // 2, game.events.probability.size - 1}:
            played = policies.games[policies.game_of_row[event]]
            role_of = policies.role_of_group[policies.game_of_row[event]]
            acting = rng.integers(0, np.array(played.players) + 1)
            counts = np.stack([acting, np.array(played.players) - acting], axis=1).ravel()
            found = played.payoffs_of_revising(counts)
            total = counts @ np.concatenate(played.scenarios[0].adds)
            for group in np.flatnonzero(role_of >= 0):
                role = role_of[group]
                step = int(game.leverage[game.events.class_of_group[group]])
                for now in (0, 1):
                    if not counts[2 * role + now]:
                        continue
                    others = total - (step if now == 0 else 0)
                    for then in (0, 1):
                        want = paid_by_definition(
                            game, event=event, group=group, acts=then == 0, others=others
                        )
                        assert found[role][now, then] == pytest.approx(want, abs=1e-12)


@pytest.mark.parametrize("institution", ["charter", "coalition", "anarchy"])
def test_conditional_plans_average_over_events(institution: str) -> None:
    """Everybody conditional: each event pays what it would if all acted, or nobody did."""
    game = cg.game(institution, "climate")
    (played,) = policy_games(game, "act3").games
    events = game.events
    everybody = np.concatenate([[0, 0, n] for n in played.players])
    found = played.payoffs_in_populations(everybody)[2::3]
    want = np.zeros(game.classes.size)
    for event, chance in enumerate(events.probability):
        acts = bool(events.adopted[event].any())
        for group, size in enumerate(events.counts[event]):
            c = events.class_of_group[group]
            step = int(game.leverage[c])
            others = (game.stakes.total - step) if acts else 0
            value = paid_by_definition(game, event=event, group=group, acts=acts, others=others)
            want[c] += chance * size / game.classes.counts[c] * value
    assert found == pytest.approx(want, abs=1e-12)


def test_who_leaves_is_neither_bound_nor_paid_more() -> None:
    """A club on trade: a leaver escapes its sanction, loses access, and free-riders know."""
    game = cg.game("club", "trade", mandate="expected")
    policies = policy_games(game, "exit3")
    (played,) = policies.games
    members = [role for role, names in enumerate(played.strategies) if "leave" in names]
    assert members
    assert len(members) < len(played.roles)  # outsiders have nothing to leave
    mixed = [
        [1, *([0] * (s - 2)), n - 1] for n, s in zip(played.players, played.sizes, strict=True)
    ]
    counts = np.concatenate(mixed)
    paid = played.payoffs_of_revising(counts)
    access = 1 - game.problem.excludability * game.adoption  # a club excludes all who are outside
    (scenario,) = played.scenarios
    total = counts @ np.concatenate(scenario.adds)
    for role in members:
        others = total - scenario.adds[role][0]
        leave = paid[role][0][2]
        assert leave == pytest.approx(access * game.stakes.idle[others], abs=1e-12)


def test_nobody_leaves_what_cannot_be_left() -> None:
    for institution in ("global_state", "federation", "anarchy"):
        for played in policy_games(cg.game(institution, "trade"), "exit3").games:
            assert all(names == ("cooperate", "defect") for names in played.strategies)


def test_shares_and_totals_come_back_as_an_outcome() -> None:
    """If everybody complies, X is everything and act rates are one, in every event."""
    game = cg.game("coalition", "climate")
    policies = policy_games(game)
    totals, shares = [], []
    for played in policies.games:
        certain = np.tile([1.0, 0.0], len(played.roles))
        totals.append(played.totals_at(certain))
        shares.append(certain)
    law, acts = policies.outcome_arrays(totals, shares)
    assert law.shape == (game.events.probability.size, game.stakes.total + 1)
    assert (law[:, -1] == 1).all()
    assert (acts[game.events.counts > 0] == 1).all()


def test_unknown_plans_are_refused() -> None:
    with pytest.raises(CoopgamesError, match="plans must be one of"):
        policy_games(cg.game("club", "trade"), "act9")


def test_a_game_of_one_role_is_symmetric_again() -> None:
    from coopgames.games import as_symmetric, one_role

    game = cg.game("anarchy", "climate", "uniform-6")
    (played,) = policy_games(game).games
    assert isinstance(played, RoleGame)
    symmetric = as_symmetric(played)
    counts = [[2, 4], [5, 1]]
    again = one_role(symmetric).payoffs_in_populations(counts)
    assert played.payoffs_in_populations(counts) == pytest.approx(again, abs=1e-12)
    with pytest.raises(CoopgamesError, match="must have one role"):
        as_symmetric(policy_games(cg.game("anarchy", "climate")).games[0])
