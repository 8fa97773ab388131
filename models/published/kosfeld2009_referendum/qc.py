"""Kosfeld, Okada and Riedl (2009), Institution formation in public goods games: a referendum."""

# Model: five voters whose stakes in a scheme are 4, 3, 2, 1/2 and 1/4; adopted it costs each 1, and
# else nothing changes. Who gains by it votes yes; with a quota it is adopted if so many vote yes.
# Method: of the 32 ballots that one is taken on which each yes gains and each no does not; all
# quotas from one vote to all are tried.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

STAKES = [Fraction(4), Fraction(3), Fraction(2), Fraction(1, 2), Fraction(1, 4)]
COST = Fraction(1)


def compute() -> dict[str, object]:
    gains = [stake - COST for stake in STAKES]
    assert all(gains)  # nobody is indifferent
    sincere = [
        ballot
        for ballot in product((0, 1), repeat=len(STAKES))
        if all((gain > 0) == bool(vote) for gain, vote in zip(gains, ballot))
    ]
    assert len(sincere) == 1
    yes = sum(sincere[0])
    return {
        "yes": yes,
        "adopted": [quota for quota in range(1, len(STAKES) + 1) if yes >= quota],
        "gain": str(sum(gains, Fraction(0))),
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
