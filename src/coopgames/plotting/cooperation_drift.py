"""The gradient of an institution's game: which way the number who cooperate drifts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.states.drift import CooperationDrift
from ..errors import CoopgamesError
from .gradient import draw_gradients
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_cooperation_drift"]


def plot_cooperation_drift(
    found: CooperationDrift | Mapping[str, CooperationDrift], *, ax: Axes | None = None
) -> Axes:
    """Draw the drift of the number who cooperate over that number, and return the axes.

    With several roles many states of the chain have one number; the curve is their mean under the
    stationary law, and over mandate events. With one role, two plans and one event it is the
    gradient of selection with mutation. Zeros and arrows are those of `plot_gradient`: filled where
    both sides lead there, open where both lead away.

    Parameters
    ----------
    found : CooperationDrift, or several by label
        From `coopgames.drift_of_cooperation`.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there is nothing to draw, or numbers of individuals differ.

    Examples
    --------
    >>> import coopgames as cg
    >>> game = cg.game("club", "trade")
    >>> ax = plot_cooperation_drift(cg.drift_of_cooperation(game))
    >>> [dot.get_gid() for dot in ax.lines if dot.get_gid() in ("sink", "source")]
    ['sink']
    """
    several = dict(found) if isinstance(found, Mapping) else {"": found}
    totals = {one.acting.size - 1 for one in several.values()}
    if len(totals) != 1:
        raise CoopgamesError(
            "found must hold drifts of equally many individuals; got "
            f"{', '.join(map(str, sorted(totals))) or 'none'}"
        )
    ax = canvas(ax, (5.2, 3.6) if len(several) == 1 else (6.4, 4.0))
    curves = {}
    for label, one in several.items():
        known = np.flatnonzero(~np.isnan(one.drift))
        curves[label] = one.acting[known].astype(float), one.drift[known]
    draw_gradients(ax, curves)
    (total,) = totals
    states = all(one.game.size == total for one in several.values())
    ax.set_xlim(0, total)
    ax.locator_params(axis="x", integer=True)
    ax.set_xlabel(f"{'states' if states else 'policies'} that cooperate, of {total}")
    step = "generation" if next(iter(several.values())).generations else "step"
    ax.set_ylabel(f"drift of that number per {step},\nmean under the stationary law")
    return ax
