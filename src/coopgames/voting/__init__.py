"""Yes-no decision rules: exact laws of who passes what, and the legitimacy of a rule."""

from .ballots import Ballot, passage_law, threshold_of
from .legitimacy import Legitimacy, legitimacy, swing_power

__all__ = [
    "Ballot",
    "Legitimacy",
    "legitimacy",
    "passage_law",
    "swing_power",
    "threshold_of",
]
