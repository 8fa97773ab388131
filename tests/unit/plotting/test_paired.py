"""A forest plot shows each difference with its interval."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from coopgames.errors import CoopgamesError
from coopgames.experiments.comparisons.paired import paired_differences
from coopgames.plotting.paired import plot_paired


def row(difference, lower=None, upper=None, first="global_state", second="club"):
    return {
        "first": first,
        "second": second,
        "difference": difference,
        "lower": lower,
        "upper": upper,
    }


def marks(ax, kind):
    return [tuple(one.get_xydata()[0].tolist()) for one in ax.lines if one.get_gid() == kind]


def intervals(ax):
    paths = [one.get_paths()[0] for one in ax.collections if one.get_gid() == "interval"]
    return [(path.vertices[:, 0].tolist(), float(path.vertices[0, 1])) for path in paths]


def test_kinds_of_differences():
    rows = [
        row(0.5, 0.4, 0.6),
        row(0.1, -0.1, 0.2),
        row(0.3),
        row(-0.2, -0.2, -0.2),
        row(np.nan, np.nan, np.nan),
    ]
    own = Figure().add_subplot()
    ax = plot_paired(rows, label="difference [1]", ax=own)
    assert ax is own
    assert marks(ax, "apart from 0") == [(0.5, 0)]
    assert marks(ax, "not apart from 0") == [(0.1, 1)]
    assert marks(ax, "exact") == [(0.3, 2), (-0.2, 3)]
    assert intervals(ax) == [([0.4, 0.6], 0), ([-0.1, 0.2], 1)]
    assert [text.get_text() for text in ax.texts] == ["undefined"]
    assert ax.get_yticklabels()[0].get_text() == "global state − club"
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top
    assert ax.get_xlabel() == "difference [1]"
    assert len(ax.get_legend().get_texts()) == 3


def test_the_record_of_paired_differences():
    names = ["charter", "second_degree", "club"]
    found = paired_differences(names, replicates=32, samples=2, burn_in=5, rng=1)
    for source in (found, found.to_pandas(), found.to_pandas().to_dict(orient="records")):
        ax = plot_paired(source)
        drawn = {y: x for kind in ("apart from 0", "not apart from 0") for x, y in marks(ax, kind)}
        assert [drawn[k] for k in range(3)] == found.differences.tolist()
        assert [ends for ends, _ in intervals(ax)] == np.stack(
            [found.lower, found.upper], axis=1
        ).tolist()
    assert plot_paired(found).get_xlabel() == "difference in success rate"
    assert plot_paired(found).get_legend().get_title().get_text() == "0.95 confidence"
    exact = plot_paired(paired_differences(names, exact=True))
    assert len(marks(exact, "exact")) == 3
    assert exact.get_legend() is None


def test_many_rows_and_what_is_wrong():
    assert len(marks(plot_paired([row(k / 100) for k in range(100)]), "exact")) == 100
    for rows, message in (
        ([], "at least one; got none"),
        ([{"first": "a"}], r"differences\[0\] lacks second, difference"),
        ([row(0.1, 0.0)], "lower and upper go together"),
        ([row(0.1, 0.3, 0.2)], "lower must be <= upper"),
        ([row("much")], "difference must be a number; got 'much'"),
    ):
        with pytest.raises(CoopgamesError, match=message):
            plot_paired(rows)
