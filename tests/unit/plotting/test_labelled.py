"""Results with named axes are the same whether they come from a sweep, xarray or its files."""

import numpy as np
import pytest
import xarray

from coopgames.errors import CoopgamesError
from coopgames.experiments.sweeps import Axis, Experiment, SweepResult, open_results, sweep
from coopgames.plotting.cells import plane_of, scale_of
from coopgames.plotting.labelled import Coordinate, labelled


@pytest.fixture(scope="module")
def result() -> SweepResult:
    return sweep(
        Experiment(
            axes={
                "institution": ["charter", "club_alliance"],
                "problem.threshold": [0.4, 0.6, 0.7],
                "options.legitimacy_feedback": [True, False],
            },
            measures=("success_rate", "failure", "onset"),
        )
    )


def test_every_source_says_the_same(result, tmp_path):
    result.to_netcdf(tmp_path / "r.nc")
    sources = [result, result.to_xarray(), xarray.load_dataset(tmp_path / "r.nc")]
    for measure in ("success_rate", "failure", "onset"):
        ones = [labelled(source, measure) for source in sources]
        for one in ones:
            assert one.dimensions == ("institution", "threshold", "legitimacy_feedback")
            assert (one.values == result[measure]).all()
            assert one.unit == {"onset": "sweep"}.get(measure, "")
            assert one.coordinates["institution"].values.tolist() == ["charter", "club_alliance"]
            assert one.coordinates["legitimacy_feedback"].category
            assert (one.status == 1).all()
        assert {one.bounds for one in ones} == {ones[0].bounds}
        assert {one.words for one in ones} == {ones[0].words}
    array = result.to_xarray()["onset"]
    assert labelled(array).label == "onset [sweep]"
    assert labelled(array.rename(None)).name == "value"


def test_what_is_undefined_among_names(result):
    failure = labelled(result, "failure")
    assert failure.words == ("none", "no_body", "gridlock", "exclusion", "free_riding")
    names = xarray.DataArray(np.array([["b", ""], [None, "a"]], dtype=object), name="best")
    assert labelled(names).words == ("b", "a")
    assert labelled(names).values.tolist() == [[0, -1], [-1, 1]]
    filled = xarray.DataArray(np.array([[b"b", b""]]), name="best")
    assert labelled(filled).words == ("b",)


def test_choosing(result):
    whole = labelled(result, "success_rate")
    at = {"institution": "club_alliance", "legitimacy_feedback": "false", "threshold": "0.6"}
    assert whole.at(at).values == result["success_rate"][1, 1, 1]
    assert whole.at({"threshold": 0.6}).fixed == ("threshold = 0.6",)
    plane = plane_of(whole, "institution", "threshold", {"legitimacy_feedback": True})
    assert (plane.measure.values == result["success_rate"][:, :, 0].T).all()
    for arguments, message in (
        ((None, None, {"threshold": 0.5}), "at: threshold has no value 0.5; it takes 0.4, 0.6"),
        ((None, None, {"treshold": 0.5}), "at: no axis 'treshold'; did you mean threshold"),
        (("treshold", None, None), "x: no axis 'treshold'"),
        ((None, None, None), "at: choose a value of legitimacy_feedback; it takes True, False"),
        (("threshold", None, {"threshold": 0.4}), "x: threshold is fixed by at"),
        (("threshold", "threshold", {"institution": "charter"}), "both lie along"),
        ((None, None, {"threshold": 0.4, "institution": "charter"}), "plot_sweep draws one"),
    ):
        with pytest.raises(CoopgamesError, match=message):
            plane_of(whole, *arguments)
    with pytest.raises(CoopgamesError, match="did you mean success_rate"):
        labelled(result, "succes_rate")
    with pytest.raises(CoopgamesError, match="measure: is missing"):
        labelled(result)
    with pytest.raises(CoopgamesError, match="got dict"):
        labelled({}, "x")


def test_axes_beside_one_another_and_bare_dimensions(tmp_path):
    experiment = Experiment(
        institution="charter",
        axes={"problem.threshold": [0.7, 0.4], "problem.cost": [0.1, 0.2]},
        design="zip",
        measures=("success_rate",),
    )
    for found in (sweep(experiment), sweep(experiment, store=tmp_path), open_results(tmp_path)):
        one = labelled(found, "success_rate")
        assert list(one.coordinates) == ["threshold", "cost", "point"]
        assert {c.dimension for c in one.coordinates.values()} == {"point"}
        assert one.at({"cost": 0.2}).values == found["success_rate"][1]
        with pytest.raises(CoopgamesError, match="two dimensions; threshold and cost both lie"):
            plane_of(one, "threshold", "cost", None)
        with pytest.raises(CoopgamesError, match="by another axis beside it"):
            one.at({"cost": 0.2, "threshold": 0.4})


@pytest.mark.parametrize(
    ("values", "logarithmic", "edges"),
    [
        ([0.0, 1.0, 3.0], False, [-0.5, 0.5, 2.0, 4.0]),
        ([3.0, 0.0, 1.0], False, [-0.5, 0.5, 2.0, 4.0]),
        ([1.0, 10.0, 100.0], True, [10**-0.5, 10**0.5, 10**1.5, 10**2.5]),
        ([1, 4, 16], True, [0.5, 2.0, 8.0, 32.0]),
        ([1, 2, 3], False, [0.5, 1.5, 2.5, 3.5]),
        ([0.3], False, [-0.2, 0.8]),
    ],
)
def test_borders_of_cells(values, logarithmic, edges):
    scale, order = scale_of(Coordinate(name="x", dimension="x", values=np.array(values)))
    assert scale.logarithmic == logarithmic
    assert scale.edges == pytest.approx(edges)
    assert scale.places.tolist() == sorted(values)
    assert np.array(values)[order].tolist() == sorted(values)


def test_ranges_are_recognised_as_they_were_asked_for():
    for kind in ("linear", "log"):
        for number in (3, 5, 20, 100):
            axis = Axis(start=0.5, stop=30.0, number=number, scale=kind)
            found = sweep_values(axis)
            scale, _ = scale_of(Coordinate(name="x", dimension="x", values=found))
            assert scale.logarithmic == (kind == "log")


def sweep_values(axis):
    from coopgames.experiments.sweeps import plan_sweep

    plan = plan_sweep(Experiment(institution="charter", axes={"dynamic.precision": axis}))
    return np.array(plan.values["dynamic.precision"])


def test_values_that_repeat_are_no_axis():
    for values in ([1.0, 1.0], [0.0, np.nan]):
        with pytest.raises(CoopgamesError, match="finite values that differ"):
            scale_of(Coordinate(name="x", dimension="x", values=np.array(values)))
