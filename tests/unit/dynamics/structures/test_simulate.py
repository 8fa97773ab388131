"""Structured populations against exact chains and closed forms, at stated false alarms."""

import math

import networkx as nx
import numpy as np
import pytest
from scipy import sparse
from tests.oracle.structured_chain import (
    chain,
    fixation_from,
    mean_of_one_mutant,
    neighbourhood_payoffs,
    pair_payoffs,
)

from coopgames.dynamics import (
    Demes,
    Fermi,
    LocalUpdate,
    Moran,
    Network,
    evolve,
    fixation,
    simulate_fixation,
    simulate_structured,
)
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import classics, matrix_game

#: Two-sided normal quantile for a false alarm of 1e-5 per comparison.
Z = 4.42
#: 1 minus the false alarm of an interval.
SURE = 1 - 1e-5
RULES = ("pairwise", "proportional", "imitation", "death-birth", "birth-death")


def agree(found, exact) -> None:
    assert not found.certificate.notes
    for name, estimate in found.shares.items():
        assert abs(estimate.value - exact[name]) < Z * estimate.standard_error + 1e-12, name
        assert 0 < estimate.standard_error < 0.02


def covers(found, exact) -> None:
    assert not found.undecided
    assert found.interval[0] <= exact <= found.interval[1], (found, exact)


def shares_of(states, matrix, strategies):
    """The long run of an exact chain."""
    size = len(states)
    system = np.vstack([matrix.T - np.eye(size), np.ones(size)])
    law = np.linalg.lstsq(system, np.append(np.zeros(size), 1), rcond=None)[0]
    people = np.array(states)
    return {k: float(law @ (people == at).mean(axis=1)) for at, k in enumerate(strategies)}


# --- well mixed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("game", "structure", "update", "process"),
    [
        (
            classics.stag_hunt(),
            Network(nx.complete_graph(12)),
            {"rule": "pairwise"},
            Fermi(population_size=12, mutation_probability=0.1, role_model="others"),
        ),
        (
            classics.stag_hunt(),
            Network(nx.complete_graph(12), loops=1),
            {"rule": "pairwise"},
            Fermi(population_size=12, mutation_probability=0.1),
        ),
        (
            matrix_game([[0, -1, 2], [2, 0, -1], [-1, 2, 0.5]]),
            Network(1 - np.eye(9), loops=1),
            {"rule": "birth-death"},
            Moran(population_size=9, mutation_probability=0.1),
        ),
        (
            classics.hawk_dove(2, 5),
            Network(nx.complete_graph(10), loops=1),
            {"rule": "birth-death", "fitness": "linear", "selection_intensity": 0.2},
            Moran(
                population_size=10,
                mutation_probability=0.1,
                fitness="linear",
                selection_intensity=0.2,
            ),
        ),
        (
            classics.collective_risk(4, 2, risk=0.9, cost=0.2),
            Demes([12], 0.0),
            {"rule": "pairwise", "selection_intensity": 2.0},
            Fermi(
                population_size=12,
                selection_intensity=2.0,
                mutation_probability=0.1,
                role_model="others",
            ),
        ),
        (
            classics.optional_public_goods(3, 2, 0.5),
            Demes([4, 6], [[3 / 9, 6 / 9], [4 / 9, 5 / 9]], play="everybody"),
            {"rule": "pairwise"},
            Fermi(population_size=10, mutation_probability=0.1, role_model="others"),
        ),
    ],
)
def test_where_everybody_meets_everybody_evolve_is_met(game, structure, update, process) -> None:
    found = simulate_structured(
        game,
        LocalUpdate(mutation_probability=0.1, **update),
        structure,
        generations=150,
        burn_in=100,
        rng=3,
    )
    agree(found, evolve(game, process).shares())


