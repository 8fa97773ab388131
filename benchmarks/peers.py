"""The other packages: their modules, and the releases the benchmarks were written for."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple


class Package(NamedTuple):
    """Another package: what is imported, what is installed, and in which release."""

    module: str
    package: str
    release: str

    @property
    def requirement(self) -> str:
        """What pip is given."""
        return f"{self.package}=={self.release}"


#: By the name they go by in tables.
PACKAGES = {
    "axelrod": Package("axelrod", "axelrod", "4.13.1"),
    "egttools": Package("egttools", "egttools", "0.1.14.2"),
    "gambit": Package("pygambit", "pygambit", "16.7.0"),
    "moranpycess": Package("moranpycess", "moranpycess", "1.1.0"),
    "nashpy": Package("nashpy", "nashpy", "0.0.43"),
    "open-spiel": Package("pyspiel", "open-spiel", "2.0.2"),
    "power-bdd": Package("power_bdd", "power-bdd", "1.0.0"),
    "powerindices": Package("powerindices", "powerindices", "1.0.2"),
    "quantecon": Package("quantecon", "quantecon", "0.11.4"),
}


def is_installed(name: str) -> bool:
    """Return whether a package can be imported."""
    return importlib.util.find_spec(PACKAGES[name].module) is not None


def version_of(package: str) -> str | None:
    """Return the release that is installed, None without one."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def versions(names: Iterable[str]) -> dict[str, str | None]:
    """Return the installed releases by name, None where there is none."""
    return {name: version_of(PACKAGES[name].package) for name in names}


def installed(names: Iterable[str]) -> list[str]:
    """Return those that are installed, and say which are not."""
    there = []
    for name in names:
        if is_installed(name):
            there.append(name)
        else:
            how = PACKAGES[name].requirement
            print(f"{name} is left out: not installed (pip install {how})")
    return there


def how_to_install(names: Iterable[str]) -> str:
    """Return the command that installs packages."""
    return "pip install " + " ".join(PACKAGES[name].requirement for name in names)
