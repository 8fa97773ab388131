"""Maximal Nash subsets against subsets tried one by one, components against paths."""

from itertools import combinations

import numpy as np
import pytest
from tests.unit.kernels.bimatrix_games import degenerate

from coopgames.errors import CoopgamesError
from coopgames.kernels.bimatrix.components import components
from coopgames.kernels.bimatrix.enumeration import extreme_equilibria


def maximal(edges: set) -> list:
    """Return the maximal completely joined pairs of sets by trying all sets of first ends."""
    firsts = sorted({i for i, _ in edges})
    seconds = sorted({j for _, j in edges})
    found = set()
    for size in range(1, len(firsts) + 1):
        for rows in combinations(firsts, size):
            columns = tuple(j for j in seconds if all((i, j) in edges for i in rows))
            if columns:
                full = tuple(i for i in firsts if all((i, j) in edges for j in columns))
                found.add((full, columns))
    return sorted(found)


def reachable(edges: set, start: tuple[int, int]) -> set:
    """Return the edges that hang together with one."""
    found, waiting = {start}, [start]
    while waiting:
        i, j = waiting.pop()
        for edge in edges - found:
            if edge[0] == i or edge[1] == j:
                found.add(edge)
                waiting.append(edge)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, n = rng.integers(1, 8, size=2)
    edges = np.argwhere(rng.random((m, n)) < rng.uniform(0.15, 0.9))
    rng.shuffle(edges)
    indices = rng.integers(-2, 3, size=len(edges))
    found = components(edges, indices)
    pairs = [tuple(edge) for edge in edges.tolist()]
    assert list(found.subsets) == maximal(set(pairs))
    assert found.complete
    for at, pair in enumerate(pairs):
        together = [
            other for other, part in zip(pairs, found.component) if part == found.component[at]
        ]
        assert set(together) == reachable(set(pairs), pair)
    for part, index in enumerate(found.indices):
        assert index == indices[found.component == part].sum()
    for (rows, columns), part in zip(found.subsets, found.component_of_subset):
        assert found.component[pairs.index((rows[0], columns[0]))] == part


@pytest.mark.parametrize("seed", range(40))
def test_points_of_maximal_subsets_are_equilibria(seed: int) -> None:
    first, second = (np.array(payoffs, dtype=object) for payoffs in degenerate(seed, 5))
    found = extreme_equilibria(first, second, exact=True)
    parts = components(found.pairs, found.indices)
    for rows, columns in parts.subsets:
        x = found.first[list(rows)].sum(axis=0)
        y = found.second[list(columns)].sum(axis=0)
        assert (first @ y)[x > 0].min() == (first @ y).max()
        assert (x @ second)[y > 0].min() == (x @ second).max()
    for part, index in enumerate(parts.indices):
        if (parts.component == part).sum() == 1 and not found.degenerate:
            assert abs(index) == 1


def test_numbers_of_components_are_in_the_order_of_equilibria() -> None:
    found = components([[3, 1], [0, 0], [3, 2]], [1, 0, 1])
    assert found.component.tolist() == [0, 1, 0]
    assert found.indices.tolist() == [2, 0]


def test_nothing_to_join() -> None:
    found = components(np.zeros((0, 2), dtype=int), [])
    assert found.subsets == ()
    assert found.component.size == found.indices.size == 0


def test_more_subsets_than_the_budget() -> None:
    # Everything but the diagonal: 2^n - 2 maximal pairs.
    edges = np.argwhere(~np.eye(8, dtype=bool))
    assert len(components(edges, np.zeros(len(edges), dtype=int)).subsets) == 254
    found = components(edges, np.zeros(len(edges), dtype=int), budget=100)
    assert not found.complete
    assert len(found.subsets) == 100
    assert (found.component == 0).all()
    with pytest.raises(CoopgamesError, match="budget must be >= 1; got 0"):
        components(edges, np.zeros(len(edges), dtype=int), budget=0)
