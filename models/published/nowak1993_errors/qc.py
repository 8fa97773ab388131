"""Nowak and Sigmund (1993), after Molander (1985): tit for tat and win-stay with errors."""

# Model: prisoner's dilemma R=3, S=0, T=5, P=1 for ever, mean payoffs per round; each intended act
# is flipped with probability 1/100, and both react to the acts of the last round as realised.
# Method: the shares of rounds in CC, CD, DC, DD by the Markov chain tree theorem, in Fractions:
# a state's share is proportional to the sum, over the trees in which each other state has one
# arrow and all lead to it, of the product of the probabilities along the arrows.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

FIRST = (3, 0, 5, 1)  # after CC, CD, DC, DD
SECOND = (3, 5, 0, 1)
ERROR = Fraction(1, 100)
RULES = {
    "TFT": (1, 0, 1, 0),
    "WSLS": (1, 0, 0, 1),
    "GRIM": (1, 0, 0, 0),
    "ALLD": (0, 0, 0, 0),
}
PAIRS = [
    ("TFT", "TFT"),
    ("WSLS", "WSLS"),
    ("GRIM", "GRIM"),
    ("WSLS", "ALLD"),
    ("TFT", "ALLD"),
    ("TFT", "WSLS"),
]

Vector = tuple[Fraction, ...]


def realised(rule: tuple[int, ...]) -> Vector:
    return tuple(1 - ERROR if intended else ERROR for intended in rule)


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


def compute() -> dict[str, list[list[float]]]:
    payoffs = [long_run(realised(RULES[x]), realised(RULES[y])) for x, y in PAIRS]
    assert payoffs[0] == (Fraction(9, 4), Fraction(9, 4))
    return {"payoffs": [[float(first), float(second)] for first, second in payoffs]}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
