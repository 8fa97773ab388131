"""Pool punishment in a public good game that one may leave.

Sigmund, K., De Silva, H., Traulsen, A. and Hauert, C. (2010), Social learning promotes institutions
for governing the commons, Nature 466, 861-863.

Model: 100 individuals, groups of 5 drawn without replacement. A loner (L) gets 1; so does a
participant who finds nobody else taking part (a lone V pays nothing). Contributors (X) and pool
punishers (V) contribute 1, the pot is trebled and shared equally among all participants, free
riders (Y) contribute nothing. Each V pays .7 up front; each V in a group costs each free rider of
the group .7 and (second order) each contributor who doesn't pay for the pool as much. Strong
imitation: the better of two strategies is always imitated, ties go half each way; mutations are
rare.

Method: exact expected payoffs by enumeration of the groups; fixation in each edge by following the
walk in fractions; stationary distribution of the chain of the four pure states in fractions.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import permutations
from math import comb

POPULATION, GROUP = 100, 5
FACTOR, COST, LONER = Fraction(3), Fraction(1), Fraction(1)
FINE, FEE = Fraction(7, 10), Fraction(7, 10)
STRATEGIES = "XYLV"


def payoff(own: str, others: str) -> Fraction:
    """Payoff in one group."""
    participants = [own, *others]
    participants = [s for s in participants if s != "L"]
    if own == "L" or len(participants) == 1:
        return LONER
    contributions = sum(s != "Y" for s in participants)
    result: Fraction = FACTOR * COST * contributions / len(participants)
    if own != "Y":
        result -= COST
    if own == "V":
        return result - FEE
    return result - FINE * participants.count("V")


def mean_payoff(own: str, mutant: str, resident: str, mutants_among_others: int) -> Fraction:
    """Average over the groups of an individual among the 99 others."""
    total = Fraction(0)
    for k in range(GROUP):
        ways = comb(mutants_among_others, k) * comb(
            POPULATION - 1 - mutants_among_others, GROUP - 1 - k
        )
        if ways:
            total += ways * payoff(own, mutant * k + resident * (GROUP - 1 - k))
    return total / comb(POPULATION - 1, GROUP - 1)


def fixation(mutant: str, resident: str) -> Fraction:
    """Probability that one mutant takes over, by elimination from the top.

    h(j) = share * h(j-1) + gain; a walk that can never leave two neighbouring states would show as
    a division by zero.
    """
    share, gain = Fraction(0), Fraction(1)
    for j in range(POPULATION - 1, 0, -1):
        better = mean_payoff(mutant, mutant, resident, j - 1)
        worse = mean_payoff(resident, mutant, resident, j)
        up = Fraction(1, 2) if better == worse else Fraction(int(better > worse))
        down = 1 - up
        share, gain = down / (1 - up * share), up * gain / (1 - up * share)
    return gain


def stationary(rates: dict[tuple[str, str], Fraction]) -> list[Fraction]:
    """The stationary distribution as sums over spanning trees directed to each state."""
    weights = []
    for root in STRATEGIES:
        rest = [s for s in STRATEGIES if s != root]
        total = Fraction(0)
        targets = [[t for t in STRATEGIES if t != s] for s in rest]
        for a in targets[0]:
            for b in targets[1]:
                for c in targets[2]:
                    parent = dict(zip(rest, (a, b, c), strict=True))
                    product = Fraction(1)
                    for s in rest:
                        product *= rates[s, parent[s]]
                        t = s
                        for _ in rest:
                            t = parent.get(t, t)
                        product *= t == root
                    total += product
        weights.append(total)
    return [w / sum(weights) for w in weights]


def compute() -> dict[str, list[str]]:
    rates = {(k, i): fixation(i, k) for k, i in permutations(STRATEGIES, 2)}
    return {"stationary": [str(p) for p in stationary(rates)]}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
