"""Population dynamics beside other packages: ``python -m benchmarks.populations``.

The same work by coopgames and by the packages named in `PEERS`, where they are installed: one
thread, medians of several runs, or one run where it takes long. Every answer comes from a process
of its own, because peers may take long or abort: after ``--limit`` seconds it is stopped, and the
table says so. Ours is timed as users call it (``verb``) and, without the verb's checks, tables and
records, as the kernel below it (``kernel``); the ratio is that of the fastest right peer to each.
Times count the whole of a call, for simulations per elementary step and replicate: one revision of
one individual, which egttools calls a generation.

A peer is right if its answer is ours: laws to within `TOLERANCE`, means of simulations to within
`ERRORS` standard errors, both errors counted. Ours is held against the exact law where there is
one. The floor is what no code on arrays can do without: for simulations one uniform per step, for
laws one pass over the numbers of the chain; ``x floor`` is our kernel's time over it.

egttools jumps over the time a population spends without diversity, until the next mutation; where
selection leaves little else (``strong`` rows) its steps are cheap. Its chains draw the role model
from the others, so ours does here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import alone, resident_mib, timed

# isort: split
import numpy as np
from tabulate import tabulate

import coopgames as cg
from benchmarks.peers import installed
from benchmarks.population_peers import PEERS
from benchmarks.population_tasks import (
    FEW,
    NAMES,
    PATH,
    REPLICATES,
    SLOW,
    TASKS,
    Task,
    even_start,
    game_of,
    mean_of_path,
)
from benchmarks.suite import (
    Answer,
    Line,
    Settings,
    Suite,
    Target,
    in_seconds,
    in_times,
    parser_of,
    write,
)

#: Most a right law differs from ours, in any state.
TOLERANCE = 1e-8
#: Standard errors that a right mean of a simulation may be off; false alarm below 1e-5 each.
ERRORS = 5.0
#: What rows keep of our answers.
KEPT = ("verb", "kernel", "floor", "exact", "residual")


# --- ours ------------------------------------------------------------------------------------


def pass_over(numbers: int) -> float:
    """Return how long one pass over so many numbers takes, in pieces that stay in the cache."""
    some = np.ones(min(numbers, 1 << 16))
    times, _ = timed(lambda: np.add(some, 1.0, out=some), 100, numbers / some.size)
    return median(times)


def our_simulation(task: Task, repeats: int, quick: bool) -> dict[str, Any]:
    """Time replicates side by side; answer with mean shares."""
    from coopgames.dynamics.populations.lockstep_kernel import lockstep_kernel

    game, process = game_of(task.game), task.process
    replicates = FEW if quick else REPLICATES
    many = 2 if quick else 40 if game.players == 2 else 500
    rng = np.random.default_rng(1)

    def verb(generations: int = many, burn_in: int = 0) -> Any:
        return cg.simulate_population(
            game,
            process,
            generations=generations,
            burn_in=burn_in,
            replicates=replicates,
            rng=1,
        )

    steps = many * task.population_size
    verbs, _ = timed(verb, repeats, 1.0 / (steps * replicates))
    kernel = lockstep_kernel(game, process)(np.tile(even_start(task), (replicates, 1)))
    kernel.run(100, rng)
    kernels, _ = timed(lambda: kernel.run(500, rng), repeats, 1.0 / (500 * replicates))
    uniforms = np.empty(replicates)
    draws, _ = timed(lambda: rng.random(out=uniforms), 50, 1.0 / replicates)
    found = cg.simulate_population(
        game, process, generations=200, burn_in=200, replicates=1024, rng=2
    )
    answer = {
        "mean": [share.value for share in found.shares.values()],
        "error": [share.standard_error for share in found.shares.values()],
    }
    out = {"verb": verbs, "kernel": kernels, "floor": median(draws), "answer": answer}
    if game.size <= 3:
        law = cg.evolve(game, process).shares()
        pairs = zip(answer["mean"], answer["error"], law.values(), strict=True)
        out["exact"] = max(abs(mean - share) / error for mean, error, share in pairs)
    return out


def our_trajectory(task: Task, repeats: int, quick: bool) -> dict[str, Any]:
    """Time a single population, the whole path kept; answer with mean shares."""
    from coopgames.kernels.lockstep.populations import birth_death_path

    game, process, size = game_of(task.game), task.process, task.population_size
    users = np.arange(1, size)
    payoffs = game.payoffs_in_population(np.stack([users, size - users], axis=1))
    rates = process.rates(payoffs[:, 0], payoffs[:, 1], process.mutation)
    steps = 20_000 if quick else 200_000
    rng = np.random.default_rng(1)

    def kernel(steps: int = steps) -> np.ndarray:
        return birth_death_path(size // 2, *rates, steps=steps, rng=rng)

    kernels, _ = timed(kernel, repeats, 1.0 / steps)
    path = kernel(PATH)
    uniforms = np.empty(1 << 14)
    draws, _ = timed(lambda: rng.random(out=uniforms), 50, 1.0 / uniforms.size)
    answer = mean_of_path(np.stack([path, size - path], axis=1), size)
    law = cg.evolve(game, process).shares()
    pairs = zip(answer["mean"], answer["error"], law.values(), strict=True)
    worst = max(abs(mean - share) / error for mean, error, share in pairs)
    return {"kernel": kernels, "floor": median(draws), "answer": answer, "exact": worst}


def our_law(task: Task, repeats: int, quick: bool) -> dict[str, Any]:  # noqa: ARG001
    """Time the stationary law, from the game on."""
    game, process = game_of(task.game), task.process
    verbs, found = timed(lambda: cg.evolve(game, process), repeats)
    # A chain has one number per state and possible move, and where it leads.
    floor = pass_over(found.law.size * (1 + game.size * (game.size - 1)))
    answer = found.law if found.law.size <= 10_000 else None
    out: dict[str, Any] = {"verb": verbs, "floor": floor, "answer": answer}
    if game.size > 2:
        out["residual"] = found.certificate.residual
    return out


def our_rare(task: Task, repeats: int, quick: bool) -> dict[str, Any]:  # noqa: ARG001
    """Time the limit of rare mutations, from the game on."""
    from coopgames.kernels.markov.pairwise_fixation import pairwise_log_fixation
    from coopgames.kernels.markov.rare_mutations import rare_mutation_law

    game, process, size = game_of(task.game), task.process, task.population_size
    matrix, beta = game.matrix(), task.selection_intensity

    def kernel() -> Any:
        logs = pairwise_log_fixation(matrix, population_size=size, selection_intensity=beta)
        return rare_mutation_law(logs).law

    # Calls of a tenth of a millisecond want a warm processor.
    timed(kernel, 3)
    kernels, _ = timed(kernel, 4 * repeats)
    verbs, found = timed(lambda: cg.small_mutation_limit(game, process), 4 * repeats)
    # Fixation of a pair needs its Z - 1 terms.
    floor = pass_over(game.size * (game.size - 1) // 2 * (size - 1))
    return {"verb": verbs, "kernel": kernels, "floor": floor, "answer": found.law}


OURS = {
    "simulation": our_simulation,
    "trajectory": our_trajectory,
    "law": our_law,
    "rare": our_rare,
}


# --- measuring -------------------------------------------------------------------------------


def asked(task: Task, who: str, repeats: int, quick: bool) -> dict[str, Any]:
    """Return what a package answers, and the peak memory of its process before and after."""
    game_of(task.game)
    before = resident_mib()
    call = OURS[task.kind] if who == "coopgames" else PEERS[who][task.kind]
    try:
        answer = call(task, repeats, quick)
    except (cg.CoopgamesError, ArithmeticError, ValueError, MemoryError) as failure:
        return {"failed": repr(failure)}
    return answer | {"before_mib": before, "peak_mib": resident_mib()}


def disagreement(kind: str, theirs: Any, ours: Any) -> float | None:
    """Return how far an answer is from ours, in what a right one may differ by; right below 1."""
    if theirs is None or ours is None:
        return None
    if kind in ("law", "rare"):
        gap = np.abs(np.asarray(theirs) - ours).max()
        return float(gap / TOLERANCE) if np.isfinite(gap) else float("inf")
    gaps = [
        abs(a - b) / (ERRORS * float(np.hypot(e, f)))
        for a, b, e, f in zip(
            theirs["mean"], ours["mean"], theirs["error"], ours["error"], strict=True
        )
    ]
    return max(gaps)


def measure(
    task: Task, peers: Sequence[str], *, repeats: int, limit: float, quick: bool
) -> dict[str, Any]:
    """Return one row: our times, each peer's, whether it is right, and the ratios."""
    ours = alone(None, asked, task=task, who="coopgames", repeats=repeats, quick=quick)
    row: dict[str, Any] = {"task": task._asdict(), "peers": {}}
    if "failed" in ours:
        return row | ours
    row |= {key: ours[key] for key in KEPT if key in ours}
    if ours["peak_mib"] is not None:
        row["peak_mib"], row["before_mib"] = ours["peak_mib"], ours["before_mib"]
    if not task.why:
        for name in peers:
            if task.kind in PEERS[name] and task.beside in ("", name):
                row["peers"][name] = measure_peer(
                    task, name, ours["answer"], repeats=repeats, limit=limit, quick=quick
                )
    answers = row["peers"].values()
    right = [median(found["times"]) for found in answers if found.get("right")]
    if right:
        for way in ("verb", "kernel"):
            if way in row:
                row[f"{way}_ratio"] = min(right) / median(row[way])
    row["met"] = met(task, row)
    return row


