"""Becker (1968), Crime and punishment, an economic approach: fining free riders."""

# Model: five players keep or contribute 1; contributions are tripled and shared by all five. Who
# keeps is fined 2 with probability p. Asked is the least p with which it is an equilibrium that all
# contribute.
# Method: the payoff of keeping, where the others contribute, is linear in p and so known from p = 0
# and p = 1; it meets that of contributing at the p sought. Listing all 32 profiles confirms it, at
# this p and slightly below it.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

PLAYERS, FACTOR, COST, FINE = 5, 3, 1, 2


def payoff(profile: tuple[int, ...], player: int, p: Fraction) -> Fraction:
    """Share of the tripled sum, less the contribution or the expected fine."""
    share = Fraction(FACTOR * COST * sum(profile), PLAYERS)
    return share - COST if profile[player] else share - p * FINE


def switched(profile: tuple[int, ...], player: int) -> tuple[int, ...]:
    return profile[:player] + (1 - profile[player],) + profile[player + 1 :]


def equilibria(p: Fraction) -> list[tuple[int, ...]]:
    """All pure equilibria."""
    return [
        profile
        for profile in product((0, 1), repeat=PLAYERS)
        if all(payoff(profile, i, p) >= payoff(switched(profile, i), i, p) for i in range(PLAYERS))
    ]


def compute() -> dict[str, object]:
    everybody = (1,) * PLAYERS
    never, always = (
        payoff(switched(everybody, 0), 0, p) - payoff(everybody, 0, p)
        for p in (Fraction(0), Fraction(1))
    )
    least = never / (never - always)
    assert 0 < least <= 1
    assert everybody in equilibria(least)
    assert everybody not in equilibria(least - Fraction(1, 10**9))
    return {"deterrence": str(least)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
