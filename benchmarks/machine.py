"""What a time depends on: the machine, Python, NumPy and the libraries behind it, threads."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import THREADS

# isort: split
import numpy as np

import coopgames as cg
from benchmarks.peers import PACKAGES, how_to_install, versions
from benchmarks.peers import version_of as release


def processor() -> str:
    """Return the processor's name, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def blas() -> str:
    """Return the library behind NumPy's linear algebra and its release."""
    built: Any = np.show_config(mode="dicts")
    found = built["Build Dependencies"]["blas"]
    return f"{found['name']} {found.get('version', '')}".strip()


def machine(peers: Iterable[str] = PACKAGES) -> dict[str, Any]:
    """Return what a time depends on, as written to JSON."""
    usable = getattr(os, "sched_getaffinity", None)
    return {
        "processor": processor(),
        "machine": platform.machine(),
        "system": platform.platform(terse=True),
        "cores": os.cpu_count(),
        "usable_cores": len(usable(0)) if usable else os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": release("scipy"),
        "blas": blas(),
        "threads": {name: os.environ.get(name) for name in THREADS},
        "coopgames": cg.__version__,
        "peers": versions(peers),
    }


def described(found: dict[str, Any]) -> str:
    """Return a machine in words, and how to install the peers it lacks."""
    load = "" if found["load"] is None else f", load {found['load']:.2f}"
    threads = ", ".join(f"{name}={value}" for name, value in found["threads"].items())
    scipy = found["scipy"] or "not installed"
    lines = [
        f"processor  {found['processor']} ({found['machine']})",
        f"cores      {found['cores']}, {found['usable_cores']} usable{load}",
        f"system     {found['system']}",
        f"python     {found['python']}",
        f"numpy      {found['numpy']} with {found['blas']}; scipy {scipy}",
        f"threads    {threads}",
        f"coopgames  {found['coopgames']}",
    ]
    for name, there in found["peers"].items():
        written_for = PACKAGES[name].release
        other = there not in (None, written_for)
        heading = "peers" if lines[-1].startswith("coopgames") else ""
        lines.append(
            f"{heading:9}  {name:12} {there or 'not installed'}"
            + f" (benchmarks written for {written_for})" * other
        )
    missing = [name for name, there in found["peers"].items() if there is None]
    if missing:
        lines.append(f"\nTo install the missing peers: {how_to_install(missing)}")
    return "\n".join(lines)
