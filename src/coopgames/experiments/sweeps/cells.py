r"""The cells of an experiment: which values each has, in one order fixed by the design.

They are numbered with the last dimension fastest, and cut into chunks of one size, whoever computes
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import msgspec
import numpy as np

from ...catalogue import nearest
from ...errors import SpecificationError
from ...institutions import Institution
from ...problems import Problem
from ...provenance import specification_hash
from ...records import Record
from ...worlds import World
from ..resolve import named
from .design import Dimension, laid_out
from .dynamics import dynamic_of, has_rare_mutations, is_flow
from .labels import axis_labels, check_labels
from .paths import with_value
from .quantities import QUANTITIES, is_logit
from .specification import Axis, Experiment, Scalar

__all__ = ["Plan", "Setting", "plan_of", "plan_sweep"]

#: Parts of an experiment that axes reach into.
PARTS = ("institution", "problem", "world", "options", "dynamic", "simulation")
_FOLDERS = {"institution": "institutions", "problem": "problems", "world": "worlds"}


class Frozen(Record, frozen=True, kw_only=True):
    """An experiment with the records it names, so that it needs no other file.

    Its name, and titles, descriptions and sources, are left out, as no result depends on them;
    so is the seed, which is kept beside it.
    """

    experiment: Experiment
    institutions: dict[str, Institution] = {}
    problems: dict[str, Problem] = {}
    worlds: dict[str, World] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one cell is made of."""

    institution: Institution
    problem: Problem
    world: World
    options: dict[str, Any]
    dynamic: Any
    simulation: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """An experiment, checked and laid out.

    Attributes
    ----------
    text : bytes
        The frozen experiment as JSON; `plan_of` makes the same plan of it anywhere.
    hash : str
        Of that, 16 hexadecimal digits.
    dimensions : tuple of Dimension
    values : dict of str to list
        Each axis's values, by path, along its dimension.
    labels : dict of str to str
        Each axis's name in results, by path.
    chunk : int
        Cells of a chunk; the last one may have fewer.
    """

    text: bytes
    hash: str
    frozen: Frozen
    dimensions: tuple[Dimension, ...]
    values: dict[str, tuple[Scalar, ...]]
    labels: dict[str, str]
    chunk: int

    @property
    def experiment(self) -> Experiment:
        """The experiment, its records called by their ids."""
        return self.frozen.experiment

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the dimensions."""
        return tuple(dimension.size for dimension in self.dimensions)

    @property
    def size(self) -> int:
        """Number of cells."""
        return prod(self.shape)

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.size // self.chunk)

    def cells(self, chunk: int) -> range:
        """Return the cells of a chunk."""
        return range(chunk * self.chunk, min(self.size, (chunk + 1) * self.chunk))

    def coordinates(self, cell: int) -> dict[str, Scalar]:
        """Return a cell's values by path, in the order of the axes."""
        position = np.unravel_index(cell, self.shape)
        found = {
            path: self.values[path][int(at)]
            for dimension, at in zip(self.dimensions, position, strict=True)
            for path in dimension.axes
        }
        return {path: found[path] for path in self.experiment.axes}

    def setting(self, coordinates: dict[str, Scalar]) -> Setting:
        """Return what a cell of these coordinates is made of; errors as its records raise them."""
        parts = {part: self._part(part, coordinates) for part in PARTS}
        parts["options"] = msgspec.structs.asdict(parts["options"])
        parts["simulation"] = msgspec.structs.asdict(parts["simulation"])
        parts["dynamic"] = dynamic_of(parts["dynamic"])
        return Setting(**parts)

    def _part(self, part: str, coordinates: dict[str, Scalar]) -> Any:
        held: Any = coordinates.get(part, getattr(self.experiment, part))
        if part in _FOLDERS:
            held = getattr(self.frozen, _FOLDERS[part])[held]
        for path, value in coordinates.items():
            head, *steps = path.split(".")
            if head == part and steps:
                held = _changed(held, steps, value)
        return held


def _changed(held: Any, steps: Sequence[str], value: Scalar) -> Any:
    if isinstance(held, dict):
        return {**held, ".".join(steps): value}
    return with_value(held, steps, value)


def plan_sweep(experiment: Experiment) -> Plan:
    """Return an experiment checked and laid out, before any cell is solved.

    Every value of every axis is put into the record it belongs to, for each institution, problem
    and world that is an axis.

    Raises
    ------
    SpecificationError
        If a path, a name or a value is wrong.
    """
    for path, axis in experiment.axes.items():
        _check_path(path, axis)
    check_labels(experiment)
    frozen = _frozen(experiment)
    plan = plan_of(msgspec.json.encode(frozen))
    _check_values(plan)
    return plan


