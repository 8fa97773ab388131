"""Pictures of population dynamics: what stands in the axes, against numbers found another way."""

from itertools import combinations
from math import comb, exp, log

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import coopgames as cg
from coopgames import Fermi, Moran, classics
from coopgames.plotting import (
    plot_flow,
    plot_gradient,
    plot_invasion_graph,
    plot_simplex,
    plot_simulation,
    plot_stationary,
    plot_time_course,
)
from coopgames.plotting.flow_lines import flow_lines
from coopgames.plotting.phase_line import zeros_of
from coopgames.plotting.ternary import in_the_plane

HEIGHT = np.sqrt(3) / 2
ROCK = cg.matrix_game([[0, -1, 2], [2, 0, -1], [-1, 2, 0]], ("rock", "paper", "scissors"))
ZERO_SUM = cg.matrix_game([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], ("rock", "paper", "scissors"))
COORDINATION = cg.matrix_game(np.diag([3.0, 2.0, 1.0]), ("a", "b", "c"))
OPTIONAL = classics.optional_public_goods(5, 3, 1)
PEERS = classics.optional_public_goods(5, 3, 1, fine=1, fine_cost=0.3)
RISK = classics.collective_risk(6, 3, risk=0.9, cost=0.1)
LONG = cg.matrix_game(
    [[3, 0, 2], [4, 1, 0], [1, 2, 1.5]],
    ("unconditional_cooperator", "conditional_cooperator_with_memory", "opportunistic_free_rider"),
)


def marks(ax: Axes, *kinds: str) -> list[tuple[float, float]]:
    """Return where marks of some kinds stand."""
    return sorted(
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in ax.lines
        if line.get_gid() in kinds
    )


def colours(part: Collection) -> np.ndarray:
    """Return the numbers that are shown as colours."""
    return np.asarray(part.get_array()).ravel()


def drawn(ax: Axes) -> Axes:
    """Return the axes after the figure is laid out and drawn."""
    FigureCanvasAgg(ax.get_figure()).draw()
    return ax


# --- the gradient of selection ---------------------------------------------------------------


def hawk_gain(j: int, size: int) -> float:
    """Return what a hawk gets more than a dove, value 2 and cost 5, j hawks among ``size``."""
    hawk = (-1.5 * (j - 1) + 2 * (size - j)) / (size - 1)
    return hawk - (size - j - 1) / (size - 1)


@pytest.mark.parametrize("beta", [0.2, 3.0])
def test_the_gradient_is_that_of_the_formula(beta: float) -> None:
    size = 50
    process = Fermi(population_size=size, selection_intensity=beta)
    ax = plot_gradient(classics.hawk_dove(2, 5), process)
    (line,) = [line for line in ax.lines if line.get_gid() == "gradient"]
    expected = [
        j * (size - j) / size**2 * np.tanh(beta * hawk_gain(j, size) / 2) for j in range(1, size)
    ]
    assert line.get_xdata() == pytest.approx(np.arange(size + 1) / size)
    assert line.get_ydata() == pytest.approx([0, *expected, 0], abs=1e-14)
    # Equal payoffs at -1.5 (j - 1) + 2 (Z - j) = Z - j - 1, so at j = (Z + 2.5) / 2.5.
    assert marks(ax, "sink") == [(pytest.approx((size + 2.5) / 2.5 / size), 0.0)]
    assert marks(ax, "source") == [(0.0, 0.0), (1.0, 0.0)]
    assert len(marks(ax, "right")) == len(marks(ax, "left")) == 1
    assert marks(ax, "right")[0][0] < marks(ax, "sink")[0][0] < marks(ax, "left")[0][0]
    assert ax.get_legend() is None
    assert ax.get_xlabel() == "share of hawk"


def test_several_processes_have_a_row_each_and_are_labelled_by_what_differs() -> None:
    processes = [Fermi(population_size=20, selection_intensity=b) for b in (1, 2, 5)]
    ax = plot_gradient(RISK, processes)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [r"$\beta$ = 1", r"$\beta$ = 2", r"$\beta$ = 5"]
    curves = [line for line in ax.lines if line.get_gid() == "gradient"]
    assert len({to_hex(curve.get_color()) for curve in curves}) == 3
    assert len({str(curve._unscaled_dash_pattern) for curve in curves}) == 3
    # The sign of the gradient doesn't depend on the intensity.
    sources = marks(ax, "source")
    assert len(sources) == 6
    assert len({height for _, height in sources}) == 3  # a row each, above the curves
    top = max(curve.get_ydata().max() for curve in curves)
    low, high = ax.get_ylim()
    assert min(height for _, height in sources) > (top - low) / (high - low)


