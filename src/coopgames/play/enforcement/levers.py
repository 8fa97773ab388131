"""The rules over which enforcement is mapped, and what changing one of them means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..._checks import at_least, count, probability
from ...errors import CoopgamesError
from ...institutions import Chamber, Institution, variant
from ...worlds import World, uniform_world

__all__ = ["FRONTIER_LEVERS", "FrontierLever", "lever_values", "with_lever"]

FrontierLever = Literal[
    "detection",
    "severity",
    "delegation",
    "quota",
    "false_alarm",
    "blocking",
    "size",
    "capability",
]

#: The rules that can be varied, the same in every body. ``blocking`` is the probability that a No
#: blocks, of the seats that hold a veto, or of all where a body names none; ``size`` the number of
#: states of a uniform world; ``capability`` a factor on that of the hegemon, or of the strongest
#: role where a world names none.
FRONTIER_LEVERS: tuple[FrontierLever, ...] = (
    "detection",
    "severity",
    "delegation",
    "quota",
    "false_alarm",
    "blocking",
    "size",
    "capability",
)
#: Levers that change the world, so that an institution needs no body.
OF_THE_WORLD = ("size", "capability")
#: Smallest and largest world tried when no sizes are given, our assumption. [states]
SIZES = (20, 200)
#: Smallest and largest factor tried when none are given, our assumption.
FACTORS = (0.25, 4.0)


def with_lever(
    institution: Institution, world: World, lever: str, value: float
) -> tuple[Institution, World]:
    """Return an institution and a world with one rule changed.

    Parameters
    ----------
    institution, world : Institution, World
    lever : str
        One of `FRONTIER_LEVERS`.
    value : float
        As `lever_values` accepts it.

    Raises
    ------
    CoopgamesError
        If the institution has no body whose rule could change.

    Examples
    --------
    >>> from coopgames.institutions import Body, Institution
    >>> from coopgames.worlds import uniform_world
    >>> council = Institution(id="council", bodies=(Body(id="council"),))
    >>> with_lever(council, uniform_world(4), "detection", 0.5)[0].bodies[0].detection
    0.5
    """
    if lever not in OF_THE_WORLD and not institution.bodies:
        raise CoopgamesError(
            f"institution {institution.id!r} has no body whose {lever} could change; take another "
            "institution, or size or capability"
        )
    if lever == "size":
        return institution, uniform_world(int(value))
    if lever == "capability":
        return institution, _scaled(world, value)
    if lever == "quota":
        return variant(institution, quota=value, strict=False), world
    if lever == "blocking":
        return _with_blocking(institution, value), world
    change: dict[str, Any] = {lever: value}
    return variant(institution, **change), world


def _scaled(world: World, factor: float) -> World:
    strongest = max(world.roles, key=lambda role: role.capability).name
    name = world.hegemon or strongest
    roles = tuple(
        role.replace(capability=role.capability * factor) if role.name == name else role
        for role in world.roles
    )
    return world.replace(roles=roles, hegemon=name)


def _with_blocking(institution: Institution, value: float) -> Institution:
    bodies = []
    for body in institution.bodies:
        if body.chambers:
            chambers = tuple(
                chamber.replace(blocking=_blocking(chamber, value)) for chamber in body.chambers
            )
            bodies.append(body.replace(chambers=chambers))
        else:
            bodies.append(body.replace(blocking=_blocking(body, value)))
    return institution.replace(bodies=tuple(bodies))


def _blocking(chamber: Chamber, value: float) -> Any:
    if isinstance(chamber.blocking, tuple) and any(item.value for item in chamber.blocking):
        return tuple(item.replace(value=value) if item.value else item for item in chamber.blocking)
    return value


def lever_values(lever: str, values: Sequence[float] | None, points: int) -> list[float]:
    """Return the values given, checked, or evenly spaced ones.

    Parameters
    ----------
    lever : str
        One of `FRONTIER_LEVERS`, or 'discount_factor'.
    values : sequence of float, optional
        Severity in stakes, capability a factor of at least 0, sizes whole and at least 2, quotas in
        (0, 1], all else in [0, 1].
    points : int
        Number of values where none are given, at least 2: up to 1, from 20 to 200 states, or from a
        quarter to four times the capability in equal ratios; discount factors from 0 by steps of
        one over ``points``.
    """
    if values is None:
        return _spaced(lever, count("points", points, 2))
    if lever == "size":
        return [float(count("values", value, 2)) for value in values]
    if lever in ("severity", "capability"):
        return [at_least("values", value, 0) for value in values]
    given = [probability("values", value) for value in values]
    if lever == "quota" and min(given, default=1.0) == 0:
        raise CoopgamesError("values of a quota must lie in (0, 1]; got 0")
    return given


def _spaced(lever: str, number: int) -> list[float]:
    if lever == "size":
        sizes = np.linspace(*SIZES, number).round()
        return [float(size) for size in np.unique(sizes)]
    if lever == "capability":
        return [float(factor) for factor in np.geomspace(*FACTORS, number)]
    if lever == "discount_factor":
        return [step / number for step in range(number)]
    start = 1.0 / number if lever == "quota" else 0.0
    return [float(value) for value in np.linspace(start, 1.0, number)]
