"""Friedman (1971), A non-cooperative equilibrium for supergames: collusion of Cournot firms."""

# Model: two firms with unit cost c choose quantities in every round without end, price a - m Q.
# They share the monopoly quantity equally until one has ever produced another quantity, then play
# the Cournot equilibrium for ever.
# Method: all quantities by search on a grid of steps (a - c)/(24 m). Profits are parabolas in one
# firm's quantity, so that a grid point with equal values on its two sides is the exact maximum.
# The lowest d at which the best deviation does not gain is found by bisection, rounded to a short
# fraction and checked exactly; it must be the same for several a, m and c.

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

STEPS = 24
MARKETS = [(1, 1, 0), (10, 2, 4), (7, 3, 1)]  # a, m, c


def top(profit: Callable[[Fraction], Fraction], step: Fraction) -> Fraction:
    """The quantity with the largest profit."""
    best = max((k * step for k in range(1, STEPS)), key=profit)
    assert profit(best - step) == profit(best + step) < profit(best)
    return best


def critical(a: int, m: int, c: int) -> Fraction:
    step = Fraction(a - c, STEPS * m)

    def profit(own: Fraction, other: Fraction) -> Fraction:
        return (a - m * (own + other) - c) * own

    half = top(lambda q: profit(q, Fraction(0)), step) / 2
    reply = top(lambda q: profit(q, half), step)
    # the only quantity of the grid from which no other of the grid gains
    rivals = [k * step for k in range(STEPS + 1)]
    (cournot,) = (q for q in rivals if all(profit(x, q) <= profit(q, q) for x in rivals))
    assert top(lambda q: profit(q, cournot), step) == cournot

    def pays(d: Fraction) -> bool:
        deviate = profit(reply, half) + d * profit(cournot, cournot) / (1 - d)
        return deviate > profit(half, half) / (1 - d)

    low, high = Fraction(0), Fraction(999, 1000)
    assert pays(low)
    assert not pays(high)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if pays(middle) else (low, middle)
    answer = high.limit_denominator(1000)
    assert not pays(answer)
    assert pays(answer - Fraction(1, 10**9))
    return answer


def compute() -> dict[str, str]:
    (answer,) = {critical(*market) for market in MARKETS}
    return {"grim": str(answer)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
