r"""Following a curve F(z) = 0 of one dimension: predictor, corrector, and a step that adapts.

z has one coordinate more than F; the last is the parameter. A step goes along the tangent t,
J t = 0, and comes back to the curve by Newton's method in the hyperplane across it (pseudo-
arclength), so that turning points of the parameter are points like any other. Steps are halved
where Newton's method is slow, the curve bends, or the caller finds the move too long, and grow
where all is well.

Along a regular curve the determinant of J bordered by the tangent keeps its sign. Where it changes
a step has jumped to another curve, and is taken again, shorter; or the curve really crosses another
one (a branch point, as symmetric games have them), and is followed straight on.

Allgower & Georg (1990) Numerical Continuation Methods. doi:10.1007/978-3-642-61257-2
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Curve", "corrected", "follow"]

Floats = npt.NDArray[np.float64]
#: From z, shape (m + 1,), to F, shape (m,), and its derivative, shape (m, m + 1).
System = Callable[[Floats], tuple[Floats, Floats]]

#: Newton's method has converged at steps this small, relative to the largest coordinate or 1; it
#: goes on as long as steps get shorter, to where each is small relative to its own coordinate.
CONVERGED, FINE = 1e-10, 1e-13
#: Steps of Newton's method that are allowed on the way, and that are few.
CORRECTIONS, FEW = 8, 4
#: Least cosine of the angle between tangents at the ends of a step.
STRAIGHT = 0.97
#: The corrector may undo at most this part of a step.
UNDONE = 0.3
#: First and shortest step; the shortest grows with the parameter.
FIRST, SHORTEST = 0.01, 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Points of a curve, in order.

    Attributes
    ----------
    points : array, shape (points, m + 1)
        From the start; the last one is at the parameter asked for if ``complete``.
    complete : bool
        Whether that was reached.
    turns : int
        How often the parameter turned back or forth.
    branch_points : array, shape (k,)
        Parameter where the curve crosses another one.
    steps : int
        Steps tried.
    """

    points: Floats
    complete: bool
    turns: int
    branch_points: Floats
    steps: int


def corrected(system: System, guess: Floats, across: Floats) -> tuple[Floats | None, int]:
    """Return the point of the curve in the hyperplane through a guess, and Newton's steps.

    Parameters
    ----------
    system : callable
    guess : array, shape (m + 1,)
    across : array, shape (m + 1,)
        Normal of the hyperplane.

    Returns
    -------
    tuple of array or None, and int
        None if Newton's method did not converge.

    Examples
    --------
    >>> def circle(z):
    ...     return np.array([z @ z - 1]), 2 * z[None, :]
    >>> point, _ = corrected(circle, np.array([0.5, 1.0]), np.array([1.0, 0.0]))
    >>> point.round(12)
    array([0.5      , 0.8660254])
    """
    z, shift = guess, np.inf
    for step in range(1, CORRECTIONS + 1):
        value, derivative = system(z)
        border = np.append(value, across @ (z - guess))
        # Coordinates may differ by orders of magnitude: each is solved for in its own size.
        size = np.maximum(1.0, np.abs(z))
        matrix = np.vstack([derivative, across]) * size
        heights = np.maximum(np.abs(matrix).max(axis=1), np.finfo(float).tiny)
        try:
            change = np.linalg.solve(matrix / heights[:, None], border / heights) * size
        except np.linalg.LinAlgError:
            return None, step
        z = z - change
        if not np.isfinite(z).all():
            return None, step
        before, size = shift, np.maximum(1.0, np.abs(z))
        shift = float((np.abs(change) / size).max())
        converged = bool(np.abs(change).max() <= CONVERGED * size.max())
        if shift <= FINE or (converged and (shift > 0.5 * before or step == CORRECTIONS)):
            return z, step
    return None, CORRECTIONS


def follow(
    system: System,
    start: npt.ArrayLike,
    *,
    end: float,
    too_far: Callable[[Floats, Floats], bool],
    most_steps: int = 5_000,
) -> Curve:
    """Return the curve from a point on it until its parameter first reaches a value.

    Parameters
    ----------
    system : callable
        Returns F and its derivative.
    start : array_like, shape (m + 1,)
        On the curve; the parameter first grows.
    end : float
        Of the parameter, above that of the start.
    too_far : callable
        Whether a step between two points is longer than wanted.
    most_steps : int
        Steps tried, those taken again included.

    Returns
    -------
    Curve

    Examples
    --------
    An S: x^3 - x = p, from p = -1 over both turning points to 1.

    >>> def cubic(z):
    ...     return np.array([z[0] ** 3 - z[0] - z[1]]), np.array([[3 * z[0] ** 2 - 1, -1.0]])
    >>> start = [float(np.roots([1, 0, -1, 1])[0].real), -1.0]
    >>> found = follow(cubic, start, end=1.0, too_far=lambda a, b: False)
    >>> found.complete, found.turns, round(float(found.points[-1, 0]), 6)
    (True, 2, 1.324718)
    """
    z = np.asarray(start, dtype=float)
    along = np.zeros(z.size)
    along[-1] = 1.0
    points, branch_points = [z], []
    tangent, sign = _tangent(system(z)[1], along)
    length, turns = FIRST, 0
    for step in range(1, most_steps + 1):
        shortest = SHORTEST * max(1.0, abs(float(z[-1])))
        guess = z + length * tangent
        new, corrections = corrected(system, guess, tangent)
        good = new is not None and float(np.linalg.norm(new - guess)) <= UNDONE * length
        if new is not None and good:
            ahead, new_sign = _tangent(system(new)[1], tangent)
            good = float(ahead @ tangent) >= STRAIGHT and not too_far(z, new)
            if good and (new_sign == sign or length <= shortest):
                if new_sign != sign:
                    branch_points.append(0.5 * float(z[-1] + new[-1]))
                turns += int(ahead[-1] * tangent[-1] < 0)
                last = _at(system, z, new, along, end) if new[-1] >= end else None
                if last is not None:
                    points.append(last)
                    return _curve(points, True, turns, branch_points, step)
                if new[-1] < end:
                    z, tangent, sign = new, ahead, new_sign
                    points.append(z)
                    length *= 2.0 if corrections <= FEW else 1.0
                    continue
        if length <= shortest:
            return _curve(points, False, turns, branch_points, step)
        length /= 2.0
    return _curve(points, False, turns, branch_points, most_steps)


def _at(system: System, before: Floats, after: Floats, along: Floats, end: float) -> Floats | None:
    """Return the point between two of them at a value of the parameter."""
    part = (end - before[-1]) / (after[-1] - before[-1])
    found = corrected(system, before + part * (after - before), along)[0]
    if found is None or np.linalg.norm(found - before) > 2.0 * np.linalg.norm(after - before):
        return None
    found[-1] = end
    return found


def _tangent(derivative: Floats, previous: Floats) -> tuple[Floats, float]:
    """Return the unit tangent that goes on in the same sense, and the bordered sign."""
    right = np.zeros(previous.size)
    right[-1] = 1.0
    try:
        along = np.asarray(np.linalg.solve(np.vstack([derivative, previous]), right), dtype=float)
    except np.linalg.LinAlgError:
        return previous, 0.0
    unit: Floats = along / float(np.linalg.norm(along))
    return unit, float(np.linalg.slogdet(np.vstack([derivative, unit]))[0])


def _curve(
    points: list[Floats], complete: bool, turns: int, branch_points: list[float], steps: int
) -> Curve:
    return Curve(
        points=np.array(points),
        complete=complete,
        turns=turns,
        branch_points=np.array(branch_points),
        steps=steps,
    )
