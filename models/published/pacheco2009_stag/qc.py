"""A stag hunt among many that takes a minimum of hunters.

Pacheco, J. M., Santos, F. C., Souza, M. O. and Skyrms, B. (2009), Evolutionary dynamics of
collective action in N-person stag hunt dilemmas, Proceedings of the Royal Society B 276, 315-321.

Model: groups of 20 from an infinite population; with k contributors everybody gets F k c / N if
k >= 10, nothing otherwise; F = 12, and contributing costs c = 1. Replicator dynamics.

Method: f_C - f_D is a polynomial in the Bernstein basis; its coefficients change sign twice, so
that it has two or no roots inside (Descartes). They are bracketed on a grid of fractions and
bisected.
"""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb

GROUP, THRESHOLD = 20, 10
FACTOR, COST = Fraction(12), Fraction(1)


def good(contributors: int) -> Fraction:
    """What everybody in the group gets."""
    return FACTOR * contributors * COST / GROUP if contributors >= THRESHOLD else Fraction(0)


GAINS = [good(k + 1) - COST - good(k) for k in range(GROUP)]


def difference(x: Fraction) -> Fraction:
    """Payoff of contributors less that of the others at a share x of contributors."""
    n = GROUP - 1
    return sum(
        (comb(n, k) * x**k * (1 - x) ** (n - k) * gain for k, gain in enumerate(GAINS)),
        Fraction(0),
    )


def compute() -> dict[str, list[list[float | str]]]:
    changes = sum((a > 0) != (b > 0) for a, b in zip(GAINS, GAINS[1:], strict=False))
    roots: list[list[float | str]] = []
    steps = 64
    for i in range(steps):
        low, high = Fraction(i, steps), Fraction(i + 1, steps)
        rising = difference(low) < 0
        if rising == (difference(high) < 0):
            continue
        for _ in range(60):
            middle = (low + high) / 2
            if (difference(middle) < 0) == rising:
                low = middle
            else:
                high = middle
        roots.append([float(low), "unstable" if rising else "stable"])
    assert len(roots) == changes == 2
    return {"roots": roots}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
