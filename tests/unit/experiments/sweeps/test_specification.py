"""What an experiment may say, and what is said of it otherwise, before any cell is solved."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import coopgames as cg
from coopgames.catalogue import experiments
from coopgames.experiments.sweeps import Axis, Experiment, load_experiment, plan_sweep

SEVERITY = "institution.bodies.*.severity"


def complaint(**fields: Any) -> str:
    """What is said of a wrong experiment; one line, or the test fails."""
    with pytest.raises(cg.SpecificationError) as problem:
        plan_sweep(Experiment(**{"institution": "charter", "axes": {SEVERITY: [0.1]}, **fields}))
    message = str(problem.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("path", "values", "hint"),
    [
        ("institution.bodies.*.severty", [0.1], "severity"),
        ("institution.bodies.concil.severity", [0.1], "council"),
        ("institution.legitimacy_flor", [0.1], "legitimacy_floor"),
        ("institution.social.avenus", [1], "avenues"),
        ("institution.id", ["other"], "no parameter 'id'"),
        ("institutions.bodies", [0.1], "institution"),
        ("problem.treshold", [0.1], "threshold"),
        ("problem.leverage.hegemom", [0.1], "hegemon"),
        ("problem.volunteering.rounds", [2], "is None"),
        ("world.roles.rvial.capability", [0.1], "rival"),
        ("world.roles.rival", [0.1], "a parameter after it"),
        ("options.mandat", ["standing"], "mandate"),
        ("dynamic.precison", [1.0], "precision"),
        ("dynamic.name", ["lgit"], "logit"),
        ("simulation.burnin", [1], "burn_in"),
        ("dynamic", ["logit"], "name a parameter"),
        ("institution", ["chartr"], "charter"),
        ("institution.bodies.*.severity", [-1.0], "severity"),
        ("institution.bodies.*.quota", [0.5, 1.5], "quota"),
        ("problem.threshold", ["high"], "threshold"),
        ("options.mandate", ["standing", "sitting"], "mandate"),
    ],
)
def test_wrong_paths_and_values_are_refused_with_a_hint(
    path: str, values: list[Any], hint: str
) -> None:
    message = complaint(axes={path: values})
    assert hint in message
    assert path in message


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ({"axes": {}}, "at least one axis"),
        ({"axes": {SEVERITY: []}}, "exactly one of values"),
        ({"axes": {SEVERITY: {"start": 0.0, "stop": 1.0}}}, "exactly one of values"),
        ({"axes": {SEVERITY: {"values": [1.0], "lower": 0.0}}}, "exactly one of values"),
        ({"axes": {SEVERITY: [0.1, 0.1]}}, "must differ"),
        ({"axes": {SEVERITY: {"lower": 0.0, "upper": 1.0}}}, "latin_hypercube"),
        ({"axes": {SEVERITY: {"valeus": [0.1]}}}, "valeus"),
        ({"axes": {SEVERITY: 0.1}}, "a list of values"),
        ({"axes": {"problem": {"threshold": {"values": [0.1]}}}}, "in quotes"),
        ({"axes": {SEVERITY: {"start": 0.0, "stop": 1.0, "number": 3, "scale": "log"}}}, "above 0"),
        ({"measures": ("sucess_rate",)}, "success_rate"),
        ({"measures": ()}, "at least one measure"),
        ({"measures": ("spell", "spell")}, "differ"),
        ({"institution": None}, "institution: is missing"),
        ({"institution": "chartr"}, "charter"),
        ({"design": "sobol", "points": 8}, "lower and upper"),
        ({"points": 8}, "points: is not used"),
        ({"dynamic": {"name": "moran", "sample": 1}}, "no parameter 'sample'"),
        ({"dynamic": {"name": "moran", "selection_intensity": -1.0}}, "selection_intensity"),
        ({"dynamic": {"name": "replicator"}}, "'simulated' for flows"),
        ({"solver": "rare_mutations"}, "rare_mutations"),
        (
            {
                "measures": ("critical_sanction_factor",),
                "dynamic": {"name": "fermi", "selection_intensity": 1.0},
            },
            "needs the dynamic 'logit'",
        ),
        ({"axes": {SEVERITY: Axis(values=(0.1,), label="status")}}, "a column of results"),
        (
            {
                "axes": {
                    SEVERITY: Axis(values=(0.1,), label="x"),
                    "problem.cost": Axis(values=(0.1,), label="x"),
                }
            },
            "that of",
        ),
        (
            {"design": "zip", "axes": {SEVERITY: [0.1, 0.2], "problem.cost": [0.1]}},
            "same number of values",
        ),
        ({"chunk": 0}, "chunk"),
        ({"seed": -1}, "seed"),
    ],
)
def test_wrong_experiments_are_refused(fields: dict[str, Any], hint: str) -> None:
    assert hint in complaint(**fields)


@pytest.mark.parametrize("points", [3, 100, 400])
def test_a_sobol_sample_of_another_size_says_which_are_near(points: int) -> None:
    axes = {SEVERITY: Axis(lower=0.0, upper=1.0)}
    message = complaint(design="sobol", points=points, axes=axes)
    below = 2 ** int(np.log2(points))
    assert f"use {below} or {2 * below}" in message


def test_paths_of_one_institution_are_checked_in_all_institutions() -> None:
    axes = {"institution": ["charter", "club"], "institution.bodies.council.severity": [0.1]}
    with pytest.raises(cg.SpecificationError, match="no body 'council'"):
        plan_sweep(Experiment(axes=axes))


def test_a_star_passes_over_an_institution_without_bodies() -> None:
    axes = {"institution": ["anarchy", "club"], SEVERITY: [0.1, 0.2]}
    assert plan_sweep(Experiment(axes=axes)).size == 4


def test_two_records_of_one_id_are_refused() -> None:
    charter = cg.load("institutions", "charter")
    with pytest.raises(cg.SpecificationError, match="unknown"):
        plan_sweep(Experiment(institution="nobody", axes={SEVERITY: [0.1]}))
    other = cg.variant(charter, severity=0.1)
    plan = plan_sweep(Experiment(institution=other, axes={"problem.cost": [0.1]}))
    assert (
        plan.hash != plan_sweep(Experiment(institution=charter, axes={"problem.cost": [0.1]})).hash
    )


def test_arrays_are_lists_of_values() -> None:
    experiment = Experiment(institution="charter", axes={SEVERITY: np.array([0.1, 0.2])})
    assert experiment.axes[SEVERITY] == Axis(values=(0.1, 0.2))


def test_the_hash_forgets_prose_and_seed_and_nothing_else() -> None:
    def hashed(**fields: Any) -> str:
        return plan_sweep(
            Experiment(
                **{
                    "institution": "charter",
                    "axes": {SEVERITY: [0.1, 0.2], "problem.cost": [0.1, 0.2]},
                    **fields,
                }
            )
        ).hash

    base = hashed()
    assert hashed(id="other", title="Title", description="Text", seed=5) == base
    assert hashed(institution=cg.load("institutions", "charter")) == base
    different = [
        {"axes": {"problem.cost": [0.1, 0.2], SEVERITY: [0.1, 0.2]}},
        {"axes": {SEVERITY: [0.1, 0.3], "problem.cost": [0.1, 0.2]}},
        {"institution": "charter_1945"},
        {"problem": "trade"},
        {"world": "un193"},
        {"measures": ("spell",)},
        {"dynamic": {"precision": 10.0}},
        {"options": {"mandate": "expected"}},
        {"chunk": 3},
    ]
    hashes = {hashed(**_converted(fields)) for fields in different}
    assert len(hashes | {base}) == len(different) + 1


def _converted(fields: dict[str, Any]) -> dict[str, Any]:
    from coopgames.experiments.sweeps import GameOptions

    return {k: GameOptions(**v) if k == "options" else v for k, v in fields.items()}


# -- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", experiments())
def test_every_shipped_experiment_can_start(name: str) -> None:
    plan = plan_sweep(load_experiment(name))
    assert plan.size > 1
    assert load_experiment(name).description


def test_a_file_is_the_record(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        """
        title = "Mine"
        institution = "charter"
        seed = 3
        [dynamic]
        precision = 10
        [axes]
        "problem.cost" = { start = 0.1, stop = 0.2, number = 3 }
        [axes."institution.bodies.*.severity"]
        values = { value = [0.1, 0.2], source = "our assumption" }
        """
    )
    found = load_experiment(path)
    assert found == Experiment(
        id="mine",
        title="Mine",
        institution="charter",
        seed=3,
        dynamic={"precision": 10},
        axes={"problem.cost": Axis(start=0.1, stop=0.2, number=3), SEVERITY: [0.1, 0.2]},
        sources=found.sources,
    )
    assert list(found.sources.values()) == ["our assumption"]


def test_paths_of_models_are_taken_from_the_files_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "council.toml").write_text('id = "council"\n[[bodies]]\nid = "c"\n')
    (folder / "states.csv").write_text("name,capability,count\nstate,1,4\n")
    (folder / "study.toml").write_text(
        'world = "states.csv"\n[axes]\ninstitution = ["council.toml", "anarchy"]\n'
    )
    monkeypatch.chdir(tmp_path)
    plan = plan_sweep(load_experiment("study/study.toml"))
    assert plan.values["institution"] == ("council", "anarchy")
    assert plan.setting(plan.coordinates(0)).world.size == 4


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("institution = 'charter'\n[axes]\n'problem.cost' = [0.1]\ncolour = 1", "colour"),
        ("institution = 'charter'\ncolour = 1\n[axes]\n'problem.cost' = [0.1]", "colour"),
        ("institution = 'charter'\naxes = 3", "Expected a table"),
        ("institution = 'charter'\n[axes.problem.cost]\nvalues = [0.1]", "in quotes"),
        ("institution = ", "not valid TOML"),
    ],
)
def test_wrong_files_are_refused_by_name(tmp_path: Path, text: str, hint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(cg.SpecificationError, match=hint) as problem:
        load_experiment(path)
    assert str(problem.value).startswith("mine.toml: ")


def test_an_unknown_experiment_has_near_names() -> None:
    with pytest.raises(cg.SpecificationError, match="did you mean phase_small"):
        load_experiment("phase_smal")
