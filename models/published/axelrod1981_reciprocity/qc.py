"""Axelrod (1981), after Friedman (1971): patience that grim and tit for tat need."""

# Model: prisoner's dilemma R=3, S=0, T=5, P=1 without end, discounted by d per round; the other
# plays grim or tit for tat, both of which begin with C.
# Method: the deviations are all sequences of acts with up to three acts at first and then up to
# three repeated for ever. The strategies have two states, so that some best reply is among these.
# Their discounted payoffs are summed exactly; the d from which on none beats mutual cooperation is
# bracketed on a grid, bisected, rounded to a short fraction and checked exactly.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

PAY = {"CC": 3, "CD": 0, "DC": 5, "DD": 1}  # own act first
GRID = [Fraction(k, 100) for k in range(100)] + [1 - Fraction(1, 10**k) for k in range(3, 7)]

Rule = dict[str, str]  # next act after the rule's own act and the deviator's
Stream = tuple[tuple[int, ...], tuple[int, ...]]  # payoffs at first, payoffs repeated for ever

GRIM = {"CC": "C", "CD": "D", "DC": "D", "DD": "D"}
TIT_FOR_TAT = {"CC": "C", "CD": "D", "DC": "C", "DD": "D"}


def stream(rule: Rule, first: str, cycle: str) -> Stream:
    """What the deviator gets, round by round, until all repeats."""
    state, payoffs, seen = "C", [], {}
    for act in first:
        payoffs.append(PAY[act + state])
        state = rule[state + act]
    place = 0
    while (state, place) not in seen:
        seen[state, place] = len(payoffs)
        payoffs.append(PAY[cycle[place] + state])
        state = rule[state + cycle[place]]
        place = (place + 1) % len(cycle)
    start = seen[state, place]
    return tuple(payoffs[:start]), tuple(payoffs[start:])


def streams(rule: Rule) -> set[Stream]:
    words = {n: ["".join(acts) for acts in product("CD", repeat=n)] for n in range(4)}
    firsts = [word for n in range(4) for word in words[n]]
    cycles = [word for n in range(1, 4) for word in words[n]]
    return {stream(rule, first, cycle) for first in firsts for cycle in cycles}


def worth(payoffs: Stream, d: Fraction) -> Fraction:
    """Discounted sum of the payoffs."""
    first, cycle = payoffs
    begin = sum((d**t * x for t, x in enumerate(first)), Fraction(0))
    once = sum((d**t * x for t, x in enumerate(cycle)), Fraction(0))
    return begin + d ** len(first) * once / (1 - d ** len(cycle))


def critical(rule: Rule) -> Fraction:
    found = streams(rule)

    def pays(d: Fraction) -> bool:
        return any(worth(payoffs, d) > PAY["CC"] / (1 - d) for payoffs in found)

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
    return {"grim": str(critical(GRIM)), "tit_for_tat": str(critical(TIT_FOR_TAT))}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
