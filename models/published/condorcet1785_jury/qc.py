"""Chance that a jury deciding by simple majority is right.

Condorcet, M. de (1785), Essai sur l'application de l'analyse a la probabilite des decisions
rendues a la pluralite des voix, Imprimerie Royale, Paris.

Rule: 9 jurors, each right with probability 3/5 independently of the others; the jury is right
if and only if at least 5 of them are.

Method: enumeration of the 2**9 sets of jurors who are right; a set of r jurors has probability
3**r * 2**(9 - r) / 5**9.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

JURORS = 9
MAJORITY = 5
RIGHT = Fraction(3, 5)


def compute() -> dict[str, str | float]:
    passage = Fraction(0)
    everything = Fraction(0)
    for verdicts in product((False, True), repeat=JURORS):
        probability = Fraction(1)
        for right in verdicts:
            probability *= RIGHT if right else 1 - RIGHT
        everything += probability
        if sum(verdicts) >= MAJORITY:
            passage += probability
    assert everything == 1
    return {"passage": str(passage)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
