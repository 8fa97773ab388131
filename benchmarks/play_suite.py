"""`benchmarks.play` as one of the suites: what it answers, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from benchmarks.play import SAMPLE, TASKS, ask_axelrod, measure
from benchmarks.suite import Answer, Line, Settings, Suite, Target

#: What a time is of, by kind of work.
PER = {
    "simulate": "match and round",
    "simulate group": "match and round",
    "exact": "pair",
    "turns": "pair",
}


@cache
def asked_once(key: tuple[str, int, int], name: str, seed: int, limit: float) -> dict[str, Any]:
    """Return what axelrod answers for strategies and matches, by a task that has them."""
    return ask_axelrod([name], seed=seed, repeats=1, limit=limit)[key]


def lines(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:
    """Return the line of a task; axelrod is asked once for the same strategies and matches."""
    task, answer = TASKS[name], None
    key = task.kind, task.strategies, task.peer
    if task.peer and "axelrod" in peers:
        first = next(n for n, t in TASKS.items() if (t.kind, t.strategies, t.peer) == key)
        answer = asked_once(key, first, settings.seed, settings.limit)
    row = measure(name, seed=settings.seed, repeats=settings.repeats, peer=answer)
    line = Line(
        name=name,
        title=task.title,
        seconds=1e-6 * row["us"],
        per=PER.get(task.work, ""),
        mark="" if row.get("right", True) else "WRONG",
        peers={} if answer is None else {"axelrod": _answer(row)},
        columns={"whole": f"{row['ms']:.3g} ms"},
        data=row,
    )
    more = []
    if task.bound is not None:
        met = "yes" if row["ms"] < task.bound else "NO"
        more.append(Target(text=f"< {task.bound:g} ms", met=met))
    return [line.aiming({} if task.target is None else {"axelrod": task.target}, *more)]


def _answer(row: dict[str, Any]) -> Answer:
    """Return axelrod's time per match and round, or of as many as its pair needs."""
    peer = row["peer"]
    if "us" not in peer:
        return Answer(mark="failed", why=peer["failed"])
    rounds = SAMPLE if row["work"] in {"exact", "turns"} else 1
    return Answer(seconds=1e-6 * peer["us"] * rounds, mark="" if peer["right"] else "WRONG")


SUITE = Suite(
    "Iterated play",
    tuple(TASKS),
    ("simulate-machines-20", "exact-1000", "exact-machines-20", "group-20"),
    ("axelrod",),
    lines,
    repeats=5,
)
