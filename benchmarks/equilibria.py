"""Equilibria of two-player games beside other packages: ``python -m benchmarks.equilibria``.

All equilibria of the same games by coopgames and by the packages named in `PEERS`, where they are
installed: one process per peer and task, one thread, milliseconds for all games of the task, the
best of several runs, or one run where it takes long. Ours starts from two matrices, with all
checks; peers start from their own game objects, built beforehand. What takes a peer longer than
``--limit`` seconds is stopped. We solve few games one by one and many together; peers always solve
them one by one, of many games the first `SAMPLE`, and their time is multiplied.

A peer is right if for each game each profile it returns is within `TOLERANCE` of one of our exact
rational extreme equilibria, and each of these is met; returning one twice is forgiven. The ratio is
a peer's time over ours.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import best_time

# isort: split
import numpy as np

from benchmarks.suite import Answer, Line, Settings, Suite, asked, run
from coopgames.kernels.bimatrix.batch import equilibria_of_many
from coopgames.kernels.bimatrix.enumeration import ExtremeEquilibria, extreme_equilibria

#: Most a right probability differs from ours.
TOLERANCE = 1e-6
#: Most games of a task that peers solve.
SAMPLE = 500

#: Profiles, each a list of both players' probabilities one after the other.
Profiles = list[list[float]]


class Task(NamedTuple):
    """One row: games of one size and kind, and how many times as fast as peers we mean to be."""

    kind: str
    size: int
    games: int = 3
    exact: bool = False
    targets: dict[str, float] = {}

    @property
    def title(self) -> str:
        """The games in words."""
        what = f"{self.games:,} games {self.size} x {self.size}, {self.kind}"
        return what + ", exact" * self.exact + ", together" * self.together

    @property
    def together(self) -> bool:
        """Whether we solve them in one call."""
        return self.games > SAMPLE


TASKS = {
    **{f"random-{size}": Task("random", size) for size in (2, 4)},
    "random-6": Task("random", 6, targets={"quantecon": 0.8}),
    "random-8": Task("random", 8, targets={"nashpy": 500, "gambit": 15}),
    **{f"random-{size}": Task("random", size) for size in (10, 12)},
    **{f"integers-{size}": Task("integers 0 to 2", size) for size in (3, 6)},
    **{f"exact-{size}": Task("integers 0 to 2", size, exact=True) for size in (4, 6)},
    "many-2": Task("random", 2, games=10_000),
    "many-3": Task("random", 3, games=10_000, targets={"quantecon": 20}),
    "many-4": Task("random", 4, games=10_000),
    "many-integers-3": Task("integers 0 to 9", 3, games=10_000),
}


def payoffs(task: Task, seed: int) -> np.ndarray:
    """Return the payoffs of both players, shape (2, games, size, size)."""
    rng = np.random.default_rng([seed, task.size])
    shape = (2, task.games, task.size, task.size)
    if task.kind == "random":
        return rng.random(shape)
    return rng.integers(0, int(task.kind.split()[-1]) + 1, size=shape)


# --- those who do the work -------------------------------------------------------------------


def ours(task: Task, seed: int) -> Callable[[], Any]:
    """Return our work."""
    first, second = payoffs(task, seed)
    if task.together:
        return partial(equilibria_of_many, first, second)
    return lambda: [extreme_equilibria(*game, exact=task.exact) for game in zip(first, second)]


def by_nashpy(first: np.ndarray, second: np.ndarray, exact: bool) -> Callable[[], Any] | None:
    """Return the work of vertex enumeration."""
    import nashpy

    if exact:
        return None
    game = nashpy.Game(first, second)
    return lambda: [[*x, *y] for x, y in game.vertex_enumeration()]


def by_gambit(first: np.ndarray, second: np.ndarray, exact: bool) -> Callable[[], Any]:
    """Return the work of enummixed."""
    import pygambit

    kind = Fraction if exact else float
    game = pygambit.Game.from_arrays(*(np.vectorize(kind, [object])(p) for p in (first, second)))

    def work() -> Profiles:
        found = pygambit.nash.enummixed_solve(game, rational=exact).equilibria
        return [[float(e[s]) for player in game.players for s in player.strategies] for e in found]

    return work


def by_quantecon(first: np.ndarray, second: np.ndarray, exact: bool) -> Callable[[], Any] | None:
    """Return the work of vertex enumeration."""
    from quantecon.game_theory import NormalFormGame, Player, vertex_enumeration

    if exact:
        return None
    own = [np.ascontiguousarray(p, dtype=float) for p in (first, second.T)]
    game = NormalFormGame([Player(p) for p in own])
    return lambda: [[*x, *y] for x, y in vertex_enumeration(game)]


#: How peers are asked.
PEERS: dict[str, Callable[[np.ndarray, np.ndarray, bool], Callable[[], Any] | None]] = {
    "nashpy": by_nashpy,
    "gambit": by_gambit,
    "quantecon": by_quantecon,
}


# --- measuring -------------------------------------------------------------------------------


def time_peer(name: str, task: Task, *, seed: int, repeats: int) -> dict[str, Any]:
    """Return a peer's time and profiles, or why it failed."""
    first, second = payoffs(task, seed)
    works = [PEERS[name](*game, task.exact) for game in zip(first[:SAMPLE], second[:SAMPLE])]
    if works[0] is None:
        return {}
    # What a peer compiles at its first call isn't its work.
    warm = PEERS[name](np.eye(2), np.eye(2), task.exact)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warm()
            time, found = best_time(lambda: [work() for work in works], repeats)
    except (ArithmeticError, LookupError, ValueError, RuntimeError) as failure:
        return {"failed": repr(failure)}
    return {
        "ms": time * task.games / len(works),
        "found": [[list(map(float, profile)) for profile in game] for game in found],
    }