def test_labels_may_be_given_and_sizes_may_differ() -> None:
    processes = {"Fermi": Fermi(population_size=50), "Moran": Moran(population_size=20)}
    ax = plot_gradient(RISK, processes, mutation=True)
    curves = [line for line in ax.lines if line.get_gid() == "gradient"]
    assert [(c.get_label(), len(c.get_xdata())) for c in curves] == [("Fermi", 51), ("Moran", 21)]
    assert curves[0].get_ydata()[0] == pytest.approx(1 / 50)  # nobody gives: all that mutate
    sizes = [Fermi(population_size=20), Fermi(population_size=30, mutation_probability=0.1)]
    ax = plot_gradient(RISK, sizes)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        r"$Z$ = 20, $\mu = 1/Z$",
        r"$Z$ = 30, $\mu$ = 0.1",
    ]


def test_neutrality_has_no_zeros() -> None:
    ax = plot_gradient(cg.matrix_game([[0.3, 0.3], [0.3, 0.3]]), Fermi(population_size=30))
    assert not marks(ax, "sink", "source", "saddle", "left", "right")


def test_gradients_that_make_no_sense() -> None:
    process = Fermi(population_size=20)
    with pytest.raises(cg.CoopgamesError, match="restricted"):
        plot_gradient(ROCK, process)
    with pytest.raises(cg.CoopgamesError, match="got none"):
        plot_gradient(RISK, [])
    with pytest.raises(cg.CoopgamesError, match="twice"):
        plot_gradient(RISK, [process, process])


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ([0, 1, 1, 0], [(0, "source"), (3, "sink")]),
        ([1, 1, 0, 1], [(2, "saddle")]),
        ([1, 0, 0, -1], []),  # neutral in between
        ([-1, 1, -3, -1], [(0.5, "source"), (1.25, "sink")]),
        ([-1, 0, 1, 0], [(1, "source"), (3, "sink")]),
        ([0, 0, 0, 0], []),
        ([2, 1e-16, -2, -2], [(1, "sink")]),  # rounding
    ],
)
def test_zeros_by_sign(values: list[float], kinds: list[tuple[float, str]]) -> None:
    found = zeros_of(np.arange(4.0), np.array(values, dtype=float))
    assert [(zero.place, zero.kind) for zero in found] == [
        (pytest.approx(place), kind) for place, kind in kinds
    ]


# --- flows -----------------------------------------------------------------------------------


def test_two_strategies_under_a_flow() -> None:
    ax = plot_flow(classics.stag_hunt())
    assert marks(ax, "source") == [(pytest.approx(2 / 3, abs=1e-6), 0.0)]
    assert marks(ax, "sink") == [(0.0, 0.0), (1.0, 0.0)]
    (line,) = [line for line in ax.lines if line.get_gid() == "velocity"]
    x = line.get_xdata()
    assert line.get_ydata() == pytest.approx(x * (1 - x) * (3 * x - 2), abs=1e-12)


def test_rest_points_stand_where_they_are() -> None:
    ax = plot_flow(ROCK)
    assert marks(ax, "sink") == [(pytest.approx(0.5), pytest.approx(HEIGHT / 3))]
    assert marks(ax, "saddle") == [(0, 0), (0.5, pytest.approx(HEIGHT)), (1, 0)]
    ax = plot_flow(COORDINATION)
    assert len(marks(ax, "sink")) == len(marks(ax, "saddle")) == 3
    inner = np.array([2, 3, 6]) / 11  # 3 x = 2 y = z
    assert marks(ax, "source") == [tuple(pytest.approx(v) for v in in_the_plane(inner))]
    half = dict.fromkeys(line.get_fillstyle() for line in ax.lines if line.get_gid() == "saddle")
    assert list(half) == ["left"]
    texts = {text.get_text() for text in ax.get_legend().get_texts()}
    assert texts == {"sink", "source", "saddle"}


