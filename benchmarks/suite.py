"""What all benchmarks share: a suite of workloads, what a workload answers, its table.

A module with workloads has a `Suite` named ``SUITE``; `benchmarks.registry` lists the modules. The
only thing a suite must be able to do is to measure one workload by name and return its lines.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from tabulate import tabulate

from benchmarks.machine import machine
from benchmarks.peers import installed
from benchmarks.timing import alone


class Settings(NamedTuple):
    """How hard to try."""

    repeats: int
    #: Time after which a peer is stopped. [s]
    limit: float = 60.0
    seed: int = 1
    quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a peer needed, or why there is nothing to say."""

    #: None where it did not answer.
    seconds: float | None = None
    #: It was stopped after so many seconds.
    longer_than: float | None = None
    #: ``WRONG`` for a wrong answer, ``other`` for another model, ``failed``.
    mark: str = ""
    #: How it failed.
    why: str = ""

    @property
    def bound(self) -> bool:
        """Whether its time is known from below only."""
        return self.seconds is None and self.longer_than is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was hoped for: ``met`` is ``yes``, ``NO``, or ``unknown`` without the peer."""

    text: str
    met: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table: our time, our peers', what was hoped for.

    ``columns`` are further ones, by heading; ``data`` is what was measured, as written to JSON.
    """

    name: str
    title: str = ""
    seconds: float | None = None
    #: What the time is of, if not of the whole: a step, a pair, a cell.
    per: str = ""
    mark: str = ""
    peers: Mapping[str, Answer] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    memory_mb: float | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    def ratio(self, peer: str) -> float | None:
        """Return a peer's time over ours, a lower bound if it was stopped."""
        answer = self.peers.get(peer)
        time = None if answer is None else answer.longer_than if answer.bound else answer.seconds
        return None if time is None or not self.seconds else time / self.seconds

    def at_least(self, peer: str, ratio: float) -> Target:
        """Return the target of being so many times as fast as a peer."""
        found, met = self.ratio(peer), "unknown"
        if found is not None:
            bound = self.peers[peer].bound
            met = "yes" if found >= ratio else "unknown" if bound else "NO"
        return Target(text=f">= {ratio:,g}x {peer}", met=met)

    def aiming(self, ratios: Mapping[str, float], *more: Target) -> Line:
        """Return the line with targets: ratios to peers, and more."""
        targets = [self.at_least(peer, ratio) for peer, ratio in ratios.items()]
        return replace(self, targets=(*targets, *more))

    def record(self) -> dict[str, Any]:
        """Return the line as written to JSON."""
        ratios = {peer: self.ratio(peer) for peer in self.peers}
        return asdict(self) | {"ratios": ratios}


class Suite(NamedTuple):
    """Workloads measured alike: by name, beside the same peers."""

    title: str
    #: By name; what `Settings.quick` leaves out is missing in ``quick``.
    names: Sequence[str]
    quick: Sequence[str]
    peers: Sequence[str]
    measure: Callable[[str, Sequence[str], Settings], Sequence[Line]]
    #: How often a workload is run by default.
    repeats: int = 20


def asked(limit: float, call: Callable[..., dict[str, Any]], **arguments: Any) -> Any:
    """Return what a peer answers in a process of its own, or an `Answer` if it has no time."""
    try:
        found = alone(limit, call, **arguments)
    except EOFError:
        return Answer(mark="failed", why="its process died")
    if found is None:
        return Answer(longer_than=limit)
    if "failed" in found:
        return Answer(mark="failed", why=found["failed"])
    return found or Answer()


# --- printing --------------------------------------------------------------------------------


def in_seconds(value: float) -> str:
    """Return a time with its unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def in_times(value: float) -> str:
    """Return a ratio: two digits are enough below a hundred."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def table(lines: Sequence[Line], peers: Sequence[str]) -> str:
    """Return lines as a table, columns without any entry left out."""
    more = list(dict.fromkeys(heading for line in lines for heading in line.columns))
    rows = [
        [
            line.name,
            line.title,
            *(line.columns.get(heading, "") for heading in more),
            _ours(line),
            line.per,
            *(_cell(line, peer) for peer in peers),
            "; ".join(target.text for target in line.targets),
            "; ".join(target.met for target in line.targets),
            "" if line.memory_mb is None else f"{line.memory_mb:.3g}",
        ]
        for line in lines
    ]
    shown = (*more, "coopgames", "per", *(f"{peer} (ratio)" for peer in peers))
    headers = ("workload", "", *shown, "target", "met", "peak [MB]")
    texts = {0, 1, len(headers) - 3, len(headers) - 2, headers.index("per")}
    kept = [
        column for column in range(len(headers)) if column == 0 or any(row[column] for row in rows)
    ]
    return tabulate(
        [[row[column] for column in kept] for row in rows],
        headers=[headers[column] for column in kept],
        disable_numparse=True,
        colalign=["left" if column in texts else "right" for column in kept],
    )


def _ours(line: Line) -> str:
    time = "" if line.seconds is None else in_seconds(line.seconds)
    return f"{time} {line.mark}".strip()


def _cell(line: Line, peer: str) -> str:
    answer = line.peers.get(peer)
    if answer is None:
        return "-"
    time = answer.longer_than if answer.bound else answer.seconds
    if time is None:
        return answer.mark or "-"
    ratio, more = line.ratio(peer), "> " if answer.bound else ""
    times = "" if ratio is None else f" ({more}{in_times(ratio)}x)"
    return f"{more}{in_seconds(time)}{times} {answer.mark}".strip()


# --- a module's own command line -------------------------------------------------------------


def parser_of(
    module: str,
    doc: str | None,
    names: Sequence[str],
    *,
    option: str = "--tasks",
    repeats: int = 20,
) -> argparse.ArgumentParser:
    """Return a parser with what the modules' commands have in common; ``only`` is what to run."""
    parser = argparse.ArgumentParser(prog=module, description=doc)
    ways = dict.fromkeys((option, "--only"))
    parser.add_argument(*ways, dest="only", nargs="+", choices=names, metavar="NAME")
    parser.add_argument("--repeats", type=int, default=repeats, metavar="N")
    parser.add_argument("--limit", type=float, default=60.0, metavar="SECONDS")
    add_output(parser)
    return parser


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add where the rows are written."""
    parser.add_argument(
        "--output", "--json", type=Path, metavar="FILE", help="write the rows as JSON"
    )


def run(module: str, doc: str | None, suite: Suite, arguments: Sequence[str] | None) -> int:
    """Run a suite by itself, print its table and return the exit status."""
    parser = parser_of(module, doc, suite.names, repeats=suite.repeats)
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args(arguments)
    peers = installed(suite.peers)
    settings = Settings(options.repeats, options.limit, options.seed)
    names = options.only or suite.names
    lines = [line for name in names for line in suite.measure(name, peers, settings)]
    print(table(lines, peers))
    write(options.output, [line.record() for line in lines], peers=peers, **settings._asdict())
    return 0


def write(path: Path | None, rows: Sequence[Any], *, peers: Sequence[str], **more: Any) -> None:
    """Write rows as JSON, with the machine they were measured on."""
    if path is not None:
        report = machine(peers) | more | {"rows": rows}
        path.write_text(json.dumps(report, indent=2, default=plain) + "\n", encoding="utf-8")


def plain(value: Any) -> Any:
    """Return what JSON has no word for: NumPy's scalars and arrays."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
