"""Results with named axes, as figures need them: from a `SweepResult` or from xarray.

A measure is an array over dimensions; along each dimension lie one or more coordinates. A figure
asks for its axes by the names of coordinates, fixes others at a value, and gets a plain array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from ..catalogue import nearest
from ..errors import CoopgamesError
from ..experiments.sweeps.evaluate import variables
from ..experiments.sweeps.quantities import error_name
from ..experiments.sweeps.result import SweepResult

__all__ = ["Coordinate", "Labelled", "labelled"]

Array = npt.NDArray[Any]
#: Of a coordinate at most so many values are listed in a message.
_LISTED = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coordinate:
    """Values along a dimension: numbers, or names (``category``)."""

    name: str
    dimension: str
    values: Array
    unit: str = ""

    @property
    def category(self) -> bool:
        """Whether its values are names or switches, not numbers."""
        return self.values.dtype.kind not in "iuf"

    @property
    def label(self) -> str:
        """The name with its unit, for an axis."""
        return _with_unit(self.name, self.unit)

    def text(self, position: int) -> str:
        """Return a value as text."""
        value = self.values[position]
        return str(value).replace("_", " ") if self.category else f"{value:.4g}"

    def listed(self) -> str:
        """Return its values for a message."""
        shown = [self.text(k) for k in range(min(self.values.size, _LISTED))]
        return ", ".join(shown) + (", ..." if self.values.size > _LISTED else "")

    def position(self, value: Any) -> int:
        """Return where a value stands; text may stand for a number.

        Raises
        ------
        CoopgamesError
            If it has no such value, or several.
        """
        if self.category:
            same = np.array([str(one).lower() == str(value).lower() for one in self.values])
        else:
            try:
                same = np.isclose(self.values, float(value), rtol=1e-9, atol=1e-12)
            except (TypeError, ValueError):
                same = np.zeros(self.values.size, dtype=bool)
        if same.sum() != 1:
            problem = "has no value" if not same.any() else "has several values"
            raise CoopgamesError(f"at: {self.name} {problem} {value}; it takes {self.listed()}")
        return int(np.flatnonzero(same)[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labelled:
    """A measure over named dimensions.

    Attributes
    ----------
    name, unit : str
    values : array
        Numbers; of a measure of words (``words``) positions in them, -1 where undefined.
    dimensions : tuple of str
    coordinates : dict of str to Coordinate
    bounds : (float, float)
        Infinite where unknown.
    words : tuple of str
        Empty for numbers.
    status : array, optional
        0 where a cell is missing, 1 solved, 2 failed; as ``values``.
    error : array, optional
        Standard errors; as ``values``.
    fixed : tuple of str
        What was fixed, in words.
    """

    name: str
    values: Array
    dimensions: tuple[str, ...]
    coordinates: Mapping[str, Coordinate]
    unit: str = ""
    bounds: tuple[float, float] = (-inf, inf)
    words: tuple[str, ...] = ()
    status: Array | None = None
    error: Array | None = None
    fixed: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name with its unit, for an axis."""
        return _with_unit(self.name, self.unit)

    def coordinate(self, argument: str, name: str) -> Coordinate:
        """Return a coordinate by name, which an argument gave."""
        if name not in self.coordinates:
            raise CoopgamesError(
                f"{argument}: no axis {name!r}; {nearest(name, list(self.coordinates))}"
            )
        return self.coordinates[name]

    def size(self, dimension: str) -> int:
        """Return how many values a dimension has."""
        return int(self.values.shape[self.dimensions.index(dimension)])

    def at(self, chosen: Mapping[str, Any] | None) -> Labelled:
        """Return the measure where coordinates take given values."""
        found = self
        for name, value in (chosen or {}).items():
            coordinate = self.coordinate("at", name)
            if coordinate.dimension not in found.dimensions:
                raise CoopgamesError(f"at: {name} is fixed already, by another axis beside it")
            found = found._fixed_at(coordinate, coordinate.position(value))
        return found

    def squeezed(self, kept: tuple[str, ...]) -> Labelled:
        """Return it without dimensions of one value that are not kept."""
        found = self
        for dimension in self.dimensions:
            if self.size(dimension) == 1 and dimension not in kept:
                first = next(c for c in self.coordinates.values() if c.dimension == dimension)
                found = found._fixed_at(first, 0)
        return found

    def ordered(self, dimensions: tuple[str, ...]) -> Labelled:
        """Return it with its dimensions in another order."""
        order = [self.dimensions.index(name) for name in dimensions]
        return self.mapped(lambda array: array.transpose(order), dimensions)

    def _fixed_at(self, coordinate: Coordinate, position: int) -> Labelled:
        axis = self.dimensions.index(coordinate.dimension)
        rest = self.dimensions[:axis] + self.dimensions[axis + 1 :]
        found = self.mapped(lambda array: np.take(array, position, axis=axis), rest)
        unit = f" [{coordinate.unit}]" if coordinate.unit else ""
        sign = " " if coordinate.category else " = "
        words = f"{coordinate.name.replace('_', ' ')}{sign}{coordinate.text(position)}{unit}"
        return replace(found, fixed=(*self.fixed, words))

    def mapped(self, change: Callable[[Array], Array], dimensions: tuple[str, ...]) -> Labelled:
        """Return it with its arrays changed alike."""
        return replace(
            self,
            values=change(self.values),
            dimensions=dimensions,
            status=None if self.status is None else change(self.status),
            error=None if self.error is None else change(self.error),
        )


