"""Correlated equilibria of chicken.

Aumann, R. J. (1974), Subjectivity and correlation in randomized strategies, Journal of Mathematical
Economics 1, 67-96; (1987), Correlated equilibrium as an expression of Bayesian rationality,
Econometrica 55, 1-18.

Model: payoffs (6, 6), (2, 7), (7, 2), (0, 0), first strategy to give way. A law over the four
profiles of which nobody who is told its part gains by another. Largest and least total payoff, the
number of corners of the set, and the law with the largest total, row by row.

Method: a corner has three of the eight inequalities tight; all 56 choices, in fractions.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations

A = [[6, 2], [7, 0]]
B = [[6, 7], [2, 0]]
CELLS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def inequalities():
    """Each a row of coefficients on the cells, to be at least 0."""
    rows = [[int(cell == other) for other in CELLS] for cell in CELLS]
    for told in (0, 1):
        rows.append([(A[told][j] - A[1 - told][j]) * (i == told) for i, j in CELLS])
        rows.append([(B[i][told] - B[i][1 - told]) * (j == told) for i, j in CELLS])
    return rows


def determinant(matrix):
    """By expansion along the first row."""
    if len(matrix) == 1:
        return matrix[0][0]
    return sum(
        (-1) ** j * matrix[0][j] * determinant([row[:j] + row[j + 1 :] for row in matrix[1:]])
        for j in range(len(matrix))
    )


def corners():
    """Laws with three tight inequalities that determine them, by Cramer's rule."""
    rows = inequalities()
    found = set()
    for tight in combinations(range(8), 3):
        system = [rows[k] for k in tight] + [[1, 1, 1, 1]]
        whole = determinant(system)
        if whole == 0:
            continue
        law = []
        for column in range(4):
            replaced = [
                row[:column] + [int(k == 3)] + row[column + 1 :] for k, row in enumerate(system)
            ]
            law.append(Fraction(determinant(replaced), whole))
        if all(sum(c * p for c, p in zip(row, law)) >= 0 for row in rows):
            found.add(tuple(law))
    return sorted(found)


def compute():
    found = corners()
    total = {law: sum(p * (A[i][j] + B[i][j]) for p, (i, j) in zip(law, CELLS)) for law in found}
    (best,) = [law for law in found if total[law] == max(total.values())]
    return {
        "max_total": str(max(total.values())),
        "min_total": str(min(total.values())),
        "vertices": len(found),
        "maximiser": [str(p) for p in best],
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
