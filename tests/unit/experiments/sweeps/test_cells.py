"""Cells, their order and values, against itertools, fractions and what designs promise."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.experiments.sweeps import Axis, Experiment, Plan, plan_sweep
from coopgames.experiments.sweeps.cells import plan_of


def planned(axes: dict[str, Any], **fields: Any) -> Plan:
    return plan_sweep(Experiment(**{"institution": "charter", "axes": axes, **fields}))


AXES = {
    "institution": ["charter", "club"],
    "problem.cost": [0.1, 0.2, 0.3],
    "options.mandate": ["standing", "expected"],
    "options.legitimacy_feedback": [True, False],
}


def test_a_grid_is_the_product_with_the_last_axis_fastest() -> None:
    plan = planned(AXES)
    assert plan.shape == (2, 3, 2, 2)
    cells = [tuple(plan.coordinates(cell).values()) for cell in range(plan.size)]
    assert cells == list(product(*AXES.values()))
    assert [dimension.name for dimension in plan.dimensions] == [
        "institution",
        "cost",
        "mandate",
        "legitimacy_feedback",
    ]


def test_a_cells_records_have_its_values() -> None:
    plan = planned(
        {
            "institution.bodies.council.quota": [0.7],
            "institution.bodies.*.rounds": Axis(start=1, stop=3, number=3),
            "institution.legitimacy_floor": [0.1],
            "problem.leverage.rival": [0.5],
            "world.roles.rival.capability": [0.2],
            "world.roles.*.ideal_point": [0.5],
            "dynamic.precision": [3.0],
            "simulation.burn_in": [7],
        },
        design="grid",
    )
    setting = plan.setting(plan.coordinates(2))
    council = setting.institution.bodies[0]
    assert (council.quota, council.rounds, type(council.rounds)) == (0.7, 3, int)
    assert setting.institution.legitimacy_floor == 0.1
    assert setting.problem.leverage["rival"] == 0.5
    capability = {role.name: role.capability for role in setting.world.roles}
    assert (capability["rival"], capability["hegemon"]) == (0.2, 0.26)
    assert {role.ideal_point for role in setting.world.roles} == {0.5}
    assert (setting.dynamic.precision, setting.simulation["burn_in"]) == (3.0, 7)


def test_chamber_parameters_change_in_every_chamber() -> None:
    plan = planned({"institution.bodies.*.quota": [0.9]}, institution="global_state")
    for body in plan.setting(plan.coordinates(0)).institution.bodies:
        assert {chamber.quota for chamber in body.chambers or (body,)} == {0.9}


def test_ranges_are_the_doubles_that_decimals_denote() -> None:
    plan = planned({"institution.bodies.*.quota": {"start": 0, "stop": 1, "number": 11}})
    (values,) = plan.values.values()
    assert list(values) == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert list(np.linspace(0, 1, 11)) != list(values)  # which is why


def test_logarithmic_and_whole_ranges() -> None:
    plan = planned(
        {
            "dynamic.precision": {"start": 1, "stop": 100, "number": 3, "scale": "log"},
            "institution.bodies.*.rounds": {"start": 1, "stop": 9, "number": 3, "whole": True},
        }
    )
    assert plan.values["dynamic.precision"] == pytest.approx((1, 10, 100), rel=1e-12)
    assert plan.values["institution.bodies.*.rounds"] == (1, 5, 9)


def test_a_zip_walks_along_all_axes_at_once() -> None:
    plan = planned({"problem.cost": [0.1, 0.2], "problem.threshold": [0.5, 0.6]}, design="zip")
    assert plan.shape == (2,)
    assert [tuple(plan.coordinates(i).values()) for i in (0, 1)] == [(0.1, 0.5), (0.2, 0.6)]


SAMPLED = {
    "problem.cost": {"lower": 0.05, "upper": 0.25},
    "dynamic.precision": {"lower": 1.0, "upper": 100.0, "scale": "log"},
    "institution.bodies.*.rounds": {"lower": 2, "upper": 5, "whole": True},
}


@pytest.mark.parametrize(("design", "points"), [("latin_hypercube", 40), ("sobol", 64)])
def test_samples_are_even_in_every_axis(design: str, points: int) -> None:
    plan = planned(SAMPLED, design=design, points=points)
    assert plan.shape == (points,)
    cost = np.array(plan.values["problem.cost"])
    precision = np.log(np.array(plan.values["dynamic.precision"])) / np.log(100.0)
    for unit in ((cost - 0.05) / 0.2, precision):
        # One value in each of as many equal intervals: both designs have it.
        assert sorted(np.floor(unit * points).astype(int)) == list(range(points))
    rounds = np.bincount(plan.values["institution.bodies.*.rounds"], minlength=6)
    assert rounds[2:].sum() == points
    assert abs(rounds[2:] - points / 4).max() <= 1
    assert all(isinstance(value, int) for value in plan.values["institution.bodies.*.rounds"])


def test_a_sample_is_crossed_with_what_is_listed() -> None:
    axes = {"institution": ["charter", "club"], **SAMPLED}
    plan = planned(axes, design="sobol", points=8)
    assert [(d.name, d.size) for d in plan.dimensions] == [("institution", 2), ("point", 8)]
    for cell in range(8):
        one, other = plan.coordinates(cell), plan.coordinates(cell + 8)
        assert one | {"institution": "club"} == other


def test_a_sample_is_its_seeds() -> None:
    def values(**fields: Any) -> dict[str, Any]:
        return planned(SAMPLED, design="latin_hypercube", points=16, **fields).values

    assert values() == values(seed=4)
    assert values() != values(design_seed=1)


@given(
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=3), chunk=st.integers(1, 30) | st.none()
)
def test_chunks_partition_the_cells(sizes: list[int], chunk: int | None) -> None:
    paths = ["problem.cost", "problem.benefit", "problem.threshold"]
    axes = {path: [0.1 * (i + 1) for i in range(n)] for path, n in zip(paths, sizes, strict=False)}
    plan = planned(axes, chunk=chunk)
    cells = [cell for index in range(plan.chunks) for cell in plan.cells(index)]
    assert cells == list(range(int(np.prod(sizes))))


def test_a_plan_is_the_same_wherever_it_is_read() -> None:
    plan = planned(SAMPLED, design="sobol", points=16)
    again = plan_of.__wrapped__(plan.text)
    assert again is not plan
    assert (again.hash, again.values, again.chunk) == (plan.hash, plan.values, plan.chunk)


def test_labels_are_as_short_as_they_can_be() -> None:
    plan = planned(
        {
            "institution.bodies.council.severity": [0.1],
            "institution.bodies.*.exclusion": [0.1],
            "problem.cost": [0.1],
            "problem.leverage.rival": [0.1],
            "world.roles.rival.capability": [0.1],
            "problem.polarisation": [0.1],
            "world.polarisation": [0.1],
        }
    )
    assert list(plan.labels.values()) == [
        "severity",
        "bodies_exclusion",  # exclusion is a measure
        "cost",
        "rival",
        "capability",
        "problem_polarisation",
        "world_polarisation",
    ]
