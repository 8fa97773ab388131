"""Buchanan and Tullock (1962), The calculus of consent: a cost-minimising majority."""

# Model: of N=9 members k must agree, at cost 10 (1 - k/N)^2 + 8 (k/N)^3.
# Method: the cost times N^3 is a whole number, 10 N (N-k)^2 + 8 k^3, compared for k = 1, ..., 9.

from __future__ import annotations

import json
from fractions import Fraction

MEMBERS = 9


def scaled(k: int) -> int:
    """The cost times MEMBERS^3."""
    return 10 * MEMBERS * (MEMBERS - k) ** 2 + 8 * k**3


def compute() -> dict[str, object]:
    costs = {k: scaled(k) for k in range(1, MEMBERS + 1)}
    least = min(costs.values())
    return {
        "votes": [k for k, cost in costs.items() if cost == least],
        "cost": str(Fraction(least, MEMBERS**3)),
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
