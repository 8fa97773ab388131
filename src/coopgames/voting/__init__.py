"""Yes-no decision rules: who decides what, how often, and what can't be moved."""

from .ballots import Ballot, passage_law, threshold_of
from .chance import chance
from .committee import Bloc, Committee, Voters, weighted_committee
from .legitimacy import Legitimacy, legitimacy, swing_power
from .passage import Passage, passage
from .power import INDICES, Power, banzhaf, power, shapley_shubik
from .rules import (
    AllOf,
    AnyOf,
    Dual,
    Quorum,
    Quota,
    Rule,
    SomeOf,
    Veto,
    casting_vote,
    dictator,
    silence,
    unanimity,
)
from .structure import Structure, structure
from .words import rule_in_words

__all__ = [
    "INDICES",
    "AllOf",
    "AnyOf",
    "Ballot",
    "Bloc",
    "Committee",
    "Dual",
    "Legitimacy",
    "Passage",
    "Power",
    "Quorum",
    "Quota",
    "Rule",
    "SomeOf",
    "Structure",
    "Veto",
    "Voters",
    "banzhaf",
    "casting_vote",
    "chance",
    "dictator",
    "legitimacy",
    "passage",
    "passage_law",
    "power",
    "rule_in_words",
    "shapley_shubik",
    "silence",
    "structure",
    "swing_power",
    "threshold_of",
    "unanimity",
    "weighted_committee",
]
