"""``coopgames power`` and ``passage``: who decides in a body, and how often it does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError
from .output import add_output_options, as_csv, as_json, as_table, check_output, emit

if TYPE_CHECKING:
    from ..voting import Committee, Passage

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    power = commands.add_parser("power", help="voting power in a body: all indices, per voter")
    _add_body(power)
    power.add_argument(
        "--index", nargs="+", metavar="NAME", help="shapley_shubik, banzhaf, ...; default: all"
    )
    power.add_argument(
        "--float", action="store_true", help="floating point, faster for large weighted bodies"
    )
    power.add_argument(
        "--structure", action="store_true", help="also what kind of rule it is, coalitions counted"
    )
    power.set_defaults(run=_power)

    passage = commands.add_parser("passage", help="how likely a motion passes, and who stops it")
    _add_body(passage)
    passage.add_argument(
        "--support",
        nargs="+",
        default=["0.5"],
        metavar="P",
        help="probability of Yes: one for all, or GROUP=P for each group; default: 0.5",
    )
    passage.add_argument("--abstention", default="0", metavar="P")
    passage.add_argument("--absence", default="0", metavar="P")
    passage.add_argument(
        "--correlation", default="0", metavar="RHO", help="probability of one draw for all"
    )
    passage.add_argument(
        "--sensitivity", action="store_true", help="also what one seat, veto or vote would do"
    )
    passage.set_defaults(run=_passage)
    for parser in (power, passage):
        parser.add_argument("--plot", type=Path, metavar="FILE", help=".png, .svg or .pdf")
        add_output_options(parser)


def _add_body(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="BODY", help="a body, institution, committee, published case, or .toml file"
    )
    parser.add_argument("--world", default="w20", metavar="NAME", help="default: w20")
    parser.add_argument(
        "--authorisation", action="store_true", help="the rule for sanctions, not for adoption"
    )


def _committee(options: argparse.Namespace) -> Committee:
    from ..experiments import committee

    check_output(options.output)
    if options.plot is not None:
        from ..plotting import check_figure_path

        check_figure_path(options.plot)
    return committee(options.name, options.world, authorisation=options.authorisation)


def _heading(committee: Committee) -> str:
    from ..voting import rule_in_words

    lines = [
        f"{committee.title or committee.id}: {committee.size} voters",
        f"Passes with {rule_in_words(committee.rule)}.",
    ]
    lines += [
        f"{', '.join(bloc.seats)} vote as one ({bloc.id}): {rule_in_words(bloc.rule)}."
        for bloc in committee.blocs
    ]
    return "\n".join(lines)


def _number(value: Any) -> str:
    return "-" if value is None else f"{float(value):.6g}"


def _exact(value: Any) -> Any:
    """Return what JSON shows: a float, and nothing for what is undefined or infinite."""
    return None if value is None or abs(float(value)) == float("inf") else float(value)


def _power(options: argparse.Namespace) -> None:
    from ..voting import power, structure

    committee = _committee(options)
    found = power(committee, options.index, exact=not options.float)
    records = found.to_records()
    rule = structure(committee) if options.structure else None
    if options.plot is not None:
        from ..plotting import plot_power, save_figure

        save_figure(plot_power(found), options.plot)
    if options.format == "csv":
        emit(as_csv(records), options.output)
        return
    if options.format == "json":
        answer: dict[str, Any] = {
            "committee": committee.id,
            "voters": committee.size,
            "coleman_act": float(found.coleman_act),
            "exact": found.exact,
            "error": found.error,
            "power": records,
            "reasons": dict(found.reasons),
        }
        if found.exact:
            answer["fractions"] = {
                name: {group: None if v is None else str(v) for group, v in row.items()}
                for name, row in found.values.items()
            }
        if rule is not None:
            answer["structure"] = _structure(rule)
        emit(as_json(answer), options.output)
        return
    rows = [
        [record["group"], str(record["voters"]), *(_number(record[name]) for name in found.values)]
        for record in records
    ]
    headers = ["group", "voters", *(name.replace("_", " ") for name in found.values)]
    parts = [
        _heading(committee),
        as_table(rows, headers, markdown=options.format == "md"),
        f"Per voter. Power of the body to act: {_number(found.coleman_act)}.",
    ]
    parts += [f"{name.replace('_', ' ')}: {why}." for name, why in found.reasons.items()]
    if rule is not None:
        table = [[key.replace("_", " "), _words(value)] for key, value in _structure(rule).items()]
        parts.append(as_table(table, ["structure", ""], markdown=options.format == "md"))
    emit("\n\n".join(parts), options.output)


def _structure(rule: Any) -> dict[str, Any]:
    names = (
        "winning",
        "losing",
        "swings",
        "minimal_winning",
        "minimal_blocking",
        "veto_players",
        "dummies",
        "dictator",
        "proper",
        "strong",
        "weighted",
        "weights",
        "quota",
        "trade",
        "reason",
    )
    return {name: getattr(rule, name) for name in names}


def _words(value: Any) -> str:
    if value is None or value in ((), ""):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items()) or "nobody"
    if isinstance(value, tuple) and isinstance(value[0], list):
        return " against ".join("; ".join(_words(item) for item in side) for side in value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _summary(found: Passage) -> str:
    return (
        f"A motion passes with probability {_number(found.probability)}, "
        f"after {_number(found.expected_rounds)} rounds on average."
    )


def _support(given: list[str]) -> Any:
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    pairs = [item.partition("=") for item in given]
    wrong = [item for item, sign, _ in pairs if not sign]
    if wrong:
        raise CoopgamesError(
            f"--support takes one number, or GROUP=P for each group; got {' '.join(given)!r}"
        )
    return {group: value for group, _, value in pairs}


def _passage(options: argparse.Namespace) -> None:
    from ..voting import passage, sensitivity

    committee = _committee(options)
    given = {
        "abstention": options.abstention,
        "absence": options.absence,
        "correlation": options.correlation,
    }
    support = _support(options.support)
    found = passage(committee, support, **given)
    changes = sensitivity(committee, support, **given) if options.sensitivity else []
    if options.plot is not None:
        from ..plotting import plot_passage, save_figure

        save_figure(plot_passage(found, title=committee.title or committee.id), options.plot)
    records = [
        {
            "group": group.id,
            "voters": group.count,
            "deciding": float(found.deciding[group.id]),
            "stopping": float(found.stopping[group.id]),
        }
        for group in committee.voters
    ]
    effects = [
        {"kind": c.kind, "change": c.change, "after": float(c.after), "effect": float(c.effect)}
        for c in changes
    ]
    if options.format == "csv":
        emit(as_csv(effects or records), options.output)
        return
    if options.format == "json":
        answer: dict[str, Any] = {
            "committee": committee.id,
            "probability": float(found.probability),
            "expected_rounds": _exact(found.expected_rounds),
            "groups": records,
            "causes": dict(found.causes),
            "reasons": {},
        }
        if answer["expected_rounds"] is None:
            answer["reasons"] = {"expected_rounds": "no motion ever passes"}
        if options.sensitivity:
            answer["sensitivity"] = effects
        emit(as_json(answer), options.output)
        return
    markdown = options.format == "md"
    rows = [
        [r["group"], str(r["voters"]), _number(r["deciding"]), _number(r["stopping"])]
        for r in records
    ]
    parts = [
        _heading(committee),
        _summary(found),
        as_table(rows, ["group", "voters", "decides", "stops it"], markdown=markdown),
    ]
    if found.causes:
        causes = [[why, _number(value)] for why, value in found.causes.items()]
        parts.append(as_table(causes, ["why it fails", "probability"], markdown=markdown))
    if effects:
        lines = [[e["change"], _number(e["after"]), f"{e['effect']:+.6f}"] for e in effects]
        parts.append(as_table(lines, ["change", "passes", "effect"], markdown=markdown))
    emit("\n\n".join(parts), options.output)
