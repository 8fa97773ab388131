"""Ways of a flow that suit a picture: cut where long, none beside another, and where it rests.

Velocities of games differ by orders of magnitude, so time is counted in units of 1 over the largest
velocity on a lattice.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from ..dynamics import (
    BestResponseFlow,
    BrownVonNeumannNash,
    LogitFlow,
    Replicator,
    ReplicatorMutator,
    Smith,
    rest_points,
    trajectory,
)
from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..kernels.flows.rest_points import field_rest_points
from ..kernels.simplex import compositions
from .phase_line import zeros_of
from .ternary import in_the_plane

__all__ = ["Flow", "edge_lines", "flow_lines", "marks_of", "velocities"]

Floats = npt.NDArray[np.float64]
Flow = BestResponseFlow | BrownVonNeumannNash | LogitFlow | Replicator | ReplicatorMutator | Smith

#: A way is followed so long, in units of 1 over the largest velocity, through so many points.
_TIME, _POINTS = 80.0, 4000
_TOLERANCE = 1e-7
#: In sides of the triangle: how far a way from a given start is followed; how near ways may begin
#: and come to one another; how short one may be; the distance of points that are kept.
_FAR, _BESIDE, _NEAR, _SHORT, _APART = 2.5, 0.045, 0.022, 0.1, 0.004


def velocities(game: SymmetricGame, flow: Flow, shares: Floats) -> Floats:
    """Return the velocities of a flow at shares, shape (k, s)."""
    return np.asarray(flow.velocity(shares, game.payoffs_at))


def marks_of(game: SymmetricGame, flow: Flow) -> list[tuple[Floats, str]]:
    """Return where a flow rests, and of what kind.

    Under the replicator all, by linear stability. Smith's flow, that of Brown, von Neumann and
    Nash and the best response rest at the Nash equilibria: a sink where one is evolutionarily
    stable and what is not in use earns less (Sandholm 2010), else not decided. With noise or
    mutation by Newton's method on the flow itself.
    """
    found = rest_points(game)
    if isinstance(flow, LogitFlow | ReplicatorMutator):
        near = np.array([point.point for point in found.points])
        found = field_rest_points(
            lambda shares: velocities(game, flow, shares), strategies=(game.size,), near=near
        )
    elif not isinstance(flow, Replicator):
        return [
            (point.point, "sink" if point.ess and _strict(game, point.point) else "degenerate")
            for point in (*found.points, *found.continua)
            if point.nash
        ]
    return [(point.point, point.kind) for point in (*found.points, *found.continua)]


def _strict(game: SymmetricGame, point: Floats) -> bool:
    """Return whether strategies that are not in use earn less than those that are."""
    payoffs = game.payoffs_at(point)
    slack = 1e-9 * float(np.ptp(game.table))
    return bool((payoffs[point == 0] < payoffs @ point - slack).all())


def flow_lines(
    game: SymmetricGame, flow: Flow, starts: npt.ArrayLike | None = None
) -> list[Floats]:
    """Return ways from starts, shape (t, 3) each.

    By default from a lattice: a way ends where it comes near another or itself, and is left out
    where it begins there. Given starts are followed for a fixed length.
    """
    lattice = compositions(16, 3) / 16
    fastest = float(np.abs(velocities(game, flow, lattice)).max())
    if fastest == 0:
        return []
    if starts is None:
        inside = lattice[(lattice > 0).all(axis=1)]
        first = inside[np.argsort(inside.min(axis=1), kind="stable")]  # from the edges inwards
    else:
        first = np.atleast_2d(np.asarray(starts, dtype=float))
        if first.ndim != 2 or first.shape[1] != 3:
            raise CoopgamesError(f"starts must have shape (k, 3); got {first.shape}")
    ways = [_even(way) for way in np.moveaxis(_followed(game, flow, first, _TIME / fastest), 1, 0)]
    return ways if starts is not None else _spread(ways, edge_lines(game, flow))


def _followed(game: SymmetricGame, flow: Flow, first: Floats, horizon: float) -> Floats:
    """Return states over time, shape (t, k, 3)."""
    times = np.linspace(0.0, horizon, _POINTS)
    if not isinstance(flow, BestResponseFlow):
        return trajectory(game, first, times, flow, relative_tolerance=_TOLERANCE)
    # It jumps where best replies change, which stops an integrator that controls its error. Between
    # jumps x' = b - x, so that steps with the best reply at their beginning are exact there.
    out = np.empty((_POINTS, *first.shape))
    out[0] = first
    part = -np.expm1(-times[1])
    for k in range(1, _POINTS):
        out[k] = out[k - 1] + part * velocities(game, flow, out[k - 1])
    return out


def edge_lines(game: SymmetricGame, flow: Flow) -> list[Floats]:
    """Return the ways along the edges that are never left, from rest point to rest point."""
    along = np.linspace(0.0, 1.0, 1001)
    out = []
    for i, j in combinations(range(3), 2):
        edge = np.zeros((along.size, 3))
        edge[:, i], edge[:, j] = 1.0 - along, along
        speed = velocities(game, flow, edge)
        if np.abs(speed[:, 3 - i - j]).max() > 0:
            continue
        ends = [
            0.0,
            *(zero.place for zero in zeros_of(along, speed[:, j]) if 0 < zero.place < 1),
            1.0,
        ]
        for low, high in pairwise(ends):
            way = np.sign(speed[(along > low) & (along < high), j].sum())
            if way:
                part = np.linspace(low, high, 100)[:: int(way)]
                line = np.zeros((part.size, 3))
                line[:, i], line[:, j] = 1.0 - part, part
                out.append(line)
    return out


def _even(way: Floats) -> Floats:
    """Return a way up to its largest length, by points evenly along it."""
    gone = np.append(0.0, np.cumsum(np.hypot(*np.diff(in_the_plane(way), axis=0).T)))
    places = np.arange(0.0, max(min(gone[-1], _FAR), _APART / 2), _APART)
    return np.stack([np.interp(places, gone, share) for share in way.T], axis=1)


def _spread(ways: list[Floats], others: list[Floats]) -> list[Floats]:
    """Return ways up to where they come near others, earlier ones or themselves, if long enough."""
    from scipy.spatial import cKDTree

    kept: list[Floats] = []
    recent = round(3 * _NEAR / _APART)  # points of the way itself that are near it of course
    for way in ways:
        places = in_the_plane(way)
        end = len(places)
        if kept or others:
            tree = cKDTree(in_the_plane(np.concatenate([*others, *kept])))
            distance = np.asarray(tree.query(places)[0])
            if distance[0] < _BESIDE:
                continue
            end = int(np.argmax(np.append(distance < _NEAR, True)))
        for k in range(recent, end):
            if np.hypot(*(places[: k - recent + 1] - places[k]).T).min() < _NEAR:
                end = k
                break
        if end * _APART >= _SHORT:
            kept.append(way[:end])
    return kept