@pytest.mark.parametrize(
    ("rule", "process"),
    [
        ("pairwise", Fermi(population_size=9, selection_intensity=0.4)),
        ("birth-death", Moran(population_size=9, selection_intensity=0.4)),
    ],
)
def test_fixation_where_everybody_meets_everybody(rule, process) -> None:
    game = classics.stag_hunt()
    update = LocalUpdate(rule=rule, selection_intensity=0.4)
    exact = fixation(game, process, "hare", "stag")
    found = simulate_fixation(
        game, update, Network(nx.complete_graph(9)), "hare", "stag", confidence=SURE, rng=4
    )
    covers(found, exact.probability)
    assert found.fixed + found.lost == found.replicates == 4096
    if rule == "pairwise":  # without oneself as a role model every step counts 9 / 8 as much
        for estimate, wanted in (
            (found.time, exact.time),
            (found.conditional_time, exact.conditional_time),
        ):
            assert abs(estimate.value - wanted * 8 / 9) < Z * estimate.standard_error


# --- small structures against the chain over all states --------------------------------------

MATRIX = [[0.5, 1.4], [1.1, 0.3]]
KITE = [[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]]


@pytest.mark.parametrize("rule", RULES)
def test_the_long_run_on_a_kite(rule) -> None:
    degrees = np.sum(KITE, axis=1)
    states, matrix = chain(
        2,
        KITE,
        pair_payoffs(MATRIX, KITE, mean=False),
        rule=rule,
        beta=0.7,
        mu=0.1,
        span=degrees * np.max(MATRIX),
    )
    found = simulate_structured(
        matrix_game(MATRIX),
        LocalUpdate(rule=rule, selection_intensity=0.7, mutation_probability=0.1),
        Network(sparse.csr_array(KITE)),
        payoff="sum",
        generations=150,
        burn_in=50,
        rng=5,
    )
    agree(found, shares_of(states, matrix, ("0", "1")))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "proportional"])
def test_fixation_on_a_weighted_graph_and_two_sets_of_links(rule) -> None:
    replacement = [[0, 1, 0, 2], [0.5, 0, 1, 0], [0, 3, 0.5, 1], [1, 0, 2, 0]]
    states, matrix = chain(
        2,
        replacement,
        pair_payoffs(MATRIX, KITE, mean=True),
        rule=rule,
        beta=1.0,
        mu=0.0,
        fitness="linear" if rule == "birth-death" else "exponential",
    )
    update = LocalUpdate(rule=rule, fitness="linear" if rule == "birth-death" else "exponential")
    structure = Network(KITE, replacement=replacement)
    odds = fixation_from(states, matrix, mutant=1, resident=0)
    found = simulate_fixation(
        matrix_game(MATRIX), update, structure, "1", "0", confidence=SURE, rng=6
    )
    covers(found, mean_of_one_mutant(odds))
    at = simulate_fixation(
        matrix_game(MATRIX), update, structure, 1, 0, placement=3, confidence=SURE, rng=7
    )
    covers(at, odds[0, 0, 0, 1])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("migration", [0.2, [[0.7, 0.3], [0.5, 0.5]]])
def test_demes_of_two_and_three(rule, migration) -> None:
    sizes, home = [2, 3], [0, 0, 1, 1, 1]
    matrix_of = [[0.8, 0.2], [0.2, 0.8]] if migration == 0.2 else migration
    weights = np.zeros((5, 5))
    for j in range(5):
        for i in range(5):
            if i != j:
                if rule == "birth-death":  # where the offspring of j lands
                    many = sizes[home[i]] - (home[i] == home[j])
                    weights[j, i] = matrix_of[home[j]][home[i]] / many
                else:  # where i looks for its model
                    many = sizes[home[j]] - (home[i] == home[j])
                    weights[j, i] = matrix_of[home[i]][home[j]] / many
    inside = [[float(a == b and i != k) for k, b in enumerate(home)] for i, a in enumerate(home)]
    states, exact = chain(
        2,
        weights.tolist(),
        pair_payoffs(MATRIX, inside, mean=True),
        rule=rule,
        beta=0.9,
        mu=0.1,
        span=np.full(5, np.max(MATRIX)),
    )
    update = LocalUpdate(rule=rule, selection_intensity=0.9, mutation_probability=0.1)
    structure = Demes(sizes, migration)
    found = simulate_structured(
        matrix_game(MATRIX), update, structure, generations=150, burn_in=50, rng=8
    )
    agree(found, shares_of(states, exact, ("0", "1")))
    # The mean over demes by size is the whole.
    both = [region["0"].value for region in found.region_shares()]
    assert abs((2 * both[0] + 3 * both[1]) / 5 - found.shares["0"].value) < 1e-12
    assert found.by_region.shape == (1024, 2, 2)


