"""How many states act in the long run: its law, exact or sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..dynamics.states.plan_law import PlanLaw
from ..outcomes import SampledOutcome
from .style import canvas, line_styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_cooperation_law"]

Floats = npt.NDArray[np.float64]

#: Standard normal quantile of a 95 % interval.
_NORMAL = 1.959963984540054


def plot_cooperation_law(found: PlanLaw | SampledOutcome, *, ax: Axes | None = None) -> Axes:
    """Draw the law of the number of states that act, over mandate events, and return the axes.

    Parameters
    ----------
    found : PlanLaw or SampledOutcome
        From `coopgames.plan_law`, or from `coopgames.simulate`: then relative frequencies, with
        95 % intervals from the differences between replicates.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import coopgames as cg
    >>> game = cg.game("club", "trade")
    >>> ax = plot_cooperation_law(cg.plan_law(game))
    >>> round(float(sum(bar.get_height() for bar in ax.patches)), 9)
    1.0
    """
    size = found.game.size
    ax = canvas(ax, (5.6, 3.4))
    colour = line_styles(1)[0]["color"]
    if hasattr(found, "plans"):
        law, errors = found.acting, None
        ax.set_ylabel("stationary probability")
    else:
        law, errors = _frequencies(found)
        ax.set_ylabel("relative frequency")
    counts = np.arange(size + 1)
    if size <= 60:
        ax.bar(counts, law, width=0.8, color=colour, alpha=1.0 if errors is None else 0.55)
    else:
        ax.fill_between(counts, law, step="mid", color=colour, alpha=0.35, linewidth=0)
        ax.step(counts, law, where="mid", color=colour, linewidth=1.2, gid="law")
    if errors is not None and size <= 60:
        low = np.minimum(errors, law)
        ax.errorbar(
            counts, law, yerr=[low, errors], fmt="none", ecolor="black", elinewidth=0.9, capsize=1.5
        )
    mean = float(counts @ law)
    ax.axvline(mean, color="0.35", linewidth=1.0, linestyle="--", gid="mean")
    ax.annotate(
        f"mean {mean:.2f}",
        (mean, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=8,
        annotation_clip=False,
    )
    ax.set_xlim(-0.5, size + 0.5)
    ax.set_ylim(0, None)
    ax.locator_params(axis="x", integer=True)
    ax.set_xlabel(f"states that act, of {size}")
    return ax


def _frequencies(found: SampledOutcome) -> tuple[Floats, Floats | None]:
    """Return how often so many act, and half widths, both of shape (N + 1,)."""
    acting = found.acting.sum(axis=2)
    replicates, samples = acting.shape
    grid = found.game.size + 1
    cell = (np.arange(replicates)[:, None] * grid + acting).ravel()
    each = np.bincount(cell, minlength=replicates * grid).reshape(replicates, grid) / samples
    if replicates < 2:
        return each.mean(axis=0), None
    return each.mean(axis=0), _NORMAL * each.std(axis=0, ddof=1) / np.sqrt(replicates)
