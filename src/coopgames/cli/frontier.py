"""``coopgames frontier``: the patience that sustains cooperation, over one rule or on a map."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError
from .frontier_output import frontier_text, map_text
from .output import add_output_options, as_csv, as_json, check_output, emit

if TYPE_CHECKING:
    from ..play.enforcement.enforcement_map import EnforcementMap
    from ..play.enforcement.frontier import EnforcementFrontier

__all__ = ["register"]

LEVERS = (
    "detection",
    "severity",
    "delegation",
    "quota",
    "false_alarm",
    "blocking",
    "size",
    "capability",
)


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "frontier",
        help="critical discount factor of cooperation, over one rule or on a map",
    )
    parser.add_argument("institution", metavar="INSTITUTION")
    parser.add_argument("--problem", default="climate", metavar="NAME")
    parser.add_argument("--world", default="w20", metavar="NAME")
    parser.add_argument("--mandate", choices=("standing", "expected"), default="standing")
    parser.add_argument("--x", choices=LEVERS, default="detection", help="the rule that changes")
    parser.add_argument("--points", type=int, default=11, metavar="N", help="default: 11")
    parser.add_argument(
        "--y", choices=("discount", *LEVERS), help="draw up a map over --x and this"
    )
    parser.add_argument(
        "--y-points",
        type=int,
        metavar="N",
        help="number of values of --y; default: 10 discount factors, 11 of a rule",
    )
    parser.add_argument(
        "--level",
        type=float,
        default=0.5,
        metavar="P",
        help="probability of mandates under which cooperation must be sustained; default: 0.5",
    )
    parser.add_argument(
        "--monitoring",
        type=float,
        metavar="M",
        help="probability that a breach comes to light; default: the bodies' detection",
    )
    parser.add_argument(
        "--periods", type=int, metavar="T", help="rounds of punishment; default: for ever"
    )
    parser.add_argument(
        "--punishments",
        choices=("trigger", "perfect"),
        default="trigger",
        help="trigger strategies of all, or the worst credible punishments of two sides",
    )
    parser.add_argument(
        "--sides",
        metavar="A,B",
        help="of --punishments perfect: two classes or roles; default: two halves of the world",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="also draw it: png, svg or pdf")
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..plotting import check_figure_path

    check_output(options.output)
    if options.plot is not None:
        check_figure_path(options.plot)
    if options.y is None and options.y_points is not None:
        raise CoopgamesError("--y-points belongs to --y")
    found = _answer(options)
    if options.plot is not None:
        _draw(found, options.plot)
    if options.format == "csv":
        emit(as_csv(found.rows()), options.output)
    elif options.format == "json":
        emit(as_json(found.to_dict()), options.output)
    else:
        text = frontier_text if options.y is None else map_text
        emit(text(found, markdown=options.format == "md"), options.output)


def _answer(options: argparse.Namespace) -> Any:
    from ..experiments.resolve import named
    from ..play.enforcement.enforcement_map import enforcement_map
    from ..play.enforcement.frontier import enforcement_frontier

    records = (
        named("institutions", options.institution),
        named("problems", options.problem),
        named("worlds", options.world),
    )
    rules: dict[str, Any] = {
        "mandate": options.mandate,
        "monitoring": options.monitoring,
        "periods": options.periods,
        "level": options.level,
        "punishments": options.punishments,
        "sides": None if options.sides is None else _sides(options.sides),
    }
    if options.y is None:
        return enforcement_frontier(*records, x=options.x, points=options.points, **rules)
    return enforcement_map(
        *records,
        x=options.x,
        y="discount_factor" if options.y == "discount" else options.y,
        x_points=options.points,
        y_points=options.y_points,
        **rules,
    )


def _sides(text: str) -> tuple[str, str]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(parts):
        raise CoopgamesError(f"--sides must be two names with a comma between; got {text!r}")
    return parts[0], parts[1]


def _draw(found: EnforcementFrontier | EnforcementMap, path: Path) -> None:
    from ..play.enforcement.enforcement_map import EnforcementMap
    from ..plotting import plot_frontier, save_figure
    from ..plotting.enforcement import plot_enforcement_map

    if isinstance(found, EnforcementMap):
        save_figure(plot_enforcement_map(found), path)
    else:
        save_figure(plot_frontier(found), path)
