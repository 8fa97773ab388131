"""Winner maps against games solved one by one."""

from pathlib import Path

import numpy as np
import pytest

import coopgames as cg
from coopgames.experiments.comparisons import DECISIONS, winner_map
from coopgames.experiments.comparisons.judging import (
    axis_weights,
    first_and_second,
    judged,
    not_dominated,
)
from coopgames.experiments.sweeps import Axis, Simulation, local_executor, open_results

SEVERITY = "institution.bodies.*.severity"
NAMES = ["charter", "club", "anarchy"]
AXES = {SEVERITY: [0.0, 0.3, 0.6, 0.9], "problem.threshold": [0.3, 0.5, 0.7]}


def test_a_map_is_games_solved_one_by_one() -> None:
    found = winner_map(NAMES, AXES)
    climate = cg.load("problems", "climate")
    assert found.values.shape == (1, 3, 4, 3)
    for i, severity in enumerate(AXES[SEVERITY]):
        for j, threshold in enumerate(AXES["problem.threshold"]):
            problem = climate.replace(threshold=threshold)
            forms = [cg.variant(cg.load("institutions", name), severity=severity) for name in NAMES]
            rates = [
                cg.cooperation(cg.evolve(cg.game(form, problem=problem))).success_rate
                for form in forms
            ]
            assert found.values[0, :, i, j].tolist() == rates
            best, next_best = sorted(rates, reverse=True)[:2]
            assert found.first[0, i, j] == rates.index(best)
            assert found.margin[0, i, j] == best - next_best
            won = best - next_best > 0.01
            assert found.winner[0, i, j] == (rates.index(best) if won else -1)
            assert DECISIONS[found.decision[0, i, j]] == ("won" if won else "tie")


def test_a_map_agrees_with_compare() -> None:
    found = winner_map(NAMES, {"problem.cost": [cg.load("problems", "climate").cost]})
    table = {row["institution"]: row["success_rate"] for row in cg.compare(NAMES, "climate")}
    assert found.values[0, :, 0].tolist() == [table[name] for name in NAMES]
    assert found.winner.tolist() == [[NAMES.index("club")]]


def test_a_dynamic_or_its_table() -> None:
    axes = {"problem.cost": [0.1, 0.2]}
    fermi = cg.Fermi(selection_intensity=5.0, mutation_probability=0.05)
    table = {"name": "fermi", "selection_intensity": 5.0, "mutation_probability": 0.05}
    one = winner_map(["anarchy", "club"], axes, "trade", dynamic=fermi)
    other = winner_map(["anarchy", "club"], axes, "trade", dynamic=table)
    assert (one.values == other.values).all()
    assert (
        one.result.provenance["hash"]
        != winner_map(["anarchy", "club"], axes, "trade").result.provenance["hash"]
    )
    with pytest.raises(cg.CoopgamesError, match="dynamic must be one of Logit, Fermi"):
        winner_map(["anarchy", "club"], axes, dynamic=3)


def test_shares_add_up_and_have_the_stated_measure() -> None:
    found = winner_map(NAMES, AXES)
    shares = found.shares()
    assert sum(shares.values()) == pytest.approx(1.0)
    # 0, 0.3, 0.6, 0.9 stand for 1, 2, 2, 1 parts of six; 0.3, 0.5, 0.7 for 1, 2, 1 of four.
    weights = np.outer([1, 2, 2, 1], [1, 2, 1]) / 24
    assert found.weights == pytest.approx(weights)
    assert shares["club"] == pytest.approx(weights[found.winner[0] == 1].sum())
    assert shares["tie"] == pytest.approx(weights[found.winner[0] == -1].sum())
    with pytest.raises(cg.CoopgamesError, match="measure must be one of"):
        found.shares("adoption")


def test_weights_of_axes() -> None:
    logarithmic = Axis(start=1.0, stop=100.0, number=3, scale="log")
    assert axis_weights(logarithmic, (1.0, 10.0, 100.0)) == pytest.approx([0.25, 0.5, 0.25])
    assert axis_weights(Axis(values=(5, 1, 2)), (5, 1, 2)) == pytest.approx([1 / 3] * 3)
    listed = Axis(values=(1.0, 0.0, 0.2))
    assert axis_weights(listed, (1.0, 0.0, 0.2)) == pytest.approx([0.4, 0.1, 0.5])
    assert axis_weights(Axis(values=(0.3,)), (0.3,)).tolist() == [1.0]


def test_several_measures_and_who_is_not_dominated() -> None:
    found = winner_map(NAMES, AXES, measure=["success_rate", "free_riding"])
    assert found.measures == ("success_rate", "free_riding")
    assert found.pareto is not None
    for at in np.ndindex(4, 3):
        success, riding = found.values[0, :, *at], found.values[1, :, *at]
        for one in range(3):
            dominated = any(
                success[other] >= success[one]
                and riding[other] <= riding[one]
                and (success[other] > success[one] + 0.01 or riding[other] < riding[one] - 0.01)
                for other in range(3)
            )
            assert found.pareto[one, *at] == (not dominated)
    # Less free riding is better, and anarchy binds nobody.
    assert found.first[1, 2, 1] == NAMES.index("anarchy")


