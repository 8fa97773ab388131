"""Results as arrays, frames, Datasets and NetCDF."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import coopgames as cg
from coopgames.experiments.sweeps import Axis, Experiment, SweepResult, sweep

SEVERITY = "institution.bodies.*.severity"


@pytest.fixture(scope="module")
def result() -> SweepResult:
    axes = {
        "institution": ["anarchy", "charter"],
        SEVERITY: [0.0, 0.3, 0.6],
        "dynamic.precision": [5.0, 15.0],
    }
    return sweep(Experiment(id="mine", axes=axes))


def test_a_dataset_has_dimensions_units_and_provenance(result: SweepResult) -> None:
    data = result.to_xarray()
    assert dict(data.sizes) == {"institution": 2, "severity": 3, "precision": 2}
    assert data["severity"].attrs == {"parameter": SEVERITY, "units": "stake"}
    assert data["precision"].attrs["units"] == "1/stake"
    assert data["success_rate"].attrs["units"] == "1"
    assert data["success_rate"].attrs["bounds"] == "[0, 1]"
    assert data["institution"].values.tolist() == ["anarchy", "charter"]
    assert set(np.unique(data["method"])) == {"gibbs"}
    about = json.loads(data.attrs["provenance"])
    assert about["coopgames"] == cg.__version__
    assert about["numpy"] == np.__version__
    assert about["hash"] == data.attrs["hash"] == result.plan.hash
    assert about["experiment"] == data.attrs["title"] == "mine"
    assert about["specification"]["experiment"]["axes"][SEVERITY]["values"] == [0.0, 0.3, 0.6]


def test_a_point_of_the_dataset_is_the_cell(result: SweepResult) -> None:
    point = result.to_xarray().sel(institution="charter", severity=0.3, precision=5.0)
    form = cg.variant(cg.load("institutions", "charter"), severity=0.3)
    expected = cg.cooperation(cg.evolve(cg.game(form), cg.Logit(precision=5.0)))
    assert float(point["success_rate"]) == expected.success_rate
    assert str(point["reason"].values) == ""


def test_a_frame_has_a_row_per_cell(result: SweepResult) -> None:
    frame = result.to_pandas()
    assert len(frame) == len(result) == 12
    stacked = result.to_xarray().to_dataframe().reset_index()
    for name in ("institution", "severity", "precision", "success_rate", "coverage", "reason"):
        assert frame[name].tolist() == pytest.approx(stacked[name].tolist(), nan_ok=True)
    assert frame["failure"][0] == "no_body"


def test_netcdf_and_back(result: SweepResult, tmp_path: Path) -> None:
    import xarray

    result.to_netcdf(tmp_path / "mine.nc")
    with xarray.open_dataset(tmp_path / "mine.nc") as data:
        expected = result.to_xarray()
        for name in expected.variables:
            numeric = expected[name].dtype.kind in "fi"
            ours = data[name].values if numeric else data[name].astype(expected[name].dtype).values
            np.testing.assert_array_equal(ours, expected[name].values, err_msg=str(name))
        assert data.attrs == {**expected.attrs, "complete": 1}


def test_sampled_axes_stand_along_point() -> None:
    axes = {
        "institution": ["anarchy", "club"],
        "problem.cost": Axis(lower=0.1, upper=0.2),
        "world.polarisation": Axis(lower=0.0, upper=0.9),
    }
    result = sweep(Experiment(axes=axes, design="sobol", points=4))
    data = result.to_xarray()
    assert dict(data.sizes) == {"institution": 2, "point": 4}
    assert data["cost"].dims == data["polarisation"].dims == ("point",)
    assert result.to_pandas()["cost"].tolist() == data["cost"].values.tolist() * 2


def test_columns_by_name(result: SweepResult) -> None:
    assert result["success_rate"].shape == (2, 3, 2)
    with pytest.raises(KeyError, match="success_rate"):
        result["sucess_rate"]
    assert result.complete
    assert result.failures == {}


def test_without_xarray_one_error_says_what_to_do(
    result: SweepResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(cg.CoopgamesError, match=r"pip install 'coopgames\[distributed\]'"):
        result.to_xarray()
    assert len(result.to_pandas()) == 12