def measure_peer(
    task: Task, name: str, ours: Any, *, repeats: int, limit: float, quick: bool
) -> dict[str, Any]:
    """Return a peer's times and whether it is right, that it takes longer, or why it failed."""
    try:
        found = alone(limit, asked, task=task, who=name, repeats=repeats, quick=quick)
    except EOFError:
        return {"failed": "its process died"}
    if found is None:
        return {"longer_than": limit}
    if "failed" in found:
        return dict(found)
    off = disagreement(task.kind, found.pop("answer"), ours)
    return {"times": found["times"], "off": off, "right": off is not None and off <= 1.0}


def met(task: Task, row: dict[str, Any]) -> str:
    """Return whether a row keeps its target, or only its kernel does."""
    if task.within is not None:
        return "yes" if median(row["verb"]) <= task.within else "NO"
    if task.target is None or not {"verb_ratio", "kernel_ratio"} & row.keys():
        return ""
    if row.get("verb_ratio", row.get("kernel_ratio")) >= task.target:
        return "yes"
    return "kernel" if row.get("kernel_ratio", 0.0) >= task.target else "NO"


# --- printing --------------------------------------------------------------------------------


def table(rows: Sequence[dict[str, Any]], peers: Sequence[str]) -> str:
    """Return the rows as a table."""
    lines = []
    for row in rows:
        task = Task(**row["task"])
        lines.append(
            [
                task.name,
                f"{task.selection_intensity:g}",
                f"{task.mutation_probability:g}" if task.kind != "rare" else "0",
                *(_time(row.get(way), least=True) for way in ("verb", "kernel")),
                *(_peer(task, row["peers"].get(name), name in peers) for name in PEERS),
                *(_ratio(row.get(f"{way}_ratio")) for way in ("verb", "kernel")),
                _target(task),
                row.get("met", "failed"),
                _check(row),
                _memory(row),
                _floor(row),
            ]
        )
    headers = (
        *("what", "beta", "mu", "verb (least)", "kernel (least)", *PEERS),
        *("ratio", "kernel's", "target", "met", "check", "memory [MB]", "x floor"),
    )
    sides = ("left",) + ("right",) * (len(headers) - 1)
    return tabulate(lines, headers=headers, disable_numparse=True, colalign=sides)


