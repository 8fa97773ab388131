"""One chunk of cells solved: a pure function of the experiment, the entropy and the chunk's index.

Nothing else goes in, so that any process on any machine may compute any chunk, in any order. A cell
that fails is data: its measures are NaN, its status says so, its reason keeps the message.

Random numbers of a simulated cell are keyed by its coordinates (decision 0004), not by its number;
with common random numbers the institution and its parameters are left out of the key.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import nan
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ...dynamics import evolve, simulate, small_mutation_limit
from ...games import Game, compile_game
from ...institutions import Institution
from ...measures import cooperation
from ...outcomes import ExactOutcome, SampledOutcome
from ...provenance import specification_hash
from .cells import Plan, Setting, plan_of
from .labels import unit_of
from .quantities import FAILURES, QUANTITIES, Solved, error_name, measured
from .specification import Scalar

T = TypeVar("T")

__all__ = ["STATUS", "Chunk", "Row", "Variable", "solve_cells", "solve_chunk", "variables"]

#: Codes of ``status``; a cell of a chunk that is not there yet is missing.
STATUS = {"missing": 0, "solved": 1, "failed": 2}
#: Where a coordinate is missing, by kind of dtype.
_NO_COORDINATE: dict[str, Any] = {"b": False, "i": -(2**63), "f": nan, "S": ""}
#: Longest name of a method; the longest there is has 20 characters.
_METHOD = "S32"
_ANARCHY = Institution(id="anarchy")
#: Baselines and compiled games kept of the cells before; neighbours share them where only the
#: institution, or only the dynamic, differs.
_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A column of results: its name, NumPy dtype, value where missing, and attributes."""

    name: str
    dtype: str
    fill: Any
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """Solved cells: a column per variable, and sentences by kind (reason, note) and text.

    ``reasons`` and ``notes`` map a text to the cells it holds for.
    """

    index: int
    columns: dict[str, npt.NDArray[Any]]
    reasons: dict[str, list[int]]
    notes: dict[str, list[int]]
    seconds: float


@lru_cache(maxsize=8)
def variables(plan: Plan) -> tuple[Variable, ...]:
    """Return the columns of an experiment's results, in order; ``status`` is the last."""
    experiment = plan.experiment
    columns = [
        Variable(
            name=plan.labels[path],
            dtype=_dtype(values),
            fill=_NO_COORDINATE[np.dtype(_dtype(values)).kind],
            attributes={"parameter": path, "units": unit_of(path)},
        )
        for path, values in plan.values.items()
    ]
    for name in experiment.measures:
        quantity = QUANTITIES[name]
        about: dict[str, Any] = {"long_name": quantity.meaning, "units": quantity.unit}
        if name == "failure":
            flags = {"flag_values": list(range(len(FAILURES))), "flag_meanings": " ".join(FAILURES)}
            columns.append(Variable(name=name, dtype="<i1", fill=-1, attributes=about | flags))
            continue
        bounds = (quantity.lower, quantity.upper)
        about["bounds"] = "[" + ", ".join(f"{bound:g}" for bound in bounds) + "]"
        columns.append(Variable(name=name, dtype="<f8", fill=nan, attributes=about))
        if experiment.solver == "simulated" and quantity.error is not None:
            error = {"long_name": f"standard error of {name}", "units": quantity.unit}
            columns.append(Variable(name=error_name(name), dtype="<f8", fill=nan, attributes=error))
    flags = {"flag_values": list(STATUS.values()), "flag_meanings": " ".join(STATUS)}
    return (
        *columns,
        Variable(name="method", dtype=_METHOD, fill="", attributes={"long_name": "how solved"}),
        Variable(name="exact", dtype="|b1", fill=False, attributes={"long_name": "no sampling"}),
        Variable(
            name="residual",
            dtype="<f8",
            fill=nan,
            attributes={"long_name": "bound of |pi P - pi|", "units": "1"},
        ),
        Variable(
            name="grid_error",
            dtype="<f8",
            fill=nan,
            attributes={"long_name": "rounding of leverage", "units": "1"},
        ),
        Variable(name="status", dtype="<i1", fill=STATUS["missing"], attributes=flags),
    )


def _dtype(values: tuple[Scalar, ...]) -> str:
    """Return the dtype that holds an axis's values."""
    if all(isinstance(value, bool) for value in values):
        return "|b1"
    if all(isinstance(value, int) for value in values):
        return "<i8"
    if all(isinstance(value, (int, float)) for value in values):
        return "<f8"
    return f"S{max(len(str(value).encode()) for value in values)}"


