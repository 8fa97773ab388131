"""Chance that a motion passes the Security Council, and the rounds needed until one does.

Charter of the United Nations (1945), Article 27, with the fifteen members of the Council since
1965.

Rule: 15 members, 5 of them permanent and 10 elected; a motion passes if and only if at least 9
members vote Yes and all 5 permanent members are among them. In every round each member votes
Yes with probability 4/5, independently of the others and of the earlier rounds. The number of
rounds until the motion passes is geometric, with expectation 1 / passage.

Method: enumeration of the 2**15 ballots one by one; a ballot with y Yes votes has probability
4**y / 5**15.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

PERMANENT = 5
ELECTED = 10
VOTES_NEEDED = 9


def compute() -> dict[str, str | float]:
    n = PERMANENT + ELECTED
    numerator = 0
    everything = 0
    for ballot in product((False, True), repeat=n):
        yes = sum(ballot)
        everything += 4**yes
        if yes >= VOTES_NEEDED and all(ballot[:PERMANENT]):
            numerator += 4**yes
    assert everything == 5**n
    passage = Fraction(numerator, 5**n)
    return {"passage": str(passage), "expected_rounds": str(1 / passage)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
