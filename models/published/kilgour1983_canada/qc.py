"""The amending formula of the Constitution of Canada.

Kilgour, D. M. (1983), A formal analysis of the amending formula of Canada's Constitution Act,
1982, Canadian Journal of Political Science 16, 771-777.

Rule: 10 provinces; an amendment passes if and only if at least 7 provinces with at least 50 per
cent of the population agree. The populations are rounded percentages that add up to 100.

Method: enumeration of the 2**10 coalitions one by one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from math import factorial

PROVINCES_NEEDED = 7
PERCENT = {
    "ontario": 34,
    "quebec": 29,
    "british_columbia": 9,
    "alberta": 7,
    "saskatchewan": 5,
    "manitoba": 5,
    "nova_scotia": 4,
    "new_brunswick": 3,
    "newfoundland": 3,
    "prince_edward_island": 1,
}
GROUPS = list(PERCENT)
assert sum(PERCENT.values()) == 100


def wins_with(quota: Fraction) -> Callable[[list[int]], bool]:
    """The rule with this population quota, in percentage points of the table."""

    def wins(members: list[int]) -> bool:
        people = sum(PERCENT[GROUPS[i]] for i in members)
        return len(members) >= PROVINCES_NEEDED and people >= quota

    return wins


def enumerate_game(groups: list[str], wins: Callable[[list[int]], bool]) -> dict[str, str | float]:
    """All the measures of a small monotone game by looking at every one of its coalitions.

    ``groups[i]`` is the group of player ``i``; ``wins`` takes the sorted list of the members of
    a coalition.
    """
    n = len(groups)
    players = range(n)
    members_of = [[i for i in players if mask >> i & 1] for mask in range(2**n)]
    winning = [wins(members) for members in members_of]

    swings = [[0] * n for _ in players]  # swings[i][s]: swings of i to coalitions of s others
    johnston = [[0] * (n + 1) for _ in players]  # by number of critical members
    minimal = [[0] * (n + 1) for _ in players]  # by size of the minimal winning coalition
    number_minimal = 0
    for mask, members in enumerate(members_of):
        if not winning[mask]:
            for i in players:  # monotone: no subset of a losing coalition wins
                assert not winning[mask & ~(1 << i)]
            continue
        critical = [i for i in members if not winning[mask ^ (1 << i)]]
        for i in critical:
            swings[i][len(members) - 1] += 1
            johnston[i][len(critical)] += 1
        if len(critical) == len(members):
            number_minimal += 1
            for i in members:
                minimal[i][len(members)] += 1

    w = sum(winning)
    eta = [sum(row) for row in swings]
    shapley = [
        Fraction(sum(row[s] * factorial(s) * factorial(n - s - 1) for s in range(n)), factorial(n))
        for row in swings
    ]
    assert sum(shapley) == 1
    zero = Fraction(0)
    raw_johnston = [sum((Fraction(row[c], c) for c in range(1, n + 1)), zero) for row in johnston]
    raw_deegan = [sum((Fraction(row[s], s) for s in range(1, n + 1)), zero) for row in minimal]
    memberships = [sum(row) for row in minimal]
    assert sum(raw_deegan) == number_minimal

    per_player: dict[str, list[Fraction]] = {
        "swings": [Fraction(e) for e in eta],
        "shapley_shubik": shapley,
        "banzhaf_absolute": [Fraction(e, 2 ** (n - 1)) for e in eta],
        "banzhaf": [Fraction(e, sum(eta)) for e in eta],
        "coleman_prevent": [Fraction(e, w) for e in eta],
        "coleman_initiate": [Fraction(e, 2**n - w) for e in eta],
        "johnston": [x / sum(raw_johnston) for x in raw_johnston],
        "deegan_packel": [x / number_minimal for x in raw_deegan],
        "holler_packel": [Fraction(m, sum(memberships)) for m in memberships],
    }
    out: dict[str, str | float] = {
        "winning_coalitions": str(w),
        "coleman_act": str(Fraction(w, 2**n)),
    }
    for measure, values in per_player.items():
        for group in dict.fromkeys(groups):
            of_group = {values[i] for i in players if groups[i] == group}
            assert len(of_group) == 1, "members of a group must be interchangeable"
            out[f"{measure}:{group}"] = str(of_group.pop())
    for group in dict.fromkeys(groups):
        total = sum((shapley[i] for i in players if groups[i] == group), zero)
        out[f"shapley_shubik_total:{group}"] = str(total)
    return out


def compute() -> dict[str, str | float]:
    return enumerate_game(GROUPS, wins_with(Fraction(50)))


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
