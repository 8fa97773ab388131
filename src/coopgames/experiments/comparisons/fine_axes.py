r"""A range whose cells are halved: its values at whole-number steps of the finest grid.

Value i of n is the double nearest to start + (stop - start) i / n in the fractions that the
decimals denote, as in a range of n + 1 values of an experiment; on a logarithmic range it agrees
with that one to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log, log2

from ..._checks import count, number
from ...errors import CoopgamesError, SpecificationError
from ...records import exact
from ..sweeps import Axis

__all__ = ["FineAxis", "fine_axis", "halvings_for"]

#: Halvings that doubles still tell apart by a wide margin.
_MOST_HALVINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FineAxis:
    """A range of ``cells`` coarse cells."""

    start: float
    stop: float
    cells: int
    logarithmic: bool
    label: str | None

    @property
    def span(self) -> float:
        """Width of the range; of a logarithmic one in powers of e."""
        if self.logarithmic:
            return abs(log(self.stop / self.start))
        return abs(self.stop - self.start)

    def value(self, at: float, steps: int) -> float:
        """Return the value at step ``at`` of ``steps``; between two steps as well.

        Examples
        --------
        >>> axis = FineAxis(start=0.0, stop=1.0, cells=1, logarithmic=False, label=None)
        >>> axis.value(3, 10)
        0.3
        """
        if at in (0, steps):
            return self.start if at == 0 else self.stop
        if self.logarithmic:
            return float(self.start * (self.stop / self.start) ** (at / steps))
        share = Fraction(at) / steps
        return float(exact(self.start) + (exact(self.stop) - exact(self.start)) * share)


def fine_axis(path: str, axis: Axis) -> FineAxis:
    """Return the range of an axis.

    Raises
    ------
    SpecificationError
        If it has no values in between.
    """
    if axis.start is None or axis.stop is None or axis.number is None or axis.whole:
        raise SpecificationError(
            f"axes.{path!r}: needs start, stop and number, not whole: there must be values in "
            "between; winner_map solves every point of a list"
        )
    if axis.start == axis.stop:
        raise SpecificationError(f"axes.{path!r}: start and stop must differ; got {axis.start}")
    return FineAxis(
        start=axis.start,
        stop=axis.stop,
        cells=axis.number - 1,
        logarithmic=axis.scale == "log",
        label=axis.label,
    )


def halvings_for(axes: tuple[FineAxis, ...], halvings: int, tolerance: float | None) -> int:
    """Return how often cells are halved: as asked, or until one axis's are narrow enough.

    Raises
    ------
    CoopgamesError
        If a number breaks its bound, or there is a tolerance for two axes.
    """
    if tolerance is None:
        found = count("halvings", halvings)
    else:
        if len(axes) != 1:
            raise CoopgamesError(f"tolerance is of one axis; got {len(axes)} axes: use halvings")
        if not number("tolerance", tolerance) > 0.0:
            raise CoopgamesError(f"tolerance must be > 0; got {tolerance!r}")
        (axis,) = axes
        # exp(x) - 1 <= 2 x below 1.25, and wider cells than that are halved at least once more.
        longest = 2 * max(axis.start, axis.stop) if axis.logarithmic else 1.0
        found = max(1, ceil(log2(axis.span * longest / (axis.cells * tolerance))))
    if found > _MOST_HALVINGS:
        asked = "" if tolerance is None else f", for tolerance {tolerance:g}"
        raise CoopgamesError(f"halvings must be <= {_MOST_HALVINGS}; got {found}{asked}")
    return found