@pytest.mark.parametrize("rule", ["pairwise", "death-birth"])
def test_public_goods_in_closed_neighbourhoods(rule) -> None:
    near = [[k for k in range(4) if KITE[i][k]] for i in range(4)]

    def pay(own, others):
        gives = [1, 0]
        total = gives[own] + sum(gives[k] for k in others)
        return 2.5 * total / (len(others) + 1) - gives[own]

    states, exact = chain(
        2, KITE, neighbourhood_payoffs(pay, near, mean=False), rule=rule, beta=0.6, mu=0.1
    )
    found = simulate_structured(
        lambda n: classics.public_goods(n, 2.5),
        LocalUpdate(rule=rule, selection_intensity=0.6, mutation_probability=0.1),
        Network(KITE),
        payoff="sum",
        generations=150,
        burn_in=50,
        rng=9,
    )
    agree(found, shares_of(states, exact, ("cooperate", "defect")))
    # One game where all neighbourhoods are of its size.
    ring = Network(nx.cycle_graph(5))
    update = LocalUpdate(rule=rule, mutation_probability=0.1)
    one, many = (
        simulate_structured(game, update, ring, generations=5, burn_in=0, replicates=9, rng=1)
        for game in (classics.public_goods(3, 2), lambda n: classics.public_goods(n, 2))
    )
    assert (one.by_replicate == many.by_replicate).all()


# --- closed forms of the literature ----------------------------------------------------------


def moran(fitness, size):
    return (1 - 1 / fitness) / (1 - fitness**-size)


def fitter(value):
    return matrix_game([[value, value], [1, 1]], ("fit", "plain"))


def test_a_directed_cycle_is_a_circulation() -> None:
    # Lieberman, Hauert & Nowak (2005): every circulation has the fixation of the Moran process.
    update = LocalUpdate(rule="birth-death", fitness="linear")
    for graph in (nx.cycle_graph(10), nx.cycle_graph(10, create_using=nx.DiGraph)):
        found = simulate_fixation(
            fitter(1.3), update, Network(graph), "fit", "plain", confidence=SURE, rng=10
        )
        covers(found, moran(1.3, 10))


def star_fixation(fitness, leaves):
    """Birth-death on a star by its own chain: (is the centre mutant, how many leaves are)."""
    states = [(c, m) for c in (0, 1) for m in range(leaves + 1)]
    at = {state: k for k, state in enumerate(states)}
    step = np.zeros((len(states), len(states)))
    for c, m in states:
        total = (m + c) * fitness + (leaves - m) + (1 - c)
        centre = (fitness if c else 1) / total
        ways = {
            (1, m): m * fitness / total,  # a mutant leaf takes the centre
            (0, m): (leaves - m) / total,  # a resident leaf does
        }
        if c:
            ways[1, min(m + 1, leaves)] = (
                ways.get((1, min(m + 1, leaves)), 0) + centre * (leaves - m) / leaves
            )
            ways[1, m] += centre * m / leaves
        else:
            ways[0, max(m - 1, 0)] = ways.get((0, max(m - 1, 0)), 0) + centre * m / leaves
            ways[0, m] += centre * (leaves - m) / leaves
        for state, chance in ways.items():
            step[at[c, m], at[state]] += chance
    assert np.allclose(step.sum(axis=1), 1)
    inner = [k for k, s in enumerate(states) if s not in ((0, 0), (1, leaves))]
    solved = np.linalg.solve(
        np.eye(len(inner)) - step[np.ix_(inner, inner)], step[inner, at[1, leaves]]
    )
    odds = dict(zip((states[k] for k in inner), solved))
    return odds[1, 0], odds[0, 1]


