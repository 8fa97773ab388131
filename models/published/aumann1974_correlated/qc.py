"""Aumann (1974), Subjectivity and correlation in randomized strategies: correlated chicken."""

# Model: both give way (6, 6) or dare (0, 0), or one dares and gets 7, the other 2. A law over the
# four profiles is a correlated equilibrium if nobody gains by disobeying what is recommended.
# Method: three of the eight inequalities (four of sign, four of incentive) are made equations with
# that of the total, in all 56 ways, and solved by Cramer's rule; what is feasible is a corner. The
# totals are linear, so that their extremes are at corners.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations

PROFILES = [(0, 0), (0, 1), (1, 0), (1, 1)]
FIRST = [[6, 2], [7, 0]]
SECOND = [[6, 7], [2, 0]]


def determinant(matrix: list[list[int]]) -> int:
    """By expansion along the first row."""
    if not matrix:
        return 1
    return sum(
        (-1) ** k * entry * determinant([row[:k] + row[k + 1 :] for row in matrix[1:]])
        for k, entry in enumerate(matrix[0])
    )


def inequalities() -> list[list[int]]:
    """Each reads: row . law >= 0."""
    rows = [[int(k == j) for k in range(4)] for j in range(4)]
    for told in (0, 1):
        rows.append([(i == told) * (FIRST[i][j] - FIRST[1 - i][j]) for i, j in PROFILES])
        rows.append([(j == told) * (SECOND[i][j] - SECOND[i][1 - j]) for i, j in PROFILES])
    return rows


def corners() -> list[tuple[Fraction, ...]]:
    rows = inequalities()
    found = set()
    for tight in combinations(rows, 3):
        system = [*tight, [1, 1, 1, 1]]
        base = determinant(system)
        if not base:
            continue
        law = []
        for k in range(4):
            replaced = [row[:k] + [int(row is system[3])] + row[k + 1 :] for row in system]
            law.append(Fraction(determinant(replaced), base))
        if all(sum(a * p for a, p in zip(row, law)) >= 0 for row in rows):
            found.add(tuple(law))
    return sorted(found)


def compute() -> dict[str, object]:
    found = corners()
    totals = [
        sum(((FIRST[i][j] + SECOND[i][j]) * p for p, (i, j) in zip(law, PROFILES)), Fraction(0))
        for law in found
    ]
    assert totals.count(max(totals)) == 1
    best = found[totals.index(max(totals))]
    return {
        "max_total": str(max(totals)),
        "min_total": str(min(totals)),
        "vertices": len(found),
        "maximiser": [str(p) for p in best],
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
