"""A vote on a scheme that all pay for.

Question: Kosfeld, M., Okada, A. and Riedl, A. (2009), Institution formation in public goods games,
American Economic Review 99, 1335-1355.

Model: five with stakes 4, 3, 2, 1/2 and 1/4; the scheme gives each its stake and costs each 1. The
number who vote yes, the numbers of votes needed with which it is adopted, and the total gain.

Method: for each number needed all 32 ballots; a ballot counts if no voter gains by another vote,
whatever the others do.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

STAKES = [Fraction(4), Fraction(3), Fraction(2), Fraction(1, 2), Fraction(1, 4)]
COST = Fraction(1)


def payoff(i, ballots, needed):
    """Of voter i."""
    return (STAKES[i] - COST) * (sum(ballots) >= needed)


def undominated(i, needed):
    """The votes of i that are never worse than the other one."""
    votes = []
    for vote in (0, 1):
        never = True
        for others in product((0, 1), repeat=len(STAKES) - 1):
            mine = [*others[:i], vote, *others[i:]]
            other = [*others[:i], 1 - vote, *others[i:]]
            never = never and payoff(i, mine, needed) >= payoff(i, other, needed)
        if never:
            votes.append(vote)
    return votes


def compute():
    adopted = []
    for needed in range(1, len(STAKES) + 1):
        ballots = [undominated(i, needed) for i in range(len(STAKES))]
        assert all(len(votes) == 1 for votes in ballots)
        yes = sum(votes[0] for votes in ballots)
        if yes >= needed:
            adopted.append(needed)
    return {"yes": yes, "adopted": adopted, "gain": str(sum(s - COST for s in STAKES))}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
