"""Trees that grow in the order of a walk: chance's moves, and simultaneous ones of all players.

Players move one after the other and don't see what was done before: each has one information set
for all nodes at which it moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy.typing as npt

from ..errors import BudgetError
from .gambit_text import Number, numbered
from .game_tree import GameTree, InformationSet, TreeNode, TreeOutcome

__all__ = ["LARGEST_TREE", "TreeBuilder", "check_tree_size", "tree_size"]

#: Nodes of a tree that are still laid out.
LARGEST_TREE = 200_000


def tree_size(sizes: Sequence[int]) -> int:
    """Return the number of nodes of a tree of simultaneous moves."""
    return sum(prod(sizes[:k]) for k in range(len(sizes) + 1))


def check_tree_size(nodes: int, largest: int) -> None:
    """Refuse a tree of more nodes than are allowed."""
    if nodes > largest:
        raise BudgetError(
            f"the tree has {min(nodes, 10**300):.3g} nodes, more than largest_tree = "
            f"{largest:.3g}; take a smaller world, or solve the game by counts, as it is"
        )


@dataclass(slots=True, eq=False)
class TreeBuilder:
    """A tree that grows in the order of a walk; sets and outcomes by what they are."""

    players: tuple[str, ...]
    nodes: list[TreeNode | None] = field(default_factory=list)
    sets: dict[InformationSet, int] = field(default_factory=dict)
    outcomes: dict[TreeOutcome, int] = field(default_factory=dict)

    def chance(self, branches: Sequence[tuple[str, Number]], label: str) -> Iterator[int]:
        """Add a chance node; yield each branch's number, for its subtree to be added."""
        names = numbered([name for name, _ in branches])
        at = InformationSet(
            player=None, actions=names, probabilities=tuple(p for _, p in branches), label=label
        )
        number, children = self._open(at), []
        for branch in range(len(branches)):
            children.append(len(self.nodes))
            yield branch
        self.nodes[number] = TreeNode(information_set=self.sets[at], children=tuple(children))

    def _open(self, at: InformationSet) -> int:
        self.sets.setdefault(at, len(self.sets))
        self.nodes.append(None)
        return len(self.nodes) - 1

    def simultaneous(
        self,
        strategies: Sequence[tuple[str, ...]],
        payoffs: npt.NDArray[Any],
        label: str,
        profile: tuple[int, ...] = (),
    ) -> None:
        """Add the moves of all players whose action is not in the profile yet."""
        player = len(profile)
        if player == len(self.players):
            everybody: Any = slice(None)
            paid = TreeOutcome(payoffs=tuple(payoffs[everybody, *profile].tolist()))
            number = self.outcomes.setdefault(paid, len(self.outcomes))
            self.nodes.append(TreeNode(outcome=number))
            return
        at = InformationSet(player=player, actions=strategies[player], label=label)
        number, children = self._open(at), []
        for action in range(len(at.actions)):
            children.append(len(self.nodes))
            self.simultaneous(strategies, payoffs, label, (*profile, action))
        self.nodes[number] = TreeNode(information_set=self.sets[at], children=tuple(children))

    def tree(self, title: str, comment: str = "") -> GameTree:
        """Return the tree that has grown."""
        return GameTree(
            players=self.players,
            nodes=tuple(node for node in self.nodes if node is not None),
            information_sets=tuple(self.sets),
            outcomes=tuple(self.outcomes),
            title=title,
            comment=comment,
        )
