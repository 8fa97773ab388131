"""Friedman (1971), A non-cooperative equilibrium for supergames: grim in a public goods game."""

# Model: N=5 players keep or contribute 1 in every round without end, contributions are multiplied
# by r=3 and shared by all five. All contribute until anybody has ever kept, then nobody does.
# Method: one player follows each of all sequences of acts with up to three acts at first and then
# up to three repeated for ever, the four others are grim and all five are played round by round.
# Once the others keep they keep for ever, so that two acts and one repeated would do. Discounted
# payoffs are summed exactly; the d from which on no sequence beats contributing is bracketed on a
# grid, bisected, rounded to a short fraction and checked exactly.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

PLAYERS, FACTOR = 5, 3
GRID = [Fraction(k, 100) for k in range(100)] + [1 - Fraction(1, 10**k) for k in range(3, 7)]

# payoffs at first, payoffs repeated for ever
Stream = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def payoff(acts: list[int]) -> Fraction:
    """Of the first player."""
    return Fraction(FACTOR * sum(acts), PLAYERS) - acts[0]


def stream(first: tuple[int, ...], cycle: tuple[int, ...]) -> Stream:
    """What the first player gets, round by round, until all repeats."""
    payoffs: list[Fraction] = []
    seen: dict[tuple[int, int], int] = {}
    trust, time = 1, 0
    while True:
        if time < len(first):
            own = first[time]
        else:
            place = (time - len(first)) % len(cycle)
            if (trust, place) in seen:
                start = seen[trust, place]
                return tuple(payoffs[:start]), tuple(payoffs[start:])
            seen[trust, place] = time
            own = cycle[place]
        acts = [own] + [trust] * (PLAYERS - 1)
        payoffs.append(payoff(acts))
        trust = trust if all(acts) else 0
        time += 1


def streams() -> set[Stream]:
    firsts = [acts for n in range(4) for acts in product((0, 1), repeat=n)]
    cycles = [acts for n in range(1, 4) for acts in product((0, 1), repeat=n)]
    return {stream(first, cycle) for first in firsts for cycle in cycles}


def worth(payoffs: Stream, d: Fraction) -> Fraction:
    """Discounted sum of the payoffs."""
    first, cycle = payoffs
    begin = sum((d**t * x for t, x in enumerate(first)), Fraction(0))
    once = sum((d**t * x for t, x in enumerate(cycle)), Fraction(0))
    return begin + d ** len(first) * once / (1 - d ** len(cycle))


def critical() -> Fraction:
    found = streams()
    together = payoff([1] * PLAYERS)

    def pays(d: Fraction) -> bool:
        return any(worth(payoffs, d) > together / (1 - d) for payoffs in found)

    last = max(i for i, d in enumerate(GRID) if pays(d))
    low, high = GRID[last], GRID[last + 1]
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if pays(middle) else (low, middle)
    answer = high.limit_denominator(1000)
    assert not pays(answer)
    assert pays(answer - Fraction(1, 10**9))
    return answer


def compute() -> dict[str, str]:
    return {"grim": str(critical())}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
