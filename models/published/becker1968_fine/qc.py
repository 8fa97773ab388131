"""The least probability of a fine that deters free riding.

Becker, G. S. (1968), Crime and punishment: an economic approach, Journal of Political Economy 76,
169-217: an offence is deterred if it gains no more than probability times fine.

Model: five players; a contribution costs 1, is multiplied by 3 and shared by all five; free riders
are fined 2 with some probability. The least one at which nobody gains by leaving when all
contribute.

Method: payoffs of one player, the others contributing.
"""

from __future__ import annotations

import json
from fractions import Fraction

PLAYERS, FACTOR, COST, FINE = 5, Fraction(3), Fraction(1), Fraction(2)


def payoff(contributes, probability):
    """Of one player where the four others contribute."""
    pool = FACTOR * COST * (PLAYERS - 1 + contributes)
    return pool / PLAYERS - (COST if contributes else probability * FINE)


def compute():
    gain = payoff(False, Fraction(0)) - payoff(True, Fraction(0))
    least = gain / FINE
    assert payoff(False, least) == payoff(True, least)
    assert payoff(False, least - Fraction(1, 100)) > payoff(True, least)
    return {"deterrence": str(least)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
