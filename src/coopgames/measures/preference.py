"""Who ends up with a standard that is not its own (model D22.19)."""

from __future__ import annotations

import numpy as np

from ..outcomes import ActStatistic, Outcome

__all__ = ["off_preference"]


def off_preference(outcome: Outcome) -> tuple[float, str]:
    """Return (expected share of states on an option they do not prefer, reason).

    NaN with a reason outside coordination problems. The indifferent never count.

    Examples
    --------
    >>> import coopgames as cg
    >>> share, _ = cg.off_preference(cg.evolve(cg.game("federation", "standards")))
    >>> round(share, 2)
    0.5
    """
    game = outcome.game
    if game.problem.kernel != "coordination":
        return float("nan"), "states prefer an option only in coordination problems"
    point = game.classes.ideal_point[game.events.class_of_group]
    # +1 prefers the reference, -1 the other option, 0 is indifferent.
    side = np.sign(point - 0.5) * (1 if game.reference == 1 else -1)
    weight = game.events.probability @ game.events.counts
    prefers = float((weight * (side > 0)).sum()) / game.size
    moved = outcome.expect(ActStatistic(-side[None, :] / game.size)).value
    return prefers + moved, ""
