"""Sphinx directives whose tables come from the package itself, so that pages cannot drift from it.

``catalogue-bodies``        institutions, one a line: rules of their bodies; ``:teeth:`` force.
``catalogue-problems``      all problems.
``catalogue-worlds``        all worlds, role by role.
``catalogue-list KIND``     name, title and file of every model of a kind.
``catalogue-published``     published cases: works, numbers, folder.
``record-keys CLASS``       keys of a record with type and default.

The build warns about a public name that no page documents, and a cited work that is not listed.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import coopgames
from coopgames import Body, catalogue
from coopgames.experiments.published import expected_of, folder_of, published, published_cases
from coopgames.experiments.replicate import flattened
from coopgames.institutions import chambers_of, composition_of
from coopgames.report.words import composition_in_words, rule_in_words, selection_in_words

logger = logging.getLogger(__name__)

Cell = str | nodes.Node

RULES = ("members", "seats", "adopts by", "authorises by", "shield", "rounds")
TEETH = ("detection", "severity", "delegation", "scope", "exclusion", "centres")


def code(text: str) -> nodes.literal:
    return nodes.literal(text, text)


def table(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> nodes.Node:
    def row(cells: Sequence[Cell]) -> nodes.row:
        entries = [
            nodes.entry("", nodes.paragraph("", "", nodes.Text(c) if isinstance(c, str) else c))
            for c in cells
        ]
        return nodes.row("", *entries)

    group = nodes.tgroup(
        "",
        *(nodes.colspec(colwidth=1) for _ in headers),
        nodes.thead("", row(headers)),
        nodes.tbody("", *(row(cells) for cells in rows)),
        cols=len(headers),
    )
    return nodes.table("", group, classes=["colwidths-auto"])


def depend_on_models(env: BuildEnvironment, kind: str) -> None:
    for folder in catalogue.model_paths():
        for path in (folder / kind).glob("*.toml"):
            env.note_dependency(str(path))


def file_of(kind: str, name: str) -> nodes.literal:
    return code(f"models/{kind}/{name}.toml")


def number(value: float) -> str:
    return f"{value:g}"


class Bodies(SphinxDirective):
    """Bodies of the institutions named: who decides and how; with ``:teeth:`` with what force."""

    has_content = True
    option_spec: ClassVar = {"teeth": directives.flag}

    def run(self) -> list[nodes.Node]:
        depend_on_models(self.env, "institutions")
        depend_on_models(self.env, "bodies")
        names = [line.strip() for line in self.content if line.strip()]
        make = self.teeth if "teeth" in self.options else self.rules
        rows: list[Sequence[Cell]] = []
        for name in names:
            bodies = catalogue.load("institutions", name).bodies
            found = [[code(body.id), *make(body)] for body in bodies]
            nobody: list[Cell] = ["no body", *["–"] * (len(make(Body(id="none"))))]
            rows += [[code(name), *row, file_of("institutions", name)] for row in found or [nobody]]
        headers = TEETH if make == self.teeth else RULES
        return [table(("institution", "body", *headers, "file"), rows)]

    def rules(self, body: Body) -> list[Cell]:
        chambers = chambers_of(body)
        joiner = {"all": "; and ", "any": "; or "}.get(str(body.passes), "; ")
        return [
            selection_in_words(body.members),
            joiner.join(
                "members" if c.seats is None else selection_in_words(c.seats) for c in chambers
            ),
            joiner.join(rule_in_words(c) for c in chambers),
            joiner.join(rule_in_words(c, authorisation=True) for c in chambers),
            joiner.join("yes" if c.shield else "no" for c in chambers),
            str(body.rounds),
        ]

    def teeth(self, body: Body) -> list[Cell]:
        exempt = f", except {selection_in_words(body.exempt)}" if body.exempt else ""
        cause = f", common cause {body.common_cause:g}" if body.centres > 1 else ""
        return [
            number(body.detection),
            number(body.severity),
            number(body.delegation),
            body.scope + exempt,
            number(body.exclusion),
            f"{body.centres}{cause}",
        ]


class Problems(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        depend_on_models(self.env, "problems")
        headers = (
            "problem", "title", "kernel", "benefit", "cost", "threshold", "slope", "holds at",
            "leverage", "excludability", "file",
        )  # fmt: skip
        return [table(headers, map(self.row, catalogue.models("problems")["problems"]))]

    def row(self, name: str) -> Sequence[Cell]:
        problem = catalogue.load("problems", name)
        leverage = problem.leverage
        if isinstance(leverage, dict):
            leverage = ", ".join(f"{role} {share:g}" for role, share in leverage.items())
        optional = ["–" if v is None else number(v) for v in (problem.threshold, problem.holds_at)]
        return [
            code(name),
            problem.title,
            problem.kernel + (", waiting game" if problem.volunteering else ""),
            number(problem.benefit),
            number(problem.cost),
            optional[0],
            number(problem.slope) if problem.kernel == "threshold" else "–",
            optional[0] if optional[1] == "–" else optional[1],
            leverage if problem.kernel in ("threshold", "linear") else "heads",
            number(problem.excludability),
            file_of("problems", name),
        ]


class Worlds(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        depend_on_models(self.env, "worlds")
        headers = (
            "world",
            "role",
            "states",
            "capability each",
            "population each",
            "ideal point",
            "tags",
        )
        rows = [
            [
                code(name),
                code(role.name),
                str(role.count),
                number(role.capability),
                number(role.population),
                number(role.ideal_point),
                ", ".join(role.tags),
            ]
            for name in catalogue.models("worlds")["worlds"]
            for role in catalogue.load("worlds", name).roles
        ]
        return [table(headers, rows)]


class Listing(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0]
        depend_on_models(self.env, kind)
        rows = []
        for name in catalogue.models(kind)[kind]:
            record: Any = catalogue.load(kind, name)  # type: ignore[call-overload]
            row: list[Cell] = [code(name), record.title]
            if kind == "institutions":
                row += [record.family, composition_in_words(composition_of(record))]
            rows.append([*row, file_of(kind, name)])
        middle = ("family", "bodies") if kind == "institutions" else ()
        return [table(("name", "title", *middle, "file"), rows)]


class PublishedCases(SphinxDirective):
    """Published cases: what is recomputed, from which works, how many numbers, and where it is."""

    def run(self) -> list[nodes.Node]:
        rows = []
        for name in published_cases():
            for path in sorted(folder_of(name).glob("*.toml")):
                self.env.note_dependency(str(path))
            case = published(name)
            printed = total = 0
            for item in expected_of(name):
                numbers = len(flattened(item.value))
                total += numbers
                printed += numbers if item.status == "published" else 0
            row: list[Cell] = [code(name), case.title, ", ".join(case.citation)]
            rows.append([*row, str(total), str(printed), code(f"models/published/{name}/")])
        headers = ("name", "title", "works", "numbers", "of them printed", "folder")
        return [table(headers, rows)]


class Keys(SphinxDirective):
    """Keys of a record; with ``:own:`` without those of its parent."""

    required_arguments = 1
    option_spec: ClassVar = {"own": directives.flag}

    def run(self) -> list[nodes.Node]:
        record = getattr(coopgames, self.arguments[0])
        hints = typing.get_type_hints(record, include_extras=True)
        parent = record.__base__.__struct_fields__ if "own" in self.options else ()
        rows = [
            [code(f.name), type_in_words(hints[f.name]), default_in_words(f)]
            for f in msgspec.structs.fields(record)
            if f.name not in parent and f.name != "sources"
        ]
        return [table(("key", "value", "default"), rows)]


def type_in_words(hint: Any) -> str:
    """Return what a key takes, in the words of the file format."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return bounded_in_words(*arguments)
    if origin is typing.Literal:
        return " | ".join(repr(choice).replace("'", '"') for choice in arguments)
    if hint == coopgames.voting.AnyRule:
        return "rule"
    if origin in (typing.Union, types.UnionType):
        return " | ".join(type_in_words(item) for item in arguments if item is not type(None))
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"list of {type_in_words(arguments[0])}"
    if origin is tuple:
        return f"list of {len(arguments)} numbers"
    if origin is dict:
        return f"table of {type_in_words(arguments[1])}"
    names = {str: "text", bool: "true | false", int: "whole number", float: "number"}
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def bounded_in_words(base: Any, meta: msgspec.Meta) -> str:
    if meta.pattern is not None:
        return '"a/b"' if "/" in meta.pattern else "identifier"
    word = "whole number" if base is int else "number"
    if meta.ge is not None and meta.le is not None:
        return f"{word} in [{meta.ge:g}, {meta.le:g}]"
    return f"{word} ≥ {meta.ge:g}" if meta.ge is not None else f"{word} > {meta.gt:g}"