def _time(times: Sequence[float] | None, *, least: bool = False) -> str:
    if not times:
        return "-"
    return in_seconds(median(times)) + (f" ({in_seconds(times[0])})" if least else "")


def _peer(task: Task, found: dict[str, Any] | None, installed: bool) -> str:
    if not installed:
        return "not installed"
    if found is None:
        return task.why or "-"
    if "longer_than" in found:
        return f"> {found['longer_than']:g} s"
    if "failed" in found:
        return "failed"
    mark = "" if found["right"] else " other" if found["off"] is None else " WRONG"
    return _time(found["times"]) + mark


def _ratio(value: float | None) -> str:
    return "" if value is None else in_times(value)


def _target(task: Task) -> str:
    if task.within is not None:
        return f"<= {task.within:g} s"
    return "" if task.target is None else f">= {task.target:,g}x"


def _check(row: dict[str, Any]) -> str:
    parts = []
    if "residual" in row:
        parts.append(f"residual {row['residual']:.0e}")
    if "exact" in row:
        parts.append(f"{row['exact']:.1f} s.e.")
    off = [found["off"] for found in row["peers"].values() if found.get("off") is not None]
    if off:
        unit = TOLERANCE if row["task"]["kind"] in ("law", "rare") else ERRORS
        name = "gap" if unit == TOLERANCE else "gap s.e."
        parts.append(f"{name} {unit * min(off):.1g}")
    return ", ".join(parts)


