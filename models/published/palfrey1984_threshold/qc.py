"""Pure equilibria of a threshold public good.

Palfrey, T. R. and Rosenthal, H. (1984), Participation and the provision of discrete public goods: a
strategic analysis, Journal of Public Economics 24, 171-193; no refund.

Model: five players; everybody gets 1 if at least three contribute; a contribution costs 3/10 and is
lost in any case. The number of pure equilibria, also by how many contribute.

Method: all 32 profiles and all deviations.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

PLAYERS, NEEDED, BENEFIT, COST = 5, 3, Fraction(1), Fraction(3, 10)


def payoff(profile, i):
    """Of player i."""
    return BENEFIT * (sum(profile) >= NEEDED) - COST * profile[i]


def compute():
    sizes = {}
    for profile in product((0, 1), repeat=PLAYERS):
        stable = True
        for i in range(PLAYERS):
            other = list(profile)
            other[i] = 1 - other[i]
            stable = stable and payoff(other, i) <= payoff(profile, i)
        if stable:
            key = str(sum(profile))
            sizes[key] = sizes.get(key, 0) + 1
    return {"count": sum(sizes.values()), "by_size": sizes}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
