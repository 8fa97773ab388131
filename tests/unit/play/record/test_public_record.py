"""The public record against enumeration of all acts, an explicit chain, and simulation."""

from itertools import product

import numpy as np
import pytest

import coopgames as cg
from coopgames.play import (
    DETERMINISTIC_REACTIONS,
    public_record,
    simulate_public_record,
)

ROLES = (
    cg.Role(name="large", count=2, capability=0.26, ideal_point=0.2),
    cg.Role(name="small", count=3, capability=0.16, ideal_point=0.7),
)
SMALL = cg.World(id="small", title="two roles", roles=ROLES, sources={"": "our assumption"})


def uniform(threshold: float = 0.6, size: int = 20) -> cg.Game:
    problem = cg.load("problems", "climate").replace(threshold=threshold, leverage="equal")
    return cg.game("anarchy", problem, cg.uniform_world(size))


def small(problem: str = "research", institution: str = "anarchy") -> cg.Game:
    return cg.game(institution, problem, SMALL)


def enumerated(game: cg.Game, chances: np.ndarray) -> float:
    """Probability that cooperation holds, summed over all 2**N acts of single states."""
    leverage = np.repeat(game.leverage, game.classes.counts)
    single = np.repeat(chances, game.classes.counts)
    total = 0.0
    for acts in product((0, 1), repeat=leverage.size):
        a = np.array(acts)
        weight = np.where(a == 1, single, 1 - single).prod()
        total += weight * game.success[0, int((a * leverage).sum())]
    return total


def test_golden_numbers() -> None:
    found = public_record(uniform(), [[0.7], [0.8]], [[0.3], [0.4]])
    assert found.keeps[0] == pytest.approx([0.886669, 0.990018], abs=5e-7)
    assert found.starts[0] == pytest.approx([0.005138, 0.056526], abs=5e-7)
    assert found.success_rate == pytest.approx([0.043371, 0.849916], abs=5e-7)
    assert found.spell == pytest.approx([8.8237, 100.18], rel=5e-5)
    assert found.onset == pytest.approx(1 / found.starts[0])


def test_against_enumeration() -> None:
    game = small()
    s, f = np.array([0.9, 0.4]), np.array([0.5, 0.2])
    keep, start = enumerated(game, s), enumerated(game, f)
    found = public_record(game, s, f)
    assert found.keeps[0] == pytest.approx(keep, abs=1e-14)
    assert found.breaks[0] == pytest.approx(1 - keep, abs=1e-14)
    assert found.starts[0] == pytest.approx(start, abs=1e-14)
    hold = start / (start + 1 - keep)
    acts = (hold * s + (1 - hold) * f) @ game.classes.counts / game.size
    assert found.act_rate == pytest.approx(acts, abs=1e-14)


@pytest.mark.parametrize(("missed", "false"), [(0.1, 0.0), (0.0, 0.2), (0.3, 0.15), (1.0, 1.0)])
def test_a_noisy_record_against_the_chain_on_success_and_record(missed, false) -> None:
    """States of the long chain: (holds, recorded); its stationary law by linear equations."""
    game = small()
    s, f, slip = np.array([0.9, 0.4]), np.array([0.5, 0.2]), 0.05
    p = {
        1: enumerated(game, (1 - 2 * slip) * s + slip),
        0: enumerated(game, (1 - 2 * slip) * f + slip),
    }
    states = list(product((1, 0), repeat=2))
    chain = np.zeros((4, 4))
    for i, (_, record) in enumerate(states):
        for j, (holds, seen) in enumerate(states):
            wrong = missed if holds else false
            chain[i, j] = (p[record] if holds else 1 - p[record]) * (
                wrong if seen != holds else 1 - wrong
            )
    system = np.vstack([chain.T - np.eye(4), np.ones(4)])
    law = np.linalg.lstsq(system, np.array([0, 0, 0, 0, 1.0]), rcond=None)[0]
    hold = law[0] + law[1]
    lost = sum(law[i] * chain[i, j] for i in (0, 1) for j in (2, 3))
    found = public_record(game, s, f, error=slip, missed_success=missed, false_success=false)
    assert found.success_rate == pytest.approx(hold, abs=1e-12)
    assert found.spell == pytest.approx(hold / lost, rel=1e-10)
    assert found.onset == pytest.approx((1 - hold) / lost, rel=1e-10)


def test_eight_deterministic_reactions() -> None:
    codes = np.array(list(DETERMINISTIC_REACTIONS.values()))
    assert list(DETERMINISTIC_REACTIONS) == [f"{code:03b}" for code in range(8)]
    first, s, f = (codes[:, [column]] for column in range(3))
    found = public_record(uniform(), s, f, first=first)
    expected = {"000": 0, "001": 0.5, "010": 0, "011": 1, "100": 0, "101": 0.5, "110": 1, "111": 1}
    assert found.success_rate.tolist() == list(expected.values())
    assert found.split.tolist() == [False] * 8  # certain starts leave nothing to chance
    assert np.isnan(found.spell).tolist() == [rate == 0 for rate in expected.values()]
    assert found.spell[[1, 3, 6]].tolist() == [1, np.inf, np.inf]
    assert set(found.reasons) == {"spell", "onset"}
    assert found.to_dict()["spell"][0] is None


