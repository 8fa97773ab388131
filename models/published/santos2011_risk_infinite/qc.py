"""Collective risk in an infinite population.

Santos, F. C. and Pacheco, J. M. (2011), Risk of collective failure provides an escape from the
tragedy of the commons, Proceedings of the National Academy of Sciences 108, 10421-10425.

Model: groups of 6, at least 3 contributors are needed, a contribution costs .1 of the endowment,
which is lost with probability r = 1 otherwise. A contribution pays where it is pivotal, hence rest
points where C(5, 2) x**2 (1 - x)**3 = c / r.

Method: bisection in 50 digits on either side of the maximum at x = 2/5, which lies where the
derivative, proportional to 2 (1 - x) - 3 x, vanishes.
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext
from math import comb

getcontext().prec = 50

GROUP, THRESHOLD = 6, 3
COST, RISK = Decimal("0.1"), Decimal(1)


def surplus(x: Decimal) -> Decimal:
    """Probability of being pivotal, less c / r."""
    ways = comb(GROUP - 1, THRESHOLD - 1)
    return ways * x ** (THRESHOLD - 1) * (1 - x) ** (GROUP - THRESHOLD) - COST / RISK


def bisect(low: Decimal, high: Decimal) -> Decimal:
    """The root between two points of opposite sign."""
    positive = surplus(low) > 0
    assert positive != (surplus(high) > 0)
    for _ in range(150):
        middle = (low + high) / 2
        if (surplus(middle) > 0) == positive:
            low = middle
        else:
            high = middle
    return low


def compute() -> dict[str, list[float]]:
    top = Decimal(THRESHOLD - 1) / (GROUP - 1)
    return {"roots": [float(bisect(Decimal(0), top)), float(bisect(top, Decimal(1)))]}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
