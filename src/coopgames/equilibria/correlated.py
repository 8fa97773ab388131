r"""Correlated and coarse correlated equilibria, as linear programs over counts.

A mediator draws a profile from a law that all know, and tells everybody its own part of it, and
nothing else. The law is a *correlated equilibrium* if nobody gains by doing j where it is told i,
and a *coarse* one if nobody gains by promising, before it is told anything, always to do j.

Players of a role are interchangeable, and so may their parts be: averaging an equilibrium over all
ways to swap players of a role gives another one, with the same welfare and the same counts. So a
law p over how many of each role follow each strategy is enough. Of the counts c, one of role r is
told i with probability c_i / n_r, and p is a correlated equilibrium iff

    sum_c p(c) c_i / n_r [u_r(i | c) - u_r(j | c, one from i to j)] >= 0     for all r, i, j,

and a coarse one iff the sum of these over i is not negative. There are few such rows; the states
are the columns. For any y >= 0, no such p has a mean of w above

    max_c  w(c) + sum_k y_k g_k(c),

with g the rows: the multipliers of the linear program give the least such bound, which certifies
the value whatever the solver did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError, CoopgamesError
from ..games import RoleGame
from ..kernels.markov.product_chain import number_of_states, product_states
from .accepted_games import AnyGame, as_roles

__all__ = [
    "OBJECTIVES",
    "CorrelatedEquilibrium",
    "correlated_equilibrium",
    "incentives",
    "objective_values",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
#: A name, one value per state, or a function of states.
Objective = str | npt.ArrayLike | Callable[[Integers], npt.ArrayLike]

#: What can be made as large, or with 'worst' as small, as possible.
OBJECTIVES = ("welfare", "cooperation", "worst welfare", "worst cooperation")
#: Entries of the rows that are still solved, some 800 MB.
LARGEST_ROWS = 10_000_000
#: Of the linear program, relative to the largest entry of each row; the least that HiGHS accepts.
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorrelatedEquilibrium:
    """A correlated equilibrium that makes an objective as large, or as small, as possible.

    Attributes
    ----------
    game : RoleGame
    coarse : bool
        Whether players commit before they are told anything.
    objective : str
        Its name; 'given' where it came as numbers.
    states : int array, shape (states, sum of s_r)
        How many players of each role follow each strategy.
    law : array, shape (states,)
        How likely the mediator draws these counts; who of a role plays which part is then drawn
        evenly. Sums to one.
    value : float
        Mean of the objective.
    bound : float
        No such equilibrium does better, up to rounding: at least ``value``, or, where the objective
        is made small, at most.
    violation : float
        What a player could gain by not following, weighted with how often it is told so; at most
        rounding. [payoff]
    payoffs : tuple of floats
        Mean payoff of a player of each role. [payoff]
    welfare : float
        Mean sum of all players' payoffs. [payoff]
    cooperation : float
        Mean share of all players who cooperate.
    status : str
        What the solver said.
    """

    game: RoleGame
    coarse: bool
    objective: str
    states: Integers
    law: Floats
    value: float
    bound: float
    violation: float
    payoffs: tuple[float, ...]
    welfare: float
    cooperation: float
    status: str

    @property
    def gap(self) -> float:
        """How far the value may be from the best one."""
        return abs(self.bound - self.value)

    def shares(self) -> dict[str, float]:
        """Return the mean share of each strategy in its role; each role's sum to one."""
        means = self.law @ self.states
        for block, n in zip(self.game.blocks(), self.game.players, strict=True):
            means[block] /= n
        return dict(zip(self.game.labels, means.tolist(), strict=True))

    def joint(self) -> Floats:
        """Return the law over profiles, shape (s_1, s_2, ...), where every role is one player's.

        Raises
        ------
        CoopgamesError
            If a role has several players.
        """
        if max(self.game.players) > 1:
            raise CoopgamesError(
                "game must have one player in every role to have a law over profiles; got players "
                f"{self.game.players}: read law and states"
            )
        out = np.zeros(self.game.sizes)
        out[_profiles(self.game, self.states)] = self.law
        return out


