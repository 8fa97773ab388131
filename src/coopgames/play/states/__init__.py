"""All states of a world in repeated play under an institution, exactly and simulated."""

from .exact import StatesPlay, play_states
from .plans import PlansPlay, play_plans
from .simulate import SimulatedStatesPlay, simulate_states

__all__ = [
    "PlansPlay",
    "SimulatedStatesPlay",
    "StatesPlay",
    "play_plans",
    "play_states",
    "simulate_states",
]
