"""From the votes of single bodies to the law of mandate events (decision 0002, points 1-4).

A law is an array over subsets of the institution's bodies, bit j for body j, with leading rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ..kernels.votes.subsets import couple, push, unite
from .records import Body, Composition, Institution, composition_of

__all__ = ["All", "Any", "AtLeast", "Then", "event_law", "vote_law"]

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Node = Composition | str
#: The joint law of a pool of bodies that see one ballot, over subsets of all bodies.
Pool = Callable[[Sequence[int]], Array]


def Any(*children: Node, common_cause: float | None = None) -> Composition:
    """Return the composition in which every child's mandate stands on its own."""
    return Composition(any=children, common_cause=common_cause)


def All(*children: Node, common_cause: float | None = None) -> Composition:
    """Return the composition in which no mandate stands unless every child adopts."""
    return Composition(all=children, common_cause=common_cause)


def AtLeast(k: int, *children: Node, common_cause: float | None = None) -> Composition:
    """Return the composition in which mandates stand once ``k`` children adopt."""
    return Composition(at_least=k, of=children, common_cause=common_cause)


def Then(*children: Node) -> Composition:
    """Return the composition in which each child is tried where those before adopted nothing."""
    return Composition(then=children)


def event_law(institution: Institution, pool: Pool) -> Array:
    """Return the law of the set of bodies whose mandates stand, shape (rows, 2**bodies).

    ``pool(indices)`` returns the joint law of adoption, after rounds, of bodies that share one
    ballot. A body of several centres is pooled alone.
    """
    return _law(institution, pool, _combined)


def vote_law(institution: Institution, pool: Pool) -> Array:
    """Return the joint law of single votes, coupled like `event_law` but not composed.

    Used for authorisation: which bodies would authorise, whatever was adopted.
    """
    return _law(institution, pool, lambda node, masks, index: masks)


def _combined(node: Composition, masks: Integers, index: dict[str, int]) -> Integers:
    """Return the event at each adopting subset, evaluated by the composition."""
    whole = node.common_cause is not None
    events = [_event(child, masks, index, whole=whole) for child in node.children]
    if node.then:
        out = np.zeros_like(masks)
        for event in reversed(events):
            out = np.where(event > 0, event, out)
        return out
    acted = np.sum([event > 0 for event in events], axis=0)
    needed = len(events) if node.all else node.at_least or 1
    return np.where(acted >= needed, np.bitwise_or.reduce(events), 0)


def _event(child: Node, masks: Integers, index: dict[str, int], *, whole: bool) -> Integers:
    """A child's event; one drawn as a whole (a body, a common cause) is in the mask already."""
    if isinstance(child, str) or whole or child.common_cause is not None:
        return masks & _bits(child, index)
    return _combined(child, masks, index)


def _bits(node: Node, index: dict[str, int]) -> int:
    if isinstance(node, str):
        return 1 << index[node]
    return sum(_bits(child, index) for child in node.children)


def _law(
    institution: Institution,
    pool: Pool,
    combine: Callable[[Composition, Integers, dict[str, int]], Integers],
) -> Array:
    index = {body.id: j for j, body in enumerate(institution.bodies)}
    masks = np.arange(1 << len(index))

    def law(node: Node) -> Array:
        if isinstance(node, str):
            return pool((index[node],))
        if node.common_cause is not None:
            children = couple([law(child) for child in node.children], node.common_cause)
            return push(children, combine(node, masks, index))
        together, apart = _split(node, institution.bodies, index)
        parts = [pool(tuple(together))] if together else []
        parts += [law(child) for child in apart]
        return push(unite(*parts), combine(node, masks, index))

    root = composition_of(institution)
    assert root is not None
    return law(root)


def _split(
    node: Composition, bodies: Sequence[Body], index: dict[str, int]
) -> tuple[list[int], list[Node]]:
    """Bodies below a node that share one ballot, and children that decide apart."""
    together: list[int] = []
    apart: list[Node] = []
    for child in node.children:
        if isinstance(child, str):
            body = bodies[index[child]]
            if body.centres > 1 or body.scope == "yes_voters":
                apart.append(child)
            else:
                together.append(index[child])
        elif child.common_cause is not None:
            apart.append(child)
        else:
            more, others = _split(child, bodies, index)
            together += more
            apart += others
    return together, apart
