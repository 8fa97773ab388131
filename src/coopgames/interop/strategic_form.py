r"""The strategic form of a game tree.

A *strategy* names an action at each of a player's information sets; a *reduced* one only at those
which its own actions do not rule out. With w_z the probability that chance takes all its turns
on the way to node z, and pi_z the outcome there,

    u_i(s) = sum of w_z pi_z,i over the nodes z that s does not rule out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..games import StrategicGame
from ..games.strategic import LARGEST_STRATEGIC_TABLE, check_strategic_size
from .gambit_text import Number, numbered
from .game_tree import GameTree, Moves

__all__ = ["strategic_form"]

Integers = npt.NDArray[np.int64]


def strategic_form(
    tree: GameTree, *, reduced: bool = True, largest_table: int = LARGEST_STRATEGIC_TABLE
) -> StrategicGame:
    """Return the game by strategies that a tree stands for.

    Parameters
    ----------
    tree : GameTree
        Players may forget; what they did or knew is no part of a strategy.
    reduced : bool
        Whether strategies leave out what their own actions rule out. Else all are listed.
    largest_table : int
        Most payoffs that are laid out.

    Returns
    -------
    StrategicGame
        A strategy is called by its actions, one per information set of the player in the tree's
        order, joined by " / ", with "*" where none is needed. Exact if the tree is.

    Raises
    ------
    BudgetError
        If there are more payoffs than ``largest_table``, or more than 31 players.

    Examples
    --------
    The entrant stays out, or enters and the incumbent fights or shares.

    >>> from coopgames.interop import GameTree, InformationSet, TreeNode, TreeOutcome
    >>> tree = GameTree(
    ...     players=("entrant", "incumbent"),
    ...     nodes=(
    ...         TreeNode(information_set=0, children=(1, 2)),
    ...         TreeNode(outcome=0),
    ...         TreeNode(information_set=1, children=(3, 4)),
    ...         TreeNode(outcome=1),
    ...         TreeNode(outcome=2),
    ...     ),
    ...     information_sets=(
    ...         InformationSet(player=0, actions=("out", "in")),
    ...         InformationSet(player=1, actions=("fight", "share")),
    ...     ),
    ...     outcomes=tuple(TreeOutcome(payoffs=p) for p in ((0, 2), (-1, -1), (1, 1))),
    ... )
    >>> strategic_form(tree).payoffs[0].astype(int)
    array([[ 0,  0],
           [-1,  1]])
    """
    own_sets = [
        [k for k, at in enumerate(tree.information_sets) if at.player == player]
        for player in range(len(tree.players))
    ]
    walk = list(tree.walk())
    cells = len(tree.players)
    plans: list[Integers] = []
    for own in own_sets:
        plans.append(_plans(tree, own, _leading(tree, own, walk, reduced), cells, largest_table))
        cells *= len(plans[-1])
    check_strategic_size([len(of_player) for of_player in plans], largest_table)
    exact = tree.exact
    payoffs: npt.NDArray[Any] = np.full(
        (len(tree.players), *map(len, plans)), Fraction(0) if exact else 0.0
    )
    following: dict[tuple[int, Moves], Integers] = {}
    for number, chance, moves in walk:
        outcome = tree.nodes[number].outcome
        if outcome is None or not chance:
            continue
        kept = []
        for player, (own, of_player) in enumerate(zip(own_sets, plans, strict=True)):
            key = (player, tuple(move for move in moves if move[0] in own))
            if key not in following:
                following[key] = _following(of_player, own, key[1])
            kept.append(following[key])
        paid = [
            chance * one if exact else float(chance * one) for one in tree.outcomes[outcome].payoffs
        ]
        where: Any = (slice(None), *np.ix_(*kept))
        payoffs[where] += np.array(paid, dtype=payoffs.dtype).reshape(-1, *(1,) * len(kept))
    return StrategicGame(
        players=tree.players,
        strategies=tuple(
            _names(tree, own, of_player) for own, of_player in zip(own_sets, plans, strict=True)
        ),
        payoffs=payoffs,
        title=tree.title,
        comment=tree.comment,
    )


def _leading(
    tree: GameTree, own: list[int], walk: Sequence[tuple[int, Number, Moves]], reduced: bool
) -> dict[int, list[Moves]]:
    """Return, for each of a player's information sets, its own moves on each way there.

    Without reduction each counts as reached at once.
    """
    if not reduced:
        return {h: [()] for h in own}
    ways: dict[int, set[Moves]] = {h: set() for h in own}
    for number, _, moves in walk:
        h = tree.nodes[number].information_set
        if h in ways:
            ways[h].add(tuple(move for move in moves if move[0] in ways))
    return {h: list(of_set) for h, of_set in ways.items()}


def _plans(
    tree: GameTree, own: list[int], leading: dict[int, list[Moves]], cells: int, largest: int
) -> Integers:
    """Return actions by strategy and own information set; -1 where none is needed.

    An information set needs an action as soon as all own moves on some way there are chosen.
    """
    out: list[list[int]] = []
    stack: list[dict[int, int]] = [{}]
    while stack:
        chosen = stack.pop()
        needed = next(
            (
                h
                for h in own
                if h not in chosen
                and any(all(chosen.get(k) == action for k, action in way) for way in leading[h])
            ),
            None,
        )
        if needed is None:
            out.append([chosen.get(h, -1) for h in own])
            if cells * len(out) > largest:
                raise BudgetError(
                    f"tree has more payoffs in strategic form than largest_table = {largest:.3g}; "
                    "raise the bound, or keep the tree"
                )
            continue
        actions = range(len(tree.information_sets[needed].actions))
        stack.extend({**chosen, needed: action} for action in reversed(actions))
    return np.array(out, dtype=np.int64).reshape(len(out), len(own))


def _following(plans: Integers, own: list[int], moves: Moves) -> Integers:
    """Return the strategies that make all these moves."""
    follows = np.ones(len(plans), dtype=bool)
    for h, action in moves:
        follows &= plans[:, own.index(h)] == action
    return np.flatnonzero(follows)


def _names(tree: GameTree, own: list[int], plans: Integers) -> tuple[str, ...]:
    if not own:
        return ("*",)
    names = [
        " / ".join(
            "*" if action < 0 else tree.information_sets[h].actions[action]
            for h, action in zip(own, plan, strict=True)
        )
        for plan in plans.tolist()
    ]
    return numbered(names)
