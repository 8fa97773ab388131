"""All benchmarks in one run: ``python -m benchmarks``.

Prints the machine and the releases of the other packages, then every workload beside those that are
installed: our time, each peer's with the ratio of its time to ours, and whether what was hoped for
is met. A target is a ratio or a time that was set before the code was written; ``NO`` is a miss,
``unknown`` means that the peer is absent or was stopped before the ratio was known. ``WRONG`` marks
an answer that is not the right one, ``other`` a peer that follows another model. A workload that
fails is one line of the table.

``--only`` takes suites and workloads: ``voting``, ``equilibria/random-6``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import described, machine
from benchmarks.peers import PACKAGES, how_to_install, is_installed
from benchmarks.registry import MODULES, suite_of
from benchmarks.suite import Line, Settings, Suite, plain, table

#: Of a quick run: runs of each workload, seconds for a peer.
QUICK_REPEATS, QUICK_LIMIT = 3, 30.0
#: What a shell reports for a command that was interrupted.
INTERRUPTED = 130


def chosen(only: Sequence[str] | None) -> dict[str, list[str]]:
    """Return the workloads that were asked for by suite; an empty list stands for all.

    Raises
    ------
    ValueError
        If a suite or workload does not exist.
    """
    if not only:
        return {name: [] for name in MODULES}
    out: dict[str, list[str]] = {}
    whole = {word for word in only if "/" not in word}
    for word in only:
        name, slash, workload = word.partition("/")
        if name not in MODULES:
            raise ValueError(f"--only: no suite {name!r}; there are {', '.join(MODULES)}")
        if slash and workload not in suite_of(name).names:
            known = ", ".join(suite_of(name).names)
            raise ValueError(f"--only: no workload {workload!r} in {name}; there are {known}")
        out.setdefault(name, [])
        if slash and name not in whole:
            out[name].append(workload)
    return out


def settings_of(options: argparse.Namespace, suite: Suite) -> Settings:
    """Return how hard a suite tries."""
    repeats, limit = suite.repeats, 60.0
    if options.quick:
        repeats, limit = min(repeats, QUICK_REPEATS), QUICK_LIMIT
    if options.repeats is not None:
        repeats = options.repeats
    if options.limit is not None:
        limit = options.limit
    return Settings(repeats, limit, options.seed, options.quick)


def measured(
    suite: Suite, names: Sequence[str], peers: Sequence[str], settings: Settings
) -> Iterator[Line]:
    """Yield the lines of workloads; one that fails is a line that says so."""
    for name in names or (suite.quick if settings.quick else suite.names):
        print(f"  {name} ...", file=sys.stderr, flush=True)
        try:
            yield from suite.measure(name, peers, settings)
        except Exception as failure:  # noqa: BLE001 (whatever it is, the others go on)
            yield failed(name, failure)


def failed(name: str, failure: Exception) -> Line:
    """Return the line of what failed."""
    why = f"{type(failure).__name__}: {failure}"
    return Line(name=name, title=why.splitlines()[0][:100], mark="failed", data={"failed": why})


def all_suites() -> Iterator[tuple[str, Suite | Exception]]:
    """Yield the suites by name, or why they cannot be loaded."""
    for name in MODULES:
        try:
            yield name, suite_of(name)
        except Exception as failure:  # noqa: BLE001 (whatever it is, the others go on)
            yield name, failure


def listing() -> str:
    """Return suites, their peers and workloads; those of a quick run have a star."""
    out = []
    for name, suite in all_suites():
        if isinstance(suite, Exception):
            out.append(f"{name}: cannot be loaded, {suite!r}")
            continue
        beside = ", ".join(
            peer + ("" if is_installed(peer) else " (not installed)") for peer in suite.peers
        )
        out.append(f"{name}: {suite.title}" + (f"; beside {beside}" if beside else ""))
        out += [f"  {name}/{work}" + " *" * (work in suite.quick) for work in suite.names]
    out.append(f"\n* part of --quick. Peers: {how_to_install(PACKAGES)}")
    return "\n".join(out)


def summary(records: Sequence[dict[str, Any]], *, quick: bool) -> str:
    """Return how many targets are met, and which are not; what failed or is wrong."""
    by_word: dict[str, list[str]] = {"yes": [], "unknown": [], "NO": []}
    for record in records:
        for target in record["targets"]:
            word = "NO" if target["met"].startswith("NO") else target["met"]
            where = f"{record['suite']}/{record['name']}"
            by_word[word].append(f"{where} {target['text']}")
    text = "Targets: {yes} met, {NO} missed, {unknown} unknown".format(
        **{word: len(found) for word, found in by_word.items()}
    )
    if quick:
        text += " (set for the whole work, not for a quick run)"
    lines = [text, *(f"  missed: {what}" for what in by_word["NO"])]
    lines += [
        f"  {record['mark']}: {record['suite']}/{record['name']}"
        for record in records
        if record["mark"]
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suites and print their tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"To install the other packages: {how_to_install(PACKAGES)}",
    )
    parser.add_argument("--list", action="store_true", help="list suites and workloads, run none")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="suites, or SUITE/WORKLOAD")
    parser.add_argument("--quick", action="store_true", help="less of everything: two minutes")
    parser.add_argument("--repeats", type=int, metavar="N", help="runs of each; default: by suite")
    parser.add_argument("--limit", type=float, metavar="SECONDS", help="for a peer; default: 60")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--json", "--output", type=Path, metavar="FILE", help="write all as JSON")
    options = parser.parse_args(arguments)
    if options.list:
        print(listing())
        return 0
    if options.repeats is not None and options.repeats < 1:
        parser.error(f"--repeats must be >= 1; got {options.repeats}")
    try:
        selection = chosen(options.only)
    except ValueError as failure:
        parser.error(str(failure))
    found = machine()
    print(described(found), flush=True)
    records: list[dict[str, Any]] = []
    status = 0
    for name, names in selection.items():
        status = run(name, names, options, records)
        if status:
            print("\ninterrupted; the rest was not run")
            break
    print("\n" + summary(records, quick=options.quick))
    if options.json is not None:
        report = {
            "machine": found,
            "quick": options.quick,
            "seed": options.seed,
            "interrupted": bool(status),
            "rows": records,
        }
        options.json.write_text(json.dumps(report, indent=2, default=plain) + "\n", "utf-8")
    return status


def run(
    name: str, names: Sequence[str], options: argparse.Namespace, records: list[dict[str, Any]]
) -> int:
    """Run a suite, print its table, and add its lines; return the exit status."""
    lines: list[Line] = []
    peers: list[str] = []
    title, status = name, 0
    try:
        suite = suite_of(name)
        title, peers = suite.title, [peer for peer in suite.peers if is_installed(peer)]
        print(f"{name}:", file=sys.stderr, flush=True)
        for line in measured(suite, names, peers, settings_of(options, suite)):
            lines.append(line)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Exception as failure:  # noqa: BLE001 (whatever it is, the others go on)
        lines.append(failed(name, failure))
    if lines:
        print(f"\n{name}: {title}\n\n{table(lines, peers)}", flush=True)
    records += [{"suite": name} | line.record() for line in lines]
    return status


if __name__ == "__main__":
    sys.exit(main())
