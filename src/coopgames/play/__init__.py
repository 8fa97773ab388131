"""Layer 6: repeated games, exactly: memory-one strategies, the public record, triggers."""

from .enforcement.collusion import CollusionPayoffs, collusion_payoffs
from .enforcement.critical import (
    SustainingDiscount,
    grim_discount_factor,
    sustaining_discount_factor,
)
from .enforcement.depth import AgreementDepth, deepest_agreement
from .enforcement.enforcement_map import EnforcementCell, EnforcementMap, enforcement_map
from .enforcement.frontier import EnforcementFrontier, FrontierPoint, enforcement_frontier
from .enforcement.levers import FRONTIER_LEVERS
from .enforcement.perfect_critical import PerfectCriticalDiscount, perfect_critical_discount
from .enforcement.perfect_frontier import PerfectFrontier, perfect_frontier
from .enforcement.perfect_payoffs import subgame_perfect_payoffs
from .enforcement.perfect_record import GeneratedPayoff, SubgamePerfectPayoffs
from .enforcement.trigger import CriticalDiscount, TriggerEvent, critical_discount_factor
from .enforcement.trigger_interval import trigger_interval
from .groups.group_compositions import GroupCompositions, play_compositions, repeated_group_game
from .groups.groups import GroupPlay, play_group
from .groups.simulated_groups import SimulatedGroup, simulate_group
from .learning.learning import SimulatedLearning, simulate_learning
from .matches.pairs import PairPlay, play_pairs
from .matches.simulated_pairs import SimulatedPairs, simulate_pairs
from .monitoring import Monitoring, institution_monitoring
from .record.public_record import PublicRecord, public_record
from .record.reactions import DETERMINISTIC_REACTIONS
from .record.record_samples import SimulatedPublicRecord, simulate_public_record
from .states import (
    PlansPlay,
    SimulatedStatesPlay,
    StatesPlay,
    play_plans,
    play_states,
    simulate_states,
)
from .tournaments.ecological import EcologicalTournament, ecological_tournament
from .tournaments.fingerprint import Fingerprint, fingerprint
from .tournaments.probe_fingerprint import ProbeFingerprint, joss_ann, probe_fingerprint
from .tournaments.tournament import round_robin
from .tournaments.tournament_record import Tournament, score_tournament

__all__ = [
    "DETERMINISTIC_REACTIONS",
    "FRONTIER_LEVERS",
    "AgreementDepth",
    "CollusionPayoffs",
    "CriticalDiscount",
    "EcologicalTournament",
    "EnforcementCell",
    "EnforcementFrontier",
    "EnforcementMap",
    "Fingerprint",
    "FrontierPoint",
    "GeneratedPayoff",
    "GroupCompositions",
    "GroupPlay",
    "Monitoring",
    "PairPlay",
    "PerfectCriticalDiscount",
    "PerfectFrontier",
    "PlansPlay",
    "ProbeFingerprint",
    "PublicRecord",
    "SimulatedGroup",
    "SimulatedLearning",
    "SimulatedPairs",
    "SimulatedPublicRecord",
    "SimulatedStatesPlay",
    "StatesPlay",
    "SubgamePerfectPayoffs",
    "SustainingDiscount",
    "Tournament",
    "TriggerEvent",
    "collusion_payoffs",
    "critical_discount_factor",
    "deepest_agreement",
    "ecological_tournament",
    "enforcement_frontier",
    "enforcement_map",
    "fingerprint",
    "grim_discount_factor",
    "institution_monitoring",
    "joss_ann",
    "perfect_critical_discount",
    "perfect_frontier",
    "play_compositions",
    "play_group",
    "play_pairs",
    "play_plans",
    "play_states",
    "probe_fingerprint",
    "public_record",
    "repeated_group_game",
    "round_robin",
    "score_tournament",
    "simulate_group",
    "simulate_learning",
    "simulate_pairs",
    "simulate_public_record",
    "simulate_states",
    "subgame_perfect_payoffs",
    "sustaining_discount_factor",
    "trigger_interval",
]
