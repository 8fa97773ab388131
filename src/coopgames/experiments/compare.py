"""The main job: institutions compared on problems, level beside equal teeth, failure named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .._checks import one_of
from ..dynamics import Logit
from ..games import Game, compile_game
from ..institutions import Institution, equal_severity, equal_teeth
from ..measures import Cooperation, cooperation, critical_sanction_factor
from ..outcomes import ExactOutcome
from ..problems import Problem
from ..worlds import World
from .interested import interested_support
from .resolve import named, named_all

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Comparison", "compare"]

#: Differences in achievement below this are ties when ranks are compared; our assumption.
TIE = 0.01

Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """One record per institution and problem; undefined values are None with a reason."""

    records: tuple[dict[str, Any], ...]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def to_pandas(self) -> DataFrame:
        """Return a tidy frame, one row per institution and problem."""
        import pandas as pd

        return pd.DataFrame.from_records(list(self.records))


def compare(
    institutions: Institution | str | Path | Sequence[Institution | str | Path] | None = None,
    problem: Problem | str | Path | Sequence[Problem | str | Path] | None = None,
    *,
    world: World | str | Path = "w20",
    mandate: Literal["standing", "expected"] = "standing",
    precision: float = 15.0,
    voting: Literal["sincere", "interested"] = "sincere",
    progress: Progress = iter,
    **options: Any,
) -> Comparison:
    """Return how often cooperation holds under each institution on each problem, and why not.

    Parameters
    ----------
    institutions, problem : record, name or path, or a sequence of them, optional
        By default every model of the catalogue that has a ``position``: the eleven institutions
        of the two texts, and eight problems.
    world : record, name or path
    mandate : {'standing', 'expected'}
        Whether acts answer the mandate drawn or its expectation (model D22.13).
    precision : float
        Of logit revision, at least 0. [1/stake]
    voting : {'sincere', 'interested'}
        Whether support follows ideal points, or the voter's own gain (see
        `coopgames.interested_support`). One mode per table (D22.1).
    progress : callable
        Wraps the iterable of cells, for instance ``tqdm.tqdm``.
    **options
        Passed to `coopgames.compile_game`.

    Returns
    -------
    Comparison
        Records whose two decompositions add up; beside each level stands the success rate
        under equal teeth, and ``severity_explained`` marks an institution at least half of whose
        leads and lags (in achievement, beyond 0.01) go or turn once every body has the same
        severity.

    Raises
    ------
    SpecificationError
        If a model is unknown or does not fit the world.

    Examples
    --------
    >>> table = compare(["anarchy", "charter"], ["climate"])
    >>> [record["failure"] for record in table]
    ['no_body', 'gridlock']
    """
    setting = _Setting(
        named("worlds", world),
        Logit(precision=precision),
        one_of("voting", voting, ("sincere", "interested")),
        {"mandate": mandate, **options},
    )
    forms: list[Institution] = named_all("institutions", institutions)
    issues: list[Problem] = named_all("problems", problem)
    cells = [(form, issue) for issue in issues for form in forms]
    baselines: dict[str, float] = {}
    rows: list[dict[str, Any]] = []
    level: dict[tuple[str, str], tuple[float, float]] = {}
    for form, issue in progress(cells):
        if issue.id not in baselines:
            baselines[issue.id] = cooperation(setting.outcome(_ANARCHY, issue)).achievement
        row, level[form.id, issue.id] = _cell(form, issue, setting, baselines[issue.id])
        rows.append(row)
    order = {form.id: position for position, form in enumerate(forms)}
    for row in rows:
        row["severity_explained"] = _explained(row, level, list(order))
    rows.sort(key=lambda row: order[row["institution"]])
    return Comparison(records=tuple(rows))


_ANARCHY = Institution(id="anarchy")


@dataclass(frozen=True, slots=True)
class _Setting:
    """What all cells of a comparison share."""

    world: World
    dynamic: Logit
    voting: str
    options: Mapping[str, Any]

    def compiled(self, form: Institution, issue: Problem) -> Game:
        if self.voting == "sincere" or not form.bodies:
            return compile_game(form, issue, self.world, **self.options)
        precision = self.dynamic.precision
        support = interested_support(form, issue, self.world, precision=precision, **self.options)
        return compile_game(form, issue, self.world, support=support, **self.options)

    def outcome(self, form: Institution, issue: Problem) -> ExactOutcome:
        return self.dynamic.long_run(self.compiled(form, issue))


def _cell(
    form: Institution, issue: Problem, setting: _Setting, baseline: float
) -> tuple[dict[str, Any], tuple[float, float]]:
    """Return a record, and the achievement as it is and under equal severity."""
    outcome = setting.outcome(form, issue)
    result = cooperation(outcome)
    success_rate = setting.dynamic.success_rate
    factor, why = critical_sanction_factor(outcome.game, success_rate)
    reasons = dict(result.reasons)
    if why:
        reasons["critical_sanction_factor"] = why
    if baseline < 1.0:
        added = (result.achievement - baseline) / (1.0 - baseline)
    else:
        added, reasons["value_added"] = float("nan"), "anarchy achieves everything already"
    row = _record(outcome, result) | {
        "value_added": added,
        "critical_sanction_factor": factor,
        "equal_teeth_success_rate": success_rate(setting.compiled(equal_teeth(form), issue)),
        "precision": setting.dynamic.precision,
        "reasons": reasons,
    }
    row["parameters"]["voting"] = setting.voting
    clean = {
        key: None if isinstance(value, float) and isnan(value) else value
        for key, value in row.items()
    }
    equal = cooperation(setting.outcome(equal_severity(form), issue))
    return clean, (result.achievement, equal.achievement)


def _record(outcome: ExactOutcome, result: Cooperation) -> dict[str, Any]:
    compiled = outcome.game
    form, issue, place = compiled.institution, compiled.problem, compiled.world
    names = (
        "act_rate",
        "coverage",
        "adoption",
        "compliance",
        "unilateral",
        "free_riding",
        "exclusion",
        "gridlock",
        "success_rate",
        "achievement",
    )
    return {
        "institution": form.id,
        "problem": issue.id,
        "world": place.id,
        **{name: getattr(result, name) for name in names},
        "failure": result.failure,
        "mandate": compiled.mandate,
        "method": outcome.certificate.method,
        "certificate": outcome.certificate.as_dict(),
        "parameters": {
            "punishment": compiled.punishment,
            "legitimacy_feedback": compiled.legitimacy_feedback,
            "legitimacy_channel": compiled.legitimacy_channel,
            "base_support": place.base_support,
            "polarisation": place.polarisation
            if issue.polarisation is None
            else issue.polarisation,
            "in_group_protection": place.in_group_protection,
            "outsider_compliance": compiled.outsider_compliance,
            "bodies": {
                body.id: {
                    name: getattr(body, name)
                    for name in ("severity", "detection", "delegation", "rounds", "centres")
                }
                for body in form.bodies
            },
            "hash": outcome.provenance["hash"],
            "version": outcome.provenance["coopgames"],
        },
    }


def _explained(
    row: Mapping[str, Any],
    level: Mapping[tuple[str, str], tuple[float, float]],
    names: Sequence[str],
) -> bool:
    """Whether at least half of an institution's leads and lags go or turn with equal severity."""
    own = level[row["institution"], row["problem"]]
    ordered = kept = 0
    for name in names:
        other = level[name, row["problem"]]
        lead, equal_lead = own[0] - other[0], own[1] - other[1]
        if abs(lead) > TIE:
            ordered += 1
            kept += lead * equal_lead > 0 and abs(equal_lead) > TIE
    return ordered > 0 and 2 * kept <= ordered
