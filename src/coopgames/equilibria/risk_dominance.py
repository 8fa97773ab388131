r"""Risk dominance: which of two strict equilibria is safer when players doubt what others do.

In a two-by-two game with two strict equilibria the products of what the players lose by leaving
them alone are compared (Harsanyi & Selten 1988). In a symmetric game of n players and two
strategies, with d_k the payoff of the first less that of the second among k = 0 .. n - 1 co-players
who follow the first, three beliefs of a player in doubt are in use:

- *Laplacian*: each k is as likely, so the first is chosen iff sum_k d_k > 0. Where d_k does not
  fall with k this is what global games with small noise select (Morris & Shin 2003); with two
  players it is risk dominance.
- *half*: each co-player follows the first with probability 1/2 by itself, sum_k C(n - 1, k) d_k.
- *p-dominance* (Morris, Rob & Shin 1995): the first is p-dominant if it is a best reply to all
  beliefs by which with probability p or more all follow it, p d_{n-1} + (1 - p) min_k d_k >= 0.

References
----------
Harsanyi & Selten (1988) A General Theory of Equilibrium Selection in Games, MIT Press. Morris, Rob
& Shin (1995) Econometrica 63:145-157. doi:10.2307/2951700. Morris & Shin (2003) in Advances in
Economics and Econometrics I:56-114, Cambridge.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from ..games import RoleGame, SymmetricGame
from .accepted_games import as_roles
from .gap_roots import payoff_gap

__all__ = ["BinaryDominance", "RiskDominance", "binary_dominance", "risk_dominance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDominance:
    """Two strict equilibria of a two-by-two game, compared.

    Attributes
    ----------
    equilibria : two pairs of int
        Row and column of each, by row.
    products : two numbers
        Products of both players' losses by leaving each alone; of the type of the payoffs.
        [payoff**2]
    index : int or None
        Position of the one that risk dominates; None if the products are equal.
    """

    equilibria: tuple[tuple[int, int], tuple[int, int]]
    products: tuple[Any, Any]
    index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryDominance:
    """Two strategies of a symmetric game, by what a player in doubt does.

    Attributes
    ----------
    laplacian : float
        Mean gain of the first over the second if all numbers of co-players are as likely. [payoff]
    half : float
        Mean gain if each co-player follows the first with probability 1/2. [payoff]
    p_dominance : two floats
        The least p for which each is p-dominant, in [0, 1]; infinite where it is no equilibrium.
    supermodular : bool
        Whether the gain does not fall with the number of followers, so that global games select as
        the Laplacian belief does.
    """

    laplacian: float
    half: float
    p_dominance: tuple[float, float]
    supermodular: bool

    def index(self, belief: str = "laplacian") -> int | None:
        """Return the strategy chosen by belief 'laplacian' or 'half'; None if neither is."""
        gain = {"laplacian": self.laplacian, "half": self.half}[belief]
        return None if gain == 0 else int(gain < 0)


def risk_dominance(first: npt.ArrayLike, second: npt.ArrayLike | None = None) -> RiskDominance:
    """Return which of the two strict equilibria of a two-by-two game risk dominates.

    Parameters
    ----------
    first, second : array_like, shape (2, 2)
        What the row and the column player get; whole numbers and fractions stay exact. Without the
        second the game is symmetric. [payoff]

    Returns
    -------
    RiskDominance

    Raises
    ------
    CoopgamesError
        If the matrices are not two by two, or there are no two strict equilibria.

    Examples
    --------
    >>> risk_dominance([[4, 0], [3, 2]])
    RiskDominance(equilibria=((0, 0), (1, 1)), products=(1, 4), index=1)
    """
    a = np.array(first, dtype=object)
    b = a.T if second is None else np.array(second, dtype=object)
    if a.shape != (2, 2) or b.shape != (2, 2):
        raise CoopgamesError(f"payoffs must be two by two; got shapes {a.shape} and {b.shape}")
    losses = {
        (i, j): (a[i, j] - a[1 - i, j], b[i, j] - b[i, 1 - j]) for i in range(2) for j in range(2)
    }
    strict = [cell for cell, (own, other) in losses.items() if own > 0 and other > 0]
    if len(strict) != 2:
        raise CoopgamesError(
            f"risk dominance compares two strict equilibria; this game has {len(strict)}"
        )
    one, two = (losses[cell][0] * losses[cell][1] for cell in strict)
    return RiskDominance(
        equilibria=(strict[0], strict[1]),
        products=(one, two),
        index=None if one == two else int(two > one),
    )


def binary_dominance(game: RoleGame | SymmetricGame) -> BinaryDominance:
    """Return what players in doubt choose in a symmetric game of two strategies.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
        One role, two strategies, at least two players.

    Returns
    -------
    BinaryDominance

    Raises
    ------
    CoopgamesError
        If the game has other roles or strategies.

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> found = binary_dominance(stag_hunt())
    >>> found.laplacian, found.index(), [round(p, 4) for p in found.p_dominance]
    (-0.5, 1, [0.6667, 0.3333])
    """
    roles = as_roles(game)
    if roles.sizes != (2,) or roles.players[0] < 2:
        raise CoopgamesError(
            "game must have one role of two or more players with two strategies; got players "
            f"{roles.players} and strategies {roles.sizes}"
        )
    gap = payoff_gap(roles)
    ways = np.array([comb(gap.size - 1, k) / 2 ** (gap.size - 1) for k in range(gap.size)])
    return BinaryDominance(
        laplacian=float(gap.mean()),
        half=float(gap @ ways),
        p_dominance=(_least_p(gap[-1], gap.min()), _least_p(-gap[0], -gap.max())),
        supermodular=bool((np.diff(gap) >= 0).all()),
    )


def _least_p(among_its_own: float, at_worst: float) -> float:
    """Return the least p with p among_its_own + (1 - p) at_worst >= 0."""
    if among_its_own < 0:
        return float("inf")
    if at_worst >= 0:
        return 0.0
    return float(at_worst / (at_worst - among_its_own))
