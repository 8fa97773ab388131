"""The critical sanction factor: how far an institution is from holding (model D22.26).

The factor by which every expected sanction would have to be multiplied for the success rate to
reach one half. Below 1 it holds with room to spare; 0 means that it holds without any sanction.
"""

from __future__ import annotations

from collections.abc import Callable

from ..games import Game

__all__ = ["critical_sanction_factor"]

#: Nobody is asked whether a larger one would do; our assumption.
LARGEST_FACTOR = 1e4
#: Beyond this the search stops where even the largest factor fails; our assumption.
_PATIENCE = 64.0
_TOLERANCE = 1e-6


def critical_sanction_factor(
    game: Game, success_rate: Callable[[Game], float], *, level: float = 0.5
) -> tuple[float, str]:
    """Return (factor, reason); the factor is NaN with a reason where none does it.

    Parameters
    ----------
    game : Game
    success_rate : callable
        From game to success rate in [0, 1], for instance ``Logit(precision=15).success_rate``.
    level : float
        The success rate to reach, in (0, 1).

    Returns
    -------
    tuple
        The least factor found at which the success rate crosses ``level``, to a relative 1e-6, and
        an empty reason.

    Notes
    -----
    With graded success an act can become less likely as somebody else's sanction rises (model
    D19.6). The search goes down from 1 by halves as long as success stays, or up by doubles until
    it comes, and refines the crossing found; other crossings may exist then. NaN means that neither
    2, 4, ..., 64 nor 10,000 times the sanctions do it.
    """

    def success(factor: float) -> float:
        return success_rate(game.with_sanction_factor(factor))

    if success(0.0) >= level:
        return 0.0, ""
    if not (game.events.sanction > 0).any():
        return float("nan"), "no breach is ever punished, so no factor helps"
    if game.problem.volunteering is not None:
        return float("nan"), "sanctions do not move the waiting game"
    if success(1.0) >= level:
        low, high = 0.5, 1.0
        while success(low) >= level:
            low, high = 0.5 * low, low
        return _bisect(success, level, low, high), ""
    low, high = 1.0, 2.0
    limit = success(LARGEST_FACTOR)
    while success(high) < level:
        low, high = high, 2.0 * high
        if high > LARGEST_FACTOR or (high > _PATIENCE and limit < level):
            return float("nan"), f"no factor reaches {level:g}; success tends to {limit:.3g}"
    return _bisect(success, level, low, high), ""


def _bisect(success: Callable[[float], float], level: float, low: float, high: float) -> float:
    """Secant steps safeguarded by bisection on success - level."""
    below, above = success(low) - level, success(high) - level
    side = 0
    for _ in range(200):
        if high - low <= _TOLERANCE * high:
            break
        # Illinois: halve the stale end's weight so that both ends close in.
        middle = (low * above - high * below) / (above - below)
        if not low < middle < high:
            middle = 0.5 * (low + high)
        value = success(middle) - level
        if value >= 0:
            high, above = middle, value
            below = below / 2 if side == 1 else below
            side = 1
        else:
            low, below = middle, value
            above = above / 2 if side == -1 else above
            side = -1
        if abs(value) < 1e-12:
            return middle
    return 0.5 * (low + high)
