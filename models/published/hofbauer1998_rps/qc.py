"""Rock, paper, scissors where a win is worth more than a loss costs.

Hofbauer, J. and Sigmund, K. (1998), Evolutionary Games and Population Dynamics, Cambridge
University Press, section 7.7.

Model: win 2, loss 1, tie 0; replicator dynamics. The eigenvalues re +- im i at the centre, on the
simplex.

Method: the vector field in the coordinates (x, y), as polynomials differentiated exactly at the
centre by central differences (exact for cubics after one Richardson step).
"""

from __future__ import annotations

import json
from fractions import Fraction
from math import sqrt

MATRIX = [[0, -1, 2], [2, 0, -1], [-1, 2, 0]]


def field(x: Fraction, y: Fraction) -> tuple[Fraction, Fraction]:
    """The replicator equations of the first two shares."""
    state = (x, y, 1 - x - y)
    payoff = [sum((a * s for a, s in zip(row, state, strict=True)), Fraction(0)) for row in MATRIX]
    mean = sum((s * p for s, p in zip(state, payoff, strict=True)), Fraction(0))
    return x * (payoff[0] - mean), y * (payoff[1] - mean)


def derivative(component: int, variable: int) -> Fraction:
    """At the centre; central differences d(1), d(2) of a cubic: (4 d(1) - d(2)) / 3 is exact."""
    centre = Fraction(1, 3)

    def quotient(h: int) -> Fraction:
        up, down = [centre, centre], [centre, centre]
        up[variable] += h
        down[variable] -= h
        return (field(*up)[component] - field(*down)[component]) / (2 * h)

    return (4 * quotient(1) - quotient(2)) / 3


def compute() -> dict[str, str | float]:
    jacobian = [[derivative(i, j) for j in range(2)] for i in range(2)]
    trace = jacobian[0][0] + jacobian[1][1]
    determinant = jacobian[0][0] * jacobian[1][1] - jacobian[0][1] * jacobian[1][0]
    discriminant = determinant - trace**2 / 4
    assert discriminant > 0
    return {"re": str(trace / 2), "im": sqrt(discriminant)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
