"""How long ``import`` takes: ``python -m benchmarks --only imports``.

A fresh process that imports a package and nothing else, from its start to its end, the best of
several; and the most memory it held. The ratio is its time over that of coopgames.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmarks.peers import PACKAGES, is_installed
from benchmarks.suite import Answer, Line, Settings, Suite, Target, in_seconds, in_times
from benchmarks.timing import LONG, timed

#: Most seconds for us, and least ratios to peers.
MOST, RATIOS = 0.12, {"egttools": 10.0, "axelrod": 100.0}
#: What to import, by name: ourselves, what we cannot do without, peers.
NAMES = ("coopgames", "numpy", *PACKAGES)


@cache
def seconds(module: str, repeats: int) -> float:
    """Return the time of a process that imports a module."""
    command = [sys.executable, "-c", f"import {module}"]
    times, _ = timed(
        lambda: subprocess.run(command, check=True, capture_output=True), repeats, each=LONG
    )
    return times[0]


def memory(module: str) -> float | None:
    """Return the most memory of a process that imports a module, in MB."""
    asked = f"import {module}\nfrom benchmarks.timing import resident_mib\nprint(resident_mib())"
    here = Path(__file__).parents[1]
    found = subprocess.run(
        [sys.executable, "-c", asked], check=True, capture_output=True, text=True, cwd=here
    )
    mib = found.stdout.split()[-1]
    return None if mib == "None" else float(mib) * 2**20 / 1e6


def measure(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:  # noqa: ARG001
    """Return the line of a package, none if it is not installed."""
    if name in PACKAGES and not is_installed(name):
        return []
    module = PACKAGES[name].module if name in PACKAGES else name
    seconds("sys", settings.repeats)  # the interpreter is in memory
    ours, theirs = (seconds(what, settings.repeats) for what in ("coopgames", module))
    held = memory(module)
    if name == "coopgames":
        target = Target(text=f"<= {MOST:g} s", met="yes" if ours <= MOST else "NO")
        return [Line(name=name, seconds=ours, memory_mb=held, targets=[target])]
    line = Line(
        name=name,
        seconds=ours,
        memory_mb=held,
        peers={name: Answer(seconds=theirs)},
        columns={"its own": f"{in_seconds(theirs)} ({in_times(theirs / ours)}x)"},
    )
    return [line.aiming({peer: ratio for peer, ratio in RATIOS.items() if peer == name})]


SUITE = Suite("Import, in a fresh process", NAMES, NAMES, (), measure, repeats=7)
