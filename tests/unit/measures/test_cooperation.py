"""How often cooperation holds, against the act-by-act definition of its parts."""

import math

import numpy as np
import pytest

import coopgames as cg
from coopgames.outcomes import ActStatistic, ContributionStatistic


def by_definition(outcome, weights: str) -> dict[str, float]:
    """Sums over events, groups and states, written as the model writes them (D22)."""
    game = outcome.game
    events = game.events
    total = dict.fromkeys(
        ("bound", "bound_acts", "unilateral", "free_riding", "exclusion", "gridlock"), 0.0
    )
    adoption = 0.0
    acts = np.broadcast_to(outcome.acts, events.counts.shape)  # one row where acts know no event
    leverage_sum = float(sum(n * k for n, k in zip(game.classes.counts, game.leverage)))
    for e, chance in enumerate(events.probability):
        anything = bool(events.adopted[e].any())
        adoption += chance * anything
        for g, c in enumerate(events.class_of_group):
            one = 1 / game.size
            if weights == "leverage":
                one = float(game.leverage[c]) / leverage_sum
            mass = chance * float(events.counts[e, g]) * one
            act = mass * float(acts[e, g]) if mass else 0.0
            if events.bound[e, g]:
                total["bound"] += mass
                total["bound_acts"] += act
                total["free_riding"] += mass - act
            else:
                total["unilateral"] += act
                total["exclusion" if anything else "gridlock"] += mass - act
    found = {name: total[name] for name in ("unilateral", "free_riding", "exclusion", "gridlock")}
    found["adoption"] = adoption
    found["act_rate"] = total["bound_acts"] + total["unilateral"]
    found["coverage"] = total["bound"] / adoption if adoption else math.nan
    found["compliance"] = total["bound_acts"] / total["bound"] if total["bound"] else math.nan
    return found


@pytest.mark.parametrize("weights", ["states", "leverage"])
@pytest.mark.parametrize("mandate", ["standing", "expected"])
@pytest.mark.parametrize("name", ["anarchy", "charter", "club", "concert", "coalition", "empire"])
def test_parts_by_definition(name: str, mandate: str, weights: str) -> None:
    outcome = cg.evolve(cg.game(name, "climate", mandate=mandate))
    result = cg.cooperation(outcome, weights=weights)
    for key, value in by_definition(outcome, weights).items():
        assert getattr(result, key) == pytest.approx(value, abs=1e-12, nan_ok=True), key
    law = outcome.law
    expected = float((outcome.game.events.probability * (law * outcome.game.success).sum(1)).sum())
    assert result.success_rate == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(
    ("name", "problem", "expected"),
    [
        ("anarchy", "climate", "no_body"),
        ("charter", "climate", "gridlock"),
        ("club", "climate", "exclusion"),
        ("coalition", "containment", "exclusion"),
        ("first_degree", "nonproliferation", "free_riding"),
        ("global_state", "climate", "none"),
    ],
)
def test_failure_is_the_largest_part(name: str, problem: str, expected: str) -> None:
    result = cg.cooperation(cg.evolve(cg.game(name, problem)))
    parts = {part: getattr(result, part) for part in ("gridlock", "exclusion", "free_riding")}
    largest = max(parts, key=parts.get)
    by_words = "none" if result.success_rate >= 0.9 else largest
    assert result.failure == expected == ("no_body" if name == "anarchy" else by_words)


def test_a_sampled_outcome_adds_up_exactly() -> None:
    """Replicates made by hand: the shares bound are those of the events drawn, not of the law."""
    game = cg.game("club", "climate")
    groups = game.events.class_of_group.size
    rng = np.random.default_rng(5)
    event = np.array([0, 1, 1, 1, 0])
    acting = rng.integers(0, game.events.counts[event][:, None, :] + 1, size=(5, 4, groups))
    contribution = acting @ game.leverage[game.events.class_of_group]
    outcome = cg.SampledOutcome(
        game=game,
        event=event,
        acting=acting.astype(np.int32),
        contribution=contribution,
        losses=np.array([0, 1, 0, 2, 0]),
        revisions=60,
        certificate=cg.Certificate(method="by hand", exact=False),
        provenance={},
    )
    adopted = game.events.adopted.any(axis=1)[event]
    result = cg.cooperation(outcome)
    assert result.adoption == pytest.approx(adopted.mean())
    assert result.act_rate == pytest.approx(acting.sum(axis=2).mean() / 20)
    product = result.coverage * result.adoption * result.compliance
    assert result.act_rate == pytest.approx(product + result.unilateral, abs=1e-14)
    parts = result.free_riding + result.exclusion + result.gridlock
    assert 1 - result.act_rate == pytest.approx(parts, abs=1e-14)
    holds = game.stakes.holds[contribution].mean(axis=1)
    assert result.success_rate == pytest.approx(holds.mean())
    assert result.standard_errors["success_rate"] == pytest.approx(holds.std(ddof=1) / math.sqrt(5))
    assert outcome.success == pytest.approx(holds)
    assert outcome.flow().value == pytest.approx(3 / 5 / 60)