def test_flows_that_rest_at_nash_equilibria_only() -> None:
    for flow in (cg.Smith(), cg.BrownVonNeumannNash(), cg.BestResponseFlow()):
        ax = plot_flow(ROCK, flow, starts=[[0.6, 0.2, 0.2]])
        assert marks(ax, "sink") == [(pytest.approx(0.5), pytest.approx(HEIGHT / 3))]
        assert not marks(ax, "saddle", "source", "degenerate")


def test_noise_moves_rest_points() -> None:
    precision = 4.0
    ax = plot_flow(COORDINATION, cg.LogitFlow(precision=precision))
    for x, y in marks(ax, "sink"):
        c = y / HEIGHT
        shares = np.array([1 - c - (x - c / 2), x - c / 2, c])
        weights = np.exp(precision * np.diag([3, 2, 1]) @ shares)
        assert shares == pytest.approx(weights / weights.sum(), abs=1e-6)
    assert len(marks(ax, "sink")) >= 2


def test_ways_keep_what_the_flow_keeps() -> None:
    starts = np.array([[0.6, 0.2, 0.2], [0.1, 0.3, 0.6]])
    for way, start in zip(flow_lines(ZERO_SUM, cg.Replicator(), starts), starts):
        assert way[0] == pytest.approx(start)
        # Between points of the integration ways are straight.
        assert way.prod(axis=1) == pytest.approx(np.full(len(way), start.prod()), rel=2e-3)
        steps = np.hypot(*np.diff(in_the_plane(way), axis=0).T)
        assert steps == pytest.approx(np.full(steps.size, 0.004), rel=0.02)


def test_ways_of_the_lattice_stay_apart() -> None:
    ways = [in_the_plane(way) for way in flow_lines(ROCK, cg.Replicator())]
    assert len(ways) > 5
    for one, other in combinations(ways, 2):
        gaps = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))
        assert gaps.min() > 0.018


def test_the_best_response_is_followed_over_its_jumps() -> None:
    (way,) = flow_lines(ROCK, cg.BestResponseFlow(), [[0.8, 0.1, 0.1]])
    # At first paper is the best reply: straight to it.
    toward = np.array([0.0, 1.0, 0.0]) - way[0]
    gone = way[10] - way[0]
    assert gone == pytest.approx(toward * (gone[1] / toward[1]), abs=1e-12)
    assert abs(way[-1] - 1 / 3).max() < 0.05


def test_edges_that_are_never_left_have_arrows() -> None:
    ax = plot_flow(COORDINATION, starts=[[0.4, 0.4, 0.2]])
    # Two ways along each edge, from the saddle on it, and the one from the start.
    assert len([line for line in ax.lines if line.get_gid() == "flow"]) == 7
    ends = {
        tuple(np.round(line.get_xydata()[-1], 6)) for line in ax.lines if line.get_gid() == "flow"
    }
    assert {(0.0, 0.0), (1.0, 0.0), (0.5, round(HEIGHT, 6))} <= ends


def test_what_rests_has_no_ways() -> None:
    # All of it, and of others an edge.
    for rows in (np.ones((3, 3)), [[1, 1, 3], [1, 1, 3], [2, 2, 2]]):
        ax = plot_flow(cg.matrix_game(rows))
        ways = [line for line in ax.lines if line.get_gid() == "flow"]
        assert bool(ways) == bool(np.ptp(rows) > 0)
        assert marks(ax, "degenerate")
    ax = plot_flow(ROCK, starts=[[1 / 3, 1 / 3, 1 / 3], [0.0, 0.0, 1.0]])
    assert len([line for line in ax.lines if line.get_gid() == "flow"]) == 3  # the edges


def test_flows_that_cannot_be_drawn() -> None:
    with pytest.raises(cg.CoopgamesError, match=r"two or three strategies.*got 4"):
        plot_flow(PEERS)
    with pytest.raises(cg.CoopgamesError, match="starts"):
        plot_flow(ROCK, starts=[[0.5, 0.5]])


# --- the simplex -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def optional() -> cg.PopulationOutcome:
    return cg.evolve(OPTIONAL, Fermi(population_size=20, mutation_probability=0.02))