def correlated_equilibrium(
    game: AnyGame,
    objective: Objective = "welfare",
    *,
    coarse: bool = False,
    acts: npt.ArrayLike | None = None,
) -> CorrelatedEquilibrium:
    """Return the correlated equilibrium with the most, or the least, of an objective.

    Parameters
    ----------
    game : RoleGame, SymmetricGame or pair of array_like
    objective : {'welfare', 'cooperation', 'worst welfare', 'worst cooperation'}, array or callable
        What is made as large as possible, or with 'worst' as small. 'welfare' is the sum of all
        players' payoffs, 'cooperation' the share of all players who cooperate. An array has shape
        (states,), in the order of ``states`` of the result, or, where every role has one player,
        (s_1, s_2, ...). A callable gets the states and returns such an array.
    coarse : bool
        Whether players choose to follow before they are told anything: a larger set.
    acts : array_like, shape (sum of s_r,), optional
        How much each strategy cooperates, in [0, 1]; the first of each role by default (our
        convention).

    Returns
    -------
    CorrelatedEquilibrium
        One of them if there are several. Players of a role are treated alike, which costs nothing:
        no other correlated equilibrium has more.

    Raises
    ------
    CoopgamesError
        If the objective is unknown or has the wrong shape, or the solver fails.
    BudgetError
        If there are too many states; says how many.

    References
    ----------
    Aumann (1974) J. Math. Econ. 1:67. doi:10.1016/0304-4068(74)90037-8
    Aumann (1987) Econometrica 55:1. doi:10.2307/1911154
    Moulin & Vial (1978) Int. J. Game Theory 7:201, for coarse ones. doi:10.1007/BF01769190
    Papadimitriou & Roughgarden (2008) J. ACM 55(3):14, for symmetric games by counts.
    doi:10.1145/1379759.1379762

    Examples
    --------
    A mediator in a game of chicken: both swerve half of the time, and never both dare.

    >>> chicken = ([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> best = correlated_equilibrium(chicken)
    >>> round(best.value, 9), best.joint().round(9).tolist()
    (10.5, [[0.5, 0.25], [0.25, 0.0]])
    >>> round(correlated_equilibrium(chicken, "worst welfare").value, 9)
    7.2
    """
    roles = as_roles(game)
    states = _states(roles)
    rows, payoffs = incentives(roles, states, coarse=coarse)
    name, sign, values = objective_values(roles, states, payoffs, objective, acts)
    law, multipliers, status = _solved(rows, sign * values)
    highest = (sign * values + multipliers @ rows).max()
    by_role = law @ payoffs
    cooperating = objective_values(roles, states, payoffs, "cooperation", acts)[2]
    return CorrelatedEquilibrium(
        game=roles,
        coarse=coarse,
        objective=name,
        states=states,
        law=law,
        value=float(law @ values),
        bound=float(sign * highest),
        violation=float(np.maximum(-(rows @ law), 0.0).max(initial=0.0)),
        payoffs=tuple(by_role.tolist()),
        welfare=float(by_role @ roles.players),
        cooperation=float(law @ cooperating),
        status=status,
    )


def incentives(game: RoleGame, states: Integers, *, coarse: bool = False) -> tuple[Floats, Floats]:
    """Return what players lose by not following, and what they get, at each state.

    Parameters
    ----------
    game : RoleGame
    states : int array, shape (states, sum of s_r)
        How many players of each role follow each strategy.
    coarse : bool
        Whether one who does not follow does the same whatever it is told.

    Returns
    -------
    rows : array, shape (rows, states)
        Per role and ordered pair of strategies, or, where coarse, per role and strategy: the loss
        of one of the role, drawn evenly, who does the second where it is told the first. [payoff]
    payoffs : array, shape (states, roles)
        Mean payoff of a player of each role. [payoff]

    Examples
    --------
    >>> from coopgames.games import bimatrix_game
    >>> game = bimatrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> rows, payoffs = incentives(game, np.array([[1, 0, 1, 0]]))
    >>> rows.ravel().tolist(), payoffs.tolist()
    ([-2.0, 0.0, -2.0, 0.0], [[3.0, 3.0]])
    """
    rows, payoffs = [], []
    every = game.payoffs_of_revising(states)
    for block, n, revising in zip(game.blocks(), game.players, every, strict=True):
        told = states[:, block] / n
        now = np.diagonal(revising, axis1=1, axis2=2)
        loss = told[:, :, None] * (now[:, :, None] - revising)
        size = loss.shape[1]
        if coarse:
            rows.append(loss.sum(axis=1).T if size > 1 else np.empty((0, len(states))))
        else:
            rows.append(loss[:, ~np.eye(size, dtype=bool)].T)
        payoffs.append((told * now).sum(axis=1))
    return np.vstack(rows), np.stack(payoffs, axis=1)


