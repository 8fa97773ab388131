"""Where the suites are: one module each, with a `benchmarks.suite.Suite` named ``SUITE``."""

from __future__ import annotations

import importlib

from benchmarks.suite import Suite

MODULES = {
    "voting": "benchmarks.voting",
    "populations": "benchmarks.populations",
    "equilibria": "benchmarks.equilibria",
    "equilibria_many": "benchmarks.equilibria_many",
    "play": "benchmarks.play_suite",
    "verbs": "benchmarks.verbs",
    "scaling": "benchmarks.scaling",
    "imports": "benchmarks.imports",
}


def suite_of(name: str) -> Suite:
    """Return a suite by name."""
    found: Suite = importlib.import_module(MODULES[name]).SUITE
    return found
