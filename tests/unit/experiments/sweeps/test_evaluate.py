"""Cells against the verbs they stand for, failures, and the seeds of simulated cells."""

from typing import Any

import numpy as np
import pytest

import coopgames as cg
from coopgames.experiments.sweeps import (
    QUANTITIES,
    Axis,
    Experiment,
    GameOptions,
    Simulation,
    plan_sweep,
    sweep,
)
from coopgames.experiments.sweeps import evaluate as module
from coopgames.experiments.sweeps.evaluate import solve_chunk

SEVERITY = "institution.bodies.*.severity"
SHORT = Simulation(replicates=64, samples=4, burn_in=5)


def test_cells_are_what_the_verbs_say() -> None:
    experiment = Experiment(
        measures=tuple(QUANTITIES),
        axes={
            "institution": ["charter", "club"],
            SEVERITY: [0.2, 0.6],
            "world.polarisation": [0.3],
        },
    )
    result = sweep(experiment)
    world = cg.load("worlds", "w20").replace(polarisation=0.3)
    for i, name in enumerate(["charter", "club"]):
        for j, severity in enumerate([0.2, 0.6]):
            form = cg.variant(cg.load("institutions", name), severity=severity)
            (expected,) = cg.compare(form, "climate", world=world)
            for measure in set(expected) & set(QUANTITIES) - {"failure"}:
                assert result[measure][i, j, 0] == pytest.approx(expected[measure], rel=1e-12), (
                    measure
                )
            outcome = cg.evolve(cg.game(form, "climate", world))
            assert result["spell"][i, j, 0] == pytest.approx(cg.spell(outcome)[0], rel=1e-12)
            assert result["onset"][i, j, 0] == pytest.approx(cg.onset(outcome)[0], rel=1e-12)
            frame = result.to_pandas()
            row = frame[(frame["institution"] == name) & (frame["severity"] == severity)].iloc[0]
            assert row["failure"] == expected["failure"]
            assert row["method"] == expected["method"]
            assert np.isnan(row["off_preference"])
            assert "off_preference: states prefer" in row["reason"]


@pytest.mark.parametrize(
    "fields",
    [
        {"dynamic": {"name": "fermi", "selection_intensity": 5.0}},
        {
            "dynamic": {"name": "fermi", "selection_intensity": 5.0, "population_size": 20},
            "solver": "rare_mutations",
        },
        {"options": GameOptions(mandate="expected", punishment="sum")},
        {"options": GameOptions(plans="act3"), "dynamic": {"precision": 5.0}},
        {"solver": "simulated", "simulation": SHORT, "seed": 3},
        {
            "solver": "simulated",
            "simulation": Simulation(replicates=8, samples=2, burn_in=2),
            "dynamic": {"name": "replicator"},
        },
    ],
    ids=["fermi", "rare", "options", "act3", "simulated", "flow"],
)
def test_every_solver_and_option(fields: dict[str, Any]) -> None:
    institution = cg.Institution(id="council", bodies=(cg.Body(id="council", detection=0.7),))
    experiment = Experiment(
        institution=institution,
        problem="research",
        world="uniform-6",
        axes={SEVERITY: [0.3]},
        **fields,
    )
    result = sweep(experiment)
    assert result["status"].tolist() == [1], result.failures
    name = experiment.dynamic.get("name", "logit")
    kinds = {"logit": cg.Logit, "fermi": cg.Fermi, "replicator": cg.Replicator}
    dynamic = kinds[name](**{k: v for k, v in experiment.dynamic.items() if k != "name"})
    options = experiment.options
    game = cg.game(
        cg.variant(institution, severity=0.3),
        "research",
        "uniform-6",
        mandate=options.mandate,
        punishment=options.punishment,
    )
    if experiment.solver == "simulated":
        assert 0 <= result["success_rate_standard_error"][0] < 0.5
        assert not result["exact"][0]
        assert result.provenance["entropy"] is not None
        return
    solve = cg.evolve if experiment.solver == "exact" else cg.small_mutation_limit
    outcome = solve(game, dynamic, plans=options.plans)
    assert result["success_rate"][0] == pytest.approx(cg.cooperation(outcome).success_rate)
    assert result["method"][0].decode() == outcome.certificate.method
    assert result["residual"][0] == outcome.certificate.residual
    assert result.provenance["entropy"] is None


