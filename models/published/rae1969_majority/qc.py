"""Rae (1969) and Taylor (1969): simple majority disagrees least with its members."""

# Model: five members each vote Yes with probability 1/2; at least k Yes carry, k = 1, ..., 5.
# Method: all 32 equally likely votes; the share in which the verdict differs from the vote of a
# given member, which must be the same for all five.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

MEMBERS = 5
VOTES = list(product((False, True), repeat=MEMBERS))


def disagreement(k: int) -> Fraction:
    counts = {
        sum((sum(votes) >= k) != votes[member] for votes in VOTES) for member in range(MEMBERS)
    }
    (count,) = counts
    return Fraction(count, len(VOTES))


def compute() -> dict[str, object]:
    found = {k: disagreement(k) for k in range(1, MEMBERS + 1)}
    least = min(found.values())
    return {
        "probability": [str(value) for value in found.values()],
        "votes": [k for k, value in found.items() if value == least],
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
