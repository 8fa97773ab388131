"""``coopgames replicate``: published results recomputed, ours beside theirs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .output import add_output_options, as_csv, as_json, as_table, check_output, emit

if TYPE_CHECKING:
    from ..experiments import Replication

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("replicate", help="recompute published results, number by number")
    parser.add_argument("names", nargs="*", metavar="NAME", help="published cases; default: all")
    parser.add_argument(
        "--blind", action="store_true", help="also run each case's second implementation"
    )
    parser.add_argument(
        "--all-numbers", action="store_true", help="every number, also where all cases are shown"
    )
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..experiments import replicate

    check_output(options.output)
    cases = replicate(options.names or None, blind=options.blind)
    records = [_plain(record) for case in cases for record in case]
    if options.format == "json":
        answer = [
            {
                "case": case.name,
                "verdict": case.verdict,
                "unclear": case.unclear,
                "numbers": [_plain(record) for record in case],
            }
            for case in cases
        ]
        text = as_json(answer)
    elif options.format == "csv":
        text = as_csv(records)
    else:
        text = _text(cases, options)
    emit(text, options.output)


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {
        key: str(value) if isinstance(value, Fraction) else value for key, value in record.items()
    }


def _text(cases: Sequence[Replication], options: argparse.Namespace) -> str:
    markdown = options.format == "md"
    summary = [
        [case.name, case.verdict, str(len(case.records)), f"{_largest(case):.1e}"] for case in cases
    ]
    parts = [as_table(summary, ["case", "verdict", "numbers", "largest diff."], markdown=markdown)]
    if options.names or options.all_numbers:
        parts += [_numbers(case, markdown=markdown) for case in cases]
    parts += [f"{case.name}: unclear: {case.unclear}" for case in cases if case.unclear]
    return "\n\n".join(parts)


def _largest(case: Replication) -> float:
    known = [abs(record["difference"]) for record in case if record["difference"] is not None]
    return max(known, default=0.0)


def _numbers(case: Replication, *, markdown: bool) -> str:
    blind = any("blind" in record for record in case)
    rows = []
    for record in case:
        what = record["measure"] + (f" of {record['group']}" if record["group"] else "")
        if record["arguments"]:
            what += f" ({', '.join(f'{k} {v}' for k, v in record['arguments'].items())})"
        row = [what, _shown(record["ours"]), _shown(record["expected"])]
        row += [_shown(record["blind"])] if blind else []
        verdict = record["verdict"]
        if verdict == "underspecified":
            verdict += f": {record['reading']}"
        rows.append([*row, verdict, record["status"]])
    headers = ["measure", "ours", "expected", *(["blind"] if blind else []), "verdict", "status"]
    return f"{case.name}\n\n{as_table(rows, headers, markdown=markdown)}"


def _shown(value: Any) -> str:
    if value is None or isinstance(value, (bool, str)):
        return "-" if value is None else str(value)
    if isinstance(value, Fraction) and len(str(value)) <= 20:
        return str(value)
    return f"{float(value):.15g}"
