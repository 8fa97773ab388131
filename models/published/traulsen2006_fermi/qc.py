"""One cooperator among defectors under pairwise comparison.

Traulsen, A., Nowak, M. A. and Pacheco, J. M. (2006), Stochastic dynamics of invasion and fixation,
Physical Review E 74, 011909.

Model: donation game, rows own C, D: [[1, -1], [2, 0]]; 50 individuals, payoffs averaged over the 49
others; a random individual adopts the strategy of a random other one with probability
1 / (1 + exp(-0.1 * (payoff of the other - own payoff))).

Method: the one-step equations of the absorbing chain, eliminated from the top in 60 digits.
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext

getcontext().prec = 60

PAYOFF = [[1, -1], [2, 0]]
POPULATION = 50
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
    return {"fixation_probability": float(fixation(PAYOFF, POPULATION, BETA))}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
