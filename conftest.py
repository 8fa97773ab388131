"""What every test run shares, and the execution of the documents' Python blocks.

Every block fenced as ``python`` in README.md and docs/**/*.md is run, in order, with one namespace
per document, in an empty folder of its own. A block that opens with ``>>>`` is a doctest.
"""

import os
import tempfile
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser

# Before NumPy is loaded, and inherited by the workers: the suite is parallel already, so linear
# algebra takes one thread each; pictures need no screen.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("MPLBACKEND", "Agg")

collect_ignore = ["docs/_build", "docs/_ext", "docs/conf.py"]

# A shared machine may stall at any moment, so time is no property of an example. A run of the suite
# tries the same examples every time; HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile(
    "coopgames", deadline=None, print_blob=True, derandomize=True, database=None
)
hypothesis.settings.register_profile("search", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "coopgames"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of processors we may use, not the number the machine has; at most 8."""
    told = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS")
    if told:
        return int(told)
    try:
        return min(8, len(os.sched_getaffinity(0)))
    except AttributeError:  # macOS, Windows
        return min(8, os.cpu_count() or 1)


def _enter_empty_folder(namespace: dict[str, Any]) -> None:
    folder = tempfile.TemporaryDirectory()
    namespace["_document"] = (folder, Path.cwd())
    os.chdir(folder.name)


def _leave_folder(namespace: dict[str, Any]) -> None:
    folder, origin = namespace.pop("_document")
    os.chdir(origin)
    folder.cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS | NORMALIZE_WHITESPACE)],
    patterns=["*.md"],
    setup=_enter_empty_folder,
    teardown=_leave_folder,
).pytest()
