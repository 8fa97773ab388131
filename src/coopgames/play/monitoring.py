"""How well an institution watches: what comes to light, and what is flagged without cause.

A state is watched by the most attentive standing body that binds it, and by nobody else. It is
flagged without cause as often as by the most easily alarmed of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import probability
from ..games import Game

__all__ = ["Monitoring", "institution_monitoring", "watched"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Monitoring:
    """Monitoring in expectation over mandate events, by class.

    Attributes
    ----------
    classes : tuple of str
        Labels.
    detection, false_alarm : array, shape (classes,)
        How likely a breach comes to light, and how likely an acting state is flagged, in [0, 1].
    mean_detection, mean_false_alarm : float
        Mean over states, weighted by stake.
    """

    classes: tuple[str, ...]
    detection: Floats
    false_alarm: Floats
    mean_detection: float
    mean_false_alarm: float

    @property
    def perception_error(self) -> tuple[float, float]:
        """Return (missed defection, false alarm), as `coopgames.play_pairs` takes them."""
        return 1.0 - self.mean_detection, self.mean_false_alarm


def institution_monitoring(game: Game) -> Monitoring:
    """Return how likely breaches come to light under an institution, and false alarms.

    Parameters
    ----------
    game : Game

    Returns
    -------
    Monitoring
        Where nothing is adopted nothing comes to light.

    Examples
    --------
    >>> import coopgames as cg
    >>> found = institution_monitoring(cg.game("charter", "climate"))
    >>> round(found.mean_detection, 4)  # adoption .5693, detection .6
    0.3416
    >>> institution_monitoring(cg.game("anarchy", "climate")).perception_error
    (1.0, 0.0)
    """
    size = game.classes.size
    weight = game.classes.counts * game.leverage
    if weight.sum() == 0:
        weight = game.classes.counts
    detection, false_alarm = (
        np.minimum(game.events.mean_by_class(watched(game, name), size), 1.0)
        for name in ("detection", "false_alarm")
    )
    return Monitoring(
        classes=game.classes.labels,
        detection=detection,
        false_alarm=false_alarm,
        mean_detection=float(weight @ detection / weight.sum()),
        mean_false_alarm=float(weight @ false_alarm / weight.sum()),
    )


def watched(
    game: Game, field: Literal["detection", "false_alarm"], given: float | None = None
) -> Floats:
    """Return each group's probability of being seen or flagged, shape (events, groups).

    Parameters
    ----------
    game : Game
    field : {'detection', 'false_alarm'}
    given : float, optional
        One probability for all instead.
    """
    events, bodies = game.events, game.institution.bodies
    if given is not None:
        name = "monitoring" if field == "detection" else field
        return np.full(events.bound.shape, probability(name, given))
    out = np.zeros(events.bound.shape)
    for j, body in enumerate(bodies):
        watches = events.adopted[:, j, None] & events.binding[None, :, j]
        out = np.maximum(out, np.where(watches, float(getattr(body, field)), 0.0))
    return out