def test_each_state_has_its_hexagon(optional: cg.PopulationOutcome) -> None:
    ax = plot_simplex(optional)
    (cells,) = [part for part in ax.collections if part.get_gid() == "law"]
    assert colours(cells) == pytest.approx(optional.law)
    middles = np.array([path.vertices[:6].mean(axis=0) for path in cells.get_paths()])
    _, b, c = (optional.states / 20).T
    assert middles[:, 0] == pytest.approx(b + c / 2)
    assert middles[:, 1] == pytest.approx(c * HEIGHT)
    # Neighbours share an edge: hexagons fill the plane without overlap.
    x, y = cells.get_paths()[0].vertices[:6].T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == pytest.approx(HEIGHT / 20**2)
    means = optional.law @ optional.states / 20
    texts = {text.get_text() for text in ax.texts}
    assert texts >= {f"{n}\n{m:.3f}" for n, m in zip(OPTIONAL.strategies, means)}


def test_logarithmic_colours_stop_at_the_floor(optional: cg.PopulationOutcome) -> None:
    ax = plot_simplex(optional, decades=1)
    (cells,) = [part for part in ax.collections if part.get_gid() == "law"]
    floor = optional.law.max() / 10
    assert cells.norm.vmin == pytest.approx(floor)
    assert colours(cells) == pytest.approx(np.maximum(optional.law, floor))
    assert optional.law.min() < floor
    with pytest.raises(cg.CoopgamesError, match="decades"):
        plot_simplex(optional, decades=0)


def test_arrows_of_the_drift(optional: cg.PopulationOutcome) -> None:
    def towards_loners(counts: np.ndarray) -> np.ndarray:
        return np.array([0, 0, 20]) - counts

    by_rule = plot_simplex(optional, drift=towards_loners)
    by_array = plot_simplex(optional, drift=towards_loners(optional.states))
    for ax in (by_rule, by_array):
        (arrows,) = [part for part in ax.collections if part.get_gid() == "drift"]
        to_top = np.array([0.5, HEIGHT]) - arrows.get_offsets()
        length = np.hypot(arrows.U, arrows.V)
        far = np.hypot(*to_top.T)
        assert length == pytest.approx(length.max() * np.sqrt(far / far.max()))
        assert arrows.U * to_top[:, 1] == pytest.approx(arrows.V * to_top[:, 0], abs=1e-12)
        drawn(ax)
    with pytest.raises(cg.CoopgamesError, match="drift"):
        plot_simplex(optional, drift=np.zeros((5, 3)))


def test_flow_on_the_simplex(optional: cg.PopulationOutcome) -> None:
    ax = plot_simplex(optional, flow=cg.Replicator(), starts=[[0.3, 0.3, 0.4]])
    assert len(marks(ax, "saddle")) == 2
    (centre,) = marks(ax, "centre")
    assert centre[0] == pytest.approx(0.5, abs=1e-6)
    assert len([line for line in ax.lines if line.get_gid() == "flow"]) == 1
    with pytest.raises(cg.CoopgamesError, match="flow"):
        plot_simplex(optional, starts=[[0.3, 0.3, 0.4]])


def test_laws_that_have_no_triangle() -> None:
    process = Fermi(population_size=10)
    with pytest.raises(cg.CoopgamesError, match="plot_stationary"):
        plot_simplex(cg.evolve(RISK, process))
    with pytest.raises(cg.CoopgamesError, match=r"three strategies.*got 4"):
        plot_simplex(cg.evolve(PEERS, process))
    with pytest.raises(cg.CoopgamesError, match="small-mutation limit"):
        plot_simplex(cg.small_mutation_limit(ROCK, process))


# --- time ------------------------------------------------------------------------------------


def test_lines_and_bands_over_time() -> None:
    times = np.array([0.0, 1.0, 3.0])
    mean = np.array([[0.2, 0.8], [0.5, 0.5], [0.9, 0.1]])
    ax = plot_time_course(times, mean, mean - 0.1, mean + 0.1, names=("up", "down_there"))
    assert [line.get_label() for line in ax.lines] == ["up", "down there"]
    assert ax.lines[1].get_ydata() == pytest.approx(mean[:, 1])
    corners = ax.collections[0].get_paths()[0].vertices
    for t, y in zip(times, mean[:, 0]):
        reached = corners[corners[:, 0] == t][:, 1]
        assert (reached.min(), reached.max()) == (pytest.approx(y - 0.1), pytest.approx(y + 0.1))
    assert ax.get_xlabel() == "time"


