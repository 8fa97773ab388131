"""A page on one institution: bodies, rules, votes and sanctions by class, sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..catalogue import cite
from ..errors import BudgetError
from ..experiments import game
from ..games import Game
from ..institutions import composition_of
from .words import body_in_words, composition_in_words

__all__ = ["InstitutionPage", "describe"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionPage:
    """Plain data for a page, and its text."""

    id: str
    title: str
    family: str
    description: str
    composition: str
    adoption: float
    bodies: tuple[dict[str, Any], ...]
    classes: tuple[dict[str, Any], ...]
    legitimacy: dict[str, float | None]
    sources: str
    setting: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain data; undefined values are None."""
        return {name: getattr(self, name) for name in self.__slots__}

    def text(self, *, markdown: bool = False) -> str:
        """Return the page as text."""
        from tabulate import tabulate

        style = "github" if markdown else "simple"
        head = "# " if markdown else ""
        lines = [f"{head}{self.title or self.id} ({self.id}, {self.family})", ""]
        if self.description:
            lines += [self.description.strip(), ""]
        lines += [f"Composition: {self.composition}", f"Adoption A = {self.adoption:.4f}", ""]
        for body in self.bodies:
            lines += [f"{head and '## '}{body['title'] or body['id']} ({body['id']})", ""]
            rows = [*body["parameters"], ("adopts alone", f"{body['adoption']:.4f}")]
            lines += [tabulate(rows, tablefmt=style, disable_numparse=True), ""]
        lines += [f"{head and '## '}By class of states ({self.setting})", ""]
        lines += [tabulate(self.classes, headers="keys", tablefmt=style, floatfmt=".4f"), ""]
        parts = (
            "too costly to compute exactly"
            if not self.legitimacy
            else ", ".join(
                f"{k} {'undefined' if v is None else format(v, '.4f')}"
                for k, v in self.legitimacy.items()
            )
        )
        return "\n".join([*lines, f"Legitimacy of the rule: {parts}", "", self.sources])


def describe(
    name: str | Path, *, world: str | Path = "w20", problem: str | Path = "climate"
) -> InstitutionPage:
    """Return a page on an institution as it stands in a world.

    Parameters
    ----------
    name : str or Path
        A name of the catalogue or a path.
    world, problem : str or Path
        What it is compiled with; the problem matters only where it sets its own ideal points.

    Returns
    -------
    InstitutionPage
    """
    compiled = game(name, problem, world)
    institution = compiled.institution
    alone = compiled.electorate.adoption_by_body()
    bodies = tuple(
        {
            "id": body.id,
            "title": body.title,
            "description": body.description,
            "adoption": float(alone[j]),
            "parameters": body_in_words(body),
        }
        for j, body in enumerate(institution.bodies)
    )
    legitimacy = _legitimacy(compiled)
    return InstitutionPage(
        id=institution.id,
        title=institution.title,
        family=institution.family,
        description=institution.description,
        composition=composition_in_words(composition_of(institution)),
        adoption=compiled.adoption,
        bodies=bodies,
        classes=tuple(_classes(compiled)),
        legitimacy=legitimacy,
        sources=cite(name),  # type: ignore[arg-type]
        setting=f"world {compiled.world.id}",
    )


def _legitimacy(compiled: Game) -> dict[str, float | None]:
    try:
        parts = compiled.electorate.legitimacy()._asdict()
    except BudgetError:  # voting power needs all bodies on one ballot, which may be too large
        parts = {}
    return {part: None if np.isnan(value) else value for part, value in parts.items()}


def _classes(compiled: Game) -> list[dict[str, Any]]:
    """Per class: size, support, who would authorise against it, and the sanction on a breach."""
    classes, events = compiled.classes, compiled.events
    size = classes.size
    authorised = compiled.electorate.authorisations()
    mean = events.mean_by_class(events.sanction, size)
    bound = events.mean_by_class(events.bound.astype(float), size)
    by_body = _sanction_by_body(compiled)
    rows = []
    for c in range(size):
        row: dict[str, Any] = {"class": classes.labels[c], "states": int(classes.counts[c])}
        for j, body in enumerate(compiled.institution.bodies):
            masks = np.arange(authorised.shape[1]) >> j & 1 == 1
            row[f"p {body.id}"] = float(compiled.electorate.support[c, j])
            if body.scope != "yes_voters":
                row[f"V {body.id}"] = float(authorised[c, masks].sum())
            if len(by_body) > 1:
                row[f"e {body.id}"] = float(by_body[j][c])
        row |= {"bound": float(bound[c]), "sanction e": float(mean[c])}
        rows.append(row)
    return rows


def _sanction_by_body(compiled: Game) -> list[Floats]:
    """Expected sanction by class were each body the only one with teeth."""
    institution = compiled.institution
    out = []
    for body in institution.bodies:
        bodies = tuple(b if b is body else b.replace(severity=0.0) for b in institution.bodies)
        alone = game(institution.replace(bodies=bodies), compiled.problem, compiled.world)
        out.append(alone.events.mean_by_class(alone.events.sanction, alone.classes.size))
    return out
