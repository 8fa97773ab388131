"""The legislative system of the United States, with the tie-breaking Vice-President.

Powers (2019), arXiv:1709.00625.

Rule: 537 players, namely the President, the Vice-President, 100 senators and 435
representatives. A bill passes if and only if

* the President, at least 218 representatives, and at least 51 senators (or at least 50 senators
  and the Vice-President) are in favour; or
* at least 290 representatives and at least 67 senators are in favour.

Method: enumeration of the 2 * 2 * 101 * 436 vectors of numbers of members in favour in each
class, each with its number of coalitions (a product of binomial coefficients), in exact
integers. The number of winning coalitions is checked by tails of binomial coefficients; the
indices are turned into floats only at the end.
"""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb, factorial

SIZES = {"president": 1, "vice_president": 1, "senator": 100, "representative": 435}
NAMES = list(SIZES)
N = sum(SIZES.values())


def wins(counts: tuple[int, ...]) -> bool:
    """Whether a coalition with these numbers of members of each class passes a bill."""
    president, vice_president, senators, representatives = counts
    senate_majority = senators >= 51 or (senators >= 50 and vice_president == 1)
    if president == 1 and representatives >= 218 and senate_majority:
        return True
    return representatives >= 290 and senators >= 67


def compute() -> dict[str, str | float]:
    sizes = list(SIZES.values())
    classes = range(len(sizes))
    binomials = [[comb(m, k) for k in range(m + 1)] for m in sizes]

    # For each class: pairs (coalition, critical member of the class), by the number of other
    # members; the same by the number of critical members; and pairs (minimal winning coalition,
    # member of the class) by the size of the coalition.
    swings: list[Counter[int]] = [Counter() for _ in classes]
    critical_pairs: list[Counter[int]] = [Counter() for _ in classes]
    minimal_pairs: list[Counter[int]] = [Counter() for _ in classes]
    winning_coalitions = 0
    minimal_coalitions = 0
    for counts in product(*(range(m + 1) for m in sizes)):
        if not wins(counts):
            continue
        coalitions = 1
        for c in classes:
            coalitions *= binomials[c][counts[c]]
        winning_coalitions += coalitions
        size = sum(counts)
        critical = [
            c
            for c in classes
            if counts[c] > 0 and not wins((*counts[:c], counts[c] - 1, *counts[c + 1 :]))
        ]
        number_critical = sum(counts[c] for c in critical)
        for c in critical:
            swings[c][size - 1] += coalitions * counts[c]
            critical_pairs[c][number_critical] += coalitions * counts[c]
        if number_critical == size:
            minimal_coalitions += coalitions
            for c in critical:
                minimal_pairs[c][size] += coalitions * counts[c]

    # Totals over the members of each class.
    shapley_total = [
        Fraction(
            sum(pairs * factorial(s) * factorial(N - s - 1) for s, pairs in swings[c].items()),
            factorial(N),
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

    def tail(m: int, k: int) -> int:
        return sum(comb(m, j) for j in range(k, m + 1))

    majorities = tail(435, 218) * (2 * tail(100, 51) + comb(100, 50))
    overrides = tail(435, 290) * tail(100, 67)  # without the President, Vice-President free
    assert winning_coalitions == majorities + 2 * overrides

    w = winning_coalitions
    out: dict[str, str | float] = {
        "winning_coalitions": str(w),
        "coleman_act": str(Fraction(w, 2**N)),
    }
    for c, name in enumerate(NAMES):
        eta = Fraction(eta_total[c], sizes[c])
        assert eta.denominator == 1
        out[f"swings:{name}"] = str(eta)
        out[f"coleman_prevent:{name}"] = str(eta / w)
        out[f"coleman_initiate:{name}"] = str(eta / (2**N - w))
        out[f"shapley_shubik:{name}"] = float(shapley_total[c] / sizes[c])
        out[f"banzhaf:{name}"] = float(eta / sum(eta_total))
        out[f"banzhaf_absolute:{name}"] = float(eta / 2 ** (N - 1))
        out[f"johnston:{name}"] = float(johnston_total[c] / sum(johnston_total) / sizes[c])
        out[f"deegan_packel:{name}"] = float(deegan_total[c] / minimal_coalitions / sizes[c])
        holler = Fraction(holler_total[c], sum(holler_total))
        out[f"holler_packel:{name}"] = float(holler / sizes[c])
        out[f"shapley_shubik_total:{name}"] = float(shapley_total[c])
    return out


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