def test_statistics_of_a_sampled_outcome_replicate_by_replicate() -> None:
    game = cg.game("charter", "climate")
    groups = game.events.class_of_group.size
    rng = np.random.default_rng(6)
    event = rng.integers(0, game.events.probability.size, size=7)
    acting = rng.integers(0, 2, size=(7, 3, groups)).astype(np.int32)
    contribution = acting @ game.leverage[game.events.class_of_group]
    outcome = cg.SampledOutcome(
        game=game,
        event=event,
        acting=acting,
        contribution=contribution,
        losses=np.zeros(7, dtype=np.int64),
        revisions=1,
        certificate=cg.Certificate(method="by hand", exact=False),
        provenance={},
    )
    grid = game.stakes.total + 1
    for rows in (1, game.events.probability.size):
        values = rng.normal(size=(rows, grid))
        weights = rng.normal(size=(rows, groups))
        by_x, by_act = np.zeros(7), np.zeros(7)
        for r in range(7):
            row = event[r] if rows > 1 else 0
            for t in range(3):
                by_x[r] += values[row, contribution[r, t]] / 3
                by_act[r] += (acting[r, t] * weights[row]).sum() / 3
        for statistic, expected in (
            (ContributionStatistic(values), by_x),
            (ActStatistic(weights), by_act),
        ):
            found = outcome.expect(statistic)
            assert found.value == pytest.approx(expected.mean())
            assert found.standard_error == pytest.approx(expected.std(ddof=1) / math.sqrt(7))
            assert found.effective_size == 7


def test_one_replicate_has_no_standard_error() -> None:
    game = cg.game("anarchy", "climate")
    acting = np.zeros((1, 1, game.events.class_of_group.size), dtype=np.int32)
    outcome = cg.SampledOutcome(
        game=game,
        event=np.zeros(1, dtype=np.int64),
        acting=acting,
        contribution=np.zeros((1, 1), dtype=np.int64),
        losses=np.zeros(1, dtype=np.int64),
        revisions=1,
        certificate=cg.Certificate(method="by hand", exact=False),
        provenance={},
    )
    estimate = outcome.expect(ContributionStatistic(game.success))
    assert estimate.value == 0.0
    assert math.isnan(estimate.standard_error)


def test_a_law_without_a_flow_has_no_spell() -> None:
    exact = cg.evolve(cg.game("charter", "climate"))
    frozen = cg.ExactOutcome(
        game=exact.game,
        law=exact.law,
        acts=exact.acts,
        certificate=exact.certificate,
        provenance=exact.provenance,
    )
    for measure in (cg.spell, cg.onset):
        value, reason = measure(frozen)
        assert math.isnan(value)
        assert reason


def test_spell_and_onset_of_a_two_state_chain() -> None:
    """One state alone: it holds while it acts; one revision per sweep."""
    world = cg.World(
        id="pair",
        roles=(
            cg.Role(name="a", count=1, capability=1.0),
            cg.Role(name="b", count=1, capability=0.0),
        ),
    )
    problem = cg.Problem(
        id="p", kernel="linear", benefit=0.5, cost=0.4, holds_at=1.0, leverage={"a": 1.0, "b": 0.0}
    )
    outcome = cg.evolve(cg.game("anarchy", problem, world), cg.Logit(precision=3))
    act = 1 / (1 + math.exp(-3 * 0.1))
    # a is drawn in half of the revisions; a sweep has two.
    assert cg.spell(outcome)[0] == pytest.approx(1 / (1 - act), rel=1e-10)
    assert cg.onset(outcome)[0] == pytest.approx(1 / act, rel=1e-10)
    assert outcome.flow().value == pytest.approx(0.5 * act * (1 - act), rel=1e-10)


def test_estimates_of_exact_outcomes_have_no_error() -> None:
    outcome = cg.evolve(cg.game("charter", "climate"))
    estimate = outcome.expect(ContributionStatistic(outcome.game.success))
    assert estimate.standard_error == 0.0
    assert estimate.effective_size == math.inf
    assert cg.cooperation(outcome).standard_errors == {}


def test_a_result_prints_its_parts() -> None:
    text = str(cg.cooperation(cg.evolve(cg.game("charter", "climate"))))
    lines = text.splitlines()
    assert len(lines) == 11
    assert lines[-1].split() == ["failure", "gridlock"]
