"""Fingerprints against closed forms, chains solved here, and the axelrod library."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.play.tournaments.fingerprint import fingerprint
from coopgames.play.tournaments.probe_fingerprint import joss_ann, probe_fingerprint
from coopgames.strategies import Automaton, find_strategy

DILEMMA = [[3, 0], [5, 1]]
INSIDE = np.linspace(0.05, 0.95, 7)
X, Y = np.meshgrid(INSIDE, INSIDE, indexing="ij")


def scores(strategy, **how) -> np.ndarray:
    return probe_fingerprint(strategy, x=INSIDE, y=INSIDE, **how).scores


def test_tit_for_tat() -> None:
    """The probe cooperates with c = x + (1 - x - y) c after a copy; the copy is independent of it.

    So c = x / (x + y), and the score is 3 c^2 + 5 c (1 - c) + (1 - c)^2.
    """
    assert scores("tit for tat") == pytest.approx((3 * X**2 + 5 * X * Y + Y**2) / (X + Y) ** 2)


def test_always_defect_and_always_cooperate() -> None:
    """After a defection the probe cooperates with x, after a cooperation with 1 - y."""
    assert scores("always defect") == pytest.approx(5 * X + 1 * (1 - X))
    assert scores("always cooperate") == pytest.approx(3 * (1 - Y))


def test_a_coin() -> None:
    """Against acts drawn with 1/2 the probe cooperates with (1 - y + x) / 2."""
    coin = cg.memory_one([0.5] * 4, start=0.5)
    rate = (1 - Y + X) / 2
    assert scores(coin) == pytest.approx(rate * (3 + 5) / 2 + (1 - rate) * (0 + 1) / 2)


def test_win_stay_lose_shift_from_its_chain() -> None:
    stay = cg.named_strategy("win-stay lose-shift")
    found = scores(stay)
    for i, x in enumerate(INSIDE):
        for j, y in enumerate(INSIDE):
            own = np.array(stay.response)  # after CC, CD, DC, DD
            other = np.where([True, True, False, False], 1 - y, x)  # copies the own act
            chain = np.stack(
                [own * other, own * (1 - other), (1 - own) * other, (1 - own) * (1 - other)], 1
            )
            law = np.linalg.lstsq(
                np.vstack([chain.T - np.eye(4), np.ones(4)]), [0, 0, 0, 0, 1], rcond=None
            )[0]
            assert found[i, j] == pytest.approx(law @ [3, 0, 5, 1])


def test_beyond_the_diagonal_stands_the_dual() -> None:
    dual = cg.memory_one([0, 1, 0, 1], start=0, name="dual of tit for tat")
    for x, y in ((0.7, 0.6), (1, 1), (0.9, 0.4)):
        direct, by_dual = joss_ann("tit for tat", x, y), joss_ann(dual, 1 - y, 1 - x)
        assert direct.response == pytest.approx(by_dual.response)
        assert direct.start == pytest.approx(by_dual.start)


def test_automata_as_strategy_and_as_probe() -> None:
    """Tit for tat written as an automaton has the same fingerprint, and so have its transforms."""
    machine = Automaton(
        name="copy", cooperate=(1, 0), moves=(((1, 0), (1, 0)), ((1, 0), (1, 0))), start=0
    )
    few = [0.2, 0.5]
    plain = probe_fingerprint("win-stay lose-shift", x=few, y=few)
    other = probe_fingerprint("win-stay lose-shift", x=few, y=few, probe=machine)
    assert other.scores == pytest.approx(plain.scores)
    assert probe_fingerprint(machine, x=few, y=few).scores == pytest.approx(
        probe_fingerprint("tit for tat", x=few, y=few).scores
    )
    # Two tits for tat are slower to punish: a probe of more than one round is no memory-one chain.
    slow = probe_fingerprint("always defect", x=[0.0], y=[0.0], probe="tit for two tats", turns=10)
    assert slow.scores == pytest.approx((2 * 5 + 8) / 10)


def test_a_probe_that_reacts_to_itself_is_refused() -> None:
    with pytest.raises(cg.CoopgamesError, match="reacts to its own too"):
        joss_ann("win-stay lose-shift", 0.1, 0.1)
    with pytest.raises(cg.CoopgamesError, match=r"x must lie in \[0, 1\]"):
        joss_ann("tit for tat", 1.5, 0)
    with pytest.raises(cg.CoopgamesError, match="probe must be a strategy of two players"):
        joss_ann(cg.named_strategy("tit for tat", players=3), 0, 0)
    with pytest.raises(cg.CoopgamesError, match="points must be >= 2"):
        probe_fingerprint("grim", points=1)


def test_noise_and_patience() -> None:
    errors, patience = [0.0, 0.1, 0.5], [0.0, 0.5, 1.0]
    found = fingerprint("tit for tat", DILEMMA, noise=errors, discount=patience)
    rates = found.cooperation_rates[:, :, 0]
    assert rates[:, 0] == pytest.approx([1, 0.9, 0.5])  # the first round alone
    assert rates[2] == pytest.approx([0.5] * 3)  # coins
    assert rates[1, 2] == pytest.approx(0.5)  # any error, in the long run
    assert rates[0] == pytest.approx([1, 1, 1])
    # With a slip of 1/10, cooperation in round t is (1 + 0.8^(t + 1)) / 2.
    rounds = np.arange(200)
    by_hand = (0.5 * 0.5**rounds * (1 + 0.8 ** (rounds + 1)) / 2).sum()
    assert rates[1, 1] == pytest.approx(by_hand)
    assert found.opponent_payoffs == pytest.approx(found.payoffs)


def test_a_field_of_opponents() -> None:
    found = fingerprint(
        "grim",
        DILEMMA,
        noise=[0.0],
        discount=[0.5],
        opponents=["always defect", "always cooperate"],
        weights=[1, 3],
    )
    assert found.opponents == ("always defect", "always cooperate")
    assert found.payoffs[0, 0] == pytest.approx([(0 + 1) / 2, 3])
    assert found.mean_payoffs == pytest.approx(0.25 * 0.5 + 0.75 * 3)
    assert found.mean_cooperation == pytest.approx(0.25 * 0.5 + 0.75)
    assert found.opponent_payoffs[0, 0] == pytest.approx([(5 + 1) / 2, 3])
    single = fingerprint("grim", DILEMMA, noise=[0], discount=[0.5], opponents="always defect")
    assert single.payoffs[0, 0] == pytest.approx([0.5])
    assert len(found.to_pandas()) == 2
    assert probe_fingerprint("grim", points=3).to_pandas().shape == (9, 6)


def test_a_finer_grid_holds_the_coarser() -> None:
    coarse = probe_fingerprint("grim", points=3)
    fine = probe_fingerprint("grim", points=21)
    assert fine.scores[::10, ::10] == pytest.approx(coarse.scores)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"noise": [2]}, "noise must be a list of probabilities"),
        ({"discount": 0.5}, "discount must be a list of probabilities"),
        ({"opponents": []}, "opponents must be at least one"),
        ({"weights": [-1]}, "weights must be 1 numbers"),
    ],
)
def test_bad_input_is_refused(how, message: str) -> None:
    with pytest.raises(cg.CoopgamesError, match=message):
        fingerprint("grim", DILEMMA, **how)


@pytest.mark.slow
def test_against_axelrod() -> None:
    """Twenty matches of 400 turns at each of 25 points.

    A payoff has a standard deviation of at most 2.5, and what is played is forgotten by a quarter
    each round, so that seven rounds are worth one: 4.5 standard errors, false alarms below 2e-4.
    """
    import axelrod

    probe = axelrod.TitForTat
    sampled = axelrod.AshlockFingerprint(axelrod.WinStayLoseShift(), probe).fingerprint(
        turns=400, repetitions=20, step=0.25, progress_bar=False, seed=3
    )
    grid = np.linspace(0, 1, 5)
    exact = probe_fingerprint(find_strategy("win-stay lose-shift"), x=grid, y=grid, turns=400)
    largest = 4.5 * 2.5 * np.sqrt(7 / (400 * 20))
    for (x, y), score in sampled.items():
        at = round(4 * x), round(4 * y)
        assert score == pytest.approx(exact.scores[at], abs=largest), (x, y)
