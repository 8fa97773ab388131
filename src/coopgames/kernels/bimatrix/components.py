r"""The set of all equilibria of a two-player game from its extreme ones.

Make a bipartite graph of the extreme strategies of both players, an edge for each extreme
equilibrium. The set of all equilibria is a union of products conv(U) x conv(V), one for each
maximal pair of sets U, V that are completely joined (the *maximal Nash subsets*). Two of them meet
iff they share an extreme equilibrium, so the connected components of the set of equilibria are
those of the graph.

The sets V of maximal pairs are all non-empty intersections of neighbourhoods N(u), found by adding
one u after the other; U is then what is joined to all of V.

References
----------
Avis, D., Rosenberg, G. D., Savani, R. & von Stengel, B. (2010). Enumeration of Nash equilibria for
two-player games. Economic Theory 42, 9-37. doi:10.1007/s00199-009-0449-x
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..._checks import count

__all__ = ["Components", "components"]

#: Most maximal Nash subsets unless told otherwise.
BUDGET = 100_000


class Components(NamedTuple):
    """How extreme equilibria hang together."""

    #: Component of each extreme equilibrium, numbered as they first occur; (equilibria,).
    component: npt.NDArray[np.intp]
    #: Index of each component; (components,).
    indices: npt.NDArray[np.int64]
    #: Maximal Nash subsets: rows of the extreme strategies of both players whose convex hulls'
    #: product it is; sorted.
    subsets: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    #: Component of each subset; (subsets,).
    component_of_subset: npt.NDArray[np.intp]
    #: False if there are more subsets than the budget: components and indices are right then, but
    #: some subsets are missing or not maximal.
    complete: bool


def components(pairs: npt.ArrayLike, indices: npt.ArrayLike, *, budget: int = BUDGET) -> Components:
    """Return the maximal Nash subsets and the connected components.

    Parameters
    ----------
    pairs : array_like of int, shape (equilibria, 2)
        Extreme strategies of both players that form an extreme equilibrium; all of them.
    indices : array_like of int, shape (equilibria,)
        Index, or share in that of the component, as in `bimatrix_enumeration.ExtremeEquilibria`.
    budget : int
        Most maximal Nash subsets.

    Returns
    -------
    Components

    Examples
    --------
    Three extreme equilibria in a path make two edges of one component:

    >>> found = components([[0, 0], [0, 1], [1, 0]], [0, 0, 1])
    >>> found.component.tolist(), found.indices.tolist()
    ([0, 0, 0], [1])
    >>> found.subsets
    (((0,), (0, 1)), ((0, 1), (0,)))
    """
    budget = count("budget", budget)
    edges = [(int(i), int(j)) for i, j in np.asarray(pairs, dtype=np.intp).reshape(-1, 2)]
    joined: dict[int, int] = {}
    for i, j in edges:
        joined[i] = joined.get(i, 0) | 1 << j
    # Components as masks of second strategies, merged neighbourhood by neighbourhood.
    merged: list[int] = []
    for mask in joined.values():
        apart = [other for other in merged if not other & mask]
        for other in merged:
            if other & mask:
                mask |= other
        merged = [*apart, mask]
    number: dict[int, int] = {}
    component = np.empty(len(edges), dtype=np.intp)
    of_second: dict[int, int] = {}
    for at, (_, j) in enumerate(edges):
        if j not in of_second:
            mask = next(mask for mask in merged if mask >> j & 1)
            of_second[j] = number.setdefault(mask, len(number))
        component[at] = of_second[j]
    total = np.zeros(len(number), dtype=np.int64)
    np.add.at(total, component, np.asarray(indices, dtype=np.int64))
    closed, complete = _intersections(list(joined.values()), budget)
    subsets = sorted(
        (tuple(sorted(i for i, mask in joined.items() if mask & both == both)), _members(both))
        for both in closed
    )
    return Components(
        component,
        total,
        tuple(subsets),
        np.array([of_second[columns[0]] for _, columns in subsets], dtype=np.intp),
        complete,
    )


def _intersections(masks: list[int], budget: int) -> tuple[set[int], bool]:
    """Return all non-empty intersections of some of the masks, up to a number."""
    found: set[int] = set()
    for mask in masks:
        found |= {mask} | {mask & other for other in found}
        found.discard(0)
        if len(found) > budget:
            return set(sorted(found)[:budget]), False
    return found, True


def _members(mask: int) -> tuple[int, ...]:
    return tuple(at for at in range(mask.bit_length()) if mask >> at & 1)
