r"""Logit quantal response equilibria along the principal branch.

At precision 0 all strategies are equally likely; that is the only logit equilibrium. From there a
curve of equilibria leads to ever higher precision, the principal branch, which in almost all games
is regular, and tends to a Nash equilibrium: it selects one. It may turn back for a while, so that
it has several points at one precision, and there may be other branches that do not touch it.

Players of a role mix alike and independently (`RoleGame.payoffs_at`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import at_least, count
from ..errors import BudgetError
from ..games import RoleGame
from ..kernels.continuation import Curve, follow
from .accepted_games import AnyGame, as_roles
from .logit_system import LogitSystem
from .record import Equilibrium, role_regrets

__all__ = ["LogitBranch", "LogitEquilibrium", "logit_branch", "logit_equilibrium", "traced"]

Floats = npt.NDArray[np.float64]

#: Precision, times the spread of payoffs, at which a branch ends unless told otherwise. What is
#: lost by noise is then near a millionth of the spread (our assumption).
LAST = 1e6
#: Probabilities below which strategies are tried as unused in the limit.
UNUSED = (1e-9, 1e-6, 1e-4, 1e-2)
#: How far the limit may be from the last point of the branch.
NEAR = 0.02
#: Regret of a limit, in units of the spread, that counts as none.
EXACT = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogitBranch:
    """The principal branch of logit equilibria.

    Attributes
    ----------
    game : RoleGame
    precisions : array, shape (points,)
        From 0, in the order of the branch; they fall where it turns back. [1/payoff]
    profiles : array, shape (points, sum of s_r)
        Probabilities of the strategies; each role's sum to one.
    residuals : array, shape (points,)
        Largest error of a probability; rounding grows with precision.
    complete : bool
        Whether the last precision asked for was reached.
    limit : Equilibrium
        What the branch leads to: the Nash equilibrium next to its last point where one was found,
        else that point; ``regret`` tells.
    turns : int
        How often the precision turns back or forth.
    notes : tuple of str
        What is special.
    """

    game: RoleGame
    precisions: Floats
    profiles: Floats
    residuals: Floats
    complete: bool
    limit: Equilibrium
    turns: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.precisions.size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogitEquilibrium:
    """A logit equilibrium.

    Attributes
    ----------
    game : RoleGame
    precision : float
        [1/payoff]
    mixed : tuple of arrays, shape (s_r,) each
        Probability of each strategy, per role.
    payoffs : tuple of floats
        Of a player of each role. [payoff]
    regret : float
        What a player could gain most by its best strategy; it is not 0. [payoff]
    residual : float
        Largest error of a probability.
    notes : tuple of str
        What is special about the branch up to here.
    """

    game: RoleGame
    precision: float
    mixed: tuple[Floats, ...]
    payoffs: tuple[float, ...]
    regret: float
    residual: float
    notes: tuple[str, ...] = ()


def logit_branch(
    game: AnyGame, *, max_precision: float | None = None, most_steps: int = 5_000
) -> LogitBranch:
    """Return the principal branch of logit equilibria, from precision 0.

    Parameters
    ----------
    game : RoleGame, SymmetricGame or pair of array_like
        Players of a role mix alike.
    max_precision : float, optional
        Where it ends, above 0; a million over the spread of payoffs by default. [1/payoff]
    most_steps : int
        Steps tried, at least 1.

    Returns
    -------
    LogitBranch
        With ``complete=False`` where steps ran out.

    Raises
    ------
    CoopgamesError
        If a bound is broken.

    References
    ----------
    McKelvey & Palfrey (1995) Games Econ. Behav. 10:6, theorem 3. doi:10.1006/game.1995.1023
    Turocy (2005) Games Econ. Behav. 51:243, for the method. doi:10.1016/j.geb.2004.04.003

    Examples
    --------
    Among three who may volunteer for 5, at a cost of 1, it leads to the mixed equilibrium.

    >>> from coopgames.games import classics
    >>> branch = logit_branch(classics.volunteers_dilemma(3, 5, 1))
    >>> branch.complete, branch.profiles[0].tolist()
    (True, [0.5, 0.5])
    >>> bool(abs(branch.limit.mixed[0][1] - (1 / 5) ** (1 / 2)) < 1e-12)
    True
    """
    roles = as_roles(game)
    system, curve, notes = traced(roles, max_precision, most_steps)
    profiles = system.shares(curve.points[:, :-1])
    limit = _limit(system, curve.points[-1, :-1])
    if limit.regret > EXACT * system.spread:
        notes += ("no Nash equilibrium was found next to the last point, which is the limit given",)
    return LogitBranch(
        game=roles,
        precisions=_precisions(system, curve),
        profiles=profiles,
        residuals=system.residuals(curve.points),
        complete=curve.complete,
        limit=limit,
        turns=curve.turns,
        notes=notes,
    )


def logit_equilibrium(
    game: AnyGame, precision: float, *, most_steps: int = 5_000
) -> LogitEquilibrium:
    """Return the logit equilibrium at a precision, the first one on the principal branch.

    Parameters
    ----------
    game : RoleGame, SymmetricGame or pair of array_like
    precision : float
        At least 0. [1/payoff]
    most_steps : int
        Steps tried, at least 1.

    Returns
    -------
    LogitEquilibrium
        There may be others; `logit_equilibria` has them all for one role with two strategies.

    Raises
    ------
    CoopgamesError
        If a bound is broken.
    BudgetError
        If steps run out; says how far they led.

    References
    ----------
    McKelvey & Palfrey (1995) Games Econ. Behav. 10:6. doi:10.1006/game.1995.1023

    Examples
    --------
    >>> dilemma = ([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> found = logit_equilibrium(dilemma, 1.0)
    >>> [part.round(4).tolist() for part in found.mixed]
    [[0.2268, 0.7732], [0.2268, 0.7732]]
    """
    roles = as_roles(game)
    wanted = at_least("precision", precision, 0)
    system = LogitSystem(roles)
    point = np.zeros((1, system.unknowns + 1))
    notes: tuple[str, ...] = ()
    if wanted > 0:
        system, curve, notes = traced(roles, wanted, most_steps)
        if not curve.complete:
            raise BudgetError(
                f"the branch was followed to precision {_precisions(system, curve)[-1]:.6g} "
                f"in {curve.steps} steps, not to {wanted:g}; raise most_steps, or look at "
                "logit_branch"
            )
        point = curve.points[-1:]
    profile = system.shares(point[0, :-1])
    payoffs, regrets = role_regrets(roles, profile)
    return LogitEquilibrium(
        game=roles,
        precision=wanted,
        mixed=tuple(profile[block] for block in roles.blocks()),
        payoffs=tuple(payoffs.tolist()),
        regret=float(regrets.max()),
        residual=float(system.residuals(point)[0]),
        notes=notes,
    )


def traced(
    game: RoleGame, max_precision: float | None, most_steps: int
) -> tuple[LogitSystem, Curve, tuple[str, ...]]:
    """Return the equations, the branch in log odds and parameter, and notes.

    Raises
    ------
    CoopgamesError
        If a bound is broken.
    """
    system = LogitSystem(game)
    end = LAST / system.spread
    if max_precision is not None:
        end = at_least("max_precision", max_precision, np.finfo(float).tiny)
    steps = count("most_steps", most_steps, 1)
    curve = follow(
        system,
        np.zeros(system.unknowns + 1),
        end=system.parameter(end),
        too_far=system.too_far,
        most_steps=steps,
    )
    notes = []
    if not curve.complete:
        why = "steps ran out" if curve.steps >= steps else "a step could not be made short enough"
        notes.append(
            f"{why} at precision {_precisions(system, curve)[-1]:.6g}: raise most_steps, or "
            "lower max_precision"
        )
    notes += [
        f"another branch crosses near precision {at:.6g}; this one goes straight on, as in games "
        "with a symmetry, and payoffs changed a little may lead elsewhere"
        for at in system.precision(curve.branch_points)
    ]
    return system, curve, tuple(notes)


def _precisions(system: LogitSystem, curve: Curve) -> Floats:
    return np.asarray(system.precision(curve.points[:, -1]))


def _limit(system: LogitSystem, odds: Floats) -> Equilibrium:
    """Return the Nash equilibrium next to a point, or the point."""
    game, last = system.game, system.shares(odds)
    best, regret = last, float(role_regrets(game, last)[1].max())
    for unused in UNUSED:
        found = _indifferent(system, last, unused)
        if found is None or np.abs(found - last).max() > NEAR:
            continue
        left = float(role_regrets(game, found)[1].max())
        if left < regret and not regret <= EXACT * system.spread:
            best, regret = found, left
    return Equilibrium(
        mixed=tuple(best[block] for block in game.blocks()),
        payoffs=tuple(role_regrets(game, best)[0].tolist()),
        regret=regret,
    )


def _indifferent(system: LogitSystem, near: Floats, unused: float) -> Floats | None:
    """Return where all strategies in use pay alike, by Newton's method in probabilities."""
    game = system.game
    used = near > unused
    x = np.where(used, near, 0.0)
    directions = []
    for block in game.blocks():
        x[block] /= x[block].sum()
        inside = block.start + np.flatnonzero(used[block])
        base = inside[np.argmax(x[inside])]
        directions += [(int(i), int(base)) for i in inside if i != base]
    if not directions:
        return x
    first, base = np.array(directions).T
    moves = np.zeros((first.size, x.size))
    moves[np.arange(first.size), first] = 1.0
    moves[np.arange(first.size), base] = -1.0

    def gains(at: Floats) -> Floats:
        paid = game.payoffs_at(at) / system.spread
        return np.asarray(paid[..., first] - paid[..., base])

    for _ in range(20):
        # One-sided moves stay inside: the most likely strategy gives to the others.
        step = 1e-7
        now = gains(np.vstack([x[None], x + step * moves]))
        slope = (now[1:] - now[0]).T / step
        change = np.linalg.lstsq(slope, -now[0], rcond=1e-10)[0] @ moves
        x = x + change
        if (x < 0).any() or not np.isfinite(x).all():
            return None
        if np.abs(change).max() < 1e-15:
            break
    return x
