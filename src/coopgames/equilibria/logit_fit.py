r"""The precision of logit equilibria that fits observed choices best.

Choices are taken as independent draws from the logit equilibrium of one precision, so that the log
likelihood along the principal branch is

    ln L(lambda) = sum_{r, i} k_ri ln x_ri(lambda),

with k the numbers of choices observed (a constant that depends on these only is left out). Those
precisions with 2 [ln L(max) - ln L(lambda)] below a quantile of chi-squared of one degree of
freedom are the profile-likelihood interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import probability
from ..errors import CoopgamesError
from ..games import RoleGame
from ..kernels.continuation import corrected
from .accepted_games import AnyGame, as_roles
from .logit_branch import traced
from .logit_system import LogitSystem

__all__ = ["PrecisionFit", "fit_precision"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrecisionFit:
    """The best precision, and how well it fits.

    Attributes
    ----------
    game : RoleGame
    precision : float
        With the largest likelihood on the principal branch. [1/payoff]
    interval : tuple of floats
        Precisions that the data do not speak against, around the best one; the upper end is inf
        where the branch ends inside. [1/payoff]
    level : float
        Of the interval.
    mixed : tuple of arrays, shape (s_r,) each
        The logit equilibrium at the best precision.
    log_likelihood : float
        There, without the constant that depends on the data only.
    uniform, saturated : float
        The log likelihood of drawing evenly, and of the observed frequencies themselves.
    residual : float
        Largest error of a probability.
    complete : bool
        Whether the branch was followed to its last precision.
    notes : tuple of str
        What is special.
    """

    game: RoleGame
    precision: float
    interval: tuple[float, float]
    level: float
    mixed: tuple[Floats, ...]
    log_likelihood: float
    uniform: float
    saturated: float
    residual: float
    complete: bool
    notes: tuple[str, ...] = ()


def fit_precision(
    game: AnyGame,
    frequencies: npt.ArrayLike,
    counts: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    max_precision: float | None = None,
    most_steps: int = 5_000,
) -> PrecisionFit:
    """Return the precision whose logit equilibrium fits observed choices best.

    Parameters
    ----------
    game : RoleGame, SymmetricGame or pair of array_like
        Payoffs in the units in which precision is wanted.
    frequencies : array_like, shape (sum of s_r,)
        How often each strategy was chosen, role after role, at least 0: numbers of choices, or
        shares where ``counts`` is given.
    counts : array_like, a number or shape (roles,), optional
        How many choices were observed in each role.
    level : float
        Of the interval, in (0, 1).
    max_precision : float, optional
        Where the branch ends; a million over the spread of payoffs by default. [1/payoff]
    most_steps : int
        Steps tried along the branch.

    Returns
    -------
    PrecisionFit
        On the principal branch; other branches are not looked at.

    Raises
    ------
    CoopgamesError
        If frequencies are negative or of the wrong shape, or no choice was observed.

    References
    ----------
    McKelvey & Palfrey (1995) Games Econ. Behav. 10:6. doi:10.1006/game.1995.1023

    Examples
    --------
    Asymmetric matching pennies of Ochs (1995), the first sixteen rounds, in the cents of McKelvey &
    Palfrey (1995), who find 1.84.

    >>> pennies = ([[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]])
    >>> fit = fit_precision(pennies, [0.527, 0.473, 0.366, 0.634], counts=128)
    >>> round(fit.precision, 3)
    1.846
    """
    roles = as_roles(game)
    observed = _observed(roles, frequencies, counts)
    if not 0 < probability("level", level) < 1:
        raise CoopgamesError(f"level must lie between 0 and 1; got {level!r}")
    system, curve, notes = traced(roles, max_precision, most_steps)
    branch = _Branch(system, curve.points, observed)
    place, best = branch.maximum()
    point = branch.point(place)
    interval, more = branch.interval(place, best, level)
    notes += more
    return PrecisionFit(
        game=roles,
        precision=float(system.precision(point[-1])),
        interval=interval,
        level=float(level),
        mixed=tuple(system.shares(point[:-1])[block] for block in roles.blocks()),
        log_likelihood=best,
        uniform=branch.at(0.0),
        saturated=_saturated(roles, observed),
        residual=float(system.residuals(point)),
        complete=curve.complete,
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class _Branch:
    """The log likelihood along a branch; places are positions of its points and between them."""

    system: LogitSystem
    points: Floats
    observed: Floats

    def point(self, place: float) -> Floats:
        """Return the point of the branch at a place."""
        k = min(int(place), len(self.points) - 2)
        here: Floats = self.points[k]
        there: Floats = self.points[k + 1]
        part = place - k
        if part in (0.0, 1.0):
            return there if part else here
        across = (there - here) / np.linalg.norm(there - here)
        guess = here + part * (there - here)
        found = corrected(self.system, guess, across)[0]
        return guess if found is None else found

    def at(self, place: float) -> float:
        """Return the log likelihood at a place."""
        return float(self.of(self.point(place)))

    def of(self, points: Floats) -> Floats:
        """Return the log likelihood of points."""
        return np.asarray(self.system.log_shares(points[..., :-1]) @ self.observed)

    def maximum(self) -> tuple[float, float]:
        """Return the place of the largest log likelihood, and its value."""
        from scipy.optimize import minimize_scalar

        values = self.of(self.points)
        padded = np.concatenate([[-np.inf], values, [-np.inf]])
        peaks = np.flatnonzero((values > padded[:-2]) & (values >= padded[2:]))
        best = (float(values.argmax()), float(values.max()))
        for k in peaks:
            # Between points only as smooth as the branch: the two sides of a point apart.
            for low in (k - 1, k):
                if 0 <= low < len(values) - 1:
                    answer = minimize_scalar(
                        lambda place: -self.at(place),
                        bounds=(low, low + 1),
                        method="bounded",
                        options={"xatol": 1e-10},
                    )
                    if -answer.fun > best[1]:
                        best = (float(answer.x), -float(answer.fun))
        return best

    def interval(
        self, place: float, best: float, level: float
    ) -> tuple[tuple[float, float], tuple[str, ...]]:
        """Return the ends of the precisions around a place that fit nearly as well, and notes."""
        from scipy.optimize import brentq
        from scipy.special import ndtri

        least = best - 0.5 * float(ndtri(0.5 + 0.5 * level)) ** 2
        inside = self.of(self.points) >= least
        last = len(inside) - 1

        def edge(a: float, b: float) -> float:
            return float(brentq(lambda s: self.at(s) - least, a, b, xtol=1e-10))

        below = int(np.floor(place))
        while below >= 0 and inside[below]:
            below -= 1
        above = int(np.ceil(place))
        while above <= last and inside[above]:
            above += 1
        # The edge is between a point that doesn't fit and its neighbour, or the best place.
        start = 0.0 if below < 0 else edge(below, min(below + 1.0, place))
        end = float(last) if above > last else edge(max(above - 1.0, place), above)
        piece = self.points[int(np.ceil(start)) : int(np.floor(end)) + 1, -1]
        ends = [float(self.point(s)[-1]) for s in (start, place, end)]
        around = self.system.precision(np.array([*piece, *ends]))
        low, high = float(around.min()), float(around.max())
        notes = []
        if above > last:
            high = float("inf")
            notes.append("the branch ends inside the interval: no precision is too high")
        if place == 0.0:
            notes.append("the best precision is the bound 0, where the interval is conservative")
        outside = np.ones(inside.size, dtype=bool)
        outside[max(below, 0) : above + 1] = False
        if (inside & outside).any():
            notes.append("elsewhere on the branch there are precisions that fit nearly as well")
        return (low, high), tuple(notes)


def _observed(game: RoleGame, frequencies: npt.ArrayLike, counts: npt.ArrayLike | None) -> Floats:
    given = np.asarray(frequencies, dtype=float)
    width = sum(game.sizes)
    if given.shape != (width,) or not np.isfinite(given).all() or (given < 0).any():
        raise CoopgamesError(
            f"frequencies must be {width} numbers >= 0, one per strategy; got {frequencies!r}"
        )
    if counts is not None:
        numbers = np.asarray(counts, dtype=float)
        if numbers.shape not in ((), (len(game.roles),)) or not (numbers >= 0).all():
            raise CoopgamesError(
                f"counts must be a number >= 0, or {len(game.roles)}, one per role; got {counts!r}"
            )
        given = given.copy()
        for block, number in zip(
            game.blocks(), np.broadcast_to(numbers, len(game.roles)), strict=True
        ):
            total = given[block].sum()
            if abs(total - 1.0) > 1e-6:
                raise CoopgamesError(
                    "frequencies must be shares that sum to 1 in each role where counts are given; "
                    f"got a sum of {total:g}"
                )
            given[block] *= number / total
    if not given.sum() > 0:
        raise CoopgamesError("frequencies must hold at least one choice; got none")
    return given


def _saturated(game: RoleGame, observed: Floats) -> float:
    total = 0.0
    for block in game.blocks():
        seen = observed[block][observed[block] > 0]
        total += float((seen * np.log(seen / seen.sum())).sum())
    return total