def test_first_and_second_of_ties_undefined_and_infinite_values() -> None:
    nan, inf = np.nan, np.inf
    worth = np.array([[1.0, nan, nan, inf], [1.0, 2.0, nan, inf], [0.0, 3.0, 1.0, 0.0]])
    first, second, margin = first_and_second(worth)
    assert first.tolist() == [0, 2, -1, 0]
    assert second.tolist() == [1, 1, -1, 1]
    assert margin.tolist() == pytest.approx([0.0, 1.0, nan, 0.0], nan_ok=True)
    decision = judged(worth, 0.01, None)[3]
    assert [DECISIONS[code] for code in decision] == ["tie", "won", "undefined", "tie"]
    assert not_dominated(worth[None], 0.0).tolist() == [
        [True, False, False, True],
        [True, False, False, True],
        [False, True, True, False],
    ]


@pytest.mark.parametrize(
    ("half", "decision"), [(0.1, "won"), (0.3, "undecided"), (0.5, "undecided")]
)
def test_sampled_leads_are_decided_by_their_intervals(half: float, decision: str) -> None:
    worth = np.array([[0.8], [0.5]])
    found = judged(worth, 0.01, np.full((2, 2, 1), half))[3]
    assert DECISIONS[found[0]] == decision


def test_sampled_ties_need_an_interval_within() -> None:
    worth = np.array([[0.505], [0.5], [0.1]])
    codes = [int(judged(worth, 0.1, np.full((3, 3, 1), half))[3][0]) for half in (0.01, 0.2)]
    assert [DECISIONS[code] for code in codes] == ["tie", "undecided"]


@pytest.mark.parametrize("common", [False, True])
def test_a_simulated_map_decides_what_is_apart(common: bool) -> None:
    """Points decided are decided as the exact map has them: a false alarm of 2 x 1e-3."""
    axes = {"problem.threshold": [0.4, 0.6]}
    sampled = winner_map(
        ["charter", "club", "coalition"],
        axes,
        solver="simulated",
        simulation=Simulation(replicates=1024, samples=8, burn_in=100),
        common_random_numbers=common,
        confidence=0.999,
        rng=7,
    )
    exact = winner_map(["charter", "club", "coalition"], axes)
    decided = sampled.decision == DECISIONS.index("won")
    assert decided.any()
    assert (sampled.winner[decided] == exact.winner[decided]).all()
    assert sampled.pareto is None


def test_records_stores_and_executors_change_nothing(tmp_path: Path) -> None:
    plain = winner_map(["charter", "club"], AXES)
    records = [cg.load("institutions", "charter"), cg.load("institutions", "club")]
    with local_executor("threads", 2) as executor:
        other = winner_map(records, AXES, executor=executor, store=tmp_path / "store")
    assert (plain.values == other.values).all()
    assert open_results(tmp_path / "store").complete
    again = winner_map(records, AXES, store=tmp_path / "store")
    assert (plain.winner == again.winner).all()
    edited = cg.variant(records[0], detection=0.0).replace(id="blind")
    mine = winner_map([edited, "club"], AXES)
    assert mine.institutions == ("blind", "club")
    assert not (mine.values[0, 0] == plain.values[0, 0]).all()
    assert (mine.values[0, 1] == plain.values[0, 1]).all()


def test_a_dataset_has_named_dimensions() -> None:
    data = winner_map(NAMES, AXES, measure=["success_rate", "adoption"]).to_xarray()
    assert data["winner"].dims == ("measure", "severity", "threshold")
    assert data["value"].dims == ("measure", "institution", "severity", "threshold")
    assert data["pareto"].dims == ("institution", "severity", "threshold")
    assert data["severity"].attrs["units"] == "stake"
    assert data["winner"].attrs["flag_meanings"] == "none charter club anarchy"
    assert float(data["weight"].sum()) == pytest.approx(1.0)
    assert data.attrs["tie"] == 0.01


def test_a_failed_cell_is_undefined() -> None:
    # Events of an opt-in body in a world of very many states are too many to enumerate.
    found = winner_map(["charter", "coalition"], {"problem.cost": [0.1]}, world="uniform-6")
    assert found.result.failures
    assert DECISIONS[found.decision[0, 0]] == "undefined"
    assert found.winner.tolist() == [[-1]]
    assert found.shares()["undefined"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measure": "failure"}, "'failure' has no better side"),
        ({"measure": "succes_rate"}, "did you mean success_rate"),
        ({"tie": -1}, "tie must be >= 0"),
        ({"institutions": ["club"]}, "institutions must be two or more"),
        ({"seeds": 3}, "unknown setting 'seeds'; did you mean seed"),
        ({"axes": {"problem": ["climate", "trade"]}}, "values must be numbers; got 'climate'"),
        ({"axes": {}}, "needs at least one axis of numbers"),
        ({"solver": "simulated", "measure": "adoption"}, "standard errors of success_rate and"),
    ],
)
def test_errors(arguments: dict[str, object], message: str) -> None:
    given = {"institutions": ["charter", "club"], "axes": AXES} | arguments
    with pytest.raises(cg.CoopgamesError, match=message):
        winner_map(**given)  # type: ignore[arg-type]