def test_a_star_amplifies_selection() -> None:
    update = LocalUpdate(rule="birth-death", fitness="linear")
    structure = Network(nx.star_graph(10))  # node 0 is the centre
    centre, leaf = star_fixation(1.5, 10)
    found = simulate_fixation(
        fitter(1.5), update, structure, "fit", "plain", confidence=SURE, rng=11
    )
    covers(found, (centre + 10 * leaf) / 11)
    assert found.interval[0] > moran(1.5, 11)
    # A large star is as good as fitness squared.
    centre_of_400, leaf_of_400 = star_fixation(1.5, 400)
    assert abs((centre_of_400 + 400 * leaf_of_400) / 401 - moran(1.5**2, 401)) < 0.005
    # Under temperature the mutant mostly appears in the centre, from where it is soon gone.
    warm = simulate_fixation(
        fitter(1.5),
        update,
        structure,
        "fit",
        "plain",
        placement="temperature",
        confidence=SURE,
        rng=12,
    )
    covers(warm, (10 * centre + leaf) / 11)


def cycle_fixation(game, beta, size):
    """Death-birth on a cycle: mutants stand in one row, whose length goes up or down."""
    (a, b), (c, d) = game
    fit = lambda own, first, second: math.exp(beta * (own[first] + own[second]))  # noqa: E731
    mutant, resident = (a, b), (c, d)

    def inside(length, place):  # payoff to the mutant at ``place`` of the row
        left = 0 if place > 0 else 1
        right = 0 if place < length - 1 else 1
        return fit(mutant, left, right)

    def outside(gap, place):
        left = 1 if place > 0 else 0
        right = 1 if place < gap - 1 else 0
        return fit(resident, left, right)

    product, total = 1.0, 1.0
    for j in range(1, size):
        gap = size - j
        # A mutant at an end dies and the resident beside it wins, or the other way round.
        if j == 1:
            down = 1.0
        else:
            near, rival = outside(gap, 0), inside(j, 1)
            down = 2 * near / (near + rival)
        if gap == 1:
            up = 1.0
        else:
            near, rival = inside(j, 0), outside(gap, 1)
            up = 2 * near / (near + rival)
        product *= down / up
        total += product
    return 1 / total


@pytest.mark.slow
def test_death_birth_on_a_cycle_favours_what_birth_death_does_not() -> None:
    # Ohtsuki & Nowak (2006); Ohtsuki et al. (2006): b / c > k, here 2, for death-birth alone.
    benefit, cost, size, beta = 5, 1, 20, 0.05
    game = classics.donation_game(benefit, cost)
    exact = cycle_fixation(game.matrix(), beta, size)
    assert exact > 1.1 / size
    results = {
        rule: simulate_fixation(
            game,
            LocalUpdate(rule=rule, selection_intensity=beta),
            Network(nx.cycle_graph(size)),
            "cooperate",
            "defect",
            payoff="sum",
            replicates=10_240,
            confidence=0.9999,
            rng=13,
        )
        for rule in ("death-birth", "birth-death")
    }
    covers(results["death-birth"], exact)
    assert results["death-birth"].interval[0] > 1 / size > results["birth-death"].interval[1]


@pytest.mark.slow
@pytest.mark.parametrize(("benefit", "favoured"), [(7, True), (3, False)])
def test_benefit_over_cost_above_the_degree(benefit, favoured) -> None:
    # Ohtsuki et al. (2006): b / c > k on large graphs of degree k under weak selection; the pair
    # approximation says in which direction, not how far.
    found = simulate_structured(
        classics.donation_game(benefit, 1),
        LocalUpdate(rule="death-birth", selection_intensity=0.02, mutation_probability=0.004),
        Network(nx.random_regular_graph(4, 50, seed=1)),
        payoff="sum",
        generations=800,
        burn_in=400,
        replicates=256,
        rng=15,
    )
    gap = found.shares["cooperate"].value - 0.5
    assert (gap > 0) == favoured
    assert abs(gap) > Z * found.shares["cooperate"].standard_error


