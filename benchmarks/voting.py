"""Voting power beside other packages: ``python -m benchmarks.voting``.

The same work by coopgames and by the packages named in `PEERS`, where they are installed: one
process, one thread, the best of several runs, in milliseconds, or one run where it takes long.
Ours starts from quota and weights, with the committee's record and its checks. What may take a
peer long runs in a process of its own, timed inside and stopped after ``--limit`` seconds. Weights
are listed in descending order, the faster one for decision diagrams.

A peer is right if each number is within `TOLERANCE` of our exact rational and nothing overflows.
The ratio is the time of the fastest right peer over ours, or more than the limit over ours where
no peer is both done and right. Peers answer in floating point; ours in rational numbers where the
table says exact.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import math
import multiprocessing
import os
import platform
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from fractions import Fraction
from functools import partial, reduce
from importlib.metadata import version
from operator import and_, or_
from pathlib import Path
from typing import Any, NamedTuple

# Before NumPy starts its threads; processes started from here inherit it.
os.environ.update(
    dict.fromkeys(
        (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
        ),
        "1",
    )
)

import numpy as np
from tabulate import tabulate

import coopgames as cg
from benchmarks.scaling import best_time, resident_mib
from coopgames.voting import (
    Committee,
    Power,
    Quota,
    Voters,
    casting_vote,
    dictator,
    power,
    weighted_committee,
)

#: Most a right number differs from ours.
TOLERANCE = 1e-9
#: Most memory our part should need, with Python and NumPy. [MB]
MOST_MEMORY = 300.0
#: People of the 27 states of the European Union in 2019, in thousands, descending; those of
#: models/published/treaty2007_council.
POPULATIONS = (
    *(83019, 67013, 60360, 46937, 37973, 19414, 17282, 11456, 10725),
    *(10650, 10277, 10230, 9773, 8859, 7000, 5806, 5518, 5450),
    *(4904, 4076, 2794, 2081, 1920, 1325, 876, 614, 494),
)

#: A weighted game: quota, and one weight per voter.
Game = tuple[int, Sequence[int]]


class Workload(NamedTuple):
    """A committee as its users write it: in coopgames, and for peers as any of all of ``games``."""

    title: str
    build: Callable[[], Committee]
    games: Sequence[Sequence[Game]]
    #: Whether peers run in a process of their own.
    apart: bool = False


class Task(NamedTuple):
    """One row: which indices of which workload, how, and how many times as fast as peers."""

    workload: str
    indices: tuple[str, ...]
    exact: bool = True
    compared: bool = True
    target: float | None = None


BANZHAF, SHAPLEY = ("banzhaf",), ("shapley_shubik",)
TASKS = (
    Task("security-council", BANZHAF + SHAPLEY, target=3),
    Task("fifty", BANZHAF),
    Task("fifty", SHAPLEY, exact=False),
    Task("assembly-1000", BANZHAF, target=100),
    Task("assembly-1000", SHAPLEY, exact=False, target=400),
    Task("assembly-1000", SHAPLEY, compared=False),
    Task("assembly-10000", BANZHAF, target=100),
    Task("assembly-10000", SHAPLEY, exact=False, target=100),
    Task("assembly-10000", SHAPLEY, compared=False),
    Task("double-majority", BANZHAF),
    Task("double-majority", SHAPLEY),
    Task("federal", BANZHAF),
    Task("federal", SHAPLEY),
)
NAMES = tuple(dict.fromkeys(task.workload for task in TASKS))


# --- workloads -------------------------------------------------------------------------------


def weighted(title: str, quota: int, weights: Sequence[int], *, apart: bool = False) -> Workload:
    """Return one weighted game."""
    build = partial(weighted_committee, quota, weights)
    return Workload(title, build, [[(quota, weights)]], apart)


def random_weights(size: int, total: int, *, rng: np.random.Generator) -> list[int]:
    """Return positive integers with a given total, unequal as in real bodies, descending."""
    extra = rng.multinomial(total - size, rng.dirichlet(np.ones(size)))
    return sorted((1 + extra).tolist(), reverse=True)


def double_majority() -> Committee:
    """Return the Council of the EU: 55 % of states with 65 % of people, or all but three."""
    return Committee(
        voters=tuple(
            Voters(id=f"v{number}", weights={"population": people})
            for number, people in enumerate(POPULATIONS, start=1)
        ),
        rule=Quota(share=0.55) & Quota(share=0.65, weight="population") | Quota(votes=24),
    )


def federal_system() -> Committee:
    """Return the United States: President and both houses, or two thirds of both."""
    president, vice, senate, house = "president", "vice_president", "senate", "house"
    return Committee(
        voters=(
            Voters(id=president),
            Voters(id=vice),
            Voters(id=senate, count=100),
            Voters(id=house, count=435),
        ),
        rule=(dictator(president) & casting_vote(vice, of=senate) & Quota(votes=218, of=house))
        | (Quota(votes=67, of=senate) & Quota(votes=290, of=house)),
    )


def workload_of(name: str, seed: int) -> Workload:
    """Return a workload by name."""
    if name == "security-council":
        return weighted("UN Security Council, 15", 39, [7] * 5 + [1] * 10)
    if name == "fifty":
        weights = random_weights(50, 500, rng=np.random.default_rng(seed))
        return weighted("50 members, weight 500", 251, weights)
    if name.startswith("assembly-"):
        total = int(name.removeprefix("assembly-"))
        weights = random_weights(193, total, rng=np.random.default_rng(seed))
        title = f"193 members, weight {total:,}"
        return weighted(title, total // 2 + 1, weights, apart=True)
    if name == "double-majority":
        states, people = [1] * len(POPULATIONS), -(-65 * sum(POPULATIONS) // 100)
        games = [[(15, states), (people, POPULATIONS)], [(24, states)]]
        return Workload("EU Council, 27", double_majority, games)
    assert name == "federal"

    # As in power-bdd's own example of this system.
    def of(quota: int, president: int, vice: int, senate: int, house: int) -> Game:
        return quota, [president, vice, *[senate] * 100, *[house] * 435]

    house, signed = of(218, 0, 0, 0, 1), of(1, 1, 0, 0, 0)
    games = [
        [house, of(51, 0, 0, 1, 0), signed],
        [house, of(50, 0, 0, 1, 0), of(1, 0, 1, 0, 0), signed],
        [of(290, 0, 0, 0, 1), of(67, 0, 0, 1, 0)],
    ]
    return Workload("US federal system, 537", federal_system, games, apart=True)


# --- those who do the work -------------------------------------------------------------------


def ours(task: Task, workload: Workload) -> Power:
    """Return our answer, from the committee's record on."""
    return power(workload.build(), task.indices, exact=task.exact)


