r"""What equilibria cost: the price of anarchy and the price of stability.

Welfare is the sum of all players' payoffs. The social optimum is its maximum over all profiles, by
counts: mixing cannot improve on it. Where payoffs are gains,

    price of anarchy = optimum / welfare of the worst equilibrium,
    price of stability = optimum / welfare of the best one

(Koutsoupias & Papadimitriou 1999; Anshelevich et al. 2008); where they are costs, all of them below
zero, the ratios are turned over. So they are at least 1. If optimum and equilibrium have different
signs, or both are 0, no ratio means anything: NaN, and the reason. Ratios also depend on where zero
is: adding a constant to all payoffs changes them.

References
----------
Koutsoupias & Papadimitriou (1999) STACS, LNCS 1563:404-413. doi:10.1007/3-540-49116-3_38.
Anshelevich, Dasgupta, Kleinberg, Tardos, Wexler & Roughgarden (2008) SIAM J. Comput. 38:1602-1623.
doi:10.1137/070680096.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import BudgetError, CoopgamesError
from ..games import RoleGame, SymmetricGame
from ..kernels.bernstein import bernstein_derivative, bernstein_values, unit_roots
from ..kernels.markov.product_chain import number_of_states
from ..kernels.simplex import compositions, number_of_compositions
from .accepted_games import as_roles
from .pure import pure_equilibria
from .record import Equilibria

__all__ = [
    "Prices",
    "equilibrium_welfare",
    "price_of_anarchy",
    "social_optimum",
    "symmetric_optimum",
]

Floats = npt.NDArray[np.float64]

#: Welfare this small beside the optimum is rounding.
ROUNDING = 1e-12
Integers = npt.NDArray[np.int64]

#: Cells of counts that are looked at together.
CHUNK_CELLS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """The price of anarchy and of stability.

    Attributes
    ----------
    optimum : float
        Largest sum of all payoffs. [payoff]
    optimal_counts : int array, shape (sum of s_r,)
        A profile of counts with it, the first in lexicographic order.
    worst, best : float
        Least and largest welfare of an equilibrium; NaN if there is none. [payoff]
    price_of_anarchy, price_of_stability : float
        At least 1; infinite where an equilibrium is worth 0 and the optimum more. NaN where no
        ratio means anything.
    reason : str
        Why a price is NaN; else empty.
    exact : bool
        Whether the equilibria are all of their kind. If not, the price of anarchy is a lower bound
        and that of stability an upper one.
    """

    optimum: float
    optimal_counts: Integers
    worst: float
    best: float
    price_of_anarchy: float
    price_of_stability: float
    reason: str
    exact: bool


def equilibrium_welfare(equilibria: Equilibria) -> Floats:
    """Return the sum of all players' payoffs in each equilibrium.

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> equilibrium_welfare(pure_equilibria(stag_hunt()))
    array([4., 8.])
    """
    players = np.array(equilibria.game.players, dtype=float)
    paid = np.array([[float(v) for v in profile.payoffs] for profile in equilibria])
    return np.asarray(paid.reshape(len(equilibria), players.size) @ players)


def social_optimum(
    game: RoleGame | SymmetricGame, *, budget: int = 10_000_000
) -> tuple[float, Integers]:
    """Return the largest sum of all payoffs, and the first counts that reach it.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
    budget : int
        Counts that are gone through, at least 1.

    Returns
    -------
    value : float
        [payoff]
    counts : int array, shape (sum of s_r,)

    Raises
    ------
    BudgetError
        If there are more counts than the budget.

    Examples
    --------
    >>> from coopgames.games.classics import public_goods
    >>> social_optimum(public_goods(5, 3))
    (10.0, array([5, 0]))
    """
    roles = as_roles(game)
    allowed = count("budget", budget)
    states = number_of_states(roles.players, roles.sizes)
    if states > allowed:
        raise BudgetError(
            f"the social optimum goes through {states} counts, more than budget = {allowed}; raise "
            "it, or merge roles"
        )
    best, where = -np.inf, np.zeros(0, dtype=np.int64)
    for counts in _chunks(roles, states):
        total = np.zeros(counts.shape[0])
        for scenario in roles.scenarios:
            everybody = counts @ np.concatenate(scenario.adds)
            for block, adds, table in zip(
                roles.blocks(), scenario.adds, scenario.payoffs, strict=True
            ):
                others = np.maximum(everybody[:, None] - adds, 0).clip(max=table.shape[1] - 1)
                paid = table[np.arange(adds.size), others]
                total += scenario.probability * (counts[:, block] * paid).sum(axis=1)
        place = int(total.argmax())
        if total[place] > best:
            best, where = float(total[place]), counts[place]
    return best, where


def _chunks(game: RoleGame, states: int) -> Iterator[Integers]:
    """Yield all counts in lexicographic order."""
    numbers = [number_of_compositions(n, s) for n, s in zip(game.players, game.sizes, strict=True)]
    own = [compositions(n, s) for n, s in zip(game.players, game.sizes, strict=True)]
    step = max(1, CHUNK_CELLS // sum(game.sizes))
    for start in range(0, states, step):
        digits = np.unravel_index(np.arange(start, min(start + step, states)), numbers)
        yield np.concatenate([rows[digit] for rows, digit in zip(own, digits, strict=True)], axis=1)


def symmetric_optimum(game: RoleGame | SymmetricGame) -> tuple[float, float]:
    """Return the best expected welfare if all mix alike, in a game of one role and two strategies.

    It is a polynomial in the probability x of the first strategy, with Bernstein coefficients
    W_k = k a_{k-1} + (n - k) b_k, the welfare where k of n follow it; its maximum is at an end or
    at a root of the derivative, all of which are found.

    Parameters
    ----------
    game : RoleGame or SymmetricGame

    Returns
    -------
    value : float
        [payoff]
    x : float
        In [0, 1], the smallest one.

    Raises
    ------
    CoopgamesError
        If there are several roles, or not two strategies.

    Examples
    --------
    Two volunteers who can't agree on one; benefit 2, cost 1:

    >>> from coopgames.games.classics import volunteers_dilemma
    >>> symmetric_optimum(volunteers_dilemma(2, 2, 1))
    (2.25, 0.75)
    """
    roles = as_roles(game)
    if roles.sizes != (2,):
        raise CoopgamesError(
            f"game must have one role with two strategies; got strategies {roles.sizes}"
        )
    n = roles.players[0]
    counts = np.column_stack((np.arange(n + 1), n - np.arange(n + 1)))
    paid = np.diagonal(roles.payoffs_of_revising(counts)[0], axis1=1, axis2=2)
    coefficients = (counts * paid).sum(axis=1)
    roots = unit_roots(bernstein_derivative(coefficients))
    x = np.unique(np.concatenate(([0.0, 1.0], roots.points)))
    values = bernstein_values(coefficients, x)
    place = int(values.argmax())
    return float(values[place]), float(x[place])


def price_of_anarchy(
    game: RoleGame | SymmetricGame,
    equilibria: Equilibria | None = None,
    *,
    budget: int = 10_000_000,
) -> Prices:
    """Return the price of anarchy and the price of stability.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
    equilibria : Equilibria, optional
        All pure ones by counts by default.
    budget : int
        Counts that are gone through, at least 1.

    Returns
    -------
    Prices

    Raises
    ------
    BudgetError
        If there are more counts than the budget.

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> found = price_of_anarchy(stag_hunt())
    >>> found.price_of_anarchy, found.price_of_stability
    (2.0, 1.0)
    """
    roles = as_roles(game)
    optimum, where = social_optimum(roles, budget=budget)
    found = equilibria
    if found is None:
        found = pure_equilibria(roles, budget=budget, most=100_000)
    values = equilibrium_welfare(found)
    worst = float(values.min()) if values.size else float("nan")
    best = float(values.max()) if values.size else float("nan")
    anarchy, reason = _ratio(optimum, worst)
    stable, other = _ratio(optimum, best)
    return Prices(
        optimum=optimum,
        optimal_counts=where,
        worst=worst,
        best=best,
        price_of_anarchy=anarchy,
        price_of_stability=stable,
        reason=reason or other,
        exact=found.complete,
    )


def _ratio(optimum: float, value: float) -> tuple[float, str]:
    """Return a price, or NaN and why."""
    nothing = float("nan")
    if np.isnan(value):
        return nothing, "there is no equilibrium to compare with"
    if abs(value) <= ROUNDING * abs(optimum):
        value = 0.0
    if optimum > 0 and value >= 0:
        return (optimum / value if value > 0 else float("inf")), ""
    if optimum < 0 and value < 0:
        return value / optimum, ""
    return nothing, (
        f"the optimum is worth {optimum:g} and an equilibrium {value:g}: their ratio means nothing"
    )
