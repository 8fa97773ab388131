"""``coopgames models``, ``show``, ``cite`` and ``schema``: what there is, and what it rests on."""

from __future__ import annotations

import argparse
from typing import Any

from .output import add_output_options, as_csv, as_json, as_table, emit

__all__ = ["register"]

KINDS_HELP = "institutions, bodies, problems, worlds or committees"


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    models = commands.add_parser("models", help="list the models of the catalogue")
    models.add_argument(
        "kind", nargs="?", help="institutions, bodies, problems, worlds or committees"
    )
    models.set_defaults(run=_models)

    show = commands.add_parser("show", help="a page on one institution: bodies, rules, sanctions")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--world", default="w20", metavar="NAME")
    show.add_argument("--problem", default="climate", metavar="NAME")
    show.set_defaults(run=_show)

    cite = commands.add_parser("cite", help="the sources of a model, parameter by parameter")
    cite.add_argument("name", metavar="NAME")
    cite.add_argument(
        "--kind",
        default=None,
        help="institutions, bodies, problems, worlds or committees; default: the first",
    )
    cite.set_defaults(run=_cite)

    schema = commands.add_parser("schema", help="the JSON Schema of a kind of model file")
    schema.add_argument("kind", help=KINDS_HELP)
    schema.set_defaults(run=_schema)
    for parser in (models, show, cite, schema):
        add_output_options(parser)


def _models(options: argparse.Namespace) -> None:
    from ..catalogue import load, models

    records = [
        {"kind": kind, "name": name, "title": load(kind, name).title}  # type: ignore[call-overload]
        for kind, names in models(options.kind).items()
        for name in names
    ]
    _emit_records(records, options)


def _emit_records(records: list[dict[str, Any]], options: argparse.Namespace) -> None:
    if options.format == "json":
        text = as_json(records)
    elif options.format == "csv":
        text = as_csv(records)
    else:
        rows = [list(record.values()) for record in records]
        text = as_table(rows, list(records[0]), markdown=options.format == "md")
    emit(text, options.output)


def _cite(options: argparse.Namespace) -> None:
    from ..catalogue import KINDS, cite, load, models
    from ..errors import SpecificationError

    kinds = [options.kind] if options.kind else list(KINDS)
    known = [kind for kind in kinds if options.name in models(kind)[kind]] or kinds[:1]
    if options.format in ("json", "csv"):
        record = load(known[0], options.name)  # type: ignore[arg-type]
        rows = [{"key": key, "source": text} for key, text in sorted(record.sources.items())]
        _emit_records(rows, options)
        return
    if options.kind and options.kind not in KINDS:
        raise SpecificationError(f"kind must be one of {', '.join(KINDS)}; got {options.kind!r}")
    emit(cite(options.name, known[0]), options.output)


def _schema(options: argparse.Namespace) -> None:
    from ..catalogue import schema

    emit(as_json(schema(options.kind)), options.output)


def _show(options: argparse.Namespace) -> None:
    from ..report import describe

    page = describe(options.name, world=options.world, problem=options.problem)
    if options.format == "json":
        emit(as_json(page.as_dict()), options.output)
    elif options.format == "csv":
        emit(as_csv(page.classes), options.output)
    else:
        emit(page.text(markdown=options.format == "md"), options.output)