def test_the_rest_is_summed() -> None:
    mean = np.tile(np.arange(1, 13) / 78, (4, 1))
    ax = plot_time_course(range(4), mean, shown=3)
    assert [line.get_label() for line in ax.lines] == ["9", "10", "11", "9 others, sum"]
    assert ax.lines[-1].get_ydata() == pytest.approx(np.full(4, 45 / 78))


def test_time_courses_that_do_not_fit() -> None:
    mean = np.full((3, 2), 0.5)
    with pytest.raises(cg.CoopgamesError, match="one trajectory at a time"):
        plot_time_course(range(3), np.full((3, 4, 2), 0.5))
    with pytest.raises(cg.CoopgamesError, match="together"):
        plot_time_course(range(3), mean, low=mean)
    with pytest.raises(cg.CoopgamesError, match="high must have shape"):
        plot_time_course(range(3), mean, mean, mean[:2])
    with pytest.raises(cg.CoopgamesError, match="all 2 strategies"):
        plot_time_course(range(3), mean, names=["one"])
    with pytest.raises(cg.CoopgamesError, match="shown"):
        plot_time_course(range(3), mean, shown=0)


def test_a_simulation_is_drawn_with_its_band() -> None:
    process = Fermi(population_size=20, mutation_probability=0.1)
    how = dict(generations=20, burn_in=5, replicates=20, rng=3)
    found = cg.simulate_population(
        OPTIONAL, process, record_every=5, band=(0.5, 0.9, 0.1), keep_paths=True, **how
    )
    ax = plot_simulation(found)
    shares = found.paths / 20
    for strategy, line in enumerate(ax.lines):
        assert line.get_xdata() == pytest.approx(found.times)
        assert line.get_ydata() == pytest.approx(shares[:, :, strategy].mean(axis=1))
        corners = ax.collections[strategy].get_paths()[0].vertices
        for t, at in zip(found.times, shares[:, :, strategy]):
            reached = corners[corners[:, 0] == t][:, 1]
            low, high = (np.quantile(at, q, method="inverted_cdf") for q in (0.1, 0.9))
            assert (reached.min(), reached.max()) == (pytest.approx(low), pytest.approx(high))
    assert ax.get_xlabel() == "time [generations]"
    with pytest.raises(cg.CoopgamesError, match="record_every"):
        plot_simulation(cg.simulate_population(OPTIONAL, process, **how))


# --- rare mutations --------------------------------------------------------------------------


def edges(ax: Axes) -> dict[str, float]:
    """Return edges with their widths."""
    return {str(patch.get_gid()): patch.get_linewidth() for patch in ax.patches}


def test_an_edge_where_a_mutant_does_better_than_a_neutral_one() -> None:
    size, beta = 30, 0.1
    ax = plot_invasion_graph(
        classics.donation_game(2, 1), Fermi(population_size=size, selection_intensity=beta)
    )
    # A defector gets benefit / (Z - 1) + cost more than a cooperator, however many there are.
    step = exp(-beta * (1 + 2 / (size - 1)))
    rho = (1 - step) / (1 - step**size)
    assert list(edges(ax)) == ["cooperate -> defect"]
    assert edges(ax)["cooperate -> defect"] == pytest.approx(
        0.7 + 2.8 * log(rho * size) / log(size)
    )
    odds = step ** (size - 1)  # of rho of a cooperator to that of a defector
    texts = [text.get_text() for text in ax.texts]
    assert f"{rho * size:.3g}" in texts
    assert f"defect\n{1 / (1 + odds):.3f}" in texts
    (nodes,) = [part for part in ax.collections if part.get_gid() == "nodes"]
    radii = np.sqrt(nodes.get_sizes()) / 2
    law = np.array([odds, 1]) / (1 + odds)
    assert radii == pytest.approx(7 + 17 * np.sqrt(law))
    assert colours(nodes) == pytest.approx(law)


def test_neutral_pairs_are_dashed_and_without_a_head() -> None:
    ax = plot_invasion_graph(PEERS, Fermi(population_size=50))
    (neutral,) = [patch for patch in ax.patches if "--" in str(patch.get_gid())]
    assert neutral.get_gid() == "cooperate -- punish"
    assert neutral.get_linestyle() in ("--", "dashed")
    assert set(edges(ax)) == {
        "cooperate -- punish",
        "cooperate -> defect",
        "defect -> loner",
        "loner -> cooperate",
        "loner -> punish",
    }


