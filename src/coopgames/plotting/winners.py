"""Maps of who is best where: the name of the first, and whether its lead decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._checks import at_least
from ..errors import CoopgamesError
from ..experiments.comparisons.judging import first_and_second
from ..experiments.comparisons.maps import sense_of
from ..experiments.comparisons.winners import TIE
from ..experiments.sweeps.evaluate import STATUS
from ..experiments.sweeps.result import SweepResult
from .cells import Plane, cell_patches, label_axes, plane_of
from .labelled import Labelled, labelled
from .regions import contrast, draw_regions, region_colours
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_winners"]

#: What lies over cells that nobody wins.
_HATCHES = {"tie": "....", "undecided": "\\\\\\\\"}


def plot_winners(
    data: Any,
    measure: str | None = None,
    *,
    among: str = "institution",
    x: str | None = None,
    y: str | None = None,
    at: Mapping[str, Any] | None = None,
    tie: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which of several is best in each cell of a map, and return the axes.

    Each has a colour and a number where it comes first. Ties are dotted, and what a sample could
    not decide is hatched over the colour of the first; undefined cells are hatched on white.

    Parameters
    ----------
    data : WinnerMap, SweepResult, or xarray.Dataset
        From `coopgames.experiments.comparisons.winner_map`; or a result with an axis ``among``, of
        which standard errors are not looked at; or a `Dataset` with the variables ``winner``, names
        (empty where there is none), and ``margin``.
    measure : str, optional
        The best value of it wins: the largest, or of free riding, exclusion, gridlock, onset and
        off-preference the smallest. Of a `WinnerMap` the first by default; with ``winner`` not
        needed.
    among : str
        Axis of a result along which they compete.
    x, y : str, optional
        As in `plot_phase_map`.
    at : mapping of str to value, optional
        As in `plot_phase_map`.
    tie : float, optional
        At least 0: margins up to this are ties. Of a `WinnerMap` its own, else 0.01 by default (our
        assumption). [of the measure]
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If nobody competes, an axis or a value is unknown, axes are left over, or ``tie`` is not
        that of a `WinnerMap`.

    Examples
    --------
    >>> from coopgames.experiments.sweeps import Experiment, sweep
    >>> axes = {
    ...     "institution": ["charter", "club"],
    ...     "problem.threshold": [0.4, 0.7],
    ...     "problem.cost": [0.1, 0.2],
    ... }
    >>> ax = plot_winners(sweep(Experiment(axes=axes)), "success_rate")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['club', 'tie: lead of at most 0.01']
    """
    if not isinstance(data, SweepResult) and hasattr(data, "to_xarray"):
        data = data.to_xarray()
    held = getattr(data, "data_vars", ())
    first: Labelled
    if "decision" in held:
        first, over, limit = _decided(data, measure, tie)
    else:
        limit = at_least("tie", TIE if tie is None else tie, 0.0)
        first, lead = _given(data) if "winner" in held else _best(labelled(data, measure), among)
        over = {} if lead is None else {"tie": _where(lead, lead.values <= limit)}
    plane = plane_of(first, x, y, at)
    axes = plane.x.coordinate.name, plane.y.coordinate.name
    marks = {
        name: (plane_of(one, *axes, at).measure.values > 0) & (plane.measure.values >= 0)
        for name, one in over.items()
    }
    marks = {name: cells for name, cells in marks.items() if cells.any()}
    ax = canvas(ax, (6.2, 3.9))
    draw_regions(ax, plane, extra=[_handle(name, limit) for name in marks])
    for name, cells in marks.items():
        _draw_over(ax, plane, name, cells)
    label_axes(ax, plane.x, plane.y)
    if plane.measure.fixed:
        ax.set_title(", ".join(plane.measure.fixed), fontsize=10)
    return ax


_Found = tuple[Labelled, dict[str, Labelled], float]


def _decided(data: Any, measure: str | None, tie: float | None) -> _Found:
    """Return the first of a `WinnerMap`, where it is a tie or undecided, and the tie."""
    limit = float(data.attrs["tie"])
    if tie is not None and tie != limit:
        raise CoopgamesError(f"tie must be that of the map, {limit:g}; got {tie!r}")
    chosen = {"measure": data["measure"].values[0] if measure is None else measure}
    first, decision = (labelled(data, name).at(chosen) for name in ("first", "decision"))
    over = {
        name: _where(decision, decision.values == decision.words.index(name)) for name in _HATCHES
    }
    # Of its codes the first is "none".
    words = first.words[1:]
    best = replace(
        first, name=f"best {chosen['measure']}", values=first.values - 1, words=words, fixed=()
    )
    return best, over, limit


def _given(data: Any) -> tuple[Labelled, Labelled | None]:
    """Return the winners and margins that a Dataset holds."""
    winner = labelled(data, "winner")
    if not winner.words:
        raise CoopgamesError("winner must hold names; it holds numbers, or no name at all")
    return winner, labelled(data, "margin") if "margin" in data.data_vars else None


def _best(measure: Labelled, among: str) -> tuple[Labelled, Labelled]:
    """Return who has the best value where all cells are solved, and by how much it leads."""
    rivals = measure.coordinate("among", among)
    if rivals.values.size < 2:
        raise CoopgamesError(f"among: {among} must have two values or more; it has one")
    rest = tuple(name for name in measure.dimensions if name != rivals.dimension)
    ordered = measure.ordered((rivals.dimension, *rest))
    worth = sense_of(measure.name) * ordered.values
    status = None
    if ordered.status is not None:
        # Of somebody's cell that failed, or is not solved yet, the contest has the status.
        failed = (ordered.status == STATUS["failed"]).any(axis=0)
        status = np.where(failed, STATUS["failed"], ordered.status.min(axis=0))
        worth = np.where(status == STATUS["solved"], worth, np.nan)
    first, _, margin = first_and_second(worth)
    best = Labelled(
        name=f"best {measure.name}",
        values=first,
        dimensions=rest,
        coordinates={k: one for k, one in measure.coordinates.items() if one.dimension in rest},
        words=tuple(rivals.text(k) for k in range(rivals.values.size)),
        status=status,
    )
    return best, replace(best, name="margin", values=margin, words=())


def _where(like: Labelled, cells: npt.NDArray[np.bool_]) -> Labelled:
    return replace(like, values=np.asarray(cells, dtype=float), words=())


def _draw_over(ax: Axes, plane: Plane, name: str, cells: npt.NDArray[np.bool_]) -> None:
    codes = plane.measure.values
    for code, colour in enumerate(region_colours(len(plane.measure.words))):
        here = cells & (codes == code)
        if here.any():
            look = {"facecolor": "none", "edgecolor": contrast(colour), "hatch": _HATCHES[name]}
            ax.add_collection(cell_patches(plane.x, plane.y, here, gid=name, **look), autolim=False)


def _handle(name: str, tie: float) -> Any:
    from matplotlib.patches import Patch

    label = f"tie: lead of at most {tie:g}" if name == "tie" else name
    return Patch(
        facecolor="none", edgecolor="black", linewidth=0.0, hatch=_HATCHES[name], label=label
    )
