"""The comparison as a picture: success by shade, failure by letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_comparison"]

_WORD = {
    "none": "",
    "no_body": "no body",
    "gridlock": "gridlock",
    "exclusion": "exclusion",
    "free_riding": "free riding",
}


def plot_comparison(
    comparison: Iterable[Mapping[str, Any]],
    *,
    value: str = "success_rate",
    ax: Axes | None = None,
) -> Axes:
    """Draw institutions against problems and return the axes.

    Parameters
    ----------
    comparison : Comparison, or its records
    value : str
        The measure shown, in [0, 1].
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    records = list(comparison)
    problems = list(dict.fromkeys(record["problem"] for record in records))
    institutions = list(dict.fromkeys(record["institution"] for record in records))
    cell = {(record["institution"], record["problem"]): record for record in records}
    levels = np.array(
        [[_level(cell[name, problem][value]) for problem in problems] for name in institutions]
    )
    if ax is None:
        size = (2.2 + 1.15 * len(problems), 1.4 + 0.45 * len(institutions))
        ax = Figure(figsize=size, layout="constrained").add_subplot()
    image = ax.imshow(levels, vmin=0, vmax=1, cmap=mpl.colormaps["cividis"], aspect="auto")
    for row, name in enumerate(institutions):
        for column, problem in enumerate(problems):
            record = cell[name, problem]
            dark = not levels[row, column] > 0.55
            equal = _level(record["equal_teeth_success_rate"])
            level = f"{levels[row, column]:.2f} ({equal:.2f})"
            text = f"{level}\n{_WORD[record['failure']]}".strip()
            ax.text(
                column,
                row,
                text,
                ha="center",
                va="center",
                fontsize=7,
                color="white" if dark else "black",
            )
    ax.set_xticks(range(len(problems)), problems, rotation=30, ha="right")
    ax.set_yticks(range(len(institutions)), [name.replace("_", " ") for name in institutions])
    first = records[0]
    ax.set_title(
        "How often cooperation holds (under equal teeth), and why not where it fails\n"
        f"world {first['world']}, "
        f"{first['mandate']} mandate, precision {first['precision']:g}",
        fontsize=10,
    )
    bar = ax.get_figure(root=True).colorbar(image, ax=ax, shrink=0.8)  # type: ignore[union-attr]
    bar.set_label(value.replace("_", " "))
    return ax


def _level(value: float | None) -> float:
    return float("nan") if value is None else float(value)
