"""What the pictures of enforcement show is what the records hold."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import coopgames as cg
from coopgames.play.enforcement.enforcement_map import enforcement_map
from coopgames.play.enforcement.perfect_payoffs import subgame_perfect_payoffs
from coopgames.plotting.enforcement import plot_enforcement_map, plot_perfect_payoffs

RECORDS = [
    cg.load(kind, name)
    for kind, name in (("institutions", "charter"), ("problems", "climate"), ("worlds", "w20"))
]
DILEMMA = [[3, 0], [5, 1]]


def test_a_map_over_patience() -> None:
    found = enforcement_map(*RECORDS, x_values=[0, 0.5, 1], y_values=[0.2, 0.4, 0.6, 0.8])
    own = Figure().add_subplot()
    ax = plot_enforcement_map(found, ax=own)
    assert ax is own
    (mesh,) = ax.collections
    assert np.asarray(mesh.get_array()).reshape(4, 3) == pytest.approx(found.array("sustained"))
    assert (mesh.get_clim(), mesh.get_cmap().name) == ((0, 1), "cividis")
    assert ax.get_xlim() == pytest.approx((-0.25, 1.25))
    assert ax.get_ylim() == pytest.approx((0.1, 0.9))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "0.5", "1"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("detection", "discount factor")


def test_a_map_over_two_rules_hatches_what_is_never_held() -> None:
    found = enforcement_map(*RECORDS, y="severity", x_values=[0, 1], y_values=[0.2])
    ax = plot_enforcement_map(found)
    hatched = [part for part in ax.collections if part.get_gid() == "none"]
    assert len(hatched) == int(np.isnan(found.array("discount_factor")).sum()) == 1
    assert ax.get_ylabel() == "severity [stake]"


def test_sets_of_payoffs() -> None:
    sets = {str(d): subgame_perfect_payoffs(DILEMMA, discount_factor=d) for d in (0.3, 0.6)}
    ax = plot_perfect_payoffs(sets)
    outlines = [line for line in ax.lines if line.get_gid() != "threats"]
    for line, found in zip(outlines, sets.values(), strict=True):
        assert np.stack(line.get_data(), axis=1)[:-1] == pytest.approx(found.vertices)
    crosses = [line for line in ax.lines if line.get_gid() == "threats"]
    assert [float(line.get_xdata()[0]) for line in crosses] == pytest.approx([1, 1])
    feasible = ax.patches[0].get_xy()
    assert feasible[:-1] == pytest.approx(np.array([(0, 5), (1, 1), (5, 0), (3, 3)]))
    assert ax.get_xlabel() == "payoff of first"


def test_a_point_and_nothing() -> None:
    alone = plot_perfect_payoffs(subgame_perfect_payoffs(DILEMMA, discount_factor=0.1))
    assert len(alone.lines) == 2
    none = subgame_perfect_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], discount_factor=0.5)
    assert len(plot_perfect_payoffs(none).lines) == 0
    with pytest.raises(cg.CoopgamesError, match="sets of one game; got 0"):
        plot_perfect_payoffs({})
