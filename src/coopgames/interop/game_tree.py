"""Games in extensive form: nodes, information sets, outcomes.

A tree is a list of nodes in the order in which a walk down meets them first (parents before their
children, a child's whole subtree before the next child). Chance moves with given probabilities.
Payoffs of all outcomes on a path add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ..errors import CoopgamesError
from .gambit_text import Number

__all__ = ["GameTree", "InformationSet", "Moves", "TreeNode", "TreeOutcome"]

#: (information set, action) one after the other.
Moves = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationSet:
    """Nodes that whoever moves there cannot tell apart.

    Attributes
    ----------
    player : int or None
        Position among the players; None is chance.
    actions : tuple of str
        Names, all different.
    probabilities : tuple of numbers
        Of chance's actions, summing to one; empty for a player.
    label : str
    """

    player: int | None
    actions: tuple[str, ...]
    probabilities: tuple[Number, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeOutcome:
    """What players get where a path passes.

    Attributes
    ----------
    payoffs : tuple of numbers
        One per player. [payoff]
    label : str
    """

    payoffs: tuple[Number, ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """One node of a tree.

    Attributes
    ----------
    information_set : int or None
        Position of its information set; None where the game ends.
    children : tuple of int
        Positions of the nodes that the actions lead to, in their order.
    outcome : int or None
        Position of the outcome that is paid here.
    label : str
    """

    information_set: int | None = None
    children: tuple[int, ...] = ()
    outcome: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GameTree:
    """A game in extensive form.

    Attributes
    ----------
    players : tuple of str
        All different.
    nodes : tuple of TreeNode
        The root first; children after their parents.
    information_sets : tuple of InformationSet
        Each with at least one node.
    outcomes : tuple of TreeOutcome
        Each paid somewhere.
    title, comment : str

    Raises
    ------
    CoopgamesError
        If the parts don't make a tree.

    See Also
    --------
    game_tree : makes one from a game by profiles, or from an institution's.
    read_efg, write_efg : from and to files.
    strategic_form : the game by strategies.
    """

    players: tuple[str, ...]
    nodes: tuple[TreeNode, ...]
    information_sets: tuple[InformationSet, ...] = ()
    outcomes: tuple[TreeOutcome, ...] = ()
    title: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        if not self.players or len(set(self.players)) < len(self.players):
            raise CoopgamesError(
                f"players must be different names, at least one; got {self.players!r}"
            )
        for at in self.information_sets:
            _check_information_set(at, len(self.players))
        for outcome in self.outcomes:
            if len(outcome.payoffs) != len(self.players):
                raise CoopgamesError(
                    f"outcome {outcome.label!r} must have {len(self.players)} payoffs; "
                    f"got {len(outcome.payoffs)}"
                )
        self._check_nodes()

    def _check_nodes(self) -> None:
        children = [child for node in self.nodes for child in node.children]
        later = all(
            child > number for number, node in enumerate(self.nodes) for child in node.children
        )
        if not self.nodes or not later or sorted(children) != list(range(1, len(self.nodes))):
            raise CoopgamesError(
                "nodes must make one tree: the root first, every other node the child of one "
                "before it"
            )
        met = {node.information_set for node in self.nodes} - {None}
        paid = {node.outcome for node in self.nodes} - {None}
        if met != set(range(len(self.information_sets))):
            raise CoopgamesError("nodes must refer to all information sets, and to no others")
        if paid != set(range(len(self.outcomes))):
            raise CoopgamesError("nodes must refer to all outcomes, and to no others")
        for number, node in enumerate(self.nodes):
            at = node.information_set
            wanted = 0 if at is None else len(self.information_sets[at].actions)
            if len(node.children) != wanted:
                raise CoopgamesError(
                    f"node {number} must have one child per action, {wanted}; "
                    f"got {len(node.children)}"
                )

    @property
    def exact(self) -> bool:
        """Whether all payoffs and probabilities are fractions."""
        numbers: list[Number] = [p for o in self.outcomes for p in o.payoffs]
        numbers += [p for at in self.information_sets for p in at.probabilities]
        return all(isinstance(number, (int, Fraction)) for number in numbers)

    def walk(self) -> Iterator[tuple[int, Number, Moves]]:
        """Yield (node, chance, moves) of all nodes, from the root down.

        ``chance`` is the probability that chance makes all its moves on the way, ``moves`` the
        (information set, action) of the players' own ones.
        """
        stack: list[tuple[int, Number, Moves]] = [(0, Fraction(1), ())]
        while stack:
            number, chance, moves = stack.pop()
            yield number, chance, moves
            node = self.nodes[number]
            if node.information_set is None:
                continue
            at = self.information_sets[node.information_set]
            for action in reversed(range(len(at.actions))):
                if at.player is None:
                    step = (chance * at.probabilities[action], moves)
                else:
                    step = (chance, (*moves, (node.information_set, action)))
                stack.append((node.children[action], *step))


def _check_information_set(at: InformationSet, players: int) -> None:
    if not at.actions or len(set(at.actions)) < len(at.actions):
        raise CoopgamesError(
            f"actions at {at.label!r} must be different names, at least one; got {at.actions!r}"
        )
    if at.player is None:
        total = float(sum(at.probabilities))
        negative = any(p < 0 for p in at.probabilities)
        if len(at.probabilities) != len(at.actions) or negative or abs(total - 1) > 1e-9:
            raise CoopgamesError(
                f"probabilities at {at.label!r} must be one per action, >= 0, and sum to 1; "
                f"got {at.probabilities!r}"
            )
    elif at.probabilities or not 0 <= at.player < players:
        raise CoopgamesError(
            f"information set {at.label!r} must belong to chance or, without probabilities, to "
            f"one of {players} players; got player {at.player}"
        )
