"""Pictures of tournaments: what stands in the axes, against the numbers drawn."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import coopgames as cg
from coopgames.play.tournaments.ecological import ecological_tournament
from coopgames.play.tournaments.fingerprint import fingerprint
from coopgames.play.tournaments.probe_fingerprint import probe_fingerprint
from coopgames.play.tournaments.tournament import round_robin
from coopgames.play.tournaments.tournament_record import score_tournament
from coopgames.plotting.ecological import plot_ecological
from coopgames.plotting.fingerprint import plot_fingerprint
from coopgames.plotting.score_table import plot_score_table

DILEMMA = [[3, 0], [5, 1]]
NAMES = ["always cooperate", "always defect", "tit for tat", "grim", "win-stay lose-shift"]


def drawn(ax):
    FigureCanvasAgg(ax.get_figure()).draw()
    return ax


@pytest.mark.parametrize("value", ["payoffs", "cooperation_rates"])
def test_score_tables_hold_the_table_best_first(value: str) -> None:
    found = round_robin(NAMES, DILEMMA, implementation_error=0.05)
    ax = drawn(plot_score_table(found, value=value))
    order = np.argsort(found.ranks, kind="stable")
    table = getattr(found, value)[np.ix_(order, order)]
    assert np.asarray(ax.images[0].get_array()) == pytest.approx(table)
    numbers = [float(text.get_text()) for text in ax.texts]
    assert numbers == pytest.approx(table.ravel(), abs=0.0051)
    columns = [label.get_text() for label in ax.get_xticklabels()]
    assert columns == list(found.ranking)
    each = found.scores if value == "payoffs" else found.cooperation
    assert ax.get_yticklabels()[0].get_text().endswith(f"{each[order[0]]:.2f}")


def test_large_tables_have_no_numbers() -> None:
    ax = drawn(plot_score_table(score_tournament(np.random.default_rng(1).random((20, 20)))))
    assert not ax.texts
    with pytest.raises(cg.CoopgamesError, match="no rates of cooperation"):
        plot_score_table(score_tournament([[1]]), value="cooperation_rates")


def test_ecological_shares_are_stacked_to_one() -> None:
    found = ecological_tournament(round_robin(NAMES, DILEMMA, implementation_error=0.05))
    ax = drawn(plot_ecological(found, shown=2, generations=30))
    labels = [patch.get_label() for patch in ax.collections]
    mean = found.shares[:31].mean(axis=0)
    first, second = (NAMES[i] for i in np.argsort(-mean)[:2])
    assert labels == [first, second, "others"]
    top = ax.collections[-1].get_paths()[0].vertices[:, 1].max()
    assert top == pytest.approx(1)
    # The lowest layer ends at the share of its strategy.
    vertices = ax.collections[0].get_paths()[0].vertices
    height = vertices[vertices[:, 0] == 30, 1].max()
    assert height == pytest.approx(found.shares[30, NAMES.index(first)])
    assert ax.get_xlim() == (0, 30)
    with pytest.raises(cg.CoopgamesError, match="shown must be >= 1"):
        plot_ecological(found, shown=0)


def test_fingerprints_are_maps() -> None:
    probed = probe_fingerprint("grim", points=6)
    ax = drawn(plot_fingerprint(probed))
    assert np.asarray(ax.collections[0].get_array()) == pytest.approx(probed.scores.T)
    assert ax.get_title() == "grim against tit for tat"
    rates = drawn(plot_fingerprint(probed, value="cooperation"))
    assert rates.collections[0].get_clim() == (0, 1)

    grid = fingerprint("grim", DILEMMA, noise=[0, 0.1], discount=[0.5, 0.9, 1])
    ax = drawn(plot_fingerprint(grid))
    assert np.asarray(ax.collections[0].get_array()) == pytest.approx(grid.mean_cooperation.T)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0.5", "0.9", "1"]
    paid = drawn(plot_fingerprint(grid, value="payoff"))
    assert np.asarray(paid.collections[0].get_array()) == pytest.approx(grid.mean_payoffs.T)
    with pytest.raises(cg.CoopgamesError, match="x must rise"):
        plot_fingerprint(probe_fingerprint("grim", x=[0.5], y=[0.1, 0.2]))


def test_pictures_take_axes() -> None:
    from matplotlib.figure import Figure

    axes = Figure().subplots(1, 3)
    found = round_robin(["grim", "always defect"], DILEMMA, turns=5)
    assert plot_score_table(found, ax=axes[0]) is axes[0]
    assert plot_ecological(ecological_tournament(found), ax=axes[1]) is axes[1]
    assert plot_fingerprint(probe_fingerprint("grim", points=3), ax=axes[2]) is axes[2]
