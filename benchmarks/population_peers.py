"""Other packages in `benchmarks.populations`: how each is asked what we are asked.

Each call returns times, ascending and in seconds, and an answer: mean shares with standard errors,
or a law in our order of states; None where it follows another process than ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.population_tasks import (
    ENDOWMENT,
    PATH,
    REACTIONS,
    RISK,
    ROUNDS,
    TARGET,
    Task,
    even_start,
    game_of,
    matrix_of,
    mean_of_path,
)
from benchmarks.timing import timed

#: Objects that egttools' games refer to and do not keep.
ALIVE: list[Any] = []


def egttools_game(name: str) -> Any:
    """Return egttools' game by name."""
    from egttools.behaviors.CRD import CRDMemoryOnePlayer
    from egttools.games import CRDGame, Matrix2PlayerGameHolder, OneShotCRD

    if name == "risk":
        return OneShotCRD(1.0, 0.1, RISK, 6, 3)
    if name == "repeated-risk":
        players = [CRDMemoryOnePlayer(10, *row) for row in REACTIONS]
        ALIVE.extend(players)
        return CRDGame(ENDOWMENT, TARGET, ROUNDS, 6, RISK, 1.0, players)
    matrix = np.array(matrix_of(name))
    return Matrix2PlayerGameHolder(len(matrix), matrix)


def egttools_simulation(task: Task, repeats: int, quick: bool) -> dict[str, Any]:
    """Return egttools' times per step without a path, and mean shares of a path."""
    from egttools.numerical import PairwiseComparisonNumerical

    game = egttools_game(task.game)
    solver = PairwiseComparisonNumerical(task.population_size, game, 1_000_000)
    beta, mu, start = task.selection_intensity, task.mutation_probability, even_start(task)
    steps = 20_000 if quick else 200_000
    path = solver.run_with_mutation(PATH, beta, mu, start)
    call = solver.evolve
    if task.kind == "trajectory":
        call = solver.run_with_mutation
    times, _ = timed(lambda: call(steps, beta, mu, start), repeats, 1.0 / steps)
    return {"times": times, "answer": mean_of_path(path, task.population_size)}


def egttools_law(task: Task, repeats: int, quick: bool) -> dict[str, Any]:  # noqa: ARG001
    """Return egttools' times, from the game on, and law in our order of states."""
    from egttools import sample_simplex
    from egttools.analytical import PairwiseComparison
    from egttools.utils import calculate_stationary_distribution

    from coopgames.kernels.simplex import composition_index

    game, size = egttools_game(task.game), task.population_size

    def law() -> np.ndarray:
        chain = PairwiseComparison(size, game)
        matrix = chain.calculate_transition_matrix(
            task.selection_intensity, task.mutation_probability
        )
        return np.asarray(calculate_stationary_distribution(matrix.transpose()))

    times, found = timed(law, repeats)
    s = game.nb_strategies()
    if s == 2:  # its states count the second
        return {"times": times, "answer": found[::-1]}
    states = np.array([sample_simplex(i, size, s) for i in range(found.size)], dtype=np.int64)
    answer = np.empty_like(found)
    answer[composition_index(states)] = found
    return {"times": times, "answer": answer}


def quantecon_law(task: Task, repeats: int, quick: bool) -> dict[str, Any]:  # noqa: ARG001
    """Return QuantEcon's times from our matrix on, and law."""
    from quantecon.markov import gth_solve

    from coopgames.kernels.markov.simplex_chain import pairwise_comparison_chain
    from coopgames.kernels.simplex import compositions

    game, size = game_of(task.game), task.population_size
    matrix = pairwise_comparison_chain(
        game.payoffs_in_population(compositions(size, game.size)),
        population_size=size,
        selection_intensity=task.selection_intensity,
        mutation_probability=task.mutation_probability,
        role_model="others",
    ).toarray()
    gth_solve(np.eye(2)[::-1])  # compiles
    times, law = timed(lambda: gth_solve(matrix), repeats)
    # Two strategies: our chain's first state has none of the first, as our law's.
    return {"times": times, "answer": law}


def egttools_rare(task: Task, repeats: int, quick: bool) -> dict[str, Any]:  # noqa: ARG001
    """Return egttools' times and law over homogeneous populations."""
    from egttools.analytical import PairwiseComparison
    from egttools.utils import calculate_stationary_distribution

    game = egttools_game(task.game)

    def law() -> np.ndarray:
        chain = PairwiseComparison(task.population_size, game)
        matrix, _ = chain.calculate_transition_and_fixation_matrix_sml(task.selection_intensity)
        return np.asarray(calculate_stationary_distribution(matrix.T))

    times, found = timed(law, repeats)
    return {"times": times, "answer": found}


def openspiel_rare(task: Task, repeats: int, quick: bool) -> dict[str, Any]:  # noqa: ARG001
    """Return alpharank's times and law, its local selection off, which is another model."""
    from open_spiel.python.egt import alpharank

    matrix = np.array(matrix_of(task.game))

    def law() -> np.ndarray:
        return np.asarray(
            alpharank.compute(
                [matrix],
                m=task.population_size,
                alpha=task.selection_intensity,
                use_local_selection_model=False,
            )[2]
        )

    times, found = timed(law, repeats)
    return {"times": times, "answer": found}


def moranpycess_trajectory(task: Task, repeats: int, quick: bool) -> dict[str, Any]:
    """Return moranpycess' times; a Moran process without mutation, so it answers nothing here."""
    from moranpycess import MoranProcess

    matrix, steps = np.array(matrix_of(task.game)), 200 if quick else 2_000
    start = even_start(task).tolist()
    labels = [str(i) for i in range(len(start))]

    def run() -> Any:
        return MoranProcess(
            size_list=start,
            label_list=labels,
            BirthPayoffMatrix=matrix,
            DeathPayoffMatrix=matrix,
        ).simulate(steps)

    times, _ = timed(run, repeats, 1.0 / steps)
    return {"times": times, "answer": None}


#: What peers are asked, by kind of task.
PEERS: dict[str, dict[str, Callable[[Task, int, bool], dict[str, Any]]]] = {
    "egttools": {
        "simulation": egttools_simulation,
        "trajectory": egttools_simulation,
        "law": egttools_law,
        "rare": egttools_rare,
    },
    "quantecon": {"law": quantecon_law},
    "open-spiel": {"rare": openspiel_rare},
    "moranpycess": {"trajectory": moranpycess_trajectory},
}
