"""Figures to files: the path is checked before the work starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CoopgamesError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["check_figure_path", "save_figure"]

_SUFFIXES = (".png", ".svg", ".pdf")


def check_figure_path(path: Path, *, option: str = "--plot") -> None:
    """Raise `CoopgamesError` unless a figure can be written where an option says."""
    if path.suffix not in _SUFFIXES:
        raise CoopgamesError(f"{option} must end in {', '.join(_SUFFIXES)}; got {str(path)!r}")
    if not path.parent.is_dir():
        raise CoopgamesError(f"{option}: no such folder: {path.parent}")


def save_figure(ax: Axes, path: Path) -> None:
    """Write the figure of an axis."""
    ax.get_figure(root=True).savefig(path, bbox_inches="tight", dpi=160)  # type: ignore[union-attr]