def by_powerindices(task: Task, workload: Workload) -> list[list[float]] | None:
    """Return the values per index and voter; None where the rule is not one weighted game."""
    from powerindices import compute_pbi, compute_ssi

    if len(workload.games) > 1:
        return None
    ((quota, weights),) = workload.games[0]
    calls = {"banzhaf": compute_pbi, "shapley_shubik": compute_ssi}
    # It writes into the list it is given.
    return [calls[index](quota, list(weights)) for index in task.indices]


def by_power_bdd(task: Task, workload: Workload) -> list[list[float]]:
    """Return the values per index and voter, all from one decision diagram."""
    from power_bdd.bdd import BDD, WeightedGame

    def diagram(game: Game) -> BDD:
        return BDD(WeightedGame(game[0], list(game[1])))

    whole = reduce(or_, (reduce(and_, map(diagram, part)) for part in workload.games))
    calls = {"banzhaf": whole.calc_banzhaf, "shapley_shubik": whole.calc_shapley}
    return [calls[index]() for index in task.indices]


class Peer(NamedTuple):
    """Another package: its module, the release this was written for, and how it is asked."""

    module: str
    release: str
    values: Callable[[Task, Workload], list[list[float]] | None]


PEERS = {
    "powerindices": Peer("powerindices", "1.0.2", by_powerindices),
    "power-bdd": Peer("power_bdd", "1.0.0", by_power_bdd),
}
#: What they answer with: both give the absolute Penrose-Banzhaf index.
MEANT = {"banzhaf": "banzhaf_absolute", "shapley_shubik": "shapley_shubik"}


