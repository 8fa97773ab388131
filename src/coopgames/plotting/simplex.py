"""The long run of three strategies as a picture: its law on the triangle of counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .._checks import at_least
from ..dynamics import PopulationOutcome
from ..errors import CoopgamesError
from ..kernels.simplex import number_of_compositions
from .flow_lines import Flow, flow_lines, marks_of
from .style import canvas, readable
from .ternary import draw_lattice, draw_lines, draw_marks, draw_triangle, in_the_plane, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_law", "plot_simplex"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Drift = npt.ArrayLike | Callable[[Integers], npt.ArrayLike]

#: Arrows along a side of the triangle.
_ARROWS = 12


def plot_simplex(
    outcome: PopulationOutcome,
    *,
    decades: float | None = None,
    drift: Drift | None = None,
    flow: Flow | None = None,
    starts: npt.ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the stationary law of three strategies, one hexagon per state, and return the axes.

    Strategies stand at the corners with their mean shares.

    Parameters
    ----------
    outcome : PopulationOutcome
        Of three strategies, from `coopgames.evolve`.
    decades : float, optional
        Colours on a logarithmic scale down to this power of ten below the largest probability, what
        is less has the last colour; above 0. Linear by default.
    drift : array_like, shape (states, 3), or callable, optional
        Expected change of counts or shares per step at each state, in the order of
        ``outcome.states``; or a function of counts, shape (k, 3), that returns it. Drawn as arrows
        on a coarse lattice, as long as the square root of the change.
    flow : Flow, optional
        A flow whose rest points are marked, as in `plot_flow`, and with ``starts`` its ways.
    starts : array_like, shape (k, 3), optional
        Shares from which ways of the flow are drawn.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there are not three strategies, the law is not one over all counts, or an argument has
        the wrong shape.

    Examples
    --------
    >>> from coopgames import Fermi, evolve
    >>> from coopgames.games.classics import optional_public_goods
    >>> outcome = evolve(optional_public_goods(5, 3, 1), Fermi(population_size=20))
    >>> ax = plot_simplex(outcome, decades=4)
    >>> ax.collections[0].get_array().size
    231
    """
    states, law = _checked(outcome)
    if starts is not None and flow is None:
        raise CoopgamesError("starts need a flow to follow; give flow, Replicator() say")
    ax = canvas(ax, (5.4, 4.4))
    draw_law(ax, states, law, outcome.shares(), decades=decades)
    if drift is not None:
        _draw_drift(ax, states, drift)
    if flow is not None:
        if starts is not None:
            draw_lines(ax, flow_lines(outcome.game, flow, starts), halo=True)
        draw_marks(ax, marks_of(outcome.game, flow))
        legend(ax)
    return ax


def draw_law(
    ax: Axes,
    states: Integers,
    law: Floats,
    means: Mapping[str, float],
    *,
    decades: float | None,
    label: str = "stationary probability of a state",
) -> None:
    """Draw a law over counts of three, with names and mean shares at the corners."""
    from matplotlib.colors import LogNorm, Normalize

    most = float(law.max())
    if decades is None:
        norm, floor = Normalize(0.0, most), 0.0
    else:
        floor = most * 10.0 ** -at_least("decades", decades, 1e-3)
        norm = LogNorm(max(floor, float(law.min())), most)
    names = [f"{readable(name)}\n{share:.3f}" for name, share in means.items()]
    draw_triangle(ax, names, frame=False)
    cells = draw_lattice(ax, states, np.maximum(law, floor), cmap="cividis", norm=norm)
    bar = ax.get_figure(root=True).colorbar(  # type: ignore[union-attr]
        cells, ax=ax, shrink=0.75, pad=0.04, extend="min" if (law < floor).any() else "neither"
    )
    bar.set_label(label)


def _checked(outcome: PopulationOutcome) -> tuple[Integers, Floats]:
    size = outcome.game.size
    if size != 3:
        way = "take plot_stationary" if size == 2 else "take plot_stationary or plot_invasion_graph"
        raise CoopgamesError(
            f"outcome must have three strategies to be drawn on a triangle; got {size}: {way}, or "
            "the game of three of them with restricted()"
        )
    if len(outcome.states) != number_of_compositions(outcome.population_size, 3):
        raise CoopgamesError(
            f"outcome must have a law over all counts; got one over {len(outcome.states)} states "
            f"by {outcome.certificate.method}: take evolve, or plot_invasion_graph for rare "
            "mutations"
        )
    return outcome.states, outcome.law


def _draw_drift(ax: Axes, states: Integers, drift: Drift) -> None:
    size = int(states[0].sum())
    step = max(1, round(size / _ARROWS))
    chosen = (states[:, :2] % step == 0).all(axis=1)
    wanted = states[chosen] if callable(drift) else states
    change = np.asarray(drift(wanted) if callable(drift) else drift, dtype=float)
    if change.shape != wanted.shape:
        raise CoopgamesError(
            f"drift must have shape {wanted.shape}, a change per state and strategy; "
            f"got {change.shape}"
        )
    arrows = in_the_plane(change if callable(drift) else change[chosen])
    length = np.hypot(*arrows.T)
    longest = float(length.max(initial=0.0))
    if longest == 0:
        return
    # Of the longest arrow four fifths of a cell; square roots keep the short ones in sight.
    scale = 0.8 * step / size / np.sqrt(longest)
    arrows *= np.divide(scale, np.sqrt(length), out=np.zeros_like(length), where=length > 0)[
        :, None
    ]
    field = ax.quiver(
        *in_the_plane(states[chosen] / size).T,
        *arrows.T,
        angles="xy",
        scale_units="xy",
        scale=1.0,
        color="white",
        edgecolor="black",
        linewidth=0.4,
        width=0.004,
        headwidth=4,
        headlength=4.5,
        headaxislength=4,
        pivot="tail",
        zorder=2.5,
        gid="drift",
        clip_on=False,
    )
    field.set_in_layout(False)  # the extent of a field of arrows is not known before it is drawn
