"""Published results recomputed: ours beside the paper's, number by number."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from ..errors import SpecificationError
from ..voting import INDICES, Committee, passage, power
from .published import Expected, expected_of, folder_of, published, published_cases

__all__ = ["MEASURES", "Replication", "replicate"]

Verdict = Literal["matched", "not matched", "underspecified"]
Number = Fraction | float | int
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
    models = {"": case.committee} | {key: case.reading(key) for key in case.readings}
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
    models: Mapping[str, Committee],
    second: Mapping[str, str | float] | None,
) -> Iterator[dict[str, Any]]:
    if item.measure not in MEASURES:
        raise SpecificationError(
            f"{name}/expected.toml: measure must be one of {', '.join(MEASURES)}; "
            f"got {item.measure!r}"
        )
    found: dict[str, Any] = {}

    def ours(reading: str, group: str | None) -> Number:
        if reading not in found:
            try:
                found[reading] = MEASURES[item.measure](models[reading], **item.arguments)
            except TypeError:
                raise SpecificationError(
                    f"{name}/expected.toml: {item.measure}: arguments that it does not take: "
                    f"{', '.join(item.arguments)}"
                ) from None
        value = found[reading]
        if isinstance(value, dict) != (group is not None):
            raise SpecificationError(
                f"{name}/expected.toml: {item.measure}: value must be "
                f"{'a table by group' if isinstance(value, dict) else 'one number'}"
            )
        if group is None:
            return value  # type: ignore[no-any-return]
        if group not in value:
            raise SpecificationError(
                f"{name}/expected.toml: {item.measure}: unknown group {group!r}; groups are "
                f"{', '.join(value)}"
            )
        if value[group] is None:
            raise SpecificationError(f"{name}: {item.measure} is undefined for this rule")
        return value[group]  # type: ignore[no-any-return]

    by_group = item.value if isinstance(item.value, dict) else {None: item.value}
    for group, value in by_group.items():
        try:
            expected = number(value)
        except (ValueError, ZeroDivisionError):
            raise SpecificationError(
                f"{name}/expected.toml: {item.measure}: must be a number or 'a/b'; got {value!r}"
            ) from None
        reading, verdict = "", "not matched"
        for key in models:
            if _close(ours(key, group), expected, item.tolerance):
                reading, verdict = key, "underspecified" if key else "matched"
                break
        got = ours(reading, group)
        record = {
            "case": name,
            "measure": item.measure,
            "group": group,
            "arguments": dict(item.arguments),
            "ours": got,
            "expected": expected,
            "difference": float(got) - float(expected),
            "tolerance": item.tolerance,
            "verdict": verdict,
            "reading": reading or "as published",
            "status": item.status,
            "source": item.source,
        }
        if second is not None:
            key = item.measure if group is None else f"{item.measure}:{group}"
            record["blind"] = number(second[key]) if key in second else None
        yield record


def number(value: float | str) -> Number:
    """Return a number of a file: fractions and whole numbers exact, decimals as floats.

    Examples
    --------
    >>> number("1/3"), number("848"), number(0.5)
    (Fraction(1, 3), Fraction(848, 1), 0.5)
    """
    return Fraction(value) if isinstance(value, (str, int)) else float(value)


def _close(ours: Number, expected: Number, tolerance: float) -> bool:
    if tolerance == 0:
        return ours == expected
    return abs(float(ours) - float(expected)) <= tolerance


def blind_numbers(name: str) -> dict[str, str | float]:
    """Return what a case's second implementation computes, by ``measure`` or ``measure:group``."""
    path = folder_of(name) / "qc.py"
    spec = importlib.util.spec_from_file_location(f"qc_{name}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SpecificationError(f"{name}: no second implementation (qc.py)")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    numbers: dict[str, str | float] = module.compute()
    return numbers
