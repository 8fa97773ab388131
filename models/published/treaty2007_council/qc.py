"""The Council of the European Union under the Treaty of Lisbon, 27 states.

Treaty of Lisbon (2007), Treaty on European Union, Article 16(4); the 27 states after the
withdrawal of the United Kingdom, populations in thousands.

Rule: a motion passes if and only if

* at least 15 of the 27 states (55 per cent) with at least 65 per cent of the population are in
  favour; or
* at least 24 states are in favour (a blocking minority must include at least four states).

The population threshold is the exact one, 13/20 of the total: rounded up to a whole number, which
changes nothing since populations are whole.

Method: meet in the middle. The coalitions of the 26 other states are pairs of coalitions of two
halves of 13 states; the populations of one half are kept in sorted lists, one for each number of
states, and bisection counts the partners that make a given state critical. The winning
coalitions are counted in the same way over halves of 13 and 14 states, and checked against the
sum of the swings.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from fractions import Fraction
from math import comb, factorial

POPULATION = {
    "germany": 83019,
    "france": 67013,
    "italy": 60360,
    "spain": 46937,
    "poland": 37973,
    "romania": 19414,
    "netherlands": 17282,
    "belgium": 11456,
    "greece": 10725,
    "czechia": 10650,
    "portugal": 10277,
    "sweden": 10230,
    "hungary": 9773,
    "austria": 8859,
    "bulgaria": 7000,
    "denmark": 5806,
    "finland": 5518,
    "slovakia": 5450,
    "ireland": 4904,
    "croatia": 4076,
    "lithuania": 2794,
    "slovenia": 2081,
    "latvia": 1920,
    "estonia": 1325,
    "cyprus": 876,
    "luxembourg": 614,
    "malta": 494,
}
N = len(POPULATION)
STATES_NEEDED = 15
STATES_ENOUGH = 24
# Smallest whole population that is at least 65 per cent (13/20) of the total.
PEOPLE_NEEDED = -(-13 * sum(POPULATION.values()) // 20)
assert N == 27


def sums_by_size(people: list[int]) -> list[list[int]]:
    """Sorted populations of all the coalitions of these states, by number of states."""
    sums: list[list[int]] = [[] for _ in range(len(people) + 1)]
    for mask in range(2 ** len(people)):
        members = [p for j, p in enumerate(people) if mask >> j & 1]
        sums[len(members)].append(sum(members))
    for row in sums:
        row.sort()
    return sums


def at_least(left: list[int], right: list[int], threshold: int) -> int:
    """Pairs, one from each sorted list, whose sum reaches the threshold."""
    return sum(len(right) - bisect_left(right, threshold - x) for x in left)


def reaching(people: list[int], threshold: int, sizes: range) -> list[int]:
    """How many coalitions of s of these states reach the threshold, for s in ``sizes``."""
    left = sums_by_size(people[::2])
    right = sums_by_size(people[1::2])
    return [
        sum(
            at_least(left[a], right[s - a], threshold)
            for a in range(len(left))
            if 0 <= s - a < len(right)
        )
        for s in sizes
    ]


def winning_by_size() -> list[int]:
    """Number of winning coalitions of s states, for s = 0 .. 27."""
    counts = [0] * STATES_NEEDED
    people = list(POPULATION.values())
    counts += reaching(people, PEOPLE_NEEDED, range(STATES_NEEDED, STATES_ENOUGH))
    counts += [comb(N, s) for s in range(STATES_ENOUGH, N + 1)]
    return counts


def swings_by_size(state: str) -> list[int]:
    """Coalitions of s other states that lose without and win with the state, s = 0 .. 26."""
    others = [p for name, p in POPULATION.items() if name != state]
    own = POPULATION[state]
    joined_sizes = range(STATES_NEEDED - 1, STATES_ENOUGH - 1)  # s + 1 in 15 .. 23
    alone_sizes = range(STATES_NEEDED, STATES_ENOUGH)  # s in 15 .. 23
    joined = dict(
        zip(joined_sizes, reaching(others, PEOPLE_NEEDED - own, joined_sizes), strict=True)
    )
    alone = dict(zip(alone_sizes, reaching(others, PEOPLE_NEEDED, alone_sizes), strict=True))
    out = []
    for s in range(N):
        win_with = comb(N - 1, s) if s + 1 >= STATES_ENOUGH else joined.get(s, 0)
        win_without = comb(N - 1, s) if s >= STATES_ENOUGH else alone.get(s, 0)
        # Every coalition that wins without the state also wins with it.
        out.append(win_with - win_without)
    return out


def compute() -> dict[str, str | float]:
    winning = winning_by_size()
    w = sum(winning)
    swings = {state: swings_by_size(state) for state in POPULATION}
    eta = {state: sum(row) for state, row in swings.items()}
    shapley = {
        state: Fraction(
            sum(row[s] * factorial(s) * factorial(N - s - 1) for s in range(N)), factorial(N)
        )
        for state, row in swings.items()
    }
    assert sum(shapley.values()) == 1
    # Pairs (S wins, i in S) minus pairs (S wins, i not in S) is the number of swings.
    assert sum(eta.values()) == sum((2 * s - N) * count for s, count in enumerate(winning))

    out: dict[str, str | float] = {
        "winning_coalitions": str(w),
        "coleman_act": str(Fraction(w, 2**N)),
    }
    for state in POPULATION:
        out[f"swings:{state}"] = str(eta[state])
        out[f"shapley_shubik:{state}"] = str(shapley[state])
        out[f"banzhaf_absolute:{state}"] = str(Fraction(eta[state], 2 ** (N - 1)))
        out[f"banzhaf:{state}"] = str(Fraction(eta[state], sum(eta.values())))
        out[f"coleman_prevent:{state}"] = str(Fraction(eta[state], w))
        out[f"coleman_initiate:{state}"] = str(Fraction(eta[state], 2**N - w))
    return out


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
