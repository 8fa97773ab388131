"""One fitter mutant in a well-mixed population.

Lieberman, E., Hauert, C. and Nowak, M. A. (2005), Evolutionary dynamics on graphs, Nature 433,
312-316.

Model: Moran process in a population of 10: a parent is drawn in proportion to fitness, its
offspring replaces an individual drawn at random. One mutant has fitness 2, the nine residents 1.

Method: the one-step equations of the whole chain of 11 states, solved by elimination in fractions.
"""

from __future__ import annotations

import json
from fractions import Fraction

POPULATION = 10
FITNESS = Fraction(2)


def solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gauss-Jordan elimination."""
    n = len(matrix)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(n):
        pivot = next(i for i in range(column, n) if rows[i][column] != 0)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for i in range(n):
            if i != column and rows[i][column] != 0:
                factor = rows[i][column]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[column], strict=True)]
    return [row[n] for row in rows]


def compute() -> dict[str, str]:
    n = POPULATION
    matrix = [[Fraction(int(i == j)) for j in range(n + 1)] for i in range(n + 1)]
    right = [Fraction(0)] * n + [Fraction(1)]
    for i in range(1, n):
        total = i * FITNESS + n - i
        up = i * FITNESS / total * Fraction(n - i, n)
        down = Fraction(n - i) / total * Fraction(i, n)
        matrix[i][i] = up + down
        matrix[i][i + 1] = -up
        matrix[i][i - 1] = -down
    return {"fixation_probability": str(solve(matrix, right)[1])}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