def test_a_failing_cell_is_data_and_ends_nothing() -> None:
    # Leverage by role needs the roles; a leverage of nobody is refused when the cell is solved.
    axes = {"world": ["w20", "uniform-4"], SEVERITY: [0.1, 0.6]}
    result = sweep(Experiment(institution="charter", axes=axes))
    assert result["status"].tolist() == [[1, 1], [2, 2]]
    assert np.isnan(result["success_rate"][1]).all()
    assert np.isfinite(result["success_rate"][0]).all()
    assert set(result.failures) == {2, 3}
    assert all(text.startswith("SpecificationError: ") for text in result.failures.values())
    assert result.to_pandas()["status"].tolist() == ["solved", "solved", "failed", "failed"]


def test_an_error_nobody_expected_is_data_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a bug\nover two lines")

    monkeypatch.setattr(module, "evolve", broken)
    result = sweep(Experiment(institution="charter", axes={SEVERITY: [0.1, 0.6]}))
    assert result.failures == dict.fromkeys((0, 1), "ZeroDivisionError: a bug over two lines")


def test_undefined_values_have_reasons() -> None:
    result = sweep(Experiment(axes={"institution": ["anarchy", "charter"]}))
    assert np.isnan(result["coverage"]).tolist() == [True, False]
    assert result.reason == {
        0: "coverage: nothing is ever adopted; compliance: nobody is ever bound"
    }


def test_value_added_is_of_the_same_cell() -> None:
    axes = {"institution": ["charter", "club"], "problem.threshold": [0.4, 0.7]}
    result = sweep(Experiment(axes=axes, measures=("achievement", "value_added")))
    for j, threshold in enumerate([0.4, 0.7]):
        problem = cg.load("problems", "climate").replace(threshold=threshold)
        anarchy = cg.cooperation(cg.evolve(cg.game("anarchy", problem))).achievement
        expected = (result["achievement"][:, j] - anarchy) / (1 - anarchy)
        assert result["value_added"][:, j] == pytest.approx(expected, rel=1e-12)


