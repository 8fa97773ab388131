"""Equilibria of two-player games by brute force in Fractions: every choice of tight inequalities.

A slow reference for tests, written from the definitions. A strategy x of one player and the payoff
v of the other's best replies are a point of

    {(x, v) : x >= 0, sum(x) = 1, sum_i x_i C_ij <= v for all replies j}.

Its corners are found by solving, for each choice of as many of the inequalities as there are own
strategies, the equations they turn into, and keeping unique solutions that break no inequality. A
pair of corners is an extreme equilibrium if every strategy played is a best reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, permutations
from math import prod
from typing import NamedTuple

__all__ = ["Corner", "corners", "determinant_sign", "extreme_equilibria", "is_degenerate", "solve"]

Row = tuple[Fraction, ...]


class Corner(NamedTuple):
    strategy: Row
    #: Own pure strategies not played.
    idle: frozenset[int]
    #: The other's best replies.
    best: frozenset[int]


def solve(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> Row | None:
    """Return the unique solution of a square system; None if there is none or more than one."""
    rows = [[*row, value] for row, value in zip(matrix, right)]
    size = len(rows)
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column] != 0), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for r in range(column + 1, size):
            if rows[r][column] != 0:
                factor = rows[r][column] / rows[column][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column])]
    out = [Fraction(0)] * size
    for r in reversed(range(size)):
        rest = sum(rows[r][c] * out[c] for c in range(r + 1, size))
        out[r] = (rows[r][size] - rest) / rows[r][r]
    return tuple(out)


def corners(replies: Sequence[Sequence[Fraction]]) -> list[Corner]:
    """Return the corners; ``replies[i][j]`` is what the other gets from reply j to strategy i."""
    own, other = len(replies), len(replies[0])
    replies = [[Fraction(value) for value in row] for row in replies]
    found: dict[Row, Corner] = {}
    for tight in combinations(range(own + other), own):
        if all(label < own for label in tight):
            continue  # no strategy is played
        matrix = [[Fraction(1)] * own + [Fraction(0)]]
        right = [Fraction(1)]
        for label in tight:
            row = [Fraction(0)] * (own + 1)
            if label < own:
                row[label] = Fraction(1)
            else:
                row = [replies[i][label - own] for i in range(own)] + [Fraction(-1)]
            matrix.append(row)
            right.append(Fraction(0))
        point = solve(matrix, right)
        if point is None or point[:own] in found or min(point[:own]) < 0:
            continue
        x, most = point[:own], point[own]
        gains = [sum(x[i] * replies[i][j] for i in range(own)) for j in range(other)]
        if max(gains) > most:
            continue
        found[x] = Corner(
            x,
            frozenset(i for i in range(own) if x[i] == 0),
            frozenset(j for j in range(other) if gains[j] == most),
        )
    return list(found.values())


def both(first, second) -> tuple[list[Corner], list[Corner]]:
    """Return the corners of both players from their payoffs, the first's strategies in rows."""
    transposed = [list(column) for column in zip(*first)]
    return corners(second), corners(transposed)


def extreme_equilibria(first, second) -> set[tuple[Row, Row]]:
    """Return all pairs (x, y) of corners in which each plays best replies only."""
    m, n = len(first), len(first[0])
    ones, twos = both(first, second)
    return {
        (one.strategy, two.strategy)
        for one in ones
        for two in twos
        if one.idle | two.best == set(range(m)) and two.idle | one.best == set(range(n))
    }


def is_degenerate(first, second) -> bool:
    """Say whether a strategy has more best replies than pure strategies it plays."""
    return any(
        len(corner.best) > sum(value > 0 for value in corner.strategy)
        for side in both(first, second)
        for corner in side
    )


def determinant_sign(matrix: Sequence[Sequence[Fraction]]) -> int:
    """Return the sign of a determinant by Leibniz' sum."""
    size = len(matrix)
    total = Fraction(0)
    for order in permutations(range(size)):
        swaps = sum(order[a] > order[b] for a, b in combinations(range(size), 2))
        total += (-1) ** swaps * prod((matrix[i][order[i]] for i in range(size)), start=Fraction(1))
    return (total > 0) - (total < 0)


def index(first, second, x: Row, y: Row) -> int:
    """Return the index of an equilibrium of a game that is not degenerate."""
    rows = [i for i, value in enumerate(x) if value > 0]
    columns = [j for j, value in enumerate(y) if value > 0]
    assert len(rows) == len(columns)
    signs = 1
    for payoffs in (first, second):
        least = min(map(min, payoffs))
        signs *= determinant_sign([[payoffs[i][j] - least + 1 for j in columns] for i in rows])
    return (-1) ** (len(rows) + 1) * signs
