"""Chicken.

Aumann, R. J. (1974), Subjectivity and correlation in randomized strategies, Journal of
Mathematical Economics 1, 67-96.

Model: payoffs (6, 6), (2, 7), (7, 2), (0, 0), first strategy to give way. All equilibria with
indices, in ascending order.

Method: all pairs of supports of one size; each player's weights make the other indifferent, in
fractions; replies outside earn less. Indices by the determinants of the payoffs on the supports.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations

A = [[6, 2], [7, 0]]
B = [[6, 7], [2, 0]]


def solve(system):
    """The only solution of equations [coefficients, right-hand side], or None; by elimination."""
    rows = [[Fraction(v) for v in row] for row in system]
    unknowns = len(rows[0]) - 1
    for column in range(unknowns):
        pivot = next((r for r in range(column, len(rows)) if rows[r][column] != 0), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [v / rows[column][column] for v in rows[column]]
        for r in range(len(rows)):
            if r != column and rows[r][column] != 0:
                factor = rows[r][column]
                rows[r] = [v - factor * w for v, w in zip(rows[r], rows[column])]
    return [row[-1] for row in rows[:unknowns]]


def making_indifferent(payoffs, own, other):
    """Weights on ``other`` at which all of ``own`` earn the same; None if not all positive."""
    system = [[payoffs[i][j] for j in other] + [-1, 0] for i in own]
    system.append([1] * len(other) + [0, 1])
    solution = solve(system)
    if solution is None or min(solution[:-1]) <= 0:
        return None
    weights = [Fraction(0)] * len(payoffs[0])
    for j, weight in zip(other, solution):
        weights[j] = weight
    earned = [sum(a * w for a, w in zip(row, weights)) for row in payoffs]
    if max(earned) > solution[-1]:
        return None
    outside = [e for i, e in enumerate(earned) if i not in own]
    assert solution[-1] not in outside, "another best reply: the game is degenerate"
    return weights


def equilibria():
    """Of all pairs of supports of one size; there are no others in games not degenerate."""
    found = []
    turned = [list(column) for column in zip(*B)]
    for size in range(1, min(len(A), len(A[0])) + 1):
        for rows in combinations(range(len(A)), size):
            for columns in combinations(range(len(A[0])), size):
                y = making_indifferent(A, rows, columns)
                x = making_indifferent(turned, columns, rows)
                if x is not None and y is not None:
                    found.append((x, y))
    return sorted(found)


def determinant(matrix):
    """By expansion along the first row."""
    if not matrix:
        return Fraction(1)
    return sum(
        (-1) ** j * matrix[0][j] * determinant([row[:j] + row[j + 1 :] for row in matrix[1:]])
        for j in range(len(matrix))
    )


def index(x, y):
    """(-1)^(s + 1) times the signs of both determinants on the supports, payoffs made positive."""
    rows = [i for i, weight in enumerate(x) if weight]
    columns = [j for j, weight in enumerate(y) if weight]
    sign = -1 if len(rows) % 2 == 0 else 1
    for payoffs in (A, B):
        lowest = min(map(min, payoffs))
        part = [[Fraction(payoffs[i][j] - lowest + 1) for j in columns] for i in rows]
        value = determinant(part)
        assert value != 0
        sign *= 1 if value > 0 else -1
    return sign


def compute():
    found = equilibria()
    return {
        "equilibria": [[[str(v) for v in part] for part in pair] for pair in found],
        "indices": [index(*pair) for pair in found],
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
