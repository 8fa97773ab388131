"""Press and Dyson (2012), after Boerlijst et al. (1997): an equalizer."""

# Model: iterated prisoner's dilemma R=3, S=0, T=5, P=1, mean payoffs per round. X cooperates after
# CC, CD, DC, DD, own act first, with p1=2/3, p2, p3, p4=1/3, such that the other always gets the
# same.
# Method: p2 and p3 are searched on a grid of twelfths for a pair against which sixteen others get
# exactly the same. The shares of rounds in the four states by the Markov chain tree theorem, in
# Fractions: a state's share is proportional to the sum, over the trees in which each other state
# has one arrow and all lead to it, of the product of the probabilities along the arrows. The pair
# found must make p - (1, 1, 0, 0) a multiple of a constant less the other's payoff.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

FIRST = (3, 0, 5, 1)  # after CC, CD, DC, DD
SECOND = (3, 5, 0, 1)
P1, P4 = Fraction(2, 3), Fraction(1, 3)
TWELFTHS = [Fraction(k, 12) for k in range(13)]

Vector = tuple[Fraction, ...]


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


def pinned(x: Vector) -> Fraction | None:
    """What all of sixteen others get, if they get the same."""
    level = None
    for y in product((Fraction(1, 5), Fraction(4, 5)), repeat=4):
        value = long_run(x, y)[1]
        if level is None:
            level = value
        if value != level:
            return None
    return level


def compute() -> dict[str, object]:
    found = []
    for p2, p3 in product(TWELFTHS, repeat=2):
        x = (P1, p2, p3, P4)
        level = pinned(x)
        if level is not None:
            found.append((x, level))
    ((x, level),) = found
    parts = [p - own for p, own in zip(x, (1, 1, 0, 0))]
    (multiple,) = {part / (level - pay) for part, pay in zip(parts, SECOND)}
    assert multiple
    return {"response": [str(p) for p in x], "others_pinned_at": str(level)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
