"""``coopgames solve``: equilibria of an institution's stage game, and what would change them."""

from __future__ import annotations

import argparse
from math import isnan
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError
from .output import add_output_options, as_csv, as_json, as_table, check_output, emit
from .solve_plans import solve_plans

if TYPE_CHECKING:
    from ..equilibria import Lever, StageEquilibria

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "solve",
        help="equilibria of an institution's stage game, and the smallest change that mends it",
    )
    parser.add_argument("institution", metavar="INSTITUTION")
    parser.add_argument("--problem", default="climate", metavar="NAME")
    parser.add_argument("--world", default="w20", metavar="NAME")
    parser.add_argument(
        "--strategies",
        choices=("act2", "named9"),
        default="act2",
        help="acts given the mandate, or the nine plans, votes included; default: act2",
    )
    parser.add_argument(
        "--tremble",
        type=float,
        metavar="MU",
        help="of named9: probability of a vote against the plan; default: 0.01",
    )
    parser.add_argument(
        "--mandate", choices=("standing", "expected"), help="of act2; default: standing"
    )
    parser.add_argument(
        "--level",
        type=float,
        metavar="P",
        help="of act2: probability of a mandate that the smallest change aims at; default: 0.5",
    )
    parser.add_argument(
        "--no-levers",
        action="store_true",
        help="of act2: leave out the smallest changes, which take longer",
    )
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..equilibria import LEVERS, WANTED, smallest_change, stage_equilibria
    from ..experiments import game

    check_output(options.output)
    _check_used(options)
    if options.strategies == "named9":
        solve_plans(options)
        return
    played = game(options.institution, options.problem, options.world, mandate=options.mandate)
    found = stage_equilibria(played)
    levers: list[Lever] = []
    if not options.no_levers:
        levers = [
            smallest_change(played, lever, wanted=wanted, level=options.level)
            for lever in LEVERS
            for wanted in WANTED
        ]
    summary, reasons = _summary(found)
    if options.format == "csv":
        emit(as_csv([_flat(lever) for lever in levers] if levers else [summary]), options.output)
        return
    if options.format == "json":
        answer = {
            **{name: getattr(options, name) for name in ("institution", "problem", "world")},
            "mandate": options.mandate,
            "strategies": "act2",
            **summary,
            "events": [_event(event) for event in found.events],
            "smallest_changes": [_flat(lever) for lever in levers],
            "reasons": reasons,
            "certificate": found.outcome("best").certificate.as_dict()
            | {"method": "all pure equilibria by totals", "complete": True},
        }
        emit(as_json(answer), options.output)
        return
    emit(_text(options, found, summary, reasons, levers), options.output)


def _check_used(options: argparse.Namespace) -> None:
    """Refuse options that the strategies don't use, and fill in defaults."""
    used_by = {"act2": ("mandate", "level", "no_levers"), "named9": ("tremble",)}
    for strategies, names in used_by.items():
        for name in names:
            given = getattr(options, name)
            if strategies != options.strategies and given is not None and given is not False:
                raise CoopgamesError(
                    f"--{name.replace('_', '-')} is of --strategies {strategies}; got "
                    f"{options.strategies}"
                )
    defaults = {"mandate": "standing", "level": 0.5, "tremble": 0.01}
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)


def _summary(found: StageEquilibria) -> tuple[dict[str, Any], dict[str, str]]:
    from ..measures import cooperation

    out: dict[str, Any] = {
        "possible": found.possible,
        "certain": found.certain,
        "everybody": found.everybody,
    }
    reasons = {}
    outcomes = {"worst": found.outcome("worst"), "best": found.outcome("best")}
    for which, outcome in outcomes.items():
        measured = cooperation(outcome)
        out[f"success_rate_{which}"] = measured.success_rate
        out[f"act_rate_{which}"] = measured.act_rate
        out[f"failure_{which}"] = measured.failure
    prices = {"anarchy": found.price("anarchy"), "stability": found.price("stability")}
    for which, (price, reason) in prices.items():
        out[f"price_of_{which}"] = None if isnan(price) else price
        if reason:
            reasons[f"price_of_{which}"] = reason
    return out, reasons


def _event(event: Any) -> dict[str, Any]:
    return {
        "probability": event.probability,
        "contributions": event.contributions.tolist(),
        "log_number": event.log_number.tolist(),
        "success": event.success.tolist(),
        "welfare": event.welfare.tolist(),
        "optimum": event.optimum,
        "everybody": event.everybody,
        "nobody": event.nobody,
        "tied": event.tied,
    }


def _flat(lever: Lever) -> dict[str, Any]:
    return {
        "lever": lever.name,
        "wanted": lever.wanted,
        "way": None if isnan(lever.way) else lever.way,
        "values": "; ".join(f"{body} {value:.6g}" for body, value in lever.values),
        "reason": lever.reason,
    }


def _text(
    options: argparse.Namespace,
    found: StageEquilibria,
    summary: dict[str, Any],
    reasons: dict[str, str],
    levers: list[Lever],
) -> str:
    markdown = options.format == "md"
    rows = [
        [name.replace("_", " "), summary[f"{name}_worst"], summary[f"{name}_best"]]
        for name in ("success_rate", "act_rate")
    ]
    failures = [summary[f"failure_{which}"].replace("_", " ") for which in ("worst", "best")]
    prices = [summary["price_of_anarchy"], summary["price_of_stability"]]
    table = [[name, f"{low:.4f}", f"{high:.4f}"] for name, low, high in rows]
    shown = ["-" if price is None else f"{price:.4g}" for price in prices]
    table.append(["optimal over reached welfare", *shown])
    table.append(["where it fails", *failures])
    setting = f"{options.institution} on {options.problem} in {options.world}"
    verdict = (
        f"Cooperation holds in some equilibrium under mandates of probability "
        f"{summary['possible']:.4f}, in every one under {summary['certain']:.4f}; that all act is "
        f"an equilibrium under {summary['everybody']:.4f}."
    )
    parts = [
        f"{setting}, {options.mandate} mandate: all pure equilibria of the acts",
        as_table(table, ["measure", "worst equilibria", "best equilibria"], markdown=markdown),
        verdict,
    ]
    if levers:
        lines = [
            [
                lever.name,
                "an equilibrium" if lever.wanted == "possible" else "the only kind",
                "as it is" if lever.way == 0 else lever.reason or _flat(lever)["values"],
            ]
            for lever in levers
        ]
        head = ["rule", "to make cooperation", f"smallest change (probability {options.level:g})"]
        parts.append(as_table(lines, head, markdown=markdown))
    parts += [f"{name.replace('_', ' ')}: {why}." for name, why in reasons.items()]
    tied = sum(event.tied for event in found.events)
    if tied:
        parts.append(f"Note: somebody is indifferent in {tied} of {len(found.events)} events.")
    return "\n\n".join(parts)
