"""How many unconditional cooperators a reciprocating population can bear.

Nowak, M. A. (2006), Evolutionary Dynamics: Exploring the Equations of Life, Harvard University
Press, chapter 5.

Model: donation game with benefit 3 and cost 1, repeated with probability .9 after each round;
payoffs are sums over the whole game; replicator dynamics of ALLC, TFT and ALLD. On the edge of ALLC
(share p) and TFT (1 - p) everybody cooperates; p is the share at which the eigenvalue towards ALLD,
its payoff less the mean payoff, vanishes.

Method: expected sums of the repeated games by following the pair of last moves as a Markov chain,
whose cycles are geometric series; the eigenvalue is linear in p.
"""

from __future__ import annotations

import json
from fractions import Fraction

BENEFIT, COST, CONTINUATION = Fraction(3), Fraction(1), Fraction(9, 10)


def move(strategy: str, seen: bool) -> bool:
    """Whether to cooperate, given what the other did last (True at the start)."""
    return {"ALLC": True, "ALLD": False, "TFT": seen}[strategy]


def expected_sum(own: str, other: str) -> Fraction:
    """Expected total payoff of ``own``: payoffs until a state recurs, then a geometric series."""
    seen = (True, True)  # what each saw last
    visited: list[tuple[bool, bool]] = []
    stream: list[Fraction] = []
    while seen not in visited:
        visited.append(seen)
        mine, yours = move(own, seen[0]), move(other, seen[1])
        stream.append(BENEFIT * yours - COST * mine)
        seen = (yours, mine)
    start = visited.index(seen)
    w = CONTINUATION
    total = sum((w**t * x for t, x in enumerate(stream[:start])), Fraction(0))
    cycle = sum((w**t * x for t, x in enumerate(stream) if t >= start), Fraction(0))
    return total + cycle / (1 - w ** (len(stream) - start))


def eigenvalue(p: Fraction) -> Fraction:
    """The growth rate of a few ALLD on the edge."""
    share = {"ALLC": p, "TFT": 1 - p}
    mean = sum(
        (share[i] * share[j] * expected_sum(i, j) for i in share for j in share), Fraction(0)
    )
    return sum((share[j] * expected_sum("ALLD", j) for j in share), Fraction(0)) - mean


def compute() -> dict[str, str]:
    at_zero, at_one = eigenvalue(Fraction(0)), eigenvalue(Fraction(1))
    p = at_zero / (at_zero - at_one)
    assert eigenvalue(p) == 0
    return {"p": str(p)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
