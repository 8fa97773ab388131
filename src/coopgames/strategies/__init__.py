"""Strategies: what a state can do. The default catalogue is to comply or not (model D6)."""

from enum import IntEnum

__all__ = ["Action"]


class Action(IntEnum):
    """One state's act in the action game."""

    DEFECT = 0
    COOPERATE = 1
