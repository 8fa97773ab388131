r"""Ideal points: who says Yes to which move, and which coalitions can make it.

Voter i has the ideal point theta_i and says Yes to moving the status quo q to y iff y is strictly
nearer, |y - theta_i| < |q - theta_i|. A coalition S moves q iff the chance of adoption when S says
Yes and all others say No exceeds a given one. q is stuck iff no y gathers a coalition that moves
it; the stuck points are the core. Rules are monotone: more Yes never lowers the chance.

All comparisons are exact, of the numbers as written: points are rational, and so are chances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import number, probability
from ..errors import CoopgamesError
from ..records import exact
from .chance import chance_of_ballots
from .committee import Committee
from .tally import Tally, tally

__all__ = [
    "Coalitions",
    "IdealPoints",
    "Number",
    "Point",
    "coalitions",
    "distinct",
    "items",
    "point_of",
    "points_by_group",
    "rational",
]

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
#: A coordinate: a number, of which the shortest decimal is meant, or an exact "a/b".
Number = float | Fraction | str
#: Ideal points by group, one for all of it or one for each of its voters; or one for each voter.
IdealPoints = Mapping[str, Any] | Sequence[Any] | npt.NDArray[Any]
Point = tuple[Fraction, ...]


# --- coalitions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coalitions:
    """What coalitions can do, each given as Yes by group, (..., groups), while others say No."""

    tally: Tally
    counts: Integers
    bound: Fraction

    def chances(self, yes: Integers) -> npt.NDArray[Any]:
        """Return the exact chances of adoption: rational, or 0 and 1 in floating point."""
        if self.tally.deterministic:
            return chance_of_ballots(self.tally, {"yes": yes, "no": self.counts - yes})
        # Rationals are slow, and different coalitions few.
        some, which = np.unique(yes.reshape(-1, self.counts.size), axis=0, return_inverse=True)
        ballots = {"yes": some, "no": self.counts - some}
        values = chance_of_ballots(self.tally, ballots, exact=True)
        return np.asarray(values[which.reshape(yes.shape[:-1])])

    def enough(self, chances: npt.NDArray[Any]) -> Bools:
        """Return whether chances are above the bound."""
        bound = self.bound if chances.dtype == object else float(self.bound)
        return np.asarray(chances > bound, dtype=bool)

    def move(self, yes: Integers) -> Bools:
        """Return whether the coalitions move a status quo."""
        return self.enough(self.chances(yes))


def coalitions(committee: Committee, chance_above: float) -> Coalitions:
    """Return what a committee's coalitions can do where a chance above the given one is enough."""
    tallied = tally(committee)
    probability("chance_above", chance_above)
    if chance_above == 1:
        raise CoopgamesError(
            f"chance_above must lie in [0, 1), since no chance is above 1; got {chance_above!r}; "
            "for what is certain to pass give 1 - 1e-9"
        )
    counts = np.array([group.count for group in committee.voters])
    return Coalitions(tally=tallied, counts=counts, bound=exact(chance_above))


# --- points ----------------------------------------------------------------------------------


def points_by_group(
    committee: Committee, ideal_points: IdealPoints, dimension: int
) -> list[list[Point]]:
    """Return every voter's ideal point, group by group."""
    point = "a number" if dimension == 1 else "a pair (x, y)"
    counts = [group.count for group in committee.voters]
    if not isinstance(ideal_points, Mapping):
        given = items("ideal_points", ideal_points)
        if len(given) != sum(counts):
            sizes = ", ".join(f"{group.id} {group.count}" for group in committee.voters)
            raise CoopgamesError(
                f"ideal_points must hold {point} for each of the {sum(counts)} voters, in the "
                f"order of the groups ({sizes}), or map groups to points; got {len(given)}"
            )
        rest = iter(_points("ideal_points", given, dimension))
        return [[next(rest) for _ in range(size)] for size in counts]
    for name in ideal_points:
        if name not in committee.groups:
            raise CoopgamesError(
                f"ideal_points: unknown group {name!r}; groups are {', '.join(committee.groups)}"
            )
    out = []
    for group in committee.voters:
        if group.id not in ideal_points:
            raise CoopgamesError(
                f"ideal_points must hold points for every group; got none for {group.id!r}"
            )
        value, where = ideal_points[group.id], f"ideal_points[{group.id!r}]"
        if _depth(value) < dimension:
            out.append([point_of(where, value, dimension)] * group.count)
            continue
        given = items(where, value)
        if len(given) != group.count:
            raise CoopgamesError(
                f"{where} must be {point} for all or one for each voter ({group.count}); "
                f"got {len(given)}"
            )
        out.append(_points(where, given, dimension))
    return out


def distinct(groups: Sequence[Sequence[Point]]) -> tuple[list[Point], Integers]:
    """Return the different ideal points, ascending, and voters there, shape (points, groups)."""
    points = sorted({point for group in groups for point in group})
    position = {point: k for k, point in enumerate(points)}
    counts = np.zeros((len(points), len(groups)), dtype=np.int64)
    for g, group in enumerate(groups):
        for point in group:
            counts[position[point], g] += 1
    return points, counts


def point_of(name: str, value: Any, dimension: int) -> Point:
    """Return a number or a pair of them as a point on the line or in the plane."""
    if dimension == 1:
        return (rational(name, value),)
    if _depth(value) != 1 or len(value) != dimension:
        raise CoopgamesError(f"{name} must be a pair (x, y); got {value!r}")
    return tuple(rational(f"{name}[{k}]", part) for k, part in enumerate(value))


def _points(name: str, values: Sequence[Any], dimension: int) -> list[Point]:
    return [point_of(f"{name}[{k}]", value, dimension) for k, value in enumerate(values)]


# --- numbers ---------------------------------------------------------------------------------


def rational(name: str, value: Any) -> Fraction:
    """Return a finite number, or a string "a/b", as the rational it denotes."""
    # Python takes True for a number, NumPy an array of one number.
    if _is_sequence(value) or isinstance(value, (bool, np.bool_)):
        raise CoopgamesError(f"{name} must be a number; got {value!r}")
    if not isinstance(value, str):
        number(name, value)
    try:
        return exact(value)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise CoopgamesError(
            f'{name} must be a finite number or a fraction "a/b"; got {value!r}'
        ) from None


def items(name: str, value: Any) -> list[Any]:
    """Return the items of a sequence, a range or an array."""
    if not _is_sequence(value):
        raise CoopgamesError(f"{name} must be a sequence; got {value!r}")
    return list(value)


def _is_sequence(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    ordered = not isinstance(value, (str, bytes, Mapping, AbstractSet))
    return ordered and hasattr(value, "__len__") and hasattr(value, "__iter__")


def _depth(value: Any) -> int:
    """Return how deep sequences are nested: 0 for a number, 1 for a sequence of numbers."""
    return 1 + _depth(next(iter(value), 0)) if _is_sequence(value) else 0