def labelled(source: Any, measure: str | None = None) -> Labelled:
    """Return a measure of a result with its axes.

    Parameters
    ----------
    source : SweepResult, xarray.Dataset or xarray.DataArray
    measure : str, optional
        Its name; of a `DataArray` not needed.

    Raises
    ------
    CoopgamesError
        If there is no such measure, or the source is something else.
    """
    if isinstance(source, SweepResult):
        arrays, coordinates = _of_sweep(source)
    elif hasattr(source, "data_vars"):
        arrays, coordinates = _of_dataset(source)
    elif hasattr(source, "dims") and hasattr(source, "coords"):
        measure = measure or str(source.name or "value")
        arrays, coordinates = {measure: _variable(source)}, _coordinates(source)
    else:
        raise CoopgamesError(
            "data must be the result of an experiment, or an xarray Dataset or DataArray; got "
            f"{type(source).__name__}"
        )
    if measure is None:
        raise CoopgamesError(f"measure: is missing; there are {', '.join(arrays)}")
    if measure not in arrays:
        raise CoopgamesError(f"measure: no measure {measure!r}; {nearest(measure, list(arrays))}")
    values, dimensions, attributes = arrays[measure]
    coded, words = _coded(values, attributes)
    return Labelled(
        name=measure,
        values=coded,
        dimensions=dimensions,
        coordinates={name: one for name, one in coordinates.items() if one.dimension in dimensions},
        unit=_unit(attributes),
        bounds=_bounds(attributes),
        words=words,
        status=_beside(arrays, "status", dimensions),
        error=_beside(arrays, error_name(measure), dimensions),
    )


_Variable = tuple[Array, tuple[str, ...], Mapping[str, Any]]


def _of_sweep(result: SweepResult) -> tuple[dict[str, _Variable], dict[str, Coordinate]]:
    plan = result.plan
    about = {variable.name: variable.attributes for variable in variables(plan)}
    names = tuple(dimension.name for dimension in plan.dimensions)
    coordinates = {
        plan.labels[path]: Coordinate(
            name=plan.labels[path],
            dimension=dimension.name,
            values=np.array(plan.values[path]),
            unit=_unit(about[plan.labels[path]]),
        )
        for dimension in plan.dimensions
        for path in dimension.axes
    }
    arrays: dict[str, _Variable] = {
        name: (result[name], names, about[name])
        for name in result.columns
        if name not in coordinates
    }
    return arrays, _completed(coordinates, dict(zip(names, plan.shape, strict=True)))


def _of_dataset(source: Any) -> tuple[dict[str, _Variable], dict[str, Coordinate]]:
    arrays = {str(name): _variable(source[name]) for name in source.data_vars}
    return arrays, _coordinates(source)


def _variable(array: Any) -> _Variable:
    return np.asarray(array.values), tuple(map(str, array.dims)), dict(array.attrs)


def _coordinates(source: Any) -> dict[str, Coordinate]:
    found = {
        str(name): Coordinate(
            name=str(name),
            dimension=str(array.dims[0]),
            values=_decoded(np.asarray(array.values)),
            unit=_unit(array.attrs),
        )
        for name, array in source.coords.items()
        if len(array.dims) == 1
    }
    return _completed(found, {str(name): int(size) for name, size in source.sizes.items()})


def _completed(
    coordinates: dict[str, Coordinate], sizes: Mapping[str, int]
) -> dict[str, Coordinate]:
    """Return coordinates with numbers 0, 1, ... of dimensions that have none of their name."""
    for name, size in sizes.items():
        if name not in coordinates:
            coordinates[name] = Coordinate(name=name, dimension=name, values=np.arange(size))
    return coordinates


def _coded(values: Array, attributes: Mapping[str, Any]) -> tuple[Array, tuple[str, ...]]:
    """Return numbers, or positions among words; words of a code are its ``flag_meanings``."""
    meanings = tuple(str(attributes.get("flag_meanings", "")).split())
    if meanings:
        codes = np.atleast_1d(np.asarray(attributes["flag_values"])).tolist()
        out = np.full(values.shape, -1)
        for position, code in enumerate(codes):
            out[values == code] = position
        return out, meanings
    if values.dtype.kind in "iuf":
        return values.astype(float), ()
    texts = _decoded(values).astype(object)
    # Missing names are empty, None, or NaN.
    held = ["" if one is None or isinstance(one, float) else str(one) for one in texts.flat]
    words = tuple(dict.fromkeys(one for one in held if one))
    place = {word: position for position, word in enumerate(words)}
    coded = [place.get(one, -1) for one in held]
    return np.array(coded, dtype=int).reshape(values.shape), words


def _decoded(values: Array) -> Array:
    return np.char.decode(values) if values.dtype.kind == "S" else values


def _beside(
    arrays: Mapping[str, _Variable], name: str, dimensions: tuple[str, ...]
) -> Array | None:
    found = arrays.get(name)
    return found[0] if found is not None and found[1] == dimensions else None


def _unit(attributes: Mapping[str, Any]) -> str:
    unit = str(attributes.get("units", ""))
    return "" if unit == "1" else unit


def _bounds(attributes: Mapping[str, Any]) -> tuple[float, float]:
    try:
        low, high = map(float, str(attributes.get("bounds", "")).strip("[]").split(","))
    except ValueError:
        return -inf, inf
    return low, high


def _with_unit(name: str, unit: str) -> str:
    return name.replace("_", " ") + (f" [{unit}]" if unit else "")
