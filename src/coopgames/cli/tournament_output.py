"""What ``coopgames tournament`` prints."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from .output import as_csv, as_json, as_table

if TYPE_CHECKING:
    from ..experiments.evolutionary_tournament import EvolutionaryTournament
    from ..experiments.institution_tournament import InstitutionTournament, TournamentComparison
    from ..play.tournaments.ecological import EcologicalTournament

__all__ = ["answer", "comparison"]


def answer(
    found: InstitutionTournament,
    grown: EcologicalTournament | EvolutionaryTournament | None,
    options: argparse.Namespace,
) -> str:
    """Return a tournament in the format asked for."""
    rows = _rows(found, grown)
    if options.format == "csv":
        return as_csv(rows)
    stage, played = found.stage, found.tournament
    if options.format == "json":
        return as_json(
            {
                "institution": stage.institution,
                "problem": stage.problem,
                "world": stage.world,
                "sides": list(stage.sides),
                "kinds": list(stage.kinds),
                "stage": {"first": stage.first.tolist(), "second": stage.second.tolist()},
                "kind": options.kind,
                "tournament": played.to_dict(),
                "grown": None if grown is None else grown.to_dict(),
            }
        )
    return _text(found, grown, rows, options)


def _rows(
    found: InstitutionTournament, grown: EcologicalTournament | EvolutionaryTournament | None
) -> list[dict[str, Any]]:
    """Return a record per strategy, best score first, with its shares."""
    from ..play.tournaments.ecological import EcologicalTournament

    rows = found.tournament.rows()
    if isinstance(grown, EcologicalTournament):
        for row in rows:
            row["share"] = grown.final[row["strategy"]]
    elif grown is not None:
        by_name = {row["strategy"]: row for row in grown.rows()}
        for row in rows:
            for key in ("share", "limit_share"):
                row[key] = by_name[row["strategy"]][key]
    return rows


_HEADS = {
    "strategy": "strategy",
    "rank": "rank",
    "score": "score",
    "first_score": "first side",
    "second_score": "second side",
    "wins": "wins",
    "margin": "margin",
    "cooperation": "cooperates",
    "good_partner": "good partner",
    "share": "share",
    "limit_share": "rare mutations",
}


def _text(
    found: InstitutionTournament,
    grown: EcologicalTournament | EvolutionaryTournament | None,
    rows: list[dict[str, Any]],
    options: argparse.Namespace,
) -> str:
    from ..play.tournaments.ecological import EcologicalTournament

    markdown = options.format == "md"
    stage = found.stage
    where = f"{stage.institution} on {stage.problem} in {stage.world}"
    sides = " and ".join(
        f"{side} ({kind})" for side, kind in zip(stage.sides, stage.kinds, strict=True)
    )
    games = [
        [f"{side} {act}", *(f"{value:.3f}" for value in row)]
        for side, table in zip(("first:", "second:"), (stage.first, stage.second.T), strict=True)
        for act, row in zip(("cooperates", "defects"), table.tolist(), strict=True)
    ][: 2 if stage.symmetric else 4]
    head = ["own payoff", "other cooperates", "other defects"]
    keys = [key for key in _HEADS if key in rows[0]]
    parts = [
        f"{where}: {sides}",
        as_table(games, head, markdown=markdown),
        f"{options.kind} tournament; {_settings(found)}",
        as_table(
            [[_cell(row[key]) for key in keys] for row in rows],
            [_HEADS[key] for key in keys],
            markdown=markdown,
        ),
    ]
    rate = found.tournament.cooperation_rate
    lines = [f"The field cooperates with {rate:.4f}."]
    if isinstance(grown, EcologicalTournament):
        last = _cell(grown.to_dict()["cooperation"][-1])
        state = "came to rest" if grown.converged else f"still moved by {grown.change:.1g}"
        lines.append(f"After {grown.generations} generations shares {state}; cooperation {last}.")
    elif grown is not None:
        if grown.limit_cooperation_rate is not None:
            lines.append(f"With rare mutations cooperation is {grown.limit_cooperation_rate:.4f}.")
        if grown.cooperation_rate is not None:
            lines.append(f"With mutations it is {grown.cooperation_rate:.4f}.")
        lines += [f"No {what} law: {why}." for what, why in _missing(grown)]
        lines += [f"Note: {note}." for note in grown.limit.certificate.notes]
    return "\n\n".join([*parts, "\n".join(lines)])


def _missing(grown: EvolutionaryTournament) -> list[tuple[str, str]]:
    return [(what, why) for what, why in grown.reasons.items() if what != "cooperation_rate"]


def _settings(found: InstitutionTournament) -> str:
    settings = found.tournament.settings
    length = (
        f"{settings['turns']} turns"
        if "turns" in settings
        else f"discount factor {settings['discount_factor']:g}"
    )
    missed, alarm = settings["perception_error"]
    return (
        f"{length}, noise {settings['implementation_error']:g}, {settings['monitoring']} "
        f"monitoring, missed defections {missed:.4g}, false alarms {alarm:.4g}"
    )


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def comparison(table: TournamentComparison, options: argparse.Namespace) -> str:
    """Return who wins where in the format asked for."""
    records = list(table)
    if options.format == "csv":
        return as_csv(records)
    if options.format == "json":
        return as_json(records)
    markdown = options.format == "md"
    what = {"round-robin": "score"}.get(table.kind, "share")
    problems = list(dict.fromkeys(record["problem"] for record in records))
    title = f"Who wins the {options.kind} tournament in world {records[0]['world']}"
    if len(problems) == 1:
        rows = [
            [
                record["institution"],
                " / ".join(dict.fromkeys(record["kinds"])),
                ", ".join(record["winners"]) or "-",
                _cell(record["value"]),
                _cell(record["cooperation"]),
            ]
            for record in records
        ]
        head = ["", "game", "winner", what, "cooperation"]
        body = as_table(rows, head, markdown=markdown)
        return f"{title}, problem {problems[0]}\n\n{body}"
    cell = {(record["institution"], record["problem"]): record for record in records}
    names = list(dict.fromkeys(record["institution"] for record in records))
    shown = "value" if table.kind == "round-robin" else "cooperation"
    rows = [
        [name, *(_glance(cell[name, problem], shown) for problem in problems)] for name in names
    ]
    second = "its score" if shown == "value" else "how often anybody cooperates"
    legend = f"Each cell: the winner, how many more are equal to it, and {second}."
    return f"{title}\n\n{as_table(rows, ['', *problems], markdown=markdown)}\n\n{legend}"


def _glance(record: dict[str, Any], shown: str) -> str:
    winners = record["winners"]
    if not winners:
        return "-"
    more = f" +{len(winners) - 1}" if len(winners) > 1 else ""
    return f"{winners[0]}{more} {record[shown]:.2f}"
