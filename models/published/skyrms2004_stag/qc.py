"""The stag hunt.

Skyrms, B. (2004), The Stag Hunt and the Evolution of Social Structure, Cambridge University Press.

Model: stag against stag 4, against hare 0, hare against stag 3, against hare 2; replicator
dynamics. x is the share of stag hunters at the mixed rest point.

Method: payoffs are linear in x; eigenvalue from the coefficients of the cubic x (1-x) (f_S - f_H).
"""

from __future__ import annotations

import json
from fractions import Fraction

MATRIX = [[4, 0], [3, 2]]


def compute() -> dict[str, str]:
    (a, b), (c, d) = MATRIX
    intercept, slope = Fraction(b - d), Fraction((a - b) - (c - d))
    x = -intercept / slope
    # x (1 - x) (p + s x) = p x + (s - p) x**2 - s x**3
    eigenvalue = intercept + 2 * (slope - intercept) * x - 3 * slope * x**2
    return {"x": str(x), "eigenvalue": str(eigenvalue)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
