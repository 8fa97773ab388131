"""Molander (1985), after him Nowak and Sigmund (1992): how generous tit for tat may be."""

# Model: iterated prisoner's dilemma R=3, S=0, T=5, P=1, mean payoffs per round. Generous tit for
# tat cooperates first and after a cooperation, and with probability q after a defection. It is
# exploited if anybody gets more than R against it.
# Method: the others are all sequences of up to six acts, repeated for ever. What they meet depends
# on their last act alone, so that some best reply is a sequence of one or two. The last q on a grid
# at which none gets more than R, then bisection, a short fraction, and an exact check of it.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

R, S, T, P = 3, 0, 5, 1
CYCLES = [acts for n in range(1, 7) for acts in product("CD", repeat=n)]


def mean(acts: tuple[str, ...], q: Fraction) -> Fraction:
    """Mean payoff of acts repeated for ever."""
    total = Fraction(0)
    for t, act in enumerate(acts):
        trust = Fraction(1) if acts[t - 1] == "C" else q
        kind, cruel = (R, S) if act == "C" else (T, P)
        total += trust * kind + (1 - trust) * cruel
    return total / len(acts)


def exploited(q: Fraction) -> bool:
    return any(mean(acts, q) > R for acts in CYCLES)


def compute() -> dict[str, str]:
    grid = [Fraction(k, 100) for k in range(101)]
    answers = [exploited(q) for q in grid]
    first = answers.index(True)
    assert all(answers[first:])
    low, high = grid[first - 1], grid[first]
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if exploited(middle) else (middle, high)
    bound = low.limit_denominator(1000)
    assert not exploited(bound)
    assert exploited(bound + Fraction(1, 10**9))
    return {"forgiveness_bound": str(bound)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