def test_neutral_fixation_goes_by_degree() -> None:
    # Sood & Redner (2005), Antal, Redner & Sood (2006): in proportion to degree where a random node
    # imitates (voter model), to its inverse where a random one is imitated (invasion process).
    game = matrix_game([[1, 1], [1, 1]])
    degrees = np.sum(KITE, axis=1)
    for rule, law in (
        ("pairwise", degrees / degrees.sum()),
        ("death-birth", degrees / degrees.sum()),
        ("birth-death", (1 / degrees) / (1 / degrees).sum()),
    ):
        for node in (2, 3):
            found = simulate_fixation(
                game,
                LocalUpdate(rule=rule),
                Network(KITE),
                0,
                1,
                placement=node,
                confidence=SURE,
                rng=14,
            )
            covers(found, law[node])


# --- what else is promised -------------------------------------------------------------------


def test_graphs_in_any_form_are_the_same() -> None:
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 2.0), ("b", "c", 0.5)])
    dense = np.array([[0, 2, 0], [2, 0, 0.5], [0, 0.5, 0]])
    same = [
        Network(graph),
        Network(dense),
        Network(dense.tolist()),
        Network(sparse.coo_array(dense)),
        Network(nx.to_scipy_sparse_array(graph)),
        Network.from_edges([("a", "b", 2.0), ("c", "b", 0.5)], ["a", "b", "c"]),
        Network(nx.to_directed(graph)),
    ]
    first = same[0].parameters()
    assert all(network.parameters() == first for network in same)
    assert same[0].labels == same[5].labels == ("a", "b", "c")
    assert same[1].labels == (0, 1, 2)
    assert repr(same[0]) == "Network(3 nodes, 4 entries)"
    one_way = Network.from_edges([(0, 1), (1, 2), (2, 0)], directed=True)
    assert one_way.interaction.indices.tolist() == [1, 2, 0]
    back = Network(graph, replacement=nx.relabel_nodes(nx.path_graph(3), dict(enumerate("cba"))))
    assert back.replacement.indices.tolist() == [1, 0, 2, 1]
    assert Network(dense, loops=0.25).replacement.strengths.tolist() == [2.25, 2.75, 0.75]


@pytest.mark.parametrize("structure", [Network(nx.path_graph(30)), Demes([10, 20], 0.1)])
@pytest.mark.parametrize("rule", ["pairwise", "birth-death"])
def test_replicates_do_the_same_however_many_are_asked_for(structure, rule) -> None:
    game, update = classics.hawk_dove(2, 5), LocalUpdate(rule=rule)
    few, many = (
        simulate_structured(
            game, update, structure, generations=4, burn_in=2, replicates=n, keep_nodes=True, rng=5
        )
        for n in (3, 1030)
    )
    assert (few.by_replicate == many.by_replicate[:3]).all()
    assert (few.nodes == many.nodes[:3]).all()
    assert not (many.nodes[:6] == many.nodes[1024:]).all()
    assert few.provenance["entropy"] == 5
    for k in range(2):
        assert ((many.nodes == k).sum(axis=1) == many.final[:, k]).all()
    assert (
        simulate_structured(
            game, update, structure, generations=2, burn_in=0, replicates=2, rng=5
        ).nodes
        is None
    )


def test_large_structures_run_in_narrower_lanes_with_streams_of_their_own() -> None:
    structure = Network(nx.cycle_graph(3000))
    game, update = classics.hawk_dove(2, 5), LocalUpdate(rule="pairwise")
    found = [
        simulate_structured(
            game, update, structure, generations=2, burn_in=0, replicates=n, rng=5
        ).by_replicate
        for n in (2, 300)
    ]
    assert (found[0] == found[1][:2]).all()
    assert len(np.unique(found[1][:, 0])) > 100


