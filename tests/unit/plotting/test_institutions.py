"""Pictures of institutions' games: what stands in the axes, against the numbers drawn."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

import coopgames as cg
from coopgames.dynamics.states.role_limit import profile_fixation
from coopgames.games import policy_games
from coopgames.plotting import (
    plot_act_rate,
    plot_cooperation_drift,
    plot_cooperation_law,
    plot_gradient,
    plot_invasion_graph,
    plot_plan_simplex,
    plot_profile_graph,
)

FERMI = cg.Fermi(selection_intensity=5.0, mutation_probability=0.05)


@pytest.fixture(scope="module")
def club() -> cg.Game:
    return cg.game("club", "trade", "w20")


def drawn(ax: Axes) -> Axes:
    """Return the axes after the figure is laid out and drawn."""
    FigureCanvasAgg(ax.get_figure()).draw()
    return ax


def overlaps(ax: Axes) -> list[tuple[str, str]]:
    """Return pairs of texts in the axes that cover one another."""
    drawn(ax)
    texts = [text for text in (*ax.texts, ax.title) if text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    return [
        (texts[i].get_text(), texts[j].get_text())
        for i in range(len(texts))
        for j in range(i)
        if boxes[i].overlaps(boxes[j])
    ]


def test_act_rates_are_means_and_quantiles_over_replicates(club: cg.Game) -> None:
    found = cg.simulate(club, FERMI, replicates=64, samples=21, burn_in=0, sweeps_between=1, rng=1)
    ax = drawn(plot_act_rate(found, band=(0.1, 0.8)))
    rates = found.acting.sum(axis=2) / 20
    (line,) = ax.lines
    assert line.get_xdata() == pytest.approx(np.arange(21))
    assert line.get_ydata() == pytest.approx(rates.mean(axis=0))
    corners = ax.collections[0].get_paths()[0].vertices
    for level in (0.1, 0.8):
        assert np.isin(np.round(np.quantile(rates, level, axis=0), 9), corners[:, 1].round(9)).all()
    assert ax.get_legend() is None
    assert ax.get_ylim() == (0, 1)


def test_several_act_rates_have_a_legend_and_equal_times(club: cg.Game) -> None:
    how = {"replicates": 8, "samples": 5, "burn_in": 0, "sweeps_between": 1, "rng": 1}
    one, other = cg.simulate(club, **how), cg.simulate(club, cg.Smith(), **how)
    ax = drawn(plot_act_rate({"logit": one, "smith": other}))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["logit", "smith"]
    assert not ax.collections
    late = cg.simulate(club, **how | {"burn_in": 3})
    with pytest.raises(cg.CoopgamesError, match="same times"):
        plot_act_rate({"one": one, "late": late})
    with pytest.raises(cg.CoopgamesError, match="at least one"):
        plot_act_rate({})


def test_drift_has_its_zeros_marked(club: cg.Game) -> None:
    found = cg.drift_of_cooperation(club)
    ax = drawn(plot_cooperation_drift(found))
    (line,) = [line for line in ax.lines if line.get_gid() == "gradient"]
    assert line.get_ydata() == pytest.approx(found.drift)
    turns = [a for a in range(20) if found.drift[a] > 0 > found.drift[a + 1]]
    sinks = [float(dot.get_xdata()[0]) for dot in ax.lines if dot.get_gid() == "sink"]
    assert len(sinks) == len(turns) > 0
    assert all(a < sink < a + 1 for a, sink in zip(turns, sinks, strict=True))
    assert "of 20" in ax.get_xlabel()
    assert "per step" in ax.get_ylabel()
    several = {
        f"precision {beta}": cg.drift_of_cooperation(club, cg.Logit(precision=beta))
        for beta in (2, 5)
    }
    assert len(plot_cooperation_drift(several).get_legend().get_texts()) == 2
    small = cg.drift_of_cooperation(cg.game("anarchy", "trade", cg.uniform_world(5)))
    with pytest.raises(cg.CoopgamesError, match="equally many individuals; got 5, 20"):
        plot_cooperation_drift({"club": found, "small": small})


def test_the_law_is_drawn_exact_or_with_intervals(club: cg.Game) -> None:
    law = cg.plan_law(club, FERMI)
    ax = drawn(plot_cooperation_law(law))
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(law.acting)
    assert not overlaps(ax)
    found = cg.simulate(club, FERMI, replicates=64, samples=8, burn_in=20, rng=1)
    ax = drawn(plot_cooperation_law(found))
    number = found.acting.sum(axis=2)
    expected = [(number == a).mean() for a in range(21)]
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(expected)
    assert ax.get_ylabel() == "relative frequency"
    one = cg.simulate(club, FERMI, replicates=1, samples=4, burn_in=2, rng=1)
    assert not drawn(plot_cooperation_law(one)).containers[1:]


def test_the_triangle_shows_the_pooled_law(club: cg.Game) -> None:
    found = cg.plan_law(club, FERMI, plans="exit3")
    ax = drawn(plot_plan_simplex(found))
    (cells,) = ax.collections
    assert np.asarray(cells.get_array()) == pytest.approx(found.law)
    assert any("leave" in text.get_text() for text in ax.texts)
    drawn(plot_plan_simplex(found, decades=3))
    with pytest.raises(cg.CoopgamesError, match="got cooperate, defect"):
        plot_plan_simplex(cg.plan_law(club, FERMI))


def test_profiles_are_named_by_who_cooperates_and_arrows_are_gains(club: cg.Game) -> None:
    process = cg.Fermi(population_size=30, selection_intensity=2.0)
    ax = plot_profile_graph(club, process, shown=64)
    one = policy_games(club).games[int(np.argmax(policy_games(club).probability))]
    profiles, logs = profile_fixation(one, process)
    expected = sum((row[:, 1] > np.log(1 / 30) + 1e-9).sum() for row in logs)
    arrows = [edge for edge in ax.patches if "->" in edge.get_gid()]
    assert len(arrows) == expected
    names = {text.get_text().rpartition("\n")[0].replace("\n", " ") for text in ax.texts}
    assert {"nobody", "everybody", "hegemon", "all but hegemon"} <= names
    assert len(names) == len(profiles) == 64
    assert ("where a mandate is adopted") in ax.get_title()


@pytest.mark.parametrize("institution", ["anarchy", "charter", "club"])
def test_profile_graphs_have_no_texts_upon_another(institution: str) -> None:
    game = cg.game(institution, "climate", "w20")
    process = cg.Fermi(population_size=50, selection_intensity=5.0)
    assert not overlaps(plot_profile_graph(game, process))


def test_profile_graphs_know_three_plans_and_events(club: cg.Game) -> None:
    process = cg.Fermi(population_size=50, selection_intensity=5.0)
    ax = plot_profile_graph(club, process, plans="exit3")
    assert any("out: ally" in text.get_text().replace("\n", " ") for text in ax.texts)
    ax = plot_profile_graph(club, process, event=0)
    with pytest.raises(cg.CoopgamesError, match="event must be below 2; got 2"):
        plot_profile_graph(club, process, event=2)


@pytest.mark.parametrize(
    "process",
    [
        cg.WrightFisher(population_size=20, selection_intensity=1.0),
        cg.BestOfSample(population_size=20, sample=3),
        cg.Moran(population_size=20),
    ],
    ids=lambda process: type(process).__name__,
)
def test_all_processes_have_gradients_and_graphs(process: object) -> None:
    game = cg.classics.stag_hunt()
    ax = drawn(plot_gradient(game, process))
    (line,) = [line for line in ax.lines if line.get_gid() == "gradient"]
    assert line.get_ydata() == pytest.approx(cg.gradient_of_selection(game, process))
    assert ("expected change" in ax.get_ylabel()) is isinstance(process, cg.WrightFisher)
    drawn(plot_invasion_graph(game, process))
