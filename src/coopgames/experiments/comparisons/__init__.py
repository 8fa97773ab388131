"""Fair comparison of institutions: paired, sequential, over maps, and along boundaries."""

from .confidence_sequences import ConfidenceSequence
from .judging import DECISIONS
from .paired import PairedDifferences, paired_differences
from .refinement import Boundary, refine_boundary
from .replicate_values import REPLICATE_MEASURES, replicate_values
from .sequential import OrderingDecision, decide_ordering
from .winners import WinnerMap, winner_map

__all__ = [
    "DECISIONS",
    "REPLICATE_MEASURES",
    "Boundary",
    "ConfidenceSequence",
    "OrderingDecision",
    "PairedDifferences",
    "WinnerMap",
    "decide_ordering",
    "paired_differences",
    "refine_boundary",
    "replicate_values",
    "winner_map",
]
