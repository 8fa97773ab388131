"""The Council of the European Economic Community, 1958.

Brams, S. J. and Affuso, P. J. (1976), Power and size: a new paradox, Theory and Decision 7,
29-56.

Rule: the weighted game [12; 4, 4, 4, 2, 2, 1] of France, Germany, Italy, Belgium, the
Netherlands and Luxembourg: a motion passes if and only if the members in favour hold at least
12 of the 17 votes.

Method: enumeration of the 2**6 coalitions one by one. The Shapley-Shubik values are checked by
going through all 720 orders of the six members and looking for the pivot of each.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import factorial

QUOTA = 12
VOTES = {
    "france": 4,
    "germany": 4,
    "italy": 4,
    "belgium": 2,
    "netherlands": 2,
    "luxembourg": 1,
}
GROUPS = list(VOTES)


def wins(members: list[int]) -> bool:
    """Votes in favour reach the quota."""
    return sum(VOTES[GROUPS[i]] for i in members) >= QUOTA


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


def shapley_by_orders() -> dict[str, Fraction]:
    """Share of the 720 orders in which each member is the pivot."""
    pivots = dict.fromkeys(GROUPS, 0)
    orders = 0
    for order in permutations(GROUPS):
        orders += 1
        votes = 0
        for member in order:
            votes += VOTES[member]
            if votes >= QUOTA:
                pivots[member] += 1
                break
    return {member: Fraction(count, orders) for member, count in pivots.items()}


def compute() -> dict[str, str | float]:
    out = enumerate_game(GROUPS, wins)
    for member, value in shapley_by_orders().items():
        assert out[f"shapley_shubik:{member}"] == str(value)
    return out


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