def test_where_both_outcomes_last_the_first_round_decides() -> None:
    game = uniform(size=10)
    found = public_record(game, 1.0, 0.0, first=0.6)
    assert found.split
    assert found.success_rate == pytest.approx(enumerated(game, np.array([0.6])))
    assert found.success_at([0, 7]) == pytest.approx([found.first[0]] * 2)


def test_finite_horizon_by_matrix_powers() -> None:
    found = public_record(small(), 0.8, 0.3, first=0.1, missed_success=0.1)
    chain = np.array([[found.keeps[0], found.breaks[0]], [found.starts[0], 1 - found.starts[0]]])
    start = np.array([found.first[0], 1 - found.first[0]])
    for t in (0, 1, 2, 9):
        law = start @ np.linalg.matrix_power(chain, t)
        assert found.success_at(t)[0] == pytest.approx(law[0], abs=1e-14)
    with pytest.raises(cg.CoopgamesError, match="rounds must be >= 0"):
        found.success_at(-1)


def test_mandates_standing_or_redrawn() -> None:
    """Charter: with probability A all are bound, else nobody."""
    game = cg.game("charter", "climate")
    a = game.adoption
    bound = public_record(game, 0.9, 0.6)
    free = public_record(game, 0.7, 0.2)
    mixed = public_record(game, 0.9, 0.6, unbound=(0.7, 0.2))
    assert mixed.success_rate == pytest.approx(a * bound.success_rate + (1 - a) * free.success_rate)
    lost = [one.success_rate * one.breaks[0] for one in (bound, free)]
    assert mixed.spell == pytest.approx(mixed.success_rate / (a * lost[0] + (1 - a) * lost[1]))
    redrawn = public_record(game, 0.9, 0.6, unbound=(0.7, 0.2), renewal="each_round")
    keep, start = (
        a * getattr(bound, name)[0] + (1 - a) * getattr(free, name)[0]
        for name in ("keeps", "starts")
    )
    assert redrawn.success_rate == pytest.approx(start / (start + 1 - keep))
    assert redrawn.spell == pytest.approx(1 / (1 - keep))


def test_success_rises_with_readiness_and_error_levels_it() -> None:
    levels = np.linspace(0, 1, 11)[:, None]
    rising = public_record(small(), levels, 0.3).success_rate
    assert (np.diff(rising) >= -1e-14).all()
    coin = public_record(small(), levels, 0.3, error=0.5)
    assert np.ptp(coin.success_rate) < 1e-14
    assert coin.act_rate == pytest.approx(np.full(11, 0.5))


def test_many_cases_at_once_are_each_case_alone() -> None:
    rng = np.random.default_rng(5)
    game = cg.game("second_degree", "climate")
    s, f = rng.random((2, 3, 4, game.classes.size))
    together = public_record(game, s, f, unbound=(0.2, 0.1))
    assert together.success_rate.shape == (3, 4)
    for i, j in product(range(3), range(4)):
        alone = public_record(game, s[i, j], f[i, j], unbound=(0.2, 0.1))
        assert together.success_rate[i, j] == pytest.approx(alone.success_rate, abs=1e-14)
        assert together.spell[i, j] == pytest.approx(alone.spell, rel=1e-12)


def test_certificate_and_success_that_depends_on_the_mandate() -> None:
    found = public_record(cg.game("second_degree", "rescue"), 0.5, 0.2)
    assert found.certificate.exact
    assert found.certificate.residual < 1e-12
    assert 0 < found.success_rate < 1


@pytest.mark.parametrize("renewal", ["standing", "each_round"])
@pytest.mark.parametrize(
    ("institution", "problem"), [("charter", "climate"), ("coalition", "trade")]
)
def test_simulation_agrees(institution: str, problem: str, renewal) -> None:
    """16 estimates within 4.5 standard errors each: false alarm below 2e-4; the seed is fixed."""
    game = cg.game(institution, problem)
    options = {
        "unbound": (0.75, 0.55),
        "error": 0.02,
        "missed_success": 0.1,
        "false_success": 0.05,
        "renewal": renewal,
    }
    exact = public_record(game, 0.85, 0.65, **options)
    found = simulate_public_record(game, 0.85, 0.65, replicates=300, rounds=300, rng=11, **options)
    for name in ("success_rate", "act_rate", "achievement", "spell"):
        estimate = getattr(found, name)
        assert abs(estimate.value - getattr(exact, name)) < 4.5 * estimate.standard_error, name


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"on_success": 1.2}, "on_success must lie in"),
        ({"on_success": [0.1, 0.2, 0.3]}, "on_success must have 1 or 2 entries"),
        ({"on_success": [[0.1], [0.2]], "first": [[0.1], [0.2], [0.3]]}, "cases of one shape"),
        ({"error": 0.6}, "error must lie in"),
        ({"missed_success": 2}, "missed_success must lie in"),
        ({"renewal": "never"}, "renewal must be one of"),
        ({"unbound": (0.1,)}, "unbound must be a pair"),
    ],
)
def test_refusals(options, said) -> None:
    with pytest.raises(cg.CoopgamesError, match=said):
        public_record(small(), **{"on_success": 0.5, "on_failure": 0.5, **options})


def test_a_simulation_is_of_one_case() -> None:
    with pytest.raises(cg.CoopgamesError, match="must be one case"):
        simulate_public_record(small(), [[0.1], [0.2]], 0.1)
