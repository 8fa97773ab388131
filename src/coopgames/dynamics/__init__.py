"""Dynamics: how acts come about. Each takes a game and returns an outcome."""

from .evolve import evolve
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
from .populations.hitting import SimulatedHittingTimes, simulate_hitting_times
from .populations.mutants import Fixation, fixation, gradient_of_selection
from .populations.outcome import PopulationOutcome, RoleOutcome
from .populations.passage import (
    FirstPassage,
    HittingProbability,
    first_passage,
    hitting_probability,
)
from .populations.rare_mutations import small_mutation_limit
from .populations.record import SimulatedPopulation
from .populations.simulate import simulate_population
from .populations.staying import (
    Persistence,
    QuasiStationaryPopulation,
    persistence,
    quasi_stationary,
)
from .populations.transitions import transition_chain
from .populations.weak_selection import low_mutation_scores, pair_conditions
from .processes.best_of_sample import BestOfSample
from .processes.fermi_and_moran import Fermi, Moran
from .processes.wright_fisher import WrightFisher
from .states.drift import CooperationDrift, drift_of_cooperation
from .states.logit import Logit
from .states.payoffs import expected_payoffs
from .states.plan_law import PlanLaw, plan_law
from .states.plan_samples import simulate_plan_law
from .states.simulate import simulate
from .structures.demes import Demes
from .structures.fixation import SimulatedFixation, simulate_fixation
from .structures.local_update import LocalUpdate
from .structures.network import Network
from .structures.simulate import SimulatedStructure, simulate_structured

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