def right(found: Sequence[Any], truth: Sequence[np.ndarray]) -> bool:
    """Say whether profiles are those of the truth, game by game."""
    for profiles, expected in zip(found, truth):
        if not len(profiles):
            return False
        gaps = np.abs(np.array(profiles)[:, None] - expected[None]).max(axis=2)
        if max(gaps.min(axis=0).max(), gaps.min(axis=1).max()) > TOLERANCE:
            return False
    return True


def truth_of(task: Task, seed: int) -> list[np.ndarray]:
    """Return the exact answers to what peers are asked, rounded, one array per game."""
    games = zip(*payoffs(task, seed)[:, :SAMPLE])
    return [rounded(extreme_equilibria(*game, exact=True)) for game in games]


def rounded(found: ExtremeEquilibria) -> np.ndarray:
    """Return both players' probabilities in doubles, one row per equilibrium."""
    rows, columns = found.pairs.T
    return np.hstack([found.first[rows], found.second[columns]]).astype(float)


def measure(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:
    """Return one line: our time and whether it is right, the same of peers."""
    task = TASKS[name]
    time, found = best_time(ours(task, settings.seed), settings.repeats)
    truth = truth_of(task, settings.seed)
    if task.together:
        pairs = np.hstack([found.first, found.second])
        profiles = [pairs[found.game == game] for game in range(len(truth))]
    else:
        profiles = [rounded(game) for game in found]
    equilibria = sum(map(len, truth))
    line = Line(
        name=name,
        title=task.title,
        seconds=1e-3 * time,
        mark="" if right(profiles, truth) else "WRONG",
        peers={peer: answer_of(peer, task, truth, settings) for peer in peers},
        columns={"equilibria each": f"{equilibria / len(truth):.3g}"},
        data={"equilibria": equilibria, "games": len(truth)},
    )
    return [line.aiming(task.targets)]


def answer_of(peer: str, task: Task, truth: Sequence[np.ndarray], settings: Settings) -> Answer:
    """Return a peer's time and whether it is right."""
    how = {"seed": settings.seed, "repeats": settings.repeats}
    found = asked(settings.limit, time_peer, name=peer, task=task, **how)
    if isinstance(found, Answer):
        return found
    mark = "" if right(found["found"], truth) else "WRONG"
    return Answer(seconds=1e-3 * found["ms"], mark=mark)


SUITE = Suite(
    "All equilibria of two-player games",
    tuple(TASKS),
    ("random-2", "random-4", "random-6", "integers-3", "exact-4"),
    tuple(PEERS),
    measure,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    return run("benchmarks.equilibria", __doc__, SUITE, arguments)


if __name__ == "__main__":
    sys.exit(main())
