"""Refined boundaries against full fine grids."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.experiments.comparisons import Boundary, refine_boundary, winner_map
from coopgames.experiments.comparisons.fine_axes import FineAxis, fine_axis, halvings_for
from coopgames.experiments.comparisons.halving import Halving, Point
from coopgames.experiments.comparisons.lines import segments_of
from coopgames.experiments.sweeps import Axis, Experiment, local_executor, sweep
from coopgames.experiments.sweeps.design import laid_out

SEVERITY = "institution.bodies.*.severity"
COARSE = {
    SEVERITY: Axis(start=0.0, stop=1.0, number=6),
    "problem.threshold": Axis(start=0.3, stop=0.9, number=7),
}
FINE = {
    SEVERITY: Axis(start=0.0, stop=1.0, number=5 * 8 + 1),
    "problem.threshold": Axis(start=0.3, stop=0.9, number=6 * 8 + 1),
}


# -- halving ---------------------------------------------------------------------------------


def disc(point: Point) -> int:
    x, y = point
    return int((x - 61.3) ** 2 + (y - 70.7) ** 2 < 40**2)


def wave(point: Point) -> int:
    x, y = point
    return int(y > 64 + 30 * np.sin(x / 20)) + int(x + y > 180)


@pytest.mark.parametrize("rule", [disc, wave])
def test_the_boundary_is_that_of_the_full_grid(rule: object) -> None:
    halving = Halving(shape=(8, 8), halvings=4)
    assert halving.run(lambda points: [rule(p) for p in points], budget=20_000)  # type: ignore[operator]
    full = {(x, y): rule((x, y)) for x in range(129) for y in range(129)}  # type: ignore[operator]
    assert all(full[point] == label for point, label in halving.labels.items())
    expected = {
        ((x, y), 1)
        for x in range(128)
        for y in range(128)
        if len({full[x, y], full[x + 1, y], full[x, y + 1], full[x + 1, y + 1]}) > 1
    }
    assert {cell for cell in halving.cells if halving.mixed(cell)} == expected
    assert len(halving.labels) < len(full) / 6
    # Cells cover the square once.
    assert sum(width**2 for _, width in halving.cells) == 128**2


def test_points_are_asked_for_once_in_order_and_level_by_level() -> None:
    asked: list[list[Point]] = []

    def label(points: list[Point]) -> list[int]:
        asked.append(points)
        return [disc(point) for point in points]

    halving = Halving(shape=(8, 8), halvings=4)
    halving.run(label, budget=20_000)
    everything = [point for points in asked for point in points]
    assert len(set(everything)) == len(everything) == len(halving.labels)
    assert all(points == sorted(points) for points in asked)
    for point, level in halving.levels.items():
        spacing = 2 ** (4 - level)
        assert all(at % spacing == 0 for at in point)
        assert level == 0 or any(at % (2 * spacing) for at in point)


def test_a_budget_stops_before_a_width_and_not_inside_it() -> None:
    halving = Halving(shape=(8, 8), halvings=4)
    assert not halving.run(lambda points: [disc(p) for p in points], budget=300)
    assert len(halving.labels) <= 300
    assert max(width for cell, width in halving.cells if halving.mixed((cell, width))) in (2, 4, 8)


def test_small_regions_may_be_missed() -> None:
    halving = Halving(shape=(2, 2), halvings=5)
    assert halving.run(lambda points: [int(p == (9, 9)) for p in points], budget=5000)
    assert len(halving.labels) == 9


def test_segments_of_three_labels_meet_in_the_middle() -> None:
    labels = {(0, 0): 0, (2, 0): 1, (2, 2): 2, (0, 2): 0}
    ends, between = segments_of([((0, 0), 2)], labels, lambda start, end: 0.5)
    assert between.tolist() == [[0, 1], [1, 2], [0, 2]]
    assert ends[:, 1].tolist() == [[1.0, 1.0]] * 3
    assert ends[:, 0].tolist() == [[1.0, 0.0], [2.0, 1.0], [1.0, 2.0]]


# -- axes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", list(COARSE))
def test_values_are_those_of_the_full_grid(path: str) -> None:
    full = laid_out(Experiment(institution="charter", axes=FINE))[1][path]
    axis = fine_axis(path, COARSE[path])
    assert [axis.value(at, axis.cells * 8) for at in range(axis.cells * 8 + 1)] == list(full)


def test_logarithmic_values_agree_to_rounding() -> None:
    axis = fine_axis("x", Axis(start=0.5, stop=50.0, number=3, scale="log"))
    expected = np.geomspace(0.5, 50.0, 17)
    assert [axis.value(at, 16) for at in range(17)] == pytest.approx(list(expected), rel=1e-14)
    assert axis.value(0, 16) == 0.5
    assert axis.value(16, 16) == 50.0
    assert axis.span == pytest.approx(np.log(100))


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("tolerance", [0.1, 1e-3, 1e-7])
def test_halvings_reach_a_tolerance(logarithmic: bool, tolerance: float) -> None:
    axis = FineAxis(start=1.0, stop=9.0, cells=4, logarithmic=logarithmic, label=None)
    halvings = halvings_for((axis,), 1, tolerance)
    steps = 4 * 2**halvings
    assert axis.value(steps, steps) - axis.value(steps - 1, steps) <= tolerance * (1 + 1e-6)
    coarser = 4 * 2 ** (halvings - 3)
    assert axis.value(coarser, coarser) - axis.value(coarser - 1, coarser) > tolerance


# -- boundaries ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crossing() -> Boundary:
    return refine_boundary("charter", COARSE, measure="compliance", level=0.5, halvings=3)


def test_a_crossing_is_that_of_the_full_grid(crossing: Boundary) -> None:
    """Charter on climate, severity by threshold: the same boundary from a fraction of the cells."""
    full = sweep(Experiment(institution="charter", axes=FINE, measures=("compliance",)))
    values = full["compliance"]
    severity, threshold = (
        np.array(full.plan.values[path], dtype=float) for path in full.plan.values
    )
    at = [
        (int(np.flatnonzero(severity == x)[0]), int(np.flatnonzero(threshold == y)[0]))
        for x, y in crossing.points
    ]
    assert [values[place] for place in at] == crossing.values[:, 0].tolist()
    # Every edge of the full grid that crosses the level has a segment's end on it, and no other.
    ends = {tuple(end) for segment in crossing.segments.round(12).tolist() for end in segment}
    expected = set()
    above = values >= 0.5
    for i, j in np.ndindex(*values.shape):
        for k, m in ((i + 1, j), (i, j + 1)):
            if k < severity.size and m < threshold.size and above[i, j] != above[k, m]:
                part = (0.5 - values[i, j]) / (values[k, m] - values[i, j])
                x = severity[i] + part * (severity[k] - severity[i])
                y = threshold[j] + part * (threshold[m] - threshold[j])
                expected.add((round(x, 12), round(y, 12)))
    assert expected
    assert len(ends) == len(expected)
    for end in expected:
        assert min(abs(end[0] - x) + abs(end[1] - y) for x, y in ends) < 1e-9
    assert crossing.full == values.size
    assert crossing.saving > 4
    assert crossing.stopped == "resolution"
    assert crossing.resolution == pytest.approx([0.2 / 8, 0.1 / 8])


def test_what_a_boundary_says_of_itself(crossing: Boundary) -> None:
    assert crossing.axes == ("severity", "threshold")
    assert crossing.labels == ("below", "at_least", "undefined")
    assert (crossing.between == [0, 1]).all()
    assert crossing.certificate.method == "halving, gibbs"
    assert crossing.certificate.exact
    assert (
        "smaller than the cells of the coarse grid, 5 x 6, may be"
        in (crossing.certificate.notes[0])
    )
    frame = crossing.to_pandas()
    assert len(frame) == crossing.solved
    assert (frame.query("level == 0").groupby("severity").size() == 7).all()
    assert ((frame["charter"] >= 0.5) == (frame["label"] == "at_least")).all()


def test_neither_workers_nor_order_matter(crossing: Boundary) -> None:
    with local_executor("threads", 2) as executor:
        again = refine_boundary(
            ["charter"], COARSE, measure="compliance", level=0.5, halvings=3, executor=executor
        )
    assert (again.points == crossing.points).all()
    assert (again.values == crossing.values).all()
    assert (again.segments == crossing.segments).all()
    assert again.provenance["hash"] == crossing.provenance["hash"]


def test_regions_of_winners_are_those_of_the_full_map() -> None:
    names = ["charter", "club", "anarchy"]
    coarse, fine = (
        {
            SEVERITY: Axis(start=0.0, stop=1.0, number=number),
            "problem.threshold": Axis(start=0.3, stop=0.9, number=number),
        }
        for number in (5, 17)
    )
    found = refine_boundary(names, coarse, halvings=2)
    full = winner_map(names, fine)
    label = np.where(full.winner[0] < 0, names.index("anarchy") + 1, full.winner[0])
    assert found.labels == (*names, "tie", "undefined")
    severity, threshold = (np.array(full.result.plan.values[path], dtype=float) for path in FINE)
    for point, code in zip(found.points, found.label, strict=True):
        assert label[severity == point[0], threshold == point[1]] == [code]
    pairs = set()
    middles = set()
    for i, j in np.ndindex(*label.shape):
        for k, m in ((i + 1, j), (i, j + 1)):
            if k < severity.size and m < threshold.size and label[i, j] != label[k, m]:
                pairs.add(tuple(sorted((int(label[i, j]), int(label[k, m])))))
                middle = (severity[i] + severity[k]) / 2, (threshold[j] + threshold[m]) / 2
                middles.add((round(middle[0], 9), round(middle[1], 9)))
    assert {tuple(pair) for pair in found.between.tolist()} == pairs
    ends = {tuple(end) for segment in found.segments.round(9).tolist() for end in segment}
    assert middles <= ends
    assert found.saving > 1.5


def test_one_axis_is_bisected_to_a_tolerance() -> None:
    axes = {SEVERITY: Axis(start=0.0, stop=1.0, number=5)}
    found = refine_boundary("charter", axes, measure="compliance", level=0.5, tolerance=1e-6)
    ((low, high),) = found.segments[:, :, 0]
    assert 0 < high - low <= 1e-6

    def compliance(severity: float) -> float:
        form = cg.variant(cg.load("institutions", "charter"), severity=float(severity))
        return cg.cooperation(cg.evolve(cg.game(form))).compliance

    assert compliance(low) < 0.5 <= compliance(high)
    assert found.solved == 5 + 18
    assert found.full == 4 * 2**18 + 1


def test_a_logarithmic_axis() -> None:
    axes = {"dynamic.precision": Axis(start=1.0, stop=100.0, number=5, scale="log")}
    found = refine_boundary("club", axes, level=0.7, tolerance=1e-4)
    assert found.segments.shape[0] >= 1
    for low, high in found.segments[:, :, 0]:
        assert 0 < high - low <= 1e-4
        rates = [
            cg.cooperation(cg.evolve(cg.game("club"), cg.Logit(precision=float(at)))).success_rate
            for at in (low, high)
        ]
        assert min(rates) < 0.7 <= max(rates)


def test_a_spent_budget_is_said() -> None:
    found = refine_boundary("charter", COARSE, level=0.5, halvings=6, max_points=150)
    assert found.stopped == "budget"
    assert found.solved <= 150
    assert found.certificate.notes[1].startswith("max_points spent: the widest cells")
    with pytest.raises(cg.BudgetError, match="the coarse grid has 42 points, more than"):
        refine_boundary("charter", COARSE, level=0.5, max_points=41)


def test_undefined_points_have_a_reason() -> None:
    axes = {"problem.threshold": Axis(start=0.3, stop=0.9, number=3)}
    found = refine_boundary("anarchy", axes, measure="compliance", level=0.5)
    assert set(found.label) == {2}
    assert found.segments.shape == (0, 2, 1)
    assert found.reason == dict.fromkeys(range(3), "compliance: nobody is ever bound")
    assert "undefined or failed at 3 points; see reason" in found.certificate.notes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"institutions": ["charter", "club"], "level": 0.5}, "must be one where a level is given"),
        ({"institutions": "charter"}, "institutions must be two or more; got charter"),
        ({"measure": "failure", "level": 0.5}, "measure must be a number"),
        ({"solver": "simulated", "level": 0.5}, "noise has no boundary"),
        ({"axes": {SEVERITY: [0.1, 0.2]}, "level": 0.5}, "needs start, stop and number"),
        ({"axes": {}, "level": 0.5}, "axes must be one or two; got 0"),
        ({"tolerance": 0.1, "level": 0.5}, "tolerance is of one axis; got 2"),
        ({"halvings": 41, "level": 0.5}, "halvings must be <= 40; got 41"),
        ({"axes": {SEVERITY: Axis(start=0.1, stop=0.1, number=2)}, "level": 0.5}, "must differ"),
    ],
)
def test_errors(arguments: dict[str, object], message: str) -> None:
    given = {"institutions": "charter", "axes": COARSE} | arguments
    with pytest.raises(cg.CoopgamesError, match=message):
        refine_boundary(**given)  # type: ignore[arg-type]
