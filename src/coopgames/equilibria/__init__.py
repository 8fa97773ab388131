"""Equilibria: profiles from which nobody gains by leaving, with what proves them."""

from .correlated import CorrelatedEquilibrium, correlated_equilibrium
from .correlated_vertices import CorrelatedVertices, correlated_vertices
from .dominance import Dominance, strictly_dominated, weakly_dominated
from .invasion import Invasion
from .levers import LEVERS, WANTED, Lever, smallest_change
from .logit_branch import LogitBranch, LogitEquilibrium, logit_branch, logit_equilibrium
from .logit_fit import PrecisionFit, fit_precision
from .logit_roots import LogitEquilibria, logit_equilibria
from .many_games import EquilibriaOfGames, equilibria_of_games
from .mediator import MediatorGain, mediator_gain
from .pure import pure_equilibria
from .record import Equilibria, Equilibrium, role_regrets
from .risk_dominance import BinaryDominance, RiskDominance, binary_dominance, risk_dominance
from .selection import CRITERIA, select
from .stability import Stability, stability
from .stage import EventEquilibria, StageEquilibria, stage_equilibria
from .strategic import strategic_equilibria
from .strategic_record import SincereVoting, StrategicEquilibria, StrategicProfile
from .symmetric import symmetric_equilibria
from .two_players import bimatrix_equilibria
from .welfare import (
    Prices,
    equilibrium_welfare,
    price_of_anarchy,
    social_optimum,
    symmetric_optimum,
)
from .zero_sum import ZeroSumValue, value_of

__all__ = [
    "CRITERIA",
    "LEVERS",
    "WANTED",
    "BinaryDominance",
    "CorrelatedEquilibrium",
    "CorrelatedVertices",
    "Dominance",
    "Equilibria",
    "EquilibriaOfGames",
    "Equilibrium",
    "EventEquilibria",
    "Invasion",
    "Lever",
    "LogitBranch",
    "LogitEquilibria",
    "LogitEquilibrium",
    "MediatorGain",
    "PrecisionFit",
    "Prices",
    "RiskDominance",
    "SincereVoting",
    "Stability",
    "StageEquilibria",
    "StrategicEquilibria",
    "StrategicProfile",
    "ZeroSumValue",
    "bimatrix_equilibria",
    "binary_dominance",
    "correlated_equilibrium",
    "correlated_vertices",
    "equilibria_of_games",
    "equilibrium_welfare",
    "fit_precision",
    "logit_branch",
    "logit_equilibria",
    "logit_equilibrium",
    "mediator_gain",
    "price_of_anarchy",
    "pure_equilibria",
    "risk_dominance",
    "role_regrets",
    "select",
    "smallest_change",
    "social_optimum",
    "stability",
    "stage_equilibria",
    "strategic_equilibria",
    "strictly_dominated",
    "symmetric_equilibria",
    "symmetric_optimum",
    "value_of",
    "weakly_dominated",
]
