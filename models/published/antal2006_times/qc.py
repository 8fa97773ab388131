"""How long neutral evolution takes.

Antal, T. and Scheuring, I. (2006), Fixation of strategies for an evolutionary game in finite
populations, Bulletin of Mathematical Biology 68, 1923-1944.

Model: neutral Moran process, 10 individuals, i mutants go to i+1 and to i-1 each with probability
i(10-i)/100 per step; start with one mutant. Times are counted in steps: until one of the two types
is lost, and until the mutants have taken over given that they do.

Method: the linear equations of the whole chain in fractions. Given fixation: phi(i) * t(i) = s(i)
with s(i) = phi(i) + sum over j of P(i,j) s(j), where phi is the fixation probability.
"""

from __future__ import annotations

import json
from fractions import Fraction

POPULATION = 10


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
    for i in range(1, n):
        rate = Fraction(i * (n - i), n * n)
        matrix[i][i], matrix[i][i + 1], matrix[i][i - 1] = 2 * rate, -rate, -rate
    zero, one = Fraction(0), Fraction(1)
    unconditional = solve(matrix, [zero] + [one] * (n - 1) + [zero])
    fixation = solve(matrix, [zero] * n + [one])
    weighted = solve(matrix, [zero, *fixation[1:n], zero])
    return {
        "unconditional": str(unconditional[1]),
        "conditional": str(weighted[1] / fixation[1]),
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