def test_coexistence_is_dotted_and_has_no_law() -> None:
    strong = Fermi(population_size=20, selection_intensity=np.inf)
    ax = plot_invasion_graph(classics.hawk_dove(2, 5), strong)
    assert list(edges(ax)) == ["hawk -- dove"]
    assert ax.patches[0].get_linestyle() in (":", "dotted")
    assert {text.get_text() for text in ax.texts} == {"hawk", "dove"}


def test_a_matrix_may_be_given() -> None:
    matrix = np.log([[0.1, 0.3, 0.1], [0.05, 0.1, 0.2], [0.4, 0.1, 0.1]])
    ax = plot_invasion_graph(ROCK, Fermi(population_size=10), log_fixation=matrix)
    assert set(edges(ax)) == {
        "rock -> paper",
        "paper -> scissors",
        "scissors -> rock",
        "rock -> scissors",  # neutral this way only: dashed, with a head
        "scissors -> paper",
    }
    dashed = {str(patch.get_gid()) for patch in ax.patches if patch.get_linestyle() == "--"}
    assert dashed == {"rock -> scissors", "scissors -> paper"}
    chain = np.exp(matrix) / 2
    np.fill_diagonal(chain, 0)
    np.fill_diagonal(chain, 1 - chain.sum(axis=1))
    law = np.linalg.matrix_power(chain, 4096)[0]
    texts = {text.get_text() for text in ax.texts}
    assert texts >= {f"{name}\n{share:.3f}" for name, share in zip(ROCK.strategies, law)}
    with pytest.raises(cg.CoopgamesError, match="log_fixation"):
        plot_invasion_graph(ROCK, Fermi(population_size=10), log_fixation=matrix[:2])


def test_of_many_strategies_the_most_frequent_are_drawn() -> None:
    many = cg.matrix_game(
        np.random.default_rng(2).normal(size=(12, 12)), [f"number {k}" for k in range(12)]
    )
    process = Fermi(population_size=20)
    shares = cg.small_mutation_limit(many, process).shares()
    first = sorted(shares, key=lambda name: -shares[name])[:6]
    ax = plot_invasion_graph(many, process, shown=6)
    assert {text.get_text().split("\n")[0] for text in ax.texts} == set(first)
    part = sum(shares[name] for name in first)
    assert f"6 most frequent of 12 strategies, {part:.3f} of the time" in ax.get_title()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["1", "4.47", "20"]
    for name in edges(ax):
        resident, mutant = name.split(" -> ")
        assert cg.fixation(many, process, mutant, resident).probability > 1 / 20
    with pytest.raises(cg.CoopgamesError, match="shown"):
        plot_invasion_graph(many, process, shown=1)
    with pytest.raises(cg.CoopgamesError, match="two strategies"):
        plot_invasion_graph(cg.matrix_game([[1]]), process)


# --- stationary laws -------------------------------------------------------------------------


def test_bars_are_the_law_and_shades_the_groups_that_succeed() -> None:
    size = 30
    process = Fermi(population_size=size, selection_intensity=5.0)
    outcome = cg.evolve(RISK, process)
    ax = plot_stationary(outcome, succeeds=np.arange(7) >= 3)
    order = outcome.states[:, 0].argsort()
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(outcome.law[order])
    assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == pytest.approx(
        range(size + 1)
    )
    (shades,) = [part for part in ax.collections if part.get_gid() == "success"]
    expected = [
        sum(comb(j, k) * comb(size - j, 6 - k) for k in range(3, 7)) / comb(size, 6)
        for j in range(size + 1)
    ]
    assert colours(shades) == pytest.approx(expected)
    total = float(outcome.law[order] @ expected)
    texts = [axes.get_ylabel() for axes in ax.get_figure().axes]
    assert f"groups that succeed, {total:.3f} on average" in texts


def test_large_populations_are_drawn_as_a_step() -> None:
    ax = plot_stationary(cg.evolve(RISK, Fermi(population_size=80)))
    (line,) = [line for line in ax.lines if line.get_gid() == "law"]
    assert line.get_ydata().sum() == pytest.approx(1)
    assert not ax.patches


