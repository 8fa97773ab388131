"""Three plans of an institution's states on the triangle, all roles together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dynamics.states.plan_law import PlanLaw
from ..errors import CoopgamesError
from .simplex import draw_law
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_plan_simplex"]


def plot_plan_simplex(
    found: PlanLaw, *, decades: float | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the law of how many states follow each of three plans, and return the axes.

    One hexagon per composition of the world's states; plans stand at the corners with their mean
    shares. States of all roles are pooled, so that a place of the triangle is many states of the
    chain.

    Parameters
    ----------
    found : PlanLaw
        From `coopgames.plan_law` or `coopgames.simulate_plan_law`, of three plans.
    decades : float, optional
        Colours on a logarithmic scale down to this power of ten below the largest probability;
        above 0. Linear by default.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there are not three plans.

    Examples
    --------
    >>> import coopgames as cg
    >>> game = cg.game("anarchy", "climate", cg.uniform_world(5))
    >>> ax = plot_plan_simplex(cg.plan_law(game, cg.Fermi(), plans="act3"))
    >>> ax.collections[0].get_array().size
    21
    """
    if len(found.plans) != 3:
        raise CoopgamesError(
            "found must be a law of three plans to be drawn on a triangle; got "
            f"{', '.join(found.plans)}: take plans='act3', or 'exit3' where a body can be left"
        )
    sampled = not found.certificate.exact
    ax = canvas(ax, (5.4, 4.4))
    label = "relative frequency" if sampled else "stationary probability"
    draw_law(ax, found.states, found.law, found.shares(), decades=decades, label=label)
    return ax
