"""A world written out state by state, and selectors resolved in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import SpecificationError
from ..records import exact
from .records import Role, World
from .selectors import Assignment, Selector

__all__ = ["States", "rotating_seats", "select", "states_of", "uniform_world", "values_of"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class States:
    """The states of a world in order, role by role.

    ``role`` holds role indices; ``shares`` maps capability, population, endowment (and leverage,
    where a problem gave it) to each state's exact share of the world.
    """

    world: World
    role: npt.NDArray[np.int64]
    ideal_point: npt.NDArray[np.float64]
    shares: Mapping[str, tuple[Fraction, ...]]

    @property
    def size(self) -> int:
        """Number of states."""
        return int(self.role.size)

    @property
    def hegemon(self) -> int:
        """Index of the hegemon: the named role's first state, else the most capable one."""
        if self.world.hegemon is not None:
            names = [role.name for role in self.world.roles]
            return int(np.flatnonzero(self.role == names.index(self.world.hegemon))[0])
        capability = self.shares["capability"]
        return max(range(self.size), key=lambda i: (capability[i], -i))


def _per_state(world: World, attribute: str) -> tuple[Fraction, ...]:
    given = [getattr(role, attribute) for role in world.roles]
    values = [
        role.capability if value is None else value
        for role, value in zip(world.roles, given, strict=True)
    ]
    exactly = [exact(value) for value in values]
    counts = [role.count for role in world.roles]
    total = sum((value * n for value, n in zip(exactly, counts, strict=True)), Fraction(0))
    shares = [value / total if total else Fraction(0) for value in exactly]
    return tuple(share for share, n in zip(shares, counts, strict=True) for _ in range(n))


def states_of(
    world: World,
    *,
    ideal_points: Mapping[str, float] | None = None,
) -> States:
    """Return the world state by state; a problem may override ideal points."""
    overrides = dict(ideal_points or {})
    points = [overrides.get(role.name, role.ideal_point) for role in world.roles]
    role = np.repeat(np.arange(len(world.roles)), [r.count for r in world.roles])
    shares = {name: _per_state(world, name) for name in ("capability", "population", "endowment")}
    return States(
        world=world, role=role, ideal_point=np.asarray(points, dtype=float)[role], shares=shares
    )


def _candidates(states: States, item: Selector, where: str) -> list[int] | None:
    """States a selector's way finds, in world order; None where role or tag is unknown."""
    roles = states.world.roles
    if item.role is not None or item.tag is not None:
        wanted = {
            index
            for index, role in enumerate(roles)
            if role.name == item.role or (item.tag is not None and item.tag in role.tags)
        }
        return [i for i in range(states.size) if states.role[i] in wanted] if wanted else None
    if item.all:
        return list(range(states.size))
    if item.within is not None:
        points = [exact(float(point)) for point in states.ideal_point]
        centre = points[states.hegemon] if item.of == "hegemon" else exact(item.of)
        reach = exact(item.within)
        return [i for i, point in enumerate(points) if abs(point - centre) <= reach]
    if item.by not in states.shares:
        raise SpecificationError(f"{where}: selecting by {item.by!r} needs a problem that gives it")
    share = states.shares[item.by]
    if item.at_least is not None:
        bound = exact(item.at_least)
        return [i for i in range(states.size) if share[i] >= bound]
    assert item.top is not None
    ranked = sorted(range(states.size), key=lambda i: (-share[i], i))
    return sorted(ranked[: item.top])


def _resolve(states: States, item: Selector, taken: Mask, where: str) -> list[int]:
    found = _candidates(states, item, where)
    if found is None and item.fallback == "next":
        found = [i for i in range(states.size) if not taken[i]]
    name = item.role or item.tag or "this selector"
    if not found:
        raise SpecificationError(
            f"{where}: {name!r} finds nobody in world {states.world.id!r}; its roles are "
            f"{', '.join(role.name for role in states.world.roles)}"
        )
    found = found[item.skip :]
    if not found and item.share is None:
        raise SpecificationError(
            f"{where}: {name!r} finds nobody in world {states.world.id!r} beyond the {item.skip} "
            "it skips; lower skip, or give a share, which may come to nobody"
        )
    wanted = item.count
    if item.share is not None:
        wanted = round(exact(item.share) * len(found))
    if wanted is not None:
        if wanted > len(found):
            raise SpecificationError(
                f"{where}: {name!r} asks for {wanted} states, world {states.world.id!r} has "
                f"{len(found)} left for it; lower count or choose a larger world"
            )
        found = found[:wanted]
    return found


def select(states: States, selectors: Sequence[Selector], where: str) -> Mask:
    """Return a mask of the states a list of selectors names, shape (states,)."""
    taken = np.zeros(states.size, dtype=bool)
    for position, item in enumerate(selectors):
        taken[_resolve(states, item, taken, f"{where}[{position}]")] = True
    return taken


def rotating_seats(states: States, selectors: Sequence[Selector], where: str) -> Mask:
    """Return a mask of the states whose seat rotates inside their role, shape (states,).

    Whoever has a fixed seat as well keeps it.
    """
    taken = np.zeros(states.size, dtype=bool)
    fixed = np.zeros(states.size, dtype=bool)
    for position, item in enumerate(selectors):
        found = _resolve(states, item, taken, f"{where}[{position}]")
        taken[found] = True
        fixed[found] |= not item.rotates
    return taken & ~fixed


def values_of(
    states: States, assignments: Sequence[Assignment], where: str
) -> tuple[Fraction, ...]:
    """Return the value assigned to each state, 0 where none is; later assignments override."""
    taken = np.zeros(states.size, dtype=bool)
    out = [Fraction(0)] * states.size
    for position, item in enumerate(assignments):
        found = _resolve(states, item, taken, f"{where}[{position}]")
        taken[found] = True
        for i in found:
            out[i] = exact(item.value)
    return tuple(out)


def uniform_world(size: int) -> World:
    """Return a world of ``size`` equal states at ideal point 1/2, named ``uniform-<size>``.

    Examples
    --------
    >>> uniform_world(5).size
    5
    """
    n = count("size", size, 2)
    return World(
        id=f"uniform-{n}",
        title=f"{n} equal states",
        roles=(Role(name="state", count=n, capability=1.0, ideal_point=0.5),),
        sources={"": "our assumption: equal states, for closed forms and comparisons"},
    )
