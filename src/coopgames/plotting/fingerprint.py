"""Fingerprints of strategies as maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..errors import CoopgamesError
from ..play.tournaments.fingerprint import Fingerprint
from ..play.tournaments.probe_fingerprint import ProbeFingerprint
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_fingerprint"]

Floats = npt.NDArray[np.float64]


def plot_fingerprint(
    found: Fingerprint | ProbeFingerprint,
    *,
    value: Literal["cooperation", "payoff"] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a fingerprint as a map, and return the axes.

    Parameters
    ----------
    found : Fingerprint or ProbeFingerprint
        Of the first the mean over opponents is drawn, errors to the right, patience upwards, a cell
        for each point of the grid. Of the second x to the right and y upwards.
    value : {'cooperation', 'payoff'}, optional
        How often the strategy cooperates, the default of the first kind; or what it earns, that of
        the second.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If x or y of the second kind has fewer than two values, or they don't rise.

    Examples
    --------
    >>> from coopgames import fingerprint
    >>> from coopgames import probe_fingerprint
    >>> plot_fingerprint(probe_fingerprint("tit for tat", points=5)).get_xlabel()
    'x: made to cooperate'
    >>> plot_fingerprint(fingerprint("grim", [[3, 0], [5, 1]])).get_ylabel()
    'discount factor'
    """
    probed = isinstance(found, ProbeFingerprint)
    usual = "payoff" if probed else "cooperation"
    chosen = usual if value is None else one_of("value", value, ("cooperation", "payoff"))
    ax = canvas(ax, (5.0, 4.0))
    if isinstance(found, ProbeFingerprint):
        table = found.scores if chosen == "payoff" else found.cooperation_rates
        for name, grid in (("x", found.x), ("y", found.y)):
            if grid.size < 2 or not (np.diff(grid) > 0).all():
                raise CoopgamesError(f"{name} must rise, in at least two values; got {grid}")
        mesh = ax.pcolormesh(found.x, found.y, table.T, cmap="cividis", shading="nearest")
        ax.set_xlabel("x: made to cooperate")
        ax.set_ylabel("y: made to defect")
        title = f"{found.strategy} against {found.probe}"
    else:
        table = found.mean_payoffs if chosen == "payoff" else found.mean_cooperation
        # The grids are seldom even: a cell for each point, with its value at the axis.
        mesh = ax.pcolormesh(table.T, cmap="cividis")
        ax.set_xticks(np.arange(found.noise.size) + 0.5, [f"{e:g}" for e in found.noise])
        ax.set_yticks(np.arange(found.discount.size) + 0.5, [f"{d:g}" for d in found.discount])
        ax.set_xlabel("implementation error")
        ax.set_ylabel("discount factor")
        several = len(found.opponents)
        title = f"{found.strategy} against {found.opponents[0] if several == 1 else 'a field'}"
    if chosen == "cooperation":
        mesh.set_clim(0, 1)
    ax.set_title(title, fontsize=10)
    bar = ax.get_figure(root=True).colorbar(mesh, ax=ax)  # type: ignore[union-attr]
    bar.set_label("payoff per round" if chosen == "payoff" else "rate of cooperation")
    return ax