def solve_chunk(text: bytes, entropy: int, index: int) -> Chunk:
    """Return a chunk of an experiment, solved.

    Parameters
    ----------
    text : bytes
        `Plan.text`.
    entropy : int
        The run's.
    index : int
        Of the chunk.
    """
    plan = plan_of(text)
    started = time.perf_counter()
    cells = plan.cells(index)
    rows = solve_cells(plan, entropy, cells)
    columns = {
        variable.name: np.array(
            [row.values.get(variable.name, variable.fill) for row in rows], dtype=variable.dtype
        )
        for variable in variables(plan)
    }
    reasons: dict[str, list[int]] = {}
    notes: dict[str, list[int]] = {}
    for cell, row in zip(cells, rows, strict=True):
        if row.reason:
            reasons.setdefault(row.reason, []).append(cell)
        if row.note:
            notes.setdefault(row.note, []).append(cell)
    return Chunk(
        index=index,
        columns=columns,
        reasons=reasons,
        notes=notes,
        seconds=time.perf_counter() - started,
    )


def solve_cells(plan: Plan, entropy: int, cells: Iterable[int]) -> list[Row]:
    """Return what became of some cells, one after the other."""
    with _one_thread():
        solver = _Solver(plan, entropy)
        return [solver.row(cell) for cell in cells]


def _one_thread() -> Any:
    """Hold linear algebra to one thread where that can be done after it was loaded."""
    try:
        from threadpoolctl import (
            threadpool_limits,
        )
    except ImportError:
        from contextlib import nullcontext

        return nullcontext()
    return threadpool_limits(1)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a cell: values by column, what is undefined or wrong, what is special."""

    values: dict[str, Any]
    reason: str = ""
    note: str = ""


class _Solver:
    """Solves cells one after the other, and keeps the games and baselines they share."""

    def __init__(self, plan: Plan, entropy: int) -> None:
        self.plan = plan
        self.entropy = entropy
        self._baselines: OrderedDict[str, float] = OrderedDict()
        self._games: OrderedDict[str, Game] = OrderedDict()

    def row(self, cell: int) -> Row:
        """Return a cell's values; an error becomes its reason."""
        coordinates = self.plan.coordinates(cell)
        values: dict[str, Any] = {
            self.plan.labels[path]: value for path, value in coordinates.items()
        }
        try:
            solved = self._solved(coordinates)
            found, reasons = measured(solved, self.plan.experiment.measures)
        except Exception as problem:  # noqa: BLE001  whatever goes wrong in a cell is its result
            message = " ".join(str(problem).split())
            reason = f"{type(problem).__name__}: {message}"
            return Row(values | {"status": STATUS["failed"]}, reason)
        certificate = solved.outcome.certificate
        about = {
            "method": certificate.method,
            "exact": certificate.exact,
            "residual": certificate.residual,
            "grid_error": certificate.grid_error,
            "status": STATUS["solved"],
        }
        reason = "; ".join(f"{name}: {text}" for name, text in reasons.items())
        return Row(values | found | about, reason, "; ".join(certificate.notes))

    def _solved(self, coordinates: dict[str, Scalar]) -> Solved:
        setting = self.plan.setting(coordinates)
        return Solved(
            self._outcome(setting, coordinates),
            setting.dynamic,
            lambda: self._baseline(setting, coordinates),
        )

    def _baseline(self, setting: Setting, coordinates: dict[str, Scalar]) -> float:
        """Return the achievement of anarchy in the same cell."""
        kept = _without(coordinates, "institution")

        def solved() -> float:
            return cooperation(self._outcome(setting, kept, _ANARCHY)).achievement

        return _recalled(self._baselines, specification_hash(kept), solved)

    def _outcome(
        self,
        setting: Setting,
        coordinates: dict[str, Scalar],
        institution: Institution | None = None,
    ) -> ExactOutcome | SampledOutcome:
        solver = self.plan.experiment.solver
        form = setting.institution if institution is None else institution
        key = coordinates
        if solver == "simulated" and self.plan.experiment.common_random_numbers:
            # The game's own key holds the institution's name.
            form, key = form.replace(id="common"), _without(coordinates, "institution")
        options = dict(setting.options)
        plans = options.pop("plans")
        game = _recalled(
            self._games,
            specification_hash(
                {"baseline": institution is not None}
                | _without(coordinates, "dynamic", "simulation")
            ),
            lambda: compile_game(form, setting.problem, setting.world, **options),
        )
        if solver == "exact":
            return evolve(game, setting.dynamic, plans=plans)
        if solver == "rare_mutations":
            return small_mutation_limit(game, setting.dynamic, plans=plans)
        stream = np.random.SeedSequence(self.entropy, spawn_key=(int(specification_hash(key), 16),))
        return simulate(game, setting.dynamic, plans=plans, **setting.simulation, rng=stream)


def _without(coordinates: dict[str, Scalar], *parts: str) -> dict[str, Scalar]:
    """Return the coordinates outside some parts of the experiment."""
    return {
        path: value for path, value in coordinates.items() if path.partition(".")[0] not in parts
    }


def _recalled(kept: OrderedDict[str, T], key: str, made: Callable[[], T]) -> T:
    """Return what is kept under a key, made if it is not there; the oldest give way."""
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    kept[key] = value = made()
    if len(kept) > _KEPT:
        kept.popitem(last=False)
    return value
