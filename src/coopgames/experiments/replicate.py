"""Published results recomputed: ours beside the paper's, number by number."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from ..errors import SpecificationError
from ..voting import INDICES, Committee, passage, power
from .agreement_cases import AGREEMENT_MEASURES
from .equilibrium_cases import EQUILIBRIUM_MEASURES
from .population_cases import POPULATION_MEASURES, PopulationModel, population_model
from .published import (
    AgreementModel,
    Expected,
    RepeatedModel,
    StrategicModel,
    expected_of,
    folder_of,
    published,
    published_cases,
)
from .repeated_cases import REPEATED_MEASURES

__all__ = ["MEASURES", "Replication", "replicate"]

Verdict = Literal["matched", "not matched", "underspecified"]
#: A measure takes the model and the arguments, and gives a number or one per group.
Measure = Callable[..., Any]


def _index(name: str) -> Measure:
    return lambda committee: power(committee, [name]).values[name]


def _total(committee: Committee) -> dict[str, Any]:
    per_voter = power(committee, ["shapley_shubik"]).values["shapley_shubik"]
    return {group.id: group.count * per_voter[group.id] for group in committee.voters}


def _swings(committee: Committee) -> dict[str, Any]:
    absolute = power(committee, ["banzhaf_absolute"]).values["banzhaf_absolute"]
    return {group: value * 2 ** (committee.size - 1) for group, value in absolute.items()}


#: What a case of a committee may report, by name.
MEASURES: Mapping[str, Measure] = {
    **{name: _index(name) for name in INDICES},
    "shapley_shubik_total": _total,
    "coleman_act": lambda committee: power(committee, ["banzhaf"]).coleman_act,
    "winning_coalitions": (
        lambda committee: power(committee, ["banzhaf"]).coleman_act * 2**committee.size
    ),
    "swings": _swings,
    "passage": lambda committee, **given: passage(committee, exact=True, **given).probability,
    "expected_rounds": (
        lambda committee, **given: passage(committee, exact=True, **given).expected_rounds
    ),
    "deciding": lambda committee, **given: passage(committee, exact=True, **given).deciding,
}


#: What may be reported, by the kind of model.
MEASURES_OF: Mapping[type, Mapping[str, Measure]] = {
    Committee: MEASURES,
    PopulationModel: POPULATION_MEASURES,
    StrategicModel: EQUILIBRIUM_MEASURES,
    RepeatedModel: REPEATED_MEASURES,
    AgreementModel: AGREEMENT_MEASURES,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replication:
    """One published case recomputed.

    Attributes
    ----------
    name : str
        The case.
    verdict : {'matched', 'not matched', 'underspecified'}
        Underspecified: some number is met only under another reading of an unclear text.
    records : tuple of dict
        One per number: ``case, measure, group, arguments, ours, expected, difference, tolerance,
        verdict, reading, status, source``; ``blind`` too, the second implementation's number,
        where that was asked for (None where it has none).
    unclear : str
        What the text leaves open.
    """

    name: str
    verdict: Verdict
    records: tuple[dict[str, Any], ...]
    unclear: str

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.records)


def replicate(
    names: str | Sequence[str] | None = None, *, blind: bool = False
) -> list[Replication]:
    """Return published cases recomputed, each number beside the paper's.

    Parameters
    ----------
    names : str or sequence of str, optional
        Names of cases; all by default.
    blind : bool
        Whether to run each case's second implementation too, and report its numbers.

    Returns
    -------
    list of Replication

    Raises
    ------
    SpecificationError
        If a case is unknown or its files are wrong.

    Examples
    --------
    >>> [case.verdict for case in replicate("condorcet1785_jury")]
    ['matched']
    """
    chosen = [names] if isinstance(names, str) else names
    return [_case(name, blind) for name in (published_cases() if chosen is None else chosen)]


def _case(name: str, blind: bool) -> Replication:
    case = published(name)
    second = blind_numbers(name) if blind else None
    given = case.committee or case.strategic or case.repeated or case.agreement
    models: dict[str, Any] = {"": given or population_model(case)}
    models |= {key: case.reading(key) for key in case.readings}
    records: list[dict[str, Any]] = []
    for item in expected_of(name):
        records += _rows(name, item, models, second)
    verdicts = {record["verdict"] for record in records}
    order: tuple[Verdict, ...] = ("not matched", "underspecified")
    verdict: Verdict = next((word for word in order if word in verdicts), "matched")
    return Replication(name=name, verdict=verdict, records=tuple(records), unclear=case.unclear)


def _rows(
    name: str,
    item: Expected,
    models: Mapping[str, Any],
    second: Mapping[str, Any] | None,
) -> Iterator[dict[str, Any]]:
    measures = MEASURES_OF[type(models[""])]
    if item.measure not in measures:
        raise SpecificationError(
            f"{name}/expected.toml: measure must be one of {', '.join(measures)}; "
            f"got {item.measure!r}"
        )
    found: dict[str, dict[str | None, Any]] = {}
    for key, model in models.items():
        try:
            found[key] = flattened(measures[item.measure](model, **item.arguments))
        except TypeError:
            raise SpecificationError(
                f"{name}/expected.toml: {item.measure}: arguments that it does not take, or lacks: "
                f"{', '.join(item.arguments) or 'none given'}"
            ) from None
    blind = {} if second is None else _blind(second, item)
    for place, value in flattened(item.value).items():
        expected = number(value)
        if place not in found[""]:
            raise SpecificationError(
                f"{name}/expected.toml: {item.measure}: no {place or 'single number'!r}; there is "
                f"{', '.join(str(key) for key in found['']) or 'nothing'}"
            )
        reading, verdict = "", "not matched"
        for key in models:
            if _close(found[key].get(place), expected, item.tolerance):
                reading, verdict = key, "underspecified" if key else "matched"
                break
        got = found[reading][place]
        record = {
            "case": name,
            "measure": item.measure,
            "group": place,
            "arguments": dict(item.arguments),
            "ours": got,
            "expected": expected,
            "difference": _difference(got, expected),
            "tolerance": item.tolerance,
            "verdict": verdict,
            "reading": reading or "as published",
            "status": item.status,
            "source": item.source,
        }
        if second is not None:
            record["blind"] = number(blind[place]) if place in blind else None
        yield record


def flattened(value: Any, place: str | None = None) -> dict[str | None, Any]:
    """Return what a value holds, by place: names and numbers joined by dots, None for one thing.

    Examples
    --------
    >>> flattened({"a": [1, "stable"]}), flattened(0.5)
    ({'a.0': 1, 'a.1': 'stable'}, {None: 0.5})
    """
    if isinstance(value, Mapping):
        parts: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, (list, tuple)):
        parts = enumerate(value)
    else:
        return {place: value}
    out: dict[str | None, Any] = {}
    for key, part in parts:
        out |= flattened(part, str(key) if place is None else f"{place}.{key}")
    return out


def _blind(second: Mapping[str, Any], item: Expected) -> dict[str | None, Any]:
    """Return the second implementation's numbers, by the places of the expected ones."""
    places = list(flattened(item.value))
    if not item.blind:
        out: dict[str | None, Any] = {}
        if item.measure in second:
            out = flattened(second[item.measure])
        for key, value in second.items():
            head, _, group = key.partition(":")
            if group and head == item.measure:
                out[group] = value
        return out
    known = flattened(second)
    if isinstance(item.blind, str):
        prefix = item.blind
        values = [v for k, v in known.items() if k == prefix or str(k).startswith(f"{prefix}.")]
        return dict(zip(places, values, strict=True))
    pairs = zip(places, item.blind, strict=True)
    return {place: known[where] for place, where in pairs if where}


def number(value: Any) -> Any:
    """Return a number of a file: fractions and whole numbers exact, decimals as floats.

    Words and truth values stay what they are.

    Examples
    --------
    >>> number("1/3"), number("848"), number(0.5), number("stable")
    (Fraction(1, 3), Fraction(848, 1), 0.5, 'stable')
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (str, int)):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            return value
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)


def _close(ours: Any, expected: Any, tolerance: float) -> bool:
    if tolerance == 0 or not (_is_number(ours) and _is_number(expected)):
        return bool(ours == expected)
    return abs(float(ours) - float(expected)) <= tolerance


def _difference(ours: Any, expected: Any) -> float | None:
    if _is_number(ours) and _is_number(expected):
        return float(ours) - float(expected)
    return None if ours != expected else 0.0


def blind_numbers(name: str) -> dict[str, Any]:
    """Return what a case's second implementation computes, by ``measure`` or ``measure:group``."""
    path = folder_of(name) / "qc.py"
    spec = importlib.util.spec_from_file_location(f"qc_{name}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SpecificationError(f"{name}: no second implementation (qc.py)")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    numbers: dict[str, Any] = module.compute()
    return numbers
