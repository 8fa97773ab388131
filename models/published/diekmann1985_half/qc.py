"""The mixed equilibrium of the volunteer's dilemma.

Diekmann, A. (1985), Volunteer's dilemma, Journal of Conflict Resolution 29, 605-610.

Model: if at least one of N volunteers everybody gets U = 100, and a volunteer pays K = 50. How
likely one defects where both choices pay the same, and how likely somebody volunteers.

Method: bisection of the payoff difference, summed over what the others do, in 50 digits.
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext
from math import comb

getcontext().prec = 50

BENEFIT, COST, NUMBERS = Decimal(100), Decimal(50), (2, 3, 5, 10)


def difference(q, players):
    """Payoff of a volunteer less that of a defector where others defect with probability q."""
    others = players - 1
    some = sum(comb(others, k) * (1 - q) ** k * q ** (others - k) for k in range(1, players))
    return BENEFIT - COST - some * BENEFIT


def compute():
    out = {}
    for players in NUMBERS:
        low, high = Decimal("1e-9"), 1 - Decimal("1e-9")
        assert difference(low, players) < 0 < difference(high, players)
        for _ in range(150):
            middle = (low + high) / 2
            if difference(middle, players) < 0:
                low = middle
            else:
                high = middle
        nobody = low**players
        out[str(players)] = [float(low), float(1 - nobody)]
    return {"by_players": out}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
