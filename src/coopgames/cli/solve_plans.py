"""``coopgames solve --strategies named9``: equilibria in plans, votes included."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from .output import as_csv, as_json, as_table, emit

if TYPE_CHECKING:
    from ..equilibria import StrategicEquilibria

__all__ = ["solve_plans"]

#: Equilibria that a table shows.
SHOWN = 30


def solve_plans(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..equilibria import strategic_equilibria
    from ..experiments import game

    played = game(options.institution, options.problem, options.world)
    found = strategic_equilibria(
        played.institution, played.problem, played.world, tremble=options.tremble
    )
    rows = [
        {
            "plans": _plans(profile.plans),
            "adoption": profile.adoption,
            "success_rate": profile.success_rate,
            "regret": profile.regret,
        }
        for profile in found
    ]
    if options.format == "csv":
        emit(as_csv(rows), options.output)
    elif options.format == "json":
        emit(as_json(_answer(options, found, rows)), options.output)
    else:
        emit(_text(options, found, rows), options.output)


def _answer(
    options: argparse.Namespace, found: StrategicEquilibria, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        **{name: getattr(options, name) for name in ("institution", "problem", "world")},
        "strategies": "named9",
        "voting": found.voting,
        "tremble": options.tremble,
        "equilibria": rows,
        "sincere": {
            "adoption": found.sincere.adoption,
            "success_rate_worst": found.sincere.worst,
            "success_rate_best": found.sincere.best,
        },
        "certificate": {
            "kind": found.kind,
            "complete": found.complete,
            "proof": found.proof,
            "regret": found.regret,
            "budget": dict(found.budget),
            "notes": list(found.notes),
        },
    }


def _text(
    options: argparse.Namespace, found: StrategicEquilibria, rows: list[dict[str, Any]]
) -> str:
    markdown = options.format == "md"
    order = sorted(rows, key=lambda row: (-row["success_rate"], -row["adoption"]))
    lines = [
        [row["plans"], f"{row['adoption']:.4f}", f"{row['success_rate']:.4f}"]
        for row in order[:SHOWN]
    ]
    setting = f"{options.institution} on {options.problem} in {options.world}"
    parts = [f"{setting}, strategic votes: {len(rows)} equilibria in the nine plans"]
    if lines:
        parts.append(as_table(lines, ["plans", "adoption", "success rate"], markdown=markdown))
    if len(rows) > SHOWN:
        parts.append(f"The {SHOWN} of highest success are shown; --format json has all.")
    parts.append(f"{'Complete' if found.complete else 'Not complete'}: {found.proof}.")
    sincere = found.sincere
    parts.append(
        f"With sincere votes: adoption {sincere.adoption:.4f}, success rate {sincere.worst:.4f} in "
        f"the worst and {sincere.best:.4f} in the best equilibria of acts at expected sanctions."
    )
    parts += [f"Note: {note}." for note in found.notes]
    return "\n\n".join(parts)


def _plans(plans: tuple[tuple[str, tuple[tuple[tuple[str, ...], int], ...]], ...]) -> str:
    """Say who follows what, plans of the same effect with a slash between them."""
    return "; ".join(
        f"{label}: " + ", ".join(f"{number} {'/'.join(names)}" for names, number in followed)
        for label, followed in plans
    )
