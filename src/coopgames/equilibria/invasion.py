r"""Mutants among residents: what a rare mutant gains, level by level.

All co-players are drawn from a large population of which a share e are mutants y and the others
residents x. With c_m what a resident earns more than a mutant among m mutants and n - 1 - m
residents, residents gain on mutants

    h(e) = sum_m c_m C(n - 1, m) e^m (1 - e)^(n - 1 - m),

a polynomial in Bernstein form. Mutants are repelled if h > 0 for all small e > 0, that is if the
first c_m that isn't zero is positive; they invade if it is negative; they drift if all are zero.
The barrier is the share below which h > 0 throughout.

References
----------
Broom, Cannings & Vickers (1997) Bull. Math. Biol. 59:931-952. doi:10.1016/S0092-8240(97)00041-4
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..games import RoleGame
from .gap_roots import gap_roots

__all__ = ["Invasion", "invasion", "law_of_one", "resident_gains"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Invasion:
    """What becomes of rare mutants of one role.

    Attributes
    ----------
    role : int
    mutant : array, shape (s_r,)
        Probabilities of its strategies.
    level : int or None
        The least number of mutants among the co-players that makes a difference; None if none
        does.
    barrier : float
        Mutants are repelled as long as their share is below it, in [0, 1]: 0 if they invade or
        drift, 1 if they are never better off.
    verdict : {'repelled', 'neutral', 'invades'}
    """

    role: int
    mutant: Floats
    level: int | None
    barrier: float
    verdict: str


def resident_gains(game: RoleGame, x: Floats, role: int, mutant: Floats) -> Floats:
    """Return c_m, m = 0 .. n_r - 1, with the other roles as in x.

    Parameters
    ----------
    game : RoleGame
    x : array, shape (sum of s_r,)
        What residents do.
    role : int
    mutant : array, shape (s_r,)

    Returns
    -------
    array, shape (n_r,)
        [payoff]

    Examples
    --------
    >>> from coopgames.games import matrix_game, one_role
    >>> doves = one_role(matrix_game([[-1.5, 2], [0, 1]], ("hawk", "dove")))
    >>> resident_gains(doves, np.array([0.0, 1.0]), 0, np.array([1.0, 0.0]))
    array([-1. ,  1.5])
    """
    block, n = game.blocks()[role], game.players[role]
    resident = x[block]
    out = np.zeros(n)
    for scenario in game.scenarios:
        background = np.ones(1)
        for r, (b, players) in enumerate(zip(game.blocks(), game.players, strict=True)):
            if r != role:
                one = law_of_one(x[b], scenario.adds[r])
                for _ in range(players):
                    background = np.convolve(background, one)
        first, second = (
            law_of_one(resident, scenario.adds[role]),
            law_of_one(mutant, scenario.adds[role]),
        )
        residents = [background]
        for _ in range(n - 1):
            residents.append(np.convolve(residents[-1], first))
        difference = (resident - mutant) @ scenario.payoffs[role]
        mutants = np.ones(1)
        for m in range(n):
            law = np.convolve(residents[n - 1 - m], mutants)
            reach = min(law.size, difference.size)
            out[m] += scenario.probability * float(law[:reach] @ difference[:reach])
            mutants = np.convolve(mutants, second)
    return out


def law_of_one(mixture: Floats, adds: npt.NDArray[np.int64]) -> Floats:
    """Return the law of what one player adds to the total.

    Examples
    --------
    >>> law_of_one(np.array([0.25, 0.75]), np.array([2, 0]))
    array([0.75, 0.  , 0.25])
    """
    return np.asarray(np.bincount(adds, weights=mixture))


def invasion(game: RoleGame, x: Floats, role: int, mutant: Floats, slack: float) -> Invasion:
    """Return what becomes of a rare mutant.

    Parameters
    ----------
    game : RoleGame
    x : array, shape (sum of s_r,)
    role : int
    mutant : array, shape (s_r,)
    slack : float
        What is not above it counts as no difference, at least 0. [payoff]

    Examples
    --------
    >>> from coopgames.games.classics import hawk_dove
    >>> from coopgames.games import one_role
    >>> game = one_role(hawk_dove(2, 5))
    >>> found = invasion(game, np.array([0.0, 1.0]), 0, np.array([1.0, 0.0]), 1e-12)
    >>> found.verdict, found.level, found.barrier
    ('invades', 0, 0.0)
    """
    gains = resident_gains(game, x, role, mutant)
    gains = np.where(np.abs(gains) <= slack, 0.0, gains)
    there = np.flatnonzero(gains)
    if not there.size:
        level, barrier, verdict = None, 0.0, "neutral"
    elif gains[there[0]] < 0:
        level, barrier, verdict = int(there[0]), 0.0, "invades"
    else:
        roots = gap_roots(gains)
        ends = [
            float(point)
            for point, (_, after) in zip(roots.points, roots.signs.tolist(), strict=True)
            if point > 0.0 and after <= 0
        ]
        level, barrier, verdict = int(there[0]), min(ends, default=1.0), "repelled"
    return Invasion(role=role, mutant=mutant, level=level, barrier=barrier, verdict=verdict)
