"""The tree of an institution's game: chance draws the mandate event, then all states act.

Plans that are chosen before the mandate is known share one information set over all ways it may go.
A mandate event says who answered Yes to a body that can be joined, so that the states of a class
divide into groups; every division is equally likely, and known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from ..games import PolicyGames, RoleGame, to_strategic
from .gambit_text import Number, numbered
from .game_tree import GameTree
from .tree_builder import TreeBuilder, check_tree_size, tree_size

__all__ = ["institution_tree"]


def institution_tree(policies: PolicyGames, title: str, largest: int) -> GameTree:
    """Return the tree of an institution's game; as `game_tree`."""
    classes = policies.game.classes
    builder = TreeBuilder(
        tuple(
            label if n == 1 else f"{label} {k + 1}"
            for label, n in zip(classes.labels, classes.counts.tolist(), strict=True)
            for k in range(n)
        )
    )
    likely = [g for g, chance in enumerate(policies.probability) if chance > 0]
    nodes = 1
    for g in likely:
        one = policies.games[g]
        sizes = [size for size, n in zip(one.sizes, one.players, strict=True) for _ in range(n)]
        nodes += _divisions_of(policies, g) * (1 + len(one.scenarios) * tree_size(sizes))
        check_tree_size(nodes, largest)
    branches = [(g, role_of) for g in likely for role_of in _divisions(policies, g)]
    events = numbered([_event(policies, g) for g in range(len(policies.games))])
    chances = [
        (events[g], float(policies.probability[g]) / _divisions_of(policies, g))
        for g, _ in branches
    ]
    labels = numbered([name for name, _ in chances])
    steps = builder.chance(chances, "mandate event") if len(branches) > 1 else iter([0])
    for b in steps:
        g, role_of = branches[b]
        one = policies.games[g]
        ways = _ways(policies, g)
        label = labels[b] if len(branches) > 1 else ""
        turns = builder.chance(ways, "mandate, unknown") if len(ways) > 1 else iter([0])
        for w in turns:
            only = replace(one, scenarios=(replace(one.scenarios[w], probability=1.0),))
            names, payoffs = _by_state(only, role_of)
            builder.simultaneous(names, payoffs, label)
    game = policies.game
    where = f"{game.institution.id}, {game.problem.id}, {game.world.id}, {game.mandate} mandate"
    return builder.tree(title or where)


def _class_of_role(policies: PolicyGames, g: int) -> dict[int, int]:
    groups = policies.game.events.class_of_group.tolist()
    return {
        role: c
        for role, c in zip(policies.role_of_group[g].tolist(), groups, strict=True)
        if role >= 0
    }


def _roles_by_class(policies: PolicyGames, g: int) -> list[list[tuple[int, int]]]:
    """Return (role, its players) of each class."""
    out: list[list[tuple[int, int]]] = [[] for _ in policies.game.classes.labels]
    for role, c in sorted(_class_of_role(policies, g).items()):
        out[c].append((role, policies.games[g].players[role]))
    return out


def _divisions_of(policies: PolicyGames, g: int) -> int:
    """In how many ways the states can divide into the roles of a game."""
    number = 1
    for roles in _roles_by_class(policies, g):
        left = sum(n for _, n in roles)
        for _, n in roles:
            number *= comb(left, n)
            left -= n
    return number


def _divisions(policies: PolicyGames, g: int) -> Iterator[tuple[int, ...]]:
    """Yield the role of every state, in every way they can divide into the roles of a game."""
    by_class = [list(_orders(tuple(roles))) for roles in _roles_by_class(policies, g)]
    for parts in product(*by_class):
        yield tuple(role for part in parts for role in part)


def _orders(roles: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, ...]]:
    """Yield all different orders of roles, each as often as it has players."""
    if not any(n for _, n in roles):
        yield ()
        return
    for k, (role, n) in enumerate(roles):
        if n:
            rest = (*roles[:k], (role, n - 1), *roles[k + 1 :])
            for tail in _orders(rest):
                yield (role, *tail)


def _by_state(
    game: RoleGame, role_of: tuple[int, ...]
) -> tuple[list[tuple[str, ...]], npt.NDArray[Any]]:
    """Return strategies and payoffs with players in the order of the states."""
    form = to_strategic(game)
    free = np.cumsum([0, *game.players])[:-1].tolist()
    place = []
    for role in role_of:
        place.append(free[role])
        free[role] += 1
    payoffs = form.payoffs[place].transpose(0, *(1 + p for p in place))
    return [form.strategies[p] for p in place], payoffs


def _event(policies: PolicyGames, g: int) -> str:
    """Name the mandate events that make a game: the bodies whose mandates stand."""
    game = policies.game
    if game.mandate == "expected" or policies.plans == "act3":
        return "mandates by their probability"
    bodies = [body.id for body in game.institution.bodies]
    names: dict[str, None] = {}
    for row in np.flatnonzero(policies.game_of_row == g).tolist():
        adopted = [bodies[j] for j in np.flatnonzero(game.events.adopted[row]).tolist()]
        names[" + ".join(adopted) or "no mandate"] = None
    return " or ".join(names)


def _ways(policies: PolicyGames, g: int) -> list[tuple[str, Number]]:
    """Return name and probability of the ways that plans don't know."""
    scenarios = policies.games[g].scenarios
    if len(scenarios) == 1:
        return [("", scenarios[0].probability)]
    adopted = np.flatnonzero(policies.game.events.adopted.any(axis=1))
    with_adoption = set(policies.scenario_of_row[adopted].tolist())
    return [
        ("adopted" if s in with_adoption else "not adopted", scenario.probability)
        for s, scenario in enumerate(scenarios)
    ]
