"""Enforcement frontiers: the patience that sustains cooperation, over one rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..errors import CoopgamesError
from ..play.enforcement.frontier import EnforcementFrontier
from .enforcement import UNITS
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_frontier"]


def plot_frontier(
    found: EnforcementFrontier | Mapping[str, EnforcementFrontier], *, ax: Axes | None = None
) -> Axes:
    """Draw critical discount factors over a rule, and return the axes.

    Cooperation is sustained on and above the line; where no discount factor below 1 sustains it the
    line is broken.

    Parameters
    ----------
    found : EnforcementFrontier, or several by label
        From `coopgames.enforcement_frontier`, over one rule.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there is nothing to draw, or rules differ.

    Examples
    --------
    >>> import coopgames as cg
    >>> records = [cg.load(*one) for one in (
    ...     ("institutions", "charter"), ("problems", "climate"), ("worlds", "w20"))]
    >>> ax = plot_frontier(cg.enforcement_frontier(*records, points=5))
    >>> ax.get_xlabel()
    'detection'
    """
    several = {"": found} if isinstance(found, EnforcementFrontier) else dict(found)
    levers = {one.lever for one in several.values()}
    if len(levers) != 1:
        raise CoopgamesError(
            f"found must hold frontiers over one rule; got {', '.join(sorted(levers)) or 'none'}"
        )
    (lever,) = levers
    ax = canvas(ax, (5.2, 3.6))
    ends = [point.x for one in several.values() for point in one.points]
    margin = 0.02 * (max(ends) - min(ends)) or 0.5
    ax.set_xlim(min(ends) - margin, max(ends) + margin)
    for label, one in several.items():
        x = np.array([point.x for point in one.points])
        y = np.array([point.discount_factor for point in one.points])
        order = np.argsort(x, kind="stable")
        ax.plot(x[order], y[order], marker="o", markersize=3, label=label or None)
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel(lever.replace("_", " ") + UNITS.get(lever, ""))
    ax.set_ylabel("critical discount factor")
    if len(several) > 1:
        ax.legend(frameon=False)
    return ax
