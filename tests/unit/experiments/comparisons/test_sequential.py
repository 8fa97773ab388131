"""Sequential decisions: the confidence sequence, its error rate, and the verb."""

from math import sqrt

import numpy as np
import pytest

import coopgames as cg
from coopgames.experiments.comparisons import (
    ConfidenceSequence,
    decide_ordering,
    paired_differences,
)

SHORT = {"samples": 8, "burn_in": 60}


# -- the sequence ----------------------------------------------------------------------------


def test_the_formula_step_by_step() -> None:
    rng = np.random.default_rng(1)
    values = rng.uniform(-1, 1, 300)
    horizons = [1024.0, 4096.0]
    error = 0.1
    lower, upper = -1.0, 1.0
    for n in horizons:
        bound = np.log(2 / (error / len(horizons)))
        weights = weighted = penalty = 0.0
        seen: list[float] = []
        deviations = 0.0
        for d in values:
            x = (d + 1) / 2
            mean = (0.5 + sum(seen)) / (len(seen) + 1)
            variance = (0.25 + deviations) / (len(seen) + 1)
            w = min(0.5, sqrt(2 * bound / (variance * n)))
            weights += w
            weighted += w * x
            penalty += (x - mean) ** 2 * (-np.log(1 - w) - w)
            seen.append(x)
            deviations += (x - (0.5 + sum(seen)) / (len(seen) + 1)) ** 2
        radius = (bound + penalty) / weights
        lower = max(lower, 2 * (weighted / weights - radius) - 1)
        upper = min(upper, 2 * (weighted / weights + radius) - 1)
    sequence = ConfidenceSequence(error, 4096)
    sequence.extend(values)
    assert (sequence.lower, sequence.upper) == pytest.approx((lower, upper), abs=1e-12)
    assert sequence.size == 300


def test_extending_in_parts_only_adds_looks() -> None:
    rng = np.random.default_rng(2)
    values = rng.choice([-1.0, 0.0, 1.0], 4096)
    whole, parts = ConfidenceSequence(0.05), ConfidenceSequence(0.05)
    whole.extend(values)
    for part in np.split(values, 16):
        parts.extend(part)
    parts.extend(np.empty(0))
    assert parts.size == whole.size
    assert parts.lower >= whole.lower - 1e-12
    assert parts.upper <= whole.upper + 1e-12


def test_the_exponential_is_a_supermartingale() -> None:
    """One step of the process of the module's head has a mean of at most 1, whatever the law."""
    rng = np.random.default_rng(3)
    for _ in range(500):
        x, chance = rng.uniform(size=3), rng.dirichlet([0.3] * 3)
        centre, w = rng.uniform(), rng.uniform(0, 0.5)
        mean = float(chance @ x)
        step = np.exp(w * (x - mean) - (x - centre) ** 2 * (-np.log(1 - w) - w))
        assert float(chance @ step) <= 1 + 1e-12
        mirrored = np.exp(w * (mean - x) - (x - centre) ** 2 * (-np.log(1 - w) - w))
        assert float(chance @ mirrored) <= 1 + 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("spread", [(0.1, 0.8, 0.1), (0.5, 0.0, 0.5), (0.002, 0.996, 0.002)])
def test_equal_means_are_seldom_told_apart_in_sixty_four_looks(
    spread: tuple[float, float, float],
) -> None:
    """500 runs at 5 %: more than 42 wrong ones would be a false alarm below 1e-3 at exactly 5 %.

    A test of 5 % at each look is wrong several times as often.
    """
    rng = np.random.default_rng(4)
    wrong = naive = 0
    for _ in range(500):
        sequence = ConfidenceSequence(0.05)
        total = squares = 0.0
        fooled = False
        for _ in range(64):
            values = rng.choice([-1.0, 0.0, 1.0], 1024, p=spread)
            sequence.extend(values)
            total += values.sum()
            squares += (values**2).sum()
            fooled |= abs(total) > 1.96 * sqrt(squares)
        wrong += sequence.lower > 0 or sequence.upper < 0
        naive += fooled
    assert wrong <= 42
    assert naive > 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0.0,), r"error must lie in \(0, 1\)"), ((0.1, 0.0), "horizon must be >= 1")],
)
def test_errors_of_the_sequence(arguments: tuple[float, ...], message: str) -> None:
    with pytest.raises(cg.CoopgamesError, match=message):
        ConfidenceSequence(*arguments)


# -- the verb --------------------------------------------------------------------------------


def test_an_ordering_is_decided_as_it_is() -> None:
    names = ["charter", "club", "federation", "anarchy"]
    found = decide_ordering(names, rng=7, **SHORT)
    exact = paired_differences(names, exact=True)
    order = [names[at] for at in np.argsort(-exact.means)]
    assert found.ranking == tuple(order)
    assert found.highest == (order[0],)
    assert found.stopped == "decided"
    expected = ["above" if difference > 0 else "below" for difference in exact.differences]
    assert list(found.decisions) == expected
    assert (found.lower <= exact.differences).all()
    assert (exact.differences <= found.upper).all()
    assert list(found.to_pandas()["decision"]) == expected


def test_close_pairs_take_longer_and_are_those_of_paired_differences() -> None:
    names = ["first_degree", "concert", "federation"]
    found = decide_ordering(names, "trade", rng=7, **SHORT)
    assert found.stopped == "decided"
    assert found.replicates[0] > found.replicates[1] == 1024
    runs = int(found.replicates[0])
    same = paired_differences(names[:2], "trade", replicates=runs, rng=7, **SHORT)
    assert found.differences[0] == pytest.approx(same.differences[0], abs=1e-12)


def test_equal_institutions_end_by_indifference_or_by_the_budget() -> None:
    copy = cg.load("institutions", "charter").replace(id="copy")
    equal = decide_ordering(["charter", copy], indifference=0.02, rng=7, **SHORT)
    assert equal.decisions == ("equal",)
    assert (equal.stopped, equal.ranking) == ("decided", None)
    assert equal.highest == ("charter", "copy")
    never = decide_ordering(["charter", copy], max_replicates=1500, rng=7, **SHORT)
    assert never.decisions == ("undecided",)
    assert never.stopped == "budget"
    assert never.replicates.tolist() == [2048]
    assert "1 of 1 pairs undecided after max_replicates = 2048" in never.certificate.notes[-1]
    assert never.provenance["specification"]["max_replicates"] == 2048


@pytest.mark.slow
def test_copies_on_independent_streams_are_seldom_told_apart() -> None:
    """200 runs of 8 looks at 5 %: 21 wrong ones are a false alarm below 1e-3."""
    copy = cg.load("institutions", "anarchy").replace(id="copy")
    wrong = sum(
        decide_ordering(
            ["anarchy", copy],
            "trade",
            "uniform-4",
            common_random_numbers=False,
            max_replicates=8192,
            rng=seed,
            samples=1,
            burn_in=2,
        ).stopped
        == "decided"
        for seed in range(200)
    )
    assert wrong <= 21


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"indifference": -0.1}, "indifference must be >= 0"),
        ({"indifference": 1.0}, r"indifference must lie in \(0, 1\)"),
        ({"max_replicates": 0}, "max_replicates must be >= 1"),
        ({"confidence": 0.0}, "confidence"),
        ({"measure": "spell"}, "measure must be one of"),
    ],
)
def test_errors(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(cg.CoopgamesError, match=message):
        decide_ordering(["charter", "club"], **arguments)  # type: ignore[arg-type]