@lru_cache(maxsize=4)
def plan_of(text: bytes) -> Plan:
    """Return the plan of a frozen experiment; the same in every process."""
    frozen = msgspec.json.decode(text, type=Frozen)
    experiment = frozen.experiment
    dimensions, values = laid_out(experiment)
    size = prod(dimension.size for dimension in dimensions)
    return Plan(
        text=text,
        # The order of the axes is the order of the dimensions, and a hash of names forgets it.
        hash=specification_hash({"of": msgspec.to_builtins(frozen), "axes": [*experiment.axes]}),
        frozen=frozen,
        dimensions=dimensions,
        values=values,
        labels=axis_labels(experiment),
        chunk=experiment.chunk or _chunk(size, sampled=experiment.solver == "simulated"),
    )


def _chunk(size: int, *, sampled: bool) -> int:
    """Hundred chunks or so, so that loads balance, but not many small files (our assumption)."""
    return min(max(-(-size // 100), 1 if sampled else 16), 32 if sampled else 512)


# -- checks ----------------------------------------------------------------------------------


def _check_path(path: str, axis: Any) -> None:
    head, *steps = path.split(".")
    if head not in PARTS:
        raise SpecificationError(
            f"axes.{path!r}: a path begins with {', '.join(PARTS)}; {nearest(head, PARTS)}"
        )
    if steps:
        return
    if head not in _FOLDERS:
        raise SpecificationError(f"axes.{path!r}: name a parameter of {head}, such as {head}.NAME")
    if not axis.values:
        raise SpecificationError(f"axes.{path!r}: needs values, which are names")


def _frozen(experiment: Experiment) -> Frozen:
    """Return the experiment with what it names loaded and called by id."""
    tables: dict[str, dict[str, Any]] = {}
    changes: dict[str, Any] = {}
    axes = dict(experiment.axes)
    for part, folder in _FOLDERS.items():
        known: dict[str, Any] = {}
        if part in axes:
            axis: Axis = axes[part]  # type: ignore[assignment]
            ids = [_known(folder, value, known, f"axes.{part!r}") for value in axis.values]
            axes[part] = axis.replace(values=tuple(ids))
            changes[part] = None if part == "institution" else ids[0]
        else:
            changes[part] = _known(folder, getattr(experiment, part), known, part)
        tables[folder] = known
    prose = {"id": "experiment", "title": "", "description": "", "sources": {}}
    changes |= prose | {"seed": None, "axes": axes}
    return Frozen(experiment=experiment.replace(**changes), **tables)


def _known(folder: Any, item: Any, known: dict[str, Any], where: str) -> str:
    """Load a record, keep it without its prose, and return its id."""
    try:
        record = _bare(named(folder, item))
    except SpecificationError as problem:
        raise SpecificationError(f"{where}: {problem}") from None
    if record.id in known and known[record.id] != record:
        raise SpecificationError(f"{where}: two different records have the id {record.id!r}")
    known[record.id] = record
    return str(record.id)


def _bare(record: Any) -> Any:
    changes: dict[str, Any] = {"title": "", "description": "", "sources": {}, "position": None}
    if isinstance(record, Institution):
        changes["bodies"] = tuple(
            body.replace(title="", description="", sources={}) for body in record.bodies
        )
    return record.replace(**{k: v for k, v in changes.items() if k in record.__struct_fields__})


def _check_values(plan: Plan) -> None:
    """Put each value of each axis alone into the records it may meet."""
    experiment = plan.experiment
    parts = {part: plan.values.get(part, (getattr(experiment, part),)) for part in _FOLDERS}
    base = {part: options[0] for part, options in parts.items()}
    for path, values in plan.values.items():
        head, *steps = path.split(".")
        for option in parts.get(head, (None,)) if steps else ():
            start = base if option is None else base | {head: option}
            for value in _extremes(experiment.axes[path], values):
                try:
                    plan.setting({**start, path: value})
                except SpecificationError as problem:
                    raise SpecificationError(f"axes.{path!r}: {problem}") from None
    setting = plan.setting(plan.coordinates(0) | base)
    for name in experiment.measures:
        if QUANTITIES[name].needs_logit and not is_logit(setting.dynamic):
            raise SpecificationError(f"measures: {name!r} needs the dynamic 'logit'")
    if experiment.solver != "simulated" and is_flow(setting.dynamic):
        raise SpecificationError(f"solver must be 'simulated' for flows; got {experiment.solver!r}")
    if experiment.solver == "rare_mutations" and not has_rare_mutations(setting.dynamic):
        raise SpecificationError(
            "solver 'rare_mutations' needs the dynamic fermi, moran, wright-fisher or "
            f"best-of-sample; got {experiment.dynamic.get('name', 'logit')!r}"
        )


def _extremes(axis: Any, values: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    return (axis.lower, axis.upper, values[0]) if axis.sampled else values
