"""Which of two strategies replaces the other more easily.

Nowak, M. A. (2006), Evolutionary Dynamics: Exploring the Equations of Life, Harvard University
Press, chapter 7.

Model: stag hunt, rows own stag, hare: [[4, 0], [3, 2]]; 20 individuals, payoffs averaged over the
19 others; pairwise comparison with the Fermi function and selection intensity 0.1. rho_A is the
probability that one stag hunter takes over a population of hare hunters, rho_B the reverse.

Method: the one-step equations of the absorbing chain, eliminated from the top in 60 digits, once
for each mutant.
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext

getcontext().prec = 60

PAYOFF = [[4, 0], [3, 2]]
POPULATION = 20
BETA = Decimal("0.1")


def fixation(payoff: list[list[int]], population: int, beta: Decimal) -> Decimal:
    """Probability that one individual of strategy 0 takes over.

    Elimination from the top: h(j) = share(j) * h(j-1) + gain(j).
    """
    share, gain = Decimal(0), Decimal(1)  # h(Z) = 1
    for j in range(population - 1, 0, -1):
        own = Decimal(payoff[0][0] * (j - 1) + payoff[0][1] * (population - j))
        other = Decimal(payoff[1][0] * j + payoff[1][1] * (population - j - 1))
        difference = (own - other) / (population - 1)
        meeting = Decimal(j * (population - j)) / (population * (population - 1))
        up = meeting / (1 + (-beta * difference).exp())
        down = meeting / (1 + (beta * difference).exp())
        # (up + down) h(j) = up h(j+1) + down h(j-1), h(j+1) = share h(j) + gain
        diagonal = up + down - up * share
        share, gain = down / diagonal, up * gain / diagonal
    return gain  # h(0) = 0


def compute() -> dict[str, float]:
    rho_a = fixation(PAYOFF, POPULATION, BETA)
    swapped = [[PAYOFF[1][1], PAYOFF[1][0]], [PAYOFF[0][1], PAYOFF[0][0]]]
    rho_b = fixation(swapped, POPULATION, BETA)
    return {"rho_A": float(rho_a), "rho_B": float(rho_b), "ratio": float(rho_a / rho_b)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
