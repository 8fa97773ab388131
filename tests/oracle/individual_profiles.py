"""Games between named individuals by brute force: every profile, every deviation, one by one.

A slow reference for tests, written from the definitions. An individual's payoff is looked up from
its role's tables with what all other individuals add, scenario by scenario.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

__all__ = [
    "dominated_strategies",
    "equilibria_by_counts",
    "expected_payoffs",
    "largest_welfare",
    "owners",
    "payoff",
]


def owners(game: Any) -> list[int]:
    """Return the role of each individual."""
    return [role for role, n in enumerate(game.players) for _ in range(n)]


def payoff(game: Any, roles: Sequence[int], who: int, played: Sequence[int]) -> float:
    """Return what one individual gets in a profile."""
    out = 0.0
    for scenario in game.scenarios:
        total = sum(
            int(scenario.adds[role][i])
            for other, (role, i) in enumerate(zip(roles, played, strict=True))
            if other != who
        )
        out += scenario.probability * float(scenario.payoffs[roles[who]][played[who], total])
    return out


def _profiles(game: Any, roles: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return product(*(range(len(game.strategies[role])) for role in roles))


def _counts(game: Any, roles: Sequence[int], played: Sequence[int]) -> tuple[int, ...]:
    tally = Counter(zip(roles, played, strict=True))
    return tuple(
        tally[role, i] for role, names in enumerate(game.strategies) for i in range(len(names))
    )


def equilibria_by_counts(
    game: Any, slack: float = 1e-12
) -> dict[tuple[int, ...], tuple[int, bool, list[float]]]:
    """Return for each count how many profiles are equilibria, whether all are strict, payoffs."""
    roles = owners(game)
    out: dict[tuple[int, ...], tuple[int, bool, list[float]]] = {}
    for played in _profiles(game, roles):
        now = [payoff(game, roles, who, played) for who in range(len(roles))]
        gains = [
            payoff(game, roles, who, (*played[:who], other, *played[who + 1 :])) - now[who]
            for who, role in enumerate(roles)
            for other in range(len(game.strategies[role]))
            if other != played[who]
        ]
        if max(gains, default=-1.0) > slack:
            continue
        counts = _counts(game, roles, played)
        means = [
            sum(paid for paid, role in zip(now, roles, strict=True) if role == r) / n
            for r, n in enumerate(game.players)
        ]
        times, _, _ = out.get(counts, (0, True, means))
        out[counts] = (times + 1, max(gains, default=-1.0) < -slack, means)
    return out


def largest_welfare(game: Any) -> float:
    """Return the largest sum of all individuals' payoffs."""
    roles = owners(game)
    return max(
        sum(payoff(game, roles, who, played) for who in range(len(roles)))
        for played in _profiles(game, roles)
    )


def dominated_strategies(game: Any, *, strict: bool, slack: float = 1e-12) -> set[tuple[int, int]]:
    """Return (role, strategy) of those dominated by a pure one, over all profiles of the others."""
    roles = owners(game)
    out = set()
    for role, names in enumerate(game.strategies):
        who = roles.index(role)
        rows = {
            i: [
                payoff(game, roles, who, (*played[:who], i, *played[who + 1 :]))
                for played in _profiles(game, roles)
                if played[who] == 0
            ]
            for i in range(len(names))
        }
        for i, own in rows.items():
            for other in rows.values():
                more = np.array(other) - np.array(own)
                if strict and (more > slack).all():
                    out.add((role, i))
                if not strict and (more >= -slack).all() and (more > slack).any():
                    out.add((role, i))
    return out


def expected_payoffs(game: Any, mixed: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return each role's payoff by each strategy where every other individual mixes alike."""
    roles = owners(game)
    out = []
    for role, names in enumerate(game.strategies):
        who = roles.index(role)
        row = [0.0] * len(names)
        for played in _profiles(game, roles):
            if played[who] != 0:
                continue
            chance = 1.0
            for other, (r, i) in enumerate(zip(roles, played, strict=True)):
                if other != who:
                    chance *= float(mixed[r][i])
            if chance:
                for i in range(len(names)):
                    changed = (*played[:who], i, *played[who + 1 :])
                    row[i] += chance * payoff(game, roles, who, changed)
        out.append(row)
    return out
