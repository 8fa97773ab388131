"""How long the game must be for one reciprocator to be favoured in a finite population.

Nowak, M. A., Sasaki, A., Taylor, C. and Fudenberg, D. (2004), Emergence of cooperation and
evolutionary stability in finite populations, Nature 428, 646-650.

Model: prisoner's dilemma R=3, S=0, T=5, P=1 played for n rounds between TFT and ALLD; payoffs
averaged over the N-1 others; Moran process with fitness 1 - w + w * payoff, w -> 0. The threshold
is the n at which one TFT mutant fixes with probability exactly 1/N (to first order in w).

Method: 1/rho = 1 + sum over k of prod over j <= k of g_j/f_j; its derivative in w at 0 is
sum over k, sum over j <= k of (g_j - f_j), computed term by term. It is linear in n, so that two
values of n give the root. For an infinite population the sums become integrals of polynomials.
"""

from __future__ import annotations

import json
from fractions import Fraction

R, S, T, P = 3, 0, 5, 1
SIZES = (3, 4, 10, 100)


def game(rounds: Fraction) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Payoffs TFT-TFT, TFT-ALLD, ALLD-TFT, ALLD-ALLD."""
    return rounds * R, S + (rounds - 1) * P, T + (rounds - 1) * P, rounds * P


def advantage(size: int, rounds: Fraction) -> Fraction:
    """Minus the derivative of 1/rho at w = 0."""
    a, b, c, d = game(rounds)
    total, inner = Fraction(0), Fraction(0)
    for j in range(1, size):
        f = (a * (j - 1) + b * (size - j)) / (size - 1)
        g = (c * j + d * (size - j - 1)) / (size - 1)
        inner += f - g
        total += inner
    return total


def advantage_infinite(rounds: Fraction) -> Fraction:
    """The integral over y from 0 to 1 of the integral over x from 0 to y of f(x) - g(x)."""
    a, b, c, d = game(rounds)
    constant, slope = b - d, (a - b) - (c - d)
    return constant / 2 + slope / 6


def root(at_zero: Fraction, at_one: Fraction) -> str:
    """The zero of the line through (0, at_zero) and (1, at_one)."""
    return str(at_zero / (at_zero - at_one))


def compute() -> dict[str, dict[str, str]]:
    zero, one = Fraction(0), Fraction(1)
    thresholds = {str(z): root(advantage(z, zero), advantage(z, one)) for z in SIZES}
    thresholds["inf"] = root(advantage_infinite(zero), advantage_infinite(one))
    return {"threshold_rounds": thresholds}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
