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

import argparse
import importlib.util
import json
import platform
import sys
import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

# First: it sets the number of threads before NumPy starts them.
from benchmarks.voting import alone

# isort: split
import numpy as np
from tabulate import tabulate

import coopgames as cg
from benchmarks.scaling import best_time
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


class Peer(NamedTuple):
    """Another package: its module and name, the release this was written for, how it is asked."""

    module: str
    package: str
    release: str
    work: Callable[[np.ndarray, np.ndarray, bool], Callable[[], Any] | None]


PEERS = {
    "nashpy": Peer("nashpy", "nashpy", "0.0.43", by_nashpy),
    "gambit": Peer("pygambit", "pygambit", "16.7.0", by_gambit),
    "quantecon": Peer("quantecon", "quantecon", "0.11.4", by_quantecon),
}


# --- measuring -------------------------------------------------------------------------------


def time_peer(name: str, task: Task, *, seed: int, repeats: int) -> dict[str, Any]:
    """Return a peer's time and profiles, or why it failed."""
    first, second = payoffs(task, seed)
    works = [PEERS[name].work(*game, task.exact) for game in zip(first[:SAMPLE], second[:SAMPLE])]
    if works[0] is None:
        return {}
    # What a peer compiles at its first call isn't its work.
    warm = PEERS[name].work(np.eye(2), np.eye(2), task.exact)
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


def measure(
    name: str, peers: Sequence[str], *, seed: int, repeats: int, limit: float
) -> dict[str, Any]:
    """Return one row: our time and whether it is right, the same of peers, ratios."""
    task = TASKS[name]
    time, found = best_time(ours(task, seed), repeats)
    truth = truth_of(task, seed)
    if task.together:
        pairs = np.hstack([found.first, found.second])
        profiles = [pairs[found.game == game] for game in range(len(truth))]
    else:
        profiles = [rounded(game) for game in found]
    row: dict[str, Any] = {
        "task": name,
        "title": task.title,
        "equilibria": sum(map(len, truth)),
        "games": len(truth),
        "ms": time,
        "right": right(profiles, truth),
        "targets": task.targets,
        "peers": {},
    }
    for peer in peers:
        try:
            answer = alone(limit, time_peer, name=peer, task=task, seed=seed, repeats=repeats)
        except EOFError:
            answer = {"failed": "its process died"}
        if answer is None:
            answer = {"longer_than_ms": 1e3 * limit, "ratio": 1e3 * limit / time}
        elif "found" in answer:
            answer["right"] = right(answer.pop("found"), truth)
            answer["ratio"] = answer["ms"] / time
        row["peers"][peer] = answer
    return row


# --- printing --------------------------------------------------------------------------------


def table(rows: Sequence[dict[str, Any]], peers: Sequence[str]) -> str:
    """Return the rows as a table."""
    lines = [
        [
            row["title"],
            f"{row['equilibria'] / row['games']:.3g}",
            f"{row['ms']:.3g}" + ("" if row["right"] else " WRONG"),
            *(_cell(row["peers"][peer]) for peer in peers),
            ", ".join(_target(row, peer) for peer in row["targets"] if peer in peers),
        ]
        for row in rows
    ]
    headers = ("games", "equilibria each", "ours [ms]", *(f"{peer} [ms] (ratio)" for peer in peers))
    sides = ("left", *("right",) * (len(peers) + 2), "left")
    return tabulate(lines, headers=(*headers, "target"), disable_numparse=True, colalign=sides)


def _cell(answer: dict[str, Any]) -> str:
    if "longer_than_ms" in answer:
        return f"> {answer['longer_than_ms']:.0f} (> {answer['ratio']:.3g})"
    if "failed" in answer:
        return "failed"
    if "ms" not in answer:
        return "-"
    return f"{answer['ms']:.3g} ({answer['ratio']:.3g})" + ("" if answer["right"] else " WRONG")


def _target(row: dict[str, Any], peer: str) -> str:
    target, answer = row["targets"][peer], row["peers"][peer]
    met = "unknown"
    if "ratio" in answer:
        bound = "longer_than_ms" in answer
        met = "yes" if answer["ratio"] >= target else "unknown" if bound else "NO"
    return f"{peer} {target:g}: {met}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks.equilibria", description=__doc__)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS), metavar="NAME")
    parser.add_argument("--repeats", type=int, default=20, metavar="N")
    parser.add_argument("--limit", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the rows as JSON")
    options = parser.parse_args(arguments)
    peers = []
    for name, peer in PEERS.items():
        if importlib.util.find_spec(peer.module) is None:
            print(f"{name} is left out: not installed (pip install {peer.package}=={peer.release})")
        else:
            peers.append(name)
    limits = {"seed": options.seed, "repeats": options.repeats, "limit": options.limit}
    rows = [measure(name, peers, **limits) for name in options.tasks]
    print(table(rows, peers))
    if options.output is not None:
        report = {
            "coopgames": cg.__version__,
            "peers": {name: version(PEERS[name].package) for name in peers},
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "seed": options.seed,
            "limit_s": options.limit,
            "rows": rows,
        }
        options.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
