"""Random lists of selectors that find somebody, and values assigned to states they find.

Without a world the lists use ``all`` and ``top``, which work everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from ..worlds import Assignment, Selector, World
from .values import shares

__all__ = ["assignments", "selections"]


@st.composite
def _of_roles(draw: st.DrawFn, world: World) -> tuple[Selector, ...]:
    """Some roles in the world's order, whole or in part."""
    chosen = draw(st.lists(st.sampled_from(world.roles), min_size=1, unique_by=lambda r: r.name))
    out = []
    for role in (role for role in world.roles if role in chosen):
        taken = draw(st.one_of(st.none(), st.integers(1, role.count)))
        skip = 0 if taken is None else draw(st.integers(0, role.count - taken))
        out.append(Selector(role=role.name, count=taken, skip=skip))
    return tuple(out)


def selections(world: World | None = None) -> st.SearchStrategy[tuple[Selector, ...]]:
    """Return tuples of selectors that find at least one state.

    Parameters
    ----------
    world : World, optional
        The world they must fit, whose roles and tags they may name; any world by default.

    Examples
    --------
    >>> from hypothesis import find
    >>> from coopgames.worlds import select, states_of, uniform_world
    >>> found = find(selections(), lambda s: not select(states_of(uniform_world(3)), s, "").all())
    >>> found[0].top
    1
    """
    everyone = st.just((Selector(all=True),))
    by = st.sampled_from(("capability", "population", "endowment"))
    largest = st.builds(
        lambda n, key: (Selector(top=n, by=key),), st.integers(1, world.size if world else 4), by
    )
    if world is None:
        return st.one_of(everyone, largest)
    ways = [everyone, _of_roles(world), largest]
    if any("x" in role.tags for role in world.roles):
        ways.append(st.just((Selector(tag="x"),)))
    return st.one_of(ways)


@st.composite
def _assignments(
    draw: st.DrawFn, seats: Sequence[Selector], values: st.SearchStrategy[float]
) -> tuple[Assignment, ...]:
    chosen = draw(st.lists(st.sampled_from(range(len(seats))), min_size=1, unique=True))
    out = []
    for position in sorted(chosen):
        item = seats[position]
        fields = {name: getattr(item, name) for name in item.__struct_fields__ if name != "rotates"}
        if item.top is not None:
            fields["top"] = draw(st.integers(1, item.top))
        elif item.all and draw(st.booleans()):
            fields |= {"all": False, "top": draw(st.integers(1, 2))}
        out.append(Assignment(value=draw(values), **fields))
    return tuple(out)


def assignments(
    seats: Sequence[Selector] = (Selector(all=True),),
    *,
    values: st.SearchStrategy[float] | None = None,
) -> st.SearchStrategy[tuple[Assignment, ...]]:
    """Return values for some of the states that ``seats`` find: vetoes or weights with a seat.

    Parameters
    ----------
    seats : sequence of Selector
        At least one; assignments go to states these find, and to nobody else.
    values : SearchStrategy of float, optional
        Simple shares of one by default.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(assignments(), lambda a: a[0].value == 1 and a[0].top is not None)[0].top
    1
    """
    return _assignments(tuple(seats), shares() if values is None else values)
