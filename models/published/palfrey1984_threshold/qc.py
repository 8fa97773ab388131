"""Palfrey and Rosenthal (1984), Participation and the provision of discrete public goods."""

# Model: five players, each contributes 3/10 or nothing; with three contributions or more everybody
# gets 1, contributor or not. There is no refund.
# Method: all 32 profiles; one is an equilibrium if no single player gains by switching.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

PLAYERS, THRESHOLD = 5, 3
BENEFIT, COST = Fraction(1), Fraction(3, 10)


def payoff(profile: tuple[int, ...], player: int) -> Fraction:
    gets = BENEFIT if sum(profile) >= THRESHOLD else Fraction(0)
    return gets - COST * profile[player]


def stable(profile: tuple[int, ...]) -> bool:
    """No single player gains by switching."""
    for player in range(PLAYERS):
        other = profile[:player] + (1 - profile[player],) + profile[player + 1 :]
        if payoff(other, player) > payoff(profile, player):
            return False
    return True


def compute() -> dict[str, object]:
    found = [profile for profile in product((0, 1), repeat=PLAYERS) if stable(profile)]
    sizes = [sum(profile) for profile in found]
    return {
        "count": len(found),
        "by_size": [sizes.count(size) for size in range(PLAYERS + 1)],
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
