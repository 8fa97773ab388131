"""Diekmann (1985), Volunteer's dilemma: benefit 20, cost 5, two and four players."""

# Model: everybody gets 20 if at least one volunteers, and each volunteer pays 5. In the mixed
# equilibrium all defect with the same probability q, indifferent between both.
# Method: bisection in 50 digits on the indifference condition, the defector's payoff summed over
# the numbers of volunteers among the others; somebody volunteers unless all defect.

from __future__ import annotations

import json
from decimal import Decimal, getcontext
from math import comb

getcontext().prec = 50

BENEFIT, COST = Decimal(20), Decimal(5)
GROUPS = (2, 4)


def advantage(q: Decimal, players: int) -> Decimal:
    """Payoff of volunteering less that of defecting, if all others defect with probability q."""
    others = players - 1
    free = sum(
        (comb(others, k) * (1 - q) ** k * q ** (others - k) * BENEFIT for k in range(1, players)),
        Decimal(0),
    )
    return BENEFIT - COST - free


def defecting(players: int) -> Decimal:
    """The q at which both are as good; volunteering pays more the more the others defect."""
    low, high = Decimal("1e-30"), Decimal(1)
    assert advantage(low, players) < 0 < advantage(high, players)
    for _ in range(150):
        middle = (low + high) / 2
        if advantage(middle, players) < 0:
            low = middle
        else:
            high = middle
    return high


def compute() -> dict[str, object]:
    out = {}
    for players in GROUPS:
        q = defecting(players)
        nobody = Decimal(1)
        for _ in range(players):
            nobody *= q
        out[str(players)] = {"defect": float(q), "provided": float(1 - nobody)}
    return {"by_players": out}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