def test_starts_are_kept() -> None:
    game, ring = classics.hawk_dove(2, 5), Network(nx.cycle_graph(6))
    still = LocalUpdate(rule="proportional", selection_intensity=0.0, mutation_probability=0.0)
    shared = {"generations": 3, "burn_in": 0, "replicates": 40, "keep_nodes": True, "rng": 1}
    by_node = simulate_structured(game, still, ring, start=[0, 1, 1, 0, 1, 1], **shared)
    assert (by_node.nodes == [0, 1, 1, 0, 1, 1]).all()
    counted = simulate_structured(game, still, ring, start={"dove": 2, "hawk": 4}, **shared)
    assert counted.shares["hawk"].value == pytest.approx(2 / 3)
    assert len(np.unique(counted.nodes, axis=0)) > 5


def test_undecided_and_short_runs_are_said() -> None:
    game = matrix_game([[1, 1], [1, 1]])
    ring = Network(nx.cycle_graph(12))
    update = LocalUpdate(rule="death-birth")
    found = simulate_fixation(game, update, ring, 0, 1, replicates=2000, generations=5, rng=2)
    assert found.undecided > 100
    assert "undecided after 5 generations" in found.certificate.notes[0]
    assert found.interval[0] < 1 / 12 < found.interval[1]
    nobody = simulate_fixation(
        game, LocalUpdate(rule="proportional"), ring, 0, 1, replicates=20, generations=3, rng=2
    )
    assert nobody.undecided == 20
    assert math.isnan(nobody.probability)
    assert nobody.interval == (0.0, 1.0)
    moved = simulate_structured(
        classics.donation_game(3, 1),
        LocalUpdate(rule="pairwise", selection_intensity=0.5, mutation_probability=0.05),
        Network(nx.complete_graph(30)),
        generations=8,
        burn_in=0,
        start={"cooperate": 30, "defect": 0},
        replicates=200,
        rng=3,
    )
    assert any("burn_in" in note for note in moved.certificate.notes)


def test_ctrl_c_returns_what_was_finished(monkeypatch) -> None:
    from coopgames.dynamics.structures import fixation as structured_fixation
    from coopgames.dynamics.structures import simulate as structured

    real = structured.lanes_of

    def interrupted(*arguments):
        yield next(real(*arguments))
        raise KeyboardInterrupt

    for module in (structured, structured_fixation):
        monkeypatch.setattr(module, "lanes_of", interrupted)
    game, ring = classics.hawk_dove(2, 5), Network(nx.cycle_graph(6))
    update = LocalUpdate(rule="pairwise")
    found = simulate_structured(game, update, ring, generations=3, burn_in=0, replicates=2000)
    assert found.by_replicate.shape == (1024, 2)
    assert "interrupted after 1024 of 2000 replicates" in found.certificate.notes
    mutants = simulate_fixation(game, update, ring, 0, 1, replicates=2000)
    assert mutants.replicates == 1024
    assert mutants.certificate.notes == ("interrupted after 1024 of 2000 replicates",)


