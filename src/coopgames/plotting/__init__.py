"""Figures: each takes ``ax=`` and returns it; matplotlib is loaded when a figure is drawn."""

from .comparison import plot_comparison
from .files import check_figure_path, save_figure

__all__ = ["check_figure_path", "plot_comparison", "save_figure"]
