"""Friedman (1971), A non-cooperative equilibrium for supergames: grim, breaches half noticed."""

# Model: prisoner's dilemma T=5, R=3, P=1 without end, discounted by d per round. One player
# defects in every round; each time this is noticed with probability 1/2 before the next round;
# the other cooperates until then, and from then on both defect.
# Method: the deviator's payoffs are summed over the round N in which it is first noticed:
# sum over N >= 1 of q (1-q)^(N-1) (T (1 + d + ... + d^(N-1)) + P d^N/(1-d)). 64 terms are summed
# one by one; the rest lies between all T and all P, so that the sign of the gain is exact unless
# zero is between the bounds. Bisection gives d, rounded to a short fraction; zero must be between
# the bounds there, gain and loss be certain just below and above.

from __future__ import annotations

import json
from fractions import Fraction

T, R, P = 5, 3, 1
NOTICED = Fraction(1, 2)
TERMS = 64


def gain(d: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds on the deviator's discounted payoff less that of mutual cooperation."""
    total, hidden, kept = Fraction(0), Fraction(1), Fraction(0)
    for n in range(1, TERMS + 1):
        kept += d ** (n - 1) * T
        total += hidden * NOTICED * (kept + d**n * P / (1 - d))
        hidden *= 1 - NOTICED
    low = total + hidden * P / (1 - d)
    high = total + hidden * T / (1 - d)
    return low - R / (1 - d), high - R / (1 - d)


def critical() -> Fraction:
    low, high = Fraction(0), Fraction(99, 100)
    assert gain(low)[0] > 0
    assert gain(high)[1] < 0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if gain(middle)[0] > 0 else (low, middle)
    answer = high.limit_denominator(1000)
    small = Fraction(1, 10**9)
    assert gain(answer - small)[0] > 0 > gain(answer + small)[1]
    assert gain(answer)[0] <= 0 <= gain(answer)[1]
    return answer


def compute() -> dict[str, str]:
    return {"grim": str(critical())}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
