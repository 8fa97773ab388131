"""Phase portraits: where a very large population goes, on a line or on a triangle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..dynamics import Replicator
from ..errors import CoopgamesError
from ..games import SymmetricGame
from .flow_lines import Flow, edge_lines, flow_lines, marks_of, velocities
from .phase_line import draw_phase_line
from .style import canvas, line_styles, readable
from .ternary import draw_lines, draw_marks, draw_triangle, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_flow"]

#: Intervals on the line; a zero of the velocity lies that near where it is marked.
_GRID = 1000


def plot_flow(
    game: SymmetricGame,
    flow: Flow | None = None,
    *,
    starts: npt.ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the phase portrait of two or three strategies, and return the axes.

    Two strategies: the velocity of the first over its share, the way on the axis. Three: ways on
    the simplex, cut where they get long, and rest points: sink filled, source open, saddle half,
    centre with a dot, grey where the linear part does not decide or there are infinitely many.
    Smith's flow, that of Brown, von Neumann and Nash and the best response rest at Nash equilibria,
    marked as sinks where evolutionarily stable with less for strategies not in use (Sandholm 2010),
    else grey. Of two strategies the kinds are read from the sign of the velocity.

    Parameters
    ----------
    game : SymmetricGame
        Of two or three strategies.
    flow : Flow, optional
        `Replicator` by default.
    starts : array_like, shape (k, 3), optional
        Where ways begin, of three strategies; by default a lattice, thinned out.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If the game has one strategy, or more than three: no plane shows the simplex then.

    References
    ----------
    Sandholm (2010) Theoretical Economics 5:27, on which equilibria are sinks of these flows.
    doi:10.3982/TE505

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> ax = plot_flow(stag_hunt())
    >>> [round(float(dot.get_xdata()[0]), 3) for dot in ax.lines if dot.get_gid() == "source"]
    [0.667]
    """
    rule = Replicator() if flow is None else flow
    if game.size not in (2, 3):
        raise CoopgamesError(
            f"game must have two or three strategies to be drawn in the plane; got {game.size}: "
            "take some of them with restricted(), or plot_time_course of a trajectory"
        )
    if game.size == 3:
        ax = canvas(ax, (4.6, 4.4))
        draw_triangle(ax, [readable(name) for name in game.strategies], frame=True)
        draw_lines(ax, [*edge_lines(game, rule), *flow_lines(game, rule, starts)])
        draw_marks(ax, marks_of(game, rule))
        legend(ax)
        return ax
    ax = canvas(ax, (5.2, 3.6))
    shares = np.linspace(0.0, 1.0, _GRID + 1)
    speed = velocities(game, rule, np.stack([shares, 1.0 - shares], axis=1))[:, 0]
    ax.axhline(0.0, color="0.6", linewidth=0.8, zorder=1)
    ax.plot(shares, speed, linewidth=1.6, gid="velocity", **line_styles(1)[0])
    draw_phase_line(ax, shares, speed)
    ax.set_xlim(0, 1)
    ax.set_xlabel(f"share of {readable(game.strategies[0], 60)}")
    ax.set_ylabel("velocity of that share")
    return ax
