"""The texts of ``coopgames frontier``: a table over one rule, or a map with letters."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import numpy as np

from .output import as_table

if TYPE_CHECKING:
    from ..play.enforcement.enforcement_map import EnforcementCell, EnforcementMap
    from ..play.enforcement.frontier import EnforcementFrontier

__all__ = ["frontier_text", "map_text"]


def frontier_text(found: EnforcementFrontier, *, markdown: bool) -> str:
    """Return the table over one rule, and why there is no value where there is none."""
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
    how = "trigger strategies sustain cooperation by all"
    if "punishments" in found.rules:
        how = f"the worst credible punishments sustain cooperation of {_sides(found.rules)}"
    parts = [f"{_setting(found)}: lowest discount factor at which {how}"]
    parts.append(as_table(lines, head, markdown=markdown))
    reasons = {point.reason: point.x for point in reversed(found.points) if point.reason}
    name = found.lever.replace("_", " ")
    parts += [f"None at {name} {x:.4g}: {why}." for why, x in reversed(reasons.items())]
    return "\n\n".join(parts)


def map_text(found: EnforcementMap, *, markdown: bool) -> str:
    """Return the map, the highest y on top, a letter for who deviates or binds in each cell."""
    patience = found.y == "discount_factor"
    letters = _letters(found.cells)
    across, up = len(found.x_values), len(found.y_values)
    lines = []
    for row in reversed(range(up)):
        cells = found.cells[row * across : (row + 1) * across]
        texts = [_cell(cell, letters, patience=patience) for cell in cells]
        lines.append([f"{found.y_values[row]:.4g}", *texts])
    names = [name.replace("_", " ") for name in (found.x, found.y)]
    head = [f"{names[1]} \\ {names[0]}", *(f"{value:.4g}" for value in found.x_values)]
    if patience:
        what = "probability of mandates under which cooperation"
        what += f" of {_sides(found.rules)}" if "punishments" in found.rules else " by all"
        what += " is sustained, and who deviates first"
    else:
        what = "critical discount factor"
        what += f" of {_sides(found.rules)}" if "punishments" in found.rules else ""
        what += ", and who binds"
    parts = [f"{_setting(found)}: {what}", as_table(lines, head, markdown=markdown)]
    told = [f"{letter}  {_said(*key)}" for key, letter in letters.items()]
    if markdown:
        told = [f"- {line}" for line in told]
    return "\n\n".join([*parts, "\n".join(told)] if told else parts)


def _setting(found: Any) -> str:
    where = f"in {found.world}" if found.world else "in uniform worlds"
    return f"{found.institution} on {found.problem} {where}, {found.rules['mandate']} mandate"


def _sides(rules: dict[str, Any]) -> str:
    return " and ".join(rules["sides"] or ["two halves of the world"])


def _letters(cells: tuple[EnforcementCell, ...]) -> dict[tuple[str, str, str], str]:
    """Return a letter, or two, for each way in which cooperation is limited."""
    keys = dict.fromkeys(_key(cell) for cell in cells)
    keys.pop(("", "", ""), None)
    names = [*ascii_lowercase, *(a + b for a in ascii_lowercase for b in ascii_lowercase)]
    return dict(zip(keys, names, strict=False))


def _key(cell: EnforcementCell) -> tuple[str, str, str]:
    return cell.binding, cell.deviation, cell.reason


def _cell(
    cell: EnforcementCell, letters: dict[tuple[str, str, str], str], *, patience: bool
) -> str:
    letter = letters.get(_key(cell), "")
    if patience:
        number = f"{cell.sustained:.2f}"
        letter = "" if number == "1.00" else letter
    else:
        number = "-" if np.isnan(cell.discount_factor) else f"{cell.discount_factor:.4f}"
    return f"{number} {letter}".strip()


def _said(binding: str, deviation: str, reason: str) -> str:
    return reason or f"{binding}: {deviation}"