def default_in_words(field: Any) -> Cell:
    if field.required:
        return "required"
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory()
    if value is None:
        return "–"
    if isinstance(value, bool):
        return code(str(value).lower())
    if isinstance(value, msgspec.Struct):
        return "the defaults below"
    if isinstance(value, tuple) and value:
        return code("[{ all = true }]") if field.name == "members" else code(repr(value))
    if isinstance(value, (tuple, dict)):
        return "none"
    return code(f'"{value}"') if isinstance(value, str) else code(f"{value:g}")


def check_public_names(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn about public names that are on no page."""
    documented = env.get_domain("py").data["objects"]  # type: ignore[attr-defined]
    for name in coopgames.__all__:
        if not name.startswith("__") and f"coopgames.{name}" not in documented:
            logger.warning("public name %s is on no page; add it to reference/api.md", name)


def check_bibliography(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn about keys that a model file or the references know and the bibliography does not."""
    page = (Path(env.srcdir) / "reference" / "bibliography.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z]+\d{4}[a-z]*)$", page, re.MULTILINE))
    cited = set(catalogue.references())
    for folder in catalogue.model_paths():
        for path in (*folder.glob("*/*.toml"), *folder.glob("published/*/*.toml")):
            cited |= set(
                re.findall(r"\b[a-z]+(?:1[789]|20)\d\d\b", path.read_text(encoding="utf-8"))
            )
    for key in sorted(cited - listed):
        logger.warning("key %s is cited and not in reference/bibliography.md", key)


def keep_bars(*event: Any) -> None:
    """Escape |x| in docstrings: a norm, which reStructuredText takes for a substitution."""
    lines = event[-1]
    lines[:] = [re.sub(r"(?<![`|])\|(\S[^|`]*)\|(?![`|])", r"\|\1\|", line) for line in lines]


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("catalogue-bodies", Bodies)
    app.add_directive("catalogue-problems", Problems)
    app.add_directive("catalogue-worlds", Worlds)
    app.add_directive("catalogue-list", Listing)
    app.add_directive("catalogue-published", PublishedCases)
    app.add_directive("record-keys", Keys)
    app.connect("autodoc-process-docstring", keep_bars)
    app.connect("env-check-consistency", check_public_names)
    app.connect("env-check-consistency", check_bibliography)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
