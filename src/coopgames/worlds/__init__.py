"""Worlds: states in roles, and selectors that name some of them."""

from .records import Role, World
from .selectors import Assignment, Selector
from .states import States, rotating_seats, select, states_of, uniform_world, values_of
from .table import world_from_table

__all__ = [
    "Assignment",
    "Role",
    "Selector",
    "States",
    "World",
    "rotating_seats",
    "select",
    "states_of",
    "uniform_world",
    "values_of",
    "world_from_table",
]
