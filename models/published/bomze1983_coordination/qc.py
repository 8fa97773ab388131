"""Three conventions.

Bomze, I. M. (1983), Lotka-Volterra equation and replicator dynamics: a two-dimensional
classification, Biological Cybernetics 48, 201-211.

Model: replicator dynamics of the coordination game whose matrix is the identity of order 3.

Each rest point is [shares, type by the eigenvalues on the simplex, Nash, ESS], in ascending order.

Method: supports one by one in fractions; types by trace and determinant; evolutionary stability by
the sign of the quadratic form on the directions to the best replies.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations

MATRIX = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]

Point = tuple[Fraction, Fraction, Fraction]


def payoffs(state: Point) -> list[Fraction]:
    """Of the three strategies."""
    return [sum((a * x for a, x in zip(row, state, strict=True)), Fraction(0)) for row in MATRIX]


def determinant(m: list[list[Fraction]]) -> Fraction:
    """By expansion along the first row."""
    if len(m) == 1:
        return m[0][0]
    return sum(
        (
            (-1) ** j * m[0][j] * determinant([row[:j] + row[j + 1 :] for row in m[1:]])
            for j in range(len(m))
        ),
        Fraction(0),
    )


def rest_points() -> list[tuple[Point, tuple[int, ...]]]:
    """The points of each support with equal payoffs there, by Cramer's rule."""
    points = []
    for size in (1, 2, 3):
        for support in combinations(range(3), size):
            # unknowns: shares of the support, common payoff
            system = [[Fraction(MATRIX[i][j]) for j in support] + [Fraction(-1)] for i in support]
            system.append([Fraction(1)] * size + [Fraction(0)])
            whole = determinant(system)
            assert whole != 0, "a continuum or no rest point"
            state = [Fraction(0)] * 3
            for column, i in enumerate(support):
                replaced = [row[:] for row in system]
                for k, row in enumerate(replaced):
                    row[column] = Fraction(int(k == size))
                state[i] = determinant(replaced) / whole
            if all(state[i] > 0 for i in support):
                points.append(((state[0], state[1], state[2]), support))
    return sorted(points)


def kind(state: Point) -> str:
    """From trace and determinant of the Jacobian in two coordinates."""
    payoff = payoffs(state)
    mean = sum((x * p for x, p in zip(state, payoff, strict=True)), Fraction(0))
    full = []
    for i in range(3):
        row = []
        for j in range(3):
            slope = payoff[j] + sum((state[k] * MATRIX[k][j] for k in range(3)), Fraction(0))
            row.append(state[i] * (MATRIX[i][j] - slope) + (payoff[i] - mean if i == j else 0))
        full.append(row)
    # the third share is 1 - x - y
    jacobian = [[full[i][j] - full[i][2] for j in range(2)] for i in range(2)]
    trace, product = jacobian[0][0] + jacobian[1][1], determinant(jacobian)
    if product < 0:
        return "saddle"
    if product == 0:
        return "degenerate"
    if trace == 0:
        return "centre"
    return "sink" if trace < 0 else "source"


def is_nash(state: Point) -> bool:
    """Nobody does better than those present."""
    payoff = payoffs(state)
    return all(payoff[i] == max(payoff) for i in range(3) if state[i] > 0)


def is_ess(state: Point, support: tuple[int, ...]) -> bool:
    """Nash, and -z'Az > 0 for each direction z towards a best reply."""
    if not is_nash(state):
        return False
    payoff = payoffs(state)
    best = [i for i in range(3) if payoff[i] == max(payoff)]
    if len(best) == 1:
        return True
    base = support[0]
    rays = [[Fraction(int(k == i) - int(k == base)) for k in range(3)] for i in best if i != base]

    def form(u: list[Fraction], v: list[Fraction]) -> Fraction:
        return -sum(
            (u[i] * (MATRIX[i][j] + MATRIX[j][i]) * v[j] for i in range(3) for j in range(3)),
            Fraction(0),
        )

    if any(form(u, u) <= 0 for u in rays):
        return False
    if len(rays) == 1:
        return True
    mixed, product = form(*rays), form(rays[0], rays[0]) * form(rays[1], rays[1])
    if len(support) == 1:  # only the cone between the rays counts: strict copositivity
        return mixed >= 0 or mixed**2 < product
    return mixed**2 < product


def compute() -> dict[str, list[list[list[str] | str | bool]]]:
    return {
        "rest_points": [
            [[str(x) for x in state], kind(state), is_nash(state), is_ess(state, support)]
            for state, support in rest_points()
        ]
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
