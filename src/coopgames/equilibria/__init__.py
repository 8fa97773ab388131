"""Equilibria: profiles from which nobody gains by leaving, with what proves them."""

from .levers import LEVERS, WANTED, Lever, smallest_change
from .many_games import EquilibriaOfGames, equilibria_of_games
from .record import Equilibria, Equilibrium, role_regrets
from .stage import EventEquilibria, StageEquilibria, stage_equilibria
from .two_players import bimatrix_equilibria
from .zero_sum import ZeroSumValue, value_of

__all__ = [
    "LEVERS",
    "WANTED",
    "Equilibria",
    "EquilibriaOfGames",
    "Equilibrium",
    "EventEquilibria",
    "Lever",
    "StageEquilibria",
    "ZeroSumValue",
    "bimatrix_equilibria",
    "equilibria_of_games",
    "role_regrets",
    "smallest_change",
    "stage_equilibria",
    "value_of",
]
