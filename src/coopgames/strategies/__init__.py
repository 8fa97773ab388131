"""Plans for a whole round, with what they pay; and strategies for repeated games."""

from .memory_one import STRATEGY_NAMES, MemoryOne, memory_one, named_strategy
from .memory_one_classes import StrategyClass, classify_strategy
from .plan_game import PlanGame, plan_game
from .plan_payoffs import PlanPayoffs, plan_payoffs
from .plans import NAMED9, START, Plan, plan_named, plan_table
from .strategic_votes import Stance, StrategicVotes, VoteLaw
from .zero_determinant import equalizer, extortion, generosity, zero_determinant

__all__ = [
    "NAMED9",
    "START",
    "STRATEGY_NAMES",
    "MemoryOne",
    "Plan",
    "PlanGame",
    "PlanPayoffs",
    "Stance",
    "StrategicVotes",
    "StrategyClass",
    "VoteLaw",
    "classify_strategy",
    "equalizer",
    "extortion",
    "generosity",
    "memory_one",
    "named_strategy",
    "plan_game",
    "plan_named",
    "plan_payoffs",
    "plan_table",
    "zero_determinant",
]
