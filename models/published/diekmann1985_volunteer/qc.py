"""The volunteer's dilemma.

Diekmann, A. (1985), Volunteer's dilemma, Journal of Conflict Resolution 29, 605-610.

Model: groups of 5; if at least one volunteers everybody gets 2, and a volunteer pays 1. The share x
of volunteers at the interior rest point of the replicator dynamics, and its stability.

Method: bisection of the payoff difference, summed over the groups, in 50 digits; stability by its
sign on either side.
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext
from math import comb

getcontext().prec = 50

GROUP, BENEFIT, COST = 5, Decimal(2), Decimal(1)


def difference(x: Decimal) -> Decimal:
    """Payoff of volunteers less that of the others."""
    n = GROUP - 1
    free = sum(
        (comb(n, k) * x**k * (1 - x) ** (n - k) * BENEFIT for k in range(1, GROUP)), Decimal(0)
    )
    return BENEFIT - COST - free


def compute() -> dict[str, float | str]:
    low, high = Decimal("0.001"), Decimal("0.999")
    rising = difference(low) < 0
    assert rising != (difference(high) < 0)
    for _ in range(150):
        middle = (low + high) / 2
        if (difference(middle) < 0) == rising:
            low = middle
        else:
            high = middle
    return {"x": float(low), "kind": "unstable" if rising else "stable"}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
