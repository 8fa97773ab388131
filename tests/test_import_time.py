"""``import coopgames`` is light: NumPy at most; the rest loads when used."""

import subprocess
import sys

import pytest

#: Modules whose import costs tens of milliseconds or more, or that are optional.
HEAVY = {
    "axelrod",
    "dask",
    "matplotlib",
    "msgspec",
    "nashpy",
    "pandas",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.special",
    "scipy.stats",
    "tabulate",
    "tqdm",
    "xarray",
    "zarr",
}


def run(code: str) -> str:
    """Return what a fresh interpreter prints."""
    answer = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_import_loads_nothing_heavy() -> None:
    answer = run(
        "import sys; before = set(sys.modules); import coopgames; "
        "assert coopgames.__file__, 'coopgames has no __init__.py'; "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = set(answer.split())
    assert "coopgames" in loaded
    assert not loaded & HEAVY


@pytest.mark.slow
def test_import_takes_less_than_a_quarter_of_a_second() -> None:
    code = (
        "import time; start = time.perf_counter(); import coopgames; "
        "print(time.perf_counter() - start)"
    )
    best = min(float(run(code)) for _ in range(5))  # [s]; other work only makes it slower
    assert best < 0.25
