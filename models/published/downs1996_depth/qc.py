"""Downs, Rocke and Barsoom (1996): how deep an agreement of two enforces itself."""

# Model: two choose depths x >= 0 in every round without end and have the other's depth less half
# the square of their own, discounted by 3/10 per round. Both choose the same depth until anybody
# has ever chosen another, then 0 for ever.
# Method: the gain from choosing 0, from a discounted series summed exactly, on a grid of depths
# up to 4, over which it must change from no gain to gain once; then bisection, a short fraction
# and an exact check. Beyond 2 an agreement is worse than none.

from __future__ import annotations

import json
from fractions import Fraction

D = Fraction(3, 10)


def pay(own: Fraction, other: Fraction) -> Fraction:
    return other - own**2 / 2


def gains(x: Fraction) -> bool:
    """Choosing 0 in a round, and 0 ever after with the other, is better than x for ever."""
    zero = Fraction(0)
    return pay(zero, x) + D * pay(zero, zero) / (1 - D) > pay(x, x) / (1 - D)


def compute() -> dict[str, str]:
    grid = [Fraction(k, 100) for k in range(401)]
    answers = [gains(x) for x in grid]
    first = answers.index(True)
    assert all(answers[first:])
    low, high = grid[first - 1], grid[first]
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if gains(middle) else (middle, high)
    deepest = low.limit_denominator(1000)
    assert not gains(deepest)
    assert gains(deepest + Fraction(1, 10**9))
    return {"deepest": str(deepest)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