def objective_values(
    game: RoleGame,
    states: Integers,
    payoffs: Floats,
    objective: Objective,
    acts: npt.ArrayLike | None = None,
) -> tuple[str, float, Floats]:
    """Return an objective's name, 1 or -1 if it is made large or small, and its value by state.

    Parameters
    ----------
    game, states, payoffs
        As `incentives` takes and returns them.
    objective, acts
        As in `correlated_equilibrium`.

    Raises
    ------
    CoopgamesError
        If the objective is unknown or has the wrong shape.
    """
    if isinstance(objective, str):
        if objective not in OBJECTIVES:
            raise CoopgamesError(
                f"objective must be one of {', '.join(OBJECTIVES)}, or numbers; got {objective!r}"
            )
        sign = -1.0 if objective.startswith("worst") else 1.0
        if objective.endswith("welfare"):
            return objective, sign, payoffs @ np.array(game.players, dtype=float)
        return objective, sign, states @ _acting(game, acts) / sum(game.players)
    given = np.asarray(objective(states) if callable(objective) else objective, dtype=float)
    if given.shape == game.sizes and max(game.players) == 1 and given.shape != (len(states),):
        given = given[_profiles(game, states)]
    if given.shape != (len(states),) or not np.isfinite(given).all():
        raise CoopgamesError(
            f"objective must be finite, of shape ({len(states)},), one number per state; got "
            f"shape {given.shape}"
        )
    return "given", 1.0, given


def _acting(game: RoleGame, acts: npt.ArrayLike | None) -> Floats:
    if acts is None:
        return np.concatenate([np.arange(size) == 0 for size in game.sizes]).astype(float)
    given = np.asarray(acts, dtype=float)
    if given.shape != (sum(game.sizes),) or not ((given >= 0) & (given <= 1)).all():
        raise CoopgamesError(
            f"acts must be {sum(game.sizes)} numbers in [0, 1], one per strategy; got {acts!r}"
        )
    return given


def _states(game: RoleGame) -> Integers:
    number = number_of_states(game.players, game.sizes)
    entries = number * sum(size * size for size in game.sizes)
    if entries > LARGEST_ROWS:
        raise BudgetError(
            f"{sum(game.players)} players have {number:.3g} states by counts, which make "
            f"{entries:.3g} entries, more than {LARGEST_ROWS:.3g}; take fewer players, roles or "
            "strategies"
        )
    return product_states(game.players, game.sizes)


def _profiles(game: RoleGame, states: Integers) -> tuple[Integers, ...]:
    """Return the strategy of each role's single player, per state."""
    return tuple(states[:, block].argmax(axis=1) for block in game.blocks())


def _solved(rows: Floats, values: Floats) -> tuple[Floats, Floats, str]:
    """Return the law with the largest mean, the multipliers of the rows, and the status."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    largest = np.abs(rows).max(axis=1, initial=0.0)
    used = largest > 0
    spread = float(np.ptp(values)) or 1.0
    scaled = csr_array(-rows[used] / largest[used, None])
    solve: Any = linprog
    message = ""
    for method in ("highs-ds", "highs-ipm"):
        answer = solve(
            -(values - values.mean()) / spread,
            A_ub=scaled if used.any() else None,
            b_ub=np.zeros(int(used.sum())) if used.any() else None,
            A_eq=np.ones((1, values.size)),
            b_eq=[1.0],
            method=method,
            options={
                "primal_feasibility_tolerance": TOLERANCE,
                "dual_feasibility_tolerance": TOLERANCE,
            },
        )
        if answer.status == 0:
            multipliers = np.zeros(largest.size)
            if used.any():
                found = np.maximum(-answer.ineqlin.marginals, 0.0)
                multipliers[used] = found * spread / largest[used]
            law = np.maximum(answer.x, 0.0)
            return law / law.sum(), multipliers, f"optimal ({method})"
        message = str(answer.message)
    raise CoopgamesError(
        f"the linear program was not solved, though it always has a solution: {message}; rescale "
        "the payoffs"
    )
