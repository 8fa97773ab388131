"""What ``coopgames evolve`` says: measures, classes of states, and what proves them."""

from __future__ import annotations

import argparse
from math import isnan
from typing import TYPE_CHECKING, Any

from .output import as_csv, as_json, as_table, plain

if TYPE_CHECKING:
    from ..games import Game
    from ..measures import Cooperation
    from ..outcomes import ExactOutcome, SampledOutcome

__all__ = ["answer"]


def answer(
    played: Game,
    dynamic: Any,
    outcome: ExactOutcome | SampledOutcome,
    options: argparse.Namespace,
    picture: dict[str, Any] | None,
) -> str:
    """Return the answer in the format that was asked for."""
    from ..measures import cooperation

    found = cooperation(outcome)
    sampled = not outcome.certificate.exact
    classes = _classes(played, outcome, sampled=sampled)
    if options.format == "csv":
        return as_csv(classes)
    if options.format == "json":
        record = _record(found, dynamic, outcome, classes, options)
        return as_json(plain(record | ({} if picture is None else {"picture": picture})))
    text = _text(found, outcome, classes, options)
    if picture is not None and "seed" in picture and not sampled:
        text += f"\n\nPicture: {picture['replicates']} replicates, seed {picture['seed']}."
    return text


def _classes(
    played: Game, outcome: ExactOutcome | SampledOutcome, *, sampled: bool
) -> list[dict[str, Any]]:
    from ..outcomes import ActStatistic

    out = []
    of_group = played.events.class_of_group
    labels = zip(played.classes.labels, played.classes.counts.tolist(), strict=True)
    for place, (label, size) in enumerate(labels):
        rate = outcome.expect(ActStatistic((of_group == place)[None, :] / size))
        row = {"class": label, "states": size, "act_rate": rate.value}
        if sampled:
            error = rate.standard_error
            row["standard_error"] = None if isnan(error) else error
        out.append(row)
    return out


def _record(
    found: Cooperation,
    dynamic: Any,
    outcome: ExactOutcome | SampledOutcome,
    classes: list[dict[str, Any]],
    options: argparse.Namespace,
) -> dict[str, Any]:
    measures = found.as_dict()
    reasons = dict(measures.pop("reasons"))
    errors = measures.pop("standard_errors")
    record = {
        **{name: getattr(options, name) for name in ("institution", "problem", "world", "mandate")},
        "plans": options.plans,
        "dynamic": dynamic.parameters(),
        "rare_mutations": options.rare_mutations,
        **measures,
    }
    if errors:
        record["standard_errors"] = errors
        if any(isnan(error) for error in errors.values()):
            reasons["standard_errors"] = "one replicate has no standard error"
    return record | {
        "reasons": reasons,
        "classes": classes,
        "certificate": outcome.certificate.as_dict(),
        "provenance": dict(outcome.provenance),
    }


def _text(
    found: Cooperation,
    outcome: ExactOutcome | SampledOutcome,
    classes: list[dict[str, Any]],
    options: argparse.Namespace,
) -> str:
    markdown = options.format == "md"
    certificate = outcome.certificate
    sampled = not certificate.exact
    errors = found.standard_errors
    measures = []
    for name, value in found.as_dict().items():
        if name in ("failure", "reasons", "standard_errors"):
            continue
        row = [name.replace("_", " "), _number(value)]
        measures.append([*row, _number(errors.get(name))] if sampled else row)
    more = ["standard error"] if sampled else []
    rows = [
        [
            item["class"],
            str(item["states"]),
            *(_number(item[key]) for key in ("act_rate", "standard_error") if key in item),
        ]
        for item in classes
    ]
    setting = f"{options.problem} in {options.world}, {options.mandate} mandate"
    limit = " with rare mutations" if options.rare_mutations else ""
    plans = "" if options.plans == "act2" else f", plans {options.plans}"
    parts = [
        f"{options.institution} on {setting}, {options.dynamic}{limit}{plans}",
        as_table(measures, ["measure", "", *more], markdown=markdown),
        as_table(rows, ["class", "states", "act rate", *more], markdown=markdown),
        f"Where it fails: {found.failure.replace('_', ' ')}. {_proof(outcome)}",
    ]
    parts += [f"Note: {note}." for note in certificate.notes]
    parts += [f"{name}: {why}." for name, why in found.reasons.items()]
    return "\n\n".join(parts)


def _proof(outcome: ExactOutcome | SampledOutcome) -> str:
    certificate = outcome.certificate
    if certificate.exact:
        return f"Exact, by {certificate.method}, residual {certificate.residual:.1e}."
    settings = outcome.provenance["specification"]
    return (
        f"Simulated: {settings['replicates']} replicates, {settings['samples']} samples each "
        f"after {settings['burn_in']} sweeps; seed {outcome.provenance['entropy']}."
    )


def _number(value: float | None) -> str:
    return "-" if value is None or isnan(value) else f"{value:.4f}"
