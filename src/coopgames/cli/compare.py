"""``coopgames compare``: institutions on problems, at a glance."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .output import add_output_options, as_csv, as_json, as_table, check_output, emit

__all__ = ["register"]

_LETTER = {"none": " ", "no_body": "-", "gridlock": "G", "exclusion": "E", "free_riding": "F"}
_LEGEND = (
    "Each cell: success rate, why it fails (G gridlock, E exclusion, F free riding, - no body),\n"
    "success rate under equal teeth. * best on the problem; ^ half or more of its rank goes or\n"
    "turns once severity is equal."
)


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "compare",
        help="how often cooperation holds under each institution on each problem",
        description="Compare institutions on problems: all eleven on all eight by default.",
    )
    parser.add_argument(
        "institutions", nargs="*", metavar="INSTITUTION", help="names or .toml files"
    )
    parser.add_argument(
        "--problem", nargs="+", metavar="NAME", help="names or .toml files; default: all eight"
    )
    parser.add_argument("--world", default="w20", metavar="NAME", help="default: w20")
    parser.add_argument("--mandate", choices=("standing", "expected"), default="standing")
    parser.add_argument("--precision", type=float, default=15.0, metavar="BETA")
    parser.add_argument("--voting", choices=("sincere", "interested"), default="sincere")
    parser.add_argument("--punishment", choices=("max", "sum"), default="max")
    parser.add_argument("--no-legitimacy-feedback", action="store_true")
    parser.add_argument("--legitimacy-channel", choices=("sanction", "norm"), default="sanction")
    parser.add_argument("--plot", type=Path, metavar="FILE", help=".png, .svg or .pdf")
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..experiments import compare

    check_output(options.output)
    if options.plot is not None:
        from ..plotting import check_figure_path

        check_figure_path(options.plot)
    table = compare(
        options.institutions or None,
        options.problem,
        world=options.world,
        mandate=options.mandate,
        precision=options.precision,
        voting=options.voting,
        punishment=options.punishment,
        legitimacy_feedback=not options.no_legitimacy_feedback,
        legitimacy_channel=options.legitimacy_channel,
        progress=_progress,
    )
    records = list(table)
    if options.format == "json":
        text = as_json(records)
    elif options.format == "csv":
        text = as_csv(records)
    else:
        text = _text(records, markdown=options.format == "md")
    emit(text, options.output)
    if options.plot is not None:
        from ..plotting import plot_comparison, save_figure

        save_figure(plot_comparison(table), options.plot)


def _progress(cells: Iterable[Any]) -> Iterable[Any]:
    from tqdm import tqdm

    return tqdm(cells, desc="games", delay=1.0, disable=None, leave=False, file=sys.stderr)


def _text(records: list[dict[str, Any]], *, markdown: bool) -> str:
    problems = list(dict.fromkeys(record["problem"] for record in records))
    institutions = list(dict.fromkeys(record["institution"] for record in records))
    first = records[0]
    title = (
        f"Success rate in world {first['world']}, {first['mandate']} mandate, "
        f"precision {first['precision']:g}"
    )
    if len(problems) == 1:
        body = _one_problem(records, markdown=markdown)
        marks = "* best; ^ half or more of its rank goes or turns once severity is equal."
        return f"{title}, problem {problems[0]}\n\n{body}\n\n{marks}"
    cell = {(r["institution"], r["problem"]): r for r in records}
    best = _best(records)
    rows = [
        [name, *(_glance(cell[name, problem], best[problem]) for problem in problems)]
        for name in institutions
    ]
    return f"{title}\n\n{as_table(rows, ['', *problems], markdown=markdown)}\n\n{_LEGEND}"


def _best(records: list[dict[str, Any]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for record in records:
        best[record["problem"]] = max(best.get(record["problem"], 0.0), record["success_rate"])
    return best


def _marks(record: dict[str, Any], best: float) -> str:
    top = record["success_rate"] >= best - 5e-4
    return ("*" if top else "") + ("^" if record["severity_explained"] else "")


def _glance(record: dict[str, Any], best: float) -> str:
    marks = _marks(record, best).ljust(2)
    letter = _LETTER[record["failure"]]
    equal = record["equal_teeth_success_rate"]
    return f"{record['success_rate']:.2f}{marks}{letter} {equal:.2f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _one_problem(records: list[dict[str, Any]], *, markdown: bool) -> str:
    columns = {
        "success": "success_rate",
        "equal teeth": "equal_teeth_success_rate",
        "achievement": "achievement",
        "value added": "value_added",
        "acts": "act_rate",
        "coverage": "coverage",
        "adoption": "adoption",
        "compliance": "compliance",
        "free riding": "free_riding",
        "exclusion": "exclusion",
        "gridlock": "gridlock",
        "critical factor": "critical_sanction_factor",
    }
    best = _best(records)
    rows = [
        [
            f"{record['institution']} {_marks(record, best[record['problem']])}".rstrip(),
            *(_number(record[key]) for key in columns.values()),
            record["failure"].replace("_", " "),
        ]
        for record in records
    ]
    return as_table(rows, ["", *columns, "failure"], markdown=markdown)
