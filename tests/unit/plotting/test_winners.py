"""Maps of winners show who is best, ties and what is not decided."""

import numpy as np
import pytest
import xarray
from matplotlib.figure import Figure

from coopgames.errors import CoopgamesError
from coopgames.experiments.comparisons.winners import winner_map
from coopgames.experiments.sweeps import Experiment, Simulation, sweep
from coopgames.plotting.winners import plot_winners

NAMES = ["charter", "club", "second_degree"]
AXES = {"problem.threshold": [0.5, 0.7, 0.9], "problem.cost": [0.1, 0.2]}


def shown(ax):
    mesh = next(one for one in ax.collections if hasattr(one, "_coordinates"))
    return np.ma.filled(np.ma.asarray(mesh.get_array()), -1)


def cells(ax, gid):
    """Return the middles of the cells with a mark."""
    return sorted(
        tuple(np.round(path.vertices[:4].mean(axis=0), 9).tolist())
        for one in ax.collections
        if one.get_gid() == gid
        for path in one.get_paths()
    )


@pytest.mark.parametrize("measure", ["success_rate", "free_riding"])
def test_the_best_of_a_result(measure):
    result = sweep(Experiment(axes={"institution": NAMES, **AXES}, measures=(measure,)))
    own = Figure().add_subplot()
    ax = plot_winners(result, measure, tie=0.02, ax=own)
    assert ax is own
    values = result[measure] if measure == "success_rate" else -result[measure]
    assert (values.argmax(axis=0) == shown(ax).T).all()
    ranked = np.sort(values, axis=0)
    close = np.argwhere(ranked[-1] - ranked[-2] <= 0.02)
    middles = sorted((AXES["problem.threshold"][i], AXES["problem.cost"][j]) for i, j in close)
    assert np.allclose(cells(ax, "tie"), middles)


def test_a_winner_map_keeps_its_decisions():
    found = winner_map(NAMES, AXES, measure=("success_rate", "onset"), tie=0.05)
    for k, measure in enumerate(found.measures):
        ax = plot_winners(found, measure)
        assert (shown(ax) == found.first[k].T).all()
        assert len(cells(ax, "tie")) == int((found.decision[k] == 1).sum())
    assert (shown(plot_winners(found)) == found.first[0].T).all()
    again = plot_winners(found.to_xarray(), "success_rate", x="cost")
    assert (shown(again) == found.first[0]).all()
    with pytest.raises(CoopgamesError, match=r"that of the map, 0\.05; got 0\.1"):
        plot_winners(found, tie=0.1)
    sampled = winner_map(
        NAMES,
        AXES,
        solver="simulated",
        simulation=Simulation(replicates=8, samples=1, burn_in=2),
        seed=1,
    )
    ax = plot_winners(sampled)
    assert len(cells(ax, "undecided")) == int((sampled.decision == 2).sum()) > 0


def test_plain_arrays():
    data = xarray.Dataset(
        {
            "winner": (("y", "x"), np.array([["a", "b"], ["", "b"]], dtype=object)),
            "margin": (("y", "x"), np.array([[0.3, 0.0], [np.nan, 0.4]])),
        },
        {"y": [0.0, 1.0], "x": [0.0, 1.0]},
    )
    ax = plot_winners(data, x="x")
    assert shown(ax).tolist() == [[0, 1], [-1, 1]]
    assert cells(ax, "tie") == [(1, 0)]
    assert cells(ax, "undefined") == [(0, 1)]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["1  a", "2  b", "undefined", "tie: lead of at most 0.01"]
    bare = plot_winners(data.drop_vars("margin"))
    assert cells(bare, "tie") == []
    with pytest.raises(CoopgamesError, match="winner must hold names"):
        plot_winners(data.assign(winner=data["margin"]))


def test_failed_cells_have_no_winner():
    axes = {"institution": ["charter", "club"], "world": ["w20", "uniform-6"], "problem.cost": [1]}
    result = sweep(Experiment(axes=axes, measures=("success_rate",)))
    ax = plot_winners(result, "success_rate", x="cost", y="world")
    assert cells(ax, "failed") == [(1, 1)]
    assert shown(ax)[1].tolist() == [-1]
    with pytest.raises(CoopgamesError, match="among: cost must have two values"):
        plot_winners(result, "success_rate", among="cost")
