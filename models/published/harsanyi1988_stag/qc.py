"""Harsanyi and Selten (1988), A general theory of equilibrium selection in games: stag hunt."""

# Model: both hunt stag (4, 4) or hare (2, 2), or the hare hunter gets 3 and the other nothing.
# Risk dominance: each strict equilibrium has the product of what either loses by leaving it alone;
# the larger product dominates.
# Nash: vertices (x, v) of {x >= 0, sum x = 1, payoff of each reply <= v}, from all choices of
# tight constraints in Fractions; pairs of vertices from which no pure deviation gains are the
# extreme equilibria. Index: sign of det(-J), J the Jacobian of the replicator field on the product
# of the simplices (+1 at strict equilibria); it must not vanish, and the indices must sum to 1.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product

FIRST = [[4, 0], [3, 2]]
SECOND = [[4, 3], [0, 2]]

Vector = tuple[Fraction, ...]


def solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """The only solution of a square system, if there is just one."""
    n = len(matrix)
    rows = [matrix[i] + [right[i]] for i in range(n)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(n):
            if i != k:
                factor = rows[i][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k])]
    return [row[n] for row in rows]


def mixtures(replies: list[list[int]]) -> list[Vector]:
    """Mixtures at vertices; replies[s][t] is what the other gets by t against s."""
    m, n = len(replies), len(replies[0])
    # each constraint reads: row . (x, v) >= 0
    rows = [[Fraction(i == k) for i in range(m)] + [Fraction(0)] for k in range(m)]
    rows += [[Fraction(-replies[i][t]) for i in range(m)] + [Fraction(1)] for t in range(n)]
    total = [Fraction(1)] * m + [Fraction(0)]
    found = set()
    for tight in combinations(rows, m):
        point = solve([*tight, total], [Fraction(0)] * m + [Fraction(1)])
        if point and all(sum(a * z for a, z in zip(row, point)) >= 0 for row in rows):
            found.add(tuple(point[:m]))
    return sorted(found)


def rows_get(y: Vector) -> list[Fraction]:
    """Payoff of each row against y."""
    return [sum((a * q for a, q in zip(row, y)), Fraction(0)) for row in FIRST]


def columns_get(x: Vector) -> list[Fraction]:
    """Payoff of each column against x."""
    return [sum((b * p for b, p in zip(column, x)), Fraction(0)) for column in zip(*SECOND)]


def dot(x: Vector, values: list[Fraction]) -> Fraction:
    return sum((p * value for p, value in zip(x, values)), Fraction(0))


def is_equilibrium(x: Vector, y: Vector) -> bool:
    """No pure deviation gains."""
    first, second = rows_get(y), columns_get(x)
    return dot(x, first) == max(first) and dot(y, second) == max(second)


def equilibria() -> list[tuple[Vector, Vector]]:
    of_rows = mixtures(SECOND)
    of_columns = mixtures([list(column) for column in zip(*FIRST)])
    return sorted((x, y) for x in of_rows for y in of_columns if is_equilibrium(x, y))


def determinant(matrix: list[list[Fraction]]) -> Fraction:
    """By expansion along the first row."""
    if not matrix:
        return Fraction(1)
    total = Fraction(0)
    for k, entry in enumerate(matrix[0]):
        minor = [row[:k] + row[k + 1 :] for row in matrix[1:]]
        total += (-1) ** k * entry * determinant(minor)
    return total


def index(x: Vector, y: Vector) -> int:
    """Sign of det(-J) of the replicator field, the last strategy of each player eliminated."""
    m, n = len(x), len(y)
    first, second = rows_get(y), columns_get(x)
    mean_first, mean_second = dot(x, first), dot(y, second)
    by_column = [sum((x[i] * FIRST[i][j] for i in range(m)), Fraction(0)) for j in range(n)]
    by_row = [sum((y[j] * SECOND[i][j] for j in range(n)), Fraction(0)) for i in range(m)]
    jacobian = []
    for i in range(m):
        own = [(i == k) * (first[i] - mean_first) - x[i] * first[k] for k in range(m)]
        cross = [x[i] * (FIRST[i][j] - by_column[j]) for j in range(n)]
        jacobian.append(own + cross)
    for j in range(n):
        cross = [y[j] * (SECOND[i][j] - by_row[i]) for i in range(m)]
        own = [(j == k) * (second[j] - mean_second) - y[j] * second[k] for k in range(n)]
        jacobian.append(cross + own)
    kept = [k for k in range(m + n) if k not in (m - 1, m + n - 1)]
    last = {k: m - 1 if k < m else m + n - 1 for k in kept}
    value = determinant([[jacobian[r][last[c]] - jacobian[r][c] for c in kept] for r in kept])
    assert value
    return 1 if value > 0 else -1


def compute() -> dict[str, object]:
    products = {}
    for i, j in product(range(2), repeat=2):
        first = FIRST[i][j] - FIRST[1 - i][j]
        second = SECOND[i][j] - SECOND[i][1 - j]
        if first > 0 and second > 0:
            products[i, j] = first * second
    assert list(products) == [(0, 0), (1, 1)]
    losses = list(products.values())
    assert losses[0] != losses[1]
    found = equilibria()
    indices = [index(x, y) for x, y in found]
    assert sum(indices) == 1
    return {
        "product_first": losses[0],
        "product_second": losses[1],
        "risk_dominant": losses.index(max(losses)),
        "equilibria": [[[str(p) for p in mixture] for mixture in pair] for pair in found],
        "indices": indices,
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
