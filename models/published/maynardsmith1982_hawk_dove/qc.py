"""Hawks and doves.

Maynard Smith, J. (1982), Evolution and the Theory of Games, Cambridge University Press, chapter 2.

Model: two contest a resource of value 2; two hawks fight at cost 5 to the loser, a dove yields to a
hawk, two doves share. x is the share of hawks at the mixed rest point of the replicator dynamics.

Method: payoffs are linear in x; eigenvalue from the coefficients of the cubic x (1-x) (f_H - f_D).
"""

from __future__ import annotations

import json
from fractions import Fraction

VALUE, COST = Fraction(2), Fraction(5)


def payoffs(x: Fraction) -> tuple[Fraction, Fraction]:
    """Of hawks and of doves."""
    hawk = x * (VALUE - COST) / 2 + (1 - x) * VALUE
    return hawk, (1 - x) * VALUE / 2


def compute() -> dict[str, str]:
    intercept, end = (h - d for h, d in (payoffs(Fraction(0)), payoffs(Fraction(1))))
    slope = end - intercept
    x = -intercept / slope
    hawk, dove = payoffs(x)
    assert hawk == dove
    # x (1 - x) (p + s x) = p x + (s - p) x**2 - s x**3
    eigenvalue = intercept + 2 * (slope - intercept) * x - 3 * slope * x**2
    return {
        "x": str(x),
        "mean_payoff": str(x * hawk + (1 - x) * dove),
        "eigenvalue": str(eigenvalue),
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
