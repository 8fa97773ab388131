"""The Council of the European Union of 27 states under the Treaty of Nice, votes only.

Bilbao, J. M., Fernandez, J. R., Jimenez, N. and Lopez, J. J. (2002), Voting power in the
European Union enlargement, European Journal of Operational Research 143, 181-196.

Rule: 27 states with 29 (four states), 27 (two), 14, 13, 12 (five), 10 (three), 7 (five),
4 (five) and 3 votes, 345 in all; a motion passes if and only if the states in favour hold at
least the quota. Two readings of the quota: 255 and 258 (keys starting with "quota_258/"). The
majority of the states and the share of the population are not part of this game.

Method: enumeration of the 103,680 vectors of numbers of states in favour in each class of equal
votes, each with its number of coalitions (a product of binomial coefficients).
"""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb, factorial, prod

STATES_BY_VOTES = {29: 4, 27: 2, 14: 1, 13: 1, 12: 5, 10: 3, 7: 5, 4: 5, 3: 1}
N = sum(STATES_BY_VOTES.values())
assert N == 27
assert sum(votes * states for votes, states in STATES_BY_VOTES.items()) == 345


def measures(quota: int) -> dict[str, str | float]:
    """The measures of the weighted game with this quota, per single state of each class."""
    votes = list(STATES_BY_VOTES)
    sizes = list(STATES_BY_VOTES.values())
    classes = range(len(votes))

    # For each class: pairs (coalition, critical state of the class), by the number of other
    # states; the same by the number of critical states; and pairs (minimal winning coalition,
    # state of the class) by the size of the coalition.
    swings: list[Counter[int]] = [Counter() for _ in classes]
    critical_pairs: list[Counter[int]] = [Counter() for _ in classes]
    minimal_pairs: list[Counter[int]] = [Counter() for _ in classes]
    w = 0
    minimal_coalitions = 0
    for counts in product(*(range(m + 1) for m in sizes)):
        in_favour = sum(v * k for v, k in zip(votes, counts, strict=True))
        if in_favour < quota:
            continue
        coalitions = prod(comb(m, k) for m, k in zip(sizes, counts, strict=True))
        w += coalitions
        size = sum(counts)
        critical = [c for c in classes if counts[c] > 0 and in_favour - votes[c] < quota]
        number_critical = sum(counts[c] for c in critical)
        for c in critical:
            swings[c][size - 1] += coalitions * counts[c]
            critical_pairs[c][number_critical] += coalitions * counts[c]
        if number_critical == size:
            minimal_coalitions += coalitions
            for c in critical:
                minimal_pairs[c][size] += coalitions * counts[c]

    # Totals over the states of each class.
    shapley_total = [
        sum(
            Fraction(pairs * factorial(s) * factorial(N - s - 1), factorial(N))
            for s, pairs in swings[c].items()
        )
        for c in classes
    ]
    assert sum(shapley_total) == 1
    eta_total = [sum(swings[c].values()) for c in classes]
    johnston_total = [
        sum(Fraction(pairs, k) for k, pairs in critical_pairs[c].items()) for c in classes
    ]
    deegan_total = [
        sum(Fraction(pairs, s) for s, pairs in minimal_pairs[c].items()) for c in classes
    ]
    assert sum(deegan_total) == minimal_coalitions
    holler_total = [sum(minimal_pairs[c].values()) for c in classes]

    out: dict[str, str | float] = {
        "winning_coalitions": str(w),
        "coleman_act": str(Fraction(w, 2**N)),
    }
    for c in classes:
        name = f"weight_{votes[c]}"
        eta = Fraction(eta_total[c], sizes[c])
        assert eta.denominator == 1
        out[f"swings:{name}"] = str(eta)
        out[f"shapley_shubik:{name}"] = str(shapley_total[c] / sizes[c])
        out[f"banzhaf_absolute:{name}"] = str(eta / 2 ** (N - 1))
        out[f"banzhaf:{name}"] = str(eta / sum(eta_total))
        out[f"coleman_prevent:{name}"] = str(eta / w)
        out[f"coleman_initiate:{name}"] = str(eta / (2**N - w))
        out[f"johnston:{name}"] = str(johnston_total[c] / sum(johnston_total) / sizes[c])
        out[f"deegan_packel:{name}"] = str(deegan_total[c] / minimal_coalitions / sizes[c])
        out[f"holler_packel:{name}"] = str(Fraction(holler_total[c], sum(holler_total) * sizes[c]))
        out[f"shapley_shubik_total:{name}"] = str(shapley_total[c])
    return out


def compute(quota: int = 255, other_quota: int = 258) -> dict[str, str | float]:
    out = measures(quota)
    for key, value in measures(other_quota).items():
        out[f"quota_{other_quota}/{key}"] = value
    return out


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
