"""Figures: each takes ``ax=`` and returns it; matplotlib is loaded when a figure is drawn."""

from .comparison import plot_comparison
from .files import check_figure_path, save_figure
from .power import plot_passage, plot_power

__all__ = ["check_figure_path", "plot_comparison", "plot_passage", "plot_power", "save_figure"]
