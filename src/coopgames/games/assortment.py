"""Like-minded meeting: co-players of one's own kind more often than by chance."""

from __future__ import annotations

from math import comb

import numpy as np

from .._checks import probability
from ..kernels.group_sampling import hypergeometric_group_law
from ..kernels.simplex import composition_index, compositions
from .symmetric import SymmetricGame

__all__ = ["assorted"]


def assorted(game: SymmetricGame, assortment: float) -> SymmetricGame:
    r"""Return the game in which each co-player is, with some probability, of one's own strategy.

    Each of the n - 1 co-players, one by one, is replaced by somebody of the focal player's own
    strategy with probability r, and is met at random otherwise. What comes out is a symmetric game
    again, so every dynamic takes it: at shares x a player of strategy i meets its own kind with
    probability r + (1 - r) x_i.

    Parameters
    ----------
    game : SymmetricGame
    assortment : float
        r, in [0, 1]: 0 is random meeting, 1 meeting one's own kind only.

    Returns
    -------
    SymmetricGame

    Raises
    ------
    CoopgamesError
        If ``assortment`` is outside [0, 1].

    References
    ----------
    Grafen (1979) Animal Behaviour 27:905, doi:10.1016/0003-3472(79)90028-9; Eshel & Cavalli-Sforza
    (1982) PNAS 79:1331, doi:10.1073/pnas.79.4.1331.

    Examples
    --------
    Giving benefit 3 at cost 1 pays where assortment exceeds 1/3, Hamilton's rule:

    >>> from coopgames.games.classics import donation_game
    >>> gives, keeps = assorted(donation_game(3, 1), 0.5).payoffs_at([0.2, 0.8])
    >>> round(float(gives - keeps), 12)
    0.5
    """
    r = probability("assortment", assortment)
    n, looks = game.players - 1, game.looks
    met = game.co_players()
    table = np.zeros_like(game.table)
    for own in range(n + 1):
        chance = comb(n, own) * r**own * (1.0 - r) ** (n - own)
        if chance == 0.0:
            continue
        kept = compositions(n - own, looks)
        stays = np.ones((met.shape[0], 1)) if own == n else hypergeometric_group_law(met, kept)
        for strategy, look in enumerate(game.seen_as):
            group = kept.copy()
            group[:, look] += own
            table[strategy] += chance * (stays @ game.table[strategy, composition_index(group)])
    return SymmetricGame(
        players=game.players, strategies=game.strategies, table=table, seen_as=game.seen_as
    )
