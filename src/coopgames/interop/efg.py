"""Gambit's files of game trees (.efg), read and written.

After title and players come the nodes, each followed by the subtrees of its actions: ``c`` where
chance moves, ``p`` where a player does, ``t`` where the game ends. Information sets and outcomes
have numbers, the former by player; they are described where they are met first, and later by number
alone or in the same words.

References
----------
Gambit's file formats: https://gambitproject.readthedocs.io/en/stable/formats.html
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from ..errors import CoopgamesError
from ..records import exact as as_fraction
from .gambit_text import Number, in_braces, number_text, quoted, source_of, written
from .gambit_words import Words
from .game_tree import GameTree, InformationSet, TreeNode, TreeOutcome

__all__ = ["read_efg", "write_efg"]


def read_efg(path_or_text: str | Path, *, exact: bool = False, relabel: bool = False) -> GameTree:
    r"""Return the game tree in a Gambit .efg file.

    Parameters
    ----------
    path_or_text : str or Path
        A file, or its text: a string of several lines or one that begins with ``EFG``.
    exact : bool
        Whether payoffs and probabilities are kept as the fractions that are written there; else
        they are floats.
    relabel : bool
        Whether labels that repeat among players, or among the actions of an information set, get
        numbers; else they are refused.

    Returns
    -------
    GameTree
        Nodes in the file's order; information sets and outcomes in that of their first nodes.

    Raises
    ------
    SpecificationError
        If the file breaks the format; names the line.

    Examples
    --------
    >>> tree = read_efg('''EFG 2 R "Entry" { "entrant" "incumbent" }
    ... p "" 1 1 "" { "out" "in" } 0
    ... t "" 1 "quiet" { 0, 2 }
    ... p "" 2 1 "" { "fight" "share" } 0
    ... t "" 2 "war" { -1, -1 }
    ... t "" 3 "duopoly" { 1, 1 }
    ... ''')
    >>> len(tree.nodes), tree.outcomes[2].label
    (5, 'duopoly')
    """
    return _Reader(Words(*source_of(path_or_text, "EFG")), exact=exact, relabel=relabel).tree()


class _Reader:
    """What is known while a file is read: sets by (player, number), outcomes by number."""

    def __init__(self, words: Words, *, exact: bool, relabel: bool) -> None:
        self.words, self.exact, self.relabel = words, exact, relabel
        self.players: tuple[str, ...] = ()
        self.sets: list[InformationSet] = []
        self.outcomes: list[TreeOutcome] = []
        self.set_of: dict[tuple[int | None, int], int] = {}
        self.outcome_of: dict[int, int] = {}

    def tree(self) -> GameTree:
        title, self.players = self.words.head("EFG", "2", relabel=self.relabel)
        comment = self.words.comment()
        heads: list[tuple[str, int | None, int | None]] = []
        children: list[list[int]] = []
        waiting: list[tuple[int, int]] = []  # nodes whose subtrees aren't complete: how many lack
        while not heads or waiting:
            number = len(heads)
            if waiting:
                parent, lack = waiting.pop()
                children[parent].append(number)
                if lack > 1:
                    waiting.append((parent, lack - 1))
            heads.append(self.node())
            children.append([])
            at = heads[-1][1]
            if at is not None:
                waiting.append((number, len(self.sets[at].actions)))
        self.words.expect_end("the last node of the tree")
        return GameTree(
            players=self.players,
            nodes=tuple(
                TreeNode(label=label, information_set=at, outcome=outcome, children=tuple(below))
                for (label, at, outcome), below in zip(heads, children, strict=True)
            ),
            information_sets=tuple(self.sets),
            outcomes=tuple(self.outcomes),
            title=title,
            comment=comment,
        )

    def node(self) -> tuple[str, int | None, int | None]:
        """Return (label, information set, outcome) of the node that must stand here."""
        word = self.words.take()
        if word.kind != "symbol" or word.text not in ("c", "p", "t"):
            self.words.refuse(word.line, f"a node c, p or t must stand here; got {word}")
        label = self.words.label("a node's label")
        at = None
        if word.text != "t":
            player = None
            if word.text == "p":
                line = self.words.next.line
                player = self.words.count("a player's number", 1) - 1
                if player >= len(self.players):
                    self.words.refuse(
                        line, f"there are {len(self.players)} players; got number {player + 1}"
                    )
            at = self.information_set(player)
        return label, at, self.outcome()

    def information_set(self, player: int | None) -> int:
        line = self.words.next.line
        number = self.words.count("an information set's number", 1)
        key, whose = (player, number), "chance" if player is None else repr(self.players[player])
        if self.words.next.kind != "text":
            if key not in self.set_of:
                self.words.refuse(line, f"information set {number} of {whose} is not described yet")
            return self.set_of[key]
        label = self.words.label("an information set's label")
        described = self.described(player, label, f"information set {number} of {whose}")
        if key not in self.set_of:
            self.set_of[key] = len(self.sets)
            self.sets.append(described)
        elif self.sets[self.set_of[key]] != described:
            self.words.refuse(
                line, f"information set {number} of {whose} was described differently before"
            )
        return self.set_of[key]

    def described(self, player: int | None, label: str, what: str) -> InformationSet:
        words = self.words
        line = words.next.line
        probabilities: list[Number] = []
        if player is not None:
            actions = words.labels(f"actions at {what}", relabel=self.relabel)
        else:
            found = []
            words.expect("{")
            while not words.take_if("}"):
                found.append(words.label("an action's label"))
                probabilities.append(words.number("its probability", exact=self.exact))
            actions = words.different(found, f"actions at {what}", line, relabel=self.relabel)
            total = float(sum(probabilities))
            if any(p < 0 for p in probabilities) or abs(total - 1) > 1e-9:
                words.refuse(
                    line,
                    f"probabilities at {what} must be >= 0 and sum to 1; they sum to {total:.12g}",
                )
        return InformationSet(
            player=player, label=label, actions=actions, probabilities=tuple(probabilities)
        )

    def outcome(self) -> int | None:
        words = self.words
        line = words.next.line
        number = words.count("an outcome's number", 0)
        if words.next.kind != "text":
            if number and number not in self.outcome_of:
                words.refuse(line, f"outcome {number} is not described yet")
            return self.outcome_of.get(number)
        if number == 0:
            words.refuse(line, "outcome 0 pays nothing and must have no label")
        label = words.label("an outcome's label")
        words.expect("{")
        payoffs = words.numbers(len(self.players), f"payoff in outcome {number}", exact=self.exact)
        described = TreeOutcome(label=label, payoffs=payoffs)
        if number not in self.outcome_of:
            self.outcome_of[number] = len(self.outcomes)
            self.outcomes.append(described)
        elif self.outcomes[self.outcome_of[number]] != described:
            words.refuse(line, f"outcome {number} was described differently before")
        return self.outcome_of[number]


def write_efg(tree: GameTree, path: str | Path | None = None) -> str:
    """Return the text of a Gambit .efg file, and write it if a path is given.

    Parameters
    ----------
    tree : GameTree
    path : str or Path, optional
        Where to write it, in UTF-8.

    Returns
    -------
    str
        `read_efg` reads the same tree from it, if nodes stand in the order of a walk. Fractions are
        written exactly, floats by the shortest decimal that gives them back. Probabilities whose
        decimals don't sum to exactly one, as Gambit demands, are written as fractions of their
        sum, which moves them by rounding.

    Raises
    ------
    CoopgamesError
        If ``tree`` is no tree; `game_tree` makes one from other games.

    Examples
    --------
    >>> from coopgames.interop import game_tree
    >>> from coopgames.games import strategic_game
    >>> pennies = strategic_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], [("head", "tail")] * 2)
    >>> print(write_efg(game_tree(pennies)))
    EFG 2 R "" { "1" "2" }
    ""
    <BLANKLINE>
    p "" 1 1 "" { "head" "tail" } 0
    p "" 2 1 "" { "head" "tail" } 0
    t "" 1 "" { 1, -1 }
    t "" 2 "" { -1, 1 }
    p "" 2 1 "" { "head" "tail" } 0
    t "" 2 "" { -1, 1 }
    t "" 1 "" { 1, -1 }
    <BLANKLINE>
    """
    if not isinstance(tree, GameTree):
        raise CoopgamesError(
            f"tree must be a GameTree; got {type(tree).__name__} (game_tree makes one)"
        )
    described = list(_described(tree))
    lines = [
        f"EFG 2 R {quoted(tree.title)} {in_braces(map(quoted, tree.players))}",
        quoted(tree.comment),
        "",
    ]
    for number, _, _ in tree.walk():
        node = tree.nodes[number]
        head = f"{_kind(tree, node)} {quoted(node.label)}"
        if node.information_set is not None:
            head += f" {described[node.information_set]}"
        if node.outcome is None:
            lines.append(f"{head} 0")
            continue
        outcome = tree.outcomes[node.outcome]
        payoffs = in_braces(map(number_text, outcome.payoffs), ", ")
        lines.append(f"{head} {node.outcome + 1} {quoted(outcome.label)} {payoffs}")
    return written("\n".join(lines) + "\n", path)


def _kind(tree: GameTree, node: TreeNode) -> str:
    if node.information_set is None:
        return "t"
    return "c" if tree.information_sets[node.information_set].player is None else "p"


def _described(tree: GameTree) -> Iterator[str]:
    """Yield each information set as it is written: whose, its number, label and actions."""
    met: dict[int | None, int] = {}
    for at in tree.information_sets:
        met[at.player] = met.get(at.player, 0) + 1
        if at.player is None:
            whose = f"{met[None]}"
            actions = [
                f"{quoted(action)} {number_text(p)}"
                for action, p in zip(at.actions, _summing_to_one(at.probabilities), strict=True)
            ]
        else:
            whose = f"{at.player + 1} {met[at.player]}"
            actions = [quoted(action) for action in at.actions]
        yield f"{whose} {quoted(at.label)} {in_braces(actions)}"


def _summing_to_one(probabilities: tuple[Number, ...]) -> list[Number]:
    fractions = [as_fraction(p) for p in probabilities]
    total = sum(fractions, Fraction(0))
    return list(probabilities) if total == 1 else [p / total for p in fractions]
