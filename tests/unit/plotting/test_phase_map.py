"""A phase map shows the numbers of its result, cell by cell."""

from io import BytesIO

import matplotlib as mpl
import numpy as np
import pytest
import xarray
from matplotlib.figure import Figure

from coopgames.errors import CoopgamesError
from coopgames.experiments.sweeps import Axis, Experiment, sweep
from coopgames.plotting.phase_map import plot_phase_map


@pytest.fixture(scope="module")
def result():
    return sweep(
        Experiment(
            axes={
                "institution": ["charter", "club"],
                "institution.bodies.*.severity": [0.0, 0.3, 0.6, 1.0],
                "problem.threshold": [0.4, 0.5, 0.6],
            },
            measures=("success_rate", "failure", "onset", "value_added"),
        )
    )


def shown(ax):
    """Return the array of the mesh, NaN where it is masked."""
    mesh = next(one for one in ax.collections if hasattr(one, "_coordinates"))
    return np.ma.filled(np.ma.asarray(mesh.get_array(), dtype=float), np.nan)


def array(values, **coordinates):
    """Return an array of shape (y, x), or over coordinates."""
    if coordinates:
        return xarray.DataArray(values, coordinates, tuple(coordinates), name="value")
    rows, columns = np.shape(values)
    axes = {"x": np.arange(columns), "y": np.arange(rows)}
    return xarray.DataArray(np.transpose(values), axes, ("x", "y"), name="value")


def test_the_figure_holds_the_result_and_changes_nothing_else(result):
    before = dict(mpl.rcParams)
    own = Figure().add_subplot()
    ax = plot_phase_map(result, "success_rate", at={"institution": "club"}, ax=own)
    assert ax is own
    assert (shown(ax) == result["success_rate"][1].T).all()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("severity [stake]", "threshold")
    assert ax.get_title() == "institution club"
    mesh, bar = ax.collections[0], ax.figure.axes[1]
    assert (mesh.get_clim(), bar.get_ylabel()) == ((0, 1), "success rate")
    assert ax.get_xlim() == pytest.approx((-0.15, 1.2))
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0.4", "0.5", "0.6"]
    assert dict(mpl.rcParams) == before
    same = plot_phase_map(result.to_xarray(), "success_rate", at={"institution": "club"})
    assert (shown(same) == shown(ax)).all()
    turned = plot_phase_map(
        result, "success_rate", x="threshold", y="severity", at={"institution": "club"}
    )
    assert (shown(turned) == result["success_rate"][1]).all()


def test_units_and_bounds_are_those_of_the_measure(result):
    ax = plot_phase_map(result, "onset", at={"institution": "club"})
    assert ax.figure.axes[1].get_ylabel() == "onset [sweep]"
    assert ax.collections[0].get_clim() == (
        result["onset"][1].min(),
        result["onset"][1].max(),
    )


def test_names_read_from_the_top(result):
    ax = plot_phase_map(
        result, "success_rate", x="severity", y="institution", at={"threshold": 0.6}
    )
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["charter", "club"]
    assert ax.get_ylim() == (1.5, -0.5)
    assert (shown(ax) == result["success_rate"][:, :, 2]).all()


def test_causes_of_failure_are_areas_with_numbers(result):
    ax = plot_phase_map(result, "failure", x="severity", y="institution", at={"threshold": 0.6})
    assert (shown(ax) == result["failure"][:, :, 2]).all()
    words = ("none", "no_body", "gridlock", "exclusion", "free_riding")
    present = [words[code] for code in sorted(set(result["failure"][:, :, 2].ravel().tolist()))]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert [label.split(maxsplit=1)[1].replace(" ", "_") for label in labels] == present
    numbers = {text.get_gid(): text.get_text() for text in ax.texts}
    assert numbers == {word: label.split()[0] for word, label in zip(present, labels)}
    for text in ax.texts:  # each number stands in a cell of its name
        x, y = text.get_position()
        column = int(np.abs(np.array([0, 0.3, 0.6, 1.0]) - x).argmin())
        assert words[int(shown(ax)[int(y), column])] == text.get_gid()


