"""The gradient of selection as a picture: which way two strategies drift, and where they rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..dynamics import gradient_of_selection
from ..dynamics.processes.every import FiniteProcess
from ..errors import CoopgamesError
from ..games import SymmetricGame
from .phase_line import draw_phase_line
from .style import canvas, line_styles, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_gradients", "plot_gradient"]

Process = FiniteProcess
Floats = npt.NDArray[np.float64]

#: Height of a row of arrows, and of all rows at most, in heights of the axes.
_ROW, _ROWS = 0.065, 0.4


def plot_gradient(
    game: SymmetricGame,
    process: Process | Sequence[Process] | Mapping[str, Process],
    *,
    mutation: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw T+ - T- over the share of the first of two strategies, and return the axes.

    Of the Wright-Fisher process, whose step is a generation, the expected change in one.

    Arrows show the way; zeros are filled where both sides lead there, open where both lead away,
    half filled where one does. They stand on the axis for one process, in a row for each above the
    curves for several. Between neighbouring counts zeros are interpolated; no zero is marked where
    selection is neutral over neighbouring counts.

    Parameters
    ----------
    game : SymmetricGame
        Of two strategies.
    process : Fermi, Moran, WrightFisher or BestOfSample, or several
        A sequence is labelled by what differs, a mapping by its keys. Population sizes may differ.
    mutation : bool
        Whether the drift of mutation is in it.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If the game has not two strategies, or there is no process.

    References
    ----------
    Pacheco, Santos, Souza & Skyrms (2009) Proc. R. Soc. B 276:315. doi:10.1098/rspb.2008.1126

    Examples
    --------
    >>> from coopgames import Fermi
    >>> from coopgames.games.classics import hawk_dove
    >>> ax = plot_gradient(hawk_dove(2, 5), Fermi(population_size=50))
    >>> [round(float(dot.get_xdata()[0]), 3) for dot in ax.lines if dot.get_gid() == "sink"]
    [0.42]
    """
    processes = _labelled(process)
    ax = canvas(ax, (5.2, 3.6) if len(processes) == 1 else (6.4, 4.0))
    curves = {}
    for label, each in processes.items():
        drift = gradient_of_selection(game, each, mutation=mutation)
        curves[label] = np.arange(drift.size) / each.individuals, drift
    draw_gradients(ax, curves)
    ax.set_xlim(0, 1)
    ax.set_xlabel(f"share of {readable(game.strategies[0], 60)}")
    what = "selection and mutation" if mutation else "gradient of selection"
    steps = not any(hasattr(each, "offspring") for each in processes.values())
    ax.set_ylabel(f"{what}, $T^+ - T^-$" if steps else f"{what}, expected change")
    return ax


def draw_gradients(ax: Axes, curves: Mapping[str, tuple[Floats, Floats]]) -> None:
    """Draw places and velocities by label, with their phase lines."""
    ax.axhline(0.0, color="0.6", linewidth=0.8, zorder=1)
    height = min(_ROW, _ROWS / len(curves))
    for row, (label, (shares, drift)) in enumerate(curves.items()):
        style = line_styles(len(curves))[row]
        ax.plot(shares, drift, label=label, gid="gradient", linewidth=1.6, **style)
        if len(curves) == 1:
            draw_phase_line(ax, shares, drift)
            return
        draw_phase_line(
            ax,
            shares,
            drift,
            height=1.0 - height * (row + 0.6),
            transform=ax.get_xaxis_transform(),
            colour=style["color"],
        )
    low, high = ax.get_ylim()
    part = height * (len(curves) + 0.4)
    ax.set_yticks([tick for tick in ax.get_yticks() if low <= tick <= high])
    ax.set_ylim(low, low + (high - low) / (1.0 - part))
    ax.plot([0, 1], [1 - part] * 2, color="0.8", linewidth=0.8, transform=ax.transAxes)
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.03, 1.0), borderaxespad=0, fontsize=8, frameon=False
    )


def _labelled(
    process: Process | Sequence[Process] | Mapping[str, Process],
) -> dict[str, Process]:
    """Return processes by label: what differs between them."""
    if isinstance(process, FiniteProcess):
        return {"": process}
    if isinstance(process, Mapping):
        out = dict(process)
    else:
        each = [one.parameters() for one in process]
        keys = dict.fromkeys(key for one in each for key in one)
        differ = [key for key in keys if len({str(one.get(key)) for one in each}) > 1]
        out = {
            ", ".join(_said(key, one[key]) for key in differ if key in one): process[k]
            for k, one in enumerate(each)
        }
        if len(out) < len(each):
            raise CoopgamesError("process must not hold the same process twice")
    if not out:
        raise CoopgamesError("process must be at least one; got none")
    return out


def _said(key: str, value: object) -> str:
    symbol = {"selection_intensity": r"$\beta$", "population_size": "$Z$"}
    if key == "mutation_probability":
        return r"$\mu = 1/Z$" if value is None else rf"$\mu$ = {value:g}"
    if key in symbol:
        return f"{symbol[key]} = {value:g}"
    return str(value)
