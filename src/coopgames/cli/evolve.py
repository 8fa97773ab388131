"""``coopgames evolve``: the long run of one institution on one problem under a dynamic."""

from __future__ import annotations

import argparse
from math import isnan
from typing import TYPE_CHECKING, Any

from .output import add_output_options, as_csv, as_json, as_table, check_output, emit

if TYPE_CHECKING:
    from ..dynamics import Imitation, Logit

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "evolve", help="the long run of an institution on a problem, state by state"
    )
    parser.add_argument("institution", metavar="INSTITUTION")
    parser.add_argument("--problem", default="climate", metavar="NAME")
    parser.add_argument("--world", default="w20", metavar="NAME")
    parser.add_argument("--mandate", choices=("standing", "expected"), default="standing")
    parser.add_argument(
        "--dynamic",
        choices=("logit", "fermi"),
        default="logit",
        help="asynchronous logit revision, or Fermi imitation of policy variants; default: logit",
    )
    parser.add_argument("--precision", type=float, default=15.0, metavar="BETA", help="of logit")
    parser.add_argument("--population-size", type=int, default=50, metavar="Z", help="of fermi")
    parser.add_argument(
        "--selection-intensity", type=float, default=5.0, metavar="BETA", help="of fermi"
    )
    parser.add_argument("--mutation-probability", type=float, metavar="MU", help="of fermi")
    add_output_options(parser)
    parser.set_defaults(run=run)


def _dynamic(options: argparse.Namespace) -> Logit | Imitation:
    from ..dynamics import Imitation, Logit

    if options.dynamic == "logit":
        return Logit(precision=options.precision)
    return Imitation(
        population_size=options.population_size,
        selection_intensity=options.selection_intensity,
        mutation_probability=options.mutation_probability,
    )


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..dynamics import evolve
    from ..experiments import game
    from ..measures import cooperation

    check_output(options.output)
    dynamic = _dynamic(options)
    played = game(options.institution, options.problem, options.world, mandate=options.mandate)
    outcome = evolve(played, dynamic)
    found = cooperation(outcome)
    rates = played.events.mean_by_class(outcome.acts, played.classes.size)
    classes = [
        {"class": label, "states": int(size), "act_rate": float(rate)}
        for label, size, rate in zip(
            played.classes.labels, played.classes.counts, rates, strict=True
        )
    ]
    if options.format == "csv":
        emit(as_csv(classes), options.output)
        return
    plain = {
        key: None if isinstance(value, float) and isnan(value) else value
        for key, value in found.as_dict().items()
        if key != "standard_errors"
    }
    if options.format == "json":
        answer = {
            **{name: getattr(options, name) for name in ("institution", "problem", "world")},
            "mandate": options.mandate,
            "dynamic": dynamic.parameters(),
            **plain,
            "classes": classes,
            "certificate": outcome.certificate.as_dict(),
        }
        emit(as_json(answer), options.output)
        return
    markdown = options.format == "md"
    measures = [
        [name.replace("_", " "), "-" if value is None else f"{value:.4f}"]
        for name, value in plain.items()
        if name not in ("failure", "reasons")
    ]
    rows = [[item["class"], str(item["states"]), f"{item['act_rate']:.4f}"] for item in classes]
    setting = f"{options.problem} in {options.world}, {options.mandate} mandate"
    certificate = outcome.certificate
    proof = f"Exact, by {certificate.method}, residual {certificate.residual:.1e}."
    parts = [
        f"{options.institution} on {setting}, {options.dynamic}",
        as_table(measures, ["measure", ""], markdown=markdown),
        as_table(rows, ["class", "states", "act rate"], markdown=markdown),
        f"Where it fails: {found.failure.replace('_', ' ')}. {proof}",
    ]
    parts += [f"Note: {note}." for note in certificate.notes]
    parts += [f"{name}: {why}." for name, why in found.reasons.items()]
    emit("\n\n".join(parts), options.output)