def test_bad_input_is_named() -> None:
    game, ring = classics.hawk_dove(2, 5), Network(nx.cycle_graph(6))
    update = LocalUpdate(rule="pairwise")
    for call, words in (
        (lambda: Network([[0, 1, 2]]), "square matrix"),
        (lambda: Network([0, 1, 2]), "square matrix"),
        (lambda: Network([[0.0]]), "at least 2 nodes"),
        (lambda: Network([[0, 1], [1, 1]]), "no loops"),
        (lambda: Network([[0, -1], [1, 0]]), "weights must be"),
        (lambda: Network([[0, np.nan], [1, 0]]), "weights must be"),
        (lambda: Network([[0, 1], [1, 0]], replacement=np.ones((3, 3))), "same 2 nodes"),
        (lambda: Network([[0, 1], [1, 0]], loops=-1), "loops must be"),
        (lambda: Network.from_edges([("a", "b")], ["a", "c"]), "'b'"),
        (lambda: Demes([2, 3], 1.5), "migration must be"),
        (lambda: Demes([2, 3], [[0.5, 0.4], [1, 0]]), "rows sum to one"),
        (lambda: Demes([1, 3], 0.5), "nobody else"),
        (lambda: Demes([1], 0.0), "at least 2"),
        (lambda: Demes([2, 0], 0.1), "sizes must be >= 1"),
        (lambda: Demes([2, 3], 0.1, play="all"), "play must be one of"),
        (lambda: LocalUpdate(rule="moran"), "rule must be one of"),
        (lambda: LocalUpdate(rule="proportional", selection_intensity=2), "selection_intensity"),
        (
            lambda: LocalUpdate(rule="death-birth", fitness="linear", selection_intensity=2),
            "selection_intensity",
        ),
        (lambda: simulate_structured(game, Fermi(), ring), "rule='pairwise'"),
        (lambda: simulate_structured(game, Moran(), ring), "rule='birth-death'"),
        (lambda: simulate_structured(game, "fermi", ring), "process must be"),
        (lambda: simulate_structured(game, update, nx.cycle_graph(6)), "structure must be"),
        (lambda: simulate_structured(7, update, ring), "game must be"),
        (lambda: simulate_structured(game, update, ring, start=[0, 1]), "each of 6 individuals"),
        (lambda: simulate_structured(game, update, ring, start=[2] * 6), "0 .. 1"),
        (lambda: simulate_structured(game, update, ring, start={"crow": 6}), "'crow'"),
        (lambda: simulate_structured(game, update, ring, start={"hawk": 5}), "sum to the 6"),
        (lambda: simulate_structured(game, update, ring, generations=1), "generations must be"),
        (lambda: simulate_structured(game, update, ring, payoff="all"), "payoff must be one of"),
        (
            lambda: simulate_structured(classics.public_goods(4, 2), update, ring),
            "as many players as a group has members, 3",
        ),
        (
            lambda: simulate_structured(classics.public_goods(4, 2), update, Demes([3, 9], 0.1)),
            "at least players = 4",
        ),
        (
            lambda: simulate_structured(
                classics.public_goods(3, 2), update, Demes([3, 9], 0.1), payoff="sum"
            ),
            "payoff must be 'mean'",
        ),
        (
            lambda: simulate_structured(
                lambda n: classics.public_goods(n, 2), update, Demes([3, 9], 0.1)
            ),
            "SymmetricGame on demes",
        ),
        (
            lambda: simulate_structured(
                game, LocalUpdate(rule="death-birth"), Network(np.diag([1.0, 0], 1)[:2, :2])
            ),
            "nobody to take up from",
        ),
        (
            lambda: simulate_structured(
                game, update, Network.from_edges([(0, 1)], range(3)), replicates=2
            ),
            "node 2 has nobody to take up from",
        ),
        (lambda: simulate_structured(matrix_game([[1]]), update, ring), "2 .. 127"),
        (lambda: simulate_fixation(game, update, ring, 0, 0), "must differ"),
        (lambda: simulate_fixation(game, update, ring, 0, 2), "resident must lie"),
        (lambda: simulate_fixation(game, update, ring, "crow", 1), "mutant must be one of"),
        (lambda: simulate_fixation(game, update, ring, 0, 1, placement=6), "placement must lie"),
        (lambda: simulate_fixation(game, update, ring, 0, 1, placement="hot"), "placement must be"),
    ):
        with pytest.raises(CoopgamesError, match=words):
            call()
    for call in (
        lambda: Demes([3000, 3000], 0.1),
        lambda: simulate_structured(
            classics.optional_public_goods(5, 3, 1), update, Demes([2000], 0.0)
        ),
    ):
        with pytest.raises(BudgetError):
            call()
