"""Iterated play beside axelrod: ``python -m benchmarks.play``.

The same strategies, stage game, rounds and noise by coopgames and, where it is installed, by
axelrod: one thread, the best of several runs of ours and of ``--peer-repeats`` runs of the peer,
which gets a process of its own and is stopped after ``--limit`` seconds. The time to import either
does not count. Simulations are timed per match and round (two acts), with everything that users get
back; ours with `REPLICATES` matches of each pair, and once with as few as axelrod's. Exact payoffs
are timed per pair and set against what axelrod needs for `SAMPLE` rounds of a pair, after which it
still has a sampling error. The ratio is the peer's time over ours.

Both are right if their mean over all pairs is within `ERRORS` standard errors of the exact law of
the fixed number of rounds, which is a third route. Rows without a peer have a bound in
milliseconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import alone, best_time

# isort: split
import numpy as np
from tabulate import tabulate

import coopgames as cg
from coopgames import play_group, play_pairs, simulate_group, simulate_pairs
from coopgames.play.matches.finite_rounds import finite_rounds_law
from coopgames.strategies import Automaton, MemoryOne, memory_one

#: R, S / T, P of axelrod's tournaments.
DILEMMA = ((3.0, 0.0), (5.0, 1.0))
TURNS, NOISE = 200, 0.01
#: Our matches of each pair.
REPLICATES = 1024
#: Rounds that stand for a pair played by axelrod: ten matches.
SAMPLE = 10 * TURNS
#: Standard errors that a right mean may be off; false alarm below 1e-6 each.
ERRORS = 5.0
#: States of the machines.
STATES = 4
#: What this was written for.
RELEASE = "4.13.1"


class Task(NamedTuple):
    """One row: what is done with how many strategies of which kind.

    ``peer`` is how many matches of each pair axelrod plays, 0 for none; ``target`` the ratio we
    mean to reach, ``bound`` the milliseconds we mean to stay below.
    """

    title: str
    work: str
    strategies: int
    kind: str = "memory one"
    replicates: int = REPLICATES
    peer: int = 0
    target: float | None = None
    bound: float | None = None
    sizes: tuple[int, ...] = ()


TASKS = {
    "simulate-20": Task("20 of memory one, matches", "simulate", 20, peer=10, target=1000),
    "simulate-50": Task("50 of memory one, matches", "simulate", 50, peer=3, target=1000),
    "simulate-20-few": Task(
        "20 of memory one, 10 matches each", "simulate", 20, replicates=10, peer=10
    ),
    "simulate-machines-20": Task(
        "20 machines of 4 states, matches", "simulate", 20, kind="machines", peer=3
    ),
    "exact-50": Task("50 of memory one, exact", "exact", 50, peer=3, target=100_000),
    "exact-1000": Task("1,000 of memory one, exact", "exact", 1000, bound=100),
    "exact-machines-20": Task(
        "20 machines of 4 states, exact", "exact", 20, kind="machines", peer=3
    ),
    "turns-50": Task("50 of memory one, exactly 200 rounds", "turns", 50, peer=3),
    "group-20": Task("a group of 20, exact", "group", 1, bound=50, sizes=(20,)),
    "group-10-10": Task("a group of 10 + 10, exact", "group", 2, bound=50, sizes=(10, 10)),
    "group-roles": Task(
        "six roles, 1 + 2 + 3 + 2 + 4 + 8, exact", "group", 6, bound=5000, sizes=(1, 2, 3, 2, 4, 8)
    ),
    "simulate-group-20": Task("a group of 20, simulated", "simulate group", 1, sizes=(20,)),
}


# --- strategies ------------------------------------------------------------------------------


def memory_one_rows(number: int, seed: int) -> np.ndarray:
    """Return probabilities after CC, CD, DC and DD, shape (number, 4)."""
    return np.random.default_rng([seed, number]).random((number, 4))


def machine_tables(number: int, seed: int) -> np.ndarray:
    """Return (next state, next act) by state and act of the other, (number, states, 2, 2)."""
    rng = np.random.default_rng([seed, number, STATES])
    return np.stack(
        [
            rng.integers(0, STATES, (number, STATES, 2)),
            rng.integers(0, 2, (number, STATES, 2)),
        ],
        axis=-1,
    )


def machine(table: np.ndarray, name: str) -> Automaton:
    """Return a machine that acts as it moves as one that acts by its state; 0 is cooperation."""
    # State 2 q + a: in q, and does a now.
    moves = []
    for q in range(STATES):
        after = [2 * int(state) + int(act) for state, act in table[q]]
        moves += [((after[1], after[0]),) * 2] * 2
    return Automaton(name=name, cooperate=(1.0, 0.0) * STATES, moves=tuple(moves))


def ours(task: Task, seed: int) -> list[MemoryOne | Automaton]:
    """Return the strategies."""
    if task.kind == "machines":
        tables = machine_tables(task.strategies, seed)
        return [machine(table, str(k)) for k, table in enumerate(tables)]
    rows = memory_one_rows(task.strategies, seed)
    return [memory_one(row, name=str(k)) for k, row in enumerate(rows.tolist())]


def group_players(task: Task, seed: int) -> list[tuple[MemoryOne, int]]:
    """Return the classes of a group."""
    n = sum(task.sizes)
    rows = np.random.default_rng([seed, n]).random((len(task.sizes), 2 * n))
    return [(memory_one(row), size) for row, size in zip(rows.tolist(), task.sizes, strict=True)]


# --- those who do the work -------------------------------------------------------------------


def our_work(task: Task, seed: int) -> Callable[[], Any]:
    """Return our work."""
    settings: dict[str, Any] = {"implementation_error": NOISE}
    if task.sizes:
        players = group_players(task, seed)
        game = cg.classics.public_goods(sum(task.sizes), 3.0)
        if task.work == "group":
            return lambda: play_group(players, game, **settings)
        settings |= {"turns": TURNS, "replicates": 100, "rng": seed}
        return lambda: simulate_group(players, game, **settings)
    chosen = ours(task, seed)
    if task.work == "exact":
        return lambda: play_pairs(chosen, DILEMMA, **settings)
    if task.work == "turns":
        return lambda: finite_rounds_law(chosen, TURNS, **settings)
    settings |= {"turns": TURNS, "replicates": task.replicates, "rng": seed}
    return lambda: simulate_pairs(chosen, DILEMMA, **settings)


def units(task: Task) -> int:
    """Return by what our time is divided: matches times rounds, pairs, or one."""
    pairs = task.strategies * (task.strategies + 1) // 2
    if task.work == "simulate":
        return pairs * task.replicates * TURNS
    if task.work == "simulate group":
        return 100 * TURNS
    return 1 if task.work == "group" else pairs


def axelrod_time(task: Task, seed: int, repeats: int) -> dict[str, Any]:
    """Return axelrod's time per match and round, its mean payoff, and that mean's error."""
    import axelrod as axl

    if task.kind == "machines":
        acts = (axl.Action.C, axl.Action.D)
        players = [
            axl.FSMPlayer(
                transitions=tuple(
                    (q, acts[other], int(table[q, other, 0]), acts[int(table[q, other, 1])])
                    for q in range(STATES)
                    for other in (0, 1)
                ),
                initial_state=0,
                initial_action=axl.Action.C,
            )
            for table in machine_tables(task.strategies, seed)
        ]
    else:
        rows = memory_one_rows(task.strategies, seed).tolist()
        players = [axl.MemoryOnePlayer(four_vector=tuple(row)) for row in rows]

    def tournament() -> Any:
        play = axl.Tournament(players, turns=TURNS, noise=NOISE, repetitions=task.peer, seed=seed)
        return play.play(progress_bar=False)

    time, found = best_time(tournament, repeats)
    spread = np.array(found.payoff_stddevs) / np.sqrt(task.peer)
    pairs = task.strategies * (task.strategies + 1) // 2
    return {
        "us": 1e3 * time / (pairs * task.peer * TURNS),
        "mean": float(np.mean(found.payoff_matrix)),
        # Both of a pair play the same matches, so that their errors may add up.
        "error": float(np.sqrt(2 * (spread**2).sum()) / spread.size),
    }


# --- measuring -------------------------------------------------------------------------------


def exact_mean(task: Task, seed: int) -> float:
    """Return the exact mean payoff over all pairs and the fixed number of rounds."""
    law = finite_rounds_law(ours(task, seed), TURNS, implementation_error=NOISE)
    return float(np.tensordot(np.ravel(DILEMMA), law, 1).mean())


def measure(name: str, *, seed: int, repeats: int, peer: dict[str, Any] | None) -> dict[str, Any]:
    """Return one row; ``peer`` is what axelrod answered for the same strategies."""
    task = TASKS[name]
    time, found = best_time(our_work(task, seed), repeats)
    row: dict[str, Any] = {"task": name, "title": task.title, "ms": time, "work": task.work}
    row["us"] = 1e3 * time / units(task)
    row["target"], row["bound"] = task.target, task.bound
    if task.work == "simulate":
        truth = exact_mean(task, seed)
        error = float(np.sqrt(2 * (found.payoff_errors**2).sum()) / found.payoffs.size)
        row["right"] = abs(found.payoffs.mean() - truth) < ERRORS * error
    if peer is None or not task.peer:
        return row
    row["peer"] = dict(peer)
    if "us" in peer:
        per_unit = peer["us"] * (SAMPLE if task.work in {"exact", "turns"} else 1)
        row["ratio"] = per_unit / row["us"]
        truth = exact_mean(task, seed)
        row["peer"]["right"] = abs(peer["mean"] - truth) < ERRORS * peer["error"]
    return row


def ask_axelrod(
    names: Sequence[str], *, seed: int, repeats: int, limit: float
) -> dict[tuple[str, int, int], dict[str, Any]]:
    """Return axelrod's answers by kind, strategies and matches; each is asked once."""
    answers: dict[tuple[str, int, int], dict[str, Any]] = {}
    for task in map(TASKS.__getitem__, names):
        key = task.kind, task.strategies, task.peer
        if task.peer and key not in answers:
            try:
                answer = alone(limit, axelrod_time, task=task, seed=seed, repeats=repeats)
            except EOFError:
                answer = {"failed": "its process died"}
            answers[key] = answer or {"failed": f"longer than {limit:g} s"}
    return answers


