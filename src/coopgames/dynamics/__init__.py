"""Dynamics: how acts come about. Each takes a game and returns an outcome."""

from .evolve import evolve
from .finite import Fermi, Moran
from .flows import (
    BestResponseFlow,
    BrownVonNeumannNash,
    LogitFlow,
    Replicator,
    ReplicatorMutator,
    Smith,
    basins,
    rest_points,
    trajectory,
)
from .imitation import Imitation
from .logit import Logit
from .mutants import Fixation, fixation, gradient_of_selection, small_mutation_limit
from .payoffs import expected_payoffs
from .population import PopulationOutcome
from .simulate import simulate
from .simulate_population import SimulatedPopulation, simulate_population
from .weak_selection import low_mutation_scores, pair_conditions

__all__ = [
    "BestResponseFlow",
    "BrownVonNeumannNash",
    "Fermi",
    "Fixation",
    "Imitation",
    "Logit",
    "LogitFlow",
    "Moran",
    "PopulationOutcome",
    "Replicator",
    "ReplicatorMutator",
    "SimulatedPopulation",
    "Smith",
    "basins",
    "evolve",
    "expected_payoffs",
    "fixation",
    "gradient_of_selection",
    "low_mutation_scores",
    "pair_conditions",
    "rest_points",
    "simulate",
    "simulate_population",
    "small_mutation_limit",
    "trajectory",
]
