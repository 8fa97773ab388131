"""Paired differences as a forest plot: who is ahead of whom, by how much, how surely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite, isnan, nan
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_paired"]

#: How an estimate is drawn.
_LOOKS: dict[str, dict[str, Any]] = {
    "exact": {"marker": "D", "markerfacecolor": "black"},
    "apart from 0": {"marker": "o", "markerfacecolor": "black"},
    "not apart from 0": {"marker": "o", "markerfacecolor": "white"},
}


def plot_paired(
    differences: Any,
    *,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw differences with their intervals, the first on top, and return the axes.

    Intervals that hold 0 have an open mark. Exact differences are diamonds without an interval;
    where there is no difference, as between two infinite values, the row says so.

    Parameters
    ----------
    differences : PairedDifferences, DataFrame, or iterable of mapping
        Rows with ``first`` and ``second``, names; ``difference``, the first less the second;
        ``lower`` and ``upper``, its interval. Where the last two are equal, absent, None or NaN the
        difference is exact.
    label : str, optional
        Of the axis, with its unit; by default from the measure, if there is one.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there is nothing to draw, a row lacks a field, or an interval has one end or is reversed.

    Examples
    --------
    >>> rows = [
    ...     {"first": "club", "second": "charter", "difference": 0.52, "lower": 0.4, "upper": 0.6},
    ...     {"first": "club", "second": "concert", "difference": 0.73},
    ... ]
    >>> ax = plot_paired(rows, label="difference in success rate")
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['club − charter', 'club − concert']
    """
    rows = [_checked(position, row) for position, row in enumerate(_records(differences))]
    if not rows:
        raise CoopgamesError("differences must be at least one; got none")
    ax = canvas(ax, (5.6, 1.1 + 0.27 * len(rows)))
    ax.axvline(0.0, color="0.6", linewidth=0.8, zorder=1)
    kinds: list[str] = []
    for place, (_, value, low, high) in enumerate(rows):
        if isnan(value):
            ax.text(
                0.02, place, "undefined", transform=ax.get_yaxis_transform(), va="center",
                fontsize=8, color="0.35",
            )  # fmt: skip
            continue
        kind = "exact"
        if low < high:
            kind = "not apart from 0" if low <= 0 <= high else "apart from 0"
            ax.hlines(place, low, high, color="black", linewidth=1.2, gid="interval", zorder=2)
        ax.plot(
            [value],
            [place],
            linestyle="none",
            color="black",
            markersize=5,
            label=f"_{kind}" if kind in kinds else kind,
            gid=kind,
            zorder=3,
            **_LOOKS[kind],
        )
        kinds.append(kind)
    ax.set_yticks(range(len(rows)), [row[0] for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(_label(differences) if label is None else label)
    if set(kinds) - {"exact"}:
        ax.legend(
            loc="upper left",
            bbox_to_anchor=(1.02, 1.0),
            borderaxespad=0,
            fontsize=8,
            frameon=False,
            title=_title(differences),
            title_fontsize=8,
            alignment="left",
        )
    return ax


def _records(differences: Any) -> Iterable[Mapping[str, Any]]:
    frame = differences.to_pandas() if hasattr(differences, "to_pandas") else differences
    rows: Iterable[Mapping[str, Any]] = (
        frame.to_dict(orient="records") if hasattr(frame, "columns") else frame
    )
    return rows


def _label(differences: Any) -> str:
    measure = getattr(differences, "measure", None)
    return f"difference in {measure.replace('_', ' ')}" if measure else "difference"


def _title(differences: Any) -> str:
    confidence = getattr(differences, "confidence", None)
    return f"{confidence:.3g} confidence" if confidence else ""


def _checked(position: int, row: Mapping[str, Any]) -> tuple[str, float, float, float]:
    """Return a row's names, difference (NaN: undefined) and interval; an empty one if exact."""
    where = f"differences[{position}]"
    lacking = [key for key in ("first", "second", "difference") if key not in row]
    if lacking:
        raise CoopgamesError(f"{where} lacks {', '.join(lacking)}; it has {', '.join(row)}")
    names = f"{row['first']} − {row['second']}".replace("_", " ")
    value, low, high = (_number(where, key, row) for key in ("difference", "lower", "upper"))
    if isfinite(low) != isfinite(high):
        raise CoopgamesError(f"{where}: lower and upper go together; got {low:g} and {high:g}")
    if low > high:
        raise CoopgamesError(f"{where}: lower must be <= upper; got {low:g} and {high:g}")
    return names, value if isfinite(value) else nan, low, high


def _number(where: str, key: str, row: Mapping[str, Any]) -> float:
    value = row.get(key)
    try:
        return nan if value is None else float(value)
    except (TypeError, ValueError):
        raise CoopgamesError(f"{where}: {key} must be a number; got {value!r}") from None