def _memory(row: dict[str, Any]) -> str:
    if "peak_mib" not in row:
        return "-"
    more = row["peak_mib"] - row["before_mib"]
    return f"{row['peak_mib'] * 2**20 / 1e6:.0f} (+{more * 2**20 / 1e6:.0f})"


def _floor(row: dict[str, Any]) -> str:
    times = row.get("kernel") or row.get("verb")
    return f"{median(times) / row['floor']:.3g}" if times else ""


# --- as one of the suites --------------------------------------------------------------------


def lines(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:
    """Return the line of a task; the time is that of the verb where there is one."""
    task = TASKS[NAMES.index(name)]
    limits = {"repeats": settings.repeats, "limit": settings.limit, "quick": settings.quick}
    row = measure(task, peers, **limits)
    if "failed" in row:
        return [Line(name=name, mark="failed", data=row)]
    way = "verb" if "verb" in row else "kernel"
    columns = {"check": _check(row), "x floor": _floor(row)}
    if way == "verb" and "kernel" in row:
        columns = {"kernel": in_seconds(median(row["kernel"]))} | columns
    aim = _target(task)
    return [
        Line(
            name=name,
            seconds=median(row[way]),
            per="step" if task.kind in ("simulation", "trajectory") else "",
            peers={peer: _answer(found) for peer, found in row["peers"].items()},
            targets=[Target(text=aim, met=_met(row["met"]))] if aim else [],
            memory_mb=row["peak_mib"] * 2**20 / 1e6 if "peak_mib" in row else None,
            columns=columns,
            data=row,
        )
    ]


def _answer(found: dict[str, Any]) -> Answer:
    if "times" in found:
        mark = "" if found["right"] else "other" if found["off"] is None else "WRONG"
        return Answer(seconds=median(found["times"]), mark=mark)
    if "longer_than" in found:
        return Answer(longer_than=found["longer_than"])
    return Answer(mark="failed", why=found["failed"])


def _met(word: str) -> str:
    return {"": "unknown", "kernel": "NO (its kernel: yes)"}.get(word, word)


SUITE = Suite(
    "Population dynamics",
    NAMES,
    ("pd", "five", "one-pd", "law-2-1000", "law-3-50", "rare-8"),
    tuple(PEERS),
    lines,
    repeats=7,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = parser_of("benchmarks.populations", __doc__, NAMES, option="--only", repeats=7)
    parser.add_argument("--quick", action="store_true", help="less of everything; for tests")
    options = parser.parse_args(arguments)
    peers = installed(PEERS)
    chosen = options.only or [name for name in NAMES if not (options.quick and name in SLOW)]
    repeats = min(options.repeats, 2) if options.quick else options.repeats
    limit = min(options.limit, 10.0) if options.quick else options.limit
    rows = []
    for task in TASKS:
        if task.name in chosen:
            rows.append(measure(task, peers, repeats=repeats, limit=limit, quick=options.quick))
            print(f"{task.name} done", file=sys.stderr)
    print(table(rows, peers))
    write(options.output, rows, peers=peers, limit=limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
