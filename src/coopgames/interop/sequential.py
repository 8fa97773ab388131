"""Games of simultaneous moves as trees."""

from __future__ import annotations

from ..games import PolicyGames, RoleGame, StrategicGame, SymmetricGame, to_strategic
from .game_tree import GameTree
from .institution_tree import institution_tree
from .tree_builder import LARGEST_TREE, TreeBuilder, check_tree_size, tree_size

__all__ = ["game_tree"]


def game_tree(
    game: StrategicGame | RoleGame | SymmetricGame | PolicyGames,
    *,
    title: str = "",
    largest_tree: int = LARGEST_TREE,
) -> GameTree:
    """Return a game of simultaneous moves as a tree.

    Parameters
    ----------
    game : StrategicGame, RoleGame, SymmetricGame or PolicyGames
        With `policy_games` the tree has two stages: chance draws the mandate event, then all states
        act. Under a standing mandate they know the event, under an expected one there is one game;
        plans of ``act3`` are chosen before it is known. Where the states of one class differ in
        what they answered to a body that can be joined, each division of the class is equally
        likely, and known.
    title : str
        Of the tree.
    largest_tree : int
        Most nodes that are laid out.

    Returns
    -------
    GameTree
        Players are states, named by class. Equal payoffs are one outcome.

    Raises
    ------
    BudgetError
        If there are more nodes than ``largest_tree``; says how many.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> len(game_tree(classics.stag_hunt()).nodes)
    7
    """
    if isinstance(game, PolicyGames):
        return institution_tree(game, title, largest_tree)
    form = to_strategic(game)
    check_tree_size(tree_size(form.sizes), largest_tree)
    builder = TreeBuilder(form.players)
    builder.simultaneous(form.strategies, form.payoffs, "")
    return builder.tree(title or form.title, form.comment)
