"""Hilbe, Wu, Traulsen and Nowak (2014): proportional tit for tat is fair."""

# Model: public goods game of four for ever, contributions of 1 multiplied by 8/5, mean payoffs.
# The first player cooperates with the share of the other three who did in the last round. Each of
# its three co-players cooperates with a probability drawn for its own last act and the number of
# cooperators among the other three.
# Method: the 16 states of a round form a Markov chain. Its stationary shares in Fractions: states
# are removed one by one, the chain watched only on the rest, and then put back. 25 groups are
# drawn in thousandths, without 0 and 1 so that all states are reached. Where the first player
# cooperates always instead it must not be fair.

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from random import Random

PLAYERS, GROUPS = 4, 25
FACTOR = Fraction(8, 5)
STATES = list(product((0, 1), repeat=PLAYERS))  # acts, 1 to contribute

Group = list[list[list[Fraction]]]  # [co-player][own last act][cooperators among the others]


def draw(random: Random) -> Group:
    def one() -> Fraction:
        return Fraction(random.randint(1, 999), 1000)

    return [[[one() for _ in range(PLAYERS)] for _ in range(2)] for _ in range(PLAYERS - 1)]


def chance(before: tuple[int, ...], after: tuple[int, ...], group: Group, fair: bool) -> Fraction:
    """Probability of one state after another."""
    result = Fraction(1)
    for player in range(PLAYERS):
        others = sum(before) - before[player]
        if player == 0:
            p = Fraction(others, PLAYERS - 1) if fair else Fraction(1)
        else:
            p = group[player - 1][before[player]][others]
        result *= p if after[player] else 1 - p
    return result


def shares(group: Group, fair: bool) -> list[Fraction]:
    moves = [[chance(a, b, group, fair) for b in STATES] for a in STATES]
    moves.reverse()  # so that all contribute, a state always returned to, is never removed
    moves = [row[::-1] for row in moves]
    n = len(moves)
    for k in range(n - 1, 0, -1):
        leave = sum(moves[k][:k])
        for i in range(k):
            moves[i][k] /= leave
            for j in range(k):
                moves[i][j] += moves[i][k] * moves[k][j]
    weights = [Fraction(1)]
    for k in range(1, n):
        weights.append(sum((weights[i] * moves[i][k] for i in range(k)), Fraction(0)))
    return [weight / sum(weights) for weight in weights][::-1]


def difference(group: Group, fair: bool) -> Fraction:
    """The first player's mean payoff less that of its three co-players."""
    total = Fraction(0)
    for share, acts in zip(shares(group, fair), STATES):
        pot = FACTOR * sum(acts) / PLAYERS
        payoffs = [pot - act for act in acts]
        total += share * (payoffs[0] - sum(payoffs[1:], Fraction(0)) / (PLAYERS - 1))
    return abs(total)


def compute() -> dict[str, bool]:
    random = Random(2014)
    groups = [draw(random) for _ in range(GROUPS)]
    assert difference(groups[0], fair=False) > Fraction(1, 1000)
    largest = max(difference(group, fair=True) for group in groups)
    return {"fair": largest < Fraction(1, 10**9)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
