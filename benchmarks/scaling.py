"""How compiling and solving grow with the world: ``python -m benchmarks.scaling``.

Two families of worlds: ``uniform-N``, N equal states, and ``roles-N``, the six roles of w20 with
the great powers as few as they are and the other roles filled up in proportion; each role keeps
its share of capability and population. Times are the best of several runs, in milliseconds, or of
one where it takes long; memory is the peak of Python's allocations in a run of its own, because
tracing slows it down. A game with more than ``--largest-work`` (events times states times grid)
is compiled and not solved.
"""

from __future__ import annotations

import argparse
import sys
import tracemalloc
from collections.abc import Sequence
from typing import Any

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import best_time, resident_mib

# isort: split
from tabulate import tabulate

import coopgames as cg
from benchmarks.suite import Line, Settings, Suite, add_output, write
from coopgames.catalogue import compared

SIZES = (20, 50, 193, 1000)
FAMILIES = ("uniform", "roles")
INSTITUTIONS = tuple(record.id for record in compared("institutions"))
#: Most events times states times grid that are solved.
LARGEST_WORK = 1e10
#: Roles that stay as they are, because there are few great powers in any world.
FEW = ("hegemon", "ally_permanent", "rival")


def role_world(size: int) -> cg.World:
    """Return w20 with ``size`` states: great powers fixed, the rest by largest remainder."""
    base = cg.load("worlds", "w20")
    growing = [role for role in base.roles if role.name not in FEW]
    room = size - sum(role.count for role in base.roles if role.name in FEW)
    whole = sum(role.count for role in growing)
    shares = {role.name: room * role.count / whole for role in growing}
    counts = {name: int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: counts[name] - shares[name])
    for name in by_remainder[: room - sum(counts.values())]:
        counts[name] += 1
    roles = []
    for role in base.roles:
        count = counts.get(role.name, role.count)
        scale = role.count / count
        # Few digits: exact integer weights follow the shortest decimal, as in a model file.
        roles.append(
            role.replace(
                count=count,
                capability=float(f"{role.capability * scale:.4g}"),
                population=float(f"{role.population * scale:.4g}"),
            )
        )
    return base.replace(id=f"roles-{size}", title=f"w20 with {size} states", roles=tuple(roles))


def world_of(family: str, size: int) -> cg.World:
    """Return the world of a family at a size."""
    return cg.uniform_world(size) if family == "uniform" else role_world(size)


def measure(
    name: str, problem: cg.Problem, world: cg.World, *, repeats: int, largest_work: float
) -> dict[str, Any]:
    """Return one row: times of compiling and solving, sizes of the game, peak memory."""
    form = cg.load("institutions", name)
    dynamic = cg.Logit()
    row: dict[str, Any] = {"institution": name, "world": world.id, "states": world.size}
    try:
        compiling, game = best_time(lambda: cg.compile_game(form, problem, world), repeats)
        row |= {
            "compile_ms": compiling,
            "classes": game.classes.size,
            "events": int(game.events.probability.size),
            "grid": game.stakes.total,
            "grid_error": game.stakes.grid_error,
        }
        if row["events"] * world.size * row["grid"] > largest_work:
            return row | {"skipped": "more work than --largest-work"}
        solving, outcome = best_time(lambda: dynamic.long_run(game), repeats)
        tracemalloc.start()
        dynamic.long_run(cg.compile_game(form, problem, world))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    except cg.BudgetError as refusal:
        return row | {"refused": str(refusal)}
    return row | {
        "solve_ms": solving,
        "peak_mib": peak / 2**20,
        "method": outcome.certificate.method,
        "success_rate": cg.cooperation(outcome).success_rate,
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table; what was refused or skipped says so."""
    columns = ("compile_ms", "solve_ms", "peak_mib")
    whole = ("classes", "events", "grid")
    lines = [
        [
            row["institution"],
            row["world"],
            *(f"{row[key]:.1f}" if key in row else _why_not(row) for key in columns),
            *(str(row[key]) if key in row else "" for key in whole),
        ]
        for row in rows
    ]
    headers = ("institution", "world", "compile [ms]", "solve [ms]", "peak [MiB]", *whole)
    return tabulate(lines, headers=headers, disable_numparse=True, colalign=("left", "left"))


def _why_not(row: dict[str, Any]) -> str:
    return "refused" if "refused" in row else "skipped"


# --- as one of the suites --------------------------------------------------------------------

WORLDS = {f"{family}-{size}": (family, size) for family in FAMILIES for size in SIZES}


def lines(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:  # noqa: ARG001
    """Return the line of a world: the sum over all institutions, and the largest memory."""
    problem, world = cg.load("problems", "climate"), world_of(*WORLDS[name])
    limits = {"repeats": settings.repeats, "largest_work": LARGEST_WORK}
    rows = [measure(form, problem, world, **limits) for form in INSTITUTIONS]
    compiling = sum(row.get("compile_ms", 0.0) for row in rows)
    solved = [row for row in rows if "solve_ms" in row]
    solving = sum(row["solve_ms"] for row in solved)
    return [
        Line(
            name=name,
            title=f"{len(solved)} of {len(rows)} institutions solved",
            seconds=1e-3 * (compiling + solving),
            columns={"compile": f"{compiling:.3g} ms", "solve": f"{solving:.3g} ms"},
            memory_mb=max((row["peak_mib"] for row in solved), default=0.0) * 2**20 / 1e6,
            data={"rows": rows},
        )
    ]


SUITE = Suite(
    "Compiling and solving all institutions, by size of the world",
    tuple(WORLDS),
    ("uniform-20", "roles-20", "roles-50"),
    (),
    lines,
    repeats=3,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks.scaling", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N")
    parser.add_argument("--families", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    parser.add_argument("--institutions", nargs="+", default=INSTITUTIONS, metavar="NAME")
    parser.add_argument("--problem", default="climate", metavar="NAME")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--largest-work", type=float, default=LARGEST_WORK, metavar="N")
    add_output(parser)
    options = parser.parse_args(arguments)
    problem = cg.load("problems", options.problem)
    limits = {"repeats": options.repeats, "largest_work": options.largest_work}
    rows = []
    for family in options.families:
        for size in options.sizes:
            world = world_of(family, size)
            for name in options.institutions:
                rows.append(measure(name, problem, world, **limits))
    print(table(rows))
    resident = resident_mib()
    if resident is not None:
        print(f"\nPeak resident memory of the process: {resident:.0f} MiB")
    write(options.output, rows, peers=(), problem=options.problem, resident_mib=resident)
    return 0


if __name__ == "__main__":
    sys.exit(main())
