"""What `benchmarks.populations` measures: tasks, their games, and how they are timed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

import coopgames as cg
from coopgames import Fermi, SymmetricGame, classics

#: Replicates side by side, and in a quick run.
REPLICATES, FEW = 10_000, 500
#: Steps of one population from which means are taken.
PATH = 1_000_000
#: Rounds, endowment, target and risk of the repeated collective-risk game.
ROUNDS, ENDOWMENT, TARGET, RISK = 10, 40, 120, 0.9
#: Its strategies: in the first round, then if the others gave more than 10, as much, or less.
REACTIONS = ((0, 0, 0, 0), (2, 2, 2, 2), (4, 4, 4, 4), (2, 0, 2, 4), (2, 4, 2, 0))


class Task(NamedTuple):
    """One row: what is asked of which game and process, and what is hoped for."""

    name: str
    kind: str
    game: str
    population_size: int
    selection_intensity: float = 0.1
    mutation_probability: float = 0.01
    #: Least ratio of the fastest right peer to us, and most time for us. [s]
    target: float | None = None
    within: float | None = None
    #: The only peer that is asked, if not all are.
    beside: str = ""
    #: Why none is asked, if none is.
    why: str = ""

    @property
    def process(self) -> Fermi:
        """The process all packages share."""
        return Fermi(
            population_size=self.population_size,
            selection_intensity=self.selection_intensity,
            mutation_probability=self.mutation_probability,
            role_model="others",
        )


DENSE = "dense only"
HOURS = "hours"
TASKS = (
    Task("pd", "simulation", "prisoners", 100, target=100),
    Task("pd-strong", "simulation", "prisoners", 100, 1.0),
    Task("snowdrift", "simulation", "snowdrift", 100, 1.0, target=250),
    Task("three", "simulation", "random-3", 100, target=25),
    Task("five", "simulation", "random-5", 100, target=50),
    Task("eight", "simulation", "random-8", 100, target=75),
    Task("five-strong", "simulation", "random-5", 100, 1.0),
    Task("risk", "simulation", "risk", 100, 1.0, target=200),
    Task("risk-repeated", "simulation", "repeated-risk", 40, 0.01, target=200),
    Task("one-pd", "trajectory", "prisoners", 100, target=5),
    Task("one-snowdrift", "trajectory", "snowdrift", 100, 1.0, target=5),
    Task("law-2-1000", "law", "prisoners", 1000, target=1000, beside="egttools"),
    Task("law-2-1000-gth", "law", "prisoners", 1000, target=300, beside="quantecon"),
    Task("law-3-50", "law", "random-3", 50, 1.0, target=100),
    Task("law-3-400", "law", "random-3", 400, 1.0, within=1, why=DENSE),
    Task("law-3-400-rare", "law", "random-3", 400, 1.0, 1e-6, within=1, why=DENSE),
    Task("law-3-400-strong", "law", "random-3", 400, 30.0, within=1, why=DENSE),
    Task("law-4-20", "law", "random-4", 20, 1.0, target=80),
    Task("law-4-80", "law", "random-4", 80, 1.0, within=10, why=DENSE),
    Task("law-4-80-rare", "law", "random-4", 80, 1.0, 1e-6, within=10, why=DENSE),
    Task("law-4-80-strong", "law", "random-4", 80, 30.0, within=10, why=DENSE),
    Task("rare-8", "rare", "random-8", 100, target=1500),
    Task("rare-32", "rare", "random-32", 100, target=40_000),
    Task("rare-1000", "rare", "random-1000", 100, within=0.5, why=HOURS),
    Task("rare-1000-logs", "rare", "random-1000", 100, 1e3, within=3, why=HOURS),
)
NAMES = tuple(task.name for task in TASKS)
#: What a quick run does without.
SLOW = ("law-4-80", "law-4-80-rare", "law-4-80-strong", "risk-repeated", "rare-1000-logs")


# --- games -----------------------------------------------------------------------------------


def matrix_of(name: str) -> list[list[float]]:
    """Return a payoff matrix by name."""
    if name == "prisoners":
        return [[1.0, -1.0], [2.0, 0.0]]
    if name == "snowdrift":
        return [[1.5, 1.0], [2.0, 0.0]]
    size = int(name.removeprefix("random-"))
    return np.random.default_rng(size).random((size, size)).tolist()


@lru_cache(maxsize=1)
def game_of(name: str) -> SymmetricGame:
    """Return our game by name."""
    if name == "risk":
        # Defectors first, as in egttools.
        return classics.collective_risk(6, 3, risk=RISK, cost=0.1).restricted([1, 0])
    if name == "repeated-risk":
        strategies = tuple("".join(map(str, row)) for row in REACTIONS)
        return cg.symmetric_game(6, strategies, repeated_risk)
    return cg.matrix_game(matrix_of(name))


def repeated_risk(strategy: int, others: np.ndarray) -> list[float]:
    """Return what a strategy gets in the repeated collective-risk game, by co-players."""
    groups = np.array(others)
    groups[:, strategy] += 1
    return [_played(group)[strategy] for group in groups.tolist()]


def _played(group: Sequence[int]) -> list[float]:
    kept, given, total = [float(ENDOWMENT)] * len(group), [0] * len(group), 0
    for number in range(ROUNDS):
        before = sum(n * gift for n, gift in zip(group, given, strict=True))
        gifts = []
        for (first, above, equal, below), had, left in zip(REACTIONS, given, kept, strict=True):
            seen = before - had
            then = above if seen > 10 else equal if seen == 10 else below
            gifts.append(min(first if number == 0 else then, int(left)))
        given = gifts
        kept = [left - gift for left, gift in zip(kept, given, strict=True)]
        total += sum(n * gift for n, gift in zip(group, given, strict=True))
        if total >= TARGET:
            return kept
    return [left * (1 - RISK) for left in kept]


# --- populations ---------------------------------------------------------------------------


def even_start(task: Task) -> np.ndarray:
    """Return a population of all strategies, alike."""
    size, s = task.population_size, game_of(task.game).size
    return np.array([size // s + (i < size % s) for i in range(s)])


def mean_of_path(path: np.ndarray, size: int) -> dict[str, list[float]]:
    """Return mean shares and standard errors by twenty blocks, without the first fifth."""
    kept = path[len(path) // 5 :]
    blocks = kept[len(kept) % 20 :].reshape(20, -1, path.shape[1]).mean(axis=1) / size
    error = blocks.std(axis=0, ddof=1) / np.sqrt(20)
    return {"mean": blocks.mean(axis=0).tolist(), "error": error.tolist()}
