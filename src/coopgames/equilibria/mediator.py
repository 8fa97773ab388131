"""What a mediator adds: the best correlated equilibrium against the best one without it.

Without a mediator players choose on their own: in pure strategies, or each mixing by itself. With
one they may correlate. The difference in the objective is what a secretariat that gives private
advice, and enforces nothing, is worth at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..errors import CoopgamesError
from ..games import RoleGame
from ..kernels.group_sampling import multinomial_group_law
from ..kernels.simplex import compositions
from .accepted_games import AnyGame, as_roles
from .correlated import (
    CorrelatedEquilibrium,
    correlated_equilibrium,
    incentives,
    objective_values,
)
from .record import Equilibria, Equilibrium

__all__ = ["MediatorGain", "law_of_counts", "mediator_gain"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: A deviation's gain, relative to the largest there is, below which a profile is an equilibrium.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MediatorGain:
    """What a mediator adds.

    Attributes
    ----------
    best, worst : CorrelatedEquilibrium
        With the most and the least of the objective.
    unmediated : float
        The most of it in an equilibrium without a mediator; NaN where none was found or given.
    unmediated_worst : float
        The least.
    equilibria : int
        How many of those were compared: counts, or profiles that were given.
    complete : bool
        Whether these are proved to be all of their kind.
    source : str
        Which kind.
    """

    best: CorrelatedEquilibrium
    worst: CorrelatedEquilibrium
    unmediated: float
    unmediated_worst: float
    equilibria: int
    complete: bool
    source: str

    @property
    def gain(self) -> float:
        """Best correlated less best unmediated equilibrium; NaN where there is none of these."""
        return self.best.value - self.unmediated


def mediator_gain(
    game: AnyGame,
    nash: Equilibria | Iterable[Equilibrium] | None = None,
    *,
    objective: str = "welfare",
    coarse: bool = False,
    acts: npt.ArrayLike | None = None,
) -> MediatorGain:
    """Return what the best correlated equilibrium has over the best one without a mediator.

    Parameters
    ----------
    game : RoleGame, SymmetricGame or pair of array_like
    nash : Equilibria or iterable of Equilibrium, optional
        What it is compared with. By default all equilibria in pure strategies, in which players of
        a role may differ.
    objective : {'welfare', 'cooperation'}
    coarse : bool
        Whether the mediator's equilibria are coarse ones.
    acts : array_like, shape (sum of s_r,), optional
        How much each strategy cooperates; the first of each role by default.

    Returns
    -------
    MediatorGain
        An upper bound of the gain where not all equilibria were compared: mixed ones may be better
        than the pure ones.

    Raises
    ------
    CoopgamesError
        If the objective is unknown, or a profile that is given is no equilibrium of the game.
    BudgetError
        If there are too many states.

    References
    ----------
    Ashlagi, Monderer & Tennenholtz (2008) J. Artif. Intell. Res. 33:575, for the idea of such a
    comparison. doi:10.1613/jair.2496

    Examples
    --------
    >>> found = mediator_gain(([[6, 2], [7, 0]], [[6, 7], [2, 0]]))
    >>> round(found.best.value, 9), found.unmediated, round(found.gain, 9)
    (10.5, 9.0, 1.5)
    """
    one_of("objective", objective, ("welfare", "cooperation"))
    roles = as_roles(game)
    best = correlated_equilibrium(roles, objective, coarse=coarse, acts=acts)
    worst = correlated_equilibrium(roles, f"worst {objective}", coarse=coarse, acts=acts)
    rows, payoffs = incentives(roles, best.states)
    values = objective_values(roles, best.states, payoffs, objective, acts)[2]
    slack = TOLERANCE * float(np.abs(rows).max(initial=0.0))
    if nash is None:
        # What is told in a certain profile is the profile: a row is a deviation's loss.
        means = values[(rows >= -slack).all(axis=0)]
        complete, source = True, "pure strategies"
    else:
        profiles = tuple(nash)
        means = np.array([])
        for position, profile in enumerate(profiles):
            law = law_of_counts(roles, best.states, profile)
            if (rows @ law).min(initial=0.0) < -max(slack, 1e3 * profile.regret):
                raise CoopgamesError(
                    f"nash[{position}] must be an equilibrium of the game; a player would gain "
                    f"{-(rows @ law).min():.3g} by another strategy"
                )
            means = np.append(means, law @ values)
        complete = isinstance(nash, Equilibria) and nash.complete
        source = nash.method if isinstance(nash, Equilibria) else "given"
    return MediatorGain(
        best=best,
        worst=worst,
        unmediated=float(means.max()) if means.size else float("nan"),
        unmediated_worst=float(means.min()) if means.size else float("nan"),
        equilibria=int(means.size),
        complete=complete,
        source=source,
    )


def law_of_counts(game: RoleGame, states: Integers, profile: Equilibrium) -> Floats:
    """Return the law over all states where everybody chooses on its own.

    Parameters
    ----------
    game : RoleGame
    states : int array, shape (states, sum of s_r)
        All of them, in lexicographic order.
    profile : Equilibrium
        Of counts, or of a mixture per role.

    Examples
    --------
    >>> from coopgames.games import matrix_game, one_role
    >>> even = Equilibrium(mixed=(np.array([0.5, 0.5]),))
    >>> pair = one_role(matrix_game([[0, 0], [0, 0]]))
    >>> law_of_counts(pair, compositions(2, 2), even)
    array([0.25, 0.5 , 0.25])
    """
    if profile.counts is not None:
        return np.asarray((states == profile.counts).all(axis=1), dtype=float)
    laws = [
        multinomial_group_law(np.asarray(mixed, dtype=float), compositions(n, size))
        for mixed, n, size in zip(profile.mixed, game.players, game.sizes, strict=True)
    ]
    return reduce(lambda before, own: np.asarray(np.kron(before, own)), laws)
