"""Layer 6: repeated games, exactly: memory-one strategies, the public record, triggers."""

from .frontier import EnforcementFrontier, FrontierPoint, enforcement_frontier
from .groups import GroupPlay, play_group
from .pairs import PairPlay, play_pairs
from .public_record import PublicRecord, public_record
from .reactions import DETERMINISTIC_REACTIONS
from .record_samples import SimulatedPublicRecord, simulate_public_record
from .trigger import CriticalDiscount, TriggerEvent, critical_discount_factor
from .trigger_interval import trigger_interval

__all__ = [
    "DETERMINISTIC_REACTIONS",
    "CriticalDiscount",
    "EnforcementFrontier",
    "FrontierPoint",
    "GroupPlay",
    "PairPlay",
    "PublicRecord",
    "SimulatedPublicRecord",
    "TriggerEvent",
    "critical_discount_factor",
    "enforcement_frontier",
    "play_group",
    "play_pairs",
    "public_record",
    "simulate_public_record",
    "trigger_interval",
]