# --- printing --------------------------------------------------------------------------------


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table."""
    lines = []
    for row in rows:
        peer = row.get("peer", {})
        wrong = "" if row.get("right", True) else " WRONG"
        theirs = f"{peer['us']:.3g}" if "us" in peer else peer.get("failed", "-")
        theirs += "" if peer.get("right", True) else " WRONG"
        lines.append(
            [
                row["title"],
                f"{row['ms']:.3g}",
                f"{row['us']:.3g}{wrong}",
                theirs,
                f"{row['ratio']:,.0f}" if "ratio" in row else "-",
                _verdict(row),
            ]
        )
    headers = ("work", "ours [ms]", "per unit [us]", "axelrod [us/round]", "ratio", "target")
    sides = ("left", *("right",) * 4, "left")
    return tabulate(lines, headers=headers, disable_numparse=True, colalign=sides)


def _verdict(row: dict[str, Any]) -> str:
    if row["bound"] is not None:
        return f"< {row['bound']:g} ms: {'yes' if row['ms'] < row['bound'] else 'NO'}"
    if row["target"] is None:
        return ""
    met = "unknown" if "ratio" not in row else "yes" if row["ratio"] >= row["target"] else "NO"
    return f"{row['target']:,.0f}: {met}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks.play", description=__doc__)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS), metavar="NAME")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--peer-repeats", type=int, default=1, metavar="N")
    parser.add_argument("--limit", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the rows as JSON")
    options = parser.parse_args(arguments)
    answers: dict[tuple[str, int, int], dict[str, Any]] = {}
    there = importlib.util.find_spec("axelrod") is not None
    if there:
        answers = ask_axelrod(
            options.tasks, seed=options.seed, repeats=options.peer_repeats, limit=options.limit
        )
    else:
        print(f"axelrod is left out: not installed (pip install axelrod=={RELEASE})")
    rows = []
    for name in options.tasks:
        task = TASKS[name]
        peer = answers.get((task.kind, task.strategies, task.peer))
        rows.append(measure(name, seed=options.seed, repeats=options.repeats, peer=peer))
    print(table(rows))
    if options.output is not None:
        report = {
            "coopgames": cg.__version__,
            "axelrod": version("axelrod") if there else None,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "seed": options.seed,
            "rows": rows,
        }
        options.output.write_text(json.dumps(report, indent=2, default=bool) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
