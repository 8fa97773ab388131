"""Simulation against the exact law, and its streams, stopping rules and diagnoses.

Agreement with the exact law is judged by the empirical Bernstein bound (Maurer & Pontil 2009):
for n independent values in [0, 1] with sample variance v, with probability 1 - delta,

    |mean - truth| <= sqrt(2 v log(4 / delta) / n) + 7 log(4 / delta) / (3 (n - 1)).

It holds for every n, so false alarms are as rare as stated, up to what is left of the burn-in.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from coopgames.catalogue import load, models
from coopgames.dynamics.states.logit import Logit
from coopgames.dynamics.states.simulate import simulate
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import Game, compile_game
from coopgames.outcomes import (
    ActStatistic,
    ContributionStatistic,
    ExactOutcome,
    SampledOutcome,
    Statistic,
)
from coopgames.problems import Problem
from coopgames.worlds import Role, World

#: Probability that a suite of comparisons raises a false alarm.
FALSE_ALARM = 1e-4


def build(
    institution: str, problem: str | Problem, world: str | World = "w20", **options: Any
) -> Game:
    task = load("problems", problem) if isinstance(problem, str) else problem
    where = load("worlds", world) if isinstance(world, str) else world
    return compile_game(load("institutions", institution), task, where, **options)


def statistics(game: Game) -> Iterator[tuple[str, Statistic]]:
    """What is compared; every one lies in [0, 1] in each replicate."""
    grid = np.arange(game.stakes.total + 1)
    yield "success", ContributionStatistic(game.success)
    yield "achievement", ContributionStatistic(game.achievement)
    yield "x", ContributionStatistic((grid / game.stakes.total)[None, :])
    yield "x squared", ContributionStatistic(((grid / game.stakes.total) ** 2)[None, :])
    bound = game.events.bound / game.size
    yield "bound acts", ActStatistic(bound)
    yield "free acts", ActStatistic(1 / game.size - bound)
    largest = int(np.argmax(game.events.probability @ game.events.counts))
    column = np.zeros(game.events.counts.shape)
    column[:, largest] = 1 / game.size
    yield "largest group", ActStatistic(column)


def disagreements(sampled: SampledOutcome, exact: ExactOutcome, delta: float) -> list[str]:
    out = []
    for name, statistic in statistics(sampled.game):
        values = sampled.per_replicate(statistic)
        n, log = values.size, np.log(4 / delta)
        slack = np.sqrt(2 * values.var(ddof=1) * log / n) + 7 * log / (3 * (n - 1))
        truth = exact.expect(statistic).value
        if abs(values.mean() - truth) > slack:
            out.append(f"{name}: {values.mean():.5f} +- {slack:.5f}, exactly {truth:.5f}")
    if sampled.game.problem.volunteering is None:
        flow = sampled.losses / sampled.revisions
        error = flow.std(ddof=1) / np.sqrt(flow.size)
        truth = exact.flow().value
        # Losses are counted, so a normal bound with the Bernstein term for rare ones.
        slack = np.sqrt(2 * np.log(4 / delta)) * error + 7 * np.log(4 / delta) / (
            3 * flow.size * sampled.revisions
        )
        if abs(flow.mean() - truth) > slack:
            out.append(f"flow: {flow.mean():.3g} +- {slack:.3g}, exactly {truth:.3g}")
    return out


def random_cells(number: int, seed: int) -> Iterator[tuple[Game, Logit]]:
    """Random institution, problem, reading and dynamic, at precisions that mix within a run."""
    rng = np.random.default_rng(seed)
    names = models()
    found = 0
    while found < number:
        institution = str(rng.choice(names["institutions"]))
        problem = str(rng.choice(names["problems"]))
        mandate = str(rng.choice(["standing", "expected"]))
        precision = float(rng.choice([2.0, 3.0, 4.0]))
        tremble = float(rng.choice([0.0, 0.1]))
        try:
            game = build(institution, problem, mandate=mandate)
        except BudgetError:
            continue
        dynamic = Logit(precision=precision, tremble=tremble)
        chain = np.prod(game.action_game().counts + 1.0, axis=1).sum()
        if dynamic.method(game) == "chain" and chain > 7000:
            continue  # solved as well, but not in a second
        found += 1
        yield game, dynamic


# -- the exact twin ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("game", "dynamic"),
    [
        (build("charter", "climate"), Logit(precision=3)),
        (build("coalition", "trade"), Logit(precision=15)),  # access and events differ
        (build("coalition", "climate", mandate="expected"), Logit(precision=3)),
        (build("club", "containment"), Logit(precision=4, tremble=0.1)),
        (build("charter", "rescue"), Logit(precision=3)),
    ],
    ids=lambda item: f"{item.institution.id}-{item.problem.id}" if isinstance(item, Game) else None,
)
def test_a_sample_agrees_with_the_exact_law(game: Game, dynamic: Logit) -> None:
    sampled = simulate(
        game, dynamic, replicates=4096, samples=16, sweeps_between=2, burn_in=40, rng=2024
    )
    found = disagreements(sampled, dynamic.long_run(game), FALSE_ALARM / (5 * 8))
    assert not found, found


@pytest.mark.slow
def test_random_cells_agree_with_their_exact_law() -> None:
    number = 24
    found = []
    for cell, (game, dynamic) in enumerate(random_cells(number, seed=20)):
        sampled = simulate(game, dynamic, replicates=8192, samples=32, burn_in=150, rng=cell)
        for text in disagreements(sampled, dynamic.long_run(game), FALSE_ALARM / (number * 8)):
            found.append(f"{game.institution.id}, {game.problem.id}, {dynamic}: {text}")
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("institution", ["charter", "club"])
def test_the_large_world_agrees(institution: str) -> None:
    game = build(institution, "climate", "un193")
    dynamic = Logit(precision=2)
    sampled = simulate(game, dynamic, replicates=2048, samples=32, burn_in=100, rng=3)
    found = disagreements(sampled, dynamic.long_run(game), FALSE_ALARM / (2 * 8))
    assert not found, found


def test_events_are_drawn_from_their_law() -> None:
    game = build("rival_clubs", "climate")
    event = simulate(game, replicates=20_480, samples=1, burn_in=0, rng=1).event
    law = game.events.probability
    share = np.bincount(event, minlength=law.size) / event.size
    bound = 4.5 * np.sqrt(law * (1 - law) / event.size) + 10 / event.size  # 1e-5 per event
    assert (abs(share - law) <= bound).all()


def test_under_expected_acting_states_fall_on_groups_without_replacement() -> None:
    """Given event and class, the split is multivariate hypergeometric (model D22.13)."""
    game = build("coalition", "climate", mandate="expected")
    sampled = simulate(game, Logit(precision=2), replicates=8192, samples=1, burn_in=20, rng=6)
    events = game.events
    counts = events.counts[sampled.event]
    acting = sampled.acting[:, 0]
    class_ = int(np.argmax(game.classes.counts * (np.bincount(events.class_of_group) > 1)))
    groups = np.flatnonzero(events.class_of_group == class_)
    size = int(game.classes.counts[class_])
    total = acting[:, groups].sum(axis=1)
    first = groups[0]
    # Mean and variance of draws without replacement, summed over what was drawn.
    n, k = counts[:, first], total
    mean = n * k / size
    variance = n * (k / size) * (1 - k / size) * (size - n) / (size - 1)
    z = (acting[:, first] - mean).sum() / np.sqrt(variance.sum())
    assert abs(z) < 4.5  # 1e-5
    squares = ((acting[:, first] - mean) ** 2 - variance).sum()
    assert abs(squares) < 6 * np.sqrt((variance + 3 * variance**2).sum())


# -- invariants ----------------------------------------------------------------------------


@pytest.mark.parametrize("mandate", ["standing", "expected"])
@pytest.mark.parametrize("institution", ["anarchy", "charter", "coalition_open"])
def test_acts_groups_and_contribution_fit_together(institution: str, mandate: str) -> None:
    game = build(institution, "nonproliferation", mandate=mandate)
    sampled = simulate(game, Logit(precision=3), replicates=100, samples=5, burn_in=3, rng=8)
    events = game.events
    assert sampled.acting.shape == (100, 5, events.class_of_group.size)
    assert (sampled.acting >= 0).all()
    assert (sampled.acting <= events.counts[sampled.event][:, None, :]).all()
    leverage = game.leverage[events.class_of_group]
    assert (sampled.acting @ leverage == sampled.contribution).all()
    assert sampled.revisions == 4 * 2 * game.size
    assert (sampled.losses >= 0).all()
    assert (sampled.losses <= sampled.revisions).all()


def test_the_start_is_what_is_asked_for() -> None:
    game = build("charter", "climate")
    options: dict[str, Any] = {"replicates": 64, "samples": 1, "burn_in": 0, "rng": 1}
    assert (simulate(game, start="defect", **options).contribution == 0).all()
    full = simulate(game, start="cooperate", **options)
    assert (full.contribution == game.stakes.total).all()
    assert full.success.min() == 1.0
    coins = simulate(game, **(options | {"replicates": 4096}))
    share = coins.acting.sum() / (4096 * game.size)
    assert abs(share - 0.5) < 5 * 0.5 / np.sqrt(4096 * game.size)


def test_losses_count_the_passages_out_of_success() -> None:
    """One state, one revision a sweep: every passage lies between two neighbouring samples."""
    alone = World(id="alone", roles=(Role(name="state", count=1, capability=1.0),))
    game = build("anarchy", "trade", alone)
    sampled = simulate(
        game, Logit(precision=0.5), replicates=200, samples=40, sweeps_between=1, rng=4
    )
    held = game.stakes.holds[sampled.contribution]
    assert (sampled.losses == (held[:, :-1] & ~held[:, 1:]).sum(axis=1)).all()
    assert sampled.losses.sum() > 0


def test_waiting_games_lose_nothing() -> None:
    game = build("charter", "rescue")
    sampled = simulate(game, Logit(precision=2), replicates=50, samples=8, burn_in=5, rng=1)
    assert (sampled.losses == 0).all()
    np.testing.assert_allclose(sampled.success, game.success[sampled.event, 0], rtol=1e-12)


def test_responses_are_the_same_with_and_without_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    game = build("coalition", "climate")
    options: dict[str, Any] = {"replicates": 200, "samples": 6, "burn_in": 10, "rng": 12}
    tabulated = simulate(game, Logit(precision=4), **options)
    monkeypatch.setitem(simulate.__globals__, "LARGEST_TABLE", 0)
    computed = simulate(game, Logit(precision=4), **options)
    assert (tabulated.acting == computed.acting).all()
    assert (tabulated.losses == computed.losses).all()


# -- streams -------------------------------------------------------------------------------


def same(left: SampledOutcome, right: SampledOutcome, replicates: int) -> bool:
    return all(
        np.array_equal(getattr(left, name)[:replicates], getattr(right, name)[:replicates])
        for name in ("event", "acting", "contribution", "losses")
    )


@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_a_replicate_does_not_depend_on_how_many_are_asked_for(mandate: str) -> None:
    game = build("coalition", "climate", mandate=mandate)
    options: dict[str, Any] = {"samples": 4, "burn_in": 5, "rng": 7}
    large = simulate(game, Logit(precision=3), replicates=2048, **options)
    for replicates in (1, 10, 1024, 1500):
        small = simulate(game, Logit(precision=3), replicates=replicates, **options)
        assert same(large, small, replicates)
    assert not np.array_equal(large.contribution[:1024], large.contribution[1024:])


def test_the_seed_decides_and_the_provenance_keeps_it() -> None:
    game = build("charter", "climate")
    options: dict[str, Any] = {"replicates": 50, "samples": 3, "burn_in": 4}
    fresh = simulate(game, Logit(precision=3), **options)
    again = simulate(game, Logit(precision=3), rng=fresh.provenance["entropy"], **options)
    other = simulate(game, Logit(precision=3), rng=1, **options)
    assert same(fresh, again, 50)
    assert not same(fresh, other, 50)
    specification = fresh.provenance["specification"]
    assert specification["replicates"] == 50
    assert specification["precision"] == 3
    assert specification["start"] == "random"


def test_a_generator_gives_one_draw() -> None:
    game = build("charter", "climate")
    options: dict[str, Any] = {"replicates": 20, "samples": 2, "burn_in": 2}
    first = simulate(game, rng=np.random.default_rng(3), **options)
    entropy = int(np.random.default_rng(3).integers(0, 2**63))
    assert first.provenance["entropy"] == entropy
    assert same(first, simulate(game, rng=entropy, **options), 20)


# -- stopping and diagnosis ----------------------------------------------------------------


def test_blocks_are_added_until_the_interval_is_narrow() -> None:
    game = build("charter", "climate")
    options: dict[str, Any] = {"samples": 2, "burn_in": 20, "rng": 5}
    dynamic = Logit(precision=4)
    reached = simulate(game, dynamic, replicates=10, target_half_width=0.01, **options)
    assert reached.event.size % 1024 == 0
    assert reached.event.size > 1024
    assert 1.96 * reached.success.std() / np.sqrt(reached.event.size) <= 0.01
    assert reached.certificate.notes == ()
    plain = simulate(game, dynamic, replicates=reached.event.size, **options)
    assert same(reached, plain, reached.event.size)

    missed = simulate(
        game, dynamic, replicates=10, target_half_width=0.001, max_replicates=2048, **options
    )
    assert missed.event.size == 2048
    assert "interval not reached" in missed.certificate.notes[0]


def test_unanimous_replicates_are_no_certainty() -> None:
    game = build("anarchy", "containment")
    sampled = simulate(
        game,
        Logit(precision=4),
        samples=2,
        burn_in=10,
        rng=1,
        target_half_width=1e-3,
        max_replicates=8192,
    )
    assert sampled.success.max() == 0.0
    assert sampled.event.size > 1024


def test_a_short_burn_in_is_noticed() -> None:
    game = build("anarchy", "trade")
    options: dict[str, Any] = {"replicates": 500, "samples": 8, "sweeps_between": 1, "rng": 2}
    decaying = simulate(game, burn_in=0, start="cooperate", **options)
    assert "burn-in too short" in decaying.certificate.notes[0]
    assert simulate(game, burn_in=100, start="cooperate", **options).certificate.notes == ()


def test_replicates_that_never_cross_are_noticed() -> None:
    """Everybody is needed: all or nobody, and at this precision no way from one to the other."""
    pact = Problem(
        id="pact", kernel="threshold", benefit=4.0, cost=0.5, threshold=1.0, excludability=0.0
    )
    sampled = simulate(
        build("anarchy", pact, "uniform-3"), Logit(precision=200), replicates=300, rng=2
    )
    assert 0 < sampled.success.mean() < 1
    assert "no mixing" in sampled.certificate.notes[0]


class Interrupted:
    """Logit revision that is interrupted after so many blocks (each asks for one table)."""

    def __init__(self, blocks: int) -> None:
        self.left = blocks

    def parameters(self) -> dict[str, Any]:
        return Logit().parameters()

    def response(self, gain: np.ndarray) -> np.ndarray:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return Logit().response(gain)


def test_an_interrupted_run_returns_its_complete_blocks() -> None:
    game = build("charter", "climate")
    options: dict[str, Any] = {"replicates": 3000, "samples": 2, "burn_in": 2, "rng": 1}
    partial = simulate(game, Interrupted(blocks=2), **options)
    assert partial.event.size == 2048
    assert "interrupted" in partial.certificate.notes[0]
    assert partial.provenance["specification"]["replicates"] == 2048
    assert same(partial, simulate(game, Logit(), **options), 2048)
    with pytest.raises(KeyboardInterrupt):
        simulate(game, Interrupted(blocks=0), **options)


def test_progress_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    game = build("anarchy", "climate")
    options: dict[str, Any] = {"replicates": 5, "samples": 3, "burn_in": 5, "rng": 1}
    quiet = simulate(game, **options)
    assert capsys.readouterr() == ("", "")
    shown = simulate(game, progress=True, **options)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "sweep" in captured.err
    assert same(quiet, shown, 5)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"replicates": 0}, "replicates must be >= 1; got 0"),
        ({"samples": 0}, "samples must be >= 1; got 0"),
        ({"sweeps_between": 0}, "sweeps_between must be >= 1; got 0"),
        ({"burn_in": -1}, "burn_in must be >= 0; got -1"),
        ({"start": "warm"}, "start must be one of cooperate, defect, random; got 'warm'"),
        ({"target_half_width": 0.0}, r"target_half_width must lie in \(0, 1\)"),
        ({"target_half_width": 0.1, "max_replicates": 5}, "max_replicates must be >= 1024; got 5"),
        (
            {"dynamic": Logit(renewal_rate=0.1), "institution": "charter"},
            "renewal_rate must be 0 where a replicate keeps its mandate event; got 0.1",
        ),
        ({"dynamic": "logit"}, "or be a process or a flow; str does not"),
        ({"plans": "act9"}, "plans must be one of act2, act3, exit3; got 'act9'"),
    ],
)
def test_wrong_requests_are_refused(options: dict[str, Any], problem: str) -> None:
    game = build(options.pop("institution", "anarchy"), "climate")
    with pytest.raises(CoopgamesError, match=problem):
        simulate(game, **options)


@pytest.mark.slow
def test_speed() -> None:
    """A ceiling against regressions: measured 19 ns per revision, alone on one core."""
    from time import perf_counter

    game = build("charter", "climate")
    best = np.inf
    for _ in range(3):
        begin = perf_counter()
        sampled = simulate(game, Logit(precision=4), samples=20, burn_in=200, rng=1)
        steps = sampled.event.size * game.size * (200 + 19 * 2)
        best = min(best, (perf_counter() - begin) / steps)
    assert best < 150e-9
