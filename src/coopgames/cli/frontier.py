"""``coopgames frontier``: the patience that sustains cooperation, as one rule changes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .output import add_output_options, as_csv, as_json, as_table, check_output, emit

if TYPE_CHECKING:
    from ..play.frontier import EnforcementFrontier

__all__ = ["register"]

LEVERS = ("detection", "severity", "delegation", "quota", "false_alarm", "size")


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "frontier",
        help="critical discount factor of trigger strategies, over one rule",
    )
    parser.add_argument("institution", metavar="INSTITUTION")
    parser.add_argument("--problem", default="climate", metavar="NAME")
    parser.add_argument("--world", default="w20", metavar="NAME")
    parser.add_argument("--mandate", choices=("standing", "expected"), default="standing")
    parser.add_argument("--x", choices=LEVERS, default="detection", help="the rule that changes")
    parser.add_argument("--points", type=int, default=11, metavar="N", help="default: 11")
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
        "--plot", type=Path, metavar="FILE", help="also draw the frontier: png, svg or pdf"
    )
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..experiments.resolve import named
    from ..play.frontier import enforcement_frontier
    from ..plotting import check_figure_path

    check_output(options.output)
    if options.plot is not None:
        check_figure_path(options.plot)
    found = enforcement_frontier(
        named("institutions", options.institution),
        named("problems", options.problem),
        named("worlds", options.world),
        x=options.x,
        points=options.points,
        mandate=options.mandate,
        monitoring=options.monitoring,
        periods=options.periods,
        level=options.level,
    )
    if options.plot is not None:
        from ..plotting import plot_frontier, save_figure

        save_figure(plot_frontier(found), options.plot)
    if options.format == "csv":
        emit(as_csv(found.rows()), options.output)
    elif options.format == "json":
        emit(as_json(found.to_dict()), options.output)
    else:
        emit(_text(found, markdown=options.format == "md"), options.output)


def _text(found: EnforcementFrontier, *, markdown: bool) -> str:
    where = f"in {found.world}" if found.world else "in uniform worlds"
    lines = [
        [
            f"{point['x']:.4g}",
            "-" if point["discount_factor"] is None else f"{point['discount_factor']:.4f}",
            point["binding"] or "-",
            f"{point['adoption']:.4f}",
        ]
        for point in found.rows()
    ]
    head = [found.lever.replace("_", " "), "discount factor", "binding state", "adoption"]
    title = (
        f"{found.institution} on {found.problem} {where}, {found.mandate} mandate: lowest discount "
        "factor at which trigger strategies sustain cooperation by all"
    )
    parts = [
        title,
        as_table(lines, head, markdown=markdown),
    ]
    reasons = {point.reason: point.x for point in reversed(found.points) if point.reason}
    name = found.lever.replace("_", " ")
    parts += [f"None at {name} {x:.4g}: {why}." for why, x in reversed(reasons.items())]
    return "\n\n".join(parts)
