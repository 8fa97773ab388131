"""Maggi and Morelli (2006), Self-enforcing voting: majority and unanimity among three."""

# Model: three states vote in every period, each in favour with probability 3/5; at least k Yes
# carry. Of a motion adopted a state in favour has 1, one against -1, else all have 0. An outvoted
# state complies iff its loss of 1 is at most d/(1 - d) V_k, V_k the expected payoff of a period.
# Method: V_k over all eight votes. Whether anybody is ever outvoted is read off the votes too. The
# lowest d by a grid, on which the answer must change once, bisection, a short fraction and an
# exact check. The best rule at given d by trying the condition itself.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

STATES = 3
FAVOUR = Fraction(3, 5)
RULES = (1, 2, 3)
PATIENCE = (Fraction(1, 2), Fraction(7, 10), Fraction(3, 4), Fraction(9, 10))
VOTES = list(product((False, True), repeat=STATES))


def value(k: int, state: int) -> Fraction:
    """Expected payoff of a state in a period before the votes."""
    total = Fraction(0)
    for votes in VOTES:
        chance = Fraction(1)
        for yes in votes:
            chance *= FAVOUR if yes else 1 - FAVOUR
        if sum(votes) >= k:
            total += chance * (1 if votes[state] else -1)
    return total


def worth(k: int) -> Fraction:
    (same,) = {value(k, state) for state in range(STATES)}
    return same


def enforces(k: int, d: Fraction) -> bool:
    """Every state that is outvoted by others complies."""
    outvoted = any(sum(votes) >= k and not all(votes) for votes in VOTES)
    return not outvoted or d / (1 - d) * worth(k) >= 1


def critical(k: int) -> Fraction:
    grid = [Fraction(i, 100) for i in range(100)]
    answers = [enforces(k, d) for d in grid]
    first = answers.index(True)
    assert all(answers[first:])
    if first == 0:
        return Fraction(0)
    low, high = grid[first - 1], grid[first]
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if enforces(k, middle) else (middle, high)
    answer = high.limit_denominator(1000)
    assert enforces(k, answer)
    assert not enforces(k, answer - Fraction(1, 10**9))
    return answer


def best(d: Fraction) -> int:
    values = {k: worth(k) for k in RULES if enforces(k, d)}
    (k,) = (k for k in values if values[k] == max(values.values()))
    return k


def compute() -> dict[str, object]:
    return {
        "values": [str(worth(k)) for k in RULES],
        "critical": [str(critical(k)) for k in RULES],
        "best": [best(d) for d in PATIENCE],
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
