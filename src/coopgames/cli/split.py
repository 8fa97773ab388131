"""``coopgames split``: what makes two institutions differ."""

from __future__ import annotations

import argparse
from typing import Any

from .output import add_output_options, as_csv, as_json, as_table, emit

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "split",
        help="split the difference of two institutions over membership, voting, information, teeth",
    )
    parser.add_argument("start", metavar="INSTITUTION")
    parser.add_argument("end", metavar="INSTITUTION")
    parser.add_argument("--problem", nargs="+", default=["climate"], metavar="NAME")
    parser.add_argument("--world", default="w20", metavar="NAME")
    parser.add_argument("--measure", default="success_rate", metavar="NAME")
    parser.add_argument("--mandate", choices=("standing", "expected"), default="standing")
    parser.add_argument("--precision", type=float, default=15.0, metavar="BETA")
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..experiments import attribute

    records = []
    for problem in options.problem:
        result = attribute(
            options.start,
            options.end,
            problem,
            options.world,
            measure=options.measure,
            mandate=options.mandate,
            precision=options.precision,
        )
        records.append(
            {
                "problem": problem,
                "measure": options.measure,
                "start": result.start,
                "end": result.end,
                "difference": result.difference,
                **result.parts,
            }
        )
    if options.format == "json":
        text = as_json(records)
    elif options.format == "csv":
        text = as_csv(records)
    else:
        rows = [
            [value if isinstance(value, str) else f"{value:+.4f}" for value in record.values()]
            for record in records
        ]
        text = as_table(rows, list(records[0]), markdown=options.format == "md")
    emit(text, options.output)