def test_borders_run_between_names():
    codes = np.array([["a", "a", "b"], ["a", "b", "b"]])
    ax = plot_phase_map(array(codes))
    (borders,) = [one for one in ax.collections if one.get_gid() == "borders"]
    found = {tuple(map(tuple, path.vertices.tolist())) for path in borders.get_paths()}
    assert found == {
        ((1.5, -0.5), (1.5, 0.5)),
        ((0.5, 0.5), (0.5, 1.5)),
        ((0.5, 0.5), (1.5, 0.5)),
    }


def test_cells_without_a_value_are_hatched_by_what_is_wrong():
    values = np.array([[0.1, np.nan, np.inf], [np.nan, np.nan, 0.5]])
    status = np.array([[1, 1, 1], [2, 0, 1]])
    source = array(values).to_dataset().assign(status=(("x", "y"), status.T))
    ax = plot_phase_map(source, "value")
    hatched = {one.get_gid(): one for one in ax.collections if one.get_hatch()}
    where = {"undefined": (1, 0), "infinite": (2, 0), "failed": (0, 1), "not solved": (1, 1)}
    assert set(hatched) == set(where)
    for name, middle in where.items():
        (path,) = hatched[name].get_paths()
        assert path.vertices[:4].mean(axis=0) == pytest.approx(middle)
    assert len({one.get_hatch() for one in hatched.values()}) == 4
    legend = ax.figure.axes[1].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == list(where)
    assert np.isnan(shown(ax)).sum() == 4
    lost = plot_phase_map(array(np.full((2, 2), np.nan)), levels=[0.5])
    assert np.isnan(shown(lost)).all()
    lost.figure.savefig(BytesIO())


def test_levels_run_where_the_measure_has_them():
    x = np.linspace(0, 1, 11)
    tilted = array(x[:, None] + 0 * x[None, :], x=x, y=x)
    ax = plot_phase_map(tilted, levels=[0.25, 7.0])
    (lines,) = [one for one in ax.collections if one.get_gid() == "levels"]
    assert lines.get_paths()[0].vertices[:, 0] == pytest.approx(0.25)
    assert lines.levels.tolist() == [0.25]
    with pytest.raises(CoopgamesError, match="levels: failure has names"):
        plot_phase_map(array(np.array([["a", "b"]])).rename("failure"), levels=[0.5])
    with pytest.raises(CoopgamesError, match="two numbers or more along both axes; y takes 0"):
        plot_phase_map(array(np.array([[0.1, 0.2]])), levels=[0.15])
    with pytest.raises(CoopgamesError, match="levels must be a number"):
        plot_phase_map(tilted, levels=["high"])


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (30, 40), (200, 300)])
def test_any_number_of_cells(shape):
    values = np.random.default_rng(1).random(shape)
    ax = plot_phase_map(array(values))
    assert (shown(ax) == values).all()
    names = np.array(["a", "b", "c"])[(3 * values).astype(int)]
    ax = plot_phase_map(array(names))
    assert len(ax.texts) <= 3 if values.size > 100 else ax.texts is not None
    ax.figure.savefig(BytesIO())


def test_logarithmic_axes_and_values_out_of_order():
    at = [100.0, 1.0, 10.0]
    values = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    ax = plot_phase_map(array(values, side=["left", "right"], precision=at))
    assert ax.get_yscale() == "log"
    ax = plot_phase_map(array(values, side=["left", "right"], precision=at), x="precision")
    assert (ax.get_xscale(), ax.get_xlim()) == ("log", pytest.approx((10**-0.5, 10**2.5)))
    assert shown(ax).tolist() == [[2.0, 3.0, 1.0], [5.0, 6.0, 4.0]]
    many = Axis(start=2.0, stop=60.0, number=12, scale="log")
    found = sweep(
        Experiment(
            institution="charter",
            axes={"dynamic.precision": many, "problem.threshold": [0.5, 0.6]},
            measures=("success_rate",),
        )
    )
    ax = plot_phase_map(found, "success_rate")
    ax.figure.canvas.draw()
    ticks = [tick.get_text() for tick in ax.get_xticklabels()]
    assert {"2", "5", "10", "20", "50"} <= set(ticks)
