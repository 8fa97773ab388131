"""Plans for a whole round, with what they pay; and strategies for repeated games."""

from .automata import Automaton, as_automaton, memory_two, minimal_automaton
from .forgiveness import forgiveness_bound
from .memory_one import STRATEGY_NAMES, MemoryOne, memory_one, named_strategy
from .memory_one_classes import StrategyClass, classify_strategy
from .named_automata import AUTOMATON_NAMES, find_strategy, named_automaton
from .plan_game import PlanGame, plan_game
from .plan_payoffs import PlanPayoffs, plan_payoffs
from .plans import NAMED9, START, Plan, plan_named, plan_table
from .press_dyson import exact_line, press_dyson_equalizer, press_dyson_strategy
from .strategic_votes import Stance, StrategicVotes, VoteLaw
from .zero_determinant import equalizer, extortion, generosity, zero_determinant

__all__ = [
    "AUTOMATON_NAMES",
    "NAMED9",
    "START",
    "STRATEGY_NAMES",
    "Automaton",
    "MemoryOne",
    "Plan",
    "PlanGame",
    "PlanPayoffs",
    "Stance",
    "StrategicVotes",
    "StrategyClass",
    "VoteLaw",
    "as_automaton",
    "classify_strategy",
    "equalizer",
    "exact_line",
    "extortion",
    "find_strategy",
    "forgiveness_bound",
    "generosity",
    "memory_one",
    "memory_two",
    "minimal_automaton",
    "named_automaton",
    "named_strategy",
    "plan_game",
    "plan_named",
    "plan_payoffs",
    "plan_table",
    "press_dyson_equalizer",
    "press_dyson_strategy",
    "zero_determinant",
]
