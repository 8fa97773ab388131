"""The layers of the package, and a few things that no file of it may do.

A module imports from a lower layer or from its own top-level folder. Modules on one layer don't
know each other, except on layer 0. The rule holds for every import, also for those inside
functions and under TYPE_CHECKING. The table below is the only place where it is written down.
"""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "coopgames"
ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / PACKAGE

LAYERS = {
    0: ("_checks", "_random", "citations", "errors", "provenance", "records"),
    1: ("kernels",),
    2: ("problems", "voting", "worlds"),
    3: ("institutions",),
    4: ("catalogue", "games"),
    5: ("outcomes", "strategies"),
    6: ("dynamics", "equilibria", "play"),
    7: ("measures",),
    8: ("claims", "experiments"),
    9: ("interop", "plotting", "report", "testing"),
    # The command line needs plots and reports, so it stands above them; it alone may use the
    # package's public face.
    10: ("cli",),
    11: ("__main__",),
}
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names}
TOP = max(LAYERS)

#: What numpy.random offers without a hidden global state.
EXPLICIT_RANDOMNESS = {
    "BitGenerator",
    "Generator",
    "MT19937",
    "PCG64",
    "PCG64DXSM",
    "Philox",
    "SFC64",
    "SeedSequence",
    "default_rng",
}

# --- imports ---------------------------------------------------------------------------------


def imports(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line, dotted name) of what is imported from our package.

    ``package`` is the package the module lives in, against which relative names are resolved.
    """
    for node in ast.walk(tree):
        found: list[tuple[str, ...]] = []
        if isinstance(node, ast.Import):
            found = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            base += tuple(node.module.split(".")) if node.module else ()
            found = [(*base, alias.name) for alias in node.names]
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", None))
            name = getattr(node.args[0], "value", None)
            if called in {"import_module", "__import__"} and isinstance(name, str):
                dots = len(name) - len(name.lstrip("."))
                base = package[: len(package) - dots + 1] if dots else ()
                found = [base + tuple(filter(None, name.split(".")))]
        for name in found:
            if name[0] == PACKAGE:
                yield node.lineno, name


def layer_violations(source: Path) -> list[str]:
    """Return one sentence for every broken rule in a package's folder."""
    found = []
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        if parts == ("__init__",):
            continue  # the public face loads every name lazily, from any layer
        own = parts[0]
        where = f"{path.relative_to(source.parent)}"
        if own not in LAYER_OF:
            found.append(
                f"{where}: {own!r} has no layer; add it to LAYERS in {Path(__file__).name}"
            )
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for line, name in imports(tree, (PACKAGE, *parts[:-1])):
            other = name[1] if len(name) > 1 else None
            problem = _problem(own, other)
            if problem:
                found.append(f"{where}:{line}: {own!r} {problem}")
    return found


def _problem(own: str, other: str | None) -> str | None:
    layer = LAYER_OF[own]
    if other not in LAYER_OF:
        return (
            None
            if layer == TOP
            else f"imports {other or PACKAGE!r} from the public face, which hides its layer; "
            "import it from the module that defines it (a new module goes into LAYERS)"
        )
    if other == own or LAYER_OF[other] < layer or LAYER_OF[other] == layer == 0:
        return None
    relation = "a sibling on" if LAYER_OF[other] == layer else "above it on"
    return f"(layer {layer}) must not import {other!r}, {relation} layer {LAYER_OF[other]}"


def test_modules_import_only_from_lower_layers_or_their_own_folder() -> None:
    violations = layer_violations(SOURCE)
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize(
    ("file", "code", "problem"),
    [
        # allowed
        ("voting/power.py", "from ..kernels.convolution import law", None),
        ("voting/power.py", "from .passage import passes", None),
        ("voting/__init__.py", "from .power import index", None),
        ("games/views/bimatrix.py", "from ...institutions import Institution", None),
        ("games/views/bimatrix.py", "from ..compiled import Game", None),
        ("records.py", "from .errors import CoopgamesError", None),
        ("records.py", "from . import errors", None),
        ("measures/cooperation.py", "import numpy as np, scipy.sparse", None),
        ("cli/main.py", "from ..plotting import bars", None),
        ("__main__.py", "import coopgames as cg", None),
        ("__init__.py", "from .cli import main", None),
        # upwards
        ("voting/power.py", "from ..games import Game", "'games', above it on layer 4"),
        ("voting/power.py", "from coopgames.games import Game", "'games', above it"),
        ("voting/power.py", "import coopgames.games.compiled", "'games', above it"),
        ("voting/power.py", "from coopgames import games", "'games', above it"),
        ("voting/power.py", "from .. import games", "'games', above it"),
        ("games/views/bimatrix.py", "from ...outcomes import Outcome", "'outcomes', above it"),
        ("errors.py", "from .kernels import law", "'kernels', above it"),
        ("voting/power.py", "def f():\n    from ..cli import main", "'cli', above it"),
        (
            "worlds/world.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..games import Game",
            "'games', above it",
        ),
        (
            "games/form.py",
            "from importlib import import_module\nimport_module('..measures', __package__)",
            "'measures', above it",
        ),
        ("games/form.py", "import importlib as i\ni.import_module('coopgames.play')", "'play'"),
        # sideways
        ("dynamics/logit.py", "from ..play import memory", "'play', a sibling on layer 6"),
        ("catalogue.py", "from .games import game", "'games', a sibling"),
        ("games/form.py", "from ..catalogue import load", "'catalogue', a sibling"),
        ("plotting/bars.py", "from ..report import table", "'report', a sibling"),
        # through the face, and unknown
        ("measures/cooperation.py", "import coopgames as cg", "public face"),
        ("measures/cooperation.py", "from .. import game", "'game' from the public face"),
        ("measures/cooperation.py", "from ..novelty import x", "'novelty' from the public face"),
        ("novelty/thing.py", "", "'novelty' has no layer; add it to LAYERS"),
    ],
)
def test_the_layer_rule_on_a_made_up_tree(
    tmp_path: Path, file: str, code: str, problem: str | None
) -> None:
    path = tmp_path / PACKAGE / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    violations = layer_violations(tmp_path / PACKAGE)
    if problem is None:
        assert violations == []
    else:
        assert len(violations) == 1
        assert problem in violations[0]
        assert violations[0].startswith(f"{PACKAGE}/{file}")


