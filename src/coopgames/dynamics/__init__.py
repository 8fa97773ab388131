"""Dynamics: how acts come about. Each takes a game and returns an outcome."""

from .best_of_sample import BestOfSample
from .demes import Demes
from .drift import CooperationDrift, drift_of_cooperation
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
from .hitting import SimulatedHittingTimes, simulate_hitting_times
from .local_update import LocalUpdate
from .logit import Logit
from .mutants import Fixation, fixation, gradient_of_selection
from .network import Network
from .passage import FirstPassage, HittingProbability, first_passage, hitting_probability
from .payoffs import expected_payoffs
from .plan_law import PlanLaw, plan_law
from .plan_samples import simulate_plan_law
from .population import PopulationOutcome, RoleOutcome
from .rare_mutations import small_mutation_limit
from .simulate import simulate
from .simulate_population import simulate_population
from .simulated_population import SimulatedPopulation
from .staying import (
    Persistence,
    QuasiStationaryPopulation,
    persistence,
    quasi_stationary,
)
from .structured import SimulatedStructure, simulate_structured
from .structured_fixation import SimulatedFixation, simulate_fixation
from .transitions import transition_chain
from .weak_selection import low_mutation_scores, pair_conditions
from .wright_fisher import WrightFisher

__all__ = [
    "BestOfSample",
    "BestResponseFlow",
    "BrownVonNeumannNash",
    "CooperationDrift",
    "Demes",
    "Fermi",
    "FirstPassage",
    "Fixation",
    "HittingProbability",
    "LocalUpdate",
    "Logit",
    "LogitFlow",
    "Moran",
    "Network",
    "Persistence",
    "PlanLaw",
    "PopulationOutcome",
    "QuasiStationaryPopulation",
    "Replicator",
    "ReplicatorMutator",
    "RoleOutcome",
    "SimulatedFixation",
    "SimulatedHittingTimes",
    "SimulatedPopulation",
    "SimulatedStructure",
    "Smith",
    "WrightFisher",
    "basins",
    "drift_of_cooperation",
    "evolve",
    "expected_payoffs",
    "first_passage",
    "fixation",
    "gradient_of_selection",
    "hitting_probability",
    "low_mutation_scores",
    "pair_conditions",
    "persistence",
    "plan_law",
    "quasi_stationary",
    "rest_points",
    "simulate",
    "simulate_fixation",
    "simulate_hitting_times",
    "simulate_plan_law",
    "simulate_population",
    "simulate_structured",
    "small_mutation_limit",
    "trajectory",
    "transition_chain",
]
