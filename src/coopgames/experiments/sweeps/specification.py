"""What an experiment is: a base, axes along which parameters of it move, a solver, measures.

An experiment is plain data with the same words in TOML and in Python. The path of an axis is the
path of the parameter in the file: ``institution.bodies.council.severity``, ``problem.threshold``,
``world.polarisation``, ``options.mandate``, ``dynamic.precision``, ``simulation.burn_in``;
``institution``, ``problem`` and ``world`` alone are axes of names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from ...catalogue import nearest
from ...errors import SpecificationError
from ...institutions import Institution
from ...problems import Problem
from ...records import Identifier, Record
from ...worlds import World
from .quantities import DEFAULT_QUANTITIES, QUANTITIES

__all__ = ["Axis", "Experiment", "GameOptions", "Scalar", "Simulation", "as_axis"]

Scalar = bool | int | float | str
Whole = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]


class Axis(Record, frozen=True, kw_only=True):
    """The values a parameter takes: one of three ways.

    ``values`` lists them. ``start``, ``stop`` and ``number`` make a range, both ends included,
    each value the double nearest to the exact decimal fraction (so 0.3 is 0.3, which matters where
    a quota makes ties). ``lower`` and ``upper`` bound a sampled parameter (`Experiment.design`).
    ``scale = "log"`` spaces or samples evenly in the logarithm; ``whole`` rounds a range to, or
    samples, whole numbers. ``label`` names the axis in results; by default the last word of the
    path.
    """

    values: tuple[Scalar, ...] = ()
    start: float | None = None
    stop: float | None = None
    number: Annotated[int, msgspec.Meta(ge=2)] | None = None
    lower: float | None = None
    upper: float | None = None
    scale: Literal["linear", "log"] = "linear"
    whole: bool = False
    label: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")] | None = None

    def _check(self) -> None:
        ways = {
            "values": bool(self.values),
            "start, stop, number": None not in (self.start, self.stop, self.number),
            "lower, upper": None not in (self.lower, self.upper),
        }
        parts = (self.start, self.stop, self.number, self.lower, self.upper)
        used = 3 * ways["start, stop, number"] + 2 * ways["lower, upper"]
        if sum(ways.values()) != 1 or sum(part is not None for part in parts) != used:
            raise SpecificationError(
                "an axis needs exactly one of values, or start with stop and number, or lower with "
                f"upper; got {msgspec.to_builtins(self)!r}"
            )
        ends = (self.lower, self.upper) if self.sampled else (self.start, self.stop)
        if self.values and (self.whole or self.scale == "log"):
            raise SpecificationError("whole and scale belong to ranges and samples, not to values")
        if self.scale == "log" and not all(end > 0 for end in ends if end is not None):
            raise SpecificationError(f"scale: 'log' needs ends above 0; got {ends!r}")
        if self.sampled and not self.lower < self.upper:  # type: ignore[operator]
            raise SpecificationError(f"lower must be below upper; got {ends!r}")
        if len(set(map(repr, self.values))) < len(self.values):
            raise SpecificationError(f"values must differ; got {list(self.values)!r}")

    @property
    def sampled(self) -> bool:
        """Whether the design draws its values."""
        return self.lower is not None


class GameOptions(Record, frozen=True, kw_only=True):
    """How the game form is read; as the arguments of `coopgames.game` and `coopgames.evolve`."""

    mandate: Literal["standing", "expected"] = "standing"
    punishment: Literal["max", "sum"] = "max"
    legitimacy_feedback: bool = True
    legitimacy_channel: Literal["sanction", "norm"] = "sanction"
    plans: Literal["act2", "act3", "exit3"] = "act2"


class Simulation(Record, frozen=True, kw_only=True):
    """How a cell is simulated; as the arguments of `coopgames.simulate`. Defaults as there."""

    replicates: Whole = 1024
    samples: Whole = 64
    sweeps_between: Whole = 2
    burn_in: Natural = 200
    start: Literal["random", "cooperate", "defect"] = "random"


class Experiment(Record, frozen=True, kw_only=True):
    """Many games solved and measured: what varies, how, and what is asked of each cell.

    Parameters
    ----------
    id : str
        Names the experiment; with ``title`` and ``description`` it changes no result.
    institution : str or Institution
        A name of the catalogue, a path, or a record; not needed if it is an axis.
    problem, world : str or record
        ``climate`` and ``w20`` by default.
    options : GameOptions
        How the game form is read.
    dynamic : dict
        ``name`` (``logit`` by default) and the parameters of that dynamic.
    solver : {'exact', 'simulated', 'rare_mutations'}
        `coopgames.evolve`, `coopgames.simulate` or `coopgames.small_mutation_limit`.
    simulation : Simulation
        Used by ``simulated`` only.
    axes : dict of str to Axis, or to a list of values
        By path of the parameter. ``*`` stands for every body or role.
    design : {'grid', 'zip', 'latin_hypercube', 'sobol'}
        ``grid`` crosses all axes; ``zip`` walks along them side by side. The other two sample the
        axes with ``lower`` and ``upper`` at ``points`` points, and cross the sample with the rest.
    points : int
        At least 1; of a Sobol sample a power of 2, for its balance.
    design_seed : int
        Of the sample, at least 0. Default 0.
    measures : tuple of str
        Names of `coopgames.experiments.sweeps.QUANTITIES`; success, its parts and the failure by
        default.
    common_random_numbers : bool
        Whether simulated cells that differ in the institution alone draw the same numbers.
    seed : int, optional
        Of simulations, at least 0; fresh by default, and kept with the results.
    chunk : int, optional
        Cells that are solved, written and resumed together; by default from the number of cells.

    Raises
    ------
    SpecificationError
        With the field, its bound and the value.

    Examples
    --------
    >>> experiment = Experiment(
    ...     institution="charter", axes={"institution.bodies.*.severity": [0.0, 0.6]}
    ... )
    >>> experiment.axes["institution.bodies.*.severity"].values
    (0.0, 0.6)
    """

    id: Identifier = "experiment"
    title: str = ""
    institution: str | Institution | None = None
    problem: str | Problem = "climate"
    world: str | World = "w20"
    options: GameOptions = GameOptions()
    dynamic: dict[str, Scalar] = {}
    solver: Literal["exact", "simulated", "rare_mutations"] = "exact"
    simulation: Simulation = Simulation()
    axes: dict[str, Axis | tuple[Scalar, ...]]
    design: Literal["grid", "zip", "latin_hypercube", "sobol"] = "grid"
    points: Whole | None = None
    design_seed: Natural = 0
    measures: tuple[str, ...] = DEFAULT_QUANTITIES
    common_random_numbers: bool = False
    seed: Natural | None = None
    chunk: Whole | None = None
    description: str = ""
    sources: dict[str, str] = {}

    def __post_init__(self) -> None:
        if isinstance(self.axes, Mapping):
            axes = {path: as_axis(path, given) for path, given in self.axes.items()}
            msgspec.structs.force_setattr(self, "axes", axes)
        super().__post_init__()

    def _check(self) -> None:
        if not self.axes:
            raise SpecificationError("axes: needs at least one axis; got none")
        if not self.measures:
            raise SpecificationError("measures: needs at least one measure; got none")
        for name in self.measures:
            if name not in QUANTITIES:
                raise SpecificationError(
                    f"measures: unknown measure {name!r}; {nearest(name, list(QUANTITIES))}"
                )
        if len(set(self.measures)) < len(self.measures):
            raise SpecificationError(f"measures must differ; got {list(self.measures)}")
        if self.institution is None and "institution" not in self.axes:
            raise SpecificationError("institution: is missing; name one, or make it an axis")
        self._check_design()

    def _check_design(self) -> None:
        drawn = [
            path for path, axis in self.axes.items() if isinstance(axis, Axis) and axis.sampled
        ]
        if self.design in ("grid", "zip"):
            if drawn:
                raise SpecificationError(
                    f"axes.{drawn[0]!r}: lower and upper are for the designs latin_hypercube and "
                    f"sobol; {self.design} needs values, or start, stop and number"
                )
            if self.points is not None:
                raise SpecificationError(f"points: is not used by design {self.design!r}")
            return
        if not drawn:
            raise SpecificationError(
                f"axes: design {self.design!r} needs an axis with lower and upper; got none"
            )
        if self.points is None:
            raise SpecificationError(f"points: is missing; design {self.design!r} needs it")
        if self.design == "sobol" and self.points & (self.points - 1):
            below = 1 << (self.points.bit_length() - 1)
            raise SpecificationError(
                f"points must be a power of 2 for a Sobol sample, whose balance rests on it; got "
                f"{self.points}: use {below} or {2 * below}"
            )


def as_axis(path: str, given: Any) -> Axis:
    """Return an axis; a sequence or an array is a list of values."""
    if isinstance(given, Axis):
        return given
    if hasattr(given, "tolist"):
        given = given.tolist()
    try:
        if isinstance(given, Mapping):
            return msgspec.convert(dict(given), Axis)
        if isinstance(given, (list, tuple)):
            return Axis(values=tuple(given))
    except (msgspec.ValidationError, SpecificationError) as problem:
        hint = ""
        if isinstance(given, Mapping) and any(isinstance(item, Mapping) for item in given.values()):
            hint = ' (write the path in quotes: [axes."problem.threshold"])'
        raise SpecificationError(f"axes.{path!r}: {problem}{hint}") from None
    raise SpecificationError(f"axes.{path!r}: Expected a table or a list of values; got {given!r}")