# --- randomness ------------------------------------------------------------------------------


def randomness_violations(source: Path) -> list[str]:
    """Return one sentence for every use of a hidden random state."""
    found = []
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        where = path.relative_to(source.parent)
        found += [
            f"{where}:{line}: {name} draws from a hidden global state; take rng=None and begin "
            "with np.random.default_rng(rng)"
            for line, name in sorted(_hidden_state(tree))
        ]
    return found


def _hidden_state(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            head, _, last = name.rpartition(".")
            if head in {"np.random", "numpy.random"} and last not in EXPLICIT_RANDOMNESS:
                yield node.lineno, name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "random" or (alias.name == "numpy.random" and alias.asname):
                    yield node.lineno, f"import {alias.name}"
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                if (
                    node.module == "random"
                    or (node.module == "numpy" and alias.name == "random")
                    or (node.module == "numpy.random" and alias.name not in EXPLICIT_RANDOMNESS)
                ):
                    yield node.lineno, f"from {node.module} import {alias.name}"
    for node in _outside_functions(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
            yield node.lineno, "a generator made at import"


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _outside_functions(child)


def test_no_module_uses_a_hidden_random_state() -> None:
    violations = randomness_violations(SOURCE)
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import numpy as np\ndef f(rng=None):\n    rng = np.random.default_rng(rng)", None),
        ("import numpy as np\ndef f(rng: np.random.Generator): np.random.SeedSequence(1)", None),
        ("from numpy.random import Generator, default_rng", None),
        ("def f(rng): return rng.random(), rng.choice([1, 2])", None),
        ("import numpy as np\ndef f(): np.random.seed(0)", "np.random.seed"),
        ("import numpy\nx = numpy.random.rand(3)", "numpy.random.rand"),
        ("from numpy.random import rand", "from numpy.random import rand"),
        ("from numpy import random", "from numpy import random"),
        ("import numpy.random as npr", "import numpy.random"),
        ("import random", "import random"),
        ("from random import choice", "from random import choice"),
        ("import numpy as np\nRNG = np.random.default_rng(0)", "made at import"),
        ("import numpy as np\nclass A:\n    rng = np.random.default_rng(0)", "made at import"),
    ],
)
def test_the_randomness_rule_on_a_made_up_tree(
    tmp_path: Path, code: str, problem: str | None
) -> None:
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "module.py").write_text(code, encoding="utf-8")
    violations = randomness_violations(tmp_path / PACKAGE)
    if problem is None:
        assert violations == []
    else:
        assert len(violations) == 1
        assert problem in violations[0]


# --- paths of somebody's machine -------------------------------------------------------------

#: Put together here, so that this file does not hold them.
PRIVATE_PATHS = tuple(f"/{folder}/".encode() for folder in ("work", "tmp"))
LEFT_OUT = {".git", ".venv", "venv", "_build", "build", "dist", "installed", "__pycache__"}
LEFT_OUT |= {".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}


def files_of_the_project(root: Path) -> list[Path]:
    """Return what git tracks or would track; without git, all but caches and environments."""
    listing = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        answer = subprocess.run(listing, check=True, capture_output=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        answer = ""
    named = [root / name for name in answer.split("\0") if name]
    everything = named or [
        path for path in root.rglob("*") if not LEFT_OUT & set(path.relative_to(root).parts)
    ]
    return sorted(path for path in everything if path.is_file())


def files_with_private_paths(root: Path) -> list[str]:
    """Return the files that name a folder of somebody's machine."""
    return [
        str(path.relative_to(root))
        for path in files_of_the_project(root)
        if any(private in path.read_bytes() for private in PRIVATE_PATHS)
    ]


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert files_with_private_paths(ROOT) == []


def test_private_paths_are_found_where_there_is_no_git(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"open('" + PRIVATE_PATHS[1] + b"x')")
    (tmp_path / "b.py").write_text("open('x')", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "c.py").write_bytes(PRIVATE_PATHS[0])
    assert files_with_private_paths(tmp_path) == ["a.py"]