def test_a_game_is_compiled_once_for_all_dynamics(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    true = module.compile_game
    monkeypatch.setitem(
        solve_chunk.__globals__,
        "compile_game",
        lambda *args, **options: compiled.append(args) or true(*args, **options),
    )
    axes = {"dynamic.precision": [5.0, 10.0, 15.0], SEVERITY: [0.2, 0.6]}
    result = sweep(Experiment(institution="charter", axes=axes))
    assert len(compiled) == 2
    for i, precision in enumerate([5.0, 10.0, 15.0]):
        for j, severity in enumerate([0.2, 0.6]):
            game = cg.game(cg.variant(cg.load("institutions", "charter"), severity=severity))
            expected = cg.cooperation(cg.evolve(game, cg.Logit(precision=precision)))
            assert result["success_rate"][i, j] == expected.success_rate


@pytest.mark.parametrize("common", [True, False])
def test_the_baseline_is_anarchy_whatever_the_institution_is_called(common: bool) -> None:
    council = cg.load("institutions", "club").replace(id="anarchy")
    result = sweep(
        Experiment(
            institution=council,
            problem="trade",
            axes={"dynamic.precision": [5.0]},
            measures=("value_added", "adoption", "achievement"),
            solver="simulated",
            simulation=SHORT,
            seed=1,
            common_random_numbers=common,
        )
    )
    exact = cg.cooperation(cg.evolve(cg.game("anarchy", "trade"), cg.Logit(precision=5.0)))
    added = (result["achievement"][0] - exact.achievement) / (1 - exact.achievement)
    assert result["adoption"][0] > 0.5
    assert result["value_added"][0] == pytest.approx(added, abs=0.1)


def test_membership_and_vetoes_are_axes() -> None:
    axes = {
        "institution.bodies.*.blocking": [0.0, 1.0],
        "institution.bodies.*.members.0.count": [2, 4],
    }
    states = cg.Institution(
        id="council",
        bodies=(cg.Body(id="council", quota=0.5, members=({"role": "state", "count": 3},)),),
    )
    result = sweep(Experiment(institution=states, world="uniform-6", axes=axes))
    assert result.failures == {}
    assert result["coverage"] == pytest.approx(np.array([[2 / 6, 4 / 6]] * 2))
    assert (result["adoption"][0] > result["adoption"][1]).all()


def test_progress_goes_to_standard_error_and_only_if_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    experiment = Experiment(institution="anarchy", axes={"problem.cost": [0.1, 0.2]})
    sweep(experiment)
    assert capsys.readouterr() == ("", "")
    sweep(experiment, progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert "0/2" in said.err
    assert "cell" in said.err


# -- seeds -----------------------------------------------------------------------------------


def simulated(axes: dict[str, Any], seed: int = 1, **fields: Any) -> Any:
    return sweep(
        Experiment(
            **{"institution": "charter", **fields},
            axes=axes,
            solver="simulated",
            simulation=SHORT,
            seed=seed,
        )
    )


def test_a_cell_is_the_same_in_any_design_and_chunk() -> None:
    wide = simulated({SEVERITY: [0.0, 0.3, 0.6], "problem.threshold": [0.4, 0.6]})
    for chunk in (1, 4):
        narrow = simulated({SEVERITY: [0.6, 0.3], "problem.threshold": [0.6]}, chunk=chunk)
        for name in ("success_rate", "success_rate_standard_error", "act_rate"):
            assert narrow[name][:, 0].tolist() == wide[name][[2, 1], 1].tolist()
    other = simulated({SEVERITY: [0.6, 0.3], "problem.threshold": [0.6]}, seed=2)
    assert (other["act_rate"] != narrow["act_rate"]).any()


def test_cells_draw_independently_of_each_other() -> None:
    # Same game, other coordinates: the label of a parameter that changes nothing here.
    result = simulated({"institution.legitimacy_floor": [0.1, 0.2]}, institution="anarchy")
    one, other = result["act_rate"]
    assert one != other


def test_common_random_numbers_leave_the_institution_out() -> None:
    axes = {"institution.legitimacy_floor": [0.1, 0.2], "problem.cost": [0.1, 0.2]}
    result = simulated(axes, institution="anarchy", common_random_numbers=True)
    assert result["act_rate"][0].tolist() == result["act_rate"][1].tolist()
    forms = [cg.load("institutions", "charter").replace(id=name) for name in ("a", "b")]
    one, other = (
        simulated({"problem.cost": [0.1]}, institution=form, common_random_numbers=True)
        for form in forms
    )
    assert one["act_rate"].tolist() == other["act_rate"].tolist()


def test_sampled_cells_agree_with_exact_ones() -> None:
    # 8 cells within 4.5 standard errors: false alarm 8 * 7e-6 = 6e-5 at a fixed seed.
    axes = {SEVERITY: [0.2, 0.6], "problem.threshold": [0.4, 0.5, 0.6, 0.7]}
    base = Experiment(institution="club", axes=axes, dynamic={"precision": 5.0})
    exact = sweep(base)["success_rate"]
    sampled = sweep(
        base.replace(solver="simulated", simulation=Simulation(replicates=512, samples=16), seed=5)
    )
    z = (sampled["success_rate"] - exact) / sampled["success_rate_standard_error"]
    assert abs(z).max() < 4.5


def test_a_chunk_is_a_pure_function() -> None:
    plan = plan_sweep(
        Experiment(
            institution="club",
            axes={SEVERITY: Axis(start=0, stop=1, number=5)},
            solver="simulated",
            simulation=SHORT,
            chunk=2,
        )
    )
    forwards = [solve_chunk(plan.text, 7, index) for index in (0, 1, 2)]
    backwards = [solve_chunk(plan.text, 7, index) for index in (2, 1, 0)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        for name, column in one.columns.items():
            assert column.tobytes() == other.columns[name].tobytes(), name
