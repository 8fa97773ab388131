"""Lines and bands along an axis are the values of the result, and their quantiles."""

from math import isnan

import matplotlib as mpl
import numpy as np
import pytest
import xarray
from matplotlib.figure import Figure

from coopgames.errors import CoopgamesError
from coopgames.experiments.sweeps import Axis, Experiment, Simulation, sweep
from coopgames.plotting.sweep_band import plot_sweep


def band_of(ax, k=0):
    """Return the lower and upper edge of a band by its x."""
    vertices = [one for one in ax.collections if one.get_gid() == "band"][k].get_paths()[0].vertices
    x = np.unique(vertices[:, 0])
    return np.array([[f(vertices[vertices[:, 0] == at, 1]) for at in x] for f in (np.min, np.max)])


def test_lines_are_the_result():
    result = sweep(
        Experiment(
            axes={"institution": ["charter", "club"], "problem.threshold": [0.6, 0.4, 0.5]},
            measures=("success_rate", "failure"),
        )
    )
    before = dict(mpl.rcParams)
    own = Figure().add_subplot()
    ax = plot_sweep(result, "success_rate", ax=own)
    assert ax is own
    for line, values in zip(ax.lines, result["success_rate"]):
        assert line.get_xdata().tolist() == [0.4, 0.5, 0.6]
        assert (line.get_ydata() == values[[1, 2, 0]]).all()
    assert not ax.collections  # exact values have no band
    assert ax.get_legend().get_title().get_text() == "institution"
    styles = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
    assert len(styles) == 2
    assert dict(mpl.rcParams) == before
    one = plot_sweep(result, "success_rate", at={"institution": "club"})
    assert (len(one.lines), one.get_legend(), one.get_title()) == (1, None, "institution club")
    for arguments, message in (
        ({"measure": "failure"}, "failure has names"),
        ({"by": "institution", "x": "institution"}, "both lie along institution"),
        ({"level": 1}, "level must lie in"),
        ({"at": {"institution": "club", "threshold": 0.4}}, "no axis of success_rate is left"),
        ({"x": "threshold", "at": {"threshold": 0.4}}, "x: threshold is fixed by at"),
    ):
        with pytest.raises(CoopgamesError, match=message):
            plot_sweep(result, **({"measure": "success_rate"} | arguments))


def test_bands_are_confidence_intervals_of_samples():
    result = sweep(
        Experiment(
            institution="charter",
            axes={"problem.threshold": [0.4, 0.6, 0.7]},
            solver="simulated",
            simulation=Simulation(replicates=16, samples=2, burn_in=5),
            seed=1,
        )
    )
    ax = plot_sweep(result, "success_rate", level=0.9)
    # The normal quantile of .95, as printed in tables.
    reach = 1.6448536 * result["success_rate_standard_error"]
    ends = np.clip([result["success_rate"] - reach, result["success_rate"] + reach], 0, 1)
    assert band_of(ax) == pytest.approx(ends, abs=1e-6)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["band: 0.9 confidence"]
    assert ax.lines[0].get_ydata().tolist() == result["success_rate"].tolist()


def test_bands_hold_the_middle_of_what_is_left():
    result = sweep(
        Experiment(
            axes={
                "institution": ["charter", "club"],
                "problem.threshold": [0.5, 0.7],
                "problem.cost": Axis(lower=0.06, upper=0.25),
            },
            design="sobol",
            points=8,
            measures=("achievement",),
        )
    )
    ax = plot_sweep(result, "achievement", level=0.5)
    for k in range(2):
        values = np.sort(result["achievement"][k], axis=-1)
        # Of eight values the quantiles of 1/4, 1/2, 3/4 lie 1.75, 3.5, 5.25 steps from the lowest.
        assert ax.lines[k].get_ydata() == pytest.approx(values[:, 3:5].mean(axis=1))
        low = 0.25 * values[:, 1] + 0.75 * values[:, 2]
        high = 0.75 * values[:, 5] + 0.25 * values[:, 6]
        assert band_of(ax, k) == pytest.approx(np.array([low, high]))
    assert "median over\npoint (8)" in ax.get_legend().get_texts()[-1].get_text()
    across = plot_sweep(result, "achievement", x="institution", at={"threshold": 0.5})
    bars = [one for one in across.collections if one.get_gid() == "bar"]
    assert len(bars) == 1
    assert len(bars[0].get_paths()) == 2
    assert "bar: 0.95" in across.get_legend().get_texts()[-1].get_text()


def source(values, *axes):
    return xarray.DataArray(values, dict(axes), [name for name, _ in axes], name="value")


def test_what_is_undefined_is_left_out_and_marked():
    values = np.array([[1.0, 3.0], [np.nan, 5.0], [np.inf, np.nan]])
    ax = plot_sweep(source(values, ("x", [0.0, 1.0, 2.0]), ("world", ["a", "b"])), x="x")
    line, marked = ax.lines
    assert line.get_ydata()[:2].tolist() == [2.0, 5.0]
    assert isnan(line.get_ydata()[2])
    assert (marked.get_gid(), marked.get_xdata().tolist()) == ("partial", [1.0])
    assert "some values undefined" in [text.get_text() for text in ax.get_legend().get_texts()]
    alone = plot_sweep(source([1.0, np.nan], ("x", [0.0, 1.0])))
    assert alone.lines[0].get_marker() == "o"
    empty = plot_sweep(source([np.nan, np.nan], ("x", [0.0, 1.0])))
    assert np.isnan(empty.lines[0].get_ydata()).all()


def test_many_lines_one_value_and_names_of_groups():
    values = np.arange(60.0).reshape(20, 3)
    axes = ("quota", np.arange(20.0)), ("severity", [0.1, 1.0, 10.0])
    ax = plot_sweep(source(values, *axes), x="severity", by="quota")
    assert (len(ax.lines), ax.get_xscale()) == (20, "log")
    assert len(ax.get_legend().get_texts()) == 20
    single = plot_sweep(source([[0.3]], ("institution", ["club"]), ("severity", [0.1])))
    assert single.lines[0].get_xydata().tolist() == [[0.1, 0.3]]
    apart = plot_sweep(source(values[:2], ("world", ["a", "b"]), axes[1]), x="world", by="severity")
    xs = [line.get_xdata().tolist() for line in apart.lines]
    assert xs == [[-0.25, 0.75], [0.0, 1.0], [0.25, 1.25]]
    assert len({line.get_marker() for line in apart.lines}) == 3
