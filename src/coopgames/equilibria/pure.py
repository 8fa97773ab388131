r"""All pure equilibria of a role-symmetric game, by counts.

Players of a role may follow different strategies. Who follows which does not matter, so a profile
is a row of counts k, and stands for prod_r n_r! / prod_i k_ri! profiles of individuals. It is an
equilibrium iff for no role r and no strategy i in use another strategy j pays more among the same
co-players. How the counts are searched stands in `coopgames.equilibria.count_search`.

Payoffs are doubles: a gain counts if it exceeds a share of the role's largest payoff.
"""

from __future__ import annotations

from math import factorial, prod

import numpy as np
import numpy.typing as npt

from .._checks import at_least, count
from ..games import RoleGame, SymmetricGame
from ..kernels.markov.product_chain import number_of_states
from .accepted_games import as_roles
from .count_search import Found, payoff_scales, search_counts, search_totals, search_two
from .record import Equilibria, Equilibrium

__all__ = ["equilibria_of_counts", "pure_equilibria"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def pure_equilibria(
    game: RoleGame | SymmetricGame,
    *,
    budget: int = 10_000_000,
    most: int = 10_000,
    tolerance: float = 1e-12,
) -> Equilibria:
    """Return all pure Nash equilibria, by counts.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
    budget : int
        Counts that are gone through, at least 1. Where there are more, each total of what players
        add is divided over them instead, in at most 200 times as many steps.
    most : int
        Equilibria that are listed, at least 1; all are counted.
    tolerance : float
        A gain counts if it exceeds this share of the largest absolute payoff of the role; at
        least 0.

    Returns
    -------
    Equilibria
        With ``counts``, in lexicographic order; ``payoffs`` are means over a role's players. Labels
        of each: ``profiles``, how many profiles of individuals it stands for; ``strict``, whether
        everybody would lose by any other strategy; ``symmetric``, whether each role's players are
        alike. ``budget['equilibria']`` says how many were found, ``budget['examined']`` among how
        many counts. Not complete if more than ``budget`` or ``most``; ``proof`` says which.
        ``degenerate`` where a player is indifferent, up to the tolerance, in one that is listed.

    Raises
    ------
    CoopgamesError
        If a bound is broken.

    Examples
    --------
    A public good that takes three of five (Palfrey & Rosenthal 1984): nobody, or any three.

    >>> from coopgames.games import symmetric_game
    >>> good = symmetric_game(
    ...     5, ("give", "keep"), lambda i, others: (others[:, 0] + (i == 0) >= 3) - 0.3 * (i == 0)
    ... )
    >>> found = pure_equilibria(good)
    >>> [(e.counts.tolist(), e.labels["profiles"], e.labels["strict"]) for e in found]
    [([0, 5], 1, True), ([3, 2], 10, True)]
    >>> found.complete
    True
    """
    roles = as_roles(game)
    allowed, listed = count("budget", budget), count("most", most)
    slack = at_least("tolerance", tolerance, 0) * payoff_scales(roles)
    states = number_of_states(roles.players, roles.sizes)
    found: Found | None = None
    method = "counts"
    if roles.sizes == (2,) and states <= allowed:
        found = search_two(roles, slack, listed)
    elif states > allowed:
        found, method = search_totals(roles, slack, allowed, listed), "totals"
    if found is None:
        found, method = search_counts(roles, slack, allowed, listed), "counts"
    profiles, tied = equilibria_of_counts(roles, found.counts, slack)
    missing = found.examined < states
    complete = not missing and len(profiles) == found.number
    if missing:
        proof = (
            f"{found.examined} of {states} counts were gone through: the budget is {allowed}, and "
            "there are too many totals to divide them instead"
        )
    elif not complete:
        proof = f"{found.number} equilibria by counts exist, {len(profiles)} of them are listed"
    else:
        proof = f"each of the {states} profiles of counts was decided"
    return Equilibria(
        game=roles,
        profiles=profiles,
        method=method,
        parameters={"tolerance": float(tolerance)},
        complete=complete,
        proof=proof,
        degenerate=True if tied else False if complete else None,
        budget={
            "budget": allowed,
            "most": listed,
            "states": states,
            "examined": found.examined,
            "equilibria": found.number,
        },
    )


def equilibria_of_counts(
    game: RoleGame, counts: Integers, slack: Floats
) -> tuple[tuple[Equilibrium, ...], bool]:
    """Return the records of equilibria by counts, and whether somebody is indifferent in one.

    Parameters
    ----------
    game : RoleGame
    counts : int array, shape (equilibria, sum of s_r)
    slack : array, shape (roles,)
        What is not above it counts as no gain. [payoff]

    Examples
    --------
    >>> from coopgames.games import bimatrix_game
    >>> hunt = bimatrix_game([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    >>> (stag,), tied = equilibria_of_counts(hunt, np.array([[1, 0, 1, 0]]), np.zeros(2))
    >>> stag.payoffs, stag.labels["strict"], tied
    ((4.0, 4.0), True, False)
    """
    number = counts.shape[0]
    regret = np.zeros(number)
    strict = np.ones(number, dtype=bool)
    means, blocks = [], game.blocks()
    revising = game.payoffs_of_revising(counts)
    for n, size, block, paid, small in zip(
        game.players, game.sizes, blocks, revising, slack.tolist(), strict=True
    ):
        own = counts[:, block]
        now = np.diagonal(paid, axis1=1, axis2=2)
        means.append((own * now).sum(axis=1) / n)
        matters = (own > 0)[:, :, None] & ~np.eye(size, dtype=bool)
        gains = np.where(matters, paid - now[:, :, None], -np.inf)
        most = gains.reshape(number, size * size).max(axis=1)
        regret = np.maximum(regret, most)
        strict &= most < -small
    payoffs = np.stack(means, axis=1).tolist()
    shares = counts / np.repeat(game.players, game.sizes)
    out = []
    for k, row in enumerate(counts.tolist()):
        parts = [row[block] for block in blocks]
        out.append(
            Equilibrium(
                mixed=tuple(shares[k, block] for block in blocks),
                counts=counts[k],
                payoffs=tuple(payoffs[k]),
                regret=float(regret[k]),
                labels={
                    "strict": bool(strict[k]),
                    "profiles": prod(map(_multinomial, parts)),
                    "symmetric": all(max(part) == sum(part) for part in parts),
                },
            )
        )
    return tuple(out), not bool(strict.all())


def _multinomial(parts: list[int]) -> int:
    return factorial(sum(parts)) // prod(map(factorial, parts))
