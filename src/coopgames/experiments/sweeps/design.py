r"""Designs: which values each axis has, and along which dimension.

A design is a list of dimensions in the order of the axes. A grid has one dimension per axis; the
axes of a zip, and the sampled axes of a sample, share the dimension ``point``.

Ranges are exact: value i of n is the double nearest to start + (stop - start) i / (n - 1), in the
fractions that the decimals denote.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import SpecificationError
from ...records import exact
from .labels import axis_labels
from .specification import Axis, Experiment, Scalar

__all__ = ["Dimension", "laid_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A dimension of the results: its name, its size, and the axes along it by path."""

    name: str
    size: int
    axes: tuple[str, ...]


def laid_out(
    experiment: Experiment,
) -> tuple[tuple[Dimension, ...], dict[str, tuple[Scalar, ...]]]:
    """Return the dimensions of an experiment, and each axis's values by path.

    Raises
    ------
    SpecificationError
        If axes of a zip differ in length, or a range has fewer whole numbers than asked for.
    """
    axes: dict[str, Axis] = dict(experiment.axes)  # type: ignore[arg-type]
    labels = axis_labels(experiment)
    drawn = tuple(path for path, axis in axes.items() if axis.sampled)
    values = {path: _listed(axis) for path, axis in axes.items() if not axis.sampled}
    if experiment.design == "zip":
        sizes = {path: len(found) for path, found in values.items()}
        if len(set(sizes.values())) > 1:
            raise SpecificationError(
                "axes of a zip must have the same number of values; got "
                + ", ".join(f"{size} of {path}" for path, size in sizes.items())
            )
        size = next(iter(sizes.values()))
        return (Dimension(name="point", size=size, axes=tuple(axes)),), values
    dimensions = [
        Dimension(name=labels[path], size=len(found), axes=(path,))
        for path, found in values.items()
    ]
    if drawn:
        assert experiment.points is not None
        dimensions.append(Dimension(name="point", size=experiment.points, axes=drawn))
        unit = _sample(experiment, len(drawn))
        values |= {
            path: _scaled(axes[path], column) for path, column in zip(drawn, unit.T, strict=True)
        }
    return tuple(dimensions), values


def _listed(axis: Axis) -> tuple[Scalar, ...]:
    if axis.values:
        return axis.values
    start, stop, number = axis.start, axis.stop, axis.number
    assert start is not None
    assert stop is not None
    assert number is not None
    steps = number - 1
    if axis.scale == "log":
        inner = np.geomspace(start, stop, number)[1:-1]
        found = [start, *inner.tolist(), stop]
    else:
        first, span = exact(start), exact(stop) - exact(start)
        found = [float(first + span * Fraction(i, steps)) for i in range(number)]
    if axis.whole:
        whole = [round(value) for value in found]
        if len(set(whole)) < len(whole):
            raise SpecificationError(
                f"number must be at most the whole numbers in the range; got {number} for "
                f"{start:g} to {stop:g}"
            )
        return tuple(whole)
    return tuple(found)


def _sample(experiment: Experiment, dimension: int) -> npt.NDArray[np.float64]:
    """Return points of the unit cube, shape (points, dimension)."""
    points = experiment.points or 1
    generator = np.random.default_rng(experiment.design_seed)
    if experiment.design == "sobol":
        return _sobol(points, dimension, generator)
    # One point in each of as many equal intervals of every axis, at random inside it.
    interval = np.stack([generator.permutation(points) for _ in range(dimension)], axis=1)
    return np.asarray((interval + generator.random((points, dimension))) / points)


def _sobol(points: int, dimension: int, generator: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return a scrambled Sobol sequence's first points."""
    from scipy.stats import qmc

    make: Any = qmc.Sobol
    try:
        sampler = make(dimension, rng=generator)
    except TypeError:  # SciPy before 1.15
        sampler = make(dimension, seed=generator)
    return np.asarray(sampler.random(points), dtype=float)


def _scaled(axis: Axis, unit: npt.NDArray[np.float64]) -> tuple[Scalar, ...]:
    assert axis.lower is not None
    assert axis.upper is not None
    lower, upper = axis.lower, axis.upper
    if axis.whole:
        lower, upper = round(lower) - 0.5, round(upper) + 0.5
    if axis.scale == "log":
        found = np.exp(np.log(lower) + unit * (np.log(upper) - np.log(lower)))
    else:
        found = lower + unit * (upper - lower)
    if axis.whole:
        # The upper end itself would round away; the unit interval is half open.
        inside = np.clip(np.floor(found + 0.5), round(axis.lower), round(axis.upper))
        return tuple(int(value) for value in inside)
    return tuple(np.clip(found, axis.lower, axis.upper).tolist())
