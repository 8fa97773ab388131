"""Press and Dyson (2012): extortion with factor 3 in the iterated prisoner's dilemma."""

# Model: R=3, S=0, T=5, P=1, mean payoffs per round. X cooperates with probabilities p after CC,
# CD, DC, DD with p - (1, 1, 0, 0) = phi ((s_X - P) - chi (s_Y - P)), chi=3, phi=1/26.
# Method: p state by state from that equation. The shares of rounds in the four states by the
# Markov chain tree theorem, in Fractions: a state's share is proportional to the sum, over the
# trees in which each other state has one arrow and all lead to it, of the product of the
# probabilities along the arrows. The line is drawn through the payoffs against two of sixteen
# others; the fourteen between must lie on it exactly.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

FIRST = (3, 0, 5, 1)  # after CC, CD, DC, DD
SECOND = (3, 5, 0, 1)
P, CHI, PHI = 1, 3, Fraction(1, 26)

Vector = tuple[Fraction, ...]


def extortion() -> Vector:
    found = []
    for own, mine, theirs in zip((1, 1, 0, 0), FIRST, SECOND):
        found.append(own + PHI * ((mine - P) - CHI * (theirs - P)))
    assert all(0 <= p <= 1 for p in found)
    return tuple(found)


def long_run(x: Vector, y: Vector) -> tuple[Fraction, Fraction]:
    """Mean payoffs of two who cooperate after CC, CD, DC, DD, own act first, as given."""
    moves = []
    for p, q in zip(x, (y[0], y[2], y[1], y[3])):
        moves.append([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)])
    weights = []
    for root in range(4):
        rest = [s for s in range(4) if s != root]
        weight = Fraction(0)
        for targets in product(range(4), repeat=3):
            arrow = dict(zip(rest, targets))
            term = Fraction(1)
            for state in rest:
                term *= moves[state][arrow[state]]
                place = state
                for _ in range(3):
                    place = arrow.get(place, root)
                if place != root:  # a loop, not a tree
                    term = Fraction(0)
            weight += term
        weights.append(weight)
    share = [weight / sum(weights) for weight in weights]
    for s in range(4):
        assert share[s] == sum(share[r] * moves[r][s] for r in range(4))
    return (
        sum((z * a for z, a in zip(share, FIRST)), Fraction(0)),
        sum((z * a for z, a in zip(share, SECOND)), Fraction(0)),
    )


def line(x: Vector) -> dict[str, str]:
    """Factor and baseline of s_X - baseline = factor (s_Y - baseline)."""
    points = [long_run(x, y) for y in product((Fraction(1, 5), Fraction(4, 5)), repeat=4)]
    (a, b), (c, d) = min(points, key=lambda z: z[1]), max(points, key=lambda z: z[1])
    factor = (c - a) / (d - b)
    baseline = (a - factor * b) / (1 - factor)
    assert all(first - baseline == factor * (second - baseline) for first, second in points)
    return {"factor": str(factor), "baseline": str(baseline)}


def compute() -> dict[str, object]:
    x = extortion()
    always = (Fraction(1),) * 4
    return {
        "response": [str(p) for p in x],
        "payoffs": [[str(value) for value in long_run(x, always)]],
        "line": line(x),
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
