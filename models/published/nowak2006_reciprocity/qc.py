"""When direct reciprocity pays.

Nowak, M. A. (2006), Five rules for the evolution of cooperation, Science 314, 1560-1563.

Model: the donation game (cost c, benefit b), repeated with probability w = 3/4 after each round,
between TFT and ALLD: payoffs [[(b-c)/(1-w), -c], [b, 0]]. TFT is evolutionarily stable (ess) if
a > c, risk-dominant (rd) if a + b > c + d, advantageous (ad) if a + 2 b > c + 2 d, where a, b, c, d
are the entries of the matrix.

Method: each condition is linear in the benefit at cost 1; its root from two values.
"""

from __future__ import annotations

import json
from fractions import Fraction

CONTINUATION = Fraction(3, 4)
CONDITIONS = {"ess": (1, 0, -1, 0), "rd": (1, 1, -1, -1), "ad": (1, 2, -1, -2)}


def entries(benefit: Fraction) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """The matrix at cost 1, row by row; the first entry is a geometric series."""
    return (benefit - 1) / (1 - CONTINUATION), Fraction(-1), benefit, Fraction(0)


def compute() -> dict[str, str]:
    out = {}
    for name, weights in CONDITIONS.items():
        at_zero, at_one = (
            sum((w * x for w, x in zip(weights, entries(Fraction(b)), strict=True)), Fraction(0))
            for b in (0, 1)
        )
        assert at_one > at_zero  # the condition holds above the root
        out[name] = str(at_zero / (at_zero - at_one))
    return out


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
