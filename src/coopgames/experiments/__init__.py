"""Institutions compared, taken apart, swept over parameters; published results redone."""

from .attribute import Attribution, attribute
from .committees import committee
from .compare import Comparison, compare
from .comparisons import (
    Boundary,
    ConfidenceSequence,
    OrderingDecision,
    PairedDifferences,
    WinnerMap,
    decide_ordering,
    paired_differences,
    refine_boundary,
    winner_map,
)
from .evolutionary_tournament import EvolutionaryTournament, evolutionary_tournament
from .institution_tournament import (
    InstitutionTournament,
    TournamentComparison,
    compare_tournaments,
    institution_tournament,
)
from .interested import interested_support
from .published import Published, published, published_cases
from .replicate import Replication, replicate
from .resolve import game, named
from .sweeps import (
    Axis,
    Experiment,
    GameOptions,
    Simulation,
    SweepResult,
    SweepStatus,
    estimate_sweep,
    load_experiment,
    local_executor,
    open_results,
    plan_sweep,
    resume,
    sweep,
    sweep_status,
)

__all__ = [
    "Attribution",
    "Axis",
    "Boundary",
    "Comparison",
    "ConfidenceSequence",
    "EvolutionaryTournament",
    "Experiment",
    "GameOptions",
    "InstitutionTournament",
    "OrderingDecision",
    "PairedDifferences",
    "Published",
    "Replication",
    "Simulation",
    "SweepResult",
    "SweepStatus",
    "TournamentComparison",
    "WinnerMap",
    "attribute",
    "committee",
    "compare",
    "compare_tournaments",
    "decide_ordering",
    "estimate_sweep",
    "evolutionary_tournament",
    "game",
    "institution_tournament",
    "interested_support",
    "load_experiment",
    "local_executor",
    "named",
    "open_results",
    "paired_differences",
    "plan_sweep",
    "published",
    "published_cases",
    "refine_boundary",
    "replicate",
    "resume",
    "sweep",
    "sweep_status",
    "winner_map",
]
