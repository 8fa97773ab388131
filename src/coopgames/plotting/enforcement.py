"""Maps of where cooperation holds, and sets of equilibrium payoffs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import CoopgamesError
from ..play.enforcement.enforcement_map import EnforcementMap
from ..play.enforcement.perfect_record import SubgamePerfectPayoffs
from .style import canvas, line_styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["UNITS", "plot_enforcement_map", "plot_perfect_payoffs"]

#: What stands behind the name of a rule on an axis.
UNITS = {
    "severity": " [stake]",
    "size": " [states]",
    "capability": " of the hegemon [as given = 1]",
}
#: Up to so many values each of them has its tick.
MOST_TICKS = 12
#: Of cells without a critical discount factor.
NONE_STYLE: dict[str, Any] = {
    "facecolor": "white",
    "edgecolor": "0.6",
    "hatch": "///",
    "linewidth": 0.0,
    "gid": "none",
}


def plot_enforcement_map(found: EnforcementMap, *, ax: Axes | None = None) -> Axes:
    """Draw where cooperation holds, and return the axes.

    Over discount factors the colour is the probability of a mandate under which cooperation is
    sustained, from dark to light; over two rules it is the critical discount factor, and cells
    where there is none are hatched.

    Parameters
    ----------
    found : EnforcementMap
        From `coopgames.enforcement_map`.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import coopgames as cg
    >>> from coopgames import enforcement_map
    >>> records = [cg.load(*one) for one in (
    ...     ("institutions", "charter"), ("problems", "climate"), ("worlds", "w20"))]
    >>> ax = plot_enforcement_map(enforcement_map(*records, x_points=3, y_points=4))
    >>> ax.get_ylabel()
    'discount factor'
    """
    ax = canvas(ax, (5.6, 3.8))
    patience = found.y == "discount_factor"
    values = found.array("sustained" if patience else "discount_factor")
    edges = [_edges(np.array(part)) for part in (found.x_values, found.y_values)]
    colours = "cividis" if patience else "cividis_r"
    image = ax.pcolormesh(*edges, np.ma.masked_invalid(values), cmap=colours, vmin=0.0, vmax=1.0)
    for row, column in np.argwhere(np.isnan(values)):
        low, high = edges[1][row : row + 2]
        ax.fill_between(edges[0][column : column + 2], low, high, **NONE_STYLE)
    label = "probability that cooperation is sustained" if patience else "critical discount factor"
    ax.figure.colorbar(image, ax=ax, label=label)
    ax.set_xlim(edges[0][0], edges[0][-1])
    ax.set_ylim(edges[1][0], edges[1][-1])
    for name, show in ((found.x, ax.set_xlabel), (found.y, ax.set_ylabel)):
        show(name.replace("_", " ") + UNITS.get(name, ""))
    if max(len(found.x_values), len(found.y_values)) <= MOST_TICKS:
        ax.set_xticks(found.x_values, [f"{value:.3g}" for value in found.x_values])
        ax.set_yticks(found.y_values, [f"{value:.3g}" for value in found.y_values])
    return ax


def _edges(values: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
    """Return the borders of cells around values."""
    if values.size == 1:
        return values[0] + np.array([-0.5, 0.5])
    middle = 0.5 * (values[1:] + values[:-1])
    return np.concatenate(
        [[values[0] - (middle[0] - values[0])], middle, [values[-1] + (values[-1] - middle[-1])]]
    )


def plot_perfect_payoffs(
    found: SubgamePerfectPayoffs | Mapping[str, SubgamePerfectPayoffs], *, ax: Axes | None = None
) -> Axes:
    """Draw sets of equilibrium payoffs within what is feasible, and return the axes.

    Each set is outlined, points are marked, and a cross marks its two worst credible punishments.

    Parameters
    ----------
    found : SubgamePerfectPayoffs, or several by label
        From `coopgames.subgame_perfect_payoffs`, of one game.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there is nothing to draw, or players differ.

    Examples
    --------
    >>> from coopgames import subgame_perfect_payoffs
    >>> dilemma = [[3, 0], [5, 1]]
    >>> ax = plot_perfect_payoffs({
    ...     f"{d}": subgame_perfect_payoffs(dilemma, discount_factor=d) for d in (0.3, 0.6)})
    >>> len(ax.get_legend().get_texts())
    2
    """
    several = {"": found} if isinstance(found, SubgamePerfectPayoffs) else dict(found)
    players = {one.players for one in several.values()}
    if len(players) != 1:
        raise CoopgamesError(
            f"found must hold sets of one game; got {len(players)} pairs of players"
        )
    ax = canvas(ax, (4.4, 4.0))
    first = next(iter(several.values()))
    ax.fill(*_closed(first.feasible), facecolor="0.93", edgecolor="0.6", linewidth=0.8)
    for (label, one), style in zip(several.items(), line_styles(len(several)), strict=True):
        if one.empty:
            continue
        x, y = _closed(one.vertices)
        ax.plot(x, y, label=label or None, marker="o", markersize=3, **style)
        worst = [float(value) for value in one.threats]
        ax.plot(*[[value] for value in worst], marker="x", color=style["color"], gid="threats")
    (names,) = players
    ax.set_xlabel(f"payoff of {names[0]}")
    ax.set_ylabel(f"payoff of {names[1]}")
    if len(several) > 1:
        ax.legend(frameon=False)
    return ax


def _closed(corners: Any) -> tuple[Any, Any]:
    loop = np.asarray(corners, dtype=float)
    loop = np.concatenate([loop, loop[:1]])
    return loop[:, 0], loop[:, 1]
