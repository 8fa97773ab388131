"""Nowak and Sigmund (1993): patience that win-stay lose-shift needs."""

# Model: donation game with b=3, c=1 (R=2, S=-1, T=3, P=0) without end, discounted by d per round;
# the other cooperates first and then exactly where both did the same in the last round.
# Method: the deviations are all sequences of acts with up to four acts at first and then up to
# four repeated for ever. The strategy has two states, so that some best reply is among these.
# Their discounted payoffs are summed exactly; the d from which on none beats mutual cooperation is
# bracketed on a grid, bisected, rounded to a short fraction and checked exactly.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

BENEFIT, COST = 3, 1
GRID = [Fraction(k, 100) for k in range(100)] + [1 - Fraction(1, 10**k) for k in range(3, 7)]

Stream = tuple[tuple[int, ...], tuple[int, ...]]  # payoffs at first, payoffs repeated for ever


def pay(own: str, other: str) -> int:
    return BENEFIT * (other == "C") - COST * (own == "C")


def react(own: str, other: str) -> str:
    return "C" if own == other else "D"


def stream(first: str, cycle: str) -> Stream:
    """What the deviator gets, round by round, until all repeats."""
    state, payoffs, seen = "C", [], {}
    for act in first:
        payoffs.append(pay(act, state))
        state = react(state, act)
    place = 0
    while (state, place) not in seen:
        seen[state, place] = len(payoffs)
        payoffs.append(pay(cycle[place], state))
        state = react(state, cycle[place])
        place = (place + 1) % len(cycle)
    start = seen[state, place]
    return tuple(payoffs[:start]), tuple(payoffs[start:])


def streams() -> set[Stream]:
    words = {n: ["".join(acts) for acts in product("CD", repeat=n)] for n in range(5)}
    firsts = [word for n in range(5) for word in words[n]]
    cycles = [word for n in range(1, 5) for word in words[n]]
    return {stream(first, cycle) for first in firsts for cycle in cycles}


def worth(payoffs: Stream, d: Fraction) -> Fraction:
    """Discounted sum of the payoffs."""
    first, cycle = payoffs
    begin = sum((d**t * x for t, x in enumerate(first)), Fraction(0))
    once = sum((d**t * x for t, x in enumerate(cycle)), Fraction(0))
    return begin + d ** len(first) * once / (1 - d ** len(cycle))


def critical() -> Fraction:
    found = streams()

    def pays(d: Fraction) -> bool:
        return any(worth(payoffs, d) > pay("C", "C") / (1 - d) for payoffs in found)

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
    return {"win_stay_lose_shift": str(critical())}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
