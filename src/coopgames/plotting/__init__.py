"""Figures: each takes ``ax=`` and returns it; matplotlib is loaded when a figure is drawn."""

from .act_rate import plot_act_rate
from .comparison import plot_comparison
from .cooperation_drift import plot_cooperation_drift
from .cooperation_law import plot_cooperation_law
from .ecological import plot_ecological
from .enforcement import plot_enforcement_map, plot_perfect_payoffs
from .files import check_figure_path, save_figure
from .fingerprint import plot_fingerprint
from .flow import plot_flow
from .frontier import plot_frontier
from .gradient import plot_gradient
from .invasions import plot_invasion_graph
from .paired import plot_paired
from .phase_map import plot_phase_map
from .plan_simplex import plot_plan_simplex
from .power import plot_passage, plot_power
from .profile_graph import plot_profile_graph
from .score_table import plot_score_table
from .simplex import plot_simplex
from .stationary import plot_stationary
from .sweep_band import plot_sweep
from .time_course import plot_simulation, plot_time_course
from .winners import plot_winners

__all__ = [
    "check_figure_path",
    "plot_act_rate",
    "plot_comparison",
    "plot_cooperation_drift",
    "plot_cooperation_law",
    "plot_ecological",
    "plot_enforcement_map",
    "plot_fingerprint",
    "plot_flow",
    "plot_frontier",
    "plot_gradient",
    "plot_invasion_graph",
    "plot_paired",
    "plot_passage",
    "plot_perfect_payoffs",
    "plot_phase_map",
    "plot_plan_simplex",
    "plot_power",
    "plot_profile_graph",
    "plot_score_table",
    "plot_simplex",
    "plot_simulation",
    "plot_stationary",
    "plot_sweep",
    "plot_time_course",
    "plot_winners",
    "save_figure",
]