# --- measuring -------------------------------------------------------------------------------


def time_peer(name: str, task: Task, *, seed: int, repeats: int) -> dict[str, Any]:
    """Return a peer's time and values, whether it overflowed, or why it failed."""
    workload = workload_of(task.workload, seed)
    work = partial(PEERS[name].values, task, workload)
    try:
        with warnings.catch_warnings(record=True) as caught, redirect_stdout(io.StringIO()):
            warnings.simplefilter("default")
            time, values = best_time(work, repeats)
    except (ArithmeticError, LookupError, ValueError, MemoryError, RecursionError) as failure:
        return {"failed": repr(failure)}
    if values is None:
        return {}
    overflowed = any("overflow" in str(warning.message) for warning in caught)
    values = [[float(value) for value in row] for row in values]
    return {"ms": time, "values": values, "overflowed": overflowed}


def _report(connection: Any, call: Callable[..., Any], arguments: dict[str, Any]) -> None:
    connection.send("ready")
    connection.send(call(**arguments))


def alone(limit: float | None, call: Callable[..., Any], **arguments: Any) -> Any:
    """Return what a call returns in a process of its own; None after `limit` seconds.

    Raises
    ------
    EOFError
        If the process dies.
    """
    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe(duplex=False)
    process = fresh.Process(target=_report, args=(there, call, arguments))
    process.start()
    there.close()
    try:
        here.recv()
        return here.recv() if here.poll(limit) else None
    finally:
        process.kill()
        process.join()


def measure_peer(
    name: str, task: Task, truth: Power, *, seed: int, repeats: int, limit: float
) -> dict[str, Any]:
    """Return a peer's time and whether it is right, that it takes longer, or why it failed."""
    workload = workload_of(task.workload, seed)
    run = partial(alone, limit) if workload.apart else lambda call, **given: call(**given)
    try:
        found = run(time_peer, name=name, task=task, seed=seed, repeats=repeats)
    except EOFError:
        return {"failed": "its process died"}
    if found is None:
        return {"longer_than_ms": 1e3 * limit}
    if "values" not in found:
        return found
    error = 0.0
    for index, row in zip(task.indices, found["values"], strict=True):
        exact = per_voter(truth, MEANT[index])
        gaps = [abs(value - float(right)) for value, right in zip(row, exact, strict=True)]
        error = max(error, *(gap if math.isfinite(gap) else math.inf for gap in gaps))
    right = error <= TOLERANCE and not found["overflowed"]
    return {"ms": found["ms"], "right": right, "error": error, "overflowed": found["overflowed"]}


def per_voter(found: Power, index: str) -> list[Fraction]:
    """Return an index voter by voter."""
    row = found.values[index]
    return [row[group.id] for group in found.committee.voters for _ in range(group.count)]


def measure(
    task: Task, truth: Power, peers: Sequence[str], *, seed: int, repeats: int, limit: float
) -> dict[str, Any]:
    """Return one row: our time and error, each peer's, and the ratio."""
    workload = workload_of(task.workload, seed)
    time, found = best_time(partial(ours, task, workload), repeats)
    row: dict[str, Any] = {
        "workload": task.workload,
        "title": workload.title,
        "indices": list(task.indices),
        "exact": task.exact,
        "ms": time,
        "target": task.target,
        "peers": {},
    }
    if not task.exact:
        (index,) = task.indices
        pairs = zip(per_voter(found, index), per_voter(truth, index), strict=True)
        row["error"] = float(max(abs(Fraction(value) - right) for value, right in pairs))
        row["error_bound"] = found.error
    if not task.compared:
        return row
    limits = {"seed": seed, "repeats": repeats, "limit": limit}
    row["peers"] = {name: measure_peer(name, task, truth, **limits) for name in peers}
    answers = row["peers"].values()
    right = [answer["ms"] for answer in answers if answer.get("right")]
    longer = [answer["longer_than_ms"] for answer in answers if "longer_than_ms" in answer]
    if right or longer:
        row["ratio"] = min(right or longer) / time
        row["ratio_is_bound"] = not right
    return row


