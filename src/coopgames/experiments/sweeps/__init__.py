"""Experiments over many games: laid out, solved in chunks, stored, resumed (decision 0009)."""

from .cells import Plan, plan_sweep
from .estimate import SweepEstimate, estimate_sweep
from .executors import EXECUTORS, local_executor, named_executor, processors
from .files import load_experiment
from .quantities import QUANTITIES, Quantity
from .result import SweepResult
from .run import fill_store, open_results, open_store, resume, sweep
from .specification import Axis, Experiment, GameOptions, Simulation
from .status import SweepStatus, sweep_status
from .store import SweepStore

__all__ = [
    "EXECUTORS",
    "QUANTITIES",
    "Axis",
    "Experiment",
    "GameOptions",
    "Plan",
    "Quantity",
    "Simulation",
    "SweepEstimate",
    "SweepResult",
    "SweepStatus",
    "SweepStore",
    "estimate_sweep",
    "fill_store",
    "load_experiment",
    "local_executor",
    "named_executor",
    "open_results",
    "open_store",
    "plan_sweep",
    "processors",
    "resume",
    "sweep",
    "sweep_status",
]
