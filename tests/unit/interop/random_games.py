"""Labels that break careless writers and readers, and games that carry them."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from coopgames.games import StrategicGame
from coopgames.interop import GameTree, InformationSet, TreeNode, TreeOutcome

NASTY = [
    '"',
    "\\",
    '\\"',
    "a\\",
    "a\\\\b",
    "{ }",
    "1/3",
    "1, 2",
    "",
    " ",
    "\n",
    "\r\n",
    "é",
    "p",
    "&<$%_",
    "NFG 1",
]
labels = st.one_of(st.sampled_from(NASTY), st.text(max_size=4))
fractions = st.fractions(min_value=-50, max_value=50, max_denominator=60)
floats = st.floats(allow_nan=False, allow_infinity=False)


def different(many: int):
    return st.lists(labels, min_size=many, max_size=many, unique=True).map(tuple)


@st.composite
def strategic_games(draw) -> StrategicGame:
    n = draw(st.integers(1, 3))
    sizes = draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    cells = n * int(np.prod(sizes))
    exact = draw(st.booleans())
    values = draw(st.lists(fractions if exact else floats, min_size=cells, max_size=cells))
    payoffs = np.empty(cells, dtype=object if exact else float)
    payoffs[:] = [Fraction(v) for v in values] if exact else values
    return StrategicGame(
        players=draw(different(n)),
        strategies=tuple(draw(different(size)) for size in sizes),
        payoffs=payoffs.reshape(n, *sizes),
        title=draw(labels),
        comment=draw(labels),
    )


@st.composite
def trees(draw) -> GameTree:
    """A tree in the order of a walk; information sets and outcomes are met in their order."""
    players = draw(different(draw(st.integers(1, 3))))
    value = fractions if draw(st.booleans()) else floats
    nodes: list[TreeNode | None] = []
    sets: list[InformationSet] = []
    outcomes: list[TreeOutcome] = []

    def outcome() -> int | None:
        choice = draw(st.integers(-1, len(outcomes)))
        if choice == len(outcomes):
            paid = tuple(draw(value) for _ in players)
            outcomes.append(TreeOutcome(payoffs=paid, label=draw(labels)))
        return None if choice < 0 else choice

    def grow(depth: int) -> int:
        number = len(nodes)
        nodes.append(None)
        label, at, children = draw(labels), None, []
        if depth < 3 and draw(st.booleans()):
            at = draw(st.integers(0, len(sets)))
            if at == len(sets):
                many = draw(st.integers(1, 3))
                player = draw(st.sampled_from([None, *range(len(players))]))
                weights = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
                chances = {1: (Fraction(1),), 2: (weights[1], 2 * weights[1]), 3: weights}[many]
                sets.append(
                    InformationSet(
                        player=player,
                        actions=draw(different(many)),
                        probabilities=() if player is not None else chances,
                        label=draw(labels),
                    )
                )
        paid = outcome()
        if at is not None:
            children = [grow(depth + 1) for _ in sets[at].actions]
        nodes[number] = TreeNode(
            information_set=at, children=tuple(children), outcome=paid, label=label
        )
        return number

    grow(0)
    return GameTree(
        players=players,
        nodes=tuple(node for node in nodes if node is not None),
        information_sets=tuple(sets),
        outcomes=tuple(outcomes),
        title=draw(labels),
        comment=draw(labels),
    )