def memory_of_ours(names: Sequence[str], seed: int) -> tuple[float | None, float | None]:
    """Return the peak resident memory before and after all our work, in MB; run it alone."""
    before = resident_mib()
    for task in TASKS:
        if task.workload in names:
            ours(task, workload_of(task.workload, seed))
    after = resident_mib()
    if before is None or after is None:
        return None, None
    return before * 2**20 / 1e6, after * 2**20 / 1e6


# --- printing --------------------------------------------------------------------------------


def table(rows: Sequence[dict[str, Any]], peers: Sequence[str]) -> str:
    """Return the rows as a table."""
    short = {"banzhaf": "Banzhaf", "shapley_shubik": "Shapley-Shubik"}
    lines = [
        [
            row["title"],
            " + ".join(short[index] for index in row["indices"]),
            "exact" if row["exact"] else "float",
            f"{row['ms']:.2f}",
            *(_time(row["peers"].get(name, {})) for name in peers),
            _ratio(row),
            "" if row["target"] is None else f"{row['target']:g}",
            _met(row),
        ]
        for row in rows
    ]
    times = [f"{name} [ms]" for name in ("coopgames", *peers)]
    headers = ("committee", "index", "ours", *times, "ratio", "target", "met")
    sides = ("left",) * 3 + ("right",) * (len(times) + 2) + ("left",)
    return tabulate(lines, headers=headers, disable_numparse=True, colalign=sides)


def _time(answer: dict[str, Any]) -> str:
    if "longer_than_ms" in answer:
        return f"> {answer['longer_than_ms']:.0f}"
    if "failed" in answer:
        return "failed"
    if "ms" not in answer:
        return "-"
    return f"{answer['ms']:.2f}" + ("" if answer["right"] else " WRONG")


def _ratio(row: dict[str, Any]) -> str:
    if "ratio" not in row:
        return ""
    return ("> " if row["ratio_is_bound"] else "") + f"{row['ratio']:.3g}"


def _met(row: dict[str, Any]) -> str:
    if row["target"] is None or "ratio" not in row:
        return ""
    if row["ratio"] >= row["target"]:
        return "yes"
    return "unknown" if row["ratio_is_bound"] else "NO"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks.voting", description=__doc__)
    parser.add_argument("--workloads", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    parser.add_argument("--repeats", type=int, default=20, metavar="N")
    parser.add_argument("--limit", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the rows as JSON")
    options = parser.parse_args(arguments)
    # First: on Linux a new process's peak starts from that of the process which started it.
    before, peak = alone(None, memory_of_ours, names=options.workloads, seed=options.seed)
    peers = []
    for name, peer in PEERS.items():
        if importlib.util.find_spec(peer.module) is None:
            print(f"{name} is left out: not installed (pip install {name}=={peer.release})")
        else:
            peers.append(name)
    limits = {"seed": options.seed, "repeats": options.repeats, "limit": options.limit}
    rows = []
    for name in options.workloads:
        built = workload_of(name, options.seed).build()
        truth = power(built, tuple(MEANT.values()))
        for task in TASKS:
            if task.workload == name:
                rows.append(measure(task, truth, peers, **limits))
    print(table(rows, peers) + "\n")
    rounded = [row for row in rows if "error" in row]
    if rounded:
        worst = max(rounded, key=lambda row: row["error"])
        print(
            f"Largest error of our floating-point Shapley-Shubik index: {worst['error']:.1e} "
            f"(bound {worst['error_bound']:.1e}), {worst['title']}"
        )
    if peak is not None:
        print(
            f"Peak resident memory of our part: {peak:.0f} MB, {before:.0f} MB of it Python and "
            f"imports; target below {MOST_MEMORY:.0f} MB: {'yes' if peak < MOST_MEMORY else 'NO'}"
        )
    if options.output is not None:
        report = {
            "coopgames": cg.__version__,
            "peers": {name: version(name) for name in peers},
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "seed": options.seed,
            "limit_s": options.limit,
            "imported_mb": before,
            "resident_mb": peak,
            "rows": rows,
        }
        options.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