def test_more_strategies_have_a_line_each(optional: cg.PopulationOutcome) -> None:
    ax = plot_stationary(optional)
    assert [line.get_label() for line in ax.lines] == list(OPTIONAL.strategies)
    for strategy, line in enumerate(ax.lines):
        for j in (0, 7, 20):
            here = optional.law[optional.states[:, strategy] == j].sum()
            assert line.get_ydata()[j] == pytest.approx(here)
    with pytest.raises(cg.CoopgamesError, match="strategy must be one of"):
        plot_stationary(optional, succeeds=np.ones(21))
    one = plot_stationary(optional, strategy="loner", succeeds=np.ones(21))
    (shades,) = [part for part in one.collections if part.get_gid() == "success"]
    assert colours(shades) == pytest.approx(np.ones(21))
    with pytest.raises(cg.CoopgamesError, match="strategy"):
        plot_stationary(optional, strategy="nobody")


def test_success_given_the_number_of_one_strategy(optional: cg.PopulationOutcome) -> None:
    groups = np.array([m for m in np.ndindex(6, 6, 6) if sum(m) == 5])
    succeeds = (groups[:, 0] >= 2).astype(float)
    ax = plot_stationary(optional, strategy="defect", succeeds=succeeds)
    (shades,) = [part for part in ax.collections if part.get_gid() == "success"]
    top = bottom = 0.0
    for (c, d, o), weight in zip(optional.states, optional.law):
        if d == 6:
            ways = (comb(c, k) * comb(d + o, 5 - k) for k in range(2, 6))
            top += weight * sum(ways) / comb(20, 5)
            bottom += weight
    assert colours(shades)[6] == pytest.approx(top / bottom)


def test_no_law_no_picture() -> None:
    strong = Fermi(population_size=20, selection_intensity=np.inf)
    with pytest.raises(cg.CoopgamesError, match="coexist"):
        plot_stationary(cg.small_mutation_limit(classics.hawk_dove(2, 5), strong))


# --- all of them -----------------------------------------------------------------------------

PICTURES = {
    "gradient": lambda: plot_gradient(
        RISK, [Fermi(population_size=20, selection_intensity=b) for b in (1, 2, 5)]
    ),
    "gradient of mutation": lambda: plot_gradient(RISK, Fermi(population_size=20), mutation=True),
    "line": lambda: plot_flow(classics.hawk_dove(2, 5)),
    "flow": lambda: plot_flow(LONG, starts=[[0.2, 0.3, 0.5]]),
    "simplex": lambda: plot_simplex(
        cg.evolve(LONG, Fermi(population_size=12)), flow=cg.Replicator()
    ),
    "time": lambda: plot_time_course(
        [0, 1], [[0.2, 0.3, 0.5], [0.3, 0.3, 0.4]], names=LONG.strategies
    ),
    "graph of two": lambda: plot_invasion_graph(
        classics.hawk_dove(2, 5), Fermi(population_size=20)
    ),
    "graph of three": lambda: plot_invasion_graph(LONG, Moran(population_size=20)),
    "graph of four": lambda: plot_invasion_graph(PEERS, Fermi(population_size=20)),
    "graph of eight": lambda: plot_invasion_graph(
        cg.matrix_game(
            np.random.default_rng(1).normal(size=(9, 9)), [f"strategy number {k}" for k in range(9)]
        ),
        Fermi(population_size=20),
    ),
    "law": lambda: plot_stationary(
        cg.evolve(RISK, Fermi(population_size=20)), succeeds=np.arange(7) >= 3
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_overlaps_another_or_leaves_the_figure(name: str) -> None:
    ax = PICTURES[name]()
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
    if ax.get_legend():
        texts += ax.get_legend().get_texts()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer).padded(-0.5))
        for text in texts
        if text.get_text() and text.get_visible()
    ]
    for (one, box), (other, second) in combinations(boxes, 2):
        assert not box.overlaps(second), (one, other)
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y1 <= figure.bbox.y1 + 1, text


def test_pictures_take_axes() -> None:
    figure = Figure()
    axes = figure.subplots(1, 2)
    assert plot_flow(ROCK, starts=[[0.5, 0.3, 0.2]], ax=axes[0]) is axes[0]
    assert plot_invasion_graph(ROCK, Fermi(population_size=20), ax=axes[1]) is axes[1]
    assert all(part.lines or part.patches for part in axes)
