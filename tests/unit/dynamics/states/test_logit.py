"""Asynchronous logit revision: its two exact routes, its limits, its refusals."""

import numpy as np
import pytest

import coopgames as cg

FOUR = cg.World(id="four", roles=(cg.Role(name="a", count=4, capability=1.0),))
BOARD = cg.Institution(
    id="board", bodies=(cg.Body(id="board", severity=0.05, detection=0.5, delegation=0.5),)
)
#: Adopts less often, so that both events count.
SLOW_BOARD = cg.variant(BOARD, quota=1.0, rounds=1, severity=0.5)
KERNELS = {
    "coordination": {"benefit": 1.0, "cost": 0.0, "holds_at": 0.5},
    "threshold": {"threshold": 0.75, "benefit": 0.9, "cost": 0.1},
    "dyadic": {"dyad": (1.0, -0.5, 0.7, 0.2), "holds_at": 0.6},
}


def small(kernel: str) -> cg.Game:
    return cg.compile_game(BOARD, cg.Problem(id="p", kernel=kernel, **KERNELS[kernel]), FOUR)


@pytest.mark.parametrize("precision", [5.0, 15.0, 40.0])
@pytest.mark.parametrize("kernel", KERNELS)
def test_chain_keeps_relative_precision_between_two_basins(kernel: str, precision: float) -> None:
    """At precision 40 basins are left with probability 1e-17; differences of ones would lose it."""
    game = small(kernel)
    closed = cg.Logit(precision=precision).long_run(game)
    chain = cg.Logit(precision=precision, tremble=1e-300).long_run(game)
    assert chain.certificate.method == "chain"
    np.testing.assert_allclose(chain.law, closed.law, rtol=1e-9, atol=1e-300)
    assert chain.flow().value == pytest.approx(closed.flow().value, rel=1e-9)


def test_acting_and_not_acting_are_one() -> None:
    gain = np.linspace(-3, 3, 61)
    for dynamic in (cg.Logit(precision=15), cg.Logit(precision=15, tremble=0.2)):
        both = dynamic.response(gain) + dynamic.response(-gain)
        np.testing.assert_allclose(both, 1.0, rtol=1e-15)
    assert cg.Logit(precision=100).response(np.array([-2.0]))[0] == pytest.approx(
        np.exp(-200.0), rel=1e-12
    )


def test_a_full_tremble_is_a_coin_for_everybody() -> None:
    outcome = cg.Logit(tremble=1.0).long_run(small("threshold"))
    np.testing.assert_allclose(outcome.acts, 0.5, rtol=1e-12)
    # Three or four heads of four.
    assert cg.cooperation(outcome).success_rate == pytest.approx(5 / 16, rel=1e-12)


def test_slow_renewal_is_a_standing_mandate() -> None:
    game = cg.compile_game(
        SLOW_BOARD, cg.Problem(id="p", kernel="threshold", **KERNELS["threshold"]), FOUR
    )
    standing = cg.cooperation(cg.Logit(precision=5).long_run(game)).success_rate
    slow = cg.cooperation(cg.Logit(precision=5, renewal_rate=1e-9).long_run(game)).success_rate
    quick = cg.cooperation(cg.Logit(precision=5, renewal_rate=0.9).long_run(game)).success_rate
    assert slow == pytest.approx(standing, rel=1e-6)
    assert quick != pytest.approx(standing, rel=1e-3)


def test_quick_renewal_against_the_whole_chain_written_out() -> None:
    """Two states, two events: the chain on (event, acts) by dense linear algebra."""
    world = cg.World(id="two", roles=(cg.Role(name="a", count=2, capability=1.0),))
    problem = cg.Problem(id="p", kernel="linear", benefit=0.4, cost=0.3, holds_at=0.5)
    game = cg.compile_game(SLOW_BOARD, problem, world)
    beta, rate = 4.0, 0.3
    got = cg.Logit(precision=beta, renewal_rate=rate).long_run(game)
    chance = game.events.probability
    size = 3  # acting states
    matrix = np.zeros((2 * size, 2 * size))
    for event in range(2):
        sanction = float(game.events.sanction[event, 0])
        act = 1 / (1 + np.exp(-beta * (0.2 - 0.3 + sanction)))
        for k in range(size):
            inside = np.zeros(size)
            inside[min(k + 1, 2)] += (2 - k) / 2 * act
            inside[max(k - 1, 0)] += k / 2 * (1 - act)
            inside[k] += 1 - (2 - k) / 2 * act - k / 2 * (1 - act)
            matrix[event * size + k, event * size : (event + 1) * size] += (1 - rate) * inside
            for other in range(2):
                matrix[event * size + k, other * size + k] += rate * chance[other]
    values, vectors = np.linalg.eig(matrix.T)
    law = np.real(vectors[:, np.argmax(values.real)])
    law = (law / law.sum()).reshape(2, size)
    np.testing.assert_allclose(got.law * chance[:, None], law, rtol=1e-9)


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(cg.CoopgamesError, match="renewal_rate must be < 1"):
        cg.Logit(renewal_rate=1.0)
    with pytest.raises(cg.CoopgamesError, match=r"renewal_rate must be 0 for opt-in"):
        cg.Logit(renewal_rate=0.1).long_run(
            cg.compile_game(
                cg.Institution(id="i", bodies=(cg.Body(id="b", scope="yes_voters", quota=0.0),)),
                cg.Problem(id="p", kernel="linear", holds_at=0.5),
                FOUR,
            )
        )
    with pytest.raises(cg.BudgetError, match=r"needs .* states"):
        cg.Logit(tremble=0.1).long_run(cg.game("charter", "climate", "un193"))
