"""A public good game that one may leave.

Hauert, C., De Monte, S., Hofbauer, J. and Sigmund, K. (2002), Replicator dynamics for optional
public good games, Journal of Theoretical Biology 218, 187-194.

Model: groups of 5 from an infinite population; cooperators (x) contribute 1, the pot is trebled and
shared among the participants; defectors (y) contribute nothing; loners (z) get 1, and so does a
participant who is alone. The interior rest point.

Method: z by bisection of 1 + (r-1) z**(N-1) = (r/N) (1 - z**N) / (1 - z), the share of cooperators
among participants from the condition that participants earn what loners do; the payoffs there are
then recomputed by summing over all groups.
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext
from math import factorial

getcontext().prec = 50

FACTOR, GROUP, LONER, COST = Decimal(3), 5, Decimal(1), Decimal(1)


def excess(z: Decimal) -> Decimal:
    """The advantage of defecting over cooperating, up to a sign and a factor c."""
    series = sum((z**k for k in range(GROUP)), Decimal(0))  # (1 - z**N) / (1 - z)
    return 1 + (FACTOR - 1) * z ** (GROUP - 1) - FACTOR / GROUP * series


def payoffs(x: Decimal, y: Decimal, z: Decimal) -> tuple[Decimal, Decimal]:
    """Of cooperators and defectors, summed over the compositions of the four others."""
    others = GROUP - 1
    cooperator = defector = Decimal(0)
    for i in range(others + 1):
        for j in range(others + 1 - i):
            k = others - i - j
            ways = factorial(others) // (factorial(i) * factorial(j) * factorial(k))
            weight = ways * x**i * y**j * z**k
            alone = k == others
            cooperator += weight * (
                LONER if alone else FACTOR * COST * (i + 1) / (i + j + 1) - COST
            )
            defector += weight * (LONER if alone else FACTOR * COST * i / (i + j + 1))
    return cooperator, defector


def compute() -> dict[str, float]:
    low, high = Decimal("0.01"), Decimal("0.99")
    assert excess(low) > 0 > excess(high)  # z = 1 is a root, but no interior rest point
    for _ in range(150):
        middle = (low + high) / 2
        if excess(middle) > 0:
            low = middle
        else:
            high = middle
    z = low
    cooperating = LONER / ((FACTOR - 1) * COST)
    x, y = (1 - z) * cooperating, (1 - z) * (1 - cooperating)
    assert all(abs(payoff - LONER) < Decimal("1e-40") for payoff in payoffs(x, y, z))
    return {"x": float(x), "y": float(y), "z": float(z)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
