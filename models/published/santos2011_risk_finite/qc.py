"""Collective risk in a finite population.

Santos, F. C. and Pacheco, J. M. (2011), Risk of collective failure provides an escape from the
tragedy of the commons, Proceedings of the National Academy of Sciences 108, 10421-10425.

Model: 50 individuals, groups of 6 drawn without replacement. With k contributors in the group a
defector keeps b = 1 if k >= 3, and (1 - r) b otherwise, with r = .9; a contributor has .1 b less.
Pairwise comparison with the Fermi function at beta = 5, mutation .02. A state is the number k of
contributors: it rises with probability (1 - mu) k(Z-k)/Z**2 / (1 + exp(-beta (f_C - f_D))) +
mu (Z-k)/Z, and falls with (1 - mu) k(Z-k)/Z**2 / (1 + exp(beta (f_C - f_D))) + mu k/Z.

eta_G is the stationary mean of the probability that a group has at least 3 contributors; the
gradient whose changes of sign are listed is that without mutation.

Method: exact payoffs by summing over the groups, the transition matrix in 50 digits, stationary
distribution by state reduction (censoring one state after the other).
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext
from fractions import Fraction
from math import comb

getcontext().prec = 50

POPULATION, GROUP, THRESHOLD = 50, 6, 3
COST, BENEFIT, RISK = Fraction(1, 10), Fraction(1), Fraction(9, 10)
BETA, MUTATION = Decimal(5), Decimal("0.02")


def payoff(contributes: bool, contributors: int) -> Fraction:
    """Payoff in a group with so many contributors, oneself included."""
    kept = BENEFIT if contributors >= THRESHOLD else (1 - RISK) * BENEFIT
    return kept - COST * BENEFIT if contributes else kept


def mean_payoff(contributes: bool, k: int) -> Fraction:
    """Over the groups an individual may find itself in, with k contributors in the population."""
    among_others = k - 1 if contributes else k
    total = Fraction(0)
    for j in range(GROUP):
        ways = comb(among_others, j) * comb(POPULATION - 1 - among_others, GROUP - 1 - j)
        total += ways * payoff(contributes, j + contributes)
    return total / comb(POPULATION - 1, GROUP - 1)


def difference(k: int) -> Fraction:
    """Payoff of contributors less that of defectors."""
    return mean_payoff(True, k) - mean_payoff(False, k)


def decimal(x: Fraction) -> Decimal:
    """A fraction in 50 digits."""
    return Decimal(x.numerator) / x.denominator


def stationary(matrix: list[list[Decimal]]) -> list[Decimal]:
    """State reduction; no subtraction occurs."""
    p = [row[:] for row in matrix]
    n = len(p)
    for last in range(n - 1, 0, -1):
        leaving = sum(p[last][:last])
        for i in range(last):
            p[i][last] /= leaving
            if p[i][last]:
                for j in range(last):
                    p[i][j] += p[i][last] * p[last][j]
    weights = [Decimal(1)]
    for k in range(1, n):
        weights.append(sum((weights[i] * p[i][k] for i in range(k)), Decimal(0)))
    return [w / sum(weights) for w in weights]


def compute() -> dict[str, float | list[list[int | str]]]:
    z = POPULATION
    matrix = [[Decimal(0)] * (z + 1) for _ in range(z + 1)]
    for k in range(z + 1):
        up, down = MUTATION * (z - k) / z, MUTATION * k / z
        if 0 < k < z:
            meeting = (1 - MUTATION) * k * (z - k) / z**2
            gain = BETA * decimal(difference(k))
            up += meeting / (1 + (-gain).exp())
            down += meeting / (1 + gain.exp())
        if k < z:
            matrix[k][k + 1] = up
        if k > 0:
            matrix[k][k - 1] = down
    law = stationary(matrix)

    groups = comb(z, GROUP)
    eta = Decimal(0)
    for k, weight in enumerate(law):
        ways = sum(comb(k, j) * comb(z - k, GROUP - j) for j in range(THRESHOLD, GROUP + 1))
        eta += weight * ways / groups
    coop = sum((weight * k for k, weight in enumerate(law)), Decimal(0)) / z

    signs = {k: difference(k) for k in range(1, z)}
    assert all(signs.values())
    changes: list[list[int | str]] = [
        [k, k + 1, "stable" if signs[k] > 0 else "unstable"]
        for k in range(1, z - 1)
        if (signs[k] > 0) != (signs[k + 1] > 0)
    ]
    return {"eta_G": float(eta), "mean_coop": float(coop), "sign_changes": changes}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
