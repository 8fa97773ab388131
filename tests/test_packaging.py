"""The package's own description: what it depends on, what it promises, what it ships."""

import re
import runpy
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

#: The deliberate upper bounds; the reason stands in pyproject.toml.
BOUNDED_ABOVE = {"axelrod"}


def requirements() -> Iterator[tuple[str, Requirement]]:
    """Yield (group, requirement) of all third-party dependencies."""
    groups = {"dependencies": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    for group, lines in groups.items():
        for line in lines:
            requirement = Requirement(line)
            if requirement.name != PROJECT["name"]:
                yield group, requirement


@pytest.mark.parametrize(
    "requirement", [pytest.param(r, id=f"{group}:{r.name}") for group, r in requirements()]
)
def test_dependencies_have_a_lower_bound_and_no_upper_one(requirement: Requirement) -> None:
    operators = sorted(specifier.operator for specifier in requirement.specifier)
    if requirement.name in BOUNDED_ABOVE:
        assert operators == ["<", ">="], f"{requirement}: its bound is deliberate; keep both ends"
    else:
        assert operators == [">="], f"{requirement}: lower bounds only"


def test_extras_refer_to_extras_that_exist() -> None:
    extras = PROJECT["optional-dependencies"]
    named = {
        extra
        for lines in extras.values()
        for line in lines
        if (requirement := Requirement(line)).name == PROJECT["name"]
        for extra in requirement.extras
    }
    assert named <= set(extras)


def test_readme_has_the_two_command_lines_that_the_checks_run() -> None:
    commands = runpy.run_path(str(ROOT / ".ci" / "readme_commands.py"))["commands"]
    first, second = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    for line in (first, second):
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert first.endswith("--editable . && .venv/bin/coopgames compare")
    assert second.endswith("--editable '.[test]' && .venv/bin/pytest")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("# x\n", "heading"),
        ("## Two command lines\ntext\n## Next\n```sh\na\nb\n```\n", "block"),
        ("## Two command lines\n```sh\na\n```\n", "got 1"),
        ("## Two command lines\n```sh\na\nb\nc\n```\n", "got 3"),
    ],
)
def test_readme_commands_says_what_is_wrong_with_a_page(page: str, message: str) -> None:
    commands = runpy.run_path(str(ROOT / ".ci" / "readme_commands.py"))["commands"]
    with pytest.raises(ValueError, match=message):
        commands(page)


def test_licence_is_named_and_present() -> None:
    assert PROJECT["license"] == "MIT"
    assert PROJECT["license-files"] == ["LICENSE"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License")
    assert "The coopgames developers" in text


def test_citation_file_has_the_version_of_the_package() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    found = re.search(r"^version: (\S+)$", text, re.MULTILINE)
    assert found is not None
    assert found[1] == PROJECT["version"]


def test_changelog_has_an_entry_for_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["version"] in text


def test_types_and_models_travel_with_the_package() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"][
        "build"
    ]["targets"]["wheel"]
    assert wheel["force-include"] == {"models": "coopgames/models"}
    assert (ROOT / "src" / "coopgames" / "py.typed").is_file()
