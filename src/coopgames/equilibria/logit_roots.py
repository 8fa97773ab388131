"""All logit equilibria of one role with two strategies, on whatever branch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import at_least
from ..errors import CoopgamesError
from ..games import RoleGame
from ..kernels.logistic_roots import logistic_roots
from .accepted_games import AnyGame, as_roles
from .gap_roots import payoff_gap
from .logit_system import LogitSystem

__all__ = ["LogitEquilibria", "logit_equilibria"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogitEquilibria:
    """The logit equilibria at a precision, in which all players mix alike.

    Attributes
    ----------
    game : RoleGame
    precision : float
        [1/payoff]
    profiles : array, shape (k, 2)
        Probabilities of the two strategies, by the first in rising order; rows sum to one.
    stable : array of bool, shape (k,)
        Whether the logit flow comes back after a small push.
    residuals : array, shape (k,)
        Largest error of a probability.
    complete : bool
        Whether these are proved to be all, up to rounding. False near a precision at which two
        equilibria merge, whose place is then listed once.
    """

    game: RoleGame
    precision: float
    profiles: Floats
    stable: npt.NDArray[np.bool_]
    residuals: Floats
    complete: bool

    def __len__(self) -> int:
        return int(self.profiles.shape[0])


def logit_equilibria(game: AnyGame, precision: float) -> LogitEquilibria:
    """Return all logit equilibria of a game of one role with two strategies.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
        Of one role with two strategies; its players mix alike.
    precision : float
        At least 0. [1/payoff]

    Returns
    -------
    LogitEquilibria
        An odd number if ``complete``.

    Raises
    ------
    CoopgamesError
        If there are several roles or other than two strategies.

    References
    ----------
    McKelvey & Palfrey (1995) Games Econ. Behav. 10:6. doi:10.1006/game.1995.1023

    Examples
    --------
    In a stag hunt the principal branch leads to hares; the two others appear at once.

    >>> from coopgames.games import classics
    >>> hunt = classics.stag_hunt()
    >>> [len(logit_equilibria(hunt, precision)) for precision in (1, 3, 10)]
    [1, 1, 3]
    >>> logit_equilibria(hunt, 4).profiles[:, 0].round(4)
    array([3.000e-04, 7.650e-01, 9.762e-01])
    """
    roles = as_roles(game)
    if roles.sizes != (2,):
        raise CoopgamesError(
            "game must have one role with two strategies; this one has "
            f"{', '.join(map(str, roles.sizes))} strategies: use logit_equilibrium"
        )
    wanted = at_least("precision", precision, 0)
    found = logistic_roots(payoff_gap(roles), wanted)
    system = LogitSystem(roles)
    # The system's log odds are those of the second strategy.
    points = np.column_stack([-found.roots, np.full(found.roots.size, system.parameter(wanted))])
    return LogitEquilibria(
        game=roles,
        precision=wanted,
        profiles=system.shares(points[:, :-1]),
        stable=found.slopes > 0,
        residuals=system.residuals(points),
        complete=found.complete,
    )
