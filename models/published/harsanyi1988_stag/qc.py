"""Risk dominance in the stag hunt.

Harsanyi, J. C. and Selten, R. (1988), A General Theory of Equilibrium Selection in Games, MIT
Press: of two strict equilibria of a game of two by two that one with the larger product of what
both players lose by leaving it.

Model: payoffs 4, 0, 3, 2, first strategy stag. Both products, and the number of the dominant one.

Method: the definition.
"""

from __future__ import annotations

import json

PAYOFF = {("stag", "stag"): 4, ("stag", "hare"): 0, ("hare", "stag"): 3, ("hare", "hare"): 2}


def loss(kept, other):
    """Of one who leaves while the other stays."""
    return PAYOFF[kept, kept] - PAYOFF[other, kept]


def compute():
    products = [loss("stag", "hare") ** 2, loss("hare", "stag") ** 2]
    return {
        "product_first": products[0],
        "product_second": products[1],
        "risk_dominant": products.index(max(products)),
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
